"""The workbook itself: whether it opens, is one of ours, of this version, with this version's macros."""

import hashlib
import zipfile
from importlib.resources import files
from pathlib import Path

from macros.doctor.link import Link, Look, State, Title
from workbook.errors import GenjinError

VBA_PART = "xl/vbaProject.bin"
_NO_BOOK = "没有写工作簿: genjin doctor 门店.xlsm"


def opens(look: Look) -> Link:
    """Judge whether the workbook opens and is one of Genjin's."""
    title = Title("book", "工作簿")
    if look.book is None:
        return title.none(_NO_BOOK)
    try:
        from workbook.files import FileBook
        from workbook.sheets import SHEETS
        from workbook.tables import read_tables

        book = FileBook(look.book, read_only=True)
        tables, findings = read_tables(book, SHEETS)
    except ImportError as problem:
        return title.wrong(f"没能打开: 缺少程序包 ({problem.name})", "请看上面「程序包」一行")
    except GenjinError as refusal:
        return title.wrong(f"{refusal.where}: {refusal.what}", refusal.do)
    known = [layout for layout in tables.layouts.values() if layout.columns]
    if not known:
        return title.wrong(f"{look.book.name} 不是跟进工作簿", "请用 genjin new 新建, 再用 genjin import 导入")
    rows = sum(map(len, tables.values()))
    return title.good(f"{look.book.name}: {len(known)} 张表, {rows:,} 行, {len(findings)} 格读不懂")


def of_this_version(look: Look) -> Link:
    """Judge whether the workbook has every sheet and column that this version knows."""
    title = Title("sheets", "各表和各列")
    if look.book is None or opens(look).state is not State.GOOD:
        return title.none("工作簿没有打开" if look.book else _NO_BOOK)
    from workbook.files import FileBook
    from workbook.sheets import SHEETS
    from workbook.tables import read_tables

    layouts = read_tables(FileBook(look.book, read_only=True), SHEETS)[0].layouts
    missing = [sheet.label for sheet in SHEETS if not layouts[sheet.key].columns]
    for sheet in SHEETS:
        if sheet.label not in missing:
            lost = [column.label for column in sheet.columns if column.key not in layouts[sheet.key].columns]
            missing += [f"{sheet.label}的「{label}」" for label in lost]
    if not missing:
        return title.good("齐全")
    more = f" 等 {len(missing)} 处" if len(missing) > 5 else ""
    do = "缺的部分不会算; 要齐全请用 genjin new 新建一本, 再用 genjin import 导入这一本"
    return title.wrong(f"缺 {'、'.join(missing[:5])}{more}", do)


def macros(look: Look) -> Link:
    """Judge whether the workbook carries the macros of this version.

    Excel writes the whole project anew whenever it saves, so that other bytes tell nothing: only equality does.
    """
    title = Title("macros", "工作簿的宏")
    if look.book is None:
        return title.none(_NO_BOOK)
    found = _part(look.book)
    if found is None:
        return title.none("打不开这个文件")
    do = "请用 genjin new 新建一本 .xlsm, 再用 genjin import 导入这一本"
    if not found:
        return title.wrong("没有宏, 所以没有按钮", do)
    ours = files("macros.vba").joinpath("vbaProject.bin").read_bytes()
    if hashlib.sha256(found).digest() == hashlib.sha256(ours).digest():
        return title.good("与本版本一致")
    return title.none(f"与本版本不一致: Excel 保存过就会这样, 也可能是旧版本; 若按钮不工作, {do}")


def _part(book: Path) -> bytes | None:
    """Return the workbook's VBA project, b"" where it has none, None where the file cannot be read at all."""
    try:
        with zipfile.ZipFile(book) as package:
            return package.read(VBA_PART) if VBA_PART in package.namelist() else b""
    except (OSError, zipfile.BadZipFile):
        return None
