"""疑似重复: two listings that may be one flat, for a person to decide."""

from workbook.schema import Column, Kind, Need, Sheet

SAME, OTHER, LATER = "同一套", "不是", "稍后"
_MEANT = {
    SAME: ("是", "是同一套", "重复", "同一套房"),
    OTHER: ("否", "不是同一套", "不同", "不重复"),
    LATER: ("待定", "再看", "待核实"),
}
MEANT: dict[str, str] = {word: verdict for verdict, words in _MEANT.items() for word in (verdict, *words)}
"""What a person may write in 判断 -> which of the three it is."""

PAIRS = Sheet(
    label="疑似重复",
    key="pairs",
    identity=("first_id", "second_id"),
    automatic=True,
    stale=("state", "已了结"),
    purpose="可能是同一套房的两行房源: 几分、凭什么; 在「判断」里选一次就记住, 以后不再问。",
    columns=(
        Column(label="分数", key="score", kind=Kind.INT, need=Need.AUTOMATIC, width=7, daily=True),
        Column(
            label="判断", key="verdict", kind=Kind.CHOICE, choices=(SAME, OTHER, LATER), width=9, daily=True,
            prompt="同一套: 请留一行, 另一行改成「下架」; 不是: 以后不再问; 稍后: 先放一放"
        ),
        Column(label="进度", key="state", kind=Kind.TEXT, need=Need.AUTOMATIC, width=16, daily=True),
        Column(label="房源甲", key="first", kind=Kind.TEXT, need=Need.AUTOMATIC, width=38, daily=True),
        Column(label="房源乙", key="second", kind=Kind.TEXT, need=Need.AUTOMATIC, width=38, daily=True),
        Column(label="依据", key="why", kind=Kind.TEXT, need=Need.AUTOMATIC, width=70, daily=True),
        Column(label="建议留", key="keep", kind=Kind.TEXT, need=Need.AUTOMATIC, width=24, daily=True),
        Column(label="甲行", key="first_cell", kind=Kind.LINK, need=Need.AUTOMATIC, width=11, daily=True),
        Column(label="乙行", key="second_cell", kind=Kind.LINK, need=Need.AUTOMATIC, width=11, daily=True),
        Column(label="房源甲ID", key="first_id", kind=Kind.ID, need=Need.AUTOMATIC, refers="listings", daily=True),
        Column(label="房源乙ID", key="second_id", kind=Kind.ID, need=Need.AUTOMATIC, refers="listings", daily=True),
        Column(label="备注", key="note", kind=Kind.TEXT, prompt="怎么核实的", width=24, daily=True),
    ),
)  # fmt: skip
