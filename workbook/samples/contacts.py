"""跟进 and 带看: what was said, asked, promised and shown, between the first contact and today."""

import numpy as np
import pandas as pd

from workbook.samples.draw import (
    CLOSES,
    MINUTE,
    OPENS,
    Array,
    Rng,
    clock,
    dates,
    ids,
    pick,
    pick_each,
    runs,
    several,
    some,
    words,
)
from workbook.samples.world import AFTER, CLOSE, COLD, LOST, NEW, SOLD, UNANSWERED, WARM, World, before_now

_WAYS = ("电话", "微信", "短信", "面谈", "邮件", "带看", "活动")
_RESULTS = {
    "电话": (("接通", "未接", "关机", "停机", "拒接"), (70, 19, 4, 1, 6)), "微信": (("已回复", "未回复"), (7, 3)),
    "短信": (("已回复", "未回复"), (3, 7)), "邮件": (("已回复", "未回复"), (4, 6)), "面谈": (("到访",), (1,)), "带看": (("到访",), (1,)),
    "活动": (("到访",), (1,)),
}  # fmt: skip
REACHED = ("接通", "已回复", "到访")
_SAID = (
    "沟通预算与付款方式",
    "介绍新上房源",
    "确认看房时间",
    "讨论面积与户型",
    "说明税费和流程",
    "了解家人意见",
    "回顾上次看房感受",
    "核对购房资格",
)
_THEN = (
    "客户愿意再看两套",
    "客户想先和家人商量",
    "客户希望价格再谈一谈",
    "客户对地段满意",
    "约定过两天再联系",
    "客户要求发资料",
)
_MISSED = {
    "未接": "电话未接, 稍后再拨",
    "关机": "电话关机, 改发微信",
    "停机": "号码停机, 需要核对",
    "拒接": "对方拒接, 换时段再联系",
    "未回复": "消息已发, 对方尚未回复",
}
_ASKED = ("核对房源现状", "沟通挂牌价", "约实勘时间", "确认钥匙交接", "反馈近期带看")
_TOLD = ("业主愿意小幅让价", "业主暂不调价", "业主同意拍照", "租客月底搬走", "业主要求先核客户资格")
_WHY = ("例行回访", "新房源适合", "客户来电询问", "推荐后追问反馈", "节日问候")
_WHY_OWNER = ("房源例行维护", "带看后反馈", "委托将到期")
_PLANS = ("发资料", "邀约到访", "约看房", "报价", "活动通知", "回访", "无")
_PROMISES = ("发送贷款测算表", "问业主底价", "查询学区政策", "预约周末看房", "准备合同样本")
_QUESTIONS = ("首付最低几成", "过户要多久", "学位是否被占用", "物业费多少", "能否提前还款")
_DOUBTS = ("开发商品牌", "物业", "质量", "升值", "价格", "学区", "贷款", "其他")
_GIVEN = ("手册", "户型图", "计算表", "合同样本", "其他")
# how often a client is contacted per day between the first and the last contact
_RATE = {NEW: 0.0, UNANSWERED: 0.0, COLD: 0.04, WARM: 0.12, CLOSE: 0.22, SOLD: 0.12, AFTER: 0.012, LOST: 0.02}
_GOOD = {
    "电话": "接通",
    "微信": "已回复",
    "短信": "已回复",
    "面谈": "到访",
    "邮件": "已回复",
    "带看": "到访",
    "活动": "到访",
}
IN_HAND = 0.85  # share of clients whose last contact succeeded, and of those whose next one is planned ahead
PROMPT = 0.88  # share of clients answered within hours
NEXT_DAY = 0.97  # and by the next morning; the rest wait for days
LOGGED_DAYS = 84  # so long the workbook has been in use: of what was before, only the first contact is in it
TO_LISTINGS, TO_OWNERS = 0.08, 0.04  # shares of the follow-ups


def followups(world: World, clients: pd.DataFrame, listings: pd.DataFrame) -> pd.DataFrame:
    """Return the follow-ups by time, oldest first."""
    rng = world.stream("followups")
    n = world.size.followups
    others = int(n * TO_LISTINGS), int(n * TO_OWNERS)
    talks = [_with_clients(world, rng, clients, n - sum(others)), *_with_others(world, rng, listings, others)]
    frame = pd.concat(talks, ignore_index=True)
    frame = frame.iloc[np.argsort(frame["at"].to_numpy(), kind="stable")].reset_index(drop=True)
    frame.insert(0, "fu_id", ids("F", n))
    _talk(world, rng, frame)
    _offer(rng, frame, listings)
    return frame


def _with_clients(world: World, rng: Rng, clients: pd.DataFrame, n: int) -> pd.DataFrame:
    story = world.story
    rate = np.array([_RATE[s] for s in range(LOST + 1)])[story.state]
    weight = rate * (story.first_age - story.last_age + 2)
    heard = np.flatnonzero(weight > 0)
    least = np.where(story.first_age > story.last_age, 2, 1)[heard]  # the first contact and the last
    counts = least + rng.multinomial(n - least.sum(), weight[heard] / weight[heard].sum())
    at = np.repeat(heard, counts)
    first, last = story.first_age[at], story.last_age[at]
    since = np.maximum(np.minimum(first, LOGGED_DAYS), last)
    which, between = runs(counts), last + (rng.random(n) * (since - last + 1)).astype(int)
    moment = np.maximum(clock(rng, world.today - np.where(which == 0, last, between)), story.first_at[at] + 90 * MINUTE)
    moment = np.where((which == 1) | (first == last), _first_reply(rng, story.first_at[at], first - last), moment)
    moment = before_now(world, moment)
    agents = world.agents["name"].to_numpy()
    who = np.where(rng.random(n) < 0.06, agents[rng.integers(0, len(agents), n)], clients["owner"].to_numpy()[at])
    way = np.where(
        np.isin(story.state[at], (WARM, CLOSE)),
        _ways(rng, n, (38, 38, 3, 8, 1, 11, 1)),
        _ways(rng, n, (45, 45, 5, 2, 1, 0, 2)),
    )
    ids_ = clients["client_id"].to_numpy()[at]
    return pd.DataFrame(
        {"obj": "客户", "obj_id": ids_, "at": np.maximum(moment, story.first_at[at]), "way": way, "staff": who}
    )


def _first_reply(rng: Rng, first_at: Array, room: Array) -> Array:
    """Return when each client got the first answer: within hours, the next morning, or days later where `room` days allow it."""
    n, luck = len(first_at), rng.random(len(first_at))
    soon = first_at + np.minimum(8 + rng.exponential(75, n), 300).astype(int) * MINUTE
    closing = dates(first_at).astype("datetime64[s]") + (CLOSES + 30) * MINUTE
    morning = clock(rng, dates(first_at) + 1, OPENS + 90)
    soon = np.where((soon > closing) | ((luck >= PROMPT) & (room >= 1)), morning, soon)
    days = np.where((luck >= NEXT_DAY) & (room > 4), rng.integers(2, 5, n), 0)
    return np.where(days > 0, clock(rng, dates(first_at) + days), soon)


def _ways(rng: Rng, n: int, weights: tuple[float, ...]) -> Array:
    return pick(rng, _WAYS, n, weights)


def _with_others(world: World, rng: Rng, listings: pd.DataFrame, counts: tuple[int, int]) -> list[pd.DataFrame]:
    found = []
    for obj, key, n in zip(("房源", "业主"), ("listing_id", "owner_id"), counts, strict=True):
        rows = listings.iloc[rng.integers(0, len(listings), n)]
        moment = before_now(world, clock(rng, world.today - (rng.exponential(45, n)).astype(int)))
        way = _ways(rng, n, (70, 30, 0, 0, 0, 0, 0))
        found.append(
            pd.DataFrame(
                {
                    "obj": obj,
                    "obj_id": rows[key].to_numpy(),
                    "at": moment,
                    "way": way,
                    "staff": rows["r_keep"].to_numpy(),
                }
            )
        )
    return found


def _talk(world: World, rng: Rng, frame: pd.DataFrame) -> None:
    n = len(frame)
    last = ~frame["obj_id"].duplicated(keep="last").to_numpy()
    client = (frame["obj"] == "客户").to_numpy()
    first = client & ~frame["obj_id"].duplicated().to_numpy()
    result = pick_each(rng, _RESULTS, frame["way"].to_numpy())
    good = frame["way"].map(_GOOD).to_numpy()
    frame["result"] = np.where(first | (last & (rng.random(n) < IN_HAND)), good, result)
    reached = frame["result"].isin(REACHED).to_numpy()
    missed = frame["result"].map(_MISSED).fillna("").to_numpy()
    with_client = pick(rng, _SAID, n) + "; " + pick(rng, _THEN, n)
    with_owner = pick(rng, _ASKED, n) + "; " + pick(rng, _TOLD, n)
    frame["summary"] = np.where(reached, np.where(client, with_client, with_owner), missed)
    why = np.where(client, pick(rng, _WHY, n, (50, 20, 10, 15, 5)), pick(rng, _WHY_OWNER, n))
    frame["why_now"] = np.where(first, "首次接触后致谢", why)
    talked = reached & client
    # what was asked or promised long ago has been seen to, with few exceptions
    held = talked & (~last | (_age(world, frame) <= 3) | (rng.random(n) < 1 - IN_HAND))
    for key, options, weights, share in (
        ("feedback", ("满意", "犹豫", "不满意", "无"), (45, 30, 10, 15), 0.75),
        ("mood", ("积极", "平和", "犹豫", "抵触", "愤怒"), (30, 45, 18, 6, 1), 0.5),
        ("question", _QUESTIONS, None, 0.03), ("promise", _PROMISES, None, 0.07),
    ):  # fmt: skip
        where = held if key in ("question", "promise") else talked
        frame[key] = np.where(where, some(rng, pick(rng, options, n, weights), share), "")
    frame["promise_by"] = np.where(
        frame["promise"] != "", _days(frame) + rng.integers(1, 6, n), np.datetime64("NaT", "D")
    )
    frame["doubts"] = several(rng, _DOUBTS, np.where(talked & (rng.random(n) < 0.2), rng.integers(1, 3, n), 0))
    frame["given"] = several(rng, _GIVEN, np.where(talked & (rng.random(n) < 0.15), 1, 0))
    _plan(world, rng, frame, last)


def _days(frame: pd.DataFrame) -> Array:
    return dates(frame["at"].to_numpy())


def _age(world: World, frame: pd.DataFrame) -> Array:
    """Return how many days ago each contact was."""
    return (world.today - _days(frame)).astype(int)


def _plan(world: World, rng: Rng, frame: pd.DataFrame, last: Array) -> None:
    """Plan the next contact: after a client's last one mostly for the days to come, or not at all where it was long ago."""
    n, age = len(frame), _age(world, frame)
    quiet = last & (age > 12) & (rng.random(n) < 0.9)
    act = np.where(quiet, "无", pick(rng, _PLANS, n, (14, 8, 16, 6, 4, 40, 12)))
    planned = act != "无"
    ahead = np.minimum(1 + rng.exponential(5, n), 25).astype(int)
    ahead = np.where(last & (rng.random(n) < IN_HAND), np.maximum(age + rng.integers(0, 8, n), 1), ahead)
    frame["next_act"] = act
    frame["next_at"] = np.where(planned, clock(rng, _days(frame) + ahead), np.datetime64("NaT", "s"))
    frame["next_way"] = np.where(planned, pick(rng, ("电话", "微信", "面谈"), n, (5, 4, 1)), "")
    frame["goal"] = np.where(
        planned, some(rng, pick(rng, ("约定看房时间", "确认预算", "得到反馈", "推进签约"), n), 0.4), ""
    )


def _offer(rng: Rng, frame: pd.DataFrame, listings: pd.DataFrame) -> None:
    """Let one client talk in eight recommend a listing or two; what was recommended last has mostly been answered."""
    n = len(frame)
    talked = (frame["result"].isin(REACHED) & (frame["obj"] == "客户")).to_numpy()
    known = listings["listing_id"].to_numpy()
    first, second = rng.integers(0, len(known), n), rng.integers(0, len(known), n)
    last = ~frame["obj_id"].duplicated(keep="last").to_numpy()
    count = np.where(talked & (rng.random(n) < np.where(last, 0.04, 0.12)), 1 + (rng.random(n) < 0.3), 0)
    frame["offered"] = words(
        [tuple(dict.fromkeys(known[[a, b]][:k])) for a, b, k in zip(first, second, count, strict=True)]
    )


def viewings(world: World, clients: pd.DataFrame, requests: pd.DataFrame, listings: pd.DataFrame) -> pd.DataFrame:
    """Return the viewings by time: mostly done, some arranged for the days to come."""
    rng = world.stream("viewings")
    n, state = world.size.viewings, world.story.state
    place = pd.Series(np.arange(len(clients)), index=clients["client_id"])
    seeker = place[requests["client_id"]].to_numpy()
    need = rng.choice(np.flatnonzero(np.isin(state[seeker], (WARM, CLOSE, SOLD, AFTER, LOST))), n)
    at = seeker[need]
    ahead = np.isin(state[at], (WARM, CLOSE)) & (rng.random(n) < 0.15)
    age = _viewing_age(world, rng, at)
    moment = np.maximum(
        before_now(world, clock(rng, world.today - age)), world.story.first_at[at] + rng.integers(60, 180, n) * MINUTE
    )
    moment = np.where(ahead, clock(rng, world.today + rng.integers(1, 8, n)), moment)
    order = np.argsort(moment, kind="stable")
    status = np.where(ahead, pick(rng, ("已约", "申请"), n, (8, 2)), pick(rng, ("已看", "爽约", "取消"), n, (86, 6, 8)))
    frame = pd.DataFrame({
        "client_id": clients["client_id"].to_numpy()[at], "req_id": requests["req_id"].to_numpy()[need],
        "listing_id": _shown(rng, requests.iloc[need], listings), "at": moment, "agent": clients["owner"].to_numpy()[at], "status": status,
    }).iloc[order].reset_index(drop=True)  # fmt: skip
    frame.insert(0, "v_id", ids("V", n))
    _felt(world, rng, frame)
    return frame


def _viewing_age(world: World, rng: Rng, at: Array) -> Array:
    """Return how many days ago each client was shown a home: in the last weeks, those who bought in the time before they did."""
    first, last = world.story.first_age[at], np.maximum(world.story.last_age[at], 0)
    low = np.where(world.story.bought[at], np.maximum(last, first * 7 // 10), last)
    high = np.where(world.story.bought[at], first, np.minimum(first, np.maximum(LOGGED_DAYS, last)))
    return np.asarray(low + (rng.random(len(at)) * (high - low + 1)).astype(int))


def _shown(rng: Rng, needs: pd.DataFrame, listings: pd.DataFrame) -> Array:
    """Return for every need a listing of its deal type in its first district, where there is one."""
    district = words([d[0] for d in needs["districts"]])
    wanted = np.where(needs["deal_type"] == "租", "租", "售").astype(object) + district
    offered = (listings["deal_type"].replace("租售", "售") + listings["district"]).to_numpy()
    chosen = rng.integers(0, len(listings), len(needs))
    for kind in dict.fromkeys(wanted):
        pool, rows = np.flatnonzero(offered == kind), wanted == kind
        chosen[rows] = rng.choice(pool, int(rows.sum())) if len(pool) else chosen[rows]
    return np.asarray(listings["listing_id"])[chosen]


def _felt(world: World, rng: Rng, frame: pd.DataFrame) -> None:
    n = len(frame)
    seen = (frame["status"] == "已看").to_numpy()
    frame["owner_ok"] = words([True if s in ("已约", "已看") else None for s in frame["status"]])
    frame["feedback"] = np.where(seen, pick(rng, ("意向强", "一般", "无意向"), n, (28, 47, 25)), "")
    likes, dislikes = ([w for w in world.city.lists[key] if w] for key in ("likes", "dislikes"))
    frame["likes"] = several(rng, likes, np.where(seen, rng.integers(0, 3, n), 0))
    frame["dislikes"] = several(rng, dislikes, np.where(seen, rng.integers(0, 3, n), 0))
    frame["next_step"] = np.where(seen, pick(rng, ("再看一次", "谈价格", "换房源", "等家人意见", "暂缓"), n), "")
