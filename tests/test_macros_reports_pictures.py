"""Charts as they are laid out: as long as their values, nothing outside, labels apart; the same in SVG and in the PDF."""

import re
from itertools import pairwise

import pytest
from reported import reported

from macros.reports.palette import SERIES, TRACK
from macros.reports.pictures import draw
from macros.reports.shapes import (
    Box,
    Dot,
    Picture,
    Slice,
    Stroke,
    Words,
    around,
    ems,
    shortened,
    to_drawing,
    to_svg,
)
from macros.reports.shown_parts import Series, ShownChart, ShownTable
from workbook.figures.layout import Shape


def chart(
    shape: Shape, *values: tuple, labels: tuple[str, ...] = ("甲", "乙", "丙"), in_time: bool = False
) -> ShownChart:
    series = tuple(
        Series(f"列{n}", one, tuple("" if value is None else f"{value:g}" for value in one))
        for n, one in enumerate(values)
    )
    return ShownChart(key="k", title="题", shape=shape, unit="位", labels=labels, series=series, in_time=in_time)


def of(picture: Picture, kind: type) -> list:
    return [shape for shape in picture.shapes if isinstance(shape, kind)]


def test_bars_are_as_long_as_their_values():
    bars = [box for box in of(draw(chart(Shape.BARS, (10, 5, 0)), 400), Box) if box.colour == SERIES[0]]
    assert len(bars) == 2
    assert bars[0].width == pytest.approx(2 * bars[1].width)


def test_bars_say_their_values_and_a_dash_where_there_is_none():
    words = [word.text for word in of(draw(chart(Shape.BARS, (10, 0, None)), 400), Words)]
    assert words == ["甲", "10", "乙", "0", "丙", "—"]


def test_columns_are_as_high_as_their_values_over_a_round_scale():
    picture = draw(chart(Shape.COLUMNS, (10, 5, 0), (0, 10, None)), 400)
    first, second = (
        [box for box in of(picture, Box) if box.colour == colour and box.height > 10.5] for colour in SERIES[:2]
    )
    assert first[0].height == pytest.approx(2 * first[1].height) == second[0].height
    ticks = [word.text for word in of(picture, Words) if word.anchor == "end"]
    assert ticks == ["0", "5", "10"]
    assert [word.text for word in of(picture, Words) if word.text.startswith("列")] == ["列0", "列1"]


def test_columns_whose_labels_would_not_fit_lie_down():
    labels = tuple(f"名字特别长的来源第{n}号" for n in range(8))
    wide = draw(chart(Shape.COLUMNS, tuple(range(8)), labels=labels), 1_000)
    narrow = draw(chart(Shape.COLUMNS, tuple(range(8)), labels=labels), 300)
    assert "7" not in [word.text for word in of(wide, Words) if word.x == 1_000]
    assert [word for word in of(narrow, Words) if word.text.endswith("…")]
    assert len([box for box in of(narrow, Box) if box.colour == TRACK]) == 8


def test_labels_in_two_lines_are_about_equally_long():
    labels = ("朋友介绍", "线上渠道", "老带新", "自然到访", "门店接待", "社区活动")
    below = [
        word
        for word in of(draw(chart(Shape.COLUMNS, (1, 2, 3, 4, 5, 6), labels=labels), 260), Words)
        if word.anchor == "middle" and word.y > 150
    ]
    assert [word.text for word in below][:5] == ["朋友", "介绍", "线上", "渠道", "老带新"]


def test_labels_of_time_keep_apart_and_the_last_is_there():
    labels = tuple(f"2026-{n:02}" for n in range(1, 13))
    shown = [
        word
        for word in of(draw(chart(Shape.LINE, tuple(range(12)), labels=labels, in_time=True), 300), Words)
        if "-" in word.text
    ]
    assert shown[-1].text == "2026-12"
    for left, right in pairwise(shown):
        assert left.x + ems(left.text) * left.size / 2 < right.x - ems(right.text) * right.size / 2


def test_line_goes_through_its_values_and_leaves_out_what_is_missing():
    picture = draw(chart(Shape.LINE, (0, None, 10)), 400)
    (stroke,) = of(picture, Stroke)
    dots = of(picture, Dot)
    assert [(dot.x, dot.y) for dot in dots] == list(stroke.points)
    assert len(dots) == 2
    assert dots[0].y > dots[1].y
    assert "10" in [word.text for word in of(picture, Words) if word.anchor == "middle"]


def test_negative_values_stand_below_the_line():
    boxes = [box for box in of(draw(chart(Shape.COLUMNS, (-5, 5, 0)), 400), Box) if box.colour == SERIES[0]]
    assert boxes[0].y == pytest.approx(boxes[1].y + boxes[1].height)


def test_ring_is_shared_by_its_values():
    picture = draw(chart(Shape.RING, (1, 3, 0)), 400)
    assert [(part.first, part.last) for part in of(picture, Slice)] == [(0, 0.25), (0.25, 1)]
    words = [word.text for word in of(picture, Words)]
    assert words == ["4", "位", "甲", "1 · 25%", "乙", "3 · 75%", "丙", "0 · 0%"]


def test_ring_of_one_value_is_whole():
    svg = to_svg(draw(chart(Shape.RING, (0, 3, 0)), 400))
    (path,) = re.findall(r'<path d="([^"]*)"', svg)
    assert path.count("Z") == 2  # two circles: the ring and its hole


def test_points_around_a_ring_go_clockwise_from_the_top():
    part = Slice(0, 0, 10, 5, 0, 1, "#000000")
    assert around(part, 0, 10) == pytest.approx((0, -10))
    assert around(part, 0.25, 10) == pytest.approx((10, 0))


@pytest.mark.parametrize("width", [280.0, 320.0, 460.0])
def test_nothing_is_drawn_outside_the_picture(width):
    found = reported()
    charts = [chart for block in found.blocks if isinstance(block, ShownTable) for chart in block.charts]
    assert len(charts) == 4
    for one in charts:
        picture = draw(one, width)
        for shape in of(picture, Words):
            left = shape.x - {"start": 0, "middle": 0.5, "end": 1}[shape.anchor] * ems(shape.text) * shape.size
            assert left >= -1, shape
            assert left + ems(shape.text) * shape.size <= width + 1, shape
            assert 0 <= shape.y <= picture.height, shape
        for shape in of(picture, Box):
            assert -1 <= shape.x <= shape.x + shape.width <= width + 1, shape
            assert -1 <= shape.y <= shape.y + shape.height <= picture.height + 1, shape


def test_svg_says_what_it_shows_and_is_escaped():
    svg = to_svg(draw(chart(Shape.BARS, (3, 2, 1), labels=("<丙>", "甲 & 乙", "丁")), 300))
    assert '<title id="title-k">题</title><desc id="desc-k">&lt;丙&gt; 3、甲 &amp; 乙 2、丁 1 (单位: 位)</desc>' in svg
    assert "&lt;丙&gt;</text>" in svg


@pytest.mark.parametrize("shape", list(Shape))
def test_drawing_holds_the_same_and_counts_from_the_bottom(shape):
    picture = draw(chart(shape, (3, 2, 1)), 300)
    drawing = to_drawing(picture, "Helvetica", 0.5)
    assert (drawing.width, drawing.height) == (150, picture.height / 2)
    assert len(drawing.contents) == len(picture.shapes)
    words = [(one, two) for one, two in zip(drawing.contents, picture.shapes, strict=True) if isinstance(two, Words)]
    assert words
    for drawn, word in words:
        assert (drawn.x, drawn.y, drawn.text) == (word.x, picture.height - word.y, word.text)


def test_long_labels_are_shortened_and_short_ones_are_not():
    assert shortened("一二三四五六七八", 7) == "一二三四五六…"
    assert shortened("一二三四五六七", 7) == "一二三四五六七"


@pytest.mark.parametrize("colour", SERIES)
def test_series_stand_out_from_the_page(colour):
    parts = [int(colour[n : n + 2], 16) / 255 for n in (1, 3, 5)]
    linear = [p / 12.92 if p <= 0.03928 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
    assert 1.05 / (0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2] + 0.05) >= 3
