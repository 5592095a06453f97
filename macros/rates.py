"""The rows of 税费利率, read and checked: of each item and case the newest row on or before the day holds.

Where no row holds, or the one that does has no value, the number is unknown: nothing is guessed.
"""

import datetime as dt
from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any, NamedTuple

import pandas as pd

from macros.money import plain
from macros.shipped_rates import SHIPPED
from workbook.changes import Finding, Severity
from workbook.sheets.rates import ITEMS, RATES
from workbook.tables import to_frame

SHEET = RATES.key
LEAST_PERCENT = 0.5  # what is typed as 50% becomes 0.5 in a cell; no rate is that small


class Rate(NamedTuple):
    """One row of 税费利率. `value` in `unit`, None where the cell is empty; `local`: to be checked, it differs by city or bank; `row`: of
    the sheet.
    """

    item: str
    condition: str
    value: Decimal | None
    unit: str
    since: dt.date
    local: bool
    source: str
    note: str
    row: int

    @property
    def words(self) -> str:
        """What it says, since when, after which document."""
        value = "未知" if self.value is None else f"{plain(self.value)} {self.unit}".replace(" %", "%")
        case = "" if self.condition == "所有" else f" {self.condition}"
        check = ", 各地不同, 请核对" if self.local else ""
        return f"{self.item}{case} {value}（{self.since} 起, {self.source}{check}）"


class NoRate(LookupError):
    """No row of 税费利率 says how much; `what` is the sentence for people."""

    def __init__(self, what: str) -> None:
        self.what = what
        super().__init__(what)


class Rates:
    """The rates that hold on a day."""

    def __init__(self, rates: Iterable[Rate]) -> None:
        self._rates = {(rate.item, rate.condition): rate for rate in rates}

    def find(self, item: str, condition: str = "所有") -> Rate:
        """Return the row that holds, its value unknown perhaps. Raises NoRate where none does."""
        try:
            return self._rates[item, condition]
        except KeyError:
            raise NoRate(f"「税费利率」里没有这天已生效的「{_named(item, condition)}」, 请补一行") from None

    def value(self, item: str, condition: str = "所有") -> Decimal:
        """Return the value that holds. Raises NoRate where none is known."""
        found = self.find(item, condition)
        if found.value is None:
            raise NoRate(f"「税费利率」第 {found.row} 行「{_named(item, condition)}」没有可用的数值, 请填")
        return found.value

    def of(self, names: Iterable[tuple[str, str]]) -> tuple[Rate, ...]:
        """Return the rows that hold for these items and cases; those without one are left out."""
        return tuple(self._rates[name] for name in names if name in self._rates)


def _named(item: str, condition: str) -> str:
    return item if condition == "所有" else f"{item} {condition}"


def default_rates() -> pd.DataFrame:
    """Return the shipped rows of 税费利率, with all its columns."""
    keys = ("since", "item", "condition", "value", "check", "source", "note")
    lines = [[part.strip() for part in line.split("|")] for line in SHIPPED.strip().splitlines()]
    frame = pd.DataFrame(lines, columns=pd.Index(keys), index=range(2, len(lines) + 2), dtype=object)
    return to_frame(RATES, frame.assign(
        since=pd.to_datetime(frame["since"]).astype("datetime64[s]"),
        value=pd.to_numeric(frame["value"].replace("", None)).astype(float),
        unit=[ITEMS[item][0] for item in frame["item"]], check=frame["check"] == "是",
    ))  # fmt: skip


def read_rates(table: pd.DataFrame, today: dt.date) -> tuple[Rates, list[Finding]]:
    """Return the rates that hold today, and a finding per row that cannot be used.

    A sheet without rows, or no sheet, means the shipped rows. A row that does not say for what or since when is passed over. One whose
    value cannot be right, and two for the same from the same day with different values, make it unknown: an older value would be wrong.
    """
    usable: list[Rate] = []
    findings: list[Finding] = []
    for row in (table if len(table) else default_rates()).itertuples():
        problem = _problem(row)
        if problem:
            findings.append(Finding(SHEET, int(row.Index), *problem))
        if not problem or problem[0] in ("unit", "value"):
            usable.append(_rate(row) if not problem else _rate(row)._replace(value=None))
    held, doubtful = _held([rate for rate in usable if rate.since <= today])
    return Rates(held.values()), findings + doubtful


def _rate(row: Any) -> Rate:
    value = None if row.value != row.value else Decimal(str(row.value))
    since = row.since.date()
    return Rate(
        row.item,
        row.condition,
        value,
        ITEMS[row.item][0],
        since,
        row.check is True,
        row.source,
        row.note,
        int(row.Index),
    )


def _problem(row: Any) -> tuple[str, str, Severity, str] | None:
    """Return column, check, severity and message of what makes a row unusable."""
    unit, cases = ITEMS.get(row.item, ("", ()))
    if not cases:
        column, check, message = "item", "rate_item", f"「{row.item}」不是能设的项目。请从下拉列表选择。"
    elif row.condition not in cases:
        column, check = "condition", "rate_condition"
        message = f"「{row.item}」没有条件「{row.condition}」, 这一行没有用。请选 {'、'.join(cases)}。"
    elif row.since != row.since:
        column, check, message = "since", "rate_since", "没有生效日, 这一行没有用。请填从哪天起, 如 2024-12-01。"
    elif row.unit != unit:
        column, check = "unit", "rate_unit"
        message = f"「{row.item}」的单位是「{unit}」, 不是「{row.unit}」, 先按未知算。请按 {unit} 填数值并改单位。"
    elif row.value < 0 and row.item != "商贷加点":
        column, check, message = "value", "rate_value", f"{row.value:g} 是负的, 先按未知算。请填 0 或更大的数。"
    elif unit == "%" and row.value > 100:
        column, check, message = "value", "rate_value", f"{row.value:g}% 超过 100%, 先按未知算。请改。"
    elif unit == "%" and 0 < row.value <= LEAST_PERCENT:
        column, check = "value", "rate_fraction"
        message = f"{row.value:g}% 太小, 像是带百分号填的, 先按未知算。请写 {row.value * 100:g}, 不写百分号。"
    else:
        return None
    return column, check, Severity.ERROR, message


def _held(rates: list[Rate]) -> tuple[Mapping[tuple[str, str], Rate], list[Finding]]:
    """Return for each item and case its newest row, and a finding where two rows of that day contradict each other."""
    held: dict[tuple[str, str], Rate] = {}
    findings: list[Finding] = []
    for rate in sorted(rates, key=lambda rate: (rate.since, -rate.row)):
        name = rate.item, rate.condition
        before = held.get(name)
        if before and before.since == rate.since and before.value != rate.value:
            message = f"「{_named(*name)}」从 {rate.since} 起有两个数值, 先按未知算。请删掉错的那一行。"
            findings.append(Finding(SHEET, before.row, "value", "rate_twice", Severity.ERROR, message))
            rate = rate._replace(value=None)
        held[name] = rate
    return held, findings
