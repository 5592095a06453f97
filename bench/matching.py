"""The matcher beside a pandas cross merge, DuckDB with QUALIFY and whole NumPy blocks, in one run: CPU seconds of all threads, peak
memory, and that all say the same.

Usage: python bench/matching.py [small|store|branch|city ...] [--top=20] [--times=1] [--ours]     (by default store and branch, top 10, ours thrice)

`city` is 20,000 needs × 100,000 listings: rows of the branch sample drawn again and again, prices and areas moved a little. There the
pandas and NumPy peers take every fiftieth block of a hundred needs. Their lines (marked ~) are what they take to get ready plus fifty
times what the blocks took, and the needs of those blocks are what is compared. DuckDB and numba are left out where they are not installed.

The peers know seven criteria and go from needs to listings only, so the needs of the sample are cut down to those; the last line is ours
on everything that the sample asks, with explanations and both directions, as `genjin match` runs it. Each engine has a process of its own,
without the garbage collector, which the command switches off too.
"""

import argparse
import datetime as dt
import gc
import importlib.util
import multiprocessing
import os
import pickle
import resource
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

import numpy as np
import pandas as pd

from macros.matching import match, tiles
from macros.matching.facts import Context
from macros.matching.outcome import best_pairs, on_market, open_needs
from macros.matching.partial import match_needs
from macros.matching.scorer import Scorer
from macros.settings import Match, Settings
from workbook.samples import sample
from workbook.sheets import BY_KEY
from workbook.tables import Layout, Tables, empty_frame

TODAY = dt.date(2026, 3, 1)
ASKED = ("budget", "district", "area", "rooms", "use", "orient", "lift")
WEIGHTS = {key: getattr(Match(), f"w_{key}") for key in ASKED}
MUSTS = ("budget", "district", "rooms", "use")
BLOCK = 100
FULL = "Genjin, everything"
NUMBA = " (numba)"
NEEDED = {"DuckDB, QUALIFY": "duckdb"} | {
    f"Genjin, {name}{NUMBA}": "numba" for name in ("pairs", "with words", "everything")
}
CITY, NEEDS, HOMES, PART = "city", 20_000, 100_000, 50
Column = Callable[[str], Any]


def tables_of(size: str, *, cut: bool) -> Tables:
    frames = {key: empty_frame(sheet) for key, sheet in BY_KEY.items()} | sample(
        "branch" if size == CITY else size, seed=1, today=TODAY, clean=True
    )
    if size == CITY:
        frames |= city(frames["requests"], frames["listings"])
    if cut:  # nor do the peers know of refusals
        frames |= {key: empty_frame(BY_KEY[key]) for key in ("matches", "viewings", "pairs")}
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


@dataclass
class Clock:
    """CPU and wall seconds; those within `part` count `times` as much."""

    cpu: float = 0.0
    wall: float = 0.0

    @contextmanager
    def part(self, times: int = 1) -> Iterator[None]:
        cpu, wall = time.process_time(), time.perf_counter()
        yield
        self.cpu += (time.process_time() - cpu) * times
        self.wall += (time.perf_counter() - wall) * times


@dataclass(frozen=True)
class Job:
    size: str
    top: int
    engine: str
    folder: str

    @property
    def tables(self) -> Path:
        """Return the file with what the engine is given: the peers, and ours beside them, know seven criteria."""
        return Path(self.folder) / f"{self.size}-{'full' if self.engine.startswith(FULL) else 'cut'}"

    @property
    def part(self) -> int:
        """Return of how many blocks one is timed."""
        return PART if self.size == CITY and self.engine in PARTLY else 1


def by_block(
    tables: Tables, job: Job, clock: Clock, best: Callable[[pd.DataFrame, pd.DataFrame, int], pd.DataFrame]
) -> pd.DataFrame:
    """Return the best listings of the needs of every so many blocks."""
    with clock.part():
        needs, homes = sides(tables)
    with clock.part(job.part):
        starts = range(0, len(needs), BLOCK * job.part)
        return pd.concat([best(needs.iloc[n : n + BLOCK], homes, job.top) for n in starts], ignore_index=True)


def merged(needs: pd.DataFrame, homes: pd.DataFrame, top: int) -> pd.DataFrame:
    """pandas: a cross merge of a hundred needs at a time, so that it fits into memory."""
    return scored(needs.merge(homes, how="cross"), top)


def merged_on_keys(needs: pd.DataFrame, homes: pd.DataFrame, top: int) -> pd.DataFrame:
    """pandas: a merge on the places that a need names and on 用途, a hundred needs at a time; the other pairs are never made."""
    named = needs.merge(homes[["h_district", "h_area_name"]].drop_duplicates(), how="cross")
    hit = (named["n_area_name"] & named["h_area_name"] > 0) | (named["n_district"] & named["h_district"] > 0)
    pairs = named[hit].merge(homes.assign(n_use=homes["h_use"]), on=["h_district", "h_area_name", "n_use"])
    return scored(pairs, top)


def scored(pairs: pd.DataFrame, top: int) -> pd.DataFrame:
    pairs["score"] = scores(lambda key: pairs[key].to_numpy(), lambda key: pairs[key].to_numpy())
    pairs = pairs[pairs["score"] >= 0].sort_values(["n_id", "score", "h_id"], ascending=[True, False, True])
    return pairs.groupby("n_id").head(top)[["n_id", "h_id", "score"]]


def blocks(needs: pd.DataFrame, homes: pd.DataFrame, top: int) -> pd.DataFrame:
    """NumPy: a hundred needs beside all listings, every pair scored."""
    wide, count = {key: homes[key].to_numpy()[None, :] for key in homes}, len(homes)
    tall = {key: needs[key].to_numpy()[:, None] for key in needs}
    keys = scores(tall.__getitem__, wide.__getitem__) * 2**20 - np.arange(count)
    best = np.sort(np.partition(keys, count - top, axis=1)[:, count - top :], axis=1)[:, ::-1]
    row, place = np.nonzero(best > -(2**20) + count)
    score = -(-best[row, place] // 2**20)
    return pd.DataFrame(
        {"n_id": needs["n_id"].to_numpy()[row], "h_id": score * 2**20 - best[row, place], "score": score}
    )


def in_sql(value: str, wanted: str, slack: str) -> str:
    """Return the SQL of `within`; empty numbers are NULL, which `greatest` passes over."""
    beyond = f"round_even(greatest({value} / {wanted}_max - 1, 1 - {value} / {wanted}_min) * 10000, 0)"
    close = f"100 - floor(50 * {beyond} / {slack})" if slack != "0" else "100"
    return f"CASE WHEN {beyond} IS NULL THEN -1 WHEN {beyond} <= 0 THEN 100 WHEN {beyond} <= {slack} THEN {close} ELSE -2 END"


def duck(tables: Tables, job: Job, clock: Clock) -> pd.DataFrame:
    """DuckDB: one query, that joins on what must be equal and keeps the best by QUALIFY."""
    import duckdb

    states = {
        "budget": in_sql("CASE WHEN n_rent THEN h_rent ELSE h_sale END", "budget", "n_slack"),
        "district": "CASE WHEN n_area_name & h_area_name > 0 THEN 100 WHEN n_areas THEN 80 ELSE 100 END",
        "area": in_sql("h_area", "area", "n_slack"), "rooms": in_sql("h_rooms", "rooms", "0"), "use": "100",
        "orient": "CASE WHEN n_orient & h_orient > 0 THEN 100 ELSE -2 END", "lift": "CASE WHEN h_lift THEN 100 ELSE -2 END",
    }  # fmt: skip
    asked = {"orient": " * n_orients::INT", "lift": " * n_lift::INT"}
    points = " + ".join(
        f"{WEIGHTS[key]}{asked.get(key, '')} * CASE WHEN s_{key} = -1 THEN 50 ELSE greatest(s_{key}, 0) END"
        for key in ASKED
    )
    possible = " + ".join(f"{WEIGHTS[key]}{asked.get(key, '')}" for key in ASKED)
    judged = ", ".join(f"{state} AS s_{key}" for key, state in states.items())
    with clock.part():
        needs, homes = sides(tables)
        query = f"""
            WITH judged AS (
                SELECT *, {judged} FROM needs JOIN homes ON n_use = h_use AND CASE WHEN n_rent THEN h_let ELSE h_sold END
                AND (n_area_name & h_area_name > 0 OR n_district & h_district > 0)
            ), scored AS (
                SELECT n_id, h_id, ((20 * ({points}) + ({possible}))::BIGINT // (2 * ({possible}))::BIGINT) AS score
                FROM judged WHERE s_budget <> -2 AND s_rooms <> -2
            )
            SELECT * FROM scored QUALIFY row_number() OVER (PARTITION BY n_id ORDER BY score DESC, h_id) <= {job.top}
            ORDER BY n_id, score DESC, h_id
        """
        with duckdb.connect() as database:
            database.register("needs", needs.astype({"n_use": np.int64}))
            database.register("homes", homes)
            return database.sql(query).df()


def options(job: Job) -> Match:
    return Match(per_need=job.top)


def pairs_only(tables: Tables, job: Job, clock: Clock) -> pd.DataFrame:
    """The matcher's pairs and scores in both directions, without words: what the peers do, twice."""
    with clock.part():
        scorer = Scorer(
            open_needs(tables["requests"]), on_market(tables["listings"]), Context(TODAY.year, options(job))
        )
        found, _, _ = best_pairs(scorer, np.arange(len(scorer.needs)), np.empty(0, dtype=np.int64), options(job))
    return pd.DataFrame({"n_id": found.need, "h_id": found.listing, "score": found.score})


def ours(tables: Tables, job: Job, clock: Clock) -> pd.DataFrame:
    """The matcher, with its words and both directions."""
    with clock.part():
        frame = match(tables, TODAY, replace(Settings(), match=options(job))).results["matches"]
    return places_of(frame, tables)


def one_need(tables: Tables, job: Job, clock: Clock) -> pd.DataFrame:
    """The matcher for one selected need, as the button 匹配所选 runs it."""
    needs = open_needs(tables["requests"])["req_id"]
    with clock.part():
        found = match_needs(tables, TODAY, replace(Settings(), match=options(job)), [needs.iloc[len(needs) // 2]])
    return places_of(found.results["matches"], tables)


def places_of(frame: pd.DataFrame, tables: Tables) -> pd.DataFrame:
    """Return the rows of 匹配结果 as the peers name them."""
    needs, homes = open_needs(tables["requests"])["req_id"], on_market(tables["listings"])["listing_id"]
    places = [pd.Index(ids).get_indexer(frame[ids.name]) for ids in (needs, homes)]
    return pd.DataFrame({"n_id": places[0], "h_id": places[1], "score": frame["score"] * 10})


ENGINES: dict[str, Callable[[Tables, Job, Clock], pd.DataFrame]] = {
    "pandas cross merge": partial(by_block, best=merged),
    "pandas merge on keys": partial(by_block, best=merged_on_keys),
    "NumPy blocks": partial(by_block, best=blocks),
    "DuckDB, QUALIFY": duck,
    "Genjin, pairs": pairs_only,
    "Genjin, with words": ours,
    FULL: ours,
    f"Genjin, pairs{NUMBA}": pairs_only,
    f"Genjin, with words{NUMBA}": ours,
    f"{FULL}{NUMBA}": ours,
    f"{FULL}, one need": one_need,
}
PARTLY = ("pandas cross merge", "pandas merge on keys", "NumPy blocks")


def measured(job: Job) -> tuple[Job, Clock, float, pd.DataFrame]:
    gc.disable()
    tiles.COMPILED = 0 if NUMBA in job.engine else sys.maxsize
    with open(job.tables, "rb") as file:
        tables, clock = pickle.load(file), Clock()
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    found = ENGINES[job.engine](tables, job, clock)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return job, clock, (peak - before) / 1024, found.round().astype(np.int64).reset_index(drop=True)


def differs(found: pd.DataFrame, reference: pd.DataFrame, job: Job) -> bool:
    """Return whether an engine found other pairs, scores or order than the reference did for the needs that it looked at."""
    seen = reference[reference["n_id"] // BLOCK % job.part == 0].reset_index(drop=True)
    return not found.equals(seen)


def shown(job: Job, clock: Clock, more: float, rows: int, first: float) -> None:
    """Print a row of the README's table; `first`: the CPU seconds of "Genjin, everything" without numba."""
    name = f"~ {job.engine}" if job.part > 1 else job.engine
    print(
        f"| {name} | {clock.cpu:.2f} | {clock.wall:.2f} | {more:.0f} | {rows:,} | {clock.cpu / first:.1f} |", flush=True
    )


def stored(size: str, folder: str) -> Tables:
    """Return the tables of a size, after both kinds are written into files: no engine's memory or time is that of the sample."""
    for kind in ("cut", "full"):
        tables = tables_of(size, cut=kind == "cut")
        with open(Path(folder) / f"{size}-{kind}", "wb") as file:
            pickle.dump(tables, file)
    return tables


def main(size: str, given: argparse.Namespace, folder: str) -> int:
    top, times, shape = given.top, given.times, stored(size, folder)
    needs, homes = len(open_needs(shape["requests"])), len(on_market(shape["listings"]))
    print(f"{size}: {needs:,} open needs × {homes:,} listings on the market, top {top}")
    print(f"{os.cpu_count()} processors, load {os.getloadavg()[0]:.1f} at the start; ours: the best of {times}\n")
    named = [name for name in ENGINES if name.startswith("Genjin") or not given.ours]
    there = [name for name in named if name not in NEEDED or importlib.util.find_spec(NEEDED[name])]
    jobs = [Job(size, top, name, folder) for name in there]
    found: dict[Job, pd.DataFrame] = {}
    best: dict[Job, tuple[Clock, float]] = {}
    with multiprocessing.get_context("spawn").Pool(1, maxtasksperchild=1) as pool:
        if any(NUMBA in name for name in there):
            pool.apply(measured, [Job(size, top, f"Genjin, pairs{NUMBA}", folder)])  # so that the machine code is made
        todo = [job for job in jobs for _ in range(times if job.engine.startswith("Genjin") else 1)]
        for job, clock, more, frame in pool.imap(measured, todo):
            found[job], (old, less) = frame, best.get(job, (clock, more))
            best[job] = min(old, clock, key=lambda one: one.cpu), max(less, more)
            print(f"{job.engine}: {clock.cpu:.2f}", file=sys.stderr, flush=True)
    print("| | CPU s | wall s | MB more | rows | CPU, ours = 1 |\n|---|--:|--:|--:|--:|--:|")
    for job in jobs:
        shown(job, *best[job], len(found[job]), best[Job(size, top, FULL, folder)][0].cpu)
    for name in set(named) - set(there):
        print(f"\n{name}: not installed, left out")
    reference = found[Job(size, top, "Genjin, pairs", folder)]
    wrong = [
        job.engine for job, frame in found.items() if not job.engine.startswith(FULL) and differs(frame, reference, job)
    ]
    same = "all found the same pairs, scores and order (~: for the needs they looked at)"
    print(f"\nOTHERS THAN OUR {len(reference):,} PAIRS: {', '.join(wrong)}" if wrong else f"\n{same}\n")
    return len(wrong)


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("sizes", nargs="*", default=["store", "branch"])
    parser.add_argument("--top", type=int, default=10)
    parser.add_argument("--times", type=int, default=3, help="how often ours is run: the best counts")
    parser.add_argument("--ours", action="store_true", help="leave the peers out")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        sys.exit(max(main(size, asked, folder) for size in asked.sizes))
