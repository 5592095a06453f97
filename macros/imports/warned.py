"""What an import warns of, cell by cell, with a stable code: oddities of the file, what could not be read, rows that slipped.

Nothing here decides what is stored; that is done by then.
"""

import datetime as dt
import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence

from macros.imports.epochs import is_date
from macros.imports.headers import ColumnMap, Recognised, is_empty
from macros.imports.rows import Records, Refusal
from macros.imports.sources import Source
from workbook.book import Grid
from workbook.concerns import Concern
from workbook.suspects import Concerned
from workbook.values import Unreadable, text_of

CODES = {
    "not_a_phone": "PHONE", "phone_length": "PHONE", "phone_digits_lost": "PHONE", "error_value": "ERROR_VALUE", "not_a_date": "DATE",
    "turned_date": "DATE", "digits_lost": "PRECISION_LOST",
}  # fmt: skip
"""Check that a cell fails -> code of the warning; a number that is none, and all others, are NUMBER or told with `refused` only."""
_OF_NUMBERS = frozenset({"not_a_number", "not_whole", "not_a_budget", "not_an_area", "not_a_price", "price_unit"})
_SLIPPED_CELLS = 2  # so many cells of a row must be unreadable where they stand and readable one column further
_DIGITS = re.compile(r"[\s\d０-９.,，．]+")
_PLAIN = re.compile(r"[0-9]+(?:\.[0-9]+)?")
_RESERVED = re.compile(r"(?:con|prn|aux|nul|com\d|lpt\d|conin\$|conout\$)(?:\..*)?", re.IGNORECASE)
_UNFIT = re.compile(r"[\\/:*?\"<>|\x00-\x1f／＼：]|^[.~\-]|[. ]$|%\w+%|\$\(|`|\{\{|\{%|^=")
_LONG_NAME = 60
_NAMES = frozenset({"name", "estate"})


def warnings_of(source: Source, recognised: Recognised | None, records: Records) -> list[dict[str, object]]:
    """Return the warnings of one source sheet as items: code, where, row, column (its header), cell, what, do."""
    found = [*source.concerns]
    if recognised:
        told = Concerned(source.name)
        told_of_headers(told, recognised)
        _told_of_refusals(told, records.refused, recognised, found)
        for row in slipped(source.grid, recognised, records):
            told.add("ROW_SHIFTED", row, 0)
        _told_of_columns(told, source.grid, recognised)
        _told_of_outside(told, source.grid, recognised, records)
        found += told.all
    headers = {column.at + 1: column.header for column in recognised.columns} if recognised else {}
    return [_item(concern, source, headers) for concern in found]


def _item(concern: Concern, source: Source, headers: Mapping[int, str]) -> dict[str, object]:
    inside = concern if concern.sheet else concern._replace(sheet="")
    item = inside.item(source.file)
    if concern.column and concern.sheet == source.name and headers.get(concern.column):
        item["column"] = headers[concern.column]
    return item


def told_of_headers(told: Concerned, recognised: Recognised) -> None:
    """Tell of headers that stand more than once, at each place."""
    places: dict[str, list[ColumnMap]] = {}
    for column in recognised.columns:
        if column.header:
            places.setdefault(column.header, []).append(column)
    for header, columns in places.items():
        for column in columns if len(columns) > 1 else ():
            told.add("DUPLICATE_HEADER", recognised.header_row, column.at + 1, f"「{header}」{len(columns)} 次")


def _told_of_refusals(
    told: Concerned, refused: Sequence[Refusal], recognised: Recognised, known: Sequence[Concern]
) -> None:
    at = {column.header: column.at + 1 for column in reversed(recognised.columns)}
    before = {(concern.code, concern.row, concern.column) for concern in known}
    for refusal in refused:
        code = CODES.get(refusal.code) or ("NUMBER" if refusal.code in _OF_NUMBERS else "")
        place = refusal.row, at.get(refusal.column, 0)
        if code and refusal.what == "value" and (code, *place) not in before:
            told.add(code, *place)


def slipped(grid: Grid, recognised: Recognised, records: Records) -> list[int]:
    """Return the rows of which several cells cannot be read where they stand, while their neighbours to one side can be read there."""
    unread: dict[int, set[str]] = {}
    for refusal in records.refused:
        if refusal.what == "value" and refusal.code != "error_value":
            unread.setdefault(refusal.row, set()).add(refusal.column)
    found = []
    for row, headers in sorted(unread.items()):
        columns = [column for column in recognised.columns if column.header in headers and column.field]
        if len(columns) >= _SLIPPED_CELLS and any(_fits(grid[row - 1], columns, by) for by in (1, -1)):
            found.append(row)
    return found


def _fits(line: Sequence[object], columns: Sequence[ColumnMap], by: int) -> bool:
    pairs = [(column, line[column.at + by]) for column in columns if 0 <= column.at + by < len(line)]
    filled = [(column, cell) for column, cell in pairs if cell is not None and cell != ""]
    return len(filled) >= _SLIPPED_CELLS and all(_readable(column, cell) for column, cell in filled)


def _readable(column: ColumnMap, raw: object) -> bool:
    assert column.field
    try:
        values = column.field.read(raw)
    except Unreadable:
        return False
    return "broken" not in values and any(key != "remark" for key in values)


def _told_of_columns(told: Concerned, grid: Grid, recognised: Recognised) -> None:
    """Tell of numbers written in odd ways, of ids that may be one, and of names that no file can have."""
    for column in recognised.columns:
        if column.field is None:
            continue
        cells = [
            (row, line[column.at])
            for row, line in enumerate(grid, 1)
            if row > recognised.header_row and column.at < len(line)
        ]
        if column.field.name in _NAMES:
            _told_of_names(told, cells, column)
        elif column.field.name == "info:原编号" or column.field.name.endswith("_id"):
            _told_of_ids(told, cells, column)
        elif "phone" not in column.field.name and not column.field.name.startswith(("info:", "remark")):
            for row, cell in cells:
                if isinstance(cell, str) and _is_odd_number(cell):
                    told.add("NUMBER", row, column.at + 1, f"「{cell.strip()[:20]}」")
        if is_date(column, recognised.target):
            for row, cell in cells:
                if isinstance(cell, dt.time):  # a day below 1: Excel shows a time for it, or #####
                    told.add("DATE", row, column.at + 1, f"{cell}")


def _told_of_outside(told: Concerned, grid: Grid, recognised: Recognised, records: Records) -> None:
    """Tell of what stands in a record's row, but in no column of the table: right of its last header, or under an empty one."""
    inside = {column.at for column in recognised.columns} | {*recognised.aside}
    for row in records.numbers:
        line = grid[row - 1]
        for at in range(len(line)):
            if line[at] is not None and at not in inside and not is_empty(line[at]):
                told.add("NO_HEADER", row, at + 1)


def _is_odd_number(text: str) -> bool:
    """Tell whether a text is a number in another form than a number has: ３００, 3,00, 300., blanks around or between digits."""
    return bool(_DIGITS.fullmatch(text)) and not _PLAIN.fullmatch(text) and any(map(str.isdigit, text))


def _told_of_ids(told: Concerned, cells: Sequence[tuple[int, object]], column: ColumnMap) -> None:
    alike: dict[str, dict[str, int]] = {}
    for row, cell in cells:
        if text := (cell if isinstance(cell, str) else text_of(cell)):
            alike.setdefault(_bare_id(text), {}).setdefault(text, row)
    for spelled in alike.values():
        for text, row in spelled.items() if len(spelled) > 1 else ():
            others = "、".join(other for other in spelled if other != text)
            told.add("NUMBER", row, column.at + 1, f"编号「{text}」和「{others[:40]}」可能是同一个")


def _bare_id(text: str) -> str:
    return re.sub(r"\.0+$", "", unicodedata.normalize("NFKC", text).strip()).lstrip("0").casefold()


def _told_of_names(told: Concerned, cells: Sequence[tuple[int, object]], column: ColumnMap) -> None:
    first: dict[str, tuple[int, str]] = {}
    for row, cell in cells:
        if not isinstance(cell, str):
            continue
        folded = unicodedata.normalize("NFKC", cell).strip().casefold()
        before = first.setdefault(folded, (row, cell.strip()))
        only_case = before[1] != cell.strip() and before[1].casefold() == cell.strip().casefold()
        if _UNFIT.search(cell) or _RESERVED.fullmatch(cell.strip()) or len(cell) > _LONG_NAME or only_case:
            told.add("FILE_NAME", row, column.at + 1, f"「{_visible(cell)[:24]}」")


def _visible(text: str) -> str:
    return "".join(letter if letter.isprintable() else "·" for letter in text)


def warning_lines(warnings: Sequence[Mapping[str, object]], shown: int) -> Iterator[str]:
    """Yield one line per code: the first place, how many more, what it is and what to do."""
    kinds: dict[object, list[Mapping[str, object]]] = {}
    for warning in warnings:
        kinds.setdefault(warning["code"], []).append(warning)
    for found in list(kinds.values())[:shown]:
        more = f" 等 {len(found)} 处" if len(found) > 1 else ""
        yield f"  {found[0]['where']}{more}: {found[0]['what']}。{found[0]['do']}。"
    if len(kinds) > shown:
        yield f"  另有 {len(kinds) - shown} 种, 见 --json"
