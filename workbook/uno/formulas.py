"""Formulas: Excel's way of writing them <-> LibreOffice's: `客户!A1` and commas <-> `$客户.A1` and semicolons."""

import re
from collections.abc import Sequence
from typing import Any

FORMULA_CELLS = 16  # com.sun.star.sheet.CellFlags.FORMULA

_STRING = r'"(?:[^"]|"")*"'
_KEPT = rf"{_STRING}|#[A-Z/0]+[!?]"
_ARRAY = rf"\{{(?:{_STRING}|[^\"{{}}])*\}}"
_SHEET = r"'(?:[^']|'')*'|[^\W\d][\w.]*"
_OWN_SHEET = r"\$?('(?:[^']|'')*'|[^\W\d]\w*)\.(?=\$?[A-Z]{1,3}(?:\$?\d|:)|\$?\d+:)"
_EXCEL_PARTS = re.compile(rf"(?P<kept>{_KEPT})|(?P<array>{_ARRAY})|(?P<sheet>{_SHEET})!|,")
_OWN_PARTS = re.compile(rf"(?P<kept>{_KEPT})|(?P<array>{_ARRAY})|(?P<sheet>{_OWN_SHEET})|;")
_ARRAY_PARTS = re.compile(rf"{_STRING}|[,;|]")


def to_own(formula: str) -> str:
    """Return LibreOffice's text of an Excel formula."""
    return _EXCEL_PARTS.sub(_own_part, formula)


def to_excel(formula: str) -> str:
    """Return Excel's text of a LibreOffice formula; the braces around an array formula are not part of it."""
    bare = formula[1:-1] if formula.startswith("{=") else formula
    return _OWN_PARTS.sub(_excel_part, bare)


def _own_part(part: re.Match[str]) -> str:
    if part["array"]:
        return _separated(part["array"], {",": ";", ";": "|"})
    return part["kept"] or (f"${part['sheet']}." if part["sheet"] else ";")


def _excel_part(part: re.Match[str]) -> str:
    if part["array"]:
        return _separated(part["array"], {";": ",", "|": ";"})
    return part["kept"] or (f"{part['sheet'].lstrip('$')[:-1]}!" if part["sheet"] else ",")


def _separated(array: str, separators: dict[str, str]) -> str:
    return _ARRAY_PARTS.sub(lambda part: separators.get(part[0], part[0]), array)


def formula_areas(block: Any) -> Sequence[Any]:
    """Return the areas of a block's cells that hold formulas."""
    here = block.RangeAddress  # for an empty block LibreOffice answers with areas elsewhere
    return [
        area for area in block.queryContentCells(FORMULA_CELLS).RangeAddresses
        if here.StartRow <= area.StartRow and area.EndRow <= here.EndRow
        and here.StartColumn <= area.StartColumn and area.EndColumn <= here.EndColumn
    ]  # fmt: skip


def read_formulas(block: Any, values: Sequence[Sequence[object]]) -> list[list[str]]:
    """Return what Excel's Range.Formula gives: formulas, and the cells without one as text, dates as their serial number.

    LibreOffice's own answer is of use for formulas only: it shows the text `=1+1` as if it were one and puts an apostrophe before others.
    `values` is what getDataArray returns.
    """
    texts = [[_as_text(value) for value in row] for row in values]
    areas = formula_areas(block)
    if not areas:
        return texts
    top, left = block.RangeAddress.StartRow, block.RangeAddress.StartColumn
    first, right = min(area.StartRow for area in areas) - top, max(area.EndColumn for area in areas) - left
    start, last = min(area.StartColumn for area in areas) - left, max(area.EndRow for area in areas) - top
    own = block.getCellRangeByPosition(start, first, right, last).getFormulaArray()
    for area in areas:
        for row in range(area.StartRow - top, area.EndRow - top + 1):
            for column in range(area.StartColumn - left, area.EndColumn - left + 1):
                texts[row][column] = to_excel(own[row - first][column - start])
    return texts


def _as_text(value: object) -> str:
    if isinstance(value, float):
        return repr(int(value)) if value.is_integer() and abs(value) < 1e15 else repr(value).upper()
    return value if isinstance(value, str) else ""
