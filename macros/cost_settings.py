"""The settings of what a purchase costs: loan, income and commission. Part of `macros.settings`."""

from dataclasses import dataclass

from macros.setting_fields import OURS, numeric, one_of

_RISK = "《商业银行房地产贷款风险管理指引》银监发〔2004〕57号（文号待核对）"


@dataclass(frozen=True)
class Cost:
    """购房成本: what the numbers of 置业方案 take for granted; rates that change with the day stand on 税费利率."""

    years: int = numeric(30, "没说年限时贷几年", "年", OURS, low=1, high=30)
    most_years: int = numeric(
        30, "贷款最长几年", "年", "银行和公积金中心的通行上限", low=1, high=50, note="各行还看年龄和房龄, 请核对"
    )
    method: str = one_of("等额本息", "还款方式", ("等额本息", "等额本金"), OURS)
    loan_step: float = numeric(
        1, "贷款额按多少取整 (向下)", "万元", OURS, low=0, high=10, note="取整的零头加进首付; 0 = 不取整"
    )
    payment_share: float = numeric(
        50, "月供最多占月收入", "%", f"{_RISK} 第三十六条", low=1, high=100, note="月供加物业费"
    )
    debt_share: float = numeric(55, "所有债务月还款最多占月收入", "%", f"{_RISK} 第三十六条", low=1, high=100)
    place: str = one_of(
        "市区", "城建税按哪一档", ("市区", "县城和镇", "其他"), "《城市维护建设税法》第四条", note="看税务所在地"
    )
    income_tax: str = one_of(
        "核定",
        "个人所得税怎么算",
        ("核定", "查实", "取低"),
        "国税发〔2006〕108号",
        note="核定: 按价格; 查实: 按差额; 各地做法不同, 请核对",
    )
    buyer_fee: float = numeric(1, "买方佣金占成交价", "%", OURS, low=0, high=10, note="请按本店公示的收费标准改")
    seller_fee: float = numeric(1, "卖方佣金占成交价", "%", OURS, low=0, high=10, note="请按本店公示的收费标准改")
