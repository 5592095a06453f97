"""What to do about a figure that is weak, and the rows to begin with: one entry per figure of the reports."""

from collections.abc import Mapping
from typing import NamedTuple

from workbook.figures.criteria import Is, Number, Yes
from workbook.figures.declared import KEPT, LOG_HOURS, VALID_REFERRAL, overdue
from workbook.figures.quantities import Rows

HOURS_LATE = 60  # minutes: a reply that took longer is worth a look


class Todo(NamedTuple):
    """What to do, and the rows to begin with; None: those that the figure counts. `by` is the column whose greatest value comes first."""

    what: str
    rows: Rows | None = None
    by: str = ""


TODO: Mapping[str, Todo] = {
    "listings": Todo("请各维护人本周各找两套新房源, 并核一遍已经下架的"),
    "clients": Todo("请看「渠道效能」哪个来源少了, 把沉默的客户再联系一遍"),
    "new_clients": Todo("请看「渠道效能」哪个来源少了, 从少得最多的来源补起"),
    "followups": Todo("请店长和各归属人对一遍「今日待办」, 当天的当天联系"),
    "valid_rate": Todo("请看没接通的几行, 换时段、换方式再试", Rows("followups", (Yes("valid", no=True),), "at", "staff")),
    "viewings": Todo("请看「匹配结果」前几名还没约的, 今天逐个约看房"),
    "deals": Todo("请逐个过一遍反馈「意向强」还没签的客户, 问清卡在哪里", Rows("viewings", (Is("feedback", ("意向强",)),), "at", "agent")),
    "fee": Todo("请看成交变少还是单价变低, 再看「佣金结算」"),
    "fee_got": Todo("请按「佣金结算」还没收齐的成交逐笔催收"),
    "cancelled": Todo("请逐笔看「解约原因」, 签约前补上少做的那一步", Rows("deals", (Is("status", ("解约",)),), "signed_on", "agent")),
    "first_reply": Todo(
        "请看响应最慢的几位, 把新客户的接待排到人",
        Rows("clients", (Number("reply_minutes", ">", HOURS_LATE),), "first_reply_at", "owner"), "reply_minutes",
    ),
    "overdue_rate": Todo("请从逾期最久的联系起", overdue().of, "overdue_days"),
    "log_rate": Todo("请提醒人员联系完当天就记", Rows("followups", (Number("lag_h", ">", LOG_HOURS),), "at", "staff"), "lag_h"),
    "promise_rate": Todo(
        "请逐条把没兑现的承诺办完, 再告诉客户", Rows("followups", (Is("promise_state", ("未兑现",)),), "promise_by", "staff")
    ),
    "step_rate": Todo("请看晚得最多的步骤卡在谁手里", Rows("deal_steps", (Number("done_late", ">", 0),), "done_on", "who"), "done_late"),
    "complaints": Todo("请逐件看是哪一步出的错, 改了再回访客户", Rows("complaints", (), "t1", "who")),
    "solve_hours": Todo("请看用时最长的几件卡在谁手里", Rows("complaints", (), "t3", "who"), "solve_hours"),
    "csat": Todo("请店长逐个回访打 1–3 分的客户, 问清原因并改", Rows("surveys", (Number("csat", "<=", 3),), "back_on", "who")),
    "nps": Todo("请先联系打 0–6 分的客户, 再请打 9–10 分的转介绍", Rows("surveys", (Number("nps", "<=", 6),), "back_on", "who")),
    "referral_of_deals": Todo(
        "请给这些不是介绍来的成交客户做一次回访, 请他们转介绍", Rows("deals", (KEPT, Yes("referred", no=True)), "signed_on", "agent")
    ),
    "referral_of_referrals": Todo(
        "请把登记了还没成交的转介绍逐个联系",
        Rows("referrals", (VALID_REFERRAL, Is("progress", ("登记", "已联系", "带看"))), "at", "who"),
    ),
    "repurchase": Todo(
        "请给成交过一次的老客户做换房、投资的回访", Rows("clients", (Number("deal_count", ">=", 1), Number("deal_count", "<", 2)), "", "owner")
    ),
    "churn": Todo("请从等级高的沉睡客户开始, 每人每天联系两位", Rows("clients", (Is("activity", ("沉睡",)),), "", "owner")),
}  # fmt: skip
DEFAULT = Todo("请打开「指标明细」逐行看是哪几行, 问清原因")
"""Of a figure that has no entry."""
