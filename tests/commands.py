"""Run genjin as a person does, and look at what is in a workbook: for tests of whole commands."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from python_calamine import CalamineWorkbook

from macros.cli import main
from workbook.files import FileBook

TODAY = "2026-11-20"
Cells = dict[tuple[int, int], object]


def genjin(
    capsys: pytest.CaptureFixture[str], *arguments: object, today: str = TODAY, code: int | None = 0
) -> dict[str, Any]:
    """Run a command with --json and return its object; an exit code other than `code` fails the test (None: any)."""
    capsys.readouterr()
    returned = main([*map(str, arguments), "--json", "--today", today])
    out, err = capsys.readouterr()
    assert code is None or returned == code, (returned, err)
    answer: dict[str, Any] = json.loads(out) if out else {}
    return answer | ({"stderr": err} if returned == 2 else {}) | {"code": returned}


def said(capsys: pytest.CaptureFixture[str], *arguments: object) -> tuple[int, str, str]:
    """Run a command without --json and return its exit code, what it said and what it complained of."""
    capsys.readouterr()
    code = main([*map(str, arguments), "--today", TODAY])
    return code, *capsys.readouterr()


def cells(path: Path, *, without: tuple[str, ...] = ()) -> dict[str, Cells]:
    """Return {sheet: {(row, column): value}} of all cells with content, by a reader that is not ours."""
    book = CalamineWorkbook.from_path(path)
    found: dict[str, Cells] = {}
    for name in book.sheet_names:
        if name not in without:
            rows = book.get_sheet_by_name(name).to_python(skip_empty_area=False)
            found[name] = {
                (r, c): v for r, row in enumerate(rows, 1) for c, v in enumerate(row, 1) if v not in ("", None)
            }
    return found


def type_in(path: Path, rows: Mapping[str, Mapping[int, Mapping[str, object]]]) -> None:
    """Type values into cells as a person does, {sheet: {row: {header: value}}}; all else in the file stays as it is."""
    book = FileBook(path)
    for sheet, lines in rows.items():
        header = book.read(sheet)[0]
        book.write(
            sheet, {row: {header.index(name) + 1: value for name, value in line.items()} for row, line in lines.items()}
        )
    book.save()


def column(path: Path, sheet: str, label: str) -> dict[int, object]:
    """Return {row: value} of a column by its header."""
    header, *rows = CalamineWorkbook.from_path(path).get_sheet_by_name(sheet).to_python(skip_empty_area=False)
    at = header.index(label)
    return {r: line[at] for r, line in enumerate(rows, 2) if line[at] not in ("", None)}
