"""Which column an event stands in, and where the row of a task's event is today."""

import numpy as np
import pandas as pd

from macros.festivals import next_anniversaries
from macros.triggers.computed import listed_days
from macros.triggers.desk import Desk
from workbook.sheets.trigger_rules import ASKED, CARED, CUT, DATED, FIRST, FITTING, OFFERED, PROMISED, Dated

_COMPUTED = {
    FIRST: Dated("clients", "first_contact_at"), OFFERED: Dated("followups", "at"), ASKED: Dated("followups", "at"),
    PROMISED: Dated("followups", "promise_by"), FITTING: Dated("listings", "mandate_from"), CARED: Dated("deals", "handover_on"),
    CUT: Dated("listings", "price_at"),
}  # fmt: skip
PAIRED = (FITTING, CUT)
"""Events about a client and a home, whose row is that of the home."""


def source_of(event: str) -> Dated | None:
    """Return the sheet and the column that hold the day of an event, None for a festival and what no single column tells."""
    return DATED.get(event) or _COMPUTED.get(event)


def current_rows(desk: Desk, tasks: pd.DataFrame, event: str) -> pd.DataFrame:
    """Return tasks (row_id, day) with `event_row`, the Excel row of their event (0: gone), and `now`, the day that stands there (or NaT).

    Of a yearly event it is the round nearest to the task's. Of several rows with the same id the first is meant.
    """
    source = source_of(event)
    assert source  # festivals have no row
    frame = desk.tables[source.sheet]
    rows = desk.rows_by_id(source.sheet)
    ids = [one.rpartition("+")[2] if event in PAIRED else one for one in tasks["row_id"].tolist()]
    event_row = np.array([rows.get(one, 0) for one in ids], dtype="int64")
    days = listed_days(frame) if event == FITTING else frame[source.column]
    now = days.reindex(event_row).to_numpy().astype("datetime64[D]").astype("datetime64[s]")
    tasks = tasks.assign(event_row=event_row, now=now)
    return tasks.assign(now=_nearest_round(tasks)) if source.yearly else tasks


def _nearest_round(tasks: pd.DataFrame) -> pd.Series:
    """Return the anniversary of `now` that is nearest to `day`, NaT where `now` is."""
    known = tasks.loc[tasks["now"].notna()]
    found = pd.Series(np.datetime64("NaT", "s"), index=tasks.index, dtype="datetime64[s]")
    for day, mine in known.groupby("day"):
        half_a_year_before = (pd.Timestamp(day) - pd.Timedelta(days=182)).date()
        coming = next_anniversaries(mine["now"].to_numpy().astype("datetime64[D]"), half_a_year_before)
        found.loc[mine.index] = coming.astype("datetime64[s]")
    return found
