"""The cells of a workbook, or of a copy of one, after which it says nothing of a client any more."""

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import pandas as pd

from macros.privacy.banned import fingerprint, folded
from macros.privacy.traces import GONE, Traces, named_elsewhere
from macros.privacy.vacating import vacated
from workbook.book import Book
from workbook.changes import ColumnChange
from workbook.differences import appended, at
from workbook.schema import Kind
from workbook.sheets import BY_KEY
from workbook.sheets.audit import AUDIT
from workbook.sheets.clients import CLIENTS
from workbook.sheets.do_not_call import DO_NOT_CALL
from workbook.tables import Tables
from workbook.values import text_of

NOBODY, SALUTATION = "已匿名", "客户"
_STAYS = frozenset({
    "client_id", "source", "client_type", "pool", "owner", "service_rep", "branch", "first_contact_at", "first_reply_at", "protect_until",
    "locked", "drop_on", "stage", "status", "lost_reason", "grade", "score", "fit", "engage", "grade_manual", "lifecycle", "value_seg",
    "activity", "last_valid_at", "next_due", "overdue_days", "pref_channel",
})  # fmt: skip
"""Columns of 客户 that say nothing about who it is, and that counts of months past rest on."""
_NOBODYS = frozenset({"rule", "file", "sha256", "content", "signed_file", "signed_sha", "bank", "basis"})
"""Texts of other sheets that stay: of the program's, and of contracts that have to be kept."""


@dataclass(frozen=True)
class Wish:
    """Whom to forget, whether the row stays as nobody's, the day on which 禁拨名单 gets their numbers, and whether backups stay."""

    client_id: str
    anonymise: bool
    today: dt.date
    keep_backups: bool = False


def changes_of(tables: Tables, book: Book, traces: Traces, wish: Wish) -> list[ColumnChange]:
    """Return all changes of a workbook after which it says nothing of the client any more."""
    changes: list[ColumnChange] = []
    for key, rows in traces.rows.items():
        layout = tables.layouts[key]
        if not layout.columns:
            continue
        if key == AUDIT.key:
            changes += [_set(tables, book, key, {(row, column): None for row in rows}) for column in ("old", "new")]
            if not wish.anonymise:
                changes.append(_set(tables, book, key, {(row, "row_id"): GONE for row in rows}))
        elif wish.anonymise and not layout.sheet.automatic:
            changes += _anonymous(tables, book, key, rows)
        else:
            changes += vacated(layout, rows, book)
    changes += _elsewhere(tables, book, traces, wish)
    changes += _banned(tables, book, traces, wish.today)
    return [change for change in changes if len(change)]


def _set(tables: Tables, book: Book, key: str, cells: Mapping[tuple[int, str], object]) -> ColumnChange:
    """Return the change of cells of one column, those that differ."""
    layout = tables.layouts[key]
    column = next(iter(cells))[1]
    number = layout.columns.get(column)
    if number is None:
        return ColumnChange(key, column, (), (), ())
    grid = book.read(layout.name)
    found = [(row, at(grid, row, number), new) for (row, _), new in sorted(cells.items())]
    found = [(row, old, new) for row, old, new in found if old != new and not (old in (None, "") and new is None)]
    rows, old, new = zip(*found, strict=True) if found else ((), (), ())
    return ColumnChange(key, column, rows, old, new)


def _anonymous(tables: Tables, book: Book, key: str, rows: Sequence[int]) -> Iterator[ColumnChange]:
    """Yield the changes after which rows of people's say nothing about a person: the client's own row, and free texts of the others."""
    layout = tables.layouts[key]
    fixed = {"name": NOBODY, "salutation": SALUTATION, "consent": "拒绝"} if key == CLIENTS.key else {}
    for column in layout.sheet.columns:
        if key == CLIENTS.key:
            stays = column.key in _STAYS
        else:
            stays = column.kind is not Kind.TEXT or column.key in layout.sheet.identity or column.label.endswith("号")
            stays = stays or column.key in _NOBODYS
        if not stays:
            yield _set(tables, book, key, {(row, column.key): fixed.get(column.key) for row in rows})
    grid, formulas = book.read(layout.name), book.formulas(layout.name)
    for header, number in layout.others.items():
        cells = [(row, at(grid, row, number)) for row in rows if row not in formulas.get(number, ())]
        cells = [(row, old) for row, old in cells if old not in (None, "")]
        if cells:
            yield ColumnChange(
                key, f"={header}", [row for row, _ in cells], [old for _, old in cells], [None] * len(cells)
            )


def _elsewhere(tables: Tables, book: Book, traces: Traces, wish: Wish) -> Iterator[ColumnChange]:
    """Yield the changes of cells that name the client: a link to them is emptied, of a text the words are taken out."""
    found: dict[tuple[str, str], dict[tuple[int, str], object]] = {}
    for key, column, row in named_elsewhere(tables, traces):
        text = tables[key].at[row, column]
        if key == DO_NOT_CALL.key and column == "number":
            continue
        kind = BY_KEY[key][column].kind
        new: object = traces.redacted(text, keep_marks=wish.anonymise, about=True)
        if kind is Kind.PHONE or (kind is Kind.ID and not wish.anonymise):
            new = None
        found.setdefault((key, column), {})[row, column] = new
    for (key, _), cells in found.items():
        yield _set(tables, book, key, cells)


def _banned(tables: Tables, book: Book, traces: Traces, today: dt.date) -> Iterator[ColumnChange]:
    """Yield the changes after which 禁拨名单 knows their numbers by fingerprint only: an old list must not bring them back."""
    listed = tables[DO_NOT_CALL.key]
    if not tables.layouts[DO_NOT_CALL.key].columns:
        return
    prints = {folded(way): fingerprint(way) for way in traces.ways}
    plain = {(int(str(row)), "number"): prints[folded(n)] for row, n in listed["number"].items() if folded(n) in prints}
    if plain:
        yield _set(tables, book, DO_NOT_CALL.key, plain)
    known = {*listed["number"], *plain.values()}
    new = [one for one in dict.fromkeys(prints.values()) if one not in known]
    if new:
        rows = pd.DataFrame({"number": new, "since": pd.Timestamp(today), "source": "删除资料"}, dtype=object)
        yield from appended(tables, DO_NOT_CALL.key, rows, book)


Cells = dict[str, dict[int, dict[int, object]]]
"""Sheet -> row -> number of the column -> what is to stand there."""


def in_other_sheets(book: Book, tables: Tables, traces: Traces) -> Cells:
    """Return what is to stand in cells of sheets that are none of ours, pages and sheets that people added: a row with a number and the name
    of theirs is emptied, of other cells the words are taken out. Formulas stay."""
    ours = {layout.name for layout in tables.layouts.values() if layout.columns}
    found = {name: _loose(book, name, traces) for name in book.sheet_names() if name not in ours}
    return {name: cells for name, cells in found.items() if cells}


def _loose(book: Book, name: str, traces: Traces) -> dict[int, dict[int, object]]:
    held, ways = book.formulas(name), {folded(way) for way in traces.ways}
    found: dict[int, dict[int, object]] = {}
    for row, line in enumerate(book.read(name), start=1):
        texts = {number: text for number, raw in enumerate(line, start=1) if (text := text_of(raw))}
        if not any(map(traces.word.search, texts.values())):
            continue
        values = {*texts.values()}
        theirs = not values.isdisjoint(traces.called) and any(folded(text) in ways for text in values)
        cells = {number: None if theirs else traces.redacted(text, about=True) for number, text in texts.items()}
        cells = {n: new for n, new in cells.items() if new != texts[n] and row not in held.get(n, ())}
        if cells:
            found[row] = dict(cells)
    return found


def removed_texts(changes: Sequence[ColumnChange], loose: Cells, book: Book) -> set[str]:
    """Return the texts that changes take out of cells; `book` is as it was before."""
    texts = {text_of(cell.old) for change in changes for cell in change}
    for name, cells in loose.items():
        grid = book.read(name)
        texts |= {text_of(at(grid, row, number)) for row, line in cells.items() for number in line}
    return {text for text in texts if len(text) > 1}
