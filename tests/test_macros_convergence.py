"""全部 twice: whatever people did to the workbook before, the second run writes no cell; and the order of rows means nothing."""

import datetime as dt
import random
from collections.abc import Callable
from pathlib import Path

import pytest

from macros.actions import BY_NAME
from macros.new import build
from macros.run import perform
from macros.session import Options, start
from tests.shuffling import _ADDRESS, _ADDRESSES
from workbook.book import Grid, MemoryBook
from workbook.files import FileBook
from workbook.sheets import SHEETS

TODAY = dt.date(2026, 11, 20)
PEOPLE = tuple(sheet.label for sheet in SHEETS if not sheet.automatic)
Edit = Callable[[dict[str, Grid], random.Random], None]
EDITS: list[Edit] = []


def edit(function: Edit) -> Edit:
    EDITS.append(function)
    return function


def at(grid: Grid, label: str) -> int:
    return grid[0].index(label)


def rows(grid: Grid) -> list[int]:
    """Return the places of the rows with an id, the header's apart."""
    return [place for place, row in enumerate(grid) if place and row and row[0] not in (None, "")]


def put(row: list[object], place: int, value: object) -> None:
    row.extend([None] * (place + 1 - len(row)))
    row[place] = value


def typed(grid: Grid, **cells: object) -> None:
    """Type a row below the last one."""
    row: list[object] = [None] * len(grid[0])
    for label, value in cells.items():
        row[at(grid, label)] = value
    grid.insert(max(rows(grid)) + 1, row)


@edit
def a_contact_typed_without_id_and_time(book: dict[str, Grid], chance: random.Random) -> None:
    client = book["客户"][chance.choice(rows(book["客户"]))][0]
    typed(
        book["跟进"],
        对象="客户",
        对象ID=client,
        方式="电话",
        结果="接通",
        摘要="说了近况, 再约",
        待答问题=chance.choice([None, "税费多少"]),
    )


@edit
def a_contact_typed_with_a_time(book: dict[str, Grid], chance: random.Random) -> None:
    client = book["客户"][chance.choice(rows(book["客户"]))][0]
    moment = dt.datetime(2026, 11, 20, 9) - dt.timedelta(hours=chance.randrange(2000))
    typed(
        book["跟进"],
        对象="客户",
        对象ID=client,
        时间=moment,
        结果=chance.choice(["接通", "未接"]),
        承诺事项="发资料",
        承诺期限=TODAY,
    )


@edit
def a_cell_that_cannot_be_read(book: dict[str, Grid], chance: random.Random) -> None:
    typed(book["跟进"], 对象="客户", 对象ID="C000001", 时间="昨天下午", 结果="接通")


@edit
def a_new_client_and_need(book: dict[str, Grid], chance: random.Random) -> None:
    typed(book["客户"], 姓名="新客", 手机1="13800009999", 联系同意="同意")
    typed(book["需求"], 客户ID=book["客户"][chance.choice(rows(book["客户"]))][0])


@edit
def marks_on_the_list(book: dict[str, Grid], chance: random.Random) -> None:
    grid = book["今日待办"]
    for place in chance.sample(rows(grid), min(6, len(rows(grid)))):
        put(grid[place], at(grid, "处理"), chance.choice(["完成", "延期", "取消"]))
        put(grid[place], at(grid, "处理说明"), chance.choice([None, " 说过了 "]))


@edit
def a_status_changed(book: dict[str, Grid], chance: random.Random) -> None:
    grid = book["客户"]
    for place in chance.sample(rows(grid), 4):
        put(grid[place], at(grid, "状态"), chance.choice(["已成交", "暂不考虑", "跟进中"]))
        put(grid[place], at(grid, "联系同意"), chance.choice(["同意", "拒绝", "仅服务", None]))
    tasks = book["任务"]
    for place in chance.sample(rows(tasks), 4):
        put(tasks[place], at(tasks, "状态"), chance.choice(["待办", "完成", "取消"]))


@edit
def tasks_deleted(book: dict[str, Grid], chance: random.Random) -> None:
    grid = book["任务"]
    for place in sorted(chance.sample(rows(grid), 3), reverse=True):
        del grid[place]


@edit
def sheets_sorted(book: dict[str, Grid], chance: random.Random) -> None:
    for name in chance.sample([name for name in PEOPLE if name in book and name not in ("设置", "说明")], 4):
        shuffle(book[name], chance)


@edit
def days_moved(book: dict[str, Grid], chance: random.Random) -> None:
    grid = book["成交"]
    for place in rows(grid):
        for label in ("签约日", "交房日"):
            day = grid[place][at(grid, label)]
            if isinstance(day, dt.date) and chance.random() < 0.4:
                grid[place][at(grid, label)] = day + dt.timedelta(days=chance.randrange(-60, 60))


@edit
def columns_of_their_own(book: dict[str, Grid], chance: random.Random) -> None:
    for name in ("客户", "任务", "今日待办"):
        grid, width = book[name], len(book[name][0])
        for place in rows(grid):
            put(grid[place], width, f"我的 {place}")
        put(grid[0], width, "我的标签")


@edit
def spaces_around_texts(book: dict[str, Grid], chance: random.Random) -> None:
    for name in ("客户", "跟进", "任务"):
        for place in chance.sample(rows(book[name]), 10):
            book[name][place] = [
                f" {cell}　" if isinstance(cell, str) and chance.random() < 0.5 else cell for cell in book[name][place]
            ]


@edit
def flats_listed_twice(book: dict[str, Grid], chance: random.Random) -> None:
    grid = book["房源"]
    for place in chance.sample(rows(grid), 3):
        put(grid[place], at(grid, "状态"), "在售")
        put(grid[place], at(grid, "核验"), "已核")
        twin = list(grid[place])
        twin[at(grid, "房源ID")] = None
        grid.insert(max(rows(grid)) + 1, twin)


@edit
def prices_and_states_changed(book: dict[str, Grid], chance: random.Random) -> None:
    grid = book["房源"]
    price, state = at(grid, "挂牌价"), at(grid, "状态")
    for place in chance.sample(rows(grid), 12):
        put(grid[place], price, chance.choice([None, round(float(str(grid[place][price])) * 0.95, 2)]))
        put(grid[place], state, chance.choice(["下架", grid[place][state]]))


def shuffle(grid: Grid, chance: random.Random) -> None:
    places = rows(grid)
    taken = [grid[place] for place in places]
    chance.shuffle(taken)
    for place, row in zip(places, taken, strict=True):
        grid[place] = row


@pytest.fixture(scope="module")
def lived(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Grid]:
    """The cells of a small sample after a first 全部."""
    path = Path(tmp_path_factory.mktemp("all")) / "门店.xlsx"
    build(path, "small", 1, TODAY)
    book = FileBook(path, read_only=True)
    first = MemoryBook({name: book.read(name) for name in book.sheet_names()})
    run_all(first)
    return copy(first.sheets)


def copy(sheets: dict[str, Grid]) -> dict[str, Grid]:
    return {name: [list(row) for row in grid] for name, grid in sheets.items()}


def run_all(book: MemoryBook, hour: int = 9) -> list[str]:
    """Run 全部 and return what it wrote, cell by cell."""
    options = Options(TODAY, dt.datetime.combine(TODAY, dt.time(hour)))
    result = perform(BY_NAME["all"], start(book, options))
    return [f"{one.sheet} {one.column} {one.row}: {one.old!r} -> {one.new!r}" for one in result.plan]


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(4))
def test_the_second_run_writes_no_cell_whatever_people_did(lived: dict[str, Grid], seed: int) -> None:
    """Every kind of edit comes with two seeds, in another order and beside others."""
    chance, sheets = random.Random(seed // 2), copy(lived)
    chance.shuffle(edits := list(EDITS))
    chance = random.Random(seed)
    for change in edits[seed % 2 :: 2]:
        change(sheets, chance)
    book = MemoryBook(sheets)
    assert run_all(book, 10)
    assert run_all(book, 15) == []


@pytest.mark.slow
@pytest.mark.parametrize("verdict", ["不是", "同一套", "稍后"])
def test_the_second_run_writes_no_cell_where_a_pair_was_judged(lived: dict[str, Grid], verdict: str) -> None:
    chance, book = random.Random(1), MemoryBook(copy(lived))
    flats_listed_twice(book.sheets, chance)
    run_all(book, 10)
    pairs = book.sheets["疑似重复"]
    assert len(rows(pairs)) == 3
    for place in rows(pairs):
        put(pairs[place], at(pairs, "判断"), verdict)
    home = next(row for row in book.sheets["房源"] if row and row[0] == pairs[1][at(pairs, "房源乙ID")])
    put(home, at(book.sheets["房源"], "状态"), "下架")
    assert run_all(book, 13)
    assert run_all(book, 15) == []
    assert [row[at(pairs, "进度")] for row in book.sheets["疑似重复"][1:]].count("已了结") == 1


@pytest.mark.slow
@pytest.mark.requirement("R69", "F25")
def test_a_lower_price_is_logged_once_with_whom_it_reaches(lived: dict[str, Grid]) -> None:
    book = MemoryBook(copy(lived))
    grid, log = book.sheets["房源"], book.sheets["变更"]
    assert not any(log[1:])
    price, last = at(grid, "挂牌价"), at(grid, "上次价")
    offered = [row for row in (grid[place] for place in rows(grid)) if row[at(grid, "状态")] == "在售"]
    before = [float(str(row[price])) for row in offered]
    for row, old in zip(offered, before, strict=True):
        put(row, price, round(old * 0.95, 2))
    assert run_all(book, 13)
    log = book.sheets["变更"]
    logged = [row + [None] * (len(log[0]) - len(row)) for row in log[1:] if row and row[at(log, "ID")]]
    assert [row[at(log, "字段")] for row in logged] == ["挂牌价"] * len(offered)
    affected = [row[at(log, "影响客户数")] for row in logged]
    told = [row[at(log, "降价新触及")] for row in logged]
    assert any(affected)
    assert [bool(count) for count in affected] == [bool(text) for text in told]
    assert [float(str(row[last])) for row in offered] == before
    assert run_all(book, 15) == []


KEYS = ("客户", "需求", "房源", "跟进", "任务", "带看", "成交")


def by_id(sheets: dict[str, Grid], name: str) -> dict[object, list[object]]:
    """Return the cells of a sheet by the id in its first column, without the addresses in texts."""
    grid = sheets[name]
    found = {}
    for place in rows(grid):
        name_of, *rest = grid[place]
        bare = [_ADDRESS.sub("@", _ADDRESSES.sub("(@)", cell)) if isinstance(cell, str) else cell for cell in rest]
        found[name_of] = bare + [None] * (len(grid[0]) - 1 - len(bare))
    return found


@pytest.mark.slow
def test_shuffled_sheets_give_every_id_the_same(lived: dict[str, Grid]) -> None:
    chance, sheets = random.Random(3), copy(lived)
    for name in KEYS:
        shuffle(sheets[name], chance)
    assert sheets["客户"] != lived["客户"]
    book = MemoryBook(sheets)
    run_all(book, 10)
    for name in KEYS:
        assert by_id(book.sheets, name) == by_id(lived, name), name
    lines = [{tuple(line[at(grid, label)] for label in LINE) for line in (grid[place] for place in rows(grid))}
             for grid in (book.sheets["今日待办"], lived["今日待办"])]  # fmt: skip
    assert lines[0] == lines[1]


LINE = ("客户ID", "事由", "事由编号", "优先分", "应跟进日", "逾期天数", "建议渠道")
