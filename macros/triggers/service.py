"""The events beside and after a deal, by kind, and what ends their tasks. See `referrals`, `complaints`, `gatherings`."""

from collections.abc import Callable
from functools import partial

import pandas as pd

from macros.triggers.complaints import complaint_steps, heard_since, low_marks, step_done, viewed
from macros.triggers.desk import Desk
from macros.triggers.gatherings import attendances, invitations, past, signed_up, thanked
from macros.triggers.referrals import (
    gone_on,
    judged_otherwise,
    nothing_owed,
    paid_since,
    referral_events,
    told_referrer,
)
from macros.triggers.rules import Rule
from workbook.sheets.trigger_rules import (
    CAME,
    FURTHER,
    INVALID,
    INVITED,
    LOW_MARK,
    OVERDUE,
    OWED,
    PAID,
    REGISTERED,
    TO_ANSWER,
    TO_CALL,
    TO_RECORD,
    TO_SOLVE,
    VIEWED,
    WON,
)  # fmt: skip

Maker = Callable[[Desk, Rule], pd.DataFrame]
Ending = Callable[[Desk, pd.DataFrame], pd.DataFrame]
DONE, DROPPED = "完成", "取消"
_REFERRALS = (REGISTERED, INVALID, FURTHER, WON, OWED, PAID)
_STEPS = (TO_ANSWER, TO_RECORD, TO_SOLVE, TO_CALL, OVERDUE)
MAKERS: dict[str, Maker] = {
    **dict.fromkeys(_REFERRALS, referral_events), **dict.fromkeys(_STEPS, complaint_steps), LOW_MARK: low_marks, VIEWED: viewed,
    INVITED: invitations, CAME: attendances,
}  # fmt: skip
ENDINGS: dict[str, list[tuple[str, Ending]]] = {
    **{event: [(DONE, partial(step_done, event=event))] for event in _STEPS},
    REGISTERED: [(DROPPED, partial(judged_otherwise, valid=True)), (DONE, told_referrer)],
    INVALID: [(DROPPED, partial(judged_otherwise, valid=False)), (DONE, told_referrer)],
    FURTHER: [(DROPPED, gone_on), (DONE, told_referrer)],
    WON: [(DROPPED, nothing_owed), (DONE, told_referrer)], OWED: [(DONE, paid_since), (DROPPED, nothing_owed)],
    PAID: [(DONE, told_referrer)], LOW_MARK: [(DONE, heard_since)], INVITED: [(DONE, signed_up), (DROPPED, past)], CAME: [(DONE, thanked)],
}  # fmt: skip
