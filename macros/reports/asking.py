"""Which reports there are to ask for, and what a person asked of one: its page, and the days and rows it is about."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import replace
from typing import NamedTuple

import pandas as pd

from macros.reports.shown import REPORT
from workbook.errors import UsageError
from workbook.figures.layout import BRANCH_ROWS, HELPER_TOP, STAFF_ROWS, TERMS, ReportPage
from workbook.figures.periods import MONTHS, spans_of
from workbook.figures.quantities import COMPANY
from workbook.figures.reports import REPORT_PAGES
from workbook.figures.seen import Asked, names_in_scope, setting_numbers

ALL, CUSTOM, LAST = "全部", "自定义", "月报"
PAGES: Mapping[str, ReportPage] = {page.key: page for page in REPORT_PAGES}
KINDS: Mapping[str, tuple[ReportPage, str]] = {
    **{term: (PAGES[REPORT], term) for term in TERMS if term != CUSTOM},
    **{page.label: (page, page.term) for page in REPORT_PAGES if page.key != REPORT},
}
"""The thirteen reports: what each is called -> its page, and the kind of days where none is named."""


class Ask(NamedTuple):
    """A report that is to be made."""

    page: ReportPage
    asked: Asked


class Wish(NamedTuple):
    """What was typed of a report: `of` its name, `term` the kind of days ("": its own), `since` the first day of 自定义."""

    of: str
    term: str = ""
    scope: str = ""
    since: dt.date | None = None


def asks(wish: Wish, tables: Mapping[str, pd.DataFrame], until: dt.date, today: dt.date) -> list[Ask]:
    """Return the reports that a person named; 全部 is all of them, 月报 last: it is what 报表 and 指标明细 then show.

    Raises UsageError for a scope that nobody has, and for a first day that no report begins with.
    """
    if wish.since and CUSTOM not in (wish.of, wish.term):
        do = "请加上 --of 自定义, 分析页加上 --term 自定义"
        raise UsageError("--since", "只有「自定义」从这一天起", do, code="USAGE")
    asked = Asked(
        term="", until=until, scope=wish.scope or COMPANY, custom=wish.since, settings=setting_numbers(tables["settings"]),
        made=today,
    )  # fmt: skip
    check(replace(asked, term=CUSTOM if wish.since else ""), tables)
    if wish.of == CUSTOM:
        return [Ask(PAGES[REPORT], replace(asked, term=CUSTOM))]
    names = (
        sorted(KINDS, key=lambda name: (KINDS[name][0].key == REPORT, name == LAST)) if wish.of == ALL else [wish.of]
    )
    return [_ask(KINDS[name], wish, asked) for name in names]


def _ask(kind: tuple[ReportPage, str], wish: Wish, asked: Asked) -> Ask:
    page, term = kind
    return Ask(page, replace(asked, term=wish.term if wish.term and page.key != REPORT else term))


def check(asked: Asked, tables: Mapping[str, pd.DataFrame]) -> None:
    """Raise UsageError where the rows are those of neither the company nor a branch nor a person that the pages can show, or where 自定义
    begins after its end."""
    scope = asked.scope
    if asked.term == CUSTOM and asked.custom and asked.custom > asked.until:
        where, what = f"自定义起 {asked.custom}", f"在截止日 {asked.until} 之后"
        raise UsageError(where, what, "请写一个不晚于截止日的日子", code="FIRST_AFTER_LAST")
    if not scope or scope == COMPANY:
        return
    branches = tables["lists"]["branches"]
    if scope in {*branches[branches.index < HELPER_TOP + BRANCH_ROWS]} or names_in_scope(tables["staff"], scope):
        return
    where = f"报表「{scope}」"
    do = f"请写「{COMPANY}」、字典里的门店, 或人员表前 {STAFF_ROWS} 行里的姓名"
    raise UsageError(where, "没有这家门店, 也没有这个人", do, code="NO_SUCH_SCOPE")


def ended(ask: Ask) -> Ask | None:
    """Return the same report of the month, quarter or year that ended last, to be frozen; None for other kinds of days."""
    if ask.page.key != REPORT or ask.asked.term not in MONTHS or ask.asked.made is None:
        return None
    until = spans_of(ask.asked.term, ask.asked.made)[0].first - dt.timedelta(days=1)
    return Ask(ask.page, replace(ask.asked, until=until))
