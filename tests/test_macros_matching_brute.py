"""The fast matcher equals a slow one that was written from the documented rules alone, in both directions, ties included."""

import datetime as dt
from collections.abc import Iterator
from dataclasses import replace
from functools import cache
from random import Random
from typing import Any
from unittest.mock import patch

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from macros.matching import match
from macros.settings import Match, Settings
from tests.refused import FAILS, SAID, refused_for, repeated, rows
from workbook.schema import Column
from workbook.sheets import BY_KEY, SHEETS
from workbook.tables import Layout, Tables, empty_frame, typed
from workbook.values import empty_of

TODAY = dt.date(2026, 3, 1)
MUSTS = ("budget", "district", "rooms", "use", "avoid")
KEYS = tuple(name[2:] for name in Match.__dataclass_fields__ if name.startswith("w_"))
EMPTY = {sheet.key: empty_frame(sheet) for sheet in SHEETS}
LAYOUTS = {sheet.key: Layout(sheet, sheet.label) for sheet in SHEETS}


# the slow matcher: a state is a percentage, None for unknown, FAILS, or "" where the need does not ask
def within(value: float | None, low: float | None, high: float | None, points: float) -> object:
    if value is None or (low is None and high is None):
        return None
    over = round((value / high - 1) * 10_000) if high else 0
    under = round((1 - value / low) * 10_000) if low else 0
    beyond = max(over, under, 0)
    return 100 - 50 * beyond // round(points * 100) if 0 < beyond <= points * 100 else FAILS if beyond else 100


def all_hold(*parts: bool | None) -> object:
    return FAILS if False in parts else None if None in parts else 100


def place(need: Any, home: Any) -> object:
    levels = [(need.districts, home.district), (need.areas, home.area_name), (need.estates, home.estate)]
    hits = [level for level, (named, value) in enumerate(levels) if value in named]
    if hits:
        return 100 - 20 * sum(bool(named) for named, _ in levels[max(hits) + 1 :])
    coarsest = next((value for named, value in levels if named), "")
    return FAILS if coarsest else None


def floor(need: Any, home: Any) -> object:
    level, levels = home.floor, home.floors
    both = level is not None and levels is not None
    bands = {"低", "中", "高"} & set(need.floor_pref)
    band = ("低" if level <= levels / 3 else "中" if level <= levels / 3 * 2 else "高") if both else None
    return all_hold(
        (band in bands if both else None) if bands else True,
        (level != 1 if level is not None else None) if "不要一层" in need.floor_pref else True,
        (level < levels if both else None) if "不要顶层" in need.floor_pref else True,
    )


def tax(need: Any, home: Any) -> object:
    long_enough = home.hold in (("满二", "满五") if need.tax_pref == "满二" else ("满五",)) if home.hold else None
    only = {"是": True, "否": False}.get(home.sole) if need.tax_pref == "满五唯一" else True
    return all_hold(long_enough, only)


def avoid(need: Any, home: Any) -> object:
    told = {
        "临路": "临街" in home.cons if home.cons else None,
        "凶宅": "凶宅" in home.cons if home.cons else None,
        "顶层": home.floor >= home.floors if None not in (home.floor, home.floors) else None,
        "商住": home.title == "商住" if home.title else None,
    }
    return all_hold(*(None if told.get(word) is None else not told[word] for word in need.avoid))


def states(need: Any, home: Any) -> dict[str, object]:
    points = 10 if need.tolerance is None else need.tolerance
    rents = home.deal_type == "租"
    price = home.price if rents == (need.deal_type == "租") else None
    told = home.pros + "、".join(home.rare)
    side = home.orient in need.orient or (home.orient == "南北通透" and bool({"南", "北"} & set(need.orient)))
    free = {"未占": True, "已占": False}.get(home.school_used)
    metro = 300 if "地铁300米" in told else None
    return {
        "budget": within(price, need.budget_min, need.budget_max, points),
        "district": place(need, home),
        "rooms": within(home.rooms, need.rooms_min, need.rooms_max, 0),
        "area": within(home.area, need.area_min, need.area_max, points),
        "use": all_hold(home.use == need.use if home.use and need.use else None),
        "orient": all_hold(side if home.orient else None) if need.orient else "",
        "floor": floor(need, home) if need.floor_pref else "",
        "lift": all_hold(home.lift) if need.lift == "要" else "",
        "decor": all_hold(home.decor in need.decor if home.decor else None) if need.decor else "",
        "age": within(TODAY.year - home.built if home.built else None, None, need.age_max, points)
        if need.age_max
        else "",
        "school": (all_hold(home.school in need.school, free) if home.school else None) if need.school else "",
        "metro": within(metro, None, need.metro_m, points) if need.metro_m else "",
        "tax": tax(need, home) if need.tax_pref not in ("", "不限") and need.deal_type == "买" else "",
        "parking": all_hold(True if "带车位" in told else None) if need.parking == "要" else "",
        "avoid": avoid(need, home) if need.avoid else "",
    }


def brute(tables: Tables, options: Match) -> Iterator[tuple[str, str, float, str]]:
    """Yield (need, listing, score, hard) of every pair that no 必须 rules out."""
    refused = {(row.req_id, row.listing_id) for row in rows(tables["matches"]) if row.feedback == "拒绝"}
    homes, needs = rows(tables["listings"]), rows(tables["requests"])
    reasons = refused_for(tables, needs, homes)
    for need in needs:
        stated = [
            getattr(need, k) for k in ("budget_min", "budget_max", "area_min", "area_max", "rooms_min", "rooms_max")
        ]
        if need.req_status not in ("有效", "") or not (
            any(v is not None for v in stated) or need.districts or need.areas or need.estates
        ):
            continue
        for home in homes:
            looks = home.deal_type in {"买": ("售", "租售"), "租": ("租", "租售")}.get(need.deal_type, ())
            offered = home.status in ("在售", "在租", "议价中") and home.verify != "虚假"
            if not looks or not offered or (need.req_id, home.listing_id) in refused:
                continue
            earned, possible, hard = 0, 0, "符合"
            for key, state in states(need, home).items():
                told = getattr(need, f"w_{key}", "") or ("必须" if key in MUSTS else "优先")
                if state == "" or told == "无所谓":
                    continue
                possible += getattr(options, f"w_{key}")
                earned += getattr(options, f"w_{key}") * (
                    options.unknown_share if state is None else 0 if state == FAILS else state
                )  # type: ignore[operator]
                if told == "必须" and (state is None or state == FAILS):
                    hard = "不符" if state == FAILS or hard == "不符" else "未知"
            for state in repeated(reasons, need, home):
                possible += options.refusal_points
                earned += options.refusal_points * (
                    options.unknown_share if state is None else 0 if state == FAILS else 100
                )
            if hard != "不符":
                yield (
                    need.req_id,
                    home.listing_id,
                    (20 * earned + possible) // (2 * possible) / 10 if possible else 0.0,
                    hard,
                )


def best(found: list[tuple[str, str, float, str]], owner: int, keep: int) -> dict[str, list[tuple[str, float]]]:
    """Return owner -> its best partners with their scores: score from high to low, then the partner's id."""
    lists: dict[str, list[tuple[str, float]]] = {}
    for pair in sorted(found, key=lambda pair: (pair[owner], -pair[2], pair[1 - owner])):
        lists.setdefault(pair[owner], []).append((pair[1 - owner], pair[2]))
    return {key: partners[:keep] for key, partners in lists.items()}


# small workbooks with all that can go wrong in them
def maybe(*values: object) -> list[Any]:
    return [None, *values]


def some(*values: str) -> list[Any]:
    return [(), (), values[:1], values[1:2], values]


def often(usual: object, *others: object) -> list[Any]:
    """Return mostly the usual value, so that pairs survive the many criteria."""
    return [*[usual] * 3, None, *others]


WEIGHTS = maybe("必须", "优先", "优先", "无所谓", None)
NEEDS: dict[str, list[Any]] = {
    "deal_type": often("买", "租", "租", ""), "use": often("住宅", "公寓"), "tolerance": maybe(0, 10, 20),
    "budget_min": maybe(80, 100), "budget_max": often(110, 100, 120),
    "districts": some("东区", "西区"), "areas": some("甲", "乙"), "estates": some("一苑", "二苑"),
    "area_min": often(80, 90), "area_max": often(100, 90), "rooms_min": often(2, 1), "rooms_max": often(3, 2),
    "orient": some("南", "东"), "floor_pref": some("中", "不要顶层", "不要一层"), "lift": maybe("要", "不限"), "decor": some("精装", "毛坯"),
    "age_max": maybe(10, 20), "school": some("一小", "二小"), "metro_m": maybe(250, 280, 800),
    "tax_pref": maybe("不限", "满二", "满五", "满五唯一"), "parking": maybe("要", "不限"),
    "avoid": [(), (), (), ("临路",), ("顶层",), ("商住", "凶宅"), ("其他",)],
    "req_status": often("有效", "有效", "暂停"),
    **{f"w_{key}": WEIGHTS for key in KEYS if key not in ("use", "avoid")},
}  # fmt: skip
HOMES: dict[str, list[Any]] = {
    "deal_type": often("租售", "售", "租"), "use": often("住宅", "公寓"),
    "price": often(110, 72, 90, 99, 110.1, 121, 121.1, 132), "area": often(90, 72, 80, 81, 99, 110, 110.02),
    "district": often("东区", "西区", "北区"), "area_name": often("甲", "乙", "丙"), "estate": often("一苑", "二苑", "三苑"),
    "rooms": often(2, 0, 1, 3, 4), "halls": often(1, 2),
    "orient": maybe("南", "东", "北", "南北通透"), "floor": often(4, -1, 1, 2, 6), "floors": often(6, 9),
    "lift": maybe(True, False), "decor": maybe("精装", "毛坯"), "built": maybe(2004, 2005, 2006, 2015, 2020),
    "school": maybe("一小", "三小"), "school_used": maybe("未占", "已占", "待核"), "hold": maybe("不满二", "满二", "满五"),
    "sole": maybe("是", "否", "待核"), "title": often("商品房", "商住"), "pros": maybe("距地铁300米"), "rare": some("带车位", "次新房"),
    "cons": often("无", "临街有车声", "凶宅"), "status": ["在售", "在租", "议价中", "在售", "在租", "已售"],
    "verify": often("已核", "未核", "虚假"),
}  # fmt: skip
NEED, HOME = (
    st.fixed_dictionaries({key: st.sampled_from(some) for key, some in one.items()}) for one in (NEEDS, HOMES)
)
REFUSED = st.one_of(
    st.sets(st.tuples(st.integers(0, 5), st.integers(0, 7), st.sampled_from([*SAID]), st.sampled_from(["match", "need", "client"])), max_size=3),
    st.builds(
        lambda need, homes, reason, by: {(need, home, reason, by) for home in homes},
        st.integers(0, 3), st.sets(st.integers(0, 7), min_size=2, max_size=5), st.sampled_from([*SAID]), st.sampled_from(["need", "client"]),
    ),
)  # fmt: skip


def books(at_least: int) -> st.SearchStrategy[Tables]:
    sizes = {"min_size": at_least, "max_size": 8}
    return st.builds(lambda *parts: book(*parts), st.lists(NEED, **sizes), st.lists(HOME, **sizes), REFUSED)  # type: ignore[arg-type]


BOOKS = st.one_of(books(0), books(4), books(6))


def book(needs: list[dict[str, Any]], homes: list[dict[str, Any]], refused: set[tuple[int, int, str, str]]) -> Tables:
    """Return a workbook; of the refusals (need, home, reason, where) `match` stand on 匹配结果, the others on 带看, with or without 需求ID."""
    said = [(f"Q{n}", f"H{h}", reason) for n, h, reason, by in sorted(refused) if by == "match" and reason != "临街"]
    seen = [
        (f"Q{n}" if by == "need" else "", f"C{n // 2}", f"H{h}", (SAID[reason],))
        for n, h, reason, by in sorted(refused)
        if by != "match"
    ]
    given = {
        "requests": [{**need, "req_id": f"Q{n}", "client_id": f"C{n // 2}"} for n, need in enumerate(needs)],
        "listings": [{**home, "listing_id": f"H{n}"} for n, home in enumerate(homes)],
        "matches": [{"req_id": n, "listing_id": h, "feedback": "拒绝", "refusal": reason} for n, h, reason in said],
        "viewings": [
            {"req_id": n, "client_id": c, "listing_id": h, "feedback": "无意向", "dislikes": words}
            for n, c, h, words in seen
        ],
    }
    return Tables(EMPTY | {key: framed(key, lines) for key, lines in given.items()}, LAYOUTS)


def framed(key: str, lines: list[dict[str, Any]]) -> pd.DataFrame:
    given = {name for line in lines for name in line}
    return pd.DataFrame(
        {c.key: series(c, lines) if c.key in given else blank(key, len(lines))[c.key] for c in BY_KEY[key].columns}
    )


def series(column: Column, lines: list[dict[str, Any]]) -> pd.Series:
    cells = [empty_of(column.kind) if line.get(column.key) is None else line[column.key] for line in lines]
    return typed(column, cells, pd.RangeIndex(2, len(lines) + 2))


@cache
def blank(key: str, count: int) -> dict[str, pd.Series]:
    """Return the columns of a sheet without anything in them; made once, for they are most of a small workbook's cost."""
    return {column.key: series(column, [{}] * count) for column in BY_KEY[key].columns}


def chosen(per_need: int, per_listing: int) -> Settings:
    return replace(Settings(), match=Match(per_need=per_need, per_listing=per_listing))


def listed(matches: pd.DataFrame) -> dict[str, list[tuple[str, float]]]:
    return {key: list(zip(rows["listing_id"], rows["score"], strict=True)) for key, rows in matches.groupby("req_id")}


def listed_back(reverse: pd.DataFrame) -> dict[str, list[tuple[str, float]]]:
    """Return listing -> its needs with their scores, as the sheet says them."""
    named = {
        row.listing_id: [getattr(row, f"n{place:02}").split() for place in range(1, 21)] for row in reverse.itertuples()
    }
    return {
        key: [(words[0], float(words[-1])) for words in cells if words] for key, cells in named.items() if any(cells)
    }


def equal(tables: Tables, per_need: int, per_listing: int, cells: int) -> None:
    """Assert that both directions say what the slow matcher says; `cells`: from one pair a tile to all in one."""
    found = list(brute(tables, Match()))
    with patch.multiple("macros.matching.tiles", TILE_CELLS=cells, POOL=cells, SPLIT=cells):
        outcome = match(tables, TODAY, chosen(per_need, per_listing))
    assert listed(outcome.results["matches"]) == best(found, 0, per_need)
    assert listed_back(outcome.results["reverse"]) == best(found, 1, per_listing)
    hard = {(need, home): word for need, home, _, word in found}
    assert all(hard[item["req_id"], item["listing_id"]] == item["hard"] for item in outcome.items)  # type: ignore[index]
    counts = outcome.results["reverse"].set_index("listing_id")["count"]
    assert counts.sum() == len(found)


LIMITS = {"per_need": st.integers(1, 9), "per_listing": st.integers(1, 7), "cells": st.sampled_from([1, 10, 10_000])}


@settings(max_examples=100, deadline=None)
@given(tables=BOOKS, **LIMITS)
def test_both_directions_equal_the_slow_matcher(tables: Tables, per_need: int, per_listing: int, cells: int) -> None:
    equal(tables, per_need, per_listing, cells)


def drawn(chance: Random) -> Tables:
    """Return a workbook from the same values, drawn without hypothesis, which takes longer to draw than both matchers to match."""
    some = chance.choice([0, 4, 6])
    needs, homes = (
        [{key: chance.choice(values) for key, values in one.items()} for _ in range(chance.randint(some, 8))]
        for one in (NEEDS, HOMES)
    )
    need, reason = chance.randrange(4), chance.choice([*SAID])
    again = {
        (need, chance.randrange(8), reason, chance.choice(["need", "client"])) for _ in range(chance.choice([0, 2, 5]))
    }
    return book(
        needs,
        homes,
        again | {(chance.randrange(6), chance.randrange(8), "其他", "match") for _ in range(chance.randrange(4))},
    )


@pytest.mark.slow
@pytest.mark.requirement("F10")
def test_a_thousand_workbooks_equal_the_slow_matcher() -> None:
    for seed in range(1_000):
        chance = Random(seed)
        equal(drawn(chance), chance.randint(1, 9), chance.randint(1, 7), chance.choice([1, 10, 10_000]))


@settings(max_examples=50, deadline=None)
@given(tables=BOOKS)
def test_a_need_has_a_listing_at_a_score_exactly_when_the_listing_has_the_need_at_it(tables: Tables) -> None:
    outcome = match(tables, TODAY, chosen(100, 20))
    there = {(need, home, score) for need, homes in listed(outcome.results["matches"]).items() for home, score in homes}
    back = {
        (need, home, score) for home, needs in listed_back(outcome.results["reverse"]).items() for need, score in needs
    }
    assert there == back


@settings(max_examples=50, deadline=None)
@given(tables=BOOKS, seed=st.integers(0, 99))
def test_the_order_of_the_rows_changes_nothing(tables: Tables, seed: int) -> None:
    before, shuffled = match(tables, TODAY, Settings()), {}
    for key, frame in tables.items():
        shuffled[key] = frame.sample(frac=1, random_state=seed).set_axis(frame.index)
    after = match(Tables(shuffled, tables.layouts), TODAY, Settings())
    for key, frame in before.results.items():
        pd.testing.assert_frame_equal(frame, after.results[key])
    assert sorted(finding.message for finding in before.findings) == sorted(
        finding.message for finding in after.findings
    )


@settings(max_examples=50, deadline=None)
@given(tables=BOOKS)
def test_every_need_is_either_matched_or_explained(tables: Tables) -> None:
    outcome = match(tables, TODAY, Settings())
    matched = set(outcome.results["matches"]["req_id"])
    explained = {tables["requests"]["req_id"][finding.row] for finding in outcome.findings}
    wanted = set(tables["requests"].loc[tables["requests"]["req_status"].isin(["有效", ""]), "req_id"])
    assert matched | explained == wanted
    assert not matched & explained
