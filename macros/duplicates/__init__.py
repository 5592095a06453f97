"""查重: which two listings may be one flat, for a person to decide once, and until when a verification holds.

Source: F2, R67. What a person decided is known by the two ids and stays on the sheet: it is never asked again.
"""

import datetime as dt
from typing import NamedTuple

import numpy as np
import pandas as pd

from macros.duplicates.pairs import Facts, Ints, Pairs, candidates
from macros.duplicates.scores import Points, scores
from macros.duplicates.words import Words, frame_of
from macros.settings import Settings
from workbook.changes import Outcome
from workbook.sheets.pairs import LATER, MEANT, OTHER, PAIRS, SAME
from workbook.tables import Tables, to_frame

OPEN, WAITING, NOT, TWICE = "待判断", "稍后再看", "不是同一套", "同一套, 请留一行"
UNCLEAR = f"「判断」请选{SAME}、{OTHER}或{LATER}"
STATES = {"": OPEN, SAME: TWICE, LATER: WAITING, OTHER: NOT, UNCLEAR: UNCLEAR}
_ORDER = {OPEN: 0, UNCLEAR: 1, TWICE: 2, WAITING: 3, NOT: 4}
Verdicts = dict[tuple[str, str], str]


class Found(NamedTuple):
    """The pairs with their points, and what people decided about some of them."""

    facts: Facts
    pairs: Pairs
    points: Points
    known: Verdicts


def duplicates(tables: Tables, today: dt.date, settings: Settings) -> Outcome:
    """Return 疑似重复, those still to be decided first, by score; 房源 核验到期; and as `items` the pairs to be decided."""
    listings, limits = tables["listings"], settings.duplicate
    facts = Facts(listings, limits)
    pairs = candidates(facts)
    points = scores(facts, pairs)
    found = Found(facts, pairs, points, verdicts(tables))
    shown, left_out = _shown(found, settings)
    rows = _rows(tables, found, shown)
    keys = [column.key for column in PAIRS.columns]
    table = frame_of([*rows, *_gone(tables, found, rows)], keys)
    waiting = [row for row in rows if row["state"] in (OPEN, UNCLEAR, WAITING)]
    return Outcome(
        updates={"listings": {"verify_to": verified_until(listings, today, settings)}},
        results={PAIRS.key: to_frame(PAIRS, table)},
        items=waiting,
        figures={
            "pairs": len(rows),
            "pairs_open": len(waiting),
            "pairs_left_out": left_out,
            "pairs_crowded": int(facts.crowded.sum()),
        }
        | _crowded_at(tables, facts),
    )


def _crowded_at(tables: Tables, facts: Facts) -> dict[str, object]:
    """Return a cell of the rows that had too many like them, where any had."""
    return (
        {"pairs_crowded_at": tables.cell("listings", int(facts.rows[facts.crowded].min()), "estate")}
        if facts.crowded.any()
        else {}
    )


def verdicts(tables: Tables) -> Verdicts:
    """Return what people decided: (lower id, higher id) -> 同一套, 不是 or 稍后; UNCLEAR where it is another word."""
    return {pair: MEANT.get(text, UNCLEAR) for pair, text in _beside(tables, "verdict").items()}


def _beside(tables: Tables, column: str) -> dict[tuple[str, str], str]:
    """Return what stands in a column of people's, where anything does, by pair."""
    judged = tables[PAIRS.key]
    rows = zip(judged["first_id"], judged["second_id"], judged[column], strict=True)
    return {(min(a, b), max(a, b)): text for a, b, text in rows if text}


def verified_until(listings: pd.DataFrame, today: dt.date, settings: Settings) -> pd.Series:
    """Return 核验到期: of a verified listing the day that stands there, or where none does, so many days from today; else NaT.

    Who verifies again after that day empties the cell.
    """
    end = pd.Timestamp(today) + pd.Timedelta(days=settings.duplicate.verify_days)
    until = listings["verify_to"].fillna(end).where(listings["verify"] == "已核")
    return until.astype("datetime64[s]")


def _gone(tables: Tables, found: Found, rows: list[dict[str, object]]) -> list[dict[str, object]]:
    """Return the rows with a decision about pairs that nothing speaks for any more, as they stand: checks that follow read them."""
    listed = {tuple(sorted((str(row["first_id"]), str(row["second_id"])))) for row in rows}
    offered = {*found.facts.ids.tolist()}
    assert PAIRS.stale
    kept: dict[tuple[str, str], dict[str, object]] = {}
    for row in tables[PAIRS.key].to_dict("records"):
        name = min(row["first_id"], row["second_id"]), max(row["first_id"], row["second_id"])
        if row["verdict"] and name not in listed:
            open_still = MEANT.get(row["verdict"]) == SAME and offered.issuperset(name)
            kept.setdefault(name, {**row, "state": TWICE if open_still else PAIRS.stale[1]})
    return list(kept.values())


def _shown(found: Found, settings: Settings) -> tuple[list[int], int]:
    """Return the positions of the pairs that are listed, in order: to be decided, one flat, later, not; each by score; and how many
    likely ones there was no room for.

    Those that a person decided about are all listed, whatever their score.
    """
    limits, pairs, points = settings.duplicate, found.pairs, found.points
    place = _decided(found)
    listed = np.flatnonzero((points >= limits.least_score) | (place > 0))
    ranked = listed[np.lexsort((pairs.second[listed], pairs.first[listed], -points[listed], place[listed]))].tolist()
    undecided = int((place[listed] == 0).sum())
    left_out = max(0, undecided - round(limits.most_pairs))  # those to be decided come first
    return ranked[: undecided - left_out] + ranked[undecided:], left_out


def _decided(found: Found) -> Ints:
    """Return for each pair the place in _ORDER of what a person decided, 0 where nobody did."""
    facts, pairs, _, known = found
    at = {name: number for number, name in enumerate(facts.ids.tolist())}
    named = {at[a] * len(facts) + at[b]: _ORDER[STATES[word]] for (a, b), word in known.items() if a in at and b in at}
    keys = pairs.first * len(facts) + pairs.second
    place = np.zeros(len(keys), "int64")
    where = np.flatnonzero(np.isin(keys, np.array(list(named), "int64")))
    place[where] = [named[key] for key in keys[where].tolist()]
    return place


def _rows(tables: Tables, found: Found, order: list[int]) -> list[dict[str, object]]:
    facts, pairs, points, known = found
    words = Words(tables)
    firsts, seconds = facts.rows[pairs.first[order]].tolist(), facts.rows[pairs.second[order]].tolist()
    words.know(sorted({*firsts, *seconds}))
    notes, typed, judged = _beside(tables, "note"), _beside(tables, "verdict"), tables[PAIRS.key]
    standing = {*zip(judged["first_id"], judged["second_id"], strict=True)}
    rows: list[dict[str, object]] = []
    for at, first, second in zip(order, firsts, seconds, strict=True):
        name = ids = str(facts.ids[pairs.first[at]]), str(facts.ids[pairs.second[at]])
        if (
            ids not in standing and ids[::-1] in standing
        ):  # what a person wrote beside a row follows the ids as they stand
            ids, first, second = ids[::-1], second, first
        rows.append({
            "score": int(points[at]), "state": STATES[known.get(name, "")], "verdict": typed.get(name, ""), "note": notes.get(name, ""),
            "first": words.home(first), "second": words.home(second),
            "why": words.why(str(pairs.kind[at]), first, second), "keep": words.keep(first, second),
            "first_cell": words.cell(first), "second_cell": words.cell(second), "first_id": ids[0], "second_id": ids[1],
        })  # fmt: skip
    return rows
