"""More of tests/recipes.py: files that nobody may trust, and what becomes of the process that reads them."""

from collections.abc import Callable
from functools import partial
from pathlib import Path

from macros.referrals.certificate import CERTIFICATE, certificate
from tests.hostile_files import ROWS, holding, linked, text_cell, worksheet, xlsx
from tests.hostile_refused import REFUSED
from tests.recipes import Patch, Recipe
from workbook import apart

HOSTILE_RECIPES: dict[str, Recipe] = {}


def hostile_recipe(function: Recipe) -> Recipe:
    HOSTILE_RECIPES[function.__name__] = function
    return function


def _file(code: str, name: str) -> Callable[[Patch], None]:
    def make(_: Patch) -> None:
        Path(f"客户{Path(name).suffix}").write_bytes(REFUSED[name][0]())

    assert REFUSED[name][1] == code
    return make


HOSTILE_RECIPES["import_too_many_rows"] = _file("ZIP_BOMB_OR_TOO_MANY_ROWS", "bomb_rows.xlsx")
HOSTILE_RECIPES["import_an_archive"] = _file("ZIP_OF_FILES", "zip_of_book.xlsx")
HOSTILE_RECIPES["import_what_is_hidden"] = _file("NOTHING_SHOWN", "all_hidden.xlsx")
HOSTILE_RECIPES["import_that_contradicts_itself"] = _file("READER_PANIC", "ole.xls")


def _sound() -> None:
    Path("客户.xlsx").write_bytes(xlsx())


@hostile_recipe
def import_that_takes_too_long(patch: Patch) -> None:
    _sound()
    patch.setattr(apart, "SECONDS", 0.3)
    patch.setattr(apart, "CHILD", "import time; time.sleep(60)")


@hostile_recipe
def import_that_needs_too_much_memory(patch: Patch) -> None:
    _sound()
    patch.setattr(apart, "MEMORY_BYTES", 1 << 20)
    patch.setattr(apart, "CHILD", "import time; time.sleep(60)")


@hostile_recipe
def import_that_kills_its_reader(patch: Patch) -> None:
    _sound()
    patch.setattr(apart, "CHILD", "import os; os.abort()")


@hostile_recipe
def inspect_a_file_with_a_hostile_link(_: Patch) -> None:
    Path("名单.xlsx").write_bytes(linked("javascript:alert(1)"))


@hostile_recipe
def inspect_a_file_with_a_password(_: Patch) -> None:
    Path("名单.xlsx").write_bytes(holding("K2", "李雷", "", "邮箱密码: hunter2222"))


@hostile_recipe
def inspect_a_harmless_file(_: Patch) -> None:
    Path("名单.xlsx").write_bytes(xlsx())


@hostile_recipe
def import_with_a_row_that_slipped(_: Patch) -> None:
    rows = (
        ("客户编号", "姓名", "电话", "预算"),
        ("K1", "王芳", "13800000001", "300"),
        ("K2", "", "李雷", "13900000002", "500"),
    )
    lines = [
        f'<row r="{n}">' + "".join(text_cell(f"{chr(65 + at)}{n}", cell) for at, cell in enumerate(row)) + "</row>"
        for n, row in enumerate(rows, 1)
    ]
    Path("客户.xlsx").write_bytes(xlsx(sheet=worksheet("".join(lines))))


@hostile_recipe
def import_that_nobody_calculated(_: Patch) -> None:
    line = '<c r="A3"><f>A2</f></c><c r="B3"><f>B2&amp;B2</f><v></v></c>' + text_cell("C3", "13900000002")
    Path("客户.xlsx").write_bytes(xlsx(sheet=worksheet(ROWS + f'<row r="3">{line}</row>')))


@hostile_recipe
def import_with_cells_beside_the_table(_: Patch) -> None:
    Path("客户.csv").write_text("姓名,电话\n王芳,13800000001,13900000002\n李雷,13800000003\n", "utf-8")


@hostile_recipe
def import_with_a_row_that_stands_twice(_: Patch) -> None:
    again = f'<row r="2">{text_cell("A2", "K9")}{text_cell("B2", "李雷")}</row>'
    Path("客户.xlsx").write_bytes(xlsx(sheet=worksheet(ROWS + again)))


@hostile_recipe
def import_of_text_in_two_encodings(_: Patch) -> None:
    Path("客户.csv").write_bytes("姓名,电话\n王芳,13800000001\n".encode("gb18030") + "李雷,13800000002\n".encode())


def _certificate(content: bytes) -> Callable[[Patch], None]:
    def make(patch: Patch) -> None:
        folder = Path("certificates")
        folder.mkdir()
        (folder / CERTIFICATE).write_bytes(content)
        patch.setattr("macros.referrals.awards.certificate", partial(certificate, folder=folder))

    return make


HOSTILE_RECIPES["awards_with_a_text_that_is_too_long"] = _certificate("好".encode() * 3000)
HOSTILE_RECIPES["awards_with_a_text_of_another_encoding"] = _certificate("证书".encode("gbk"))
