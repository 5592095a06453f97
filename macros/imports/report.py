"""What an import says: per source sheet the counts, what each column became, what was refused and where."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from macros.imports.headers import Recognised
from macros.imports.rows import Records, merged_keys
from macros.imports.same import column_of
from macros.imports.sources import Source
from macros.imports.vocabulary import HONEST_DEFAULTS
from workbook.schema import Need
from workbook.sheets import BY_KEY

SHOWN = 8  # kinds of refused values that the terminal lists per sheet; --json has every one


@dataclass(frozen=True)
class Sheeted:
    """One source sheet with what became of it: `values` are those of the imported records, `chosen` their positions among all."""

    source: Source
    recognised: Recognised | None
    records: Records
    values: Mapping[str, list[object]]
    chosen: Sequence[int]
    derived: Mapping[str, str]


def item_of(sheet: Sheeted) -> dict[str, object]:
    """Return the report of one source sheet: rows = imported + refused_rows + duplicates; `refused` lists rows and values (`what`)."""
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
        "refused_rows": sum(refusal.what == "row" for refusal in records.refused),
        "refused": [refusal.item() for refusal in records.refused],
        "mapped": merged_keys(columns),
        "unmapped": [column.header for column in columns if column.field is None],
        "notes": [*notes, *(f"{column_of(target, key).label}: {text}" for key, text in sheet.derived.items())],
        "lacks": _lacks(target, sheet.values) if target else [],
    }


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
    yield (
        f"{place} → {item['sheet']}: {item['rows']:,} 行, 导入 {item['imported']:,}, 重复 {item['duplicates']:,}, "
        f"不是记录 {item['refused_rows']:,}"
    )
    yield "  列: " + ", ".join(f"{header}→{_labels(item['sheet'], keys)}" for header, keys in item["mapped"].items())
    if item["unmapped"]:
        yield "  没有用到的列: " + "、".join(item["unmapped"])
    yield from (f"  {note}" for note in item["notes"])
    yield from _refusals(item["refused"])
    if item["lacks"]:
        yield "  文件里没有的必填项: " + "、".join(item["lacks"])


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
