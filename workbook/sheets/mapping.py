"""映射: which of an agency's own sheets and columns are which of ours. Only a workbook that was adopted has it."""

from workbook.schema import Column, Kind, Need, Sheet

MAPPING = Sheet(
    label="映射",
    key="mapping",
    identity=("sheet", "column"),
    purpose="你们自己的表和列, 各是 Genjin 的哪张表、哪一列; 认错了就在这里改。",
    columns=(
        Column(label="你们的表", key="sheet", kind=Kind.TEXT, need=Need.REQUIRED, prompt="表名, 和下面的标签一样", width=16, daily=True),
        Column(label="表头", key="header", kind=Kind.TEXT, prompt="那一列的表头", width=18, daily=True),
        Column(label="列", key="column", kind=Kind.TEXT, need=Need.REQUIRED, prompt="列的字母, 如 C", width=6, daily=True),
        Column(label="Genjin 的表", key="ours_sheet", kind=Kind.TEXT, prompt="如 客户、房源、跟进; 留空就是不用这张表", width=14, daily=True),
        Column(label="Genjin 的列", key="ours_column", kind=Kind.TEXT, prompt="如 姓名、手机1; 留空就是不用这一列", width=16, daily=True),
        Column(label="把握", key="sure", kind=Kind.TEXT, prompt="高、中、低; 改过以后可以写 高", width=8, daily=True),
        Column(label="谁定的", key="by", kind=Kind.TEXT, prompt="Genjin, 或改的人的名字", width=10, daily=True),
        Column(label="备注", key="note", kind=Kind.TEXT, prompt="为什么", width=44, daily=True),
    ),
)  # fmt: skip
