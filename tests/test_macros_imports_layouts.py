"""How lists lie in a sheet: where the header stands, of how many lines it is, what is between the records, which sheets are one list.

Every grid is written here by hand, and so is what it must give.
"""

from pathlib import Path

import pytest
import xlsxwriter

from macros.imports.headers import Head, name_of_head, recognise, two_lines
from macros.imports.layouts import side_by_side
from macros.imports.sources import Source, read_sources
from tests.import_grids import Read, read
from workbook.book import Grid, Region

HEADER: list[object] = ["小区", "户型", "面积", "总价", "楼层"]
FIRST: list[object] = ["阳光花园", "3室2厅", "89.5", "520万", "3/18"]
SECOND: list[object] = ["翠湖苑", "2室1厅", "60", "300万", "2/6"]
KEYS = ("estate", "rooms", "halls", "area", "price", "floor", "floors")
TWO = [("阳光花园", 3, 2, 89.5, 520, 3, 18), ("翠湖苑", 2, 1, 60, 300, 2, 6)]


def merge(area: str) -> Region:
    """Return the region of an address such as A2:A4."""
    from openpyxl.utils import range_boundaries

    return Region("merged", *range_boundaries(area))


# where the header stands


@pytest.mark.requirement("F23")
@pytest.mark.parametrize("above", [
    [],
    [["某某房产 房源登记表"]],
    [["某某房产 房源登记表"], [], ["制表人: 王店长", None, None, "日期: 2026-03-01"]],
    [[]] * 5,
    [[f"说明第{n}条"] for n in range(1, 20)],
    [["阳光店"], ["联系电话", "13800001111"], ["总套数: 2", None, "单位: 万元"]],
], ids=["first", "title", "title and author", "blank", "row 20", "shop and phone"])  # fmt: skip
def test_the_header_is_found_below_titles(above: Grid) -> None:
    found = read([*above, HEADER, FIRST, SECOND])
    assert found.rows(*KEYS) == TWO
    assert found.numbers == [len(above) + 2, len(above) + 3]
    assert found.refused == []


def test_what_stands_above_the_header_is_said_to_be_left_out() -> None:
    found = read([["某某房产 房源登记表"], ["制表人: 王店长"], HEADER, FIRST])
    assert "表头上面的「某某房产 房源登记表 制表人: 王店长」是标题或说明, 没有导入" in found.notes
    assert read([HEADER, FIRST]).notes == []


def test_a_table_that_only_counts_homes_lists_none() -> None:
    counts = [["区域", "套数", "均价"], ["朝阳", 120, 62000], ["海淀", 80, 85000]]
    assert recognise(counts) is None
    assert recognise([["小区", "均价"], ["阳光花园", 62000]]) is not None


def test_a_payroll_is_no_list_of_clients_unless_a_person_says_so() -> None:
    header = ["员工姓名", "工号", "岗位工资", "绩效", "社保", "公积金", "个税", "扣款", "实发工资", "联系电话"]
    grid: Grid = [header, ["赵一", "A1", 1, 2, 3, 4, 5, 6, 7, "13800001111"]]
    assert recognise(grid) is None
    told = recognise(grid, "clients")
    assert told is not None
    assert told.target == "clients"
    few = recognise([["姓名", "工号", "联系电话"], ["赵一", "A1", "13800001111"]])
    assert few is not None
    assert few.target == "clients"


# headers of two lines


@pytest.mark.requirement("F23")
def test_a_header_of_two_lines_gives_each_column_its_own_meaning() -> None:
    grid: Grid = [
        ["小区", "户型", "面积", None, "价格", None, "业主", None],
        [None, None, "建筑", "套内", "挂牌价", "底价", "姓名", "电话"],
        ["阳光花园", "3室2厅", 89.5, 75, "520万", "500万", "钱先生", "13800001111"],
    ]
    keys = ("estate", "rooms", "area", "area_in", "price", "floor_price", "owners.name", "owners.phone")
    found = read(grid)
    assert found.rows(*keys) == [("阳光花园", 3, 89.5, 75, 520, 500, "钱先生", "13800001111")]
    assert found.numbers == [3]


@pytest.mark.parametrize(("upper", "lower", "key", "cell", "value"), [
    ("面积", "套内", "area_in", 75, 75),
    ("楼层", "所在", "floor", 3, 3),
    ("价格", "最低价", "floor_price", "500万", 500),
    ("价格", "单价", "unit_price", 60000, 60000),
    ("房屋", "朝向", "orient", "南", "南"),
    ("装修", "情况", "decor", "精装", "精装"),
    ("总", "楼层", "floors", 18, 18),
])  # fmt: skip
def test_group_and_text_name_a_column_together_or_the_text_alone(
    upper: str, lower: str, key: str, cell: object, value: object
) -> None:
    grid: Grid = [["小区", upper, None], [None, lower, "用途"], ["阳光花园", cell, "住宅"]]
    assert read(grid).rows("estate", key)[0] == ("阳光花园", value)


def test_the_unit_of_a_group_holds_for_its_columns() -> None:
    grid: Grid = [
        ["小区", "户型", "价格(元)", None],
        [None, None, "挂牌价", "最低价"],
        ["阳光花园", "3室2厅", 5_200_000, 500],
    ]
    assert read(grid).rows("price") == [(520,)]


def test_groups_over_a_header_that_speaks_for_itself_change_nothing() -> None:
    found = read([["基本信息", None, None, "交易信息", None], HEADER, FIRST, SECOND])
    assert found.rows(*KEYS) == TWO


def test_a_first_record_of_words_is_no_second_line_of_the_header() -> None:
    people: Grid = [["姓名", "来源", "备注"], ["张伟", "微信", None], ["李娜", "电话", "急"]]
    found = read(people)
    assert found.numbers == [2, 3]
    assert [row[0] for row in found.rows("name")] == ["张伟", "李娜"]


def test_two_rows_are_a_header_only_where_a_group_stands_over_columns() -> None:
    assert two_lines([["小区", "面积", None], [None, "建筑", "套内"]], 2) == [
        Head("小区"), Head("建筑", "面积"), Head("套内", "面积"),
    ]  # fmt: skip
    assert two_lines([["小区", "面积"], ["小区", "面积"]], 2) == []
    assert two_lines([["小区", "面积"], ["阳光花园", 89]], 2) == []
    assert two_lines([["小区", "面积"]], 1) == []


def test_names_of_columns_under_a_group() -> None:
    assert name_of_head("listings", Head("套内", "面积")) == name_of_head("listings", Head("套内面积"))
    assert name_of_head("listings", Head("甲", "乙")) is None


# between the records


@pytest.mark.requirement("F23")
def test_totals_and_headers_of_printed_pages_are_named_and_left_out() -> None:
    grid: Grid = [
        ["房源表"], HEADER, FIRST,
        ["阳光花园 小计", None, 89.5, "520万", None],
        ["第1页/共2页"],
        ["房源表"], HEADER, SECOND,
        [None, "合计", 149.5, "820万", None],
        ["平均", None, 74.75, "410万", None],
        ["共 2 套"],
        ["以上共2套房源"],
    ]  # fmt: skip
    found = read(grid)
    assert found.rows(*KEYS) == TWO
    assert found.refused == [
        (4, "total"), (5, "total"), (6, "subtitle"), (7, "header"), (9, "total"), (10, "total"), (11, "total"), (12, "total"),
    ]  # fmt: skip


def test_both_lines_of_a_repeated_header_are_no_records() -> None:
    upper: list[object] = ["小区", "户型", "面积", None]
    lower: list[object] = [None, None, "建筑", "套内"]
    grid: Grid = [upper, lower, ["阳光花园", "3室2厅", 89.5, 75], upper, lower, ["翠湖苑", "2室1厅", 60, 50]]
    found = read(grid)
    assert found.rows("estate", "area", "area_in") == [("阳光花园", 89.5, 75), ("翠湖苑", 60, 50)]
    assert found.refused == [(4, "header"), (5, "header")]


@pytest.mark.parametrize("text", [
    "合计", "总计:", "小计 3", "朝阳区小计", "阳光花园合计", "平均", "平均值", "共 35 套", "共35条房源", "总套数: 35", "合计(万元)", "本页小计",
])  # fmt: skip
def test_rows_that_sum_up(text: str) -> None:
    assert read([HEADER, FIRST, [text, None, 149.5, "820万"]]).refused == [(3, "total")]


@pytest.mark.parametrize("text", ["合计花园", "平均路小区", "共青城", "总部基地", "最高法家属院", "共35"])
def test_estates_that_begin_like_totals_are_estates(text: str) -> None:
    found = read([HEADER, FIRST, [text, "2室1厅", 60, "300万", "2/6"]])
    assert [row[0] for row in found.rows("estate")] == ["阳光花园", text]


def test_a_lone_cell_between_homes_is_a_subtitle_and_between_clients_a_client() -> None:
    found = read([HEADER, ["朝阳区"], FIRST, ["海淀区"], SECOND])
    assert found.rows(*KEYS) == TWO
    assert found.refused == [(2, "subtitle"), (4, "subtitle")]
    people = read([["姓名", "电话", "来源", "备注", "微信"], ["张伟"], ["李娜", "13900002222"]])
    assert [row[0] for row in people.rows("name")] == ["张伟", "李娜"]


# cells that are merged downwards


@pytest.mark.requirement("F23")
def test_what_is_merged_downwards_holds_for_each_of_its_rows() -> None:
    grid: Grid = [
        HEADER,
        ["阳光花园", "3室2厅", "89.5", "520万", "3/18"],
        [None, "2室1厅", "60", "300万", "2/6"],
        [None, "1室1厅", "40", "200万", "1/6"],
        ["翠湖苑", "2室1厅", "60", "300万", "2/6"],
    ]
    found = read(grid, merged=[merge("A2:A4")])
    assert [row[0] for row in found.rows("estate")] == ["阳光花园", "阳光花园", "阳光花园", "翠湖苑"]
    assert "小区: 竖向合并的单元格, 其内容记到合并的每一行" in found.notes
    assert grid[2][0] is None


def test_gaps_that_are_not_merged_stay_and_are_said() -> None:
    grid: Grid = [HEADER, FIRST, [None, "2室1厅", "60", "300万", "2/6"], SECOND]
    found = read(grid)
    assert [row[0] for row in found.rows("estate")] == ["阳光花园", None, "翠湖苑"]
    assert found.notes == ["小区: 有 1 行没有写, 也不是合并单元格, 没有照上一行补; 请在原表填好再导入"]
    assert read([HEADER, FIRST, [], SECOND]).notes == []
    assert read([HEADER, FIRST, [None, "合计", "60", "300万"]]).notes == []


@pytest.mark.parametrize("area", ["A1:E1", "A2:B3", "A5:A9", "A2:E3"])
def test_merged_titles_blocks_and_empty_rows_are_not_filled(area: str) -> None:
    found = read([HEADER, FIRST, [None, "2室1厅", "60", "300万", "2/6"], SECOND], merged=[merge(area)])
    assert [row[0] for row in found.rows("estate")] == ["阳光花园", None, "翠湖苑"]


def test_a_workbook_tells_which_cells_are_merged(tmp_path: Path) -> None:
    path = tmp_path / "合并.xlsx"
    with xlsxwriter.Workbook(str(path)) as book:
        sheet = book.add_worksheet("房源")
        bold = book.add_format({"bold": True})
        sheet.merge_range("A1:E1", "某某房产 房源表", bold)
        for at, upper in (("A2:A3", "小区"), ("B2:B3", "户型"), ("C2:D2", "面积"), ("E2:E3", "总价")):
            sheet.merge_range(at, upper, bold)
        sheet.write_row(2, 2, ["建筑", "套内"])
        sheet.merge_range("A4:A5", "阳光花园", bold)
        sheet.write_row(3, 1, ["3室2厅", 89.5, 75, "520万"])
        sheet.write_row(4, 1, ["2室1厅", 60, 50, "300万"])
    found = Read(read_sources(path))
    keys = ("estate", "rooms", "area", "area_in", "price")
    assert found.rows(*keys) == [("阳光花园", 3, 89.5, 75, 520), ("阳光花园", 2, 60, 50, 300)]
    assert found.numbers == [4, 5]


# several tables


def test_tables_side_by_side_are_read_one_after_the_other() -> None:
    grid: Grid = [
        ["房源表"],
        ["小区", "户型", "总价", None, "小区", "户型", "总价"],
        ["阳光花园", "3室2厅", "520万", None, "翠湖苑", "2室1厅", "300万"],
        ["丽景", "1室1厅", "200万"],
    ]
    found = read(grid)
    assert found.rows("estate", "rooms", "price") == [("阳光花园", 3, 520), ("丽景", 1, 200), ("翠湖苑", 2, 300)]
    assert found.numbers == [3, 4, 3]
    assert [source.name for source, _ in found.found] == ["Sheet1 A:D", "Sheet1 E:G"]
    assert found.refused == []
    assert "SIDE_BY_SIDE: 「Sheet1」里并排着 2 张同样的表, 各自导入" in found.notes


@pytest.mark.parametrize("header", [
    ["姓名", "电话", "电话"], ["小区", "户型", "总价"], ["甲", "乙", "丙", "甲", "乙", "丙"], ["小区", "总价", "小区", "总价"],
])  # fmt: skip
def test_columns_that_stand_twice_are_one_table(header: list[object]) -> None:
    source = Source("a.xlsx", "表", [header, ["1"] * len(header)])
    assert side_by_side(source) == [source]


@pytest.mark.requirement("F23")
def test_twenty_sheets_of_one_list_with_a_header_each() -> None:
    sources = [Source("房.xlsx", f"{n}区", [HEADER, [f"小区{n}", *FIRST[1:]]]) for n in range(20)]
    assert [row[0] for row in Read(sources).rows("estate")] == [f"小区{n}" for n in range(20)]


def plain(estate: str, price: object = 520) -> list[object]:
    return [estate, "3室2厅", 89.5, price, "3/18"]


@pytest.mark.requirement("F23")
def test_twenty_sheets_of_one_list_with_the_header_on_the_first_only() -> None:
    grids: list[Grid] = [[HEADER, plain("小区0")], *([plain(f"小区{n}")] for n in range(1, 20))]
    sources = [Source("房.xlsx", f"第{n}页", grid) for n, grid in enumerate(grids)]
    found = Read(sources)
    assert found.rows("estate", "area", "price", "floors") == [(f"小区{n}", 89.5, 520, 18) for n in range(20)]
    assert found.numbers == [2, *[1] * 19]
    assert found.notes == ["没有表头, 按「第0页」的表头读取"] * 19


@pytest.mark.parametrize(("file", "name", "grid"), [
    ("别的.xlsx", "第2页", [["翠湖苑", "南", 60, 300, "2/6"]]),
    ("房.xlsx", "跟进", [["翠湖苑", "2室1厅", 60, 300, "2/6"]]),
    ("房.xlsx", "说明", [["填表说明", "请写清楚", "谢谢", "大家", "支持"]]),
    ("房.xlsx", "任务", [["翠湖苑", "带看", "周六", "王店长", "已约"]]),
    ("房.xlsx", "宽表", [["翠湖苑", "南", 60, 300, "2/6", "一", "二", "三"]]),
])  # fmt: skip
def test_a_header_is_not_lent_to_what_it_does_not_fit(file: str, name: str, grid: Grid) -> None:
    found = Read([Source("房.xlsx", "第1页", [HEADER, plain("阳光花园")]), Source(file, name, grid)])
    assert [row[0] for row in found.rows("estate")] == ["阳光花园"]
    assert found.found[1][1] is None


# no header at all


def test_without_header_columns_are_what_their_cells_look_like() -> None:
    grid: Grid = [["3室2厅", "89.5平米", "520万", "南"], ["2室1厅", "60平米", "300万", "南北"]]
    found = read(grid)
    assert found.rows("rooms", "area", "price", "orient") == [(3, 89.5, 520, "南"), (2, 60, 300, "南北通透")]
    assert "没有表头, 各列按内容识别" in found.notes


def test_names_alone_are_clients_only_in_a_narrow_list_of_different_names() -> None:
    assert read([["王伟"], ["李娜"], ["赵敏"]]).rows("name") == [("王伟",), ("李娜",), ("赵敏",)]
    assert recognise([["余江区", 1, 2, 3]] * 20) is None
    assert recognise([["余江区"]] * 20) is None
