"""genjin adopt: a workbook that an agency has already becomes a Genjin workbook where it lies.

Its own sheets stay as they are; what they are is shown on 映射, and read from there ever after. Our sheets are added behind them.
"""

import argparse
import datetime as dt
import re
import tempfile
import time
from collections.abc import Callable, Collection, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pandas as pd

from macros.adopt_plan import Plan, lines_of_the_rest, plan_of, without_rows
from macros.adopt_reading import Reading, as_mapped, chosen, readings_of, seen_in
from macros.answer import Answer
from macros.commits import who
from macros.new import rules_of_a_new_book
from workbook import build as builder
from workbook import disk
from workbook.access import share
from workbook.adopting import add_rows, append_columns, check_adoptable, translator
from workbook.apart import read_apart
from workbook.book import Grid, column_number
from workbook.build.mapping import mapping_book
from workbook.changes import Plan as Changes
from workbook.errors import FileRefused, GenjinError, SheetRefused
from workbook.files import FileBook, open_package
from workbook.grafting import Graft, led, led_names
from workbook.journal import Journal, Run
from workbook.mapped import listed, mapping_of, no_records
from workbook.package import Package
from workbook.partsedit import TYPES, PartsEdit
from workbook.partxml import recalculates, with_recalculation
from workbook.releading import led_anew, looking_at
from workbook.schema import fold
from workbook.sheetlist import contents_of
from workbook.sheets import BY_KEY, PAGES, SHEETS, TABS
from workbook.sheets.mapping import MAPPING
from workbook.tables import find_layout

ACTION = "adopt"
_OTHER_KINDS = (".csv", ".txt", ".tsv", ".xlsb", ".ods", ".et")
SHOWN_SHEETS = 5  # of those that a refusal names
_PAGES = frozenset(page.label for page in PAGES)
_TABS = frozenset(fold(tab.label) for tab in TABS)
_REFERENCE = re.compile(r"(?<![\w'])(\w+)!\$([A-Z]+)\$\d+")


def adopt(given: argparse.Namespace) -> Answer:
    """Make a workbook ours, with a backup, a run in the journal and 映射; a preview writes nothing.

    Raises FileRefused or SheetRefused where that cannot be done safely; the file is then as it was.
    """
    path: Path = given.book
    if path.suffix.lower() in _OTHER_KINDS and path.exists():
        do = "请用 Excel 或 WPS 把它另存为 .xlsx 再接管; 只要里面的行, 就用 genjin import 导入"
        raise FileRefused(path.name, "只有 .xlsx 和 .xlsm 的工作簿能就地接管", do, code="KIND_NOT_ADOPTED")
    if path.is_file():
        read_apart(path)  # somebody else's file: what would take its reader along, takes along a process of its own
    book = FileBook(path)
    data = disk.read_whole(path.resolve())
    package = open_package(data, path.name)
    check_adoptable(package, contents_of(package))
    if _complete(book):
        return _answer(given, None, [], 0)
    number = Journal(path).next_number()
    content, plan, added = adopted(book, data, given.today, _log_row(number, given))
    if content == data:
        return _answer(given, None, [], 0)
    if not given.preview:
        _keep(path, data, content, _run(number, plan, given))
    return _answer(given, plan, added, 0 if given.preview else number)


def adopted(book: FileBook, data: bytes, today: dt.date, log: Mapping[str, object]) -> tuple[bytes, Plan, list[str]]:
    """Return the bytes of the workbook as one of ours, what was found in it, and the sheets that were added. Raises as `adopt`."""
    where = book.path.name if book.path else ""
    names = book.sheet_names()
    again = MAPPING.label in names
    grids = {name: book.read(name) for name in names}
    recognised = {} if again else readings_of(grids)
    readings = _as_said(book) if again else chosen(recognised.values(), book.hidden)
    if not readings and not again and _missing(book, {}):
        raise _nothing_recognised(where, grids)
    readings = {key: without_rows(reading, _no_records(book, reading)) for key, reading in readings.items()}
    missing = _missing(book, {reading.name: key for key, reading in readings.items()})
    donor = _donor({**rules_of_a_new_book(today), "audit": pd.DataFrame([log])}, today)
    asked = _asked(donor, where, {*missing, *_PAGES})
    plan = plan_of(readings, grids, {name: book.regions(name) for name in names}, asked)
    if "requests" in plan.contents and BY_KEY["requests"].label in missing:
        donor = _donor({**rules_of_a_new_book(today), "audit": pd.DataFrame([log]), **plan.contents}, today)
    if not again:
        agencys = {name: grid for name, grid in grids.items() if fold(name) not in _TABS}
        rest = lines_of_the_rest(recognised, readings, agencys)
        plan = replace(plan, lines=pd.concat([plan.lines, pd.DataFrame(rest)], ignore_index=True))
    edit = PartsEdit(open_package(data, where))
    for own in plan.own.values():
        append_columns(edit, own)
    lead = translator({own.sheet.label: own for own in plan.own.values()})
    if again:
        _lead_ours(edit, lead, plan, open_package(donor, where))
        plan = replace(plan, left=_left(edit, listed(book) - {own.name for own in plan.own.values()}))
    if missing:
        Graft(edit, donor, lead).put(missing)
    content = edit.content() if edit.changed else data
    if not again:
        content = _with_mapping(content, where, plan)
        missing = [*missing, MAPPING.label]
    _check(data, content, where, plan)
    return content, plan, missing


def _no_records(book: FileBook, reading: Reading) -> set[int]:
    ours = {*reading.places.values()}
    return no_records(book.read(reading.name), reading.header_row, ours, book.formulas(reading.name))


def _nothing_recognised(where: str, grids: Mapping[str, Grid]) -> FileRefused:
    """Return the refusal of a workbook without a list of ours: what was looked for, and what stands there, sheet by sheet."""
    seen = [seen_in(grid, name) for name, grid in grids.items()]
    filled = [told for told in seen if not told.endswith("是空的")]
    shown = "; ".join(filled[:SHOWN_SHEETS]) or "每张表都是空的"
    more = f"; 还有 {len(filled) - SHOWN_SHEETS} 张表也不像" if len(filled) > SHOWN_SHEETS else ""
    what = f"没有认出客户 (姓名、电话)、房源 (小区、面积、总价) 或跟进 (日期、方式、内容) 的表: {shown}{more}"
    do = "文件没有动。有这样的表, 就请让表头在前 10 行里, 列名用上面这些词; 没有, 就用 genjin new 新建一本, 再用 genjin import 导入"
    return FileRefused(where, what, do, code="NOTHING_RECOGNISED")


def _with_mapping(content: bytes, where: str, plan: Plan) -> bytes:
    edit = PartsEdit(open_package(content, where))
    Graft(edit, mapping_book(plan.lines), lambda text: text).put([MAPPING.label])
    return edit.content()


def _as_said(book: FileBook) -> dict[str, Reading]:
    """Return our sheet's key -> the agency's sheet that stands for it by 映射."""
    said = {key: as_mapped(book.read(mapped.name), BY_KEY[key], mapped) for key, mapped in mapping_of(book).items()}
    return {
        key: reading if reading.sheet.identity[0] in reading.places else replace(reading, taken=_ids_in(book, reading))
        for key, reading in said.items()
    }


def _ids_in(book: FileBook, reading: Reading) -> tuple[str, ...]:
    """Return all ids of a sheet's kind that stand anywhere: other rows may mean another list's."""
    form = re.compile(rf"{reading.sheet.prefix}\d+")
    texts = (cell for name in book.sheet_names() for line in book.read(name) for cell in line if isinstance(cell, str))
    return tuple({text for text in texts if form.fullmatch(text)}) if reading.sheet.prefix else ()


def _lead_ours(edit: PartsEdit, lead: Callable[[str], str], plan: Plan, drawn: Package) -> None:
    """Lead formulas of our sheets to a sheet that a person named on 映射 since, and add lines there for its new columns.

    `drawn`: a built workbook, whose pages say what each of our formulas looked at before it was led anywhere.
    """
    contents, pages = contents_of(edit.package), contents_of(drawn).sheets
    for name, part in contents.sheets.items():
        if fold(name) in _TABS and name not in {own.name for own in plan.own.values()}:
            xml = led(edit.read(part), lead)
            edit.put(part, led_anew(xml, drawn.read(pages[name]), lead) if name in _PAGES else xml)
    book = edit.read(contents.workbook)
    led_book = led_names(book, lead)
    edit.put(contents.workbook, led_book)
    if edit.changed and not recalculates(led_book):
        edit.put(contents.workbook, with_recalculation(led_book))
    headers = {(own.name, header) for own in plan.own.values() for header in own.appended.values()}
    lines = [line for line in plan.lines.to_dict("records") if (line["sheet"], line["header"]) in headers]
    if lines:
        add_rows(edit, MAPPING.label, [[str(line[column.key]) for column in MAPPING.columns] for line in lines])


def _left(edit: PartsEdit, unused: Collection[str]) -> tuple[str, ...]:
    """Return the cells of our pages that look at sheets which 映射 does not use: people wrote those formulas, and they stay."""
    pages = ((name, part) for name, part in contents_of(edit.package).sheets.items() if name in _PAGES)
    return tuple(f"{name}!{at}" for name, part in pages for at in looking_at(edit.read(part), unused))


def _complete(book: FileBook) -> bool:
    """Tell whether a workbook is one of ours with nothing missing."""
    if MAPPING.label in book.sheet_names():
        return False  # whether formulas look where 映射 says is seen when they are led there
    names = {fold(name): name for name in book.sheet_names()}
    return all(
        fold(tab.label) in names and (tab.key not in BY_KEY or _ours(book, tab.key, names[fold(tab.label)]))
        for tab in TABS
    )


def _missing(book: FileBook, own: Mapping[str, str]) -> list[str]:
    """Return the labels of the tabs that a workbook lacks; `own`: the agency's sheets -> our keys that they stand for.

    Raises SheetRefused where a sheet that is none of ours has the name of one.
    """
    stand_in = {*own.values(), *mapping_of(book)}
    taken = {fold(name): name for name in book.sheet_names()}
    missing = []
    for tab in TABS:
        if tab.key in stand_in:
            continue
        name = taken.get(fold(tab.label))
        if name is None:
            missing.append(tab.label)
        elif name in own or not (MAPPING.label in book.sheet_names() or _ours(book, tab.key, name)):
            do = f"请把「{name}」改个名字, 如「原{name}」, 再运行一次"
            raise SheetRefused(
                name, f"Genjin 要加一张叫「{tab.label}」的表, 这个名字已经被占用", do, code="SHEET_NAME_TAKEN"
            )
    return missing


def _ours(book: FileBook, key: str, name: str) -> bool:
    """Tell whether a sheet is the one of ours whose name it has."""
    if key not in BY_KEY:
        return False
    try:
        layout = find_layout(book.read(name), BY_KEY[key], name)
    except SheetRefused:
        return False
    return len(layout.columns) >= len(BY_KEY[key].columns) / 2


def _donor(contents: Mapping[str, pd.DataFrame], today: dt.date) -> bytes:
    """Return the bytes of a new workbook."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "new.xlsx"
        builder.make(path, contents, today=today)
        return path.read_bytes()


def _asked(donor: bytes, where: str, labels: Collection[str]) -> dict[str, set[str]]:
    """Return our sheet's key -> the keys of its columns that formulas of these sheets look at."""
    package = Package(donor, where)
    contents = contents_of(package)
    by_label = {sheet.label: sheet for sheet in SHEETS}
    asked: dict[str, set[str]] = {}
    for label in sorted(labels):
        for name, letters in set(_REFERENCE.findall(package.read(contents.sheets[label]).decode())):
            if name in by_label and column_number(letters) <= len(by_label[name].columns):
                sheet = by_label[name]
                asked.setdefault(sheet.key, set()).add(sheet.columns[column_number(letters) - 1].key)
    return asked


def _check(before: bytes, after: bytes, where: str, plan: Plan) -> None:
    """Raise FileRefused where a part would be lost, or one changed that nothing is added to: rather nothing than harm."""
    old, new = open_package(before, where), open_package(after, where)
    contents = contents_of(old)
    touched = {contents.sheets[own.name] for own in plan.own.values() if own.appended}
    if MAPPING.label in contents.sheets:
        touched |= {part for name, part in contents.sheets.items() if fold(name) in {*_TABS, fold(MAPPING.label)}}
    touched |= {r.target for part in touched for r in old.relations(part) if r.kind == "table"}
    lists = {old.name_of(TYPES), contents.workbook, old.relations_part(contents.workbook), contents.styles}
    names = {info.filename for info in old.infos} - touched - lists
    lost = [name for name in {*names, *touched, *lists} if name and not new.name_of(name)]
    if lost or any(old.read(name) != new.read(name) for name in names):
        raise FileRefused(where, "加表时会丢失内容", "文件没有动; 请把它发给维护的人看看", code="FILE_NOT_SAVED")


def _run(number: int, plan: Plan, given: argparse.Namespace) -> Run:
    count = sum(len(own.appended) + sum(map(len, own.cells.values())) for own in plan.own.values())
    at = given.now.isoformat(timespec="seconds")
    return Run(number, ACTION, who(), at, given.today.isoformat(), Changes([]), changed=count)


def _log_row(number: int, given: argparse.Namespace) -> dict[str, object]:
    return {
        "run_id": str(number), "action": ACTION, "who": who(), "at": given.now, "sheet": MAPPING.label, "cell": "",
        "new": "接管这本工作簿, 加了表和列",
    }  # fmt: skip


def kept_copy(journal: Journal, number: int) -> Path:
    """Return where the workbook is kept as a run of adopting left it: undoing compares with it."""
    return journal.folder / f"adopted-{number:06}{journal.book.suffix}"


def _keep(path: Path, before: bytes, content: bytes, run: Run) -> None:
    """Replace the workbook, with a backup and a record of the run; take all back where that fails."""
    journal = Journal(path)

    def verify(written: bytes) -> None:
        contents_of(open_package(written, path.name))

    with journal.recording(run):
        kept = kept_copy(journal, run.number)
        disk.put(kept, content)
        share(path, kept)
        try:
            disk.replace(path.resolve(), before, content, verify)
        except GenjinError:  # the workbook is as it was
            kept.unlink(missing_ok=True)
            raise


def _answer(given: argparse.Namespace, plan: Plan | None, added: list[str], number: int) -> Answer:
    name = given.book.name
    items: list[dict[Any, Any]] = []
    if plan is None:
        lines = [f"{name}: 已经是 Genjin 工作簿, 没有需要加的。"]
    else:
        verb = "会接管" if given.preview else "已接管"
        done = (
            f"{verb}, 加 {len(added)} 张表"
            if added
            else "会把" * given.preview + "首页、说明的公式按现在的「映射」改好"
        )
        lines = [f"{name}: {done}{f' (第 {number} 次运行)' if number else ''}。"]
        lines += [_sentence(key, plan) for key in plan.own]
        lines += _unused(plan)
        items = plan.lines.to_dict("records") if len(plan.lines) else []
        if plan.left:
            lines.append(f"  没有换的公式: {'、'.join(plan.left)} 是人写的, 还看着不用的表, 请自己改。")
        if "requests" in plan.contents and BY_KEY["requests"].label in added:
            lines.append(f"  需求: 从客户表读出 {len(plan.contents['requests'])} 条")
        if not given.preview:
            lines += [
                f"下一步: 打开 {name}, 看「映射」表, 认错的就在那里改, 保存; 然后 genjin all {name}。",
                f"「映射」里换了「Genjin 的表」, 先再运行一次 genjin adopt {name}。",
                f"不要了: genjin undo {name}。",
            ]
        else:
            lines += [*_would_add(plan, added), "什么都没有写入。"]
    changed = len(added) + sum(len(own.appended) for own in plan.own.values()) if plan else 0
    answer: dict[str, Any] = {
        "action": ACTION, "book": str(given.book), "run": number or None, "today": given.today.isoformat(),
        "seconds": max(round(time.perf_counter() - given.began, 3), 0.001), "changed": changed,
        "findings": {"error": 0, "warning": 0, "info": 0}, "items": items, "files": [], "added": added, "left": list(plan.left) if plan else [],
    }  # fmt: skip
    return Answer(answer | ({"preview": True} if given.preview else {}), "\n".join(lines))


def _unused(plan: Plan) -> list[str]:
    """Return a line about the agency's sheets that stand for none of ours, none where there are no such."""
    unused = plan.lines[plan.lines["ours_sheet"] == ""].drop_duplicates("sheet") if len(plan.lines) else plan.lines
    told = [
        f"{line['sheet']} (也像「{like[0]}」)"
        if (like := re.findall("^也像「(.+?)」", line["note"]))
        else line["sheet"]
        for line in unused.to_dict("records")
    ]
    return [f"  没有用的表, 原样保留: {'、'.join(told)}; 其中有要用的, 就在「映射」里写上"] if told else []


def _would_add(plan: Plan, added: list[str]) -> list[str]:
    columns = [f"  会在「{own.name}」右边补的列: {'、'.join(own.appended.values())}" for own in plan.own.values()]
    sheets = [f"  会加的表: {'、'.join(added)}"] if added else []
    return [*(columns if any(own.appended for own in plan.own.values()) else []), *sheets]


def _sentence(key: str, plan: Plan) -> str:
    own = plan.own[key]
    mine = plan.lines[plan.lines["ours_sheet"] == own.sheet.label]
    used = mine[(mine["ours_column"] != "") & ~mine["header"].isin(list(own.appended.values()))]
    split = mine["note"].str.contains("读进了")
    loose = mine[(mine["ours_column"] == "") & ~split]
    told = "、".join(
        f"{header} = {ours}" for header, ours in zip(used["header"], used["ours_column"], strict=True) if header != ours
    )
    rest = f"; 不用: {'、'.join(loose['header'])}" if len(loose) else ""
    rest = (f"; 拆开读: {'、'.join(mine[split]['header'])}" if split.any() else "") + rest
    return f"  {own.name} = {own.sheet.label}: 认出 {len(used)} 列{f' ({told})' if told else ''}, 右边补 {len(own.appended)} 列{rest}"
