"""The manager's week as data: `week_report` gathers it, the page of the workbook, the HTML file and the PDF show it."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass

from macros.reports import advice, breakdowns
from macros.reports.advice import Advice
from macros.reports.breakdowns import AgentOverdue, DueLine, SourceEffect, Trend
from macros.reports.figures import Result, results
from macros.reports.periods import WEEK_DAYS, Period, days_until
from macros.settings import Settings
from workbook.tables import Tables

SOURCES = ("clients", "listings", "followups", "viewings", "deals", "surveys", "referrals")


@dataclass(frozen=True, kw_only=True)
class WeekReport:
    """All that the report shows. `week` is compared with `before`; `slow` is the look-back of figures that few rows feed.

    `stages` and `grades` map a stage or grade to the number of clients that stand there today, `findings` a severity to the
    number of lines on 问题. `empty` is True where no sheet that the report reads holds a row.
    """

    agency: str
    today: dt.date
    week: Period
    before: Period
    slow: Period
    figures: tuple[Result, ...]
    stages: Mapping[str, int]
    grades: Mapping[str, int]
    agents: tuple[AgentOverdue, ...]
    sources: tuple[SourceEffect, ...]
    trends: tuple[Trend, ...]
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


def week_report(tables: Tables, today: dt.date, settings: Settings) -> WeekReport:
    """Return the seven days that end today, beside the seven before. Grades, due dates and findings are read as the sheets hold them."""
    week, slow = days_until(today, WEEK_DAYS), days_until(today, int(settings.report.slow_days))
    figures = results(tables, week, slow, settings)
    agents = breakdowns.overdue_by_agent(tables)
    due, findings = breakdowns.due_lines(tables), breakdowns.findings(tables)
    empty = all(tables[key].empty for key in SOURCES)
    return WeekReport(
        agency=settings.agency.name,
        today=today,
        week=week,
        before=week.back(WEEK_DAYS),
        slow=slow,
        figures=figures,
        stages=breakdowns.stages(tables),
        grades=breakdowns.grades(tables),
        agents=agents,
        sources=breakdowns.source_effect(tables, slow),
        trends=breakdowns.trends(tables, week),
        due=due,
        due_total=len(tables["due"]),
        findings=findings,
        first=advice.sentences(advice.Seen(figures, agents, findings, breakdowns.overdue_a(tables), empty)),
        empty=empty,
    )
