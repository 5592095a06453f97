"""The needs that a lower price newly reaches: the matcher rejects the home at the old price, and takes it at the new one.

Source: F25. The scorer of 匹配 decides, so that 弹性, 必须 and refusals mean the same here as there.
"""

import datetime as dt
from dataclasses import dataclass

import numpy as np
import pandas as pd

from macros.matching.criteria import BY_KEY
from macros.matching.facts import Context
from macros.matching.outcome import on_market, open_needs
from macros.matching.refusals import REFUSED, with_refusals
from macros.matching.scorer import DEALS, Scorer
from macros.matching.states import Array
from macros.settings import Settings
from macros.wording import number
from workbook.tables import Tables

BLOCK = 128  # listings that are looked at together, each beside every need
BUDGET = BY_KEY["budget"]


@dataclass(frozen=True)
class Reached:
    """A row per need and home in `pairs`: row (of the home), listing_id, old, new, req_id, need_row, client_id, name, who, score."""

    tables: Tables
    pairs: pd.DataFrame

    def clients(self) -> int:
        """Return how many different clients are reached."""
        return int(self.pairs["client_id"].nunique())

    def named(self, row: int) -> list[str]:
        """Return the clients whom a home reaches, each once with its budget's cell, the best match first."""
        mine = self.pairs[self.pairs["row"] == row].drop_duplicates("client_id")
        return [
            f"{one.name} {one.client_id}: {self._budget(one.need_row)}".strip() for one in mine.itertuples(index=False)
        ]

    def items(self) -> list[dict[str, object]]:
        """Return a plain row per need and home, with the cells that it rests on."""
        return [
            {
                "listing_id": one.listing_id, "old": float(one.old), "new": float(one.new), "client_id": one.client_id,
                "req_id": one.req_id, "who": one.who, "score": one.score / 10,
                "why": f"挂牌价 {number(one.old)} → {number(one.new)}({self.tables.cell('listings', int(one.row), 'price')}), "
                f"进入{self._budget(one.need_row)}",
            }
            for one in self.pairs.itertuples(index=False)
        ]  # fmt: skip

    def _budget(self, row: object) -> str:
        at = int(str(row))
        most = self.tables["requests"].at[at, "budget_max"]
        return f"预算上限 {number(most)}({self.tables.cell('requests', at, 'budget_max')})"


def reached_by(tables: Tables, today: dt.date, settings: Settings, cuts: pd.Series) -> Reached:
    """Return whom the homes reach; `cuts` is the Excel row of the home -> the price before. By home, then from the best score down."""
    needs, listings = open_needs(tables["requests"]), on_market(tables["listings"], tables["pairs"])
    listings = listings[listings.index.isin(cuts.index)]
    if needs.empty or listings.empty:
        return Reached(tables, _described(tables, needs, listings, cuts, (_NONE, _NONE, _NONE)))
    context = Context(today.year, settings.match)
    needs = with_refusals(needs, tables, context)
    now = Scorer(needs, listings, context)
    before = Scorer(needs, listings.assign(price=cuts.reindex(listings.index).to_numpy()), context)
    need, home = _within_reach(before, now)
    deals = [DEALS.get(deal, ()) for deal in needs["deal_type"]]
    offered = listings["deal_type"].tolist()
    right = [offered[h] in deals[n] for n, h in zip(need.tolist(), home.tolist(), strict=True)]
    need, home = need[right], home[right]
    alive, score = now.scored(need, home)
    alive &= ~_refused(tables, needs, listings, (need, home))
    return Reached(tables, _described(tables, needs, listings, cuts, (need[alive], home[alive], score[alive])))


_NONE = np.zeros(0, dtype="int64")


def _within_reach(before: Scorer, now: Scorer) -> tuple[Array, Array]:
    """Return the pairs of which 必须 ruled the budget out before and does not now."""
    every = np.arange(len(now.needs))[:, None]
    found: list[tuple[Array, Array]] = []
    for start in range(0, len(now.listings), BLOCK):
        homes = np.arange(start, min(start + BLOCK, len(now.listings)))[None, :]
        need, home = np.nonzero(before.fails(BUDGET, every, homes) & ~now.fails(BUDGET, every, homes))
        found.append((need, home + start))
    return np.concatenate([one for one, _ in found]), np.concatenate([two for _, two in found])


def _refused(tables: Tables, needs: pd.DataFrame, listings: pd.DataFrame, pairs: tuple[Array, Array]) -> Array:
    rows = tables["matches"]
    rows = rows[rows["feedback"] == REFUSED]
    known = {*zip(rows["req_id"], rows["listing_id"], strict=True)}
    names = zip(needs["req_id"].to_numpy()[pairs[0]], listings["listing_id"].to_numpy()[pairs[1]], strict=True)
    return np.array([name in known for name in names], dtype=bool)


def _described(
    tables: Tables, needs: pd.DataFrame, listings: pd.DataFrame, cuts: pd.Series, pairs: tuple[Array, Array, Array]
) -> pd.DataFrame:
    need, home, score = pairs
    rows = listings.index.to_numpy()[home]
    owner = needs["client_id"].to_numpy()[need]
    clients = tables["clients"].drop_duplicates("client_id").set_index("client_id")
    found = pd.DataFrame({
        "row": rows, "listing_id": listings["listing_id"].to_numpy()[home], "old": cuts.reindex(rows).to_numpy(),
        "new": listings["price"].to_numpy()[home], "req_id": needs["req_id"].to_numpy()[need],
        "need_row": needs.index.to_numpy()[need], "client_id": owner, "score": score,
        **{key: clients[column].reindex(owner).fillna("").to_numpy() for key, column in (("name", "name"), ("who", "owner"))},
    })  # fmt: skip
    return found.sort_values(
        ["listing_id", "score", "req_id"], ascending=[True, False, True], kind="stable", ignore_index=True
    )
