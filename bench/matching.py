"""The matcher beside a pandas cross merge and whole NumPy blocks, in one run: CPU seconds, peak memory, and that all three say the same.

Usage: python bench/matching.py [small|store|branch|city ...]     (by default store and branch, about a minute)

`city` is 20,000 needs × 100,000 listings: rows of the branch sample drawn again and again, prices and areas moved a little. There the
pandas and NumPy peers are timed on every hundredth block of needs and reckoned up (marked ~), so they are not compared.

The peers know seven criteria, so the needs of the sample are cut down to those; the last line is ours on everything that the sample asks,
with explanations and both directions, as `genjin match` runs it. Each engine has a process of its own.
"""

import datetime as dt
import multiprocessing
import resource
import sys
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

import numpy as np
import pandas as pd

from macros.matching import match
from macros.matching.facts import Context
from macros.matching.outcome import best_pairs, on_market, open_needs
from macros.matching.scorer import Scorer
from macros.settings import Match, Settings
from workbook.samples import sample
from workbook.sheets import BY_KEY
from workbook.tables import Layout, Tables, empty_frame

TODAY = dt.date(2026, 3, 1)
ASKED = ("budget", "district", "area", "rooms", "use", "orient", "lift")
WEIGHTS = {key: getattr(Match(), f"w_{key}") for key in ASKED}
MUSTS = ("budget", "district", "rooms", "use")
TOP = 10
FULL = "Genjin, everything"
CITY, NEEDS, HOMES, PART = "city", 20_000, 100_000, 100
Column = Callable[[str], Any]


def tables_of(size: str, *, cut: bool) -> Tables:
    frames = {key: empty_frame(sheet) for key, sheet in BY_KEY.items()} | sample("branch" if size == CITY else size, seed=1, today=TODAY, clean=True)
    if size == CITY:
        frames |= city(frames["requests"], frames["listings"])
    if cut:
        needs = frames["requests"]
        empty = {key: [()] * len(needs) for key in ("estates", "floor_pref", "decor", "school", "avoid")}
        weights = {column.key: "" for column in BY_KEY["requests"].columns if column.key.startswith("w_")}
        numbers = {"age_max": np.nan, "metro_m": np.nan, "tax_pref": "", "parking": ""}
        frames["requests"] = needs.assign(
            **{key: pd.Series(values, index=needs.index) for key, values in empty.items()}, **weights, **numbers
        )
    return Tables(frames, {key: Layout(sheet, sheet.label) for key, sheet in BY_KEY.items()})


def city(requests: pd.DataFrame, listings: pd.DataFrame) -> dict[str, pd.DataFrame]:
    """Return needs and listings of a city, all of them open and on the market."""
    rng = np.random.default_rng(1)
    needs, homes = open_needs(requests), on_market(listings)
    needs, homes = needs.iloc[rng.integers(0, len(needs), NEEDS)], homes.iloc[rng.integers(0, len(homes), HOMES)]
    by = rng.uniform(0.94, 1.06, NEEDS)
    needs = needs.assign(
        req_id=[f"Q{n:06}" for n in range(NEEDS)], budget_min=(needs["budget_min"] * by).round(), budget_max=(needs["budget_max"] * by).round()
    )  # fmt: skip
    homes = homes.assign(
        listing_id=[f"H{n:06}" for n in range(HOMES)], price=(homes["price"] * rng.uniform(0.93, 1.07, HOMES)).round(),
        area=(homes["area"] * rng.uniform(0.94, 1.06, HOMES)).round(1),
    )  # fmt: skip
    return {"requests": needs.set_axis(range(2, NEEDS + 2)), "listings": homes.set_axis(range(2, HOMES + 2))}


def sides(tables: Tables) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return needs and listings with everything a peer compares as numbers."""
    needs, homes = open_needs(tables["requests"]), on_market(tables["listings"])
    names = {
        key: {name: 1 << bit for bit, name in enumerate(homes[key].unique())}
        for key in ("district", "area_name", "orient", "use")
    }
    wished = {"district": "districts", "area_name": "areas", "orient": "orient"}
    for key, column in wished.items():
        needs[f"n_{key}"] = [sum(names[key].get(name, 0) for name in named) for named in needs[column]]
    south = sum(names["orient"].get(name, 0) for name in ("南", "北"))
    needs["n_orient"] |= np.where(needs["n_orient"] & south, names["orient"].get("南北通透", 0), 0)
    needs = needs.assign(
        n_use=needs["use"].map(names["use"]).fillna(0), n_rent=needs["deal_type"] == "租", n_slack=needs["tolerance"].fillna(10) * 100,
        n_areas=needs["areas"].astype(bool), n_orients=needs["orient"].astype(bool), n_lift=needs["lift"] == "要", n_id=range(len(needs)),
    )  # fmt: skip
    for key in names:
        homes[f"h_{key}"] = homes[key].map(names[key])
    rent = homes["deal_type"] == "租"
    homes = homes.assign(
        h_sale=homes["price"].where(~rent), h_rent=homes["price"].where(rent), h_sold=homes["deal_type"] != "租",
        h_let=homes["deal_type"] != "售", h_area=homes["area"], h_rooms=homes["rooms"], h_lift=homes["lift"].astype(bool), h_id=range(len(homes)),
    )  # fmt: skip
    limits = [f"{key}_{end}" for key in ("budget", "area", "rooms") for end in ("min", "max")]
    kept = [key for key in needs.columns if key.startswith("n_")]
    return needs[[*kept, *limits]].reset_index(drop=True), homes.filter(regex="^h_").reset_index(drop=True)


def within(value: Any, low: Any, high: Any, slack: Any) -> Any:
    with np.errstate(divide="ignore", invalid="ignore"):
        beyond = np.rint(np.fmax(value / high - 1, 1 - value / low) * 10_000)
        close = 100 - np.floor(50 * beyond / slack)
    return np.where(np.isnan(beyond), -1, np.where(beyond <= 0, 100, np.where(beyond <= slack, close, -2)))


def scores(need: Column, home: Column) -> Any:
    """Return the score in tenths of pairs, -1 for those that are ruled out, from the rules as they are documented."""
    price = np.where(need("n_rent"), home("h_rent"), home("h_sale"))
    area = (need("n_area_name") & home("h_area_name")) > 0
    place = np.where(area, 100, np.where((need("n_district") & home("h_district")) > 0, 100 - 20 * need("n_areas"), -2))
    states = {
        "budget": within(price, need("budget_min"), need("budget_max"), need("n_slack")), "district": place,
        "area": within(home("h_area"), need("area_min"), need("area_max"), need("n_slack")),
        "rooms": within(home("h_rooms"), need("rooms_min"), need("rooms_max"), 0 * need("n_slack")),
        "use": np.where(need("n_use") == home("h_use"), 100, -2), "orient": np.where((need("n_orient") & home("h_orient")) > 0, 100, -2),
        "lift": np.where(home("h_lift"), 100, -2) + 0 * need("n_lift"),
    }  # fmt: skip
    asked = dict.fromkeys(ASKED, 1) | {"orient": 1 * need("n_orients"), "lift": 1 * need("n_lift")}
    points = sum(
        WEIGHTS[key] * asked[key] * np.where(state == -1, 50, np.maximum(state, 0)) for key, state in states.items()
    )
    possible = sum(WEIGHTS[key] * asked[key] for key in ASKED)
    alive = np.where(need("n_rent"), home("h_let"), home("h_sold")).astype(bool)
    for key in MUSTS:
        alive &= states[key] != -2
    return np.where(alive, (20 * points + possible) // (2 * possible), -1).astype(np.int64)


def merged(tables: Tables) -> pd.DataFrame:
    """pandas: a cross merge of a hundred needs at a time, so that it fits into memory."""
    needs, homes = sides(tables)
    found = []
    for start in range(0, len(needs), 100 * (PART if len(needs) == NEEDS else 1)):
        pairs = needs.iloc[start : start + 100].merge(homes, how="cross")
        pairs["score"] = scores(
            lambda key, pairs=pairs: pairs[key].to_numpy(), lambda key, pairs=pairs: pairs[key].to_numpy()
        )  # type: ignore[misc]
        pairs = pairs[pairs["score"] >= 0].sort_values(["n_id", "score", "h_id"], ascending=[True, False, True])
        found.append(pairs.groupby("n_id").head(TOP)[["n_id", "h_id", "score"]])
    return pd.concat(found, ignore_index=True)


def blocks(tables: Tables) -> pd.DataFrame:
    """NumPy: a hundred needs beside all listings, every pair scored."""
    needs, homes = sides(tables)
    wide, count = {key: homes[key].to_numpy()[None, :] for key in homes}, len(homes)
    found = []
    for start in range(0, len(needs), 100 * (PART if len(needs) == NEEDS else 1)):
        tall = {key: needs[key].to_numpy()[start : start + 100, None] for key in needs}
        keys = scores(tall.__getitem__, wide.__getitem__) * 2**20 - np.arange(count)
        best = np.sort(np.partition(keys, count - TOP, axis=1)[:, count - TOP :], axis=1)[:, ::-1]
        row, place = np.nonzero(best > -(2**20) + count)
        score = -(-best[row, place] // 2**20)
        found.append(pd.DataFrame({"n_id": row + start, "h_id": score * 2**20 - best[row, place], "score": score}))
    return pd.concat(found, ignore_index=True)


def pairs_only(tables: Tables) -> pd.DataFrame:
    """The matcher's pairs and scores in both directions, without words: what the peers do, twice."""
    options = Match(per_need=TOP)
    scorer = Scorer(open_needs(tables["requests"]), on_market(tables["listings"]), Context(TODAY.year, options))
    found, _, _ = best_pairs(scorer, np.arange(len(scorer.needs)), np.empty(0, dtype=np.int64), options)
    return pd.DataFrame({"n_id": found.need, "h_id": found.listing, "score": found.score})


def ours(tables: Tables) -> pd.DataFrame:
    """The matcher, with its words and both directions."""
    frame = match(tables, TODAY, replace(Settings(), match=Match(per_need=TOP))).results["matches"]
    needs, homes = (
        pd.Index(part)
        for part in (open_needs(tables["requests"])["req_id"], on_market(tables["listings"])["listing_id"])
    )
    columns = {
        "n_id": needs.get_indexer(frame["req_id"]),
        "h_id": homes.get_indexer(frame["listing_id"]),
        "score": frame["score"] * 10,
    }
    return pd.DataFrame(columns).round().astype(np.int64)


ENGINES = {
    "pandas cross merge": merged,
    "NumPy blocks": blocks,
    "Genjin, pairs": pairs_only,
    "Genjin, with words": ours,
    FULL: ours,
}
PARTLY = ("pandas cross merge", "NumPy blocks")


def measured(job: tuple[str, str]) -> tuple[str, float, float, float, int, int]:
    size, name = job
    tables = tables_of(size, cut=name != FULL)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    began, cpu = time.perf_counter(), time.process_time()
    found = ENGINES[name](tables)
    cpu, wall = time.process_time() - cpu, time.perf_counter() - began
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    digest = int(pd.util.hash_pandas_object(found.astype(np.int64), index=False).sum())
    return name, cpu, wall, (peak - before) / 1024, len(found), digest


def main(size: str) -> int:
    shape = tables_of(size, cut=False)
    print(
        f"{size}: {len(open_needs(shape['requests'])):,} open needs × {len(on_market(shape['listings'])):,} listings on the market, top {TOP}"
    )
    print(f"{'':20} {'CPU s':>8} {'wall s':>8} {'MB more':>8} {'rows':>8}")
    digests = set()
    with multiprocessing.get_context("spawn").Pool(1, maxtasksperchild=1) as pool:
        for name, cpu, wall, more, rows, digest in pool.imap(measured, [(size, name) for name in ENGINES]):
            if size == CITY and name in PARTLY:
                cpu, wall, name = cpu * PART, wall * PART, f"~ {name}"
            print(f"{name:20} {cpu:8.2f} {wall:8.2f} {more:8.0f} {rows:8,}", flush=True)
            if name != FULL and not name.startswith("~"):
                digests.add(digest)
    print("all found the same pairs, scores and order" if len(digests) == 1 else "THE ENGINES DISAGREE")
    return len(digests) - 1


if __name__ == "__main__":
    sys.exit(max(main(size) for size in sys.argv[1:] or ("store", "branch")))
