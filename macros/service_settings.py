"""The settings of what comes beside and after a deal: referrals, satisfaction, complaints, events. Part of `macros.settings`."""

from dataclasses import dataclass

from macros.setting_fields import OURS, numeric

_STEPS = "R103, 时限为本产品默认"


@dataclass(frozen=True)
class Referral:
    """转介绍: what a client and the agency's people get for a referral that became a deal."""

    cash_share: float = numeric(1, "现金奖励占成交价", "%", "R85", low=0, high=20, note="租赁按一个月租金算")
    fee_per_area: float = numeric(
        3, "物业费1年: 每平米每月", "元/㎡", "R85, 单价为本产品默认", low=0, high=100,
        note="× 推荐人自己成交的那套房的建筑面积 × 12 个月"
    )  # fmt: skip
    gift_yuan: float = numeric(500, "礼品的价值", "元", "R85, 金额为本产品默认", low=0, high=1_000_000)
    staff_share: float = numeric(
        0.5, "员工奖励占成交价", "%", "R88", low=0, high=20, note="给推荐人的归属人; 租赁按一个月租金算"
    )
    pay_days: int = numeric(15, "签约后几天内发奖励", "天", OURS, low=0, high=365)
    top_named: int = numeric(3, "推荐达人每年颁几位", "位", "R86, 人数为本产品默认", low=1, high=50)


@dataclass(frozen=True)
class Survey:
    """满意度: which answers the manager has to hear of."""

    low_csat: int = numeric(3, "总体满意几分及以下算低分", "分", "R59, R89, 分数为本产品默认", low=1, high=4)
    low_nps: int = numeric(6, "推荐意愿几分及以下算低分", "分", "R90: 0–6 分为贬损者", low=0, high=8)


@dataclass(frozen=True)
class Complaint:
    """投诉: by when each of the four steps is done."""

    answer_hours: float = numeric(
        2, "投诉后几小时内响应", "小时", _STEPS, low=0.25, high=168, note="从投诉时间到响应时间, 按钟点, 不分上下班"
    )
    record_hours: float = numeric(24, "响应后几小时内记录完整", "小时", _STEPS, low=0.25, high=168)
    solve_hours: float = numeric(72, "响应后几小时内解决", "小时", _STEPS, low=1, high=2_160)
    call_hours: float = numeric(72, "解决后几小时内回访", "小时", _STEPS, low=1, high=2_160)


@dataclass(frozen=True)
class Event:
    """活动: who is invited."""

    invite_most: int = numeric(
        50, "一场活动最多自动邀请几位", "位", OURS, low=0, high=5_000,
        note="按等级和分数从高到低; 「邀请对象」空着就不自动邀请"
    )  # fmt: skip
