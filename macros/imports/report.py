"""What an import says: per source sheet the counts, what each column became, what was refused and where."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from macros.imports.headers import Recognised
from macros.imports.rows import Records, merged_keys
from macros.imports.same import column_of
from macros.imports.sources import Source
from macros.imports.updates import Matched, Record
from macros.imports.vocabulary import HONEST_DEFAULTS
from macros.imports.warned import warning_lines, warnings_of
from macros.privacy.masks import hidden
from workbook.schema import Column, Need
from workbook.sheets import BY_KEY
from workbook.sheets.import_columns import ASKED, IMPORT_COLUMNS, UNSURE
from workbook.values import text_of

COUNTS = ("rows", "imported", "changed", "unchanged", "duplicates", "kept", "vanished", "unclear", "refused_rows")
"""What is counted per source sheet, and in sum: rows = imported + changed + duplicates + refused_rows."""
AGAIN_SHOWN = 5  # changed, kept and vanished rows that the terminal lists per sheet
LONG_NUMBER = 11
WITHOUT_SHEET = f"工作簿里没有「{IMPORT_COLUMNS.label}」表, 请把文件的表头改成 Genjin 的列名再导入"
SHOWN = 8  # kinds of refused values that the terminal lists per sheet; --json has every one


@dataclass(frozen=True)
class Sheeted:
    """One source sheet with what became of it: `values` are those of the imported records, `chosen` their positions among all.

    `read` are the values of all records, `matched` those that stand in the workbook already, `keys` how the list names each record.
    """

    source: Source
    recognised: Recognised | None
    records: Records
    values: Mapping[str, list[object]]
    chosen: Sequence[int]
    derived: Mapping[str, str]
    shape: str = ""
    read: Mapping[str, list[object]] = field(default_factory=dict)
    matched: Matched = field(default_factory=Matched)
    keys: Sequence[Record] = ()


def item_of(sheet: Sheeted) -> dict[str, object]:
    """Return the report of one source sheet: rows = imported + changed + duplicates + refused_rows; `refused` lists rows and values (`what`)."""
    recognised, records = sheet.recognised, sheet.records
    target = recognised.target if recognised else ""
    columns = recognised.columns if recognised else ()
    notes = [
        *sheet.source.notes,
        *(recognised.notes if recognised else ()),
        *(f"{c.header}: {c.note}" for c in columns if c.note),
    ]
    return {
        "file": sheet.source.file,
        "sheet": BY_KEY[target].label if target else "",
        "source_sheet": sheet.source.name,
        "rows": records.total,
        "imported": len(sheet.chosen),
        "duplicates": len(records.numbers) - len(sheet.chosen),
        "changed": 0,
        "unchanged": len(sheet.matched.rows),
        "kept": 0,
        "vanished": 0,
        "unclear": len(sheet.matched.unclear),
        "refused_rows": sum(refusal.what == "row" for refusal in records.refused),
        "refused": [_without_numbers(refusal.item(), "value") for refusal in records.refused],
        "mapped": merged_keys(columns),
        "unmapped": [column.header for column in columns if column.field is None],
        "notes": [*notes, *(f"{column_of(target, key).label}: {text}" for key, text in sheet.derived.items())],
        "lacks": _lacks(target, sheet.values) if target and sheet.chosen else [],
        "warnings": [_without_numbers(item, "what") for item in warnings_of(sheet.source, recognised, records)],
        "unclear_rows": [records.numbers[at] for at in sorted(sheet.matched.unclear)],
        "changes": [],
        "left": [],
        "gone": [],
    }


def _without_numbers(item: dict[str, Any], key: str) -> dict[str, Any]:
    """Return an entry in which a phone or a card that slipped into another column is not whole."""
    return {**item, key: hidden(item[key])} if isinstance(item.get(key), str) else item


def _lacks(target: str, values: Mapping[str, list[object]]) -> list[str]:
    """Return the labels of required columns about which the file says nothing."""
    told = {key for key, cells in values.items() if any(cell is not None for cell in cells)}
    told |= {key for key in HONEST_DEFAULTS.get(target, ()) if BY_KEY[target][key].default is not None}
    return [c.label for c in BY_KEY[target].columns if c.need is Need.REQUIRED and c.key not in told]


def lines_of(item: Mapping[str, Any]) -> Iterator[str]:
    """Yield what the terminal says about one source sheet, in a few lines."""
    place = item["file"] if item["source_sheet"] in item["file"] else f"{item['file']} [{item['source_sheet']}]"
    if not item["sheet"]:
        yield f"{place}: 认不出是客户还是房源, {item['rows']} 行都没有导入。请用 --sheet 客户 或 --sheet 房源 指明。"
        return
    yield f"{place} → {item['sheet']}: {item['rows']:,} 行, {counts_of(item, '')}"
    yield from again_lines(item)
    yield "  列: " + ", ".join(f"{header}→{_labels(item['sheet'], keys)}" for header, keys in item["mapped"].items())
    yield from _unsure(item.get("columns", ()))
    if item["unmapped"]:
        yield "  没有用到的列: " + "、".join(item["unmapped"])
    yield from (f"  {note}" for note in item["notes"])
    yield from warning_lines(_not_in_notes(item), SHOWN)
    yield from _barred(item.get("barred", ()))
    yield from _refusals(item["refused"])
    if item["lacks"]:
        yield "  文件里没有的必填项: " + "、".join(item["lacks"])


def _barred(barred: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    """Yield the rows with a number that must not be called: they were imported, and are left alone."""
    for entry in barred[:SHOWN]:
        told = f"{entry['why']}, 这位客户不上待办、不写消息"
        yield f"  第 {entry['row']} 行 {entry['column']}: {told}。请把「联系同意」改成「拒绝」; 换了主人的号码请看「校验」。"
    if len(barred) > SHOWN:
        yield f"  …还有 {len(barred) - SHOWN:,} 行不能联系, 见 --json"


def _not_in_notes(item: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """Return the warnings that neither a note on the file nor a cell that could not be read tells of already."""
    told = {note.split(":")[0] for note in item["notes"]}
    cells = {(refusal["row"], refusal["column"]) for refusal in item["refused"]}
    return [w for w in item["warnings"] if w["code"] not in told and (w["row"], w["column"]) not in cells]


def counts_of(counts: Mapping[str, Any], unit: str = " 行") -> str:
    """Return the counts of one source sheet or of all in words, each with its unit; of a list that comes again more, where there is some."""
    named = {
        "imported": "导入", "changed": "更新", "duplicates": "重复", "refused_rows": "不是记录",
        "vanished": "名单里不再有", "unclear": "分不清",
    }  # fmt: skip
    always = ("imported", "duplicates", "refused_rows")
    return ", ".join(
        f"{word} {counts.get(key, 0):,}{unit}" for key, word in named.items() if counts.get(key) or key in always
    )


def again_lines(item: Mapping[str, Any]) -> Iterator[str]:
    """Yield what a list that comes again changes, what of it was left alone, and whom it no longer names; the first few of each."""
    for change in _first(item["changes"]):
        yield f"  {change['cell']} {change['column']}: {_said(change['old'])} → {_said(change['new'])}"
    yield from _more(item["changes"], "格更新")
    for cell in _first(item["left"]):
        yield f"  {cell['cell']} {cell['column']}: 现在{_said(cell['old'])}, 名单说{_said(cell['new'])}。{cell['why']}。"
    yield from _more(item["left"], "格没有动")
    if item["unclear_rows"]:
        rows = "、".join(map(str, item["unclear_rows"][:SHOWN])) + ("…" if len(item["unclear_rows"]) > SHOWN else "")
        yield f"  文件第 {rows} 行: 工作簿里有几行都像, 分不清是哪一行, 没有动。请自己改。"
    for row in _first(item["gone"]):
        yield f"  {row['cell']} {row['name']}: 上次的名单里有, 这次没有, 没有动。请核实后自己改状态。"
    yield from _more(item["gone"], "行不再有")


def _unsure(columns: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    """Yield the columns of which it is not sure what they mean, and where that can be changed."""
    doubted = [column for column in columns if column["sure"] in (ASKED, UNSURE) and column["ours"]]
    for column in doubted[:SHOWN]:
        sure = "请确认" if column["sure"] == ASKED else f"把握{column['sure']}"
        change = f"在 {column['cell']} 可以改" if column["cell"] else WITHOUT_SHEET
        yield f"  第 {column['place']} 列「{column['header']}」当作 {column['ours']}, {sure}: {change}"
    yield from (
        [f"  …还有 {len(doubted) - SHOWN} 列没有把握, 见「{IMPORT_COLUMNS.label}」"] if len(doubted) > SHOWN else []
    )


def _first(entries: Sequence[Any]) -> Sequence[Any]:
    return entries[:AGAIN_SHOWN]


def _more(entries: Sequence[Any], what: str) -> Iterator[str]:
    if len(entries) > AGAIN_SHOWN:
        yield f"  …还有 {len(entries) - AGAIN_SHOWN:,} {what}, 见 --json"


def veiled(column: Column, value: object) -> object:
    """Return a cell as a report shows it: of what is private (a phone, a lowest price) no more than that there is something, and in a text no
    number of a phone or a card."""
    text = text_of(value)
    if not column.masked or not text:
        return hidden(value) if isinstance(value, str) else value
    return f"{text[:3]}****{text[-4:]}" if len(text) >= LONG_NUMBER else "***"


def _said(value: object) -> str:
    text = text_of(value).replace("\n", " ")
    return f"「{text[:30]}{'…' if len(text) > 30 else ''}」" if text else "空"


def _labels(sheet: str, keys: str) -> str:
    target = next(key for key, known in BY_KEY.items() if known.label == sheet)
    return "/".join(column_of(target, key).label for key in keys.split(","))


def _refusals(refused: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    kinds = Counter(
        (entry["column"], entry["value"] if entry["what"] == "value" else "", entry["why"]) for entry in refused
    )
    first = {(e["column"], e["value"] if e["what"] == "value" else "", e["why"]): e["row"] for e in reversed(refused)}
    for kind, count in kinds.most_common(SHOWN):
        column, value, why = kind
        where = f"第 {first[kind]} 行" + (f"等 {count} 行" if count > 1 else "")
        yield f"  {where}{f' {column}' if column else ''}: {f'「{value}」' if value else ''}{why}"
    if len(kinds) > SHOWN:
        yield f"  另有 {len(kinds) - SHOWN} 种, 见 --json"
