"""The manager's week or month as data: gathered here, shown by the page of the workbook, the HTML file and the PDF."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass

from macros.reports import advice, breakdowns, response
from macros.reports.advice import Advice
from macros.reports.breakdowns import AgentOverdue, Course, DueLine, SourceEffect
from macros.reports.figures import Result, results
from macros.reports.periods import Term, month_until, week_until
from macros.reports.response import Listing
from macros.settings import Settings
from workbook.tables import Tables

SOURCES = ("clients", "listings", "followups", "viewings", "deals", "surveys", "referrals")


@dataclass(frozen=True, kw_only=True)
class Report:
    """All that the report of a term shows.

    `stages` and `grades` map a stage or grade to the number of clients that stand there today, `findings` a severity to the
    number of lines on 问题. `empty` is True where no sheet that the report reads holds a row.
    """

    agency: str
    today: dt.date
    term: Term
    figures: tuple[Result, ...]
    stages: Mapping[str, int]
    grades: Mapping[str, int]
    agents: tuple[AgentOverdue, ...]
    sources: tuple[SourceEffect, ...]
    response: tuple[Listing, ...]
    trends: tuple[Course, ...]
    due: tuple[DueLine, ...]
    due_total: int
    findings: Mapping[str, int]
    first: tuple[Advice, ...]
    empty: bool

    @property
    def late(self) -> tuple[AgentOverdue, ...]:
        """The agents who have overdue clients, most first."""
        return tuple(agent for agent in self.agents if agent.overdue)

    def __getitem__(self, key: str) -> Result:
        return next(result for result in self.figures if result.figure.key == key)


def week_report(tables: Tables, today: dt.date, settings: Settings) -> Report:
    """Return the seven days that end today, beside the seven before. Grades, due dates and findings are read as the sheets hold them."""
    return _report(tables, today, settings, week_until(today, int(settings.report.slow_days)))


def month_report(tables: Tables, today: dt.date, settings: Settings) -> Report:
    """Return the month until today, beside the month before until the same day. The sheets are read as for the week."""
    return _report(tables, today, settings, month_until(today, int(settings.report.slow_days)))


def _report(tables: Tables, today: dt.date, settings: Settings, term: Term) -> Report:
    figures = results(tables, term, settings)
    agents = breakdowns.overdue_by_agent(tables)
    due, findings = breakdowns.due_lines(tables), breakdowns.findings(tables)
    empty = all(tables[key].empty for key in SOURCES)
    seen = advice.Seen(term, figures, agents, findings, breakdowns.overdue_a(tables), empty)
    return Report(
        agency=settings.agency.name,
        today=today,
        term=term,
        figures=figures,
        stages=breakdowns.stages(tables),
        grades=breakdowns.grades(tables),
        agents=agents,
        sources=breakdowns.source_effect(tables, term.slow),
        response=response.listings(tables, today, settings, term.slow),
        trends=breakdowns.trends(tables, term.trend),
        due=due,
        due_total=len(tables["due"]),
        findings=findings,
        first=advice.sentences(seen),
        empty=empty,
    )
