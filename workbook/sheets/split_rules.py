"""分佣规则: the shares of the roles in a commission, from a day on; all rows of one day and kind make 100 % (F15)."""

from workbook.schema import Column, Kind, Need, Sheet
from workbook.sheets.splits import SPLITS

SPLIT_RULES = Sheet(
    label="分佣规则",
    key="split_rules",
    identity=("since", "type", "role"),
    purpose="佣金按角色怎么分: 同一生效日、同一种交易合计 100%; 签约日当天有效的那一组算数。",
    columns=(
        Column(
            label="生效日", key="since", kind=Kind.DATE, need=Need.REQUIRED, daily=True,
            prompt="签约日在这天或以后的成交用这一组; 变了请加一组, 不要改旧行"
        ),
        Column(label="交易", key="type", kind=Kind.CHOICE, need=Need.REQUIRED, choices=("买卖", "租赁"), daily=True),
        Column(label="角色", key="role", kind=Kind.CHOICE, need=Need.REQUIRED, choices=SPLITS["role"].choices, daily=True),
        Column(label="比例", key="pct", kind=Kind.PERCENT, need=Need.REQUIRED, unit="%", low=0, high=100, daily=True),
        Column(label="启用", key="enabled", kind=Kind.YESNO, need=Need.REQUIRED, default="是", daily=True, prompt="选「否」停用"),
        Column(label="来源", key="source", kind=Kind.TEXT, width=40, daily=True),
    ),
)  # fmt: skip
