"""Charts, declared once and drawn twice: as SVG in the HTML and as vectors in the PDF.

A `Chart` says what is shown; `draw` lays it out as a few boxes and words on a plane whose origin is at the top left; two short
functions put that plane into SVG and into reportlab. So both show the same picture, and a chart is plain data to the tests.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from typing import TYPE_CHECKING, Any, NamedTuple

from macros.reports.palette import ACCENT, BAD, GRADES, INK, MUTED, SECOND, TRACK

if TYPE_CHECKING:
    from macros.reports.gather import Report

BAR_ROW, BAR = 30.0, 16.0
COLUMNS_HEIGHT = 150.0
TEXT, SMALL = 12.0, 10.5
LABEL_EMS = 7.0  # the widest label of a bar, in Chinese characters; longer ones are shortened
BARS_SHOWN = 10


@dataclass(frozen=True)
class Chart:
    """Values by label. `columns` stand upright, for time; otherwise bars lie, for names. `notes` stand beside the values.

    `colours` are one for all values or one for each.
    """

    key: str
    title: str
    labels: tuple[str, ...]
    values: tuple[float, ...]
    notes: tuple[str, ...] = ()
    colours: tuple[str, ...] = (ACCENT,)
    columns: bool = False
    caption: str = ""

    def colour(self, at: int) -> str:
        """Return the colour of a value."""
        return self.colours[at % len(self.colours)]


class Box(NamedTuple):
    """A filled rectangle; x, y is its upper left corner."""

    x: float
    y: float
    width: float
    height: float
    colour: str
    radius: float = 2.0


class Words(NamedTuple):
    """A line of text; y is its baseline, `anchor` says what x is: start, middle or end."""

    x: float
    y: float
    text: str
    size: float = TEXT
    colour: str = INK
    anchor: str = "start"


class Picture(NamedTuple):
    """A drawn chart."""

    chart: Chart
    width: float
    height: float
    shapes: Sequence[Box | Words]


def charts_of(report: "Report") -> dict[str, Chart]:
    """Return the charts of a report by key; those without a value are left out, so that no empty frame is drawn."""
    courses = (_course(report, course) for course in report.trends)
    charts = [*courses, _funnel(report), _grades(report), _agents(report), _sources(report)]
    return {chart.key: chart for chart in charts if any(chart.values)}


def _course(report: "Report", course: Any) -> Chart:
    colours = (*[SECOND] * (len(course.values) - 1), ACCENT)
    caption = f"单位: {course.unit}; {report.term.trend.axis}"
    title = f"{course.name}, {report.term.trend.long}"
    return Chart(
        f"trend_{course.name}", title, course.labels, course.values, colours=colours, columns=True, caption=caption
    )


def _funnel(report: "Report") -> Chart:
    return _shares("funnel", "客户在哪个阶段", report.stages, (ACCENT,), "全部客户, 今天的阶段; 客户!阶段")


def _grades(report: "Report") -> Chart:
    return _shares("grades", "在跟客户的等级", report.grades, GRADES, "人工等级优先于系统等级; 客户!人工等级、系统等级")


def _shares(key: str, title: str, counts: Any, colours: tuple[str, ...], caption: str) -> Chart:
    total = sum(counts.values()) or 1
    notes = tuple(f"{count:,} 位 · {100 * count / total:.0f}%" for count in counts.values())
    return Chart(key, title, tuple(counts), tuple(counts.values()), notes, colours, caption=caption)


def _agents(report: "Report") -> Chart:
    late = report.late[:BARS_SHOWN]
    notes = tuple(f"{a.overdue:,} / {a.clients:,} 位" for a in late)
    labels, values = tuple(a.agent for a in late), tuple(a.overdue for a in late)
    return Chart(
        "agents", "逾期客户最多的负责人", labels, values, notes, (BAD,), caption="逾期 / 在跟客户; 客户!逾期天数 大于 0"
    )


def _sources(report: "Report") -> Chart:
    shown = sorted(report.sources, key=lambda s: (-s.clients, s.source))[:BARS_SHOWN]
    notes = tuple(f"{s.clients:,} 位" for s in shown)
    labels, values = tuple(s.source for s in shown), tuple(s.clients for s in shown)
    return Chart("sources", "新增客户从哪里来", labels, values, notes, caption=f"首接时间 在 {report.term.slow.short}")


def draw(chart: Chart, width: float) -> Picture:
    """Return the chart laid out at a width, in points or CSS pixels; its height follows from what it holds."""
    return _columns(chart, width) if chart.columns else _bars(chart, width)


def _bars(chart: Chart, width: float) -> Picture:
    labels = [shortened(label, LABEL_EMS) for label in chart.labels]
    notes = chart.notes or tuple(f"{value:,.0f}" for value in chart.values)
    left = max(ems(label) for label in labels) * TEXT + 10
    room = width - left - max(ems(note) for note in notes) * SMALL - 10
    most = max(chart.values)
    shapes: list[Box | Words] = []
    for at, value in enumerate(chart.values):
        y = at * BAR_ROW + (BAR_ROW - BAR) / 2
        baseline = y + BAR - 4
        long = room * value / most
        shapes.append(Words(left - 10, baseline, labels[at], anchor="end"))
        shapes.append(Box(left, y, room, BAR, TRACK))
        if long:
            shapes.append(Box(left, y, max(long, 2.0), BAR, chart.colour(at)))
        shapes.append(Words(width, baseline, notes[at], SMALL, MUTED, "end"))
    return Picture(chart, width, len(labels) * BAR_ROW, shapes)


def _columns(chart: Chart, width: float) -> Picture:
    step, most = width / len(chart.values), max(chart.values)
    every = math.ceil((ems(chart.labels[0]) + 0.5) * SMALL / step)  # so many columns share the room of a label
    ground = COLUMNS_HEIGHT - 20
    shapes: list[Box | Words] = [Box(0, ground, width, 1, TRACK, 0)]
    for at, value in enumerate(chart.values):
        middle, high = (at + 0.5) * step, (ground - 20) * value / most
        last = at == len(chart.values) - 1
        if high:
            shapes.append(Box(middle - step * 0.32, ground - high, step * 0.64, high, chart.colour(at)))
        ink = INK if last else MUTED
        shapes.append(Words(middle, ground - high - 5, f"{value:,.0f}", SMALL, ink, "middle"))
        if (len(chart.values) - 1 - at) % every == 0:
            shapes.append(Words(middle, COLUMNS_HEIGHT - 5, chart.labels[at], SMALL, ink, "middle"))
    return Picture(chart, width, COLUMNS_HEIGHT, shapes)


def ems(text: str) -> float:
    """Return about how wide a text is, in Chinese characters."""
    return sum(1.0 if ord(sign) > 0x2E80 else 0.58 for sign in text)


def shortened(text: str, most: float) -> str:
    """Return a text that is at most so many characters wide, ended by … where something was cut."""
    if ems(text) <= most:
        return text
    while ems(text) > most - 1:
        text = text[:-1]
    return text + "…"


def described(chart: Chart) -> str:
    """Return the chart in words, for those who hear the page."""
    notes = chart.notes or tuple(f"{value:,.0f}" for value in chart.values)
    return f"{chart.title}: " + ", ".join(f"{label} {note}" for label, note in zip(chart.labels, notes, strict=True))


def to_svg(picture: Picture) -> str:
    """Return the picture as one SVG element, its labels escaped."""
    name = escape(described(picture.chart))
    head = f'<svg class="chart" viewBox="0 0 {picture.width:g} {picture.height:g}" role="img" aria-label="{name}">'
    return head + "".join(map(_svg, picture.shapes)) + "</svg>"


def _svg(shape: Box | Words) -> str:
    if isinstance(shape, Box):
        size = f'width="{shape.width:.1f}" height="{shape.height:.1f}" rx="{shape.radius:g}"'
        return f'<rect x="{shape.x:.1f}" y="{shape.y:.1f}" {size} fill="{shape.colour}"/>'
    place = f'x="{shape.x:.1f}" y="{shape.y:.1f}" text-anchor="{shape.anchor}"'
    return f'<text {place} font-size="{shape.size:g}" fill="{shape.colour}">{escape(shape.text)}</text>'


def to_drawing(picture: Picture, font: str, scale: float = 1.0) -> Any:
    """Return the picture as a reportlab Drawing, whose y counts from the bottom."""
    from reportlab.graphics.shapes import Drawing, Rect, String
    from reportlab.lib.colors import HexColor

    drawing = Drawing(picture.width * scale, picture.height * scale, transform=(scale, 0, 0, scale, 0, 0))
    for shape in picture.shapes:
        colour = HexColor(shape.colour)
        if isinstance(shape, Box):
            bottom = picture.height - shape.y - shape.height
            drawing.add(
                Rect(
                    shape.x,
                    bottom,
                    shape.width,
                    shape.height,
                    rx=shape.radius,
                    ry=shape.radius,
                    fillColor=colour,
                    strokeColor=None,
                )
            )
        else:
            style = {"fontName": font, "fontSize": shape.size, "fillColor": colour, "textAnchor": shape.anchor}
            drawing.add(String(shape.x, picture.height - shape.y, shape.text, **style))
    return drawing
