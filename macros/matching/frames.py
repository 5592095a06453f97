"""What the sheets 匹配结果 and 反向匹配 show of the pairs that were found."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from macros.matching.distinct import distinct, objects, worded
from macros.matching.explain import Explained, earned, explain
from macros.matching.scorer import Scorer
from macros.matching.states import Array
from macros.matching.tiles import TOP
from macros.wording import area, layout, price
from workbook.sheets.matches import MATCHES
from workbook.sheets.reverse import PLACES
from workbook.tables import Tables

THEIRS = [column.key for column in MATCHES.columns if not column.automatic]


@dataclass(frozen=True)
class Pairs:
    """Pairs by the positions of their two sides, in order of their owner and rank; `score` in tenths."""

    need: Array
    listing: Array
    rank: Array
    score: Array


def matches(scorer: Scorer, pairs: Pairs, clients: pd.DataFrame) -> pd.DataFrame:
    """Return 匹配结果: a row per pair, with who wants what in words beside the ids."""
    said = explain(scorer, pairs.need, pairs.listing)
    hard, parts = earned(scorer, pairs.need, pairs.listing)
    kept, home = np.unique(pairs.listing, return_inverse=True)
    return pd.DataFrame({
        "run_id": None,
        "req_id": scorer.needs["req_id"].to_numpy()[pairs.need],
        "client": _of_clients(scorer.needs, clients, "name")[pairs.need],
        "agent": _of_clients(scorer.needs, clients, "owner")[pairs.need],
        "listing_id": scorer.listings["listing_id"].to_numpy()[pairs.listing],
        "home": _homes(scorer.listings.iloc[kept])[home],
        "rank": pairs.rank, "score": pairs.score / 10, "hard": hard, "parts": parts, "why": said.why, "gaps": said.gaps,
        "unknowns": said.unknowns,
    })  # fmt: skip


def _of_clients(needs: pd.DataFrame, clients: pd.DataFrame, key: str) -> Array:
    """Return a text of each need's client; "" where the client is not there. Of clients that share an id the first counts."""
    known = dict(zip(clients["client_id"][::-1], clients[key][::-1], strict=True)) | {"": ""}
    return np.array([known.get(client, "") for client in needs["client_id"].tolist()], dtype=object)


def _homes(listings: pd.DataFrame) -> Array:
    """Return "枫华里 2室1厅 87.6㎡ 520万元" for each listing."""
    columns = (
        listings["estate"], worded(layout, listings["rooms"], listings["halls"]), worded(area, listings["area"]),
        worded(_price, listings["price"], listings["deal_type"]),
    )  # fmt: skip
    return objects([" ".join(filter(None, parts)) for parts in zip(*columns, strict=True)])


def _price(money: float, deal: str) -> str:
    return price(money, "租" if deal == "租" else "售")


def with_people(frame: pd.DataFrame, before: pd.DataFrame) -> pd.DataFrame:
    """Return the frame with what people wrote beside the same pair, where they wrote anything: rules that follow read it."""
    identity, texts = list(MATCHES.identity), [key for key in THEIRS if key != "sent_at"]
    written = before[before["sent_at"].notna() | (before[texts] != "").any(axis=1)].drop_duplicates(identity)
    if written.empty:
        return frame
    joined = frame.merge(written[[*identity, *THEIRS]], on=identity, how="left")
    return joined.assign(**{key: joined[key].fillna("") for key in texts})


def no_matches() -> pd.DataFrame:
    """Return 匹配结果 without a row."""
    return pd.DataFrame({column.key: pd.Series([], dtype=object) for column in MATCHES.columns if column.automatic})


def items(tables: Tables, scorer: Scorer, pairs: Pairs, frame: pd.DataFrame) -> list[dict[str, object]]:
    """Return the rows of 匹配结果 for --json; `cells` are where the budget and the price stand."""
    budgets = _cells(tables, "requests", "budget_max", scorer.needs.index[pairs.need])
    prices = _cells(tables, "listings", "price", scorer.listings.index[pairs.listing])
    keys = ("req_id", "listing_id", "rank", "score", "hard", "why", "gaps", "unknowns")
    rows = zip(*(frame[key].tolist() for key in keys), budgets, prices, strict=True)
    return [
        {"req_id": need, "listing_id": home, "rank": rank, "score": score, "hard": hard, "why": why, "gaps": gaps,
         "unknowns": unknowns, "cells": [budget, money]}
        for need, home, rank, score, hard, why, gaps, unknowns, budget, money in rows
    ]  # fmt: skip


def _cells(tables: Tables, sheet: str, column: str, rows: pd.Index) -> list[str]:
    """Return where a value stands, for each of the rows."""
    known = {row: tables.cell(sheet, row, column) for row in rows.unique().tolist()}
    return [known[row] for row in rows.tolist()]


def reverse(scorer: Scorer, pairs: Pairs, counts: Array, clients: pd.DataFrame) -> pd.DataFrame:
    """Return 反向匹配: a row per listing on the market, how many needs it fits, and the best of them by name."""
    count, first = len(scorer.listings), pairs.rank == 1
    best, why = np.full(count, np.nan), np.full(count, "", dtype=object)
    best[pairs.listing[first]] = pairs.score[first] / 10
    why[pairs.listing[first]] = _in_one(explain(scorer, pairs.need[first], pairs.listing[first]))
    order = np.argsort(-best, kind="stable")  # listings are in order of their ids; who has none comes last
    line = np.empty(count, dtype=np.int64)
    line[order] = np.arange(count)
    places = np.full((PLACES, count), "", dtype=object)
    places[pairs.rank - 1, line[pairs.listing]] = _named(scorer.needs, pairs, clients)
    frame = _described(scorer.listings.iloc[order], places)
    return frame.assign(count=counts[order], best=best[order], why=why[order])


def no_reverse(listings: pd.DataFrame) -> pd.DataFrame:
    """Return 反向匹配 of listings that no need looks at."""
    nobody = np.full((PLACES, len(listings)), "", dtype=object)
    return _described(listings, nobody).assign(count=0, best=np.nan, why="")


def _described(listings: pd.DataFrame, places: Array) -> pd.DataFrame:
    layouts = worded(layout, listings["rooms"], listings["halls"])
    frame = listings[["listing_id", "estate", "price"]].assign(layout=layouts)
    return frame.assign(**{f"n{place:02}": texts for place, texts in enumerate(places, start=1)}).reset_index(drop=True)


def _in_one(said: Explained) -> list[str]:
    """Return why, what falls short and what is unknown in one text."""
    parts = zip(said.why, said.gaps, said.unknowns, strict=True)
    told = (f"{why}{gap and f'。缺口: {gap}'}{open_ and f'。待核: {open_}'}" for why, gap, open_ in parts)
    return [text.removeprefix("。") for text in told]


def _named(needs: pd.DataFrame, pairs: Pairs, clients: pd.DataFrame) -> Array:
    """Return "Q000123 张伟 86.5" for each pair; without the name where the client is not there."""
    names = _of_clients(needs, clients, "name")
    who = [" ".join(filter(None, both)) for both in zip(needs["req_id"], names, strict=True)]
    points = [f" {tenths / 10:g}" for tenths in range(TOP + 1)]
    first, again = distinct(pairs.need * (TOP + 1) + pairs.score)
    told = zip(pairs.need[first].tolist(), pairs.score[first].tolist(), strict=True)
    return objects([who[need] + points[tenths] for need, tenths in told]).take(again)
