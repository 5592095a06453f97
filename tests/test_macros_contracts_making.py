"""Contracts in a workbook: drawn up, reviewed, printed, undone, signed, tampered with; only commands, presses and edits of cells."""

import datetime as dt
import hashlib
import shutil
from pathlib import Path

import openpyxl
import pytest

from macros import run as run_module
from macros.cli import main
from macros.press import press
from tests.desks import NOW, MemoryDesk, desk_of
from tests.signing import plain_pdf, signed
from workbook.errors import GenjinError
from workbook.files import FileBook

DAY = "2026-11-20"


@pytest.fixture(scope="module")
def prepared(fresh: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A sample workbook with one deal at its signature, of which everything is known."""
    path = tmp_path_factory.mktemp("prepared") / "店.xlsx"
    shutil.copy(fresh, path)
    row = sale(path)
    fill(path, "成交", row, 状态="签约", 资格审核="是", 条款确认日=dt.date(2026, 11, 10), 签约日=dt.date(2026, 11, 18), 过户日=dt.date(2026, 12, 20),
         交房日=dt.date(2026, 12, 30), 定金=1, 定金日=dt.date(2026, 11, 1))  # fmt: skip
    fill(
        path,
        "房源",
        row_of(path, "房源", "房源ID", cell(path, "成交", row, "房源ID")),
        税费方式="各付",
        不利因素="临街",
        室号="502",
    )
    return path


@pytest.fixture
def book(prepared: Path, tmp_path: Path) -> Path:
    shutil.copy(prepared, tmp_path / "店.xlsx")
    return tmp_path / "店.xlsx"


def fill(path: Path, sheet: str, row: int, **values: object) -> None:
    """Type into cells, as a person does."""
    book = FileBook(path)
    header = book.read(sheet)[0]
    book.write(sheet, {row: {header.index(label) + 1: value for label, value in values.items()}})
    book.save()


def cell(path: Path, sheet: str, row: int, label: str) -> object:
    grid = FileBook(path, read_only=True).read(sheet)
    return grid[row - 1][grid[0].index(label)]


def row_of(path: Path, sheet: str, label: str, value: object) -> int:
    grid = FileBook(path, read_only=True).read(sheet)
    at = grid[0].index(label)
    return next(row for row, line in enumerate(grid, start=1) if len(line) > at and line[at] == value)


def sale(path: Path) -> int:
    return row_of(path, "成交", "类型", "买卖")


def genjin(*words: object) -> int:
    return main([*map(str, words), "--quiet", "--today", DAY])


def draw(path: Path, *more: str) -> int:
    return genjin("contract", path, "--rows", f"成交!{sale(path)}", *more)


def register(path: Path) -> list[dict[str, object]]:
    header, *rows = FileBook(path, read_only=True).read("合同登记")
    return [dict(zip(header, [*row, *[None] * len(header)], strict=False)) for row in rows if row and row[0]]


def archive(path: Path) -> Path:
    return path.with_name("店-合同")


def words(path: Path, name: object) -> tuple[str, str]:
    """Return the text of a file of the archive, and that of its headers."""
    from docx import Document

    found = Document(str(archive(path) / str(name)))
    cells = [one.text for table in found.tables for row in table.rows for one in row.cells]
    return "\n".join([*(p.text for p in found.paragraphs), *cells]), "".join(
        p.text for p in found.sections[0].header.paragraphs
    )


@pytest.mark.requirement("R76")
def test_from_draft_over_review_to_the_final_print(book):
    assert draw(book) == 0
    (row,) = register(book)
    assert (row["合同号"], row["类型"], row["审核"], row["印成"], row["稿次"]) == (
        "MM-2026-0001",
        "买卖",
        "草稿",
        "草稿",
        1,
    )
    text, top = words(book, row["文件"])
    assert "不得签署" in top
    assert "合同号: MM-2026-0001" in text
    assert str(row["客户"]) in text
    assert row["文件哈希"] == hashlib.sha256((archive(book) / str(row["文件"])).read_bytes()).hexdigest()
    fill(book, "合同登记", 2, 审核="待审")
    assert genjin("contract", book, "--rows", "合同登记!2") == 0
    assert register(book)[0]["印成"] == "草稿"
    fill(book, "合同登记", 2, 审核="通过", 审核人=cell(book, "人员", 2, "姓名"))
    assert genjin("contract", book, "--rows", "合同登记!2") == 0
    (row,) = register(book)
    assert (row["合同号"], row["印成"], row["稿次"]) == ("MM-2026-0001", "正式", 2)
    text, top = words(book, row["文件"])
    assert "不得签署" not in top
    assert "草稿" not in top
    assert len(list(archive(book).glob("*.docx"))) == 2


def test_the_same_again_changes_nothing(book):
    assert draw(book) == 0
    before, files = register(book), sorted(archive(book).rglob("*"))
    assert draw(book) == 0
    assert register(book) == before
    assert sorted(archive(book).rglob("*")) == files


def refused(path: Path, *words: str, capsys: pytest.CaptureFixture[str]) -> str:
    capsys.readouterr()
    before = path.read_bytes()
    files = sorted(archive(path).rglob("*"))
    assert genjin("contract", path, *words) == 2
    assert path.read_bytes() == before
    assert sorted(archive(path).rglob("*")) == files
    return capsys.readouterr().err


@pytest.mark.requirement("R76")
def test_missing_fields_refuse_to_print_and_say_which_cells(book, capsys):
    row = sale(book)
    fill(book, "成交", row, 过户日=None)
    fill(book, "客户", row_of(book, "客户", "客户ID", cell(book, "成交", row, "客户ID")), 手机1=None)
    told = refused(book, "--rows", f"成交!{row}", capsys=capsys)
    assert "过户日(成交!" in told
    assert "客户电话(客户!" in told
    assert register(book) == []


@pytest.mark.requirement("R76", "R79")
@pytest.mark.parametrize(
    ("label", "value", "said"), [("资格审核", "否", "资格审核没有通过"), ("资格审核", None, "资格审核没有填")]
)
def test_a_closed_gate_of_the_signature_keeps_a_passed_contract_from_the_printer(book, capsys, label, value, said):
    assert draw(book) == 0
    fill(book, "合同登记", 2, 审核="通过", 审核人=cell(book, "人员", 2, "姓名"))
    fill(book, "成交", sale(book), **{label: value})
    assert said in refused(book, "--rows", "合同登记!2", capsys=capsys)


def test_passed_by_nobody_is_not_passed(book, capsys):
    assert draw(book) == 0
    fill(book, "合同登记", 2, 审核="通过")
    assert "审核人(合同登记!" in refused(book, "--rows", "合同登记!2", capsys=capsys)


@pytest.mark.requirement("R76")
def test_what_changed_after_the_review_is_not_printed(book, capsys):
    assert draw(book) == 0
    fill(book, "合同登记", 2, 审核="通过", 审核人=cell(book, "人员", 2, "姓名"))
    fill(book, "成交", sale(book), 成交价=999)
    assert "审核通过以后, 合同内容或模板变了" in refused(book, "--rows", "合同登记!2", capsys=capsys)
    fill(book, "合同登记", 2, 审核="草稿")
    assert genjin("contract", book, "--rows", "合同登记!2") == 0
    assert "9,990,000 元" in words(book, register(book)[0]["文件"])[0]


# numbers


@pytest.mark.requirement("R76")
def test_numbers_have_no_gap_and_none_comes_twice_also_after_undo(book):
    assert draw(book) == 0
    assert genjin("undo", book) == 0
    assert register(book) == []
    assert draw(book) == 0
    assert [(row["合同号"], bool(row["作废原因"])) for row in register(book)] == [
        ("MM-2026-0001", True),
        ("MM-2026-0002", False),
    ]
    assert draw(book, "--type", "居间") == 0
    assert [row["合同号"] for row in register(book)] == ["MM-2026-0001", "MM-2026-0002", "JJ-2026-0001"]


@pytest.mark.requirement("R76")
def test_a_deleted_row_comes_back_as_void_even_if_folder_or_log_are_gone(book):
    assert draw(book) == 0
    book_ = openpyxl.load_workbook(book)
    book_["合同登记"].delete_rows(2)
    book_.save(book)
    shutil.rmtree(archive(book))  # the log still knows
    assert draw(book) == 0
    assert [row["合同号"] for row in register(book)] == ["MM-2026-0001", "MM-2026-0002"]
    book_ = openpyxl.load_workbook(book)
    book_["合同登记"].delete_rows(2, 2)
    book_["日志"].delete_rows(2, 500)
    book_.save(book)
    assert draw(book) == 0  # the folder still knows
    assert [row["合同号"] for row in register(book)] == ["MM-2026-0001", "MM-2026-0002", "MM-2026-0003"]


def test_a_void_contract_is_not_printed_and_its_deal_gets_a_new_number(book, capsys):
    assert draw(book) == 0
    fill(book, "合同登记", 2, 作废原因="客户改了主意")
    assert "MM-2026-0001 已作废" in refused(book, "--rows", "合同登记!2", capsys=capsys)
    assert draw(book) == 0
    assert [row["合同号"] for row in register(book)] == ["MM-2026-0001", "MM-2026-0002"]


def test_where_the_workbook_cannot_be_written_neither_number_nor_file_is_left(book, monkeypatch):
    def fail(*_: object, **__: object) -> object:
        raise GenjinError("门店", "写不进去", "请再试一次", code="USAGE")

    monkeypatch.setattr(run_module, "commit", fail)
    assert draw(book) == 2
    assert [file for file in archive(book).rglob("*") if file.is_file()] == []


def test_a_preview_takes_no_number(book, capsys):
    assert main(["contract", str(book), "--rows", f"成交!{sale(book)}", "--preview", "--today", DAY]) == 0
    assert "会印买卖合同草稿" in capsys.readouterr().out
    assert not archive(book).exists()


def test_a_file_of_the_archive_is_never_written_over(book):
    assert draw(book) == 0
    name = str(register(book)[0]["文件"])
    taken = archive(book) / name.replace("v1", "v2")
    taken.write_bytes(b"mine")
    fill(book, "成交", sale(book), 成交价=777)
    assert draw(book) == 0
    assert taken.read_bytes() == b"mine"
    assert register(book)[0]["稿次"] == 3


# hostile names


@pytest.mark.parametrize("name", ["A&B <公司>", "=cmd|' /C calc'!A0", "{{7*7}}", "长" * 120, "张\r\n伟", "张\u202e伟"])
def test_a_hostile_name_comes_out_literally_in_register_file_and_file_name(book, name):
    row = row_of(book, "客户", "客户ID", cell(book, "成交", sale(book), "客户ID"))
    fill(book, "客户", row, 姓名=name)
    assert draw(book) == 0
    (line,) = register(book)
    shown = str(line["客户"]).replace("_x000D_", "\r")
    assert shown.replace("\r", "").replace("\n", "") == name.replace("\r", "").replace("\n", "")
    file = archive(book) / str(line["文件"])
    assert file.resolve().parent == archive(book).resolve()
    text = words(book, line["文件"])[0].replace("\n", "")
    assert name.replace("\r\n", "").replace("\u202e", "") in text


# the archive and signatures


def test_a_file_that_was_changed_afterwards_is_told_of(book, capsys):
    assert draw(book) == 0
    assert genjin("contract", book) == 0
    assert register(book)[0]["核对"] == "文件和登记的一样"
    with open(archive(book) / str(register(book)[0]["文件"]), "ab") as stream:
        stream.write(b" ")
    assert genjin("contract", book) == 1
    assert register(book)[0]["核对"] == "文件被改过, 和登记的哈希不一样"
    (archive(book) / str(register(book)[0]["文件"])).unlink()
    assert genjin("contract", book) == 1
    assert "合同文件夹里没有" in str(register(book)[0]["核对"])


@pytest.mark.requirement("R76")
def test_a_signed_pdf_is_checked_and_its_hash_recorded(book):
    assert draw(book) == 0
    content = signed(plain_pdf())
    (archive(book) / "签好.pdf").write_bytes(content)
    fill(book, "合同登记", 2, 签署状态="已签署", 签署文件="签好.pdf", 电子签链接="https://sign.example/1")
    assert genjin("contract", book) == 0
    (row,) = register(book)
    assert row["签署哈希"] == hashlib.sha256(content).hexdigest()
    assert "签名完好: 张伟" in str(row["核对"])
    assert "证书是签名人自己做的" in str(row["核对"])
    (archive(book) / "签好.pdf").write_bytes(signed(plain_pdf() + b"\n"))  # signed again, over another text
    assert genjin("contract", book) == 1
    (row,) = register(book)
    assert "签署文件和登记时不一样" in str(row["核对"])
    assert row["签署哈希"] == hashlib.sha256(content).hexdigest()


@pytest.mark.parametrize("name", ["../外面.pdf", "没有.pdf", "/etc/passwd"])
def test_a_signed_file_outside_the_archive_is_not_looked_at(book, name):
    assert draw(book) == 0
    (book.parent / "外面.pdf").write_bytes(plain_pdf())
    fill(book, "合同登记", 2, 签署文件=name)
    assert genjin("contract", book) == 1
    assert "请把签好的 PDF 放进去, 只写文件名" in str(register(book)[0]["核对"])


# the button


@pytest.fixture
def desk(book: Path) -> MemoryDesk:
    return desk_of(book)


def test_the_button_draws_up_prints_and_checks(desk, book):
    desk.select("成交", sale(book))
    assert press("contract", desk, now=NOW), desk.boxes
    assert desk.shown
    assert desk.shown[0] == "合同登记"
    assert desk.sheets["合同登记"][1][0] == "MM-2026-0001"
    desk.select("合同登记", 1)
    assert press("contract", desk, now=NOW), desk.boxes
    told = desk.sheets["合同登记"][0].index("核对")
    assert desk.sheets["合同登记"][1][told] == "文件和登记的一样"


def test_the_button_refuses_a_selection_that_means_no_contract(desk):
    desk.select("客户", 2)
    assert not press("contract", desk, now=NOW)
    assert "没有选中成交或合同" in desk.boxes[0]
