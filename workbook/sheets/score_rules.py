"""评分规则: the points of a grade, a rule per row, which the agency changes, adds to or switches off."""

from workbook.schema import Column, Kind, Need, Sheet

SCORE_RULES = Sheet(
    label="评分规则",
    key="score_rules",
    identity=("rule_id",),
    purpose="客户评级的打分规则, 一行一条: 改分数、改条件、停用或加行。",
    columns=(
        Column(label="规则ID", key="rule_id", kind=Kind.ID, need=Need.REQUIRED, unique=True, daily=True),
        Column(
            label="维度",
            key="block",
            kind=Kind.CHOICE,
            need=Need.REQUIRED,
            daily=True,
            choices=("意向程度", "购买能力", "需求明确度", "合作可能性"),
        ),
        Column(label="规则", key="name", kind=Kind.TEXT, need=Need.REQUIRED, daily=True, width=30),
        Column(label="依据", key="field", kind=Kind.TEXT, need=Need.REQUIRED, daily=True, width=24),
        Column(
            label="条件",
            key="op",
            kind=Kind.CHOICE,
            need=Need.REQUIRED,
            daily=True,
            choices=("等于", "属于", "包含", "不低于", "不高于", "有内容", "无内容"),
        ),
        Column(label="值", key="value", kind=Kind.TEXT, daily=True),
        Column(label="分", key="points", kind=Kind.DECIMAL, need=Need.REQUIRED, low=-100, high=100, daily=True),
        Column(label="启用", key="enabled", kind=Kind.YESNO, need=Need.REQUIRED, default="是", daily=True),
        Column(label="来源", key="source", kind=Kind.TEXT, daily=True, width=24),
    ),
)
