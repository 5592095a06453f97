"""What the unit price of a listing is held against: the median of the other homes of the same 小区.

Source: R68 (grade by price).
"""

import numpy as np
import pandas as pd

from macros.listings import unit_prices
from macros.matching.outcome import ON_MARKET

HOME = "住宅"  # an empty 用途 means its default


def compared(listings: pd.DataFrame) -> pd.DataFrame:
    """Return by row of 房源: `unit` (元/㎡, of leases 元/㎡ a month), `median` of the comparable homes (NaN: none), `others`, how many.

    Comparable are the other listings of the same 小区, 交易 and 用途 that are on the market, not 虚假, and have a price and an area.
    """
    unit = unit_prices(listings)
    use = listings["use"].where(listings["use"] != "", HOME)
    keys = pd.MultiIndex.from_arrays([listings["estate"], listings["deal_type"], use])
    group = pd.Series(keys.factorize()[0], index=listings.index)
    counts = listings["status"].isin(ON_MARKET) & (listings["verify"] != "虚假") & unit.notna()
    known = ((listings["estate"] != "") & unit.notna()).to_numpy()
    median, others = _medians(unit.to_numpy(), group.to_numpy(), counts.to_numpy() & known)
    return pd.DataFrame(
        {"unit": unit, "median": np.where(known & (others > 0), median, np.nan), "others": np.where(known, others, 0)},
        index=listings.index,
    )


def _medians(unit: np.ndarray, group: np.ndarray, counts: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return per row the median of the counting rows of its group without itself, and how many those are."""
    rows = np.flatnonzero(counts)
    rows = rows[np.lexsort((unit[rows], group[rows]))]
    ends = np.searchsorted(group[rows], np.arange(group.max() + 2 if len(group) else 1))
    start, size = ends[group], ends[group + 1] - ends[group]
    place = np.full(len(unit), len(unit), dtype="int64")  # of a row that does not count: behind all others
    place[rows] = np.arange(len(rows)) - start[rows]
    others = size - counts
    values = np.append(unit[rows], np.nan)

    def nth(k: np.ndarray) -> np.ndarray:
        found: np.ndarray = values[np.minimum(start + k + (k >= place), len(rows))]
        return found

    return nth(np.maximum(others - 1, 0) // 2) / 2 + nth(others // 2) / 2, others  # halved first: a sum may overflow
