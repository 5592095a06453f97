"""The cell that ended a task: the contact, the feedback, the row with which a home was sent.

Every function takes tasks with `client` (the place on 客户), `row_id`, `day` and the `event_row` of their event, and returns `text` by task, for
those only for which there is such a cell.
"""

import numpy as np
import pandas as pd

from macros.contacts import days_of, last_of_each
from macros.triggers.desk import EMPTY_WORDS, Desk

SECOND = pd.Timedelta(seconds=1)
NONE = pd.DataFrame(columns=["text"], dtype=object)


def contact_since(desk: Desk, tasks: pd.DataFrame) -> pd.DataFrame:
    """R43, R45: the first contact that reached the client: from `since` and before `until` where those are given, else after the event."""
    if "since" not in tasks:
        tasks = tasks.assign(since=_logged_at(desk, tasks, "at") + SECOND)
    return _first(tasks, _reached(desk, tasks), "有效跟进")


def kept_since(desk: Desk, tasks: pd.DataFrame) -> pd.DataFrame:
    """F26: the first contact that reached the client after the promise, on its day or later."""
    made, day = _logged_at(desk, tasks, "at"), _logged_at(desk, tasks, "promise_by").dt.normalize()
    since = (made + SECOND).where(made + SECOND > day, day).where(made.notna() & day.notna())
    return _first(tasks.assign(since=since), _reached(desk, tasks), "有效跟进")


def tried_since(desk: Desk, tasks: pd.DataFrame) -> pd.DataFrame:
    """R41: the first contact of any kind after the first one, else one that reached the client before."""
    log = _of(desk.log, tasks)
    tries = pd.DataFrame(
        {"place": log["place"], "at": log["at"], "cell": desk.cells("followups", "at", log.index.tolist())}
    )
    begun = _logged_at(desk, tasks, "first_contact_at", "clients")
    found = _first(tasks.assign(since=begun + SECOND), tries, "联系过")
    ever = _first(tasks.assign(since=pd.Timestamp(1, 1, 1).as_unit("s")), _reached(desk, tasks), "有效跟进")
    return pd.concat([found, ever.loc[~ever.index.isin(found.index)]])


def feedback_since(desk: Desk, tasks: pd.DataFrame) -> pd.DataFrame:
    """R42: what the client said of it, in that row or later, or a later viewing that took place."""
    log = desk.told(_of(desk.log, tasks), "feedback")
    log = log.loc[~log["feedback"].isin(EMPTY_WORDS)]
    said = pd.DataFrame(
        {"place": log["place"], "at": log["at"], "cell": desk.cells("followups", "feedback", log.index.tolist())}
    )
    heard = pd.concat([said, _viewings(desk, tasks)])
    return _first(tasks.assign(since=_logged_at(desk, tasks, "at")), heard, "有了反馈")


def offered_again(desk: Desk, tasks: pd.DataFrame) -> pd.DataFrame:
    """R42: a later recommendation, which is asked about instead."""
    log = _of(desk.log, tasks)
    log = log.loc[desk.tables["followups"]["offered"].to_numpy().astype(bool)[log["position"]]]
    log = log.loc[last_of_each(log["place"].to_numpy())]
    latest = pd.Series(log.index, index=log["place"]).reindex(tasks["client"]).fillna(0).astype("int64")
    other = (
        (latest.to_numpy() > 0)
        & (latest.to_numpy() != tasks["event_row"].to_numpy())
        & (tasks["event_row"] > 0).to_numpy()
    )
    cells = desk.cells("followups", "offered", latest[other].tolist())
    return pd.DataFrame(
        {"text": [f"后来又推荐了房源({cell})" for cell in cells]}, index=tasks.index[other], dtype=object
    )


def sent_since(desk: Desk, tasks: pd.DataFrame) -> pd.DataFrame:
    """R44: the home was sent: 已推荐 on 匹配结果, or 推荐房源 in a row of 跟进 since the event."""
    matches, needs = desk.tables["matches"], desk.tables["requests"]
    homes = tasks["row_id"].str.split("+").str[-1]
    matches = matches.loc[matches["sent_at"].notna() & matches["listing_id"].isin(homes)]
    owners = needs.loc[needs["req_id"] != ""].drop_duplicates("req_id").set_index("req_id")["client_id"]
    sent = pd.DataFrame({
        "place": desk.places(owners.reindex(matches["req_id"]).fillna("")), "home": matches["listing_id"],
        "cell": desk.cells("matches", "sent_at", matches.index.tolist()),
    })  # fmt: skip
    log = desk.told(_of(desk.log, tasks), "offered")
    log = log.loc[log["offered"].map(bool)]
    told = pd.DataFrame({
        "place": log["place"], "at": log["at"], "home": log["offered"], "cell": desk.cells("followups", "offered", log.index.tolist()),
    }).explode("home")  # fmt: skip
    pairs = tasks.assign(home=homes, task=tasks.index).merge(
        pd.concat([sent, told]), left_on=["client", "home"], right_on=["place", "home"]
    )
    pairs = pairs.loc[pairs["at"].isna() | (pairs["at"] >= pairs["day"])].drop_duplicates("task")
    return pd.DataFrame(
        {"text": "已推荐(" + pairs["cell"].to_numpy(dtype=object) + ")"},
        index=pd.Index(pairs["task"], name=None),
        dtype=object,
    )


def _logged_at(desk: Desk, tasks: pd.DataFrame, column: str, sheet: str = "followups") -> pd.Series:
    """Return the moment in a column of each task's event, NaT where its row is gone."""
    moments = desk.tables[sheet][column].reindex(tasks["event_row"])
    return pd.Series(moments.to_numpy().astype("datetime64[s]"), index=tasks.index)


def _of(log: pd.DataFrame, tasks: pd.DataFrame) -> pd.DataFrame:
    """Return the rows of the log of the clients of these tasks."""
    return log.loc[np.isin(log["place"].to_numpy(), tasks["client"].to_numpy())]


def _reached(desk: Desk, tasks: pd.DataFrame) -> pd.DataFrame:
    """Return place, at and cell of the contacts that reached the clients of these tasks."""
    log = _of(desk.log, tasks)
    log = log.loc[log["reached"]]
    rows = pd.DataFrame(
        {"place": log["place"], "at": log["at"], "cell": desk.cells("followups", "at", log.index.tolist())}
    )
    return pd.concat([rows, _viewings(desk, tasks)])


def _viewings(desk: Desk, tasks: pd.DataFrame) -> pd.DataFrame:
    seen = _of(desk.viewings, tasks)
    return seen.assign(cell=desk.cells("viewings", "at", seen.index.tolist()))


def _first(tasks: pd.DataFrame, events: pd.DataFrame, word: str) -> pd.DataFrame:
    """Return of each task the first event from `since` on (before `until`, where the tasks have that) in words."""
    asked = tasks.loc[tasks["since"].notna() & (tasks["client"] >= 0)].reset_index(names="task")
    if not len(asked) or not len(events):
        return NONE
    asked = asked.astype({"since": "datetime64[s]", "client": "int64"}).sort_values("since", kind="stable")
    events = events.astype({"at": "datetime64[s]", "place": "int64"}).sort_values(["at", "cell"], kind="stable")
    events = events.drop_duplicates(["place", "at"])  # merge_asof forward would take the first anyway
    found = pd.merge_asof(
        asked, events, left_on="since", right_on="at", left_by="client", right_by="place", direction="forward"
    )
    found = found.loc[found["at"].notna() & ((found["at"] < found["until"]) if "until" in found else True)]
    days = days_of(found["at"])
    texts = [f"{day} {word}({cell})" for day, cell in zip(days, found["cell"], strict=True)]
    return pd.DataFrame({"text": texts}, index=pd.Index(found["task"], name=None), dtype=object).sort_index()
