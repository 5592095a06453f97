"""What goes wrong, told in one sentence: refusals as they are, a disk, a permission, and our own defects; the details go to a file."""

import datetime as dt
import traceback
from contextlib import suppress
from pathlib import Path

from macros.userfolder import user_folder
from workbook.errors import FileRefused, GenjinError
from workbook.refusals import cause

LOG_NAME = "错误.txt"
LOG_BYTES = 200_000  # some hundred entries: enough to find the first of a series


def sentence_of(problem: BaseException) -> GenjinError:
    """Return the sentence for whatever was raised; a defect of ours is written down first."""
    if isinstance(problem, GenjinError):
        return problem
    return of_disk(problem) if isinstance(problem, OSError) else of_defect(problem)


def of_disk(problem: OSError) -> GenjinError:
    """Return the sentence for what the operating system refused."""
    named = Path(problem.filename).name if isinstance(problem.filename, str) else "磁盘"
    do = "请检查这个位置、磁盘空间和权限, 关闭正在使用它的程序, 再运行一次"
    return FileRefused(named, f"读写没有成功 ({cause(problem)})", do, code="DISK")


def of_defect(problem: BaseException) -> GenjinError:
    """Return the sentence for a mistake of ours, after writing down where in the code it happened."""
    from macros.privacy.masks import hidden

    file = write_down(problem)
    first = hidden(f"{type(problem).__name__}: {problem}".splitlines()[0])[:80]
    return GenjinError("genjin", f"程序自己出了错 ({first})", f"请把 {file} 发给维护者", code="DEFECT")


def write_down(problem: BaseException) -> Path:
    """Append what happened, with the time and where in the code, to the file of mishaps; return its path.

    The file keeps its newest part, and no whole number of a phone or a card, for it is sent to others. Where it cannot be written, the
    sentence for the person is all there is.
    """
    from macros.privacy.masks import hidden

    file = user_folder() / LOG_NAME
    entry = f"\n{dt.datetime.now():%Y-%m-%d %H:%M:%S}\n{hidden(''.join(traceback.format_exception(problem)))}"
    with suppress(OSError):
        file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        before = file.read_text("utf-8", errors="replace") if file.exists() else ""
        file.write_text((before + entry)[-LOG_BYTES:], "utf-8")
    return file
