"""Cells that are odd by themselves, by docstring-like tables: what is found, what is taken out, what stays."""

import datetime as dt

import pytest

from workbook.concerns import CONCERNS, Concern
from workbook.suspects import LISTED, cleaned, is_formula_like


@pytest.mark.parametrize(
    ("cell", "left", "code"),
    [
        ("张\x08三", "张三", "CONTROL_CHARS"),
        ("138\x0000000001", "13800000001", "CONTROL_CHARS"),
        ("a\ufffeb", "ab", "CONTROL_CHARS"),
        ("\x07", None, "CONTROL_CHARS"),
        ("张\u200b三", "张三", "INVISIBLE_CHARS"),
        ("\ufeff张三", "张三", "INVISIBLE_CHARS"),
        ("张三\u202etxt.exe", "张三txt.exe", "INVISIBLE_CHARS"),
        ("\u202d13800000001\u202c", "13800000001", "INVISIBLE_CHARS"),
        ("张\u00a0三", "张\u00a0三", "INVISIBLE_CHARS"),
        ("👨\u200d👩", "👨\u200d👩", "INVISIBLE_CHARS"),
        ("Аnna", "Аnna", "LOOKALIKE_CHARS"),
        ("#REF!", "#REF!", "ERROR_VALUE"),
        ("=1+1", "=1+1", "FORMULA_TEXT"),
        ("\x00=1+1", "=1+1", "FORMULA_TEXT"),
        (201811133302120035.0, 201811133302120035.0, "PRECISION_LOST"),
        (-201811133302120035.0, -201811133302120035.0, "PRECISION_LOST"),
        ("1.10101E+17", "1.10101E+17", "PRECISION_LOST"),
        (float("inf"), "#NUM!", "ERROR_VALUE"),
        (float("-inf"), "#NUM!", "ERROR_VALUE"),
        (float("nan"), "#NUM!", "ERROR_VALUE"),
    ],
)
def test_an_odd_cell_is_told_of_and_cleaned(cell: object, left: object, code: str) -> None:
    grid = [["a"], [None, cell]]
    found = cleaned("表", grid)
    assert grid[1][1] == left
    assert (code, 2, 2) in {(concern.code, concern.row, concern.column) for concern in found}


@pytest.mark.parametrize(
    "cell",
    ["王芳", "𠮷野家", "㐂子", "éric", "三室\n两厅", "A\tB", "x\u00a0", None, True, 999_999_999_999_999.0, -999_999_999_999_999.0, -5.0, "№5",
     "Αθήνα", "2024-03-05T06:30:00", "#1栋", "１３８", "1.38E+10", "E+17", "A1E+17栋"],
)  # fmt: skip
def test_an_ordinary_cell_stays_and_is_not_told_of(cell: object) -> None:
    grid = [[cell]]
    assert cleaned("表", grid) == []
    assert grid[0][0] is cell


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("2024-03-05T06:30:00Z", dt.datetime(2024, 3, 5, 14, 30)),
        ("2024-03-05T22:30:00Z", dt.datetime(2024, 3, 6, 6, 30)),
        ("2024-03-05T06:30:00+08:00", dt.datetime(2024, 3, 5, 6, 30)),
        ("2024-03-05T06:30-05:00", dt.datetime(2024, 3, 5, 19, 30)),
    ],
)
def test_a_time_with_a_zone_is_the_time_in_beijing(text: str, moment: dt.datetime) -> None:
    grid: list[list[object]] = [[text]]
    assert [concern.code for concern in cleaned("表", grid)] == ["DATE"]
    assert grid == [[moment]]


@pytest.mark.parametrize("text", ["2024-99-05T06:30:00Z", "9999-12-31T23:59:59Z", "0001-01-01T00:00:00+14:00"])
def test_a_time_that_is_none_stays_as_it_is(text: str) -> None:
    grid: list[list[object]] = [[text]]
    assert [concern.code for concern in cleaned("表", grid)] == ["DATE"]
    assert grid == [[text]]


@pytest.mark.parametrize(
    "text", ["=", "@张三", "＝1", "+SUM(A1)", "+1+1", "-1+1", '"=1', " =1", "%0D=1", "-2+3+cmd|' /C calc'!A0"]
)
def test_what_a_spreadsheet_might_calculate_is_like_a_formula(text: str) -> None:
    assert is_formula_like(text)


@pytest.mark.parametrize(
    "text", ["", "-", "--", "—", "-5", "+5", "-1,000.5", "+86 138-0000-0001", "-近地铁", "1=1", "a@b.cn", "3-5", "1+1"]
)
def test_what_people_write_is_not(text: str) -> None:
    assert not is_formula_like(text)


def test_of_very_many_the_first_are_listed_and_the_rest_is_counted() -> None:
    found = cleaned("表", [["=1"]] * (LISTED + 7))
    assert [concern.row for concern in found[:-1]] == list(range(1, LISTED + 1))
    assert (found[-1].code, found[-1].detail) == ("MORE", "FORMULA_TEXT 另有 7 处")


def test_a_concern_says_where_what_and_what_to_do() -> None:
    assert Concern("ERROR_VALUE", "客户", 3, 28, detail="#REF!").sentence("a.xlsx") == (
        "a.xlsx 客户!AB3: 是公式的错误值 (#REF!)。没有当作内容; 请在原表改好再导入。"
    )
    assert Concern("ROW_SHIFTED", "客户", 3).where("a.xlsx") == "a.xlsx 客户 第 3 行"
    assert Concern("AUTO_NAME", place="名称「x」").where("a.xlsx") == "a.xlsx 名称「x」"
    assert Concern("HIDDEN_SHEET", "旧").item("a.xlsx")["cell"] == ""
    assert all(what and do and not what.endswith("。") and not do.endswith("。") for what, do in CONCERNS.values())
