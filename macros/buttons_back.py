"""genjin buttons: gives a closed workbook the buttons that it lacks; what is not Genjin's stays byte for byte.

LibreOffice drops form buttons when a workbook is saved there, and a workbook that began as .xlsx never had any.
"""

import argparse
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from macros.answer import Answer
from macros.new import all_buttons
from workbook import disk
from workbook.build.buttons import Buttons, tabs_with_buttons
from workbook.build.redraw import redraw
from workbook.buttonbook import (
    ForeignModules,
    lower_headers,
    name_sheets,
    needs_project,
    put_project,
    put_ribbon,
    put_settings,
    put_type,
    with_status,
)
from workbook.buttonparts import SheetButtons
from workbook.errors import FileRefused
from workbook.files import open_package
from workbook.partsedit import PartsEdit
from workbook.sheetlist import Contents, contents_of
from workbook.sheets import BY_KEY, ENTRY, HOME, PREVIEW, TABS
from workbook.sheets.mapping import MAPPING
from workbook.stylexml import Styles

LABELS = {tab.key: tab.label for tab in tabs_with_buttons()}
REQUIRED = tuple(BY_KEY[key].label for key in ("clients", "due"))
_OURS = frozenset(tab.label for tab in TABS)
LEADS_TO_ENTRY = ("client", "contact")


@dataclass
class Found:
    """What was put back, in words and as counts."""

    buttons: dict[str, list[str]] = field(default_factory=dict)
    others: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)


def buttons_back(given: argparse.Namespace) -> Answer:
    """Put buttons, macros and ribbon back into a workbook; beside an .xlsx, write an .xlsm that has them.

    Raises FileRefused where the file is no workbook of Genjin's, is open elsewhere, holds macros of other people's that would have to
    go, or where the .xlsm is there already; nothing is written then.
    """
    path: Path = given.book
    target = path if path.suffix.lower() == ".xlsm" else path.with_suffix(".xlsm")
    data = disk.read_whole(path.resolve())
    if target != path and target.exists():
        raise FileRefused(target.name, "已经有这个文件", "请先把它改名或移开, 再运行一次", code="FILE_EXISTS")
    if target == path:
        disk.check_writable(path.resolve())
    content, found = with_buttons(data, path.name)
    changed = content != data
    if changed and not given.preview:
        _write(path, target, data, content)
    return _answer(given, found, target if changed else path)


def with_buttons(data: bytes, where: str) -> tuple[bytes, Found]:
    """Return the bytes of a workbook with all that belongs to its buttons, and what was put into it. Raises as `buttons_back`."""
    package = open_package(data, where)
    contents = contents_of(package)
    missing = [label for label in REQUIRED if label not in contents.sheets]
    if missing and MAPPING.label in contents.sheets:
        what = f"这里的「{'」「'.join(missing)}」另有名字 (见「{MAPPING.label}」), 接管来的工作簿还不能补按钮"
        raise FileRefused(where, what, f"请在终端运行, 如 genjin all {where}", code="ADOPTED_NO_BUTTONS")
    if missing:
        what = f"没有表「{'」「'.join(missing)}」, 不是 Genjin 的工作簿"
        raise FileRefused(where, what, "请用 genjin new 新建, 再用 genjin import 导入这一本", code="NOT_OURS")
    if any("_xmlsignatures/" in info.filename.lower() for info in package.infos):
        raise FileRefused(where, "工作簿带有数字签名, 写入会使签名失效", "请先在 Excel 中取消签名", code="FILE_SIGNED")
    edit, found = PartsEdit(package), Found()
    buttons = _for_pages(all_buttons(), contents, found)
    _sheets(edit, contents, buttons, found)
    _book(edit, contents, buttons, found)
    return (edit.content() if edit.changed else data), found


def _for_pages(buttons: Buttons, contents: Contents, found: Found) -> Buttons:
    """Return the buttons that have a page to lead to."""
    gone = [label for label in (ENTRY.label, PREVIEW.label) if label not in contents.sheets]
    if gone:
        found.notes.append(
            f"工作簿: 没有页「{'」「'.join(gone)}」, 它们不能补。新客户和跟进请直接填在表里; 会改人填内容的项目请在终端运行, "
            "先加 --preview 看。想要全部按钮, 请用 genjin new 新建 .xlsm, 再用 genjin import 导入这一本的客户和房源"
        )
    left_out = LEADS_TO_ENTRY if ENTRY.label in gone else ()
    return Buttons(tuple(spec for spec in buttons.specs if spec.name not in left_out), buttons.project)


def _sheets(edit: PartsEdit, contents: Contents, buttons: Buttons, found: Found) -> None:
    pages = {
        key: SheetButtons(edit, contents.sheets[label]) for key, label in LABELS.items() if label in contents.sheets
    }
    wanted = {key: {spec.name for spec in buttons.on(key)} - page.present() for key, page in pages.items()}
    short = {key: names for key, names in wanted.items() if names}
    drawn = redraw({key: pages[key].layout() for key in short}, buttons)
    styles = Styles(edit.read(contents.styles) if contents.styles else b"", edit.package.where)
    for key, names in short.items():
        part = contents.sheets[LABELS[key]]
        low = any(pages[key].layout().rows[row - 1] < pixels for row, pixels in drawn[key].rows.items())
        pages[key].put_back(drawn[key], names)
        if low and key in BY_KEY:
            lower_headers(edit, part, styles)
        if low and key == HOME.key:
            edit.put(part, with_status(edit.read(part)))
        found.buttons[LABELS[key]] = [spec.label for spec in buttons.on(key) if spec.name in names]
    if styles.changed:
        edit.put(contents.styles, styles.xml)


def _book(edit: PartsEdit, contents: Contents, buttons: Buttons, found: Found) -> None:
    project = next((r.target for r in edit.relations(contents.workbook) if r.kind == "vbaProject"), "")
    if _replaces(edit, project, buttons, found):
        put_project(edit, contents, buttons.project)
        ours = [part for name, part in contents.sheets.items() if name in _OURS]
        name_sheets(edit, ours, [part for part in contents.sheets.values() if part not in ours])
        found.others.append("宏")
    before = len(edit.changed)
    if not put_ribbon(edit, buttons.specs):
        found.notes.append("工作簿已有别人的功能区, 没有加「跟进」页")
    elif len(edit.changed) > before:
        found.others.append("功能区「跟进」")
    before = len(edit.changed)
    put_settings(edit, contents)
    if len(edit.changed) > before:
        found.others.append("隐藏的设置页")
    put_type(edit, contents.workbook)


def _replaces(edit: PartsEdit, project: str, buttons: Buttons, found: Found) -> bool:
    where = edit.package.where
    try:
        return needs_project(edit.read(project) if project else b"", buttons.project)
    except ForeignModules as others:
        what = f"里面有别的宏 ({'、'.join(others.names)}), 换上 Genjin 的宏会丢掉它们"
        do = "请在 Excel 中按 Alt+F11 把这些模块导出并移除, 再运行一次, 之后再导入"
        raise FileRefused(where, what, do, code="FOREIGN_MACROS") from None
    except ValueError as problem:
        raise FileRefused(
            where, "里面的宏读不懂", "请在 Excel 中另存为 .xlsx, 再对它运行一次", code="FOREIGN_MACROS"
        ) from problem


def _write(path: Path, target: Path, data: bytes, content: bytes) -> None:
    def verify(written: bytes) -> None:
        old, new = contents_of(open_package(data, path.name)), contents_of(open_package(written, target.name))
        if list(new.sheets)[: len(old.sheets)] != list(old.sheets):
            raise FileRefused(target.name, "没有保存成功, 原文件保持不变", "请再运行一次", code="FILE_NOT_SAVED")

    if target == path:
        disk.replace(path.resolve(), data, content, verify)
        return
    verify(content)
    try:
        disk.put(target, content, new=True)
    except OSError as problem:
        raise FileRefused(
            target.name, "没有保存成功", "请检查磁盘空间和权限, 再运行一次", code="FILE_NOT_SAVED"
        ) from problem


def _answer(given: argparse.Namespace, found: Found, target: Path) -> Answer:
    count = sum(map(len, found.buttons.values()))
    done = [f"{count} 个按钮" if count else "", *found.others]
    words = "、".join(word for word in done if word)
    verb = "会加上" if given.preview else "已加上"
    lines = [f"{target.name}: {verb}{words}。" if words else f"{target.name}: 按钮和宏都在, 没有需要加的。"]
    lines += [f"  {label}: {'、'.join(names)}" for label, names in found.buttons.items()]
    lines += found.notes
    if words and not given.preview:
        lines.append(
            f"下一步: 打开 {target.name}, 点首页的按钮。"
            + ("" if target == given.book else f" {given.book.name} 没有动。")
        )
    items: list[dict[str, Any]] = [{"sheet": label, "buttons": names} for label, names in found.buttons.items()]
    answer: dict[str, Any] = {
        "action": "buttons", "book": str(given.book), "run": None, "today": given.today.isoformat(),
        "seconds": max(round(time.perf_counter() - given.began, 3), 0.001), "changed": 0,
        "findings": {"error": 0, "warning": 0, "info": 0}, "items": items, "files": [str(target)] if words else [],
    }  # fmt: skip
    return Answer(answer | ({"preview": True} if given.preview else {}), "\n".join(lines))
