"""需求: what a client wants; a client may have several needs."""

from workbook.schema import Column, Kind, Need, Sheet
from workbook.sheets.choices import DECORATIONS, ORIENTATIONS, PAYMENTS, USES, WEIGHTS

REQUESTS = Sheet(
    label="需求",
    key="requests",
    identity=("req_id",),
    prefix="Q",
    aliases=("客户需求", "求购求租"),
    purpose="客户要什么: 一个客户可有多条需求, 匹配按这里的条件计算。",
    columns=(
        Column(
            label="需求ID", key="req_id", kind=Kind.ID, need=Need.AUTOMATIC, unique=True, aliases=("需求编号",),
            example="Q000001", daily=True
        ),
        Column(
            label="客户ID", key="client_id", kind=Kind.ID, need=Need.REQUIRED, refers="clients", aliases=("客户编号",),
            example="C000001", daily=True, entry=True
        ),
        Column(
            label="交易", key="deal_type", kind=Kind.CHOICE, need=Need.REQUIRED, choices=("买", "租"),
            aliases=("交易类型", "租售", "求购求租", "需求类型"), daily=True, entry=True
        ),
        Column(
            label="用途", key="use", kind=Kind.CHOICE, need=Need.REQUIRED, choices=USES,
            aliases=("房屋用途", "物业类型", "用途类型"), default="住宅"
        ),
        Column(
            label="购房动机", key="motive", kind=Kind.CHOICE, need=Need.REQUIRED,
            choices=("自住", "投资", "改善", "结婚", "生子", "学区", "工作调动"), aliases=("动机", "购房目的", "置业目的"),
            default="自住", daily=True
        ),
        Column(
            label="预算下限", key="budget_min", kind=Kind.DECIMAL, unit="万元", low=0, aliases=("最低预算", "预算低"),
            prompt="买: 万元; 租: 元/月", daily=True
        ),
        Column(
            label="预算上限", key="budget_max", kind=Kind.DECIMAL, need=Need.REQUIRED, unit="万元", low=0,
            not_before="budget_min", aliases=("预算", "最高预算", "总预算", "预算高", "意向价格", "购房预算"),
            prompt="最多能出多少。买: 万元; 租: 元/月", example=500, daily=True, entry=True
        ),
        Column(
            label="付款方式", key="pay", kind=Kind.CHOICE, need=Need.REQUIRED, choices=PAYMENTS,
            aliases=("付款", "支付方式"), default="商贷", daily=True
        ),
        Column(
            label="首付能力", key="down_payment", kind=Kind.DECIMAL, unit="万元", low=0,
            aliases=("首付", "首付款", "首付预算")
        ),
        Column(label="决策周期", key="decision_days", kind=Kind.INT, unit="天", low=0, prompt="大约多少天内决定"),
        Column(
            label="期望时间", key="want_by", kind=Kind.DATE,
            aliases=("期望入住时间", "入住时间", "购房时间", "期望成交时间", "计划购房时间"), daily=True
        ),
        Column(
            label="意向区域", key="districts", kind=Kind.MANY, need=Need.REQUIRED, lookup="区域",
            aliases=("区域", "意向区", "需求区域", "目标区域", "想买区域"), example="朝阳、海淀", width=16, daily=True,
            entry=True
        ),
        Column(
            label="商圈", key="areas", kind=Kind.MANY, lookup="商圈", aliases=("意向商圈", "板块", "意向板块"), width=16
        ),
        Column(
            label="意向小区", key="estates", kind=Kind.MANY, lookup="小区", aliases=("小区", "意向楼盘", "目标小区"),
            width=18
        ),
        Column(
            label="面积下限", key="area_min", kind=Kind.DECIMAL, need=Need.REQUIRED, unit="㎡", low=0,
            aliases=("最小面积", "面积"), prompt="最小接受面积, 0 = 不限", default=0, daily=True
        ),
        Column(
            label="面积上限", key="area_max", kind=Kind.DECIMAL, unit="㎡", low=0, not_before="area_min",
            aliases=("最大面积",), daily=True
        ),
        Column(
            label="室下限", key="rooms_min", kind=Kind.INT, need=Need.REQUIRED, low=1, high=9,
            aliases=("居室", "室", "最少室数", "户型要求"), prompt="最少几室", daily=True, entry=True
        ),
        Column(
            label="室上限", key="rooms_max", kind=Kind.INT, low=1, high=9, not_before="rooms_min", aliases=("最多室数",),
            daily=True
        ),
        Column(label="朝向", key="orient", kind=Kind.MANY, choices=ORIENTATIONS, aliases=("朝向要求",)),
        Column(
            label="楼层", key="floor_pref", kind=Kind.MANY, choices=("低", "中", "高", "不要一层", "不要顶层"),
            aliases=("楼层要求",)
        ),
        Column(label="电梯", key="lift", kind=Kind.CHOICE, choices=("要", "不限")),
        Column(label="装修", key="decor", kind=Kind.MANY, choices=DECORATIONS, aliases=("装修要求",)),
        Column(label="房龄上限", key="age_max", kind=Kind.INT, unit="年", low=0),
        Column(label="学区", key="school", kind=Kind.MANY, lookup="学区", aliases=("学区要求", "意向学区")),
        Column(label="地铁距离", key="metro_m", kind=Kind.INT, unit="米", low=0, prompt="到地铁站最多多少米"),
        Column(label="税费偏好", key="tax_pref", kind=Kind.CHOICE, choices=("不限", "满二", "满五", "满五唯一")),
        Column(label="车位", key="parking", kind=Kind.CHOICE, choices=("要", "不限"), aliases=("停车", "车位要求")),
        Column(label="配套", key="amenities", kind=Kind.MANY, choices=("学校", "商业", "医疗", "交通", "公园")),
        Column(label="避免", key="avoid", kind=Kind.MANY, choices=("临路", "顶层", "商住", "凶宅", "其他")),
        Column(label="预算重要度", key="w_budget", kind=Kind.CHOICE, choices=WEIGHTS),
        Column(label="区域重要度", key="w_district", kind=Kind.CHOICE, choices=WEIGHTS),
        Column(label="面积重要度", key="w_area", kind=Kind.CHOICE, choices=WEIGHTS),
        Column(label="户型重要度", key="w_rooms", kind=Kind.CHOICE, choices=WEIGHTS),
        Column(label="朝向重要度", key="w_orient", kind=Kind.CHOICE, choices=WEIGHTS),
        Column(label="楼层重要度", key="w_floor", kind=Kind.CHOICE, choices=WEIGHTS),
        Column(label="电梯重要度", key="w_lift", kind=Kind.CHOICE, choices=WEIGHTS),
        Column(label="装修重要度", key="w_decor", kind=Kind.CHOICE, choices=WEIGHTS),
        Column(label="房龄重要度", key="w_age", kind=Kind.CHOICE, choices=WEIGHTS),
        Column(label="学区重要度", key="w_school", kind=Kind.CHOICE, choices=WEIGHTS),
        Column(label="地铁重要度", key="w_metro", kind=Kind.CHOICE, choices=WEIGHTS),
        Column(label="税费重要度", key="w_tax", kind=Kind.CHOICE, choices=WEIGHTS),
        Column(label="车位重要度", key="w_parking", kind=Kind.CHOICE, choices=WEIGHTS),
        Column(
            label="弹性", key="tolerance", kind=Kind.PERCENT, unit="%", low=0, high=30,
            prompt="条件可放宽多少, 0–30; 空 = 按设置"
        ),
        Column(
            label="需求状态", key="req_status", kind=Kind.CHOICE, need=Need.REQUIRED,
            choices=("有效", "暂停", "已满足", "取消"), aliases=("状态",), default="有效", daily=True
        ),
        Column(
            label="备注", key="remark", kind=Kind.TEXT, aliases=("需求备注", "需求描述"),
            prompt="别处放不下的话", width=24
        ),
    ),
)  # fmt: skip
