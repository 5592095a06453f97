"""成交步骤: made once, planned by working days over a holiday and a make-up day, gates, who is late, 看板.

日历 of the tests: 1 to 7 October 2026 are off, Saturday 10 October is worked. 28 September 2026 is a Monday.
"""

import datetime as dt

import pandas as pd
import pytest

from macros.deals import deals
from macros.deals.flow import default_flow, read_flow, steps_of
from macros.deals.late import ANY_PAPERS, TEMPLATES
from macros.due_tasks import open_tasks
from macros.settings import Settings
from macros.templates import load_templates
from tests.shuffling import comparable, sample_tables, shuffled
from tests.tables import tables_from
from workbook.changes import Outcome
from workbook.sheets.choices import PAYMENTS, ROLES
from workbook.tables import Tables

TODAY = dt.date(2026, 9, 28)
DAYS_OFF = (
    "日历\n| 日期 | 类型 |\n" + "".join(f"| 2026-10-0{n} | 休息 |\n" for n in range(1, 8)) + "| 2026-10-10 | 上班 |\n"
)
PEOPLE = """人员
| 工号 | 姓名 | 角色 | 门店 |
| S1 | 李雷 | 经纪人 | 东店 |
| S2 | 钱多 | 权证员 | 东店 |
| S3 | 赵店 | 店长 | 东店 |
"""
CLIENT = "客户\n| 客户ID | 姓名 | 称谓 | 归属人 | 门店 |\n| C1 | 张伟 | 张先生 | 李雷 | 东店 |\n"
HOME = "房源\n| 房源ID | 小区 | 栋 | 单元 | 室号 |\n| H1 | 阳光花园 | 3 | 2 | 501 |\n"
DEAL_COLUMNS = ("成交ID", "类型", "客户ID", "房源ID", "付款方式", "状态", "定金日", "签约日", "网签日", "资格审核", "条款确认日")  # fmt: skip


def deal(**cells: str) -> str:
    base = {"成交ID": "D1", "类型": "买卖", "客户ID": "C1", "房源ID": "H1", "付款方式": "商贷", "状态": "定金"}
    row = base | cells
    return f"成交\n| {' | '.join(DEAL_COLUMNS)} |\n| {' | '.join(row.get(c, '') for c in DEAL_COLUMNS)} |\n"


def steps(*rows: str) -> str:
    """Return 成交步骤 of D1: "签约=2026-09-29" is done, "缴税<2026-09-25" planned, "缴税!没钱" blocked; all are 李雷's."""
    lines = []
    for no, row in enumerate(rows, start=1):
        name, blocked, blocker = row.partition("!")
        name, _, done = name.partition("=")
        name, _, plan = name.partition("<")
        lines.append(f"| D1 | {no} | {name} | {plan} | {done} | 李雷 | {blocker if blocked else ''} |")
    return "成交步骤\n| 成交ID | 序号 | 步骤 | 计划日 | 完成日 | 负责人 | 阻塞原因 |\n" + "\n".join(lines) + "\n"


EMPTY = "成交步骤\n| 成交ID | 序号 |\n"


def book(*parts: str) -> Tables:
    """Return the tables, with an empty 成交步骤 where a test has none of its own."""
    text = PEOPLE + CLIENT + HOME + DAYS_OFF + "".join(parts)
    return tables_from(text if "成交步骤" in text else text + EMPTY)


def run(*parts: str, today: dt.date = TODAY) -> Outcome:
    return deals(book(*parts), today, Settings())


def after(*parts: str, today: dt.date = TODAY) -> Tables:
    tables = book(*parts)
    return tables.with_outcome(deals(tables, today, Settings()))


def plans(tables: Tables) -> dict[str, str]:
    rows = tables["deal_steps"]
    return {step: "" if day != day else f"{day:%m-%d}" for step, day in zip(rows["step"], rows["plan_on"], strict=True)}


SIGNED = {"状态": "签约", "签约日": "2026-09-29", "资格审核": "是", "条款确认日": "2026-09-28"}


@pytest.mark.requirement("R73", "R74", "R80")
def test_a_deal_gets_its_steps_with_people_and_papers() -> None:
    rows = after(deal(付款方式="全款"))["deal_steps"]
    assert list(rows["step"]) == [
        "购房资格审核", "条款确认", "签约", "资金监管", "网签", "缴税", "过户", "领证", "尾款交割", "交房", "水电物业过户", "入住协助",
    ]  # fmt: skip
    assert list(rows["no"]) == list(range(1, 13))
    assert rows["who"].tolist()[:5] == ["李雷", "李雷", "李雷", "钱多", "钱多"]
    assert rows["papers"].iloc[2] == ("身份证", "买卖合同")
    assert rows["done_on"].isna().all()
    assert (rows["blocker"] == "").all()


def test_a_loan_adds_its_steps_and_a_lease_has_its_own() -> None:
    loan = after(deal())["deal_steps"]["step"].tolist()
    assert loan[4:8] == ["网签", "贷款申请", "贷款审批", "缴税"]
    lease = after(deal(类型="租赁"))["deal_steps"]["step"].tolist()
    assert lease == ["条款确认", "签约", "交房", "租赁备案", "入住协助"]


@pytest.mark.requirement("R73")
def test_days_are_working_days_over_the_holiday_and_the_saturday_that_is_worked() -> None:
    """Signed on Tuesday 29 September: +2 working days are 30 September and 8 October; +3 the 9th; +3 from there 10 (worked), 12, 13."""
    tables = after(
        deal(**SIGNED),
        steps("签约=2026-09-29", "资金监管", "网签", "贷款申请", "贷款审批", "缴税"),
        today=dt.date(2026, 9, 29),
    )
    found = plans(tables)
    assert found["资金监管"] == "10-08"
    assert found["网签"] == "10-09"
    assert found["贷款申请"] == "10-13"
    # 15 working days after 13 October: 14, 15, 16 | 19-23 | 26-30 | 2, 3 November
    assert found["贷款审批"] == "11-03"
    assert found["缴税"] == "11-10"


def test_the_real_day_of_the_step_before_moves_the_next_ones() -> None:
    """网签 was done on Monday 12 October, a working day later than planned: +3 are 13, 14, 15."""
    done = steps("签约=2026-09-29", "网签=2026-10-12", "贷款申请", "贷款审批")
    tables = after(deal(**SIGNED, 网签日="2026-10-12"), done, today=dt.date(2026, 10, 12))
    assert plans(tables)["贷款申请"] == "10-15"


def test_the_day_that_is_agreed_on_is_the_plan() -> None:
    tables = after(
        deal(**SIGNED, 网签日="2026-10-20"), steps("签约=2026-09-29", "网签", "贷款申请"), today=dt.date(2026, 9, 30)
    )
    assert plans(tables) == {"签约": "09-29", "网签": "10-20", "贷款申请": "10-23"}


def test_the_day_of_the_deal_counts_where_the_step_has_none() -> None:
    tables = after(deal(**SIGNED), steps("签约", "网签"), today=dt.date(2026, 9, 30))
    assert plans(tables)["网签"] == "10-09"
    assert tables["deal_steps"]["done_on"].isna().all(), "people's column is not filled in"


@pytest.mark.parametrize(("given", "first"), [("", "09-29"), ("2026-09-30", "10-08")])
def test_the_first_step_counts_from_the_deposit_else_from_the_day_on_which_it_is_made(given: str, first: str) -> None:
    assert plans(after(deal(定金日=given)))["购房资格审核"] == first


def test_steps_are_made_once_and_keep_what_people_wrote() -> None:
    tables = after(deal())
    later = deals(tables, TODAY + dt.timedelta(days=3), Settings())
    assert "deal_steps" not in later.additions
    assert set(later.updates["deal_steps"]) == {"plan_on", "late_days", "waits"}
    assert plans(tables.with_outcome(later)) == plans(tables), "the first plan does not move with the day"


def test_a_deal_with_any_row_gets_no_more_and_a_closed_one_gets_none() -> None:
    assert "deal_steps" not in run(deal(), steps("签约")).additions
    for status in ("完结", "解约"):
        assert "deal_steps" not in run(deal(状态=status)).additions


def test_an_id_that_stands_twice_gets_nothing() -> None:
    twice = deal().rstrip("\n") + "\n" + deal().splitlines()[-1] + "\n"
    assert not run(twice).additions


def test_a_workbook_without_the_sheet_gets_nothing() -> None:
    assert deals(tables_from(CLIENT + deal()), TODAY, Settings()) == Outcome()


def test_who_stands_in_is_said() -> None:
    tables = tables_from(
        CLIENT + HOME + EMPTY + deal() + "人员\n| 工号 | 姓名 | 角色 | 门店 |\n| S1 | 李雷 | 经纪人 | 东店 |\n"
    )
    rows = tables.with_outcome(deals(tables, TODAY, Settings()))["deal_steps"].set_index("step")
    assert rows.at["资金监管", "who"] == "李雷"
    assert rows.at["资金监管", "waits"].startswith("权证员没有人在岗, 由归属人代办。")
    assert rows.at["签约", "waits"].startswith("不能签约")


@pytest.mark.requirement("R78", "R79")
@pytest.mark.parametrize(
    ("cells", "missing"),
    [
        ({"资格审核": "是", "条款确认日": "2026-09-28"}, ""),
        ({"资格审核": "", "条款确认日": "2026-09-28"}, "资格审核没有填「是」(成交!AB2)"),
        ({"资格审核": "否", "条款确认日": "2026-09-28"}, "资格审核没有通过(成交!AB2)"),
        ({"资格审核": "是", "条款确认日": ""}, "条款确认日空着(成交!AC2)"),
        ({"资格审核": "是", "条款确认日": "2026-09-29"}, ""),
        ({"资格审核": "是", "条款确认日": "2026-09-30"}, "条款确认日 2026-09-30 晚于签约日(成交!AC2)"),
    ],
)
def test_a_closed_gate_is_told_and_nothing_is_planned_on_from_it(cells: dict[str, str], missing: str) -> None:
    """Signed on 29 September, planned for the 28th: open, 网签 counts from the 29th (9 October), shut, from the 28th (8 October)."""
    given = deal(**{"状态": "签约", "签约日": "2026-09-29", **cells})
    tables = after(given, steps("签约<2026-09-28=2026-09-29", "网签"), today=dt.date(2026, 9, 30))
    rows = tables["deal_steps"].set_index("step")
    assert rows.at["签约", "waits"] == (f"不能签约: {missing}" if missing else "")
    assert plans(tables)["网签"] == ("10-08" if missing else "10-09")


def test_a_lease_needs_no_qualification_for_a_home() -> None:
    given = deal(类型="租赁", 状态="签约", 签约日="2026-09-29", 条款确认日="2026-09-29")
    rows = after(given, steps("签约", "交房"), today=dt.date(2026, 9, 30))["deal_steps"]
    assert rows["waits"].tolist() == ["", ""]


@pytest.mark.requirement("R77")
@pytest.mark.parametrize(
    ("today", "late"), [(dt.date(2026, 9, 28), 0), (dt.date(2026, 9, 29), 0), (dt.date(2026, 9, 30), 1)]
)
def test_a_step_is_late_from_the_day_after_its_plan(today: dt.date, late: int) -> None:
    outcome = run(deal(), steps("购房资格审核<2026-09-29", "条款确认"), today=today)
    assert [item["late_days"] for item in outcome.items] == ([late] if late else [])
    assert outcome.updates["deal_steps"]["late_days"].fillna(0).tolist() == [late, 0], (
        "who waits for another is not late"
    )


@pytest.mark.requirement("R74")
def test_the_late_step_is_a_task_of_its_person_once_ever() -> None:
    start = tables_from(
        PEOPLE + CLIENT + HOME + DAYS_OFF + deal() + steps("购房资格审核<2026-09-25!缺社保", "条款确认")
    )
    found = deals(start, TODAY, Settings())
    task = found.additions["tasks"].iloc[0]
    assert (task["obj_id"], task["who"], task["due"]) == ("C1", "李雷", pd.Timestamp("2026-09-25"))
    assert (
        task["what"]
        == "成交步骤: 办「购房资格审核」, 成交 D1 张先生。计划 2026-09-25, 还没做完(成交步骤!F2), 卡在: 缺社保, 做完请在「成交步骤」填完成日"
    )
    tables = start.with_outcome(found)
    assert "tasks" not in deals(tables, TODAY + dt.timedelta(days=9), Settings()).additions
    closed = tables.updated({"tasks": {"status": pd.Series(["取消"], index=tables["tasks"].index)}})
    assert "tasks" not in deals(closed, TODAY, Settings()).additions


@pytest.mark.parametrize(
    ("deal_status", "done", "status", "note"),
    [
        ("定金", "2026-09-28", "完成", "自动: 「购房资格审核」已完成(成交步骤!G2)"),
        ("解约", "", "取消", "自动: 成交已解约(成交!X2)"),
        ("完结", "", "完成", "自动: 成交已完结(成交!X2)"),
        ("定金", "", "待办", ""),
    ],
)
def test_the_task_ends_with_the_step_or_the_deal(deal_status: str, done: str, status: str, note: str) -> None:
    task = "任务\n| 任务ID | 来源规则 | 对象ID | 负责人 | 内容 | 状态 |\n| T1 | 步骤:D1-1 | C1 | 李雷 | 催 | 待办 |\n"
    row = after(deal(状态=deal_status), steps(f"购房资格审核<2026-09-25={done}"), task)["tasks"].iloc[0]
    assert (row["status"], row["done_note"]) == (status, note)


@pytest.mark.requirement("R73")
@pytest.mark.parametrize(
    ("step", "template"),
    [
        ("购房资格审核<2026-09-25", "step_next"), ("购房资格审核<2026-09-25!缺社保", ""), ("签约<2026-09-25", ""),
        ("网签<2026-09-25", "step_net"), ("贷款申请<2026-09-25", "step_loan"), ("贷款审批<2026-09-25", "step_next"),
        ("缴税<2026-09-25", "step_tax"), ("过户<2026-09-25", "step_transfer"), ("领证<2026-09-25", "step_cert"),
        ("交房<2026-09-25", "step_handover"), ("水电物业过户<2026-09-25", "step_property"), ("入住协助<2026-09-25", ""),
        ("自家的一步<2026-09-25", ""),
    ],
)  # fmt: skip
def test_the_late_step_names_the_text_for_the_client_where_the_client_has_to_do_something(
    step: str, template: str
) -> None:
    """Not where nothing is asked of them, nor where a person wrote why it is stuck, nor where a gate is closed."""
    given = deal() if step.startswith("签约") else deal(资格审核="是", 条款确认日="2026-09-20")
    tasks = run(given, steps(step)).additions["tasks"]
    assert tasks["template"].tolist() == [template]


def test_every_template_of_a_step_is_shipped() -> None:
    known = {one.id for one in load_templates()[0]}
    assert {*TEMPLATES.values(), ANY_PAPERS} <= known
    assert set(TEMPLATES) <= {step.step for step in read_flow(default_flow())[0]}


def test_a_task_that_a_person_opened_again_stays_open() -> None:
    task = "任务\n| 任务ID | 来源规则 | 对象ID | 状态 | 完成说明 |\n| T1 | 步骤:D1-1 | C1 | 待办 | 自动: 已完成 |\n"
    assert after(deal(), steps("购房资格审核=2026-09-25"), task)["tasks"]["status"].tolist() == ["待办"]


def test_a_step_left_open_before_one_that_is_done_is_not_late() -> None:
    outcome = run(
        deal(**SIGNED), steps("签约=2026-09-29", "资金监管<2026-09-29", "网签=2026-10-09"), today=dt.date(2026, 10, 12)
    )
    assert outcome.updates["deal_steps"]["waits"].tolist()[1] == "后面的步骤已完成, 请补填完成日"
    assert outcome.items == []


@pytest.mark.requirement("R77")
def test_the_board_has_a_card_per_open_deal_under_its_state() -> None:
    found = run(
        deal(**SIGNED), steps("签约=2026-09-29", "网签<2026-09-30!等房管局"), today=dt.date(2026, 10, 14)
    ).results["board"]
    # 网签 is planned anew: three working days after the signature are 9 October
    assert found["sign"].tolist() == ["D1 张先生 阳光花园3-2-501 卡在网签 逾期 5 天 (等房管局)"]
    assert [found[key].tolist() for key in ("bargain", "deposit", "net", "handover")] == [[""]] * 4
    assert not len(run(deal(状态="完结")).results["board"])


def test_late_cards_come_first() -> None:
    head = deal().splitlines()[:2]
    rows = [deal(成交ID=name).splitlines()[-1] for name in ("D1", "D2", "D3")]
    planned = zip(("D1", "D2", "D3"), (29, 25, 27), strict=True)
    lines = "".join(f"| {name} | 1 | 购房资格审核 | 2026-09-{day} |\n" for name, day in planned)
    plan = f"成交步骤\n| 成交ID | 序号 | 步骤 | 计划日 |\n{lines}"
    found = run("\n".join([*head, *rows]) + "\n", plan).results["board"]["deposit"].tolist()
    assert [text.split()[0] for text in found] == ["D2", "D3", "D1"]
    assert found[0].endswith("卡在购房资格审核 逾期 3 天")
    assert found[2].endswith("下一步购房资格审核 计划 09-29")


def test_the_order_of_rows_means_nothing() -> None:
    tables = sample_tables("small", TODAY)
    plain, mixed = deals(tables, TODAY, Settings()), deals(shuffled(tables), TODAY, Settings())
    assert comparable(plain.results["board"], plain.results["board"]["no"]).equals(
        comparable(mixed.results["board"], mixed.results["board"]["no"])
    )
    assert list(plain.items) == list(mixed.items)


def test_the_second_run_says_the_same() -> None:
    tables = sample_tables("small", TODAY)
    once = deals(tables, TODAY, Settings())
    again = deals(tables.with_outcome(once), TODAY, Settings())
    assert not again.additions
    for key, values in once.updates["deal_steps"].items():
        assert values.equals(again.updates["deal_steps"][key].reindex(values.index)), key


def test_the_shipped_flow_can_be_used_and_names_its_sources() -> None:
    rows, (flow, findings) = default_flow(), read_flow(default_flow())
    assert findings == []
    assert len(flow) == len(rows) == 19
    assert set(rows["role"]) <= set(ROLES)
    assert rows["source"].str.startswith("R").all()
    for pay in PAYMENTS:
        names = list(steps_of(flow, "买卖", pay))
        in_order = [names.index(step) for step in ("购房资格审核", "条款确认", "签约", "网签", "交房")]
        assert in_order == sorted(in_order)
        assert ("贷款审批" in names) == (pay != "全款")


FLOW = "流程模板\n| 交易 | 付款方式 | 次序 | 步骤 | 角色 | 相对步骤 | 工作日 | 前置条件 | 启用 |\n"


@pytest.mark.parametrize(
    ("row", "column", "words"),
    [
        ("| 买卖 | 所有 | 1 | 签约 | 经纪人 | | 1 | | 是 |", "", ""),
        ("| 买卖 | 所有 | 1 | 签约 | 经纪人 | | 0 | | |", "", ""),
        (
            "| 互换 | 所有 | 1 | 签约 | 经纪人 | | 1 | | 是 |",
            "type",
            "「互换」不是交易种类, 这一行没有用。请选 买卖、租赁。",
        ),
        ("| 买卖 | 所有 | 1 | | 经纪人 | | 1 | | 是 |", "step", "没有步骤名称, 这一行没有用。请填名称。"),
        ("| 买卖 | 所有 | | 签约 | 经纪人 | | 1 | | 是 |", "order", "没有次序, 这一行没有用。请填 1 或更大的整数。"),
        (
            "| 买卖 | 所有 | 1 | 签约 | 经纪人 | | -1 | | 是 |",
            "days",
            "没有工作日, 这一行没有用。请填 0 或更大的整数。",
        ),
        (
            "| 买卖 | 所有 | 1 | 签约 | 老板 | | 1 | | 是 |",
            "role",
            "「老板」不是角色, 这一行没有用。请从下拉列表选择。",
        ),
        (
            "| 买卖 | 所有 | 1 | 签约 | 经纪人 | | 1 | 体检 | 是 |",
            "needs",
            "不认识前置条件「体检」, 这一行没有用。请写 资格审核、条款确认。",
        ),
        ("| 互换 | 所有 | 1 | 签约 | 经纪人 | | 1 | | 否 |", "", ""),
    ],
)
def test_a_row_that_cannot_be_used_is_told_of(row: str, column: str, words: str) -> None:
    _, findings = read_flow(tables_from(FLOW + row + "\n")["flow_steps"])
    assert [(f.row, f.column, f.message) for f in findings] == ([(2, column, words)] if column else [])


def test_a_step_after_none_that_is_there_counts_from_the_one_before() -> None:
    rows = "| 买卖 | 所有 | 1 | 签约 | 经纪人 | | 1 | | 是 |\n| 买卖 | 所有 | 2 | 网签 | 经纪人 | 鉴约 | 1 | | 是 |\n"
    flow, findings = read_flow(tables_from(FLOW + rows)["flow_steps"])
    assert [step.step for step in flow] == ["签约", "网签"]
    assert [(f.row, f.column) for f in findings] == [(3, "after")]
    assert findings[0].message.startswith("前面没有「鉴约」这一步, 先按上一步算。")


def test_an_own_flow_wins_over_the_shipped_one() -> None:
    rows = "| 买卖 | 所有 | 1 | 握手 | 经纪人 | | 0 | | 是 |\n| 买卖 | 商贷 | 1 | 握手 | 权证员 | | 4 | | 是 |\n"
    found = after(deal(), FLOW, rows)["deal_steps"]
    assert (found["step"].tolist(), found["who"].tolist()) == (["握手"], ["钱多"]), "the row for the payment says more"
    assert plans(after(deal(), FLOW, rows)) == {"握手": "10-09"}  # 29, 30 September, 8, 9 October


def test_a_late_step_is_a_line_of_its_own_kind_on_the_list_of_today() -> None:
    tables = after(deal(), steps("购房资格审核<2026-09-25", "条款确认"))
    assert open_tasks(tables)[["name", "obj_id", "watched"]].to_numpy().tolist() == [["成交步骤", "C1", False]]
