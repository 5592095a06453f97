"""One event, one task, ever: whatever becomes of the rule, of its row and of the day; a day that is moved far is another event."""

import datetime as dt

import pandas as pd
import pytest

import macros.triggers
from macros.due import due
from macros.settings import Settings, Trigger
from macros.triggers import triggers
from macros.triggers.rules import default_triggers, letters
from tests.shuffling import shuffled
from tests.tables import tables_from
from workbook.tables import Tables

SIGNED, DAY = dt.date(2026, 2, 22), dt.timedelta(days=1)
SAME = Settings().trigger.same_days
LETTERS = letters()
TEXT = """
人员
| 工号 | 姓名 | 角色 | 门店 | 入职 |
| S1 | 李雷 | 经纪人 | 东店 | 2020-01-01 |
| S2 | 韩梅 | 客服 | 东店 | 2020-01-01 |
客户
| 客户ID | 姓名 | 称谓 | 归属人 | 门店 | 首接时间 | 联系同意 | 人工等级 | 手机1 | 状态 | 阶段 |
| C1 | 张伟 | 张先生 | 李雷 | 东店 | 2025-01-01 | 同意 | C | 13800000001 | 已成交 | 售后 |
成交
| 成交ID | 客户ID | 状态 | {} |
| D1 | C1 | 签约 | {} |
"""


@pytest.fixture(autouse=True)
def letters_read_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(macros.triggers, "letters", lambda *_: LETTERS)


def agency(column: str = "签约日", day: dt.date = SIGNED) -> Tables:
    found = tables_from(TEXT.format(column, day.isoformat()))
    return Tables({**found, "trigger_rules": default_triggers()}, found.layouts)


def lived(tables: Tables, first: dt.date, days: int) -> Tables:
    """Return the tables after a run on each of these days."""
    for n in range(days):
        tables = tables.with_outcome(triggers(tables, first + n * DAY, Settings()))
    return tables


def with_rules(tables: Tables, rules: pd.DataFrame) -> Tables:
    return Tables({**tables, "trigger_rules": rules.set_axis(range(2, len(rules) + 2))}, tables.layouts)


def of(tables: Tables, rule: str = "成交感谢") -> pd.DataFrame:
    tasks = tables["tasks"]
    return tasks.loc[tasks["what"].str.startswith(rule)]


def change(key: str, rule_id: str = "CJ02") -> pd.DataFrame:
    """Return 触发规则 after a person changed the rule."""
    rules = default_triggers()
    row = rules.index[rules["rule_id"] == rule_id]
    if key == "sorted":
        return rules.iloc[::-1]
    if key == "deleted":
        return rules.drop(index=row)
    rules.loc[row, key] = {"rule_id": "ZZ9", "name": "感谢信", "what": "写一封信", "days": 4.0, "enabled": False}[key]
    return rules


@pytest.mark.parametrize("what", ["sorted", "deleted", "rule_id", "name", "what", "days", "enabled"])
def test_whatever_happens_to_the_rule_there_is_one_task_ever(what: str) -> None:
    start = SIGNED + 3 * DAY
    made = lived(agency(), start, 2)
    other = lived(with_rules(made, change(what)), start + 2 * DAY, 9)
    again = lived(with_rules(other, default_triggers()), start + 4 * DAY, 7)
    for found in (made, other, again):
        tasks = found["tasks"]
        assert tasks["rule"].str.startswith("CJ02|D1|").sum() == 1
        assert tasks["rule"].str.startswith("ZZ9").sum() == 0
        assert tasks.loc[tasks["rule"].str.startswith("CJ02"), "status"].tolist() == ["待办"]


def test_a_renamed_rule_makes_what_the_old_one_had_not() -> None:
    """Three rules of one name for one row, 30, 180 and 365 days after the delivery: each is known by its days."""
    renamed = default_triggers()
    renamed["rule_id"] = renamed["rule_id"].where(renamed["rule_id"] != "JF05", "ZZ5")
    made = lived(agency("交房日"), SIGNED + 30 * DAY, 1)
    later = lived(with_rules(made, renamed), SIGNED + 180 * DAY, 2)
    assert of(later, "居住回访")["rule"].tolist() == ["JF04|D1|2026-02-22", "ZZ5|D1|2026-02-22"]
    back = lived(with_rules(later, default_triggers()), SIGNED + 181 * DAY, 1)
    assert len(of(back, "居住回访")) == 2


def moved(tables: Tables, day: dt.date, column: str = "signed_on") -> Tables:
    return tables.updated({"deals": {column: pd.Series([pd.Timestamp(day)], index=[2])}})


@pytest.mark.parametrize("days", [-SAME, -1, 1, SAME])
def test_a_day_moved_a_little_is_the_same_event(days: int) -> None:
    made = lived(agency(), SIGNED + 3 * DAY, 1)
    after = lived(moved(made, SIGNED + days * DAY), SIGNED + 4 * DAY, 12)
    assert of(after)["status"].tolist() == ["待办"]


@pytest.mark.requirement("R55")
@pytest.mark.parametrize("days", [SAME + 1, SAME + 40])
def test_a_day_moved_far_closes_the_old_task_with_the_reason_and_makes_one_new(days: int) -> None:
    made, now = lived(agency(), SIGNED + 3 * DAY, 1), SIGNED + days * DAY
    after = moved(made, now)
    at_once = lived(after, SIGNED + 4 * DAY, 1)
    assert of(at_once)["status"].iloc[0] == "取消"
    frame = of(lived(at_once, now + 2 * DAY, 13))
    assert frame["rule"].tolist() == ["CJ02|D1|2026-02-22", f"CJ02|D1|{now}"]
    assert frame["status"].tolist() == ["取消", "待办"]
    cell = after.cell("deals", 2, "signed_on")
    assert frame["done_note"].iloc[0] == f"自动: 事件改期: 签约日 2026-02-22 改为 {now}({cell})"


def test_a_day_moved_so_far_back_that_it_makes_no_task_leaves_the_old_one_open() -> None:
    made = lived(agency(), SIGNED + 3 * DAY, 1)
    after = lived(moved(made, SIGNED - (SAME + 1) * DAY), SIGNED + 4 * DAY, 3)
    assert of(after)["status"].tolist() == ["待办"]


def test_a_day_that_is_moved_back_opens_the_old_task_again_and_closes_the_new_one() -> None:
    now = SIGNED + (SAME + 20) * DAY
    away = lived(moved(lived(agency(), SIGNED + 3 * DAY, 1), now), now + 3 * DAY, 1)
    frame = of(lived(moved(away, SIGNED), now + 4 * DAY, 3))
    assert list(zip(frame["rule"], frame["status"], frame["done_note"].str[:8], strict=True)) == [
        ("CJ02|D1|2026-02-22", "待办", ""), (f"CJ02|D1|{now}", "取消", "自动: 事件改期"),
    ]  # fmt: skip


def test_a_questionnaire_that_was_made_is_not_made_for_another_day() -> None:
    made = lived(agency("交房日"), SIGNED + 30 * DAY, 1)
    after = lived(moved(made, SIGNED + (SAME + 20) * DAY, "handover_on"), SIGNED + (SAME + 50) * DAY, 2)
    assert [*of(after, "交房满意度")["status"], len(after["surveys"])] == ["待办", 1]
    assert of(after, "居住回访")["status"].tolist() == ["取消", "待办"]


def test_the_days_within_which_an_event_is_the_same_are_a_setting() -> None:
    made = lived(agency(), SIGNED + 3 * DAY, 1)
    for same, status in ((4, "取消"), (5, "待办")):
        settings = Settings(trigger=Trigger(same_days=same))
        after = moved(made, SIGNED + 5 * DAY)
        after = after.with_outcome(triggers(after, SIGNED + 5 * DAY, settings))
        assert of(after)["status"].iloc[0] == status


def test_sorting_all_sheets_every_day_makes_nothing_twice() -> None:
    tables = agency("交房日")
    for n in range(0, 50, 2):
        tables = shuffled(tables, n).with_outcome(triggers(tables, SIGNED + n * DAY, Settings()))
    assert tables["tasks"]["rule"].is_unique
    assert {"JF01", "JF02", "JF03", "JF04"} == {key.split("|")[0] for key in tables["tasks"]["rule"]}


@pytest.mark.requirement("R59", "R81")
def test_the_survey_and_the_visit_of_one_day_are_two_tasks_of_two_people_that_ask_for_one_contact() -> None:
    day = SIGNED + 30 * DAY
    made = lived(agency("交房日"), day, 1)
    made = made.updated(
        {"tasks": {"status": made["tasks"]["status"].where(~made["tasks"]["rule"].str.startswith("JF02"), "完成")}}
    )
    made = made.with_outcome(due(made, day, Settings()))
    lines = made["due"].set_index("rule")
    assert lines.loc[["交房满意度", "居住回访"], "who"].tolist() == ["韩梅", "李雷"]
    cells = {name: made.cell("tasks", int(of(made, name).index[0]), "due") for name in ("交房满意度", "居住回访")}
    for mine, other, who in (("交房满意度", "居住回访", "李雷"), ("居住回访", "交房满意度", "韩梅")):
        assert (
            f"今天还有「{other}」{who} {day:%Y-%m-%d} 到期({cells[other]}), 请并作一次联系" in lines.loc[mine, "reason"]
        )
        assert cells[other] in lines.loc[mine, "cells"].split("、")


@pytest.mark.requirement("R46", "R59", "R81")
def test_once_one_of_them_reached_the_client_the_other_line_waits_and_is_not_lost() -> None:
    day = SIGNED + 30 * DAY
    made = lived(agency("交房日"), day, 1)
    contact = {
        "fu_id": "F1",
        "obj": "客户",
        "obj_id": "C1",
        "at": pd.Timestamp(day),
        "staff": "韩梅",
        "result": "接通",
        "way": "微信",
    }
    called = made.updated({}, additions={"followups": pd.DataFrame([contact])})
    next_day = due(called, day + DAY, Settings()).results["due"]
    assert "居住回访" not in set(next_day["rule"])
    much_later = due(called, day + 40 * DAY, Settings()).results["due"]
    assert "居住回访" in set(much_later["rule"])
