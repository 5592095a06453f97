"""By what a list names its records, and how a person's cell is told from one that an import wrote: rules, without a workbook."""

import gzip
from pathlib import Path

import pytest

from macros.imports.again import CLEARED, EDITED, TYPED, UNKNOWN, Memory, whose
from macros.imports.fields import fields_by_name
from macros.imports.headers import ColumnMap, Recognised
from macros.imports.report import again_lines, counts_of, veiled
from macros.imports.same import Standing
from macros.imports.sources import Source
from macros.imports.updates import Rows, match, own_numbers, records_of
from tests.tables import tables_from
from workbook.changes import Change, ColumnChange, Plan
from workbook.journal import Journal, Run
from workbook.sheets import BY_KEY

HOMES = """
    房源
    | 房源ID  | 交易 | 小区     | 建筑面积 | 室 | 挂牌价 | 备注        |
    | H000001 | 售   | 阳光花园 | 89.5     | 3  | 520    | 原编号 A101 |
    | H000002 | 售   | 阳光花园 | 60       | 2  | 300    | 原编号 A102; 满五 |
    | H000003 | 售   | 翠湖苑   | 60       | 2  | 310    |             |
"""


def numbered(*numbers: object) -> tuple[Source, Recognised]:
    grid = [["编号", "小区"], *([number, "阳光花园"] for number in numbers)]
    fields = fields_by_name("listings")
    columns = (ColumnMap(0, "编号", fields["info:原编号"]), ColumnMap(1, "小区", fields["estate"]))
    return Source("名单.csv", "名单", grid), Recognised("listings", 1, columns)


@pytest.mark.parametrize(
    ("raw", "number"), [("A101", "A101"), (101113515819.0, "101113515819"), ("1.01E+11", ""), (None, ""), (1.5e17, "")]
)
def test_a_number_that_excel_destroyed_names_nothing(raw: object, number: str) -> None:
    source, recognised = numbered(raw)
    assert own_numbers(source, recognised, [2]) == [number]


def test_a_number_is_one_of_its_estate_only() -> None:
    source, recognised = numbered("1", "1")
    one, two = records_of(source, recognised, {"estate": ["阳光花园", "翠湖苑"]}, [2, 3])
    assert one.key
    assert one.key != two.key
    again, _ = records_of(source, recognised, {"estate": ["阳光花园", "翠湖苑"], "price": [1.0, 2.0]}, [2, 3])
    assert again.key == one.key


def matched(values: dict[str, list[object]], numbers: list[str]) -> tuple[dict[int, int], set[int]]:
    tables = tables_from(HOMES)
    rows = Rows(Standing(tables), tables, "listings")
    source, recognised = numbered(*numbers)
    records = records_of(source, recognised, values, range(2, 2 + len(numbers)))
    found = match(rows, values, records, (numbers, ()))
    return found.rows, found.unclear


def test_without_a_memory_a_number_in_the_remark_names_the_row() -> None:
    values: dict[str, list[object]] = {
        "estate": ["阳光花园", "阳光花园", "翠湖苑"],
        "price": [1.0, 2.0, 3.0],
        "remark": [None, None, None],
    }
    assert matched(values, ["A102", "A101", "A102"]) == ({0: 3, 1: 2}, set())


def test_the_same_words_in_every_cell_are_the_same_row() -> None:
    values: dict[str, list[object]] = {
        "deal_type": ["售"], "estate": ["翠湖苑"], "area": [60.0], "rooms": [2], "price": [310.0],
    }  # fmt: skip
    assert matched(values, [""]) == ({0: 4}, set())


@pytest.mark.parametrize(("now", "last", "unknown", "why"), [
    (520, 520, False, ""), (520.0, 520, False, ""), (None, None, False, ""), ("", None, True, ""),
    (515, 520, False, EDITED), (515, None, False, TYPED), (515, None, True, UNKNOWN), (None, 520, False, CLEARED),
])  # fmt: skip
def test_a_cell_is_ours_only_where_it_says_what_an_import_wrote_or_nothing_ever(
    now: object, last: object, unknown: bool, why: str
) -> None:
    assert whose(Change("listings", 2, "price", now, 498), last, unknown) == why


def test_without_a_journal_nothing_is_remembered() -> None:
    memory = Memory(None)
    assert (memory.runs, memory.lists("abc")) == ([], [])


def test_private_cells_are_veiled_in_a_report() -> None:
    phone, price = BY_KEY["clients"]["phone1"], BY_KEY["listings"]["price"]
    assert veiled(phone, "13800001111") == "138****1111"
    assert veiled(BY_KEY["listings"]["floor_price"], 480) == "***"
    assert (veiled(phone, None), veiled(price, 520)) == (None, 520)


def test_counts_of_what_comes_again_are_told_only_where_there_is_some() -> None:
    first = {"imported": 2, "changed": 0, "duplicates": 0, "refused_rows": 1, "vanished": 0, "unclear": 0}
    assert counts_of(first) == "导入 2 行, 重复 0 行, 不是记录 1 行"
    assert counts_of(first | {"changed": 3, "vanished": 4}, "") == "导入 2, 更新 3, 重复 0, 不是记录 1, 名单里不再有 4"


def test_only_the_first_of_many_changes_are_listed() -> None:
    changes = [{"cell": f"房源!F{row}", "column": "挂牌价", "old": row, "new": None} for row in range(2, 10)]
    lines = list(again_lines({"changes": changes, "left": [], "unclear_rows": [], "gone": []}))
    assert lines[0] == "  房源!F2 挂牌价: 「2」 → 空"
    assert lines[-1] == "  …还有 3 格更新, 见 --json"
    assert len(lines) == 6


def test_notes_of_a_run_are_kept_beside_its_cells_and_older_records_have_none(tmp_path: Path) -> None:
    journal = Journal(tmp_path / "店.xlsx")
    journal.book.write_bytes(b"book")
    notes = {"lists": {"abc": {"H000001": ["key", "line"]}}}
    plan = Plan([ColumnChange("listings", "price", [2], [520], [498])], notes)
    with journal.recording(Run(1, "import", "王芳", "2026-11-20T09:00:00", "2026-11-20", plan)):
        pass
    assert journal.notes(1) == notes
    assert journal.run(1).plan == plan
    file = journal.folder / "runs" / "000001.json.gz"
    lines = gzip.decompress(file.read_bytes()).splitlines(keepends=True)
    file.write_bytes(gzip.compress(b"".join(lines[:2])))
    assert journal.notes(1) == {}
    assert len(journal.run(1).plan) == 1
