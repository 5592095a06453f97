"""What the reasons of 今日待办 rest on: the clients, their log, their rhythm, and what was already settled on the list."""

import datetime as dt
from functools import cached_property

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from macros.cadence import rhythm
from macros.contacts import cell_prefix, contact_log, days_of, last_contacts, owners_of
from macros.due_ledger import Ledger, read_ledger
from macros.settings import Settings
from workbook.tables import Tables

COLUMNS = ("owner", "rule", "due", "gap", "reason", "what", "channel", "cells", "basis", "who", "template")
SETTLED = ("已成交", "暂不考虑")
NOTHING = ("", "无", "没有", "暂无")
_STEPS = {
    "潜在": "了解需求, 提出置业建议", "意向": "推荐房源, 邀约看房", "洽谈": "谈价格和条款, 准备签约", "成交": "跟进签约后的手续",
    "售后": "回访居住感受, 请求转介绍",
}  # fmt: skip
_STEPS_BY_GRADE = {"A": "推荐精准房源, 邀约看房", "B": "发市场动态和合适房源", "C": "了解需求, 逐步引导", "D": "发节日问候或市场月报"}  # fmt: skip
_LOST_STEP = "发市场月报, 了解近况"


NOBODY = (
    pd.DataFrame([[0, "", pd.Timestamp(0), 0.0, *[""] * 7]], columns=list(COLUMNS))
    .head(0)
    .astype({"due": "datetime64[s]"})
)


class Case:
    """What the reasons rest on. Frames with `owner` (the position of the client on 客户) hold known clients only.

    `grades` are the grades that count, a row per client. An id that stands twice on 客户 means its first row by position.
    """

    def __init__(self, tables: Tables, today: dt.date, settings: Settings, grades: pd.Series) -> None:
        self.tables, self.today, self.settings, self.grades = tables, today, settings, grades
        self.clients = tables["clients"]
        self.day = pd.Timestamp(today).normalize()
        self._prefixes: dict[tuple[str, str], str] = {}
        self.nobody = NOBODY  # candidates of a rule that nobody falls under

    @cached_property
    def contacts(self) -> pd.DataFrame:
        """When known clients were contacted; see `contact_log`."""
        return contact_log(self.tables, self.today)

    @cached_property
    def log(self) -> pd.DataFrame:
        """`contacts` with `answered`: whether a later contact reached the client. See `told` for what stands in the rows."""
        at = self.contacts["at"].to_numpy()
        return self.contacts.assign(answered=self.last["at"].to_numpy()[self.contacts["owner"]] > at)

    def told(self, rows: pd.DataFrame, *columns: str) -> pd.DataFrame:
        """Return rows of the log with columns of 跟进 beside them."""
        followups, places = self.tables["followups"], rows["position"].to_numpy()
        return rows.assign(**{key: followups[key].array[places] for key in columns})

    @cached_property
    def last(self) -> pd.DataFrame:
        """The last contact that reached each client: `at` and its `cell`."""
        return last_contacts(self.tables, self.today, self.contacts)

    @cached_property
    def rhythm(self) -> pd.DataFrame:
        """The shortest and the longest gap of each client and where they stand; see `macros.cadence.rhythm`."""
        return rhythm(self.tables, self.settings.follow, self.grades, self.settled)

    @cached_property
    def gaps(self) -> pd.Series:
        """The longest gap in days: by grade and stage; of those who bought or gave up, that of D."""
        return self.rhythm["longest"]

    @cached_property
    def ledger(self) -> Ledger:
        """What people settled on the list so far: lines that are done, put off or dropped."""
        return read_ledger(self.tables)

    @cached_property
    def settled(self) -> pd.Series:
        """Who bought (已成交, or in 售后) or gave up (暂不考虑)."""
        return self.clients["status"].isin(SETTLED) | (self.clients["stage"] == "售后")

    @cached_property
    def steps(self) -> list[str]:
        """What comes next with each client by stage; market news for those who gave up; by grade where there is no stage."""
        rows = zip(self.clients["status"], self.clients["stage"], self.grades, strict=True)
        return [
            _LOST_STEP if status == "暂不考虑" else _STEPS.get(stage) or _STEPS_BY_GRADE[grade]
            for status, stage, grade in rows
        ]

    def prefix(self, sheet: str, column: str) -> str:
        """Return the address of a column's cells without the row number."""
        if (sheet, column) not in self._prefixes:
            self._prefixes[sheet, column] = cell_prefix(self.tables, sheet, column)
        return self._prefixes[sheet, column]

    def owned(self, frame: pd.DataFrame) -> pd.DataFrame:
        """Return the rows of known clients (by `client_id`), with `row`, the Excel row number, and `owner` added."""
        found = frame.assign(row=frame.index, owner=owners_of(self.tables, frame["client_id"]))
        return found.loc[found["owner"] >= 0]

    def candidates(self, rule: str, found: pd.DataFrame, gap: float | None = None) -> pd.DataFrame:
        """Return a frame of COLUMNS: `found` has owner, due, reason and cells; the others may be "" or missing.

        An empty `what` becomes the step of the client's stage; `gap` is what makes one gap overdue, that of the grade if None. `basis`
        tells one occasion of a rule from the next whatever the order of the rows, so that it can be settled once; the day if missing.
        `who` is to do it where that is not the client's own agent; `template` is the id of the one that says it.
        """
        if not len(found):
            return self.nobody
        owner = found["owner"].to_numpy()
        what = found["what"] if "what" in found else [""] * len(found)
        gaps = self.gaps.to_numpy()[owner] if gap is None else gap
        step = [said or self.steps[place] for said, place in zip(what, owner.tolist(), strict=True)]
        basis = found["basis"] if "basis" in found else days_of(found["due"])
        given = found.assign(rule=rule, gap=gaps, what=step, channel=found.get("channel", ""), basis=basis)
        given = given.assign(who=found.get("who", ""), template=found.get("template", ""))
        return given[list(COLUMNS)]

    def unsettled(self, rule: str, owner: pd.Series, basis: pd.Series) -> NDArray[np.bool_]:
        """Return for each occasion of a rule whether it is still open: neither done nor dropped on the list."""
        if not self.ledger.closed:
            return np.ones(len(owner), dtype=bool)
        ids = self.clients["client_id"].to_numpy()[owner.to_numpy(dtype="int64")]
        pairs = ((who, f"{rule}@{one}") for who, one in zip(ids, basis, strict=True))
        return np.array([pair not in self.ledger.closed for pair in pairs], dtype=bool)
