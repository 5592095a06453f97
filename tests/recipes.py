"""How the bad workbooks and files of tests/errors come about: a function per case, named as its file.

Each is called in a folder that holds `门店.xlsx` (small sample) and may change anything there. Limits of the disk, rights that the
tests' user always has, and other programs that write meanwhile are put in place with `monkeypatch`.
"""

import errno
import gzip
import shutil
import zipfile
from collections.abc import Callable
from pathlib import Path

import openpyxl
import pytest

import macros.messages
from macros.cli import main
from workbook import journal, precheck

BOOK = Path("门店.xlsx")
Patch = pytest.MonkeyPatch
Recipe = Callable[[Patch], object]
RECIPES: dict[str, Recipe] = {}
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
CLIENTS = "xl/worksheets/sheet3.xml"
HEADER = """{#
name: 试
channel: 微信
type: 回访
purpose: 服务
trigger: 定期跟进
fields: 称谓
#}
"""


def recipe(function: Recipe) -> Recipe:
    RECIPES[function.__name__] = function
    return function


def run(*arguments: object) -> None:
    assert main([*map(str, arguments), "--quiet", "--today", "2026-11-20"]) in (0, 1)


def rewrite(changes: dict[str, Callable[[bytes], bytes]], more: dict[str, bytes] | None = None) -> None:
    """Replace parts of the workbook by functions of their content, and add others."""
    with zipfile.ZipFile(BOOK) as package:
        parts = {name: package.read(name) for name in package.namelist()}
    with zipfile.ZipFile(BOOK, "w", zipfile.ZIP_DEFLATED) as package:
        for name, content in parts.items():
            package.writestr(name, changes.get(name, bytes)(content))
        for name, content in (more or {}).items():
            package.writestr(name, content)


def in_clients(old: str, new: str) -> None:
    rewrite({CLIENTS: lambda xml: xml.replace(old.encode(), new.encode(), 1)})


def edit(sheet: str, label: str, row: int, value: object) -> None:
    """Type a value into a cell, as a person would."""
    book = openpyxl.load_workbook(BOOK)
    at = next(cell.column for cell in book[sheet][1] if cell.value == label)
    book[sheet].cell(row, at).value = value
    book.save(BOOK)


def without_sheet(name: str) -> None:
    book = openpyxl.load_workbook(BOOK)
    del book[name]
    book.save(BOOK)


def fails(problem: OSError) -> Callable[..., object]:
    def fail(*_: object, **__: object) -> object:
        raise problem

    return fail


FULL = OSError(errno.ENOSPC, "No space left on device")


# files that are none, or not sound


@recipe
def file_is_a_folder(_: Patch) -> None:
    Path("资料").mkdir()


@recipe
def file_unreadable(patch: Patch) -> None:
    patch.setattr(Path, "read_bytes", fails(PermissionError(errno.EACCES, "Permission denied")))


@recipe
def file_read_only(_: Patch) -> None:
    BOOK.chmod(0o444)


@recipe
def file_open_in_excel(_: Patch) -> None:
    Path("~$门店.xlsx").write_bytes(b"\5user")


@recipe
def file_open_in_libreoffice(_: Patch) -> None:
    Path(".~lock.门店.xlsx#").write_text(",user,host,21.11.2026 09:00,file:///x;", "utf-8")


@recipe
def file_open_in_wps(_: Patch) -> None:
    Path(".~门店.xlsx").write_bytes(b"\5user")


@recipe
def file_signed(_: Patch) -> None:
    rewrite({}, {"_xmlsignatures/origin.sigs": b""})


@recipe
def file_changed_meanwhile(patch: Patch) -> None:
    def and_another_program_saves(self: journal.Journal, number: int) -> Path:
        copy = backup(self, number)
        BOOK.write_bytes(BOOK.read_bytes() + b"\0")
        return copy

    backup = journal.Journal.backup
    patch.setattr(journal.Journal, "backup", and_another_program_saves)


@recipe
def disk_full_on_saving(patch: Patch) -> None:
    patch.setattr("tempfile.mkstemp", fails(FULL))


@recipe
def disk_full_for_the_backup(patch: Patch) -> None:
    patch.setattr(shutil, "copy2", fails(FULL))


@recipe
def disk_full_on_new(patch: Patch) -> None:
    patch.setattr(zipfile, "ZipFile", fails(FULL))


@recipe
def file_vanishes(patch: Patch) -> None:
    gone = FileNotFoundError(errno.ENOENT, "No such file or directory", str(BOOK.resolve()))
    patch.setattr("workbook.disk.check_writable", fails(gone))


@recipe
def our_own_mistake(patch: Patch) -> None:
    patch.setattr("macros.grades.grade", fails(ZeroDivisionError("division by zero")))  # type: ignore[arg-type]
    patch.setattr("tempfile.gettempdir", lambda: str(Path.cwd().parent))


@recipe
def report_open_elsewhere(_: Patch) -> None:
    Path("门店-报表").write_text("a file where the folder should be")


@recipe
def file_too_large(patch: Patch) -> None:
    patch.setattr(precheck, "MAX_FILE_BYTES", 1 << 16)


@recipe
def file_empty(_: Patch) -> None:
    BOOK.write_bytes(b"")


@recipe
def text_named_xlsx(_: Patch) -> None:
    BOOK.write_text("客户ID,姓名\nC000001,王芳\n", "utf-8")


@recipe
def csv_as_book(_: Patch) -> None:
    Path("客户.csv").write_text("客户ID,姓名\nC000001,王芳\n", "utf-8")


@recipe
def html_named_xlsx(_: Patch) -> None:
    BOOK.write_text("<html><table><tr><td>姓名</td></tr></table></html>", "utf-8")


@recipe
def xml_named_xlsx(_: Patch) -> None:
    BOOK.write_text('<?xml version="1.0"?><Workbook/>', "utf-8")


@recipe
def old_xls(_: Patch) -> None:
    BOOK.rename("门店.xls")
    Path("门店.xls").write_bytes(OLE + bytes(504))


@recipe
def binary_xlsb(_: Patch) -> None:
    with zipfile.ZipFile(BOOK) as package:
        parts = {name: package.read(name) for name in package.namelist()}
    with zipfile.ZipFile(BOOK, "w") as package:
        for name, content in parts.items():
            package.writestr(name.replace("workbook.xml", "workbook.bin"), content.replace(b"/workbook.xml", b"/workbook.bin"))


@recipe
def strict_ooxml(_: Patch) -> None:
    plain, strict = b"http://schemas.openxmlformats.org/spreadsheetml/2006/main", b"http://purl.oclc.org/ooxml/spreadsheetml/main"
    rewrite({"xl/workbook.xml": lambda xml: xml.replace(plain, strict)})


@recipe
def encrypted(_: Patch) -> None:
    BOOK.write_bytes(OLE + bytes(504) + "EncryptedPackage".encode("utf-16-le") + bytes(496))


@recipe
def truncated(_: Patch) -> None:
    BOOK.write_bytes(BOOK.read_bytes()[:20_000])


@recipe
def truncated_with_a_backup(_: Patch) -> None:
    run("grade", BOOK)
    run("due", BOOK)
    BOOK.write_bytes(BOOK.read_bytes()[:20_000])


@recipe
def broken_xml(_: Patch) -> None:
    rewrite({"xl/workbook.xml": lambda xml: xml[:-20]})


@recipe
def unusual_xml(_: Patch) -> None:
    in_clients("<sheetData>", "<sheetData><!-- by hand -->")


@recipe
def missing_part(_: Patch) -> None:
    rewrite({"xl/_rels/workbook.xml.rels": lambda xml: xml.replace(b"worksheets/sheet3.xml", b"worksheets/gone.xml")})


@recipe
def too_many_parts(_: Patch) -> None:
    rewrite({}, {f"xl/media/{number}.png": b"" for number in range(precheck.MAX_PARTS)})


@recipe
def part_twice(_: Patch) -> None:
    rewrite({}, {"XL/Workbook.xml": b"<workbook/>"})


@recipe
def zip_bomb(_: Patch) -> None:
    rewrite({}, {"xl/media/image1.emf": bytes(30 << 20)})


@recipe
def dtd(_: Patch) -> None:
    rewrite({CLIENTS: lambda xml: xml.replace(b"<worksheet", b'<!DOCTYPE x [<!ENTITY y "z">]><worksheet', 1)})


@recipe
def sheet_too_large(_: Patch) -> None:
    in_clients("</sheetData>", '<row r="1048576"><c r="XFD1048576"><v>1</v></c></row></sheetData>')


@recipe
def merged_too_large(_: Patch) -> None:
    in_clients("</sheetData>", '</sheetData><mergeCells count="1"><mergeCell ref="CA2:XFD1048576"/></mergeCells>')


@recipe
def link_too_large(_: Patch) -> None:
    in_clients("</sheetData>", '</sheetData><hyperlinks><hyperlink ref="A1:XFD1048576" location="A1"/></hyperlinks>')


# workbooks whose sheets are not as they should be


@recipe
def not_a_follow_up_workbook(_: Patch) -> None:
    openpyxl.Workbook().save("别的.xlsx")


RECIPES["import_into_a_foreign_workbook"] = not_a_follow_up_workbook


@recipe
def sheet_missing(_: Patch) -> None:
    without_sheet("客户")


@recipe
def sheet_of_results_missing(_: Patch) -> None:
    without_sheet("消息")


@recipe
def key_column_missing(_: Patch) -> None:
    edit("客户", "客户ID", 1, "编码")


@recipe
def header_twice(_: Patch) -> None:
    edit("客户", "备注", 1, "姓名")


@recipe
def spilling_formula(_: Patch) -> None:
    at = next(c.coordinate for c in openpyxl.load_workbook(BOOK)["客户"][2] if c.column == column_of("客户", "分数"))
    book = openpyxl.load_workbook(BOOK)
    book["客户"].formula_attributes = {}
    book["客户"][at] = openpyxl.worksheet.formula.ArrayFormula(f"{at}:{at[:-1]}4", "=ROW(A1:A3)")
    book.save(BOOK)


def column_of(sheet: str, label: str) -> int:
    return int(next(cell.column for cell in openpyxl.load_workbook(BOOK)[sheet][1] if cell.value == label))


# new and import


@recipe
def import_a_lock_file(_: Patch) -> None:
    Path("~$客户.xlsx").write_bytes(b"\5user")


@recipe
def import_a_folder(_: Patch) -> None:
    Path("资料").mkdir()


@recipe
def import_binary_csv(_: Patch) -> None:
    Path("客户.csv").write_bytes(b"\0\1\2\3")


@recipe
def import_csv_of_one_line(_: Patch) -> None:
    Path("客户.csv").write_bytes(b"name,phone," * 200_000)


@recipe
def import_csv_with_an_open_quote(_: Patch) -> None:
    Path("客户.csv").write_text('姓名,电话\n"' + "王\n" * 1_000_001, "utf-8")


@recipe
def import_html_as_xls(_: Patch) -> None:
    Path("客户.xls").write_text("<html><table><tr><td>姓名</td></tr></table></html>", "utf-8")


@recipe
def import_encrypted(_: Patch) -> None:
    Path("客户.xlsx").write_bytes(OLE + bytes(504) + "EncryptedPackage".encode("utf-16-le") + bytes(496))


@recipe
def import_text_as_xlsx(_: Patch) -> None:
    Path("客户.xlsx").write_text("姓名,电话\n", "utf-8")


@recipe
def import_truncated(_: Patch) -> None:
    Path("客户.xlsx").write_bytes(BOOK.read_bytes()[:20_000])


@recipe
def import_broken_xls(_: Patch) -> None:
    Path("客户.xls").write_bytes(OLE + bytes(504))


@recipe
def import_too_long_a_text(_: Patch) -> None:
    Path("客户.csv").write_text(f"姓名,电话,备注\n王芳,13800000001,{'长' * 40_000}\n", "utf-8")


@recipe
def import_too_large_a_number(_: Patch) -> None:
    Path("房源.csv").write_text("小区,挂牌价,面积\n甲园,1e999,89\n", "utf-8")


RECIPES |= {"import_sheet_unknown": csv_as_book, "import_sheet_not_importable": csv_as_book}


# undo


@recipe
def undo_twice(_: Patch) -> None:
    run("due", BOOK)
    run("undo", BOOK)


RECIPES |= {"undo_again": undo_twice, "undo_of_an_undo": undo_twice}


@recipe
def undo_unknown_run(_: Patch) -> None:
    run("due", BOOK)


@recipe
def undo_after_everything_was_changed(_: Patch) -> None:
    run("validate", BOOK)
    without_sheet("问题")


@recipe
def undo_of_an_import_that_was_graded(_: Patch) -> None:
    Path("客户.csv").write_text("姓名,电话\n王芳,13900000001\n", "utf-8")
    run("import", "客户.csv", "--into", BOOK)
    run("grade", BOOK)


@recipe
def record_broken(_: Patch) -> None:
    run("due", BOOK)
    Path("门店.genjin/runs/000001.json.gz").write_bytes(gzip.compress(b"{"))


RECIPES["record_broken_in_history"] = record_broken


# templates


def template(text: str) -> Recipe:
    """Return a recipe that leaves the agency with one template, of this text."""

    def put(patch: Patch) -> None:
        folder = Path("../模板")
        folder.mkdir()
        if text:
            (folder / "试.j2").write_bytes(text.encode("utf-8", "surrogateescape"))
        patch.setattr(macros.messages.messages, "__defaults__", (folder,))

    return put


RECIPES |= {
    "template_none": template(""),
    "template_header": template("{{ 称谓 }}您好"),
    "template_syntax": template(HEADER + "{% if 称谓 %}您好"),
    "template_field": template(HEADER + "{{ 称谓 }}{{ 称为 }}您好"),
    "template_forbidden": template(HEADER + "{{ 称谓.upper() }}"),
    "template_size": template(HEADER + "{{ 称谓 }}" + "好" * 4001),
    "template_encoding": template("{# \udcff #}"),
}


# cells: what validate says of them


@recipe
def finding_date_that_is_none(_: Patch) -> None:
    edit("跟进", "时间", 2, "2026-02-31")


@recipe
def finding_number_that_is_none(_: Patch) -> None:
    edit("需求", "预算上限", 2, "很多")


@recipe
def finding_phone_too_short(_: Patch) -> None:
    edit("客户", "手机1", 2, "1381234567")


@recipe
def finding_phone_digits_lost(_: Patch) -> None:
    edit("客户", "手机1", 2, "1.38E+10")


@recipe
def finding_error_value(_: Patch) -> None:
    book = openpyxl.load_workbook(BOOK)
    book["客户"].cell(2, column_of("客户", "姓名")).value = "#N/A"
    book.save(BOOK)


@recipe
def finding_not_in_the_list(_: Patch) -> None:
    edit("客户", "状态", 2, "意向强列")


@recipe
def finding_required(_: Patch) -> None:
    edit("客户", "姓名", 2, None)


@recipe
def finding_yes_or_no(_: Patch) -> None:
    edit("房源", "电梯", 2, "也许")


def setting(key: str, value: object) -> Recipe:
    """Return a recipe that types a value into a row of 设置."""

    def put(_: Patch) -> None:
        sheet = openpyxl.load_workbook(BOOK)["设置"]
        row = next(cell.row for line in sheet.iter_rows(min_row=2) for cell in line if cell.value == key)
        edit("设置", "值", row, value)

    return put


RECIPES |= {
    "finding_setting_no_number": setting("grade.a_score", "八十"),
    "finding_setting_out_of_bounds": setting("grade.a_score", "800"),
    "finding_setting_not_a_choice": setting("report.referral_reading", "占一半"),
}
