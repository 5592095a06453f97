"""What goes wrong outside of the workbook, told in one sentence: a disk, a permission, and our own defects."""

import tempfile
import traceback
from pathlib import Path

from workbook.errors import FileRefused, GenjinError
from workbook.refusals import cause

LOG_NAME = "genjin-错误.txt"


def of_disk(problem: OSError) -> GenjinError:
    """Return the sentence for what the operating system refused."""
    named = Path(problem.filename).name if isinstance(problem.filename, str) else "磁盘"
    do = "请检查这个位置、磁盘空间和权限, 关闭正在使用它的程序, 再运行一次"
    return FileRefused(named, f"读写没有成功 ({cause(problem)})", do, code="DISK")


def of_defect(problem: BaseException) -> GenjinError:
    """Return the sentence for a mistake of ours, after writing down in the temporary folder where in the code it happened."""
    file = Path(tempfile.gettempdir()) / LOG_NAME
    file.write_text("".join(traceback.format_exception(problem)), "utf-8")
    first = f"{type(problem).__name__}: {problem}".splitlines()[0][:80]
    return GenjinError("genjin", f"程序自己出了错 ({first})", f"请把 {file} 发给维护者", code="DEFECT")
