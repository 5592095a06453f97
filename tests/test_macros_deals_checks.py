"""What 校验 says of deals: signed in front of a closed gate, and days that contradict each other."""

import datetime as dt

import pytest

from macros.checks import CHECKS
from macros.checks.flow_rows import flow_rows
from macros.checks.signed_before_gate import signed_before_gate
from macros.checks.staff_left import staff_left
from macros.checks.step_dates import step_dates
from macros.checks.steps_of_pay import steps_of_pay
from macros.handover import handover
from macros.settings import Settings
from tests.shuffling import sample_tables
from tests.tables import tables_from
from workbook.changes import Severity

TODAY = dt.date(2026, 3, 10)


def deal(status: str, signed: str = "", eligible: str = "是", terms: str = "2026-03-01") -> str:
    return (
        "成交\n| 成交ID | 类型 | 付款方式 | 状态 | 签约日 | 资格审核 | 条款确认日 |\n"
        f"| D1 | 买卖 | 全款 | {status} | {signed} | {eligible} | {terms} |\n"
    )


def step(name: str, done: str) -> str:
    return f"成交步骤\n| 成交ID | 序号 | 步骤 | 完成日 |\n| D1 | 1 | {name} | {done} |\n"


@pytest.mark.requirement("R78", "R79")
@pytest.mark.parametrize("status", ["签约", "网签", "贷款", "缴税", "过户", "交房"])
@pytest.mark.parametrize(
    ("eligible", "terms", "missing"),
    [
        ("", "2026-03-01", "资格审核没有填「是」(成交!AB2)"),
        ("否", "2026-03-01", "资格审核没有通过(成交!AB2)"),
        ("是", "", "条款确认日空着(成交!AC2)"),
        ("是", "2026-03-06", "条款确认日 2026-03-06 晚于签约日(成交!AC2)"),
        ("", "", "资格审核没有填「是」(成交!AB2)、条款确认日空着(成交!AC2)"),
    ],
)
def test_who_signs_too_early_is_stopped_in_words(status: str, eligible: str, terms: str, missing: str) -> None:
    found = signed_before_gate(tables_from(deal(status, "2026-03-05", eligible, terms)), TODAY, Settings())
    assert [(f.sheet, f.row, f.column, f.severity) for f in found] == [("deals", 2, "status", Severity.ERROR)]
    assert found[0].message == f"状态是「{status}」, 但不能签约: {missing}。请先补齐; 没签就把状态改回「定金」。"


@pytest.mark.parametrize(
    ("status", "eligible", "terms"),
    [("签约", "是", "2026-03-05"), ("定金", "", ""), ("议价", "否", ""), ("完结", "", ""), ("解约", "", "")],
)
def test_an_open_gate_a_deal_before_it_and_one_that_is_over_are_silent(status: str, eligible: str, terms: str) -> None:
    assert signed_before_gate(tables_from(deal(status, "2026-03-05", eligible, terms)), TODAY, Settings()) == []


def test_terms_that_will_be_explained_tomorrow_are_not_explained() -> None:
    for terms, shut in (("2026-03-10", False), ("2026-03-11", True)):
        found = signed_before_gate(tables_from(deal("签约", "", "是", terms)), TODAY, Settings())
        assert bool(found) == shut
    assert "条款确认日 2026-03-11 还没到(成交!AC2)" in found[0].message


def test_a_step_done_in_front_of_its_gate_is_told_of_at_its_cell() -> None:
    found = signed_before_gate(tables_from(deal("定金", eligible="") + step("签约", "2026-03-05")), TODAY, Settings())
    assert [(f.sheet, f.row, f.column) for f in found] == [("deal_steps", 2, "done_on")]
    assert found[0].message == "「签约」不能算完成: 资格审核没有填「是」(成交!AB2)。请先补齐, 后面的计划日不会往前走。"
    assert not signed_before_gate(
        tables_from(deal("定金", eligible="") + step("条款确认", "2026-03-05")), TODAY, Settings()
    )


@pytest.mark.requirement("R73")
@pytest.mark.parametrize(
    ("signed", "done", "place", "message"),
    [
        ("2026-03-05", "2026-03-05", "", ""),
        ("", "", "", ""),
        ("2026-03-11", "", "", ""),  # still to come
        ("2026-03-10", "", "deal_steps", "「签约」的签约日是 2026-03-10(成交!I2), 这里空着。请填完成日。"),
        ("", "2026-03-05", "deals", "「签约」2026-03-05 已完成(成交步骤!G2), 这里空着。请填签约日。"),
        (
            "2026-03-05",
            "2026-03-06",
            "deal_steps",
            "「签约」完成日 2026-03-06 和签约日 2026-03-05(成交!I2) 不同。请改成同一天。",
        ),
    ],
)
def test_the_two_days_of_a_step_agree(signed: str, done: str, place: str, message: str) -> None:
    found = step_dates(tables_from(deal("签约", signed) + step("签约", done)), TODAY, Settings())
    assert [(f.sheet, f.message) for f in found] == ([(place, message)] if place else [])


def test_a_step_without_a_date_on_the_deal_and_one_of_nobodys_have_none_to_agree_with() -> None:
    for name in ("资金监管", "自己加的一步"):
        assert not step_dates(tables_from(deal("签约", "2026-03-05") + step(name, "2026-03-06")), TODAY, Settings())


def loan_deal(pay: str, *names: str) -> str:
    rows = "".join(f"| D1 | {no} | {name} | |\n" for no, name in enumerate(names, start=1))
    return (
        f"成交\n| 成交ID | 类型 | 付款方式 | 状态 |\n| D1 | 买卖 | {pay} | 定金 |\n"
        f"成交步骤\n| 成交ID | 序号 | 步骤 | 完成日 |\n{rows}"
    )


@pytest.mark.requirement("R73")
@pytest.mark.parametrize(
    ("pay", "names", "told"),
    [
        ("商贷", ("签约", "贷款申请", "贷款审批"), []),
        ("商贷", ("签约", "贷款审批"), []),  # a person took one of them off
        ("全款", ("签约", "网签"), []),
        ("公积金", ("签约", "网签"), [("deals", 2, "pay")]),
        ("全款", ("签约", "贷款申请", "贷款审批"), [("deal_steps", 3, "step"), ("deal_steps", 4, "step")]),
    ],
)
def test_a_way_of_payment_that_was_changed_later_is_told_of(
    pay: str, names: tuple[str, ...], told: list[tuple[str, int, str]]
) -> None:
    found = steps_of_pay(tables_from(loan_deal(pay, *names)), TODAY, Settings())
    assert [(f.sheet, f.row, f.column) for f in found] == told
    words = {
        "公积金": "付款方式是「公积金」, 成交步骤却没有 贷款申请、贷款审批。请记下已填的完成日, 删掉 D1 的步骤, 再点一次「成交推进」。",
        "全款": "「全款」(成交!M2)没有「贷款申请」这一步。不做就删掉这一行; 付款方式填错了就改那一格。",
    }
    assert not told or found[0].message == words[pay]


def test_a_step_of_a_loan_that_was_done_in_time_may_stay() -> None:
    text = loan_deal("全款", "签约", "贷款申请").replace("贷款申请 | |", "贷款申请 | 2026-03-01 |")
    assert steps_of_pay(tables_from(text), TODAY, Settings()) == []
    assert steps_of_pay(tables_from(text.replace("| 定金 |", "| 解约 |")), TODAY, Settings()) == []


LEFT = "人员\n| 工号 | 姓名 | 离职 |\n| S1 | 甲 | 2026-03-09 |\n| S2 | 乙 | 2026-03-10 |\n"


@pytest.mark.requirement("R74", "F8")
@pytest.mark.parametrize(
    ("who", "status", "done", "told"),
    [
        ("甲", "签约", "", True),
        ("乙", "签约", "", False),  # the last day
        ("甲", "签约", "2026-03-01", False),
        ("甲", "解约", "", False),
        ("甲", "完结", "", False),
    ],
)
def test_an_open_step_of_somebody_who_left_is_told_of(who: str, status: str, done: str, told: bool) -> None:
    text = (
        f"成交\n| 成交ID | 状态 |\n| D1 | {status} |\n"
        f"成交步骤\n| 成交ID | 序号 | 步骤 | 负责人 | 完成日 |\n| D1 | 1 | 网签 | {who} | {done} |\n"
    )
    tables = tables_from(LEFT + text)
    found = staff_left(tables, TODAY, Settings())
    assert [(f.sheet, f.row, f.column) for f in found] == ([("deal_steps", 2, "who")] if told else [])
    handed = handover(tables, TODAY, Settings()).results["handover"]
    assert (len(handed) == 1) == (not done and status == "签约"), "乙 leaves today, and what is open is on the list"


@pytest.mark.requirement("R75", "F8")
@pytest.mark.parametrize(
    ("row", "column"),
    [
        ("甲 | | 2026-03-10 10:00 | 已约", "agent"),
        ("丙 | 甲 | 2026-03-10 10:00 | 申请", "helper"),
        ("甲 | | 2026-03-09 10:00 | 已约", ""),
        ("甲 | | 2026-03-10 10:00 | 取消", ""),
    ],
)
def test_an_appointment_of_somebody_who_left_is_told_of(row: str, column: str) -> None:
    text = f"{LEFT}带看\n| 带看ID | 带看人 | 陪看人 | 预约时间 | 状态 |\n| V1 | {row} |\n"
    found = staff_left(tables_from(text), TODAY, Settings())
    assert [(f.sheet, f.column) for f in found] == ([("viewings", column)] if column else [])


def test_a_row_of_the_flow_that_cannot_be_used_is_a_finding() -> None:
    text = "流程模板\n| 交易 | 次序 | 步骤 | 角色 | 工作日 |\n| 买卖 | 1 | 签约 | 老板 | 1 |\n"
    assert [(f.sheet, f.row, f.column) for f in flow_rows(tables_from(text), TODAY, Settings())] == [
        ("flow_steps", 2, "role")
    ]


def test_the_samples_raise_none_of_these() -> None:
    tables = sample_tables("small", dt.date(2026, 11, 20))
    names = {"signed_before_gate", "step_dates", "steps_of_pay", "flow_rows", "split_rules_sum", "splits_called_off"}
    for check in (check for check in CHECKS if check.name in names):
        assert check.find is not None
        assert check.find(tables, dt.date(2026, 11, 20), Settings()) == [], check.name
