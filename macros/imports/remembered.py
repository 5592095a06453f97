"""导入对照: what the columns of a list are is written down once per shape of list, unsure ones first, and followed when it comes again.

Source: F23. What stands there wins over what the list looks like; a column of which it says nothing is read as its header and content say.
"""

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import partial
from typing import NamedTuple

import pandas as pd

from macros.imports.fields import Field, fields_by_name, labelled, name_of_header
from macros.imports.headers import ColumnMap, Recognised, sample_of
from macros.imports.prices import price_of
from macros.imports.report import Sheeted
from macros.imports.shapes import bare, name_of, shape_in
from workbook.book import column_letter
from workbook.errors import SheetRefused
from workbook.schema import fold
from workbook.sheets import BY_KEY
from workbook.sheets.import_columns import ASKED, IMPORT_COLUMNS, IN_WORDS, LIKELY, OPTIONS, SURE, UNSURE
from workbook.tables import Tables
from workbook.values import narrow, text_of

KEY = IMPORT_COLUMNS.key
TOLD = "按你在"  # the note of a column that a person chose begins so, before the cell
SAMPLES, SAMPLE_LENGTH = 3, 40
_LONG_NUMBER = re.compile(r"(\d{3})[\d-]{4,}(\d{4})")
_GUESSED = ("没有租的迹象", "价格的大小", "之比", "按数的大小", "看不出")
_UNITS = {"price:wan": (False, False), "price:yuan": (False, True), "price:month": (True, True), "rent": (True, True)}
"""Option -> whether a price is a rent, and whether a plain number of it is in yuan."""
_REPEATABLE = ("remark", "title_line", "phone1", "phone2", "info:原编号")
_ORDER = (ASKED, UNSURE, LIKELY, SURE)


class Line(NamedTuple):
    """One line of 导入对照: `ours` as a person reads it ("": not taken over), `row` where it stands."""

    header: str
    letter: str
    ours: str
    row: int


Lines = Mapping[tuple[str, str], Sequence[Line]]
"""Fingerprint of a shape and label of the target sheet -> its lines."""


def lines_in(tables: Tables) -> Lines:
    """Return what 导入对照 says; nothing in a workbook without it."""
    found: dict[tuple[str, str], list[Line]] = {}
    for row in tables[KEY].itertuples():
        line = Line(str(row.header), str(row.column).upper(), str(row.ours), int(str(row.Index)))
        found.setdefault((shape_in(str(row.shape)), str(row.sheet)), []).append(line)
    return found


class Chosen:
    """What 导入对照 says of one list, by the place of the column in the file. Raises SheetRefused where two columns are the same of ours."""

    def __init__(self, tables: Tables, lines: Sequence[Line], recognised: Recognised) -> None:
        self._tables, self._target = tables, recognised.target
        found = {column.at: _line_of(column, recognised, lines) for column in recognised.columns}
        self._told = {at: line for at, line in found.items() if line}
        self.deal = ""
        twice = Counter(fold(line.ours) for line in self._told.values())
        for line in sorted(self._told.values(), key=lambda line: line.row):
            if twice[fold(line.ours)] > 1 and line.ours and self._name(line) not in _REPEATABLE:
                raise self._wrong(line, f"两列都写成了「{line.ours}」", "请清空其中一格")

    def over(self, own: Recognised) -> Recognised:
        """Return the list as it is to be read: where a line says something else than what was understood, the line holds.

        `deal` is then 售 or 租 where a line says in what unit the price is. Raises SheetRefused for a name that is none of ours.
        """
        other = {
            column.at: self._field(line)
            for column in own.columns
            if (line := self._told.get(column.at)) and fold(ours_of(self._target, column)) != fold(line.ours)
        }
        if not other:
            return own
        taken = {field.name for field in other.values() if field} - set(_REPEATABLE)
        columns = []
        for column in own.columns:
            if column.at in other:
                where = self._tables.cell(KEY, self._told[column.at].row, "ours")
                column = replace(column, field=other[column.at], note=f"{TOLD} {where} 选的")
            elif column.field and column.field.name in taken:
                column = replace(column, field=labelled(column.header), note="导入对照里另有一列是它, 这一列记入备注")
            columns.append(column)
        return replace(own, columns=tuple(columns))

    def _name(self, line: Line) -> str:
        """Return the name of the field that a line speaks of: one of the choices, or another name of the same column."""
        options = OPTIONS[self._target].items()
        name = next((name for name, shown in options if fold(shown) == fold(line.ours)), "")
        return name or (name_of_header(self._target, line.ours) or ("",))[0]

    def _field(self, line: Line) -> Field | None:
        """Return what a column is to be read as, None where it is not taken over."""
        if not line.ours:
            return None
        name = self._name(line)
        if name == "remark":
            return labelled(line.header)
        if name in _UNITS:
            rent, yuan = _UNITS[name]
            self.deal = "租" if rent else "售"
            return Field("price", ("price",), partial(price_of, rent=rent, yuan=yuan))
        if name not in fields_by_name(self._target):
            label = BY_KEY[self._target].label
            raise self._wrong(line, f"「{label}」没有列「{line.ours}」", "请从下拉列表选一项, 或清空这一格")
        return fields_by_name(self._target)[name]

    def _wrong(self, line: Line, what: str, do: str) -> SheetRefused:
        return SheetRefused(self._tables.cell(KEY, line.row, "ours"), what, do, code="IMPORT_COLUMN_WRONG")


def _line_of(column: ColumnMap, recognised: Recognised, lines: Sequence[Line]) -> Line | None:
    """Return the line of a column: by its header where that stands once on both sides, so it may be moved, else by its letter too."""
    header, letter = fold(column.header), column_letter(column.at + 1)
    named = [line for line in lines if fold(line.header) == header]
    alike = sum(fold(other.header) == header for other in recognised.columns)
    if len(named) == 1 and alike == 1:
        return named[0]
    return next((line for line in named if line.letter == letter), None)


def ours_of(target: str, column: ColumnMap) -> str:
    """Return what a person reads that a column was taken for, "" where it was not taken over."""
    field, options = column.field, OPTIONS[target]
    if field is None:
        return ""
    if field.name == "price":
        given = field.read.keywords if isinstance(field.read, partial) else {}
        rent, yuan = bool(given.get("rent")), given.get("yuan")
        told = None if yuan is None else (rent, rent or yuan)
        return options[next((name for name, unit in _UNITS.items() if unit == told), "price")]
    if field.name not in options and f"requests.{field.name}" in options:
        return options[f"requests.{field.name}"]
    return options.get(field.name, IN_WORDS)


def sure_of(target: str, column: ColumnMap, header_row: int) -> str:
    """Return how sure it is what a column means: 请确认 where content and header disagree or the unit of a price was guessed."""
    guessed = "没写单位" in column.note and any(why in column.note for why in _GUESSED)
    if guessed or "与内容不符" in column.note or ours_of(target, column) == OPTIONS["listings"]["price"]:
        return ASKED
    if (
        column.field is None
        or not header_row
        or column.rank >= 99
        or "重复" in column.note
        or "几乎没有低楼层" in column.note
    ):
        return UNSURE
    if bare(column) or not any(
        name_of_header(target, text) for text in (column.header, column.header.rpartition("/")[2])
    ):
        return UNSURE
    return LIKELY if "没写单位" in column.note else SURE


def asked_for(sheets: Sequence[Sheeted], tables: Tables) -> tuple[pd.DataFrame, list[list[dict[str, object]]]]:
    """Return the lines that 导入对照 gets for shapes that it does not have yet, unsure ones first, and per source sheet its columns with
    what they were taken for and the cell in which that can be changed.
    """
    known, layout = lines_in(tables), tables.layouts[KEY]
    rows: list[dict[str, object]] = []
    places: dict[tuple[str, str], dict[str, int]] = {}
    for sheet in sheets if layout.columns else ():
        if sheet.recognised is None or sheet.recognised.target not in OPTIONS:
            continue
        name = (sheet.shape, BY_KEY[sheet.recognised.target].label)
        if name in known:
            places[name] = {line.letter: line.row for line in known[name]}
        elif name not in places:
            fresh = sorted(_rows_of(sheet), key=lambda row: _ORDER.index(str(row["sure"])))
            places[name] = {str(row["column"]): len(rows) + at for at, row in enumerate(fresh)}
            rows += fresh
    free = tables.free_rows(KEY, len(rows)) if layout.columns else []
    told = [_told(sheet, known, places, (tables, free)) for sheet in sheets]
    return pd.DataFrame(rows, columns=[column.key for column in IMPORT_COLUMNS.columns], dtype=object), told


def _rows_of(sheet: Sheeted) -> list[dict[str, object]]:
    recognised = sheet.recognised
    assert recognised
    body = sheet.source.grid[recognised.header_row :]
    return [
        {
            "shape": name_of(sheet.source, sheet.shape), "sheet": BY_KEY[recognised.target].label,
            "column": column_letter(column.at + 1), "header": column.header, "sample": sample(sample_of(body, column.at, SAMPLES)),
            "ours": ours_of(recognised.target, column), "sure": sure_of(recognised.target, column, recognised.header_row),
            "by": "Genjin", "note": column.note or ("" if column.field else "没有对应的列, 没有用到"),
        }
        for column in recognised.columns
    ]  # fmt: skip


def sample(cells: Sequence[object]) -> str:
    """Return the first cells of a column in a line; of long numbers, which may be phones, the middle is not told."""
    texts = [_LONG_NUMBER.sub(r"\1****\2", narrow(text_of(cell)).replace("\n", " ")) for cell in cells]
    line = " / ".join(texts)
    return line if len(line) <= SAMPLE_LENGTH else line[: SAMPLE_LENGTH - 1] + "…"


def _told(
    sheet: Sheeted,
    known: Lines,
    places: Mapping[tuple[str, str], Mapping[str, int]],
    where: tuple[Tables, Sequence[int]],
) -> list[dict[str, object]]:
    """Return the columns of one source sheet: place, header, what it was taken for, how sure that is, and the cell that can change it."""
    recognised = sheet.recognised
    if recognised is None or recognised.target not in OPTIONS:
        return []
    tables, free = where
    name = (sheet.shape, BY_KEY[recognised.target].label)
    rows = places.get(name, {})
    told: list[dict[str, object]] = []
    for column in recognised.columns:
        at = rows.get(column_letter(column.at + 1))
        row = at if at is None or name in known else free[at]
        told.append({
            "place": column.at + 1, "header": column.header, "ours": ours_of(recognised.target, column),
            "sure": SURE if name in known else sure_of(recognised.target, column, recognised.header_row),
            "cell": tables.cell(KEY, row, "ours") if row else "",
        })  # fmt: skip
    return told
