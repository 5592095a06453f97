"""Tables written as text, so that a test shows its data: `tables_from` gives Tables, `book_from` a MemoryBook.

A sheet's name stands on a line of its own, its rows below, cells between bars (one within a cell is ¦); headers are labels or keys. Rows count as in
Excel: the first below the header is row 2. A column headed `!` belongs to the test: `marks` returns it.

    客户
    | 姓名 | 手机1       | !                |
    | 张伟 | 13800001111 |                  |
    | 李娜 |             | required phone1  |
"""

from collections.abc import Iterator, Mapping

from workbook.book import MemoryBook
from workbook.changes import Finding
from workbook.schema import Sheet, fold
from workbook.sheets import SHEETS
from workbook.tables import Tables, read_tables

MARK = "!"
Text = Mapping[str, str] | str
_SHEETS: dict[str, Sheet] = {fold(name): s for s in SHEETS for name in (s.key, *s.aliases, s.label)}


def tables_from(text: Text) -> Tables:
    """Return the tables of `{sheet key or label: rows}`, or of one text in which each sheet's name stands above its rows.

    Every sheet is there; those that are not named are empty. Raises AssertionError where a cell cannot be read or a header is unknown.
    """
    tables, findings = read_from(text)
    assert not findings, findings
    return tables


def read_from(text: Text) -> tuple[Tables, list[Finding]]:
    """Return what `tables_from` returns, and the findings of reading."""
    return read_tables(book_from(text), SHEETS)


def book_from(text: Text) -> MemoryBook:
    """Return a workbook with one sheet per table, each with all its columns in order. Empty cells are None."""
    sheets = {}
    for sheet, (header, *rows) in _parts(text):
        places = [(i, _place(sheet, word)) for i, word in enumerate(header) if word != MARK]
        grid: list[list[object]] = [list(sheet.labels)]
        for row in rows:
            line: list[object] = [None] * len(sheet.labels)
            for i, place in places:
                line[place] = row[i] or None
            grid.append(line)
        sheets[sheet.label] = grid
    return MemoryBook(sheets)


def marks(text: Text) -> list[tuple[str, int, str]]:
    """Return (sheet key, row, word) for every word of the columns headed `!`, in the order of the text."""
    return [
        (sheet.key, number, word)
        for sheet, (header, *rows) in _parts(text)
        if MARK in header
        for number, row in enumerate(rows, start=2)
        for word in row[header.index(MARK)].split()
    ]


def _parts(text: Text) -> Iterator[tuple[Sheet, list[list[str]]]]:
    if isinstance(text, Mapping):
        text = "\n".join(f"{name}\n{rows}" for name, rows in text.items())
    sheet: Sheet | None = None
    lines: list[list[str]] = []
    for line in filter(None, map(str.strip, (text or "").splitlines())):
        if line.startswith("|"):
            assert sheet, f"no sheet is named above {line}"
            cells = [cell.strip().replace("¦", "|") for cell in line.strip("|").split("|")]
            assert not lines or len(cells) == len(lines[0]), (
                f"{line} has {len(cells)} cells, its header {len(lines[0])}"
            )
            lines.append(cells)
            continue
        if lines and sheet:
            yield sheet, lines
        sheet, lines = _SHEETS.get(fold(line)), []
    if lines and sheet:
        yield sheet, lines


def _place(sheet: Sheet, word: str) -> int:
    assert fold(word) in sheet.by_header, f"{sheet.label} has no column {word}"
    return sheet.labels.index(sheet.by_header[fold(word)].label)
