"""Matching anew for some needs or some listings only: their rows of 匹配结果 or 反向匹配; all others stay as they stand.

They get what a full run would yield: a need's listings hang on no other need, and a listing's needs on no other listing.
"""

import datetime as dt
from collections.abc import Collection
from dataclasses import replace

import numpy as np
import pandas as pd

from macros.matching import frames
from macros.matching.facts import Context
from macros.matching.frames import THEIRS
from macros.matching.narrow import reachable
from macros.matching.outcome import (
    find,
    market_rows,
    match,
    no_listings,
    on_market,
    open_needs,
    prepared,
    unknown_labels,
)
from macros.matching.states import Array
from macros.settings import Settings
from workbook.changes import Outcome
from workbook.schema import Sheet
from workbook.sheets.matches import MATCHES
from workbook.sheets.reverse import REVERSE
from workbook.tables import Tables, to_frame

FEW = 100  # needs: more of them reach most of the listings


def match_needs(tables: Tables, today: dt.date, settings: Settings, ids: Collection[str]) -> Outcome:
    """Return 匹配结果 with the rows of those needs made anew; findings, items and figures are about those needs alone.

    Of many needs, what a full run finds is taken; of a few, only the listings are scored that they may get.
    """
    requests, before = tables["requests"], tables["matches"]
    few = {"requests": requests[requests["req_id"].isin(ids)], "matches": before[before["req_id"].isin(ids)]}
    theirs = tables.updated({}, few)
    found = (_match_few if len(theirs["requests"]) <= FEW else match)(theirs, today, settings)
    mine = to_frame(MATCHES, found.results["matches"])
    return replace(found, results={"matches": _in_place(_named(MATCHES, before), mine, ids)})


def _match_few(tables: Tables, today: dt.date, settings: Settings) -> Outcome:
    """Return what `match` does, without 反向匹配: who finds nothing among the listings within reach is told why, beside all of them."""
    context, needs = Context(today.year, settings.match), open_needs(tables["requests"])
    rows = market_rows(tables["listings"], tables["pairs"])
    findings = list(unknown_labels(tables["settings"], settings.match.must))
    near = reachable(needs, tables["listings"], rows, context) if len(needs) and len(rows) else rows[:0]
    matches, items, others = frames.no_matches(), list[dict[str, object]](), needs
    if len(near):
        found = find(tables, context, needs, tables["listings"].iloc[near])
        matches = frames.matches(found.scorer, found.offers, tables["clients"])
        items = frames.items(tables, found.scorer, found.offers, matches)
        matches, others = frames.with_people(matches, tables["matches"]), needs.drop(needs.index[found.offers.need])
    if len(others) and len(rows):
        everything = prepared(tables, context, others, tables["listings"].iloc[rows])
        findings += everything.without_match(rows[:0])
    else:
        findings += no_listings(others)
    figures = {"matches": len(matches), "needs": int(matches["req_id"].nunique()), "listings": len(rows)}
    return Outcome(results={"matches": matches}, findings=sorted(findings), items=items, figures=figures)


def _named(sheet: Sheet, frame: pd.DataFrame) -> pd.DataFrame:
    """Return the rows that have a name, the last of those that share one: what others people wrote below stays by itself."""
    names = list(sheet.identity)
    return frame[(frame[names] != "").any(axis=1)].drop_duplicates(names, keep="last")


def _in_place(before: pd.DataFrame, mine: pd.DataFrame, ids: Collection[str]) -> pd.DataFrame:
    """Return the rows of the other needs and `mine` in the order of a full run: by need and rank, and below them, in the order in
    which they stood, the rows that are kept only because a person wrote there.
    """
    written = _is_written(before)
    chosen = before["req_id"].isin(ids).to_numpy()
    again = pd.MultiIndex.from_frame(before[["req_id", "listing_id"]]).isin(_names(mine))
    below = written & np.where(chosen, ~again, _after_order(before, written))
    ordered = pd.concat([before[~chosen & ~below], mine]).sort_values(["req_id", "rank"], kind="stable")
    return pd.concat([ordered, before[below]], ignore_index=True)


def _names(frame: pd.DataFrame) -> list[tuple[str, str]]:
    return list(zip(frame["req_id"], frame["listing_id"], strict=True))


def _is_written(before: pd.DataFrame) -> Array:
    """Return the rows beside which a person wrote something."""
    texts = [key for key in THEIRS if key != "sent_at"]
    written: Array = (before["sent_at"].notna() | (before[texts] != "").any(axis=1)).to_numpy()
    return written


def _after_order(before: pd.DataFrame, written: Array) -> Array:
    """Return the rows below those that stand by need and rank; none where a person has sorted the sheet, so that the order tells nothing."""
    need, rank = before["req_id"].to_numpy(), before["rank"].to_numpy()
    falls = np.flatnonzero((need[1:] < need[:-1]) | ((need[1:] == need[:-1]) & (rank[1:] <= rank[:-1])))
    after = np.arange(len(before)) > (falls[0] if len(falls) else len(before))
    return after if written[after].all() else np.zeros(len(before), dtype=bool)


def match_listings(tables: Tables, today: dt.date, settings: Settings, ids: Collection[str]) -> Outcome:
    """Return 反向匹配 with the rows of those listings made anew. Items are those rows; figures count those on the market (`listings`)
    and those that some need looks for (`wanted`).
    """
    needs, listings = open_needs(tables["requests"]), on_market(tables["listings"], tables["pairs"])
    listings = listings[listings["listing_id"].isin(ids)]
    if needs.empty or listings.empty:
        rows = frames.no_reverse(listings)
    else:
        found = find(tables, Context(today.year, settings.match), needs, listings)
        rows = frames.reverse(found.scorer, found.takers, found.counts, tables["clients"])
    mine, before = to_frame(REVERSE, rows), _named(REVERSE, tables["reverse"])
    whole = pd.concat([before[~before["listing_id"].isin(ids)], mine], ignore_index=True)
    whole = whole.sort_values(["best", "listing_id"], ascending=[False, True], na_position="last", ignore_index=True)
    keys = ("listing_id", "count", "best", "why")
    items = [dict(zip(keys, row, strict=True)) for row in zip(*(_plain(mine[key]) for key in keys), strict=True)]
    figures = {"listings": len(mine), "wanted": int((mine["count"] > 0).sum())}
    return Outcome(results={"reverse": whole}, items=items, figures=figures)


def _plain(values: pd.Series) -> list[object]:
    return [None if value != value else value for value in values.tolist()]
