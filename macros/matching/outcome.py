"""The rule itself: from tables to 匹配结果, 反向匹配 and the needs that found nothing."""

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import pandas as pd

from macros.duplicates.kept import standing_for, without_second_rows
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
    findings = list(_unknown_labels(tables["settings"], settings.match.must))
    if needs.empty or listings.empty:
        findings += [finding(int(row), "req_id", "市场上没有房源。请先录入房源。") for row in needs.index]
        return _outcome(frames.no_matches(), frames.no_reverse(listings), findings)
    found = find(tables, Context(today.year, settings.match), needs, listings)
    findings += no_match(found.scorer, np.setdiff1d(found.asking, found.offers.need), found.refused)
    findings += unstated(found.scorer, np.setdiff1d(np.arange(len(needs)), found.asking))
    matches = frames.matches(found.scorer, found.offers, tables["clients"])
    items = frames.items(tables, found.scorer, found.offers, matches)
    reverse = frames.reverse(found.scorer, found.takers, found.counts, tables["clients"])
    return _outcome(frames.with_people(matches, tables["matches"]), reverse, findings, items)


@dataclass(frozen=True)
class Found:
    """One look at every pair: the best listings per need, the best needs per listing, how many needs each listing fits.

    `asking` are the needs that take part, `refused` the pairs (need << BITS | listing) that do not, in order.
    """

    scorer: Scorer
    asking: Array
    refused: Array
    offers: Pairs
    takers: Pairs
    counts: Array


def find(tables: Tables, context: Context, needs: pd.DataFrame, listings: pd.DataFrame) -> Found:
    """Return the best pairs of needs and listings, of which there is at least one each, in order of their ids."""
    scorer = Scorer(with_refusals(needs, tables, context), listings, context)
    asking = _asking(scorer)
    refused = np.sort(_refused(_by_flat(tables, listings), scorer))
    return Found(scorer, asking, refused, *best_pairs(scorer, asking, refused, context.options))


def _outcome(
    matches: pd.DataFrame, reverse: pd.DataFrame, findings: list[Finding], items: list[dict[str, object]] | None = None
) -> Outcome:
    figures = {"matches": len(matches), "needs": int(matches["req_id"].nunique()), "listings": len(reverse)}
    results = {"matches": matches, "reverse": reverse}
    return Outcome(results=results, findings=sorted(findings), items=items or [], figures=figures)


def open_needs(requests: pd.DataFrame) -> pd.DataFrame:
    """Return the needs that are to be matched, in order of their ids: a position is an id's place in that order."""
    return _by_id(requests[requests["req_status"].isin(OPEN)], "req_id")


def on_market(listings: pd.DataFrame, pairs: pd.DataFrame | None = None) -> pd.DataFrame:
    """Return the listings that may be offered, in order of their ids; of those judged to be one flat on 疑似重复 (`pairs`) only the best."""
    offered = _by_id(listings[listings["status"].isin(ON_MARKET) & (listings["verify"] != "虚假")], "listing_id")
    return offered if pairs is None else without_second_rows(offered, pairs)


def _by_id(frame: pd.DataFrame, key: str) -> pd.DataFrame:
    return frame[frame[key] != ""].drop_duplicates(key).sort_values(key)


def _unknown_labels(settings: pd.DataFrame, must: str) -> Iterator[Finding]:
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
