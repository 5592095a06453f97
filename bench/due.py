"""今日待办 of 20,000 clients with 1,000,000 rows in their log, and the tasks of 100,000 clients by 20 rules, reading and writing aside.

    python bench/due.py [--clients N] [--log N] [--looped N]

The tables are the store sample drawn many times over, seeded, in memory, every client with a grade. Beside it stands a loop over the
clients as one would write it with pandas: the log in groups, per client the last contact that reached them, what is open since. It
knows two of the reasons, open questions and promises, and makes no lines; it is timed on some clients and reckoned up, and must name the
same ones. Each measurement is a process of its own, best of three. The marks are about CPU seconds, of which a single thread uses as many
as it takes on a machine with nothing else to do. Exits with 1 where a mark is missed or the two disagree.
"""

import argparse
import datetime as dt
import multiprocessing
import resource
import sys
import time
from collections.abc import Callable
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

import numpy as np
import pandas as pd

from macros.cadence import default_cadence
from macros.contacts import REACHED
from macros.due import due
from macros.due_case import NOTHING
from macros.due_reasons import PROMISE, QUESTION
from macros.settings import Settings
from macros.triggers import triggers
from macros.triggers.rules import default_triggers
from workbook.changes import Outcome
from workbook.samples import sample
from workbook.sheets import SHEETS
from workbook.tables import Layout, Tables, empty_frame

TODAY = dt.date(2026, 11, 20)
DUE_SECONDS, TRIGGER_SECONDS, LEAST_RATIO = 2.0, 1.5, 10
TRIGGER_CLIENTS, TRIGGER_LOG, RULES = 100_000, 200_000, 20
LOG_DAYS, DAY_SECONDS = 730, 86_400
ROUNDS = 3
Figures = tuple[float, float, float, int]


def tables_of(clients: int, log: int) -> Tables:
    """Return tables of so many clients and follow-ups; the other sheets grow with the clients."""
    rng = np.random.default_rng(1)
    small = {sheet.key: empty_frame(sheet) for sheet in SHEETS} | sample("store", seed=1, today=TODAY, clean=True)
    copies, frames = -(-clients // len(small["clients"])), dict(small)
    for key in ("clients", "requests", "deals", "viewings", "surveys", "referrals"):
        frames[key] = _copies(small[key], copies)
    frames["clients"] = (
        frames["clients"].iloc[:clients].assign(grade=rng.choice([*"AABBBCCCDDDD"], clients).astype(object))
    )
    frames["followups"] = _log(small["followups"], frames["clients"]["client_id"].to_numpy(), log, rng)
    frames |= {"cadence": default_cadence(), "trigger_rules": default_triggers().iloc[:RULES]}
    layouts = {s.key: Layout(s, s.label, 1, {c.key: i for i, c in enumerate(s.columns, 1)}) for s in SHEETS}
    return Tables(frames, layouts)


def _copies(frame: pd.DataFrame, copies: int) -> pd.DataFrame:
    """Return the rows so many times over, the ids of each copy its own."""
    many = frame.iloc[np.tile(np.arange(len(frame)), copies)]
    tail = np.repeat([f"{n:02}" for n in range(copies)], len(frame)).astype(object)
    ids = [key for key in many.columns if key.endswith("_id")]
    told = {key: many[key].where(many[key] == "", many[key] + tail) for key in ids}
    return many.assign(**told).set_axis(pd.RangeIndex(2, len(many) + 2))


def _log(frame: pd.DataFrame, clients: np.ndarray, count: int, rng: np.random.Generator) -> pd.DataFrame:
    """Return so many rows about clients, each at a moment of the last two years; what they plan and promise moves with them."""
    about = frame.loc[frame["obj"] == "客户"]
    rows = about.iloc[rng.integers(0, len(about), count)]
    end = np.datetime64(TODAY, "s") + np.timedelta64(18 * 3600, "s")
    at = end - rng.integers(0, LOG_DAYS * DAY_SECONDS // 60, count).astype("timedelta64[m]")
    moved = pd.to_timedelta((at - rows["at"].to_numpy()).astype("timedelta64[D]").astype("int64"), unit="D")
    dates = {key: rows[key].to_numpy() + moved.to_numpy() for key in ("next_at", "promise_by")}
    ids = [f"F{n:07}" for n in range(count)]
    drawn = rows.assign(fu_id=ids, obj_id=clients[rng.integers(0, len(clients), count)], at=at, **dates)
    return drawn.astype(dict.fromkeys(("at", *dates), "datetime64[s]")).set_axis(pd.RangeIndex(2, count + 2))


def looped(tables: Tables, clients: list[str]) -> tuple[set[tuple[str, str]], float]:
    """Return (client, rule) of the open questions and the promises due of those clients, and the seconds that all would take."""
    log, seen, day = tables["followups"], tables["viewings"], pd.Timestamp(TODAY)
    end, found, began = day + pd.Timedelta(days=1), set(), time.process_time()
    log = log.loc[(log["obj"] == "客户") & (log["at"] < end)]
    groups, met = log.groupby("obj_id").indices, seen.loc[(seen["status"] == "已看") & (seen["at"] < end)]
    visits = met.groupby("client_id")["at"].max()
    once = time.process_time() - began
    for who in clients:
        mine = log.iloc[groups.get(who, [])].sort_values(["at", "fu_id"])
        last = max(mine.loc[mine["result"].isin(REACHED), "at"].max(), visits.get(who, pd.Timestamp.min))
        if (~mine["question"].isin(NOTHING) & ~(mine["at"] < last)).any():
            found.add((who, QUESTION))
        kept = (mine["at"] < last) & (last.normalize() >= mine["promise_by"])
        if (~mine["promise"].isin(NOTHING) & (mine["promise_by"] <= day) & ~kept).any():
            found.add((who, PROMISE))
    each = (time.process_time() - began - once) / len(clients)
    return found, once + each * len(tables["clients"])


def compared(tables: Tables, count: int) -> Figures:
    """Return the figures of the loop; -1 lines where the list names others. Half of its clients stand on the list for such a reason."""
    people = tables["clients"]
    people = people.loc[people["consent"] != "拒绝", "client_id"]
    listed = due(tables, TODAY, Settings()).results["due"]
    listed = listed.loc[listed["rule"].isin([QUESTION, PROMISE])]
    named = listed["client_id"].drop_duplicates().head(count // 2)
    clients = [*named, *people.loc[~people.isin(named)].head(count - len(named))]
    found, took = looped(tables, clients)
    ours = listed.loc[listed["client_id"].isin(clients)]
    same = found == set(zip(ours["client_id"], ours["rule"], strict=True))
    return took, took, 0.0, len(found) if same else -1


def measured(job: tuple[str, int, int, int]) -> Figures:
    """Return the least wall and CPU seconds of several rounds, the peak memory in MB beyond the tables, and the number of lines."""
    name, clients, log, some = job
    tables = tables_of(clients, log)
    works: dict[str, Callable[[], Outcome]] = {
        "due": lambda: due(tables, TODAY, Settings()), "triggers": lambda: triggers(tables, TODAY, Settings()),
    }  # fmt: skip
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    if name == "loop":
        return compared(tables, some)
    rounds = [_timed(works[name]) for _ in range(ROUNDS)]
    peak = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1024
    cpu, wall, lines = min(rounds)
    return wall, cpu, peak, lines


def _timed(work: Callable[[], Outcome]) -> tuple[float, float, int]:
    """Return CPU and wall seconds and the number of lines."""
    began, cpu = time.perf_counter(), time.process_time()
    found = work()
    cpu, wall = time.process_time() - cpu, time.perf_counter() - began
    return cpu, wall, len(found.results["due"]) if "due" in found.results else int(str(found.figures["tasks"]))


def main() -> int:
    """Print the figures; return 1 where a mark is missed or the loop disagrees."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--clients", type=int, default=20_000)
    parser.add_argument("--log", type=int, default=1_000_000)
    parser.add_argument("--looped", type=int, default=1_000)
    given = parser.parse_args()
    jobs = {
        f"due, {given.clients:,} clients, {given.log:,} rows": ("due", given.clients, given.log, 0),
        f"the loop, {given.looped} clients reckoned up": ("loop", given.clients, given.log, given.looped),
        f"triggers, {TRIGGER_CLIENTS:,} clients x {RULES} rules": ("triggers", TRIGGER_CLIENTS, TRIGGER_LOG, 0),
    }
    print(f"{'':46} {'wall s':>9} {'CPU s':>9} {'MB more':>8} {'lines':>8}")
    found: dict[str, Figures] = {}
    with multiprocessing.get_context("spawn").Pool(1, maxtasksperchild=1) as pool:
        for (name, job), figures in zip(jobs.items(), pool.imap(measured, jobs.values()), strict=True):
            found[job[0]] = figures
            wall, cpu, more, lines = figures
            print(f"{name:46} {wall:9.2f} {cpu:9.2f} {more:8.0f} {lines:8,}", flush=True)
    ratio = found["loop"][1] / found["due"][1]
    print(f"ratio {ratio:,.0f} x; marks: {DUE_SECONDS} s, {TRIGGER_SECONDS} s, {LEAST_RATIO} x")
    met = found["due"][1] <= DUE_SECONDS and found["triggers"][1] <= TRIGGER_SECONDS and ratio >= LEAST_RATIO
    print("the loop names the same reasons" if found["loop"][3] >= 0 else "THE LOOP NAMES OTHER REASONS")
    return 0 if met and found["loop"][3] >= 0 else 1


if __name__ == "__main__":
    sys.exit(main())
