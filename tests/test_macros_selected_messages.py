"""Texts for selected clients who are not on 今日待办: which one, and what speaks against it."""

import pandas as pd
import pytest
from tables import tables_from

from macros.selected_messages import messages_for
from macros.settings import Settings
from tests.desks import NOW

TODAY = NOW.date()
PEOPLE = """
客户
| 客户ID | 姓名   | 称谓   | 归属人 | 联系同意 | 阶段 | 状态     | 首接时间         | 门店   |
| C1     | 张伟   | 张先生 | 王一   | 同意     | 意向 | 需求明确 | 2026-11-01 09:00 | 一店   |
| C2     | 李娜   | 李女士 | 王一   | 拒绝     | 意向 | 需求明确 | 2026-11-01 09:00 | 一店   |
| C3     | 赵敏   | 赵女士 | 王二   | 同意     | 潜在 | 初步了解 | 2026-11-20 08:00 | 一店   |
| C4     | 钱进   |        | 王二   | 同意     | 售后 | 已成交   | 2026-06-01 09:00 | 一店   |
| C5     | 孙阳   | 孙先生 | 王二   | 仅服务   | 意向 | 需求明确 | 2026-11-01 09:00 | 一店   |
| C6     | 周正   | 周先生 | 王二   |          | 意向 | 需求明确 | 2026-11-01 09:00 | 一店   |
跟进
| 跟进ID | 对象 | 对象ID | 时间             | 方式 | 结果 |
| F1     | 客户 | C1     | 2026-11-19 10:00 | 电话 | 接通 |
| F2     | 客户 | C2     | 2026-11-19 10:00 | 电话 | 接通 |
| F4     | 客户 | C4     | 2026-11-19 10:00 | 电话 | 接通 |
| F5     | 客户 | C5     | 2026-11-19 10:00 | 电话 | 接通 |
| F6     | 客户 | C6     | 2026-11-19 10:00 | 电话 | 接通 |
"""


def written(text: str, *ids: str) -> dict[str, dict[str, object]]:
    """Return client -> its row of 消息, for those selected; nobody of PEOPLE is on 今日待办."""
    rows = messages_for(tables_from(text), TODAY, Settings(), ids).results["messages"]
    return {row["client_id"]: row for row in rows.to_dict("records")}


@pytest.mark.requirement("R13")
def test_who_is_not_due_gets_the_ordinary_text_of_grade_and_stage():
    row = written(PEOPLE, "C1")["C1"]
    assert (row["status"], row["on"], row["who"]) == ("可发", pd.Timestamp(TODAY), "王一")
    assert str(row["text"]).startswith("张先生您好")
    assert "级客户最多隔" in str(row["why"])
    assert "2026-11-19(跟进!D2), 已 1 天" in str(row["why"])


def test_who_is_new_today_is_thanked_though_that_is_due_tomorrow():
    row = written(PEOPLE, "C3")["C3"]
    assert (row["template"], row["status"]) == ("first_thanks", "可发")
    assert "还没有联系" in str(row["why"])


@pytest.mark.parametrize(
    ("client", "why"),
    [
        ("C2", "客户拒绝联系: 见 客户!Z3, 请勿发送"),
        ("C5", "客户只同意服务通知: 见 客户!Z6"),
        ("C6", "缺少联系同意: 请在 客户!Z7 选择"),
        ("C4", "缺少称谓: 请在 客户!"),
    ],
)
def test_what_speaks_against_a_text_holds_for_the_selected_too(client, why):
    row = written(PEOPLE, client)[client]
    assert (row["status"], row["text"]) == ("跳过", "")
    assert str(row["skipped"]).startswith(why)


def test_who_was_written_to_today_is_left_alone():
    today = PEOPLE + "| F9     | 客户 | C1     | 2026-11-20 08:00 | 微信 | 已回复 |\n"
    assert written(today, "C1")["C1"]["skipped"] == "今天已联系过: 见 跟进!D7"


def sent(on: str, template: str) -> str:
    return f"{PEOPLE}消息\n| 生成日 | 客户ID | 模板 | 正文 | 状态 | 已发 |\n| {on} | C1 | {template} | 您好 | 已发 | 是 |\n"


def test_a_text_that_went_out_lately_does_not_go_out_again():
    template = written(PEOPLE, "C1")["C1"]["template"]
    found = messages_for(tables_from(sent("2026-11-19", str(template))), TODAY, Settings(), {"C1"})
    old, new = found.results["messages"].sort_values("on").to_dict("records")
    assert (old["status"], old["sent"]) == ("已发", True)
    assert new["template"] != template or "已发过这个模板" in new["skipped"]
    (today,) = written(sent("2026-11-20", str(template)), "C1").values()
    assert (today["status"], today["text"], today["sent"]) == ("已发", "您好", True)


def test_rows_of_the_others_stay_and_a_new_one_stands_below_those_that_wait():
    text = PEOPLE + (
        "消息\n| 生成日 | 客户ID | 模板 | 正文 | 状态 | 已发 |\n"
        "| 2026-11-20 | C9 | a | 甲 | 可发 |    |\n"
        "| 2026-11-18 | C1 | b | 乙 | 可发 |    |\n"
        "| 2026-11-17 | C8 | c | 丙 | 跳过 | 否 |\n"
        "| 2026-11-02 | C3 | d | 丁 | 已发 | 是 |\n"
    )
    found = messages_for(tables_from(text), TODAY, Settings(), ["C3", "C1"]).results["messages"]
    assert [*zip(found["client_id"], found["template"], strict=True)] == [
        ("C9", "a"), ("C1", found["template"][1]), ("C8", "c"), ("C3", "first_thanks"), ("C3", "d"),
    ]  # fmt: skip
    assert found["on"][1] == pd.Timestamp(TODAY)
