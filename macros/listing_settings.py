"""The settings of listings: matching and the search for duplicates. Part of `macros.settings`."""

from dataclasses import dataclass

from macros.setting_fields import OURS, numeric, worded


@dataclass(frozen=True)
class Match:
    """匹配: which listings fit a need."""

    tolerance: float = numeric(10, "弹性: 超出要求多少仍算接近", "%", OURS, low=0, high=30)
    per_need: int = numeric(10, "每个需求列出几套房", "套", "R70", low=1, high=100)
    per_listing: int = numeric(20, "每套房列出几个需求", "个", "R70", low=1, high=20)
    must: str = worded(
        "预算、区域、户型",
        "没写重要度时哪些条件必须满足",
        OURS,
        note="用顿号隔开; 其余没写的按「优先」; 用途和避免总是必须",
    )
    unknown_share: int = numeric(
        50, "房源没写的条件计几成分", "%", OURS, high=100, note="查不到的不算符合也不算不符, 列为待核项"
    )
    near_metro_m: int = numeric(800, "只写「近地铁」算几米", "米", OURS, low=1, high=5000)
    w_use: int = numeric(5, "用途的权重", "分", OURS, high=100)
    w_avoid: int = numeric(5, "避免的权重", "分", OURS, high=100)
    w_budget: int = numeric(30, "预算的权重", "分", OURS, high=100)
    w_district: int = numeric(20, "区域的权重", "分", OURS, high=100)
    w_area: int = numeric(15, "面积的权重", "分", OURS, high=100)
    w_rooms: int = numeric(15, "户型的权重", "分", OURS, high=100)
    w_orient: int = numeric(4, "朝向的权重", "分", OURS, high=100)
    w_floor: int = numeric(3, "楼层的权重", "分", OURS, high=100)
    w_lift: int = numeric(3, "电梯的权重", "分", OURS, high=100)
    w_decor: int = numeric(3, "装修的权重", "分", OURS, high=100)
    w_age: int = numeric(2, "房龄的权重", "分", OURS, high=100)
    w_school: int = numeric(5, "学区的权重", "分", OURS, high=100)
    w_metro: int = numeric(2, "地铁的权重", "分", OURS, high=100)
    w_tax: int = numeric(2, "税费的权重", "分", OURS, high=100)
    w_parking: int = numeric(1, "车位的权重", "分", OURS, high=100)


@dataclass(frozen=True)
class Duplicate:
    """查重: which two listings may be one flat, and for how long a verification holds."""

    least_score: int = numeric(60, "疑似重复: 几分起列出", "分", "F2, 分数为本产品默认", low=40, high=100)
    area_band: float = numeric(1, "疑似重复: 地址不全时面积最多相差", "%", "F2, 数值为本产品默认", low=0, high=10)
    price_band: float = numeric(10, "疑似重复: 地址不全时价格最多相差", "%", "F2, 数值为本产品默认", low=0, high=50)
    most_pairs: int = numeric(2_000, "疑似重复最多列几对", "对", OURS, low=1, high=50_000, note="分数高的在前")
    verify_days: int = numeric(90, "核验后多少天到期", "天", "R67, 天数为本产品默认", low=1, high=1000)
