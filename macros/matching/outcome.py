"""The rule itself: from tables to 匹配结果, 反向匹配 and the needs that found nothing."""

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import pandas as pd

from macros.duplicates.kept import RANKED, standing_for, without_second_rows
from macros.matching import frames
from macros.matching.criteria import LABELS
from macros.matching.facts import Context
from macros.matching.frames import Pairs
from macros.matching.refusals import REFUSED, with_refusals
from macros.matching.scorer import Scorer
from macros.matching.states import Array
from macros.matching.tiles import BITS, best_of
from macros.matching.waterfall import finding, no_match, unstated
from macros.settings import Match, Settings
from workbook.changes import Finding, Outcome, Severity
from workbook.sheets.reverse import PLACES
from workbook.tables import Tables
from workbook.values import many_of

OPEN = ("有效", "")  # an empty 需求状态 means its default
ON_MARKET = ("在售", "在租", "议价中")
WISHES = ("budget_min", "budget_max", "area_min", "area_max", "rooms_min", "rooms_max")


def match(tables: Tables, today: dt.date, settings: Settings) -> Outcome:
    """Return 匹配结果 in order of 需求ID and rank, 反向匹配 from the best score down, and a finding per need without a match.

    Items are the rows of 匹配结果 with the cells of the budget and the price.
    """
    needs, listings = open_needs(tables["requests"]), on_market(tables["listings"], tables["pairs"])
    findings = list(unknown_labels(tables["settings"], settings.match.must))
    if needs.empty or listings.empty:
        findings += no_listings(needs)
        return _outcome(frames.no_matches(), frames.no_reverse(listings), findings)
    found = find(tables, Context(today.year, settings.match), needs, listings)
    findings += found.asked.without_match(found.offers.need)
    matches = frames.matches(found.scorer, found.offers, tables["clients"])
    items = frames.items(tables, found.scorer, found.offers, matches)
    reverse = frames.reverse(found.scorer, found.takers, found.counts, tables["clients"])
    return _outcome(frames.with_people(matches, tables["matches"]), reverse, findings, items)


@dataclass(frozen=True)
class Asked:
    """Needs beside listings, made ready: `asking` are the needs that take part, `refused` the pairs (need << BITS | listing) that do
    not, in order.
    """

    scorer: Scorer
    asking: Array
    refused: Array

    def without_match(self, served: Array) -> Iterator[Finding]:
        """Yield a finding for each need that is not among those served, or that says too little."""
        yield from no_match(self.scorer, np.setdiff1d(self.asking, served), self.refused)
        yield from unstated(self.scorer, np.setdiff1d(np.arange(len(self.scorer.needs)), self.asking))


@dataclass(frozen=True)
class Found:
    """One look at every pair: the best listings per need, the best needs per listing, how many needs each listing fits."""

    asked: Asked
    offers: Pairs
    takers: Pairs
    counts: Array

    @property
    def scorer(self) -> Scorer:
        """Return what judges these needs and listings."""
        return self.asked.scorer


def prepared(tables: Tables, context: Context, needs: pd.DataFrame, listings: pd.DataFrame) -> Asked:
    """Return needs and listings made ready, of which there is at least one each, in order of their ids."""
    scorer = Scorer(with_refusals(needs, tables, context), listings, context)
    return Asked(scorer, _asking(scorer), np.sort(_refused(_by_flat(tables, listings), scorer)))


def find(tables: Tables, context: Context, needs: pd.DataFrame, listings: pd.DataFrame) -> Found:
    """Return the best pairs of needs and listings, of which there is at least one each, in order of their ids."""
    asked = prepared(tables, context, needs, listings)
    return Found(asked, *best_pairs(asked.scorer, asked.asking, asked.refused, context.options))


def _outcome(
    matches: pd.DataFrame, reverse: pd.DataFrame, findings: list[Finding], items: list[dict[str, object]] | None = None
) -> Outcome:
    figures = {"matches": len(matches), "needs": int(matches["req_id"].nunique()), "listings": len(reverse)}
    results = {"matches": matches, "reverse": reverse}
    return Outcome(results=results, findings=sorted(findings), items=items or [], figures=figures)


def open_needs(requests: pd.DataFrame) -> pd.DataFrame:
    """Return the needs that are to be matched, in order of their ids: a position is an id's place in that order."""
    return requests.iloc[_by_id(requests["req_id"], requests["req_status"].isin(OPEN))]


def on_market(listings: pd.DataFrame, pairs: pd.DataFrame | None = None) -> pd.DataFrame:
    """Return the listings that may be offered, in order of their ids; of those judged to be one flat on 疑似重复 (`pairs`) only the best."""
    return listings.iloc[market_rows(listings, pairs)]


def market_rows(listings: pd.DataFrame, pairs: pd.DataFrame | None = None) -> Array:
    """Return the positions of the listings that `on_market` returns."""
    rows = _by_id(listings["listing_id"], listings["status"].isin(ON_MARKET) & (listings["verify"] != "虚假"))
    if pairs is None or pairs.empty:
        return rows
    offered = listings[list(RANKED)].iloc[rows].set_axis(rows)
    kept: Array = without_second_rows(offered, pairs).index.to_numpy()
    return kept


def _by_id(ids: pd.Series, counted: pd.Series) -> Array:
    """Return the positions of the first row of each id among those that count, in order of the ids."""
    rows = np.flatnonzero(counted & (ids != ""))
    names = ids.iloc[rows]
    if not names.is_monotonic_increasing or not names.is_unique:
        names = names.set_axis(rows).drop_duplicates().sort_values()
        rows = names.index.to_numpy()
    return rows


def no_listings(needs: pd.DataFrame) -> list[Finding]:
    """Return a finding for each need, where nothing is on the market."""
    return [finding(int(row), "req_id", "市场上没有房源。请先录入房源。") for row in needs.index]


def unknown_labels(settings: pd.DataFrame, must: str) -> Iterator[Finding]:
    """Yield a finding for each word of the setting `match.must` that is no criterion."""
    rows = settings.index[settings["key"] == "match.must"]
    for label in set(many_of(must)) - set(LABELS):
        message = f"「{label}」不是匹配条件, 没有采用。请从这些里选: {'、'.join(LABELS)}。"
        yield Finding("settings", int(rows[0]) if len(rows) else 0, "value", "bad_setting", Severity.ERROR, message)


def _asking(scorer: Scorer) -> Array:
    """Return the needs that say what they look for: 交易 and at least one of 预算, 区域, 面积, 户型."""
    needs = scorer.needs
    said = needs[list(WISHES)].notna().any(axis=1)
    for key in ("districts", "areas", "estates"):
        said |= needs[key].astype(bool)
    return np.flatnonzero(said.to_numpy() & (scorer.deal >= 0))


def _by_flat(tables: Tables, listings: pd.DataFrame) -> pd.DataFrame:
    """Return 匹配结果 with the row that is offered in place of others of the same flat: a refused home is refused under any id."""
    best = standing_for(listings, tables["pairs"])
    return tables["matches"].replace({"listing_id": best}) if best else tables["matches"]


def _refused(before: pd.DataFrame, scorer: Scorer) -> Array:
    """Return the pairs that a client has refused, each as one number."""
    rows = before[before["feedback"] == REFUSED]
    need = pd.Index(scorer.needs["req_id"]).get_indexer(rows["req_id"])
    listing = pd.Index(scorer.listings["listing_id"]).get_indexer(rows["listing_id"])
    known = (need >= 0) & (listing >= 0)
    return _codes(need[known], listing[known])


def _codes(need: Array, listing: Array) -> Array:
    codes: Array = (need.astype(np.int64) << BITS) | listing
    return codes


def best_pairs(scorer: Scorer, asking: Array, refused: Array, options: Match) -> tuple[Pairs, Pairs, Array]:
    """Return the best listings per need, the best needs per listing, and how many needs each listing fits: one look at every pair."""
    keep = round(options.per_need), min(round(options.per_listing), PLACES)
    for_need, for_listing, counts = best_of(scorer, asking, refused, keep)
    need, rank, score, listing = for_need.result()
    owner, place, points, partner = for_listing.result()
    return Pairs(need, listing, rank, score), Pairs(partner, owner, place, points), counts
