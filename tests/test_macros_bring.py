"""Import as a command: rows come in through the same plan, log and preview as every other run."""

from pathlib import Path

import openpyxl
import pytest

from tests.commands import cells, column, genjin, said

Captured = pytest.CaptureFixture[str]


@pytest.fixture
def book(tmp_path: Path, capsys: Captured, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    genjin(capsys, "new", "店.xlsx")
    Path("客户.csv").write_text("姓名,电话\n王芳,13900000001\n李勇,13900000002\n", "utf-8")
    return Path("店.xlsx")


@pytest.mark.requirement("F23")
def test_rows_come_in_below_the_last_one_with_ids_and_stand_in_the_log(book: Path, capsys: Captured) -> None:
    answer = genjin(capsys, "import", "客户.csv", "--into", book)
    assert (answer["run"], answer["items"][0]["imported"]) == (1, 2)
    assert column(book, "客户", "客户ID") == {2: "C000001", 3: "C000002"}
    log = column(book, "日志", "单元格")
    assert len(log) == answer["changed"]
    Path("更多.csv").write_text("姓名,电话\n周杰,13900000009\n", "utf-8")
    genjin(capsys, "import", "更多.csv", "--into", book)
    assert column(book, "客户", "客户ID")[4] == "C000003"


@pytest.mark.requirement("F21")
def test_a_preview_of_an_import_writes_nothing(book: Path, capsys: Captured) -> None:
    before = book.read_bytes()
    code, out, _ = said(capsys, "import", "客户.csv", "--into", book, "--preview")
    assert (code, out.splitlines()[:2]) == (0, ["预览: 会导入 2 行, 重复 0 行, 不是记录 0 行。", "什么都没有写入。"])
    assert book.read_bytes() == before


def test_the_same_file_again_is_all_duplicates_and_no_run(book: Path, capsys: Captured) -> None:
    genjin(capsys, "import", "客户.csv", "--into", book)
    again = genjin(capsys, "import", "客户.csv", "--into", book)
    assert (again["run"], again["changed"], again["items"][0]["duplicates"]) == (None, 0, 2)


def test_one_bad_file_among_several_lets_none_in(book: Path, capsys: Captured) -> None:
    Path("坏.csv").write_bytes(b"\0\1")
    before = book.read_bytes()
    assert "坏.csv" in genjin(capsys, "import", "客户.csv", "坏.csv", "--into", book, code=2)["stderr"]
    assert book.read_bytes() == before


def test_a_workbook_without_the_sheet_that_rows_belong_to_is_refused(book: Path, capsys: Captured) -> None:
    workbook = openpyxl.load_workbook(book)
    del workbook["客户"]
    workbook.save(book)
    assert genjin(capsys, "import", "客户.csv", "--into", book, code=2)["stderr"].startswith("客户: 工作簿里没有这张表")


def test_a_file_that_nobody_understands_is_told_and_nothing_is_written(book: Path, capsys: Captured) -> None:
    Path("天气.csv").write_text("甲,乙\n晴,雨\n", "utf-8")
    before = cells(book)
    code, out, _ = said(capsys, "import", "天气.csv", "--into", book)
    assert code == 0
    assert "认不出是客户还是房源" in out
    assert cells(book) == before
