"""Every line of 今日待办 can be followed: each cell that it names is opened in the saved workbook, and holds what the reason says of it."""

import datetime as dt
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from openpyxl.utils.cell import column_index_from_string, coordinate_from_string

from macros.cli import main
from tests.commands import TODAY, Cells, cells

ADDRESS = re.compile(r"([\u4e00-\u9fff]+)!([A-Z]{1,3}[0-9]+)")
NAMED = re.compile(rf"\((?:{ADDRESS.pattern})\)")
OF_CLIENT = ("客户ID", "对象ID")
MISSING = ("没有手机、微信和邮箱", "联系同意还没填", "为空", "空着", "没有填「是」")
Book = dict[str, Cells]


def value_at(book: Book, sheet: str, cell: str) -> object:
    letters, row = coordinate_from_string(cell)
    return book[sheet].get((row, column_index_from_string(letters)))


def spellings(value: object) -> list[str]:
    """Return how a reason may write a cell's value."""
    if isinstance(value, dt.date):
        return [f"{value:%Y-%m-%d}", f"{value.month}月{value.day}日"]
    return [f"{value:g}"] if isinstance(value, float | int) else [str(value)]


def quotes(phrase: str, value: object) -> bool:
    """Tell whether a phrase quotes a value, whole: 7 is not quoted by 27, nor an empty cell by anything but words that say so."""
    if value in (None, ""):
        return any(said in phrase for said in MISSING)
    edge = r"(?![0-9A-Za-z])"
    return any(re.search(rf"(?<![0-9A-Za-z]){re.escape(text)}{edge}", phrase) for text in spellings(value))


def phrases(reason: str) -> Iterator[tuple[str, str, str]]:
    """Yield sheet, cell and the words before them, back to the cell before."""
    start = 0
    for found in NAMED.finditer(reason):
        yield found[1], found[2], reason[start : found.start()]
        start = found.end()


def lines(book: Book) -> list[dict[str, str]]:
    """Return the lines of 今日待办 by header."""
    sheet = book["今日待办"]
    header = {column: str(value) for (row, column), value in sheet.items() if row == 1}
    rows = sorted({row for row, _ in sheet if row > 1})
    return [{label: str(sheet.get((row, column), "")) for column, label in header.items()} for row in rows]


def of_others(book: Book, sheet: str, cell: str, line: dict[str, str]) -> bool:
    """Tell whether a cell stands in a row about another client; a line about none may name the row of one, one about a recommendation
    the rows of whom it recommends."""
    if not line["客户ID"]:
        return False
    row = coordinate_from_string(cell)[1]
    columns = [column for (top, column), label in book[sheet].items() if top == 1 and label in OF_CLIENT]
    about = [str(book[sheet].get((row, column), "")) for column in columns]
    others = [one for one in about if one.startswith("C") and one != line["客户ID"]]
    if sheet == "客户" and f"同一个号码已拒绝联系({sheet}!{cell})" in line["原因"]:
        return not numbers(book, line["客户ID"]) & numbers(book, *others)
    return bool(others) and not (line["事由"] == "推荐有进展" and recommended(book, others, line["原因"]))


def numbers(book: Book, *ids: str) -> set[str]:
    """Return by what these clients can be reached."""
    clients = book["客户"]
    at = {str(label): column for (top, column), label in clients.items() if top == 1}
    rows = [row for (row, column), value in clients.items() if column == at["客户ID"] and value in ids]
    ways = [str(clients.get((row, at[label])) or "") for row in rows for label in ("手机1", "手机2", "微信", "邮箱")]
    return {*ways} - {""}


def recommended(book: Book, ids: list[str], reason: str) -> bool:
    """Tell whether these are ids of a client of whom a reason says by name that they were recommended."""
    at = {str(label): column for (top, column), label in book["客户"].items() if top == 1}
    names = {
        str(book["客户"].get((row, at["客户ID"]), "")): str(book["客户"].get((row, at["姓名"]), ""))
        for row, _ in book["客户"]
    }
    return any(names.get(one) and f" {names[one]}: " in reason for one in ids)


def faults(book: Book) -> list[str]:
    """Return what cannot be followed, empty if everything can."""
    found = []
    for line in lines(book):
        reason, named = line["原因"], [found.groups() for found in ADDRESS.finditer(line["依据"])]
        told = list(phrases(reason))
        where = f"{line['事由']}: {reason} [{line['依据']}]"
        found += [f"{where}: names no cell"] * (not named)
        found += [f"{where}: 依据 differs"] * (set(named) != {(sheet, cell) for sheet, cell, _ in told})
        for sheet, cell, phrase in told:
            value = value_at(book, sheet, cell)
            found += [f"{where}: {sheet}!{cell} holds {value!r}"] * (not quotes(phrase, value))
            found += [f"{where}: {sheet}!{cell} is of another client"] * of_others(book, sheet, cell, line)
    return found


@pytest.mark.requirement("F5", "R53")
def test_every_line_of_the_small_sample_can_be_followed_to_its_cells(yesterday: Path) -> None:
    book = cells(yesterday)
    assert len(lines(book)) > 20
    assert faults(book) == []


@pytest.mark.slow
@pytest.mark.requirement("F5", "R53")
def test_every_line_of_the_store_sample_can_be_followed_to_its_cells(tmp_path: Path) -> None:
    path = tmp_path / "店.xlsx"
    for command in (("new", str(path), "--sample", "store"), ("all", str(path))):
        assert main([*command, "--today", TODAY, "--quiet"]) == 0
    book = cells(path)
    assert len({line["事由"] for line in lines(book)}) >= 8
    assert faults(book) == []


def test_what_stands_in_a_cell_cannot_change_unnoticed(yesterday: Path) -> None:
    """Each named cell in turn holds something else: the test above would say so."""
    book = cells(yesterday)
    named = {(sheet, cell) for line in lines(book) for sheet, cell, _ in phrases(line["原因"])}
    for sheet, cell in sorted(named)[::5]:
        letters, row = coordinate_from_string(cell)
        place = row, column_index_from_string(letters)
        other = {**book, sheet: {**book[sheet], place: "别的"}}
        assert any(f"{sheet}!{cell} holds" in fault for fault in faults(other)), cell


@pytest.mark.parametrize(
    ("phrase", "value", "quoted"),
    [
        ("上次有效跟进 2026-02-08", dt.datetime(2026, 2, 8, 10, 30), True),
        ("上次有效跟进 2026-02-08", dt.datetime(2026, 2, 9, 10, 30), False),
        ("3月1日生日", dt.date(1990, 3, 1), True),
        ("13月1日生日", dt.date(1990, 3, 1), False),
        ("B 级客户最多隔 7 天联系一次", 7.0, True),
        ("B 级客户最多隔 27 天联系一次", 7.0, False),
        ("2026-02-22 推荐了 H000025", "H000025", True),
        ("2026-02-22 推荐了 H0000251", "H000025", False),
        ("没有手机、微信和邮箱", None, True),
        ("上次「犹豫」", None, False),
    ],
)
def test_what_counts_as_quoted(phrase: str, value: object, quoted: bool) -> None:
    assert quotes(phrase, value) is quoted
