"""重复客户: two rows of 客户 that may be one person, for a person to decide, and field by field what is kept."""

from workbook.schema import Column, Kind, Need, Sheet

SAME, FAMILY, OTHER, LATER = "同一人", "一家人", "不是", "稍后"
FIRST, SECOND = "甲", "乙"
WHOLE = "是同一人吗"
"""What stands in 栏 of the row that is about the pair; the rows below it are about one column each."""

CLIENT_PAIRS = Sheet(
    label="重复客户",
    key="client_pairs",
    identity=("first_id", "second_id", "field"),
    automatic=True,
    stale=("state", "已了结"),
    purpose="可能是同一个人的两行客户: 凭什么、哪几栏不一样; 选「同一人」再点「合并客户」, 每一栏取谁的由人定。",
    columns=(
        Column(label="分数", key="score", kind=Kind.INT, need=Need.AUTOMATIC, width=7, daily=True),
        Column(label="栏", key="field", kind=Kind.TEXT, need=Need.AUTOMATIC, width=14, daily=True),
        Column(
            label="判断", key="verdict", kind=Kind.CHOICE, choices=(SAME, FAMILY, OTHER, LATER), width=9, daily=True,
            prompt="只在「是同一人吗」那一行选。同一人: 点「合并客户」合成一行; 一家人: 互相关联; 不是: 以后不再问; 稍后: 先放一放"
        ),
        Column(
            label="取谁的", key="choice", kind=Kind.CHOICE, choices=(FIRST, SECOND), width=9, daily=True,
            prompt="合并时这一栏取甲还是乙; 不选就按「建议」; 归属人不一样的一定要选, 联系同意总是从严。在「是同一人吗」那一行选的是留哪一行的客户ID"
        ),
        Column(label="建议", key="advice", kind=Kind.TEXT, need=Need.AUTOMATIC, width=36, daily=True),
        Column(label="客户甲", key="first", kind=Kind.TEXT, need=Need.AUTOMATIC, width=38, daily=True),
        Column(label="客户乙", key="second", kind=Kind.TEXT, need=Need.AUTOMATIC, width=38, daily=True),
        Column(label="依据", key="why", kind=Kind.TEXT, need=Need.AUTOMATIC, width=62, daily=True),
        Column(label="进度", key="state", kind=Kind.TEXT, need=Need.AUTOMATIC, width=16, daily=True),
        Column(label="甲格", key="first_cell", kind=Kind.LINK, need=Need.AUTOMATIC, width=11, daily=True),
        Column(label="乙格", key="second_cell", kind=Kind.LINK, need=Need.AUTOMATIC, width=11, daily=True),
        Column(label="客户甲ID", key="first_id", kind=Kind.ID, need=Need.AUTOMATIC, refers="clients", daily=True),
        Column(label="客户乙ID", key="second_id", kind=Kind.ID, need=Need.AUTOMATIC, refers="clients", daily=True),
        Column(label="备注", key="note", kind=Kind.TEXT, prompt="怎么核实的", width=24, daily=True),
    ),
)  # fmt: skip
