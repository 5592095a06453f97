"""The compiled look at every pair finds what NumPy finds: with weights of any kind, refusals, listings without a price, and ties."""

import datetime as dt
from functools import cache
from unittest.mock import patch

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from macros.matching import match
from macros.matching.dense import shares
from macros.matching.facts import Context
from macros.matching.outcome import on_market, open_needs
from macros.matching.scorer import Scorer
from macros.matching.tiles import BITS, Best, compiled_best, tiled_best
from macros.settings import Match, Settings
from tests.matching import small
from workbook.sheets.choices import WEIGHTS

TODAY = dt.date(2026, 3, 1)
NUMBA = "numba (the extra [fast]) is not installed"


@cache
def sides() -> tuple[pd.DataFrame, pd.DataFrame]:
    tables = small()
    return open_needs(tables["requests"]), on_market(tables["listings"])


def varied(seed: int) -> Scorer:
    """Return the needs and listings of a sample with other weights, some prices, areas and budgets missing, many alike."""
    rng = np.random.default_rng(seed)
    needs, homes = (frame.sample(frac=0.7, random_state=seed).sort_index() for frame in sides())
    words = {key: rng.choice([*WEIGHTS, ""], len(needs)) for key in needs if key.startswith("w_")}
    needs = needs.assign(**words, budget_min=needs["budget_min"].where(rng.random(len(needs)) < 0.5))
    homes = homes.assign(**{key: homes[key].where(rng.random(len(homes)) < 0.8) for key in ("price", "area", "rooms")})
    options = Match(
        w_budget=float(rng.integers(0, 60)),
        w_area=float(rng.integers(0, 60)),
        unknown_share=float(rng.integers(0, 100)),
    )
    return Scorer(needs, homes.assign(price=homes["price"].round(-2)), Context(TODAY.year, options))


def told(found: tuple[Best, Best, np.ndarray]) -> list[list[int]]:
    """Return owners, ranks, scores and partners of both sides, and the counts."""
    for_need, for_listing, counts = found
    return [part.tolist() for part in (*for_need.result(), *for_listing.result(), counts)]


def refusals(scorer: Scorer, count: int, seed: int) -> np.ndarray:
    rng = np.random.default_rng(seed)
    needs, listings = rng.integers(0, len(scorer.needs), count), rng.integers(0, len(scorer.listings), count)
    return np.unique((needs << BITS) | listings)


@given(
    seed=st.integers(0, 10_000),
    keep=st.sampled_from([(1, 1), (3, 20), (10, 5), (20, 20)]),
    count=st.sampled_from([0, 40, 4_000]),
)
@settings(max_examples=25, deadline=None)
def test_numba_finds_what_numpy_finds(seed: int, keep: tuple[int, int], count: int) -> None:
    pytest.importorskip("numba", reason=NUMBA)
    scorer = varied(seed)
    refused = refusals(scorer, count, seed)
    asking = np.flatnonzero(scorer.deal >= 0)
    assert told(compiled_best(scorer, asking, refused, keep)) == told(tiled_best(scorer, asking, refused, keep))


def test_numba_finds_the_same_where_an_area_has_no_table() -> None:
    pytest.importorskip("numba", reason=NUMBA)
    scorer = varied(1)
    asking, nobody = np.flatnonzero(scorer.deal >= 0), np.empty(0, dtype=np.int64)
    whole = told(tiled_best(scorer, asking, nobody, (10, 20)))
    tables = {part.place: part.points.size for part in shares(scorer) if part.points is not None}
    largest = max(tables, key=tables.__getitem__)
    for cells in (tables[largest] - 1, 12):  # without the largest; without most
        with patch("macros.matching.dense.TABLE", cells):
            assert shares(scorer)[0].points is None
            assert told(compiled_best(scorer, asking, nobody, (10, 20))) == whole


@pytest.mark.requirement("R70")
def test_the_whole_rule_is_the_same_with_numba() -> None:
    pytest.importorskip("numba", reason=NUMBA)
    tables = small()
    slowly = match(tables, TODAY, Settings())
    with patch("macros.matching.tiles.COMPILED", 0):
        quickly = match(tables, TODAY, Settings())
    assert slowly.items == quickly.items
    assert slowly.findings == quickly.findings
    for key, frame in slowly.results.items():
        pd.testing.assert_frame_equal(frame, quickly.results[key])
    assert len(slowly.items) > 100


def best_by_loop(scorer: Scorer, refused: np.ndarray, keep: int) -> list[tuple[int, int, int, int]]:
    """Return owners, ranks, scores and listings pair by pair, from `scored` alone."""
    gone, found = {*refused.tolist()}, []
    for need in np.flatnonzero(scorer.deal >= 0).tolist():
        kinds = (("售", "租售"), ("租", "租售"))[scorer.deal[need]]
        homes = np.flatnonzero(scorer.listings["deal_type"].isin(kinds))
        alive, tenths = scorer.scored(np.full(len(homes), need), homes)
        pairs = zip(homes.tolist(), alive, tenths.tolist(), strict=True)
        order = [(-score, home) for home, fits, score in pairs if fits and need << BITS | home not in gone]
        found += [(need, rank, -less, home) for rank, (less, home) in enumerate(sorted(order)[:keep], start=1)]
    return found


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize("best_of", [tiled_best, compiled_best])
def test_both_find_what_a_loop_finds(best_of, seed: int) -> None:
    if best_of is compiled_best:
        pytest.importorskip("numba", reason=NUMBA)
    scorer = varied(seed)
    refused = refusals(scorer, 60, seed)
    for_need, _, _ = best_of(scorer, np.flatnonzero(scorer.deal >= 0), refused, (7, 3))
    assert list(zip(*(part.tolist() for part in for_need.result()), strict=True)) == best_by_loop(scorer, refused, 7)


@pytest.mark.parametrize(("pairs", "there", "asked"), [(1, True, True), (10**12, True, False), (1, False, False)])
def test_numba_is_asked_for_large_lists_where_it_is_installed(pairs: int, there: bool, asked: bool) -> None:
    scorer = varied(2)
    with (
        patch("macros.matching.tiles.COMPILED", pairs),
        patch("macros.matching.tiles.importlib.util.find_spec", return_value=there or None),
        patch("macros.matching.tiles.compiled_best") as quick,
        patch("macros.matching.tiles.tiled_best") as slow,
    ):
        from macros.matching.tiles import best_of

        best_of(scorer, np.arange(3), np.empty(0, dtype=np.int64), (1, 1))
    assert (quick.called, slow.called) == (asked, not asked)
