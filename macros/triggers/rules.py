"""The rows of 触发规则, read and checked; and the rows that are shipped.

Sources: R41-R45, R55-R59, R81, R85, R87, R103, R112, R114, F17, F26. Days without a requirement are this product's defaults.
"""

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

import pandas as pd

from macros.alike import nearest
from macros.templates import FOLDER, header_of
from workbook.changes import Finding, Severity
from workbook.schema import fold
from workbook.sheets.trigger_rules import (
    ASKED,
    CAME,
    CARED,
    CUT,
    DATED,
    DATED_SHEETS,
    EVENTS,
    EVERY_YEAR,
    FESTIVAL,
    FIRST,
    FITTING,
    FURTHER,
    GONE,
    IN_CHARGE,
    INVALID,
    INVITED,
    LOW_MARK,
    OFFERED,
    OVERDUE,
    OWED,
    OWNER,
    PAID,
    PROMISED,
    REGISTERED,
    STALE,
    TO_ANSWER,
    TO_CALL,
    TO_RECORD,
    TO_SOLVE,
    TRIGGER_RULES,
    VIEWED,
    WON,
)  # fmt: skip
from workbook.tables import to_frame

SEPARATOR, KEY_PARTS = "|", 3
SERVICE_TEXT = "服务"
T = TypeVar("T")
_SHIPPED = f"""
SJ01 | 首次回访   | {FIRST}            | 0   |   | 致谢并确认需求 | first_thanks | 归属人 | | R41, F6: 到期按营业时间算
TJ01 | 推荐反馈   | {OFFERED}          | 2   |   | 追问对推荐房源的看法 | listing_feedback | 归属人 | | R42, 天数为本产品默认
WT01 | 待答问题   | {ASKED}            | 0   |   | 当天回答客户的问题 | answer | 归属人 | | R43
CN01 | 承诺到期   | {PROMISED}         | 0   |   | 兑现承诺 | promise | 归属人 | | F26
FY01 | 新房源推荐 | {FITTING}          | 0   |   | 发合适的新房源, 说明匹配点 | recommend | 归属人 | | R44
JR01 | 节日问候   | {FESTIVAL}元旦     | 0   | 2 | 发新年问候 | festival | 归属人 | | R45
JR02 | 节日问候   | {FESTIVAL}春节     | 0   | 2 | 发春节问候 | festival | 归属人 | | R45
JR03 | 节日问候   | {FESTIVAL}端午     | 0   | 2 | 发端午问候 | festival | 归属人 | | R45
JR04 | 节日问候   | {FESTIVAL}中秋     | 0   | 2 | 发中秋问候 | festival | 归属人 | | R45
JR05 | 节日问候   | {FESTIVAL}国庆     | 0   | 2 | 发国庆问候 | festival | 归属人 | | R45
SR01 | 生日关怀   | 客户.生日          | -7  |   | 准备生日问候和小礼物 (蛋糕券、鲜花) | birthday | 归属人 | | R56
JN01 | 纪念日祝福 | 客户.纪念日        | 0   | 3 | 发纪念日祝福 | anniversary | 归属人 | | R45
CJ01 | 签约日清单 | 成交.签约日        | 0   | 1 | 签约仪式、签约礼; 征得同意后合影, 照片发客户微信 | signing_day | 归属人 | | R57
CJ02 | 成交感谢   | 成交.签约日        | 3   |   | 寄感谢信 | deal_thanks | 归属人 | | R55
JF01 | 交房前验房 | 成交.交房日        | -30 |   | 约客户和业主预验房, 列出要整改的地方 | precheck | 归属人 | | R58
JF02 | 交房陪同   | 成交.交房日        | 0   | 1 | 一对一陪同交房: 点交清单、水电燃气过户、交房礼包和权益卡 | step_handover | 归属人 | | R58
JF03 | 交房满意度 | 成交.交房日        | 30  |   | 发满意度问卷, 分数和意见记到「满意度」表 | handover_survey | 客服 | | R59
JF04 | 居住回访   | 成交.交房日        | 30  |   | 问居住感受和新需求 | after_sale | 归属人 | 电话 | R81, 天数为本产品默认
JF05 | 居住回访   | 成交.交房日        | 180 |   | 问居住感受和新需求, 请求转介绍 | after_sale | 归属人 | | R81, 天数为本产品默认
JF06 | 居住回访   | 成交.交房日        | 365 |   | 交房一周年: 问居住感受和新需求, 请求转介绍 | after_sale | 归属人 | | R81, 天数为本产品默认
GH01 | 上门服务   | {CARED}            | 7   |   | 问要不要上门帮忙: 代缴费用、搬重物、装小件 | after_sale | 客服 | 电话 | R114
WT02 | 委托到期   | 房源.委托止        | -15 |   | 和业主谈续签委托 | | 归属人 | | F16, 天数为本产品默认
WT03 | 委托今天到期 | 房源.委托止      | 0   | 3 | 今天续签委托; 不续就把房源下架, 还钥匙给业主 | | 归属人 | | F16
HY01 | 核验到期   | 房源.核验到期      | -7  |   | 联系业主重新核实房源 | | 归属人 | | R67, 天数为本产品默认
HY02 | 核验今天到期 | 房源.核验到期    | 0   | 3 | 今天核实房源; 属实就清空「核验到期」, 不能确认就把「核验」改成「存疑」 | | 归属人 | | R67
JJ01 | 降价通知   | {CUT}              | 0   | 3 | 告诉客户这套降价了, 约看房 | price_cut | 归属人 | | F25
XJ01 | 房源成交或下架 | {GONE}         | 0   | 3 | 取消带看或告诉客户这套没有了, 推荐别的房源 | | 归属人 | | R69
JZ01 | 房源久无动静 | {STALE}          | 30  |   | 向业主核实是否还在售(租), 谈调价, 结果记到「跟进」 | | 归属人 | | 本产品默认
ZJ01 | 推荐已登记 | {REGISTERED}       | 0   | 3 | 告诉推荐人已经登记 | referral_received | 归属人 | | R87
ZJ02 | 推荐登记无效 | {INVALID}        | 0   | 3 | 告诉推荐人这次不能算, 说明原因 | referral_invalid | 归属人 | | F17
ZJ03 | 推荐有进展 | {FURTHER}          | 0   | 3 | 告诉推荐人到了哪一步 | referral_progress | 归属人 | | R87
ZJ04 | 推荐成交   | {WON}              | 0   |   | 通知推荐人成交了, 约怎么领奖励 | referral_reward | 归属人 | | R85, R87
ZJ05 | 发推荐奖励 | {OWED}             | 0   | 365 | 选好「奖励类型」, 把奖励发给推荐人, 在「转介绍」填发放日 | | 店长 | | R85, F17
ZJ06 | 奖励已发   | {PAID}             | 0   |   | 告诉推荐人奖励已发, 在「转介绍」填通知日 | referral_paid | 归属人 | | R87
MY01 | 带看后问卷 | {VIEWED}           | 1   | 3 | 发带看后问卷, 分数和意见记到「满意度」表 | viewing_survey | 客服 | | R75, R89, 天数为本产品默认
MY02 | 签约后问卷 | 成交.签约日        | 7   |   | 问推荐意愿, 分数和意见记到「满意度」表 | nps_survey | 客服 | | R90, 天数为本产品默认
MY03 | 低分回访   | {LOW_MARK}         | 0   |   | 今天打电话问清楚、道歉、说怎么改; 是投诉就记到「投诉」表 | | 店长 | | R59, R89
TS01 | 投诉响应   | {TO_ANSWER}        | 0   | 365 | 马上回应客户, 在「投诉」填响应时间 | complaint_apology | 归属人 | | R103
TS02 | 投诉记录   | {TO_RECORD}        | 0   | 365 | 把经过记录完整, 在「投诉」填记录时间 | | 归属人 | | R103
TS03 | 投诉解决   | {TO_SOLVE}         | 0   | 365 | 解决, 告诉客户结果, 在「投诉」填解决时间 | | 归属人 | | R103
TS04 | 投诉回访   | {TO_CALL}          | 0   | 365 | 回访: 解决了没有、满不满意, 在「投诉」填回访时间 | complaint_solved | 归属人 | | R103
TS05 | 投诉超时   | {OVERDUE}          | 1   | 365 | 投诉超过时限, 请店长过问 | | 店长 | | R103
HD01 | 活动邀请   | {INVITED}          | -7  |   | 邀请客户参加活动, 答应来的记到「签到」 | event_invite | 归属人 | | R112, 天数为本产品默认
HD02 | 活动回访   | {CAME}             | 1   | 3 | 谢谢客户来参加, 听听看法 | event_thanks | 归属人 | | R112, 天数为本产品默认
"""


@dataclass(frozen=True)
class Rule:
    """One usable row. `event` is a key of EVENTS; `offset_days` count from the event, before it if negative.

    `late_days`: how long a task is still made after its day, NaN: as the settings say.
    """

    rule_id: str
    name: str
    event: str
    offset_days: int
    what: str
    template: str
    role: str
    channel: str
    late_days: float = math.nan


@dataclass(frozen=True)
class Letter:
    """What a rule needs to know of a template: its id, and whether it may go to who agreed to service only."""

    id: str
    service: bool


Letters = Mapping[str, Letter]
"""The templates by id and by name."""


def default_triggers() -> pd.DataFrame:
    """Return the shipped rows of 触发规则, with all its columns."""
    keys = ("rule_id", "name", "event", "days", "late_days", "what", "template", "role", "channel", "source")
    lines = [[part.strip() for part in line.split("|")] for line in _SHIPPED.strip().splitlines()]
    frame = pd.DataFrame(lines, columns=pd.Index(keys), index=range(2, len(lines) + 2), dtype=object)
    late = pd.to_numeric(frame["late_days"].replace("", None)).astype(float)
    return to_frame(TRIGGER_RULES, frame.assign(days=frame["days"].astype(float), late_days=late, enabled=True))


def letters(folder: Path = FOLDER, rows: pd.DataFrame | None = None) -> Letters:
    """Return the templates of a folder and of the rows of 模板, which win. Whether a text is usable is a matter for `messages`."""
    files = sorted(folder.glob("*.j2"))
    found = {path.stem: header_of(path.read_text("utf-8-sig", errors="replace")) for path in files}
    if rows is not None:
        told = rows.loc[rows["template_id"] != "", ["template_id", "name", "aim"]].drop_duplicates("template_id")
        found |= {key: {"name": name, "purpose": aim} for key, name, aim in told.itertuples(index=False)}
    known = {stem: Letter(stem, header.get("purpose") == SERVICE_TEXT) for stem, header in found.items()}
    return {found[stem]["name"]: known[stem] for stem in sorted(found, reverse=True) if found[stem].get("name")} | known


def read_triggers(table: pd.DataFrame, known: Letters) -> tuple[list[Rule], list[Finding]]:
    """Return the rules that are switched on, and a finding per row that cannot be used and is passed over.

    A sheet without rows, or no sheet, means the shipped rules; an empty 启用 means 是, an empty 负责角色 归属人.
    """
    used: set[str] = set()
    rows = table if len(table) else default_triggers()
    return read_rows("trigger_rules", rows, lambda row: _rule(row, known, used))


def all_on(table: pd.DataFrame) -> pd.DataFrame:
    """Return the rows of 触发规则 (the shipped ones where there are none) as if all were switched on."""
    rows = table if len(table) else default_triggers()
    return rows.assign(enabled=True)


def read_rows(sheet: str, rows: pd.DataFrame, read: Callable[[Any], T]) -> tuple[list[T], list[Finding]]:
    """Return what `read` makes of the rows that are switched on, and a finding per row that it refuses with BadRow."""
    good: list[T] = []
    findings: list[Finding] = []
    for row in rows.itertuples():
        if row.enabled is False:
            continue
        try:
            good.append(read(row))
        except BadRow as bad:
            message = f"{bad.what}, 这条规则没有生效。{bad.do}。"
            findings.append(Finding(sheet, int(row.Index), bad.column, bad.check, Severity.ERROR, message))
    return good, findings


class BadRow(Exception):
    """A row of rules cannot be used: at which column, the check's name, and WHAT and DO in Chinese."""

    def __init__(self, column: str, check: str, what: str, do: str) -> None:
        self.column, self.check, self.what, self.do = column, check, what, do


def _rule(row: Any, known: Letters, used: set[str]) -> Rule:
    if not row.rule_id or SEPARATOR in row.rule_id:
        raise BadRow(
            "rule_id", "trigger_id", "没有规则ID" if not row.rule_id else "规则ID 里有「|」", "请写一个编号, 如 SR02"
        )
    if row.rule_id in used:
        raise BadRow("rule_id", "trigger_id", f"规则ID「{row.rule_id}」前面已有", "请换一个编号")
    event = event_of(row.event)
    if row.days != row.days:
        raise BadRow("days", "trigger_days", "没有天数", "请填整数: 负数是事前, 正数是事后, 0 是当天")
    template = template_of(row.template, known)
    rule = Rule(
        row.rule_id,
        row.name or event,
        event,
        int(row.days),
        row.what,
        template,
        role_of(row.role),
        row.channel,
        row.late_days,
    )
    used.add(row.rule_id)
    return rule


def event_of(text: str) -> str:
    """Return the event that a cell names, by label, alias or key of the column. Raises BadRow with the nearest one."""
    found = text if text in EVENTS else _dated(text)
    if not found:
        near = nearest(text, EVENTS)
        do = f"是不是「{near}」? 请从下拉列表选择" if near else "请从下拉列表选择, 如 成交.签约日"
        raise BadRow("event", "trigger_event", f"「{text}」不是事件" if text else "没有写事件", do)
    return found


def _dated(text: str) -> str:
    """Return the event that a sheet and a column mean by other names than their labels, "" if none."""
    name, _, rest = text.replace("．", ".").partition(".")
    label, yearly = rest.removesuffix(EVERY_YEAR.strip()), rest.endswith(EVERY_YEAR.strip())
    for sheet in DATED_SHEETS:
        if fold(name) in map(fold, (sheet.label, *sheet.aliases, sheet.key)):
            column = sheet.by_header.get(fold(label))
            found = f"{sheet.label}.{column.label}" if column else ""
            return next((one for one in (found + EVERY_YEAR * yearly, found) if one in DATED), "")
    return ""


def template_of(text: str, known: Letters) -> str:
    """Return the id of the template that a cell names, "" for an empty one. Raises BadRow with the nearest one."""
    if not text or text in known:
        return known[text].id if text else ""
    near = nearest(text, tuple(known))
    do = f"是不是「{near}」? 请改正, 或清空" if near else f"请写 {'、'.join(_ids(known)[:6])} 等模板文件名之一, 或清空"
    raise BadRow("template", "trigger_template", f"没有模板「{text}」", do)


def _ids(known: Letters) -> Sequence[str]:
    return sorted({letter.id for letter in known.values()})


def role_of(text: str) -> str:
    """Return the role that a cell names, 归属人 for an empty one. Raises BadRow with the nearest one."""
    if text and text not in IN_CHARGE:
        near = nearest(text, IN_CHARGE)
        do = f"是不是「{near}」? 请从下拉列表选择" if near else f"请选 {'、'.join(IN_CHARGE)} 之一"
        raise BadRow("role", "trigger_role", f"「{text}」不是负责角色", do)
    return text or OWNER
