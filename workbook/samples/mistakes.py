"""What people type wrong on an ordinary day, so that a first 校验 has something to show."""

from collections.abc import Callable

import numpy as np
import pandas as pd

from workbook.samples.draw import DAY
from workbook.samples.world import World

Frames = dict[str, pd.DataFrame]


def with_mistakes(frames: Frames, world: World) -> Frames:
    """Return the frames with every mistake made in one row for each 500 clients, at least once."""
    times = max(1, world.size.clients // 500)
    frames = {key: frame.copy() for key, frame in frames.items()}
    rng = world.stream("mistakes")
    for sheet, where, slip in _SLIPS:
        frame = frames[sheet]
        rows = np.flatnonzero(where(frame))
        for row in rng.permutation(rows)[:times]:
            slip(frame, int(row), world)
    return frames


def _all(frame: pd.DataFrame) -> pd.Series:
    return pd.Series(True, index=frame.index)


def _has(key: str) -> Callable[[pd.DataFrame], pd.Series]:
    return lambda frame: frame[key].notna() & (frame[key] != "")


def _set(key: str, value: object) -> Callable[[pd.DataFrame, int, World], None]:
    """Return the slip that writes a value; a function of the row makes it."""

    def slip(frame: pd.DataFrame, row: int, _: World) -> None:
        frame.loc[row, key] = value(frame.loc[row]) if callable(value) else value

    return slip


def _same_phone(frame: pd.DataFrame, row: int, _: World) -> None:
    frame.loc[row, "phone1"] = frame.loc[(row + 7) % len(frame), "phone1"]


def _of_who_left(frame: pd.DataFrame, row: int, world: World) -> None:
    frame.loc[row, "owner"] = world.staff.loc[world.staff["to_date"].notna(), "name"].iloc[0]


_SLIPS: tuple[tuple[str, Callable[[pd.DataFrame], pd.Series], Callable[[pd.DataFrame, int, World], None]], ...] = (
    ("clients", _all, _set("phone1", lambda row: row["phone1"][:-1])),
    ("clients", _all, _same_phone),
    ("clients", _all, _set("salutation", "")),
    ("clients", lambda f: f["status"] == "意向强烈", _set("status", "意向强")),
    ("clients", lambda f: f["grade_manual"] != "", _set("grade_reason", "")),
    ("clients", lambda f: f["status"] == "需求明确", _of_who_left),
    ("requests", _has("budget_min"), _set("budget_max", lambda row: max(1, row["budget_min"] - 30))),
    ("requests", _all, _set("client_id", "C999999")),
    ("listings", lambda f: f["floor"] > 1, _set("floor", lambda row: row["floors"] + 1)),
    ("listings", lambda f: f["deal_type"] == "售", _set("price", lambda row: row["price"] * 10_000)),
    ("listings", _all, _set("cons", "")),
    ("followups", _has("next_at"), _set("next_at", lambda row: row["at"] - DAY)),
    ("followups", _has("promise"), _set("promise_by", pd.NaT)),
    ("followups", lambda f: f["obj"] == "客户", _set("summary", "已联系")),
)
