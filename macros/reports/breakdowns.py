"""What stands beside the figures: the funnel, grades, overdue clients by agent, the effect of sources, the course of time, today's list."""

from collections.abc import Mapping
from typing import NamedTuple

import pandas as pd

from macros.privacy.masks import hidden
from macros.reports.measures import deals, new_clients, seen, signed, viewings
from macros.reports.periods import Period, Trend
from workbook.build.figures import is_open
from workbook.sheets import BY_KEY
from workbook.tables import Tables

DUE_LINES = 10
REASON_SIGNS = 200  # a line of the list stays a line; the whole reason stands on 今日待办
NOBODY = "(未填)"
GRADES = ("A", "B", "C", "D")


class AgentOverdue(NamedTuple):
    """An agent's open clients, how many of them are overdue, and the longest delay in days."""

    agent: str
    clients: int
    overdue: int
    longest_days: int


class SourceEffect(NamedTuple):
    """What a source of clients brought: new clients, viewings that took place and deals of its clients, all in the same days."""

    source: str
    clients: int
    viewings: int
    deals: int


class Course(NamedTuple):
    """A count over the spans of a trend, oldest first."""

    name: str
    unit: str
    labels: tuple[str, ...]
    values: tuple[int, ...]


class DueLine(NamedTuple):
    """A line of 今日待办. The client is named by form of address; `row` is the line's Excel row."""

    row: int
    agent: str
    client: str
    grade: str
    overdue_days: int
    what: str
    reason: str


def stages(tables: Tables) -> Mapping[str, int]:
    """Return stage -> number of clients, in the order of the drop-down, every stage listed; empty without clients."""
    return _counted(tables["clients"]["stage"], BY_KEY["clients"]["stage"].choices)


def grades(tables: Tables) -> Mapping[str, int]:
    """Return grade -> number of open clients, A to D; a person's grade goes before the machine's. Empty where nobody is graded."""
    clients = tables["clients"]
    return _counted(_grade(clients[is_open(clients)]), GRADES)


def _grade(clients: pd.DataFrame) -> pd.Series:
    return clients["grade"].where(clients["grade_manual"] == "", clients["grade_manual"])


def _counted(values: pd.Series, names: tuple[str, ...]) -> dict[str, int]:
    counts = values.value_counts()
    found = {name: int(counts.get(name, 0)) for name in names}
    return found if any(found.values()) else {}


def overdue_by_agent(tables: Tables) -> tuple[AgentOverdue, ...]:
    """Return every agent who has open clients, most overdue first, then the longest delay, then the name."""
    clients = tables["clients"]
    mine = clients.loc[is_open(clients), ["owner", "overdue_days"]]
    days = mine["overdue_days"].clip(lower=0).fillna(0)
    owner = mine["owner"].where(mine["owner"] != "", NOBODY)
    grouped = pd.DataFrame({"days": days, "late": days > 0}).groupby(owner)
    table = grouped.agg(clients=("late", "size"), late=("late", "sum"), longest=("days", "max"))
    found = [AgentOverdue(str(who), int(n), int(late), int(most)) for who, n, late, most in table.itertuples()]
    return tuple(sorted(found, key=lambda a: (-a.overdue, -a.longest_days, a.agent)))


def overdue_a(tables: Tables) -> int:
    """Return how many open clients of grade A are overdue."""
    clients = tables["clients"]
    return int((is_open(clients) & (_grade(clients) == "A") & (clients["overdue_days"] > 0)).sum())


def source_effect(tables: Tables, period: Period) -> tuple[SourceEffect, ...]:
    """Return what every source brought in the period, most deals first, then viewings, then clients; idle sources are left out (R15)."""
    clients = tables["clients"]
    source_of = clients.drop_duplicates("client_id").set_index("client_id")["source"].replace("", NOBODY)
    new = clients.loc[period.holds(clients["first_contact_at"]), "client_id"]
    counts = [
        ids[ids != ""].map(source_of).value_counts()
        for ids in (new, seen(tables, period)["client_id"], signed(tables, period)["client_id"])
    ]
    table = pd.concat(counts, axis=1).fillna(0).astype(int)
    found = [SourceEffect(str(source), *map(int, row)) for source, *row in table.itertuples()]
    return tuple(sorted(found, key=lambda s: (-s.deals, -s.viewings, -s.clients, s.source)))


def trends(tables: Tables, trend: Trend) -> tuple[Course, ...]:
    """Return new clients, viewings and deals over the spans of a trend; a count that is nothing throughout is left out."""
    counted = (("新增客户", "位", new_clients), ("带看量", "次", viewings), ("成交量", "单", deals))
    found = [
        Course(name, unit, trend.labels, tuple(int(measure(tables, span).value or 0) for span in trend.spans))
        for name, unit, measure in counted
    ]
    return tuple(course for course in found if any(course.values))


def due_lines(tables: Tables) -> tuple[DueLine, ...]:
    """Return the first ten lines of 今日待办."""
    top = tables["due"].sort_values("rank", kind="stable").head(DUE_LINES)
    clients = tables["clients"].drop_duplicates("client_id").set_index("client_id")["salutation"]
    return tuple(
        DueLine(
            int(row), line.who, _masked(_address(line.name, clients.get(line.client_id, ""))), line.grade,
            int(max(line.overdue_days, 0)) if line.overdue_days == line.overdue_days else 0,
            _masked(line.what), _masked(line.reason),
        )
        for row, line in zip(top.index, top.itertuples(index=False), strict=True)
    )  # fmt: skip


def _address(name: str, salutation: str) -> str:
    if not salutation:
        return name
    return salutation if name[:1] in salutation else name[:1] + salutation


def _masked(text: str) -> str:
    shown = hidden(text)
    return shown if len(shown) <= REASON_SIGNS else shown[: REASON_SIGNS - 1] + "…"


def findings(tables: Tables) -> Mapping[str, int]:
    """Return severity, as the sheet words it -> number of lines on 问题, most frequent first."""
    counts = tables["findings"]["severity"].value_counts()
    return {str(name): int(n) for name, n in sorted(counts.items(), key=lambda item: (-item[1], item[0]))}
