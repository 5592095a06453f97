"""A workbook's tables as a run left them: what the rules found out, and the rows of 日志 that tell under which rules."""

import datetime as dt

import pandas as pd

from macros.rule_book import ACTION, SHIPPED_ROWS, changed, logged, rules_of, version_of
from macros.settings import Settings
from macros.what_if import computed
from workbook.sheets.audit import AUDIT
from workbook.tables import Tables, to_frame


def ran(tables: Tables, today: dt.date, settings: Settings, action: str = "all", run: int = 1) -> Tables:
    """Return the tables after an action, with its rows in 日志 as macros.commits writes them.

    Its new tasks are taken out again, so that a trial could make them, and with them the rows of 满意度 that wait for their answers: a
    questionnaire that stands there is not sent again.
    """
    after, rules = computed(tables, today, settings), rules_of(tables, settings)
    untold = {**after, "tasks": tables["tasks"], "surveys": tables["surveys"]}
    rows: list[dict[str, object]] = [
        {
            "action": ACTION,
            "sheet": c.rule.sheet,
            "row_id": c.rule.row,
            "cell": c.rule.column,
            "old": c.old,
            "new": c.new,
        }
        for c in changed(logged(tables), rules)
    ]
    rows.append({"action": action, "sheet": "客户", "cell": "9 格"})
    log = pd.DataFrame(rows).fillna("").assign(run_id=str(run), rule_ver=version_of(rules), at=pd.Timestamp(today))
    old = tables["audit"]
    log = log.set_axis(pd.RangeIndex(len(old) + 2, len(old) + len(log) + 2))
    frames = {**untold, "audit": pd.concat([old, to_frame(AUDIT, log)])}
    return Tables(frames, tables.layouts)


def with_rules(tables: Tables) -> Tables:
    """Return the tables with the shipped rows on the sheets of rules, as in a new workbook."""
    frames = {sheet.key: to_frame(sheet, shipped()) for sheet, shipped in SHIPPED_ROWS}
    return Tables(
        {**tables, **{key: frame.set_axis(pd.RangeIndex(2, len(frame) + 2)) for key, frame in frames.items()}},
        tables.layouts,
    )


def with_cell(tables: Tables, sheet: str, row: int, column: str, value: object) -> Tables:
    """Return the tables with another value in one cell."""
    frame = tables[sheet].copy()
    frame.loc[row, column] = value
    return Tables({**tables, sheet: frame}, tables.layouts)
