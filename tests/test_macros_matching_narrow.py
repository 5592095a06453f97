"""Matching a few needs looks at few listings and finds what a full run finds."""

import datetime as dt
from collections.abc import Collection
from dataclasses import replace
from itertools import combinations
from random import Random
from unittest.mock import patch

import numpy as np
import pandas as pd
import pytest

from macros.matching import match
from macros.matching.facts import Context
from macros.matching.narrow import reachable
from macros.matching.outcome import market_rows, open_needs
from macros.matching.partial import match_needs
from macros.matching.scorer import Scorer
from macros.settings import Match, Settings
from tests.matching import small
from tests.tables import tables_from
from tests.test_macros_matching_brute import TODAY, drawn
from workbook.changes import Outcome
from workbook.tables import Tables

MARKET = """
需求
| 需求ID | 客户ID | 交易 | 需求状态 | 预算上限 | 意向区域 | 室下限 |
| Q1     | C1     | 买   | 有效     | 500      | 朝阳 | 2      |

房源
| 房源ID | 交易 | 状态 | 核验 | 挂牌价 | 区域 | 室 |
"""


def market(homes: str, pairs: str = "") -> Tables:
    """Return one need beside those homes."""
    return tables_from(MARKET + "\n".join(f"| {line} |" for line in homes.split("\n")) + pairs)


def same_as_a_full_run(tables: Tables, ids: Collection[str], settings: Settings) -> Outcome:
    """Return what is found for those needs, after it is seen to be their part of a full run."""
    whole, some = match(tables, TODAY, settings), match_needs(tables, TODAY, settings, ids)
    rows = whole.results["matches"]
    rows = rows[rows["req_id"].isin(ids)].reset_index(drop=True)
    mine = some.results["matches"][
        some.results["matches"]["req_id"].isin(ids) & some.results["matches"]["rank"].notna()
    ]
    for key in ("req_id", "client", "listing_id", "rank", "score", "hard", "parts", "why", "gaps", "unknowns"):
        assert mine[key].tolist() == rows[key].tolist(), key
    theirs = {*tables["requests"].index[tables["requests"]["req_id"].isin(ids)]}
    assert [one for one in some.findings if one.sheet == "requests"] == [
        one for one in whole.findings if one.sheet == "requests" and one.row in theirs
    ]
    assert some.items == [item for item in whole.items if item["req_id"] in ids]
    assert some.figures["listings"] == whole.figures["listings"]
    return some


@pytest.mark.requirement("R72")
@pytest.mark.parametrize("few", [0, 100], ids=["as a full run", "narrowed"])
def test_some_needs_get_what_a_full_run_yields(few: int) -> None:
    chance = Random(few)
    with patch("macros.matching.partial.FEW", few):
        for _ in range(8):
            tables = drawn(chance)
            ids = [*tables["requests"]["req_id"]]
            settings = replace(Settings(), match=Match(per_need=chance.choice([1, 3, 100])))
            for size in (0, 1, len(ids)):
                same_as_a_full_run(tables, chance.sample(ids, min(size, len(ids))), settings)


def test_some_needs_of_the_sample_get_what_a_full_run_yields() -> None:
    tables = small()
    ids = sorted(tables["requests"]["req_id"])
    for size in (1, 7, len(ids)):
        assert same_as_a_full_run(tables, ids[:size], Settings()).results["matches"]["req_id"].isin(ids).all()


@pytest.mark.parametrize(
    ("homes", "found"),
    [
        ("H1 | 售 | 在售 | 已核 | 480 | 朝阳 | 2", ["H1"]),
        # the first row of an id counts, though only the second is within reach
        ("H1 | 售 | 在售 | 已核 | 900 | 朝阳 | 2\nH1 | 售 | 在售 | 已核 | 480 | 朝阳 | 2", []),
        # but not a row that is not on the market
        ("H1 | 售 | 成交 | 已核 | 900 | 朝阳 | 2\nH1 | 售 | 在售 | 已核 | 480 | 朝阳 | 2", ["H1"]),
        ("H2 | 售 | 在售 | 已核 | 480 | 朝阳 | 2\nH1 | 租售 | 在售 | 已核 | 480 | 朝阳 | 3", ["H1", "H2"]),
        # 550 is the edge of 弹性 10 %
        ("H1 | 售 | 在售 | 已核 | 550 | 朝阳 | 2\nH2 | 售 | 在售 | 已核 | 551 | 朝阳 | 2", ["H1"]),
        # what is not known rules nothing out
        ("H1 | 售 | 在售 | 已核 |  | 朝阳 | 2\nH2 | 售 | 在售 | 已核 | 480 |  | \nH3 | 售 | 在售 | 已核 | 0 | 朝阳 | 2", ["H1", "H3", "H2"]),
        ("H1 | 售 | 在售 | 虚假 | 480 | 朝阳 | 2\nH2 | 租 | 在租 | 已核 | 480 | 朝阳 | 2", []),
    ],
)  # fmt: skip
def test_who_is_within_reach(homes: str, found: list[str]) -> None:
    outcome = same_as_a_full_run(market(homes), ["Q1"], Settings())
    assert sorted(outcome.results["matches"]["listing_id"]) == sorted(found)
    assert [finding.check for finding in outcome.findings] == ([] if found else ["no_match"])


def test_a_tenant_may_get_what_is_for_sale_and_to_let_at_any_price() -> None:
    homes = "H1 | 租售 | 在租 | 已核 | 900 | 朝阳 | 2\nH2 | 租 | 在租 | 已核 | 9000 | 朝阳 | 2\nH3 | 租 | 在租 | 已核 | 500 | 朝阳 | 2"
    tables = market(homes)
    tables = tables.updated({"requests": {"deal_type": pd.Series("租", index=tables["requests"].index)}})
    assert sorted(same_as_a_full_run(tables, ["Q1"], Settings()).results["matches"]["listing_id"]) == ["H1", "H3"]


def test_the_row_that_stands_for_a_flat_counts_though_it_is_out_of_reach() -> None:
    homes = "H1 | 售 | 在售 | 已核 | 900 | 朝阳 | 2\nH2 | 售 | 在售 | 未核 | 480 | 朝阳 | 2\nH3 | 售 | 在售 | 未核 | 490 | 朝阳 | 2"
    tables = market(homes, "\n疑似重复\n| 房源甲ID | 房源乙ID | 判断 |\n| H1 | H2 | 同一套 |\n")
    assert len(tables["pairs"]) == 1
    assert same_as_a_full_run(tables, ["Q1"], Settings()).results["matches"]["listing_id"].tolist() == ["H3"]


def test_whatever_fits_is_within_reach_and_most_of_the_others_are_not() -> None:
    tables, context = small(), Context(2026, Match())
    needs, rows = open_needs(tables["requests"]), market_rows(tables["listings"])
    scorer = Scorer(needs, tables["listings"].iloc[rows], context)
    kept = []
    for need in np.flatnonzero(scorer.deal >= 0).tolist():
        near = reachable(needs.iloc[[need]], tables["listings"], rows, context)
        alive, _ = scorer.scored(np.full(len(rows), need), np.arange(len(rows)))
        deals = tables["listings"]["deal_type"].to_numpy()[rows]
        looks = np.isin(deals, ["售", "租售"] if scorer.deal[need] == 0 else ["租", "租售"])
        assert {*rows[alive & looks].tolist()} <= {*near.tolist()}
        kept.append(len(near))
    assert np.mean(kept) < len(rows) / 5


def test_together_needs_reach_what_each_of_them_does() -> None:
    tables, context = small(), Context(2026, Match())
    needs, rows = open_needs(tables["requests"]).head(6), market_rows(tables["listings"])

    def near(some: pd.DataFrame) -> set[int]:
        return {*reachable(some, tables["listings"], rows, context).tolist()}

    for pair in combinations(range(len(needs)), 2):
        assert near(needs.iloc[[*pair]]) == near(needs.iloc[[pair[0]]]) | near(needs.iloc[[pair[1]]])
    assert near(needs.head(0)) == set()


def test_reverse_is_not_worked_out_for_a_few_needs() -> None:
    with patch("macros.matching.frames.reverse") as reverse:
        outcome = match_needs(small(), dt.date(2026, 3, 1), Settings(), ["Q000001"])
    reverse.assert_not_called()
    assert [*outcome.results] == ["matches"]
