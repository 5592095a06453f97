"""What stands in a form of 录入, as rows of the sheets that it belongs to, and all that is wrong with it."""

import datetime as dt
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import pandas as pd

from macros.checks import CHECKS
from macros.entry_who import Meant, described, meant_by, owners_of
from macros.numbering import default_of, ids_in_use, next_ids
from macros.session import Session
from workbook.book import Book, column_letter, missing_sheet
from workbook.changes import Finding, Severity
from workbook.differences import at
from workbook.errors import SheetRefused
from workbook.forms import CLIENT, INPUT, LABEL, OBJECT, Field, Form
from workbook.schema import DATE_KINDS, NUMBER_KINDS, Column, Kind, Sheet
from workbook.sheets import BY_KEY, ENTRY
from workbook.tables import Layout, Tables, empty_frame, to_table, typed
from workbook.values import text_of

Raws = dict[Field, object]
"""Field -> the raw cell, None where it is empty."""

PHONE = ("clients", "phone1")
OBJECTS = {"clients": "客户", "listings": "房源", "owners": "业主"}
"""Sheet key -> what 跟进.对象 then says."""
_LOOKED_INTO = ("staff", "lists", "settings")
_ANSWERED = {"refers", "object_unknown", "column_missing", "duplicate_phones"}
"""Checks that look at more than the new rows: `Entry` answers them itself."""


@dataclass(frozen=True)
class FormLayout(Layout):
    """The layout of a sheet whose row is still a form: its cells are those of 录入."""

    form: Form = CLIENT

    def address(self, row: int, key: str) -> str:
        """Return the input cell of a column, its label where the form has none."""
        place = self.sheet.key, key
        return self.form.address(place) if place in self.form.places else self.sheet[key].label


@dataclass(frozen=True)
class Entry:
    """A filled form: one row per sheet (by key; its index is the row that it will have), what it is about, what is wrong with it."""

    form: Form
    rows: Mapping[str, pd.DataFrame]
    about: Meant | None
    findings: tuple[Finding, ...]

    @property
    def errors(self) -> list[Finding]:
        """What keeps the form from being saved."""
        return [finding for finding in self.findings if finding.severity is Severity.ERROR]


def read_form(book: Book, form: Form) -> Raws:
    """Return the input cells of a form.

    Raises SheetRefused where the workbook has no page 录入, or a person moved its rows or columns: what is read would be another field.
    """
    grid = book.read(ENTRY.label)
    for place, (row, column) in form.places.items():
        label = column - INPUT + LABEL
        if text_of(at(grid, row, label)).rstrip(" *") != form.column(place).label:
            where = f"{ENTRY.label}!{column_letter(label)}{row}"
            do = "请撤销插入或删除的行列, 再点一次"
            raise SheetRefused(
                where, f"这里应是「{form.column(place).label}」, 表里的行列被移动过", do, code="FORM_MOVED"
            )
    return {place: at(grid, *cell) for place, cell in form.places.items()}


def is_filled(raws: Raws) -> bool:
    """Return whether anything was typed."""
    return any(text_of(raw) for raw in raws.values())


def entry_of(session: Session, form: Form, raws: Raws) -> Entry:
    """Return the rows of a filled form and all that is wrong with them, in the order of its fields.

    Raises SheetRefused where the workbook lacks a sheet that the form belongs to.
    """
    tables, sheets = session.tables, _sheets(form, raws)
    for sheet in sheets:
        if not tables.layouts[sheet.key].columns:
            raise missing_sheet(tables.layouts[sheet.key].name)
    raws, names, wrong = _named(tables, form, raws)
    rows: dict[str, pd.DataFrame] = {}
    for sheet in sheets:
        rows[sheet.key], unread = _row(session, form, sheet, raws)
        wrong += unread
    about = _linked(rows, names.get(OBJECT))
    rows |= _referral(session, form, rows)
    layouts = {sheet.key: _form_layout(tables.layouts[sheet.key], form) for sheet in sheets}
    wrong += [*_homeless(tables, form, raws), *_known_phone(tables, raws)]
    wrong += [found for found in checked(session, rows, layouts) if (found.sheet, found.column) in form.places]
    return Entry(form, rows, about, _once(form, wrong))


def _sheets(form: Form, raws: Raws) -> list[Sheet]:
    """Return the sheets that get a row."""
    if form.optional is None:
        return list(form.sheets)
    key, cause, value = form.optional
    needless = text_of(raws[cause]) == value and not is_filled({p: raw for p, raw in raws.items() if p[0] == key})
    return [sheet for sheet in form.sheets if not (needless and sheet.key == key)]


def _named(tables: Tables, form: Form, raws: Raws) -> tuple[Raws, dict[Field, Meant], list[Finding]]:
    """Return the cells with ids where a client was named, who was meant, and what cannot be told."""
    found: dict[Field, Meant] = {}
    wrong: list[Finding] = []
    for place in form.name_of:
        if text_of(raws[place]):
            meant = meant_by(tables, raws[place], tuple(OBJECTS) if place == OBJECT else ("clients",))
            if isinstance(meant, str):
                wrong.append(Finding(*_at(place), "refers", Severity.ERROR, meant))
            else:
                found[place] = meant
    return raws | {place: meant.id for place, meant in found.items()}, found, wrong


def _linked(rows: dict[str, pd.DataFrame], meant: Meant | None) -> Meant | None:
    """Link the rows to what they are about, and return it: the new client, or the one that is meant."""
    if "clients" in rows:
        client = rows["clients"]
        meant = Meant("clients", int(client.index[0]), client["client_id"].iloc[0])
    for key, column, value in (
        ("requests", "client_id", meant and meant.id),
        ("followups", "obj", meant and OBJECTS[meant.sheet]),
    ):
        if key in rows and value:
            rows[key][column] = typed(BY_KEY[key][column], [value], rows[key].index)
    return meant


def _referral(session: Session, form: Form, rows: Mapping[str, pd.DataFrame]) -> dict[str, pd.DataFrame]:
    """Return the row of 转介绍 that a new client with a 推荐人ID makes needless to type: none where the sheet is missing, or the referrer
    registered that phone before. It is registered with the first contact, or who was met before would be no referral (R87)."""
    client, known = rows.get("clients"), session.tables["referrals"]
    if client is None or not session.tables.layouts["referrals"].columns:
        return {}
    one = client.iloc[0]
    before = (known["referrer_id"] == one["referrer_id"]) & (known["phone"] == one["phone1"])
    if not (one["referrer_id"] and one["phone1"] and one["name"]) or before.any():
        return {}
    filled = {"referrer_id": one["referrer_id"], "name": one["name"], "phone": one["phone1"]}
    if one["first_contact_at"] == one["first_contact_at"]:
        filled["at"] = one["first_contact_at"].to_pydatetime()
    row, _ = _row(session, form, BY_KEY["referrals"], {("referrals", key): value for key, value in filled.items()})
    return {"referrals": row}


def _at(place: Field) -> tuple[str, int, str]:
    return place[0], 0, place[1]


def _row(session: Session, form: Form, sheet: Sheet, raws: Raws) -> tuple[pd.DataFrame, list[Finding]]:
    """Return the row that a sheet gets, with its id and the usual values of what was left empty, and what cannot be read."""
    identity = sheet.identity[0]
    typed_in = {key: raw for (name, key), raw in raws.items() if name == sheet.key}
    new = next_ids(sheet, ids_in_use(session.tables, sheet), 1)[0]
    line = [new if column.key == identity else typed_in.get(column.key) for column in sheet.columns]
    frame, _, unread = to_table([list(sheet.labels), line], sheet)
    number = session.tables.free_rows(sheet.key, 1)[0]
    frame = frame.set_axis(pd.Index([number], dtype="int64"), axis=0)
    for column in sheet.columns:
        if not column.automatic and column.default is not None and _is_empty(column, frame):
            frame[column.key] = _usual(session, column, number)
    return frame, [finding._replace(row=number) for finding in unread]


def _is_empty(column: Column, frame: pd.DataFrame) -> bool:
    value = frame[column.key].iloc[0]
    return (
        bool(value != value or value is None) if column.kind in DATE_KINDS | NUMBER_KINDS | {Kind.YESNO} else not value
    )


def _usual(session: Session, column: Column, row: int) -> pd.Series:
    """Return what an empty cell means: `now` is this minute, for the form is filled in as it happens."""
    if column.default == "now":
        return typed(column, [this_minute(session)], pd.Index([row], dtype="int64"))
    return default_of(column, [row], session.options.today)


def this_minute(session: Session) -> dt.datetime:
    """Return the time of the clock on the day that the run is for."""
    return dt.datetime.combine(session.options.today, session.options.now.time().replace(second=0, microsecond=0))


def _form_layout(layout: Layout, form: Form) -> FormLayout:
    return FormLayout(layout.sheet, ENTRY.label, layout.header_row, layout.columns, form=form)


def checked(session: Session, rows: Mapping[str, pd.DataFrame], layouts: Mapping[str, Layout]) -> Iterator[Finding]:
    """Yield what the checks of 校验 find in these rows alone; cells are named by `layouts`."""
    tables = session.tables
    frames = {
        key: tables[key] if key in _LOOKED_INTO else rows.get(key, empty_frame(layout.sheet))
        for key, layout in tables.layouts.items()
    }
    alone = Tables(frames, {**tables.layouts, **layouts})
    for check in CHECKS:
        if check.find and check.name not in _ANSWERED:
            found = check.find(alone, session.options.today, session.settings)
            yield from (finding for finding in found if finding.sheet in rows)


def _homeless(tables: Tables, form: Form, raws: Raws) -> Iterator[Finding]:
    """Yield the fields that are filled in and have no column in this workbook: what was typed would be lost."""
    for place, raw in raws.items():
        layout = tables.layouts[place[0]]
        if layout.columns and place[1] not in layout.columns and text_of(raw):
            what = f"「{layout.name}」表里没有「{form.column(place).label}」这一列, 没有地方存。请在那张表的表头补上这一列。"
            yield Finding(*_at(place), "column_missing", Severity.ERROR, what)


def _known_phone(tables: Tables, raws: Raws) -> Iterator[Finding]:
    """Yield that a new client's phone is that of a client who is there already."""
    for row in owners_of(tables["clients"], raws[PHONE])[:1] if PHONE in raws else ():
        who = described(tables, "clients", row)
        what = f"已有这个号码的客户: {who}。请用「记跟进」给这位记一次联系; 是同住的家人, 请直接在 客户 表加一行并填「关联客户」。"
        yield Finding(*_at(PHONE), "duplicate_phones", Severity.ERROR, what)


def _once(form: Form, findings: list[Finding]) -> tuple[Finding, ...]:
    """Return findings in the order of the fields; of a cell that cannot be read or understood, only that."""
    order = {place: number for number, place in enumerate(form.fields)}
    first: dict[Field, Finding] = {}
    for finding in findings:
        first.setdefault((finding.sheet, finding.column), finding)
    return tuple(first[place] for place in sorted(first, key=order.__getitem__))
