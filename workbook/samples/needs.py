"""需求: what clients look for. Each starts from a listing, so that most find some and a few find none."""

import numpy as np
import pandas as pd

from workbook.samples.draw import Array, Rng, ids, pick, pick_each, some, words
from workbook.samples.world import CLOSE, LOST, World

_MOTIVES = {
    "首次置业": (("自住", "结婚", "工作调动"), (6, 3, 1)), "改善型": (("改善", "学区", "生子"), (5, 3, 2)), "投资型": (("投资",), (1,)),
    "租赁": (("自住", "工作调动", "学区"), (5, 4, 1)),
}  # fmt: skip
_ORIENTS = (("南", "南北通透"), ("南",), ("南", "东南", "南北通透"), ("东", "东南", "南"), ())
_FLOORS = (("中", "高"), ("不要一层",), ("不要一层", "不要顶层"), ("中",), ("低", "中"), ())
_DECORS = (("精装", "豪装"), ("中装", "精装"), ("简装", "中装", "精装"), ("毛坯", "简装"), ())
_AMENITIES = (("学校", "交通"), ("交通", "商业"), ("公园",), ("医疗", "公园"), ())
_AVOIDS = (("临路",), ("顶层",), ("商住",), ("临路", "凶宅"), ())
_WEIGHTS = ("必须", "优先", "无所谓")
_MARKED = {  # share of needs in which a criterion is marked at all, and how
    "w_budget": (0.35, (5, 4, 1)), "w_district": (0.3, (5, 4, 1)), "w_area": (0.15, (2, 6, 2)), "w_rooms": (0.25, (4, 5, 1)),
    "w_orient": (0.1, (1, 6, 3)), "w_lift": (0.1, (3, 5, 2)), "w_decor": (0.06, (0, 5, 5)), "w_school": (0.08, (5, 5, 0)),
}  # fmt: skip
HOPELESS, TOO_LITTLE = 0.04, 0.55  # share of needs whose budget is that part of what such a home costs


def requests(world: World, clients: pd.DataFrame, listings: pd.DataFrame, deals: pd.DataFrame) -> pd.DataFrame:
    """Return the needs: one for everyone who is no owner, a second one for some."""
    rng = world.stream("requests")
    seekers = np.flatnonzero(clients["client_type"] != "业主")
    at = np.sort(np.concatenate([seekers, rng.choice(seekers, world.size.needs - len(seekers))]))
    client = clients.iloc[at].reset_index(drop=True)
    rent = (client["client_type"] == "租赁").to_numpy()
    flat = listings.iloc[_anchors(rng, client, rent, listings, deals)].reset_index(drop=True)
    frame = pd.DataFrame({
        "req_id": ids("Q", len(at)), "client_id": client["client_id"], "deal_type": np.where(rent, "租", "买"), "use": flat["use"],
        "motive": pick_each(rng, _MOTIVES, client["client_type"].to_numpy()),
        "req_status": _status(rng, world, at),
    })  # fmt: skip
    _budget(rng, frame, flat, rent)
    _where(rng, frame, flat, world)
    _what(rng, frame, flat, world)
    frame["want_by"] = _want_by(rng, world, at)
    return frame


def _anchors(rng: Rng, client: pd.DataFrame, rent: Array, listings: pd.DataFrame, deals: pd.DataFrame) -> Array:
    homes = listings["use"].isin(["住宅", "公寓", "别墅"]).to_numpy()
    to_let = (listings["deal_type"] == "租").to_numpy()
    chosen = np.zeros(len(client), dtype=int)
    for wanted in (True, False):
        rows = rent == wanted
        pool = np.flatnonzero(homes & (to_let == wanted))
        pool = pool[np.argsort(listings["price"].to_numpy()[pool], kind="stable")]
        chosen[rows] = pool[_places(rng, client.loc[rows, "client_id"], len(pool))]
    place = pd.Series(np.arange(len(listings)), index=listings["listing_id"])
    bought = client["client_id"].map(dict(zip(deals["client_id"], place[deals["listing_id"]], strict=True)))
    return np.asarray(bought.fillna(pd.Series(chosen)), dtype=int)


def _places(rng: Rng, client: pd.Series, n: int) -> Array:
    """Return a place among n homes sorted by price for every need; what one client looks for costs about the same."""
    first = rng.integers(0, n, len(client))
    first = pd.Series(first).groupby(client.to_numpy()).transform("first").to_numpy()
    near = max(1, n // 25)
    return np.asarray(np.clip(first + rng.integers(-near, near + 1, len(client)), 0, n - 1))


def _want_by(rng: Rng, world: World, at: Array) -> Array:
    """Return by when clients want it: those who still look some time from today, those in negotiation soon."""
    n, state = len(at), world.story.state[at]
    since = np.where(state <= CLOSE, 0, world.story.first_age[at])
    days = np.where(state == CLOSE, rng.integers(4, 45, n), rng.integers(10, 300, n))
    filled = rng.random(n) < np.where(state == CLOSE, 0.95, 0.65)
    return np.where(filled, world.today - since + days, np.datetime64("NaT", "D"))


def _status(rng: Rng, world: World, at: Array) -> Array:
    open_ones = pick(rng, ("有效", "暂停"), len(at), (0.95, 0.05))
    given_up = pick(rng, ("取消", "暂停"), len(at), (0.7, 0.3))
    return np.where(world.story.bought[at], "已满足", np.where(world.story.state[at] == LOST, given_up, open_ones))


def _budget(rng: Rng, frame: pd.DataFrame, flat: pd.DataFrame, rent: Array) -> None:
    n = len(frame)
    hopeless = (rng.random(n) < HOPELESS) & (frame["req_status"] == "有效").to_numpy()
    step = np.where(rent, 100, 5)
    most = flat["price"].to_numpy() * np.where(hopeless, TOO_LITTLE, rng.uniform(1.0, 1.16, n))
    most = np.maximum(np.ceil(most / step) * step, step)
    frame["budget_max"] = most
    frame["budget_min"] = some(rng, np.floor(most * rng.uniform(0.7, 0.85, n) / step) * step, 0.7, np.nan).astype(float)
    frame["pay"] = np.where(rent, "全款", pick(rng, ("商贷", "组合贷", "全款", "公积金"), n, (48, 20, 22, 10)))
    share = np.where(frame["pay"] == "全款", 1, rng.uniform(0.3, 0.55, n))
    frame["down_payment"] = np.where(rent, np.nan, some(rng, np.round(most * share), 0.6, np.nan).astype(float))
    frame["decision_days"] = some(rng, pick(rng, (7, 14, 30, 60, 90, 180), n), 0.6, np.nan).astype(float)
    frame["tolerance"] = some(rng, pick(rng, (0, 5, 10, 15, 20), n), 0.3, np.nan).astype(float)
    for key, (marked, weights) in _MARKED.items():
        frame[key] = some(rng, pick(rng, _WEIGHTS, n, weights), marked)
    frame.loc[hopeless, "w_budget"] = "必须"


def _where(rng: Rng, frame: pd.DataFrame, flat: pd.DataFrame, world: World) -> None:
    other = pick(rng, [d for d in world.city.lists["districts"] if d], len(frame))
    also = rng.random(len(frame)) < 0.4
    pairs = zip(flat["district"], other, also, strict=True)
    frame["districts"] = words([(d, o) if a and o != d else (d,) for d, o, a in pairs])
    for key, source, share in (("areas", "area_name", 0.35), ("estates", "estate", 0.1), ("school", "school", 0.12)):
        kept = rng.random(len(frame)) < share
        frame[key] = words([(value,) if value and k else () for value, k in zip(flat[source], kept, strict=True)])
    frame["metro_m"] = some(rng, pick(rng, (500, 800, 1_000, 1_500), len(frame)), 0.25, np.nan).astype(float)


def _what(rng: Rng, frame: pd.DataFrame, flat: pd.DataFrame, world: World) -> None:
    n, area, rooms = len(frame), flat["area"].to_numpy(), flat["rooms"].to_numpy()
    frame["area_min"] = np.floor(area * rng.uniform(0.8, 0.97, n) / 5) * 5
    frame["area_max"] = some(rng, np.ceil(area * rng.uniform(1.08, 1.3, n) / 5) * 5, 0.8, np.nan).astype(float)
    frame["rooms_min"] = np.maximum(rooms - (rng.random(n) < 0.3), 1)
    frame["rooms_max"] = some(rng, np.minimum(np.maximum(rooms, 1) + (rng.random(n) < 0.4), 9), 0.7, np.nan).astype(
        float
    )
    for key, options, weights in (
        ("orient", _ORIENTS, (3, 2, 2, 1, 8)), ("floor_pref", _FLOORS, (2, 2, 1, 1, 1, 9)), ("decor", _DECORS, (2, 2, 2, 0.5, 9)),
        ("amenities", _AMENITIES, (2, 2, 2, 1, 6)), ("avoid", _AVOIDS, (2, 2, 1, 0.5, 10)),
    ):  # fmt: skip
        frame[key] = pick(rng, options, n, weights)
    frame["lift"] = some(rng, np.where(flat["lift"].astype(bool), pick(rng, ("要", "不限"), n), "不限"), 0.5)
    year = int(str(world.today)[:4])
    frame["age_max"] = some(rng, np.ceil((year - flat["built"].to_numpy() + 3) / 5) * 5, 0.3, np.nan).astype(float)
    frame["tax_pref"] = some(rng, pick(rng, ("不限", "满二", "满五", "满五唯一"), n, (5, 2, 2, 1)), 0.4)
    frame["parking"] = some(rng, pick(rng, ("要", "不限"), n, (1, 2)), 0.4)
