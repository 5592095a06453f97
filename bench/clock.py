"""Working days of 100,000 clients by the cumulative table, beside a loop over the calendar package and beside NumPy's own calendar.

    python bench/clock.py [--rows N] [--looped N]

The clients were last heard of up to sixty days ago. The loop asks the package for each of them; it is timed on some and reckoned up.
Both ways must agree on those. NumPy knows days off but no make-up working days: how many clients it gets wrong is printed. Best of five.
"""

import argparse
import datetime as dt
import sys
import time
from collections.abc import Callable
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from macros.clock import Calendar, Hours, published_days
from macros.festivals import days_until_anniversary

FIRST, TODAY = np.datetime64("2026-09-21"), np.datetime64("2026-11-20")
MOST_SECONDS, LEAST_RATIO = 0.01, 1_000
Days = NDArray[np.datetime64]


def by_loop(starts: Days) -> list[int]:
    """Return the working days since each start, as the package lists them."""
    from chinese_calendar import get_workdays

    day, today = dt.timedelta(days=1), TODAY.item()
    return [len(get_workdays(start + day, today)) for start in starts.astype("datetime64[D]").tolist()]


def by_numpy(starts: Days, days: pd.DataFrame) -> NDArray[np.int64]:
    """Return the working days since each start by NumPy's business days: Monday to Friday without the days off."""
    off = days.loc[days["kind"] == "休息", "day"].to_numpy().astype("datetime64[D]")
    return np.busday_count(starts.astype("datetime64[D]") + 1, TODAY + 1, holidays=off)


def seconds(work: Callable[[], object], times: int = 5) -> float:
    """Return the shortest of several runs."""
    found = []
    for _ in range(times):
        began = time.perf_counter()
        work()
        found.append(time.perf_counter() - began)
    return min(found)


def main() -> int:
    """Print the figures; return 1 where the table misses its mark or disagrees with the package."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rows", type=int, default=100_000)
    parser.add_argument("--looped", type=int, default=2_000)
    options = parser.parse_args()
    rng = np.random.default_rng(1)
    span = int((TODAY - FIRST).astype(int)) * 86_400
    starts = FIRST.astype("datetime64[s]") + rng.integers(0, span, options.rows).astype("timedelta64[s]")
    days = published_days(2004)
    tables = {"calendar": days, "settings": pd.DataFrame({"key": []})}
    calendar = Calendar.of(tables, Hours())
    some = starts[: options.looped]
    looped = seconds(lambda: by_loop(some), 1) * options.rows / len(some)
    counted = calendar.working_days_between(starts, TODAY)
    wrong = float(np.mean(by_numpy(starts, days) != counted))
    ours = seconds(lambda: calendar.working_days_between(starts, TODAY))
    birthdays = rng.integers(-10_000, 13_000, options.rows).astype("datetime64[D]")
    rows = {
        "the table, made once": seconds(lambda: Calendar.of(tables, Hours())),
        "working days between": ours,
        "working days added": seconds(lambda: calendar.add_working_days(starts, 3)),
        "opening minutes between": seconds(lambda: calendar.working_minutes_between(starts, TODAY)),
        "reply due in 30 minutes": seconds(lambda: calendar.reply_by(starts, 30)),
        "birthdays": seconds(lambda: days_until_anniversary(birthdays, TODAY.item())),
        "lunar birthdays": seconds(lambda: days_until_anniversary(birthdays, TODAY.item(), True)),
        f"numpy.busday_count, {wrong:.0%} wrong": seconds(lambda: by_numpy(starts, days)),
        f"chinese_calendar in a loop ({len(some):,} rows reckoned up)": looped,
    }
    print(f"{options.rows:,} clients, seconds")
    for name, took in rows.items():
        print(f"{took:9.4f}  {name}")
    print(f"ratio {looped / ours:,.0f} x")
    agree = by_loop(some) == counted[: len(some)].tolist()
    return 0 if agree and ours <= MOST_SECONDS * options.rows / 100_000 and looped / ours >= LEAST_RATIO else 1


if __name__ == "__main__":
    sys.exit(main())
