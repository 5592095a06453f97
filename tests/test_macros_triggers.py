"""触发任务: every shipped rule on the day before, on the day and the day after; once, ever; who does it; who is left alone."""

import datetime as dt

import pandas as pd
import pytest

from macros.settings import Settings, Trigger
from macros.triggers import triggers
from tests.shuffling import sample_tables, shuffled
from tests.tables import tables_from
from workbook.changes import Outcome
from workbook.tables import Tables

TODAY = dt.date(2026, 2, 28)
STAFF = """
人员
| 工号 | 姓名 | 角色 | 门店 | 入职 | 离职 |
| S1 | 李雷 | 经纪人 | 东店 | 2020-01-01 | |
| S2 | 韩梅 | 客服 | 东店 | 2020-01-01 | |
| S3 | 周总 | 店长 | 东店 | 2020-01-01 | |
"""


def client(**columns: str) -> str:
    """A sheet 客户 with C1 张先生 in row 2, first met long ago, and what else is given by label."""
    given = {
        "客户ID": "C1", "姓名": "张伟", "称谓": "张先生", "归属人": "李雷", "门店": "东店", "首选渠道": "微信",
        "联系同意": "同意", "首接时间": "2020-01-01", "人工等级": "C", **columns,
    }  # fmt: skip
    return f"客户\n| {' | '.join(given)} |\n| {' | '.join(given.values())} |\n"


def deal(**columns: str) -> str:
    given = {"成交ID": "D1", "客户ID": "C1", "状态": "签约", **columns}
    return f"成交\n| {' | '.join(given)} |\n| {' | '.join(given.values())} |\n"


def logged(**columns: str) -> str:
    given = {"跟进ID": "F1", "对象": "客户", "对象ID": "C1", "结果": "接通", "人员": "李雷", **columns}
    return f"跟进\n| {' | '.join(given)} |\n| {' | '.join(given.values())} |\n"


def rules(*rows: str) -> str:
    """A sheet 触发规则 with these rows: rule, event, days, template, role."""
    head = "触发规则\n| 规则ID | 名称 | 事件 | 前后天数 | 模板 | 负责角色 | 启用 |\n"
    return head + "".join(f"| {row} |\n" for row in rows)


def run(*parts: str, today: dt.date = TODAY, settings: Settings | None = None) -> Outcome:
    return triggers(tables_from("\n".join((STAFF, *parts))), today, settings or Settings())


def tasks(outcome: Outcome) -> pd.DataFrame:
    return outcome.additions.get("tasks", pd.DataFrame(columns=["rule", "due", "who", "what"]))


def made(*parts: str, today: str = "2026-02-28") -> dict[str, str]:
    """Return rule -> due day of the new tasks."""
    frame = tasks(run(*parts, today=dt.date.fromisoformat(today)))
    return {key.split("|")[0]: f"{due:%Y-%m-%d}" for key, due in zip(frame["rule"], frame["due"], strict=True)}


SIGNED, DELIVERED = deal(签约日="2026-02-28"), deal(签约日="2024-01-01", 交房日="2026-02-28")
BORN = client(生日="1990-03-07")


@pytest.mark.parametrize(
    ("sheets", "rule", "day", "expected"),
    [
        # R57, on the day of signing, and one day late at the most
        (client() + SIGNED, "CJ01", "2026-02-27", None),
        (client() + SIGNED, "CJ01", "2026-02-28", "2026-02-28"),
        (client() + SIGNED, "CJ01", "2026-03-01", "2026-02-28"),
        (client() + SIGNED, "CJ01", "2026-03-02", None),
        # R55, three days after the deal; made until ten days later
        (client() + SIGNED, "CJ02", "2026-03-02", None),
        (client() + SIGNED, "CJ02", "2026-03-03", "2026-03-03"),
        (client() + SIGNED, "CJ02", "2026-03-04", "2026-03-03"),
        (client() + SIGNED, "CJ02", "2026-03-13", "2026-03-03"),
        (client() + SIGNED, "CJ02", "2026-03-14", None),
        # R58, a month before the delivery; a deal that is entered later is due at once, and not after the delivery
        (client() + DELIVERED, "JF01", "2026-01-28", None),
        (client() + DELIVERED, "JF01", "2026-01-29", "2026-01-29"),
        (client() + DELIVERED, "JF01", "2026-01-30", "2026-01-30"),
        (client() + DELIVERED, "JF01", "2026-02-28", "2026-02-28"),
        (client() + DELIVERED, "JF01", "2026-03-01", None),
        # R58, on the day
        (client() + DELIVERED, "JF02", "2026-02-27", None),
        (client() + DELIVERED, "JF02", "2026-02-28", "2026-02-28"),
        (client() + DELIVERED, "JF02", "2026-03-01", "2026-02-28"),
        # R59, 30 days after
        (client() + DELIVERED, "JF03", "2026-03-29", None),
        (client() + DELIVERED, "JF03", "2026-03-30", "2026-03-30"),
        (client() + DELIVERED, "JF03", "2026-03-31", "2026-03-30"),
        # R81, 30, 180 and 365 days after
        (client() + DELIVERED, "JF04", "2026-03-29", None),
        (client() + DELIVERED, "JF04", "2026-03-30", "2026-03-30"),
        (client() + DELIVERED, "JF05", "2026-08-26", None),
        (client() + DELIVERED, "JF05", "2026-08-27", "2026-08-27"),
        (client() + DELIVERED, "JF05", "2026-08-28", "2026-08-27"),
        (client() + DELIVERED, "JF06", "2027-02-27", None),
        (client() + DELIVERED, "JF06", "2027-02-28", "2027-02-28"),
        (client() + DELIVERED, "JF06", "2027-03-01", "2027-02-28"),
        # R114, a week after the delivery, if somebody needs care
        (client(特殊关怀="老人") + DELIVERED, "GH01", "2026-03-06", None),
        (client(特殊关怀="老人") + DELIVERED, "GH01", "2026-03-07", "2026-03-07"),
        (client(特殊关怀="无") + DELIVERED, "GH01", "2026-03-07", None),
        # R56, a week before the birthday, until the birthday
        (BORN, "SR01", "2026-02-27", None),
        (BORN, "SR01", "2026-02-28", "2026-02-28"),
        (BORN, "SR01", "2026-03-01", "2026-03-01"),
        (BORN, "SR01", "2026-03-07", "2026-03-07"),
        (BORN, "SR01", "2026-03-08", None),
        # new year's shift: the gift of a January birthday is a matter of December
        (client(生日="1990-01-03"), "SR01", "2025-12-26", None),
        (client(生日="1990-01-03"), "SR01", "2025-12-27", "2025-12-27"),
        (client(生日="1990-01-03"), "SR01", "2026-01-03", "2026-01-03"),
        (client(生日="1990-01-03"), "SR01", "2026-01-04", None),
        # 29 February is kept on the 28th in other years, on its own day in a leap year
        (client(生日="1992-02-29"), "SR01", "2026-02-20", None),
        (client(生日="1992-02-29"), "SR01", "2026-02-21", "2026-02-21"),
        (client(生日="1992-02-29"), "SR01", "2026-03-01", None),
        (client(生日="1992-02-29"), "SR01", "2028-02-21", None),
        (client(生日="1992-02-29"), "SR01", "2028-02-22", "2028-02-22"),
        (client(生日="1992-02-29"), "SR01", "2028-02-29", "2028-02-29"),
        # R45, special days, on the day and three days later at the most
        (client(纪念日="2018-02-28"), "JN01", "2026-02-27", None),
        (client(纪念日="2018-02-28"), "JN01", "2026-02-28", "2026-02-28"),
        (client(纪念日="2018-02-28"), "JN01", "2026-03-03", "2026-02-28"),
        (client(纪念日="2018-02-28"), "JN01", "2026-03-04", None),
        (client(纪念日="2026-02-28"), "JN01", "2026-02-28", None),
        # R45, the spring festival of 2026 is 17 February; for A clients
        (client(人工等级="A"), "JR02", "2026-02-16", None),
        (client(人工等级="A"), "JR02", "2026-02-17", "2026-02-17"),
        (client(人工等级="A"), "JR02", "2026-02-19", "2026-02-17"),
        (client(人工等级="A"), "JR02", "2026-02-20", None),
        (client(人工等级="B"), "JR02", "2026-02-17", None),
        (client(人工等级="A", 状态="暂不考虑"), "JR02", "2026-02-17", None),
        # the mandate of a listing, 15 days before its end
        ("房源\n| 房源ID | 状态 | 委托止 | 维护人 |\n| H1 | 在售 | 2026-03-15 | 李雷 |\n", "WT02", "2026-02-27", None),
        ("房源\n| 房源ID | 状态 | 委托止 | 维护人 |\n| H1 | 在售 | 2026-03-15 | 李雷 |\n", "WT02", "2026-02-28", "2026-02-28"),
        ("房源\n| 房源ID | 状态 | 委托止 | 维护人 |\n| H1 | 已售 | 2026-03-15 | 李雷 |\n", "WT02", "2026-02-28", None),
    ],
)  # fmt: skip
@pytest.mark.requirement("R45", "R55", "R56", "R57", "R58", "R59", "R81", "R114")
def test_a_dated_event_makes_its_task_on_its_day(sheets: str, rule: str, day: str, expected: str | None) -> None:
    assert made(sheets, today=day).get(rule) == expected


@pytest.mark.parametrize(
    ("sheets", "rule", "day", "expected"),
    [
        # R41: known on the day of the first contact, a Friday; due when the working day ends, a Monday
        (client(首接时间="2026-02-27 15:00"), "SJ01", "2026-02-26", None),
        (client(首接时间="2026-02-27 15:00"), "SJ01", "2026-02-27", "2026-03-02"),
        (client(首接时间="2026-02-27 15:00"), "SJ01", "2026-03-12", "2026-03-02"),
        (client(首接时间="2026-02-27 15:00"), "SJ01", "2026-03-13", None),
        (client(首接时间="2026-02-27 15:00") + logged(时间="2026-02-27 18:00", 结果="未接"), "SJ01", "2026-02-28", None),
        (client(首接时间="2026-02-27 15:00", 状态="已成交"), "SJ01", "2026-02-28", None),
        # R42: two days after a recommendation without feedback
        (client() + logged(时间="2026-02-26 10:00", 推荐房源="H1"), "TJ01", "2026-02-27", None),
        (client() + logged(时间="2026-02-26 10:00", 推荐房源="H1"), "TJ01", "2026-02-28", "2026-02-28"),
        (client() + logged(时间="2026-02-26 10:00", 推荐房源="H1"), "TJ01", "2026-03-01", "2026-02-28"),
        (client() + logged(时间="2026-02-26 10:00", 推荐房源="H1", 客户反馈="无"), "TJ01", "2026-02-28", "2026-02-28"),
        (client() + logged(时间="2026-02-26 10:00", 推荐房源="H1", 客户反馈="犹豫"), "TJ01", "2026-02-28", None),
        # R43: on the same day
        (client() + logged(时间="2026-02-28 10:00", 待答问题="能贷多少"), "WT01", "2026-02-27", None),
        (client() + logged(时间="2026-02-28 10:00", 待答问题="能贷多少"), "WT01", "2026-02-28", "2026-02-28"),
        (client() + logged(时间="2026-02-28 10:00", 待答问题="能贷多少"), "WT01", "2026-03-01", "2026-02-28"),
        (client() + logged(时间="2026-02-28 10:00", 待答问题="无"), "WT01", "2026-02-28", None),
        # F26: from the day on which it was made, due on its day
        (client() + logged(时间="2026-02-20", 承诺事项="发户型图", 承诺期限="2026-02-28"), "CN01", "2026-02-19", None),
        (client() + logged(时间="2026-02-20", 承诺事项="发户型图", 承诺期限="2026-02-28"), "CN01", "2026-02-20", "2026-02-28"),
        (client() + logged(时间="2026-02-20", 承诺事项="发户型图", 承诺期限="2026-02-28"), "CN01", "2026-03-10", "2026-02-28"),
        (client() + logged(时间="2026-02-20", 承诺事项="发户型图", 承诺期限="2026-02-28"), "CN01", "2026-03-11", None),
        (client() + logged(时间="2026-02-20", 承诺事项="无", 承诺期限="2026-02-28"), "CN01", "2026-02-20", None),
    ],
)  # fmt: skip
@pytest.mark.requirement("R41", "R42", "R43", "F26")
def test_an_entry_of_the_log_makes_its_task(sheets: str, rule: str, day: str, expected: str | None) -> None:
    assert made(sheets, today=day).get(rule) == expected


TWO = "跟进\n| 跟进ID | 对象 | 对象ID | 时间 | 结果 | 推荐房源 | 客户反馈 | 待答问题 | 承诺事项 | 承诺期限 |\n"


@pytest.mark.parametrize(
    ("first", "second", "rule"),
    [
        ("2026-02-25 | 接通 | | | 能贷多少 | | |", "2026-02-26 | 已回复 | | | | | |", "WT01"),
        ("2026-02-25 | 接通 | H1 | | | | |", "2026-02-26 | 接通 | | 满意 | | | |", "TJ01"),
        ("2026-02-25 | 接通 | | | | 发图 | 2026-02-26 |", "2026-02-26 | 接通 | | | | | |", "CN01"),
    ],
)
def test_what_was_answered_since_makes_no_task(first: str, second: str, rule: str) -> None:
    rows = f"| F1 | 客户 | C1 | {first}\n"
    assert rule in made(client(), TWO + rows)
    later = f"| F2 | 客户 | C1 | {second}\n"
    assert rule not in made(client(), TWO + rows + later)
    assert rule in made(
        client(), TWO + rows + later.replace("| 接通", "| 未接").replace("已回复", "未回复").replace("满意", "无")
    )


def test_only_the_latest_recommendation_is_asked_about() -> None:
    rows = "".join(f"| F{n} | 客户 | C1 | 2026-02-2{n} | 接通 | H{n} | | | | |\n" for n in (5, 6))
    frame = tasks(run(client(), TWO + rows))
    assert frame["rule"].tolist() == ["TJ01|F6|2026-02-26"]


NEED = "需求\n| 需求ID | 客户ID | 状态 |\n| N1 | C1 | 有效 |\n"
HOME = "房源\n| 房源ID | 状态 | 委托起 |\n| H1 | 在售 | 2026-02-28 |\n"


def matched(rank: int, hard: str = "通过", sent: str = "") -> str:
    return f"匹配结果\n| 需求ID | 房源ID | 名次 | 硬性 | 已推荐 |\n| N1 | H1 | {rank} | {hard} | {sent} |\n"


@pytest.mark.requirement("R44")
def test_a_new_listing_that_fits_makes_a_task() -> None:
    sheets = client(), NEED, HOME
    assert [made(*sheets, matched(1), today=f"2026-{day}").get("FY01") for day in ("02-27", "02-28", "03-10", "03-11")] == [
        None, "2026-02-28", "2026-02-28", None,
    ]  # fmt: skip
    assert [("FY01" in made(*sheets, matched(rank))) for rank in (2, 3, 4)] == [True, True, False]
    assert "FY01" not in made(*sheets, matched(1, hard="不通过"))
    assert "FY01" not in made(*sheets, matched(1, sent="2026-02-28"))
    assert "FY01" not in made(client(), NEED, HOME.replace("在售", "已售"), matched(1))
    frame = tasks(run(*sheets, matched(1)))
    assert frame["rule"].tolist() == ["FY01|C1+H1|2026-02-28"]
    assert "新房源 H1 委托起 2026-02-28(房源!" in frame["what"].iloc[0]


@pytest.mark.requirement("R44")
@pytest.mark.parametrize(
    ("listed", "mandate", "day", "word"),
    [
        ("2026-02-28", "", "2026-02-28", "上架日"),
        ("2026-02-28", "2026-02-20", "2026-02-28", "上架日"),  # the day it came on offer, whenever the mandate began
        ("", "2026-02-28", "2026-02-28", "委托起"), ("", "", None, ""), ("2026-03-01", "2026-02-28", None, ""),
    ],
)  # fmt: skip
def test_a_listing_is_new_by_the_day_it_was_listed_else_by_its_mandate(
    listed: str, mandate: str, day: str | None, word: str
) -> None:
    home = f"房源\n| 房源ID | 状态 | 上架日 | 委托起 |\n| H1 | 在售 | {listed} | {mandate} |\n"
    sheets = client(), NEED, home, matched(1)
    assert made(*sheets, today="2026-02-28").get("FY01") == day
    if day:
        assert f"新房源 H1 {word} {day}(房源!" in tasks(run(*sheets))["what"].iloc[0]


@pytest.mark.requirement("R55")
def test_a_task_says_for_whom_what_why_and_where_it_stands() -> None:
    row = tasks(run(client(), deal(签约日="2026-02-25"))).iloc[0]
    assert row["what"] == "成交感谢(张先生): 寄感谢信。签约日 2026-02-25(成交!I2), 之后 3 天"
    assert (row["rule"], row["obj_id"], row["who"], row["template"]) == (
        "CJ02|D1|2026-02-25",
        "C1",
        "李雷",
        "deal_thanks",
    )
    assert (row["task_id"], row["channel"], row["status"]) == ("T000001", "微信", "待办")
    yearly = tasks(run(client(生日="1992-02-29"), today=dt.date(2026, 2, 21))).iloc[0]
    assert yearly["what"].endswith("生日 2月29日(客户!W2), 这次是 2026-02-28, 之前 7 天")


@pytest.mark.requirement("R59")
def test_the_questionnaire_has_a_row_for_the_answer_and_is_sent_once() -> None:
    sheets = client(客服="韩梅"), deal(交房日="2026-01-29")
    outcome = run(*sheets)
    frame, survey = tasks(outcome).set_index("template"), outcome.additions["surveys"].iloc[0]
    assert frame.loc["handover_survey", "who"] == "韩梅"
    assert survey[["client_id", "deal_id", "point", "task_id"]].tolist() == [
        "C1", "D1", "交房后30天", frame.loc["handover_survey", "task_id"],
    ]  # fmt: skip
    assert f"{survey['sent_on']:%Y-%m-%d}" == "2026-02-28"
    asked = "满意度\n| 问卷ID | 客户ID | 成交ID | 节点 | 发送日 |\n| S7 | C1 | {} | 交房后30天 | 2026-02-20 |\n"
    assert "JF03" not in made(*sheets, asked.format("D1"))
    assert "JF03" in made(*sheets, asked.format("D2"))


@pytest.mark.parametrize(
    ("consent", "expected"),
    [
        ("同意", {"SR01", "CJ01", "CJ02"}),
        ("", {"CJ01", "CJ02"}),  # silence is no consent to greetings
        ("仅服务", {"CJ01", "CJ02"}),  # the letter of thanks is service, the greeting is not
        ("拒绝", {"CJ01"}),  # the checklist of the signing is work, not a contact
    ],
)
@pytest.mark.requirement("R45", "R55")
def test_who_refused_is_not_contacted(consent: str, expected: set[str]) -> None:
    signed = (
        "成交\n| 成交ID | 客户ID | 状态 | 签约日 |\n| D1 | C1 | 签约 | 2026-02-25 |\n| D2 | C1 | 签约 | 2026-02-28 |\n"
    )
    assert set(made(client(生日="1990-03-07", 联系同意=consent), signed)) == expected


@pytest.mark.requirement("R57", "R58")
@pytest.mark.parametrize(("consent", "template"), [("同意", True), ("仅服务", True), ("", True), ("拒绝", False)])
def test_the_work_at_a_deal_has_its_text_and_is_done_without_it_where_nobody_may_write(
    consent: str, template: bool
) -> None:
    texts = {"CJ01": (SIGNED, "signing_day"), "JF01": (DELIVERED, "precheck"), "JF02": (DELIVERED, "step_handover")}
    for rule, (happened, text) in texts.items():
        frame = tasks(run(client(联系同意=consent) + happened, today=dt.date(2026, 2, 28)))
        (mine,) = [one for one in frame.itertuples() if one.rule.startswith(rule)]
        assert mine.template == (text if template else "")


@pytest.mark.parametrize(
    ("role", "columns", "who"),
    [
        ("归属人", {}, "李雷"),
        ("", {}, "李雷"),
        ("客服", {"客服": "小服"}, "小服"),
        ("客服", {}, "韩梅"),
        ("店长", {}, "周总"),
        ("店长", {"门店": "西店"}, "李雷"),  # no such role in that branch: the agent
        ("权证员", {}, "李雷"),
        ("归属人", {"归属人": "老王"}, "周总"),  # who left: the manager
        ("归属人", {"归属人": ""}, "周总"),
        ("归属人", {"归属人": "", "门店": "西店"}, ""),
    ],
)
def test_the_role_says_who_does_it(role: str, columns: dict[str, str], who: str) -> None:
    left = "| S0 | 老王 | 店长 | 东店 | 2020-01-01 | 2026-02-28 |\n"
    rule = rules(f"X1 | 试 | 客户.纪念日 | 0 | | {role} | 是")
    frame = tasks(run(left, client(纪念日="2020-02-28", **columns), rule))
    assert frame["who"].tolist() == [who]
    assert ("代办" in frame["what"].iloc[0]) == (
        (who in ("周总", "") and role != "店长") or (who == "李雷" and role in ("店长", "权证员"))
    )


def daily(tables: Tables, first: dt.date, days: int) -> pd.Series:
    """Return the keys of all tasks that a run every day makes."""
    for n in range(days):
        outcome = triggers(tables, first + dt.timedelta(days=n), Settings())
        tables = shuffled(tables, n).with_outcome(outcome)
    return tables["tasks"]["rule"]


def test_each_event_makes_one_task_however_often_the_rule_runs_and_rows_move() -> None:
    first = dt.date(2026, 2, 10)
    tables = sample_tables("small", TODAY)
    keys = daily(tables, first, 31)
    ours = keys[keys != ""]
    assert len(ours) > 10
    assert ours.is_unique


def test_a_second_run_makes_nothing_and_closed_tasks_do_not_come_back() -> None:
    tables = sample_tables("small", TODAY)
    after = tables.with_outcome(triggers(tables, TODAY, Settings()))
    for status in ("待办", "完成", "取消"):
        frame = after["tasks"].assign(status=status)
        closed = Tables({**after, "tasks": frame}, after.layouts)
        assert not triggers(closed, TODAY, Settings()).additions


def test_the_order_of_rows_does_not_matter() -> None:
    tables = sample_tables("small", TODAY)
    plain, mixed = (tasks(triggers(t, TODAY, Settings())) for t in (tables, shuffled(tables, 7)))
    keys = ["rule", "obj_id", "who", "due", "channel", "template"]
    pd.testing.assert_frame_equal(plain[keys], mixed[keys])


def test_a_week_without_a_computer_makes_the_same_tasks_later() -> None:
    sheets = STAFF + client() + deal(签约日="2026-02-25")
    on_time = run(sheets.replace(STAFF, ""), today=dt.date(2026, 2, 28))
    late = run(sheets.replace(STAFF, ""), today=dt.date(2026, 3, 7))
    again = tasks(late)
    pd.testing.assert_frame_equal(
        tasks(on_time), again.loc[again["rule"].str.startswith("CJ02")]
    )  # by then MY02 is due, too


@pytest.mark.parametrize(("moved", "expected"), [("2026-02-24", 0), ("2026-03-24", 0), ("2026-03-25", 1)])
def test_a_day_that_is_moved_a_little_is_the_same_event(moved: str, expected: int) -> None:
    tables = tables_from(STAFF + client() + deal(签约日="2026-02-22"))
    after = tables.with_outcome(triggers(tables, dt.date(2026, 2, 25), Settings()))
    assert len(after["tasks"]) == 1
    signed = pd.Series([pd.Timestamp(moved)], index=[2])
    again = after.updated({"deals": {"signed_on": signed}})
    keys = tasks(triggers(again, dt.date(2026, 3, 28), Settings()))["rule"]
    assert keys.str.startswith("CJ02").sum() == expected


def test_the_window_for_late_tasks_is_a_setting() -> None:
    sheets = client(), deal(签约日="2026-02-25")
    for late, day, expected in ((0, 28, 1), (0, 29, 0), (1, 29, 1), (1, 30, 0)):
        today = dt.date(2026, 2, 1) + dt.timedelta(days=day - 1)
        settings = Settings(trigger=Trigger(late_days=late))
        assert tasks(run(*sheets, today=today, settings=settings))["rule"].str.startswith("CJ02").sum() == expected


@pytest.mark.parametrize(
    ("reading", "expected"),
    [
        ("A级和高净值", {"C1", "C4"}),
        ("A级B级和成交客户", {"C1", "C2", "C5"}),
        ("所有客户", {"C1", "C2", "C3", "C4", "C5"}),
    ],
)
def test_a_setting_says_who_is_greeted_on_festivals(reading: str, expected: set[str]) -> None:
    people = """
    客户
    | 客户ID | 姓名 | 归属人 | 系统等级 | 人工等级 | 价值分层 | 状态 | 联系同意 |
    | C1 | 甲 | 李雷 | A | | | | 同意 |
    | C2 | 乙 | 李雷 | A | B | | | 同意 |
    | C3 | 丙 | 李雷 | C | | 刚需 | | 同意 |
    | C4 | 丁 | 李雷 | D | | 高净值 | | 同意 |
    | C5 | 戊 | 李雷 | D | | | 已成交 | 同意 |
    """
    outcome = run(people, today=dt.date(2026, 10, 1), settings=Settings(trigger=Trigger(festival_for=reading)))
    assert set(tasks(outcome)["obj_id"]) == expected


def test_a_cancelled_deal_a_nameless_row_and_an_unknown_client_make_nothing() -> None:
    assert made(client(), deal(签约日="2026-02-25", 状态="解约")) == {}
    assert made(client(), deal(成交ID="", 签约日="2026-02-25")) == {}
    assert made(client(), deal(客户ID="C9", 签约日="2026-02-25")) == {}
    assert made() == {}
