"""What an agency's own sheets are: which of them holds clients, listings or the log, and which of their columns are ours as they stand."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace

from macros.imports import homes
from macros.imports.fields import fields_by_name, name_of_header
from macros.imports.headers import Recognised, is_empty, recognise, sample_of
from macros.imports.rows import Records, read_rows
from workbook.book import Grid, column_letter
from workbook.mapped import MappedSheet, header_row_of, is_record, places_of
from workbook.schema import Column, Kind, Sheet, fold
from workbook.sheets import BY_KEY, SHEETS
from workbook.values import parse_column, text_of

SEARCH_ROWS = 10
READABLE = 0.8  # share of a column's cells that must be ours as they stand
SHARE = 0.25  # share of a sheet's headers that must be known: a form of another trade has a name and a phone, too
JUDGED_ROWS = 2000  # among which sums and repeated headers are told from records: so many decide
LONGEST = 24  # characters of a header
SHOWN_HEADERS = 4
LEAST = 3  # columns by which a sheet is told
TOLD_BY_CONTENT = ("clients", "listings", "followups")
_CORE: Mapping[str, tuple[frozenset[str], ...]] = {
    "clients": (frozenset({"name", "phone1"}),),
    "listings": (
        frozenset({"estate", "price", "district", "room_no"}),
        frozenset({"area", "price", "rooms", "layout"}),
    ),
    "followups": (frozenset({"at"}), frozenset({"summary", "way", "result"})),
}
"""Per sheet, groups of columns of each of which it has one at least."""
_OF_ANYBODY = frozenset(
    {"name", "salutation", "gender", "age_band", "birthday", "job", "family", "remark", "client_id"}
)
"""What lists of pupils and patients have, too: a list by another name than ours needs a phone, a source or what they look for."""


@dataclass(frozen=True)
class Meaning:
    """What one column of an agency's is: `key` is ours, "" where it stays unused; `sure` is 高, 中 or 低, `note` says why."""

    number: int
    header: str
    key: str
    sure: str
    note: str = ""


@dataclass(frozen=True)
class Reading:
    """An agency's sheet understood. `derived`: our key -> the value per row that was read out of columns that are not ours as they
    stand; `needs`: the same for 需求; `rows`: the rows that are records; `read_from`: column number -> where its content was read into;
    `taken`: ids that new rows may not get."""

    sheet: Sheet
    name: str
    header_row: int
    columns: tuple[Meaning, ...]
    rows: tuple[int, ...] = ()
    derived: Mapping[str, Mapping[int, object]] = field(default_factory=dict)
    needs: Mapping[str, Mapping[int, object]] = field(default_factory=dict)
    read_from: Mapping[int, str] = field(default_factory=dict)
    taken: tuple[str, ...] = ()

    @property
    def places(self) -> dict[str, int]:
        """Our key -> number of the agency's column."""
        return {column.key: column.number for column in self.columns if column.key}


def readings_of(grids: Mapping[str, Grid]) -> dict[str, Reading]:
    """Return name of a sheet -> what it holds, without those of which that cannot be told; `grids`: the cells of every sheet by name."""
    found = {name: reading_of(grid, name) for name, grid in grids.items()}
    return {name: reading for name, reading in found.items() if reading}


def chosen(readings: Collection[Reading], hidden: Collection[str] = ()) -> dict[str, Reading]:
    """Return sheet key -> the agency's sheet that stands for it; of several, the first with most rows, of those that people see."""
    found: dict[str, Reading] = {}
    for reading in readings:
        known = found.get(reading.sheet.key)
        if known is None or _rank(reading, hidden) > _rank(known, hidden):
            found[reading.sheet.key] = reading
    return found


def _rank(reading: Reading, hidden: Collection[str]) -> tuple[bool, int]:
    return reading.name not in hidden, len(reading.rows)


def as_mapped(grid: Grid, sheet: Sheet, mapped: MappedSheet) -> Reading:
    """Return what a person says on 映射 that a sheet holds; a column of which it says nothing goes by its header.

    Raises SheetRefused where 映射 speaks of what is not there.
    """
    row = header_row_of(grid, mapped)
    line = grid[row - 1] if grid else []
    places, spoken = places_of(line, sheet, mapped)
    for number, cell in enumerate(line, start=1):
        column = sheet.by_header.get(fold(cell))
        if column and number not in spoken:
            places.setdefault(column.key, number)
    keys = {number: key for key, number in places.items()}
    columns = [
        Meaning(number, text_of(cell), keys.get(number, ""), "高" if number in keys else "低")
        for number, cell in enumerate(line, start=1)
        if text_of(cell)
    ]
    return _filled(grid, Reading(sheet, mapped.name, row, tuple(columns)))


def header_of(grid: Grid) -> list[Meaning]:
    """Return the columns of a sheet of which nothing is known: the texts of the row among the first ten that has most of them."""
    lines = [
        [(n, text_of(cell)) for n, cell in enumerate(line, 1) if isinstance(cell, str) and text_of(cell)]
        for line in grid[:SEARCH_ROWS]
    ]
    best = max(lines, key=len, default=[])
    return [Meaning(number, text, "", "低") for number, text in best if len(text) <= LONGEST]


def reading_of(grid: Grid, name: str) -> Reading | None:
    """Return what a sheet holds, None where that cannot be told; a sheet with one of our names is looked at as that sheet first."""
    named = [s for s in SHEETS if not s.automatic and fold(name) in {fold(n) for n in (s.label, *s.aliases, s.key)}]
    others = [BY_KEY[key] for key in TOLD_BY_CONTENT] if not named else []
    best: tuple[float, Reading] | None = None
    for sheet in named or others:
        for row in range(1, min(SEARCH_ROWS, len(grid)) + 1):
            columns = _meanings(grid, row, sheet)
            score = _score(columns, sheet, bool(named))
            if score and (best is None or score > best[0]):
                best = score, Reading(sheet, name, row, columns)
    return _filled(grid, best[1]) if best else None


def _score(columns: Sequence[Meaning], sheet: Sheet, named: bool) -> float:
    keys, known = _known(columns)
    return 0 if _lacks(columns, sheet, named) else len(keys) + 0.5 * len(known - keys)


def _known(columns: Sequence[Meaning]) -> tuple[set[str], set[str]]:
    """Return the keys that columns have, and the same with what else of them is understood."""
    keys = {column.key for column in columns if column.key}
    return keys, {column.key or column.note for column in columns if column.key or column.note}


def _lacks(columns: Sequence[Meaning], sheet: Sheet, named: bool) -> str:
    """Return why columns are not those of one of our sheets, in a few words; "" where they are."""
    keys, known = _known(columns)
    told = keys | _telling(columns, sheet)
    for group in _CORE.get(sheet.key, ()):
        if not group & told:
            labels = [column.label for column in sheet.columns if column.key in group]
            return f"没有{'、'.join([*labels, *(['户型'] if 'layout' in group else [])])}里的任何一列"
    if sheet.key == "clients" and not named and not any(key not in _OF_ANYBODY and ":" not in key for key in told):
        return "没有电话、来源、预算这样的列"
    if len(known) < (2 if named else LEAST) or len(known) < SHARE * len(columns):
        return f" {len(columns)} 列里只认得 {len(known)} 列"
    return ""


def seen_in(grid: Grid, name: str) -> str:
    """Return what stands in a sheet that was not recognised, and what it lacks where it resembles one of ours."""
    columns = header_of(grid)
    if not columns:
        return f"「{name}」{'没有像表头的一行' if any(any(map(text_of, line)) for line in grid) else '是空的'}"
    headers = [" ".join(column.header.split()) for column in columns]
    shown = "、".join(headers[:SHOWN_HEADERS]) + ("…" if len(headers) > SHOWN_HEADERS else "")
    near: tuple[int, str] = 1, ""  # a single header of ours is chance
    for sheet in (BY_KEY[key] for key in TOLD_BY_CONTENT):
        for row in range(1, min(SEARCH_ROWS, len(grid)) + 1):
            found = _meanings(grid, row, sheet)
            known = len(_known(found)[1])
            if known > near[0]:
                near = known, f" (有点像「{sheet.label}」, 但{_lacks(found, sheet, named=False)})"
    return f"「{name}」是 {shown}{near[1]}"


def _telling(columns: Sequence[Meaning], sheet: Sheet) -> set[str]:
    """Return the names of the packed fields among the headers: a column 户型 tells a list of homes, though none of ours is packed so."""
    if sheet.key not in ("listings", "clients"):
        return set()
    return {found[0] for column in columns if (found := name_of_header(sheet.key, column.header))}


def _meanings(grid: Grid, row: int, sheet: Sheet) -> tuple[Meaning, ...]:
    header, body = grid[row - 1], grid[row:]
    body = [*(line for line in body[:JUDGED_ROWS] if is_record(line, header)), *body[JUDGED_ROWS:]]
    found: dict[str, Meaning] = {}
    columns = []
    for number, cell in enumerate(header, start=1):
        text = text_of(cell)
        if not text or not isinstance(cell, str) or len(text) > LONGEST:
            continue
        column, sure = _named(sheet, text)
        meaning = Meaning(number, text, "", "低")
        if column is not None:
            meaning = _judged(body, meaning, column, sure)
        if meaning.key in found:
            first = found[meaning.key]
            note = f"「{first.header}」({column_letter(first.number)} 列) 已是「{sheet[meaning.key].label}」"
            meaning = Meaning(number, text, "", "低", note)
        elif meaning.key:
            found[meaning.key] = meaning
        columns.append(meaning)
    return tuple(columns)


def _named(sheet: Sheet, header: str) -> tuple[Column | None, str]:
    """Return the column of ours that a header names, and how sure that is."""
    own = sheet.by_header.get(fold(header))
    if own is not None:
        return own, "高"
    known = name_of_header(sheet.key, header) if sheet.key in ("clients", "listings") else None
    field_of = fields_by_name(sheet.key).get(known[0]) if known else None
    key = field_of.keys[0] if field_of and not field_of.name.startswith("info:") else ""
    return (sheet.by_key[key], "中") if key in sheet.by_key and key != "remark" else (None, "低")


def _judged(body: Grid, meaning: Meaning, column: Column, sure: str) -> Meaning:
    """Return the column as ours where its cells are what ours hold."""
    sample = sample_of(body, meaning.number - 1)
    if column.automatic and not column.unique:
        note = f"「{column.label}」由 Genjin 另算, 写在右边新加的列; 这一列不动"
        return Meaning(meaning.number, meaning.header, "", "低", note)
    wrong = _misfits(column, sample)
    if column.unique and sample:
        texts = [
            text_of(line[meaning.number - 1]) if len(line) >= meaning.number else ""
            for line in body
            if any(map(text_of, line))
        ]
        if len(set(texts)) < len(texts):
            return Meaning(
                meaning.number, meaning.header, "", "低", f"像「{column.label}」, 但有空格或重复, 不能用来认行"
            )
    if len(wrong) > (1 - READABLE) * len(sample):
        note = f"像「{column.label}」, 但写法不同, 如「{text_of(wrong[0])[:20]}」"
        return Meaning(meaning.number, meaning.header, "", "低", note)
    return Meaning(
        meaning.number, meaning.header, column.key, sure if sample else "中", "" if sample else "这一列还没有内容"
    )


def _misfits(column: Column, sample: Sequence[object]) -> list[object]:
    """Return the cells that a column of ours does not hold: of another kind, not in its list, out of its bounds."""
    values, problems = parse_column(column, sample)
    wrong = {at for at, _ in problems}
    for at, value in enumerate(values):
        if column.kind is Kind.CHOICE and column.choices and value not in column.choices:
            wrong.add(at)
        if isinstance(value, int | float) and not isinstance(value, bool) and value == value:
            low, high = column.low, column.high
            if (low is not None and value < low) or (high is not None and value > high):
                wrong.add(at)
    return [sample[at] for at in sorted(wrong)]


def _filled(grid: Grid, reading: Reading) -> Reading:
    """Return the reading with its rows and with what can be read out of columns that are not ours as they stand."""
    understood = (
        recognise(grid, reading.sheet.key, reading.name) if reading.sheet.key in ("clients", "listings") else None
    )
    if understood is None or understood.header_row != reading.header_row:
        ours = list(reading.places.values())
        rows = [n for n, line in enumerate(grid, 1) if n > reading.header_row and _has(line, ours)]
        return replace(reading, rows=tuple(rows))
    records, values = _records(grid, understood, reading.name)
    derived: dict[str, dict[int, object]] = {}
    needs: dict[str, dict[int, object]] = {}
    for key, cells in values.items():
        told = {row: value for row, value in zip(records.numbers, cells, strict=True) if value is not None}
        if key.startswith("requests.") and told:
            needs[key.partition(".")[2]] = told
        elif key in reading.sheet.by_key and key not in (*reading.places, "remark") and told:
            derived[key] = told
    told_by = _read_from(understood, reading, {*derived, *(f"requests.{key}" for key in needs)})
    return replace(reading, rows=tuple(records.numbers), derived=derived, needs=needs, read_from=told_by)


def _read_from(understood: Recognised, reading: Reading, keys: Collection[str]) -> dict[int, str]:
    """Return column number -> the names of our columns that its content was read into."""
    found = {}
    for column in understood.columns:
        filled = [key for key in (column.field.keys if column.field else ()) if key in keys]
        if filled and column.at + 1 not in reading.places.values():
            needs = [BY_KEY["requests"][key.partition(".")[2]].label for key in filled if "." in key]
            own = [reading.sheet[key].label for key in filled if "." not in key]
            found[column.at + 1] = "、".join(
                [*(f"需求的「{label}」" for label in needs), *(f"「{label}」" for label in own)]
            )
    return found


def _records(grid: Grid, understood: Recognised, name: str) -> tuple[Records, Mapping[str, Sequence[object]]]:
    if understood.target != "listings":
        records = read_rows(grid, understood)
        return records, records.values
    settled, deal = homes.settle(understood, grid[understood.header_row :], name)
    records = read_rows(grid, settled)
    return records, homes.derive(records.values, len(records.numbers), deal)[0]


def _has(line: Sequence[object], numbers: Sequence[int]) -> bool:
    return any(len(line) >= number and not is_empty(line[number - 1]) for number in numbers)
