"""房源等级: A, B or C by price, quality and scarcity, with the points, the figures and the cells they rest on.

Source: R68. Each of the three gives 0 to 2 points; the thresholds stand in 设置 (房源). What cannot be compared gives the middle point, and
says so.
"""

import datetime as dt
from collections import Counter
from typing import NamedTuple

import numpy as np
import pandas as pd

from macros.contacts import cell_prefix
from macros.listing_alerts import alerts
from macros.listing_prices import HOME, compared
from macros.listing_settings import Listing
from macros.listing_tags import tags
from macros.matching.outcome import ON_MARKET, open_needs
from macros.settings import Settings
from workbook.changes import Outcome
from workbook.tables import Tables

GRADED = ("待核", *ON_MARKET)
GOOD_SIDES, GOOD_DECOR = ("南", "南北通透", "东南"), ("精装", "豪装")
MOST_ROOMS = 9
RENT, SALE = "租", "售"


class Part(NamedTuple):
    """One of the three: 0, 1 or 2 points per row, and the words for them."""

    points: pd.Series
    words: list[str]


def listing_grades(tables: Tables, today: dt.date, settings: Settings) -> Outcome:
    """Return 房源 房源等级, 等级说明 and 自动标签, empty for those that are neither on the market nor about to be (待核); and 提醒."""
    listings, rules = tables["listings"], settings.listing
    prices = compared(listings)
    price = _price(tables, prices, rules)
    parts = {"价格": price, "房况": _quality(tables, rules), "稀缺": _scarcity(tables, rules)}
    graded = listings["status"].isin(GRADED) & (listings["listing_id"] != "")
    total = sum((part.points for part in parts.values()), pd.Series(0, index=listings.index))
    letters = np.select([total >= rules.a_points, total >= rules.b_points], ["A", "B"], "C")
    grades = pd.Series(np.where(graded, letters, ""), index=listings.index, dtype=object)
    flags = {"低于均价": price.points == 2, "稀缺": parts["稀缺"].points == 2}
    return Outcome(
        updates={"listings": {
            "grade": grades, "grade_why": _told(parts, total, grades),
            "auto_tags": tags(tables, today, rules, flags, settings.match.near_metro_m),
            "alerts": alerts(tables, today, rules, price.points == 0),
        }},
        figures={f"listings_{letter.lower()}": int((grades == letter).sum()) for letter in "ABC"},
    )  # fmt: skip


def _told(parts: dict[str, Part], total: pd.Series, grades: pd.Series) -> pd.Series:
    """Return 等级说明, "" where there is no grade."""
    points = [part.points.tolist() for part in parts.values()]
    rows = zip(grades.tolist(), total.tolist(), *points, *(part.words for part in parts.values()), strict=True)
    found = [
        f"{grade}: 共 {all_} 分。价格 {p} 分: {price}; 房况 {q} 分: {quality}; 稀缺 {s} 分: {scarcity}" if grade else ""
        for grade, all_, p, q, s, price, quality, scarcity in rows
    ]
    return pd.Series(found, index=grades.index, dtype=object)


def _points(two: pd.Series, one: pd.Series) -> pd.Series:
    """Return 2 where the first holds, else 1 where the second does, else 0."""
    return two.astype("int64") * 2 + (one & ~two)


def _price(tables: Tables, prices: pd.DataFrame, rules: Listing) -> Part:
    """2 points for clearly less than the median, 1 for about the median or where nothing can be compared, 0 for clearly more.

    Limits are inclusive; the difference counts to a tenth of a percent, as it is shown.
    """
    listings = tables["listings"]
    enough = (prices["others"] >= rules.least_homes) & prices["unit"].notna()
    apart = ((prices["unit"] / prices["median"] - 1) * 100).round(1)
    points = _points(enough & (apart <= -rules.price_low), ~(enough & (apart >= rules.price_high)))
    at = cell_prefix(tables, "listings", "unit_price")
    unit = np.where(listings["deal_type"] == RENT, "元/㎡·月", "元/㎡").tolist()
    rows = zip(
        *(prices[key].tolist() for key in ("unit", "median", "others")), apart.tolist(), enough.tolist(), unit,
        listings.index.tolist(), strict=True,
    )  # fmt: skip
    return Part(
        points,
        [
            "没有单价"
            if one != one
            else f"单价 {one:.10g} {of}({at}{row}), 可比房源不足: 同小区其他 {others} 套"
            if not comparable
            else f"单价 {one:.10g} {of}({at}{row}), 同小区其他 {others} 套中位 {median:.10g}, {_apart(more)}"
            for one, median, others, more, comparable, of, row in rows
        ],
    )


def _apart(percent: float) -> str:
    return f"低 {-percent:g}%" if percent < 0 else f"高 {percent:g}%" if percent > 0 else "持平"


def _quality(tables: Tables, rules: Listing) -> Part:
    """2 points for a large share of good marks, 1 for a fair one or where none is known: the middle is no blame."""
    listings = tables["listings"]
    marks = _marks(listings)
    known = sum((said.astype(int) for said, _, _ in marks.values()), pd.Series(0, index=listings.index))
    good = sum(((said & fine).astype(int) for said, fine, _ in marks.values()), pd.Series(0, index=listings.index))
    share = good * 100 / known.where(known > 0)
    points = _points(share >= rules.quality_good, (share >= rules.quality_fair) | share.isna())
    named = [_named(tables, key, said & fine, words) for key, (said, fine, words) in marks.items()]
    texts = ("、".join(filter(None, row)) for row in zip(*named, strict=True))
    rows = zip(good.tolist(), known.tolist(), texts, strict=True)
    return Part(
        points, [f"{n} 项里 {yes} 项好{f'({text})' if text else ''}" if n else "都没填" for yes, n, text in rows]
    )


def _marks(listings: pd.DataFrame) -> dict[str, tuple[pd.Series, pd.Series, str]]:
    """Return by column what is known, what is good, and the word for that; "": what stands in the cell."""
    floor, floors = listings["floor"], listings["floors"]
    return {
        "orient": (listings["orient"] != "", listings["orient"].isin(GOOD_SIDES), ""),
        "decor": (listings["decor"] != "", listings["decor"].isin(GOOD_DECOR), ""),
        "lift": (listings["lift"].notna(), listings["lift"] == True, "有电梯"),  # noqa: E712 - None is no
        "floor": (floor.notna() & floors.notna(), (floor > 1) & (floor < floors), "中间楼层"),
        "verify": (listings["verify"] != "", listings["verify"] == "已核", ""),
        "media": (listings["listing_id"] != "", listings["media"] != "", "有图片视频"),
    }


def _named(tables: Tables, key: str, good: pd.Series, word: str) -> list[str]:
    """Return the good mark with its cell, "" where there is none."""
    at = cell_prefix(tables, "listings", key)
    if word:
        at = f"{word} {at}"
        return [f"{at}{row}" if yes else "" for yes, row in zip(good.tolist(), good.index.tolist(), strict=True)]
    rows = zip(good.tolist(), tables["listings"][key].tolist(), good.index.tolist(), strict=True)
    return [f"{said} {at}{row}" if yes else "" for yes, said, row in rows]


def _scarcity(tables: Tables, rules: Listing) -> Part:
    """2 points where many needs ask for few homes, 1 for about as many, or where district or rooms are not told; both limits inclusive."""
    listings = tables["listings"]
    told = (listings["district"] != "") & listings["rooms"].notna()
    counts = told & listings["status"].isin(ON_MARKET) & (listings["verify"] != "虚假")
    groups = pd.DataFrame({
        "side": np.where(listings["deal_type"] == RENT, RENT, SALE), "district": listings["district"],
        "use": listings["use"].where(listings["use"] != "", HOME), "rooms": listings["rooms"],
    })  # fmt: skip
    codes = groups.groupby(list(groups), sort=False, dropna=False).ngroup().to_numpy()
    kinds = groups.loc[~pd.Series(codes, index=groups.index).duplicated()]  # in the order of the codes
    offered = np.bincount(codes[counts.to_numpy()], minlength=len(kinds))
    asked = _asked(tables["requests"])
    wanted = np.array([asked.get(key, 0) for key in kinds.itertuples(index=False, name=None)], dtype="int64")
    share = pd.Series((wanted / np.maximum(offered, 1))[codes], index=listings.index)
    points = _points(told & (share >= rules.scarce_high), ~told | (share >= rules.scarce_fair))
    tails = [f"在架 {n} 套, 有 {m} 个需求要" for n, m in zip(offered.tolist(), wanted.tolist(), strict=True)]
    rooms = [f"{one:g} 室" for one in kinds["rooms"].tolist()]
    place, layout = (cell_prefix(tables, "listings", key) for key in ("district", "rooms"))
    rows = zip(listings["district"].tolist(), codes.tolist(), told.tolist(), listings.index.tolist(), strict=True)
    return Part(
        points,
        [
            f"{district}({place}{row}) {rooms[kind]}({layout}{row}){tails[kind]}" if known else "区域或室没填"
            for district, kind, known, row in rows
        ],
    )


def _asked(requests: pd.DataFrame) -> Counter[tuple[object, ...]]:
    """Return (租 or 售, district, use, rooms) -> how many open needs name that district and ask for so many rooms."""
    needs = open_needs(requests)
    needs = needs[needs["rooms_min"].notna() | needs["rooms_max"].notna()]
    least = needs["rooms_min"].fillna(0).clip(0, MOST_ROOMS).tolist()
    most = needs["rooms_max"].fillna(MOST_ROOMS).clip(0, MOST_ROOMS).tolist()
    side = needs["deal_type"].map({"买": SALE, "租": RENT}).fillna("").tolist()
    use = needs["use"].where(needs["use"] != "", HOME).tolist()
    rows = zip(side, needs["districts"].tolist(), use, least, most, strict=True)
    return Counter(
        (deal, district, kind, float(rooms))
        for deal, districts, kind, low, high in rows
        for district in districts
        for rooms in range(int(low), int(high) + 1)
    )
