"""看板: the open deals as cards, a column per stage, drawn anew by every run (R77)."""

from workbook.schema import Column, Kind, Need, Sheet

STAGES: dict[str, str] = {
    "议价": "bargain", "定金": "deposit", "签约": "sign", "网签": "net", "贷款": "loan", "缴税": "tax", "过户": "transfer",
    "交房": "handover",
}  # fmt: skip
"""States of an open deal in their order -> key of the column."""

BOARD = Sheet(
    label="看板",
    key="board",
    identity=("no",),
    automatic=True,
    purpose="没做完的成交, 按状态排成列, 每格一笔: 卡在哪一步、几天; 逾期的在最上面。",
    columns=(
        Column(label="序号", key="no", kind=Kind.INT, need=Need.AUTOMATIC, width=6, daily=True),
        *(
            Column(label=stage, key=key, kind=Kind.TEXT, need=Need.AUTOMATIC, width=26, daily=True)
            for stage, key in STAGES.items()
        ),
    ),
)
