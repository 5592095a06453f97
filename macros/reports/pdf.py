"""The report as a PDF of A4 pages, made with reportlab alone; charts are vectors, the same report gives the same bytes."""

from collections.abc import Iterable
from functools import partial
from io import BytesIO
from typing import TYPE_CHECKING

from reportlab.lib.pagesizes import A4
from reportlab.lib.units import mm
from reportlab.platypus import BaseDocTemplate, Flowable, Frame, PageTemplate, Spacer

from macros.reports import wording
from macros.reports.charts import BARS_SHOWN, Chart, charts_of
from macros.reports.fonts import chinese_font
from macros.reports.pdf_parts import MARGIN, WIDTH, Column, Numbered, Press
from macros.reports.wording import HEADLINES, NONE

if TYPE_CHECKING:
    from macros.reports.gather import Report


def to_pdf(report: "Report") -> bytes:
    """Return the PDF. Its bytes depend on the report and on the font that this computer has."""
    font = chinese_font()
    out = BytesIO()
    title = f"{report.agency} 经理{report.term.name} {report.term.days}"
    document = BaseDocTemplate(
        out, pagesize=A4, title=title, author=report.agency, subject=report.term.line, lang="zh-CN", invariant=1
    )
    frame = Frame(MARGIN, MARGIN + 4 * mm, WIDTH, A4[1] - 2 * MARGIN - 6 * mm, 0, 0, 0, 0)
    document.addPageTemplates(PageTemplate(frames=[frame]))
    running = (report.agency, f"经理{report.term.name} {report.term.days}")
    document.build(list(_story(report, Press(font))), canvasmaker=partial(Numbered, running=running, font=font))
    return out.getvalue()


def _story(report: "Report", press: Press) -> Iterable[Flowable]:
    yield from (press.title(f"{report.agency} 经理{report.term.name}"), Spacer(0, 2 * mm), press.note(report.term.line))
    yield from press.section("先看什么", [press.steps(report.first)])
    if report.empty:
        return
    charts = charts_of(report)
    yield from press.section(f"{report.term.this}要点", [press.tiles([report[key] for key in HEADLINES])])
    yield from press.section(
        report.term.trend.heading, press.charts([chart for chart in charts.values() if chart.columns])
    )
    yield from press.section("客户", press.charts([charts[key] for key in ("funnel", "grades") if key in charts]))
    yield from press.section("逾期按负责人", _agents(report, charts, press))
    yield from press.section(f"来源效果 ({report.term.slow})", _sources(report, charts, press))
    yield from press.section(f"响应、录入和承诺 ({report.term.slow})", press.tables(report.response))
    yield from press.section(f"今日待办前 {len(report.due)} 条 (共 {report.due_total} 条)", _due(report, press))
    yield from press.section("数据问题", _findings(report, press))
    yield from press.section("全部数字", [_figures(report, press)], room=200 * mm)


def _agents(report: "Report", charts: dict[str, Chart], press: Press) -> list[Flowable]:
    columns = (Column("负责人", 30), Column("在跟客户", 20, True), Column("逾期", 18, True), Column("最长", 18, True))
    shown, others = report.late[:BARS_SHOWN], report.late[BARS_SHOWN:]
    if not shown:
        return []
    rows = [(a.agent, f"{a.clients:,} 位", f"{a.overdue:,} 位", f"{a.longest_days} 天") for a in shown]
    told = "、".join(f"{a.agent} {a.overdue} / {a.clients}" for a in others)
    rest = [Spacer(0, 2 * mm), press.note(f"其余 {len(others)} 位 (逾期 / 在跟客户): {told}")] if others else []
    return [press.beside(charts["agents"], press.table(columns, rows)), *rest]


def _sources(report: "Report", charts: dict[str, Chart], press: Press) -> list[Flowable]:
    columns = (Column("来源", 32), Column("新客户", 18, True), Column("带看", 18, True), Column("成交", 18, True))
    rows = [
        (s.source, f"{s.clients:,} 位", f"{s.viewings:,} 次", f"{s.deals:,} 单") for s in report.sources[:BARS_SHOWN]
    ]
    table = press.table(columns, rows)
    if not rows:
        return []
    return [press.beside(charts["sources"], table) if "sources" in charts else table]


def _due(report: "Report", press: Press) -> list[Flowable]:
    columns = (
        Column("行", 10, True), Column("客户", 24), Column("等级", 12), Column("负责人", 20), Column("逾期", 16, True),
        Column("下一步与原因", 96),
    )  # fmt: skip
    rows = [
        (str(line.row), line.client, line.grade, line.agent, f"{line.overdue_days} 天", (line.what, line.reason))
        for line in report.due
    ]
    return [press.table(columns, rows)] if rows else []


def _figures(report: "Report", press: Press) -> Flowable:
    columns = (
        Column("指标", 36), Column("数值", 19, True), Column(report.term.last, 19, True), Column("目标", 16, True),
        Column("样本", 21, True), Column("口径与出处", 67),
    )  # fmt: skip
    rows = []
    for result in report.figures:
        unit = result.figure.unit
        before = NONE if result.previous is None else wording.shown(result.previous, unit)
        source = result.missing or f"看: {result.where}"
        rows.append((
            result.figure.name, wording.shown(result.value, unit), before, wording.target(result) or NONE,
            wording.sample(result) or NONE, (result.figure.definition, source),
        ))  # fmt: skip
    return press.table(columns, rows)


def _findings(report: "Report", press: Press) -> list[Flowable]:
    told = " · ".join(f"{name} {count:,} 条" for name, count in report.findings.items())
    return [press.body(f"{told}。逐条见「问题」表。")] if told else []
