"""What score rules rest on: the values of a field per client, each with the rows that it was read from.

Open needs are those that are neither 已满足 nor 取消. A client with several is judged by whichever of them meets a rule.
"""

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from macros.contacts import cell_prefix, client_log, days_since, seen_viewings
from workbook.schema import DATE_KINDS, NUMBER_KINDS, Column, Kind
from workbook.sheets.requests import REQUESTS
from workbook.sheets.score_rules import COMPUTED, FIELDS
from workbook.tables import Tables

RECENT_DAYS, SEASON_DAYS = 30, 90  # the names of the fields say so
CELLS_PER_RULE = 3
CLOSED_NEEDS = ("已满足", "取消")
MUST = "必须"
_NOT_TOLD = {"req_id", "client_id", "req_status", "tolerance"}
TOLD = tuple(c.key for c in REQUESTS.columns if c.key not in _NOT_TOLD and not c.key.startswith("w_"))
WEIGHTS = tuple(c.key for c in REQUESTS.columns if c.key.startswith("w_"))


@dataclass(frozen=True)
class Field:
    """Observations of one field: `owner` is the client's position on 客户, `rows` are the Excel rows that a value comes from.

    All four are as long as there are observations; a client has none, one or several. `prefix` is the cells' address without row.
    """

    column: Column
    owner: NDArray[np.int64]
    values: "pd.Series[Any]"
    rows: list[tuple[int, ...]]
    prefix: str


class Facts:
    """The fields of a workbook's clients, each read when it is first asked for."""

    def __init__(self, tables: Tables, today: dt.date) -> None:
        self.tables, self.today = tables, today
        self._known: dict[str, Field] = {}

    def __getitem__(self, name: str) -> Field:
        """Return the field of that name. Raises KeyError where FIELDS does not list it."""
        if name not in self._known:
            self._known[name] = self._read(name, FIELDS[name])
        return self._known[name]

    def _read(self, name: str, column: Column) -> Field:
        if name in COMPUTED:
            return _COMPUTED[name](self, column)
        if name.startswith("客户."):
            clients = self.tables["clients"]
            return self._field(column, ("clients", column.key), clients[column.key], np.arange(len(clients)))
        return self._of_needs(column, column.key, self.needs[column.key])

    @cached_property
    def clients(self) -> pd.DataFrame:
        """The position of every client id on 客户; an id that stands twice has both."""
        ids = self.tables["clients"]["client_id"]
        found = pd.DataFrame({"client_id": ids.to_numpy(), "owner": np.arange(len(ids))})
        return found.loc[found["client_id"] != ""]

    @cached_property
    def needs(self) -> pd.DataFrame:
        """The open needs of known clients, by need id, with `row` and `owner`."""
        needs = self.tables["requests"]
        return self._owned(needs.loc[~needs["req_status"].isin(CLOSED_NEEDS)].sort_values("req_id"))

    @cached_property
    def log(self) -> pd.DataFrame:
        """The follow-ups of known clients, latest first, with `row`, `owner` and `days` since."""
        log = client_log(self.tables, self.today)
        return self._owned(log.assign(days=days_since(log["at"], self.today)).iloc[::-1])

    @cached_property
    def seen(self) -> pd.DataFrame:
        """The viewings of known clients that took place, latest first, with `row`, `owner` and `days` since."""
        seen = seen_viewings(self.tables, self.today)
        return self._owned(seen.assign(days=days_since(seen["at"], self.today)).iloc[::-1])

    @cached_property
    def missed(self) -> pd.DataFrame:
        """The viewings that known clients did not turn up for, latest first, with `row` and `owner`."""
        viewings = self.tables["viewings"]
        return self._owned(viewings.loc[viewings["status"] == "爽约"].sort_values(["at", "v_id"]).iloc[::-1])

    def _owned(self, frame: pd.DataFrame) -> pd.DataFrame:
        return frame.assign(row=frame.index).merge(self.clients, on="client_id")

    def _field(self, column: Column, where: tuple[str, str], values: pd.Series, owner: NDArray[np.int64]) -> Field:
        """Return a field whose values come from one cell each, of the column `where` (sheet, column) and the row of their index."""
        rows: list[tuple[int, ...]] = [(row,) for row in values.index.tolist()]
        return Field(column, owner, values.reset_index(drop=True), rows, cell_prefix(self.tables, *where))

    def _of_needs(self, column: Column, key: str, values: pd.Series) -> Field:
        named = values.set_axis(self.needs["row"])
        return self._field(column, ("requests", key), named, self.needs["owner"].to_numpy())

    def filled(self, column: Column) -> Field:
        """需求.填写项数."""
        told = [has_content(FIELDS[f"需求.{REQUESTS[key].label}"], self.needs[key]) for key in TOLD]
        return self._of_needs(column, "req_id", pd.Series(np.sum(told, axis=0), dtype="float64"))

    def musts(self, column: Column) -> Field:
        """需求.必须项数."""
        return self._of_needs(column, "req_id", (self.needs[list(WEIGHTS)] == MUST).sum(axis=1).astype("float64"))

    def days_left(self, column: Column) -> Field:
        """需求.距期望天数."""
        left = -days_since(self.needs["want_by"], self.today)
        return self._of_needs(column, "want_by", left.where(left >= 0))

    def down_share(self, column: Column) -> Field:
        """需求.首付比例."""
        needs = self.needs
        buys = (needs["deal_type"] == "买") & (needs["budget_max"] > 0)
        return self._of_needs(column, "down_payment", (needs["down_payment"] * 100 / needs["budget_max"]).where(buys))

    def count(self, column: Column, events: pd.DataFrame, sheet: str, key: str) -> Field:
        """Return how many events each client has, 0 included, with the rows of the latest."""
        n = len(self.tables["clients"])
        counts = np.bincount(events["owner"], minlength=n).astype(float)
        rows: list[tuple[int, ...]] = [()] * n
        for owner, row in zip(events["owner"].tolist(), events["row"].tolist(), strict=True):
            if len(rows[owner]) < CELLS_PER_RULE:
                rows[owner] = (*rows[owner], row)
        return Field(column, np.arange(n), pd.Series(counts), rows, cell_prefix(self.tables, sheet, key))

    def reached_share(self, column: Column) -> Field:
        """跟进.近90天有效率."""
        recent = self.log.loc[self.log["days"] <= SEASON_DAYS]
        reached, tried = (
            self.count(column, part, "followups", "result") for part in (recent.loc[recent["reached"]], recent)
        )
        share = reached.values * 100 / tried.values.where(tried.values > 0)
        return Field(column, tried.owner, share, tried.rows, tried.prefix)

    def latest(self, column: Column, events: pd.DataFrame, sheet: str, key: str) -> Field:
        """Return each client's latest value of a drop-down, passing over empty ones and 无."""
        told = events.loc[~events[key].isin(["", "无"])].drop_duplicates("owner")
        return self._field(column, (sheet, key), told[key].set_axis(told["row"]), told["owner"].to_numpy())


_COMPUTED: dict[str, Callable[[Facts, Column], Field]] = {
    "需求.填写项数": Facts.filled,
    "需求.必须项数": Facts.musts,
    "需求.距期望天数": Facts.days_left,
    "需求.首付比例": Facts.down_share,
    "跟进.近30天有效次数": lambda facts, column: facts.count(
        column, facts.log.loc[facts.log["reached"] & (facts.log["days"] <= RECENT_DAYS)], "followups", "result"
    ),
    "跟进.近90天有效率": Facts.reached_share,
    "跟进.最近反馈": lambda facts, column: facts.latest(column, facts.log, "followups", "feedback"),
    "跟进.最近情绪": lambda facts, column: facts.latest(column, facts.log, "followups", "mood"),
    "带看.次数": lambda facts, column: facts.count(column, facts.seen, "viewings", "status"),
    "带看.近30天次数": lambda facts, column: facts.count(
        column, facts.seen.loc[facts.seen["days"] <= RECENT_DAYS], "viewings", "status"
    ),
    "带看.爽约次数": lambda facts, column: facts.count(column, facts.missed, "viewings", "status"),
    "带看.最近反馈": lambda facts, column: facts.latest(column, facts.seen, "viewings", "feedback"),
}


def has_content(column: Column, values: pd.Series) -> NDArray[np.bool_]:
    """Return which values are not empty."""
    if column.kind in NUMBER_KINDS | DATE_KINDS:
        return np.asarray(values.notna(), dtype=bool)
    if column.kind is Kind.YESNO:
        return np.array([value is not None for value in values], dtype=bool)
    return np.asarray(values.astype(bool), dtype=bool)


def meets(field: Field, op: str, operand: Any) -> NDArray[np.bool_]:
    """Return which observations meet a condition (all but 有内容 and 无内容, which are about a client)."""
    values = field.values
    if op == "不低于":
        return np.asarray(values >= operand, dtype=bool)
    if op == "不高于":
        return np.asarray(values <= operand, dtype=bool)
    if op == "包含":
        return np.array([any(word in value for word in operand) for value in values], dtype=bool)
    return np.asarray(values.isin(operand), dtype=bool)
