"""The rows of a recognised sheet: which are records, what their cells say, which cells cannot be read and why."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache

from macros.imports.headers import ColumnMap, Recognised, is_empty, same_header
from macros.imports.unpack import Values
from macros.imports.vocabulary import AVERAGES, TOTALS
from workbook.book import Grid, column_letter
from workbook.sheets import BY_KEY
from workbook.values import CellError, Unreadable, narrow, text_of

WHY = {
    "empty": "空行", "header": "重复的表头", "total": "合计行", "words": "说明文字, 不是记录", "aside": "表格以外的文字, 不是记录",
    "subtitle": "这一行只有一格有字, 像小标题, 没有导入; 若是房源, 请补上户型、面积或价格再导入",
    "nothing": "没有一个值读得出来", "unknown": "认不出这张表是客户还是房源, 请用 --sheet 指明, 或补上表头",
    "price_range": "价格是一个范围, 没有记入「挂牌价」, 请问清楚后填一个数", "area_range": "面积是一个范围, 没有记入「建筑面积」, 请核对后填一个数",
    "price_unit": "看不出是元还是万元, 没有记入「挂牌价」, 请写明单位(如 320万)再导入",
    "digits_lost": "末几位像是被 Excel 丢掉了, 没有当编号用, 请从原系统重新导出后核对",
    "turned_date": "编号被 Excel 改成了日期, 没有记入, 请按原样(如 3-12)补上",
    "not_a_layout": "读不出户型", "not_an_area": "读不出面积", "not_a_price": "读不出价格", "not_a_year": "读不出年份",
    "not_a_floor": "读不出楼层", "not_a_direction": "读不出朝向", "not_an_address": "不是地址", "not_a_summary": "读不出房屋信息",
    "not_a_choice": "不在下拉列表里", "not_a_budget": "读不出预算", "not_a_number": "不是数字", "not_whole": "不是整数",
    "not_a_date": "不是日期", "not_yes_no": "不是「是」或「否」", "not_a_phone": "不是电话号码, 已原样保留",
    "phone_length": "位数不对(座机请补区号), 已原样保留", "phone_digits_lost": "末几位已丢失, 已原样保留, 请核对原号码",
    "error_value": "是公式的错误值",
}  # fmt: skip
TELLING_CELLS = 3  # a row with so many cells is a record even if none can be read: it may have been shifted
LONG_TEXT = 25  # characters; a lone cell of so many is a remark below the table
_COUNT = r"[\d.,]*(?:套|条|户|间|个|组|行|人|位|页|笔)?"
_TOTAL = re.compile(
    rf"(?:.{{0,12}}?(?:小计|合计|总计)|{'|'.join((*TOTALS, *AVERAGES))})(?:\([^()]*\))?[:]?(?:共|计)?{_COUNT}"
    r"|(?:以上|本页|本表|全部|总)?共(?:计|有)?[:]?\d+(?:套|条|户|间|个|组|行|人|位|页|笔).{0,8}"
    r"|第\d+页(?:[,/]?共\d+页)?"
)
TITLED = frozenset({"estate", "address", "region", "district", "area_name", "title_line", "remark", "building"})
"""Fields of a listing that a subtitle may stand in: a lone cell in one of them is no home."""
FEW_COLUMNS = 3  # a table of so many may have rows of one cell


@dataclass(frozen=True)
class Refusal:
    """A row that is no record (`what` "row"), or a cell that cannot be read ("value"). `row` counts as Excel does."""

    row: int
    column: str
    value: str
    code: str
    what: str

    def item(self) -> dict[str, object]:
        """Return what stands in the report."""
        return {
            "row": self.row,
            "column": self.column,
            "value": self.value[:60],
            "why": WHY[self.code],
            "code": self.code,
            "what": self.what,
        }


@dataclass
class Records:
    """The records of a sheet: their row numbers in the file, key -> one value per record (None: nothing known), and per record the
    text of all cells that were understood."""

    total: int
    numbers: list[int]
    values: dict[str, list[object]]
    raws: list[str] = field(default_factory=list)
    refused: list[Refusal] = field(default_factory=list)


def last_row(grid: Grid) -> int:
    """Return the number of the last row that holds anything."""
    for number in range(len(grid), 0, -1):
        if any(not is_empty(cell) for cell in grid[number - 1]):
            return number
    return 0


def read_rows(grid: Grid, recognised: Recognised) -> Records:
    """Return all records below the header and every refusal; total = records + refused rows."""
    columns = [column for column in recognised.columns if column.field]
    numbered = [(n, grid[n - 1]) for n in range(recognised.header_row + 1, last_row(grid) + 1) if grid[n - 1]]
    reasons = [(number, line, why_no_record(line, columns, recognised)) for number, line in numbered]
    refused = [Refusal(n, "", _shown(line), why, "row") for n, line, why in reasons if why]
    kept = [(n, line) for n, line, why in reasons if not why]
    values, unread = read_columns([line for _, line in kept], columns)
    if "remark" not in BY_KEY[recognised.target].by_key:
        values.pop("remark", None)
    telling = [cells for key, cells in values.items() if not key.endswith("remark")]
    silent = [at for at in range(len(kept)) if not any(cells[at] is not None for cells in telling)]
    bare = [at for at in silent if _filled(kept[at][1], columns) < TELLING_CELLS]
    refused += [Refusal(kept[at][0], "", _shown(kept[at][1]), "nothing", "row") for at in bare]
    drop = set(bare)
    refused += [
        Refusal(kept[at][0], column, text, code, "value") for at, column, text, code in unread if at not in drop
    ]
    left = [at for at in range(len(kept)) if at not in drop]
    chosen = values if not drop else {key: [held[at] for at in left] for key, held in values.items()}
    raws = _raw_texts([kept[at][1] for at in left], columns)
    return Records(len(numbered), [kept[at][0] for at in left], chosen, raws, sorted(refused, key=_by_row))


def _raw_texts(lines: Sequence[Sequence[object]], columns: Sequence[ColumnMap]) -> list[str]:
    places = [column.at for column in columns]
    return ["\x1f".join([text_of(line[at]) if at < len(line) else "" for at in places]) for line in lines]


def _filled(line: Sequence[object], columns: Sequence[ColumnMap]) -> int:
    return sum(column.at < len(line) and not is_empty(line[column.at]) for column in columns)


def _by_row(refusal: Refusal) -> int:
    return refusal.row


def _shown(line: Sequence[object]) -> str:
    return " ".join(text_of(cell) for cell in line if text_of(cell))


def why_no_record(line: Sequence[object], columns: Sequence[ColumnMap], recognised: Recognised) -> str:
    """Return why a row is no record, "" where it may be one. Only rows that look odd are looked at closely."""
    width = len(line)
    filled = [line[c.at] for c in columns if c.at < width and line[c.at] not in (None, "")]
    if len(filled) <= 2:
        filled = [cell for cell in filled if not is_empty(cell)]
        if not filled:
            return "empty" if all(is_empty(cell) for cell in line) else "aside"
        if len(columns) > 2 and len(filled) == 1 and _is_words(text_of(filled[0])):
            return "words"
        if recognised.target == "listings" and len(columns) > FEW_COLUMNS and _is_subtitle(line, columns):
            return "total" if _is_total(text_of(filled[0])) else "subtitle"
    if isinstance(filled[0], str) and same_header(recognised, line):
        return "header"
    first = next(cell for cell in line if cell not in (None, ""))
    return "total" if isinstance(first, str) and len(first) <= LONG_TEXT and _is_total(first) else ""


def _is_subtitle(line: Sequence[object], columns: Sequence[ColumnMap]) -> bool:
    fields = [column.field for column in columns if column.at < len(line) and not is_empty(line[column.at])]
    named = [field.name for field in fields if field]
    return len(named) == 1 and named[0] in TITLED and sum(not is_empty(cell) for cell in line) == 1


@lru_cache(maxsize=4096)
def _is_total(text: str) -> bool:
    return _TOTAL.fullmatch(narrow(text).lower()) is not None


def _is_words(text: str) -> bool:
    return len(text) > LONG_TEXT or "\n" in text or text.startswith(("注:", "注：", "说明", "备注", "填表", "提示"))


Unread = tuple[int, str, str, str]
"""Position among the records, header, text and code of a cell that cannot be read."""


def read_columns(
    lines: Sequence[Sequence[object]], columns: Sequence[ColumnMap]
) -> tuple[dict[str, list[object]], list[Unread]]:
    """Return key -> values of all columns together, and the cells that cannot be read: their text goes to the remark."""
    values: dict[str, list[object]] = {}
    remarks: list[Sequence[object]] = []
    unread: list[Unread] = []
    for column in columns:
        raws = [line[column.at] if column.at < len(line) else None for line in lines]
        parsed, bad = read_column(column, raws)
        unread += bad
        for key in dict.fromkeys(key for held in _distinct(parsed) for key in held):
            found = [held.get(key) for held in parsed]
            if key == "remark":
                remarks.append(found)
            elif key != "broken":
                remarks.append(_merge(values, key, found, column))
    if remarks:
        joined = ["; ".join(dict.fromkeys(str(part) for part in parts if part)) for parts in zip(*remarks, strict=True)]
        values["remark"] = [text or None for text in joined]
    return values, unread


def _distinct(parsed: Iterable[Values]) -> Iterable[Values]:
    return {id(held): held for held in parsed}.values()


def read_column(column: ColumnMap, raws: Sequence[object]) -> tuple[list[Values], list[Unread]]:
    """Return what each cell of a column says; every distinct content is read once."""
    assert column.field
    known: dict[object, Values] = {}
    codes: dict[object, str] = {}
    parsed: list[Values] = []
    unread: list[Unread] = []
    for at, raw in enumerate(raws):
        token = raw if raw.__class__ is str else (raw.__class__, raw)
        held = known.get(token)
        if held is None:
            held, code = _read(column, raw)
            known[token] = held
            if code:
                codes[token] = code
        if token in codes:
            unread.append((at, column.header, text_of(raw), codes[token]))
        parsed.append(held)
    return parsed, unread


def _read(column: ColumnMap, raw: object) -> tuple[Values, str]:
    if isinstance(raw, CellError):
        return {}, "error_value"
    if is_empty(raw) or column.field is None:
        return {}, ""
    try:
        values = column.field.read(raw)
    except Unreadable as problem:
        return {"remark": f"{column.header} {text_of(raw)}"}, problem.check
    return values, str(values.get("broken", ""))


def _merge(values: dict[str, list[object]], key: str, found: list[object], column: ColumnMap) -> list[object]:
    """Put a column's values where there are none yet; return what has no place, in words."""
    if key not in values:
        values[key] = found
        return [None] * len(found)
    held = values[key]
    over: list[object] = []
    for at, new in enumerate(found):
        if new is None or new == held[at]:
            over.append(None)
        elif held[at] is None:
            held[at] = new
            over.append(None)
        else:
            over.append(new)
    if key == "phone1" and any(over):
        return _merge(values, "phone2", over, column)
    return [None if new is None else f"{column.header} {text_of(new)}" for new in over]


def merged_keys(columns: Iterable[ColumnMap]) -> Mapping[str, str]:
    """Return header -> what it became; a header that stands twice has the letters of its column behind it."""
    mapped: dict[str, str] = {}
    for column in columns:
        if column.field:
            header = (
                column.header if column.header not in mapped else f"{column.header}({column_letter(column.at + 1)})"
            )
            mapped[header] = column.field.mapped
    return mapped
