"""The three real client files: what they hold comes in, what they lack is said. The counts were taken from the files themselves."""

from collections import Counter

import pytest
from python_calamine import CalamineWorkbook

from macros.imports import Imported, import_files, lines_of
from tests.tables import tables_from
from workbook.book import MemoryBook
from workbook.sheets import SHEETS
from workbook.tables import read_tables

SHOPS, CRM, RENTER = "shop_clients_217_deidentified.xlsx", "import_template_crm.xlsx", "renter_tracker_2022_wps.xlsx"


@pytest.fixture(scope="module")
def imported(shared):
    tables, _ = read_tables(MemoryBook({sheet.label: [list(sheet.labels)] for sheet in SHEETS}), SHEETS)
    return {name: import_files([shared / "data" / "clients" / name], tables) for name in (SHOPS, CRM, RENTER)}


@pytest.fixture(scope="module")
def shops(shared):
    book = CalamineWorkbook.from_path(shared / "data" / "clients" / SHOPS)
    return {name: book.get_sheet_by_name(name).to_python() for name in book.sheet_names}


def counts(result: Imported):
    return [
        (i["source_sheet"], i["sheet"], i["rows"], i["imported"], i["refused_rows"], i["duplicates"])
        for i in result.items
    ]


@pytest.mark.requirement("F23")
def test_every_row_of_the_client_files_is_accounted_for(imported):
    assert counts(imported[SHOPS]) == [("Sheet1", "客户", 217, 217, 0, 0), ("Sheet2", "客户", 225, 201, 0, 24)]
    assert counts(imported[CRM]) == [("客户导入模板", "客户", 3, 3, 0, 0)]
    assert counts(imported[RENTER]) == [
        ("吉大房产", "房源", 10, 3, 7, 0), ("链家", "房源", 5, 5, 0, 0), ("链家1", "房源", 3, 3, 0, 0), ("安居客", "房源", 1, 1, 0, 0),
    ]  # fmt: skip


def test_phones_are_eleven_digits_whether_typed_as_text_or_number(imported, shops):
    frame = imported[SHOPS].results["clients"]
    kinds = Counter(type(row[3]).__name__ for row in shops["Sheet1"][1:])
    assert kinds["float"] == 70
    expected = [str(int(row[3])) if isinstance(row[3], float) else row[3] for row in shops["Sheet1"][1:]]
    expected = [{"07595136789": "0759-5136789"}.get(phone, phone) for phone in expected]
    assert frame["phone1"].tolist()[:217] == expected


def test_numbers_that_are_no_phones_are_kept_and_named(imported, shops):
    short = [n for n, row in enumerate(shops["Sheet1"], 1) if isinstance(row[3], float) and row[3] < 1e10]
    refused = imported[SHOPS].items[0]["refused"]
    assert [entry["row"] for entry in refused] == short
    assert {(entry["what"], entry["code"]) for entry in refused} == {("value", "phone_length")}


def test_shops_and_addresses_are_kept_in_words(imported, shops):
    frame = imported[SHOPS].results["clients"]
    for at in (0, 2, 100, 216):
        shop, address, name, _ = shops["Sheet1"][at + 1]
        assert frame["remark"][at] == f"店名 {shop}" + (f"; 地址 {address}" if address else "")
        assert frame["name"][at].replace(" ", "") == name.replace(" ", "")


def test_a_tab_without_header_gives_names_and_the_phones_glued_to_them(imported, shops):
    cells = list(dict.fromkeys(row[0] for row in shops["Sheet2"]))
    assert len(cells) == 201
    frame = imported[SHOPS].results["clients"].iloc[217:]
    assert (frame["name"] + frame["phone1"]).tolist() == cells
    assert (frame["phone1"] != "").sum() == 3
    assert "没有表头, 各列按内容识别" in imported[SHOPS].items[1]["notes"]


def test_the_template_gives_clients_with_a_need_each(imported):
    clients, needs = imported[CRM].results["clients"], imported[CRM].results["requests"]
    assert clients["salutation"].tolist() == clients["name"].tolist() == ["张经理", "李总", "王厂长"]
    assert clients["phone1"].tolist() == ["13800138001", "13900139002", "13700137003"]
    assert needs["client_id"].tolist() == clients["client_id"].tolist()
    assert needs["remark"].str.contains("车棚|遮阳棚").all()
    assert "budget_max" not in needs  # 预算10万左右 stands in 备注, about an awning
    assert imported[CRM].items[0]["mapped"]["类型"] == "remark"  # 物业, 商业, 工厂 are no kinds of our clients


def test_the_tracker_holds_no_clients_but_flats_for_rent(imported):
    assert "clients" not in imported[RENTER].results
    frame = imported[RENTER].results["listings"]
    assert set(frame["deal_type"]) == {"租"}
    assert frame["price"].tolist() == [2400, 2300, 2400, 2300, 2500, 2600, 2500, 2600, 2500, 2400, 2400, 2100]
    assert frame["floor"].tolist() == [17, 7, 2, 1, 18, 4, 17, 8, 8, 11, 17, 1]
    assert frame["floors"].fillna(0).tolist() == [0, 18, 6, 0, 18, 18, 32, 32, 32, 0, 18, 0]
    assert frame["lift"].tolist() == [None, None, False] + [None] * 9  # 2/6，楼梯
    assert frame["remark"].str.contains("5.8").sum() == 2  # appointments stay in words


def test_checklist_and_empty_rows_of_the_tracker_are_refused_with_their_row(imported):
    refused = imported[RENTER].items[0]["refused"]
    assert [(entry["row"], entry["why"]) for entry in refused] == [
        *((row, "空行") for row in range(5, 11)), (11, "表格以外的文字, 不是记录"),
    ]  # fmt: skip


@pytest.mark.parametrize(("name", "labels"), [
    (SHOPS, {"称谓", "来源", "客户类型", "归属人"}), (CRM, {"来源", "客户类型", "归属人"}), (RENTER, {"区域", "建筑面积", "室"}),
])  # fmt: skip
def test_what_the_files_lack_is_said(imported, name, labels):
    for item in imported[name].items:
        assert labels <= set(item["lacks"])


# the eighteen workbooks of other trades: sheets, rows, imported
WORKBOOKS = {
    "01_apache__stress020.xlsx": 0, "02_apache__49273.xlsx": 0, "04_alibaba__t02.xlsx": 0, "05_alibaba__t03.xlsx": 0,
    "06_alibaba__t04.xlsx": 0, "07_alibaba__converter07.xlsx": 0, "10_alibaba__demo.xlsx": 0, "12_alibaba__complex.xlsx": 0,
    "14_alibaba__composite.xlsx": 0, "21_alibaba__multiplesheets.xlsx": 0, "24_dromara__blankAndDateTest.xlsx": 0,
    "26_dromara__merge_test.xlsx": 3,  # 姓名, 性别, 年龄: people, the age merged over two rows
    "27_CoderWanFeng__SEdemo.xlsx": 0,  # 余江区 1,101 times is no list of people named 余
    "29_PHPOffice__issue.2316.xlsx": 0,
    "32_PHPOffice__issue.3613.xlsx": 0,  # a payroll with phones
    "45_xym-loveit__模板.xlsx": 0, "48_SawDouma__模板.xlsx": 0,
    "52_SuperMidFaker__订单.xlsx": 0,  # customs, with a contact and a phone among ninety columns
}  # fmt: skip


@pytest.mark.requirement("F23")
@pytest.mark.parametrize("name", WORKBOOKS)
def test_workbooks_of_other_trades_are_read_and_said_to_be_none_of_ours(name, shared):
    result = import_files([shared / "data" / "workbooks" / name], tables_from({}))
    assert result.figures["imported"] == WORKBOOKS[name]
    for item in result.items:
        assert item["rows"] == item["imported"] + item["refused_rows"] + item["duplicates"]
        if not item["sheet"]:
            assert item["imported"] == 0
            assert "认不出是客户还是房源" in next(iter(lines_of(item)))
            assert {entry["code"] for entry in item["refused"]} <= {"unknown"}


def test_an_age_that_is_merged_over_two_people_is_that_of_both(shared):
    result = import_files([shared / "data" / "workbooks" / "26_dromara__merge_test.xlsx"], tables_from({}))
    grid = CalamineWorkbook.from_path(shared / "data" / "workbooks" / "26_dromara__merge_test.xlsx")
    rows = grid.get_sheet_by_name(grid.sheet_names[0]).to_python()
    assert [row[2] for row in rows[1:3]] == [11, ""]
    remarks = result.results["clients"]["remark"].tolist()
    assert [remark.split("; ")[0] for remark in remarks[:2]] == ["年龄 11", "年龄 11"]
    assert "年龄: 竖向合并的单元格, 其内容记到合并的每一行" in result.items[0]["notes"]


def test_the_whole_folder_of_workbooks_is_covered(shared):
    assert {path.name for path in (shared / "data" / "workbooks").glob("*.xlsx")} == set(WORKBOOKS)
