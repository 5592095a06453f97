"""More of tests/recipes.py: sheets, imports, undo, templates and cells that are not as they should be."""

import datetime as dt
import gzip
from pathlib import Path

import openpyxl
from openpyxl.worksheet.formula import ArrayFormula

import macros.messages
from tests.commands import type_in
from tests.recipes import BOOK, OLE, Patch, Recipe, csv_as_book, edit, grid, rename, run, without_sheet
from workbook.files import FileBook
from workbook.forms import CLIENT
from workbook.sheets import ENTRY

ROW_RECIPES: dict[str, Recipe] = {}
HEADER = """{#
name: 试
channel: 微信
type: 回访
purpose: 服务
trigger: 定期跟进
fields: 称谓
#}
"""


def row_recipe(function: Recipe) -> Recipe:
    ROW_RECIPES[function.__name__] = function
    return function


# workbooks whose sheets are not as they should be


@row_recipe
def not_a_follow_up_workbook(_: Patch) -> None:
    openpyxl.Workbook().save("别的.xlsx")


ROW_RECIPES["import_into_a_foreign_workbook"] = not_a_follow_up_workbook


@row_recipe
def sheet_missing(_: Patch) -> None:
    without_sheet("客户")


ROW_RECIPES["pool_without_clients"] = ROW_RECIPES["portrait_without_clients"] = sheet_missing


@row_recipe
def sheet_of_results_missing(_: Patch) -> None:
    without_sheet("消息")


@row_recipe
def key_column_missing(_: Patch) -> None:
    rename("客户", "客户ID", "编码")


@row_recipe
def header_twice(_: Patch) -> None:
    rename("客户", "备注", "姓名")


@row_recipe
def spilling_formula(_: Patch) -> None:
    book = openpyxl.load_workbook(BOOK)
    at = book["客户"].cell(2, column_of("客户", "分数")).coordinate
    book["客户"][at] = ArrayFormula(f"{at}:{at[:-1]}4", "=ROW(A1:A3)")
    book.save(BOOK)


def column_of(sheet: str, label: str) -> int:
    return grid(sheet)[0].index(label) + 1


# new and import


@row_recipe
def import_a_lock_file(_: Patch) -> None:
    Path("~$客户.xlsx").write_bytes(b"\5user")


@row_recipe
def import_a_folder(_: Patch) -> None:
    Path("资料").mkdir()


@row_recipe
def import_binary_csv(_: Patch) -> None:
    Path("客户.csv").write_bytes(b"\0\1\2\3")


@row_recipe
def import_csv_of_one_line(_: Patch) -> None:
    Path("客户.csv").write_bytes(b"name,phone," * 200_000)


@row_recipe
def import_csv_with_an_open_quote(_: Patch) -> None:
    Path("客户.csv").write_text('姓名,电话\n"' + "王\n" * 1_000_001, "utf-8")


@row_recipe
def import_html_as_xls(_: Patch) -> None:
    Path("客户.xls").write_text("<html><table><tr><td>姓名</td></tr></table></html>", "utf-8")


@row_recipe
def import_encrypted(_: Patch) -> None:
    Path("客户.xlsx").write_bytes(OLE + bytes(504) + "EncryptedPackage".encode("utf-16-le") + bytes(496))


@row_recipe
def import_text_as_xlsx(_: Patch) -> None:
    Path("客户.xlsx").write_text("姓名,电话\n", "utf-8")


@row_recipe
def import_truncated(_: Patch) -> None:
    Path("客户.xlsx").write_bytes(BOOK.read_bytes()[:20_000])


@row_recipe
def import_broken_xls(_: Patch) -> None:
    Path("客户.xls").write_bytes(OLE + bytes(504))


@row_recipe
def import_too_long_a_text(_: Patch) -> None:
    Path("客户.csv").write_text(f"姓名,电话,备注\n王芳,13800000001,{'长' * 40_000}\n", "utf-8")


ROW_RECIPES |= {"import_sheet_unknown": csv_as_book, "import_sheet_not_importable": csv_as_book}


# undo


@row_recipe
def undo_twice(_: Patch) -> None:
    run("due", BOOK)
    run("undo", BOOK)


ROW_RECIPES |= {"undo_again": undo_twice, "undo_of_an_undo": undo_twice}


@row_recipe
def undo_unknown_run(_: Patch) -> None:
    run("due", BOOK)


@row_recipe
def undo_after_everything_was_changed(_: Patch) -> None:
    run("validate", BOOK)
    without_sheet("问题")


@row_recipe
def undo_of_an_import_that_was_graded(_: Patch) -> None:
    Path("客户.csv").write_text("姓名,电话\n王芳,13900000001\n", "utf-8")
    run("import", "客户.csv", "--into", BOOK)
    run("grade", BOOK)


@row_recipe
def record_broken(_: Patch) -> None:
    run("due", BOOK)
    Path("门店.genjin/runs/000001.json.gz").write_bytes(gzip.compress(b"{"))


ROW_RECIPES["record_broken_in_history"] = record_broken


# templates


def template(text: str) -> Recipe:
    """Return a recipe that leaves the agency with one template, of this text, in a file."""

    def put(patch: Patch) -> None:
        without_sheet("模板")
        folder = Path("../模板")
        folder.mkdir()
        if text:
            (folder / "试.j2").write_bytes(text.encode("utf-8", "surrogateescape"))
        patch.setattr(macros.messages.messages, "__defaults__", (folder,))

    return put


ROW_RECIPES |= {
    "template_none": template(""),
    "template_header": template("{{ 称谓 }}您好"),
    "template_syntax": template(HEADER + "{% if 称谓 %}您好"),
    "template_field": template(HEADER + "{{ 称谓 }}{{ 称为 }}您好"),
    "template_forbidden": template(HEADER + "{{ 称谓.upper() }}"),
    "template_size": template(HEADER + "{{ 称谓 }}" + "好" * 4001),
    "template_encoding": template("{# \udcff #}"),
    "template_id": lambda _: edit("模板", "编号", 3, "advice_a"),  # as in the row above
    "template_row": lambda _: edit("模板", "正文", 3, "{{ 称谓 }}您好\n{{ 姓明 }}"),
    "lint_a_marketing_row": lambda _: type_in(
        BOOK, {"模板": {3: {"正文": "{{ 称谓 }}您好, {{ 意向区域 }}有新消息", "可以没有的字段": None}}}
    ),
    "lint_a_row": lambda _: edit("模板", "正文", 3, "{{ 称谓 }}您好\n{{ 姓明 }}"),
    "lint_no_json": lambda _: Path("模板.json").write_text("{", "utf-8"),
    "lint_json_that_is_no_list": lambda _: Path("模板.json").write_text("{}", "utf-8"),
    "lint_a_folder_without_templates": lambda _: Path("空").mkdir(),
    "lint_without_the_sheet": lambda _: without_sheet("模板"),
}


# cells: what validate says of them


@row_recipe
def finding_date_that_is_none(_: Patch) -> None:
    edit("客户", "首接时间", 2, "2026-02-31")


@row_recipe
def finding_number_that_is_none(_: Patch) -> None:
    edit("需求", "预算上限", 2, "很多")


@row_recipe
def finding_phone_too_short(_: Patch) -> None:
    edit("客户", "手机1", 2, "1381234567")


@row_recipe
def finding_phone_digits_lost(_: Patch) -> None:
    edit("客户", "手机1", 2, "1.38E+10")


@row_recipe
def finding_error_value(_: Patch) -> None:
    book = openpyxl.load_workbook(BOOK)
    book["客户"].cell(2, column_of("客户", "姓名")).value = "#N/A"
    book.save(BOOK)


@row_recipe
def finding_not_in_the_list(_: Patch) -> None:
    edit("客户", "状态", 2, "意向强列")


@row_recipe
def finding_required(_: Patch) -> None:
    edit("客户", "姓名", 2, None)


@row_recipe
def finding_yes_or_no(_: Patch) -> None:
    edit("客户", "锁定", 2, "也许")


def in_row(sheet: str, row: int, **cells: object) -> None:
    type_in(BOOK, {sheet: {row: cells}})


def claimed(cap: int | None) -> Recipe:
    """Return a recipe in which 王芳 reached a 公客 of somebody else's, and has as many private clients as 私客上限 allows."""

    def put(_: Patch) -> None:
        ends = {name: len(grid(name)) + 1 for name in ("人员", "跟进")}
        client = grid("客户")[1][0]
        in_row(
            "客户",
            2,
            公私="公客",
            掉公日=dt.date(2026, 11, 19),
            归属人="李雷",
            状态="初步了解",
            阶段="意向",
            锁定=None,
            联系同意="同意",
        )
        in_row("人员", ends["人员"], 工号="S900", 姓名="王芳", 角色="经纪人", 入职=dt.date(2020, 1, 1), 私客上限=cap)
        in_row(
            "跟进",
            ends["跟进"],
            跟进ID="F900000",
            对象="客户",
            对象ID=client,
            时间=dt.datetime(2026, 11, 19),
            结果="接通",
            人员="王芳",
        )

    return put


ROW_RECIPES |= {"pool_claim_by_another": claimed(None), "pool_claim_over_cap": claimed(0)}


def setting(key: str, value: object) -> Recipe:
    """Return a recipe that types a value into a row of 设置."""

    def put(_: Patch) -> None:
        row = next(number for number, line in enumerate(grid("设置"), start=1) if key in line)
        edit("设置", "值", row, value)

    return put


ROW_RECIPES |= {
    "finding_setting_no_number": setting("grade.a_score", "八十"),
    "finding_setting_out_of_bounds": setting("grade.a_score", "800"),
    "finding_setting_not_a_choice": setting("report.referral_reading", "占一半"),
    "finding_hours_that_cannot_be": setting("hours.opens", "21"),
    "finding_weekdays_that_are_none": setting("hours.weekdays", "每天"),
}


def mended(sheet: str = "", first: int = 0) -> None:
    """Put most errors of the sample right, so that the terminal has room for warnings; empty the rows of a sheet from `first` on."""
    clients = {
        16: {"人工理由": "看房后很满意"},
        26: {"称谓": "何先生"},
        56: {"手机1": "16000068301", "状态": "意向强烈"},
    }
    header, *lines = grid(sheet) if sheet else [[]]
    emptied = {row: dict.fromkeys(header) for row in range(first, len(lines) + 2)} if sheet else {}
    type_in(BOOK, {"客户": clients, "需求": {33: {"预算上限": 500}}, **({sheet: emptied} if sheet else {})})


@row_recipe
def finding_private_over_cap(_: Patch) -> None:
    mended()
    names = [line[1] for line in grid("人员")]
    edit("人员", "私客上限", names.index("王世兰") + 1, 1)


@row_recipe
def finding_no_first_reply(_: Patch) -> None:
    mended()


@row_recipe
def finding_no_first_reply_in_minutes(_: Patch) -> None:
    mended()
    setting("hours.reply_minutes", "30")(_)


def without_news(patch: Patch) -> None:
    """The installed package knows no year that the sheet lacks, as before the notice of the year to come."""
    patch.setattr("macros.calendar_days.days_to_add", lambda calendar, year: calendar.head(0))


@row_recipe
def finding_calendar_ends(patch: Patch) -> None:
    without_news(patch)
    mended("日历", 2 + sum(str(line[0]) < "2026" for line in grid("日历")[1:]))


@row_recipe
def finding_calendar_without_days(patch: Patch) -> None:
    without_news(patch)
    mended("日历", 2)


@row_recipe
def finding_near_client_without_service(_: Patch) -> None:
    edit("客户", "客服", 10, None)


@row_recipe
def finding_client_without_consultant(_: Patch) -> None:
    edit("客户", "归属人", 10, None)


@row_recipe
def number_beyond_excel(_: Patch) -> None:
    edit("房源", "挂牌价", 2, "1.5e304")
    edit("房源", "建筑面积", 2, 1)


@row_recipe
def finding_infinite_number(_: Patch) -> None:
    edit("需求", "预算上限", 2, "1e999")


# the forms of 录入


def _with_forms() -> FileBook:
    run("new", "门店.xlsm", "--sample", "small")
    return FileBook(Path("门店.xlsm"))


@row_recipe
def enter_nothing(_: Patch) -> None:
    _with_forms()


@row_recipe
def enter_a_moved_form(_: Patch) -> None:
    book, (row, column) = _with_forms(), CLIENT.first
    book.write(ENTRY.label, {row: {column - 1: "别的"}})
    book.save()


@row_recipe
def enter_a_form_with_errors(_: Patch) -> None:
    book, (row, column) = _with_forms(), CLIENT.first
    book.write(ENTRY.label, {row: {column: "李示例"}})
    book.save()


@row_recipe
def finding_verification_expired(_: Patch) -> None:
    mended()
    in_row("房源", 2, 状态="在售", 核验="已核", 核验到期=dt.date(2026, 1, 31))


@row_recipe
def finding_two_listings_judged_to_be_one(_: Patch) -> None:
    mended()
    for row in (2, 3):
        in_row("房源", row, 状态="在售")
    ids = [line[0] for line in grid("房源")[1:3]]
    in_row("疑似重复", 2, 判断="同一套", 房源甲ID=ids[0], 房源乙ID=ids[1])
