"""成交步骤 when the world changes under a deal: the flow is edited, the deal falls through and comes back, days off, and rows in any order."""

import datetime as dt
import random

import pandas as pd
import pytest

from macros.clock import Calendar
from macros.deals import deals
from macros.deals.flow import default_flow, read_flow
from macros.settings import Settings
from tests.shuffling import shuffled
from tests.tables import tables_from
from workbook.tables import Tables

TODAY = dt.date(2026, 9, 28)
PEOPLE = "人员\n| 工号 | 姓名 | 角色 | 门店 |\n| S1 | 李雷 | 经纪人 | 东店 |\n| S2 | 钱多 | 权证员 | 东店 |\n"
CLIENT = "客户\n| 客户ID | 姓名 | 称谓 | 归属人 | 门店 |\n| C1 | 张伟 | 张先生 | 李雷 | 东店 |\n"
OFF = "日历\n| 日期 | 类型 |\n" + "".join(f"| 2026-10-0{n} | 休息 |\n" for n in range(1, 8)) + "| 2026-10-10 | 上班 |\n"
DEAL = (
    "成交\n| 成交ID | 类型 | 客户ID | 付款方式 | 状态 | 定金日 |\n| {id} | {kind} | C1 | 全款 | 定金 | 2026-09-25 |\n"
)
EMPTY = "成交步骤\n| 成交ID | 序号 |\n"
FLOW = """流程模板
| 交易 | 付款方式 | 次序 | 步骤 | 角色 | 相对步骤 | 工作日 | 前置条件 | 启用 |
| 买卖 | 所有 | 10 | 验房 | 经纪人 | | 1 | | 是 |
| 买卖 | 所有 | 20 | 签约 | 经纪人 | 验房 | 2 | 资格审核 | 是 |
| 买卖 | 所有 | 30 | 网签 | 权证员 | 签约 | 3 | | 是 |
| 租赁 | 所有 | 10 | 看合同 | 经纪人 | | 1 | | 是 |
"""


def book(flow: str = FLOW, kind: str = "买卖") -> Tables:
    return tables_from(PEOPLE + CLIENT + OFF + flow + DEAL.format(id="D1", kind=kind) + EMPTY)


def run(tables: Tables, day: dt.date = TODAY) -> Tables:
    return tables.with_outcome(deals(tables, day, Settings()))


def edited(tables: Tables, flow: str) -> Tables:
    """Return the tables as they are when a person edited 流程模板 and nothing else."""
    other = tables_from(flow)
    return tables.updated({}, results={"flow_steps": other["flow_steps"]})


def plans(tables: Tables) -> dict[str, str]:
    rows = tables["deal_steps"]
    return {step: "" if day != day else f"{day:%m-%d}" for step, day in zip(rows["step"], rows["plan_on"], strict=True)}


@pytest.mark.requirement("F14", "R73")
def test_each_kind_of_deal_has_the_steps_of_its_kind() -> None:
    """25 September is a Friday, counted from the deposit: Monday 28; +2 Wednesday 30; +3 over the days off: 8, 9, 10 (worked)."""
    assert plans(run(book())) == {"验房": "09-28", "签约": "09-30", "网签": "10-10"}
    assert plans(run(book(kind="租赁"))) == {"看合同": "09-28"}


@pytest.mark.requirement("F14", "R73")
def test_days_that_are_edited_move_what_is_still_open() -> None:
    made = run(book())
    faster = run(edited(made, FLOW.replace("签约 | 3 |", "签约 | 1 |")))
    assert plans(faster) == {"验房": "09-28", "签约": "09-30", "网签": "10-08"}


@pytest.mark.requirement("F14", "R73")
def test_a_step_that_is_added_to_the_flow_is_one_of_later_deals_only() -> None:
    made = run(book())
    more = FLOW + "| 买卖 | 所有 | 25 | 拍照 | 经纪人 | | 0 | | 是 |\n"
    assert list(plans(run(edited(made, more)))) == ["验房", "签约", "网签"]
    assert list(plans(run(edited(book(), more)))) == ["验房", "签约", "拍照", "网签"]


@pytest.mark.requirement("F14", "R73")
@pytest.mark.parametrize("how", [("网签 | 权证员", "备案 | 权证员"), ("签约 | 3 | | 是", "签约 | 3 | | 否")])
def test_a_step_that_is_renamed_or_switched_off_keeps_its_row_and_its_day(how: tuple[str, str]) -> None:
    made = run(book())
    after = run(edited(made, FLOW.replace(*how)), TODAY + dt.timedelta(days=1))
    assert plans(after) == plans(made)
    done = after.updated({"deal_steps": {"done_on": pd.Series(pd.Timestamp("2026-09-28"), index=[2])}})
    assert run(done, dt.date(2026, 9, 29))["deal_steps"]["waits"].iloc[-1] == "等「签约」(成交步骤!G3)"


@pytest.mark.requirement("F14", "R78")
def test_a_gate_that_is_put_into_the_flow_shuts_deals_that_are_under_way() -> None:
    open_gate = FLOW.replace("| 资格审核 |", "| |")
    made = run(book(open_gate))
    assert not made["deal_steps"]["waits"].str.contains("不能").any()
    shut = run(edited(made, FLOW))["deal_steps"].set_index("step")["waits"]
    assert shut["签约"].startswith("不能签约: 资格审核没有填「是」")


@pytest.mark.requirement("R77", "F14")
def test_a_deal_that_falls_through_lets_go_of_everything_and_one_that_comes_back_takes_it_up() -> None:
    late = dt.date(2026, 9, 30)
    made = run(run(book()), late)
    assert made["tasks"]["status"].tolist() == ["待办"]
    off = run(made.updated({"deals": {"status": pd.Series(["解约"], index=[2])}}), late)
    assert off["tasks"]["status"].tolist() == ["取消"]
    assert off["deal_steps"]["late_days"].isna().all()
    assert (off["deal_steps"]["waits"] == "").all()
    assert not len(off["board"])
    assert plans(off) == plans(made), "what had been planned can still be read"
    back = run(off.updated({"deals": {"status": pd.Series(["定金"], index=[2])}}), late)
    assert back["deal_steps"]["late_days"].tolist()[0] == 2
    assert back["tasks"]["status"].tolist() == ["待办"], "the same task, opened again"
    assert back["tasks"]["done_note"].tolist() == [""]
    assert run(back, late)["tasks"].equals(back["tasks"])


@pytest.mark.requirement("R74")
def test_a_task_that_a_person_cancelled_stays_cancelled() -> None:
    late = dt.date(2026, 9, 30)
    made = run(run(book()), late)
    closed = made.updated({"tasks": {"status": pd.Series(["取消"], index=made["tasks"].index)}})
    assert run(closed, late)["tasks"]["status"].tolist() == ["取消"]


@pytest.mark.requirement("R73", "F14")
def test_whatever_the_days_every_planned_day_is_worked_and_as_late_as_the_flow_says() -> None:
    """Counted anew by stepping from day to day over what 日历 says."""
    rng = random.Random(7)
    off = {dt.date(2026, 10, n) for n in range(1, 8)}
    worked = {dt.date(2026, 10, 10)}

    def works(day: dt.date) -> bool:
        return day in worked or (day.weekday() < 5 and day not in off)

    for _ in range(40):
        days = [rng.randrange(0, 25) for _ in range(6)]
        start = TODAY + dt.timedelta(days=rng.randrange(0, 20))
        rows = "".join(f"| 买卖 | 所有 | {n + 1} | 步{n} | 经纪人 | | {d} | | 是 |\n" for n, d in enumerate(days))
        text = PEOPLE + CLIENT + OFF + FLOW.partition("| 买卖")[0] + rows
        made = run(tables_from(text + DEAL.format(id="D1", kind="买卖").replace("2026-09-25", f"{start}") + EMPTY))
        at = start
        for count, plan in zip(days, made["deal_steps"]["plan_on"], strict=True):
            while count or not works(at):
                at += dt.timedelta(days=1)
                count -= works(at) and count > 0
            assert plan.date() == at, (start, days)


@pytest.mark.requirement("F14")
def test_rows_in_any_order_are_the_same_steps() -> None:
    head, row = DEAL.format(id="D1", kind="买卖").rstrip("\n").rsplit("\n", 1)
    rows = "\n".join(row.replace("D1", f"D{n}") for n in range(1, 6))
    tables = run(tables_from(f"{PEOPLE}{CLIENT}{OFF}{FLOW}{head}\n{rows}\n{EMPTY}"))
    day = dt.date(2026, 9, 30)
    plain, mixed = (deals(each, day, Settings()) for each in (tables, shuffled(tables, 3)))
    assert list(plain.items) == list(mixed.items)
    assert [item["late_days"] for item in plain.items] == [2] * 5


def test_the_shipped_flow_plans_no_day_off() -> None:
    calendar = Calendar.of(tables_from(OFF), Settings().hours)
    flow, _ = read_flow(default_flow())
    start = pd.Timestamp("2026-09-30").to_numpy()
    found = [pd.Timestamp(calendar.add_working_days([start], step.days)[0]) for step in flow]
    assert not any(pd.Timestamp("2026-10-01") <= day <= pd.Timestamp("2026-10-07") for day in found)
    assert not any(day.weekday() == 6 for day in found)
