"""What a workbook would say otherwise once a backup stands in its place: old → new, sheet by sheet, numbers of people hidden."""

from collections.abc import Iterator, Sequence
from itertools import zip_longest
from typing import Any, NamedTuple

from macros.privacy.masks import hidden, veiled
from workbook.book import Book, Grid, column_letter
from workbook.sheets import SHEETS
from workbook.values import text_of

SHOWN = 12
"""Cells that are shown of a sheet."""
_COLUMNS = {sheet.label: {column.label: column for column in sheet.columns} for sheet in SHEETS}


class Difference(NamedTuple):
    """What one sheet would say otherwise: rows that would be gone or come back, and (row, column, now, then) of cells in the others.

    `only`: "now" or "then" where only one of the two has the sheet at all.
    """

    sheet: str
    gone: int
    back: int
    cells: Sequence[tuple[int, int, object, object]]
    headers: Sequence[object]
    only: str = ""


def differences(now: Book, then: Book) -> list[Difference]:
    """Return the sheets that differ, in the order of their tabs. Raises SheetRefused, FileRefused where one cannot be read."""
    names = dict.fromkeys([*now.sheet_names(), *then.sheet_names()])
    found = (_difference(name, *(_filled(book, name) for book in (now, then))) for name in names)
    return [one for one in found if one.gone or one.back or one.cells or one.only]


def _filled(book: Book, name: str) -> Grid | None:
    """Return a sheet's rows up to the last that is not empty, None where there is no such sheet."""
    if name not in book.sheet_names():
        return None
    grid = book.read(name)
    while grid and not any(text_of(cell) for cell in grid[-1]):
        grid.pop()
    return grid


def _difference(name: str, now: Grid | None, then: Grid | None) -> Difference:
    if now is None or then is None:
        return Difference(name, len(now or ()), len(then or ()), (), (), "then" if now is None else "now")
    by_key = _have_keys(now) and _have_keys(then)
    rows, others = _rows(now, by_key), _rows(then, by_key)
    cells = [
        (number, at, one, other)
        for key, number in rows.items()
        if key in others and now[number - 1] != then[others[key] - 1]
        for at, (one, other) in enumerate(zip_longest(now[number - 1], then[others[key] - 1]), 1)
        if one != other and text_of(one) != text_of(other)
    ]
    return Difference(
        name, len(rows.keys() - others.keys()), len(others.keys() - rows.keys()), cells, now[0] if now else ()
    )


def _have_keys(grid: Grid) -> bool:
    """Tell whether the first column names each row: then a row is the same wherever it stands."""
    keys = [text_of(line[0]) if line else "" for line in grid]
    return all(keys) and len({*keys}) == len(keys)


def _rows(grid: Grid, by_key: bool) -> dict[object, int]:
    return {text_of(line[0]) if by_key else number: number for number, line in enumerate(grid, 1)}


def lines_of(found: Sequence[Difference]) -> Iterator[str]:
    """Yield the differences as a person reads them."""
    for one in found:
        yield f"{one.sheet}: {'、'.join(_counts(one))}"
        for cell, label, old, new in _shown(one):
            yield f"    {cell}{label and f' {label}'}: {_told(old)} → {_told(new)}"
        if len(one.cells) > SHOWN:
            yield f"    …还有 {len(one.cells) - SHOWN:,} 格"
    if not found:
        yield "每一格说的都一样, 不同的只是格式、图表或公式。"


def _counts(one: Difference) -> Iterator[str]:
    if one.only:
        yield "整张表会消失" if one.only == "now" else "整张表会回来"
        return
    yield from (
        text for count, text in ((one.gone, f"会少 {one.gone:,} 行"), (one.back, f"会多 {one.back:,} 行")) if count
    )
    if one.cells:
        yield f"{len(one.cells):,} 格不同"


def _shown(one: Difference) -> Iterator[tuple[str, str, str, str]]:
    """Yield (address, header, now, then) of the first cells."""
    columns = _COLUMNS.get(one.sheet, {})
    for row, at, old, new in one.cells[:SHOWN]:
        label = text_of(one.headers[at - 1]) if row > 1 and at <= len(one.headers) else ""
        before, after = (hidden(text_of(veiled(columns.get(label), cell))) for cell in (old, new))
        yield f"{column_letter(at)}{row}", label, before, after


def _told(text: str) -> str:
    text = text.replace("\n", " ")
    return f"「{text[:60]}{'…' if len(text) > 60 else ''}」" if text else "(空)"


def items_of(found: Sequence[Difference]) -> list[dict[str, Any]]:
    """Return the differences as --json tells them; `shown` are the first cells of a sheet."""
    return [
        {
            "sheet": one.sheet, "rows_gone": one.gone, "rows_back": one.back, "cells": len(one.cells),
            "shown": [{"cell": cell, "old": old, "new": new} for cell, _, old, new in _shown(one)],
        }
        for one in found
    ]  # fmt: skip
