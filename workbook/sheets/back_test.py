"""评级回测: what the grades of a month before were worth, rule by rule, held against who signed."""

from workbook.schema import Column, Kind, Need, Sheet

BACK_TEST = Sheet(
    label="评级回测",
    key="backtest",
    identity=("rule", "name"),
    automatic=True,
    purpose="30 天前得了这一分的客户, 后来签约的多不多; 样本够才给建议分数, 改不改由经理定。",
    columns=(
        Column(label="规则ID", key="rule", kind=Kind.ID, need=Need.AUTOMATIC, daily=True),
        Column(label="规则", key="name", kind=Kind.TEXT, need=Need.AUTOMATIC, width=30, daily=True),
        Column(label="维度", key="block", kind=Kind.TEXT, need=Need.AUTOMATIC, width=12, daily=True),
        Column(label="人数", key="n", kind=Kind.INT, need=Need.AUTOMATIC, unit="人", width=8, daily=True),
        Column(label="签约", key="signed", kind=Kind.INT, need=Need.AUTOMATIC, unit="人", width=8, daily=True),
        Column(label="签约率", key="rate", kind=Kind.PERCENT, need=Need.AUTOMATIC, width=9, daily=True),
        Column(label="倍数", key="lift", kind=Kind.DECIMAL, need=Need.AUTOMATIC, unit="倍", width=8, daily=True),
        Column(label="倍数至少", key="low", kind=Kind.DECIMAL, need=Need.AUTOMATIC, unit="倍", width=10, daily=True),
        Column(label="倍数至多", key="high", kind=Kind.DECIMAL, need=Need.AUTOMATIC, unit="倍", width=10, daily=True),
        Column(label="现在的分", key="points", kind=Kind.DECIMAL, need=Need.AUTOMATIC, unit="分", width=10, daily=True),
        Column(label="建议的分", key="suggested", kind=Kind.DECIMAL, need=Need.AUTOMATIC, unit="分", width=10, daily=True),
        Column(label="说明", key="note", kind=Kind.TEXT, need=Need.AUTOMATIC, width=60, daily=True),
        Column(label="经理决定", key="decision", kind=Kind.TEXT, prompt="改成几分, 或不改; 改在「评分规则」表", width=24, daily=True),
    ),
)  # fmt: skip
