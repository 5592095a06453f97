"""Where things lie: the workbook's folder, Genjin's own folder, the disk, and the worker."""

import os
import tempfile
from pathlib import Path

from macros.doctor.link import Link, Look, Title
from macros.wire import CARD_NAME, read_card
from workbook.journal import Journal
from workbook.refusals import cause

LEAST_FREE_BYTES = 500 << 20  # a backup per run of a branch's workbook is 20 MB, and the last twenty are kept
_NO_BOOK = "没有写工作簿: genjin doctor 门店.xlsm"
_FROM_ELSEWHERE = ("3", "4")  # zones of the internet and of restricted sites


def cloud(look: Look) -> Link:
    """Judge whether a cloud keeps the workbook in step, which may change it under Excel's and Genjin's hands."""
    title = Title("cloud", "工作簿的位置")
    if look.book is None:
        return title.none(_NO_BOOK)
    if name := look.computer.cloud(look.book):
        do = "按钮可用, 但几台电脑同时改会生出冲突副本: 请移到本机或局域网的文件夹, 或只在一台电脑上改"
        return title.wrong(f"在 {name} 同步的文件夹里", do)
    return title.good(f"{look.book.parent}")


def from_elsewhere(look: Look) -> Link:
    """Judge whether the system marks the workbook as downloaded: Excel then runs none of its macros and offers no button to."""
    title, book = Title("blocked", "下载标记"), look.book
    if book is None:
        return title.none(_NO_BOOK)
    if not look.computer.windows and not look.computer.mac:
        return title.none("这个系统不做标记")
    if look.computer.mac:
        code, said = look.computer.run(["xattr", "-p", "com.apple.quarantine", str(book)])
        if code or not said:
            return title.good("没有")
        return title.wrong("macOS 标记为下载的文件", f"请运行 xattr -d com.apple.quarantine '{book}'")
    if _zone(Path(f"{book}:Zone.Identifier")) in _FROM_ELSEWHERE:
        return title.wrong("Windows 标记为下载的文件, Excel 不运行它的宏", "请右键文件 → 属性 → 勾选「解除锁定」→ 确定")
    return title.good("没有")


def _zone(stream: Path) -> str:
    try:
        lines = stream.read_text("utf-8", errors="replace").splitlines()
    except OSError:  # a file without the mark has no such stream
        return ""
    return next((line.partition("=")[2].strip() for line in lines if line.startswith("ZoneId")), "")


def own_folder(look: Look) -> Link:
    """Judge whether Genjin's own folder can be written."""
    title, folder = Title("folder", "Genjin 的文件夹"), look.computer.folder
    problem = unwritable(folder)
    return (
        title.wrong(f"{folder} 写不进去 ({problem})", "请检查这个文件夹的权限") if problem else title.good(str(folder))
    )


def journal(look: Look) -> Link:
    """Judge whether runs and backups can be kept beside the workbook."""
    title = Title("journal", "运行记录和备份")
    if look.book is None:
        return title.none(_NO_BOOK)
    folder = Journal(look.book).folder
    problem = unwritable(folder)
    do = "请检查工作簿所在文件夹的权限, 或把工作簿移到自己的文件夹"
    return title.wrong(f"{folder} 写不进去 ({problem})", do) if problem else title.good(str(folder))


def unwritable(folder: Path) -> str:
    """Return why nothing can be written into a folder, or into the one in which it would be made; "" where it can."""
    there = next(place for place in (folder, *folder.parents) if place.exists())
    try:
        handle, name = tempfile.mkstemp(dir=there, prefix=".genjin-")
        os.close(handle)
        os.unlink(name)
    except OSError as problem:
        return cause(problem)
    return ""


def disk(look: Look) -> Link:
    """Judge whether there is room for the workbook's backups."""
    title, computer = Title("disk", "磁盘空间"), look.computer
    place = look.book.parent if look.book and look.book.parent.is_dir() else computer.home
    free = computer.free(place)
    said = f"剩 {free / (1 << 30):.1f} GB ({place})"
    return title.good(said) if free >= LEAST_FREE_BYTES else title.wrong(said, "请腾出至少 0.5 GB")


def worker(look: Look) -> Link:
    """Judge the warm worker's card: without a worker everything works, only slower."""
    title, file = Title("worker", "常驻进程"), look.computer.folder / CARD_NAME
    if not file.exists():
        return title.none("没有在运行, 第一次点按钮时会启动")
    card = read_card(look.computer.folder)
    if card is None:
        return title.wrong(f"{file} 读不了, 或别人也能读", "请删除这个文件, 下次点按钮会重新启动")
    if look.computer.listens(card.port):
        return title.good(f"在运行 (进程 {card.pid})")
    return title.none("上次没有正常结束, 下次点按钮会重新启动")
