"""A list that comes again: rows updated by their key, what is new, what vanished, and what a person changed in between."""

import csv
import datetime as dt
import random
import shutil
from collections.abc import Callable
from pathlib import Path

import openpyxl
import pytest

from macros.changes_log import changes
from macros.press import press
from macros.settings import Settings
from tests.commands import cells, column, genjin, said
from tests.desks import NOW, MemoryDesk, desk_with_runs, status
from tests.lists import (
    ADDRESSED,
    BOOK,
    DESCRIBED,
    NUMBERED,
    PEOPLE,
    Captured,
    Line,
    bring,
    counts,
    lines,
    row_of,
    save,
    typed,
)
from workbook.files import FileBook
from workbook.sheets import SHEETS
from workbook.tables import read_tables


@pytest.fixture
def book(tmp_path: Path, capsys: Captured, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    genjin(capsys, "new", BOOK)
    return BOOK


def newer(rows: list[Line]) -> list[Line]:
    """Return the numbered list a week later: two prices and a state changed, four homes gone, two new, all in another order."""
    later = [dict(row) for row in rows if row["房源编号"] not in ("A104", "A106", "A109", "A110")]
    by_number = {row["房源编号"]: row for row in later}
    by_number["A101"]["总价"] = "498万"
    by_number["A105"]["总价"] = "190万"
    by_number["A107"]["状态"] = "下架"
    later.append(rows[0] | {"房源编号": "A111", "楼层": "9/18", "总价": "560万"})
    later.append(rows[2] | {"房源编号": "A112", "楼层": "5/6", "总价": "333万"})
    return list(reversed(later))


@pytest.mark.requirement("F23")
def test_a_newer_list_updates_by_number_and_tells_what_is_new_and_what_vanished(book: Path, capsys: Captured) -> None:
    first = bring(capsys, lines(NUMBERED))
    assert counts(first) == {"imported": 10}
    second = bring(capsys, newer(lines(NUMBERED)))
    assert counts(second) == {"imported": 2, "changed": 3, "unchanged": 3, "vanished": 4}
    told = {(change["column"], change["old"], change["new"]) for change in second["item"]["changes"]}
    assert told == {("挂牌价", 520, 498), ("挂牌价", 198, 190), ("状态", "在售", "下架")}
    assert {gone["cell"] for gone in second["item"]["gone"]} == {"房源!A5", "房源!A7", "房源!A10", "房源!A11"}
    prices = column(book, "房源", "挂牌价")
    assert (prices[2], prices[6], prices[8]) == (498, 190, 380)
    states = column(book, "房源", "状态")
    assert (states[8], states[5], states[7], states[10], states[11]) == ("下架", "在售", "在售", "在售", "在售")
    assert len(prices) == 12


def test_the_same_list_a_third_time_changes_no_cell(book: Path, capsys: Captured) -> None:
    bring(capsys, lines(NUMBERED))
    bring(capsys, newer(lines(NUMBERED)))
    before = book.read_bytes()
    third = bring(capsys, newer(lines(NUMBERED)))
    assert (third["run"], third["changed"]) == (None, 0)
    assert counts(third) == {"unchanged": 8, "vanished": 4}
    assert cells(book) == cells_of(before)


def cells_of(content: bytes) -> object:
    Path("copy.xlsx").write_bytes(content)
    return cells(Path("copy.xlsx"))


def test_undo_gives_back_every_value_and_forgets_the_newer_list(book: Path, capsys: Captured) -> None:
    bring(capsys, lines(NUMBERED))
    before = cells(book, without=("日志",))
    bring(capsys, newer(lines(NUMBERED)))
    assert cells(book, without=("日志",)) != before
    genjin(capsys, "undo", book)
    assert cells(book, without=("日志",)) == before
    again = bring(capsys, newer(lines(NUMBERED)), "--preview")
    assert counts(again) == {"imported": 2, "changed": 3, "unchanged": 3, "vanished": 4}


def test_undo_of_an_update_does_not_wait_for_what_later_runs_wrote_beside_it(book: Path, capsys: Captured) -> None:
    bring(capsys, lines(NUMBERED))
    bring(capsys, [row | {"总价": "599万"} for row in lines(NUMBERED)])
    genjin(capsys, "grade", book, code=None)
    undone = genjin(capsys, "undo", book, 2)
    assert undone["changed"] == 10
    assert column(book, "房源", "挂牌价")[2] == 520


@pytest.mark.requirement("F23")
def test_a_cell_that_a_person_changed_is_kept_and_told(book: Path, capsys: Captured) -> None:
    bring(capsys, lines(NUMBERED))
    row = row_of("房源", "挂牌价", 520)
    typed("房源", "挂牌价", row, 508)
    second = bring(capsys, newer(lines(NUMBERED)))
    assert counts(second) == {"imported": 2, "changed": 2, "unchanged": 4, "kept": 1, "vanished": 4}
    left = second["item"]["left"][0]
    assert (left["column"], left["old"], left["new"], left["why"]) == ("挂牌价", 508, 498, "人改过, 没有动")
    assert column(book, "房源", "挂牌价")[row] == 508


def test_a_cell_that_a_person_emptied_stays_empty_and_one_that_was_always_empty_is_filled(
    book: Path, capsys: Captured
) -> None:
    rows = [row | {"备用": ""} for row in lines(PEOPLE)]
    bring(capsys, rows)
    typed("客户", "备注", 2, None)
    later = [row | {"备注": row["备注"] or "周末有空", "预算": row["预算"]} for row in rows]
    second = bring(capsys, later)
    held = column(book, "客户", "备注")
    assert (held.get(2), held[3], held[4]) == (None, "周末有空", "电话里问过学区")
    assert [(cell["cell"][:3], cell["why"]) for cell in second["item"]["left"]] == [("客户!", "人清空过, 没有动")]


def test_a_person_may_change_what_names_a_home_and_it_is_still_the_same_home(book: Path, capsys: Captured) -> None:
    bring(capsys, lines(DESCRIBED))
    typed("房源", "建筑面积", row_of("房源", "建筑面积", 95), 96)
    second = bring(capsys, [row | {"总价": "460万"} if row["面积"] == "95" else row for row in lines(DESCRIBED)])
    assert counts(second) == {"changed": 1, "unchanged": 5, "kept": 1}
    assert column(book, "房源", "挂牌价")[5] == 460


@pytest.mark.parametrize("text", [NUMBERED, ADDRESSED, DESCRIBED, PEOPLE])
def test_any_order_of_rows_gives_the_same_changes(book: Path, capsys: Captured, text: str) -> None:
    rows = lines(text)
    price = "总价" if "总价" in rows[0] else "预算"
    bring(capsys, rows)
    later = [row | {price: "777万"} if at in (1, 3) else row for at, row in enumerate(rows) if at != 2]
    found = []
    for seed in range(3):
        shuffled = random.Random(seed).sample(later, len(later))
        answer = bring(capsys, shuffled, "--preview")
        found.append((counts(answer), sorted(map(str, answer["changes"]))))
    assert found[0][0] == {"changed": 2, "unchanged": len(rows) - 3, "vanished": 1} | (
        {} if price == "总价" else found[0][0]
    )
    assert found[0] == found[1] == found[2]


def test_rows_sorted_in_the_workbook_are_found_again_by_their_ids(book: Path, capsys: Captured) -> None:
    bring(capsys, lines(DESCRIBED))
    workbook = openpyxl.load_workbook(book)
    sheet = workbook["房源"]
    held = [[cell.value for cell in row] for row in sheet.iter_rows(min_row=2, max_row=7)]
    for number, values in enumerate(reversed(held), start=2):
        for at, value in enumerate(values, start=1):
            sheet.cell(number, at).value = value
    workbook.save(book)
    second = bring(capsys, [row | {"总价": "999万"} if row["面积"] == "77" else row for row in lines(DESCRIBED)])
    assert counts(second) == {"changed": 1, "unchanged": 5}
    assert column(book, "房源", "挂牌价")[2] == 999


@pytest.mark.requirement("F23")
def test_clients_go_by_their_phone_and_their_needs_are_updated_too(book: Path, capsys: Captured) -> None:
    bring(capsys, lines(PEOPLE))
    later = [row | {"预算": "500万"} if row["姓名"] == "李勇" else row for row in lines(PEOPLE)[:3]]
    later.append({"姓名": "吴敏", "电话": "13900000009", "预算": "", "备注": ""})
    second = bring(capsys, later)
    assert counts(second) == {"imported": 1, "changed": 1, "unchanged": 2, "vanished": 1}
    assert [(change["cell"].split("!")[0], change["new"]) for change in second["item"]["changes"]] == [("需求", 500)]
    assert second["item"]["gone"][0]["name"] == "陈晨"
    assert len(column(book, "客户", "客户ID")) == 5
    both = bring(
        capsys,
        [row | {"预算": "510万", "备注": "换了工作"} if row["姓名"] == "李勇" else row for row in later],
        "--preview",
    )
    assert counts(both) == {"changed": 1, "unchanged": 3, "vanished": 1}
    assert len(both["item"]["changes"]) == 2


def test_a_client_typed_in_by_hand_is_the_same_client_and_what_was_typed_stays(book: Path, capsys: Captured) -> None:
    typed("客户", "姓名", 2, "王芳女士")
    typed("客户", "手机1", 2, "13900000001")
    typed("客户", "客户ID", 2, "C000001")
    answer = bring(capsys, lines(PEOPLE))
    assert counts(answer)["imported"] == 3
    assert {(cell["old"], cell["why"]) for cell in answer["item"]["left"]} >= {("王芳女士", "人填的, 没有动")}
    assert column(book, "客户", "姓名")[2] == "王芳女士"
    assert column(book, "客户", "备注")[2] == "看过两次"


def test_an_address_in_another_spelling_is_the_same_home(book: Path, capsys: Captured) -> None:
    bring(capsys, lines(ADDRESSED))
    second = bring(
        capsys, [row | {"栋": row["栋"].replace("3栋", "三号楼"), "总价": "511"} for row in lines(ADDRESSED)[:2]]
    )
    assert second["item"]["imported"] == 0
    assert column(book, "房源", "挂牌价")[2] == 511


def test_an_empty_or_unreadable_cell_of_the_newer_list_replaces_nothing(book: Path, capsys: Captured) -> None:
    bring(capsys, lines(NUMBERED))
    bring(capsys, [row | {"总价": "面议", "户型": ""} for row in lines(NUMBERED)])
    assert column(book, "房源", "挂牌价")[2] == 520
    assert column(book, "房源", "室")[2] == 3


def test_a_copy_without_its_records_has_nothing_replaced_and_says_why(book: Path, capsys: Captured) -> None:
    bring(capsys, lines(NUMBERED))
    shutil.rmtree("店.genjin")
    answer = bring(capsys, newer(lines(NUMBERED)))
    assert counts(answer) == {"imported": 2, "unchanged": 6, "kept": 3}
    assert {cell["why"] for cell in answer["item"]["left"]} == {"旁边没有以前导入的记录, 分不清是谁填的, 没有动"}
    assert column(book, "房源", "挂牌价")[2] == 520


def test_two_lists_of_one_shape_are_not_taken_for_one(book: Path, capsys: Captured) -> None:
    rows = lines(DESCRIBED)
    bring(capsys, rows[:3])
    other = bring(capsys, rows[3:])
    assert counts(other) == {"imported": 3}
    assert any("另一份名单" in note for note in other["item"]["notes"])
    again = bring(capsys, [rows[0] | {"总价": "519万"}, rows[1]])
    assert [gone["name"] for gone in again["item"]["gone"]] == ["翠湖苑"]


def test_rows_that_cannot_be_told_apart_are_left_alone_and_named(book: Path, capsys: Captured) -> None:
    twin = lines(DESCRIBED)[4]
    bring(capsys, [*lines(DESCRIBED), twin | {"总价": "203万"}])
    second = bring(
        capsys, [*lines(DESCRIBED)[:4], twin | {"总价": "188万"}, lines(DESCRIBED)[5], twin | {"总价": "189万"}]
    )
    assert counts(second) == {"unchanged": 5, "unclear": 2}
    assert second["item"]["unclear_rows"] == [6, 8]
    assert sorted(v for r, v in column(book, "房源", "挂牌价").items() if r in (6, 8)) == [198, 203]


def test_a_home_that_is_off_the_market_is_not_told_of_again(book: Path, capsys: Captured) -> None:
    bring(capsys, lines(DESCRIBED))
    typed("房源", "状态", 2, "已售")
    assert counts(bring(capsys, lines(DESCRIBED)[1:])) == {"unchanged": 5}


def test_a_lower_price_stands_in_the_log_of_changes(book: Path, capsys: Captured) -> None:
    bring(capsys, lines(NUMBERED))
    tables, _ = read_tables(FileBook(book), SHEETS)
    seen = changes(tables, dt.date(2026, 11, 19), Settings()).updates["listings"]["seen"]
    for row in (2, 6, 8):
        typed("房源", "上次所见", row, seen[row])
    bring(capsys, newer(lines(NUMBERED)))
    tables, _ = read_tables(FileBook(book), SHEETS)
    log = changes(tables, dt.date(2026, 11, 20), Settings()).results["changes"]
    told = set(zip(log["field"], log["old"], log["new"], strict=True))
    assert told == {("挂牌价", "520", "498"), ("挂牌价", "198", "190"), ("状态", "在售", "下架")}


def test_the_terminal_tells_old_and_new_and_whom_to_look_at(book: Path, capsys: Captured) -> None:
    bring(capsys, lines(NUMBERED))
    save(newer(lines(NUMBERED)))
    code, out, _ = said(capsys, "import", "名单.csv", "--into", book)
    assert code == 0
    assert out.startswith("导入 2 行, 更新 3 行, 重复 3 行, 不是记录 0 行, 名单里不再有 4 行")
    assert "挂牌价: 「520」 → 「498」" in out
    assert "房源!A5 翠湖苑: 上次的名单里有, 这次没有, 没有动。请核实后自己改状态。" in out


def test_a_preview_shows_the_cells_and_writes_none(book: Path, capsys: Captured) -> None:
    bring(capsys, lines(NUMBERED))
    before = book.read_bytes()
    answer = bring(capsys, newer(lines(NUMBERED)), "--preview")
    assert {(cell["old"], cell["new"]) for cell in answer["changes"]} >= {(520, 498), ("在售", "下架")}
    assert book.read_bytes() == before


@pytest.fixture
def altered(shared: Path) -> Callable[[], tuple[list[Line], list[Line]]]:
    """Return a function that gives the real list, and it again with cells changed: rows 10, 20 ... 1,000 cost 1万 more, the last 7 are gone."""

    def altered() -> tuple[list[Line], list[Line]]:
        with (shared / "data/listings/bj_anjuke_2342.csv").open(encoding="utf-8-sig", newline="") as stream:
            rows = list(csv.DictReader(stream))
        later = [dict(row) for row in rows[:-7]]
        for row in later[10:1001:10]:
            row["Price"] = f"{float(row['Price'].removesuffix('万')) + 1:g} 万"
        return rows, later

    return altered


def test_a_real_list_twice(book: Path, capsys: Captured, altered: Callable[[], tuple[list[Line], list[Line]]]) -> None:
    rows, later = altered()
    first = bring(capsys, rows)
    second = bring(capsys, later)
    repeated = len(rows) - len({tuple(row.values()) for row in rows})
    assert first["item"]["imported"] == len(rows) - repeated
    assert second["item"]["imported"] == 0
    told = second["item"]["changed"] + second["item"]["unclear"]
    assert told == 100
    assert second["item"]["changed"] >= 95
    assert all(
        change["new"] - change["old"] == 1 for change in second["item"]["changes"] if change["column"] == "挂牌价"
    )


@pytest.fixture
def desk(macro_book: Path, tmp_path: Path) -> MemoryDesk:
    return desk_with_runs(macro_book, tmp_path)


@pytest.mark.requirement("F21", "F23")
def test_a_press_shows_what_a_newer_list_replaces_before_it_is_written(
    desk: MemoryDesk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    rows = lines(PEOPLE)
    assert press("import", desk, str(save(rows)), now=NOW), desk.boxes
    later = [row | {"备注": "这周来签"} if row["姓名"] == "周杰" else row for row in rows]
    before = [list(line) for line in desk.sheets["客户"]]
    assert press("import", desk, str(save(later)), now=NOW), desk.boxes
    assert desk.shown is not None
    assert desk.shown[0] == "预览"
    assert desk.sheets["客户"] == before
    assert any("电话里问过学区" in line and "这周来签" in line for line in desk.sheets["预览"])
    assert press("apply", desk, now=NOW), desk.boxes
    assert sum("这周来签" in line for line in desk.sheets["客户"]) == 1
    assert press("import", desk, str(save(later[1:])), now=NOW), desk.boxes
    assert "名单里不再有 1 行" in status(desk)
