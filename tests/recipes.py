"""How the bad workbooks and files of tests/errors come about: a function per case, named as its file.

Each is called in a folder that holds `门店.xlsx` (small sample) and may change anything there. Limits of the disk, rights that the
tests' user always has, and other programs that write meanwhile are put in place with `monkeypatch`.
"""

import errno
import io
import os
import shutil
import zipfile
from collections.abc import Callable
from functools import cache
from pathlib import Path

import openpyxl
import pytest

from macros.cli import main
from tests.commands import type_in
from workbook import journal, precheck
from workbook.book import Grid
from workbook.files import FileBook
from workbook.sheets import TABS

BOOK = Path("门店.xlsx")
Patch = pytest.MonkeyPatch
Recipe = Callable[[Patch], object]
RECIPES: dict[str, Recipe] = {}
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
CLIENTS = f"xl/worksheets/sheet{[tab.label for tab in TABS].index('客户') + 1}.xml"


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
    type_in(BOOK, {sheet: {row: {label: value}}})


def rename(sheet: str, label: str, to: str) -> None:
    """Write another header over one, which only a spreadsheet program can: the table says it as well."""
    book = openpyxl.load_workbook(BOOK)
    next(cell for cell in book[sheet][1] if cell.value == label).value = to
    book.save(BOOK)


def grid(sheet: str) -> Grid:
    """Return the cells of a sheet; row 1 is the first."""
    return FileBook(BOOK, read_only=True).read(sheet)


def without_sheet(name: str) -> None:
    BOOK.write_bytes(_without_sheet(BOOK.read_bytes(), name))


@cache
def _without_sheet(content: bytes, name: str) -> bytes:
    book = openpyxl.load_workbook(io.BytesIO(content))
    del book[name]
    book.save(out := io.BytesIO())
    return out.getvalue()


def fails(problem: Exception) -> Callable[..., object]:
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
    def no_room(handle: int, *_: object) -> None:
        os.close(handle)
        raise FULL

    patch.setattr(os, "fdopen", no_room)  # the new content of the workbook: what is written before it has its room


@recipe
def disk_full_for_the_backup(patch: Patch) -> None:
    patch.setattr(shutil, "copy2", fails(FULL))


@recipe
def disk_full_on_new(patch: Patch) -> None:
    patch.setattr("xlsxwriter.workbook.ZipFile", fails(FULL))


@recipe
def file_vanishes(patch: Patch) -> None:
    gone = FileNotFoundError(errno.ENOENT, "No such file or directory", str(BOOK.resolve()))
    patch.setattr("workbook.disk.check_writable", fails(gone))


@recipe
def our_own_mistake(patch: Patch) -> None:
    patch.setattr("macros.grades.grade", fails(ZeroDivisionError("division by zero")))  # type: ignore[arg-type]
    patch.setenv("GENJIN_HOME", str(Path.cwd().parent))


@recipe
def report_open_elsewhere(_: Patch) -> None:
    Path("门店-报表").write_text("a file where the folder should be")


@recipe
def lists_that_cannot_be_written(_: Patch) -> None:
    run("due", BOOK)
    Path("资料").write_text("a file where the folder should be")


@recipe
def file_too_large(_: Patch) -> None:
    os.truncate(BOOK, 120 << 20)


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
            package.writestr(
                name.replace("workbook.xml", "workbook.bin"), content.replace(b"/workbook.xml", b"/workbook.bin")
            )


@recipe
def strict_ooxml(_: Patch) -> None:
    plain, strict = (
        b"http://schemas.openxmlformats.org/spreadsheetml/2006/main",
        b"http://purl.oclc.org/ooxml/spreadsheetml/main",
    )
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
    part = CLIENTS.removeprefix("xl/").encode()
    rewrite({"xl/_rels/workbook.xml.rels": lambda xml: xml.replace(part, b"worksheets/gone.xml")})


@recipe
def too_many_parts(_: Patch) -> None:
    with zipfile.ZipFile(BOOK) as package:
        more = precheck.MAX_PARTS + 1 - len(package.namelist())
    rewrite({}, {f"xl/media/{number}.png": b"" for number in range(more)})


@recipe
def part_twice(_: Patch) -> None:
    rewrite({}, {"XL/Workbook.xml": b"<workbook/>"})


@recipe
def zip_bomb(_: Patch) -> None:
    rewrite({}, {"xl/media/image1.emf": bytes(30 << 20)})


@recipe
def dtd(_: Patch) -> None:
    rewrite(
        {
            "xl/worksheets/sheet1.xml": lambda xml: xml.replace(
                b"<worksheet", b'<!DOCTYPE x [<!ENTITY y "z">]><worksheet', 1
            )
        }
    )


@recipe
def sheet_too_large(_: Patch) -> None:
    in_clients("</sheetData>", '<row r="1048576"><c r="XFD1048576"><v>1</v></c></row></sheetData>')


@recipe
def merged_too_large(_: Patch) -> None:
    in_clients("</sheetData>", '</sheetData><mergeCells count="1"><mergeCell ref="CA2:XFD1048576"/></mergeCells>')


@recipe
def link_too_large(_: Patch) -> None:
    in_clients("</sheetData>", '</sheetData><hyperlinks><hyperlink ref="A1:XFD1048576" location="A1"/></hyperlinks>')
