"""Saving a form of 录入: its rows, what the rules make of the client, one run that undo takes back, and the answer."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

import pandas as pd

from macros import wording
from macros.commits import commit
from macros.contacts import MISSED, contacts
from macros.due import awaited, due
from macros.due_case import Case
from macros.due_reasons import BIRTHDAY
from macros.entry_rows import Entry, checked, entry_of, read_form
from macros.entry_who import Meant
from macros.grades import effective_grade, grade
from macros.pool import WARNING, pool
from macros.privacy.banned import barring
from macros.referrals import referrals
from macros.run import joined
from macros.segments import segments
from macros.session import Session
from macros.sharing.fresh import current
from workbook.build.entry import READY
from workbook.changes import Finding, Outcome, Plan
from workbook.differences import appended, plan_of
from workbook.forms import Form
from workbook.sheets import BY_KEY, ENTRY
from workbook.tables import Tables, to_frame

RUN = {"client": "save_client", "contact": "save_contact"}
"""Form -> the name of its run in the journal, which is that of the button."""


@dataclass(frozen=True)
class Saved:
    """What became of a form: where `entry` has errors, nothing but the answer `text`. `run` is 0 where nothing was written."""

    entry: Entry
    text: str
    plan: Plan
    after: Tables
    run: int = 0

    @property
    def place(self) -> tuple[int, int]:
        """The input cell to go to: the first wrong field, else the first of the form."""
        for finding in self.entry.errors:
            return self.entry.form.places[finding.sheet, finding.column]
        return self.entry.form.first


def save(session: Session, form: Form) -> Saved:
    """Store a filled form, or say all that is wrong with it; what was typed stays until it is stored. A preview writes nothing at all.

    Raises SheetRefused where the workbook lacks 录入 or a sheet of the form, or a person moved the rows or columns of 录入.
    """
    session.options.progress(form.label)
    entry = entry_of(session, form, read_form(session.book, form))
    if entry.errors:
        text = "\n".join(["没有保存, 填的内容都在。请改好再点保存:", *map(_sentence(entry), entry.findings)])
        answer(session, form, text)
        return Saved(entry, text, Plan(), session.tables)
    plan, after = planned(session, entry)
    text = "\n".join(_said(session, entry, after))
    if session.options.preview:
        return Saved(entry, text, plan, after)
    with current(session) as now:
        if now is not session:  # somebody saved meanwhile: what is typed there now is what is stored
            return save(now, form)
        run = commit(session, RUN[form.key], plan, after)
        clear(session, form, text)  # only now: what was typed is in the sheets
    return Saved(entry, text, plan, after, run)


def answer(session: Session, form: Form, text: str) -> None:
    """Write into the message cell of a form, unless this is a preview."""
    if not session.options.preview:
        row, column = form.message
        session.book.write(ENTRY.label, {row: {column: text}})
        session.book.save()


def clear(session: Session, form: Form, text: str = "") -> None:
    """Empty the input cells of a form and say a text, or what its message cell says at first."""
    cells: dict[int, dict[int, object]] = {row: {column: None} for row, column in form.places.values()}
    row, column = form.message
    session.book.write(ENTRY.label, cells | {row: {column: text or READY[form.key]}})
    session.book.save()


def planned(session: Session, entry: Entry) -> tuple[Plan, Tables]:
    """Return the changes that store a form without errors, and the tables as they will be.

    Beside the new rows, only the row of the client (or listing) that they are about changes.
    """
    before = session.tables
    frames = {key: to_frame(BY_KEY[key], pd.concat([before[key], row])) for key, row in entry.rows.items()}
    with_rows = Tables({**before, **frames}, before.layouts, before.findings)
    updates = _updates(session, entry, with_rows)
    after = with_rows.updated(updates)
    old = {key: columns for key, columns in updates.items() if key not in entry.rows}
    changes = list(plan_of(Outcome(updates=old), before, session.book).changes)
    for key, row in entry.rows.items():
        changes += appended(before, key, after[key].loc[row.index], session.book)
    return Plan(changes), after


def _updates(session: Session, entry: Entry, tables: Tables) -> dict[str, dict[str, pd.Series]]:
    """Return what the rules find out of the rows that the form is about: sheet key -> column key -> the value by row."""
    today, settings = session.options.today, session.settings
    narrow = _narrowed(tables, entry.about)
    outcomes = []
    for rule in (contacts, grade, segments, pool, due):
        # what a client is worth beside others, and whether an agent has too many, shows only among all of them
        found = rule(tables if rule in (segments, pool) else narrow, today, settings)
        kept = Outcome(updates=_concerning(entry, found.updates))
        narrow, tables = narrow.with_outcome(kept), tables.with_outcome(kept)
        outcomes.append(kept)
    if "referrals" in entry.rows:
        outcomes.append(Outcome(updates=_concerning(entry, referrals(tables, today, settings).updates)))
    return {key: dict(columns) for key, columns in joined(outcomes).updates.items()}


def _narrowed(tables: Tables, about: Meant | None) -> Tables:
    """Return the tables with one client and who bars their numbers, and the follow-ups of what a form is about: rules look at each client alone."""
    clients, followups = tables["clients"], tables["followups"]
    rows = [about.row] if about and about.sheet == "clients" else []
    rows += barring(tables, clients.loc[rows])
    theirs = followups.loc[followups["obj_id"] == (about.id if about else "")]
    return Tables({**tables, "clients": clients.loc[rows], "followups": theirs}, tables.layouts)


def _concerning(entry: Entry, updates: Mapping[str, Mapping[str, pd.Series]]) -> dict[str, dict[str, pd.Series]]:
    """Return the updates of the new rows, and of the row that they are about."""
    rows = {key: frame.index for key, frame in entry.rows.items()}
    if entry.about:
        rows.setdefault(entry.about.sheet, pd.Index([entry.about.row]))
    return {
        key: {name: values.loc[rows[key]] for name, values in pd.DataFrame(columns).items()}
        for key, columns in updates.items()
        if key in rows and rows[key].isin(pd.DataFrame(columns).index).all()
    }


def _said(session: Session, entry: Entry, after: Tables) -> Iterator[str]:
    """Yield where the rows stand now, what became of the client, and what is odd though it was stored."""
    verb = "预览: 会存为" if session.options.preview else "已存为"
    yield f"{verb} {', '.join(_place(after, key, int(row.index[0])) for key, row in entry.rows.items())}。"
    rows = {key: after[key].loc[row.index] for key, row in entry.rows.items()}
    if "followups" in rows and rows["followups"]["result"].iloc[0] in MISSED:
        yield f"结果是「{rows['followups']['result'].iloc[0]}」, 不算有效跟进。"
    if "referrals" in rows:
        counts = rows["referrals"]["validity"].iloc[0] or "待核"
        yield f"这条推荐也登记好了, 有效性: {counts}。"
    if entry.about:
        yield from _what_next(session, entry.about, after)
    for odd in checked(session, rows, {key: after.layouts[key] for key in rows}):
        if (odd.sheet, odd.column) in entry.form.places:
            yield f"请留意 {after.cell(odd.sheet, odd.row, odd.column)} {BY_KEY[odd.sheet][odd.column].label}: {odd.message}"


def _place(tables: Tables, key: str, row: int) -> str:
    """Return where a row stands and its id, and the name of a client."""
    identity = BY_KEY[key].identity[0]
    words = [tables[key].at[row, identity], tables[key].at[row, "name"] if key == "clients" else ""]
    return f"{tables.cell(key, row, identity)} ({' '.join(filter(None, words))})"


def _what_next(session: Session, about: Meant, after: Tables) -> Iterator[str]:
    """Yield a client's grade and next follow-up, each with its reason."""
    if about.sheet != "clients":
        return
    line = after["clients"].loc[about.row]
    manual = f"{line['grade_manual']} (人工), 系统 " if line["grade_manual"] else ""
    yield f"{line['name']} {line['client_id']}: 等级 {manual}{line['grade']} ({line['score']:g} 分): {line['grade_why']}"
    if line["next_due"] == line["next_due"]:
        yield f"下次跟进 {wording.day(line['next_due'])}: {_why_then(session, about, after)}。"
    else:
        yield "没有下次跟进日: 客户拒绝联系。"


def _why_then(session: Session, about: Meant, after: Tables) -> str:
    """Return the reason of a client's next follow-up."""
    narrow = _narrowed(after, about)
    case = Case(narrow, session.options.today, session.settings, effective_grade(narrow["clients"]))
    found = awaited(case)
    found = found.loc[~found["rule"].isin([BIRTHDAY, WARNING])].sort_values(["from", "due"], kind="stable")
    return str(found["reason"].iloc[0])


def _sentence(entry: Entry) -> Callable[[Finding], str]:
    """Return what says a finding in its input cell: WHERE: WHAT. DO."""

    def said(finding: Finding) -> str:
        place = finding.sheet, finding.column
        return f"{entry.form.cell(place)} {entry.form.column(place).label}: {finding.message}"

    return said
