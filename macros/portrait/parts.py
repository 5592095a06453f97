"""What a portrait consists of, and how cells stand on it."""

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

import pandas as pd

from macros import wording
from macros.contacts import cell_prefix
from macros.deals.viewing_sheets import masked as masked_phone
from macros.privacy.masks import hidden
from macros.reports.row_names import Names
from workbook.schema import DATE_KINDS, NUMBER_KINDS, Column, Kind
from workbook.sheets import BY_KEY
from workbook.tables import Tables
from workbook.values import text_of

MOST = 8  # rows of a section on the page


class Fact(NamedTuple):
    """One cell: the header of its column, its content in words, and where it stands."""

    label: str
    text: str
    cell: str


class Line(NamedTuple):
    """One row of a sheet in words, and the cell that it is found by."""

    cells: tuple[str, ...]
    where: str


@dataclass(frozen=True, kw_only=True)
class Section:
    """A part of a portrait: facts, or rows below headers; `widths` are shares of the page. `total` rows there are, the first of them here;
    `whole`: none of these is left out where the page is short."""

    title: str
    facts: tuple[Fact, ...] = ()
    headers: tuple[str, ...] = ()
    widths: tuple[float, ...] = ()
    lines: tuple[Line, ...] = ()
    total: int = 0
    whole: bool = False

    @property
    def is_empty(self) -> bool:
        """Whether nothing is known."""
        return not (self.facts or self.lines)


@dataclass(frozen=True, kw_only=True)
class Portrait:
    """A client in words. `standing` is where the client stands today; `nothing` are the titles of sections without anything to tell."""

    client_id: str
    called: str
    name: str
    grade: str
    agency: str
    day: dt.date
    standing: tuple[Fact, ...]
    sections: tuple[Section, ...]
    nothing: tuple[str, ...]


class Sheets:
    """The sheets while portraits are made of them; `phones`: whole numbers may be shown."""

    def __init__(self, tables: Tables, today: dt.date, phones: bool) -> None:
        self.tables, self.today, self.phones = tables, today, phones
        self.names = Names(tables)

    def plain(self, text: object) -> str:
        """Return text on one line, phone numbers in it masked unless they may be shown."""
        told = wording.plain(text)
        return told if self.phones else hidden(told)

    def fact(self, sheet: str, row: int, key: str) -> Fact:
        """Return a cell in words."""
        column = BY_KEY[sheet][key]
        return Fact(
            column.label, self.words(column, self.tables[sheet].at[row, key]), self.tables.cell(sheet, row, key)
        )

    def facts(self, sheet: str, row: int, keys: Sequence[str]) -> Iterator[Fact]:
        """Yield the cells of a row that are not empty."""
        yield from (fact for key in keys if (fact := self.fact(sheet, row, key)).text)

    def words(self, column: Column, value: object) -> str:
        """Return a value of a column in words, with its unit; "" for an empty one."""
        if column.kind is Kind.MANY:
            return self.plain(wording.listed(value)) if isinstance(value, tuple) else ""
        if value is None or pd.isna(value) or value == "":
            return ""
        if column.kind in DATE_KINDS and isinstance(value, dt.datetime):
            timed = column.kind is Kind.MOMENT and (value.hour or value.minute)
            return f"{value:%Y-%m-%d %H:%M}" if timed else f"{value:%Y-%m-%d}"
        if column.kind in NUMBER_KINDS and isinstance(value, int | float):
            return wording.number(float(value)) + (f" {column.unit}" if column.unit else "")
        if column.masked and not self.phones:
            return masked_phone(str(value)) if column.kind is Kind.PHONE else "已填 (不显示)"
        return self.plain(text_of(value))

    def where(self, sheet: str, row: int) -> str:
        """Return the cell that a row is found by."""
        return f"{self._prefixes[sheet]}{row}"

    @cached_property
    def _prefixes(self) -> dict[str, str]:
        return {key: cell_prefix(self.tables, key, sheet.identity[0]) for key, sheet in BY_KEY.items()}

    def home(self, listing_id: str) -> str:
        """Return estate and number of a home, or its id where it is not known."""
        return self.names.home(listing_id) or listing_id

    def client(self, client_id: str) -> str:
        """Return how we call a client, with the id."""
        return " ".join(filter(None, (client_id, self.plain(self.names.client(client_id)))))
