"""The rules in force, as plain texts: their version, what a person changed in them, and how they stood at an earlier run.

日志 holds a row per changed value of a rule, written by the first run after the change, on top of the shipped rules. So the rules of
any run that is in 日志 can be put together again; its 规则版本 tells whether that succeeded.
"""

import hashlib
from collections.abc import Collection, Mapping
from dataclasses import replace
from typing import NamedTuple

import pandas as pd

from macros.cadence import default_cadence
from macros.commission import default_split_rules
from macros.deals.flow import default_flow
from macros.rates import default_rates
from macros.score_rules import default_rules
from macros.settings import Settings, each_setting, read_settings
from macros.triggers.rules import default_triggers
from macros.winback_rows import default_winback
from workbook.schema import Sheet
from workbook.sheets.cadence import CADENCE
from workbook.sheets.flow_steps import FLOW_STEPS
from workbook.sheets.rates import RATES
from workbook.sheets.score_rules import SCORE_RULES
from workbook.sheets.settings import SETTINGS
from workbook.sheets.split_rules import SPLIT_RULES
from workbook.sheets.trigger_rules import TRIGGER_RULES
from workbook.sheets.winback import WINBACK
from workbook.tables import Tables, to_frame
from workbook.values import parse_column, text_of

SHIPPED_ROWS = (
    (SCORE_RULES, default_rules), (CADENCE, default_cadence), (TRIGGER_RULES, default_triggers), (WINBACK, default_winback),
    (RATES, default_rates), (FLOW_STEPS, default_flow), (SPLIT_RULES, default_split_rules),
)  # fmt: skip
ACTION = "规则"
"""What 日志 says under 按钮 of a changed rule."""
SOURCE = "source"  # where a rule comes from decides nothing
SIGNED = "agency.name"  # who signs decides nothing either, and a sample workbook has a name of its own
DIGITS = 8


class Rule(NamedTuple):
    """One value of the rules: label of its sheet, what names its row, label of its column."""

    sheet: str
    row: str
    column: str


class RuleChange(NamedTuple):
    """A value of the rules that is another now; "" where the row was added or removed."""

    rule: Rule
    old: str
    new: str


Rules = Mapping[Rule, str]
"""All values that are not empty."""


def rules_of(tables: Tables, settings: Settings) -> Rules:
    """Return the rules: every setting but 机构名称, and the rows of the sheets of SHIPPED_ROWS; an empty sheet means the shipped rows."""
    frames = {sheet.key: tables[sheet.key] for sheet, _ in SHIPPED_ROWS}
    return {**_settings(settings), **_all_rows(frames)}


def shipped_rules() -> Rules:
    """Return the rules of a new workbook."""
    return {**_settings(Settings()), **_all_rows({})}


def version_of(rules: Rules) -> str:
    """Return "v" and eight digits that are others as soon as any value is; a spreadsheet takes no such text for a number."""
    return "v" + hashlib.sha256(repr(sorted(rules.items())).encode()).hexdigest()[:DIGITS]


def changed(before: Rules, after: Rules) -> list[RuleChange]:
    """Return the values that differ, by sheet in the order of the tabs, then by row and column."""
    order = [SETTINGS.label, *(sheet.label for sheet, _ in SHIPPED_ROWS)]
    rules = sorted({*before, *after}, key=lambda rule: (order.index(rule.sheet), rule))
    pairs = ((rule, before.get(rule, ""), after.get(rule, "")) for rule in rules)
    return [RuleChange(*pair) for pair in pairs if pair[1] != pair[2]]


def logged(tables: Tables, run: float = float("inf")) -> Rules:
    """Return the rules as 日志 tells them of a run: the shipped ones and all changes up to it."""
    log, found = tables["audit"], dict(shipped_rules())
    rows = log.loc[(log["action"] == ACTION) & (log["row_id"] != SIGNED)]
    rows = rows.assign(number=pd.to_numeric(rows["run_id"], errors="coerce")).sort_values("number", kind="stable")
    rows = rows.loc[rows["number"] <= run]
    for sheet, row, column, new in zip(rows["sheet"], rows["row_id"], rows["cell"], rows["new"], strict=True):
        if new:
            found[Rule(sheet, row, column)] = new
        else:
            found.pop(Rule(sheet, row, column), None)
    return found


def rules_behind(tables: Tables, actions: Collection[str]) -> Rules | None:
    """Return the rules under which the newest standing run of these actions was made; None where 日志 cannot tell."""
    log = tables["audit"]
    stands = log.loc[log["action"].isin(actions) & (log["undone"] != True)]  # noqa: E712
    numbers = pd.to_numeric(stands["run_id"], errors="coerce")
    if not numbers.notna().any():
        return None
    rules = logged(tables, float(numbers.max()))
    return rules if version_of(rules) == stands.loc[numbers.idxmax(), "rule_ver"] else None


def under(rules: Rules, tables: Tables, settings: Settings) -> tuple[Tables, Settings]:
    """Return tables and settings in which these rules hold; sheets whose rules are the same now stay as they are."""
    now, frames = rules_of(tables, settings), dict(tables)
    for sheet, _ in SHIPPED_ROWS:
        ours = {rule: text for rule, text in rules.items() if rule.sheet == sheet.label}
        if ours != {rule: text for rule, text in now.items() if rule.sheet == sheet.label}:
            frames[sheet.key] = _frame(sheet, ours)
    texts = [(rule.row, text) for rule, text in rules.items() if rule.sheet == SETTINGS.label]
    then = read_settings(pd.DataFrame(texts, columns=["key", "value"]))[0]
    return Tables(frames, tables.layouts), replace(then, agency=replace(then.agency, name=settings.agency.name))


def _settings(settings: Settings) -> dict[Rule, str]:
    label, found = SETTINGS["value"].label, {}
    for item in each_setting():
        group, name = item["key"].split(".")
        found[Rule(SETTINGS.label, item["key"], label)] = _text(getattr(getattr(settings, group), name))
    return {rule: text for rule, text in found.items() if text and rule.row != SIGNED}


def _all_rows(frames: Mapping[str, pd.DataFrame]) -> dict[Rule, str]:
    found: dict[Rule, str] = {}
    for sheet, shipped in SHIPPED_ROWS:
        frame = frames.get(sheet.key)
        found |= _rows(sheet, to_frame(sheet, shipped()) if frame is None or not len(frame) else frame)
    return found


def _rows(sheet: Sheet, frame: pd.DataFrame) -> dict[Rule, str]:
    """Return the values of a sheet's rows; a name that stands twice is numbered in the order of the contents, not of the rows."""
    deciding = [column for column in sheet.columns if column.key != SOURCE]
    texts = [[_text(value) for value in frame[column.key].tolist()] for column in deciding]
    at = [deciding.index(sheet[key]) for key in sheet.identity]
    found: dict[Rule, str] = {}
    seen: dict[str, int] = {}
    for row in sorted(zip(*texts, strict=True)):
        name = " ".join(row[place] for place in at)
        seen[name] = seen.get(name, 0) + 1
        name = name if seen[name] == 1 else f"{name}#{seen[name]}"
        found |= {Rule(sheet.label, name, c.label): text for c, text in zip(deciding, row, strict=True) if text}
    return found


def _text(value: object) -> str:
    return "" if value is None or value != value else " ".join(text_of(value).split())


def _frame(sheet: Sheet, rules: Rules) -> pd.DataFrame:
    """Return the rows that rules of one sheet make."""
    names = list(dict.fromkeys(rule.row for rule in rules))
    index = pd.RangeIndex(2, len(names) + 2)
    columns = {
        column.key: parse_column(column, [rules.get(Rule(sheet.label, name, column.label)) for name in names])[0]
        for column in sheet.columns
    }
    return to_frame(sheet, pd.DataFrame(columns, index=index, dtype=object))
