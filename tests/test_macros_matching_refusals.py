"""What was refused again and again for one reason ranks lower where it comes again, both ways, and the words say why."""

import datetime as dt
from dataclasses import replace

import pandas as pd
import pytest

from macros.matching import match
from macros.matching.refusals import kind_of
from macros.settings import Match, Settings
from tests.tables import tables_from
from workbook.changes import Outcome
from workbook.sheets import BY_KEY
from workbook.tables import Tables

TODAY = dt.date(2026, 3, 1)
NEED = """
需求
| 需求ID | 客户ID | 交易 | 用途 | 预算上限 | 预算重要度 | 区域重要度 | 户型重要度 | 面积重要度 |
| Q1     | C1     | 买   | 住宅 | 500      | 优先       | 无所谓     | 无所谓     | 无所谓     |
| Q2     | C2     | 买   | 住宅 | 500      | 优先       | 无所谓     | 无所谓     | 无所谓     |
"""
HEAD = "\n房源\n| 房源ID | 交易 | 挂牌价 | 区域 | 商圈 | 室 | 厅 | 所在层 | 总层 | 装修 | 不利因素 | 状态 | 用途 |\n"
OLD = "东区 | 甲 | 3 | 2 | 9 | 9 | 精装 | 临街 | 已售 | 住宅 |"
UNLIKE = "西区 | 乙 | 2 | 1 | 1 | 9 | 毛坯 | 无 | 在售 | 住宅 |"
REFUSALS = "\n匹配结果\n| 需求ID | 房源ID | 客户反馈 | 拒绝原因 |\n"


def book(*homes: str, reason: str = "", times: int = 2) -> Tables:
    """Return a workbook with homes H1, H2, ... (price and the rest), and X1, X2, ... that Q1 refused for a reason."""
    rows = [f"| H{n} | 售 | {home}" for n, home in enumerate(homes, start=1)]
    rows += [f"| X{n} | 售 | 480 | {OLD}" for n in range(1, times + 1)]
    refused = "\n".join(f"| Q1 | X{n} | 拒绝 | {reason} |" for n in range(1, times + 1) if reason)
    return tables_from(NEED + REFUSALS + refused + "\n" + HEAD + "\n".join(rows) + "\n")


def found(tables: Tables, **options: float) -> Outcome:
    return match(tables, TODAY, replace(Settings(), match=Match(**options)))  # type: ignore[arg-type]


def of(outcome: Outcome, need: str) -> dict[str, tuple[float, str]]:
    frame = outcome.results["matches"]
    frame = frame[frame["req_id"] == need]
    return {row.listing_id: (row.score, row.gaps) for row in frame.itertuples()}


CASES = {
    "价格": (f"480 | {UNLIKE}", f"479 | {UNLIKE}", "此套 480 万也不便宜"),
    "位置": ("400 | 东区 | 甲 | 2 | 1 | 1 | 9 | 毛坯 | 无 | 在售 | 住宅 |",
             "400 | 东区 | 乙 | 2 | 1 | 1 | 9 | 毛坯 | 无 | 在售 | 住宅 |", "此套也在甲"),
    "户型": ("400 | 西区 | 乙 | 3 | 2 | 1 | 9 | 毛坯 | 无 | 在售 | 住宅 |",
             "400 | 西区 | 乙 | 3 | 1 | 1 | 9 | 毛坯 | 无 | 在售 | 住宅 |", "此套也是 3室2厅"),
    "楼层": ("400 | 西区 | 乙 | 2 | 1 | 7 | 9 | 毛坯 | 无 | 在售 | 住宅 |",
             "400 | 西区 | 乙 | 2 | 1 | 6 | 9 | 毛坯 | 无 | 在售 | 住宅 |", "此套也是高楼层"),
    "房况": ("400 | 西区 | 乙 | 2 | 1 | 1 | 9 | 精装 | 无 | 在售 | 住宅 |",
             "400 | 西区 | 乙 | 2 | 1 | 1 | 9 | 简装 | 无 | 在售 | 住宅 |", "此套也是精装"),
}  # fmt: skip


@pytest.mark.requirement("F12")
@pytest.mark.parametrize("reason", CASES)
def test_what_was_refused_twice_ranks_lower_where_it_comes_again(reason: str) -> None:
    alike, near_miss, said = CASES[reason]
    outcome = found(book(alike, near_miss, reason=reason))
    mine, others = of(outcome, "Q1"), of(outcome, "Q2")
    assert list(mine) == ["H2", "H1"], "the one that is like those refused comes last"
    # 预算 30 and 用途 5, and of the 10 for what was refused nothing: 35 of 45
    assert mine["H2"] == (100, "")
    assert mine["H1"] == (77.8, f"2 次因「{reason}」拒绝, {said}")
    assert others == {"H1": (100, ""), "H2": (100, "")}, "another client's need is not touched"


@pytest.mark.parametrize(
    ("times", "options", "score"),
    [(1, {}, 100), (2, {}, 77.8), (3, {}, 77.8), (2, {"refusals_from": 3}, 100), (1, {"refusals_from": 1}, 77.8), (2, {"refusal_points": 0}, 100),
     (2, {"refusal_points": 35}, 50)],
)  # fmt: skip
def test_from_how_many_on_and_how_much(times: int, options: dict[str, float], score: float) -> None:
    outcome = found(book(CASES["楼层"][0], reason="楼层", times=times), **options)
    assert of(outcome, "Q1")["H1"][0] == score


def test_three_refusals_are_counted_in_the_words() -> None:
    assert (
        of(found(book(CASES["房况"][0], reason="房况", times=3)), "Q1")["H1"][1] == "3 次因「房况」拒绝, 此套也是精装"
    )


def test_a_reason_that_tells_nothing_changes_nothing() -> None:
    assert of(found(book(CASES["价格"][0], reason="其他")), "Q1")["H1"] == (100, "")


@pytest.mark.requirement("F10", "F12")
def test_both_directions_agree() -> None:
    outcome = found(book(*CASES["楼层"][:2], reason="楼层"))
    reverse = outcome.results["reverse"].set_index("listing_id")
    assert reverse.loc["H1", ["n01", "n02"]].tolist() == ["Q2 100", "Q1 77.8"]
    assert reverse.loc["H2", ["n01", "n02"]].tolist() == ["Q1 100", "Q2 100"]


VIEWED = "\n带看\n| 带看ID | 客户ID | 需求ID | 房源ID | 状态 | 反馈 | 不满意点 |\n"


@pytest.mark.parametrize(
    ("need", "feedback", "client", "score"),
    [
        ("Q1", "无意向", "C1", 77.8),
        ("", "无意向", "C1", 77.8),
        ("Q2", "无意向", "C1", 100),
        ("", "无意向", "C2", 100),
        ("Q1", "一般", "C1", 100),
    ],
)
def test_viewings_tell_it_in_the_words_of_the_agency(need: str, feedback: str, client: str, score: float) -> None:
    rows = "\n".join(f"| V{n} | {client} | {need} | X{n} | 已看 | {feedback} | 临街吵、采光差 |" for n in (1, 2))
    home = "400 | 西区 | 乙 | 2 | 1 | 1 | 9 | 毛坯 | 临街, 有车声 | 在售 | 住宅 |"
    tables = book(home, f"400 | {UNLIKE}")
    seen = tables_from(VIEWED + rows + "\n")["viewings"]
    mine = of(found(tables.updated({}, {"viewings": seen})), "Q1")  # type: ignore[arg-type]
    assert mine["H2"][0] == 100
    assert mine["H1"][0] == score
    assert mine["H1"][1].startswith(
        "2 次因「临街」拒绝, 此套也临街; 不利因素: 临街" if score < 100 else "不利因素: 临街"
    )


def test_what_is_not_known_is_not_taken_for_unlike() -> None:
    outcome = found(book("400 | 西区 | 乙 | 2 | 1 | | 9 | 毛坯 | 无 | 在售 | 住宅 |", reason="楼层"))
    row = outcome.results["matches"].iloc[0]
    assert (row["score"], row["unknowns"]) == (88.9, "曾因「楼层」拒绝, 此套未知")  # half of the 10: 40 of 45


@pytest.mark.parametrize(
    ("word", "kind"),
    [("价格偏高", "价格"), ("总价太贵", "价格"), ("临街吵", "临街"), ("楼层不合适", "楼层"), ("装修旧", "房况"), ("户型不好", "户型"),
     ("离地铁远", "位置"),
     ("采光差", ""), ("停车难", ""), ("", "")],
)  # fmt: skip
def test_the_words_of_the_agency(word: str, kind: str) -> None:
    assert kind_of(word) == kind


def test_the_reasons_of_the_sheet_are_known() -> None:
    choices = BY_KEY["matches"].by_key["refusal"].choices
    assert [one for one in choices if one not in CASES] == ["其他"]


def test_one_home_that_was_refused_in_two_places_counts_once() -> None:
    tables = book(CASES["楼层"][0], reason="楼层", times=1)
    seen = tables_from(VIEWED + "| V1 | C1 | Q1 | X1 | 已看 | 无意向 | 楼层不合适 |\n")["viewings"]
    outcome = found(Tables(tables.updated({}, {"viewings": seen}), tables.layouts))
    assert of(outcome, "Q1")["H1"][0] == 100


def test_it_is_one_more_wish_and_removes_nobody() -> None:
    outcome = found(book(CASES["价格"][0], reason="价格"))
    frame = outcome.results["matches"]
    assert isinstance(frame, pd.DataFrame)
    assert frame["hard"].tolist() == ["符合", "符合"]
    assert frame["parts"].tolist() == ["预算30/30 用途5/5 拒绝过的价格0/10", "预算30/30 用途5/5"]
    assert outcome.findings == []
