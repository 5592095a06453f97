"""What one column can say of its cells: every field of a `Column` is a constraint, checked here once for all sheets.

Source: the declaration in workbook/sheets, which follows the data dictionary.
"""

import datetime as dt
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cached_property
from operator import itemgetter
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from macros.alike import nearest
from macros.checks.rule import said
from macros.settings import Settings
from workbook.changes import Finding, Severity
from workbook.schema import DATE_KINDS, NUMBER_KINDS, Column, Kind, Need, Sheet
from workbook.sheets import BY_KEY
from workbook.sheets.lists import LISTS
from workbook.tables import Tables
from workbook.values import Unreadable, phone_of

Mask = NDArray[np.bool_]
_PHONE = r"1[3-9]\d{9}|0\d{2,3}-\d{7,8}"
_SHOWN_CHOICES = 9
MOST_OPTIONS = 500  # comparing every odd value with every option must stay quick
WHOLE_COLUMN_ROWS = 50  # from so many rows on, a column that nobody filled in is one finding and not one per row
ADOPTED_ROWS = 2  # the same in an adopted workbook, whose lists never had the column: Genjin put it there


@dataclass(frozen=True)
class Site:
    """One column of one table, with what its constraints look at. Masks have one entry per row."""

    tables: Tables
    sheet: Sheet
    column: Column

    @cached_property
    def frame(self) -> pd.DataFrame:
        """The rows of the sheet."""
        return self.tables[self.sheet.key]

    @cached_property
    def values(self) -> NDArray[Any]:
        """The cells of the column."""
        return np.asarray(self.frame[self.column.key])

    @cached_property
    def filled(self) -> Mask:
        """Whether a cell holds anything."""
        return is_filled(self.frame[self.column.key], self.column.kind)

    @cached_property
    def allowed(self) -> tuple[str, ...]:
        """What may stand in the column: its choices, its list on 字典, the ids or the people it names; () for anything."""
        if self.column.kind is Kind.STAFF:
            return self._known("staff", "name") + self._known("staff", "staff_id")
        if self.column.refers:
            return self._known(self.column.refers, BY_KEY[self.column.refers].identity[0])
        if self.column.lookup:
            return self._known("lists", LISTS.by_header[self.column.lookup].key)
        return self.column.choices

    def _known(self, sheet: str, key: str) -> tuple[str, ...]:
        return tuple(value for value in self.tables[sheet][key] if value)

    @cached_property
    def known(self) -> frozenset[str]:
        """The same, for looking up."""
        return frozenset(self.allowed)

    @cached_property
    def rows_of(self) -> dict[object, list[int]]:
        """Value -> the two topmost rows that hold it."""
        rows: dict[object, list[int]] = {}
        for value, row in sorted(zip(self.values, self.frame.index, strict=True), key=itemgetter(1)):
            held = rows.setdefault(value, [])
            if len(held) < 2:
                held.append(int(row))
        return rows

    @cached_property
    def _lists(self) -> dict[str, list[object]]:
        return {}

    def text(self, i: int, key: str = "") -> str:
        """Return the value of the i-th row, of this column or another, as messages show it."""
        key = key or self.column.key
        if key not in self._lists:
            self._lists[key] = list(self.frame[key])
        return said(self._lists[key][i])

    @cached_property
    def _near(self) -> dict[str, str]:
        return {}

    def nearest(self, value: str) -> str:
        """Return what was probably meant, "" where nothing is alike or there is too much to choose from."""
        if value not in self._near:
            self._near[value] = nearest(value, self.allowed) if len(self.allowed) <= MOST_OPTIONS else ""
        return self._near[value]

    def strange(self) -> Mask:
        """Return where a cell, or a part of one that lists several, is not allowed."""
        if self.column.kind is Kind.MANY:
            return np.fromiter((not self.known.issuperset(v) for v in self.values), bool, len(self.values))
        known = np.fromiter(map(self.known.__contains__, self.values), bool, len(self.values))
        return np.asarray(self.filled & ~known)

    def stranger(self, i: int) -> str:
        """Return the first part of a cell that is not allowed."""
        value = self.values[i]
        return next(part for part in value if part not in self.known) if isinstance(value, tuple) else str(value)

    @cached_property
    def spoken_for(self) -> bool:
        """Whether nobody filled in anything in so many rows that the first one of them speaks for all."""
        return len(self.filled) >= (ADOPTED_ROWS if self.adopted else WHOLE_COLUMN_ROWS) and not self.filled.any()

    @cached_property
    def adopted(self) -> bool:
        """Whether the workbook was an agency's own before."""
        return any(layout.adopted for layout in self.tables.layouts.values())

    def cell(self, i: int, key: str = "") -> str:
        """Return the address of a cell of the i-th row, without the sheet."""
        return self.tables.layouts[self.sheet.key].address(int(self.frame.index[i]), key or self.column.key)


def is_filled(values: pd.Series, kind: Kind) -> Mask:
    """Return whether each cell of a column holds anything."""
    if kind in DATE_KINDS | NUMBER_KINDS | {Kind.YESNO}:
        return np.asarray(values.notna())
    return np.asarray(values, dtype=object).astype(bool)


@dataclass(frozen=True)
class Constraint:
    """A field of `Column`: which columns have it, which cells break it, and what is said of the i-th row."""

    check: str
    summary: str
    applies: Callable[[Column], bool]
    broken: Callable[[Site], Mask]
    message: Callable[[Site, int], str]
    severity: Callable[[Column], Severity] = lambda _: Severity.ERROR

    def find(self, tables: Tables, today: dt.date, settings: Settings) -> list[Finding]:
        """Return what breaks this constraint, sheet by sheet. Sheets that are Genjin's alone are passed over."""
        del today, settings
        return [finding for site in _sites(tables) if self.binds(site) for finding in self._findings(site)]

    def binds(self, site: Site) -> bool:
        """Return whether a column is held to it. Of the columns that Genjin fills, only those that name a row are."""
        column = site.column
        names_row = column.key in site.sheet.identity and self.check in ("unique", "refers")
        return self.applies(column) and (not column.automatic or names_row)

    def _findings(self, site: Site) -> Iterator[Finding]:
        sheet, column = site.sheet, site.column
        for i in np.flatnonzero(self.broken(site)):
            row, message = int(site.frame.index[i]), self.message(site, int(i))
            yield Finding(sheet.key, row, column.key, self.check, self.severity(column), message)


def _sites(tables: Tables) -> Iterator[Site]:
    for key, layout in tables.layouts.items():
        if not layout.sheet.automatic and len(tables[key]):
            yield from (Site(tables, layout.sheet, c) for c in layout.sheet.columns if c.key in layout.columns)


def column_missing(tables: Tables, today: dt.date, settings: Settings) -> list[Finding]:
    """Return a finding for the sheet, instead of one for every row, where a required column is not in the workbook at all."""
    del today, settings
    return [
        Finding(
            key,
            0,
            column.key,
            "column_missing",
            Severity.ERROR,
            f"表里没有「{column.label}」这一列。请在表头补上这一列。",
        )
        for key, layout in tables.layouts.items()
        if not layout.sheet.automatic and len(tables[key])
        for column in layout.sheet.columns
        if column.need is Need.REQUIRED and column.key not in layout.columns
    ]


def _missing(site: Site) -> Mask:
    """Return where a required cell is empty; of a long column in which nothing is filled in, the first row speaks for all."""
    empty = np.asarray(~site.filled)
    return _topmost(site, empty) if site.spoken_for else empty


def _topmost(site: Site, rows: Mask) -> Mask:
    """Return the topmost of some rows alone."""
    first = min(site.frame.index[rows], default=-1)
    return np.asarray(site.frame.index == first)


def _required_message(site: Site, _: int) -> str:
    column = site.column
    if site.spoken_for:
        return f"整列都没有填, 共 {len(site.filled)} 行。请从这一行起补上{column.label}。"
    if column.choices:
        return f"没有填。请从下拉列表选择, 如「{column.default or column.choices[0]}」。"
    hint = f"（{column.prompt}）" if column.prompt else ""
    return f"没有填。请补上{column.label}{hint}。"


def _due(site: Site) -> Mask:
    when = site.column.when
    assert when
    cause = site.sheet[when.column]
    values = site.frame[when.column]
    asked = values.isin(when.values).to_numpy() if when.values else is_filled(values, cause.kind)
    empty = np.asarray(asked & ~site.filled)
    return _topmost(site, empty) if site.adopted and site.spoken_for else empty


def _due_message(site: Site, i: int) -> str:
    when = site.column.when
    assert when
    cause = site.sheet[when.column]
    told = "是" if cause.need is Need.AUTOMATIC else "填了"
    return f"{cause.label}{told}「{site.text(i, cause.key)}」, 这一格就必须填。请补上{site.column.label}。"


def _choice_message(site: Site, i: int) -> str:
    value = site.stranger(i)
    near = site.nearest(value)
    if near:
        return f"「{value}」不在选项里。是不是「{near}」？"
    shown = "、".join(site.allowed[:_SHOWN_CHOICES])
    return f"「{value}」不在选项里。请选: {shown}。"


def _lookup_message(site: Site, i: int) -> str:
    value = site.stranger(i)
    near = site.nearest(value)
    hint = f"是不是「{near}」？不是就" if near else "请改正, 或"
    return f"「{value}」不在字典的「{site.column.lookup}」里。{hint}把它加到字典。"


def _refers_message(site: Site, i: int) -> str:
    other = BY_KEY[site.column.refers]
    return f"{other.label}表里没有「{site.stranger(i)}」。请核对{other[other.identity[0]].label}。"


def _staff_message(site: Site, i: int) -> str:
    value = site.stranger(i)
    near = site.nearest(value)
    hint = f"是不是「{near}」？不是就先把这个人加进人员表。" if near else "请改正姓名, 或先把这个人加进人员表。"
    return f"人员表里没有「{value}」。{hint}"


def _bound_message(word: str, field: str) -> Callable[[Site, int], str]:
    def message(site: Site, i: int) -> str:
        bound, unit = said(float(getattr(site.column, field))), site.column.unit
        return f"「{site.text(i)}」{word} {bound}{f' {unit}' if unit else ''}。请核对数字和单位。"

    return message


def _short(site: Site) -> Mask:
    lengths = np.fromiter(map(len, site.values), int, len(site.values))
    return site.filled & (lengths < site.column.min_length)


def _repeated(site: Site) -> Mask:
    return np.asarray(site.filled & site.frame[site.column.key].duplicated(keep=False))


def _repeated_message(site: Site, i: int) -> str:
    rows = site.rows_of[site.values[i]]
    other = rows[1] if rows[0] == site.frame.index[i] else rows[0]
    where = site.tables.cell(site.sheet.key, other, site.column.key)
    do = "请清空后加那一行的编号, Genjin 会补上新的" if site.column.automatic else "请改掉其中一个"
    return f"「{site.values[i]}」与 {where} 重复。{do}。"


def _early(site: Site) -> Mask:
    return np.asarray(site.frame[site.column.key] < site.frame[site.column.not_before])


def _early_message(site: Site, i: int) -> str:
    other = site.sheet[site.column.not_before]
    word = "早于" if site.column.kind in DATE_KINDS else "小于"
    against = site.text(i, other.key)
    return f"「{site.text(i)}」{word}{other.label}「{against}」({site.cell(i, other.key)})。请核对这两格。"


def _no_phone(site: Site) -> Mask:
    usual = site.frame[site.column.key].str.fullmatch(_PHONE)
    odd = np.asarray(site.filled & ~np.asarray(usual, dtype=bool))
    for i in np.flatnonzero(odd):
        try:
            phone_of(site.values[i])
        except Unreadable:
            continue
        odd[i] = False
    return odd


def _no_phone_message(site: Site, i: int) -> str:
    value = str(site.values[i])
    digits = sum(c.isdigit() for c in value)
    if digits < 11:
        return f"「{value[:40]}」只有 {digits} 位。请补成 11 位手机号。"
    return f"「{value[:40]}」不是电话号码, 共 {digits} 位数字。请写 11 位手机号, 或 区号-号码。"


def _fraction(site: Site) -> Mask:
    return np.asarray(site.filled & (np.nan_to_num(site.values) % 1 != 0))


def _warning(_: Column) -> Severity:
    return Severity.WARNING


CONSTRAINTS = (
    Constraint(
        "required", "A required cell is empty (a warning where the column has a usual value).",
        lambda c: c.need is Need.REQUIRED, _missing, _required_message,
        lambda c: Severity.ERROR if c.default is None else Severity.WARNING,
    ),
    Constraint(
        "required_when", "A cell is empty that another cell of the row makes necessary.",
        lambda c: c.when is not None, _due, _due_message,
    ),
    Constraint("choice", "A value is not among the choices of its column.", lambda c: bool(c.choices), Site.strange, _choice_message),
    Constraint(
        "lookup", "A value is not in its list on the 字典 sheet.",
        lambda c: bool(c.lookup), lambda s: s.strange() & bool(s.allowed), _lookup_message, _warning,
    ),
    Constraint("refers", "An id names a row that does not exist.", lambda c: bool(c.refers), Site.strange, _refers_message),
    Constraint(
        "staff", "A name is not on the 人员 sheet.",
        lambda c: c.kind is Kind.STAFF, lambda s: s.strange() & bool(s.allowed), _staff_message, _warning,
    ),
    Constraint(
        "low", "A number is below the least allowed.",
        lambda c: c.low is not None, lambda s: s.values < s.column.low, _bound_message("小于", "low"),
    ),
    Constraint(
        "high", "A number is above the most allowed.",
        lambda c: c.high is not None, lambda s: s.values > s.column.high, _bound_message("大于", "high"),
    ),
    Constraint(
        "min_length", "A text is too short to say anything.", lambda c: c.min_length > 0, _short,
        lambda s, i: f"「{s.values[i]}」太短。请写至少 {s.column.min_length} 个字。", _warning,
    ),
    Constraint("unique", "A value that names a row stands in several.", lambda c: c.unique, _repeated, _repeated_message),
    Constraint(
        "not_before", "A date is earlier, or a number smaller, than the one it must reach.",
        lambda c: bool(c.not_before), _early, _early_message,
    ),
    Constraint("not_a_phone", "A phone number is none.", lambda c: c.kind is Kind.PHONE, _no_phone, _no_phone_message),
    Constraint(
        "not_whole", "A number that counts something has a fraction.", lambda c: c.kind is Kind.INT, _fraction,
        lambda s, i: f"「{s.text(i)}」不是整数。请写成整数。",
    ),
)  # fmt: skip
