"""字典: the lists that the agency extends itself; each column is one list, and the source of drop-downs."""

from workbook.schema import Column, Kind, Sheet

LISTS = Sheet(
    label="字典",
    key="lists",
    identity=("districts",),
    purpose="下拉列表的内容: 在列尾添一行, 下拉里就多一项。灰色各列是固定选项。",
    columns=(
        Column(label="区域", key="districts", kind=Kind.TEXT, prompt="每格一项, 往下添加", daily=True),
        Column(label="商圈", key="areas", kind=Kind.TEXT, prompt="每格一项, 往下添加", daily=True),
        Column(label="小区", key="estates", kind=Kind.TEXT, prompt="每格一项, 往下添加", daily=True),
        Column(label="学区", key="schools", kind=Kind.TEXT, width=18, prompt="每格一项, 往下添加", daily=True),
        Column(label="门店", key="branches", kind=Kind.TEXT, prompt="每格一项, 往下添加", daily=True),
        Column(label="标签", key="tags", kind=Kind.TEXT, prompt="每格一项, 往下添加", daily=True),
        Column(label="稀缺标签", key="rare", kind=Kind.TEXT, prompt="每格一项, 往下添加", daily=True),
        Column(label="满意点", key="likes", kind=Kind.TEXT, prompt="每格一项, 往下添加", daily=True),
        Column(label="不满意点", key="dislikes", kind=Kind.TEXT, prompt="每格一项, 往下添加", daily=True),
        Column(label="流程步骤", key="steps", kind=Kind.TEXT, width=16, prompt="每格一项, 往下添加", daily=True),
    ),
)  # fmt: skip
