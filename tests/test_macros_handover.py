"""离职交接: what is listed and what is not, to whom it is proposed, and that it is carried out once."""

import datetime as dt

import pandas as pd
import pytest

from macros.handover import handover
from macros.pool import pool
from macros.settings import Settings
from tests.shuffling import sample_tables, shuffled
from tests.tables import tables_from
from workbook.changes import Outcome
from workbook.sheets.handover import HANDOVER
from workbook.tables import Layout, Tables, empty_frame

TODAY = dt.date(2026, 2, 28)


def day(offset: int) -> str:
    return (TODAY + dt.timedelta(days=offset)).isoformat()


def with_list(tables: Tables) -> Tables:
    """Return the tables with an empty 交接单, where they have none."""
    if HANDOVER.key in tables:
        return tables
    layout = Layout(HANDOVER, HANDOVER.label, 1, {c.key: n for n, c in enumerate(HANDOVER.columns, 1)})
    return Tables({**tables, HANDOVER.key: empty_frame(HANDOVER)}, {**tables.layouts, HANDOVER.key: layout})


def people(leaves: str = day(0), extra: str = "") -> str:
    return f"""人员
| 工号 | 姓名 | 角色 | 门店 | 离职 | 私客上限 | 暂停接客 | 分配权重 |
| S1 | 李雷 | 经纪人 | 东店 | {leaves} | | | |
| S2 | 韩梅 | 经纪人 | 东店 | | 2 | | 2 |
| S3 | 王刚 | 经纪人 | 东店 | | | | |
| S4 | 赵敏 | 经纪人 | 西店 | | | | |
| S5 | 孙丽 | 客服 | 东店 | | | | |
{extra}
"""


CLIENTS = "客户\n| 客户ID | 姓名 | 归属人 | 客服 | 人工等级 | 公私 | 首接时间 |\n"
ONE = CLIENTS + f"| C1 | 张伟 | 李雷 | 孙丽 | B | 私客 | {day(-5)} |\n"


def run(text: str | Tables, today: dt.date = TODAY) -> Outcome:
    return handover(with_list(tables_from(text)) if isinstance(text, str) else text, today, Settings())


def items(text: str, today: dt.date = TODAY) -> list[tuple[object, ...]]:
    return [(item["sheet"], item["row_id"], item["role"]) for item in run(text, today).items]


@pytest.mark.requirement("F8", "R1")
@pytest.mark.parametrize(("offset", "count"), [(8, 0), (7, 1), (1, 1), (0, 1), (-400, 1)])
def test_the_list_begins_a_week_before_the_last_day(offset: int, count: int) -> None:
    assert len(items(people(day(offset)) + ONE)) == count


def test_nobody_leaves_nothing_is_listed() -> None:
    assert items(people("") + ONE) == []


@pytest.mark.requirement("F8", "R1")
def test_clients_tasks_promises_and_roles_are_listed_and_what_is_over_is_not() -> None:
    text = (
        people()
        + ONE
        + f"""任务
| 任务ID | 对象ID | 负责人 | 内容 | 到期 | 状态 |
| T1 | C1 | 李雷 | 送资料 | {day(2)} | 待办 |
| T2 | C1 | 李雷 | 送资料 | {day(2)} | 完成 |
| T3 | C1 | 王刚 | 送资料 | {day(2)} | 待办 |
跟进
| 跟进ID | 对象 | 对象ID | 时间 | 结果 | 承诺事项 | 承诺期限 | 人员 |
| F1 | 客户 | C1 | {day(-3)} 10:00 | 接通 | 问利率 | {day(2)} | 李雷 |
| F2 | 客户 | C1 | {day(-3)} 10:00 | 接通 | 发清单 | {day(-2)} | 李雷 |
| F3 | 客户 | C1 | {day(-2)} 10:00 | 接通 | | | 王刚 |
房源
| 房源ID | 录入人 | 维护人 | 实勘人 | 钥匙人 | 委托备件人 | 独家人 | 状态 |
| H1 | 李雷 | 李雷 | 李雷 | 李雷 | 李雷 | 李雷 | 在售 |
| H2 | 李雷 | 李雷 | | | | | 已售 |
带看
| 带看ID | 客户ID | 房源ID | 预约时间 | 带看人 | 陪看人 | 状态 |
| V1 | C1 | H1 | {day(1)} 14:00 | 李雷 | 王刚 | 已约 |
| V2 | C1 | H1 | {day(-1)} 14:00 | 李雷 | | 已看 |
成交步骤
| 成交ID | 序号 | 步骤 | 负责人 | 完成日 |
| D1 | 1 | 签约 | 李雷 | {day(-1)} |
| D1 | 2 | 网签 | 李雷 | |
投诉
| 投诉ID | 客户ID | 内容 | 责任人 | 回访时间 |
| P1 | C1 | 太慢 | 李雷 | |
| P2 | C1 | 太慢 | 李雷 | {day(-1)} |
"""
    )
    assert items(text) == [
        ("客户", "C1", "归属人"), ("任务", "T1", "负责人"), ("房源", "H1", "独家人"), ("房源", "H1", "维护人"), ("房源", "H1", "钥匙人"),
        ("带看", "V1", "带看人"), ("成交步骤", "D1|2", "负责人"), ("投诉", "P1", "责任人"), ("跟进", "F1", "承诺"),
    ]  # fmt: skip
    told = {item["row_id"]: (item["what"], item["cells"]) for item in run(text).items}
    assert told["C1"] == ("张伟", "客户!AB2")
    assert told["F1"] == (f"C1 问利率 ({day(2)} 前)", "跟进!N2")


@pytest.mark.requirement("F8")
@pytest.mark.parametrize(("last", "listed"), [(1, True), (2, False), (3, False)])
def test_a_promise_is_open_until_a_contact_on_its_day(last: int, listed: bool) -> None:
    text = (
        people()
        + ONE
        + f"""跟进
| 跟进ID | 对象 | 对象ID | 时间 | 结果 | 承诺事项 | 承诺期限 | 人员 |
| F1 | 客户 | C1 | {day(-3)} 10:00 | 接通 | 问利率 | {day(2)} | 李雷 |
| F2 | 客户 | C1 | {day(last)} 10:00 | 接通 | | | 王刚 |
"""
    )
    assert (("跟进", "F1", "承诺") in items(text, TODAY + dt.timedelta(days=3))) is listed


@pytest.mark.requirement("F8")
def test_clients_are_shared_by_weight_and_not_above_the_cap() -> None:
    rows = "".join(f"| C{n} | 客{n} | 李雷 | | B | 私客 | {day(-5)} |\n" for n in range(1, 8))
    proposed = [item["proposed"] for item in run(people() + CLIENTS + rows).items]
    # 韩梅 has weight 2 and room for two; all others go to 王刚, who has no cap; 赵敏 is of another branch
    assert proposed == ["韩梅", "王刚", "韩梅", "王刚", "王刚", "王刚", "王刚"]
    full = (
        people()
        + CLIENTS
        + rows
        + f"| C8 | 客8 | 韩梅 | | B | 私客 | {day(-5)} |\n| C9 | 客9 | 韩梅 | | B | 私客 | {day(-5)} |\n"
    )
    assert {item["proposed"] for item in run(full).items} == {"王刚"}
    public = full.replace("| 韩梅 | | B | 私客", "| 韩梅 | | B | 公客")
    assert [item["proposed"] for item in run(public).items].count("韩梅") == 2


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        (("| S3 | 王刚 | 经纪人 | 东店 | | | | |", "| S3 | 王刚 | 经纪人 | 东店 | | | 是 | |"), "韩梅"),
        (("| S2 | 韩梅 | 经纪人 | 东店 | | 2 | | 2 |", "| S2 | 韩梅 | 经纪人 | 东店 | | 2 | | 0 |"), "王刚"),
        (("经纪人 | 东店 | |", "店长 | 东店 | |"), "赵敏"),
    ],
)
def test_paused_people_other_roles_and_weight_nought_get_nothing(change: tuple[str, str], expected: str) -> None:
    assert run(people().replace(*change) + ONE).items[0]["proposed"] == expected


def test_where_nobody_can_take_over_it_says_so() -> None:
    item = run(
        people().replace("经纪人 | 东店 | | ", "客服 | 东店 | | ").replace("经纪人 | 西店", "客服 | 西店") + ONE
    ).items[0]
    assert item["proposed"] == ""
    assert "没有可接手的" in str(item["reason"])


def test_what_concerns_a_client_who_stays_goes_to_that_agent() -> None:
    text = (
        people()
        + CLIENTS
        + "| C1 | 张伟 | 赵敏 | | B | 私客 | |\n"
        + "任务\n| 任务ID | 对象ID | 负责人 | 状态 |\n| T1 | C1 | 李雷 | 待办 |\n"
    )
    assert [(item["proposed"], item["reason"]) for item in run(text).items] == [("赵敏", "客户的归属人")]


def chosen(tables: Tables, name: str) -> Tables:
    """Return the tables with the list written, and this name as 接手人 in every row."""
    after = with_list(tables).with_outcome(run(with_list(tables)))
    return Tables({**after, HANDOVER.key: after[HANDOVER.key].assign(to_name=name)}, after.layouts)


PROMISED = f"""{ONE}跟进
| 跟进ID | 对象 | 对象ID | 时间 | 结果 | 承诺事项 | 承诺期限 | 人员 |
| F1 | 客户 | C1 | {day(-3)} | 接通 | 问利率 | {day(-1)} | 李雷 |
"""


@pytest.mark.requirement("F8", "R1")
def test_a_chosen_successor_takes_over_once_and_the_list_remembers_it() -> None:
    ready = chosen(tables_from(people() + PROMISED), "王刚")
    outcome = run(ready)
    after = ready.with_outcome(outcome)
    assert after["clients"]["owner"].tolist() == ["王刚"]
    task = after["tasks"].iloc[0]
    assert (task["who"], task["what"], task["obj_id"], f"{task['due']:%Y-%m-%d}", task["status"], task["task_id"]) == (
        "王刚", "兑现李雷的承诺: 问利率", "C1", day(0), "待办", "T000001",
    )  # fmt: skip
    assert after["followups"]["staff"].tolist() == ["李雷"]  # who wrote the log does not change
    listed = after[HANDOVER.key]
    assert listed["state"].tolist() == ["已交接", "已交接"]
    assert {f"{on:%Y-%m-%d}" for on in listed["done_on"]} == {day(0)}
    again = run(after, TODAY + dt.timedelta(days=1))
    assert (dict(again.updates), dict(again.additions), again.figures) == (
        {},
        {},
        {"handover_open": 0, "handover_done": 0},
    )
    pd.testing.assert_frame_equal(again.results[HANDOVER.key], listed, check_dtype=False)


@pytest.mark.requirement("F8")
@pytest.mark.parametrize("name", ["李雷", "某人"])
def test_nothing_goes_to_who_is_not_there(name: str) -> None:
    outcome = run(chosen(tables_from(people() + ONE), name))
    assert (dict(outcome.updates), outcome.figures["handover_done"]) == ({}, 0)
    assert [(f.row, f.column, f.check) for f in outcome.findings] == [(2, "to_name", "successor_missing")]


def test_who_was_moved_by_hand_or_came_back_is_not_moved_again() -> None:
    ready = chosen(tables_from(people() + ONE), "王刚")
    moved = Tables({**ready, "clients": ready["clients"].assign(owner="韩梅")}, ready.layouts)
    assert dict(run(moved).updates) == {}
    back = Tables({**ready, "staff": ready["staff"].assign(to_date=pd.NaT)}, ready.layouts)
    assert dict(run(back).updates) == {}


@pytest.mark.requirement("F8", "F7")
def test_a_client_who_was_handed_over_is_protected_anew() -> None:
    ready = chosen(tables_from(people() + CLIENTS + f"| C1 | 张伟 | 李雷 | | A | 私客 | {day(-90)} |\n"), "王刚")
    after = ready.with_outcome(run(ready))
    update = after.with_outcome(pool(after, TODAY, Settings()))["clients"].iloc[0]
    assert (update["pool"], f"{update['drop_on']:%Y-%m-%d}") == ("私客", day(8))


def test_the_order_of_rows_changes_nothing() -> None:
    tables = with_list(sample_tables("small", TODAY))
    keys = ["from_name", "sheet", "row_id", "role", "what", "proposed", "reason"]
    first, again = (run(t).results[HANDOVER.key][keys] for t in (tables, shuffled(tables)))
    assert len(first) > 0
    pd.testing.assert_frame_equal(first, again)
