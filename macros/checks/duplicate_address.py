"""Two listings on the market are one flat: the same estate, building, unit and room, or a person found so on 疑似重复.

Source: F2, R67 (duplicate check of listings).
"""

import datetime as dt

import pandas as pd

from macros.checks.rule import found
from macros.duplicates.address import duplicate_keys
from macros.settings import Settings
from workbook.changes import Finding, Severity
from workbook.sheets.pairs import MEANT, OTHER, PAIRS, SAME
from workbook.tables import Tables

OVER = frozenset({"已售", "已租", "下架", "他售"})
Judged = dict[frozenset[str], str]


def duplicate_address(tables: Tables, today: dt.date, settings: Settings) -> list[Finding]:
    """Return a finding in each room number, naming the other. A flat for sale and to let in two rows is no duplicate.

    What a person decided on 疑似重复 holds: 不是 ends the finding, 同一套 makes one whatever the addresses say.
    """
    del today, settings
    here = _offered(tables["listings"])
    judged = _judged(tables)
    other = _same_key(here, judged)
    messages = {
        row: f"与 {tables.cell('listings', twin, 'room_no')} 是同一套房。请合并, 或改正楼栋、单元、室号。"
        for row, twin in other.items()
    }
    for row, twin in _decided(here, judged).items():
        where = tables.cell("listings", twin, "room_no")
        messages[row] = (
            f"已判断与 {where} 是同一套房, 两行都在挂牌, 匹配只推荐其中一行。请留一行, 把另一行的「状态」改成「下架」。"
        )
    return found(("listings", "room_no"), "duplicate_address", Severity.WARNING, messages)


def _offered(listings: pd.DataFrame) -> pd.DataFrame:
    here = listings.loc[~listings["status"].isin(OVER)].sort_index()
    return here[["listing_id", "deal_type"]].assign(key=duplicate_keys(here))


def _judged(tables: Tables) -> Judged:
    pairs = tables[PAIRS.key]
    rows = zip(pairs["first_id"], pairs["second_id"], pairs["verdict"], strict=True)
    return {frozenset((first, second)): MEANT.get(verdict, "") for first, second, verdict in rows if verdict}


def _same_key(here: pd.DataFrame, judged: Judged) -> dict[int, int]:
    """Return row -> the first other row of the same flat that nobody judged to be another."""
    same = here[(here["key"] != "") & here.duplicated(["key", "deal_type"], keep=False)]
    other: dict[int, int] = {}
    for _, group in same.groupby(["key", "deal_type"], sort=False):
        ids = {int(str(row)): name for row, name in group["listing_id"].items()}
        for row in ids:
            twins = (t for t in ids if t != row and judged.get(frozenset((ids[row], ids[t]))) != OTHER)
            if twin := next(twins, None):
                other[row] = twin
    return other


def _decided(here: pd.DataFrame, judged: Judged) -> dict[int, int]:
    rows = {name: int(str(row)) for row, name in here["listing_id"].items() if name}
    found: dict[int, int] = {}
    for pair, verdict in judged.items():
        if verdict == SAME and len(pair) == 2 and pair <= rows.keys():
            one, other = sorted(rows[name] for name in pair)
            found |= {one: other, other: one}
    return found
