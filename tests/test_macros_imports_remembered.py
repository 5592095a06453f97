"""导入对照: what the columns of a list were taken for is written down once, unsure ones first, and what a person puts there is followed."""

from pathlib import Path

import openpyxl
import pytest

from macros.imports.fields import fields_by_name
from macros.imports.headers import ColumnMap, Recognised
from macros.imports.remembered import Line, ours_of, sample, sure_of
from macros.imports.shapes import name_of, shape_in, shape_of
from macros.imports.sources import Source
from tests.commands import cells, column, genjin, said
from tests.lists import BOOK, DESCRIBED, PEOPLE, Captured, bring, lines, row_of, typed
from workbook.sheets.import_columns import IMPORT_COLUMNS, OPTIONS

RENTS = """\
小区,户型,面积,价格
阳光花园,3室2厅1卫,89.5,5200
翠湖苑,2室1厅1卫,61.2,3100
金桂里,1室1厅1卫,41,1980
"""


@pytest.fixture
def book(tmp_path: Path, capsys: Captured, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    genjin(capsys, "new", BOOK)
    return BOOK


def asked(label: str = "Genjin 的列") -> dict[str, object]:
    """Return header of a list -> what 导入对照 says of it in a column."""
    headers, held = column(BOOK, "导入对照", "表头"), column(BOOK, "导入对照", label)
    return {str(header): held.get(row) for row, header in headers.items()}


def corrected(header: str, ours: str | None) -> None:
    typed("导入对照", "Genjin 的列", row_of("导入对照", "表头", header), ours)


@pytest.mark.parametrize("target", ["listings", "clients"])
def test_every_choice_is_a_field_that_an_import_can_read(target: str) -> None:
    known = {*fields_by_name(target), "remark", "price:wan", "price:yuan", "price:month", "rent"}
    assert set(OPTIONS[target]) <= known
    assert len(set(OPTIONS[target].values())) == len(OPTIONS[target])


@pytest.mark.requirement("F23")
def test_a_new_shape_is_written_down_column_by_column(book: Path, capsys: Captured) -> None:
    bring(capsys, lines(DESCRIBED))
    assert asked() == {
        "小区": "小区", "户型": "户型(室厅卫)", "面积": "建筑面积", "楼层": "楼层(所在层/总层)", "建成年代": "建成年", "总价": "挂牌价(万元)",
    }  # fmt: skip
    assert set(asked("目标表").values()) == {"房源"}
    assert set(asked("谁定的").values()) == {"Genjin"}
    assert asked("样例")["面积"] == "89.5 / 89.5 / 61.2"
    shapes = set(asked("文件样式").values())
    assert len(shapes) == 1
    assert str(shapes.pop()).startswith("名单 ·")


def test_a_shape_is_asked_about_once(book: Path, capsys: Captured) -> None:
    bring(capsys, lines(DESCRIBED))
    before = cells(book)["导入对照"]
    bring(capsys, [row | {"总价": "100万"} for row in lines(DESCRIBED)])
    reordered = [{key: row[key] for key in reversed(row)} for row in lines(DESCRIBED)]
    bring(capsys, reordered)
    assert cells(book)["导入对照"] == before
    bring(capsys, lines(PEOPLE))
    assert len(cells(book)["导入对照"]) > len(before)


def test_phones_are_not_shown_whole(book: Path, capsys: Captured) -> None:
    bring(capsys, lines(PEOPLE))
    assert asked("样例")["电话"] == "139****0001 / 139****0002 / 139****0003"
    assert "13900000001" not in str(cells(book)["导入对照"])


@pytest.mark.parametrize(("raw", "shown"), [
    ("13800001111", "138****1111"), ("138-0000-1111", "138****1111"), ("01088886666 转 8", "010****6666转8"), ("520万", "520万"), (89.5, "89.5"),
])  # fmt: skip
def test_a_sample_hides_the_middle_of_long_numbers(raw: object, shown: str) -> None:
    assert sample([raw]) == shown


@pytest.mark.requirement("F23")
def test_what_is_unsure_stands_first_and_is_told_with_its_cell(book: Path, capsys: Captured) -> None:
    rows = [row | {"坐标": "x"} for row in lines(RENTS)]
    answer = bring(capsys, rows)
    assert next(iter(asked())) == "价格"
    assert asked("把握") == {"价格": "请确认", "坐标": "低", "小区": "高", "户型": "高", "面积": "高"}
    price = next(told for told in answer["item"]["columns"] if told["header"] == "价格")
    assert (price["place"], price["ours"], price["sure"]) == (4, "挂牌价(元/月)", "请确认")
    assert price["cell"] == "导入对照!F2"


def test_the_terminal_says_where_a_doubt_can_be_settled(book: Path, capsys: Captured) -> None:
    Path("房.csv").write_text(RENTS, "utf-8")
    code, out, _ = said(capsys, "import", "房.csv", "--into", BOOK)
    assert code == 0
    assert "第 4 列「价格」当作 挂牌价(元/月), 请确认: 在 导入对照!F2 可以改" in out
    _, again, _ = said(capsys, "import", "房.csv", "--into", BOOK)
    assert "请确认" not in again


@pytest.mark.requirement("F23")
def test_a_corrected_unit_is_followed_by_the_same_file_and_the_next(book: Path, capsys: Captured) -> None:
    bring(capsys, lines(RENTS))
    assert (column(book, "房源", "挂牌价")[2], column(book, "房源", "交易")[2]) == (5200, "租")
    corrected("价格", "挂牌价(万元)")
    again = bring(capsys, lines(RENTS))
    assert (again["item"]["imported"], again["item"]["changed"]) == (0, 3)
    assert set(column(book, "房源", "交易").values()) == {"售"}
    bring(capsys, [*lines(RENTS), {"小区": "临江府", "户型": "2室1厅1卫", "面积": "70", "价格": "4400"}])
    row = row_of("房源", "小区", "临江府")
    assert (column(book, "房源", "挂牌价")[row], column(book, "房源", "交易")[row]) == (4400, "售")


def test_a_unit_that_could_not_be_told_is_settled_on_the_sheet(book: Path, capsys: Captured) -> None:
    rows = [row | {"总价": str(int(row["总价"].removesuffix("万")) * 10)} for row in lines(DESCRIBED)]
    bring(capsys, rows)
    assert (asked()["总价"], asked("把握")["总价"]) == ("挂牌价(看不出单位)", "请确认")
    assert column(book, "房源", "挂牌价") == {}
    corrected("总价", "挂牌价(万元)")
    again = bring(capsys, rows)
    assert (again["item"]["imported"], again["item"]["changed"]) == (0, 6)
    assert column(book, "房源", "挂牌价")[2] == 5200


def test_a_column_that_is_not_wanted_is_left_out_and_one_that_was_unknown_is_taken(
    book: Path, capsys: Captured
) -> None:
    rows = [row | {"优缺": "近地铁"} for row in lines(DESCRIBED)]
    bring(capsys, rows)
    assert asked()["优缺"] is None
    corrected("优缺", "亮点")
    corrected("建成年代", None)
    later = [row | {"建成年代": "1990"} for row in rows]
    bring(capsys, later)
    assert set(column(book, "房源", "亮点").values()) == {"近地铁"}
    assert 1990 not in column(book, "房源", "建成年").values()


def test_the_column_that_genjin_took_for_it_before_is_kept_in_words(book: Path, capsys: Captured) -> None:
    rows = [row | {"成交底": "510万"} for row in lines(DESCRIBED)]
    bring(capsys, rows)
    corrected("成交底", "挂牌价(万元)")
    refused = genjin(capsys, "import", "名单.csv", "--into", BOOK, code=2)["stderr"]
    assert "两列都写成了「挂牌价(万元)」" in refused
    corrected("总价", "记入备注")
    bring(capsys, rows)
    assert set(column(book, "房源", "挂牌价").values()) == {510}
    assert "总价 520万" in str(column(book, "房源", "备注")[2])


@pytest.mark.parametrize(("ours", "what", "cell"), [
    ("单价钱", "「房源」没有列「单价钱」。请从下拉列表选一项, 或清空这一格。", "楼层"),
    ("小区", "两列都写成了「小区」。请清空其中一格。", "小区"),
])  # fmt: skip
def test_a_name_that_is_none_of_ours_is_refused_with_its_cell(
    book: Path, capsys: Captured, ours: str, what: str, cell: str
) -> None:
    bring(capsys, lines(DESCRIBED))
    corrected("楼层", ours)
    before = book.read_bytes()
    refused = genjin(capsys, "import", "名单.csv", "--into", BOOK, code=2)["stderr"]
    assert refused.strip().endswith(f"导入对照!F{row_of('导入对照', '表头', cell)}: {what}")
    assert book.read_bytes() == before


def test_a_workbook_without_the_sheet_imports_all_the_same_and_says_what_to_do(book: Path, capsys: Captured) -> None:
    workbook = openpyxl.load_workbook(book)
    del workbook["导入对照"]
    workbook.save(book)
    Path("房.csv").write_text(RENTS, "utf-8")
    code, out, _ = said(capsys, "import", "房.csv", "--into", BOOK)
    assert code == 0
    assert "请确认: 工作簿里没有「导入对照」表, 请把文件的表头改成 Genjin 的列名再导入" in out
    assert len(column(book, "房源", "挂牌价")) == 3


def test_a_preview_writes_nothing_on_the_sheet(book: Path, capsys: Captured) -> None:
    answer = bring(capsys, lines(DESCRIBED), "--preview")
    assert any(change["sheet"] == "导入对照" for change in answer["changes"])
    assert set(cells(book)["导入对照"].values()) == set(IMPORT_COLUMNS.labels)


def test_undo_takes_the_lines_back(book: Path, capsys: Captured) -> None:
    bring(capsys, lines(DESCRIBED))
    genjin(capsys, "undo", BOOK)
    assert set(cells(book)["导入对照"].values()) == set(IMPORT_COLUMNS.labels)


def found(*headers: str, row: int = 1) -> Recognised:
    fields = fields_by_name("listings")
    names = {"小区": "estate", "面积": "area", "总价": "price", "编号": "info:原编号", "装修": "decor"}
    return Recognised(
        "listings", row, tuple(ColumnMap(at, h, fields.get(names.get(h, ""))) for at, h in enumerate(headers))
    )


def test_the_shape_goes_by_the_headers_whatever_their_order() -> None:
    assert shape_of(found("小区", "面积")) == shape_of(found("面积", "小 区"))
    assert shape_of(found("小区", "面积")) != shape_of(found("小区", "总价"))
    assert shape_of(found("小区", "面积", "C列")) == shape_of(found("小区", "面积"))
    assert shape_of(found("小区", row=0)) != shape_of(found("小区"))


@pytest.mark.parametrize(
    ("text", "shape"), [("链家 ·ab12cd", "ab12cd"), ("我改的名字·AB12CD ", "ab12cd"), ("没有样式号", ""), ("", "")]
)
def test_the_shape_is_read_out_of_its_name(text: str, shape: str) -> None:
    assert shape_in(text) == shape
    assert shape_in(name_of(Source("链家.xlsx", "一", []), "ab12cd")) == "ab12cd"


@pytest.mark.parametrize(("column", "sure"), [
    (ColumnMap(0, "小区", fields_by_name("listings")["estate"]), "高"),
    (ColumnMap(0, "楼层", None, 99, "表头「楼层」与内容不符, 按内容处理"), "请确认"),
    (ColumnMap(0, "总价", fields_by_name("listings")["price"], 0, "按「售」读取(没有租的迹象), 没写单位的数字是万元"), "请确认"),
    (ColumnMap(0, "总价", fields_by_name("listings")["price"], 0, "按「售」读取(表头里的字), 没写单位的数字是万元"), "中"),
    (ColumnMap(0, "随便", fields_by_name("listings")["decor"], 99, "按内容识别"), "低"),
    (ColumnMap(0, "装修", fields_by_name("listings")["remark"], 0, "与「装修」重复, 记入备注"), "低"),
    (ColumnMap(0, "坐标", None, 99), "低"),
])  # fmt: skip
def test_how_sure_a_column_is(column: ColumnMap, sure: str) -> None:
    assert sure_of("listings", column, 1) == sure


def test_a_list_without_header_is_never_sure() -> None:
    assert sure_of("listings", ColumnMap(0, "小区", fields_by_name("listings")["estate"]), 0) == "低"


def test_what_a_column_was_taken_for_is_said_in_the_words_of_the_choices() -> None:
    listings, clients = fields_by_name("listings"), fields_by_name("clients")
    assert ours_of("listings", ColumnMap(0, "总价", listings["price"])) == "挂牌价(万元)"
    assert (
        ours_of("clients", ColumnMap(0, "预算上限", clients["requests.budget_max"]))
        == OPTIONS["clients"]["requests.budget_max"]
    )
    assert ours_of("listings", ColumnMap(0, "网址", None)) == ""
    assert Line("总价", "F", "单价", 2).row == 2
