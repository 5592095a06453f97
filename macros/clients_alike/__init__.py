"""查重 of 客户: which two rows may be one person, for a person to decide once; 合并客户 then makes one of them.

Source: F1. What a person decided is known by the two ids and stays on 重复客户: it is never asked again.
"""

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd

from macros.clients_alike.fields import Field, differing, said
from macros.clients_alike.judged import STATES, Ids, carried_on, verdicts
from macros.clients_alike.keeping import advised_to_keep, mentions
from macros.clients_alike.pairs import Pair, pairs_of
from macros.privacy.masks import shown
from macros.settings import Settings
from workbook.changes import Outcome
from workbook.sheets.client_pairs import CLIENT_PAIRS, FAMILY, LATER, OTHER, SAME, WHOLE
from workbook.tables import Tables, to_frame

OPEN = STATES[""]
_ORDER = {"": 0, SAME: 1, FAMILY: 1, LATER: 2, OTHER: 3}
MOST = 500
"""Pairs that are still to be decided and listed; the likeliest first."""


def clients_alike(tables: Tables, today: dt.date, settings: Settings) -> Outcome:
    """Return 重复客户: a row per pair, those still to be decided first, by score, and below it a row per column in which they differ.

    `items` are the pairs that wait for a person.
    """
    del today, settings
    known, settled, ids = verdicts(tables), carried_on(tables), tables["clients"]["client_id"]
    pairs = [pair for pair in pairs_of(tables) if (ids[pair.first], ids[pair.second]) not in settled]
    judged = [known.get((ids[pair.first], ids[pair.second]), "") for pair in pairs]
    order = sorted(range(len(pairs)), key=lambda place: _ORDER.get(judged[place], 0))
    undecided = [place for place in order if not judged[place]]
    listed = undecided[:MOST] + order[len(undecided) :]
    desk = Desk(tables, [row for place in listed for row in (pairs[place].first, pairs[place].second)])
    rows = [row for place in listed for row in desk.rows(pairs[place], judged[place])]
    table = pd.DataFrame(rows, columns=[column.key for column in CLIENT_PAIRS.columns])
    waiting = [row for row in rows if row["field"] == WHOLE and row["state"] == OPEN]
    return Outcome(
        results={CLIENT_PAIRS.key: to_frame(CLIENT_PAIRS, table)},
        items=[{key: row[key] for key in ("first_id", "second_id", "score", "why", "advice")} for row in waiting],
        figures={"client_pairs": len(pairs), "client_pairs_open": len(undecided)},
    )


def choices(tables: Tables) -> dict[Ids, dict[str, str]]:
    """Return (lower id, higher id) -> the label of a column, or WHOLE -> 甲 or 乙, as a person chose."""
    found: dict[Ids, dict[str, str]] = {}
    chosen = tables[CLIENT_PAIRS.key]
    for row in chosen.loc[chosen["choice"] != ""].itertuples():
        found.setdefault((row.first_id, row.second_id), {})[row.field] = row.choice
    return found


class Desk:
    """What the rows of 重复客户 are written from."""

    def __init__(self, tables: Tables, rows: Sequence[int]) -> None:
        self._tables, self._mentioned = tables, mentions(tables)
        self._people = {int(one.Index): one for one in tables["clients"].loc[sorted({*rows})].itertuples()}
        self._beside = {
            (row.first_id, row.second_id, row.field): (row.verdict, row.choice, row.note)
            for row in tables[CLIENT_PAIRS.key].itertuples()
        }

    def rows(self, pair: Pair, verdict: str) -> list[Mapping[str, object]]:
        """Return the row of a pair and, unless it is settled, those of the columns in which the two differ."""
        first, second = self._people[pair.first], self._people[pair.second]
        keep = advised_to_keep(self._mentioned, first, second)
        whole = self._row(pair, WHOLE) | {
            "score": pair.score, "why": pair.why, "state": STATES[verdict], "advice": f"留{keep.which}行: {keep.why}",
            "first": self._who(first), "second": self._who(second),
        }  # fmt: skip
        if verdict in (OTHER, FAMILY):
            return [whole]
        return [whole, *(self._field(pair, field, first, second) for field in differing(first, second))]

    def _row(self, pair: Pair, field: str, column: str = "client_id") -> dict[str, object]:
        name = (self._people[pair.first].client_id, self._people[pair.second].client_id, field)
        verdict, choice, note = self._beside.get(name, ("", "", ""))
        return {
            "first_id": name[0], "second_id": name[1], "field": field, "verdict": verdict, "choice": choice, "note": note,
            "first_cell": self._tables.cell("clients", pair.first, column),
            "second_cell": self._tables.cell("clients", pair.second, column),
        }  # fmt: skip

    def _field(self, pair: Pair, field: Field, first: Any, second: Any) -> dict[str, object]:
        column = field.column
        return self._row(pair, column.label, column.key) | {
            "score": None, "why": "", "state": "", "advice": f"取{field.advised}: {field.why}",
            "first": said(column, getattr(first, column.key)), "second": said(column, getattr(second, column.key)),
        }  # fmt: skip

    def _who(self, client: Any) -> str:
        owner = f"归属人 {client.owner}" if client.owner else ""
        return ", ".join(filter(None, (client.name, shown(client.phone1) if client.phone1 else "", owner)))
