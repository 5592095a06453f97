"""The parts of the matcher: what texts tell, each criterion's words, the best of many offers, the count of what was removed."""

import datetime as dt
from collections.abc import Sequence
from unittest.mock import patch

import numpy as np
import pandas as pd
import pytest

from macros.matching import match
from macros.matching.criteria import BY_KEY, CRITERIA, LABELS
from macros.matching.dense import shares
from macros.matching.facts import Context, metro_m, parking
from macros.matching.scorer import Scorer
from macros.matching.states import range_states
from macros.matching.tiles import Best, _reached, blocks, buckets
from macros.matching.waterfall import explained
from macros.settings import Match, Settings
from tests.matching import small
from tests.tables import tables_from
from workbook.sheets import BY_KEY as SHEETS

TODAY = dt.date(2026, 3, 1)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("距地铁2号线300米", (300, False)),
        ("地铁站1.2公里", (1200, False)),
        ("近地铁", (800, True)),
        ("地铁口, 南北通透", (800, True)),
        ("远离地铁", (99_999, False)),
        ("无地铁", (99_999, False)),
        ("近学校, 89米层高", (None, False)),
        ("", (None, False)),
    ],
)
def test_the_metro_is_read_from_what_agents_write(text: str, told: tuple[float | None, bool]) -> None:
    assert metro_m(text, 800) == told


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("带车位", True),
        ("地下车库", True),
        ("无车位", False),
        ("没有固定车位", False),
        ("停车难", False),
        ("采光好", None),
        ("", None),
    ],
)
def test_parking_is_read_from_what_agents_write(text: str, told: bool | None) -> None:
    assert parking(text) is told


@pytest.mark.parametrize(
    ("value", "state"),
    [(80, 100), (100, 100), (105, 75), (110, 50), (110.02, -2), (72, 50), (71.99, -2), (np.nan, -1)],
)
def test_a_range_falls_to_half_at_its_tolerance_on_both_sides(value: float, state: int) -> None:
    limits = [np.array([number], dtype=float) for number in (80, 100, 1000, value)]
    assert range_states(*limits).tolist() == [state]


@pytest.mark.parametrize(
    ("low", "high", "state"),
    [(np.nan, np.nan, -1), (80, np.nan, 100), (np.nan, 80, -2), (np.nan, 90, 100), (91, np.nan, -2)],
)
def test_a_limit_that_is_not_given_is_open(low: float, high: float, state: int) -> None:
    assert range_states(np.array([low]), np.array([high]), np.array([0]), np.array([90.0])).tolist() == [state]


WORDS = """
need: 朝向=南                  | home: 朝向=南北通透              | why: 朝向南北通透
need: 朝向=北                  | home: 朝向=南北通透              | why: 朝向南北通透
need: 朝向=南、东              | home: 朝向=北                    | gap: 朝向北, 希望南、东
need: 朝向=南                  | home:                            | unknown: 朝向未知
need: 楼层=中、不要顶层        | home: 所在层=8 总层=12           | why: 楼层 8/12 符合
need: 楼层=中                  | home: 所在层=9 总层=12           | gap: 楼层 9/12, 希望中
need: 楼层=低                  | home: 所在层=4 总层=12           | why: 楼层 4/12 符合
need: 楼层=不要一层            | home: 所在层=1                   | gap: 楼层 1/?, 希望不要一层
need: 楼层=不要顶层            | home: 所在层=6                   | unknown: 楼层未知
need: 电梯=要                  | home: 电梯=是                    | why: 有电梯
need: 电梯=要                  | home: 电梯=否                    | gap: 无电梯
need: 电梯=不限                | home: 电梯=否                    |
need: 装修=精装                | home: 装修=毛坯                  | gap: 毛坯, 希望精装
need: 房龄上限=10              | home: 建成年=2016                | why: 房龄 10 年
need: 房龄上限=10              | home: 建成年=2015                | gap: 房龄 11 年, 希望 10年以内
need: 学区=一小                | home: 学区=一小 学位占用=未占    | why: 学区符合(一小)
need: 学区=一小                | home: 学区=一小 学位占用=已占    | gap: 学位已占
need: 学区=一小                | home: 学区=一小 学位占用=待核    | unknown: 学位占用待核
need: 学区=一小、三小          | home: 学区=二小 学位占用=未占    | gap: 学区二小, 希望一小、三小
need: 地铁距离=800             | home: 亮点=近地铁                | why: 近地铁
need: 地铁距离=500             | home: 亮点=近地铁                | unknown: 地铁距离未知
need: 地铁距离=500             | home: 亮点=地铁400米             | why: 近地铁(400 米)
need: 地铁距离=500             | home: 不利因素=距地铁2公里       | gap: 离地铁 2000 米, 希望 500米以内
need: 税费偏好=满五唯一        | home: 持有年限=满五 唯一=是      | why: 满五唯一符合
need: 税费偏好=满五唯一        | home: 持有年限=满五 唯一=否      | gap: 满五不唯一, 希望满五唯一
need: 税费偏好=满五唯一        | home: 持有年限=满五 唯一=待核    | unknown: 是否唯一待核
need: 税费偏好=满二            | home: 持有年限=不满二            | gap: 不满二, 希望满二
need: 车位=要                  | home: 稀缺标签=带车位            | why: 有车位
need: 避免=临路、顶层          | home: 不利因素=无 所在层=3 总层=6 | why: 避开了临路、顶层
need: 避免=临路、其他          | home: 不利因素=无                | why: 避开了临路; unknown: 要避免「其他」, 需人工核对
need: 商圈=奥体 意向小区=一苑  | home: 商圈=奥体 小区=二苑        | why: 商圈符合(奥体); gap: 不在意向小区
need: 面积下限=80              | home: 建筑面积=90                | why: 面积 90㎡, 在 80㎡以上
need: 预算下限=400             | home: 挂牌价=500                 | why: 预算内
need: 预算下限=400             | home: 挂牌价=380                 | gap: 低于预算下限 5%
need: 预算上限=500             | home: 挂牌价=500                 | why: 正好在预算上限
need: 室下限=2 室上限=3        | home: 室=4                       | gap: 4室, 希望 2–3室
"""
CASES = [
    tuple(part.partition(":")[2].split() if n < 2 else part.strip() for n, part in enumerate(line.split("|")))
    for line in WORDS.strip().splitlines()
]


@pytest.mark.requirement("R72")
@pytest.mark.parametrize(
    ("need", "home", "said"),
    CASES,
    ids=[line.split("|")[0] + line.split("|")[1] for line in WORDS.strip().splitlines()],
)
def test_each_criterion_in_words(need: list[str], home: list[str], said: str) -> None:
    named = {pair.split("=")[0]: pair.split("=")[1] for pair in need}
    wanted = {"需求ID": "Q1", "交易": "买", "用途": "住宅", **named}
    nothing = {f"{word}重要度": "无所谓" for word in LABELS if word not in ("用途", "避免") and not asks(word, named)}
    prefer = {f"{word}重要度": "优先" for word in LABELS if word not in ("用途", "避免") and asks(word, named)}
    offered = {
        "房源ID": "H1",
        "交易": "售",
        "状态": "在售",
        "用途": "住宅",
        "不利因素": "无",
        **{p.split("=")[0]: p.split("=")[1] for p in home},
    }
    text = "需求\n" + lines(wanted | nothing | prefer) + "\n房源\n" + lines(offered)
    if not set(named) & {"预算上限", "预算下限", "面积下限", "室下限", "商圈"}:
        text = text.replace("| 需求ID |", "| 需求ID | 预算上限 |", 1).replace("| Q1 |", "| Q1 | 9999 |", 1)
    (item,) = match(tables_from(text), TODAY, Settings()).items
    words = {
        "why": item["why"],
        "gap": str(item["gaps"]).partition("; 不利因素")[0].removeprefix("不利因素: 距地铁2公里"),
        "unknown": item["unknowns"],
    }
    assert "; ".join(f"{kind}: {text}" for kind, text in words.items() if text) == said


def asks(word: str, named: dict[str, str]) -> bool:
    """Return whether a criterion is the one that a case asks for."""
    columns = {
        "区域": ("商圈", "意向小区"),
        "户型": ("室下限",),
        "预算": ("预算上限", "预算下限"),
        "面积": ("面积下限",),
    }
    return any(name.startswith(word) or name in columns.get(word, ()) for name in named)


def lines(cells: dict[str, str]) -> str:
    return "| " + " | ".join(cells) + " |\n| " + " | ".join(cells.values()) + " |\n"


def offers(best: Best, pairs: Sequence[tuple[int, int, int]]) -> None:
    owners, scores, partners = (np.array(part, dtype=np.int64) for part in zip(*pairs, strict=True))
    best.offer(owners, scores, partners)


@pytest.mark.parametrize("pool", [1, 1_000_000])
def test_the_best_are_kept_whatever_the_order_and_the_size_of_the_pool(pool: int) -> None:
    with patch("macros.matching.tiles.POOL", pool):
        best = Best(3, 2)
        offers(best, [(0, 500, 4), (2, 1000, 9), (0, 700, 8)])
        offers(best, [(0, 700, 7), (0, 699, 1), (2, 0, 3)])
    owners, ranks, scores, partners = best.result()
    assert list(zip(owners.tolist(), ranks.tolist(), scores.tolist(), partners.tolist(), strict=True)) == [
        (0, 1, 700, 7), (0, 2, 700, 8), (2, 1, 1000, 9), (2, 2, 0, 3),
    ]  # fmt: skip


def test_a_limit_that_was_reached_is_below_what_does_not_count_any_more_and_never_rises() -> None:
    best = Best(2, 2)
    best.reached(np.array([1]), np.array([700]), np.array([8]))
    limit = best.limit.tolist()
    assert limit[0] > 1000 << 20  # nothing is known of the first: even a score of 0 counts
    assert ((1000 - 700) << 20 | 8) < limit[1] <= ((1000 - 700) << 20 | 9)
    best.reached(np.array([1]), np.array([699]), np.array([1]))
    assert best.limit.tolist() == limit


@pytest.mark.parametrize(("count", "keep"), [(3, 5), (5, 5), (30, 5), (40, 5), (97, 5), (200, 1)])
@pytest.mark.parametrize("axis", [0, 1])
def test_what_the_best_reach_is_reached_by_as_many_and_is_not_too_much(axis: int, count: int, keep: int) -> None:
    worth = np.random.default_rng(count).permutation(count * 6).reshape(6, count).astype(np.float32)
    reached = _reached(worth.T if axis == 0 else worth, keep, axis)
    for line, number in zip(worth.tolist(), reached.tolist(), strict=True):
        assert number <= (sorted(line)[-keep] if count > keep else -1)
        assert sum(one >= number for one in line) >= min(keep, count)


@pytest.mark.parametrize("weight", [1, 7, 30, 100, 2_000])
def test_scores_of_a_block_are_exact_to_the_tenth(weight: int) -> None:
    scorer = Scorer(small()["requests"], small()["listings"], Context(2026, Match(w_budget=float(weight))))
    needs = np.arange(40)
    points = np.arange(0, int(scorer.possible[:40].min()) * 100, 1)
    exact = scorer.tenths(points[:, None], needs[None, :])
    dead = np.full((1, 40), -1e9)
    block = scorer.tenths_of_block(np.vstack([np.repeat(points[:, None], 40, axis=1), dead]).astype(np.float32), needs)
    assert (block[:-1] == exact).all()
    assert (block[-1] < 0).all()


def test_no_offer_is_no_result() -> None:
    assert [len(part) for part in Best(5, 3).result()] == [0, 0, 0, 0]


@pytest.mark.parametrize("cut", [1, 1_000_000])
def test_blocks_hold_no_pair_twice_and_stay_small(cut: int) -> None:
    tables = small()
    listings = tables["listings"].sort_values("listing_id")
    scorer = Scorer(tables["requests"].sort_values("req_id"), listings, Context(2026, Match()))
    asking = np.arange(len(scorer.needs))
    with patch.multiple("macros.matching.tiles", TILE_CELLS=40, SPLIT=cut):
        found = [
            (needs[columns], homes[rows])
            for needs, homes in buckets(scorer, shares(scorer), asking)
            for rows, columns in blocks(scorer, needs, homes)
        ]
    pairs = [(need, home) for needs, homes in found for need in needs.tolist() for home in homes.tolist()]
    assert len(pairs) == len(set(pairs)) > 0
    assert all(len(needs) * len(homes) <= 40 for needs, homes in found)


def test_the_size_of_tiles_and_pool_changes_no_result() -> None:
    tables = small()
    whole = match(tables, TODAY, Settings())
    with patch.multiple("macros.matching.tiles", TILE_CELLS=30, POOL=50):
        parts = match(tables, TODAY, Settings())
    for key, frame in whole.results.items():
        pd.testing.assert_frame_equal(frame, parts.results[key])
    assert len(whole.results["matches"]) > 100


def test_the_rule_leaves_its_input_alone() -> None:
    tables = small()
    before = {key: frame.copy(deep=True) for key, frame in tables.items()}
    match(tables, TODAY, Settings())
    for key, frame in before.items():
        pd.testing.assert_frame_equal(frame, tables[key])


def test_a_purpose_is_not_named_as_what_to_relax_while_something_else_is() -> None:
    first, alone = [0] * len(CRITERIA), [0] * len(CRITERIA)
    first[BY_KEY["use"]], first[BY_KEY["budget"]] = 90, 10
    alone[BY_KEY["use"]], alone[BY_KEY["budget"]] = 50, 2
    assert explained(100, first, alone)[0] == "budget_max"
    alone[BY_KEY["budget"]] = 0
    assert explained(100, first, alone)[0] == "use"


def test_every_criterion_has_its_columns_and_its_weight() -> None:
    requests, options = SHEETS["requests"].by_key, Match()
    for criterion in CRITERIA:
        assert criterion.column in requests
        assert hasattr(options, criterion.weight)
        assert (
            criterion.always or criterion.learnt or requests[f"w_{criterion.key}"].label == f"{criterion.label}重要度"
        )
