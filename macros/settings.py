"""The numbers of the rules: frozen, with unit, default, bounds and source, read from the 设置 sheet.

A field's name and its group's name are its key on the sheet: `follow.gap_a_days`.
"""

from collections.abc import Iterator
from dataclasses import dataclass, fields, replace
from typing import Any

import pandas as pd

from macros.cost_settings import Cost as Cost
from macros.deal_settings import Deal as Deal
from macros.listing_settings import Duplicate as Duplicate
from macros.listing_settings import Listing as Listing
from macros.listing_settings import Match as Match
from macros.mail_settings import Mail as Mail
from macros.report_settings import Report as Report
from macros.service_settings import Complaint as Complaint
from macros.service_settings import Event as Event
from macros.service_settings import Referral as Referral
from macros.service_settings import Survey as Survey
from macros.setting_fields import OURS, numeric, one_of, worded
from macros.sharing_settings import Sharing as Sharing
from workbook.changes import Finding, Severity
from workbook.values import Unreadable, narrow, number_of, text_of


@dataclass(frozen=True)
class Agency:
    """机构: who writes and signs."""

    name: str = worded("示例地产", "机构名称", OURS, note="写在消息落款和报表抬头")
    language: str = one_of("中文", "消息语言", ("中文", "English"), OURS, note="用「模板」表里哪种语言的行写消息")


@dataclass(frozen=True)
class Follow:
    """跟进: how often a client is to hear from us."""

    gap_a_days: int = numeric(3, "A 级最长间隔", "天", OURS, low=1, high=365, note="两次有效跟进之间最多几天")
    gap_b_days: int = numeric(7, "B 级最长间隔", "天", OURS, low=1, high=365)
    gap_c_days: int = numeric(14, "C 级最长间隔", "天", OURS, low=1, high=365)
    gap_d_days: int = numeric(30, "D 级最长间隔", "天", OURS, low=1, high=365)
    first_reply_hours: int = numeric(24, "首次接触后致谢并确认需求", "小时", "R41", low=1, high=168)
    retry_days: int = numeric(1, "首次没接通, 隔几天再试", "天", "R41, 本产品默认", low=1, high=30)
    first_tries: int = numeric(
        3, "首次没接通, 一共试几次", "次", "R41, 本产品默认", low=1, high=20, note="试满以后按等级的节奏联系"
    )
    feedback_days: int = numeric(2, "推荐房源后追问反馈", "天", "R42, 本产品默认", low=1, high=30)
    birthday_days: int = numeric(7, "生日前提醒", "天", "R56", low=0, high=60)
    thanks_days: int = numeric(3, "成交后几天发感谢", "天", "R55", low=0, high=60)
    survey_days: int = numeric(30, "交房后几天做满意度回访", "天", "R59", low=0, high=180)
    min_a_days: int = numeric(1, "A 级最短间隔", "天", OURS, low=0, high=365, note="「跟进节奏」没有这个等级的行时才用")
    min_b_days: int = numeric(1, "B 级最短间隔", "天", OURS, low=0, high=365)
    min_c_days: int = numeric(2, "C 级最短间隔", "天", OURS, low=0, high=365)
    min_d_days: int = numeric(3, "D 级最短间隔", "天", OURS, low=0, high=365)
    eager_shift: int = numeric(
        -50,
        "上次「积极」: 间隔增减",
        "%",
        "R46, 数值为本产品默认",
        low=-100,
        high=100,
        note="按最长间隔的百分比提前 (负) 或推后 (正), 不出最短和最长间隔; 几种反应相加",
    )
    hesitant_shift: int = numeric(-30, "上次「犹豫」: 间隔增减", "%", "R46, 数值为本产品默认", low=-100, high=100)
    unhappy_shift: int = numeric(-30, "上次「不满意」: 间隔增减", "%", "R46, 数值为本产品默认", low=-100, high=100)
    averse_shift: int = numeric(
        100,
        "上次「抵触」或「愤怒」: 间隔增减",
        "%",
        "R46, 数值为本产品默认",
        low=-100,
        high=100,
        note="100: 隔到最长间隔, 不打扰",
    )


@dataclass(frozen=True)
class Due:
    """待办: what stands first. 优先分 = 10 × grade × (1 + overdue gaps) × value; see macros/due.py."""

    weight_a: int = numeric(
        8, "A 级的分量", "分", OURS, low=1, high=100, note="优先分 = 10 × 等级分量 × (1 + 逾期几个间隔) × 价值分量"
    )
    weight_b: int = numeric(4, "B 级的分量", "分", OURS, low=1, high=100)
    weight_c: int = numeric(2, "C 级的分量", "分", OURS, low=1, high=100)
    weight_d: int = numeric(1, "D 级的分量", "分", OURS, low=1, high=100)
    most_gaps: float = numeric(
        3, "逾期最多计几个间隔", "个", OURS, low=0, high=100, note="再久不再加分, 久未联系的 D 级不会压过 A 级"
    )
    value_top: float = numeric(1.5, "高净值的分量", "倍", OURS, low=0.1, high=10)
    value_improve: float = numeric(1.2, "改善的分量", "倍", OURS, low=0.1, high=10, note="其他客户为 1")
    weight_home: float = numeric(
        0.5,
        "房源的事的分量",
        "倍",
        OURS,
        low=0.1,
        high=10,
        note="同等级客户的几倍; 房源没有等级算 C; 逾期一周算一个间隔",
    )
    homes_each: int = numeric(
        10,
        "今日待办每人最多列几件房源的事",
        "件",
        OURS,
        low=0,
        high=1000,
        note="只限规则生成的; 人写的任务都列, 其余见「任务」表",
    )
    texts_each: int = numeric(
        30, "今日待办每人写几行话术", "行", OURS, low=0, high=5000, note="排在前面的先写; 其余的话术看「消息」表"
    )


@dataclass(frozen=True)
class Grade:
    """评级: from points to a letter."""

    a_score: int = numeric(80, "A 级最低分", "分", OURS, low=1, high=100, note="R25: 强烈意向、近期可成交")
    b_score: int = numeric(60, "B 级最低分", "分", OURS, low=1, high=100, note="R25: 较有意向、重点跟进")
    c_score: int = numeric(40, "C 级最低分", "分", OURS, low=1, high=100, note="R25: 初步意向、培养引导; 低于此为 D")
    intent_cap: int = numeric(35, "意向程度满分", "分", "R26, 分值为本产品默认", low=0, high=100)
    ability_cap: int = numeric(25, "购买能力满分", "分", "R26, 分值为本产品默认", low=0, high=100)
    clarity_cap: int = numeric(20, "需求明确度满分", "分", "R26, 分值为本产品默认", low=0, high=100)
    cooperation_cap: int = numeric(20, "合作可能性满分", "分", "R26, 分值为本产品默认", low=0, high=100)
    half_life_days: int = numeric(30, "互动分衰减的半衰期", "天", "F3, 天数为本产品默认", low=1, high=365)


@dataclass(frozen=True)
class Segment:
    """分层: lifecycle, value and activity."""

    old_client_years: float = numeric(1, "交付满几年为老客户", "年", "R32", low=0, high=10)
    lost_years: float = numeric(3, "几年未复购且未推荐为流失", "年", "R32", low=1, high=20)
    top_share: float = numeric(20, "购房金额前百分之几为高净值", "%", "R33", low=1, high=100)
    improve_rooms: int = numeric(3, "改善型最少居室", "室", "R33", low=1, high=9)
    starter_rooms: int = numeric(2, "刚需最多居室", "室", "R33", low=1, high=9)
    young_from: int = numeric(25, "潜力最小年龄", "岁", "R33", low=16, high=60)
    young_to: int = numeric(35, "潜力最大年龄", "岁", "R33", low=16, high=60)
    active_days: int = numeric(30, "活跃: 最近几天内有互动", "天", "R34", low=1, high=365)
    silent_days: int = numeric(
        90, "沉默: 几天无互动", "天", "R34 (3 个月)", low=1, high=1000, note="30–90 天原文件未定义, 记为「观察」"
    )
    asleep_days: int = numeric(180, "沉睡: 超过几天无互动", "天", "R34 (6 个月)", low=1, high=2000)


@dataclass(frozen=True)
class Check:
    """校验: bounds that several columns share."""

    deposit_share: float = numeric(20, "定金最多占成交价", "%", "数据字典", low=0, high=100)
    sale_low: float = numeric(1_000, "售价每平米低于多少像是填错单位", "元/㎡", OURS, low=1, high=1_000_000)
    sale_high: float = numeric(300_000, "售价每平米高于多少像是填错单位", "元/㎡", OURS, low=1, high=10_000_000)
    rent_low: float = numeric(3, "月租每平米低于多少像是填错单位", "元/㎡", OURS, low=0, high=10_000)
    rent_high: float = numeric(1_000, "月租每平米高于多少像是填错单位", "元/㎡", OURS, low=1, high=100_000)
    budget_high: float = numeric(30_000, "买房预算高于多少像是按元填的", "万元", OURS, low=1, high=1_000_000)
    shown_alike: int = numeric(50, "同一列同一种问题在「问题」表里最多列几条", "条", OURS, low=1, high=100_000)
    rent_budget_low: float = numeric(100, "租房预算低于多少像是按万元填的", "元/月", OURS, low=0, high=10_000)


@dataclass(frozen=True)
class Log:
    """日志: how much of a run stands in the workbook itself."""

    cells_per_run: int = numeric(
        5000, "一次运行在日志表里最多记几格", "格", OURS, low=0, high=100_000, note="全部明细另存于工作簿旁的运行记录"
    )


@dataclass(frozen=True)
class Trigger:
    """触发: tasks that follow from an event; see macros/triggers."""

    late_days: int = numeric(
        10,
        "触发任务最晚补几天",
        "天",
        OURS,
        low=0,
        high=365,
        note="电脑没开、规则新启用时, 只补最近几天的; 更早的事件不再生成任务",
    )
    same_days: int = numeric(
        30, "事件改期几天内算同一件事", "天", OURS, low=0, high=180, note="日期改动不超过这些天, 不再生成第二条任务"
    )
    festival_for: str = one_of(
        "A级和高净值",
        "节日问候给谁生成任务",
        ("A级和高净值", "A级B级和成交客户", "所有客户"),
        "R45, 范围为本产品默认",
        note="其他客户由定期跟进照顾",
    )
    fitting_rank: int = numeric(3, "新房源在需求里排前几名才提醒", "名", "R44, 名次为本产品默认", low=1, high=50)


@dataclass(frozen=True)
class Hours:
    """营业: when the clock of the first reply and of the log runs. `opens` and `closes` in hours after midnight, 8.5 for 8:30."""

    weekdays: str = worded(
        "一、二、三、四、五", "每周营业日", OURS, note="写成 一、二、三、四、五 或 一至六; 放假和调休看「日历」表"
    )
    opens: float = numeric(9, "几点开门", "点", OURS, low=0, high=24, note="8.5 就是 8:30")
    closes: float = numeric(20, "几点关门", "点", OURS, low=0, high=24)
    reply_minutes: int = numeric(
        0,
        "首次响应最多几分钟",
        "分钟",
        "F6",
        low=0,
        high=10_080,
        note="只计营业时间; 可设 5 或 30; 0 = 按「首次接触后致谢」的小时数",
    )
    log_hours: float = numeric(24, "联系后几小时内录入算及时", "小时", "R52, 本产品默认", low=0, high=720)
    carried_days: int = numeric(
        30, "录入晚于几天算旧记录搬入", "天", OURS, low=1, high=3650, note="搬入的旧记录不计录入时差"
    )


@dataclass(frozen=True)
class Pool:
    """公私客: how long a client stays with an agent, handing over, and the weekly review."""

    a_days: int = numeric(7, "A 级几天没有有效跟进掉公", "天", "F3", low=1, high=365, note="满这么多天的次日转为公客")
    b_days: int = numeric(15, "B 级几天没有有效跟进掉公", "天", "F3", low=1, high=365)
    c_days: int = numeric(30, "C 级几天没有有效跟进掉公", "天", "F3", low=1, high=365)
    d_days: int = numeric(30, "D 级几天没有有效跟进掉公", "天", "F3", low=1, high=365, note="暂不考虑的客户也按此")
    warn_days: int = numeric(3, "掉公前几天预警", "天", "F7", low=0, high=30, note="没有预警过的客户不会掉公")
    viewing_days: int = numeric(
        7, "带看后几天内不掉公", "天", "F7, 天数为本产品默认", low=0, high=90, note="已约的带看也算"
    )
    handover_days: int = numeric(7, "离职前几天起列交接单", "天", "F8, 天数为本产品默认", low=0, high=90)
    review_clients: int = numeric(10, "每人每周复盘几位重点客户", "位", "R52, 本产品默认", low=1, high=100)


@dataclass(frozen=True)
class Contact:
    """联系: how often a client may hear from us at the most."""

    most_in_window: int = numeric(
        4,
        "一位客户在几天内最多联系几次",
        "次",
        OURS,
        low=1,
        high=50,
        note="接通与否都算; 回答客户的问题、兑现承诺、首次回访不受限制",
    )
    window_days: int = numeric(7, "联系次数按几天算", "天", OURS, low=1, high=90)


@dataclass(frozen=True)
class Task:
    """待办处理: what 延期 on 今日待办 means."""

    snooze_days: int = numeric(2, "选「延期」后几天再列出", "天", OURS, low=1, high=60)
    most_snoozes: int = numeric(2, "同一件事最多延期几次", "次", "F5, 次数为本产品默认", low=0, high=20)


@dataclass(frozen=True)
class Settings:
    """All groups. The defaults are the shipped ones."""

    agency: Agency = Agency()
    follow: Follow = Follow()
    due: Due = Due()
    grade: Grade = Grade()
    segment: Segment = Segment()
    match: Match = Match()  # noqa: RUF009 - frozen
    check: Check = Check()
    report: Report = Report()  # noqa: RUF009 - frozen
    log: Log = Log()
    hours: Hours = Hours()
    pool: Pool = Pool()
    trigger: Trigger = Trigger()
    contact: Contact = Contact()
    task: Task = Task()
    duplicate: Duplicate = Duplicate()  # noqa: RUF009 - frozen
    cost: Cost = Cost()  # noqa: RUF009 - frozen
    deal: Deal = Deal()  # noqa: RUF009 - frozen
    listing: Listing = Listing()  # noqa: RUF009 - frozen
    mail: Mail = Mail()  # noqa: RUF009 - frozen
    referral: Referral = Referral()  # noqa: RUF009 - frozen
    survey: Survey = Survey()  # noqa: RUF009 - frozen
    complaint: Complaint = Complaint()  # noqa: RUF009 - frozen
    event: Event = Event()  # noqa: RUF009 - frozen
    sharing: Sharing = Sharing()  # noqa: RUF009 - frozen


def each_setting() -> Iterator[dict[str, Any]]:
    """Yield for every setting its key, group (Chinese), default, and the metadata label, unit, source, note, low, high or choices."""
    shipped = Settings()
    for group in fields(Settings):
        values = getattr(shipped, group.name)
        title = (type(values).__doc__ or "").split(":")[0]
        for item in fields(values):
            yield {"key": f"{group.name}.{item.name}", "group": title, "default": item.default, **item.metadata}


def setting_rows() -> list[dict[str, object]]:
    """Return the shipped rows of the 设置 sheet, by column key."""
    rows: list[dict[str, object]] = []
    for item in each_setting():
        bounds = (
            "、".join(item["choices"])
            if "choices" in item
            else f"{item['low']:.10g}–{item['high']:.10g}"
            if "low" in item
            else ""
        )
        text = text_of(item["default"])
        rows.append({
            "group": item["group"], "name": item["label"], "value": text, "unit": item["unit"], "default": text,
            "bounds": bounds, "source": item["source"], "note": item["note"], "key": item["key"],
        })  # fmt: skip
    return rows


def read_settings(table: pd.DataFrame) -> tuple[Settings, list[Finding]]:
    """Return the settings of the 设置 table, and a finding per value that cannot be used; the default then holds.

    Rows with an unknown key and empty values are passed over: an empty value means the default.
    """
    known = {item["key"]: item for item in each_setting()}
    found: dict[str, dict[str, object]] = {}
    findings: list[Finding] = []
    for row, key, text in zip(table.index, table["key"], table["value"], strict=True):
        if key not in known or not text:
            continue
        try:
            value = _value(known[key], text)
        except Unreadable:
            message = f"「{text}」不能作为「{known[key]['label']}」的值, 已按默认 {known[key]['default']} 计算。请{_allowed(known[key])}。"
            findings.append(Finding("settings", int(row), "value", "bad_setting", Severity.ERROR, message))
            continue
        group, name = key.split(".")
        found.setdefault(group, {})[name] = value
    shipped = Settings()
    groups = {group: replace(getattr(shipped, group), **values) for group, values in found.items()}
    return replace(shipped, **groups), findings


def _allowed(item: dict[str, Any]) -> str:
    """Return what may be typed for a setting."""
    if "choices" in item:
        return f"改成 {'、'.join(item['choices'])} 之一"
    return f"改成数字, 允许 {item['low']:.10g}–{item['high']:.10g}"


def _value(item: dict[str, Any], text: str) -> object:
    if "choices" in item:
        if text not in item["choices"]:
            raise Unreadable("bad_setting")
        return text
    if "low" not in item:
        return text
    number = number_of(narrow(text), item["unit"])
    if not item["low"] <= number <= item["high"]:
        raise Unreadable("bad_setting")
    return int(number) if isinstance(item["default"], int) and number.is_integer() else number
