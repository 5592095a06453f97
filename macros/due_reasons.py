"""The reasons to contact a client, each a frame of candidates: one per client at most, due in the past or to come.

Sources: R36-R39, R46 (cadence), R41, F6 (first contact), R42 (feedback), R43 (open questions), R51 (plans), R56 (birthdays), R63, F26
(promises). An occasion that was done or dropped on 今日待办 is none any more; the next one of the same rule takes its place.
"""

from collections.abc import Sequence

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from macros import wording
from macros.cadence import reactions, shifted
from macros.contacts import days_of, first_replies, last_of_each, seen_viewings
from macros.due_case import COLUMNS, NOTHING, SETTLED, Case
from macros.due_ledger import CADENCE
from macros.festivals import next_anniversaries
from macros.first_reply import reply_dues, reply_time

__all__ = ["BIRTHDAY", "CADENCE", "COLUMNS", "DEAL_STEP", "FIRST", "RETRY", "RULES", "Case", "reasons"]

FIRST, RETRY, PLAN = "首次回访", "首次没接通", "计划跟进"
PROMISE, QUESTION, FEEDBACK, BIRTHDAY = "承诺到期", "待答问题", "推荐反馈", "生日关怀"
RULES = (FIRST, RETRY, PLAN, CADENCE, PROMISE, QUESTION, FEEDBACK, BIRTHDAY)
DEAL_STEP = "成交步骤"
"""The 事由 of the task of a late step of a deal."""


def reasons(case: Case) -> pd.DataFrame:
    """Return all candidates, one row per client and rule, with COLUMNS; `gap` in days."""
    first = first_contacts(case)
    planned = plans(case)
    again = retries(case, skip=planned["owner"].tolist())
    regular = cadence(case, skip=[*first["owner"], *planned["owner"], *again["owner"]])
    found = (first, again, planned, regular, promises(case), questions(case), feedback(case), birthdays(case))
    told = [part.astype({"due": "datetime64[s]", "gap": "float64"}) for part in found if len(part)]
    return pd.concat(told or [first], ignore_index=True)


def first_contacts(case: Case) -> pd.DataFrame:
    """R41, F6: who was not contacted since 首接时间. Due on the day on which their time ends. Not for those who bought or gave up."""
    clients = case.clients
    waiting = first_replies(case.tables, case.today, case.contacts).isna() & case.last["at"].isna() & ~case.settled
    if not (waiting & clients["first_contact_at"].notna()).any():
        return case.nobody
    dues = reply_dues(case.tables, case.settings)
    places = np.flatnonzero(waiting & dues.notna())
    start, due = clients["first_contact_at"].iloc[places], dues.iloc[places]
    at = case.prefix("clients", "first_contact_at")
    allowed, setting = reply_time(case.tables, case.settings)
    cells = [f"{at}{row}" for row in start.index]
    reason = [
        f"首接 {moment:%Y-%m-%d %H:%M}({cell})后还没有联系, 应在 {allowed}内致谢并确认需求, 到 {until:%m-%d %H:%M}"
        for moment, cell, until in zip(start, cells, due, strict=True)
    ]
    rests = [f"{cell}、{setting}" if setting else cell for cell in cells]
    found = pd.DataFrame({"owner": places, "due": due.dt.normalize().to_numpy(), "reason": reason, "cells": rests})
    found = found.assign(what="致谢并确认需求", basis=days_of(start))
    return case.candidates(FIRST, found.loc[case.unsettled(FIRST, found["owner"], found["basis"])], gap=1)


def retries(case: Case, skip: Sequence[int]) -> pd.DataFrame:
    """R41, F4: whom we tried to reach and never did: again some days after the last try, so many times, while their first gap lasts.

    After that the rhythm takes over, which a try in vain does not put off. `skip` are clients whose next contact is planned. Not for
    those who bought or gave up.
    """
    log, follow = case.log, case.settings.follow
    fresh = case.last["at"].isna().to_numpy() & ~case.settled.to_numpy()
    fresh[list(skip)] = False
    tried = log.loc[fresh[log["owner"]]]
    if not len(tried):
        return case.nobody
    last = tried.loc[last_of_each(tried["owner"].to_numpy())]
    last = last.assign(count=tried.groupby("owner").size().reindex(last["owner"]).to_numpy())
    last = last.assign(due=last["at"].dt.normalize() + pd.Timedelta(days=follow.retry_days))
    regular = case.clients["first_contact_at"].dt.normalize() + pd.to_timedelta(case.gaps, unit="D")
    early = ~(last["due"].to_numpy() >= regular.to_numpy()[last["owner"]])
    last = case.told(last.loc[early & (last["count"] < follow.first_tries)], "fu_id").rename(columns={"fu_id": "basis"})
    last = last.loc[case.unsettled(RETRY, last["owner"], last["basis"])]
    at = case.prefix("followups", "at")
    cells = [f"{at}{row}" for row in last["row"]]
    told = zip(last["count"], days_of(last["at"]), cells, strict=True)
    reason = [
        f"联系过 {count} 次都没接通, 上次 {day}({cell}), 隔 {follow.retry_days:g} 天再试, 一共试 {follow.first_tries} 次"
        for count, day, cell in told
    ]
    found = last.assign(reason=reason, cells=cells, what="换个时段或渠道再联系, 致谢并确认需求")
    return case.candidates(RETRY, found, gap=follow.retry_days)


def plans(case: Case) -> pd.DataFrame:
    """R51: the planned time of a client's latest follow-up, until a viewing that took place after it. It beats the cadence."""
    latest = case.log.loc[last_of_each(case.log["owner"].to_numpy())]
    latest = case.told(latest, "fu_id", "next_act", "next_at", "next_way", "goal")
    open_plan = ~latest["next_act"].isin(NOTHING) & latest["next_at"].notna() & ~latest["answered"]
    latest = latest.assign(basis=latest["fu_id"]).loc[open_plan]
    if not len(latest):
        return case.nobody
    latest = latest.loc[case.unsettled(PLAN, latest["owner"], latest["basis"])]
    at = case.prefix("followups", "next_at")
    cells = [f"{at}{row}" for row in latest["row"]]
    what = [f"{act}: {goal}" if goal else act for act, goal in zip(latest["next_act"], latest["goal"], strict=True)]
    told = (days_of(latest["at"]), days_of(latest["next_at"]), latest["next_act"], cells)
    reason = [f"{moment} 的跟进计划 {plan} {act}({cell})" for moment, plan, act, cell in zip(*told, strict=True)]
    found = latest.assign(due=latest["next_at"].dt.normalize(), channel=latest["next_way"])
    return case.candidates(PLAN, found.assign(what=what, reason=reason, cells=cells))


def cadence(case: Case, skip: Sequence[int]) -> pd.DataFrame:
    """R36-R39, R46: so many days after the last contact that reached the client, else after the first contact; today if neither is known.

    The days are the longest gap of the client's grade and stage, shifted by their last reaction but never below the shortest gap.
    `skip` are clients whose next contact follows from something else.
    """
    places = np.setdiff1d(np.arange(len(case.clients)), skip)
    last, clients, found = case.last.iloc[places], case.clients.iloc[places], case.rhythm.iloc[places]
    start = last["at"].fillna(clients["first_contact_at"])
    heard = reactions(_last_said(case), case.clients.index, case.settings.follow, case.prefix).iloc[places]
    days = shifted(found["longest"], found["shortest"], heard["shift"])
    due = (start.dt.normalize() + pd.to_timedelta(days, unit="D")).fillna(case.day)
    at = case.prefix("clients", "first_contact_at")
    cells = [cell or f"{at}{row}" for cell, row in zip(last["cell"], clients.index, strict=True)]
    passed = (case.day - start.dt.normalize()).dt.days
    told = map(_last_heard, days_of(last["at"]), days_of(clients["first_contact_at"]), passed, cells)
    parts = zip(_in_words(case, places), told, _swayed(heard, days, found["longest"]), strict=True)
    rests = zip(cells, found["cell"], heard["cells"], strict=True)
    columns = {
        "owner": places, "due": due.to_numpy(), "cells": ["、".join(filter(None, row)) for row in rests],
        "reason": [f"{rule}, {since}{sway}" for rule, since, sway in parts],
        "basis": days_of(start),
    }  # fmt: skip
    return case.candidates(CADENCE, pd.DataFrame(columns))


def _last_said(case: Case) -> pd.DataFrame:
    """Return the last contact that reached each client, with what they said; none of those who were last met at a viewing."""
    log = case.log.loc[case.log["reached"]]
    log = log.loc[log["at"].to_numpy() == case.last["at"].to_numpy()[log["owner"]]]
    return case.told(log.loc[last_of_each(log["owner"].to_numpy())], "feedback", "mood")


def _in_words(case: Case, places: NDArray[np.int64]) -> list[str]:
    """Return the rule that each client falls under, with its cell if it stands on 跟进节奏."""
    status, found = case.clients["status"].iloc[places], case.rhythm.iloc[places]
    settled = status.where(status.isin(SETTLED), "售后").where(case.settled.iloc[places], "")
    rows = zip(settled, case.grades.iloc[places], found["stage"], found["longest"], found["cell"], strict=True)
    return [
        f"{name or f'{grade} 级'}{stage}客户最多隔 {gap:g} 天联系一次{f'({cell})' if cell else ''}"
        for name, grade, stage, gap, cell in rows
    ]


def _swayed(heard: pd.DataFrame, days: pd.Series, longest: pd.Series) -> list[str]:
    """Return what the last reaction changed, "" where there was none that counts."""
    rows = zip(heard["words"], days, longest, strict=True)
    return [
        "" if not words else f", {words}, 改为隔 {gap:g} 天" if gap != most else f", {words}, 仍隔 {gap:g} 天"
        for words, gap, most in rows
    ]


def _last_heard(last: str, first: str, days: float, cell: str) -> str:
    if last:
        return f"上次有效跟进 {last}({cell}), 已 {days:g} 天"
    if first:
        return f"首接 {first}({cell})以来没有有效跟进, 已 {days:g} 天"
    return f"既没有有效跟进, 也没有首接时间({cell})"


def promises(case: Case) -> pd.DataFrame:
    """F26: a promise on its day, until a contact on or after that day reached the client. The earliest one per client."""
    log = case.told(case.log, "promise_by")
    log = log.loc[log["promise_by"].notna()]
    if not len(log):
        return case.nobody
    reached = case.last["at"].dt.normalize().to_numpy()[log["owner"]]
    made = case.told(log.loc[~(log["answered"] & (reached >= log["promise_by"]))], "promise", "fu_id")
    made = made.loc[~made["promise"].isin(NOTHING)]
    made = made.assign(basis=made["fu_id"]).sort_values(["promise_by", "at", "fu_id"])
    made = made.loc[case.unsettled(PROMISE, made["owner"], made["basis"])]
    if not len(made):
        return case.nobody
    counts = made.groupby("owner").size()
    first = made.drop_duplicates("owner")
    at = case.prefix("followups", "promise_by")
    more = [f", 另有 {n - 1} 项承诺" if n > 1 else "" for n in counts.reindex(first["owner"])]
    cells = [f"{at}{row}" for row in first["row"]]
    texts = zip(first["promise"], days_of(first["promise_by"]), cells, more, strict=True)
    reason = [f"答应 {day} 前「{promise}」({cell}){rest}" for promise, day, cell, rest in texts]
    what = [f"兑现承诺: {promise}" for promise in first["promise"]]
    return case.candidates(PROMISE, first.assign(due=first["promise_by"], reason=reason, cells=cells, what=what), gap=1)


def questions(case: Case) -> pd.DataFrame:
    """R43: a client's question, on the day on which it was asked, until a later contact reached the client. The earliest one."""
    asked = case.told(case.log.loc[~case.log["answered"]], "question", "fu_id")
    asked = asked.loc[~asked["question"].isin(NOTHING)].assign(basis=lambda rows: rows["fu_id"])
    if not len(asked):
        return case.nobody
    asked = asked.loc[case.unsettled(QUESTION, asked["owner"], asked["basis"])].drop_duplicates("owner")
    at = case.prefix("followups", "question")
    cells = [f"{at}{row}" for row in asked["row"]]
    texts = zip(days_of(asked["at"]), asked["question"], cells, strict=True)
    reason = [f"{moment} 问的「{question}」还没回答({cell})" for moment, question, cell in texts]
    what = [f"回答: {question}" for question in asked["question"]]
    found = asked.assign(due=asked["at"].dt.normalize(), reason=reason, cells=cells, what=what)
    return case.candidates(QUESTION, found, gap=1)


def feedback(case: Case) -> pd.DataFrame:
    """R42: some days after the latest recommendation, until the client said what they think of it.

    A recommendation is a follow-up with 推荐房源 or a row of 匹配结果 with 已推荐. Feedback is 客户反馈 in that row or in a later follow-up, or a
    later viewing that took place.
    """
    given = pd.concat([_offers(case), _sent_matches(case)], ignore_index=True)
    latest = given.sort_values(["at", "cells"]).drop_duplicates("owner", keep="last")
    said = _feedback_since(case, latest)
    seen = case.owned(seen_viewings(case.tables, case.today)).groupby("owner")["at"].max()
    heard = pd.concat([said, seen]).groupby(level=0).max().reindex(latest["owner"]).to_numpy()
    latest = latest.loc[~(heard >= latest["at"].to_numpy())]
    day = pd.Series(days_of(latest["at"]), index=latest.index, dtype=object)
    latest = latest.assign(day=day, basis=day + "/" + latest["homes"])
    latest = latest.loc[case.unsettled(FEEDBACK, latest["owner"], latest["basis"])]
    days = case.settings.follow.feedback_days
    due = latest["at"].dt.normalize() + pd.Timedelta(days=days)
    texts = zip(latest["day"], latest["homes"], latest["cells"], strict=True)
    reason = [f"{moment} 推荐了 {homes}, {days:g} 天后还没有反馈({cell})" for moment, homes, cell in texts]
    what = [f"追问对 {homes} 的看法" for homes in latest["homes"]]
    return case.candidates(FEEDBACK, latest.assign(due=due, reason=reason, what=what), gap=days)


def _feedback_since(case: Case, latest: pd.DataFrame) -> pd.Series:
    """Return when each client last said what they think, where that was not before their latest recommendation."""
    start = latest.set_index("owner")["at"].reindex(range(len(case.clients))).to_numpy()
    log = case.told(case.log.loc[case.log["at"].to_numpy() >= start[case.log["owner"]]], "feedback")
    return log.loc[~log["feedback"].isin(NOTHING)].groupby("owner")["at"].max()


def _offers(case: Case) -> pd.DataFrame:
    """Return the rows of 跟进 that recommend something, of each client the latest (all at that time)."""
    offers = case.log.loc[case.tables["followups"]["offered"].to_numpy().astype(bool)[case.log["position"]]]
    last = offers.loc[last_of_each(offers["owner"].to_numpy())].set_index("owner")["at"]
    offers = case.told(offers.loc[offers["at"].to_numpy() == last.reindex(offers["owner"]).to_numpy()], "offered")
    at = case.prefix("followups", "offered")
    homes = ["、".join(homes) for homes in offers["offered"]]
    cells = [f"{at}{row}" for row in offers["row"]]
    return pd.DataFrame({"owner": offers["owner"], "at": offers["at"], "homes": homes, "cells": cells})


def _sent_matches(case: Case) -> pd.DataFrame:
    matches, needs = case.tables["matches"], case.tables["requests"]
    end = case.day + pd.Timedelta(days=1)
    sent = matches.loc[(matches["sent_at"] < end) & (matches["feedback"] == "")]
    clients = needs.drop_duplicates("req_id").set_index("req_id")["client_id"]
    sent = case.owned(sent.assign(client_id=clients.reindex(sent["req_id"]).to_numpy()))
    at = case.prefix("matches", "sent_at")
    cells = [f"{at}{row}" for row in sent["row"]]
    return pd.DataFrame({"owner": sent["owner"], "at": sent["sent_at"], "homes": sent["listing_id"], "cells": cells})


def birthdays(case: Case) -> pd.DataFrame:
    """R56: from a week before the birthday to the day itself. Who was born on 29 February has theirs on the 28th in other years."""
    born = case.clients["birthday"].reset_index(drop=True).dropna()
    born = born.loc[born <= case.day]
    coming = pd.Series(next_anniversaries(born.to_numpy(), case.today).astype("datetime64[s]"), index=born.index)
    due = coming - pd.Timedelta(days=case.settings.follow.birthday_days)
    at = case.prefix("clients", "birthday")
    cells = [f"{at}{row}" for row in case.clients.index[born.index]]
    reason = [f"{wording.day(day)}生日({cell})" for day, cell in zip(coming, cells, strict=True)]
    columns = {"owner": born.index, "due": due, "reason": reason, "cells": cells, "what": "准备生日问候和小礼物"}
    found = pd.DataFrame({**columns, "basis": coming.dt.strftime("%Y")})
    return case.candidates(BIRTHDAY, found.loc[case.unsettled(BIRTHDAY, found["owner"], found["basis"])], gap=1)
