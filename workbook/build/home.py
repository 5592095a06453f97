"""Draws 首页: the day's figures, three charts, who comes first, and links to every sheet."""

from collections.abc import Iterable, Sequence
from typing import Any

from xlsxwriter import Workbook
from xlsxwriter.worksheet import Worksheet

from workbook.book import column_letter
from workbook.build import home_cells as at
from workbook.build.charts import bar_chart, doughnut_chart, write_hint
from workbook.build.figures import SHOWN_DUE, STAGES
from workbook.build.home_bands import draw_targets, draw_trends, put
from workbook.build.home_cells import TILES, Tile, tile_place
from workbook.build.home_trends import TREND_BLOCK, WEEKS
from workbook.build.spot import Spot
from workbook.build.styles import (
    AMBER,
    BLUE,
    GRADES,
    GREEN,
    GREY,
    INK,
    LINE,
    MIST,
    NAVY,
    PALE_RED,
    RED,
    SKY,
    SLATE,
    WHITE,
    Styles,
)
from workbook.schema import Sheet
from workbook.sheets import BY_KEY, HOME, Page

TONES = {"calm": BLUE, "hot": RED, "warm": AMBER, "good": GREEN}
LAST_COLUMN = at.FIRST_COLUMN + at.TILES_PER_ROW * at.TILE_COLUMNS - 1
CHART_ROW, CHART_ROWS = 17, 14
LINKS_COLUMN, LINKS_PER_ROW = 10, 4
HEIGHTS = {1: 10, 2: 46, 3: 26, 4: 8, 5: 24, 6: 44, 7: 22, 8: 8, 9: 24, 10: 44, 11: 22, 12: 28, 13: 8, 14: 22,
           15: 30, 16: 10, 31: 12, 32: 28}  # fmt: skip
SUBTITLE = "数字随表格即时变化。今日待办、等级、匹配、消息、问题由 genjin all 更新。点数字可打开对应的表。"
STATUS = (
    "还没有按过按钮。每天先按「全部」: 待办、等级、匹配、消息、问题、报表一次更新。按「撤销」放回最近一次改的格子。"
)


def draw_title(page: Worksheet, spots: Sequence[Spot], styles: Styles) -> None:
    """Set up the page and draw its first band. `spots` are the page's formula cells with their results."""
    _set_up(page, styles)
    band = {"bg_color": NAVY, "font_color": WHITE, "bold": True}
    row, column = at.DATE_CELL
    page.merge_range(row - 1, 1, row - 1, column - 2, "Genjin 跟进", styles(**band, font_size=20, indent=1))
    look = styles(**band, font_size=14, align="right", indent=1)
    page.merge_range(row - 1, column - 1, row - 1, LAST_COLUMN - 1, "", look)
    put(page, next(spot for spot in spots if (spot.row, spot.column) == at.DATE_CELL), look)


def draw_subtitle(page: Worksheet, styles: Styles) -> None:
    """Say below the title where the figures come from; a workbook with buttons has a status cell instead."""
    row = at.BAND_ROW - 1
    page.merge_range(row, 1, row, LAST_COLUMN - 1, SUBTITLE, styles(font_color=SLATE, font_size=9, indent=1))


def draw_status(page: Worksheet, styles: Styles) -> None:
    """Draw the cell in which every press of a button leaves its answer."""
    row, column = at.STATUS_CELL
    band = {"bg_color": SKY, "font_color": NAVY, "indent": 1, "bottom": 5, "bottom_color": WHITE}
    page.write_string(row - 1, column - 2, at.STATUS_CAPTION, styles(**band, bold=True))
    page.merge_range(
        row - 1, column - 1, row - 1, LAST_COLUMN - 1, STATUS, styles(**band, text_wrap=True, num_format="@")
    )
    page.set_row_pixels(row - 1, at.STATUS_PIXELS)


def draw_home(book: Workbook, page: Worksheet, spots: Sequence[Spot], styles: Styles) -> None:
    """Draw the figures, the charts and who comes first; `spots` are the page's formula cells with their results."""
    results = {(spot.row, spot.column): spot for spot in spots}
    for number, tile in enumerate(TILES):
        _draw_tile(page, number, tile, (results, styles))
    draw_trends(page, results, styles)
    draw_targets(page, results, styles)
    _draw_block(page, spots, styles)
    _draw_charts(book, page)
    _draw_hints(page, styles)
    _draw_due(page, results, styles)


def _set_up(page: Worksheet, styles: Styles) -> None:
    page.hide_gridlines(2)
    page.set_column(0, 0, 2)
    page.set_column(at.FIRST_COLUMN - 1, LAST_COLUMN - 1, 10.5, styles())
    page.set_column(LAST_COLUMN, LAST_COLUMN + 1, 4)
    for row, pixels in HEIGHTS.items():
        page.set_row_pixels(row - 1, pixels)
    for row in range(at.DUE_ROW - 1, at.DUE_ROW + SHOWN_DUE):
        page.set_row_pixels(row - 1, 26)
    page.set_landscape()
    page.set_paper(9)
    page.fit_to_pages(1, 1)
    page.set_margins(0.3, 0.3, 0.4, 0.4)
    page.center_horizontally()


def _draw_tile(page: Worksheet, number: int, tile: Tile, seen: tuple[dict[tuple[int, int], Spot], Styles]) -> None:
    results, styles = seen
    row, column = tile_place(number)
    tone = TONES[tile.tone]
    edge = {"bg_color": MIST, "left": 5, "left_color": tone, "right": 5, "right_color": WHITE, "indent": 1}
    looks = (
        styles(**edge, font_color=SLATE),
        styles(**edge, font_size=22, bold=True, font_color=tone if tile.tone != "calm" else NAVY, align="left", num_format="#,##0"),
        styles(**edge, font_size=9, font_color=GREY),
    )  # fmt: skip
    link = f"internal:'{BY_KEY[tile.sheet].label}'!A1"
    for down, look in enumerate(looks):
        page.merge_range(row - 1 + down, column - 1, row - 1 + down, column, tile.label if not down else "", look)
    page.write_url(row, column - 1, link, looks[1], "0", f"打开 {BY_KEY[tile.sheet].label}")
    put(page, results[row + 1, column], looks[1])
    put(page, results[row + 2, column], looks[2])


def _draw_block(page: Worksheet, spots: Sequence[Spot], styles: Styles) -> None:
    look = styles(font_size=8, font_color=GREY)
    page.set_column(at.BLOCK_COLUMN - 1, TREND_BLOCK[1] + WEEKS - 2, 9, look)
    page.write_string(at.BLOCK_ROW - 3, at.BLOCK_COLUMN - 1, "图表数据 (自动计算, 请不要改)", look)
    for name, labels in (("grades", [f"{g} 级" for g in GRADES]), ("stages", STAGES)):
        page.write_column(at.BLOCKS[name][0] - 1, at.BLOCK_COLUMN - 1, labels, look)
    for spot in spots:
        if spot.column >= at.BLOCK_COLUMN:
            put(page, spot, look)


def _draw_charts(book: Workbook, page: Worksheet) -> None:
    def ranges(name: str) -> tuple[list[object], list[object]]:
        first, rows = at.BLOCKS[name]
        labels = [HOME.label, first - 1, at.BLOCK_COLUMN - 1, first + rows - 2, at.BLOCK_COLUMN - 1]
        return labels, [HOME.label, first - 1, at.BLOCK_COLUMN, first + rows - 2, at.BLOCK_COLUMN]

    charts = (
        doughnut_chart(book, "在跟客户的等级", ranges("grades"), [ink for ink, _ in GRADES.values()]),
        bar_chart(book, "全部客户的阶段", ranges("stages"), BLUE),
        bar_chart(book, "逾期待办最多的人", ranges("agents"), RED),
    )
    for number, chart in enumerate(charts):
        chart.set_size({"width": 312, "height": 20 * CHART_ROWS - 4})
        page.insert_chart(CHART_ROW - 1, 1 + 4 * number, chart, {"x_offset": 1, "object_position": 1})


def _draw_hints(page: Worksheet, styles: Styles) -> None:
    """Say behind every chart what it waits for: the charts are transparent, and the words go when there is something to draw."""
    hints = {"grades": "评级后显示", "stages": "录入客户后显示", "agents": "没有逾期的待办"}
    value = column_letter(at.BLOCK_COLUMN + 1)
    for number, (name, text) in enumerate(hints.items()):
        first, rows = at.BLOCKS[name]
        place = CHART_ROW - 1 + CHART_ROWS // 2, 2 + 4 * number
        filled = f"=SUM(${value}${first}:${value}${first + rows - 1})>0"
        write_hint(page, place, text, (filled, styles))


def _draw_due(page: Worksheet, results: dict[tuple[int, int], Spot], styles: Styles) -> None:
    heading = styles(bold=True, font_size=13, font_color=NAVY, bottom=2, bottom_color=BLUE)
    top = at.DUE_ROW - 2
    page.merge_range(top - 1, 1, top - 1, LINKS_COLUMN - 4, "先看什么: 今天先联系这几位", heading)
    more = styles(font_color=BLUE, align="right", indent=1, bottom=2, bottom_color=BLUE)
    page.merge_range(top - 1, LINKS_COLUMN - 3, top - 1, LINKS_COLUMN - 2, "", more)
    page.write_url(top - 1, LINKS_COLUMN - 3, f"internal:'{BY_KEY['due'].label}'!A1", more, "打开今日待办 →")
    heads = {"name": "姓名", "grade": "等级", "overdue_days": "逾期天数", "what": "下一步", "who": "负责人"}
    for key, column in at.DUE_COLUMNS.items():
        side = "center" if column in _CENTRED else "left"
        head = styles(
            font_color=SLATE, font_size=9, align=side, indent=int(side == "left"), bottom=1, bottom_color=LINE
        )
        _due_cell(page, top + 1, column, (heads[key], head))
    for number in range(SHOWN_DUE):
        row = at.DUE_ROW + number
        for column in at.DUE_COLUMNS.values():
            named = column == at.FIRST_COLUMN
            side = "center" if column in _CENTRED else "left"
            ink = BLUE if named else INK
            look = styles(
                bottom=1, bottom_color=LINE, align=side, indent=int(side == "left"), bold=named, font_color=ink
            )
            _due_cell(page, row, column, ("", look))
            put(page, results[row, column], look)
    _mark_due(page, styles)


_CENTRED = (at.DUE_COLUMNS["grade"], at.DUE_COLUMNS["overdue_days"])


def _due_cell(page: Worksheet, row: int, column: int, content: tuple[str, Any]) -> None:
    if column == at.DUE_COLUMNS["what"]:
        page.merge_range(row - 1, column - 1, row - 1, at.DUE_COLUMNS["who"] - 2, *content)
    else:
        page.write(row - 1, column - 1, *content)


def _mark_due(page: Worksheet, styles: Styles) -> None:
    first, last = at.DUE_ROW - 1, at.DUE_ROW + SHOWN_DUE - 2
    grade, late = (at.DUE_COLUMNS[key] - 1 for key in ("grade", "overdue_days"))
    for letter, (ink, ground) in GRADES.items():
        look = styles.partial(font_color=ink, bg_color=ground, bold=True)
        rule = {"type": "cell", "criteria": "==", "value": f'"{letter}"', "format": look}
        page.conditional_format(first, grade, last, grade, rule)
    cell = f"{column_letter(late + 1)}{first + 1}"
    late_look = styles.partial(font_color=RED, bg_color=PALE_RED, bold=True)
    rule = {"type": "formula", "criteria": f"=AND(ISNUMBER({cell}),N({cell})>0)", "format": late_look}
    page.conditional_format(first, late, last, late, rule)


def draw_links(page: Worksheet, tabs: Iterable[Sheet | Page], styles: Styles) -> None:
    """Draw the way to every other tab."""
    heading = styles(bold=True, font_size=13, font_color=NAVY, bottom=2, bottom_color=BLUE)
    top, others = at.DUE_ROW - 2, [tab for tab in tabs if tab is not HOME]
    last = max(at.DUE_ROW + SHOWN_DUE, top + -(-len(others) // LINKS_PER_ROW))
    for row in range(at.DUE_ROW + SHOWN_DUE - 1, last):
        page.set_row_pixels(row, 26)
    page.print_area(0, 0, last - 1, LAST_COLUMN)
    page.merge_range(top - 1, LINKS_COLUMN - 1, top - 1, LAST_COLUMN - 1, "去处", heading)
    look = styles(font_color=BLUE, bg_color=MIST, align="center", border=1, border_color=WHITE)
    for number, tab in enumerate(others):
        down, across = divmod(number, LINKS_PER_ROW)
        url = f"internal:'{tab.label}'!A1"
        page.write_url(top + down, LINKS_COLUMN - 1 + across, url, look, tab.label, tab.purpose[:200])
