"""Back-test: what 日志 tells of thirty days before, lift with interval, suggestions only where they are sure."""

import datetime as dt

import pytest

from macros.back_test import backtest, held_before
from macros.settings import Settings
from tests.shuffling import shuffled
from tests.tables import tables_from
from workbook.tables import Tables

TODAY = dt.date(2026, 2, 28)
SHIPPED = Settings()
STRONG, WEAK = (
    "意向程度 17/35: 状态「意向强烈」+17。购买能力 0/25: 没有得分。",
    "意向程度 3/35: 状态「初步了解」+3。购买能力 0/25: 没有得分。",
)


def day(offset: int) -> str:
    return (TODAY + dt.timedelta(days=offset)).isoformat()


def log(*rows: tuple[str, str, str, str]) -> str:
    """Return a 日志 of (client, day, old, new) of 评级说明, a run per row."""
    lines = [
        f"| {n} | {on} 18:00 | 客户 | {client} | AQ2 | {old} | {new} |\n"
        for n, (client, on, old, new) in enumerate(rows, 1)
    ]
    return "日志\n| 运行号 | 时间 | 表 | ID | 单元格 | 旧值 | 新值 |\n" + "".join(lines)


def clients(*names: str) -> str:
    return "客户\n| 客户ID | 姓名 |\n" + "".join(f"| {name} | 某 |\n" for name in names)


def deals(*rows: tuple[str, str]) -> str:
    lines = [f"| D{n} | {client} | 签约 | {on} |\n" for n, (client, on) in enumerate(rows)]
    return "成交\n| 成交ID | 客户ID | 状态 | 签约日 |\n" + "".join(lines)


@pytest.mark.requirement("F24")
@pytest.mark.parametrize(("changed", "why"), [(-41, STRONG), (-40, STRONG), (-39, WEAK)])
def test_what_counts_is_what_was_held_thirty_days_before_signing(changed: int, why: str) -> None:
    rows = (("C1", day(-90), "", WEAK), ("C1", day(changed), WEAK, STRONG))
    held = held_before(tables_from(clients("C1") + deals(("C1", day(-10))) + log(*rows)), TODAY)
    assert held.loc["C1"].tolist() == [why, "", True]


@pytest.mark.requirement("F24")
@pytest.mark.parametrize(("changed", "why"), [(-31, STRONG), (-30, STRONG), (-29, WEAK)])
def test_of_who_did_not_sign_thirty_days_before_today(changed: int, why: str) -> None:
    held = held_before(tables_from(clients("C1") + log(("C1", day(changed), WEAK, STRONG))), TODAY)
    assert held.loc["C1"].tolist() == [why, "", False]


def test_who_has_no_explanation_in_the_log_is_left_out() -> None:
    first = log(
        ("C1", day(-10), "", STRONG), ("C9", day(-90), "", STRONG)
    )  # the first explanation came later; C9 is gone
    assert len(held_before(tables_from(clients("C1", "C2") + deals(("C2", day(-1))) + first), TODAY)) == 0


def many(signed_strong: int, strong: int, signed_weak: int, weak: int) -> Tables:
    names = [f"S{n}" for n in range(strong)] + [f"W{n}" for n in range(weak)]
    rows = [(name, day(-90), "", STRONG if name[0] == "S" else WEAK) for name in names]
    signed = [f"S{n}" for n in range(signed_strong)] + [f"W{n}" for n in range(signed_weak)]
    return tables_from(clients(*names) + deals(*((name, day(-5)) for name in signed)) + log(*rows))


def row(tables: Tables, rule: str) -> dict[str, object]:
    return {
        str(k): v for k, v in next(i for i in backtest(tables, TODAY, SHIPPED).items if i.get("rule") == rule).items()
    }


@pytest.mark.requirement("F24")
def test_lift_is_the_rate_with_the_award_over_the_rate_of_all() -> None:
    found = row(many(8, 10, 2, 30), "YX02")
    # 8 of 10 against 10 of 40: 80 % over 25 %; Wilson's interval of 8/10 is 49.0-94.3 %
    assert (found["n"], found["signed"], found["rate"], found["lift"]) == (10, 8, 80.0, 3.2)
    assert (found["low"], found["high"]) == (1.96, 3.77)
    assert found["note"] == ""


@pytest.mark.requirement("F24")
def test_suggested_points_follow_the_weights_and_keep_their_sum() -> None:
    tables = many(8, 10, 2, 30)
    strong, weak = row(tables, "YX02"), row(tables, "YX05")
    # the two awards exclude each other: the same weight with opposite signs, 20 points shared alike
    assert (strong["suggested"], weak["suggested"]) == (10, -10)
    assert row(tables, "YX01")["suggested"] is None


@pytest.mark.requirement("F24")
@pytest.mark.parametrize(
    ("counts", "note"),
    [
        ((4, 4, 1, 30), "样本小, 不作建议"),
        ((5, 5, 1, 30), ""),
        ((3, 10, 9, 30), "看不出差别, 不作建议"),
        ((4, 10, 0, 30), "样本小, 不作建议"),
    ],
)
def test_small_samples_and_no_difference_say_so(counts: tuple[int, int, int, int], note: str) -> None:
    found = row(many(*counts), "YX02")
    assert found["note"] == note
    assert (found["suggested"] is None) is bool(note)


def test_an_award_is_known_by_field_and_points_and_cells_do_not_matter() -> None:
    why = "意向程度 12/35: 近30天有效跟进3次+8(跟进!D2、D3、D4); 近30天带看1次+4。购买能力 3/25: 填有「预算上限」+3(需求!F2)。"
    why += "合作可能性 2/20: 填有「决策人」+2。"
    tables = tables_from(clients("C1") + log(("C1", day(-90), "", why)))
    met = [item["rule"] for item in backtest(tables, TODAY, SHIPPED).items if item.get("rule") and item["n"]]
    assert met == ["YX06", "NL08", "HZ09"]


@pytest.mark.requirement("F24")
def test_the_grade_that_was_held() -> None:
    text = clients("C1") + log(("C1", day(-90), "", STRONG))
    tables = tables_from(text + f"| 9 | {day(-90)} 18:00 | 客户 | C1 | AM2 | | B |\n")
    grades = {
        item["grade"]: (item["n"], item["note"]) for item in backtest(tables, TODAY, SHIPPED).items if "grade" in item
    }
    assert grades == {letter: (int(letter == "B"), "样本小, 不作建议") for letter in "ABCD"}


def test_the_order_of_rows_changes_nothing() -> None:
    tables = many(8, 10, 2, 30)
    first, again = (backtest(each, TODAY, SHIPPED) for each in (tables, shuffled(tables)))
    assert first.items == again.items
    assert first.results["backtest"].equals(again.results["backtest"])
