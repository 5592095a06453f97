"""客户: who they are, where they came from, and how far they got."""

import numpy as np
import pandas as pd

from workbook.samples.city import TAGS
from workbook.samples.draw import Array, Rng, ids, pick, pick_each, several, some, words
from workbook.samples.people import people, phones
from workbook.samples.world import AFTER, CLOSE, COLD, LOST, NEW, SOLD, UNANSWERED, WARM, World

_STAGE = {NEW: "潜在", UNANSWERED: "潜在", COLD: "潜在", WARM: "意向", CLOSE: "洽谈", SOLD: "成交", AFTER: "售后"}
_STATUS = {
    NEW: (("初步了解",), (1,)), UNANSWERED: (("初步了解",), (1,)), COLD: (("初步了解", "需求明确"), (0.85, 0.15)),
    WARM: (("需求明确", "对比选择", "意向强烈"), (0.45, 0.4, 0.15)), CLOSE: (("意向强烈", "对比选择", "待付定金"), (0.6, 0.1, 0.3)),
    SOLD: (("已成交",), (1,)), AFTER: (("已成交",), (1,)), LOST: (("暂不考虑",), (1,)),
}  # fmt: skip
_SOURCES = ("线上渠道", "门店接待", "自然到访", "朋友介绍", "老带新", "社区活动", "其他")
_OF_BUYERS = ("线上渠道", "老带新", "门店接待", "线上渠道", "朋友介绍", "自然到访", "老带新")
_DETAILS = {
    "线上渠道": (("房产网站", "公众号", "短视频"), (5, 3, 2)), "社区活动": (("周末看房日", "业主沙龙"), (1, 1)),
    "门店接待": (("路过进店", "橱窗房源"), (2, 1)),
}  # fmt: skip
_TYPES = ("首次置业", "改善型", "投资型", "租赁", "业主")
# those who are cold have mostly not been asked
_ELIGIBLE = {True: (("有", "待核", "无"), (3, 6, 1)), False: (("有", "待核", "无"), (75, 22, 3))}
_JOBS = ("教师", "工程师", "护士", "个体经营", "公务员", "设计师", "销售", "会计", "司机", "自由职业", "医生")
_FAMILIES = ("单身", "新婚", "三口之家", "四口之家", "三代同住", "与父母同住")
_REASONS = ("价格", "配套", "服务", "已购他处", "需求取消", "失联")
_MANUAL = {
    "A": "本周要定, 店长同意优先",
    "B": "老客户介绍, 诚意高",
    "C": "预算待家人确认, 先放缓",
    "D": "明年再看, 只发月报",
}


def clients(world: World) -> pd.DataFrame:
    """Return the clients."""
    rng = world.stream("clients")
    n = world.size.clients
    frame = pd.concat([_persons(world, rng, n), _progress(world, rng, n)], axis=1)
    frame.insert(0, "client_id", ids("C", n))
    _refer(world, rng, frame)
    _manual(rng, frame)
    return frame


def _persons(world: World, rng: Rng, n: int) -> pd.DataFrame:
    who, numbers = people(rng, n), phones(rng, 2 * n)
    band = rng.choice(5, n, p=(0.08, 0.44, 0.28, 0.15, 0.05))
    return pd.DataFrame({
        "name": who.name, "salutation": who.salutation, "gender": some(rng, who.gender, 0.95, "未知"),
        "age_band": some(rng, words(("<25", "25-35", "36-45", "46-60", ">60"))[band], 0.85),
        "phone1": numbers[:n], "phone2": some(rng, numbers[n:], 0.12),
        "wechat": some(rng, words([f"wx_{p[-5:]}" for p in numbers[:n]]), 0.7),
        "email": some(rng, words([f"{p[-5:]}@example.com" for p in numbers[:n]]), 0.15),
        "pref_channel": pick(rng, ("微信", "电话", "短信", "面谈", "邮件"), n, (0.55, 0.3, 0.06, 0.06, 0.03)),
        "pref_time": some(rng, pick(rng, ("工作日晚上", "周末", "午休 12:00-13:30", "随时", "上午"), n), 0.6),
        "job": some(rng, np.where(band == 4, "退休", pick(rng, _JOBS, n)), 0.6), "family": some(rng, pick(rng, _FAMILIES, n), 0.65),
        "decider": some(rng, pick(rng, ("本人", "夫妻共同", "父母"), n, (5, 4, 1)), 0.6),
        "influencers": several(rng, ("配偶", "父母", "子女", "朋友"), rng.choice(3, n, p=(0.5, 0.38, 0.12))),
        "tags": several(rng, TAGS, rng.choice(4, n, p=(0.35, 0.35, 0.2, 0.1))),
        "birthday": _birthdays(world, rng, 22 + 9 * band),
        "anniversary": some(rng, world.today - rng.integers(300, 9_000, n), 0.12, np.datetime64("NaT")),
        "care": _care(rng, who.gender, band),
    })  # fmt: skip


def _sources(rng: Rng, bought: Array) -> Array:
    """Return where each came from; of those who bought (their state, not -1) in turns, for who was sent by a friend buys more often."""
    found = pick(rng, _SOURCES, len(bought), (38, 18, 14, 12, 9, 6, 3))
    buyers = np.argsort(bought, kind="stable")[(bought == -1).sum() :]
    found[buyers] = words(_OF_BUYERS)[np.arange(len(buyers)) % len(_OF_BUYERS)]
    return found


def _care(rng: Rng, gender: Array, band: Array) -> Array:
    """Return who needs care: some of the old, some young women; asked of two in five."""
    n = len(band)
    young, chance = (gender == "女") & np.isin(band, (1, 2)), rng.random(n)
    found = np.where(young & (chance < 0.08), "孕妇", np.where((band == 4) & (chance < 0.5), "老人", "无"))
    return some(rng, found, 0.4)


def _birthdays(world: World, rng: Rng, age: Array) -> Array:
    """Return a birthday for two in three; a few more than chance has them have it within the next week."""
    n = len(age)
    days_on = np.where(rng.random(n) < max(1 / 150, 3 / n), rng.integers(0, 7, n), rng.integers(0, 365, n))
    day = world.today + days_on
    born = day.astype("datetime64[Y]") - (age + rng.integers(0, 8, n))
    month = day.astype("datetime64[M]")
    month_born = born.astype("datetime64[M]") + (month - day.astype("datetime64[Y]").astype("datetime64[M]"))
    in_month = np.minimum((day - month).astype(int), 27)  # every month has 28 days
    return some(rng, month_born.astype("datetime64[D]") + in_month, 0.67, np.datetime64("NaT"))


def _progress(world: World, rng: Rng, n: int) -> pd.DataFrame:
    state = world.story.state
    agent = rng.integers(0, len(world.agents), n)
    names, branches = (world.agents[key].to_numpy()[agent] for key in ("name", "branch"))
    lost = state == LOST
    stage = words([_STAGE.get(s, "") for s in range(LOST + 1)])[state]
    status = pick_each(rng, _STATUS, state)
    near = world.story.bought | (status == "待付定金")
    keen = near | (state == CLOSE)
    kind = pick(rng, _TYPES[:4], n, (0.38, 0.27, 0.1, 0.25))
    return pd.DataFrame({
        "source": _sources(rng, np.where(near, state, -1)),
        "client_type": np.where((state == COLD) & (rng.random(n) < 0.2), "业主", kind),
        "eligibility": np.where(keen, "有", pick_each(rng, _ELIGIBLE, state == COLD)),
        "consent": np.where(keen, pick(rng, ("同意", "仅服务"), n, (8, 2)), pick(rng, ("同意", "仅服务", "拒绝"), n, (82, 12, 6))),
        "owner": names, "branch": branches,
        "service_rep": np.where(near | (rng.random(n) < 0.1), world.colleague("客服", branches), ""),
        "first_contact_at": world.story.first_at,
        "locked": words([True if x else None for x in rng.random(n) < 0.02]),
        "stage": np.where(lost, pick(rng, ("潜在", "意向"), n), stage), "status": status,
        "lost_reason": np.where(lost, pick(rng, _REASONS, n, (30, 12, 8, 22, 16, 12)), ""),
    })  # fmt: skip


def _refer(world: World, rng: Rng, frame: pd.DataFrame) -> None:
    """Give those who were sent by a client the one who sent them, who came earlier."""
    first = world.story.first_at
    elders = np.flatnonzero(world.story.state == AFTER)
    elders = elders[np.argsort(first[elders], kind="stable")]
    earlier = np.searchsorted(first[elders], first)
    sent = (frame["source"] == "老带新").to_numpy()
    frame.loc[sent & (earlier == 0), "source"] = "朋友介绍"
    sent = sent & (earlier > 0)
    chosen = elders[(rng.random(len(frame)) * np.maximum(earlier, 1)).astype(int)]
    frame["referrer_id"] = np.where(sent, frame["client_id"].to_numpy()[chosen], "")
    frame["source_detail"] = some(rng, pick_each(rng, _DETAILS, frame["source"].to_numpy()), 0.7)


def _manual(rng: Rng, frame: pd.DataFrame) -> None:
    """Let managers disagree with the machine over one open client in twenty-five, and over three at least, with a reason."""
    open_ones = rng.permutation(np.flatnonzero(~frame["status"].isin(["已成交", "暂不考虑"])))
    chosen = open_ones[: max(3, len(frame) // 25)]
    grade = words([""] * len(frame))
    grade[chosen] = words(list(_MANUAL))[np.minimum(np.arange(len(chosen)) % 5, 3)]
    frame["grade_manual"] = grade
    frame["grade_reason"] = pd.Series(grade).map(_MANUAL).fillna("")
