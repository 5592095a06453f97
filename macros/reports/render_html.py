"""The report as one self-contained HTML page: no scripts, nothing from elsewhere, charts as SVG; for a screen, a phone and A4 paper."""

from functools import cache

from jinja2 import Environment, FileSystemLoader, StrictUndefined, Template
from markupsafe import Markup

from macros.places import TEMPLATES
from macros.reports import palette
from macros.reports.numbers import NO_DATA
from macros.reports.pictures import draw
from macros.reports.shapes import to_svg
from macros.reports.shown_parts import FIGURE_HEADS, NARROW, NOTHING, TOTAL, Shown, ShownTable, is_empty, kind_of

CHART_WIDTH = 320.0  # CSS pixels at which a chart's text has its own size: on a narrow phone it is hardly smaller


@cache
def _template() -> Template:
    environment = Environment(
        loader=FileSystemLoader(TEMPLATES / "reports"), autoescape=True, undefined=StrictUndefined, trim_blocks=True,
        lstrip_blocks=True,
    )  # fmt: skip
    return environment.get_template("page.html.j2")


def to_html(shown: Shown) -> str:
    """Return the page. The same report gives the same text."""
    charts = (chart for block in shown.blocks if isinstance(block, ShownTable) for chart in block.charts)
    return _template().render(
        shown=shown,
        svgs={chart.key: Markup(to_svg(draw(chart, CHART_WIDTH))) for chart in charts},
        heads=FIGURE_HEADS,
        narrow=NARROW,
        kind=kind_of,
        empty=is_empty,
        nothing=NOTHING,
        missing=NO_DATA,
        total=TOTAL,
        colours=palette,
    )
