"""设置: every number that a rule uses, with unit, default and source."""

from workbook.schema import Column, Kind, Need, Sheet

SETTINGS = Sheet(
    label="设置",
    key="settings",
    identity=("key",),
    purpose="规则用的每个数字: 改「值」即可, 旁边是单位、默认值和出处。",
    columns=(
        Column(label="分组", key="group", kind=Kind.TEXT, need=Need.AUTOMATIC, daily=True),
        Column(label="名称", key="name", kind=Kind.TEXT, need=Need.AUTOMATIC, width=36, daily=True),
        Column(label="值", key="value", kind=Kind.TEXT, prompt="改这里; 清空即恢复默认值", width=18, daily=True),
        Column(label="单位", key="unit", kind=Kind.TEXT, need=Need.AUTOMATIC, width=8, daily=True),
        Column(label="默认值", key="default", kind=Kind.TEXT, need=Need.AUTOMATIC, width=18, daily=True),
        Column(label="允许范围", key="bounds", kind=Kind.TEXT, need=Need.AUTOMATIC, width=20, daily=True),
        Column(label="来源", key="source", kind=Kind.TEXT, need=Need.AUTOMATIC, width=24,
            prompt="R、F 加数字是需求清单里的编号; 「本产品默认」是我们定的, 请按自己的做法改", daily=True),
        Column(label="说明", key="note", kind=Kind.TEXT, need=Need.AUTOMATIC, width=56, daily=True),
        Column(label="键", key="key", kind=Kind.ID, need=Need.AUTOMATIC, unique=True, width=26, daily=True),
    ),
)  # fmt: skip
