"""What the task behind a line names, in the words of a message: the referral, the event. A client may have several at a time."""

from collections.abc import Mapping

import pandas as pd

from macros import wording
from macros.message_known import Facts
from workbook.sheets.templates import LANGUAGES

PAIR, BAR = "+", "|"
SAID: Mapping[str, Mapping[str, tuple[str, str]]] = {
    "推荐进展": {
        "登记": ("已经登记好了", "they are registered"), "已联系": ("我们已经联系上了", "we have been in touch with them"),
        "带看": ("已经去看过房了", "they have viewed a home with us"), "成交": ("已经成交了", "they have signed"),
        "失效": (
            "这次暂时没有合适的，以后有需要我们再帮忙", "nothing suitable has come up this time, and we will gladly help later"
        ),
    },
    "推荐无效原因": {
        "已在库": ("对方之前已经是我们的客户", "they were our client before"),
        "重复": ("对方之前已经有人推荐过", "somebody had recommended them before"),
        "自荐": ("推荐的是您自己的号码", "the number is your own"),
    },
    "推荐奖励": {
        "物业费1年": ("物业费1年", "one year's property management fee"), "现金1%": ("现金1%", "1% of the price in cash"),
        "礼品": ("礼品", "a gift"),
    },
}  # fmt: skip
"""Field -> word of the sheet -> what a text in each of the languages says of it; what is valid has no reason why not."""


def add_asked(facts: Facts, due: pd.DataFrame) -> None:
    """Put the referral and the event that each client's line is about into the facts; `due` holds one line per client.

    Of who has no such line: the latest referral of which they have not been told yet, and no event.
    """
    named = _named(facts, due)
    _referral(facts, named)
    _event(facts, named)


def _named(facts: Facts, due: pd.DataFrame) -> dict[str, str]:
    """Return client -> the middle part of the key of the task that their line rests on: the row that its event stands in."""
    tasks = facts.tables["tasks"]
    tasks = tasks.loc[tasks["task_id"].isin(due["basis"]) & (tasks["rule"].str.count(rf"\{BAR}") == 2)]
    rows = dict(zip(tasks["task_id"], tasks["rule"].str.split(BAR).str[1], strict=True))
    return {client: rows[task] for client, task in zip(due["client_id"], due["basis"], strict=True) if task in rows}


def _referral(facts: Facts, named: dict[str, str]) -> None:
    rows = facts.mine(facts.tables["referrals"], "referrer_id")
    ids = [named.get(client, "").partition(PAIR)[0] for client in rows["referrer_id"]]
    asked = (rows["ref_id"] == pd.Series(ids, index=rows.index, dtype=object)) & (rows["ref_id"] != "")
    rows = rows.assign(asked=asked, client_id=rows["referrer_id"]).loc[asked | rows["told_on"].isna()]
    rows = rows.sort_values(["asked", "at", "ref_id"]).drop_duplicates("client_id", keep="last")
    facts.tell("被推荐人", rows, [wording.plain(name) for name in rows["name"]])
    for field, column in (("推荐进展", "progress"), ("推荐无效原因", "validity")):
        facts.tell(field, rows, [_said(field, word, facts.language) for word in rows[column]])
    rewards = [_said("推荐奖励", word, facts.language) or wording.plain(word) for word in rows["reward_type"]]
    facts.tell("推荐奖励", rows, rewards)


def _said(field: str, word: str, language: str) -> str:
    """Return a word of the sheet as a text says it, "" for one that is nothing to tell."""
    return dict(zip(LANGUAGES, SAID[field].get(word, ("", "")), strict=True))[language]


def _event(facts: Facts, named: dict[str, str]) -> None:
    """Tell of the event that each task names. Nothing is guessed: of who is asked to nothing in particular, the field says what to do."""
    pairs = pd.Series({client: one.rpartition(PAIR)[2] for client, one in named.items()}, dtype=object)
    events = facts.tables["events"]
    events = events.loc[events["event_id"].isin(pairs) & (events["event_id"] != "")].drop_duplicates("event_id")
    rows = {one: row for row, one in events["event_id"].items()}
    mine = pairs.loc[pairs.isin(rows)]
    frame = events.loc[[rows[one] for one in mine]].assign(client_id=mine.index)
    facts.tell("活动名称", frame, [wording.plain(name) for name in frame["name"]])
    facts.tell("活动日期", frame, [wording.day(on) for on in frame["on"]])
    facts.tell("活动时间", frame, [wording.plain(clock) for clock in frame["clock"]])
    facts.tell("活动地点", frame, [wording.plain(place) for place in frame["place"]])
