"""Every figure of the reports, declared once: name, definition in words, what it counts, over which days, its target and its source.

Definitions that can be read in two ways are both here and say so: referral rate (R91), churn (R93), share of deals (R95).
"""

from workbook.build.figures import CLOSED_CLIENTS, ON_MARKET
from workbook.figures.criteria import Filled, Is, Not, Number, Setting, Test, Yes
from workbook.figures.layout import Better, Figure
from workbook.figures.quantities import Count, Ratio, Rows, Sum, Total, share
from workbook.schema import Kind

KEPT = Not("status", ("解约",))
SEEN = Is("status", ("已看",))
VALID_REFERRAL = Not("validity", ("已在库", "重复", "自荐"))
OPEN = (Filled("name"), Not("status", CLOSED_CLIENTS))
LOG_HOURS = Setting("hours.log_hours", 24)


def clients(*tests: Test, when: str = "", each: str = "") -> Count:
    """Return the number of clients that pass the tests."""
    return Count(Rows("clients", (Filled("name"), *tests), when, "owner", each))


def contacts(*tests: Test, each: str = "") -> Count:
    """Return the number of logged contacts of the period."""
    return Count(Rows("followups", tests, "at", "staff", each))


def viewings(*tests: Test, each: str = "") -> Count:
    """Return the number of viewings of the period that took place."""
    return Count(Rows("viewings", (SEEN, *tests), "at", "agent", each))


def deals(*tests: Test, each: str = "") -> Count:
    """Return the number of deals signed in the period and not called off."""
    return Count(Rows("deals", (KEPT, *tests), "signed_on", "agent", each))


def money(column: str, *tests: Test, each: str = "") -> Total:
    """Return the sum of a column of the deals signed in the period."""
    return Total(Rows("deals", (KEPT, *tests), "signed_on", "agent", each), column)


def surveys(*tests: Test, each: str = "") -> Count:
    """Return the number of surveys that came back in the period."""
    return Count(Rows("surveys", tests, "back_on", "who", each))


def referrals(*tests: Test, each: str = "") -> Count:
    """Return the number of valid referrals registered in the period."""
    return Count(Rows("referrals", (VALID_REFERRAL, *tests), "at", "who", each))


def csat(each: str = "") -> Ratio:
    """CSAT (R89): 4 and 5 of 5 among the marks that came back."""
    return share(surveys(Number("csat", ">=", 4), each=each), surveys(Filled("csat", Kind.INT), each=each))


def nps(each: str = "") -> Ratio:
    """NPS (R90): 9–10 less 0–6 among the answers that came back, -100 to 100."""
    for_us, against = surveys(Number("nps", ">=", 9), each=each), surveys(Number("nps", "<=", 6), each=each)
    return Ratio(Sum((for_us,), (against,)), surveys(Filled("nps", Kind.INT), each=each), 100)


def mean(of: Rows, column: str, factor: float = 1) -> Ratio:
    """Return the mean of a number over the rows that have one."""
    having = Rows(of.sheet, (*of.tests, Filled(column, Kind.INT)), of.when, of.who, of.each)
    return Ratio(Total(having, column, factor), Count(having))


def overdue(each: str = "") -> Count:
    """Return the number of clients still followed up whose day is past."""
    return Count(Rows("clients", (*OPEN, Number("overdue_days", ">", 0)), "", "owner", each))


def open_clients(*tests: Test, each: str = "") -> Count:
    """Return the number of clients still followed up."""
    return Count(Rows("clients", (*OPEN, *tests), "", "owner", each))


def agents_serving() -> Sum:
    """Return the number of agents who served for at least a day of the period: come by its end, not gone before its beginning."""
    agents = (Is("role", ("经纪人",)), Filled("name"))
    still = Rows("staff", (*agents, Filled("to_date", Kind.DATE, empty=True)), "", "name", begun="from_date")
    gone = Rows("staff", agents, "", "name", begun="from_date", unended="to_date")
    return Sum((Count(still), Count(gone)))


def sources_reached(column: str, *tests: Test, each: str = "") -> Count:
    """Return the clients first met in the period who have come so far: their day of it is filled (a cohort, not what happened meanwhile)."""
    return clients(Filled(column, Kind.DATE), *tests, when="first_contact_at", each=each)


FOLLOWED = Rows("followups", (), "at", "staff")
REPLIED = Rows("clients", (Filled("name"), Number("reply_minutes", ">=", 0)), "first_reply_at", "owner")
SIGNED = Rows("deals", (KEPT,), "signed_on", "agent")
SHOWN = Rows("clients", (Filled("name"),), "first_viewed_on", "owner")
STEPS_DONE = Rows("deal_steps", (Filled("done_late", Kind.INT),), "done_on", "who")
PROMISED = Rows("followups", (Is("promise_state", ("兑现", "未兑现")),), "promise_by", "staff")
SOLVED = Rows("complaints", (), "t3", "who")

STOCK = (
    Figure(
        key="listings", name="房源量", unit="套", state=True, better=Better.NEITHER, sources=("R95",),
        definition="在市的房源: 状态是「在售」「在租」「议价中」; 归维护人",
        quantity=Count(Rows("listings", (Is("status", ON_MARKET),), "", "r_keep")),
    ),
    Figure(
        key="clients", name="客源量(在跟)", unit="位", state=True, better=Better.NEITHER, sources=("R95",),
        definition="还在跟进的客户: 状态不是「已成交」「暂不考虑」", quantity=open_clients(),
    ),
    Figure(
        key="new_clients", name="新增客户", unit="位", sources=("R95",), definition="首接时间在期内的客户",
        quantity=clients(when="first_contact_at"),
    ),
)  # fmt: skip
ACTIVITY = (
    Figure(
        key="followups", name="跟进次数", unit="次", sources=("R96",), definition="时间在期内的跟进记录, 不论有效与否",
        quantity=Count(FOLLOWED),
    ),
    Figure(
        key="valid_rate", name="有效跟进率", unit="%", sources=("R96",),
        definition="期内跟进中「有效」为是的占比 (接通、已回复、到访算有效); 还没判定的不计",
        quantity=share(contacts(Yes("valid")), contacts(Filled("valid"))),
    ),
    Figure(
        key="viewings", name="带看量", unit="次", sources=("R95",), definition="预约时间在期内、状态「已看」的带看",
        quantity=viewings(),
    ),
    Figure(
        key="per_agent", name="人均带看", unit="次/人", sources=("R95",),
        definition="期内已看的带看 ÷ 期内在职的经纪人数", quantity=Ratio(viewings(), agents_serving()),
    ),
)  # fmt: skip
DEALS = (
    Figure(
        key="deals", name="成交量", unit="单", sources=("R95",), definition="签约日在期内、没有解约的成交", quantity=deals(),
    ),
    Figure(
        key="cancelled", name="解约", unit="单", better=Better.DOWN, sources=("R95",),
        definition="签约日在期内、后来解约的成交", quantity=Count(Rows("deals", (Is("status", ("解约",)),), "signed_on", "agent")),
    ),
    Figure(
        key="per_head", name="人均成交", unit="单/人", sources=("R95",), definition="期内成交 ÷ 期内在职的经纪人数 (人均效能)",
        quantity=Ratio(deals(), agents_serving()),
    ),
    Figure(
        key="fee", name="佣金应收", unit="元", sources=("R95",), definition="期内成交(没有解约)的佣金应收之和",
        quantity=money("fee_yuan"),
    ),
    Figure(
        key="fee_got", name="其中已实收", unit="元", sources=("R95",), definition="同一批成交到今天为止的佣金实收之和",
        quantity=money("got_yuan"),
    ),
    Figure(
        key="deal_rate", name="成交率(带看→成交)", unit="%", slow=True, sources=("R95",),
        definition="首次带看在回看期内的客户中, 已经签约(没有解约)的占比; 同一批人, 以后签约还会上升",
        quantity=share(
            clients(Filled("last_signed_on", Kind.DATE), when="first_viewed_on"), clients(when="first_viewed_on")
        ),
    ),
    Figure(
        key="client_rate", name="成交率(客户→成交)", unit="%", slow=True, sources=("R95",),
        definition="首接时间在回看期内的客户中, 已经签约(没有解约)的占比; 另一种读法, 两种都列出",
        quantity=share(sources_reached("last_signed_on"), clients(when="first_contact_at")),
    ),
    Figure(
        key="deal_days", name="成交用时", unit="天", slow=True, better=Better.DOWN, sources=("R95",),
        definition="首次签约日在回看期内的客户, 从首接到签约平均几天",
        quantity=mean(Rows("clients", (Filled("name"),), "first_signed_on", "owner"), "days_to_deal"),
    ),
    Figure(
        key="market_days", name="去化天数", unit="天", slow=True, better=Better.DOWN, sources=("R95",),
        definition="回看期内成交的房源, 从上架到签约平均几天; 没有上架日的不计", quantity=mean(SIGNED, "market_days"),
    ),
)  # fmt: skip
SERVICE = (
    Figure(
        key="first_reply", name="平均首次响应", unit="分钟", better=Better.DOWN, sources=("R3", "F6"),
        definition="期内发生的首次响应, 距首接时间平均多久, 只计营业时间; 还没响应的客户不计",
        quantity=mean(REPLIED, "reply_minutes"),
    ),
    Figure(
        key="overdue_rate", name="逾期率", unit="%", state=True, better=Better.DOWN, sources=("R99",),
        definition="还在跟进的客户中, 逾期天数大于 0 的占比", quantity=share(overdue(), open_clients()),
    ),
    Figure(
        key="log_rate", name="录入及时率", unit="%", sources=("R52",),
        definition="期内、有录入时差的跟进中, 不超过设置的小时数的占比",
        quantity=share(contacts(Number("lag_h", "<=", LOG_HOURS)), contacts(Filled("lag_h", Kind.DECIMAL))),
    ),
    Figure(
        key="promise_rate", name="承诺兑现率", unit="%", sources=("F26",),
        definition="承诺期限在期内、已见分晓的承诺中, 期限内兑现的占比",
        quantity=share(
            Count(Rows("followups", (Is("promise_state", ("兑现",)),), "promise_by", "staff")), Count(PROMISED)
        ),
    ),
    Figure(
        key="step_rate", name="流程执行率", unit="%", sources=("R105",),
        definition="完成日在期内的成交步骤中, 不晚于计划日完成的占比",
        quantity=share(
            Count(Rows("deal_steps", (Number("done_late", "<=", 0),), "done_on", "who")), Count(STEPS_DONE)
        ),
    ),
    Figure(
        key="complaints", name="投诉", unit="件", better=Better.DOWN, sources=("R103",), definition="响应时间在期内的投诉",
        quantity=Count(Rows("complaints", (Filled("what"),), "t1", "who")),
    ),
    Figure(
        key="solve_hours", name="投诉解决用时", unit="小时", better=Better.DOWN, slow=True, sources=("R103",),
        definition="解决时间在回看期内的投诉, 从响应到解决平均几小时", quantity=mean(SOLVED, "solve_hours"),
    ),
)  # fmt: skip
LOYALTY = (
    Figure(
        key="csat", name="客户满意度 CSAT", unit="%", slow=True, target=Setting("report.csat_target", 90), sources=("R89",),
        definition="回看期内收回的问卷中, 总体满意 4、5 分的占比", quantity=csat(),
    ),
    Figure(
        key="nps", name="净推荐值 NPS", unit="%", slow=True, target=Setting("report.nps_target", 50), sources=("R90",),
        definition="推荐意愿 9–10 分的占比 减 0–6 分的占比, 回看期内收回的问卷", quantity=nps(),
    ),
    Figure(
        key="referral_of_deals", name="老带新转化率(占成交)", unit="%", slow=True, sources=("R91",),
        target=Setting("report.referral_target", 30),
        definition="回看期内的成交中, 客户来源是「老带新」或转介绍记有该成交的占比", quantity=share(deals(Yes("referred")), deals()),
    ),
    Figure(
        key="referral_of_referrals", name="老带新转化率(占转介绍)", unit="%", slow=True, sources=("R91",),
        target=Setting("report.referral_target", 30),
        definition="回看期内登记的有效转介绍中, 进度已到「成交」的占比",
        quantity=share(referrals(Is("progress", ("成交",))), referrals()),
    ),
    Figure(
        key="repurchase", name="复购率", unit="%", state=True, target=Setting("report.repurchase_target", 10), sources=("R92",),
        definition="成交过(没有解约)的客户中, 成交两次及以上的占比, 到今天为止",
        quantity=share(clients(Number("deal_count", ">=", 2)), clients(Number("deal_count", ">=", 1))),
    ),
    Figure(
        key="churn", name="流失率(沉睡)", unit="%", state=True, better=Better.DOWN, sources=("R93",),
        target=Setting("report.churn_target", 15),
        definition="有活跃度的客户中, 活跃度是「沉睡」的占比; 不是生命周期的「流失」",
        quantity=share(clients(Is("activity", ("沉睡",))), clients(Filled("activity"))),
    ),
    Figure(
        key="lost", name="流失客户", unit="位", better=Better.DOWN, sources=("R61",),
        definition="流失日在期内、状态「暂不考虑」的客户; 与沉睡是两回事",
        quantity=clients(Is("status", ("暂不考虑",)), when="lost_on"),
    ),
)  # fmt: skip
FIGURES: tuple[Figure, ...] = (*STOCK, *ACTIVITY, *DEALS, *SERVICE, *LOYALTY)
BY_NAME = {figure.key: figure for figure in FIGURES}
