"""导入对照: what each column of other people's lists means for us, asked once per shape of list and remembered for the next."""

from collections.abc import Iterator

from workbook.schema import Column, Kind, Sheet
from workbook.sheets.clients import CLIENTS
from workbook.sheets.listings import LISTINGS
from workbook.sheets.requests import REQUESTS

SURE, LIKELY, UNSURE, ASKED = "高", "中", "低", "请确认"
IN_WORDS = "记入备注"

_LISTINGS_PACKED = {
    "price:wan": "挂牌价(万元)", "price:yuan": "挂牌价(元)", "price:month": "挂牌价(元/月)", "price": "挂牌价(看不出单位)",
    "rent": "租金(元/月, 另有售价)", "unit_price": "单价(元/㎡)",
    "layout": "户型(室厅卫)", "floor": "楼层(所在层/总层)", "region": "区域商圈", "address": "地址(小区、栋、室号)",
    "summary": "房屋信息(面积、朝向、户型)", "city": "城市", "owner_name": "业主姓名", "owner_phone": "业主电话", "info:原编号": "原编号",
}  # fmt: skip
_CLIENTS_PACKED = {
    "budget": "需求 预算(上下限)", "wanted_area": "需求 面积(上下限)", "wanted_rooms": "需求 户型(上下限)", "need": "需求 描述",
    "info:原编号": "原编号",
}  # fmt: skip


def _of(sheet: Sheet, before: str = "", without: tuple[str, ...] = ()) -> Iterator[tuple[str, str]]:
    """Yield the name of a field and what a person reads, for the columns of a sheet that people fill in."""
    prefix = f"{sheet.key}." if before else ""
    for column in sheet.columns:
        if not column.automatic and column.key not in ("remark", *without):
            yield prefix + column.key, before + column.label


OPTIONS: dict[str, dict[str, str]] = {
    "listings": {**dict(_of(LISTINGS, without=("owner_id",))), **_LISTINGS_PACKED, "remark": IN_WORDS},
    "clients": {**dict(_of(CLIENTS)), **dict(_of(REQUESTS, "需求 ", ("client_id",))), **_CLIENTS_PACKED, "remark": IN_WORDS},
}  # fmt: skip
"""Sheet -> what a column of a list can be (name of a field of macros.imports) -> what a person reads and chooses."""
CHOICES = tuple(dict.fromkeys(text for options in OPTIONS.values() for text in options.values()))

IMPORT_COLUMNS = Sheet(
    label="导入对照",
    key="import_columns",
    identity=("shape", "sheet", "header", "column"),
    purpose="别处的名单各列当作了什么; 认错了在「Genjin 的列」里改一次, 同样的名单下次照办。",
    columns=(
        Column(label="文件样式", key="shape", kind=Kind.TEXT, prompt="名单的名字和样式号; 样式号请不要改", width=24, daily=True),
        Column(label="目标表", key="sheet", kind=Kind.TEXT, prompt="导入到哪张表", width=9, daily=True),
        Column(label="列", key="column", kind=Kind.TEXT, prompt="名单里那一列的字母", width=6, daily=True),
        Column(label="表头", key="header", kind=Kind.TEXT, prompt="名单里那一列的表头", width=18, daily=True),
        Column(label="样例", key="sample", kind=Kind.TEXT, prompt="那一列的前几格, 电话不写全", width=34, daily=True),
        Column(
            label="Genjin 的列", key="ours", kind=Kind.CHOICE, choices=CHOICES, width=24, daily=True,
            prompt="从下拉列表选; 留空就是不要这一列"
        ),
        Column(label="把握", key="sure", kind=Kind.CHOICE, choices=(SURE, LIKELY, UNSURE, ASKED), width=9, daily=True, prompt="改过以后可以写 高"),
        Column(label="谁定的", key="by", kind=Kind.TEXT, prompt="Genjin, 或改的人的名字", width=10, daily=True),
        Column(label="备注", key="note", kind=Kind.TEXT, prompt="为什么这样定", width=44, daily=True),
    ),
)  # fmt: skip
