"""合并客户: of two rows that a person judged to be one client becomes one; all that named the other names it; undo puts all back.

Source: F1. Nothing is merged that a person did not judge: likeness is not identity.
"""

import argparse
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import pandas as pd

from macros.answer import Answer
from macros.answers import of_result
from macros.clients_alike import choices, clients_alike, verdicts
from macros.clients_alike.fields import put_together
from macros.clients_alike.keeping import advised_to_keep, mentions, moved_ids
from macros.commits import commit
from macros.losses import losses
from macros.previews import show
from macros.privacy.vacating import vacated
from macros.run import Draft, timed
from macros.session import Result, Session
from macros.spoken import Said
from workbook.book import OpenBook, missing_sheet
from workbook.changes import ColumnChange, Outcome, Plan
from workbook.differences import at, plan_of
from workbook.sheets.client_pairs import CLIENT_PAIRS, FAMILY, SAME, SECOND, WHOLE
from workbook.sheets.clients import CLIENTS
from workbook.tables import Tables

NAME = "merge"
NOTHING = f"「{CLIENT_PAIRS.label}」里没有选了「{SAME}」或「{FAMILY}」的客户。请先做「查重」, 在「判断」里选, 再合并。"
Updates = dict[str, dict[str, pd.Series]]


@dataclass
class Merging:
    """What merging one pair after the other comes to: `tables` as they are by then, `updates` of all pairs, rows that are to be emptied."""

    tables: Tables
    others: dict[int, dict[str, object]]
    updates: Updates = field(default_factory=dict)
    gone: dict[int, str] = field(default_factory=dict)
    became: dict[str, str] = field(default_factory=dict)
    items: list[dict[str, object]] = field(default_factory=list)

    def write(self, updates: Mapping[str, Mapping[str, pd.Series]]) -> None:
        """Take updates over, the later above the earlier."""
        self.tables = self.tables.updated(updates)
        for key, columns in updates.items():
            held = self.updates.setdefault(key, {})
            for name, values in columns.items():
                before = held.get(name, pd.Series(dtype=object))
                rest = before.loc[before.index.difference(values.index)]
                held[name] = pd.concat([rest.astype(object), values.astype(object)]).sort_index()

    def now(self, client_id: str) -> str:
        """Return the id that a client has by now."""
        while client_id in self.became:
            client_id = self.became[client_id]
        return client_id

    def row(self, client_id: str) -> Any:
        """Return the row of a client as it is by now, None where there is none."""
        clients = self.tables["clients"]
        rows = clients.loc[clients["client_id"] == client_id]
        return next(rows.itertuples()) if len(rows) else None


def merge(given: argparse.Namespace) -> Answer:
    """Merge what was judged on 重复客户: the command."""
    from macros.commands import opened

    with opened(given, given.book) as session:
        draft = drafted(session)
        number = 0 if given.preview else commit(session, NAME, draft.plan)
        result = Result(NAME, number, draft.plan, session.tables, items=draft.items, figures=draft.outcome.figures)
        answer = of_result(timed(result, given.began), given)
    return replace(answer, text="\n".join([*lines_of(draft), answer.text]))


def press(session: Session, desk: OpenBook, argument: str) -> Said:
    """Merge what was judged on the open 重复客户, after it was shown: what the button does."""
    draft = drafted(session)
    lines = lines_of(draft)
    if not len(draft.plan):
        return Said(lines[0])
    if lost := losses(draft.plan, session):
        waits = show(session, draft, lost)
        return Said("\n".join([waits.text, *lines]), waits.go)
    commit(session, NAME, draft.plan)
    return Said("\n".join(lines))


def drafted(session: Session) -> Draft:
    """Return what merging wants to write. Raises SheetRefused where the workbook lacks 重复客户 or 客户."""
    tables = session.tables
    for key in (CLIENT_PAIRS.key, CLIENTS.key):
        if not tables.layouts[key].columns:
            raise missing_sheet(tables.layouts[key].name)
    merging = merged(tables, _others(session))
    if not merging.items:
        return Draft(NAME, Outcome(), [], Plan(), tables)
    listed = clients_alike(merging.tables, session.options.today, session.settings)
    figures = {"merged": len(merging.gone), "linked": len(merging.items) - len(merging.gone)}
    outcome = Outcome(updates=merging.updates, results=listed.results, items=merging.items, figures=figures)
    written = plan_of(outcome, tables, session.book, run=str(session.next_number))
    layout, rows = tables.layouts[CLIENTS.key], merging.gone
    changes = [_without(change, rows) if change.sheet == CLIENTS.key else change for change in written.changes]
    changes += [*_kept_others(session, merging), *vacated(layout, rows, session.book)]
    return Draft(NAME, outcome, merging.items, Plan([c for c in changes if len(c)]), merging.tables)


def merged(tables: Tables, others: dict[int, dict[str, object]] | None = None) -> Merging:
    """Return what merging comes to: the pairs with 同一人 one after the other, then those with 一家人 linked.

    `others` are the columns that people added to 客户, by row: header -> cell.
    """
    merging, chosen = Merging(tables, others or {}), choices(tables)
    judged = sorted(verdicts(tables).items())
    for pair, verdict in judged:
        if verdict == SAME:
            _merge(merging, pair, chosen.get(pair, {}))
    for pair, verdict in judged:
        if verdict == FAMILY:
            _link(merging, *map(merging.now, pair))
    return merging


def _merge(merging: Merging, pair: tuple[str, str], chosen: Mapping[str, str]) -> None:
    ids = [merging.now(one) for one in pair]
    first, second = (merging.row(one) for one in ids)
    if first is None or second is None or ids[0] == ids[1]:
        return
    which = chosen.get(WHOLE) or advised_to_keep(mentions(merging.tables), first, second).which
    kept, dropped = (second, first) if which == SECOND else (first, second)
    keys = {column.label: column.key for column in CLIENTS.columns}
    values = put_together(first, second, {keys[label]: one for label, one in chosen.items() if label in keys})
    for key in ("household_id", "referrer_id"):
        values[key] = "" if values[key] in ids else values[key]
    values["remark"] = "; ".join(filter(None, (values["remark"], *_other_cells(merging, kept.Index, dropped))))
    moved = moved_ids(merging.tables, dropped.client_id, kept.client_id)
    rows = sum(len(values) for columns in moved.values() for values in columns.values())
    merging.write(moved)
    merging.write(
        {"clients": {key: pd.Series([value], index=[kept.Index], dtype=object) for key, value in values.items()}}
    )
    merging.tables = _without_row(merging.tables, dropped.Index)
    merging.gone[dropped.Index], merging.became[dropped.client_id] = dropped.client_id, kept.client_id
    merging.items.append({"kept": kept.client_id, "gone": dropped.client_id, "moved": rows, "name": values["name"]})


def _without_row(tables: Tables, row: int) -> Tables:
    return Tables({**tables, "clients": tables["clients"].drop(index=row)}, tables.layouts, tables.findings)


def _other_cells(merging: Merging, kept: int, dropped: Any) -> list[str]:
    """Move the cells of people's own columns to the kept row; return what is said of those that stand in both."""
    here, there, clashes = merging.others.setdefault(kept, {}), merging.others.pop(dropped.Index, {}), []
    for header, cell in there.items():
        if here.setdefault(header, cell) != cell:
            clashes.append(f"合并自 {dropped.client_id} 的{header.lstrip('$')}: {cell}")
    return clashes


def _link(merging: Merging, first: str, second: str) -> None:
    rows = merging.row(first), merging.row(second)
    if first == second or None in rows or second in (rows[0].household_id, first) or rows[1].household_id == first:
        return
    house = rows[0].household_id or first
    at_row = rows[1] if not rows[1].household_id else rows[0] if not rows[0].household_id else None
    if at_row is not None:
        value = house if at_row is rows[1] else rows[1].household_id
        merging.write({"clients": {"household_id": pd.Series([value], index=[at_row.Index], dtype=object)}})
        merging.items.append({"kept": first, "linked": second, "moved": 0, "name": rows[0].name})


def _others(session: Session) -> dict[int, dict[str, object]]:
    """Return the filled cells of 客户 in columns that people added, but no formulas: row -> header -> cell."""
    layout, book = session.tables.layouts[CLIENTS.key], session.book
    grid, formulas = book.read(layout.name), book.formulas(layout.name)
    found: dict[int, dict[str, object]] = {}
    for header, number in layout.others.items():
        for row in session.tables[CLIENTS.key].index.difference(pd.Index(sorted(formulas.get(number, ())))):
            if (cell := at(grid, row, number)) not in (None, ""):
                found.setdefault(int(row), {})[header] = cell
    return found


def _kept_others(session: Session, merging: Merging) -> list[ColumnChange]:
    """Return the changes that write what was moved into people's own columns of the kept rows."""
    layout, grid = session.tables.layouts[CLIENTS.key], session.book.read(session.tables.layouts[CLIENTS.key].name)
    changes = []
    for header, number in layout.others.items():
        cells = [
            (row, at(grid, row, number), held[header]) for row, held in sorted(merging.others.items()) if header in held
        ]
        cells = [(row, old, new) for row, old, new in cells if old != new and row not in merging.gone]
        if cells:
            rows, old, new = zip(*cells, strict=True)
            changes.append(ColumnChange(CLIENTS.key, f"={header}", rows, old, new))
    return changes


def _without(change: ColumnChange, rows: Mapping[int, str]) -> ColumnChange:
    cells = [(cell.row, cell.old, cell.new) for cell in change if cell.row not in rows]
    at_rows, old, new = zip(*cells, strict=True) if cells else ((), (), ())
    return ColumnChange(change.sheet, change.column, at_rows, old, new)


def lines_of(draft: Draft) -> list[str]:
    """Return what was or will be merged, a line per pair, the counts first."""
    items: Sequence[Mapping[str, object]] = draft.items if isinstance(draft.items, list) else []
    if not items:
        return [NOTHING]
    figures = draft.outcome.figures
    head = f"合并 {figures['merged']} 位客户, 关联 {figures['linked']} 对家人。"
    return [head, *(f"    {_said(item)}" for item in items)]


def _said(item: Mapping[str, object]) -> str:
    if "linked" in item:
        return f"{item['kept']} 和 {item['linked']} 互为一家人"
    return f"{item['gone']} 并入 {item['kept']} {item['name']}, 别处 {item['moved']} 格改成了 {item['kept']}"
