"""The formula cells of 首页: where each stands, its formula, and the result that it has now."""

import datetime as dt
from collections.abc import Iterator, Sequence
from collections.abc import Set as AbstractSet
from typing import NamedTuple

import pandas as pd

from workbook.book import column_letter
from workbook.build.figures import (
    FORMULAS,
    SHOWN_AGENTS,
    SHOWN_DUE,
    STAFF_ROWS,
    STAGES,
    Frames,
    effective_grades,
    figures,
    grade_formula,
    overdue_by_agent,
)
from workbook.build.home_trends import TARGETS, TRENDS, reach_spots, target_spots, trend_spots
from workbook.build.places import cells, letter
from workbook.build.spot import Spot
from workbook.build.styles import GRADES
from workbook.schema import Sheet
from workbook.sheets import BY_KEY
from workbook.sheets.due import DUE
from workbook.sheets.staff import STAFF
from workbook.tables import empty_frame, to_frame


class Tile(NamedTuple):
    """One figure with its caption; `name` is its key in FORMULAS, `sheet` the key of the sheet that it leads to."""

    label: str
    name: str
    sheet: str
    tone: str = "calm"


TILES = (
    Tile("今日待办", "due", "due", "hot"), Tile("逾期待办", "overdue", "due", "hot"), Tile("A 级客户", "a_clients", "clients", "warm"),
    Tile("在跟客户", "clients", "clients"), Tile("在市房源", "listings", "listings"), Tile("数据问题", "findings", "findings", "warm"),
    Tile("本月新客户", "new_clients", "clients"), Tile("本月跟进", "followups", "followups"),
    Tile("本月带看", "viewings", "viewings"), Tile("本月成交", "deals", "deals", "good"),
    Tile("待发消息", "messages", "messages"), Tile("已匹配需求", "matches", "matches"),
)  # fmt: skip
TILES_PER_ROW, TILE_COLUMNS, FIRST_COLUMN, FIRST_TILE_ROW, TILE_ROWS = 6, 2, 2, 5, 4
DATE_CELL = (2, 10)
BAND_ROW = 3
"""Below the title: a sentence, or the buttons of a workbook that has them."""
STATUS_CELL, STATUS_CAPTION, STATUS_PIXELS = (4, 3), "最近操作", 40
"""Where a workbook with buttons says what the last press did, beside a caption; without buttons the row is a gap."""
DUE_ROW = 34  # first line of "先联系谁"
DUE_COLUMNS = {"name": 2, "grade": 3, "overdue_days": 4, "what": 5, "who": 9}
BLOCK_COLUMN, BLOCK_ROW = 16, 3
BLOCKS = {"grades": (BLOCK_ROW, 4), "stages": (BLOCK_ROW + 6, len(STAGES)), "agents": (BLOCK_ROW + 13, SHOWN_AGENTS)}
"""Chart -> first row and number of rows of its two columns in the small block of chart data."""
HELPER_COLUMN = BLOCK_COLUMN + 3
NOTHING_DUE = "还没有待办。「全部」运行一次后, 这里列出先联系谁。"


def home_spots(frames: Frames, today: dt.date) -> list[Spot]:
    """Return every formula cell of the page with its result for these tables on this day; missing sheets count as empty."""
    full = {
        key: _complete(sheet, frames[key]) if key in frames else empty_frame(sheet) for key, sheet in BY_KEY.items()
    }
    date = Spot(*DATE_CELL, 'TEXT(TODAY(),"yyyy-mm-dd")', today.isoformat())
    agents = overdue_by_agent(full)
    chart_data = (*_block_spots(full), *_helper_spots(agents), *_agent_spots(agents))
    places = {tile.name: tile_place(number)[1] for number, tile in enumerate(TILES) if tile.name in TRENDS}
    trends = trend_spots(full, today, places)
    targets = target_spots(full, today, {number: target_column(number) for number in range(len(TARGETS))})
    return [
        date,
        *reach_spots(full),
        *_tile_spots(full, today),
        *trends,
        *targets,
        *_due_spots(full["due"]),
        *chart_data,
    ]


def _complete(sheet: Sheet, frame: pd.DataFrame) -> pd.DataFrame:
    """Return the frame with all columns of its sheet; one that was read from a workbook has them."""
    return frame if list(frame.columns) == [column.key for column in sheet.columns] else to_frame(sheet, frame)


def home_values(frames: Frames, today: dt.date, unread: AbstractSet[str] = frozenset()) -> dict[int, dict[int, object]]:
    """Return {row: {column: result}} of the page's formulas, for refreshing what the file remembers after a run.

    Tiles that count sheets of `unread` are left out: who did not read a sheet did not change it either.
    """
    found: dict[int, dict[int, object]] = {}
    for spot in home_spots(frames, today):
        found.setdefault(spot.row, {})[spot.column] = spot.value
    for number, tile in enumerate(TILES):
        if tile.sheet in unread:
            row, column = tile_place(number)
            del found[row + 1][column], found[row + 2][column]
    return found


def tile_place(number: int) -> tuple[int, int]:
    """Return the row of a tile's caption and its first column, counted from 1."""
    down, across = divmod(number, TILES_PER_ROW)
    return FIRST_TILE_ROW + down * TILE_ROWS, FIRST_COLUMN + across * TILE_COLUMNS


def target_column(number: int) -> int:
    """Return the first of the two columns of a figure with a target: they stand below the tiles."""
    return FIRST_COLUMN + number * TILE_COLUMNS


def _tile_spots(frames: Frames, today: dt.date) -> Iterator[Spot]:
    values = figures(frames, today)
    for number, tile in enumerate(TILES):
        row, column = tile_place(number)
        yield Spot(row + 1, column, FORMULAS[tile.name], values[tile.name])
        note = f"{tile.name}.note"
        yield Spot(row + 2, column, FORMULAS[note], values[note])


def _due_spots(due: pd.DataFrame) -> Iterator[Spot]:
    for number in range(SHOWN_DUE):
        for key, column in DUE_COLUMNS.items():
            cell = f"{DUE.label}!${letter(DUE, key)}${number + 2}"
            empty = NOTHING_DUE if number == 0 and key == "what" else ""
            value = due[key].iloc[number] if number < len(due) else ""
            shown = empty if value == "" or value != value else value
            link = f'HYPERLINK("#"&{DUE.label}!${letter(DUE, "link")}${number + 2},{cell})' if key == "name" else cell
            yield Spot(DUE_ROW + number, column, f'IF({cell}="","{empty}",{link})', shown)


def _block_spots(frames: Frames) -> Iterator[Spot]:
    counts = effective_grades(frames["clients"]).value_counts()
    for number, grade in enumerate(GRADES):
        yield Spot(BLOCKS["grades"][0] + number, BLOCK_COLUMN + 1, grade_formula(grade), int(counts.get(grade, 0)))
    stages = frames["clients"]["stage"].value_counts()
    for number, stage in enumerate(STAGES):
        formula = f'COUNTIFS({cells("clients", "stage")},"{stage}")'
        yield Spot(BLOCKS["stages"][0] + number, BLOCK_COLUMN + 1, formula, int(stages.get(stage, 0)))


def _helper_spots(agents: Sequence[tuple[str, int]]) -> Iterator[Spot]:
    """Yield two columns that rank people: name, and overdue clients plus a fraction that keeps the order of 人员 among equals."""
    who, late, name_at = cells("due", "who"), cells("due", "overdue_days"), column_letter(HELPER_COLUMN)
    for at in range(STAFF_ROWS):
        row, fraction = BLOCK_ROW + at, (STAFF_ROWS - at) / 1000
        source = f"{STAFF.label}!${letter(STAFF, 'name')}${at + 2}"
        name, count = agents[at] if at < len(agents) else ("", None)
        yield Spot(row, HELPER_COLUMN, f'IF({source}="","",{source})', name)
        formula = f'IF({name_at}{row}="",-1,COUNTIFS({who},{name_at}{row},{late},">0")+{fraction:g})'
        yield Spot(row, HELPER_COLUMN + 1, formula, -1 if count is None else count + fraction)


def _agent_spots(agents: Sequence[tuple[str, int]]) -> Iterator[Spot]:
    """Yield the people with most overdue clients, out of the helper columns; who has none is not named."""
    ranked = sorted((agent for agent in agents if agent[1]), key=lambda agent: -agent[1])
    last = BLOCK_ROW + STAFF_ROWS - 1
    names, ranks = (f"${c}${BLOCK_ROW}:${c}${last}" for c in map(column_letter, (HELPER_COLUMN, HELPER_COLUMN + 1)))
    for place in range(SHOWN_AGENTS):
        best = f"LARGE({ranks},{place + 1})"
        name, count = ranked[place] if place < len(ranked) else ("", None)
        row = BLOCKS["agents"][0] + place
        yield Spot(row, BLOCK_COLUMN, f'IF({best}<1,"",INDEX({names},MATCH({best},{ranks},0)))', name)
        yield Spot(row, BLOCK_COLUMN + 1, f'IF({best}<1,"",INT({best}))', "" if count is None else count)
