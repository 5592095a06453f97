"""任务, 转介绍, 满意度, 投诉, 活动 and 签到: what comes beside and after a deal."""

import numpy as np
import pandas as pd

from workbook.samples.draw import DAY, MINUTE, Array, ids, numbers, pick, some, words
from workbook.samples.people import people, phones
from workbook.samples.world import World, before_now

_TASKS = ("更新房源照片", "补齐委托书", "准备看房路线", "回访贷款进度", "送钥匙登记")
_COMPLAINTS = {
    "服务": "约好的看房时间临时改动", "房屋质量": "入住后发现卫生间渗水", "合同": "补充条款说明不清",
    "费用": "对服务费收取时间有疑问", "物业": "停车位与介绍不符",
}  # fmt: skip
_EVENTS = (
    ("业主活动", "业主春茶会"), ("开放日", "样板间开放日"), ("沙龙", "购房政策沙龙"), ("节日", "节日亲子游园"), ("公益", "旧书换绿植"),
)  # fmt: skip
_COMMENTS = ("服务细致", "流程清楚", "回复可以更快", "经纪人很专业", "希望多给几套选择")
_IMPROVEMENTS = (
    (
        "满意度",
        "客户说交房那天没有人陪",
        "交房日没有排人",
        "签约时就定好陪同的人, 写进成交步骤",
        "完成",
        "交房后的满意度从 4.1 到 4.6",
    ),
    ("报表", "线上来的客户首次响应慢", "中午没有人值班", "中午排一人值班, 手机提醒", "进行", ""),
    ("例会", "带看后常忘记填反馈", "回店以后才补", "带看单上扫码当场填", "待改", ""),
)
"""来源, 问题, 原因, 措施, 进度, 效果."""


def tasks(world: World, clients: pd.DataFrame) -> pd.DataFrame:
    """Return a few tasks that people gave each other: those of the last days mostly done, those to come not yet."""
    rng = world.stream("tasks")
    n = max(10, world.size.clients // 50)
    rows = clients.iloc[rng.choice(len(clients), n, replace=False)]
    due = world.today + rng.permutation(np.linspace(-9, 9, n).round().astype(int))
    past = pick(rng, ("完成", "待办", "延期"), n, (7, 2, 1))
    status = np.where(due < world.today, past, pick(rng, ("待办", "完成"), n, (9, 1)))
    return pd.DataFrame({
        "task_id": ids("T", n), "obj_id": rows["client_id"].to_numpy(), "who": rows["owner"].to_numpy(), "what": pick(rng, _TASKS, n),
        "due": due, "status": status, "done_note": np.where(status == "完成", "已办妥", ""),
    })  # fmt: skip


def referrals(world: World, clients: pd.DataFrame, deals: pd.DataFrame, viewings: pd.DataFrame) -> pd.DataFrame:
    """Return whom clients sent: those who became clients, and some who did not yet."""
    rng = world.stream("referrals")
    sent = clients[clients["referrer_id"] != ""]
    deal = dict(zip(deals["client_id"], deals["deal_id"], strict=True))
    signed = set(deals.loc[deals["signed_on"].notna(), "client_id"])
    won = sent["client_id"].isin(sorted(signed)).to_numpy()
    extra = max(6, len(sent) // 3)
    givers = clients.loc[world.story.bought, "client_id"].to_numpy()
    since = (world.today - rng.integers(0, 60, extra)).astype("datetime64[s]") + 600 * MINUTE
    n = len(sent) + extra
    blank = words([""] * extra)
    frame = pd.DataFrame({
        "ref_id": ids("R", n),
        "referrer_id": np.concatenate([sent["referrer_id"], givers[rng.integers(0, len(givers), extra)]]),
        "name": np.concatenate([sent["name"], people(rng, extra).name]),
        "phone": np.concatenate([sent["phone1"], _strangers(world, clients, extra)]),
        "at": before_now(world, np.concatenate([sent["first_contact_at"].to_numpy().astype("datetime64[s]") - DAY, since])),
        "progress": np.concatenate([np.where(won, "成交", _got_to(sent, viewings)), pick(rng, ("登记", "已联系", "带看", "失效"), extra)]),
        "deal_id": np.concatenate([np.where(won, sent["client_id"].map(deal).fillna(""), ""), blank]),
        "reward_type": np.concatenate([np.where(won, pick(rng, ("现金1%", "物业费1年", "礼品"), len(sent)), ""), blank]),
    })  # fmt: skip
    signed_on = deals.set_index("deal_id")["signed_on"].reindex(frame["deal_id"]).to_numpy().astype("datetime64[D]")
    paid_on = signed_on + rng.integers(3, 15, n)
    frame["paid_on"] = np.where(paid_on <= world.today, paid_on, np.datetime64("NaT", "D"))
    frame["told_on"] = frame["paid_on"]
    return frame


def _got_to(sent: pd.DataFrame, viewings: pd.DataFrame) -> Array:
    """Return how far those who became clients, but have not signed, got by what is known of them."""
    seen = sent["client_id"].isin(viewings.loc[viewings["status"] == "已看", "client_id"])
    keen = sent["status"].isin(["对比选择", "意向强烈", "待付定金"]) | seen
    return np.where(sent["status"] == "暂不考虑", "失效", np.where(keen, "带看", "已联系"))


def _strangers(world: World, clients: pd.DataFrame, n: int) -> list[str]:
    known = set(clients["phone1"]) | set(clients["phone2"])
    return [p for p in phones(world.stream("strangers"), n + len(known)) if p not in known][:n]


def surveys(world: World, deals: pd.DataFrame, viewings: pd.DataFrame) -> pd.DataFrame:
    """Return questionnaires: after a viewing in four, the signature and a month after the handover, two in three of them answered."""
    rng = world.stream("surveys")
    seen = viewings[viewings["status"] == "已看"]
    seen = seen[np.arange(len(seen)) % 4 == 1]
    sent = seen["at"].to_numpy().astype("datetime64[D]") + 1
    asked = pd.DataFrame({"client_id": seen["client_id"], "deal_id": "", "point": "带看后", "sent_on": sent})
    parts = [asked[sent <= world.today]]
    for point, key, days in (("签约后", "signed_on", 3), ("交房后30天", "handover_on", 30)):
        sent = deals[key].to_numpy().astype("datetime64[D]") + days
        rows = (sent <= world.today) & ~np.isnat(sent)
        parts.append(
            pd.DataFrame(
                {"client_id": deals["client_id"], "deal_id": deals["deal_id"], "point": point, "sent_on": sent}
            )[rows]
        )
    frame = pd.concat(parts, ignore_index=True).sort_values("sent_on", kind="stable", ignore_index=True)
    n = len(frame)
    back = frame["sent_on"].to_numpy().astype("datetime64[D]") + rng.integers(1, 8, n)
    answered = (back <= world.today) & (rng.random(n) < 0.68)
    frame.insert(0, "sv_id", ids("S", n))
    frame["back_on"] = np.where(answered, back, np.datetime64("NaT", "D"))
    frame["csat"] = np.where(answered, pick(rng, (5, 4, 3, 2), n, (64, 27, 6, 3)), np.nan).astype(float)
    frame["nps"] = np.where(answered, np.minimum(frame["csat"] * 2 + numbers(rng, -1.4, 0.8, n), 10), np.nan).astype(
        float
    )
    frame["comment"] = np.where(answered, some(rng, pick(rng, _COMMENTS, n), 0.3), "")
    return frame


def complaints(world: World, deals: pd.DataFrame, clients: pd.DataFrame) -> pd.DataFrame:
    """Return a few complaints with the times of answer, record, solution and call."""
    rng = world.stream("complaints")
    n = max(6, len(deals) // 20)
    chosen = deals.iloc[rng.choice(len(deals), n)]
    owner = dict(zip(clients["client_id"], clients["owner"], strict=True))
    kind = pick(rng, tuple(_COMPLAINTS), n)
    solved = np.arange(n) % 4 != 0
    age = np.where(solved, rng.integers(5, 90, n), 1 + np.arange(n) % 2)
    t1 = (world.today - age).astype("datetime64[s]") + rng.integers(540, 1_000, n) * MINUTE
    t2 = t1 + rng.integers(10, 120, n) * MINUTE
    t3 = np.where(solved, t2 + rng.integers(120, 2_800, n) * MINUTE, np.datetime64("NaT", "s"))
    return pd.DataFrame({
        "cp_id": ids("P", n), "client_id": chosen["client_id"].to_numpy(), "kind": kind, "what": words([_COMPLAINTS[k] for k in kind]),
        "t1": t1, "t2": t2, "t3": t3, "t4": t3 + DAY, "who": words([owner[c] for c in chosen["client_id"]]),
    })  # fmt: skip


def events(world: World, staff: pd.DataFrame) -> pd.DataFrame:
    """Return the events of the last months and the next one; each is held by the manager of a branch in turn."""
    rng = world.stream("events")
    n = max(4, world.size.clients // 250)
    managers = staff.loc[(staff["role"] == "店长") & staff["to_date"].isna()]
    host = managers.iloc[np.arange(n) % len(managers)]
    kind = words([_EVENTS[i % len(_EVENTS)][0] for i in range(n)])
    on = world.today - np.array([45 * (n - 1 - i) - 12 for i in range(n)])
    held = on < world.today
    invited = rng.integers(20, 60, n).astype(float)
    return pd.DataFrame({
        "event_id": ids("E", n), "name": words([_EVENTS[i % len(_EVENTS)][1] for i in range(n)]), "kind": kind, "on": on,
        "clock": "14:00–16:00", "place": words([f"{branch}会客区" for branch in host["branch"]]), "who": host["name"].to_numpy(),
        "branch": host["branch"].to_numpy(), "audience": "", "invited": np.where(held, invited, np.nan),
        "cost_yuan": np.where(held, rng.integers(4, 40, n) * 100.0, np.nan),
    })  # fmt: skip


def improvements(world: World, staff: pd.DataFrame) -> pd.DataFrame:
    """Return what is being improved: one that is done and helped, one that is going on, one that was just begun, each with a manager."""
    managers = staff.loc[(staff["role"] == "店长") & staff["to_date"].isna(), "name"]
    n = len(_IMPROVEMENTS)
    source, problem, cause, measure, state, effect = zip(*_IMPROVEMENTS, strict=True)
    on = world.today - np.array([75, 20, 4])
    return pd.DataFrame({
        "im_id": ids("I", n), "on": on, "source": words(source), "problem": words(problem), "cause": words(cause),
        "measure": words(measure), "who": managers.iloc[np.arange(n) % len(managers)].to_numpy(), "due": on + np.array([30, 45, 30]),
        "state": words(state), "done_on": np.where(words(state) == "完成", on + 25, np.datetime64("NaT", "D")), "effect": words(effect),
    })  # fmt: skip


def attendance(world: World, events: pd.DataFrame, clients: pd.DataFrame) -> pd.DataFrame:
    """Return who signed up for the events that took place: three in four clients came, one in eight was no client and stayed away."""
    rng = world.stream("attendance")
    parts = []
    strangers = iter(_strangers(world, clients, 20 * len(events)))
    for event in events.loc[events["on"] < world.today].itertuples():
        day = np.datetime64(event.on, "D")
        known = clients.loc[clients["first_contact_at"].to_numpy().astype("datetime64[D]") < day]
        mine = known.iloc[np.sort(rng.permutation(len(known))[: 4 + len(clients) // 100])]
        others = max(1, len(mine) // 8)
        n = len(mine) + others
        came = (rng.random(n) < 0.75) & (np.arange(n) < len(mine))
        at = day.astype("datetime64[s]") + rng.integers(825, 855, n) * MINUTE
        parts.append(pd.DataFrame({
            "event_id": event.event_id, "client_id": [*mine["client_id"], *[""] * others],
            "name": [*mine["name"], *people(rng, others).name],
            "phone": [*mine["phone1"], *(next(strangers) for _ in range(others))], "came": came,
            "signed_in_at": np.where(came, at, np.datetime64("NaT", "s")),
        }))  # fmt: skip
    return pd.concat(parts, ignore_index=True)
