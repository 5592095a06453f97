"""房源: the homes on offer: place, layout, price, mandate, state."""

from workbook.schema import Column, Kind, Need, Sheet, When
from workbook.sheets.choices import DECORATIONS, ORIENTATIONS, USES

AUTO_TAGS = ("急售", "降价", "低于均价", "稀缺", "满五唯一", "学区", "近地铁", "钥匙在店", "独家", "新上")
"""What 自动标签 may say; a person's own words stand in 稀缺标签."""

LISTINGS = Sheet(
    label="房源",
    key="listings",
    identity=("listing_id",),
    prefix="H",
    aliases=("房源表", "房源信息", "房源列表"),
    purpose="在手的每套房源: 位置、户型、价格、委托和现状。",
    columns=(
        Column(
            label="房源ID", key="listing_id", kind=Kind.ID, need=Need.AUTOMATIC, unique=True,
            aliases=("房源编号", "编号", "房源号"), example="H000001", daily=True
        ),
        Column(
            label="交易", key="deal_type", kind=Kind.CHOICE, need=Need.REQUIRED, choices=("售", "租", "租售"),
            aliases=("交易类型", "租售", "租售类型", "出售出租"), daily=True, entry=True
        ),
        Column(
            label="小区", key="estate", kind=Kind.CHOICE, need=Need.REQUIRED, lookup="小区",
            aliases=("小区名称", "小区名", "楼盘", "楼盘名称", "社区", "所在小区", "楼盘名"), example="阳光花园", width=14,
            daily=True, entry=True
        ),
        Column(
            label="栋", key="building", kind=Kind.TEXT, need=Need.REQUIRED, aliases=("楼栋", "栋号", "楼号", "幢", "座"),
            width=7, daily=True, entry=True
        ),
        Column(label="单元", key="unit", kind=Kind.TEXT, aliases=("单元号",), width=7),
        Column(
            label="室号", key="room_no", kind=Kind.TEXT, need=Need.REQUIRED, aliases=("房号", "门牌号", "房间号"), width=8,
            daily=True, entry=True
        ),
        Column(label="查重键", key="dup_key", kind=Kind.TEXT, need=Need.AUTOMATIC),
        Column(
            label="区域", key="district", kind=Kind.CHOICE, need=Need.REQUIRED, lookup="区域",
            aliases=("区", "行政区", "城区", "所在区", "区县", "所属区域")
        ),
        Column(
            label="商圈", key="area_name", kind=Kind.CHOICE, need=Need.REQUIRED, lookup="商圈",
            aliases=("板块", "所属商圈", "商圈名称", "所在商圈")
        ),
        Column(
            label="用途", key="use", kind=Kind.CHOICE, need=Need.REQUIRED, choices=USES,
            aliases=("房屋用途", "物业类型", "房屋类型", "物业用途"), default="住宅"
        ),
        Column(
            label="室", key="rooms", kind=Kind.INT, need=Need.REQUIRED, low=0, high=9,
            aliases=("居室", "室数", "房间数", "卧室"), width=6, daily=True, entry=True
        ),
        Column(
            label="厅", key="halls", kind=Kind.INT, need=Need.REQUIRED, low=0, aliases=("厅数", "客厅"), width=6,
            daily=True, entry=True
        ),
        Column(label="卫", key="baths", kind=Kind.INT, need=Need.REQUIRED, low=0, aliases=("卫数", "卫生间"), width=6),
        Column(
            label="建筑面积", key="area", kind=Kind.DECIMAL, need=Need.REQUIRED, unit="㎡", low=1, not_before="area_in",
            aliases=("面积", "建面", "房屋面积", "建筑面积(㎡)", "建筑面积(平方米)", "面积(㎡)", "面积(平方米)"),
            prompt="房本上的建筑面积", example=89.5, daily=True, entry=True
        ),
        Column(
            label="套内面积", key="area_in", kind=Kind.DECIMAL, unit="㎡", low=0,
            aliases=("套内", "使用面积", "套内建筑面积", "实用面积"), prompt="不大于建筑面积"
        ),
        Column(
            label="朝向", key="orient", kind=Kind.CHOICE, need=Need.REQUIRED, choices=ORIENTATIONS,
            aliases=("房屋朝向", "方向")
        ),
        Column(
            label="所在层", key="floor", kind=Kind.INT, need=Need.REQUIRED, aliases=("所在楼层", "层"),
            prompt="第几层, 地下为负数", width=8, daily=True, entry=True
        ),
        Column(
            label="总层", key="floors", kind=Kind.INT, need=Need.REQUIRED, low=1, not_before="floor",
            aliases=("总楼层", "总层数", "楼层总数", "共几层", "总高"), prompt="全楼共几层", width=8, daily=True,
            entry=True
        ),
        Column(
            label="电梯", key="lift", kind=Kind.YESNO, need=Need.REQUIRED,
            aliases=("配备电梯", "有无电梯", "是否有电梯", "电梯情况")
        ),
        Column(
            label="装修", key="decor", kind=Kind.CHOICE, need=Need.REQUIRED, choices=DECORATIONS,
            aliases=("装修情况", "装修程度", "装修状况", "装潢")
        ),
        Column(
            label="建成年", key="built", kind=Kind.INT, low=1949,
            aliases=("建成年代", "建筑年代", "建造年代", "年代", "建成年份", "建造年份", "建成时间", "竣工年份"),
            prompt="四位年份, 如 2008"
        ),
        Column(
            label="产权性质", key="title", kind=Kind.CHOICE, need=Need.REQUIRED,
            choices=("商品房", "公房", "经济适用", "限价", "商住", "央产", "其他"),
            aliases=("产权", "交易权属", "房屋权属", "权属", "产权类型"), default="商品房"
        ),
        Column(
            label="产权年限", key="title_years", kind=Kind.CHOICE, choices=("70", "50", "40"),
            aliases=("土地年限", "使用年限")
        ),
        Column(label="产权证号", key="cert_no", kind=Kind.TEXT, aliases=("房产证号", "不动产证号"), masked=True),
        Column(label="共有", key="co_owned", kind=Kind.YESNO, aliases=("产权所属", "是否共有")),
        Column(
            label="持有年限", key="hold", kind=Kind.CHOICE, need=Need.REQUIRED, choices=("不满二", "满二", "满五"),
            aliases=("房本年限", "房屋年限", "购房年限")
        ),
        Column(
            label="唯一", key="sole", kind=Kind.CHOICE, need=Need.REQUIRED, choices=("是", "否", "待核"),
            aliases=("是否唯一", "唯一住房"), default="待核"
        ),
        Column(label="满五唯一", key="m5_sole", kind=Kind.YESNO, need=Need.AUTOMATIC),
        Column(label="抵押余额", key="mortgage", kind=Kind.DECIMAL, unit="万元", low=0, aliases=("贷款余额",)),
        Column(label="户口", key="hukou", kind=Kind.CHOICE, choices=("无", "有", "待核")),
        Column(label="学区", key="school", kind=Kind.CHOICE, lookup="学区", aliases=("学校", "对口学校", "学区房")),
        Column(label="学位占用", key="school_used", kind=Kind.CHOICE, choices=("未占", "已占", "待核")),
        Column(label="租约至", key="lease_to", kind=Kind.DATE),
        Column(label="现状", key="occupancy", kind=Kind.CHOICE, choices=("空置", "自住", "出租")),
        Column(
            label="挂牌价", key="price", kind=Kind.DECIMAL, need=Need.REQUIRED, unit="万元", low=0,
            aliases=("总价", "售价", "价格", "报价", "房价", "挂牌总价", "租金", "月租",
                "月租金", "总价(万元)", "总价(万)", "售价(万元)", "价格(万元)", "出售价格"),
            prompt="售: 万元; 租: 元/月", example=520, daily=True, entry=True
        ),
        Column(
            label="底价", key="floor_price", kind=Kind.DECIMAL, unit="万元", low=0, aliases=("最低价",),
            prompt="业主能接受的最低价, 请勿外传", masked=True
        ),
        Column(
            label="单价", key="unit_price", kind=Kind.DECIMAL, need=Need.AUTOMATIC, unit="元/㎡",
            aliases=("均价", "每平米价格", "单价(元/平米)", "单价(元/㎡)", "单价(平方米)", "每平方米价格")
        ),
        Column(label="税费方式", key="tax_mode", kind=Kind.CHOICE, choices=("各付", "净得")),
        Column(
            label="看房方式", key="access", kind=Kind.CHOICE, need=Need.REQUIRED, choices=("钥匙", "预约", "租客"),
            aliases=("看房", "看房时间", "看房方式/钥匙"), default="预约"
        ),
        Column(
            label="来源渠道", key="channel", kind=Kind.CHOICE, need=Need.REQUIRED,
            choices=("内部录入", "业主委托", "外部合作"), aliases=("来源", "房源来源"), default="内部录入"
        ),
        Column(
            label="业主ID", key="owner_id", kind=Kind.ID, need=Need.REQUIRED, refers="owners", aliases=("业主编号",)
        ),
        Column(
            label="委托类型", key="mandate", kind=Kind.CHOICE, need=Need.REQUIRED, choices=("普通", "独家", "限时独家"),
            aliases=("委托", "委托方式"), default="普通"
        ),
        Column(
            label="委托起", key="mandate_from", kind=Kind.DATE, when=When("mandate", ("独家", "限时独家")),
            aliases=("委托开始", "委托日期")
        ),
        Column(
            label="委托止", key="mandate_to", kind=Kind.DATE, when=When("mandate", ("独家", "限时独家")),
            not_before="mandate_from", aliases=("委托到期", "委托结束")
        ),
        Column(
            label="盘别", key="pool", kind=Kind.CHOICE, need=Need.REQUIRED, choices=("公盘", "私盘", "抢盘", "特盘"),
            aliases=("公私盘",), default="公盘"
        ),
        Column(label="录入人", key="r_input", kind=Kind.STAFF, need=Need.REQUIRED, aliases=("录入", "登记人")),
        Column(
            label="维护人", key="r_keep", kind=Kind.STAFF, need=Need.REQUIRED,
            aliases=("维护经纪人", "经纪人", "负责人", "跟进人"), daily=True, entry=True
        ),
        Column(label="实勘人", key="r_survey", kind=Kind.STAFF),
        Column(label="钥匙人", key="r_key", kind=Kind.STAFF, aliases=("钥匙",)),
        Column(label="委托备件人", key="r_paper", kind=Kind.STAFF),
        Column(label="独家人", key="r_excl", kind=Kind.STAFF),
        Column(label="钥匙位置", key="key_place", kind=Kind.TEXT),
        Column(
            label="状态", key="status", kind=Kind.CHOICE, need=Need.REQUIRED,
            choices=("待核", "在售", "在租", "议价中", "已定", "已售", "已租", "下架", "他售"),
            aliases=("房源状态", "挂牌状态", "销售状态"), default="待核", daily=True, entry=True
        ),
        Column(
            label="核验", key="verify", kind=Kind.CHOICE, need=Need.REQUIRED, choices=("未核", "已核", "存疑", "虚假"),
            aliases=("核验状态",), default="未核"
        ),
        Column(label="核验到期", key="verify_to", kind=Kind.DATE, need=Need.AUTOMATIC),
        Column(label="最近跟进", key="last_follow", kind=Kind.MOMENT, need=Need.AUTOMATIC),
        Column(label="房源等级", key="grade", kind=Kind.CHOICE, need=Need.AUTOMATIC, choices=("A", "B", "C"), daily=True),
        Column(label="稀缺标签", key="rare", kind=Kind.MANY, lookup="稀缺标签"),
        Column(
            label="亮点", key="pros", kind=Kind.TEXT, need=Need.REQUIRED,
            aliases=("卖点", "核心卖点", "优势", "房源亮点", "房源标签", "房源特色"), prompt="一两句话, 写给客户看",
            width=28
        ),
        Column(
            label="不利因素", key="cons", kind=Kind.TEXT, need=Need.REQUIRED, aliases=("不足", "缺点"),
            prompt="如实写, 没有就写「无」", default="无", width=24
        ),
        Column(
            label="图片视频", key="media", kind=Kind.LINK,
            aliases=("图片", "视频", "链接", "图片链接", "房源链接", "网址"), width=18
        ),
        Column(label="上次价", key="prev_price", kind=Kind.DECIMAL, need=Need.AUTOMATIC, unit="万元"),
        Column(label="调价日", key="price_at", kind=Kind.DATE, need=Need.AUTOMATIC),
        Column(label="上次所见", key="seen", kind=Kind.TEXT, need=Need.AUTOMATIC, width=18),
        Column(label="30天带看", key="views_30", kind=Kind.INT, need=Need.AUTOMATIC, unit="次", low=0),
        Column(
            label="上架日", key="listed_on", kind=Kind.DATE, aliases=("上架日期", "挂牌日期"),
            prompt="哪天开始卖或租; 新添的行空着就填当天", default="today"
        ),
        Column(label="等级说明", key="grade_why", kind=Kind.TEXT, need=Need.AUTOMATIC, width=48),
        Column(label="自动标签", key="auto_tags", kind=Kind.MANY, need=Need.AUTOMATIC, choices=AUTO_TAGS, width=24),
        Column(label="提醒", key="alerts", kind=Kind.TEXT, need=Need.AUTOMATIC, width=40, daily=True),
        Column(
            label="备注", key="remark", kind=Kind.TEXT, aliases=("备注信息", "房源备注", "说明", "房源描述", "描述"),
            prompt="别处放不下的话", width=24
        ),
    ),
)  # fmt: skip
