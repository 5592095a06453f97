"""Events of the columns that hold dates: once, or every year."""

import numpy as np
import pandas as pd

from macros.festivals import next_anniversaries
from macros.triggers.desk import Desk, Places, events_frame, no_events, row_ids
from macros.triggers.rules import Rule
from workbook.sheets import BY_KEY
from workbook.sheets.trigger_rules import DATED

OVER = {
    "deals": ("status", ("解约",)), "listings": ("status", ("已售", "已租", "下架", "他售")),
    "requests": ("req_status", ("已满足", "取消")), "viewings": ("status", ("取消", "爽约")),
}  # fmt: skip
"""Sheet -> column and what it says of rows that are no longer worked on: their dates make no tasks."""


def dated_events(desk: Desk, rule: Rule) -> pd.DataFrame:
    """Return the events of a dated column that make a task today, as a frame of events."""
    source = DATED[rule.event]
    frame = desk.tables[source.sheet]
    days = frame[source.column]
    on = _coming(desk, rule, days) if source.yearly else days.dt.normalize()
    kept = desk.window(rule, on)
    frame, on = frame.loc[kept], on.loc[kept]
    usable = (row_ids(source.sheet, frame) != "").to_numpy(dtype=bool)
    if source.sheet in OVER:
        column, words = OVER[source.sheet]
        usable = usable & ~frame[column].isin(words).to_numpy()
    frame, on = frame.loc[usable], on.loc[usable]
    if not len(frame):
        return no_events()
    client = desk.clients_of(source.sheet, frame)
    found = pd.DataFrame({
        "row_id": row_ids(source.sheet, frame), "object_id": _objects(desk, source.sheet, frame, client), "client": client,
        "on": on, "why": _reasons(desk, rule, frame, on),
    })  # fmt: skip
    return events_frame(found.loc[found["object_id"] != ""])


def _objects(desk: Desk, sheet: str, frame: pd.DataFrame, client: Places) -> pd.Series:
    """Return the id of the client that each row is about, else of the listing or the owner."""
    ids = desk.clients["client_id"].to_numpy(dtype=object)
    mine = pd.Series(np.append(ids, "")[client], index=frame.index, dtype=object)
    if sheet == "listings":
        return frame["listing_id"]
    if sheet == "followups":
        return mine.where(frame["obj"] == "客户", frame["obj_id"])
    return mine


def _coming(desk: Desk, rule: Rule, days: pd.Series) -> pd.Series:
    """Return the round of each day that a task of today can be about; NaT for the day itself, which is no anniversary."""
    back = rule.offset_days + desk.late_days(rule) if rule.offset_days >= 0 else 0
    given = days.to_numpy().astype("datetime64[D]")
    found = next_anniversaries(given, (desk.day - pd.Timedelta(days=back)).date())
    return pd.Series(np.where(found > given, found, np.datetime64("NaT", "D")), index=days.index).astype(
        "datetime64[s]"
    )


def _reasons(desk: Desk, rule: Rule, frame: pd.DataFrame, on: pd.Series) -> list[str]:
    source = DATED[rule.event]
    label = BY_KEY[source.sheet][source.column].label
    cells = desk.cells(source.sheet, source.column, frame.index.tolist())
    if not source.yearly:
        return [f"{label} {day:%Y-%m-%d}({cell})" for day, cell in zip(on, cells, strict=True)]
    written = frame[source.column]
    return [
        f"{label} {first.month}月{first.day}日({cell}), 这次是 {day:%Y-%m-%d}"
        for first, day, cell in zip(written, on, cells, strict=True)
    ]
