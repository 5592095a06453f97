"""What the rows that a person has selected mean: which clients, which of their needs, which listings."""

import re
from collections.abc import Iterator
from typing import NamedTuple

import pandas as pd

from workbook.book import Selection
from workbook.errors import GenjinError, UsageError
from workbook.schema import fold
from workbook.tables import Layout, Tables
from workbook.values import narrow

WHERE = "选区"
FLAG = "--rows"
EXAMPLE = "客户!5,8-12"
_RANGE = re.compile(r"(\d{1,7})(?:[-~:](\d{1,7}))?")


class Chosen(NamedTuple):
    """The ids that selected rows mean. `requests` are the needs that the rows name; of rows that name none, all of their client."""

    clients: frozenset[str] = frozenset()
    requests: frozenset[str] = frozenset()
    listings: frozenset[str] = frozenset()


def chosen(tables: Tables, selection: Selection) -> Chosen:
    """Return what the rows mean, on any sheet whose rows are about clients, needs or listings.

    Header, empty rows and rows without an id mean nothing, and nor do the rows of a page. A follow-up is about its 对象.
    """
    rows = _rows(tables, selection)
    needs = tables["requests"]
    about = _texts(rows, "client_id")
    named = _ids(rows, "req_id")
    owners = needs.loc[needs["req_id"].isin(named), "client_id"]
    of_clients = set(about[_texts(rows, "req_id") == ""])
    theirs = needs.loc[needs["client_id"].isin(of_clients - {""}), "req_id"]
    return Chosen(
        frozenset({*about, *owners} - {""}), frozenset({*named, *theirs} - {""}), frozenset(_ids(rows, "listing_id"))
    )


def clients_in(tables: Tables, selection: Selection | None, wanted: tuple[str, int]) -> frozenset[str]:
    """Return the ids of the clients that a selection means; `wanted` says what is to be made of each (画像) and for how many at most.

    Raises GenjinError where it means no client of 客户, or too many.
    """
    clients = chosen(tables, selection).clients & {*tables["clients"]["client_id"]} if selection else frozenset()
    what, most = wanted
    if not clients:
        do = f"请先在「客户」表里选中要做{what}的几行, 再试一次"
        raise GenjinError(WHERE, "没有选中客户", do, code="NOTHING_SELECTED")
    if len(clients) > most:
        told, do = f"选中了 {len(clients)} 位客户, 一次最多 {most} 位", "请少选几行, 分几次做"
        raise GenjinError(WHERE, told, do, code="TOO_MANY_SELECTED")
    return clients


def _rows(tables: Tables, selection: Selection) -> pd.DataFrame:
    """Return the records among the selected rows."""
    key = next((key for key, one in tables.layouts.items() if one.columns and one.name == selection.sheet), None)
    if key is None:
        return pd.DataFrame()
    rows = tables[key]
    rows = rows[rows.index.isin(selection.rows)]
    if key != "followups":
        return rows
    kinds = {"client_id": "客户", "listing_id": "房源"}
    return rows.assign(**{column: rows["obj_id"].where(rows["obj"] == kind, "") for column, kind in kinds.items()})


def _texts(rows: pd.DataFrame, column: str) -> pd.Series:
    """Return a column's ids, "" where a row has none or the sheet no such column."""
    return rows[column] if column in rows else pd.Series("", index=rows.index, dtype=object)


def _ids(rows: pd.DataFrame, column: str) -> set[str]:
    return {*_texts(rows, column)} - {""}


def parse_rows(text: str, tables: Tables) -> Selection:
    """Return the rows that a person typed as 客户!5,8-12; a sheet may be named by its label, key or another name of it.

    Rows below the last one are left out, as they are of a selection in the program. Raises UsageError.
    """
    name, mark, listed = text.replace("！", "!").rpartition("!")
    layout = _layout(name, tables) if mark else None
    if layout is None:
        what = f"没有「{name.strip()}」这张表" if name.strip() else f"「{text}」没有写是哪张表"
        raise UsageError(FLAG, what, f"请写成 {EXAMPLE}", code="USAGE")
    last = max([layout.header_row, *tables[layout.sheet.key].index.tolist()])
    found = {row for first, end in _ranges(listed) for row in range(first, min(end, last) + 1)}
    return Selection(layout.name, tuple(sorted(found)))


def _layout(name: str, tables: Tables) -> Layout | None:
    """Return where a sheet's columns stand, None where the workbook has no sheet of that name."""
    for layout in tables.layouts.values():
        sheet = layout.sheet
        if layout.columns and fold(name) in map(fold, (layout.name, sheet.label, sheet.key, *sheet.aliases)):
            return layout
    return None


def _ranges(listed: str) -> Iterator[tuple[int, int]]:
    """Yield first and last row of each range. Raises UsageError."""
    for part in narrow(listed.replace("、", ",")).split(","):
        found = _RANGE.fullmatch(part)
        first, end = (int(found[1]), int(found[2] or found[1])) if found else (0, 0)
        if not 1 <= first <= end:
            raise UsageError(FLAG, f"「{part}」不是行号", f"请写成 {EXAMPLE}", code="USAGE")
        yield first, end
