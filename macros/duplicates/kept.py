"""Which row of a flat stands for it, once a person has judged several rows to be one: the others are not offered beside it.

Source: F2, R70 (a client is not shown one home twice).
"""

from collections.abc import Mapping

import pandas as pd

from workbook.sheets.pairs import MEANT, SAME

REASONS = ("租售都做", "已核验", "独家委托", "上架在前", "编号在前")
RANKED = ("listing_id", "deal_type", "verify", "mandate", "listed_on")
"""The columns that decide."""


def rank(row: Mapping[str, object]) -> tuple[object, ...]:
    """Return what the better one of two rows of a flat has less of, a part for each of REASONS; a row without 上架日 comes after."""
    day = row["listed_on"]
    listed = pd.Timestamp(str(day)) if day == day and day is not None else pd.Timestamp.max
    both, verified = row["deal_type"] == "租售", row["verify"] == "已核"
    return not both, not verified, row["mandate"] not in ("独家", "限时独家"), listed, str(row["listing_id"])


def standing_for(offered: pd.DataFrame, pairs: pd.DataFrame) -> dict[str, str]:
    """Return, of the rows that a person judged to be one flat, the id of each -> the id of the best that is among those offered.

    `offered` are rows of 房源, `pairs` those of 疑似重复. Flats of which no row is offered are left out.
    """
    judged = pairs.loc[pairs["verdict"].map(MEANT) == SAME, ["first_id", "second_id"]]
    if judged.empty:
        return {}
    groups: dict[str, set[str]] = {}
    for first, second in judged.itertuples(index=False):
        whole = groups.get(first, {first}) | groups.get(second, {second})
        groups |= dict.fromkeys(whole, whole)
    part = offered.loc[offered["listing_id"].isin(groups), list(RANKED)]
    best: dict[str, str] = {}
    for row in sorted(part.to_dict("records"), key=rank):
        for name in groups[row["listing_id"]]:
            best.setdefault(name, row["listing_id"])
    return best


def without_second_rows(offered: pd.DataFrame, pairs: pd.DataFrame) -> pd.DataFrame:
    """Return the rows that are offered, of a flat that a person judged to stand in several only the best."""
    best = standing_for(offered, pairs)
    return offered[[best.get(name, name) == name for name in offered["listing_id"]]] if best else offered
