"""触发规则: what makes a task, a rule per row, which the agency changes, adds to or switches off (R41-R45, R55-R59, R81, R87, R103, R112)."""

from typing import NamedTuple

from workbook.schema import DATE_KINDS, Column, Kind, Need, Sheet
from workbook.sheets.choices import ROLES, WAYS
from workbook.sheets.clients import CLIENTS
from workbook.sheets.complaints import COMPLAINTS
from workbook.sheets.deal_steps import DEAL_STEPS
from workbook.sheets.deals import DEALS
from workbook.sheets.followups import FOLLOWUPS
from workbook.sheets.listings import LISTINGS
from workbook.sheets.referrals import REFERRALS
from workbook.sheets.requests import REQUESTS
from workbook.sheets.surveys import SURVEYS
from workbook.sheets.viewings import VIEWINGS


class Dated(NamedTuple):
    """A column whose dates are events: keys of sheet and column; `yearly` ones come round every year."""

    sheet: str
    column: str
    yearly: bool = False


EVERY_YEAR = " 每年"
DATED_SHEETS = (CLIENTS, DEALS, REQUESTS, LISTINGS, FOLLOWUPS, VIEWINGS, DEAL_STEPS, COMPLAINTS, SURVEYS, REFERRALS)
"""The sheets whose rows are about a client or a listing, so that somebody is in charge of them."""
_ALWAYS_YEARLY = (("clients", "birthday"), ("clients", "anniversary"))
_MAY_BE_YEARLY = (("deals", "signed_on"), ("deals", "handover_on"))

DATED: dict[str, Dated] = {
    f"{sheet.label}.{column.label}": Dated(sheet.key, column.key, (sheet.key, column.key) in _ALWAYS_YEARLY)
    for sheet in DATED_SHEETS
    for column in sheet.columns
    if column.kind in DATE_KINDS
}
DATED |= {
    name + EVERY_YEAR: dated._replace(yearly=True)
    for name, dated in DATED.items()
    if (dated.sheet, dated.column) in _MAY_BE_YEARLY
}

FIRST, OFFERED, ASKED, PROMISED = "客户.首接未回访", "跟进.推荐房源", "跟进.待答问题", "跟进.承诺事项"
FITTING, CARED = "匹配结果.新房源", "成交.特殊关怀客户交房"
CUT, GONE, STALE = "房源.降价新触及", "房源.推荐过的成交或下架", "房源.久无动静"
REGISTERED, INVALID, FURTHER = "转介绍.新登记", "转介绍.登记无效", "转介绍.有进展"
WON, OWED, PAID = "转介绍.成交", "转介绍.待发奖励", "转介绍.奖励已发"
VIEWED, LOW_MARK = "带看.看过", "满意度.低分"
TO_ANSWER, TO_RECORD, TO_SOLVE, TO_CALL = "投诉.待响应", "投诉.待记录", "投诉.待解决", "投诉.待回访"
OVERDUE = "投诉.超时"
INVITED, CAME = "活动.邀请", "活动.到场"
SERVICE_EVENTS = (
    REGISTERED, INVALID, FURTHER, WON, OWED, PAID, VIEWED, LOW_MARK, TO_ANSWER, TO_RECORD, TO_SOLVE, TO_CALL, OVERDUE, INVITED, CAME,
)  # fmt: skip
FESTIVAL = "节日."
FESTIVALS = (
    "元旦",
    "春节",
    "元宵",
    "妇女节",
    "劳动节",
    "母亲节",
    "端午",
    "父亲节",
    "七夕",
    "教师节",
    "中秋",
    "国庆",
    "重阳",
    "冬至",
)
COMPUTED = (
    FIRST,
    OFFERED,
    ASKED,
    PROMISED,
    FITTING,
    CARED,
    CUT,
    GONE,
    STALE,
    *SERVICE_EVENTS,
    *(FESTIVAL + name for name in FESTIVALS),
)
EVENTS = (*COMPUTED, *DATED)
"""Everything that a rule may wait for."""

OWNER, SERVICE = "归属人", "客服"
IN_CHARGE = (OWNER, *ROLES)

TRIGGER_RULES = Sheet(
    label="触发规则",
    key="trigger_rules",
    identity=("rule_id",),
    purpose="什么事发生后 (或之前) 几天要做什么: 一行一条, 改天数、停用或加行。",
    columns=(
        Column(
            label="规则ID", key="rule_id", kind=Kind.ID, need=Need.REQUIRED, unique=True,
            prompt="每条规则一个编号, 不能重复; 用过的编号不要改, 否则会再生成一次任务", daily=True
        ),
        Column(label="名称", key="name", kind=Kind.TEXT, need=Need.REQUIRED, prompt="任务的事由, 如 成交感谢信", width=16, daily=True),
        Column(
            label="事件", key="event", kind=Kind.CHOICE, need=Need.REQUIRED, choices=EVENTS,
            prompt="哪张表哪个日期列, 如 成交.签约日; 或算出来的事件, 如 客户.首接未回访", width=24, daily=True
        ),
        Column(
            label="前后天数", key="days", kind=Kind.INT, need=Need.REQUIRED, unit="天", low=-400, high=1100,
            prompt="负数是事前, 正数是事后, 0 是当天", daily=True
        ),
        Column(
            label="最晚补几天", key="late_days", kind=Kind.INT, unit="天", low=0, high=365,
            prompt="过了几天还补一条任务; 空着按设置, 0 是过期不补", daily=True
        ),
        Column(label="做什么", key="what", kind=Kind.TEXT, prompt="写进任务内容", width=58, daily=True),
        Column(
            label="模板", key="template", kind=Kind.TEXT, width=20, daily=True,
            prompt="联系客户用的消息模板; 空着: 内部事务, 不受联系同意限制"
        ),
        Column(
            label="负责角色", key="role", kind=Kind.CHOICE, choices=IN_CHARGE, default=OWNER, width=14, daily=True,
            prompt="归属人、客服, 或人员表里的角色; 本店没有这个角色时交给归属人"
        ),
        Column(label="渠道", key="channel", kind=Kind.CHOICE, choices=WAYS, prompt="空着: 客户的首选渠道", daily=True),
        Column(
            label="启用", key="enabled", kind=Kind.YESNO, need=Need.REQUIRED, default="是", prompt="选「否」停用这条规则",
            daily=True
        ),
        Column(label="来源", key="source", kind=Kind.TEXT, prompt="这条规则的出处", width=24, daily=True),
    ),
)  # fmt: skip
