"""Every shipped template through the tables: a row of 今日待办 whose task asks for it becomes a row of 消息, or says what is missing where.

One client of whom everything is known per template, and one more per field that it uses, from whose rows this one thing is missing.
"""

import datetime as dt
import re
from functools import cache
from typing import Any, NamedTuple

import pytest

from macros.festivals import FESTIVALS
from macros.message_fields import FIELDS
from macros.messages import messages
from macros.settings import Agency, Settings, read_settings
from macros.templates import CHINESE, ENGLISH, FOLDER, FOLDERS, Template, load_templates
from tests.tables import tables_from
from workbook.tables import Tables

TODAY = dt.date(2026, 3, 5)
SHIPPED = {language: load_templates(FOLDER / folder)[0] for language, folder in FOLDERS.items()}
ALL = [(language, one) for language, templates in SHIPPED.items() for one in templates]
IDS = [f"{language}-{one.id}" for language, one in ALL]

PERSON = """
今日待办 | 名次 | 负责人 | 客户ID | 姓名 | 等级 | 事由 | 下一步 | 原因 | 建议渠道 | 事由编号
= {n} | 李娜 | C{n} | 张伟 | A | 任务 | 发消息 | 任务 T{n} | 微信 | T{n}
任务 | 任务ID | 来源规则 | 对象ID | 模板 | 状态
= T{n} | {key} | C{n} | {template} | 待办
= U{n} | JJ01¦C{n}+H1¦2026-02-20 | C{n} | price_cut | 待办
客户 | 客户ID | 姓名 | 称谓 | 首选渠道 | 联系同意 | 归属人 | 门店 | 客服 | 方便时段 | 生日 | 阶段 | 状态 | 流失原因
= C{n} | 张伟 | 张先生 | 微信 | 同意 | 李娜 | 东门店 | 周洁 | 工作日晚上 | 1988-3-12 | 意向 | 对比选择 | 价格
需求 | 需求ID | 客户ID | 交易 | 预算下限 | 预算上限 | 室下限 | 室上限 | 面积下限 | 面积上限 | 意向区域 | 用途 | 学区 | 需求状态
= Q{n} | C{n} | 买 | 450 | 600 | 3 | 3 | 85 | 120 | 海淀 | 住宅 | 实验小学 | 有效
匹配结果 | 需求ID | 房源ID | 名次 | 总分 | 硬性 | 匹配说明 | 已推荐 | 客户反馈
= Q{n} | H1 | 1 | 96 | 符合 | 总价在预算内 | |
= Q{n} | H2 | 2 | 91 | 符合 | 户型合适 | |
跟进 | 跟进ID | 对象 | 对象ID | 时间 | 方式 | 结果 | 待答问题 | 承诺事项 | 承诺期限 | 推荐房源 | 下步行动
= F{n} | 客户 | C{n} | 2026-3-1 10:00 | 电话 | 接通 | 公积金能贷多少？ | 发房源对比表 | 2026-3-4 | H3 | 报价
带看 | 带看ID | 客户ID | 房源ID | 预约时间 | 带看人 | 状态
= V{n} | C{n} | H4 | 2026-3-3 15:00 | 李娜 | 已看
= W{n} | C{n} | H5 | 2026-3-7 14:30 | 赵强 | 已约
成交 | 成交ID | 客户ID | 房源ID | 签约日 | 过户日 | 交房日 | 状态
= D{n} | C{n} | H3 | 2026-2-10 | 2026-2-20 | 2026-2-1 | 贷款
成交步骤 | 成交ID | 序号 | 步骤 | 计划日 | 完成日 | 所需资料
= D{n} | 1 | 网签 | 2026-2-20 | 2026-2-21 | 身份证
= D{n} | 2 | 贷款申请 | 2026-3-9 | | 收入证明、银行流水
投诉 | 投诉ID | 客户ID | 类别 | 内容 | 响应时间 | 回访时间
= P{n} | C{n} | 服务 | 带看迟到半小时 | 2026-3-2 9:00 |
转介绍 | 转介绍ID | 推荐人ID | 被推荐人 | 登记时间 | 有效性 | 进度 | 奖励类型 | 通知日
= I{n} | C{n} | 孙先生 | 2026-1-10 9:00 | 重复 | 登记 | |
= S{n} | C{n} | 孙先生 | 2026-1-20 9:00 | 有效 | 带看 | |
= R{n} | C{n} | 孙先生 | 2026-2-1 9:00 | 有效 | 成交 | 礼品 |
活动 | 活动ID | 名称 | 类型 | 日期 | 时间 | 地点 | 负责人
= G{n} | 业主春茶会 | 业主活动 | 2026-3-4 | 10:00–11:30 | 东门店 | 李娜
= E{n} | 业主春茶会 | 业主活动 | 2026-3-12 | 14:00–16:00 | 湖滨会所 | 李娜
签到 | 活动ID | 客户ID | 姓名 | 到场 | 签到时间
= G{n} | C{n} | 张伟 | 是 | 2026-3-4 9:50
"""
HOMES = """
房源
| 房源ID | 交易 | 小区 | 区域 | 室 | 厅 | 建筑面积 | 挂牌价 | 上次价 | 调价日 | 状态 | 核验 | 不利因素 |
| H1 | 售 | 湖滨花园 | 海淀 | 3 | 2 | 90 | 520 | 540 | 2026-2-20 | 在售 | 已核 | 临近小学, 早上略吵 |
| H2 | 售 | 春江苑 | 海淀 | 3 | 1 | 92 | 560 | 570 | 2026-2-1 | 在售 | 已核 | 顶层 |
| H3 | 售 | 云栖里 | 海淀 | 2 | 1 | 60 | 390 | | | 在售 | 已核 | 无电梯 |
| H4 | 售 | 景明轩 | 海淀 | 4 | 2 | 140 | 980 | | | 在售 | 已核 | 总价高 |
| H5 | 售 | 望河家园 | 海淀 | 2 | 1 | 70 | 430 | | | 在售 | 已核 | 楼龄较老 |
| H6 | 售 | 竹园 | 延庆 | 2 | 1 | 70 | 430 | | | 在售 | 已核 | 无 |
"""
KEYS = {
    "referral_invalid": "ZJ02¦I{n}¦2026-01-10", "referral_progress": "ZJ03¦S{n}+带看¦2026-03-05",
    "event_invite": "HD01¦C{n}+E{n}¦2026-03-12", "event_thanks": "HD02¦C{n}+G{n}¦2026-03-04",
}  # fmt: skip
"""Template -> 来源规则 of its task, of those that say what that names: which of the client's referrals, which event."""
NO_MATCH = ("| 符合 |", "| 不符 |", "匹配结果")
WITHOUT = {
    "称谓": ("| 张先生 |", "| |", "客户"), "方便时段": ("| 工作日晚上 |", "| |", "客户"), "生日": ("| 1988-3-12 |", "| |", "客户"),
    "客服": ("| 周洁 |", "| |", "客户"), "流失原因": ("| 价格", "|", "客户"),
    "意向区域": ("| 海淀 |", "| |", "需求"), "区域行情": ("| 海淀 |", "| 延庆 |", "需求"), "学区": ("| 实验小学 |", "| |", "需求"),
    "预算": ("| 450 | 600 |", "| | |", "需求"), "户型": ("| 3 | 3 |", "| | |", "需求"), "面积": ("| 85 | 120 |", "| | |", "需求"),
    "推荐房源": NO_MATCH, "首推房源": NO_MATCH, "首推理由": ("| 总价在预算内 |", "| |", "匹配结果"), "首推留意": ("| H1 |", "| H6 |", "匹配结果"),
    "降价房源": ("price_cut | 待办", "price_cut | 完成", "任务"),
    "待答问题": ("| 公积金能贷多少？ |", "| |", "跟进"), "承诺事项": ("| 发房源对比表 |", "| |", "跟进"),
    "承诺期限": ("| 2026-3-4 |", "| |", "跟进"), "承诺逾期": ("| 2026-3-4 |", "| 2026-3-9 |", "跟进"),
    "计划事项": ("| 报价", "|", "跟进"), "已推荐房源": ("| H3 |", "| |", "跟进"),
    "带看房源": ("| H5 |", "| |", "带看"), "带看时间": ("| 2026-3-7 14:30 |", "| |", "带看"), "带看人": ("| 赵强 |", "| |", "带看"),
    "已看房源": ("| H4 |", "| |", "带看"),
    "步骤": ("| 2026-3-9 | |", "| 2026-3-9 | 2026-3-4 |", "成交步骤"), "步骤日期": ("| 2026-3-9 |", "| |", "成交步骤"),
    "所需资料": ("| 收入证明、银行流水", "|", "成交步骤"),
    "投诉内容": ("| 带看迟到半小时 |", "| |", "投诉"), "被推荐人": ("| 孙先生 |", "| |", "转介绍"), "推荐奖励": ("| 礼品 |", "| |", "转介绍"),
    "推荐进展": ("| 带看 |", "| |", "转介绍"), "推荐无效原因": ("| 重复 |", "| 有效 |", "转介绍"),
    "活动名称": ("| 业主春茶会 |", "| |", "活动"), "活动日期": ("| 2026-3-12 |", "| |", "活动"),
    "活动时间": ("| 14:00–16:00 |", "| |", "活动"), "活动地点": ("| 湖滨会所 |", "| |", "活动"),
    "签约日": ("| 2026-2-10 |", "| |", "成交"), "过户日": ("| 2026-2-20 |", "| |", "成交"), "交房日": ("| 2026-2-1 |", "| |", "成交"),
    "成交房源": ("| H3 |", "| |", "成交"), "新成交房源": ("| 2026-2-10 |", "| 2025-2-10 |", "成交"),
    "新交房房源": ("| 2026-2-1 |", "| 2025-2-1 |", "成交"),
}  # fmt: skip
"""Field -> what stands in a row of that sheet, and what stands there in its place where the field is not known."""
NOBODY = "经纪人"  # stands on two sheets: on 今日待办 and, where nobody is named there, on 客户
OF_THE_AGENCY = ("机构", "日期", "月份")
OF_THE_LINE = ("节日", "节日祝语")  # of the festival that a line of 今日待办 names: see below
NEVER_LACKING = (
    *OF_THE_AGENCY,
    *OF_THE_LINE,
    "交易",
)  # 交易 is needed for a row of 需求 to count at all; 租 is a case of its own


class Case(NamedTuple):
    """A template, and the field of it that the client lacks; "" for none, 租 for who wants to rent."""

    template: str
    lacks: str = ""


@cache
def cases(language: str) -> list[Case]:
    found = [Case(one.id, name) for one in SHIPPED[language] for name in ("", "租", *one.names)]
    return [one for one in found if one.lacks not in NEVER_LACKING]


def rows_of(number: int, case: Case) -> dict[str, list[str]]:
    """Return sheet and header -> the rows of one client."""
    found: dict[str, list[str]] = {}
    head = ""
    key = KEYS.get(case.template, "").format(n=number)
    for line in PERSON.format(n=number, template=case.template, key=key).strip().splitlines():
        if not line.startswith("="):
            head = line
            continue
        row = f"|{line[1:]} |"
        sheet = head.partition(" | ")[0]
        old, new, place = WITHOUT.get(case.lacks, ("", "", ""))
        row = row.replace(old, new) if sheet == place else row
        if case.lacks == NOBODY:
            row = row.replace("| 李娜 |", "| |") if sheet in ("今日待办", "客户") else row
        if case.lacks == "租" and sheet == "需求":
            row = row.replace("| 买 | 450 | 600 |", "| 租 | 4000 | 6000 |")
        found.setdefault(head, []).append(row)
    return found


def world(language: str) -> Tables:
    """Return the tables with a client for each of `cases`, C1 the first."""
    sheets: dict[str, list[str]] = {}
    for number, case in enumerate(cases(language), start=1):
        for head, rows in rows_of(number, case).items():
            sheets.setdefault(head, []).extend(rows)
    parts = [
        f"{sheet}\n| {columns} |\n" + "\n".join(rows)
        for (sheet, _, columns), rows in ((head.partition(" | "), rows) for head, rows in sheets.items())
    ]
    return tables_from("\n".join(parts) + HOMES)


@cache
def outcome(language: str) -> dict[Case, Any]:
    """Return case -> its row of 消息."""
    found = messages(world(language), TODAY, Settings(agency=Agency(name="安居地产", language=language)))
    rows = found.results["messages"].set_index("client_id")
    assert found.findings == []
    return {case: rows.loc[f"C{number}"] for number, case in enumerate(cases(language), start=1)}


@cache
def tables_read(language: str) -> Tables:
    return world(language)


def lacking(one: Template, required: bool) -> list[str]:
    names = one.fields if required else one.optional
    return [name for name in names if name not in NEVER_LACKING]


NEEDED = [(language, one, name) for language, one in ALL for name in lacking(one, True)]
OPTIONAL = [(language, one, name) for language, one in ALL for name in lacking(one, False)]


def ids(parts: list[tuple[str, Template, str]]) -> list[str]:
    return [f"{language}-{one.id}-{name}" for language, one, name in parts]


def test_every_field_that_a_template_uses_is_taken_away_once() -> None:
    used = {name for _, one in ALL for name in one.names} - {*NEVER_LACKING}
    assert used <= {*WITHOUT, NOBODY}
    assert {"姓名", "门店", "用途"} == {*FIELDS} - {*WITHOUT, NOBODY, *NEVER_LACKING}  # no text uses these


def clean(text: str) -> None:
    """Hold a text against the marks of a gap: what a field that says nothing would leave behind."""
    assert text
    assert not re.search(r"[{}｛｝]|%\}|\bNone\b|\bnan\b|\bNaT\b", text), text
    assert not re.search(r"[^\s] {2,}[^\s]|[ \t]$|\n{3,}", text, re.M), text
    assert not re.search(
        r"，，|。。|（）|\(\s*\)|「」|\"\"|[（(，、][，。、）)]|, ,| [,.;:!?]|^[，。、；]", text, re.M
    ), text


@pytest.mark.requirement("R13", "R40", "F9")
@pytest.mark.parametrize(("language", "template"), ALL, ids=IDS)
def test_a_full_client_gets_the_text_that_the_task_asks_for(language: str, template: Template) -> None:
    row = outcome(language)[Case(template.id)]
    assert (row["status"], row["template"], row["skipped"]) == ("可发", template.id, "")
    assert row["content_type"] == template.type
    clean(row["text"])
    assert row["text"].count("张先生") == 1
    for said in ("安居地产", "李娜"):
        assert said in row["text"]


SAYS = {
    "referral_invalid": ["孙先生"], "referral_progress": ["孙先生"],
    "event_invite": ["业主春茶会", "3月12日", "14:00–16:00", "湖滨会所"], "event_thanks": ["业主春茶会"],
}  # fmt: skip
SAYS_OF_THE_REFERRAL = {
    ("referral_invalid", CHINESE): "对方之前已经有人推荐过", ("referral_invalid", ENGLISH): "recommended them before",
    ("referral_progress", CHINESE): "已经去看过房了", ("referral_progress", ENGLISH): "viewed a home",
}  # fmt: skip


@pytest.mark.requirement("R87", "R112", "F9")
@pytest.mark.parametrize("language", FOLDERS)
@pytest.mark.parametrize("template", KEYS)
def test_the_text_says_what_the_row_does_that_the_task_names(template: str, language: str) -> None:
    text = outcome(language)[Case(template)]["text"]
    assert [words for words in SAYS[template] if words not in text] == []
    assert SAYS_OF_THE_REFERRAL.get((template, language), "") in text


@pytest.mark.requirement("R13", "F9")
@pytest.mark.parametrize(("language", "template", "name"), NEEDED, ids=ids(NEEDED))
def test_who_lacks_a_needed_field_gets_no_text_and_the_row_names_it(
    language: str, template: Template, name: str
) -> None:
    row = outcome(language)[Case(template.id, name)]
    assert (row["status"], row["text"], row["template"]) == ("跳过", "", template.id)
    assert row["skipped"].startswith(f"缺少{name}"), row["skipped"]
    number = cases(language).index(Case(template.id, name)) + 1
    cell = re.search(r"「?(\S+?)」?!([A-Z]+)(\d+)", row["skipped"])
    assert cell or f"表为客户 C{number} 补一行" in row["skipped"], row["skipped"]
    if cell:  # a cell of this very client, in the column in which the field is filled in
        field = FIELDS[name]
        tables = tables_read(language)
        assert cell[0] == tables.cell(field.sheet, int(cell[3]), field.column)
        told = tables[field.sheet].loc[int(cell[3])]
        assert str(number) in {re.sub(r"\D", "", str(told[key])) for key in told.index if key.endswith("_id")}


@pytest.mark.parametrize(("language", "template", "name"), OPTIONAL, ids=ids(OPTIONAL))
def test_who_lacks_an_optional_field_gets_a_text_without_a_gap(language: str, template: Template, name: str) -> None:
    row = outcome(language)[Case(template.id, name)]
    assert (row["status"], row["template"], row["skipped"]) == ("可发", template.id, "")
    clean(row["text"])


BUYING = re.compile(r"首付|月供|贷款|税费|房产证满|网签|过户|down payment|monthly rate|\bloan|\btaxes\b|title is", re.I)
OF_A_DEAL = ("交易进度", "挽回")


@pytest.mark.parametrize(("language", "template"), ALL, ids=IDS)
def test_who_wants_to_rent_is_told_nothing_of_loans_and_taxes(language: str, template: Template) -> None:
    """But in the steps of a deal, which are those of a sale."""
    row = outcome(language)[Case(template.id, "租")]
    if row["status"] == "可发":
        clean(row["text"])
        assert template.type == "交易进度" or not BUYING.search(row["text"]), row["text"]


def test_one_who_lacks_something_stops_nobody_else() -> None:
    for language in FOLDERS:
        states = [row["status"] for case, row in outcome(language).items() if not case.lacks]
        assert states == ["可发"] * len(SHIPPED[language])


def test_an_empty_name_of_the_agency_means_the_shipped_one() -> None:
    """So that 机构 is never missing, as 日期 and 月份 never are."""
    tables = tables_from("设置\n| 名称 | 值 | 键 |\n| 机构名称 | | agency.name |")
    assert read_settings(tables["settings"])[0].agency.name == Agency().name != ""


# festivals


SELLING = re.compile(r"房|看盘|行情|降价|优惠|首付|佣金|委托|home|listing|price|sell|\bbuy", re.I)


@cache
def greetings(language: str) -> dict[str, str]:
    """Return festival -> the text that goes out; under "" that on a line which names none."""
    names = [one.name for one in FESTIVALS] + [""]
    due = "\n".join(f"| {n} | 李娜 | C{n} | 张伟 | A | 节日问候 | {name} | 微信 |" for n, name in enumerate(names, 1))
    clients = "\n".join(f"| C{n} | 张伟 | 张先生 | 同意 | 李娜 |" for n in range(1, len(names) + 1))
    tables = tables_from(
        f"今日待办\n| 名次 | 负责人 | 客户ID | 姓名 | 等级 | 事由 | 原因 | 建议渠道 |\n{due}\n"
        f"客户\n| 客户ID | 姓名 | 称谓 | 联系同意 | 归属人 |\n{clients}"
    )
    settings = Settings(agency=Agency(name="安居", language=language))
    return dict(zip(names, (str(one["text"]) for one in messages(tables, TODAY, settings).items), strict=True))


@pytest.mark.requirement("R45")
@pytest.mark.parametrize("language", [CHINESE, ENGLISH])
@pytest.mark.parametrize("festival", [one.name for one in FESTIVALS])
def test_every_festival_has_words_of_its_own_that_sell_nothing(festival: str, language: str) -> None:
    texts = greetings(language)
    text = texts[festival]
    clean(text)
    assert not SELLING.search(text), text
    assert [name for name, other in texts.items() if other == text] == [festival]
    wish = next(one.wish for one in FESTIVALS if one.name == festival)
    assert language == ENGLISH or wish in text
    assert "快乐" not in text or "快乐" in wish
