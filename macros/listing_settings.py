"""The settings of listings: matching, the search for duplicates, their grade and what runs out. Part of `macros.settings`."""

from dataclasses import dataclass

from macros.setting_fields import OURS, numeric, one_of, worded


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
    ask_owner: str = one_of("是", "必须项查不到时生成「问业主」任务", ("是", "否"), "F10, 本产品默认")
    ask_per_day: int = numeric(3, "每人每天最多新增几条「问业主」任务", "条", OURS, low=1, high=100)
    ask_days: int = numeric(2, "「问业主」任务几天内做完", "天", OURS, high=60)
    refusals_from: int = numeric(
        2, "同一原因拒绝几套后, 再有同样情况的排后", "套", "F12, 数值为本产品默认", low=1, high=20
    )
    refusal_points: int = numeric(10, "又有拒绝过的情况: 少得几分", "分", "F12, 数值为本产品默认", high=100)
    relax_room: int = numeric(
        15, "放宽一室相当于预算放宽", "%", OURS, low=1, high=100, note="没有匹配时比较怎样放宽最省"
    )
    relax_value: int = numeric(10, "多接受一种朝向、装修或学区相当于预算放宽", "%", OURS, low=1, high=100)
    relax_place: int = numeric(20, "多看一个区域、商圈或小区相当于预算放宽", "%", OURS, low=1, high=100)
    relax_prefer: int = numeric(30, "「必须」改为「优先」相当于预算放宽", "%", OURS, low=1, high=100)
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


@dataclass(frozen=True)
class Listing:
    """房源: its grade by price, quality and scarcity; what runs out, and what nobody works on."""

    least_homes: int = numeric(
        3,
        "房源评级: 同小区至少几套才比价",
        "套",
        "R68, 数值为本产品默认",
        low=1,
        high=100,
        note="同小区、同交易、同用途的其他在架房源",
    )
    price_low: float = numeric(5, "房源评级: 单价比小区中位低多少算便宜", "%", "R68, 数值为本产品默认", high=90)
    price_high: float = numeric(5, "房源评级: 单价比小区中位高多少算贵", "%", "R68, 数值为本产品默认", high=500)
    quality_good: float = numeric(
        60, "房源评级: 房况百分之几的项好算好", "%", "R68, 数值为本产品默认", high=100,
        note="朝向、装修、电梯、楼层、核验、图片视频, 没填的不算",
    )  # fmt: skip
    quality_fair: float = numeric(30, "房源评级: 房况百分之几的项好算一般", "%", "R68, 数值为本产品默认", high=100)
    scarce_high: float = numeric(
        2, "房源评级: 每套房有几个需求算稀缺", "个", "R68, 数值为本产品默认", high=1000, note="同区域、同用途、同室数"
    )
    scarce_fair: float = numeric(1, "房源评级: 每套房有几个需求算供需相当", "个", "R68, 数值为本产品默认", high=1000)
    a_points: int = numeric(
        5, "房源 A 级最低分", "分", "R68, 数值为本产品默认", low=1, high=6, note="价格、房况、稀缺各 0–2 分"
    )
    b_points: int = numeric(3, "房源 B 级最低分", "分", "R68, 数值为本产品默认", low=1, high=6, note="低于此为 C")
    new_days: int = numeric(7, "上架几天内标「新上」", "天", OURS, low=1, high=90)
    cut_days: int = numeric(30, "调价几天内标「降价」", "天", "F25, 天数为本产品默认", low=1, high=365)
    cut_again_days: int = numeric(
        90,
        "降回几天内有过的价格不算新降价",
        "天",
        "F25, 天数为本产品默认",
        low=1,
        high=730,
        note="涨上去又降回来, 不再通知同一位客户",
    )
    told_days: int = numeric(60, "推荐后几天内房源成交或下架要告诉客户", "天", "R69, 天数为本产品默认", low=1, high=365)
    mandate_days: int = numeric(15, "委托到期前几天提醒", "天", "F16, 天数为本产品默认", low=0, high=90)
    verify_days: int = numeric(7, "核验到期前几天提醒", "天", "R67, 天数为本产品默认", low=0, high=90)
    unverified_days: int = numeric(7, "上架几天还没核验就提醒", "天", "R67, 天数为本产品默认", low=0, high=365)
    stale_days: int = numeric(
        30, "房源几天没有动静就提醒", "天", OURS, low=1, high=365, note="没有改价改状态、带看和跟进"
    )
