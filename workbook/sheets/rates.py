"""税费利率: rates of taxes and loans, each from a day on; the newest row on or before a day holds on it (R71, R73)."""

from workbook.schema import Column, Kind, Need, Sheet

ITEMS: dict[str, tuple[str, tuple[str, ...]]] = {
    "LPR": ("%", ("1年期", "5年期以上")),
    "商贷加点": ("基点", ("首套", "二套")),
    "公积金利率": ("%", ("首套5年及以下", "首套5年以上", "二套5年及以下", "二套5年以上")),
    "商贷最低首付": ("%", ("首套", "二套")),
    "公积金最低首付": ("%", ("首套", "二套")),
    "公积金最高额": ("万元", ("首套", "二套")),
    "契税面积线": ("㎡", ("所有",)),
    "契税": ("%", ("首套不超线", "首套超线", "二套不超线", "二套超线", "三套及以上")),
    "增值税": ("%", ("不满二", "满二")),
    "城建税": ("%", ("市区", "县城和镇", "其他")),
    "教育费附加": ("%", ("所有",)),
    "地方教育附加": ("%", ("所有",)),
    "附加减征": ("%", ("所有",)),
    "个人所得税": ("%", ("核定", "查实", "满五唯一")),
}
"""What can be set -> its unit, and the cases that it is set for."""

RATES = Sheet(
    label="税费利率",
    key="rates",
    identity=("since", "item", "condition"),
    purpose="置业方案用的税率、利率、首付比例: 每行从生效日起算, 到同项同条件的下一个生效日为止。",
    columns=(
        Column(
            label="生效日", key="since", kind=Kind.DATE, need=Need.REQUIRED, daily=True,
            prompt="从哪天起; 政策变了请加一行, 不要改旧行"
        ),
        Column(
            label="项目", key="item", kind=Kind.CHOICE, choices=tuple(ITEMS), need=Need.REQUIRED, width=14, daily=True
        ),
        Column(
            label="条件", key="condition", kind=Kind.CHOICE, need=Need.REQUIRED, width=14, daily=True,
            choices=tuple(dict.fromkeys(case for _, cases in ITEMS.values() for case in cases)),
            prompt="这个数值管哪种情形; 「线」是契税面积线"
        ),
        Column(
            label="数值", key="value", kind=Kind.DECIMAL, low=-500, high=100_000, daily=True,
            prompt="3.5% 写 3.5, 不写百分号; 空着 = 未知, 方案里写「未知」, 不会猜"
        ),
        Column(
            label="单位", key="unit", kind=Kind.CHOICE, need=Need.REQUIRED, width=7, daily=True,
            choices=tuple(dict.fromkeys(unit for unit, _ in ITEMS.values()))
        ),
        Column(
            label="须核对", key="check", kind=Kind.YESNO, default="否", width=8, daily=True,
            prompt="是: 各地、各行不同或常变, 用前请核对"
        ),
        Column(label="出处", key="source", kind=Kind.TEXT, prompt="文号和文件名", width=80, daily=True),
        Column(label="说明", key="note", kind=Kind.TEXT, width=52, daily=True),
    ),
)  # fmt: skip
