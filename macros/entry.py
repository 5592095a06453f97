"""The buttons of 录入: open a form, save it, clear it; and `enter`, which stores the filled forms of a closed workbook."""

import datetime as dt
from dataclasses import replace

from macros.entry_rows import Raws, is_filled, read_form, this_minute
from macros.entry_saving import Saved, answer, clear, save
from macros.session import Result, Session, start
from macros.spoken import Said
from workbook.book import OpenBook
from workbook.changes import Plan
from workbook.differences import at
from workbook.forms import AT, CLIENT, CONTACT, FORMS, OBJECT, STAFF, Form
from workbook.sheets import ENTRY
from workbook.tables import Tables
from workbook.values import text_of

SELECTED = {"clients": "client_id", "due": "client_id", "messages": "client_id", "followups": "obj_id"}
"""Sheet key -> the column by which a selected row names whom a contact is about."""


def open_client(session: Session, desk: OpenBook, argument: str) -> Said:
    """Go to the form 新客户. Raises SheetRefused as `save` does."""
    read_form(session.book, CLIENT)
    return _at_first(CLIENT, "登记一位新客户: 填好点「保存客户」。")


def open_contact(session: Session, desk: OpenBook, argument: str) -> Said:
    """Go to the form 记跟进, filled with the client of the selected row, the time and the client's owner.

    A form in which a person typed something is left as it is. Raises SheetRefused as `save` does.
    """
    there, wanted = read_form(session.book, CONTACT), _chosen(session, desk)
    if not wanted:
        return _at_first(CONTACT, "记一次联系: 填好点「保存跟进」。")
    if is_filled(there) and not _untouched(session, there):
        text = f"登记表里还有没保存的内容, 没有换成 {wanted[OBJECT]}。请先保存或清空, 再点「记跟进」。"
        answer(session, CONTACT, text)
        return _at_first(CONTACT, text)
    text = _prefilled(session.tables, wanted)
    cells: dict[int, dict[int, object]] = {
        row: {column: wanted.get(place)} for place, (row, column) in CONTACT.places.items()
    }
    session.book.write(ENTRY.label, cells)
    answer(session, CONTACT, text)
    empty = next(place for place in CONTACT.fields if not wanted.get(place))
    return Said(text, (ENTRY.label, *CONTACT.places[empty]))


def save_client(session: Session, desk: OpenBook, argument: str) -> Said:
    """Store the form 新客户, or say what is wrong with it."""
    return _told(save(session, CLIENT))


def save_contact(session: Session, desk: OpenBook, argument: str) -> Said:
    """Store the form 记跟进, or say what is wrong with it."""
    return _told(save(session, CONTACT))


def clear_client(session: Session, desk: OpenBook, argument: str) -> Said:
    """Empty the form 新客户."""
    return _cleared(session, CLIENT)


def clear_contact(session: Session, desk: OpenBook, argument: str) -> Said:
    """Empty the form 记跟进."""
    return _cleared(session, CONTACT)


def enter(session: Session) -> Result:
    """Store every form of 录入 that is filled in; items say for each what became of it. A form with errors stays as it is.

    Raises SheetRefused as `save` does.
    """
    done: list[Saved] = []
    for form in FORMS:
        if is_filled(read_form(session.book, form)):
            done.append(save(session, form))
            again = done[-1].run  # what was written is read anew, its rows in 日志 as well
            session = start(session.book, session.options) if again else replace(session, tables=done[-1].after)
    changes = [change for saved in done for change in saved.plan.changes]
    findings = [finding for saved in done for finding in saved.entry.findings]
    run = max((saved.run for saved in done), default=0)
    return Result("enter", run, Plan(changes), session.tables, findings, items=[_item(saved) for saved in done])


def _item(saved: Saved) -> dict[str, object]:
    form = saved.entry.form
    problems = [
        {
            "cell": form.cell((f.sheet, f.column)), "column": form.column((f.sheet, f.column)).label, "check": f.check,
            "severity": f.severity.value, "message": f.message,
        }
        for f in saved.entry.findings
    ]  # fmt: skip
    return {
        "form": form.key,
        "saved": not saved.entry.errors,
        "run": saved.run or None,
        "text": saved.text,
        "problems": problems,
    }


def _at_first(form: Form, text: str) -> Said:
    return Said(text, (ENTRY.label, *form.first))


def _told(saved: Saved) -> Said:
    return Said(saved.text, (ENTRY.label, *saved.place))


def _cleared(session: Session, form: Form) -> Said:
    read_form(session.book, form)
    clear(session, form)
    return _at_first(form, f"「{form.label}」已清空。")


def _chosen(session: Session, desk: OpenBook) -> Raws:
    """Return what the selected row, the first of several, says of a contact: {} where no such row is selected."""
    chosen, tables = desk.selection(), session.tables
    for key, column in SELECTED.items():
        if chosen and chosen.sheet == tables.layouts[key].name:
            for row in tables[key].index[tables[key].index.isin(chosen.rows)][:1]:
                named = tables[key].at[row, column] or (tables[key].at[row, "phone1"] if key == "clients" else "")
                owner = _owner(tables, named)
                return {OBJECT: named, AT: this_minute(session), STAFF: owner or None} if named else {}
    return {}


def _owner(tables: Tables, named: object) -> str:
    clients = tables["clients"]
    owners = clients.loc[clients["client_id"] == named, "owner"]
    return str(owners.iloc[0]) if len(owners) else ""


def _prefilled(tables: Tables, values: Raws) -> str:
    """Return what the message cell says once the form was filled from a selected row."""
    clients = tables["clients"]
    names = clients.loc[clients["client_id"] == values[OBJECT], "name"].tolist()
    when = values[AT]
    time = f"{when:%Y-%m-%d %H:%M}" if isinstance(when, dt.datetime) else text_of(when)
    words = [" ".join([*names[:1], text_of(values[OBJECT])]), time, text_of(values[STAFF])]
    return f"已填好: {', '.join(filter(None, words))}。请接着填其余几格, 再点「保存跟进」。"


def _untouched(session: Session, there: Raws) -> bool:
    """Return whether the form holds just what a selected row filled in: then nobody has typed anything."""
    grid = session.book.read(ENTRY.label)
    typed_in = {place for place, raw in there.items() if text_of(raw)} - {OBJECT, AT, STAFF}
    return not typed_in and at(grid, *CONTACT.message) == _prefilled(session.tables, there)
