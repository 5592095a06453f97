"""Which rows of a workbook are an agent's: their clients, and all that belongs to them."""

from collections.abc import Mapping
from collections.abc import Set as AbstractSet

import pandas as pd

from workbook.schema import Sheet
from workbook.sheets import SHEETS
from workbook.sheets.client_pairs import CLIENT_PAIRS
from workbook.sheets.import_columns import IMPORT_COLUMNS
from workbook.sheets.pairs import PAIRS
from workbook.tables import Tables

THEIRS = ("owner", "service_rep")
"""Columns of 客户 that say whose a client is."""
ABOUT = {"followups": "staff", "tasks": "who"}
"""Sheets whose 对象ID names a client, or something else of which one's own rows go along -> the column that says whose a row is."""
_CARRIERS = ("clients", "requests", "deals")
Portion = Mapping[str, AbstractSet[int]]
"""Sheet key -> the rows that an agent gets; a sheet that is not in it goes along whole."""


def agents_of(tables: Tables) -> list[str]:
    """Return the names of all who have a client, in order."""
    clients = tables["clients"]
    return sorted({name for column in THEIRS for name in clients[column] if name})


def portion_of(tables: Tables, who: str) -> Portion:
    """Return an agent's rows. Shared sheets (设置, 字典, 房源 and all that belongs to no client) are not in it.

    Results that belong to no client are left out; 疑似重复, about listings, is not. So is 导入对照, which shows names of clients.
    """
    clients = tables["clients"]
    mine = (clients["owner"] == who) | (clients["service_rep"] == who)
    kept: dict[str, frozenset[int]] = {"clients": frozenset(clients.index[mine])}
    ids = {"clients": _ids(clients.loc[mine, "client_id"])}
    for key in ("requests", "deals"):
        rows = tables[key]["client_id"].isin(ids["clients"])
        ids[key] = _ids(tables[key].loc[rows, _ID[key]])
        kept[key] = frozenset(tables[key].index[rows])
    for sheet in SHEETS:
        if sheet.key in kept or not tables.layouts[sheet.key].columns:
            continue
        frame, links = tables[sheet.key], _links(sheet)
        if sheet.key in ABOUT:
            kept[sheet.key] = frozenset(frame.index[_about(tables, sheet, ids, who)])
        elif links:
            named = pd.concat([frame[column].isin(ids[target]) for column, target in links], axis=1)
            # a pair of clients shows both: only where both are theirs
            kept[sheet.key] = frozenset(frame.index[named.all(axis=1) if sheet is CLIENT_PAIRS else named.any(axis=1)])
        elif (sheet.automatic and sheet is not PAIRS) or sheet is IMPORT_COLUMNS:
            kept[sheet.key] = frozenset()
    return kept


_ID = {"requests": "req_id", "deals": "deal_id"}


def _ids(column: pd.Series) -> frozenset[str]:
    return frozenset(text for text in column if text)


def _links(sheet: Sheet) -> list[tuple[str, str]]:
    return [(column.key, column.refers) for column in sheet.columns if column.refers in _CARRIERS]


def _about(tables: Tables, sheet: Sheet, ids: Mapping[str, AbstractSet[str]], who: str) -> pd.Series:
    """Return which rows are about an agent's clients, needs and deals, or their own about something that is no client's."""
    frame = tables[sheet.key]
    mine = frozenset().union(*ids.values())
    of_clients = frozenset().union(*(_ids(tables[key][name]) for key, name in {"clients": "client_id", **_ID}.items()))
    return frame["obj_id"].isin(mine) | ((frame[ABOUT[sheet.key]] == who) & ~frame["obj_id"].isin(of_clients))
