"""Other programs and other hands on the same file: saved by LibreOffice or openpyxl, with macros, changed in between, interrupted."""

import datetime as dt
import re
import shutil
import subprocess
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import openpyxl
import pandas as pd
import pytest
import xlsxwriter
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from macros.actions import BY_NAME
from macros.imports.sources import read_sources
from macros.run import perform
from macros.session import Options, start
from tests.commands import genjin
from tests.parts import TYPES, Parts, parts
from workbook import backups, disk, journal
from workbook.book import Book, MemoryBook, column_letter
from workbook.differences import write_plan
from workbook.errors import FileRefused, SheetChanged
from workbook.figures.reports import REPORT_PAGES
from workbook.files import FileBook
from workbook.journal import Journal
from workbook.sheets import SHEETS
from workbook.sheets.clients import CLIENTS
from workbook.tables import read_tables

TOMORROW = "2026-11-21"
Opener = Callable[[Path, Path], Path]


@pytest.fixture
def book(yesterday: Path, tmp_path: Path) -> Path:
    return Path(shutil.copy(yesterday, tmp_path))


CALCULATED = ("日志", "首页", *(page.label for page in REPORT_PAGES))
"""日志, and the pages of formulas: another program may forget what they yield, and any run brings it up to date."""


def cells(path: Path) -> dict[str, list[list[Any]]]:
    held = FileBook(path, read_only=True)
    return {name: held.read(name) for name in held.sheet_names() if name not in CALCULATED}


# saved by other programs


def by_openpyxl(book: Path, _: Path) -> Path:
    openpyxl.load_workbook(book).save(book)
    return book


def by_libreoffice(book: Path, folder: Path) -> Path:
    profile = f"-env:UserInstallation={(folder / 'profile').as_uri()}"
    command = ["soffice", profile, "--headless", "--convert-to", "xlsx", "--outdir", str(folder / "saved"), str(book)]
    subprocess.run(command, check=True, capture_output=True, timeout=180)
    return folder / "saved" / book.name


@pytest.mark.parametrize(
    "save",
    [by_openpyxl, pytest.param(by_libreoffice, marks=[pytest.mark.libreoffice, pytest.mark.slow])],
    ids=["openpyxl", "libreoffice"],
)
def test_saved_by_another_program_a_workbook_yields_the_same(
    save: Opener, book: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    expected = genjin(capsys, "all", book, "--preview", today=TOMORROW)
    saved = save(book, tmp_path)
    before = cells(saved)
    found = genjin(capsys, "all", saved, today=TOMORROW)
    assert (found["items"], found["changed"]) == (expected["items"], expected["changed"])
    assert genjin(capsys, "all", saved, today=TOMORROW)["changed"] == 0
    assert genjin(capsys, "undo", saved, today=TOMORROW)["items"] == []
    assert cells(saved) == before


def test_rows_that_a_program_wrote_below_the_table_count_and_are_taken_in(
    book: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    new = pd.DataFrame([["新甲", "13900001111"], ["新乙", "13900002222"]])
    with pd.ExcelWriter(book, mode="a", engine="openpyxl", if_sheet_exists="overlay") as writer:
        new[[0]].to_excel(writer, sheet_name="客户", startrow=61, startcol=1, header=False, index=False)
        new[[1]].to_excel(writer, sheet_name="客户", startrow=61, startcol=5, header=False, index=False)
    graded = genjin(capsys, "all", book, today=TOMORROW)["items"]["grade"]
    assert {item["client_id"] for item in graded} >= {"C000061", "C000062"}
    xml = Parts(book)
    assert f'ref="A1:{column_letter(len(CLIENTS.columns))}63"'.encode() in xml[xml.part_of("客户", "table")]


def test_shared_texts_are_checked_before_a_library_reads_them(tmp_path: Path) -> None:
    path = tmp_path / "别处.xlsx"
    pd.DataFrame({"姓名": ["甲"], "手机": ["13900001111"]}).to_excel(path, index=False)
    held = Parts(path)
    deep = "<r>" * 200_000 + "</r>" * 200_000
    held.replace("xl/sharedStrings.xml", "</sst>", f"<si>{deep}</si></sst>")
    held.save(path)
    with pytest.raises(FileRefused) as caught:
        read_sources(path)
    assert caught.value.code == "BROKEN_XML"


def test_a_chart_sheet_among_others_does_not_stand_in_the_way_of_an_import(tmp_path: Path) -> None:
    with xlsxwriter.Workbook(tmp_path / "别处.xlsx") as book:
        book.add_worksheet("数据").write_column(0, 0, ["姓名", "甲"])
        chart = book.add_chart({"type": "pie"})
        chart.add_series({"values": "=数据!$A$2"})
        book.add_chartsheet("图").set_chart(chart)
        book.add_worksheet("藏").hide()
    (source,) = read_sources(tmp_path / "别处.xlsx")
    assert (source.name, source.grid) == ("数据", [["姓名"], ["甲"]])
    assert source.notes == ["HIDDEN_SHEET: 隐藏的表没有导入: 藏"]


# with macros


def test_a_workbook_with_macros_keeps_them_byte_for_byte(book: Path, capsys: pytest.CaptureFixture[str]) -> None:
    held, macros = Parts(book), bytes(range(256)) * 40
    kinds = (b"openxmlformats-officedocument.spreadsheetml.sheet.main+xml", b"ms-excel.sheet.macroEnabled.main+xml")
    held[TYPES] = held[TYPES].replace(*kinds)
    held.relate(
        "xl/workbook.xml", "http://schemas.microsoft.com/office/2006/relationships/vbaProject", "xl/vbaProject.bin"
    )
    held.add("xl/vbaProject.bin", macros, "application/vnd.ms-office.vbaProject")
    book = book.with_suffix(".xlsm")
    held.save(book)
    before = parts(book)
    assert genjin(capsys, "all", book, today=TOMORROW)["changed"] > 100
    after = parts(book)
    assert {name: after[name] for name in ("xl/vbaProject.bin", TYPES, "xl/workbook.xml")} == {
        name: before[name] for name in ("xl/vbaProject.bin", TYPES, "xl/workbook.xml")
    }
    assert genjin(capsys, "undo", book, today=TOMORROW)["items"] == []


# in memory


def planned(book: Book) -> dict[tuple[str, int, str], tuple[object, object]]:
    """Return the plan of `all`, cell by cell."""
    options = Options(dt.date.fromisoformat(TOMORROW), dt.datetime(2026, 11, 21, 9), preview=True)
    plan = perform(BY_NAME["all"], start(book, options)).plan
    return {(cell.sheet, cell.row, cell.column): (cell.old, cell.new) for cell in plan}


def in_memory(path: Path) -> MemoryBook:
    held = FileBook(path, read_only=True)
    return MemoryBook({name: held.read(name) for name in held.sheet_names()})


def test_a_file_and_its_cells_in_memory_get_the_same_plan_cell_by_cell(yesterday: Path) -> None:
    plan = planned(FileBook(yesterday, read_only=True))
    assert len(plan) > 300
    assert planned(in_memory(yesterday)) == plan


def people_do(held: MemoryBook, draw: Callable[[Any], Any]) -> None:
    """Shuffle rows, leave some blank, add columns of their own, and write headers with blanks, stars and colons."""
    for name in ("客户", "需求", "房源", "跟进"):
        header, *rows = held.sheets[name]
        width = len(header)
        rows = [row + [None] * (width - len(row)) for row in rows if any(value is not None for value in row)]
        rows = draw(st.permutations(rows))
        for place in draw(st.lists(st.integers(0, len(rows)), max_size=3)):
            rows.insert(place, [None] * width)
        grid = [[f" {label} *" if draw(st.booleans()) else label for label in header], *rows]
        at = draw(st.integers(0, width))
        own = ["我加的", *("记" if n % 3 else None for n in range(len(rows)))]
        held.sheets[name] = [[*line[:at], mine, *line[at:]] for line, mine in zip(grid, own, strict=True)]


def results(book: Book) -> list[str]:
    """Return what grades, the due list and the matches say, without what names a cell."""
    options = Options(dt.date.fromisoformat(TOMORROW), dt.datetime(2026, 11, 21, 9), preview=True)
    items: Any = perform(BY_NAME["all"], start(book, options)).items
    keys = {"grade": ("client_id", "grade", "score"), "due": ("client_id", "who", "due", "overdue_days", "what"),
            "match": ("req_id", "listing_id", "rank", "score", "hard")}  # fmt: skip
    return sorted(str([name, *(item[key] for key in kept)]) for name, kept in keys.items() for item in items[name])


@pytest.fixture(scope="module")
def expected(yesterday: Path) -> list[str]:
    return results(in_memory(yesterday))


@settings(max_examples=4, deadline=None, suppress_health_check=list(HealthCheck))
@given(data=st.data())
def test_whatever_people_do_to_rows_and_columns_results_stay_and_undo_restores(
    yesterday: Path, expected: list[str], data: st.DataObject
) -> None:
    held = in_memory(yesterday)
    people_do(held, data.draw)
    assert results(held) == expected
    before = {name: [list(row) for row in grid] for name, grid in held.sheets.items()}
    session = start(held, Options(dt.date.fromisoformat(TOMORROW), dt.datetime(2026, 11, 21, 9)))
    plan = perform(BY_NAME["all"], session).plan
    write_plan(plan.inverse, session.tables.layouts, held)
    after = {name: held.sheets[name] for name in before}
    for name in before.keys() - {"日志"}:
        assert trimmed(after[name]) == trimmed(before[name]), name


def trimmed(grid: list[list[Any]]) -> list[list[Any]]:
    lines = [row[: max((n for n, value in enumerate(row, 1) if value is not None), default=0)] for row in grid]
    return lines[: max((n for n, row in enumerate(lines, 1) if row), default=0)]


# odd texts

ODD = [
    "=1+1", "+8613800138000", "-1", "@SUM(A1)", '=HYPERLINK("http://x","y")', "=cmd|' /C calc'!A0", "😀👨‍👩‍👧家", "𠮷𡈽龘", "a\x01b\x0bc",
    "_x0041_", "<b>&\"'", "多\n行", "𠮷" * 16_383,
]  # fmt: skip


def test_whatever_a_text_looks_like_it_comes_out_as_that_text(book: Path, capsys: pytest.CaptureFixture[str]) -> None:
    held = FileBook(book)
    header = held.read("客户")[0]
    name, phone = header.index("姓名") + 1, header.index("手机1") + 1
    odd = {row: ODD[(row - 2) % len(ODD)] for row in range(2, 62)}
    held.write("客户", {row: {name: text} | ({phone: text} if row % 4 == 0 else {}) for row, text in odd.items()})
    held.save()
    genjin(capsys, "all", book, today=TOMORROW)
    assert genjin(capsys, "all", book, today=TOMORROW)["changed"] == 0
    tables = read_tables(FileBook(book), SHEETS)[0]
    names = dict(zip(tables["clients"]["client_id"], tables["clients"]["name"], strict=True))
    assert list(tables["clients"]["name"]) == list(odd.values())
    for sheet in ("due", "messages"):
        shown = tables[sheet][["client_id", "name"]].itertuples(index=False)
        assert all(names[client] == text for client, text in shown if client)
    assert any("@SUM(A1)" in text for text in tables["findings"]["message"])
    formulas = {f for content in parts(book).values() for f in re.findall(rb"<f>([^<]*)</f>", content)}
    assert not [
        f for f in formulas if f.lstrip(b"+-@").startswith(b"1+1") or b"cmd" in f or b"http" in f or b"SUM(A1)" in f
    ]


def test_names_of_people_are_escaped_in_the_report(book: Path, capsys: pytest.CaptureFixture[str]) -> None:
    held = openpyxl.load_workbook(book)
    for sheet, labels in (("人员", ("姓名",)), ("客户", ("归属人", "首接人")), ("跟进", ("人员",))):
        for label in labels:
            at = next((cell.column for cell in held[sheet][1] if cell.value == label), None)
            for row in range(2, held[sheet].max_row + 1) if at else ():
                cell = held[sheet].cell(row, at)
                cell.value = f"<img src=x onerror=alert({cell.value})>" if cell.value else None
    held.save(book)
    html = Path(genjin(capsys, "report", book, today=TOMORROW)["files"][0]).read_text("utf-8")
    assert "<img src=x" not in html
    assert "&lt;img src=x" in html


# changed in between, interrupted


def state(book: Path) -> tuple[bytes, list[str]]:
    """Return the workbook, and the names of all files beside it."""
    return book.read_bytes(), sorted(
        str(file.relative_to(book.parent)) for file in book.parent.rglob("*") if file.is_file()
    )


def full(*_: object, **__: object) -> None:
    raise OSError(28, "No space left on device")


@pytest.mark.parametrize(
    ("module", "name"),
    [
        (disk.os, "replace"), (disk.os, "fsync"), (backups.shutil, "copy2"), (journal.gzip, "open"),
    ],
    ids=lambda value: str(getattr(value, "__name__", value)),
)  # fmt: skip
def test_what_fails_on_the_way_leaves_the_file_and_nothing_that_claims_a_run(
    module: Any, name: str, book: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    before = state(book)
    monkeypatch.setattr(module, name, full)
    answer = genjin(capsys, "all", book, today=TOMORROW, code=2)
    assert answer["stderr"].count("\n") == 1
    assert state(book) == before


def test_an_interruption_leaves_nothing_either(
    book: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def interrupted(_: int) -> None:
        raise KeyboardInterrupt

    before = state(book)
    monkeypatch.setattr(disk.os, "fsync", interrupted)
    genjin(capsys, "all", book, today=TOMORROW, code=2)
    assert state(book) == before


def test_a_file_saved_by_someone_between_reading_and_saving_is_not_overwritten(
    book: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    theirs = book.read_bytes() + b"\0"
    real = disk.replace

    def saved_meanwhile(path: Path, *rest: Any) -> None:
        path.write_bytes(theirs)
        real(path, *rest)

    files = state(book)[1]
    monkeypatch.setattr(disk, "replace", saved_meanwhile)
    answer = genjin(capsys, "all", book, today=TOMORROW, code=2)
    assert "文件已被别的程序修改" in answer["stderr"]
    assert state(book) == (theirs, files)


def test_of_two_runs_at_once_both_are_written_and_the_second_is_made_anew_on_what_the_first_left(book: Path) -> None:
    options = Options(dt.date.fromisoformat(TOMORROW), dt.datetime(2026, 11, 21, 9))
    first, second, third = (start(FileBook(book), options) for _ in range(3))
    done = perform(BY_NAME["grade"], first)
    record = Journal(book).run(done.run)
    assert len(record.plan) > 0
    same = perform(BY_NAME["grade"], second)
    assert (same.run, len(same.plan)) == (0, 0), "the grades stand there already"
    late = perform(BY_NAME["due"], third)
    assert late.run == done.run + 1
    assert [run.number for run in Journal(book).history()] == [late.run, done.run]
    assert list(Journal(book).run(done.run).plan) == list(record.plan), "its record is left alone"
    for action in ("grade", "due"):  # neither took back what the other wrote
        assert perform(BY_NAME[action], start(FileBook(book), options)).run == 0, action


def test_a_number_is_given_once_however_many_ask_at_the_same_time(tmp_path: Path) -> None:
    book = tmp_path / "店.xlsx"
    book.write_bytes(b"content")
    run = journal.Run(1, "grade", "小王", "2026-11-21T09:00:00", TOMORROW, journal.Plan())
    barrier, given_to = threading.Barrier(6), []

    def ask(who: int) -> None:
        barrier.wait()
        try:
            with Journal(book).recording(run):
                given_to.append(who)
        except SheetChanged:
            pass

    threads = [threading.Thread(target=ask, args=(who,)) for who in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(given_to) == 1
    assert Journal(book).numbers() == [1]
