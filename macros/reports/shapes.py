"""What charts are drawn of, on a plane whose origin is at the top left: boxes, lines, slices and words, put into SVG or into reportlab.

Both show the same picture, and a picture is plain data to the tests.
"""

import math
from collections.abc import Iterator, Sequence
from html import escape
from typing import Any, NamedTuple

from macros.reports.palette import INK

TEXT, SMALL = 12.5, 11.5
CORNERS = 180  # of a polygon that looks like a circle


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


class Stroke(NamedTuple):
    """A line through points."""

    points: tuple[tuple[float, float], ...]
    colour: str
    thick: float = 2.0


class Dot(NamedTuple):
    """A filled circle."""

    x: float
    y: float
    radius: float
    colour: str


class Slice(NamedTuple):
    """A part of a ring, from one share of it to another, clockwise from the top."""

    x: float
    y: float
    radius: float
    hole: float
    first: float
    last: float
    colour: str


Shape = Box | Words | Stroke | Dot | Slice


class Picture(NamedTuple):
    """A drawn chart; `described` says it in words, for those who hear the page."""

    key: str
    title: str
    described: str
    width: float
    height: float
    shapes: Sequence[Shape]


def ems(text: str) -> float:
    """Return about how wide a text is, in Chinese characters."""
    return sum(1.0 if ord(sign) > 0x2E80 else 0.58 for sign in text)


def shortened(text: str, most: float) -> str:
    """Return a text that is at most so many characters wide, ended by … where something was cut."""
    if ems(text) <= most:
        return text
    while text and ems(text) > most - 1:
        text = text[:-1]
    return text + "…"


def to_svg(picture: Picture) -> str:
    """Return the picture as one SVG element with a title and a description, all words escaped."""
    size = f'viewBox="0 0 {picture.width:g} {picture.height:g}"'
    title, described = f"title-{picture.key}", f"desc-{picture.key}"
    head = f'<svg class="chart" {size} role="img" aria-labelledby="{title} {described}">'
    told = (
        f'<title id="{title}">{escape(picture.title)}</title><desc id="{described}">{escape(picture.described)}</desc>'
    )
    return f"{head}{told}{''.join(map(_svg, picture.shapes))}</svg>"


def _svg(shape: Shape) -> str:
    if isinstance(shape, Box):
        size = f'width="{shape.width:.1f}" height="{shape.height:.1f}" rx="{shape.radius:g}"'
        return f'<rect x="{shape.x:.1f}" y="{shape.y:.1f}" {size} fill="{shape.colour}"/>'
    if isinstance(shape, Words):
        place = f'x="{shape.x:.1f}" y="{shape.y:.1f}" text-anchor="{shape.anchor}"'
        return f'<text {place} font-size="{shape.size:g}" fill="{shape.colour}">{escape(shape.text)}</text>'
    if isinstance(shape, Stroke):
        points = " ".join(f"{x:.1f},{y:.1f}" for x, y in shape.points)
        look = f'stroke="{shape.colour}" stroke-width="{shape.thick:g}" stroke-linejoin="round"'
        return f'<polyline points="{points}" fill="none" {look}/>'
    if isinstance(shape, Dot):
        return f'<circle cx="{shape.x:.1f}" cy="{shape.y:.1f}" r="{shape.radius:g}" fill="{shape.colour}"/>'
    return f'<path d="{_arc(shape)}" fill="{shape.colour}" fill-rule="evenodd"/>'


def _arc(part: Slice) -> str:
    if part.last - part.first >= 1:  # an arc from a point to itself is none: two circles, one the hole of the other
        return _circle(part, part.radius) + _circle(part, part.hole)
    large = int(part.last - part.first > 0.5)
    (ax, ay), (bx, by) = (around(part, share, part.radius) for share in (part.first, part.last))
    (cx, cy), (dx, dy) = (around(part, share, part.hole) for share in (part.last, part.first))
    outer, inner = f"{part.radius:g} {part.radius:g} 0 {large}", f"{part.hole:g} {part.hole:g} 0 {large}"
    return f"M{ax:.1f} {ay:.1f}A{outer} 1 {bx:.1f} {by:.1f}L{cx:.1f} {cy:.1f}A{inner} 0 {dx:.1f} {dy:.1f}Z"


def _circle(part: Slice, radius: float) -> str:
    half = f"a{radius:g} {radius:g} 0 1 1"
    return f"M{part.x - radius:.1f} {part.y:.1f}{half} {2 * radius:g} 0{half} {-2 * radius:g} 0Z"


def around(part: Slice, share: float, radius: float) -> tuple[float, float]:
    """Return the point of a circle that lies a share of its way clockwise from the top."""
    angle = 2 * math.pi * share
    return part.x + radius * math.sin(angle), part.y - radius * math.cos(angle)


def to_drawing(picture: Picture, font: str, scale: float = 1.0) -> Any:
    """Return the picture as a reportlab Drawing, whose y counts from the bottom."""
    from reportlab.graphics.shapes import Drawing

    drawing = Drawing(picture.width * scale, picture.height * scale, transform=(scale, 0, 0, scale, 0, 0))
    for shape in picture.shapes:
        drawing.add(_drawn(shape, picture.height, font))
    return drawing


def _drawn(shape: Shape, height: float, font: str) -> Any:
    from reportlab.graphics.shapes import Circle, Polygon, PolyLine, Rect, String
    from reportlab.lib.colors import HexColor

    fill = {"fillColor": HexColor(shape.colour), "strokeColor": None}
    if isinstance(shape, Box):
        round_off = {"rx": shape.radius, "ry": shape.radius}
        return Rect(shape.x, height - shape.y - shape.height, shape.width, shape.height, **round_off, **fill)
    if isinstance(shape, Words):
        style = {"fontName": font, "fontSize": shape.size, "fillColor": fill["fillColor"], "textAnchor": shape.anchor}
        return String(shape.x, height - shape.y, shape.text, **style)
    if isinstance(shape, Stroke):
        points = [value for x, y in shape.points for value in (x, height - y)]
        return PolyLine(points, strokeColor=fill["fillColor"], strokeWidth=shape.thick, strokeLineJoin=1)
    if isinstance(shape, Dot):
        return Circle(shape.x, height - shape.y, shape.radius, **fill)
    return Polygon([value for x, y in _corners(shape) for value in (x, height - y)], **fill)


def _corners(part: Slice) -> Iterator[tuple[float, float]]:
    """Yield points so close that their polygon looks round."""
    steps = max(2, round((part.last - part.first) * CORNERS))
    shares = [part.first + (part.last - part.first) * at / steps for at in range(steps + 1)]
    yield from (around(part, share, part.radius) for share in shares)
    yield from (around(part, share, part.hole) for share in reversed(shares))
