"""Rows <-> tables: columns are found by header wherever they stand, rows keep their Excel number."""

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from workbook.book import MemoryBook
from workbook.errors import SheetRefused
from workbook.schema import Column, Kind, Need, Sheet, When, fold
from workbook.sheets import BY_KEY, SHEETS
from workbook.tables import read_tables, to_table

CLIENTS = BY_KEY["clients"]


def test_rows_keep_their_excel_number_and_rows_left_blank_do_not_matter() -> None:
    grid = [["客户ID", "姓名"], ["C1", "张三"], [], [None, " "], ["C2", "李四"]]
    table, _, findings = to_table(grid, CLIENTS)
    assert table.index.tolist() == [2, 5]
    assert table.loc[5, "name"] == "李四"
    assert not findings


def test_columns_are_found_by_header_alias_and_key_wherever_they_were_moved() -> None:
    grid = [["我的列", "name", "手机 1*", "客户ID"], ["x", "张三", 13800001111.0, "C1"]]
    table, layout, _ = to_table(grid, CLIENTS)
    assert table.loc[2, ["name", "phone1", "client_id"]].tolist() == ["张三", "13800001111", "C1"]
    assert dict(layout.others) == {"我的列": 1}
    assert layout.cell(2, "phone1") == "客户!C2"


def test_the_header_may_stand_below_a_title() -> None:
    table, layout, _ = to_table([["客户一览"], [], ["客户ID", "姓名"], ["C1", "张三"]], CLIENTS)
    assert layout.header_row == 3
    assert table.index.tolist() == [4]


def test_a_missing_key_column_and_a_header_twice_are_refused_in_one_sentence() -> None:
    with pytest.raises(SheetRefused, match="客户: 找不到列「客户ID」。请在表头行补上「客户ID」这一列。"):
        to_table([["姓名"], ["张三"]], CLIENTS)
    with pytest.raises(SheetRefused, match=r"「姓名」出现了两次\(B 列和 C 列\)"):
        to_table([["客户ID", "姓名", "姓名"], ["C1", "a", "b"]], CLIENTS)


def test_an_unreadable_cell_is_a_finding_with_its_place_and_leaves_the_others_alone() -> None:
    table, _, findings = to_table([["客户ID", "生日", "手机1"], ["C1", "2026-02-31", "1381234567"]], CLIENTS)
    assert [(f.row, f.column, f.check) for f in findings] == [
        (2, "phone1", "not_a_phone"),
        (2, "birthday", "not_a_date"),
    ]
    assert findings[0].message == "「1381234567」只有 10 位。请补成 11 位手机号。"
    assert pd.isna(table.loc[2, "birthday"])
    assert table.loc[2, "phone1"] == "1381234567"


def test_a_sheet_that_the_workbook_lacks_is_an_empty_table_with_all_columns() -> None:
    tables, findings = read_tables(MemoryBook({"客户": [["客户ID"], ["C1"]]}), SHEETS)
    assert not findings
    assert list(tables["deals"].columns) == [column.key for column in BY_KEY["deals"].columns]
    assert len(tables["deals"]) == 0


def test_updating_gives_new_tables_and_leaves_the_old_ones() -> None:
    tables, _ = read_tables(MemoryBook({"客户": [["客户ID", "系统等级"], ["C1", "B"], ["C2", "C"]]}), SHEETS)
    after = tables.updated({"clients": pd.DataFrame({"grade": ["A"], "score": [91]}, index=[3])})
    assert after["clients"]["grade"].tolist() == ["B", "A"]
    assert after["clients"]["score"].dtype == "float64"
    assert tables["clients"]["grade"].tolist() == ["B", "C"]


@given(st.permutations(list(CLIENTS.labels)))
def test_the_order_of_columns_changes_nothing(labels: list[str]) -> None:
    row = {"客户ID": "C1", "姓名": "张三", "年龄段": "25-35", "锁定": "是"}
    straight, _, _ = to_table([list(CLIENTS.labels), [row.get(label) for label in CLIENTS.labels]], CLIENTS)
    mixed, _, _ = to_table([labels, [row.get(label) for label in labels]], CLIENTS)
    pd.testing.assert_frame_equal(straight, mixed)


def test_headers_are_compared_without_blanks_stars_and_full_width_brackets() -> None:
    assert fold(" 总价 （万元）*") == fold("总价(万元)")


@pytest.mark.parametrize(
    "wrong",
    [
        lambda: Column(label="a", key="a", kind=Kind.CHOICE),
        lambda: Column(label="a", key="a", kind=Kind.INT, low=3, high=2),
        lambda: Column(label="a", key="a", kind=Kind.TEXT, need=Need.AUTOMATIC, entry=True),
        lambda: Column(label="a", key="a", kind=Kind.CHOICE, choices=("x",), default="y"),
        lambda: sheet(Column(label="a", key="a", kind=Kind.TEXT), Column(label="a", key="b", kind=Kind.TEXT)),
        lambda: sheet(Column(label="a", key="a", kind=Kind.TEXT, not_before="b")),
        lambda: sheet(Column(label="a", key="a", kind=Kind.TEXT, when=When("b"))),
        lambda: sheet(Column(label="b", key="b", kind=Kind.TEXT)),
    ],
)
def test_a_wrong_declaration_fails_when_it_is_made(wrong: object) -> None:
    with pytest.raises(ValueError, match=r"."):
        wrong()  # type: ignore[operator]


def sheet(*columns: Column) -> Sheet:
    return Sheet(label="表", key="sheet", columns=columns, identity=("a",), purpose="")
