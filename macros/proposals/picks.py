"""Which homes are put to a client: the best three of 匹配结果 that may be shown, and which better ones may not and why."""

from collections.abc import Collection, Iterator
from typing import Any, NamedTuple

import pandas as pd

from macros.matching.explain import FAILING, FITTING
from macros.matching.outcome import OPEN
from workbook.tables import Tables
from workbook.values import text_of

MOST = 3
LEFT_OUT_NAMED = 3


class Pick(NamedTuple):
    """One home for one client: rows of 匹配结果, 房源 and 需求 as namedtuples; `cons` is what speaks against it, 无 where nothing does."""

    match: Any
    listing: Any
    need: Any
    cons: str


class LeftOut(NamedTuple):
    """A home that is not shown because nobody has verified what speaks against it, and the cell that is empty."""

    home: str
    cell: str

    @property
    def words(self) -> str:
        """What the client reads."""
        return f"{self.home} 没有放进来: 不利因素还没有核实"

    @property
    def told(self) -> str:
        """What the agent reads."""
        return f"{self.words}, 请填 {self.cell} (没有就写「无」)"


class Picked(NamedTuple):
    """The homes of a client, best first, and the better ones that are not shown."""

    picks: tuple[Pick, ...]
    left_out: tuple[LeftOut, ...]


def buying(tables: Tables, clients: Collection[str]) -> pd.DataFrame:
    """Return the rows of 需求 with which these clients look for a home to buy; paused, fulfilled and cancelled ones are none."""
    needs = ever_buying(tables, clients)
    return needs[needs["req_status"].isin(OPEN)]


def ever_buying(tables: Tables, clients: Collection[str]) -> pd.DataFrame:
    """Return the rows of 需求 to buy of these clients, whatever has become of them."""
    needs = tables["requests"]
    return needs[needs["client_id"].isin(clients) & (needs["deal_type"] == "买")]


def picked(tables: Tables, matches: pd.DataFrame, client: str) -> Picked:
    """Return the homes for a client out of fresh rows of 匹配结果: what must be fits first, then the score, then the id.

    A home that fails what the client must have is left out, as is one that the client refused. One whose 不利因素 nobody has verified is
    not shown (R84), and is named as long as it would have been among the first.
    """
    needs = {row.req_id: row for row in buying(tables, [client]).itertuples()}
    listings = {row.listing_id: row for row in tables["listings"].itertuples()}
    picks: list[Pick] = []
    left_out: list[LeftOut] = []
    for match in _ranked(matches[matches["req_id"].isin(needs)]):
        listing = listings[match.listing_id]
        cons = text_of(listing.cons).strip()
        if cons:
            picks.append(Pick(match, listing, needs[match.req_id], cons))
        elif len(left_out) < LEFT_OUT_NAMED:
            cell = tables.cell("listings", listing.Index, "cons")
            left_out.append(LeftOut(f"{match.listing_id} {match.home}", cell))
        if len(picks) == MOST:
            break
    return Picked(tuple(picks), tuple(left_out))


def _ranked(matches: pd.DataFrame) -> Iterator[Any]:
    """Yield the rows of the homes that may do, best first, each home once."""
    rows = [row for row in matches.itertuples() if row.hard != FAILING and row.feedback != "拒绝"]
    seen: set[str] = set()
    for row in sorted(rows, key=lambda row: (row.hard != FITTING, -row.score, row.listing_id)):
        if row.listing_id not in seen:
            seen.add(row.listing_id)
            yield row
