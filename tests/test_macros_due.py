"""今日待办: every reason on the day before, on the day and the day after; who is left out; what stands first."""

import datetime as dt

import pandas as pd
import pytest

from macros.due import due
from macros.due_reasons import RULES
from macros.due_tasks import BY_HAND
from macros.pool import WARNING
from macros.settings import Settings
from tests.shuffling import comparable, sample_tables, shuffled
from tests.tables import tables_from
from workbook.changes import Outcome
from workbook.sheets.due import DUE

TODAY = dt.date(2026, 2, 28)
LOG = "跟进\n| 跟进ID | 对象 | 对象ID | 时间 | 结果 | {} |\n"


def day(offset: int) -> str:
    return (TODAY + dt.timedelta(days=offset)).isoformat()


def client(**columns: str) -> str:
    """A sheet 客户 with C1 张伟 in row 2: grade C, first met long ago, and what else is given by label."""
    given = {
        "客户ID": "C1",
        "姓名": "张伟",
        "人工等级": "C",
        "首接时间": "2025-01-01",
        "归属人": "李雷",
        "首选渠道": "微信",
        "手机1": "13800000001",
        **columns,
    }
    return f"客户\n| {' | '.join(given)} |\n| {' | '.join(given.values())} |\n"


def reached(offset: int) -> str:
    return LOG.format("下步行动") + f"| F1 | 客户 | C1 | {day(offset)} 10:00 | 接通 | 无 |\n"


def found(*parts: str, today: dt.date = TODAY) -> Outcome:
    return due(tables_from("\n".join(parts)), today, Settings())


def lines(*parts: str, today: dt.date = TODAY) -> dict[str, int]:
    """Return rule -> days overdue of the lines on the list, without those of 公客."""
    frame = found(*parts, today=today).results["due"]
    frame = frame.loc[frame["rule"] != WARNING]  # see test_macros_pool
    return dict(zip(frame["rule"], frame["overdue_days"].astype(int), strict=True))


@pytest.mark.requirement("R36", "R37", "R38", "R39", "F5")
@pytest.mark.parametrize(("grade", "gap"), [("A", 3), ("B", 7), ("C", 14), ("D", 30)])
def test_a_grade_is_contacted_in_its_rhythm(grade: str, gap: int) -> None:
    for days, expected in ((gap - 1, {}), (gap, {"定期跟进": 0}), (gap + 1, {"定期跟进": 1})):
        assert lines(client(人工等级=grade), reached(-days)) == expected


@pytest.mark.requirement("R53")
def test_the_next_day_and_the_days_overdue_stand_with_the_client() -> None:
    for days, late in ((13, None), (14, None), (15, 1)):
        update = found(client(), reached(-days)).updates["clients"].iloc[0]
        assert f"{update['next_due']:%Y-%m-%d}" == day(14 - days)
        assert update["overdue_days"] == late or (late is None and pd.isna(update["overdue_days"]))


def test_a_client_never_reached_is_counted_from_the_first_contact() -> None:
    tried = LOG.format("下步行动") + f"| F1 | 客户 | C1 | {day(-1)} | 未接 | 无 |\n"
    outcome = found(client(首接时间=day(-16)), tried)
    line = outcome.results["due"].iloc[0]
    assert (line["rule"], line["overdue_days"]) == ("定期跟进", 2)
    assert line["reason"] == f"C 级客户最多隔 14 天联系一次, 首接 {day(-16)}(客户!AE2)以来没有有效跟进, 已 16 天"
    assert line["cells"] == "客户!AE2"


def test_a_client_of_whom_no_date_is_known_is_not_forgotten() -> None:
    line = found(client(首接时间="")).results["due"].iloc[0]
    assert (line["rule"], line["overdue_days"], line["due"].date()) == ("定期跟进", 0, TODAY)
    assert "既没有有效跟进, 也没有首接时间" in line["reason"]


@pytest.mark.parametrize(
    ("columns", "name"),
    [
        ({"状态": "已成交"}, "已成交"), ({"状态": "暂不考虑"}, "暂不考虑"), ({"阶段": "售后"}, "售后"),
        ({"状态": "已成交", "阶段": "售后"}, "已成交"),
    ],
)  # fmt: skip
@pytest.mark.requirement("R63")
def test_who_bought_or_gave_up_is_contacted_in_the_rhythm_of_d(columns: dict[str, str], name: str) -> None:
    text = client(人工等级="A", **columns)
    assert lines(text, reached(-29)) == {}
    assert lines(text, reached(-30)) == {"定期跟进": 0}
    assert found(text, reached(-30)).results["due"].iloc[0]["reason"].startswith(f"{name}客户最多隔 30 天")


@pytest.mark.requirement("R41")
@pytest.mark.parametrize(
    ("first", "expected"),
    [(f"{day(-1)} 10:00", {}), (f"{day(-2)} 10:00", {"首次回访": 1}), (f"{day(-3)} 10:00", {"首次回访": 2})],
)  # Friday: by Monday; Thursday: by Friday, and today is Saturday; see test_macros_first_reply_clock
def test_a_new_client_is_thanked_within_a_working_day(first: str, expected: dict[str, int]) -> None:
    assert lines(client(首接时间=first)) == expected


def tries(*days: int, result: str = "未接", plan: str = "") -> str:
    rows = [
        f"| F{number} | 客户 | C1 | {day(offset)} 10:00 | {result} | {plan} |\n" for number, offset in enumerate(days)
    ]
    return LOG.format("下步行动") + "".join(rows)


@pytest.mark.requirement("R41", "F4")
@pytest.mark.parametrize(
    ("first", "tried", "expected"),
    [
        (-2, (0,), {}),  # tomorrow
        (-2, (-1,), {"首次没接通": 0}),
        (-4, (-3, -2), {"首次没接通": 1}),
        (-5, (-4, -3, -2), {}),  # three tries: from now on the rhythm of C
        (-13, (-4, -3, -2), {}),
        (-14, (-4, -3, -2), {"定期跟进": 0}),
        (-13, (-1,), {"首次没接通": 0}),
        (-14, (-1,), {"定期跟进": 0}),  # the first gap is over
    ],
)
def test_who_was_tried_in_vain_is_tried_again(first: int, tried: tuple[int, ...], expected: dict[str, int]) -> None:
    assert lines(client(首接时间=f"{day(first)} 09:00"), tries(*tried)) == expected


@pytest.mark.requirement("R41")
def test_a_try_in_vain_says_how_often_and_where_and_ends_with_the_first_contact_that_reaches_the_client() -> None:
    newcomer = client(首接时间=f"{day(-3)} 09:00")
    line = found(newcomer, tries(-2, -1)).results["due"].iloc[0]
    assert line["reason"] == f"联系过 2 次都没接通, 上次 {day(-1)}(跟进!D3), 隔 1 天再试, 一共试 3 次"
    assert (line["cells"], line["template"]) == ("跟进!D3", "首次致谢")
    assert lines(newcomer, tries(-2) + f"| F9 | 客户 | C1 | {day(-1)} 11:00 | 接通 | |\n") == {}
    assert lines(client(首接时间=f"{day(-3)} 09:00", 状态="暂不考虑"), tries(-1)) == {}
    assert lines(client(首接时间=f"{day(-3)} 09:00", 联系同意="拒绝"), tries(-1)) == {}


@pytest.mark.requirement("R41")
def test_one_attempt_or_a_viewing_ends_the_clock_of_the_first_reply() -> None:
    fresh = client(首接时间=f"{day(-3)} 10:00")
    assert lines(fresh) == {"首次回访": 2}
    assert lines(fresh, tries(-2)) == {"首次没接通": 1}
    assert lines(fresh, f"带看\n| 带看ID | 客户ID | 预约时间 | 状态 |\n| V1 | C1 | {day(-2)} | 已看 |\n") == {}
    assert lines(client(首接时间=f"{day(-3)} 10:00", 状态="已成交")) == {}


def plan(act: str, at: str, logged: str = day(-5), result: str = "接通") -> str:
    return (
        LOG.format("下步行动 | 计划时间 | 下次方式 | 预期目标")
        + f"| F1 | 客户 | C1 | {logged} | {result} | {act} | {at} | 电话 | 定下时间 |\n"
    )


@pytest.mark.requirement("R53")
@pytest.mark.parametrize(
    ("at", "expected"), [(day(1), {}), (f"{day(0)} 15:00", {"计划跟进": 0}), (day(-1), {"计划跟进": 1})]
)
def test_a_planned_day_beats_the_rhythm(at: str, expected: dict[str, int]) -> None:
    assert lines(client(人工等级="A"), plan("约看房", at)) == expected
    assert lines(client(人工等级="D"), plan("约看房", at)) == expected


def test_a_plan_says_what_how_and_where_it_was_written() -> None:
    line = found(client(), plan("约看房", day(-1))).results["due"].iloc[0]
    assert (line["what"], line["channel"]) == ("约看房: 定下时间", "电话")
    assert line["reason"] == f"{day(-5)} 的跟进计划 {day(-1)} 约看房(跟进!U2)"
    assert line["cells"] == "跟进!U2"


def test_only_the_plan_of_the_latest_log_counts_and_none_is_no_plan() -> None:
    later = f"| F2 | 客户 | C1 | {day(-1)} | 未接 | 无 | | | |\n"
    assert lines(client(), plan("约看房", day(-2)) + later) == {}
    assert lines(client(人工等级="A"), plan("无", day(-2))) == {"定期跟进": 2}
    assert lines(client(人工等级="A"), plan("回访", "")) == {"定期跟进": 2}


def test_a_viewing_after_the_log_fulfils_its_plan() -> None:
    seen = "带看\n| 带看ID | 客户ID | 预约时间 | 状态 |\n| V1 | C1 | {} 10:00 | 已看 |\n"
    assert lines(client(), plan("约看房", day(-2)), seen.format(day(-2))) == {}
    assert lines(client(), plan("约看房", day(-2)), seen.format(day(-6))) == {"计划跟进": 2}


def promised(by: str, *later: str) -> str:
    rows = (f"F1 | 客户 | C1 | {day(-4)} 10:00 | 接通 | 无 | 发房源清单 | {by}", *later)
    return LOG.format("下步行动 | 承诺事项 | 承诺期限") + "".join(f"| {row} |\n" for row in rows)


@pytest.mark.requirement("F26")
@pytest.mark.parametrize(
    ("by", "expected"), [(day(1), {}), (day(0), {"承诺到期": 0}), (day(-1), {"承诺到期": 1}), ("", {})]
)
def test_a_promise_falls_due_on_its_day(by: str, expected: dict[str, int]) -> None:
    assert lines(client(), promised(by)) == expected


@pytest.mark.requirement("F26")
def test_a_promise_ends_with_a_contact_on_or_after_its_day() -> None:
    for when, expected in ((day(-2), {"承诺到期": 1}), (day(-1), {}), (day(0), {})):
        assert lines(client(), promised(day(-1), f"F2 | 客户 | C1 | {when} 11:00 | 接通 | 无 | | ")) == expected
    assert lines(client(), promised(day(-1), f"F2 | 客户 | C1 | {day(0)} | 未接 | 无 | | ")) == {"承诺到期": 1}


def test_of_several_promises_the_earliest_is_named_and_the_others_are_counted() -> None:
    text = promised(day(0), f"F2 | 客户 | C1 | {day(-3)} | 接通 | 无 | 问贷款利率 | {day(-2)}")
    line = found(client(), text).results["due"].iloc[0]
    assert line["reason"] == f"答应 {day(-2)} 前「问贷款利率」(跟进!O3), 另有 1 项承诺"
    assert line["what"] == "兑现承诺: 问贷款利率"


@pytest.mark.requirement("R43")
def test_a_question_is_due_on_the_day_it_was_asked_until_it_can_have_been_answered() -> None:
    asked = LOG.format("下步行动 | 待答问题") + f"| F1 | 客户 | C1 | {day(-1)} 10:00 | 接通 | 无 | 学位还在吗 |\n"
    assert lines(client(), asked) == {"待答问题": 1}
    assert lines(client(), asked, today=TODAY - dt.timedelta(days=1)) == {"待答问题": 0}
    assert lines(client(), asked + f"| F2 | 客户 | C1 | {day(-1)} 10:01 | 已回复 | 无 | |\n") == {}
    assert lines(client(), asked + f"| F2 | 客户 | C1 | {day(-1)} 10:01 | 未接 | 无 | |\n") == {"待答问题": 1}
    assert lines(client(), asked.replace("学位还在吗", "无")) == {}
    assert found(client(), asked).results["due"].iloc[0]["what"] == "回答: 学位还在吗"


@pytest.mark.requirement("R42")
@pytest.mark.parametrize(("offset", "expected"), [(-1, {}), (-2, {"推荐反馈": 0}), (-3, {"推荐反馈": 1})])
def test_after_a_recommendation_the_client_is_asked(offset: int, expected: dict[str, int]) -> None:
    offered = (
        LOG.format("下步行动 | 推荐房源 | 客户反馈")
        + f"| F1 | 客户 | C1 | {day(offset)} 10:00 | 接通 | 无 | H1、H2 | |\n"
    )
    sent = f"需求\n| 需求ID | 客户ID |\n| Q1 | C1 |\n匹配结果\n| 需求ID | 房源ID | 已推荐 |\n| Q1 | H1 | {day(offset)} 10:00 |\n"
    assert lines(client(), offered) == expected
    assert lines(client(), reached(-10), sent) == expected


@pytest.mark.requirement("R42")
def test_feedback_or_a_viewing_answers_a_recommendation() -> None:
    offered = (
        LOG.format("下步行动 | 推荐房源 | 客户反馈") + f"| F1 | 客户 | C1 | {day(-3)} 10:00 | 接通 | 无 | H1 | {{}} |\n"
    )
    assert lines(client(), offered.format("犹豫")) == {}
    assert lines(client(), offered.format("无")) == {"推荐反馈": 1}
    assert lines(client(), offered.format("") + f"| F2 | 客户 | C1 | {day(-2)} | 接通 | 无 | | 满意 |\n") == {}
    assert lines(client(), offered.format("") + f"| F2 | 客户 | C1 | {day(-4)} | 接通 | 无 | | 满意 |\n") == {
        "推荐反馈": 1
    }
    seen = f"带看\n| 带看ID | 客户ID | 预约时间 | 状态 |\n| V1 | C1 | {day(-1)} | 已看 |\n"
    assert lines(client(), offered.format(""), seen) == {}
    assert (
        found(client(), offered.format("")).results["due"].iloc[0]["reason"]
        == f"{day(-3)} 推荐了 H1, 2 天后还没有反馈(跟进!R2)"
    )


def test_a_refused_match_needs_no_question() -> None:
    sent = f"需求\n| 需求ID | 客户ID |\n| Q1 | C1 |\n匹配结果\n| 需求ID | 房源ID | 已推荐 | 客户反馈 |\n| Q1 | H1 | {day(-3)} | 拒绝 |\n"
    assert lines(client(), reached(-10), sent) == {}


@pytest.mark.requirement("R56")
@pytest.mark.parametrize(
    ("birthday", "shown"),
    [
        ("1990-03-08", False),
        ("1990-03-07", True),
        ("1990-03-01", True),
        ("1990-02-28", True),
        ("1990-02-27", False),
        ("2030-03-01", False),
    ],
)
def test_a_birthday_is_prepared_in_the_week_before(birthday: str, shown: bool) -> None:
    outcome = found(client(生日=birthday), reached(-1))
    assert outcome.results["due"]["rule"].tolist() == (["生日关怀"] if shown else [])
    assert outcome.results["due"]["overdue_days"].tolist() == ([0] if shown else [])
    assert f"{outcome.updates['clients'].iloc[0]['next_due']:%Y-%m-%d}" == day(13)  # a greeting is no follow-up


@pytest.mark.parametrize(
    ("today", "shown"),
    [
        (dt.date(2026, 2, 20), False), (dt.date(2026, 2, 21), True), (dt.date(2026, 2, 28), True), (dt.date(2026, 3, 1), False),
        (dt.date(2028, 2, 21), False), (dt.date(2028, 2, 22), True), (dt.date(2028, 2, 29), True), (dt.date(2028, 3, 1), False),
    ],
)  # fmt: skip
def test_a_leap_day_birthday_is_kept_on_the_28th_of_other_years(today: dt.date, shown: bool) -> None:
    assert ("生日关怀" in lines(client(生日="2000-02-29"), today=today)) is shown


def test_a_birthday_in_january_is_prepared_in_december() -> None:
    line = (
        found(client(生日="1990-01-02"), today=dt.date(2026, 12, 30)).results["due"].set_index("rule").loc["生日关怀"]
    )
    assert line["due"].date() == dt.date(2026, 12, 26)
    assert line["reason"].startswith("1月2日生日(客户!")


def test_who_refused_contact_is_on_no_list() -> None:
    outcome = found(client(联系同意="拒绝", 生日="1990-02-28"), plan("约看房", day(-1)))
    assert len(outcome.results["due"]) == 0
    assert outcome.updates["clients"].isna().all(axis=None)


@pytest.mark.parametrize(
    ("consent", "rules"), [("同意", {"生日关怀", "定期跟进"}), ("", {"生日关怀", "定期跟进"}), ("仅服务", {"定期跟进"})]
)
def test_who_agreed_to_service_only_gets_no_greeting(consent: str, rules: set[str]) -> None:
    assert set(lines(client(联系同意=consent, 生日="1990-02-28"), reached(-14))) == rules


def test_a_row_without_an_id_and_the_second_of_an_id_are_not_listed() -> None:
    text = "客户\n| 客户ID | 姓名 | 人工等级 |\n| | 张 | A |\n| C1 | 李 | A |\n| C1 | 王 | A |\n"
    assert found(text).results["due"]["name"].tolist() == ["李"]


@pytest.mark.requirement("R35")
@pytest.mark.parametrize(
    ("columns", "what"),
    [
        ({"阶段": "潜在"}, "了解需求, 提出置业建议"), ({"阶段": "意向"}, "推荐房源, 邀约看房"), ({"阶段": "洽谈"}, "谈价格和条款, 准备签约"),
        ({"阶段": "售后"}, "回访居住感受, 请求转介绍"), ({"阶段": "意向", "状态": "暂不考虑"}, "发市场月报, 了解近况"),
        ({"人工等级": "A"}, "推荐精准房源, 邀约看房"), ({"人工等级": "D"}, "发节日问候或市场月报"),
    ],
)  # fmt: skip
def test_the_next_step_follows_from_the_stage_else_from_the_grade(columns: dict[str, str], what: str) -> None:
    assert found(client(**columns), reached(-40)).results["due"].iloc[0]["what"] == what


@pytest.mark.requirement("F5")
def test_a_line_says_who_whom_how_when_and_links_to_the_row() -> None:
    outcome = found(client(方便时段="晚上"), reached(-16))
    line = outcome.results["due"].iloc[0].to_dict()
    wanted = {
        "rank": 1, "who": "李雷", "client_id": "C1", "name": "张伟", "grade": "C", "overdue_days": 2, "channel": "微信", "pref_time": "晚上",
        "link": "客户!B2", "rule": "定期跟进", "reason": f"C 级客户最多隔 14 天联系一次, 上次有效跟进 {day(-16)}(跟进!D2), 已 16 天",
    }  # fmt: skip
    assert {key: line[key] for key in wanted} == wanted
    assert outcome.items == [{
        "client_id": "C1", "name": "张伟", "who": "李雷", "due": day(-2), "overdue_days": 2, "what": line["what"], "reason": line["reason"],
        "rule": "定期跟进", "cells": ["跟进!D2"],
    }]  # fmt: skip


def test_a_client_without_an_agent_is_with_the_service_person() -> None:
    assert found(client(归属人="", 客服="韩梅")).results["due"].iloc[0]["who"] == "韩梅"


def ranked(*rows: str) -> list[str]:
    """Clients as: id, grade, days since the last contact, 客户类型. Returns their ids in the order of the list."""
    parts = [row.split() for row in rows]
    people = "客户\n| 客户ID | 姓名 | 人工等级 | 客户类型 |\n" + "".join(
        f"| {who} | 张 | {grade} | {'' if kind == '-' else kind} |\n" for who, grade, _, kind in parts
    )
    log = LOG.format("下步行动") + "".join(
        f"| F{i} | 客户 | {who} | {day(-int(days))} | 接通 | 无 |\n" for i, (who, _, days, _) in enumerate(parts)
    )
    return found(people, log).results["due"]["client_id"].tolist()


@pytest.mark.requirement("F5", "R36")
def test_the_list_is_ranked_by_grade_days_over_and_value() -> None:
    assert ranked("C1 C 14 -", "C2 A 3 -", "C3 B 7 -", "C4 D 30 -") == ["C2", "C3", "C1", "C4"]
    assert ranked("C1 B 7 -", "C2 B 14 -", "C3 B 10 -") == ["C2", "C3", "C1"]
    assert ranked("C1 B 7 -", "C2 B 7 投资型", "C3 B 7 改善型") == ["C2", "C3", "C1"]


def test_no_d_client_stands_above_an_a_client_who_is_due() -> None:
    assert ranked("C1 D 900 投资型", "C2 A 3 -") == ["C2", "C1"]


def test_equal_lines_stand_in_the_order_of_their_ids_after_the_longest_overdue() -> None:
    assert ranked("C2 B 7 -", "C1 B 7 -") == ["C1", "C2"]
    assert ranked("C1 B 28 -", "C2 B 29 -") == ["C2", "C1"]


def test_a_client_without_a_grade_is_graded_for_the_list() -> None:
    outcome = found("客户\n| 客户ID | 姓名 | 系统等级 |\n| C1 | 张 | |\n| C2 | 李 | B |\n")
    assert dict(zip(outcome.results["due"]["client_id"], outcome.results["due"]["grade"], strict=True)) == {
        "C1": "D",
        "C2": "B",
    }


def test_each_client_and_reason_has_one_line_and_only_automatic_columns_are_filled() -> None:
    frame = due(sample_tables("small", TODAY), TODAY, Settings()).results["due"]
    assert not frame.duplicated(["client_id", "rule"]).any()
    assert set(frame["rule"]) <= {*RULES, WARNING, BY_HAND}
    assert (frame["due"] <= pd.Timestamp(TODAY)).all()
    assert list(frame) == [column.key for column in DUE.columns if column.automatic]
    assert frame["rank"].tolist() == list(range(1, len(frame) + 1))


@pytest.mark.requirement("R53")
def test_the_order_of_rows_does_not_matter() -> None:
    given = sample_tables("small", TODAY)
    one, other = (due(tables, TODAY, Settings()) for tables in (given, shuffled(given)))
    lists = [comparable(o.results["due"].drop(columns="link"), o.results["due"]["rank"]) for o in (one, other)]
    pd.testing.assert_frame_equal(*lists)


def test_a_second_run_on_its_own_output_changes_nothing() -> None:
    given = sample_tables("small", TODAY)
    once = due(given, TODAY, Settings())
    again = due(given.updated(once.updates, once.results), TODAY, Settings())
    pd.testing.assert_frame_equal(once.results["due"], again.results["due"])
    pd.testing.assert_frame_equal(once.updates["clients"], again.updates["clients"])


def test_an_empty_workbook_has_an_empty_list() -> None:
    outcome = found("")
    assert (len(outcome.results["due"]), list(outcome.items), len(outcome.updates["clients"])) == (0, [], 0)
