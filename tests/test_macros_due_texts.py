"""话术 of 今日待办: the same text as 消息, the right one per line, and in words why there is none."""

import datetime as dt
from dataclasses import replace

import pandas as pd
import pytest

from macros.due import due
from macros.message_known import Facts
from macros.messages import messages
from macros.selected_messages import messages_for
from macros.settings import Due, Settings
from tests.shuffling import sample_tables
from tests.tables import tables_from

TODAY = dt.date(2026, 3, 10)
SETTINGS = Settings()


def lines(client: str, log: str, more: str = "") -> dict[str, pd.Series]:
    """Return the lines of 今日待办 of one client by 事由编号; `client` is 称谓 | 联系同意."""
    text = f"""
        客户
        | 客户ID | 姓名 | 称谓 | 联系同意 | 归属人 | 手机1 | 人工等级 |
        | C1     | 张伟 | {client} | 李娜 | 13800001111 | C |
        跟进
        | 跟进ID | 对象 | 对象ID | 时间 | 方式 | 结果 | 待答问题 | 承诺事项 | 承诺期限 |
        {log}
        {more}"""
    found = due(tables_from(text), TODAY, SETTINGS).results["due"]
    return {line.basis: line for _, line in found.iterrows()}


PROMISES = """| F1 | 客户 | C1 | 2026-3-1 9:00 | 电话 | 接通 |  | 发一份税费测算表给您 | 2026-3-5 |
        | F2 | 客户 | C1 | 2026-3-2 9:00 | 电话 | 接通 | 公积金最多能贷多少 |  |  |"""


@pytest.mark.requirement("F5", "R40")
def test_each_line_speaks_of_its_own_matter() -> None:
    found = lines("张先生 | 同意", PROMISES)
    assert found["F1"]["say"].startswith("张先生您好")
    assert "税费测算表" in found["F1"]["say"]
    assert "税费测算表" not in found["F2"]["say"]
    assert "公积金最多能贷多少" in found["F2"]["say"]


@pytest.mark.parametrize("most", [0, 1, 2, 30])
def test_only_the_first_lines_of_each_person_have_a_text(most: int) -> None:
    clients = "".join(
        f"| C{n} | 客户{n} | 张先生 | 同意 | {'李娜' if n < 4 else '王芳'} | 1380000111{n} | C |\n" for n in range(1, 7)
    )
    log = "".join(f"| F{n} | 客户 | C{n} | 2026-3-2 9:00 | 电话 | 接通 | 能贷多少 |\n" for n in range(1, 7))
    tables = tables_from(f"""
        客户
        | 客户ID | 姓名 | 称谓 | 联系同意 | 归属人 | 手机1 | 人工等级 |
        {clients}
        跟进
        | 跟进ID | 对象 | 对象ID | 时间 | 方式 | 结果 | 待答问题 |
        {log}""")
    found = due(tables, TODAY, replace(SETTINGS, due=Due(texts_each=most))).results["due"]
    told = (found["say"] != "").groupby(found["who"]).sum()
    assert dict(told) == {"李娜": min(most, 3), "王芳": min(most, 3)}
    assert (found["say"] != "").equals(found["own_rank"] <= most)


@pytest.mark.requirement("R13")
def test_without_a_form_of_address_the_cell_says_where_to_fill_it_in() -> None:
    say = lines(" | 同意", PROMISES)["F1"]["say"]
    assert say.startswith("(先不发: ")
    assert "称谓" in say
    assert "客户!C2" in say


@pytest.mark.requirement("F9")
@pytest.mark.parametrize(
    ("consent", "words"),
    [("同意", "张先生您好"), ("仅服务", "(先不发: 客户只同意服务通知"), ("", "(先不发: 缺少联系同意")],
)
def test_a_marketing_text_needs_consent(consent: str, words: str) -> None:
    log = "| F1 | 客户 | C1 | 2026-1-2 9:00 | 电话 | 接通 | | | |"
    needs = "需求\n        | 需求ID | 客户ID | 交易 | 需求状态 |\n        | Q1 | C1 | 买 | 有效 |"
    (line,) = (one for one in lines(f"张先生 | {consent}", log, needs).values() if one["rule"] == "定期跟进")
    assert line["say"].startswith(words)


def test_who_refused_has_neither_line_nor_text() -> None:
    assert lines("张先生 | 拒绝", PROMISES) == {}


def test_work_inside_the_house_has_no_text() -> None:
    found = lines(
        "张先生 | 同意",
        PROMISES,
        "任务\n| 任务ID | 对象ID | 到期 | 状态 | 内容 |\n| T1 | C1 | 2026-3-9 | 待办 | 整理资料 |",
    )
    assert found["T1"]["say"] == ""


@pytest.mark.requirement("F5")
def test_the_text_is_that_of_the_messages() -> None:
    today = dt.date(2026, 11, 20)
    tables = sample_tables("small", today)
    tables = tables.with_outcome(due(tables, today, SETTINGS))
    listed, written = tables["due"], messages(tables, today, SETTINGS).results["messages"]
    ready = written.loc[written["status"] == "可发"]
    assert len(ready) > 5
    for row in ready.itertuples():
        mine = listed.loc[(listed["client_id"] == row.client_id) & (listed["reason"] == row.why), "say"]
        assert list(mine) == [row.text]


@pytest.mark.requirement("F9")
@pytest.mark.parametrize(("contacts", "status"), [(3, "可发"), (4, "跳过")])
def test_a_text_asked_for_by_hand_keeps_to_the_cap(contacts: int, status: str) -> None:
    rows = "\n".join(f"| F{n} | 客户 | C1 | 2026-3-{9 - n} 9:00 | 电话 | 未接 |" for n in range(1, contacts + 1))
    tables = tables_from(f"""
        客户
        | 客户ID | 姓名 | 称谓 | 联系同意 | 归属人 | 手机1 | 阶段 | 状态 |
        | C1 | 张伟 | 张先生 | 同意 | 李娜 | 13800001111 | 售后 | 已成交 |
        跟进
        | 跟进ID | 对象 | 对象ID | 时间 | 方式 | 结果 |
        | F9 | 客户 | C1 | 2026-2-20 9:00 | 电话 | 接通 |
        {rows}""")
    row = messages_for(tables, TODAY, SETTINGS, ["C1"]).results["messages"].iloc[0]
    assert row["status"] == status, row["skipped"]
    assert ("最多 4 次" in row["skipped"]) == (status == "跳过")


def test_facts_start_empty() -> None:
    assert Facts(tables_from("客户\n| 客户ID | 姓名 |"), []).of("C1", ["称谓"]) == {"称谓": ""}
