"""Import of small files made here: encodings, separators, headers, refusals, duplicates, needs, owners, lists, the report."""

import csv
import io
from pathlib import Path

import pandas as pd
import pytest
import xlsxwriter
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from macros.imports import ImportOptions, import_files, lines_of
from workbook.book import MemoryBook
from workbook.errors import FileRefused, UsageError
from workbook.sheets import SHEETS
from workbook.tables import Tables, read_tables

EMPTY: Tables = read_tables(MemoryBook({sheet.label: [list(sheet.labels)] for sheet in SHEETS}), SHEETS)[0]
HOMES = "小区,户型,面积,总价,楼层\n阳光花园,3室2厅1卫,89.5平米,520万,3/18\n翠湖苑,2室1厅,60㎡,300万,中楼层(共6层)\n"
PEOPLE = "姓名,电话,备注\n张伟,13800001111,首访\n李娜,13900002222,\n"


def grow(tables: Tables, results) -> Tables:
    """Return tables to which the new rows were added below the old ones."""
    grown = {}
    for key, frame in results.items():
        old = tables[key]
        start = max([1, *old.index.tolist()]) + 1
        grown[key] = pd.concat([old, frame.set_index(pd.RangeIndex(start, start + len(frame)))])
    return tables.updated({}, {key: frame for key, frame in grown.items() if key != "lists"})


@pytest.fixture
def write(tmp_path):
    """Return a function that writes a file and returns its path; text is written in UTF-8."""

    def write(content: str | bytes, name: str = "客户资料.csv") -> Path:
        path = tmp_path / name
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return path

    return write


@pytest.fixture
def workbook(tmp_path):
    """Return a function that writes {sheet: rows} as an .xlsx and returns its path."""

    def workbook(sheets, name="资料.xlsx", hidden=()) -> Path:
        with xlsxwriter.Workbook(str(tmp_path / name)) as book:
            for title, rows in sheets.items():
                sheet = book.add_worksheet(title)
                for row, cells in enumerate(rows):
                    sheet.write_row(row, 0, cells)
                if title in hidden:
                    sheet.hide()
        return tmp_path / name

    return workbook


def clients_of(path, tables=EMPTY, **options):
    return import_files([path], tables, ImportOptions(**options)).results["clients"]


@pytest.mark.requirement("F23")
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "gbk", "utf-16"])
@pytest.mark.parametrize("separator", [",", ";", "\t", "|"])
def test_any_encoding_and_separator_gives_the_same_rows(write, encoding, separator):
    frame = clients_of(write(PEOPLE.replace(",", separator).encode(encoding)))
    assert frame["name"].tolist() == ["张伟", "李娜"]
    assert frame["phone1"].tolist() == ["13800001111", "13900002222"]
    assert frame["remark"].tolist() == ["首访", ""]


def test_quoted_cells_keep_separators_and_line_breaks(write):
    frame = clients_of(write('姓名,电话,备注\r\n张伟,13800001111,"两居, 近地铁\n急"\r\n'))
    assert frame["remark"].tolist() == ["两居, 近地铁\n急"]


@pytest.mark.parametrize(("name", "content", "code"), [
    ("a.csv", "姓名,电话\n张\0伟,1\n".encode(), "CSV_BINARY"),
    ("a.csv", b"a" * 2_000_000, "CSV_BROKEN"),
    ("a.xlsx", "姓名,电话\n".encode(), "NOT_XLSX"),
    ("a.xls", b"<html><table><tr><td>1</td></tr></table></html>", "HTML_NOT_EXCEL"),
    ("a.xlsx", b"PK\x03\x04 cut off", "BROKEN_ZIP"),
    ("~$a.xlsx", b"", "LOCK_FILE"),
])  # fmt: skip
def test_what_is_no_table_is_refused_in_one_sentence(write, name, content, code):
    with pytest.raises(FileRefused) as refused:
        import_files([write(content, name)], EMPTY)
    assert refused.value.code == code
    assert str(refused.value).startswith(f"{name}: ")


def test_a_missing_file_is_refused(tmp_path):
    with pytest.raises(FileRefused, match="找不到"):
        import_files([tmp_path / "没有.csv"], EMPTY)


def test_a_folder_is_refused(tmp_path):
    with pytest.raises(FileRefused):
        import_files([tmp_path], EMPTY)


def test_lost_characters_are_reported(write):
    item = import_files([write("姓名,电话\n小\ufffd\ufffd村,13800001111\n")], EMPTY).items[0]
    assert any(note.startswith("MOJIBAKE") for note in item["notes"])


def test_content_counts_more_than_the_name(workbook):
    path = workbook({"表": [["姓名", "电话"], ["张伟", "13800001111"]]}, "资料.xls")
    item = import_files([path], EMPTY).items[0]
    assert item["imported"] == 1
    assert any(note.startswith("WRONG_EXTENSION") for note in item["notes"])


def test_hidden_sheets_are_named_and_left(workbook):
    rows = [["姓名", "电话"], ["张伟", "13800001111"]]
    result = import_files([workbook({"新": rows, "旧": [rows[0], ["旧人", "13900002222"]]}, hidden=("旧",))], EMPTY)
    assert result.results["clients"]["name"].tolist() == ["张伟"]
    assert "HIDDEN_SHEET: 隐藏的表没有导入: 旧" in result.items[0]["notes"]


def test_the_header_may_stand_lower_and_further_right(workbook):
    rows = [["某某房产客户表"], [], [None, "姓名", "电话"], [None, "张伟", 13800001111], [None, "李娜", "13900002222"]]
    result = import_files([workbook({"表": rows})], EMPTY)
    assert result.results["clients"]["phone1"].tolist() == ["13800001111", "13900002222"]
    assert [origin.row for origin in result.origins["clients"]] == [4, 5]


def test_text_left_of_the_table_is_no_record(workbook):
    rows = [["甲经纪", "小区", "楼层", "价格"], ["", "阳光花园", "2/6", 2400], ["", "翠湖苑", "7/18", 2300],
            ["1.水电费\n2.车位"]]  # fmt: skip
    result = import_files([workbook({"租房": rows})], EMPTY)
    item = result.items[0]
    assert (item["rows"], item["imported"], item["refused_rows"]) == (3, 2, 1)
    assert item["refused"][0]["why"] == "表格以外的文字, 不是记录"
    assert "表格左边的「甲经纪」不是记录, 没有导入" in item["notes"]
    assert result.results["listings"]["price"].tolist() == [2400, 2300]
    assert set(result.results["listings"]["deal_type"]) == {"租"}


def test_rows_that_are_no_records_are_refused_with_the_reason(write):
    text = (
        HOMES
        + ",,,,\n小区,户型,面积,总价,楼层\n合计,,149.5,820万,\n备注: 以上价格都可以再谈谈，具体请联系店长来确认,,,,\n丽景,1室1厅,40,200万,1/6\n,,,,\n"
    )
    item = import_files([write(text, "房.csv")], EMPTY).items[0]
    assert (item["rows"], item["imported"], item["duplicates"], item["refused_rows"]) == (7, 3, 0, 4)
    assert [(entry["row"], entry["why"]) for entry in item["refused"]] == [
        (4, "空行"), (5, "重复的表头"), (6, "合计行"), (7, "说明文字, 不是记录"),
    ]  # fmt: skip


def test_a_missing_required_field_is_no_reason_to_refuse_a_row(write):
    item = import_files([write("姓名,电话\n张伟,\n,13800001111\n")], EMPTY).items[0]
    assert (item["imported"], item["refused"]) == (2, [])
    assert "归属人" in item["lacks"]
    assert "姓名" not in item["lacks"]


def test_an_unreadable_value_keeps_its_place_and_its_words(write):
    result = import_files([write(HOMES.replace("520万", "面议"), "房.csv")], EMPTY)
    (entry,) = result.items[0]["refused"]
    assert entry == {
        "row": 2,
        "column": "总价",
        "value": "面议",
        "why": "读不出价格",
        "code": "not_a_price",
        "what": "value",
    }
    frame = result.results["listings"]
    assert frame["price"].isna().tolist() == [True, False]
    assert "总价 面议" in frame["remark"][0]


def test_missing_words_are_empty_not_refused(write):
    text = "小区,户型,面积,总价\n阳光,3室2厅,暂无数据,520万\n翠湖,None,60,--\n"
    item = import_files([write(text, "房.csv")], EMPTY).items[0]
    assert item["refused"] == []


def test_a_total_is_made_of_unit_price_and_area_and_the_report_says_so(write):
    result = import_files([write("小区,面积,单价\n阳光,50,20000\n翠湖,60,30000元/平\n", "房.csv")], EMPTY)
    assert result.results["listings"]["price"].tolist() == [100, 180]
    assert any("由 单价 × 建筑面积 算出" in note for note in result.items[0]["notes"])


@pytest.mark.parametrize(("header", "cell", "price"), [
    ("总价（元）", "1400000", 140), ("总价", "1400000", 140), ("总价(万元)", "140", 140), ("总价", "140万", 140), ("售价", "140", 140),
])  # fmt: skip
def test_prices_come_in_wan(write, header, cell, price):
    frame = import_files([write(f"小区,户型,{header}\n阳光,2室1厅,{cell}\n", "房.csv")], EMPTY).results["listings"]
    assert (frame["price"][0], frame["deal_type"][0]) == (price, "售")


@pytest.mark.parametrize(
    ("header", "cell"), [("租金", "3500"), ("价格(元/月)", "3500"), ("价格", "3500元/月"), ("价格", "3500")]
)
def test_rents_come_in_yuan_a_month(write, header, cell):
    frame = import_files([write(f"小区,户型,{header}\n阳光,2室1厅,{cell}\n", "房.csv")], EMPTY).results["listings"]
    assert (frame["price"][0], frame["deal_type"][0]) == (3500, "租")


@pytest.mark.parametrize(("low", "key"), [(3, "floors"), (12, "floor")])
def test_plain_floors_are_heights_where_low_ones_are_rare(write, low, key):
    """40 flats: 3 of them on floors 1 to 3 (7.5 %) is too few for floors that people live on, 12 is not."""
    floors = [1 + n % 3 for n in range(low)] + [6] * (40 - low)
    text = "小区,户型,总价,楼层\n" + "".join(f"小区{n},2室1厅,{n + 100}万,{floor}\n" for n, floor in enumerate(floors))
    frame = import_files([write(text, "房.csv")], EMPTY).results["listings"]
    assert frame[key].tolist() == floors
    assert ({"floor", "floors"} - {key}).isdisjoint(frame.columns)


def test_duplicates_within_a_file_across_files_and_against_the_workbook(write):
    once = import_files([write(HOMES + "阳光花园,3室2厅1卫,89.5平米,520万,3/18\n", "一.csv")], EMPTY)
    assert (once.items[0]["imported"], once.items[0]["duplicates"]) == (2, 1)
    both = import_files([write(HOMES, "一.csv"), write(HOMES.replace("89.5平米", "89.5㎡"), "二.csv")], EMPTY)
    assert [item["duplicates"] for item in both.items] == [0, 2]
    again = import_files([write(HOMES, "一.csv")], grow(EMPTY, once.results))
    assert (again.figures["imported"], again.figures["duplicates"]) == (0, 2)


def test_a_row_that_differs_in_one_value_is_no_duplicate(write):
    text = (
        HOMES
        + "阳光花园,3室2厅1卫,89.5平米,521万,3/18\n阳光花园,3室2厅1卫,约九十,520万,3/18\n阳光花园,3室2厅1卫,约八十,520万,3/18\n"
    )
    assert import_files([write(text, "房.csv")], EMPTY).items[0]["imported"] == 5


def test_what_people_and_genjin_added_does_not_make_an_imported_row_new(write):
    path = write(HOMES, "房.csv")
    tables = grow(EMPTY, import_files([path], EMPTY).results)
    index = tables["listings"].index
    edited = pd.DataFrame({"r_keep": ["王店长"] * 2, "unit_price": [1.0, 2.0], "status": ["在售"] * 2}, index=index)
    assert import_files([path], tables.updated({"listings": edited})).figures["imported"] == 0


def test_a_bare_name_is_not_the_client_of_that_name(write):
    """张伟 of a list without phones may be another 张伟; the same list again adds nobody."""
    tables = grow(EMPTY, import_files([write(PEOPLE)], EMPTY).results)
    names = write("姓名,微信\n张伟,\n李娜,\n赵敏,\n", "名单.csv")
    first = import_files([names], tables)
    assert first.figures["imported"] == 3
    assert import_files([names], grow(tables, first.results)).figures["imported"] == 0


def test_ids_go_on_after_the_highest(write):
    tables = grow(EMPTY, import_files([write(PEOPLE)], EMPTY).results)
    assert tables["clients"]["client_id"].tolist() == ["C000001", "C000002"]
    frame = clients_of(write("姓名,电话\n赵敏,13700003333\n"), tables)
    assert frame["client_id"].tolist() == ["C000003"]


@pytest.mark.requirement("R2", "F23")
def test_a_need_in_the_file_becomes_a_row_of_needs_with_its_client(write):
    text = "客户姓名,手机号,预算,意向区域,户型,面积,需求\n张伟,13800001111,300-400万,朝阳、海淀,两居,80-100,近地铁\n李娜,13900002222,,,,,\n"
    result = import_files([write(text)], EMPTY)
    (need,) = result.results["requests"].to_dict("records")
    assert (need["req_id"], need["client_id"], need["deal_type"], need["remark"]) == (
        "Q000001",
        "C000001",
        "买",
        "近地铁",
    )
    assert (need["budget_min"], need["budget_max"], need["area_min"], need["area_max"]) == (300, 400, 80, 100)
    assert (need["rooms_min"], need["rooms_max"], need["districts"]) == (2, 2, ("朝阳", "海淀"))
    assert result.results["lists"]["districts"].tolist() == ["朝阳", "海淀"]
    assert import_files([write(text)], grow(EMPTY, result.results)).figures["imported"] == 0


def test_owners_are_made_once_and_linked(write):
    text = "小区,户型,总价,业主,业主电话\n阳光,2室1厅,300万,钱先生,13800001111\n翠湖,3室1厅,400万,钱先生,13800001111\n丽景,1室1厅,200万,,\n"
    result = import_files([write(text, "房.csv")], EMPTY)
    assert result.results["owners"][["owner_id", "name", "phone"]].to_dict("list") == {
        "owner_id": ["O000001"], "name": ["钱先生"], "phone": ["13800001111"],
    }  # fmt: skip
    assert result.results["listings"]["owner_id"].tolist() == ["O000001", "O000001", ""]


def test_only_defaults_that_claim_nothing_are_filled_in(write):
    clients = clients_of(write(PEOPLE))
    assert (set(clients["eligibility"]), set(clients["consent"])) == ({"待核"}, {"仅服务"})
    assert "pref_channel" not in clients
    listings = import_files([write(HOMES, "房.csv")], EMPTY).results["listings"]
    assert set(listings["verify"]) == {"未核"}
    assert "cons" not in listings


def test_two_columns_of_phones_and_three_of_remarks_are_all_kept(write):
    result = import_files([write("姓名,电话,电话,备注,备注,备注\n张伟,13800001111,13900002222,a,b,c\n")], EMPTY)
    frame = result.results["clients"]
    assert (frame["phone1"][0], frame["phone2"][0], frame["remark"][0]) == ("13800001111", "13900002222", "a; b; c")
    assert result.items[0]["mapped"] == {
        "姓名": "name", "电话": "phone1,phone2", "电话(C)": "phone1,phone2", "备注": "remark", "备注(E)": "remark", "备注(F)": "remark",
    }  # fmt: skip
    assert sum(note.startswith("DUPLICATE_HEADER") for note in result.items[0]["notes"]) == 2


def test_of_two_names_the_person_is_the_client_and_the_firm_a_remark(write):
    frame = clients_of(write("名称,联系人,电话\n某某建材,张经理,13800001111\n"))
    assert frame[["name", "salutation", "remark"]].values.tolist() == [["张经理", "张经理", "名称 某某建材"]]


def test_a_file_without_header_is_read_where_its_content_leaves_no_doubt(write):
    result = import_files([write("王伟,13800001111\n李娜,13900002222\n赵敏,13700003333\n")], EMPTY)
    assert result.results["clients"]["phone1"].tolist() == ["13800001111", "13900002222", "13700003333"]
    assert result.results["clients"]["name"].tolist() == ["王伟", "李娜", "赵敏"]
    assert result.items[0]["rows"] == 3


def test_what_is_neither_clients_nor_listings_is_refused_row_by_row(write):
    item = import_files([write("品名,数量\n苹果,3\n梨,4\n")], EMPTY).items[0]
    assert (item["sheet"], item["rows"], item["imported"], item["refused_rows"]) == ("", 3, 0, 3)
    assert "请用 --sheet" in next(iter(lines_of(item)))


def test_a_person_may_say_which_sheet_is_meant(write):
    path = write("联系人,电话,小区,户型,总价\n张伟,13800001111,阳光,2室1厅,300万\n", "表.csv")
    assert import_files([path], EMPTY).items[0]["sheet"] == "房源"
    assert import_files([path], EMPTY, ImportOptions(sheet="客户")).items[0]["sheet"] == "客户"
    staff = write("对象,对象ID,时间,方式,结果,摘要\n客户,C000001,2026-03-01 10:30,电话,接通,约了周六看房\n", "跟进.csv")
    frame = import_files([staff], EMPTY, ImportOptions(sheet="followups")).results["followups"]
    assert (frame["fu_id"][0], frame["at"][0]) == ("F000001", pd.Timestamp("2026-03-01 10:30"))


@pytest.mark.parametrize("name", ["没有的表", "设置"])
def test_a_sheet_that_cannot_be_imported_into_is_refused(write, name):
    with pytest.raises(UsageError, match=r"可以导入: .*客户"):
        import_files([write(PEOPLE)], EMPTY, ImportOptions(sheet=name))


def test_another_agencys_follow_ups_are_not_taken_for_clients(workbook):
    """Their ids name other people's rows; only a person can say that they fit."""
    path = workbook({"跟进": [["姓名", "电话", "对象ID"], ["张伟", "13800001111", "C000001"]]})
    assert import_files([path], EMPTY).items[0]["sheet"] == ""


def test_error_values_are_refused_not_stored(workbook, tmp_path):
    path = tmp_path / "错误.xlsx"
    with xlsxwriter.Workbook(str(path)) as book:
        sheet = book.add_worksheet()
        for row, cells in enumerate([["姓名", "电话", "备注"], ["张伟", "", "a"], ["李娜", "13900002222", "b"]]):
            sheet.write_row(row, 0, cells)
        sheet.write_formula(1, 1, "=NA()", None, "#N/A")
    result = import_files([path], EMPTY)
    assert result.results["clients"]["phone1"].tolist() == ["", "13900002222"]
    assert [(e["row"], e["why"]) for e in result.items[0]["refused"]] == [(2, "是公式的错误值")]


def test_the_terminal_is_told_counts_columns_and_refusals(write):
    text = HOMES.replace("520万", "面议") + "合计,,,,\n"
    lines = list(lines_of(import_files([write(text, "房源.csv")], EMPTY).items[0]))
    assert lines[0] == "房源.csv → 房源: 3 行, 导入 2, 重复 0, 不是记录 1"
    assert lines[1] == "  列: 小区→小区, 户型→室/厅/卫, 面积→建筑面积, 总价→挂牌价, 楼层→所在层/总层"
    assert "  第 2 行 总价: 「面议」读不出价格" in lines
    assert "  第 4 行: 合计行" in lines


def test_input_is_left_as_it_was(write):
    tables = grow(EMPTY, import_files([write(HOMES, "房.csv")], EMPTY).results)
    before = tables["listings"].copy()
    import_files([write(HOMES, "房.csv")], tables)
    pd.testing.assert_frame_equal(tables["listings"], before)


WORDS = st.sampled_from([
    "", "张伟", "李娜", "13800001111", "1380000", "姓名", "电话", "户型", "总价", "小区", "3室2厅", "650万", "89㎡", "合计", "暂无数据", "南北",
    "中楼层(共17层)", "2016/8/9", "#N/A", "备注: 以上都是真的, 请放心联系店长, 谢谢大家的支持", "\u00a0", "１２", "=1+1",
])  # fmt: skip
GRIDS = st.lists(st.lists(WORDS, min_size=1, max_size=5), min_size=1, max_size=9)


@given(grid=GRIDS, header=st.sampled_from([[], ["姓名", "电话", "备注"], ["小区", "户型", "面积", "总价", "朝向"]]))
@settings(
    max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
def test_rows_are_imported_refused_or_duplicates_and_nothing_else(tmp_path, grid, header):
    text = io.StringIO()
    csv.writer(text).writerows([header, *grid] if header else grid)
    path = tmp_path / "随机.csv"
    path.write_text(text.getvalue(), "utf-8")
    result = import_files([path], EMPTY)
    for item in result.items:
        assert item["rows"] == item["imported"] + item["refused_rows"] + item["duplicates"]
    new = sum(len(result.results[key]) for key in ("clients", "listings") if key in result.results)
    assert new == result.figures["imported"]
    assert import_files([path], grow(EMPTY, result.results)).figures["imported"] == 0
