"""What all events rest on: who the clients are, when a task is made, and the frame in which events are handed on."""

import datetime as dt
from collections.abc import Sequence
from functools import cached_property

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from macros.contacts import cell_prefix, contact_log, last_of_each, seen_viewings
from macros.settings import Settings
from macros.triggers.rules import Rule
from workbook.sheets import BY_KEY
from workbook.tables import Tables

Places = NDArray[np.int64]
Booleans = NDArray[np.bool_]
COLUMNS = ("row_id", "object_id", "client", "on", "since", "why", "who")
_NONE = pd.DataFrame(columns=list(COLUMNS), dtype=object).astype(
    {"client": "int64", "on": "datetime64[s]", "since": "datetime64[s]"}
)
EMPTY_WORDS = ("", "无", "没有", "暂无")


class Desk:
    """The tables with what several events look up. A client's place is the position of its row on 客户, -1 for nobody."""

    def __init__(self, tables: Tables, today: dt.date, settings: Settings) -> None:
        self.tables, self.today, self.settings = tables, today, settings
        self.day = pd.Timestamp(today).normalize()
        self.clients = tables["clients"]
        self._rows: dict[str, dict[str, int]] = {}

    def rows_by_id(self, sheet: str) -> dict[str, int]:
        """Return the Excel row of each id of a sheet (see `row_ids`), the first one's where it stands twice."""
        if sheet not in self._rows:
            frame = self.tables[sheet]
            ids, rows = row_ids(sheet, frame).tolist(), frame.index.tolist()
            self._rows[sheet] = dict(zip(reversed(ids), reversed(rows), strict=True))
            self._rows[sheet].pop("", None)
        return self._rows[sheet]

    @cached_property
    def _known(self) -> pd.Index:
        """The ids of clients by place; of rows with the same id the first by position is meant."""
        ids = self.clients["client_id"]
        return pd.Index(ids.where(~ids.duplicated() & (ids != ""), [f"\0{n}" for n in range(len(ids))]))

    def places(self, ids: pd.Series) -> Places:
        """Return the place of each client's id, -1 where nobody has it."""
        found: Places = self._known.get_indexer(pd.Index(ids))
        return found

    @cached_property
    def log(self) -> pd.DataFrame:
        """The follow-ups of known clients, as `contact_log` returns them, by Excel row, with `place` and `answered`: a later contact reached
        the client. See `told` for what stands in the rows."""
        log = self._log
        return log.assign(answered=self.last_reached.to_numpy()[log["place"]] > log["at"].to_numpy())

    @cached_property
    def _log(self) -> pd.DataFrame:
        return contact_log(self.tables, self.today).rename(columns={"owner": "place"}).set_index("row")

    def told(self, rows: pd.DataFrame, *columns: str) -> pd.DataFrame:
        """Return rows of the log with columns of 跟进 beside them."""
        followups, positions = self.tables["followups"], rows["position"].to_numpy()
        return rows.assign(**{key: followups[key].array[positions] for key in columns})

    @cached_property
    def latest(self) -> pd.DataFrame:
        """The last follow-up of each client who has one, in vain or not, by place: `at` and `row`, the Excel row number."""
        last = self._log.loc[last_of_each(self._log["place"].to_numpy())]
        return last.reset_index(names="row").set_index("place")[["at", "row"]]

    @cached_property
    def reached(self) -> pd.DataFrame:
        """Every contact that reached a known client: `place` and `at`, oldest first."""
        parts = [self._log.loc[self._log["reached"], ["place", "at"]], self.viewings]
        return pd.concat(parts).sort_values("at", kind="stable", ignore_index=True)

    @cached_property
    def viewings(self) -> pd.DataFrame:
        """The viewings of known clients that took place, by Excel row: `place` and `at`, oldest first."""
        seen = seen_viewings(self.tables, self.today)
        places = self.places(seen["client_id"])
        return pd.DataFrame({"place": places, "at": seen["at"].to_numpy()}, index=seen.index).loc[places >= 0]

    @cached_property
    def gave_up(self) -> pd.DataFrame:
        """The clients with an id who gave up, by place: client_id, lost_reason and first_contact_at."""
        places = np.flatnonzero((self.clients["status"] == "暂不考虑") & (self.clients["client_id"] != ""))
        return self.clients[["client_id", "lost_reason", "first_contact_at"]].iloc[places].set_axis(places)

    @cached_property
    def last_reached(self) -> pd.Series:
        """The time of the last contact that reached each client, by place, NaT where there is none."""
        last = self.reached.groupby("place")["at"].max()
        return last.reindex(range(len(self.clients))).astype("datetime64[s]")

    def clients_of(self, sheet: str, frame: pd.DataFrame) -> Places:
        """Return for each row of a sheet the place of the client it is about, -1 where it is about none."""
        if sheet == "followups":
            return self.places(frame["obj_id"].where(frame["obj"] == "客户", ""))
        if sheet == "deal_steps":
            deals = self.tables["deals"].drop_duplicates("deal_id").set_index("deal_id")["client_id"]
            return self.places(deals.reindex(frame["deal_id"]).fillna(""))
        key = next((key for key in ("client_id", "referrer_id") if key in frame and sheet != "listings"), "")
        return self.places(frame[key]) if key else np.full(len(frame), -1)

    def late_days(self, rule: Rule) -> float:
        """Return how long a task of a rule is still made after its day."""
        return rule.late_days if rule.late_days == rule.late_days else self.settings.trigger.late_days

    def window(self, rule: Rule, on: pd.Series, since: pd.Series | None = None) -> Booleans:
        """Return which events make a task today: from the day of the task (or `since`) until some days after it.

        A task that comes before its event is made until the day of the event: later there is nothing left to prepare.
        """
        day = on.dt.normalize()
        start = day + pd.Timedelta(days=rule.offset_days)
        end = day if rule.offset_days < 0 else start + pd.Timedelta(days=self.late_days(rule))
        if since is not None:
            start = since.dt.normalize().fillna(start)
        found: Booleans = ((start <= self.day) & (self.day <= end)).to_numpy(dtype=bool)
        return found

    def cells(self, sheet: str, column: str, rows: Sequence[int]) -> list[str]:
        """Return the addresses of a column's cells in these Excel rows, such as 成交!N2."""
        prefix = cell_prefix(self.tables, sheet, column)
        return [f"{prefix}{row}" for row in rows]


def row_ids(sheet: str, frame: pd.DataFrame) -> pd.Series:
    """Return what names each row, wherever it is sorted to; "" where a part of it is missing."""
    keys = BY_KEY[sheet].identity
    if len(keys) == 1:
        return frame[keys[0]]
    numbered = frame[keys[1]].map(lambda number: f"{number:g}" if number == number else "")
    return (frame[keys[0]] + "-" + numbered).where((frame[keys[0]] != "") & (numbered != ""), "")


def no_events() -> pd.DataFrame:
    """Return the frame of events without any."""
    return _NONE.copy()


def events_frame(found: pd.DataFrame) -> pd.DataFrame:
    """Return events with COLUMNS: `row_id` names the event's row, `on` is its day, `since` the day from which it is known (or NaT).

    `who` is to do it, "" for whom the rule names.
    """
    found = found.assign(since=found.get("since", pd.NaT), who=found.get("who", "")).astype(
        {"on": "datetime64[s]", "since": "datetime64[s]", "client": "int64"}
    )
    return found.assign(on=found["on"].dt.normalize()).reset_index(drop=True)[list(COLUMNS)]
