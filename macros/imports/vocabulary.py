"""Words that other people's files use: for nothing, for districts, for what our drop-downs call differently."""


def _words(text: str) -> list[str]:
    return text.split()


EMPTY = frozenset(
    _words(
        "暂无数据 暂无 无数据 未知 不明 不详 未知结构 none null nan n/a #n/a na nil - -- --- / \\ ? 朝 (进门) 待补充 未填 空"
    )
)
"""What is written into a cell that has nothing to say, narrowed and in lower case."""

TOTALS = ("合计", "总计", "小计", "汇总", "本页小计", "本页合计", "累计", "total", "subtotal", "grandtotal")
AVERAGES = ("平均", "平均值", "平均价", "均值", "平均数", "最高", "最低", "最大值", "最小值", "总套数", "总数", "套数")
"""What stands in the first cell of a row that sums up; before 小计 and 合计 the name of what is summed up may stand."""

CITIES = frozenset(
    _words("北京 上海 广州 深圳 天津 重庆 杭州 宁波 南京 苏州 成都 武汉 合肥 西安 长沙 青岛 厦门 郑州 湛江")
)

_DISTRICTS = (
    "东城 西城 朝阳 海淀 丰台 石景山 门头沟 房山 通州 顺义 昌平 大兴 怀柔 平谷 密云 延庆 亦庄开发区 燕郊 北京周边 "
    "浦东新区 浦东 黄浦 徐汇 长宁 静安 普陀 虹口 杨浦 闵行 宝山 嘉定 金山 松江 青浦 奉贤 崇明 南汇 卢湾 闸北 上海周边 "
    "上城 拱墅 西湖 滨江 萧山 余杭 临平 钱塘 富阳 临安 下城 江干 海曙 江北 北仑 镇海 鄞州 奉化 余姚 慈溪 宁海 象山 "
    "越秀 荔湾 天河 白云 黄埔 番禺 花都 南沙 增城 从化 福田 罗湖 南山 盐田 宝安 龙岗 龙华 坪山 光明 "
    "瑶海 庐阳 蜀山 包河 武侯 锦江 青羊 金牛 成华 高新区 玄武 秦淮 建邺 鼓楼 浦口 栖霞 雨花台 江宁 赤坎 霞山 麻章"
)
DISTRICTS = tuple(sorted(_words(_DISTRICTS), key=len, reverse=True))
"""Districts of cities whose names stand glued to what follows, the longest first."""

SURNAMES = (
    "赵钱孙李周吴郑王冯陈褚卫蒋沈韩杨朱秦尤许何吕施张孔曹严华金魏陶姜戚谢邹喻柏水窦章云苏潘葛奚范彭郎鲁韦昌马苗凤花方俞任袁柳"
    "唐罗薛雷贺倪汤滕殷毕郝安常乐于时傅皮卞齐康伍余元顾孟平黄和穆萧尹姚邵汪祁毛狄米贝明计成戴宋庞熊纪舒屈项祝董梁杜阮蓝闵席季"
    "麻贾路江童颜郭梅林钟徐邱骆高夏蔡田樊胡霍万柯管卢莫房裘解丁邓洪包左石崔吉龚程邢陆翁段侯刘龙叶黎白赖池谭申易廖丘温庄柴瞿阎"
    "连习向古曾文欧关司肖聂岳丛辛"
)

SYNONYMS: dict[str, dict[str, str]] = {
    "listings.decor": {"其他": "", "其它": "", "简单装修": "简装", "中等装修": "中装", "豪华装修": "豪装", "拎包入住": "精装"},
    "listings.use": {"商住两用": "公寓", "酒店式公寓": "公寓", "底商": "商铺", "商业": "商铺", "办公": "写字楼", "车库": "车位"},
    "listings.title": {"拆迁安置房": "其他", "已购公房": "公房", "私产": "其他", "商业": "商住", "动迁房": "其他", "央产房": "央产"},
    "listings.hold": {
        "未满两年": "不满二", "不满两年": "不满二", "未满二年": "不满二", "满两年": "满二", "满2年": "满二", "满5年": "满五",
    },
    "listings.deal_type": {"出售": "售", "二手房": "售", "买卖": "售", "出租": "租", "整租": "租", "合租": "租"},
    "requests.deal_type": {"求购": "买", "购房": "买", "买房": "买", "求租": "租", "租房": "租", "租赁": "租"},
    "clients.source": {"转介绍": "朋友介绍", "网络": "线上渠道", "线上": "线上渠道", "自来客": "自然到访", "上门": "自然到访"},
    "clients.gender": {"先生": "男", "女士": "女", "m": "男", "f": "女"},
}  # fmt: skip
"""sheet.column -> what files write -> what our drop-down says ("" = nothing is known)."""

HONEST_DEFAULTS: dict[str, tuple[str, ...]] = {
    # only such defaults of the declaration as claim nothing that the file does not know
    "listings": ("status", "verify", "sole"),
    "clients": ("eligibility", "consent", "stage", "status"),
    "requests": ("req_status",),
    "owners": ("consent",),
}
