"""评分规则: the points of a grade, a rule per row, which the agency changes, adds to or switches off."""

from workbook.schema import Column, Kind, Need, Sheet
from workbook.sheets.clients import CLIENTS
from workbook.sheets.requests import REQUESTS

COMPUTED = {
    "需求.填写项数": Column(label="填写项数", key="filled", kind=Kind.INT, unit="项", prompt="一个需求里填了几项要求"),
    "需求.必须项数": Column(label="必须项数", key="musts", kind=Kind.INT, unit="项", prompt="重要度为「必须」的有几项"),
    "需求.距期望天数": Column(
        label="距期望时间", key="days_left", kind=Kind.INT, unit="天", prompt="离期望时间还有几天; 已经过去的不算"
    ),
    "需求.首付比例": Column(
        label="首付比例", key="down_share", kind=Kind.PERCENT, unit="%", prompt="买房需求: 首付能力占预算上限的百分比"
    ),
    "跟进.近30天有效次数": Column(
        label="近30天有效跟进", key="reached_30", kind=Kind.INT, unit="次", prompt="今天和之前 30 天里有效跟进的次数"
    ),
    "跟进.近90天有效率": Column(
        label="近90天有效率", key="reached_share", kind=Kind.PERCENT, unit="%", prompt="近 90 天的跟进里有效的百分比; 没有跟进则不算"
    ),
    "跟进.最近反馈": Column(
        label="最近反馈", key="feedback", kind=Kind.CHOICE, choices=("满意", "不满意", "犹豫"), prompt="最近一次有内容的客户反馈"
    ),
    "跟进.最近情绪": Column(
        label="最近情绪", key="mood", kind=Kind.CHOICE, choices=("积极", "平和", "犹豫", "抵触", "愤怒"), prompt="最近一次记下的情绪"
    ),
    "带看.次数": Column(label="带看", key="seen", kind=Kind.INT, unit="次", prompt="已看的带看次数"),
    "带看.近30天次数": Column(label="近30天带看", key="seen_30", kind=Kind.INT, unit="次", prompt="今天和之前 30 天里已看的次数"),
    "带看.爽约次数": Column(label="爽约", key="missed", kind=Kind.INT, unit="次", prompt="爽约的带看次数"),
    "带看.最近反馈": Column(
        label="带看反馈", key="view_feedback", kind=Kind.CHOICE, choices=("意向强", "一般", "无意向"), prompt="最近一次已看的反馈"
    ),
}  # fmt: skip
"""What a rule may rest on besides the columns of 客户 and 需求: name -> what it is called in a reason, its kind and meaning."""

FIELDS: dict[str, Column] = {
    **{f"客户.{column.label}": column for column in CLIENTS.columns if not column.automatic},
    **{
        f"需求.{column.label}": column
        for column in REQUESTS.columns
        if not column.automatic and column.key != "client_id"
    },
    **COMPUTED,
}
"""Everything that a rule may rest on. Columns that Genjin fills in are left out: a grade must not rest on itself."""

SCORE_RULES = Sheet(
    label="评分规则",
    key="score_rules",
    identity=("rule_id",),
    purpose="客户评级的打分规则, 一行一条: 改分数、改条件、停用或加行。",
    columns=(
        Column(
            label="规则ID", key="rule_id", kind=Kind.ID, need=Need.REQUIRED, unique=True,
            prompt="每条规则一个编号, 不能重复", daily=True
        ),
        Column(
            label="维度", key="block", kind=Kind.CHOICE, need=Need.REQUIRED,
            choices=("意向程度", "购买能力", "需求明确度", "合作可能性"), daily=True
        ),
        Column(
            label="规则", key="name", kind=Kind.TEXT, need=Need.REQUIRED, prompt="规则的名字, 会写进评级说明", width=30,
            daily=True
        ),
        Column(
            label="依据", key="field", kind=Kind.CHOICE, need=Need.REQUIRED, choices=tuple(FIELDS),
            prompt="哪张表哪一列, 如 客户.状态; 或算出来的数, 如 跟进.近30天有效次数", width=24, daily=True
        ),
        Column(
            label="条件", key="op", kind=Kind.CHOICE, need=Need.REQUIRED,
            choices=("等于", "属于", "包含", "不低于", "不高于", "有内容", "无内容"), daily=True
        ),
        Column(label="值", key="value", kind=Kind.TEXT, prompt="多个值用「、」分隔", width=24, daily=True),
        Column(
            label="分", key="points", kind=Kind.DECIMAL, need=Need.REQUIRED, unit="分", low=-100, high=100,
            prompt="满足时加几分, 可为负", daily=True
        ),
        Column(
            label="启用", key="enabled", kind=Kind.YESNO, need=Need.REQUIRED, prompt="选「否」停用这条规则", default="是",
            daily=True
        ),
        Column(label="来源", key="source", kind=Kind.TEXT, prompt="这条规则的出处", width=24, daily=True),
    ),
)  # fmt: skip
