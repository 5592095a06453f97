"""Tasks that end by themselves: which, with which cell, on which day, and that a person's word stands."""

import datetime as dt

import pandas as pd
import pytest

from macros.due import due
from macros.settings import Settings
from macros.triggers import triggers
from macros.triggers.desk import Desk
from macros.triggers.promises import promise_ledger
from tests.shuffling import sample_tables, shuffled
from tests.tables import tables_from
from workbook.tables import Tables

TODAY, BAR = dt.date(2026, 3, 10), "¦"
CLIENT = """
客户
| 客户ID | 姓名 | 称谓 | 归属人 | 首接时间 | 联系同意 | 人工等级 | 状态 | 阶段 | 生日 | 流失原因 |
| C1 | 张伟 | 张先生 | 李雷 | 2026-03-01 10:00 | 同意 | C | 跟进中 | 意向 | 1990-03-07 | |
"""
LOG = """
跟进
| 跟进ID | 对象 | 对象ID | 时间 | 结果 | 人员 | 推荐房源 | 客户反馈 | 待答问题 | 承诺事项 | 承诺期限 |
"""


def log(number: str, at: str, result: str = "接通", **more: str) -> str:
    said = {"home": "", "heard": "", "asked": "", "promise": "", "by": "", **more}
    return f"| {number} | 客户 | C1 | {at} | {result} | 李雷 | {' | '.join(said.values())} |\n"


def task(rule: str, due: str = "2026-03-05", **more: str) -> str:
    said = {"number": "T1", "obj": "C1", "what": "试", "template": "", "status": "待办", "note": "", **more}
    head = "任务\n| 任务ID | 来源规则 | 对象ID | 内容 | 到期 | 模板 | 状态 | 完成说明 |\n"
    values = (
        said["number"],
        rule.replace("|", BAR),
        said["obj"],
        said["what"],
        due,
        said["template"],
        said["status"],
        said["note"],
    )
    return f"{head}| {' | '.join(values)} |\n"


def tables(*parts: str) -> Tables:
    found = tables_from("\n".join(parts))
    rules = found["tasks"]["rule"].str.replace(BAR, "|")
    return found.updated({"tasks": {"rule": rules}})


def run(found: Tables, today: dt.date = TODAY) -> Tables:
    """Return the tables after the rule, which then has nothing more to say."""
    after = found.with_outcome(triggers(found, today, Settings()))
    again = triggers(after, today, Settings())
    assert not again.updates
    assert not again.additions
    return after


def state(found: Tables) -> tuple[str, str]:
    row = found["tasks"].iloc[0]
    return row["status"], row["done_note"]


def ends(*parts: str, today: dt.date = TODAY) -> tuple[str, str]:
    return state(run(tables(*parts), today))


OPEN = ("待办", "")
ASKED = log("F1", "2026-03-05 10:00", asked="税费多少")
GIVEN = log("F1", "2026-03-05 10:00", home="H1")
MADE = log("F1", "2026-03-01 11:00", promise="发户型图", by="2026-03-05")
QUESTION, OFFER, PROMISE = "WT01|F1|2026-03-05", "TJ01|F1|2026-03-05", "CN01|F1|2026-03-05"


@pytest.mark.requirement("R41", "R42", "R43", "F26")
@pytest.mark.parametrize(
    ("rule", "rows", "expected"),
    [
        (QUESTION, ASKED, OPEN),
        (QUESTION, ASKED + log("F2", "2026-03-06 09:00", "未接"), OPEN),
        (QUESTION, ASKED + log("F2", "2026-03-05 10:00"), OPEN),  # the same moment is not later
        (QUESTION, ASKED + log("F2", "2026-03-06 09:00"), ("完成", "自动: 2026-03-06 有效跟进(跟进!D3)")),
        (QUESTION, ASKED + log("F2", "2026-03-08") + log("F3", "2026-03-06"), ("完成", "自动: 2026-03-06 有效跟进(跟进!D4)")),
        (OFFER, GIVEN + log("F2", "2026-03-06"), OPEN),
        (OFFER, GIVEN + log("F2", "2026-03-06", heard="无"), OPEN),
        (OFFER, GIVEN + log("F2", "2026-03-06", heard="太小"), ("完成", "自动: 2026-03-06 有了反馈(跟进!{heard}3)")),
        (OFFER, GIVEN + log("F2", "2026-03-06", home="H2"), ("取消", "自动: 后来又推荐了房源(跟进!{home}3)")),
        (PROMISE, MADE, OPEN),
        (PROMISE, MADE + log("F2", "2026-03-04 23:00"), OPEN),  # before its day: the list still tells of it
        (PROMISE, MADE + log("F2", "2026-03-05 00:00"), ("完成", "自动: 2026-03-05 有效跟进(跟进!D3)")),
        (PROMISE, MADE + log("F2", "2026-03-09 09:00"), ("完成", "自动: 2026-03-09 有效跟进(跟进!D3)")),
        ("SJ01|C1|2026-03-02", "", OPEN),
        ("SJ01|C1|2026-03-02", log("F1", "2026-03-01 12:00", "未接"), ("完成", "自动: 2026-03-01 联系过(跟进!D2)")),
    ],
)  # fmt: skip
def test_what_was_said_ends_its_task_with_the_cell(rule: str, rows: str, expected: tuple[str, str]) -> None:
    found = tables(CLIENT, LOG + rows if rows else "", task(rule))
    at = {"heard": "feedback", "home": "offered"}
    letters = {word: found.cell("followups", 1, key).split("!")[1][:-1] for word, key in at.items()}
    at_cell = found.cell("followups", 1, "at").split("!")[1][:-1]
    status, note = expected
    assert state(run(found)) == (status, note.format(**letters).replace("跟进!D", f"跟进!{at_cell}"))


@pytest.mark.requirement("R45", "R56")
@pytest.mark.parametrize(
    ("rule", "day", "contact", "expected"),
    [
        ("SR01|C1|2026-03-07", "2026-03-07", "2026-03-07", "待办"),  # the day itself is not past
        ("SR01|C1|2026-03-07", "2026-03-08", "2026-03-07", "完成"),
        ("SR01|C1|2026-03-07", "2026-03-08", "2026-02-28", "完成"),  # on the first day of its week
        ("SR01|C1|2026-03-07", "2026-03-08", "2026-02-27", "取消"),
        ("SR01|C1|2026-03-07", "2026-03-09", "2026-03-08", "取消"),
        ("JR02|C1|2026-02-17", "2026-02-19", "2026-02-17", "待办"),  # the greeting may be two days late
        ("JR02|C1|2026-02-17", "2026-02-20", "2026-02-19", "完成"),
        ("JR02|C1|2026-02-17", "2026-02-20", "2026-02-16", "取消"),
        ("JR02|C1|2026-02-17", "2026-02-21", "2026-02-20", "取消"),
    ],
)
def test_a_greeting_ends_when_its_days_are_past(rule: str, day: str, contact: str, expected: str) -> None:
    found = tables(CLIENT, LOG + log("F1", f"{contact} 10:00"), task(rule, template="birthday"))
    status, note = state(run(found, dt.date.fromisoformat(day)))
    assert status == expected
    if status != "待办":
        assert ("跟进!" in note) == (status == "完成")
        assert ("已过, 期间没有有效跟进" in note) == (status == "取消")


LOST = CLIENT.replace("跟进中", "暂不考虑").replace("03-07 | |", "03-07 | 服务 |")
DEAL = "成交\n| 成交ID | 客户ID | 状态 | 签约日 | 交房日 |\n| D1 | C1 | {} | {} | |\n"


@pytest.mark.parametrize(
    ("parts", "rule", "template", "note"),
    [
        ((CLIENT.replace("同意 | C", "拒绝 | C"),), "JR01|C1|2026-03-10", "festival", "客户拒绝联系(客户!"),
        ((CLIENT.replace("同意 | C", "仅服务 | C"),), "JR01|C1|2026-03-10", "festival", "客户只同意服务通知(客户!"),
        ((CLIENT, DEAL.format("解约", "2026-03-05")), "CJ02|D1|2026-03-05", "", "成交状态已是「解约」(成交!"),
        ((CLIENT,), "挽回-价格|C1|2026-03-05", "", "客户状态已是「跟进中」(客户!"),
        ((LOST,), "挽回-价格|C1|2026-03-05", "", "客户流失原因已是「服务」(客户!"),
        ((CLIENT.replace("跟进中", "已成交"),), "SJ01|C1|2026-03-02", "", "客户已是「已成交」(客户!"),
    ],
)  # fmt: skip
def test_what_was_called_off_is_dropped(parts: tuple[str, ...], rule: str, template: str, note: str) -> None:
    status, said = ends(*parts, task(rule, template=template))
    assert status == "取消"
    assert said.startswith(f"自动: {note}")


@pytest.mark.parametrize(
    ("parts", "rule", "template"),
    [
        ((CLIENT.replace("同意 | C", "拒绝 | C"), DEAL.format("签约", "2026-03-05")), "CJ01|D1|2026-03-05", ""),  # work
        ((CLIENT.replace("同意 | C", "拒绝 | C"), DEAL.format("签约", "2026-03-05")), "CJ01|D1|2026-03-05", "signing_day"),
        ((CLIENT.replace("同意 | C", "仅服务 | C"), DEAL.format("签约", "2026-03-05")), "CJ02|D1|2026-03-05", "deal_thanks"),
        ((CLIENT, DEAL.format("签约", "2026-03-05")), "CJ02|D1|2026-03-05", "deal_thanks"),
        ((CLIENT, DEAL.format("签约", "")), "CJ02|D1|2026-03-05", "deal_thanks"),  # nobody knows
        ((CLIENT,), "CJ02|D9|2026-03-05", "deal_thanks"),
        ((CLIENT,), "X99|C1|2026-03-05", ""),  # a rule that is gone
        ((CLIENT,), "", ""),
    ],
)  # fmt: skip
def test_what_is_still_to_be_done_stays(parts: tuple[str, ...], rule: str, template: str) -> None:
    assert ends(*parts, task(rule, template=template)) == OPEN


HOME = (
    "房源\n| 房源ID | 状态 | 委托起 |\n| H1 | {} | 2026-03-05 |\n需求\n| 需求ID | 客户ID | 状态 |\n| N1 | C1 | 有效 |\n"
)
MATCH = "匹配结果\n| 需求ID | 房源ID | 名次 | 硬性 | 已推荐 |\n| N1 | H1 | 1 | 通过 | {} |\n"


@pytest.mark.requirement("R44")
@pytest.mark.parametrize(
    ("home", "sent", "rows", "status", "cell"),
    [
        ("在售", "", "", "待办", ""),
        ("在售", "2026-03-06", "", "完成", "已推荐(匹配结果!"),
        ("在售", "", log("F1", "2026-03-06", home="H1"), "完成", "已推荐(跟进!"),
        ("在售", "", log("F1", "2026-03-06", home="H2"), "待办", ""),
        ("在售", "", log("F1", "2026-03-04", home="H1"), "待办", ""),
        ("已售", "", "", "取消", "房源状态已是「已售」(房源!"),
    ],
)  # fmt: skip
def test_a_new_listing_that_was_sent_or_sold_ends_its_task(
    home: str, sent: str, rows: str, status: str, cell: str
) -> None:
    text = LOG + rows if rows else ""
    found = ends(
        CLIENT, HOME.format(home), MATCH.format(sent), text, task("FY01|C1+H1|2026-03-05", template="recommend")
    )
    assert found[0] == status
    assert cell in found[1]


@pytest.mark.requirement("R59")
@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        ("| S1 | C1 | D1 | 交房后30天 | 2026-03-06 |", ("完成", "自动: 2026-03-06 收到问卷(满意度!F2)")),
        ("| S1 | C1 | D1 | 交房后30天 | |", OPEN),
        ("| S1 | C1 | D2 | 交房后30天 | 2026-03-06 |", OPEN),  # of another deal
        ("| S1 | C2 | D1 | 交房后30天 | 2026-03-06 |", OPEN),
        ("| S1 | C1 | D1 | 带看后 | 2026-03-06 |", OPEN),
    ],
)
def test_a_questionnaire_that_came_back_ends_its_task(rows: str, expected: tuple[str, str]) -> None:
    """The key was handed over on 3 February, 30 days before 5 March."""
    deal = "成交\n| 成交ID | 客户ID | 状态 | 交房日 |\n| D1 | C1 | 完结 | 2026-02-03 |\n"
    surveys = f"满意度\n| 问卷ID | 客户ID | 成交ID | 节点 | 回收日 |\n{rows}\n"
    asked = task("JF03|D1|2026-02-03", template="handover_survey")
    found = tables(CLIENT, LOG, deal, surveys, asked)
    after = found.with_outcome(triggers(found, TODAY, Settings()))
    assert state(after) == expected


SOLVED = (
    "投诉\n| 投诉ID | 客户ID | 响应时间 | 记录时间 | 解决时间 |\n| P2 | C1 | 2026-03-05 | 2026-03-05 | 2026-03-06 |\n"
)


@pytest.mark.requirement("R103")
@pytest.mark.parametrize(
    ("row", "expected"),
    [
        ("| S1 | C1 | 2026-03-05 | | ", OPEN),  # after an earlier complaint
        ("| S1 | C1 | 2026-03-09 | | ", ("完成", "自动: 2026-03-09 收到问卷(满意度!F2)")),
        ("| S1 | C1 | 2026-03-05 | T1 | ", ("完成", "自动: 2026-03-05 收到问卷(满意度!F2)")),  # it names the task
        ("| S1 | C1 | 2026-03-09 | T9 | ", OPEN),  # the answer to another
    ],
)
def test_the_answer_to_an_earlier_complaint_does_not_end_the_task_of_the_next(
    row: str, expected: tuple[str, str]
) -> None:
    head = "满意度\n| 问卷ID | 客户ID | 回收日 | 跟进任务 | 节点 |\n"
    mine = task("TS04|P2|2026-03-09", template="complaint_solved")
    assert ends(CLIENT, SOLVED, f"{head}{row}投诉后 |\n", mine) == expected


def test_what_comes_before_its_event_ends_with_it() -> None:
    home = "房源\n| 房源ID | 状态 | 委托止 |\n| H1 | 在售 | 2026-03-10 |\n"
    mine = task("WT02|H1|2026-03-10", obj="H1")
    assert ends(home, mine) == OPEN
    status, note = ends(home, mine, today=dt.date(2026, 3, 11))
    assert (status, "委托止 2026-03-10(房源!" in note, "已过, 没有人标完成" in note) == ("取消", True, True)


def test_what_a_person_opens_again_stays_open_and_stands_on_the_list() -> None:
    after = run(tables(CLIENT, LOG + ASKED + log("F2", "2026-03-06 09:00"), task(QUESTION)))
    opened = after.updated({"tasks": {"status": pd.Series("待办", index=[2], dtype=object)}})
    assert state(run(opened))[0] == "待办"
    listed = due(opened, dt.date(2026, 3, 25), Settings()).results["due"]
    assert "T1" in set(listed["basis"])
    wordless = opened.updated({"tasks": {"done_note": pd.Series("", index=[2], dtype=object)}})
    assert state(run(wordless))[0] == "完成"  # without a word and without 日志 nobody can know


@pytest.mark.parametrize(("undone", "expected"), [("", "待办"), ("是", "完成")])
def test_the_log_tells_that_a_run_had_closed_it(undone: str, expected: str) -> None:
    log_rows = (
        "日志\n| 运行号 | 按钮 | 时间 | 表 | ID | 单元格 | 旧值 | 新值 | 已撤销 |\n"
        f"| 1 | all | 2026-03-06 | 任务 | T1 | J2 | 待办 | 完成 | {undone} |\n"
    )
    answered = LOG + ASKED + log("F2", "2026-03-06 09:00")
    assert ends(CLIENT, answered, log_rows, task(QUESTION))[0] == expected


@pytest.mark.parametrize(("status", "note", "expected"), [
    ("待办", "客户还想再问", "待办"), ("延期", "客户出差", "完成"), ("完成", "已答", "完成"), ("取消", "不用了", "取消"),
])  # fmt: skip
def test_a_task_into_which_a_person_wrote_is_theirs(status: str, note: str, expected: str) -> None:
    found = ends(CLIENT, LOG + ASKED + log("F2", "2026-03-06 09:00"), task(QUESTION, status=status, note=note))
    assert found[0] == expected
    if status != "延期":
        assert found[1] == note


@pytest.mark.requirement("F26")
def test_a_contact_that_came_too_late_ends_the_task_but_keeps_no_promise() -> None:
    late = run(tables(CLIENT, LOG + MADE + log("F2", "2026-03-09 09:00"), task(PROMISE)))
    assert state(late)[0] == "完成"
    assert promise_ledger(Desk(late, TODAY, Settings()))["state"].tolist() == ["未兑现"]
    by_hand = tables(CLIENT, LOG + MADE, task(PROMISE, status="完成", note="发了"))
    assert promise_ledger(Desk(by_hand, TODAY, Settings()))["state"].tolist() == ["已兑现"]


def test_the_order_of_the_rows_does_not_matter() -> None:
    sample, day = sample_tables("small", dt.date(2026, 2, 28)), dt.date(2026, 3, 24)
    made = sample.with_outcome(triggers(sample, dt.date(2026, 2, 28), Settings()))
    first, other = (each.with_outcome(triggers(each, day, Settings()))["tasks"] for each in (made, shuffled(made)))
    states = [frame.loc[frame["rule"] != ""].set_index("rule")["status"].sort_index() for frame in (first, other)]
    assert (states[0] != "待办").sum() > 5
    pd.testing.assert_series_equal(*states)


@pytest.mark.parametrize("born", ["9999-12-31", "2199-12-31", "1900-01-01"])
def test_a_birthday_of_any_year_that_a_cell_can_hold_is_no_mishap(born: str) -> None:
    tables = tables_from(CLIENT.replace("1990-03-07", born) + task("SR01|C1|2026-03-07"))
    found = triggers(tables, TODAY, Settings())
    assert found.updates.keys() <= {"tasks", "clients"}
