"""The figures of the manager's report: each with its definition, its span, its sample and the rows that it was counted from.

Sources: R3 (response), R89-R91 (targets), R95 (the board). A figure without data has no value; it is never shown as zero.
"""

from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum
from typing import NamedTuple

import pandas as pd

from macros.first_reply import target_minutes
from macros.reports import measures as m
from macros.reports.measures import Measure
from macros.reports.periods import Period, Term
from macros.settings import Settings
from workbook.sheets import BY_KEY
from workbook.tables import Tables


class Span(Enum):
    """What a figure is counted over: the state as it is today, the term (named as for the week), or the longer look-back of slow figures."""

    NOW = "截至今天"
    TERM = "本周"
    SLOW = "回看期"


class Better(Enum):
    """Which way a figure should move."""

    UP = "越高越好"
    DOWN = "越低越好"
    NEITHER = ""


@dataclass(frozen=True, kw_only=True)
class Figure:
    """One figure as it is declared.

    `definition` and `where` are in the words of the sheets; `{span}` in `where` becomes the days counted. `needs` are the
    columns, as sheet.column, of which each must hold something before the figure can be told. `rate` figures (shares, means)
    rest on a sample, whose size is shown and judged.
    `timed` counts what goes by the opening hours of 设置, `measure` all else. `compared` figures can be counted for the term before; a
    state leaves no trace of what it was. `target` gives the value to be held against, None where there is none.
    """

    key: str
    name: str
    unit: str
    definition: str
    where: str
    measure: Callable[[Tables, Period], Measure] | None = None
    timed: Callable[[Tables, Period, Settings], Measure] | None = None
    needs: tuple[str, ...]
    span: Span = Span.TERM
    rate: bool = False
    compared: bool = True
    better: Better = Better.UP
    target: Callable[[Settings], float | None] = lambda settings: None

    def counted(self, tables: Tables, period: Period, settings: Settings) -> Measure:
        """Return the figure of a period."""
        if self.timed:
            return self.timed(tables, period, settings)
        return self.measure(tables, period) if self.measure else m.NOTHING


class Result(NamedTuple):
    """A figure as it came out. `value` and `previous` are None where there is no data; `missing` then says what is lacking.

    `last` names what `previous` is of. `part` counts the hits of a share among its `n` rows. `rows` are the Excel row numbers behind
    it, in the sheet that `where` names.
    """

    figure: Figure
    value: float | None
    previous: float | None
    target: float | None
    n: int
    part: int | None
    where: str
    rows: pd.Index
    small: bool
    missing: str
    last: str


FIGURES: tuple[Figure, ...] = (
    Figure(
        key="clients", name="客源量(在跟)", unit="位", span=Span.NOW, compared=False, measure=m.open_clients, needs=("clients.status",),
        better=Better.NEITHER, definition="还在跟进的客户: 状态不是「已成交」「暂不考虑」",
        where="客户!状态 不是 已成交、暂不考虑",
    ),
    Figure(
        key="new_clients", name="新增客户", unit="位", measure=m.new_clients, needs=("clients.first_contact_at",),
        definition="首接时间在期内的客户", where="客户!首接时间 在 {span}",
    ),
    Figure(
        key="listings", name="房源量", unit="套", span=Span.NOW, compared=False, measure=m.open_listings, needs=("listings.status",),
        better=Better.NEITHER, definition="在市的房源: 状态是「在售」「在租」「议价中」", where="房源!状态=在售、在租、议价中",
    ),
    Figure(
        key="followups", name="跟进次数", unit="次", measure=m.followups, needs=("followups.at",),
        definition="时间在期内的跟进记录, 不论有效与否", where="跟进!时间 在 {span}",
    ),
    Figure(
        key="valid_rate", name="有效跟进率", unit="%", rate=True, measure=m.valid_rate,
        needs=("followups.at", "followups.valid"),
        definition="期内跟进中「有效」为是的占比(接通、已回复、到访算有效)", where="跟进!时间 在 {span}, 有效=是",
    ),
    Figure(
        key="viewings", name="带看量", unit="次", measure=m.viewings, needs=("viewings.at", "viewings.status"),
        definition="预约时间在期内、状态「已看」的带看", where="带看!状态=已看, 预约时间 在 {span}",
    ),
    Figure(
        key="per_agent", name="人均带看", unit="次/人", rate=True, measure=m.viewings_per_agent,
        needs=("viewings.at", "staff.role"),
        definition="期内已看的带看 ÷ 期内在职的经纪人数", where="带看!状态=已看, 预约时间 在 {span}; 人员!角色=经纪人",
    ),
    Figure(
        key="deals", name="成交量", unit="单", measure=m.deals, needs=("deals.signed_on",),
        definition="签约日在期内、没有解约的成交", where="成交!签约日 在 {span}, 状态 不是 解约",
    ),
    Figure(
        key="fee", name="佣金应收", unit="元", measure=m.fee, needs=("deals.signed_on", "deals.fee_due"),
        definition="期内成交(没有解约)的佣金应收之和; 买卖按万元、租赁按元折算", where="成交!签约日 在 {span}, 状态 不是 解约",
    ),
    Figure(
        key="deal_rate", name="成交率(带看→成交)", unit="%", span=Span.SLOW, rate=True, measure=m.deal_rate,
        needs=("viewings.at", "viewings.status"),
        definition="回看期内看过房的客户中, 看房之后在期内签约(没有解约)的占比", where="带看!状态=已看, 预约时间 在 {span}",
    ),
    Figure(
        key="overdue_rate", name="逾期率", unit="%", span=Span.NOW, compared=False, rate=True, measure=m.overdue_rate,
        needs=("clients.next_due",), better=Better.DOWN,
        definition="还在跟进的客户中, 逾期天数大于 0 的占比; 分子就是逾期客户数", where="客户!逾期天数 大于 0",
    ),
    Figure(
        key="first_reply", name="平均首次响应", unit="分钟", rate=True, timed=m.first_reply_minutes,
        needs=("clients.first_contact_at", "clients.first_reply_at"), better=Better.DOWN,
        definition="期内发生的首次响应, 距首接时间平均多久, 只计营业时间 (目标的 24 小时是一个营业日); 还没响应的客户不计入",
        where="客户!首次响应 在 {span}", target=target_minutes,
    ),
    Figure(
        key="csat", name="客户满意度 CSAT", unit="%", span=Span.SLOW, rate=True, measure=m.csat,
        needs=("surveys.back_on", "surveys.csat"), definition="回看期内收回的问卷中, 总体满意 4、5 分的占比",
        where="满意度!回收日 在 {span}", target=lambda s: s.report.csat_target,
    ),
    Figure(
        key="nps", name="净推荐值 NPS", unit="%", span=Span.SLOW, rate=True, measure=m.nps,
        needs=("surveys.back_on", "surveys.nps"), definition="推荐意愿 9–10 分的占比 减 0–6 分的占比, 回看期内收回的问卷",
        where="满意度!回收日 在 {span}", target=lambda s: s.report.nps_target,
    ),
    Figure(
        key="referral_of_deals", name="老带新转化率(占成交)", unit="%", span=Span.SLOW, rate=True,
        measure=m.referral_of_deals, needs=("deals.signed_on",),
        definition="回看期内的成交中, 客户来源是「老带新」或转介绍记有该成交的占比", where="成交!签约日 在 {span}, 状态 不是 解约",
        target=lambda s: s.report.referral_target if s.report.referral_reading == "占成交" else None,
    ),
    Figure(
        key="referral_of_referrals", name="老带新转化率(占转介绍)", unit="%", span=Span.SLOW, rate=True, compared=False,
        measure=m.referral_of_referrals, needs=("referrals.at",),
        definition="回看期内登记的转介绍(已在库、重复、自荐的除外)中, 进度已到「成交」的占比", where="转介绍!登记时间 在 {span}",
        target=lambda s: s.report.referral_target if s.report.referral_reading == "占转介绍" else None,
    ),
)  # fmt: skip


def results(tables: Tables, term: Term, settings: Settings) -> tuple[Result, ...]:
    """Return every figure, in the order of the declaration, with its value in the term before."""
    return tuple(_result(figure, tables, term, settings) for figure in FIGURES)


def _result(figure: Figure, tables: Tables, term: Term, settings: Settings) -> Result:
    period, earlier = (term.slow, term.slow_before) if figure.span is Span.SLOW else (term.days, term.before)
    missing = _missing(figure, tables)
    now = m.NOTHING if missing else figure.counted(tables, period, settings)
    before = figure.counted(tables, earlier, settings) if figure.compared and not missing else m.NOTHING
    if now.value is None and not missing:
        missing = f"{period.short} 没有可计入的行"
    return Result(
        figure, now.value, before.value, figure.target(settings), now.n, now.part,
        figure.where.format(span=period.short), now.rows, figure.rate and now.n < settings.report.small_sample, missing, term.last,
    )  # fmt: skip


def _missing(figure: Figure, tables: Tables) -> str:
    for need in figure.needs:
        sheet, column = need.split(".")
        values = tables[sheet][column]
        if not (values.notna() & (values != "")).any():
            label = BY_KEY[sheet].label
            return f"「{label}」还没有行" if values.empty else f"「{label}」没有填「{BY_KEY[sheet][column].label}」"
    return ""
