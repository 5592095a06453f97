"""老带新: registrations, what became of them, rewards, and the year's ranking (R85–R88, R91, R96, F17)."""

from workbook.figures.criteria import UNFILLED, Filled, Is, Number, Yes
from workbook.figures.declared import BY_NAME, VALID_REFERRAL, deals, referrals
from workbook.figures.layout import (
    Better,
    Chart,
    Figure,
    FigureBlock,
    Labels,
    ListBlock,
    ReportPage,
    Shape,
    Spans,
    TableBlock,
    TableColumn,
)
from workbook.figures.quantities import Count, Rows, Total
from workbook.schema import Kind
from workbook.sheets.referrals import REFERRALS as SHEET

REGISTERED = Rows("referrals", (), "at", "who")
DUE = Rows(
    "referrals", (VALID_REFERRAL, Number("reward_due", ">", 0), Filled("paid_on", Kind.DATE, empty=True)), "", "who"
)
BONUS_DUE = Rows(
    "referrals",
    (VALID_REFERRAL, Number("staff_bonus", ">", 0), Filled("bonus_paid_on", Kind.DATE, empty=True)),
    "",
    "who",
)
BONUS_PAID = Rows("referrals", (Number("staff_bonus", ">", 0),), "bonus_paid_on", "who")
PAID = Rows("referrals", (Number("reward_due", ">", 0),), "paid_on", "who")
OWN = (
    Figure(
        key="registered", name="登记的转介绍", unit="位", sources=("R87",), definition="登记时间在期内的转介绍, 不论有效与否",
        quantity=Count(REGISTERED),
    ),
    Figure(
        key="valid_referrals", name="其中有效", unit="位", sources=("F17",), definition="不是已在库、重复、自荐的", quantity=referrals(),
    ),
    Figure(
        key="referred_deals", name="老带新成交", unit="单", sources=("R91",), definition="期内签约、没有解约、由老客户介绍的成交",
        quantity=deals(Yes("referred")),
    ),
    Figure(
        key="reward_due", name="待发奖励", unit="元", state=True, better=Better.DOWN, sources=("R85", "F17"),
        definition="应发大于 0、还没有发放日的奖励之和, 到今天为止", quantity=Total(DUE, "reward_due"),
    ),
    Figure(
        key="reward_paid", name="已发奖励", unit="元", better=Better.NEITHER, sources=("R85", "F17"),
        definition="发放日在期内的奖励之和", quantity=Total(PAID, "reward_due"),
    ),
    Figure(
        key="staff_bonus", name="员工奖励", unit="元", better=Better.NEITHER, sources=("R88",),
        definition="登记时间在期内、已成交的转介绍的员工奖励之和",
        quantity=Total(Rows("referrals", (Is("progress", ("成交",)),), "at", "who"), "staff_bonus"),
    ),
    Figure(
        key="bonus_due", name="待发员工奖励", unit="元", state=True, better=Better.DOWN, sources=("R88",),
        definition="员工奖励大于 0、还没有员工奖励发放日的之和, 到今天为止", quantity=Total(BONUS_DUE, "staff_bonus"),
    ),
    Figure(
        key="bonus_paid", name="已发员工奖励", unit="元", better=Better.NEITHER, sources=("R88",),
        definition="员工奖励发放日在期内的员工奖励之和", quantity=Total(BONUS_PAID, "staff_bonus"),
    ),
)  # fmt: skip


def _labels(column: str) -> Labels:
    return Labels((*SHEET[column].choices, UNFILLED))


REFERRALS = ReportPage(
    key="referral_report", label="老带新", term="年报", purpose="转介绍登记、进度、奖励, 两种转化率, 推荐达人榜。",
    blocks=(
        FigureBlock(
            key="figures", title="老带新", figures=(*OWN, BY_NAME["referral_of_deals"], BY_NAME["referral_of_referrals"])
        ),
        TableBlock(
            key="progress", title="期内登记的进度", head="进度", rows=_labels("progress"), total=True,
            columns=(
                TableColumn(header="全部", unit="位", quantity=Count(Rows("referrals", (), "at", "who", "progress"))),
                TableColumn(header="有效", unit="位", quantity=referrals(each="progress")),
            ),
            charts=(Chart(title="进度", shape=Shape.BARS, headers=("有效",)),),
        ),
        TableBlock(
            key="validity", title="期内登记的有效性", head="有效性", rows=_labels("validity"), total=True,
            columns=(TableColumn(header="登记", unit="位", quantity=Count(Rows("referrals", (), "at", "who", "validity"))),),
        ),
        TableBlock(
            key="months", title="近十二个月", head="月份", rows=Spans(12, "month"),
            columns=(
                TableColumn(header="有效登记", unit="位", quantity=referrals()),
                TableColumn(header="老带新成交", unit="单", quantity=deals(Yes("referred"))),
            ),
            charts=(Chart(title="每月有效登记与成交", shape=Shape.COLUMNS, headers=("有效登记", "老带新成交")),),
        ),
        ListBlock(
            key="ranking", title="推荐达人榜 (今年)", count=10, headers=("名次", "客户ID", "称呼", "有效推荐", "成交", "应发奖励 (元)")
        ),
        ListBlock(
            key="unpaid", title="待发奖励", count=20, headers=("转介绍ID", "推荐人", "成交ID", "奖励类型", "应发 (元)", "登记时间")
        ),
    ),
)  # fmt: skip
