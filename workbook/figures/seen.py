"""A report's page together with the tables and what was asked: whose rows, which days, which settings."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field

import pandas as pd

from workbook.figures.criteria import Setting
from workbook.figures.layout import BRANCH_ROWS, HELPER_TOP, STAFF_ROWS, ReportPage
from workbook.figures.periods import Days, spans_of
from workbook.figures.quantities import COMPANY, View

SLOW = Setting("report.slow_days", 90)
SMALL = Setting("report.small_sample", 5)


@dataclass(frozen=True, kw_only=True)
class Asked:
    """What a report is asked for: the kind of report, until which day, whose (COMPANY, a branch, a person), the first day of 自定义, the
    numbers of 设置 by key. `links`: what the written rows of the page lead to, by row, and at the titles of their blocks for what they
    were written (`stamp_of`). `made` is the day on which it is made, of which the state of the sheets is; None where nobody asks."""

    term: str
    until: dt.date
    scope: str = COMPANY
    custom: dt.date | None = None
    settings: Mapping[str, float] = field(default_factory=dict)
    links: Mapping[int, str] = field(default_factory=dict)
    made: dt.date | None = None


def stamp_of(asked: Asked) -> str:
    """Return for what sentences and lists were written: the kind of report, whose rows, until which day, from which."""
    days = (f"{day:%Y-%m-%d}" if day else "" for day in (asked.until, asked.custom))
    return " · ".join((asked.term, asked.scope or COMPANY, *days))


@dataclass(frozen=True)
class Person:
    """A row of 人员 as the pages see it."""

    name: str
    branch: str
    since: dt.date | None
    until: dt.date | None

    def serves(self, days: Days) -> bool:
        """Return whether the person was there on at least one of the days."""
        return (self.since is None or self.since <= days.last) and (self.until is None or self.until >= days.first)


class Seen:
    """A page with the tables and what was asked, while its cells are listed. `tables` holds every sheet by Excel row numbers."""

    def __init__(self, page: ReportPage, tables: Mapping[str, pd.DataFrame], asked: Asked) -> None:
        self.page, self.tables, self.asked = page, tables, asked
        self.scope = asked.scope or COMPANY
        self.spans = spans_of(asked.term, asked.until, asked.custom)
        self.names = names_in_scope(tables["staff"], self.scope)
        self.slow_days = int(self.number(SLOW))
        self.known: dict[object, object] = {}
        self.people = people_of(tables["staff"])
        first = {person.name: row for row, person in reversed(self.people.items())}
        wanted = (row for row, person in self.people.items() if self.names is None or person.name in self.names)
        self.inside = {row: self.people[row] for row in wanted if first[self.people[row].name] == row}
        self.serving = [person.name for person in self.inside.values() if person.serves(self.spans[0])]

    def number(self, setting: Setting) -> float:
        """Return a number of 设置."""
        return self.asked.settings.get(setting.key, setting.default)

    def view(self, days: Days, each: str = "") -> View:
        """Return the view of some days; all views share what was picked."""
        return View(self.tables, days.first, days.last, self.names, self.asked.settings, each, self.known)

    def slow(self, span: int) -> Days:
        """Return the look-back of slow figures until the end of a span."""
        last = self.spans[span].last
        return Days(last - dt.timedelta(days=self.slow_days - 1), last)

    def branches(self) -> dict[int, str]:
        """Return the branches of 字典 by their rows."""
        lists = self.tables["lists"]["branches"]
        last = HELPER_TOP + BRANCH_ROWS
        return {int(row): name for row, name in zip(lists.index, lists.tolist(), strict=True) if name and row < last}


def people_of(staff: pd.DataFrame) -> dict[int, Person]:
    """Return the people of the first rows of 人员 by row; rows without a name are left out."""
    top = staff.loc[(staff.index < HELPER_TOP + STAFF_ROWS) & (staff["name"] != ""), :]
    columns = (top["name"].tolist(), top["branch"].tolist(), _days(top["from_date"]), _days(top["to_date"]))
    return {int(row): Person(*cells) for row, *cells in zip(top.index, *columns, strict=True)}


def names_in_scope(staff: pd.DataFrame, scope: str) -> frozenset[str] | None:
    """Return the names that a scope means: None for the whole company, those of a branch, or the one person."""
    if scope == COMPANY:
        return None
    return frozenset(person.name for person in people_of(staff).values() if scope in (person.branch, person.name))


def setting_numbers(settings: pd.DataFrame) -> dict[str, float]:
    """Return the numbers of 设置 by key, as the formulas read them: cells that hold none are left out, of equal keys the first counts."""
    numbers = pd.to_numeric(settings["value"], errors="coerce")
    held = pd.Series(numbers.to_numpy(), index=settings["key"])
    held = held[~held.index.duplicated()].dropna()
    return {str(key): float(number) for key, number in held.items() if key}


def _days(column: pd.Series) -> list[dt.date | None]:
    return [None if pd.isna(moment) else moment.date() for moment in column]
