"""合并客户: of two rows that a person judged to be one client becomes one; all that named the other names it; undo puts all back.

Source: F1. Nothing is merged that a person did not judge: likeness is not identity. And where merging would decide whose client it is, lose a
cell that cannot be read, or go against another decision, none of the group is merged, and the person is told where.
"""

import argparse
from collections.abc import Mapping, Sequence
from copy import copy
from dataclasses import dataclass, field, replace
from typing import Any

import pandas as pd

from macros.answer import Answer
from macros.answers import of_result
from macros.clients_alike import choices, clients_alike
from macros.clients_alike.fields import CONSENT, OWNER, put_together
from macros.clients_alike.judged import Group, Ids, became, groups, misplaced, verdicts, waiting
from macros.clients_alike.keeping import advised_to_keep, mentions, moved_ids
from macros.clients_alike.pairs import houses
from macros.commits import commit
from macros.losses import losses
from macros.matching.outcome import OPEN as LOOKED_FOR
from macros.previews import show
from macros.privacy.banned import REFUSED, WAYS_TO, Banned
from macros.privacy.vacating import vacated
from macros.run import Draft, timed
from macros.session import Result, Session
from macros.spoken import Said
from workbook.book import OpenBook, missing_sheet
from workbook.changes import ColumnChange, Outcome, Plan
from workbook.differences import at, plan_of
from workbook.sheets.client_pairs import CLIENT_PAIRS, FAMILY, FIRST, SAME, SECOND, WHOLE
from workbook.sheets.clients import CLIENTS
from workbook.tables import Tables

NAME = "merge"
NOTHING = f"「{CLIENT_PAIRS.label}」里没有选了「{SAME}」或「{FAMILY}」的客户。请先做「查重」, 在「判断」里选, 再合并。"
_PEOPLES = frozenset(column.key for column in CLIENTS.columns if not column.automatic)
Updates = dict[str, dict[str, pd.Series]]


@dataclass
class Merging:
    """What merging one pair after the other comes to: `tables` as they are by then, `updates` of all pairs, rows that are to be emptied.

    `decided` are the columns of a client that a person chose, by id: they hold when a third row is merged; `held` says what was not merged,
    and why.
    """

    tables: Tables
    others: dict[int, dict[str, object]]
    banned: Banned
    updates: Updates = field(default_factory=dict)
    gone: dict[int, str] = field(default_factory=dict)
    became: dict[str, str] = field(default_factory=dict)
    items: list[dict[str, object]] = field(default_factory=list)
    decided: dict[str, set[str]] = field(default_factory=dict)
    held: list[str] = field(default_factory=list)

    def trial(self) -> "Merging":
        """Return the same to go on with, which leaves this one as it is."""
        again = copy(self)
        again.others = {row: dict(cells) for row, cells in self.others.items()}
        again.updates = {key: dict(columns) for key, columns in self.updates.items()}
        again.gone, again.became, again.items = dict(self.gone), dict(self.became), list(self.items)
        again.decided = {one: set(keys) for one, keys in self.decided.items()}
        return again

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
        return Said("\n".join(lines))
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
    held = [{"held": text} for text in merging.held]
    figures = {
        "merged": len(merging.gone), "linked": sum("linked" in item for item in merging.items), "held": len(held),
    }  # fmt: skip
    if not merging.items:
        return Draft(NAME, Outcome(figures=figures), held, Plan(), tables)
    listed = clients_alike(merging.tables, session.options.today, session.settings)
    outcome = Outcome(updates=merging.updates, results=listed.results, items=merging.items, figures=figures)
    written = plan_of(outcome, tables, session.book, run=str(session.next_number))
    layout, rows = tables.layouts[CLIENTS.key], merging.gone
    changes = [_without(change, rows) if change.sheet == CLIENTS.key else change for change in written.changes]
    changes += [*_kept_others(session, merging), *vacated(layout, rows, session.book)]
    return Draft(NAME, outcome, [*merging.items, *held], Plan([c for c in changes if len(c)]), merging.tables)


def merged(tables: Tables, others: dict[int, dict[str, object]] | None = None) -> Merging:
    """Return what merging comes to: the pairs with 同一人, those of one person together, then those with 一家人 linked.

    `others` are the columns that people added to 客户, by row: header -> cell. What names a client who was merged away before (a file of a
    colleague that came later) names the kept one then.
    """
    merging, chosen = Merging(tables, others or {}, Banned(tables)), choices(tables)
    _late(merging)
    open_ones = waiting(tables)
    same = [pair for pair, verdict in open_ones.items() if verdict == SAME]
    for row, line in misplaced(tables).iterrows():
        cell = tables.cell(CLIENT_PAIRS.key, int(str(row)), "verdict")
        merging.held.append(
            f"{cell}: 「判断」选在了「{line['field']}」这一行, 没有照做。请选在这一对客户的「{WHOLE}」那一行。"
        )
    together = groups(same, verdicts(tables))
    for group in together:
        merging = _grouped(merging, group, chosen)
    contested = {group.against for group in together}
    for pair, verdict in sorted(open_ones.items()):
        if verdict == FAMILY and pair not in contested:
            _link(merging, *map(merging.now, pair))
    return merging


def _late(merging: Merging) -> None:
    for old, new in became(merging.tables).items():
        if moved := moved_ids(merging.tables, old, new):
            merging.write(moved)
            merging.items.append({"kept": new, "late": old, "moved": _cells_in(moved)})


def _cells_in(updates: Updates) -> int:
    return sum(len(values) for columns in updates.values() for values in columns.values())


class _Undecided(Exception):
    """What keeps a group from being merged."""


def _grouped(merging: Merging, group: Group, chosen: Mapping[Ids, Mapping[str, str]]) -> Merging:
    """Return the merging after those of a group, those first about which a person chose most; as it was where one cannot be merged."""
    tables, trial = merging.tables, merging.trial()
    try:
        if group.against is not None:
            cells = (_verdict_cell(tables, pair) for pair in (group.pairs[0], group.against))
            raise _Undecided(
                f"{'、'.join(cells)}: 判断互相矛盾, 没有合并: {'、'.join(group.against)} 判成了两个人, 别的几对又把他们连成同一人。"
                "请改其中一处的「判断」。"
            )
        for pair in sorted(group.pairs, key=lambda pair: (-len(chosen.get(pair, {})), pair)):
            _merge(trial, pair, chosen.get(pair, {}))
    except _Undecided as problem:
        merging.held.append(str(problem))
        return merging
    return trial


def _verdict_cell(tables: Tables, pair: Ids, name: str = WHOLE, key: str = "verdict") -> str:
    """Return the cell of 重复客户 about a column of a pair, of the pair where the column has no row."""
    rows = tables[CLIENT_PAIRS.key]
    rows = rows.loc[(rows["first_id"] == pair[0]) & (rows["second_id"] == pair[1])]
    named = rows.index[rows["field"] == name]
    return tables.cell(CLIENT_PAIRS.key, int(named[0] if len(named) else rows.index[0]), key)


def _merge(merging: Merging, pair: Ids, said: Mapping[str, str]) -> None:
    """Merge a pair, by then perhaps other rows than those judged. Raises _Undecided where a person has to say more first."""
    ids = [merging.now(one) for one in pair]
    first, second = (merging.row(one) for one in ids)
    if first is None or second is None or ids[0] == ids[1]:
        return
    chosen = _chosen(merging, ids, said)
    _check(merging, pair, (first, second), chosen)
    which = said.get(WHOLE) or advised_to_keep(mentions(merging.tables), first, second).which
    kept, dropped = (second, first) if which == SECOND else (first, second)
    values = put_together(first, second, chosen)
    told = [*_refused(merging, values, (first, second)), *_two_needs(merging.tables["requests"], ids)]
    for key in ("household_id", "referrer_id"):
        values[key] = "" if values[key] in ids else values[key]
    values["remark"] = "; ".join(filter(None, (values["remark"], *_other_cells(merging, kept.Index, dropped))))
    moved = moved_ids(merging.tables, dropped.client_id, kept.client_id)
    merging.write(moved)
    merging.write(
        {"clients": {key: pd.Series([value], index=[kept.Index], dtype=object) for key, value in values.items()}}
    )
    merging.tables = _without_row(merging.tables, dropped.Index)
    merging.gone[dropped.Index], merging.became[dropped.client_id] = dropped.client_id, kept.client_id
    merging.decided[kept.client_id] = {*chosen}.union(*(merging.decided.get(one, set()) for one in ids))
    wanted = {FIRST: first.consent, SECOND: second.consent}.get(chosen.get(CONSENT, ""), values[CONSENT])
    if wanted not in ("", values[CONSENT]):
        told.insert(0, f"联系同意从严取「{values[CONSENT]}」, 没有按所选")
    merging.items.append({
        "kept": kept.client_id, "gone": dropped.client_id, "moved": _cells_in(moved), "name": values["name"], "told": "; ".join(told),
    })  # fmt: skip


def _chosen(merging: Merging, ids: Sequence[str], said: Mapping[str, str]) -> dict[str, str]:
    """Return column key -> 甲 or 乙: as chosen of this pair, else the row of which it was chosen when that one was merged."""
    keys = {column.label: column.key for column in CLIENTS.columns}
    before = [merging.decided.get(one, set()) for one in ids]
    chosen = dict.fromkeys(before[0] - before[1], FIRST) | dict.fromkeys(before[1] - before[0], SECOND)
    return chosen | {keys[label]: which for label, which in said.items() if label in keys}


def _check(merging: Merging, pair: Ids, rows: Sequence[Any], chosen: Mapping[str, str]) -> None:
    owners = [one.owner for one in rows]
    if all(owners) and owners[0] != owners[1] and OWNER not in chosen:
        cell = _verdict_cell(merging.tables, pair, CLIENTS[OWNER].label, "choice")
        raise _Undecided(
            f"{cell}: {pair[0]} 和 {pair[1]} 的归属人不一样({'、'.join(owners)}), 没有合并。请在「取谁的」选甲或乙, 客户归谁要由人定。"
        )
    numbers = {int(one.Index) for one in rows}
    for finding in merging.tables.findings:
        if finding.sheet == CLIENTS.key and finding.row in numbers and finding.column in _PEOPLES:
            cell = merging.tables.cell(CLIENTS.key, finding.row, finding.column)
            raise _Undecided(f"{cell}: 这一格读不出来, 合并会丢掉它, {pair[0]} 和 {pair[1]} 没有合并。请先改好这一格。")


def _two_needs(needs: pd.DataFrame, ids: Sequence[str]) -> list[str]:
    """Return what is told where both have a need of the same kind that is still looked for: nobody but a person knows whether it is one."""
    wanted = needs.loc[needs["client_id"].isin(ids) & needs["req_status"].isin(LOOKED_FOR)].sort_values("req_id")
    both = [part["req_id"].tolist() for _, part in wanted.groupby("deal_type") if part["client_id"].nunique() > 1]
    return [f"需求 {'、'.join(one)} 都在找房, 是同一条的请停掉一条" for one in both]


def _refused(merging: Merging, values: dict[str, Any], rows: Sequence[Any]) -> list[str]:
    """Let who could not be reached before not be reached now, though the number on 禁拨名单 goes to 备注; return what is to be told of it."""
    ways = [getattr(one, key) for one in rows for key in WAYS_TO]
    if (
        values[CONSENT] == REFUSED
        or not merging.banned.on_list(ways)
        or merging.banned.on_list(values[key] for key in WAYS_TO)
    ):
        return []
    values[CONSENT] = REFUSED
    return [f"联系同意改成「{REFUSED}」, 因为{merging.banned.on_list(ways)}"]


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
    """Let two clients be of one household, with all who are of either."""
    clients = merging.tables["clients"]
    house = houses(clients)
    if first == second or not {first, second} <= house.keys() or house[first] == house[second]:
        return
    head = house[first] if house[first] in clients["client_id"].tolist() else first
    joined = clients.loc[clients["client_id"].map(house) == house[second], "client_id"]
    merging.write({"clients": {"household_id": pd.Series(head, index=joined.index, dtype=object)}})
    merging.items.append({"kept": first, "linked": second, "moved": 0, "name": merging.row(first).name})


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
    """Return what was or will be merged, a line per pair, the counts first; then what was not, and what a person has to do first."""
    items: Sequence[Mapping[str, object]] = draft.items if isinstance(draft.items, list) else []
    if not items:
        return [NOTHING]
    done = [f"    {_said(item)}" for item in items if "held" not in item]
    figures = draft.outcome.figures
    head = [f"合并 {figures['merged']} 位客户, 关联 {figures['linked']} 对家人。"] if done else []
    return [*head, *done, *(str(item["held"]) for item in items if "held" in item)]


def _said(item: Mapping[str, object]) -> str:
    if "linked" in item:
        return f"{item['kept']} 和 {item['linked']} 互为一家人"
    if "late" in item:
        return f"{item['late']} 早已并入 {item['kept']}, 后来的 {item['moved']} 格也改成了 {item['kept']}"
    told = f"; {item['told']}" if item.get("told") else ""
    return f"{item['gone']} 并入 {item['kept']} {item['name']}, 别处 {item['moved']} 格改成了 {item['kept']}{told}"
