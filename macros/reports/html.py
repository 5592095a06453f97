"""The report as one self-contained HTML page: no scripts, no links, charts as SVG; for a screen, a phone and A4 paper."""

from functools import cache
from typing import TYPE_CHECKING

from jinja2 import Environment, FileSystemLoader, StrictUndefined, Template
from markupsafe import Markup

from macros.places import TEMPLATES
from macros.reports import palette, wording
from macros.reports.charts import BARS_SHOWN, charts_of, draw, to_svg

if TYPE_CHECKING:
    from macros.reports.gather import Report

CHART_WIDTH, TREND_WIDTH = 370.0, 300.0  # CSS pixels at which a chart's text has its own size


@cache
def _template() -> Template:
    environment = Environment(
        loader=FileSystemLoader(TEMPLATES / "reports"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    return environment.get_template("report.html.j2")


def to_html(report: "Report") -> str:
    """Return the page. The same report gives the same text."""
    charts = {
        key: (chart, Markup(to_svg(draw(chart, TREND_WIDTH if chart.columns else CHART_WIDTH))))
        for key, chart in charts_of(report).items()
    }
    return _template().render(
        report=report,
        tiles=[report[key] for key in wording.HEADLINES],
        charts=charts,
        trends=[pair for pair in charts.values() if pair[0].columns],
        period=report.term.line,
        listed=BARS_SHOWN,
        words=wording,
        colours=palette,
    )
