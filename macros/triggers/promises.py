"""The ledger of promises (F26): how many each agent made, and which were broken."""

import pandas as pd

from macros.triggers.desk import EMPTY_WORDS, Desk
from macros.triggers.making import AUTO, MOVED
from macros.triggers.rules import KEY_PARTS, SEPARATOR, default_triggers
from workbook.sheets.trigger_rules import PROMISED

PROMISES = (PROMISED, "跟进.承诺期限")
DONE, DROPPED = "完成", "取消"
OPEN, KEPT, BROKEN, WITHDRAWN = "未到期", "已兑现", "未兑现", "已取消"


def promise_ledger(desk: Desk) -> pd.DataFrame:
    """Return a row per promise in the log with a date: row (Excel), who, client_id, promise, promise_by, state, cell; by date and id.

    已兑现: its task is 完成, or a contact reached the client after the promise and by the end of its day. 已取消: its task is. 未兑现: its
    day is past, and neither holds. A promise due today is 未到期.
    """
    made = desk.told(desk.log, "promise_by")
    made = desk.told(made.loc[made["promise_by"].notna()], "promise", "fu_id", "staff", "obj_id")
    made = made.loc[~made["promise"].isin(EMPTY_WORDS)].sort_values(["promise_by", "fu_id", "at", "position"])
    kept = _next_contact(desk, made) < made["promise_by"] + pd.Timedelta(days=1)
    known = _closed(desk.tables["tasks"], promise_rules(desk.tables["trigger_rules"]))
    closed = pd.Series([known.get(one, "") for one in made["fu_id"]], index=made.index, dtype=object)
    state = pd.Series(OPEN, index=made.index, dtype=object).mask(made["promise_by"] < desk.day, BROKEN)
    state = state.mask(kept | (closed == DONE), KEPT).mask(closed == DROPPED, WITHDRAWN)
    return pd.DataFrame({
        "row": made.index, "who": made["staff"].to_numpy(), "client_id": made["obj_id"].to_numpy(),
        "promise": made["promise"].to_numpy(), "promise_by": made["promise_by"].to_numpy(), "state": state.to_numpy(),
        "cell": desk.cells("followups", "promise_by", made.index.tolist()),
    })  # fmt: skip


def broken_promises(desk: Desk) -> pd.DataFrame:
    """Return per agent (`who`, sorted) `made` and `broken`: how many promises, and how many of them were not kept by their day."""
    ledger = promise_ledger(desk)
    counts = ledger.assign(broken=ledger["state"] == BROKEN).groupby("who")["broken"].agg(made="size", broken="sum")
    return counts.reset_index()


def _next_contact(desk: Desk, made: pd.DataFrame) -> pd.Series:
    """Return the first contact after each promise that reached its client, NaT where there is none."""
    contacts = desk.reached.rename(columns={"at": "told"})
    asked = made[["place", "at"]].reset_index(names="row").sort_values("at", kind="stable")
    found = pd.merge_asof(
        asked, contacts, left_on="at", right_on="told", by="place", direction="forward", allow_exact_matches=False
    )
    return found.set_index("row")["told"].reindex(made.index)


def promise_rules(table: pd.DataFrame) -> frozenset[str]:
    """Return the ids of the rules of 触发规则 that wait for promises, switched on or not."""
    rows = table if len(table) else default_triggers()
    return frozenset(rows.loc[rows["event"].isin(PROMISES), "rule_id"])


def _closed(tasks: pd.DataFrame, rules: frozenset[str]) -> dict[str, str]:
    """Return follow-up id -> status of the tasks of those rules that are closed; 完成 before 取消.

    One that a run closed says only that a contact came, perhaps too late, or that the promise has another day: that the log tells better.
    """
    tasks = tasks.loc[tasks["status"].isin([DONE, DROPPED])]
    by_run = tasks["done_note"].str.startswith(AUTO) & (
        (tasks["status"] == DONE) | tasks["done_note"].str.startswith(MOVED)
    )
    tasks = tasks.loc[~by_run]
    keys = ((key.split(SEPARATOR), status) for key, status in zip(tasks["rule"], tasks["status"], strict=True))
    pairs = [(parts[1], status) for parts, status in keys if len(parts) == KEY_PARTS and parts[0] in rules]
    return dict(sorted(pairs, key=lambda pair: pair[1] == DONE))
