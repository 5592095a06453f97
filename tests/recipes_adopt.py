"""How the cases of tests/errors come about in which a workbook of an agency's own is adopted, or was: `旧店.xlsx`, made up here."""

import datetime as dt
from collections.abc import Callable
from pathlib import Path

import openpyxl
import pytest
from openpyxl.utils.datetime import CALENDAR_MAC_1904
from openpyxl.workbook.defined_name import DefinedName
from openpyxl.workbook.protection import WorkbookProtection

from tests.parts import Parts
from tests.recipes import run

Patch = pytest.MonkeyPatch
Recipe = Callable[[Patch], object]
ADOPT_RECIPES: dict[str, Recipe] = {}
OLD = Path("旧店.xlsx")


def recipe(function: Recipe) -> Recipe:
    ADOPT_RECIPES[function.__name__] = function
    return function


def agency_book() -> openpyxl.Workbook:
    """Return a made-up agency's workbook: clients, homes below a title, a log, a sheet of formulas."""
    book = openpyxl.Workbook()
    clients = book.active
    clients.title = "客户资料"
    clients.append(["客户姓名", "电话", "预算", "来源渠道", "最近联系"])
    for at in range(4):
        clients.append([f"张{'一二三四'[at]}", f"1380000{at:04d}", "300-400万", "朋友介绍", dt.date(2026, 11, 1 + at)])
    homes = book.create_sheet("在售房源")
    homes.append(["我们店的房子"])
    homes.append(["小区", "面积", "户型", "总价", "所在区域"])
    homes.append(["花园", 80, "3室2厅", "350万", "海淀"])
    log = book.create_sheet("联系记录")
    log.append(["日期", "客户姓名", "跟进方式", "跟进内容"])
    log.append([dt.date(2026, 11, 10), "张二", "电话", "谈了价格, 想看房"])
    book.create_sheet("统计")["A1"] = "=COUNTA(客户资料!A:A)-1"
    return book


def old_shop(change: Callable[[openpyxl.Workbook], object] = lambda _: None) -> None:
    book = agency_book()
    change(book)
    book.save(OLD)


def adopted(change: Callable[[openpyxl.Workbook], object] = lambda _: None) -> None:
    """Adopt the workbook; then a person changes it."""
    old_shop()
    run("adopt", OLD)
    book = openpyxl.load_workbook(OLD)
    change(book)
    book.save(OLD)


def mapping(header: str, label: str, value: str) -> Callable[[openpyxl.Workbook], object]:
    """Return what writes into the first line of 映射 with a header, in the column of a label."""

    def write(book: openpyxl.Workbook) -> None:
        places = {cell.value: cell.column for cell in book["映射"][1]}
        rows = book["映射"].iter_rows(min_row=2)
        line = next(row for row in rows if row[places["表头"] - 1].value == header)
        line[places[label] - 1].value = value

    return write


# a workbook that cannot be adopted safely


@recipe
def adopt_a_workbook_of_another_trade(_: Patch) -> None:
    book = openpyxl.Workbook()
    book.active.append(["品名", "数量", "单位"])
    book.active.append(["螺丝", 100, "个"])
    book.save(OLD)


@recipe
def adopt_a_workbook_of_pupils(_: Patch) -> None:
    book = openpyxl.Workbook()
    for name in ("一班", "课表", "座位", "饭卡", "二班", "三班"):
        page = book.create_sheet(name)
        if name.endswith("班"):
            page.append(["姓名", "性别", "生日", "学号", "鞋码"])
            page.append(["赵一", "男", dt.date(2015, 3, 1), 1, 35])
    book["课表"].append([1, 2, 3])
    book["座位"].append(["日期", "节次", "教室", "老师"])
    book["饭卡"].append(["小区", "区域", "余额"])
    book.save(OLD)


@recipe
def adopt_an_empty_workbook(_: Patch) -> None:
    openpyxl.Workbook().save(OLD)


@recipe
def adopt_where_a_sheet_has_our_name(_: Patch) -> None:
    old_shop(lambda book: book.create_sheet("报表").append(["一月", "二月"]))


@recipe
def adopt_where_a_name_is_taken(_: Patch) -> None:
    name = DefinedName("list_staff", attr_text="统计!$A$1:$A$9")
    old_shop(lambda book: book.defined_names.add(name))


@recipe
def adopt_a_locked_workbook(_: Patch) -> None:
    old_shop(lambda book: setattr(book, "security", WorkbookProtection(lockStructure=True)))


@recipe
def adopt_a_workbook_with_dates_from_1904(_: Patch) -> None:
    old_shop(lambda book: setattr(book, "epoch", CALENDAR_MAC_1904))


@recipe
def adopt_a_shared_workbook(_: Patch) -> None:
    old_shop()
    parts = Parts(OLD)
    kind = "application/vnd.openxmlformats-officedocument.spreadsheetml.revisionHeaders+xml"
    headers = parts.add("xl/revisions/revisionHeaders.xml", "<headers/>", kind)
    parts.relate("xl/workbook.xml", "revisionHeaders", headers)
    parts.save(OLD)


@recipe
def adopt_with_a_protected_sheet(_: Patch) -> None:
    old_shop(lambda book: book["客户资料"].protection.enable())


@recipe
def adopt_with_a_merged_header(_: Patch) -> None:
    old_shop(lambda book: book["客户资料"].merge_cells("D1:E1"))


@recipe
def adopt_with_something_beside_the_list(_: Patch) -> None:
    old_shop(lambda book: book["客户资料"].cell(3, 8, "记得回电话"))


@recipe
def adopt_with_a_merged_range_beside_the_list(_: Patch) -> None:
    old_shop(lambda book: book["客户资料"].merge_cells("H3:I4"))


@recipe
def adopt_again_with_a_formula_of_a_persons_own(_: Patch) -> None:
    """The list that 客户 stood for is no longer used; a person's formula on 首页 still looks at it."""
    old_shop(lambda book: book.create_sheet("新客户").append(["姓名", "手机", "来源"]))
    run("adopt", OLD)
    book = openpyxl.load_workbook(OLD)
    book["首页"]["T40"] = "=COUNTA(客户资料!B2:B9)"
    for line in book["映射"].iter_rows(min_row=2):
        if line[0].value in ("客户资料", "新客户"):
            line[3].value = "客户" if line[0].value == "新客户" else None
    book.save(OLD)


@recipe
def buttons_for_an_adopted_workbook(_: Patch) -> None:
    adopted()


# a 映射 that says what cannot be


@recipe
def mapping_to_a_sheet_that_is_none_of_ours(_: Patch) -> None:
    adopted(mapping("来源渠道", "Genjin 的表", "顾客"))


@recipe
def mapping_of_a_sheet_that_was_renamed(_: Patch) -> None:
    adopted(lambda book: setattr(book["客户资料"], "title", "老客户"))


@recipe
def mapping_of_two_sheets_to_one(_: Patch) -> None:
    adopted(mapping("总价", "Genjin 的表", "客户"))


@recipe
def mapping_to_a_column_that_is_none_of_ours(_: Patch) -> None:
    adopted(mapping("来源渠道", "Genjin 的列", "没有的列"))


@recipe
def mapping_of_a_header_that_is_gone(_: Patch) -> None:
    adopted(lambda book: book["客户资料"].cell(1, 4, "渠道"))


@recipe
def mapping_of_two_columns_to_one(_: Patch) -> None:
    adopted(mapping("来源渠道", "Genjin 的列", "姓名"))


@recipe
def adopt_a_list_of_another_kind(_: Patch) -> None:
    Path("老客户.csv").write_text("姓名,电话\n张一,13800000000\n", encoding="utf-8")


@recipe
def adopt_shows_what_it_would_do(_: Patch) -> None:
    def second(book: openpyxl.Workbook) -> None:
        page = book.create_sheet("老客户")
        page.append(["姓名", "手机", "来源"])
        page.append(["李五", "13900000000", "朋友介绍"])

    old_shop(second)


# adopting that cannot be taken back


@recipe
def undo_of_adopting_without_the_backup(_: Patch) -> None:
    old_shop()
    run("adopt", OLD)
    for backup in Path("旧店.genjin/backups").iterdir():
        backup.unlink()


@recipe
def undo_of_adopting_after_somebody_wrote(_: Patch) -> None:
    adopted(lambda book: book["客户资料"].cell(2, 1, "王五"))


@recipe
def undo_of_adopting_before_what_came_later(_: Patch) -> None:
    old_shop()
    run("adopt", OLD)
    run("grade", OLD)
