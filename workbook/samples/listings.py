"""房源 and 业主: flats of the city's estates, no address twice, priced by estate, decoration and use."""

import numpy as np
import pandas as pd

from workbook.samples.city import RARE
from workbook.samples.draw import Array, Rng, ids, numbers, pick, several, some, words
from workbook.samples.people import people, phones
from workbook.samples.world import World

UNITS, FLATS = 2, 2  # per building, per floor of a unit
_AREAS = np.array([32.0, 48, 76, 106, 148, 205])  # ㎡ by number of rooms
_DECOR = {"毛坯": 0.93, "简装": 0.97, "中装": 1.0, "精装": 1.05, "豪装": 1.11}
_USES = {"住宅": 1.0, "公寓": 0.8, "别墅": 1.45, "商铺": 1.3, "写字楼": 0.85, "车位": 0.4}
_TITLES = {"公寓": ("商住", "40"), "商铺": ("商品房", "40"), "写字楼": ("商品房", "50")}
RENT_YIELD = 0.018  # rent of a year as a share of the value
RECENT = 9
_PROS = (
    "南北通透, 采光好",
    "户型方正, 无浪费面积",
    "近学校, 步行可到",
    "楼下就是公园",
    "精心装修, 可拎包入住",
    "业主诚心, 价格可谈",
    "带露台, 视野开阔",
)
_CONS = ("无", "临街, 早晚高峰有车声", "无电梯", "房龄较老", "暗卫", "户口待迁", "租约未到期", "楼间距偏小")
_REASONS = ("置换", "变现", "离城", "继承", "其他")


def owners(world: World, listed: pd.DataFrame) -> pd.DataFrame:
    """Return nine owners for ten of the `listed`; some say what they hope for, a little less than they ask."""
    rng = world.stream("owners")
    n = max(1, world.size.listings * 9 // 10)
    of_sales = listed[listed["deal_type"] != "租"].drop_duplicates("owner_id")
    hoped = of_sales.set_index("owner_id")["price"] * rng.uniform(0.95, 0.99, len(of_sales))
    return pd.DataFrame({
        "owner_id": ids("O", n),
        "name": people(rng, n).name,
        "phone": phones(rng, n),
        "reason": some(rng, pick(rng, _REASONS, n), 0.7),
        "expect_price": some(rng, hoped.round().reindex(ids("O", n)).to_numpy(float), 0.5, np.nan).astype(float),
        "urgency": pick(rng, ("急", "一般", "不急"), n, (0.2, 0.55, 0.25)),
        "consent": pick(rng, ("同意", "仅服务", "拒绝"), n, (0.85, 0.12, 0.03)),
    })  # fmt: skip


def listings(world: World) -> pd.DataFrame:
    """Return the listings, all on the market; deals change that."""
    rng = world.stream("listings")
    n = world.size.listings
    frame = pd.concat([_places(world, rng, n), _terms(world, rng, n)], axis=1)
    frame.insert(0, "listing_id", ids("H", n))
    _price(world, rng, frame)
    rent = frame["deal_type"] == "租"
    frame["status"] = np.where(rent, "在租", pick(rng, ("在售", "议价中", "待核"), n, (0.9, 0.06, 0.04)))
    return frame


def listed_on(world: World, listings: pd.DataFrame, deals: pd.DataFrame) -> Array:
    """Return since when each of the `listings` is on offer: weeks before its signature, on the first day of an exclusive mandate, or
    longer ago than `RECENT` days: each newer one would make a task for every client whom it fits."""
    rng = world.stream("listed_on")
    n = len(listings)
    signed = deals.dropna(subset="signed_on").set_index("listing_id")["signed_on"].reindex(listings["listing_id"])
    sold_on, mandate = (days.to_numpy().astype("datetime64[D]") for days in (signed, listings["mandate_from"]))
    begun = np.where(
        np.isnat(mandate), world.today - RECENT - np.minimum(rng.exponential(70, n), 400).astype(int), mandate
    )
    return np.where(np.isnat(sold_on), begun, sold_on - 5 - np.minimum(rng.exponential(45, n), 300).astype(int))


def _slots(world: World, rng: Rng, n: int) -> tuple[Array, Array, Array, Array, Array]:
    """Return estate, building, unit, floor and flat of n different flats."""
    town = world.city
    ends = np.cumsum(town.buildings * UNITS * town.floors * FLATS)
    slot = rng.choice(ends[-1], n, replace=False)
    estate = np.searchsorted(ends, slot, side="right")
    rest = slot - np.concatenate([[0], ends])[estate]
    rest, flat = np.divmod(rest, FLATS)
    rest, floor = np.divmod(rest, town.floors[estate])
    building, unit = np.divmod(rest, UNITS)
    return estate, building + 1, unit + 1, floor + 1, flat + 1


def _places(world: World, rng: Rng, n: int) -> pd.DataFrame:
    estate, building, unit, floor, flat = _slots(world, rng, n)
    town = world.city
    use = pick(rng, tuple(_USES), n, (0.89, 0.05, 0.02, 0.02, 0.01, 0.01))
    home = np.isin(use, ("住宅", "公寓", "别墅"))
    rooms = np.where(home, rng.choice(6, n, p=(0.0, 0.13, 0.37, 0.34, 0.12, 0.04)), 0)
    rooms = np.where(use == "别墅", 5, np.where(use == "公寓", 1, rooms))
    parking = use == "车位"
    area = np.where(parking, 12.5, np.round(_AREAS[rooms] * rng.uniform(0.86, 1.18, n), 1))
    floors = town.floors[estate]
    return pd.DataFrame({
        "estate": town.name[estate], "building": building.astype(str), "unit": unit.astype(str),
        "room_no": words([f"{f}{r:02}" for f, r in zip(floor, flat, strict=True)]),
        "district": town.district[estate], "area_name": town.area[estate], "use": use,
        "rooms": rooms, "halls": np.where(rooms > 0, 1 + (rooms > 2), 0), "baths": np.where(rooms > 0, 1 + (rooms > 2), 0),
        "area": area, "area_in": some(rng, np.round(area * rng.uniform(0.76, 0.86, n), 1), 0.6, np.nan).astype(float),
        "orient": pick(rng, ("南", "南北通透", "东南", "东", "西南", "西", "北", "东北", "西北"), n, (30, 28, 14, 8, 7, 5, 4, 2, 2)),
        "floor": np.where(parking, -1, floor), "floors": floors, "lift": words(list((floors > 6) | parking)),
        "decor": pick(rng, tuple(_DECOR), n, (0.08, 0.22, 0.27, 0.36, 0.07)), "built": town.built[estate],
        "school": town.school[estate],
        "school_used": np.where(town.school[estate] != "", pick(rng, ("未占", "已占", "待核"), n, (6, 2, 2)), ""),
    })  # fmt: skip


def _terms(world: World, rng: Rng, n: int) -> pd.DataFrame:
    occupancy = pick(rng, ("空置", "自住", "出租"), n, (0.4, 0.42, 0.18))
    access = np.where(
        occupancy == "出租", "租客", np.where((occupancy == "空置") & (rng.random(n) < 0.8), "钥匙", "预约")
    )
    keeper = rng.integers(0, len(world.agents), n)
    names, branches = (world.agents[key].to_numpy() for key in ("name", "branch"))
    mandate = pick(rng, ("普通", "独家", "限时独家"), n, (0.76, 0.15, 0.09))
    begun = world.today - rng.integers(3, 88, n)
    exclusive = mandate != "普通"
    never = np.datetime64("NaT", "D")
    return pd.DataFrame({
        "deal_type": pick(rng, ("售", "租", "租售"), n, (0.72, 0.25, 0.03)),
        "cert_no": some(rng, words([f"示例证第{i:07}号" for i in rng.integers(1, 9_999_999, n)]), 0.5),
        "co_owned": words(list(rng.random(n) < 0.3)), "hold": pick(rng, ("满五", "满二", "不满二"), n, (0.55, 0.27, 0.18)),
        "sole": pick(rng, ("是", "否", "待核"), n, (0.5, 0.32, 0.18)),
        "mortgage": some(rng, numbers(rng, 20, 200, n, 10), 0.2, np.nan).astype(float),
        "hukou": some(rng, pick(rng, ("无", "有", "待核"), n, (6, 2, 2)), 0.8),
        "lease_to": np.where(occupancy == "出租", world.today + rng.integers(10, 360, n), never),
        "occupancy": occupancy, "tax_mode": pick(rng, ("各付", "净得"), n, (0.6, 0.4)), "access": access,
        "channel": pick(rng, ("业主委托", "内部录入", "外部合作"), n, (0.6, 0.3, 0.1)),
        "owner_id": words(list(ids("O", max(1, n * 9 // 10))[_owner_of(rng, n)])), "mandate": mandate,
        "mandate_from": np.where(exclusive, begun, never), "mandate_to": np.where(exclusive, begun + 90, never),
        "pool": pick(rng, ("公盘", "私盘", "抢盘", "特盘"), n, (0.7, 0.2, 0.05, 0.05)),
        "r_input": names[rng.integers(0, len(names), n)], "r_keep": names[keeper],
        "r_survey": some(rng, names[rng.integers(0, len(names), n)], 0.5),
        "r_key": np.where(access == "钥匙", names[keeper], ""), "r_paper": some(rng, names[keeper], 0.4),
        "r_excl": np.where(exclusive, names[keeper], ""), "key_place": np.where(access == "钥匙", branches[keeper] + "钥匙柜", ""),
        "verify": pick(rng, ("已核", "未核", "存疑", "虚假"), n, (0.74, 0.2, 0.05, 0.01)),
        "rare": several(rng, RARE, np.where(rng.random(n) < 0.15, 1, 0)),
        "pros": pick(rng, _PROS, n), "cons": pick(rng, _CONS, n, (5, 2, 1, 2, 1, 1, 1, 1)),
    })  # fmt: skip


def _owner_of(rng: Rng, n: int) -> Array:
    """Every owner has one listing; the listings that are left over go to some of them."""
    count = max(1, n * 9 // 10)
    return rng.permutation(np.concatenate([np.arange(count), rng.integers(0, count, n - count)]))


def _price(world: World, rng: Rng, frame: pd.DataFrame) -> None:
    use = frame["use"].to_numpy()
    by_estate = dict(zip(world.city.name, world.city.price, strict=True))
    square = frame["estate"].map(by_estate) * frame["use"].map(_USES) * frame["decor"].map(_DECOR)
    value = (square * frame["area"] * rng.uniform(0.92, 1.09, len(frame))).to_numpy(dtype=float)
    rent = (frame["deal_type"] == "租").to_numpy()
    frame["price"] = np.where(
        rent, np.maximum(np.round(value * RENT_YIELD / 12, -2), 300), np.maximum(np.round(value / 1e4), 5)
    )
    lowest = np.where(
        rent, np.round(frame["price"] * 0.95, -1), np.round(frame["price"] * rng.uniform(0.94, 0.99, len(frame)))
    )
    frame["floor_price"] = some(rng, lowest, 0.5, np.nan).astype(float)
    frame["title"] = pick(rng, ("商品房", "公房", "经济适用", "限价", "央产"), len(frame), (90, 4, 2, 2, 2))
    frame["title_years"] = "70"
    for kind, (title, years) in _TITLES.items():
        frame.loc[use == kind, ["title", "title_years"]] = [title, years]
