"""How charts look: laid out at a width, in points or CSS pixels; the height follows from what they hold."""

import math
from collections.abc import Iterator, Sequence

from macros.reports.palette import INK, MUTED, SERIES, TRACK
from macros.reports.shapes import SMALL, TEXT, Box, Dot, Picture, Shape, Slice, Stroke, Words, ems, shortened
from macros.reports.shown_parts import Series, ShownChart
from workbook.figures import layout

BAR_ROW, BAR, THIN_ROW, THIN = 26.0, 15.0, 15.0, 11.0
LABEL_EMS = 7.5  # the widest label of a bar, in Chinese characters; longer ones are shortened
PLOT, AXIS, LEGEND_ROW = 150.0, 22.0, 20.0
TICKS, LABEL_LINES, LINE_HEIGHT = 4, 2, 14.0
RING, HOLE, RING_ROW = 62.0, 37.0, 22.0


def draw(chart: ShownChart, width: float) -> Picture:
    """Return the chart laid out. Columns whose labels would not fit below them lie down."""
    shapes: list[Shape]
    if chart.shape is layout.Shape.RING:
        height, shapes = _ring(chart, width)
    elif chart.shape is layout.Shape.BARS or (chart.shape is layout.Shape.COLUMNS and not _fit(chart, width)):
        height, shapes = _bars(chart, width)
    else:
        height, shapes = _upright(chart, width)
    return Picture(chart.key, chart.title, chart.described, width, height, shapes)


def _colour(number: int) -> str:
    return SERIES[number % len(SERIES)]


def _fit(chart: ShownChart, width: float) -> bool:
    room = (width - 40) / max(1, len(chart.labels))
    return chart.in_time or all(len(_broken(label, room)) <= LABEL_LINES for label in chart.labels)


def _broken(label: str, room: float) -> list[str]:
    """Return a label in lines that fit into so much room, about equally long."""
    lines = max(1, math.ceil((ems(label) * SMALL + 3) / room))
    long = math.ceil(len(label) / lines)
    return [label[at : at + long] for at in range(0, len(label), long)]


def _bars(chart: ShownChart, width: float) -> tuple[float, list[Shape]]:
    """Lay out lying bars, one below the other; those of several series stand together under their label."""
    labels = [shortened(label, LABEL_EMS) for label in chart.labels]
    notes = [[text or "0" for text in series.texts] for series in chart.series]
    left = max(ems(label) for label in labels) * TEXT + 10
    room = width - left - max(ems(note) for of_series in notes for note in of_series) * SMALL - 8
    most = max(abs(value) for series in chart.series for value in series.values if value is not None)
    top, shapes = _legend(chart, width)
    row, bar = (BAR_ROW, BAR) if len(chart.series) == 1 else (THIN_ROW, THIN)
    step = row * len(chart.series) + (0 if len(chart.series) == 1 else 8)
    for at, label in enumerate(labels):
        start = top + at * step
        shapes.append(Words(left - 10, start + row * len(chart.series) / 2 + 4.5, label, anchor="end"))
        for number, series in enumerate(chart.series):
            y = start + number * row + (row - bar) / 2
            shapes += _bar(series, (at, notes[number][at]), (left, y, room, bar), (most, _colour(number)))
    return top + step * len(labels), shapes


def _bar(
    series: Series, told: tuple[int, str], place: tuple[float, float, float, float], scale: tuple[float, str]
) -> Iterator[Shape]:
    (at, note), (left, y, room, thick), (most, colour) = told, place, scale
    value = series.values[at]
    long = room * abs(value or 0.0) / most
    yield Box(left, y, room, thick, TRACK)
    if long:
        yield Box(left, y, max(long, 2.0), thick, colour)
    yield Words(left + room + 6, y + thick - 3, note if value is not None else "—", SMALL, INK if value else MUTED)


def _upright(chart: ShownChart, width: float) -> tuple[float, list[Shape]]:
    """Lay out standing columns or lines, over a scale."""
    top, shapes = _legend(chart, width)
    values = [value for series in chart.series for value in series.values if value is not None]
    ticks = _ticks(min(0.0, *values), max(values))
    low, high = ticks[0], ticks[-1]
    names = [_tick(tick, chart.unit, high) for tick in ticks]
    left = max(ems(name) for name in names) * SMALL + 8
    ground = top + 14 + PLOT

    def level(value: float) -> float:
        return ground - PLOT * (value - low) / (high - low)

    for tick, name in zip(ticks, names, strict=True):
        shapes.append(Box(left, level(tick) - 0.5, width - left, 1, TRACK, 0))
        shapes.append(Words(left - 6, level(tick) + 4, name, SMALL, MUTED, "end"))
    step = (width - left) / len(chart.labels)
    middles = [left + (at + 0.5) * step for at in range(len(chart.labels))]
    levels = [[None if value is None else level(value) for value in series.values] for series in chart.series]
    if chart.shape is layout.Shape.LINE:
        shapes += _lines(chart, middles, levels)
    else:
        shapes += _columns(chart, (middles, step), (levels, level(0.0)))
    below = list(_below(chart, middles, (step, ground + AXIS - 6)))
    return max(word.y for word in below) + 6, [*shapes, *below]


def _below(chart: ShownChart, middles: Sequence[float], place: tuple[float, float]) -> Iterator[Words]:
    """Yield the labels below a scale: words in lines; of spans of time that would run into each other, the last and every so manieth."""
    step, y = place
    if not chart.in_time:
        for middle, label in zip(middles, chart.labels, strict=True):
            for at, line in enumerate(_broken(label, step)):
                yield Words(middle, y + at * LINE_HEIGHT, line, SMALL, MUTED, "middle")
        return
    last = len(chart.labels) - 1
    every = max(1, math.ceil((max(ems(label) for label in chart.labels) + 0.6) * SMALL / step))
    for at, label in enumerate(chart.labels):
        if (last - at) % every == 0:
            x = min(middles[at], middles[-1] + step / 2 - ems(label) * SMALL / 2)
            yield Words(x, y, label, SMALL, INK if at == last else MUTED, "middle")


def _columns(
    chart: ShownChart,
    across: tuple[Sequence[float], float],
    upward: tuple[Sequence[Sequence[float | None]], float],
) -> Iterator[Shape]:
    (middles, step), (levels, zero) = across, upward
    thick = min(26.0, step * 0.76 / len(chart.series))
    for number, series in enumerate(chart.series):
        fits = max(ems(text) for text in series.texts) * SMALL <= max(thick, step / len(chart.series)) - 1
        for middle, y, text in zip(middles, levels[number], series.texts, strict=True):
            if y is None or y == zero:
                continue
            x = middle + (number - len(chart.series) / 2) * thick
            yield Box(x, min(y, zero), max(thick - 1, 1), max(abs(zero - y), 1.5), _colour(number), 1.5)
            if fits:
                yield Words(x + thick / 2, min(y, zero) - 4, text, SMALL, INK, "middle")


def _lines(chart: ShownChart, middles: Sequence[float], levels: Sequence[Sequence[float | None]]) -> Iterator[Shape]:
    for number, series in enumerate(chart.series):
        colour = _colour(number)
        points = [(x, y) for x, y in zip(middles, levels[number], strict=True) if y is not None]
        if len(points) > 1:
            yield Stroke(tuple(points), colour)
        for x, y in points:
            yield Dot(x, y, 2.6, colour)
        if len(chart.series) == 1:
            yield from _numbered(series, middles, levels[number])


def _numbered(series: Series, middles: Sequence[float], levels: Sequence[float | None]) -> Iterator[Shape]:
    """Yield the numbers of a line's last and greatest points: those of all would run into each other."""
    known = [at for at, text in enumerate(series.texts) if text]
    last, most = known[-1], max(known, key=lambda at: series.values[at] or 0.0)
    step = middles[1] - middles[0] if len(middles) > 1 else 80.0
    wide = max(ems(series.texts[at]) for at in (last, most)) * SMALL + 4
    for at in [last] if abs(last - most) * step < wide else [most, last]:
        half = ems(series.texts[at]) * SMALL / 2
        yield Words(
            min(middles[at], middles[-1] + step / 2 - half),
            (levels[at] or 0.0) - 7,
            series.texts[at],
            SMALL,
            INK,
            "middle",
        )


def _ring(chart: ShownChart, width: float) -> tuple[float, list[Shape]]:
    """Lay out a ring with the whole in its middle, and beside it what its slices are."""
    series = chart.series[0]
    values = [value or 0.0 for value in series.values]
    total = math.fsum(values)
    height = max(2 * RING + 8, RING_ROW * len(values) + 8)
    x, y, shapes, begun = RING + 4, height / 2, list[Shape](), 0.0
    for at, value in enumerate(values):
        if value:
            shapes.append(Slice(x, y, RING, HOLE, begun, begun + value / total, _colour(at)))
            begun += value / total
    shapes.append(Words(x, y + 2, f"{total:,.0f}", 17, INK, "middle"))
    shapes.append(Words(x, y + 17, f"{chart.unit}", SMALL, MUTED, "middle"))
    left, first = 2 * RING + 30, height / 2 - RING_ROW * len(values) / 2
    for at, (label, value, text) in enumerate(zip(chart.labels, values, series.texts, strict=True)):
        base = first + RING_ROW * (at + 0.5) + 4
        shapes.append(Box(left, base - 9, 10, 10, _colour(at)))
        shapes.append(Words(left + 17, base, shortened(label, LABEL_EMS)))
        shapes.append(Words(width, base, f"{text or 0} · {100 * value / total:.0f}%", TEXT, INK, "end"))
    return height, shapes


def _legend(chart: ShownChart, width: float) -> tuple[float, list[Shape]]:
    """Return how high the names of several series are, and their shapes; one series is told by the chart's title."""
    if len(chart.series) < 2:
        return 0.0, []
    x, row, shapes = 0.0, 0, list[Shape]()
    for number, series in enumerate(chart.series):
        long = ems(series.name) * SMALL + 30
        if x and x + long > width:
            x, row = 0.0, row + 1
        y = row * LEGEND_ROW
        shapes.append(Box(x, y + 3, 10, 10, _colour(number)))
        shapes.append(Words(x + 15, y + 12, series.name, SMALL, INK))
        x += long
    return (row + 1) * LEGEND_ROW + 4, shapes


def _ticks(low: float, high: float) -> list[float]:
    """Return the numbers of a scale: round ones, few, the first and the last around all values."""
    span = max(high, 0.0) - low or 1.0
    size = 10 ** math.floor(math.log10(span / TICKS))
    step = next(size * times for times in (1, 2, 5, 10) if size * times * TICKS >= span)
    step = max(step, 1.0) if span >= TICKS / 2 else step
    first = math.floor(low / step)
    return [number * step for number in range(first, max(math.ceil(high / step), first + 1) + 1)]


def _tick(value: float, unit: str, high: float) -> str:
    if unit == "元" and high >= 10_000:
        return f"{value / 10_000:g}万"
    return f"{value:,.10g}" + ("%" if unit == "%" else "")
