"""The settings of reports: targets, weights and how far figures look. Part of `macros.settings`."""

from dataclasses import dataclass

from macros.setting_fields import OURS, numeric, one_of

_WEIGHT = "R100, 20% 之外的分配为本产品默认"


@dataclass(frozen=True)
class Report:
    """报表: targets that figures are held against."""

    csat_target: float = numeric(90, "客户满意度目标", "%", "R89", high=100)
    nps_target: float = numeric(50, "净推荐值目标", "%", "R90", low=-100, high=100)
    referral_target: float = numeric(30, "老带新转化率目标", "%", "R91", high=100)
    referral_reading: str = one_of(
        "占成交",
        "老带新转化率按哪种读法对照目标",
        ("占成交", "占转介绍"),
        "R91, 读法为本产品默认",
        note="两种读法都列出",
    )
    repurchase_target: float = numeric(10, "复购率目标", "%", "R92", high=100)
    churn_target: float = numeric(15, "流失率(沉睡)上限", "%", "R93", high=100)
    slow_days: int = numeric(
        90, "慢指标回看", "天", OURS, low=7, high=730, note="成交率、满意度、NPS、老带新、来源效果看最近几天"
    )
    small_sample: int = numeric(5, "少于几个样本时标注样本小", "个", OURS, low=1, high=100)
    event_days: int = numeric(30, "活动前后各看几天", "天", "R97, 天数为本产品默认", low=1, high=365)
    agent_fee_target: float = numeric(
        20_000, "每人每月佣金目标", "元/月", OURS, low=0, high=10_000_000, note="人均效能和人员业绩对照; 0 = 没有目标"
    )
    weight_result: int = numeric(40, "绩效权重: 结果", "%", _WEIGHT, low=0, high=100, note="三个权重合计 100")
    weight_process: int = numeric(40, "绩效权重: 过程", "%", _WEIGHT, low=0, high=100)
    weight_satisfaction: int = numeric(20, "绩效权重: 满意度", "%", "R100", low=0, high=100)
    star_answers: int = numeric(
        3,
        "服务之星至少几份问卷",
        "份",
        "R101, 份数为本产品默认",
        low=1,
        high=100,
        note="期内收回的满意度问卷少于这个数的人不参加评选",
    )
