"""The sheet 模板 wins over the file of the same id; a refused row is named by cell and line, and no file takes its place."""

import datetime as dt
from pathlib import Path

import pandas as pd
import pytest

from macros.checks import validate
from macros.checks.bad_template import bad_template
from macros.message_fields import FIELDS
from macros.messages import messages
from macros.settings import Agency, Settings
from macros.template_book import (
    KEY,
    OFF,
    USABLE,
    book_of,
    default_templates,
    shipped_row,
    templates_of,
    updates_of,
)  # fmt: skip
from macros.templates import CHINESE, ENGLISH, load_templates
from macros.triggers import triggers
from macros.triggers.rules import letters
from tests.tables import tables_from
from workbook.errors import TemplateRefused
from workbook.sheets.templates import TEMPLATES
from workbook.tables import Tables

SETTINGS = Settings(agency=Agency(name="安居地产"))
TODAY = dt.date(2026, 3, 5)
HEADER = "{#\nname: 试\nchannel: 微信\ntype: 试\npurpose: 服务\ntrigger: 首次回访\nfields: 称谓\n#}\n"
CLIENT = """
今日待办
| 名次 | 负责人 | 客户ID | 姓名 | 等级 | 事由 | 原因 | 建议渠道 |
| 1 | 李娜 | C1 | 张伟 | C | {rule} | 到期 | 微信 |
客户
| 客户ID | 姓名 | 称谓 | 首选渠道 | 联系同意 | 归属人 |
| C1 | 张伟 | 张先生 | 微信 | 同意 | 李娜 |
"""
SHEET = f"模板\n| {' | '.join(TEMPLATES.labels)} |\n"


def row(template_id: str = "mine", body: str = "{{ 称谓 }}您好", **more: object) -> dict[str, object]:
    """A usable row of 模板, some cells of it changed."""
    usual: dict[str, object] = {
        "template_id": template_id, "name": "我的", "channel": "微信", "content_type": "致谢", "aim": "服务", "trigger": "首次回访",
        "body": body, "optional": "", "order": 1.0, "again_days": 1.0, "language": CHINESE, "enabled": True,
    }  # fmt: skip
    return usual | more


def with_rows(*rows: dict[str, object], rule: str = "首次回访") -> Tables:
    return tables_from(CLIENT.format(rule=rule) + SHEET).updated({}, additions={KEY: pd.DataFrame(list(rows))})


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """One shipped template in each language."""
    (tmp_path / "en").mkdir()
    (tmp_path / "thanks.j2").write_text(HEADER + "{{ 称谓 }}, 这是文件", "utf-8")
    (tmp_path / "en" / "thanks.j2").write_text(HEADER + "{{ 称谓 }}, this is the file", "utf-8")
    return tmp_path


def refusals(*rows: dict[str, object], folder: Path) -> list[str]:
    return [str(one) for one in templates_of(with_rows(*rows), SETTINGS, folder)[1]]


def texts(tables: Tables, folder: Path, settings: Settings = SETTINGS) -> dict[str, str]:
    return {one.id: one.render({"称谓": "王女士"}) for one in templates_of(tables, settings, folder)[0]}


def test_a_workbook_without_rows_has_the_files(folder: Path) -> None:
    assert texts(with_rows(), folder) == {"thanks": "王女士, 这是文件"}


@pytest.mark.requirement("R40", "F9")
def test_a_row_wins_over_the_file_and_others_stand_beside_it(folder: Path) -> None:
    tables = with_rows(row("thanks", "{{ 称谓 }}, 这是表"), row("more", "{{ 称谓 }}您好"))
    assert texts(tables, folder) == {"thanks": "王女士, 这是表", "more": "王女士您好"}
    assert texts(with_rows(row("more")), folder).keys() == {"more", "thanks"}


def test_a_row_says_all_that_a_file_says(folder: Path) -> None:
    told = row(
        "mine", "{{ 称谓 }}{{ 预算 }}", optional="预算、", order=3.0, again_days=14.0, trigger="首次回访 定期跟进:A"
    )
    (one,) = [one for one in templates_of(with_rows(told), SETTINGS, folder)[0] if one.id == "mine"]
    assert (one.fields, one.optional, one.order, one.again_days) == (("称谓",), ("预算",), 3, 14)
    assert (one.trigger, one.purpose, one.type) == (("首次回访", "定期跟进:A"), "服务", "致谢")


def test_empty_numbers_have_the_usual_values(folder: Path) -> None:
    empty = float("nan")
    one = templates_of(with_rows(row(order=empty, again_days=empty)), SETTINGS, folder)[0][0]
    assert (one.order, one.again_days) == (50, 1)


def test_a_row_that_is_switched_off_switches_the_file_off(folder: Path) -> None:
    tables = with_rows(row("thanks", "{{ 姓明 }}", enabled=False), row("other"))
    assert texts(tables, folder) == {"other": "王女士您好"}
    assert not refusals(row("thanks", "{{ 姓明 }}", enabled=False), row("other"), folder=folder)


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"body": "您好\n\n{{ 姓明 }}"}, "模板!G2 第 3 行: 没有「姓明」这个字段。您是不是想写「姓名」。"),
        ({"body": "您好{{ 称谓 }"}, "模板!G2 第 1 行: 有没写完整或写错的 {{ }} 或 {% %}。"),
        ({"body": "｛｛ 称谓 ｝｝您好"}, "模板!G2 第 1 行: 用了全角的「｛」。请切换到英文输入法"),
        ({"body": "您好\n{姓名}"}, "模板!G2 第 2 行: 「{姓名}」会原样发给客户。字段请写成 {{ 姓名 }}"),
        ({"body": ""}, "模板!G2: 没有正文。请填写正文, 或在「启用」选「否」。"),
        ({"name": ""}, "模板!B2: 没有名称。"),
        ({"channel": "传真"}, "模板!C2: 渠道不能是「传真」。请选 微信、短信、邮件、电话 之一。"),
        ({"aim": "广告"}, "模板!E2: 用途不能是「广告」。请选 服务、关怀、营销 之一。"),
        ({"optional": "预算"}, "模板!H2: 正文没有用到「预算」。请从这一格删去。"),
        ({"optional": "称唿"}, "模板!H2: 没有「称唿」这个字段。您是不是想写「称谓」。"),
        ({"template_id": ""}, "模板!A2: 没有编号。请写一个"),
    ],
)
def test_a_refused_row_is_named_by_cell_and_line(folder: Path, changed: dict[str, object], said: str) -> None:
    (refusal,) = refusals(row(**changed), folder=folder)  # type: ignore[arg-type]
    assert refusal.startswith(said)


@pytest.mark.requirement("R40")
def test_no_file_takes_the_place_of_a_refused_row(folder: Path) -> None:
    tables = with_rows(row("thanks", "{{ 姓明 }}"), row("other"))
    assert texts(tables, folder) == {"other": "王女士您好"}
    assert not book_of(tables, CHINESE, folder).good[1:]


def test_the_second_row_of_an_id_is_refused(folder: Path) -> None:
    (refusal,) = refusals(row("a"), row("a", "再见{{ 称谓 }}"), folder=folder)
    assert refusal.startswith("模板!A3: 编号「a」前面已有。")


def test_a_broken_file_is_told_of_unless_a_row_stands_for_it(folder: Path) -> None:
    (folder / "thanks.j2").write_text(HEADER + "{{ 姓明 }}", "utf-8")
    assert refusals(row("other"), folder=folder) == [
        "模板 thanks.j2 第 9 行: 没有「姓明」这个字段。您是不是想写「姓名」。"
    ]
    assert refusals(row("thanks"), folder=folder) == []


def test_without_a_row_and_without_a_file_there_is_nothing_to_send(tmp_path: Path) -> None:
    with pytest.raises(TemplateRefused, match="没有消息模板"):
        templates_of(with_rows(), SETTINGS, tmp_path)
    assert texts(with_rows(row()), tmp_path) == {"mine": "王女士您好"}


def test_the_language_of_the_agency_decides(folder: Path) -> None:
    tables = with_rows(row("mine"), row("mine", "Dear {{ 称谓 }}", language=ENGLISH), row("old", language=""))
    english = Settings(agency=Agency(language=ENGLISH))
    assert texts(tables, folder) == {"mine": "王女士您好", "old": "王女士您好", "thanks": "王女士, 这是文件"}
    assert texts(tables, folder, english) == {"mine": "Dear 王女士", "thanks": "王女士, this is the file"}


# what 消息 makes of it


def test_the_action_writes_the_text_of_the_row() -> None:
    (item,) = messages(with_rows(row(order=0.0)), TODAY, SETTINGS).items
    assert (item["template"], item["text"]) == ("mine", "张先生您好")


def test_a_refused_row_is_a_finding_at_its_cell_and_stands_in_its_column() -> None:
    outcome = messages(with_rows(row(body="{{ 姓明 }}"), row("b"), row("c", enabled=False)), TODAY, SETTINGS)
    (finding,) = outcome.findings
    assert (finding.sheet, finding.row, finding.column) == (KEY, 2, "body")
    assert outcome.updates[KEY]["verdict"].to_dict() == {
        2: "模板!G2 第 1 行: 没有「姓明」这个字段。您是不是想写「姓名」。", 3: USABLE, 4: OFF,
    }  # fmt: skip
    assert outcome.updates[KEY].keys() == {"verdict"}


def test_validation_alone_finds_the_same_and_messages_before_it_doubles_nothing() -> None:
    tables = with_rows(row(body="{{ 姓明 }}"), row("b", "Dear {{ nam }}", language=ENGLISH))
    found = bad_template(tables, TODAY, SETTINGS)
    assert [(one.row, one.column, one.message[:16]) for one in found] == [
        (2, "body", "模板!G2 第 1 行: 没有「"), (3, "body", "模板!G3 第 1 行: 没有「"),
    ]  # fmt: skip
    after = tables.with_outcome(messages(tables, TODAY, SETTINGS))
    told = [one for one in validate(after, TODAY, SETTINGS).findings if one.check == "bad_template"]
    assert told == found


def test_a_marketing_row_that_lacks_a_way_to_refuse_is_told_so() -> None:
    outcome = messages(with_rows(row(aim="营销", body="{{ 称谓 }}您好, {{ 机构 }}{{ 经纪人 }}")), TODAY, SETTINGS)
    assert outcome.updates[KEY]["verdict"][2].startswith("营销消息没有说怎么不再收")
    assert not outcome.findings


def test_a_workbook_without_the_sheet_gets_nothing_written() -> None:
    assert KEY not in messages(tables_from(CLIENT.format(rule="首次回访")), TODAY, SETTINGS).updates


def test_checking_twice_says_the_same() -> None:
    tables = with_rows(row(body="{{ 姓明 }}"), row("b"))
    once = updates_of(tables)
    assert updates_of(tables.updated({KEY: once}))["verdict"].to_dict() == once["verdict"].to_dict()


# upgrades


def first_shipped(folder: Path) -> dict[str, object]:
    return default_templates(CHINESE, folder).iloc[0].to_dict()


@pytest.mark.requirement("R40")
def test_a_row_that_nobody_edited_follows_the_file_of_a_new_version(folder: Path) -> None:
    tables = with_rows(first_shipped(folder))
    (folder / "thanks.j2").write_text(HEADER.replace("试", "新名", 1) + "{{ 称谓 }}, 新版本", "utf-8")
    assert texts(tables, folder) == {"thanks": "王女士, 新版本"}
    written = updates_of(tables, folder)
    assert (written["body"][2], written["name"][2]) == ("{{ 称谓 }}, 新版本", "新名")
    after = tables.updated({KEY: written})
    assert after[KEY].loc[2, "shipped"] == default_templates(CHINESE, folder).loc[2, "shipped"]
    assert updates_of(after, folder).keys() == {"verdict"}


@pytest.mark.parametrize("key", ["body", "name", "trigger", "order"])
def test_a_row_that_somebody_edited_stays_as_it_is(folder: Path, key: str) -> None:
    edited = first_shipped(folder)
    edited[key] = 7.0 if key == "order" else f"{edited[key]}改"
    tables = with_rows(edited)
    (folder / "thanks.j2").write_text(HEADER + "{{ 称谓 }}, 新版本", "utf-8")
    assert "新版本" not in texts(tables, folder)["thanks"]
    assert updates_of(tables, folder).keys() == {"verdict"}


def test_line_ends_and_blanks_at_them_are_no_edit(folder: Path) -> None:
    told = first_shipped(folder)
    (folder / "thanks.j2").write_text(HEADER + "{{ 称谓 }}\n您好", "utf-8")
    row_told = shipped_row(folder / "thanks.j2")
    assert row_told._replace(body="{{ 称谓 }} \r\n您好\n").digest == row_told.digest
    assert row_told._replace(body="{{ 称谓 }}您好").digest != row_told.digest != told["shipped"]


def test_a_row_whose_file_is_gone_stays(folder: Path) -> None:
    tables = with_rows(first_shipped(folder))
    (folder / "thanks.j2").unlink()
    assert texts(tables, folder) == {"thanks": "王女士, 这是文件"}


def test_the_shipped_rows_say_what_the_files_say() -> None:
    frame = default_templates()
    files = {one.id: one for one in load_templates()[0]}
    assert frame["template_id"].tolist() == list(files)
    given = with_rows(*frame.to_dict("records"))
    for one in book_of(given).good:
        file = files[one.id]
        same = ("name", "channel", "type", "purpose", "trigger", "order", "again_days", "optional")
        assert [getattr(one, key) for key in same] == [getattr(file, key) for key in same]
        assert set(one.fields) == set(file.fields)
        values = {name: ["甲"] if FIELDS[name].many else "甲" for name in one.names}
        assert one.render(values) == file.render(values), one.id


# rules that name a template


def test_a_rule_may_name_a_template_that_stands_on_the_sheet_only() -> None:
    text = """
        触发规则
        | 规则ID | 名称 | 事件 | 前后天数 | 做什么 | 模板 | 启用 |
        | X1 | 周年 | 客户.纪念日 | 0 | 问好 | mine | 是 |
        客户
        | 客户ID | 姓名 | 称谓 | 首选渠道 | 联系同意 | 归属人 | 纪念日 |
        | C1 | 张伟 | 张先生 | 微信 | 同意 | 李娜 | 2020-03-05 |
    """
    bare = tables_from(text)
    assert [one.check for one in triggers(bare, TODAY, SETTINGS).findings] == ["trigger_template"]
    known = bare.updated({}, additions={KEY: pd.DataFrame([row()])})
    outcome = triggers(known, TODAY, SETTINGS)
    assert not outcome.findings
    assert outcome.additions["tasks"]["template"].tolist() == ["mine"]


def test_what_a_row_says_of_its_purpose_holds() -> None:
    frame = with_rows(row("festival", aim="服务", name="过节"))[KEY]
    assert not letters()["festival"].service
    assert letters(rows=frame)["festival"].service
    assert letters(rows=frame)["过节"].id == "festival"
