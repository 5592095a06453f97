"""The shipped templates: each renders for a client of whom everything is known, and stops, naming the field, where one is missing.

`golden` texts of those that are chosen by themselves are in test_macros_messages; here are all of them, in both languages.
"""

import datetime as dt
import re
from collections import Counter
from dataclasses import replace

import pandas as pd
import pytest

import macros.messages as messages_module
from macros.deals.late import STEP_TEXTS
from macros.due_reasons import RULES as REASONS
from macros.lint import SAYS_NO, advice
from macros.message_facts import facts_of
from macros.message_fields import FIELDS
from macros.messages import first_lines, messages
from macros.settings import Agency, Settings
from macros.templates import CHINESE, ENGLISH, FOLDER, FOLDERS, Template, load_templates
from macros.triggers.rules import default_triggers
from macros.winback_rows import default_winback
from tests.tables import tables_from
from workbook.tables import Tables

TODAY = dt.date(2026, 3, 5)
SETTINGS = {language: Settings(agency=Agency(name="安居地产", language=language)) for language in FOLDERS}
SHIPPED = {language: load_templates(FOLDER / folder)[0] for language, folder in FOLDERS.items()}
ALL = [(language, one) for language, templates in SHIPPED.items() for one in templates]
IDS = [f"{language}-{one.id}" for language, one in ALL]
EVERY_FIELD = [(language, one, name) for language, one in ALL for name in one.fields]
ALWAYS = ("机构", "日期", "月份")  # of the agency and the day, not of the client
LITERAL = ["A&B <公司>", "=cmd|' /C calc'!A0", "{{7*7}}", "{% if x %}", "王" * 120]

FULL = """
今日待办
| 名次 | 负责人 | 客户ID | 姓名 | 等级 | 事由 | 下一步 | 原因 | 建议渠道 | 事由编号 |
| 1 | 李娜 | C1 | 张伟 | A | 节日问候 | 发春节问候 | 任务 T1 | 微信 | T1 |
任务
| 任务ID | 来源规则 | 模板 | 状态 |
| T1 | HD01¦C1+E1¦2026-03-08 | {template} | 待办 |
客户
| 客户ID | 姓名 | 称谓 | 首选渠道 | 联系同意 | 归属人 | 门店 | 客服 | 方便时段 | 生日 | 阶段 | 状态 | 流失原因 |
| C1 | 张伟 | 张先生 | 微信 | 同意 | 李娜 | 东门店 | 周洁 | 工作日晚上 | 1988-3-12 | 意向 | 对比选择 | 价格 |
需求
| 需求ID | 客户ID | 交易 | 预算下限 | 预算上限 | 室下限 | 室上限 | 面积下限 | 面积上限 | 意向区域 | 用途 | 学区 | 需求状态 |
| Q1 | C1 | 买 | 450 | 600 | 3 | 3 | 85 | 120 | 海淀 | 住宅 | 实验小学 | 有效 |
房源
| 房源ID | 交易 | 小区 | 区域 | 室 | 厅 | 建筑面积 | 挂牌价 | 上次价 | 调价日 | 状态 | 核验 | 不利因素 |
| H1 | 售 | 湖滨花园 | 海淀 | 3 | 2 | 90 | 520 | 540 | 2026-2-20 | 在售 | 已核 | 临近小学, 早上略吵 |
| H2 | 售 | 春江苑 | 海淀 | 3 | 1 | 92 | 560 | 570 | 2026-2-1 | 在售 | 已核 | 顶层 |
| H3 | 售 | 云栖里 | 海淀 | 2 | 1 | 60 | 390 | | | 在售 | 已核 | 无电梯 |
| H4 | 售 | 景明轩 | 海淀 | 4 | 2 | 140 | 980 | | | 在售 | 已核 | 总价高 |
| H5 | 售 | 望河家园 | 海淀 | 2 | 1 | 70 | 430 | | | 在售 | 已核 | 楼龄较老 |
匹配结果
| 需求ID | 房源ID | 名次 | 总分 | 硬性 | 匹配说明 | 已推荐 | 客户反馈 |
| Q1 | H1 | 1 | 96 | 符合 | 总价在预算内 | | |
| Q1 | H2 | 2 | 91 | 符合 | 总价在预算内 | | |
跟进
| 跟进ID | 对象 | 对象ID | 时间 | 方式 | 结果 | 待答问题 | 承诺事项 | 承诺期限 | 推荐房源 | 下步行动 |
| F1 | 客户 | C1 | 2026-3-1 10:00 | 电话 | 接通 | 公积金能贷多少？ | 发税费测算表 | 2026-3-4 | H3 | 报价 |
带看
| 带看ID | 客户ID | 房源ID | 预约时间 | 带看人 | 状态 |
| V1 | C1 | H4 | 2026-3-3 15:00 | 李娜 | 已看 |
| V2 | C1 | H5 | 2026-3-7 14:30 | 赵强 | 已约 |
成交
| 成交ID | 客户ID | 房源ID | 签约日 | 过户日 | 交房日 | 状态 |
| D1 | C1 | H3 | 2026-2-10 | 2026-2-20 | 2026-2-1 | 贷款 |
成交步骤
| 成交ID | 序号 | 步骤 | 计划日 | 完成日 | 所需资料 |
| D1 | 1 | 网签 | 2026-2-20 | 2026-2-21 | 身份证 |
| D1 | 2 | 贷款申请 | 2026-3-9 | | 收入证明、银行流水 |
投诉
| 投诉ID | 客户ID | 类别 | 内容 | 响应时间 | 回访时间 |
| P1 | C1 | 服务 | 带看迟到半小时 | 2026-3-2 9:00 | |
转介绍
| 转介绍ID | 推荐人ID | 被推荐人 | 登记时间 | 有效性 | 进度 | 奖励类型 | 通知日 |
| R1 | C1 | 孙先生 | 2026-2-1 9:00 | 重复 | 成交 | 礼品 | |
活动
| 活动ID | 名称 | 日期 | 时间 | 地点 |
| E1 | 业主春茶会 | 2026-3-8 | 14:00–16:00 | 会客区 |
"""


def world(template: str = "", **changed: str) -> Tables:
    """The full client, with a task that asks for a template; `changed`: what stands there -> what shall."""
    text = FULL.format(template=template)
    for old, new in changed.items():
        text = text.replace(old, new)
    return with_a_lower_price(tables_from(text))


def with_a_lower_price(tables: Tables) -> Tables:
    """The task that tells of a lower price: its key holds bars, which the tables above cannot."""
    told = {"task_id": "T2", "rule": "JJ01|C1+H1|2026-02-20", "obj_id": "C1", "template": "price_cut", "status": "待办"}
    return tables.updated({}, additions={"tasks": pd.DataFrame([told])})


WORLD = world()
FACTS = facts_of(WORLD, TODAY, SETTINGS[CHINESE], first_lines(WORLD["due"]))
DESK = messages_module._desk(WORLD, TODAY, FACTS, [])
VALUES = FACTS.of("C1", FIELDS)


def test_the_full_client_has_every_field() -> None:
    assert [name for name, value in VALUES.items() if not value] == []


def test_events_are_told_in_words() -> None:
    told = {
        name: VALUES[name] for name in ("带看房源", "带看时间", "带看人", "已看房源", "步骤", "步骤日期", "所需资料")
    }
    assert told == {
        "带看房源": "望河家园 2室1厅", "带看时间": "3月7日 14:30", "带看人": "赵强", "已看房源": "景明轩 4室2厅",
        "步骤": "贷款申请", "步骤日期": "3月9日", "所需资料": "收入证明、银行流水",
    }  # fmt: skip
    assert (VALUES["投诉内容"], VALUES["被推荐人"], VALUES["推荐奖励"]) == ("带看迟到半小时", "孙先生", "礼品")
    assert (VALUES["签约日"], VALUES["过户日"], VALUES["交房日"], VALUES["客服"]) == (
        "2月10日",
        "2月20日",
        "2月1日",
        "周洁",
    )


@pytest.mark.parametrize(
    ("old", "new", "field"),
    [
        ("| 2026-3-7 14:30 | 赵强 | 已约 |", "| 2026-3-4 14:30 | 赵强 | 已约 |", "带看时间"),  # past
        ("| 2026-3-7 14:30 | 赵强 | 已约 |", "| 2026-3-7 14:30 | 赵强 | 取消 |", "带看房源"),
        ("| 2026-3-3 15:00 |", "| 2026-2-25 15:00 |", "已看房源"),  # 8 days ago
        ("| 2 | 贷款申请 | 2026-3-9 | |", "| 2 | 贷款申请 | 2026-3-9 | 2026-3-4 |", "步骤"),
        ("| 2 | 贷款申请 | 2026-3-9 | |", "| 2 | 贷款申请 | 2026-3-4 | |", "步骤日期"),  # we are late with it
        ("| 2026-2-1 | 贷款 |", "| 2026-2-1 | 解约 |", "步骤"),
        ("| 2026-3-2 9:00 | |", "| 2026-3-2 9:00 | 2026-3-4 9:00 |", "投诉内容"),
        ("| 礼品 | |", "| 礼品 | 2026-3-1 |", "推荐奖励"),
    ],
)
def test_what_is_over_is_not_told(old: str, new: str, field: str) -> None:
    assert FACTS.of("C1", [field])[field]
    text = FULL.format(template="")
    assert old in text
    tables = tables_from(text.replace(old, new))
    facts = facts_of(tables, TODAY, SETTINGS[CHINESE], first_lines(tables["due"]))
    assert facts.of("C1", [field])[field] == ""


@pytest.mark.requirement("R40", "R55", "R56", "R59", "R61", "R62")
@pytest.mark.parametrize(("language", "template"), ALL, ids=IDS)
def test_every_template_renders_for_a_full_client(language: str, template: Template) -> None:
    text = template.render(VALUES)
    assert not re.search(r"[{}｛｝]|%\}|\bNone\b|\bnan\b", text)
    assert not re.search(r"\S  \S", text)
    assert VALUES["称谓"] in text
    for name in template.fields:
        for value in VALUES[name] if isinstance(VALUES[name], list) else [VALUES[name]]:
            assert value in text or name == "推荐房源", name
    assert len(text) <= (1200 if language == ENGLISH else 600)
    assert text.count("！") <= 1


@pytest.mark.requirement("R13", "F9")
@pytest.mark.parametrize(
    ("language", "template", "name"), EVERY_FIELD, ids=[f"{x}-{y.id}-{z}" for x, y, z in EVERY_FIELD]
)
def test_a_client_who_lacks_a_field_gets_no_text_and_the_field_is_named(
    language: str, template: Template, name: str
) -> None:
    """The choice of 消息 is asked with facts in which this one is empty: the row is skipped for that very reason."""
    facts = replace(FACTS, values={**FACTS.values, name: {}})
    said = messages_module._objection(replace(DESK, facts=facts), DESK.clients["C1"], template)
    assert said == facts.lacking(name, "C1")
    assert name in said or said.startswith(("没有可推荐", "降价的房源", "意向区域", "现在不是"))
    assert "!" in said or "表为客户 C1 补一行" in said


@pytest.mark.parametrize("name", LITERAL)
@pytest.mark.parametrize("language", list(FOLDERS))
def test_a_strange_name_comes_out_as_it_stands(language: str, name: str) -> None:
    for template in SHIPPED[language]:
        assert name in template.render({**VALUES, "称谓": name}), template.id


@pytest.mark.parametrize("name", LITERAL[:-1])
def test_a_strange_name_comes_out_of_the_action_as_it_stands(name: str) -> None:
    cell = name.replace("|", "｜")  # the tables of these tests have no other way to write a bar
    outcome = messages(world("viewing_thanks", 张先生=cell), TODAY, SETTINGS[CHINESE])
    assert str(outcome.items[0]["text"]).startswith(f"{cell}您好，我是安居地产的李娜。")


@pytest.mark.parametrize(
    ("language", "expected"), [(CHINESE, "张先生您好"), (ENGLISH, "Dear 张先生, this is 李娜 of 安居地产.")]
)
def test_the_language_is_that_of_the_agency(language: str, expected: str) -> None:
    (item,) = messages(world("viewing_thanks"), TODAY, SETTINGS[language]).items
    assert item["template"] == "viewing_thanks"
    assert str(item["text"]).startswith(expected)


def test_both_languages_have_the_same_templates() -> None:
    chinese, english = ({one.id: one for one in SHIPPED[language]} for language in (CHINESE, ENGLISH))
    assert len(chinese) >= 40
    assert chinese.keys() == english.keys()
    for name, one in chinese.items():
        same = ("channel", "type", "purpose", "trigger", "order", "again_days")
        assert [getattr(english[name], key) for key in same] == [getattr(one, key) for key in same], name


def test_english_texts_hold_no_chinese_of_their_own() -> None:
    for template in SHIPPED[ENGLISH]:
        values = {name: ["x"] if FIELDS[name].many else "x" for name in template.names}
        assert not re.search("[\u4e00-\u9fff，。；：]", template.render(values)), template.id


@pytest.mark.requirement("R40")
@pytest.mark.parametrize("grade", ["A", "B", "C", "D"])
def test_every_grade_has_the_four_kinds_of_content(grade: str) -> None:
    types = {one.type for one in SHIPPED[CHINESE] if f"定期跟进:{grade}" in one.trigger}
    assert {"市场资讯", "房源推荐", "专业建议", "关怀问候"} <= types


@pytest.mark.parametrize(("language", "template"), ALL, ids=IDS)
def test_no_shipped_template_needs_advice(language: str, template: Template) -> None:
    assert list(advice(template)) == []
    assert template.purpose != "营销" or SAYS_NO.search(template.render(VALUES))


@pytest.mark.requirement("R62")
def test_every_reason_of_a_loss_has_its_text() -> None:
    known = {one.id for one in SHIPPED[CHINESE]}
    named = default_winback()["template"].tolist()
    assert set(named) <= known
    assert Counter(named).most_common(1)[0][1] == 1


@pytest.mark.requirement("R40", "R41", "R42", "R43", "R45", "R55", "R56", "R59")
def test_every_occasion_has_its_text() -> None:
    """Every 事由 of 今日待办, every shipped rule that speaks to a client, every step of a deal, and what is told by hand."""
    known = {one.id: one for one in SHIPPED[CHINESE]}
    said = {trigger.partition(":")[0] for one in known.values() for trigger in one.trigger}
    assert {*REASONS} <= said
    rules = default_triggers()
    named = rules.loc[rules["template"] != "", ["name", "template"]]
    assert {*named["template"]} <= {*known}
    assert {*named["name"]} <= said
    to_owners = {"委托到期", "委托今天到期", "核验到期", "核验今天到期", "房源成交或下架", "房源久无动静"}
    inside = {"低分回访", "发推荐奖励", "投诉记录", "投诉解决", "投诉超时"}  # somebody calls, pays or writes down
    assert {*rules["name"]} - {*named["name"]} == to_owners | inside
    assert {*STEP_TEXTS} <= {*known}
    types = Counter(one.type for one in known.values())
    for kind, least in {
        "转介绍": 3,
        "满意度回访": 3,
        "投诉处理": 2,
        "置业方案": 1,
        "流失问卷": 1,
        "挽回": 7,
        "交易进度": 10,
    }.items():
        assert types[kind] >= least, kind


def test_names_and_texts_differ() -> None:
    for templates in SHIPPED.values():
        for parts in ([one.name for one in templates], [one.source for one in templates]):
            assert len(set(parts)) == len(parts)


def test_nothing_waits_beside_the_two_folders() -> None:
    assert {path.parent for path in FOLDER.rglob("*.j2")} == {FOLDER, FOLDER / "en"}
