"""The named smallest change of a need without a match brings the named number of listings, and nothing smaller does."""

import re
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from macros.matching import match
from macros.matching.waterfall import moved
from macros.settings import Match, Settings
from tests.tables import tables_from
from tests.test_macros_matching_brute import HOME, NEED, TODAY, book
from workbook.tables import Tables

SAID = re.compile(r"放宽「(.+?)」: 只差这一项的有 (\d+) 套, (上|下)限 (?:\+|−)(\d+)(%?) 就有 (\d+) 套。")
COLUMNS = {"预算": "budget", "面积": "area", "户型": "rooms", "房龄": "age"}
STRICT = {f"w_{key}": "必须" for key in ("budget", "area", "rooms", "age")}
LOOSE = {"districts": (), "areas": (), "estates": (), "orient": (), "floor_pref": (), "avoid": (), "use": None}
HARD = (  # one thing at least is out of reach of most homes
    {"budget_max": 37}, {"budget_max": 61}, {"budget_min": 200}, {"area_max": 60}, {"area_min": 130}, {"rooms_min": 5}, {"rooms_max": 0},
    {"age_max": 3}, {"rooms_min": 4, "rooms_max": 1}, {"area_min": 95, "area_max": 75}, {"budget_min": 160, "budget_max": 60},
)  # fmt: skip
EASY = {f"{key}_{end}": None for key in ("budget", "area", "rooms", "age") for end in ("min", "max")}
TIGHT = st.builds(
    lambda hard, slack: EASY | hard | {"tolerance": slack}, st.sampled_from(HARD), st.sampled_from([None, 0, 7, 30])
)
ALL = replace(Settings(), match=Match(per_need=100))


def results(tables: Tables, column: str | None = None, limit: float = np.nan) -> tuple[int, list[str]]:
    """Return how many listings the one need has with a limit moved, and what is said where there are none."""
    if column:
        tables = tables.updated({}, {"requests": tables["requests"].assign(**{column: float(limit)})})
    outcome = match(tables, TODAY, ALL)
    return len(outcome.results["matches"]), [finding.message for finding in outcome.findings]


@settings(max_examples=100, deadline=None)
@given(need=NEED, tight=TIGHT, homes=st.lists(HOME, min_size=1, max_size=8))
def test_the_smallest_change_is_right(need: dict[str, Any], tight: dict[str, Any], homes: list[dict[str, Any]]) -> None:
    wish = need | tight | LOOSE | STRICT | {"deal_type": need["deal_type"] or "买", "req_status": "有效"}
    tables = book([wish], homes, set())
    count, said = results(tables)
    found = next(filter(None, map(SAID.search, said)), None)
    assume(count == 0 and found is not None)
    assert found is not None
    label, side, step, percent, yields = found[1], found[3], int(found[4]), found[5], int(found[6])
    for end, sign in (("上", 1), ("下", -1)):
        column = f"{COLUMNS[label]}_{'max' if sign > 0 else 'min'}"
        if column not in tables["requests"] or np.isnan(limit := float(tables["requests"][column].iloc[0])):
            continue
        if end == side:
            assert results(tables, column, moved(limit, sign, step, whole=not percent))[0] == yields
        for smaller in sorted(
            {1, step // 2, step - 1} - {0, step}
        ):  # a wider limit lets in whatever a narrower one does
            assert results(tables, column, moved(limit, sign, smaller, whole=not percent))[0] == 0


@pytest.mark.requirement("F11")
@pytest.mark.parametrize(
    ("limits", "said"),
    [
        ("| 500 | 3 | 4 |  |", "「预算」: 只差这一项的有 3 套, 上限 +4% 就有 1 套。"),
        ("| 600 | 4 |   |  |", "「户型」: 只差这一项的有 3 套, 下限 −1 就有 3 套。"),
        ("| 600 | 3 |   | 700 |", "「预算」: 只差这一项的有 3 套, 下限 −18% 就有 1 套。"),
    ],
)
def test_the_cheapest_change_in_words(limits: str, said: str) -> None:
    homes = "\n".join(f"| H{price} | 售 | {price} | 3 | 在售 |" for price in (520, 530, 575))
    need = f"需求\n| 需求ID | 交易 | 弹性 | 预算上限 | 室下限 | 室上限 | 预算下限 |\n| Q1 | 买 | 0 {limits}\n"
    outcome = match(tables_from(f"{need}\n房源\n| 房源ID | 交易 | 挂牌价 | 室 | 状态 |\n{homes}\n"), TODAY, ALL)
    assert outcome.findings[0].message.endswith(said)


def test_what_the_client_refused_is_not_promised() -> None:
    need = "需求\n| 需求ID | 交易 | 预算上限 | 弹性 |\n| Q1 | 买 | 500 | 0 |\n匹配结果\n| 需求ID | 房源ID | 客户反馈 |\n| Q1 | H1 | 拒绝 |\n"
    homes = "房源\n| 房源ID | 交易 | 挂牌价 | 状态 |\n| H1 | 售 | 510 | 在售 |\n| H2 | 售 | 540 | 在售 |\n"
    message = match(tables_from(need + homes), TODAY, ALL).findings[0].message
    assert message.endswith("只差这一项的有 1 套, 上限 +8% 就有 1 套。")
