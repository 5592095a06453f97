"""报表栏目: facts in the rows that the figures of the reports count, one column each.

A formula over cells can count, add up and compare; it cannot join sheets or count opening time. What a report needs of that kind is
worked out here, so that its figures are plain formulas over columns that a person can filter. See the module of each sheet.

Sources: R3, R61, R89-R92, R99, R103, R105, F18, F26.
"""

import datetime as dt

from macros.facts.clients import client_facts
from macros.facts.complaints import complaint_facts
from macros.facts.deal_steps import step_facts
from macros.facts.deals import deal_facts
from macros.facts.followups import promise_states
from macros.facts.referrals import referral_facts
from macros.facts.splits import split_facts
from macros.facts.surveys import survey_facts
from macros.settings import Settings
from macros.triggers.desk import Desk
from workbook.changes import Outcome
from workbook.tables import Tables

__all__ = ["facts"]


def facts(tables: Tables, today: dt.date, settings: Settings) -> Outcome:
    """Return the columns that reports count on 客户, 成交, 分佣, 满意度, 转介绍, 跟进, 投诉 and 成交步骤. What cannot be told stays empty.

    To run after 首次响应, 有效, the amounts of 分佣 and the tasks are known, and after rows were added. Dates after today do not count.
    """
    desk = Desk(tables, today, settings)
    return Outcome(
        updates={
            "clients": client_facts(desk),
            "deals": deal_facts(desk),
            "splits": split_facts(tables),
            "surveys": survey_facts(desk),
            "referrals": referral_facts(desk),
            "followups": promise_states(desk),
            "complaints": complaint_facts(tables),
            "deal_steps": step_facts(tables, today),
        }
    )
