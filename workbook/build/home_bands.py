"""Two bands of 首页: the last eight weeks below the tiles of the month, and figures that have a target."""

from collections.abc import Mapping
from typing import Any

from xlsxwriter.worksheet import Worksheet

from workbook.book import column_letter
from workbook.build.home_cells import FIRST_COLUMN, TILE_COLUMNS, TILES, TILES_PER_ROW, target_column, tile_place
from workbook.build.home_trends import TARGET_ROW, TARGETS, TREND_ROW, TRENDS, trend_range
from workbook.build.spot import Spot
from workbook.build.styles import AMBER, BLUE, GREEN, GREY, MIST, NAVY, RED, SLATE, WHITE, Styles
from workbook.build.units import number_format, target_format
from workbook.figures.layout import Better, Figure
from workbook.sheets import HOME, REPORT

Results = Mapping[tuple[int, int], Spot]


def put(page: Worksheet, spot: Spot, look: Any) -> None:
    """Write a formula cell with the result that it has now."""
    page.write_formula(spot.row - 1, spot.column - 1, f"={spot.formula}", look, spot.value)


def draw_trends(page: Worksheet, results: Results, styles: Styles) -> None:
    """Draw the last eight weeks below the tiles that have them; the others get an empty foot."""
    edge = {"bg_color": MIST, "font_size": 8, "font_color": GREY}
    second_line = [(number, tile) for number, tile in enumerate(TILES) if tile_place(number)[0] > TILES_PER_ROW]
    for number, tile in second_line:
        column = tile_place(number)[1]
        tone = {"left": 5, "left_color": GREEN if tile.tone == "good" else BLUE}
        left, right = styles(**edge, **tone, indent=1), styles(**edge, right=5, right_color=WHITE)
        page.write_blank(TREND_ROW - 1, column - 1, None, left)
        page.write_blank(TREND_ROW - 1, column, None, right)
        if tile.name in TRENDS:
            put(page, results[TREND_ROW, column], left)
            drawn = {"type": "column", "last_point": True, "series_color": "#9CC3E6", "last_color": BLUE, "min": 0}
            cells = f"'{HOME.label}'!{trend_range(list(TRENDS).index(tile.name))}"
            page.add_sparkline(TREND_ROW - 1, column, {"range": cells, **drawn})


def draw_targets(page: Worksheet, results: Results, styles: Styles) -> None:
    """Draw figures beside their targets, and after the last the way to the reports."""
    for number, figure in enumerate(TARGETS):
        _draw_target(page, (target_column(number), figure), (results, styles))
    column = FIRST_COLUMN + (TILES_PER_ROW - 1) * TILE_COLUMNS
    link = styles(bg_color=MIST, font_color=BLUE, align="center", left=5, left_color=BLUE, right=5, right_color=WHITE)
    page.merge_range(TARGET_ROW - 1, column - 1, TARGET_ROW, column, "", link)
    page.write_url(
        TARGET_ROW - 1, column - 1, f"internal:'{REPORT.label}'!A1", link, f"打开{REPORT.label} →", REPORT.purpose
    )


def _draw_target(page: Worksheet, told: tuple[int, Figure], seen: tuple[Results, Styles]) -> None:
    (column, figure), (results, styles) = told, seen
    row = TARGET_ROW
    edge = {"bg_color": MIST, "left": 5, "left_color": AMBER}
    caption = styles(**edge, font_color=SLATE, font_size=9, indent=1, right=5, right_color=WHITE)
    page.merge_range(row - 1, column - 1, row - 1, column, "", caption)
    page.write_url(row - 1, column - 1, f"internal:'{REPORT.label}'!A1", caption, figure.name, figure.definition[:250])
    number = number_format(figure.unit, figure.quantity)
    value = styles(**edge, font_size=14, bold=True, font_color=NAVY, align="left", indent=1, num_format=number)
    aim = "目标 ≥ " if figure.better is Better.UP else "目标 ≤ "
    whole = target_format(figure.unit, figure.quantity, aim).replace("0.0", "0")
    target = styles(bg_color=MIST, font_size=9, font_color=GREY, num_format=whole, right=5, right_color=WHITE)
    put(page, results[row + 1, column], value)
    put(page, results[row + 1, column + 1], target)
    _colour(page, (row, column - 1), figure, styles)


def _colour(page: Worksheet, place: tuple[int, int], figure: Figure, styles: Styles) -> None:
    """Colour a value by whether it reached its target."""
    row, column = place
    good = ">=" if figure.better is Better.UP else "<="
    value, target = (f"{column_letter(column + 1 + at)}{row + 1}" for at in (0, 1))
    for reached, ink in ((True, GREEN), (False, RED)):
        test = f"N({value}){good}N({target})"
        formula = f"=AND(ISNUMBER({value}),{test if reached else f'NOT({test})'})"
        look = {"type": "formula", "criteria": formula, "format": styles.partial(font_color=ink)}
        page.conditional_format(row, column, row, column, look)
