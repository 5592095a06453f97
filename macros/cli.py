"""genjin ACTION BOOK: the command line. Everything heavy is imported when it is needed."""

import argparse
import datetime as dt
import json
import os
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from macros.actions import ACTIONS
from workbook.errors import GenjinError, UsageError

DONE, FOUND_ERRORS, NOT_DONE = 0, 1, 2
EXTRA_COMMANDS = {
    "new": "新建一本工作簿, 可带示例数据",
    "import": "把别处的客户表、房源表 (.csv .xlsx .xls) 导入工作簿",
    "history": "列出做过的每一次运行",
    "undo": "撤销一次运行: 把旧值放回去, 人改过的格子不动",
    "demo": "一条命令看全貌: 新建示例工作簿, 做完全部各项, 生成报表",
}


class _Parser(argparse.ArgumentParser):
    """Says what is wrong with a command line in one sentence."""

    def error(self, message: str) -> Any:
        raise UsageError(
            "命令行", f"看不懂这条命令({message})", "用 genjin --help 或 genjin 命令 --help 查看用法", code="USAGE"
        )


def parser() -> argparse.ArgumentParser:
    """Return the parser of every command, in the order of the help text."""
    top = _Parser(prog="genjin", description="Genjin 跟进: 房产经纪的客户工作, 就在 Excel 工作簿里。", add_help=True)
    commands = top.add_subparsers(dest="command", metavar="命令", required=True)
    common = _common()
    new = commands.add_parser("new", help=EXTRA_COMMANDS["new"], parents=[common])
    new.add_argument("book", type=Path, metavar="BOOK.xlsx")
    new.add_argument("--sample", choices=("small", "store", "branch"), help="示例数据的大小: 60 / 3,000 / 6,000 位客户")
    new.add_argument("--seed", type=int, default=1, help="示例数据的随机种子 (默认 1)")
    imports = commands.add_parser("import", help=EXTRA_COMMANDS["import"], parents=[common, _previewing()])
    imports.add_argument("files", type=Path, nargs="+", metavar="FILE")
    imports.add_argument("--into", type=Path, required=True, metavar="BOOK", help="导入到哪本工作簿")
    imports.add_argument("--sheet", metavar="表", help="导入到哪张表, 如 客户 或 房源 (默认按内容识别)")
    for action in ACTIONS:
        command = commands.add_parser(action.name, help=action.help, parents=[common, _previewing()])
        command.add_argument("book", type=Path, metavar="BOOK")
    history = commands.add_parser("history", help=EXTRA_COMMANDS["history"], parents=[common])
    history.add_argument("book", type=Path, metavar="BOOK")
    undo = commands.add_parser("undo", help=EXTRA_COMMANDS["undo"], parents=[common, _previewing()])
    undo.add_argument("book", type=Path, metavar="BOOK")
    undo.add_argument("run", type=int, nargs="?", default=0, metavar="RUN", help="运行号 (默认最近一次)")
    demo = commands.add_parser("demo", help=EXTRA_COMMANDS["demo"], parents=[common])
    demo.add_argument("folder", type=Path, nargs="?", default=Path("genjin-demo"), metavar="文件夹")
    return top


def _common() -> _Parser:
    common = _Parser(add_help=False)
    common.add_argument("--today", type=_day, metavar="YYYY-MM-DD", help="按哪一天计算 (默认今天)")
    common.add_argument("--json", action="store_true", help="结果以一个 JSON 对象输出")
    common.add_argument("--quiet", action="store_true", help="只在出错时说话")
    return common


def _previewing() -> _Parser:
    previewing = _Parser(add_help=False)
    previewing.add_argument("--preview", action="store_true", help="只显示旧值 → 新值和格数, 不写入")
    return previewing


def _day(text: str) -> dt.date:
    try:
        return dt.date.fromisoformat(text)
    except ValueError:
        raise UsageError("--today", f"「{text}」不是日期", "请写成 2026-02-28", code="USAGE") from None


def main(arguments: Sequence[str] | None = None) -> int:
    """Carry out a command line and return its exit code: 0 done, 1 validate found errors, 2 not done."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(encoding="utf-8", errors="replace")
    try:
        given = parser().parse_args(arguments)
        given.now = dt.datetime.now().replace(microsecond=0)
        given.today = given.today or given.now.date()
        given.began = time.perf_counter()
        return _carry_out(given)
    except GenjinError as error:
        print(error, file=sys.stderr)
        return NOT_DONE
    except BrokenPipeError:  # the reader of a pipe (head, less) went away: nobody is left to be told
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return DONE
    except KeyboardInterrupt:
        print("命令行: 已中断。工作簿没有改动。", file=sys.stderr)
        return NOT_DONE


def _carry_out(given: argparse.Namespace) -> int:
    from macros import commands

    special: dict[str, Callable[[argparse.Namespace], Any]] = {
        "new": commands.new, "import": commands.bring_in, "history": commands.history, "undo": commands.undo, "demo": commands.demo,
    }  # fmt: skip
    answer = special.get(given.command, commands.act)(given)
    if given.json:
        print(json.dumps(answer.as_json, ensure_ascii=False, default=str))
    elif not given.quiet:
        print(answer.text)
    return FOUND_ERRORS if given.command == "validate" and answer.errors else DONE


if __name__ == "__main__":
    sys.exit(main())
