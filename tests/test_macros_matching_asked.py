"""问业主: an empty cell that a 必须 of a listed match hangs on becomes one task, once, and ends when the cell is filled."""

import datetime as dt
from dataclasses import replace

import pandas as pd
import pytest

from macros.matching import match
from macros.matching.asked import PREFIX, QUESTIONS, columns_of, missing, owner_questions
from macros.settings import Match, Settings
from tests.tables import tables_from
from workbook.changes import Outcome
from workbook.sheets import BY_KEY
from workbook.tables import Tables

TODAY = dt.date(2026, 3, 2)
STAFF = """
人员
| 工号 | 姓名 | 角色 | 门店 |
| S1   | 王店 | 店长 | 一店 |
| S2   | 小林 | 经纪人 | 一店 |
| S3   | 小何 | 经纪人 | 一店 |
"""
NEEDS = """
需求
| 需求ID | 客户ID | 交易 | 预算上限 | 电梯 | 电梯重要度 | 室下限 | 户型重要度 |
| Q1     | C1     | 买   | 500      | 要   | 必须       | 3      | 优先       |
| Q2     | C2     | 买   | 500      | 要   | 必须       | 3      | 优先       |
| Q3     | C2     | 买   | 500      | 要   | 必须       | 3      | 优先       |
| Q4     | C3     | 买   | 500      | 要   | 优先       | 3      | 优先       |
"""
HEAD = "\n房源\n| 房源ID | 交易 | 挂牌价 | 室 | 电梯 | 维护人 | 状态 | 用途 | 不利因素 |\n"


def homes(*rows: str) -> str:
    """Return 房源 with (id, price, rooms, lift, agent)."""
    cells = [[cell.strip() for cell in row.split(",")] for row in rows]
    return HEAD + "\n".join(
        f"| {one} | 售 | {price} | {rooms} | {lift} | {who} | 在售 | 住宅 | 无 |"
        for one, price, rooms, lift, who in cells
    )


def asked(tables: Tables, **options: object) -> tuple[Tables, Outcome]:
    """Return what a run of 匹配 and 问业主 makes of a workbook, and what the latter found."""
    settings = replace(Settings(), match=Match(**options))  # type: ignore[arg-type]
    tables = tables.with_outcome(match(tables, TODAY, settings))
    outcome = owner_questions(tables, TODAY, settings)
    return tables.with_outcome(outcome), outcome


def tasks(tables: Tables) -> list[tuple[str, str, str]]:
    frame = tables["tasks"]
    return list(zip(frame["rule"].str.removeprefix(PREFIX), frame["who"], frame["status"], strict=True))


@pytest.mark.requirement("F10")
def test_an_empty_cell_of_a_must_becomes_one_task_of_the_listings_agent() -> None:
    after, outcome = asked(tables_from(STAFF + NEEDS + homes("H1, 490, 3, , 小林")))
    assert tasks(after) == [("H1.lift", "小林", "待办")]
    row = after["tasks"].iloc[0]
    # 电梯 is empty and three needs of two clients demand it; the fourth only prefers it
    cell = after.cell("listings", int(after["listings"].index[0]), "lift")
    assert row["what"] == f"问业主: 有没有电梯({cell} 为空), 有 2 位客户要求"
    assert (row["obj_id"], row["due"].date(), row["task_id"]) == ("H1", dt.date(2026, 3, 4), "T000001")
    assert outcome.figures == {"owner_questions": 1, "owner_questions_ended": 0}


@pytest.mark.parametrize(
    ("home", "questions"),
    [
        ("H1, 490, 3, 是, 小林", []),  # it is told
        ("H1, 490, , 是, 小林", []),  # 户型 is only a preference
        ("H1, 490, 3, 否, 小林", []),  # it fails the first three, and the fourth only prefers it
        ("H1, , 3, 是, 小林", ["H1.price"]),
        ("H1, , 3, , 小林", ["H1.lift", "H1.price"]),
        ("H1, , 3, , ", []),  # nobody is in charge, and no branch is known
    ],
)
def test_only_what_a_must_of_a_match_hangs_on_is_asked(home: str, questions: list[str]) -> None:
    after, _ = asked(tables_from(STAFF + NEEDS + homes(home)))
    assert sorted(rule for rule, _, _ in tasks(after)) == questions


def changed(tables: Tables, sheet: str, column: str, value: object) -> Tables:
    """Return a workbook in which the first row of a sheet has another value."""
    frame = tables[sheet]
    update = {column: pd.Series([value], index=frame.index[:1], dtype=object)}
    return Tables(tables.updated({sheet: update}), tables.layouts)


def test_a_second_run_asks_nothing_again_whatever_became_of_the_task() -> None:
    after, _ = asked(tables_from(STAFF + NEEDS + homes("H1, 490, 3, , 小林")))
    for status in ("待办", "完成", "取消", "延期"):
        _, outcome = asked(changed(after, "tasks", "status", status))
        assert (dict(outcome.additions), dict(outcome.updates)) == ({}, {}), status


@pytest.mark.parametrize(
    ("column", "value", "status", "note"),
    [("lift", False, "完成", "自动: 已填(房源!"), ("status", "已售", "取消", "自动: 房源已不在市")],
)
def test_it_ends_when_the_cell_is_filled_and_falls_away_with_the_home(
    column: str, value: object, status: str, note: str
) -> None:
    after, _ = asked(tables_from(STAFF + NEEDS + homes("H1, 490, 3, , 小林")))
    ended, outcome = asked(changed(after, "listings", column, value))
    assert tasks(ended) == [("H1.lift", "小林", status)]
    assert ended["tasks"]["done_note"].iloc[0].startswith(note)
    assert outcome.figures["owner_questions_ended"] == 1
    assert not asked(ended)[1].updates


def test_one_that_a_person_opened_again_stays_open() -> None:
    after, _ = asked(tables_from(STAFF + NEEDS + homes("H1, 490, 3, , 小林")))
    noted = changed(changed(after, "tasks", "done_note", "自动: 已填"), "listings", "lift", True)
    assert not asked(noted)[1].updates


def test_nobody_gets_more_in_a_day_than_the_setting_says_and_the_most_wanted_come_first() -> None:
    rows = [(1, 490, "小林"), (2, 490, "小林"), (3, "", "小林"), (4, 490, "小何")]
    text = STAFF + NEEDS + homes(*(f"H{n}, {price}, 3, , {who}" for n, price, who in rows))
    after, _ = asked(tables_from(text), ask_per_day=2)
    # three clients wait for the price of H3, two for a lift
    assert tasks(after) == [("H3.price", "小林", "待办"), ("H1.lift", "小林", "待办"), ("H4.lift", "小何", "待办")]
    same_day, outcome = asked(after, ask_per_day=2)
    assert not outcome.additions
    settings = replace(Settings(), match=Match(ask_per_day=2))
    next_day = owner_questions(same_day, TODAY + dt.timedelta(days=1), settings).additions["tasks"]
    assert next_day["rule"].tolist() == [PREFIX + "H2.lift", PREFIX + "H3.lift"]


def test_the_setting_switches_it_off_and_what_is_open_still_ends() -> None:
    text = STAFF + NEEDS + homes("H1, 490, 3, , 小林")
    assert not asked(tables_from(text), ask_owner="否")[1].additions
    after, _ = asked(tables_from(text))
    told = changed(after, "listings", "lift", True)
    assert tasks(asked(told, ask_owner="否")[0]) == [("H1.lift", "小林", "完成")]


def test_a_home_below_the_listed_ones_is_not_asked_about() -> None:
    text = STAFF + NEEDS + homes("H1, 490, 3, 是, 小林", "H2, 490, 3, , 小林")
    assert tasks(asked(tables_from(text), per_need=1)[0]) == []
    assert tasks(asked(tables_from(text), per_need=2)[0]) == [("H2.lift", "小林", "待办")]


@pytest.mark.parametrize(
    ("key", "wish", "columns"),
    [
        ("floor", ("不要一层",), ("floor",)), ("floor", ("不要顶层",), ("floor", "floors")), ("tax", "满二", ("hold",)),
        ("tax", "满五唯一", ("hold", "sole")),
        ("avoid", ("凶宅", "临路"), ("cons",)), ("avoid", ("其他",), ()), ("avoid", ("商住", "顶层"), ("title", "floor", "floors")),
        ("district", ((), ("甲",), ("一苑",)), ("area_name",)), ("district", ((), (), ()), ()), ("budget", (None, None, 1000, 0), ()),
        ("budget", (None, 500.0, 1000, 0), ("price",)), ("use", "", ()), ("metro", (None, 800, 0, 0), ()), ("refused_floor", (("高", 2),), ()),
    ],
)  # fmt: skip
def test_which_cells_a_wish_hangs_on(key: str, wish: object, columns: tuple[str, ...]) -> None:
    assert columns_of(key, wish) == columns
    assert {*columns} <= {*QUESTIONS} <= {*BY_KEY["listings"].by_key}


def test_what_is_still_to_be_asked_for() -> None:
    assert [missing(value) for value in (None, float("nan"), "", "待核", "无", 0, False)] == [True] * 4 + [False] * 3


def test_which_school_is_asked_before_whether_its_place_is_free() -> None:
    need = "\n需求\n| 需求ID | 客户ID | 交易 | 预算上限 | 学区 | 学区重要度 |\n| Q1 | C1 | 买 | 500 | 一小 | 必须 |\n"
    for school, used, question in (
        ("", "", "H1.school"),
        ("一小", "待核", "H1.school_used"),
        ("一小", "", "H1.school_used"),
    ):
        home = f"\n房源\n| 房源ID | 交易 | 挂牌价 | 学区 | 学位占用 | 维护人 | 状态 |\n| H1 | 售 | 490 | {school} | {used} | 小林 | 在售 |\n"
        after, _ = asked(tables_from(STAFF + need + home))
        assert [rule for rule, _, _ in tasks(after)] == [question]
        assert ("待核)" in after["tasks"]["what"].iloc[0]) is (used == "待核")
