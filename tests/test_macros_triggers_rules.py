"""The rows of 触发规则: what is shipped can be used, and a wrong row says where it is wrong and what was meant."""

from pathlib import Path

import pandas as pd
import pytest

from macros.settings import Settings
from macros.templates import load_templates
from macros.triggers import triggers
from macros.triggers.rules import default_triggers, event_of, letters, read_triggers
from tests.tables import tables_from
from tests.test_macros_triggers import TODAY, client, deal, made, rules, run, tasks
from workbook.changes import Finding
from workbook.sheets.trigger_rules import COMPUTED, DATED, EVENTS, TRIGGER_RULES


def found(*rows: str) -> list[Finding]:
    return read_triggers(tables_from(rules(*rows))["trigger_rules"], letters())[1]


def test_the_shipped_rows_can_all_be_used() -> None:
    good, findings = read_triggers(default_triggers(), letters())
    assert not findings
    assert len(good) == len(default_triggers())
    assert default_triggers()["source"].str.len().min() > 0


@pytest.mark.requirement(
    "R41", "R42", "R43", "R44", "R45", "R55", "R56", "R57", "R58", "R59", "R81", "R87", "R103", "R112"
)
def test_every_requirement_of_a_trigger_has_a_row() -> None:
    sources = " ".join(default_triggers()["source"])
    for name in (
        "R41",
        "R42",
        "R43",
        "R44",
        "R45",
        "R55",
        "R56",
        "R57",
        "R58",
        "R59",
        "R81",
        "R85",
        "R87",
        "R103",
        "R112",
        "R114",
        "F17",
        "F26",
    ):
        assert name in sources


def test_a_shipped_rule_is_an_occasion_of_its_template() -> None:
    triggers_of = {one.id: one.trigger for one in load_templates()[0]}
    rows = default_triggers()
    for name, template in zip(rows["name"], rows["template"], strict=True):
        assert not template or name in triggers_of[template], (name, template)


def test_a_workbook_without_rows_has_the_shipped_rules_and_one_with_rows_only_those() -> None:
    born = client(生日="1990-03-07", 纪念日="2020-02-28")
    assert set(made(born)) == {"SR01", "JN01"}
    assert set(made(born, rules("X1 | 生日 | 客户.生日 | -7 | | | 是"))) == {"X1"}


@pytest.mark.parametrize(("enabled", "expected"), [("是", 1), ("", 1), ("否", 0)])
def test_a_rule_can_be_switched_off(enabled: str, expected: int) -> None:
    assert len(made(client(纪念日="2020-02-28"), rules(f"X1 | 试 | 客户.纪念日 | 0 | | | {enabled}"))) == expected


@pytest.mark.parametrize(
    ("row", "column", "check", "said"),
    [
        ("X1 | 试 | 客户.生曰 | 0 | | | 是", "event", "trigger_event", "「客户.生曰」不是事件, 这条规则没有生效。是不是「客户.生日」?"),
        ("X1 | 试 | 成交.签约日期间 | 0 | | | 是", "event", "trigger_event", "是不是「成交.签约日」?"),
        ("X1 | 试 | 天气 | 0 | | | 是", "event", "trigger_event", "请从下拉列表选择, 如 成交.签约日"),
        ("X1 | 试 | | 0 | | | 是", "event", "trigger_event", "没有写事件"),
        ("X1 | 试 | 客户.生日 | | | | 是", "days", "trigger_days", "没有天数"),
        ("X1 | 试 | 客户.生日 | 0 | birthdya | | 是", "template", "trigger_template", "是不是「birthday」?"),
        ("X1 | 试 | 客户.生日 | 0 | 贺卡封面 | | 是", "template", "trigger_template", "没有模板「贺卡封面」"),
        ("X1 | 试 | 客户.生日 | 0 | | 客服员 | 是", "role", "trigger_role", "是不是「客服」?"),
        ("X1 | 试 | 客户.生日 | 0 | | 保洁 | 是", "role", "trigger_role", "请选 归属人、经纪人"),
        ("| 试 | 客户.生日 | 0 | | | 是", "rule_id", "trigger_id", "没有规则ID"),
    ],
)  # fmt: skip
def test_a_wrong_row_is_passed_over_and_named(row: str, column: str, check: str, said: str) -> None:
    findings = found(row, "X9 | 好 | 客户.生日 | 0 | | | 是")
    assert [(f.sheet, f.row, f.column, f.check) for f in findings] == [("trigger_rules", 2, column, check)]
    assert said in findings[0].message


def test_a_wrong_row_does_not_stop_the_others() -> None:
    rows = "X1 | 试 | 天气 | 0 | | | 是", "X2 | 好 | 客户.纪念日 | 0 | | | 是", "X3 | 关 | 天气 | 0 | | | 否"
    outcome = run(client(纪念日="2020-02-28"), rules(*rows))
    assert tasks(outcome)["rule"].tolist() == ["X2|C1|2026-02-28"]
    assert [f.row for f in outcome.findings] == [2]


def test_an_id_stands_once_and_without_a_bar() -> None:
    assert [f.row for f in found("X1 | 一 | 客户.生日 | 0 | | | 是", "X1 | 二 | 客户.生日 | 0 | | | 是")] == [3]
    bar = default_triggers().iloc[:1].assign(rule_id="A|B")
    assert [f.check for f in read_triggers(bar, letters())[1]] == ["trigger_id"]


@pytest.mark.parametrize(
    ("text", "event"),
    [
        ("客户.生日", "客户.生日"), ("客户.出生日期", "客户.生日"), ("客户表.生日", "客户.生日"), ("clients.birthday", "客户.生日"),
        ("成交.成交日期", "成交.签约日"), ("成交．签约日", "成交.签约日"), ("成交.签约日每年", "成交.签约日 每年"), ("节日.中秋", "节日.中秋"),
    ],
)  # fmt: skip
def test_an_event_is_known_by_every_name_of_its_column(text: str, event: str) -> None:
    assert event_of(text) == event


def test_the_events_are_all_dated_columns_and_what_is_computed() -> None:
    assert {"客户.生日", "成交.交房日", "房源.委托止", "需求.期望时间", "跟进.承诺期限", "转介绍.登记时间"} <= set(
        DATED
    )
    assert len(EVENTS) == len(set(EVENTS)) == len(COMPUTED) + len(DATED)
    assert {name for name, dated in DATED.items() if dated.yearly} == {
        "客户.生日", "客户.纪念日", "成交.签约日 每年", "成交.交房日 每年",
    }  # fmt: skip


@pytest.mark.parametrize("event", EVENTS)
def test_every_event_can_be_waited_for(event: str) -> None:
    outcome = run(client(生日="1990-02-28"), rules(f"X1 | 试 | {event} | 0 | | | 是"))
    assert not outcome.findings


def test_a_template_is_known_by_its_name_and_a_folder_may_hold_others(tmp_path: Path) -> None:
    assert letters()["生日祝福"] == letters()["birthday"]
    assert letters()["deal_thanks"].service
    assert not letters()["birthday"].service
    (tmp_path / "own.j2").write_text("{#\nname: 自写\npurpose: 服务\n#}\n您好", "utf-8")
    known = letters(tmp_path)
    assert known["自写"].id == "own"
    assert known["own"].service
    tables = tables_from(client(纪念日="2020-02-28") + rules("X1 | 试 | 客户.纪念日 | 0 | 自写 | | 是"))
    assert triggers(tables, TODAY, Settings(), tmp_path).additions["tasks"]["template"].tolist() == ["own"]


@pytest.mark.parametrize(
    ("late", "day", "expected"), [("2", 2, 1), ("2", 3, 0), ("0", 0, 1), ("0", 1, 0), ("", 10, 1), ("", 11, 0)]
)
def test_a_rule_may_have_a_window_of_its_own(late: str, day: int, expected: int) -> None:
    head = "触发规则\n| 规则ID | 名称 | 事件 | 前后天数 | 最晚补几天 | 启用 |\n"
    tables = tables_from(client(纪念日="2020-02-28") + head + f"| X1 | 试 | 客户.纪念日 | 0 | {late} | 是 |\n")
    outcome = triggers(tables, TODAY + pd.Timedelta(days=day), Settings())
    assert len(outcome.additions.get("tasks", ())) == expected


def test_the_sheet_offers_what_the_rules_understand() -> None:
    assert TRIGGER_RULES["event"].choices == EVENTS
    assert "归属人" in TRIGGER_RULES["role"].choices


def test_any_dated_column_of_any_sheet_is_an_event() -> None:
    seen = "带看\n| 带看ID | 客户ID | 预约时间 | 状态 |\n| V1 | C1 | 2026-02-27 15:00 | 已看 |\n"
    rule = rules("X1 | 带看后 | 带看.预约时间 | 1 | | | 是", "X2 | 周年 | 成交.签约日 每年 | 0 | | | 是")
    frame = tasks(run(client(), seen, deal(签约日="2024-02-29"), rule))
    assert sorted(frame["rule"]) == ["X1|V1|2026-02-27", "X2|D1|2026-02-28"]
    told = "跟进\n| 跟进ID | 对象 | 对象ID | 时间 | 结果 |\n| F1 | 房源 | H1 | 2026-02-28 | 接通 |\n"
    frame = tasks(run(told, rules("X3 | 回 | 跟进.时间 | 0 | | | 是")))
    assert frame["obj_id"].tolist() == ["H1"]
    step = "成交步骤\n| 成交ID | 序号 | 计划日 |\n| D1 | 3 | 2026-02-28 |\n"
    frame = tasks(run(client(), deal(), step, rules("X4 | 步 | 成交步骤.计划日 | 0 | | | 是")))
    assert (frame["rule"].item(), frame["obj_id"].item()) == ("X4|D1-3|2026-02-28", "C1")
