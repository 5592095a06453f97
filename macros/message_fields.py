"""The names that message templates may use, and the cell in which a person fills in what each one says."""

from dataclasses import dataclass

_NO_LISTING = "缺少{name} (没有可推荐的房源): 请先做「匹配」, 或放宽 {cell}"
_NO_CUT = "缺少{name} (价格又变了、已下架, 或没写不利因素): 请看「房源」表; 客户的预算在 {cell}"
_NO_MARKET = "缺少{name} (那里的房源太少, 写不出行情): 请核对 {cell}"
_VALID = "缺少{name} (这条推荐没有判为无效): 请核对 {cell}"
_NO_EVENT = (
    "缺少{name} (这件事没有说是哪场活动, 或那场活动不在「{sheet}」表里了): 请在「{sheet}」表写好这场活动并选「邀请对象」, 再做「全部」, "
    "会给客户 {client} 那样的人生成写明活动的任务; 或换一个不提活动的模板"
)
_NO_FESTIVAL = "缺少{name} (这件事没有说是哪个节日, 或那天不宜道贺): 请换一个不提节日的模板, 或自己写给客户 {client}"
_NOT_NOW = "缺少{name} (现在不是发这类消息的时候): 请核对 {cell}"


@dataclass(frozen=True)
class Field:
    """A name for templates. `key` is its English name; `sheet` and `column` say where it is filled in.

    `many` is a list of texts, to be gone through with `for`. `lacking` is the sentence where it is empty, with {name} and {cell}; `no_row`
    that where no row of the sheet is the client's, with {name}, {sheet} and {client}.
    An `occasion` is filled only while it lasts: a template that needs it stands back at other times.
    """

    name: str
    key: str
    sheet: str
    column: str
    many: bool = False
    lacking: str = "缺少{name}: 请在 {cell} 填写"
    occasion: bool = False
    no_row: str = "缺少{name}: 请在「{sheet}」表为客户 {client} 补一行"


_ALL = (
    Field("称谓", "salutation", "clients", "salutation"),
    Field("姓名", "name", "clients", "name"),
    Field("经纪人", "agent", "clients", "owner"),
    Field("门店", "branch", "clients", "branch"),
    Field("方便时段", "pref_time", "clients", "pref_time"),
    Field("生日", "birthday", "clients", "birthday"),
    Field("流失原因", "lost_reason", "clients", "lost_reason"),
    Field("机构", "agency", "settings", "value"),
    Field("日期", "today", "settings", "value"),
    Field("月份", "month", "settings", "value"),
    Field("节日", "festival", "trigger_rules", "event", no_row=_NO_FESTIVAL),
    Field("节日祝语", "festival_wish", "trigger_rules", "event", no_row=_NO_FESTIVAL),
    Field("意向区域", "districts", "requests", "districts"),
    Field("预算", "budget", "requests", "budget_max"),
    Field("户型", "rooms", "requests", "rooms_min"),
    Field("面积", "area", "requests", "area_min"),
    Field("交易", "deal_type", "requests", "deal_type"),
    Field("用途", "use", "requests", "use"),
    Field("学区", "school", "requests", "school"),
    Field("推荐房源", "listings", "requests", "budget_max", many=True, lacking=_NO_LISTING),
    Field("首推房源", "top_listing", "requests", "budget_max", lacking=_NO_LISTING),
    Field("首推理由", "top_why", "requests", "budget_max", lacking=_NO_LISTING),
    Field("首推留意", "top_cons", "requests", "budget_max", lacking=_NO_LISTING),
    Field("降价房源", "cut_homes", "requests", "budget_max", many=True, lacking=_NO_CUT),
    Field("区域行情", "market", "requests", "districts", many=True, lacking=_NO_MARKET),
    Field("待答问题", "question", "followups", "question"),
    Field("承诺事项", "promise", "followups", "promise"),
    Field("承诺期限", "promise_by", "followups", "promise_by"),
    Field("承诺逾期", "promise_late", "followups", "promise_by"),
    Field("计划事项", "next_act", "followups", "next_act"),
    Field("已推荐房源", "offered", "followups", "offered"),
    Field("客服", "service_rep", "clients", "service_rep"),
    Field("带看房源", "viewing_home", "viewings", "listing_id"),
    Field("带看时间", "viewing_at", "viewings", "at"),
    Field("带看人", "viewing_agent", "viewings", "agent"),
    Field("已看房源", "seen_home", "viewings", "listing_id"),
    Field("步骤", "step", "deal_steps", "step"),
    Field("步骤日期", "step_on", "deal_steps", "plan_on"),
    Field("所需资料", "papers", "deal_steps", "papers"),
    Field("投诉内容", "complaint", "complaints", "what"),
    Field("被推荐人", "referred", "referrals", "name"),
    Field("推荐奖励", "reward", "referrals", "reward_type"),
    Field("推荐进展", "referral_progress", "referrals", "progress"),
    Field("推荐无效原因", "referral_invalid", "referrals", "validity", lacking=_VALID),
    Field("活动名称", "event", "events", "name", no_row=_NO_EVENT),
    Field("活动日期", "event_on", "events", "on", no_row=_NO_EVENT),
    Field("活动时间", "event_clock", "events", "clock", no_row=_NO_EVENT),
    Field("活动地点", "event_place", "events", "place", no_row=_NO_EVENT),
    Field("签约日", "signed_on", "deals", "signed_on"),
    Field("过户日", "transfer_on", "deals", "transfer_on"),
    Field("交房日", "handover_on", "deals", "handover_on"),
    Field("成交房源", "deal_home", "deals", "listing_id"),
    Field("新成交房源", "new_deal_home", "deals", "signed_on", lacking=_NOT_NOW, occasion=True),
    Field("新交房房源", "new_home", "deals", "handover_on", lacking=_NOT_NOW, occasion=True),
)
FIELDS: dict[str, Field] = {one.name: one for one in _ALL}
