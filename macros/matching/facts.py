"""What a listing says about each criterion: one value per listing that can be compared and looked up; None where it says nothing."""

import re
from collections.abc import Callable, Iterable, Sequence
from typing import Any, NamedTuple

import pandas as pd

from macros.matching.distinct import alike
from macros.settings import Match


class Context(NamedTuple):
    """What facts and wishes are read with."""

    year: int
    options: Match


Facts = Callable[[pd.DataFrame, Context], Sequence[Any]]
NO_METRO_M = 99_999.0  # 「远离地铁」: farther than any limit
_METRO = re.compile(r"地铁[^,，;；。、]{0,8}?(\d+(?:\.\d+)?)\s*(公里|千米|km|米|m)", re.I)
_FAR = re.compile(r"(?:远离|无|没有|不近|不临)地铁|(?:离|距)?地铁(?:站)?(?:较|很|太)?远")
_NEAR = re.compile(r"(?:近|临|邻|靠)地铁|地铁(?:口|房|旁|上盖|沿线|站?近)|双地铁")
_NO_PARKING = re.compile(
    r"(?:无|没有|没|不带|不含|缺)[^,，;；。、]{0,3}(?:车位|车库|停车)|(?:停车|车位)(?:难|紧|不足|少|不便)"
)
_PARKING = re.compile(r"车位|车库|停车")
_ROAD = re.compile(r"(?<!不)(?:临|靠|沿)(?:近|着)?(?:主干|大|马)?(?:路|街|道|高架|公路|铁路)|马路边|路边")
_DEATH = re.compile(r"(?<!非)(?<!不是)凶宅|非正常(?:死亡|身故|去世)|凶案")


def given(values: Iterable[Any]) -> list[Any]:
    """Return the values, None in place of NaN."""
    return [None if value != value else value for value in values]


def text(key: str) -> Facts:
    """Return the facts that are one text column; "" where it is empty."""
    return lambda listings, _: listings[key].tolist()


def whole(key: str) -> Facts:
    """Return the facts that are one number column, as range criteria want them."""
    return lambda listings, _: [(value,) for value in given(listings[key].tolist())]


def positive(values: pd.Series) -> list[float | None]:
    """Return numbers; one that is not above 0 was never filled in."""
    numbers = values.to_numpy(dtype=float, na_value=float("nan"))
    found = numbers.astype(object)
    found[~(numbers > 0)] = None
    told: list[float | None] = found.tolist()
    return told


def prices(listings: pd.DataFrame, _: Context) -> list[tuple[float | None, float | None]]:
    """Return (sale price in 万元, rent in 元/月)."""
    price, rent = listings["price"], listings["deal_type"] == "租"
    return list(zip(positive(price.where(~rent)), positive(price.where(rent)), strict=True))


def areas(listings: pd.DataFrame, _: Context) -> list[tuple[float | None]]:
    """Return the floor area in ㎡."""
    return [(value,) for value in positive(listings["area"])]


def places(listings: pd.DataFrame, _: Context) -> list[tuple[str, str, str]]:
    """Return (区域, 商圈, 小区)."""
    return list(zip(listings["district"], listings["area_name"], listings["estate"], strict=True))


def floors(listings: pd.DataFrame, _: Context) -> list[tuple[float | None, float | None]]:
    """Return (所在层, 总层)."""
    return list(zip(given(listings["floor"].tolist()), positive(listings["floors"]), strict=True))


def lifts(listings: pd.DataFrame, _: Context) -> list[bool | None]:
    """Return whether there is a lift."""
    return [*listings["lift"]]


def ages(listings: pd.DataFrame, context: Context) -> list[tuple[float | None]]:
    """Return the age in years, by the calendar year."""
    return [(None if built is None else context.year - built,) for built in positive(listings["built"])]


def schools(listings: pd.DataFrame, _: Context) -> list[tuple[str, str]]:
    """Return (学区, 学位占用)."""
    return list(zip(listings["school"], listings["school_used"], strict=True))


def taxes(listings: pd.DataFrame, _: Context) -> list[tuple[str, str]]:
    """Return (持有年限, 唯一)."""
    return list(zip(listings["hold"], listings["sole"], strict=True))


def metres(listings: pd.DataFrame, context: Context) -> list[tuple[float | None, bool]]:
    """Return (distance to the metro, whether it is only said to be near), as 亮点, 稀缺标签 and 不利因素 tell it: no column holds it."""
    return _read(listings, lambda words: metro_m(words, context.options.near_metro_m))


def parkings(listings: pd.DataFrame, _: Context) -> list[bool | None]:
    """Return whether there is parking as 亮点, 稀缺标签 and 不利因素 tell it: no column holds it."""
    return _read(listings, parking)


def drawbacks(listings: pd.DataFrame, context: Context) -> list[tuple[bool | None, ...]]:
    """Return (临路, 顶层, 商住, 凶宅): of the first and last 不利因素 tells, the others have columns."""
    told = {cons: _told(cons) for cons in listings["cons"].unique()}
    top = [None if level is None or levels is None else level >= levels for level, levels in floors(listings, context)]
    title = [value == "商住" if value else None for value in listings["title"]]
    return [(told[c][0], t, s, told[c][1]) for c, t, s in zip(listings["cons"], top, title, strict=True)]


def _told(cons: str) -> tuple[bool | None, bool | None]:
    return (bool(_ROAD.search(cons)), bool(_DEATH.search(cons))) if cons else (None, None)


def _read(listings: pd.DataFrame, reader: Callable[[str], Any]) -> list[Any]:
    first, again = alike(listings["pros"], listings["rare"], listings["cons"])
    few = listings[["pros", "rare", "cons"]].iloc[first]
    told = [reader("。".join((pros, "、".join(rare), cons))) for pros, rare, cons in few.itertuples(index=False)]
    return [told[place] for place in again.tolist()]


def metro_m(words: str, near_m: float) -> tuple[float | None, bool]:
    """Return the metres to the metro that a text tells, (`near_m`, True) for 「近地铁」; None if it does not speak of it."""
    if found := _METRO.search(words):
        return float(found[1]) * (1 if found[2].lower() in ("米", "m") else 1_000), False
    if _FAR.search(words):
        return NO_METRO_M, False
    return (near_m, True) if _NEAR.search(words) else (None, False)


def parking(words: str) -> bool | None:
    """Return whether a text tells of parking; None if it does not speak of it."""
    return False if _NO_PARKING.search(words) else True if _PARKING.search(words) else None
