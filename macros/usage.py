"""The command line as people type it: commands, options, help and complaints, all in Chinese."""

import argparse
import datetime as dt
import difflib
import re
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from macros.actions import ACTIONS
from workbook.errors import UsageError

YEARS = (2000, 2099)  # what spreadsheets and the arithmetic of dates agree on


def _day_of(flag: str) -> Callable[[str], dt.date]:
    """Return what reads the day that stands behind a flag. Its UsageError names the flag."""

    def day(text: str) -> dt.date:
        try:
            found = dt.date.fromisoformat(text)
        except ValueError:
            raise UsageError(flag, f"「{text}」不是日期", "请写成 2026-02-28", code="USAGE") from None
        if not YEARS[0] <= found.year <= YEARS[1]:
            raise UsageError(flag, f"「{text}」太远", f"请写 {YEARS[0]} 年到 {YEARS[1]} 年的日期", code="USAGE")
        return found

    return day


def _natural(text: str) -> int:
    """Return a whole number from 0 on; argparse turns the ValueError into its complaint."""
    if int(text) < 0:
        raise ValueError(text)
    return int(text)


Argument = tuple[str, dict[str, Any]]
"""A flag or the name of a positional, and what argparse is told about it."""

_BOOK: Argument = ("book", {"type": Path, "metavar": "BOOK", "help": "工作簿, 如 门店.xlsx"})
_PREVIEW: Argument = ("--preview", {"action": "store_true", "help": "只显示旧值 → 新值和格数, 不写入"})
_ROWS: Argument = ("--rows", {"metavar": "表!行", "help": "只为这几行, 如 客户!5,8-12"})
SELECTABLE = ("match", "messages")
"""Actions that can be carried out for some rows only."""
_COMMON: tuple[Argument, ...] = (
    ("--today", {"type": _day_of("--today"), "metavar": "YYYY-MM-DD", "help": "按哪一天计算 (默认今天)"}),
    ("--json", {"action": "store_true", "help": "结果以一个 JSON 对象输出"}),
    ("--quiet", {"action": "store_true", "help": "只在出错时说话"}),
)
_SAMPLE = {"choices": ("small", "store", "branch"), "help": "示例数据的大小: 60 / 3,000 / 6,000 位客户"}
_INTO = {"type": Path, "required": True, "metavar": "BOOK", "help": "导入到哪本工作簿"}
_SHEET = {"metavar": "表", "help": "导入到哪张表, 如 客户 或 房源 (默认按内容识别)"}
_RUN = {"type": _natural, "nargs": "?", "default": 0, "metavar": "RUN", "help": "运行号 (默认最近一次)"}
_WHEN = {"nargs": "?", "default": "", "metavar": "WHEN", "help": "备份号, 或日期 2026-11-20 (默认最近一份)"}
_VERIFY = {"action": "store_true", "help": "核对记录: 有没有改过、少了的行"}
_FOLDER = {"type": Path, "nargs": "?", "default": Path("genjin-demo"), "metavar": "文件夹", "help": "默认 genjin-demo"}
_SEED = {"type": _natural, "default": 1, "metavar": "N", "help": "示例数据的随机种子 (默认 1)"}
_FILES = {"type": Path, "nargs": "+", "metavar": "FILE", "help": "要导入的文件, 可以几个"}
_SUSPECT = {"type": Path, "metavar": "FILE", "help": "要体检的文件 (.xlsx .xlsm .xls .csv), 自己的工作簿也可以"}
_TRUST = {"type": Path, "nargs": "+", "metavar": "文件夹", "help": "LibreOffice 要信任哪些文件夹 (默认「文档」)"}
_PYTHON = {"type": Path, "metavar": "PYTHON", "help": "按钮启动哪个 Python (默认运行这条命令的这个)"}
_NEW_BOOK = {"action": "store_true", "help": "在「文档」里新建空白和示例工作簿, 已有的不动"}
_REMOVE = {"action": "store_true", "help": "收回所做的设置"}
_TEXTS = {"type": Path, "metavar": "BOOK|FILE|文件夹", "help": "工作簿, .j2 模板, .json 列表, 或放模板的文件夹"}
_CHECKED = {"type": Path, "nargs": "?", "metavar": "BOOK", "help": "连这本工作簿一起检查"}
_WATCHED = {"type": Path, "metavar": "文件夹", "help": "看守哪个文件夹, 连同里面的文件夹"}
_ONCE = {"action": "store_true", "help": "只看一遍就结束"}
_OUT = {"type": Path, "metavar": "文件夹", "help": "放到哪个文件夹 (默认工作簿旁的报表文件夹)"}
_WHO = {"default": "", "metavar": "姓名", "help": "只做这一位的"}
_PART = {"type": Path, "metavar": "文件夹", "help": "放到哪个文件夹 (默认工作簿旁的「…-分发」)"}
_BACK = {"type": Path, "nargs": "+", "metavar": "FILE", "help": "交回来的文件, 或网盘生成的副本, 可以几个"}
_CONTRACT = {"choices": ("定金", "买卖", "居间", "租赁"), "help": "哪种合同 (默认按成交的类型和状态)"}
_CLIENT = {"required": True, "metavar": "客户ID", "help": "哪位客户, 如 C000001"}
_ANONYMISE = {"action": "store_true", "help": "不删行, 只去掉能认出人的内容 (有成交和合同的客户只能这样)"}
_KEEP_BACKUPS = {"action": "store_true", "help": "备份不改, 只说哪几份里还有、保留到什么时候"}
_TO = {"type": Path, "required": True, "metavar": "FILE", "help": "写到哪个新文件, .xlsx 或 .csv"}
_TO_PAGE = {"type": Path, "metavar": "FILE", "help": "写到哪个新文件, .html 或 .xlsx (默认工作簿旁的导出文件夹)"}
_PURPOSE = {"required": True, "metavar": "用途", "help": "做什么用, 记在日志"}
_RECIPIENT = {"required": True, "metavar": "接收方", "help": "交给谁, 记在日志"}
_UNMASK = {"action": "store_true", "help": "号码不打码, 记在日志"}
_ONE_SHEET = {"default": "", "metavar": "表名", "help": "导出哪张表 (默认 客户)"}
_PHONES: Argument = ("--phones", {"action": "store_true", "help": "写出完整的手机号 (默认隐去中间几位)"})
_YEAR: Argument = (
    "--year",
    {"type": _natural, "metavar": "年份", "help": "哪一年的, 如 2026 (默认今年, 一月里是去年)"},
)
_EVERY = {"type": _natural, "default": 10, "metavar": "秒", "help": "每几秒看一遍 (默认 10)"}
TERMS = ("日报", "周报", "月报", "季报", "年报", "自定义")
REPORTS = (*TERMS, "客户分层", "互动频率", "老带新", "渠道效能", "流失分析", "人员业绩", "佣金结算", "活动效果", "全部")
"""What a report can be asked for as (macros/reports/asking.py; importing that takes long)."""
_OF = {"choices": REPORTS, "default": "周报", "help": "哪种报表 (默认周报)"}
_TERM = {"choices": TERMS, "help": "分析页按哪种期间看 (默认各自的)"}
_SCOPE = {"default": "", "metavar": "谁", "help": "全公司 (默认)、一家门店或一个人"}
_SINCE = {"type": _day_of("--since"), "metavar": "YYYY-MM-DD", "help": "自定义从哪一天起"}
_UNTIL = {"type": _day_of("--until"), "metavar": "YYYY-MM-DD", "help": "报到哪一天 (默认今天)"}
_OPTIONS: dict[str, tuple[Argument, ...]] = {
    **dict.fromkeys(SELECTABLE, (_ROWS,)),
    "report": (("--of", _OF), ("--scope", _SCOPE), ("--until", _UNTIL), ("--term", _TERM), ("--since", _SINCE)),
}
"""What an action is told beside the workbook."""
COMMANDS: dict[str, tuple[str, tuple[Argument, ...]]] = {
    "new": ("新建一本工作簿, 可带示例数据", (_BOOK, ("--sample", _SAMPLE), ("--seed", _SEED))),
    "import": (
        "把别处的客户表、房源表 (.csv .xlsx .xls) 导入工作簿",
        (("files", _FILES), ("--into", _INTO), ("--sheet", _SHEET), _PREVIEW),
    ),
    **{action.name: (action.help, (_BOOK, *_OPTIONS.get(action.name, ()), _PREVIEW)) for action in ACTIONS},
    "pool": ("公客预演: 今天和预警期内谁会掉公、依据哪一格, 哪些公客等认领; 什么都不写入", (_BOOK,)),
    "lists": ("把今日待办做成每人一页、店长一页 (.html), 发到手机或打印", (_BOOK, ("--out", _OUT), ("--who", _WHO))),
    "lint": ("检查消息模板: 哪一行、哪个字段写错了, 缺什么; 什么都不写入", (("path", _TEXTS),)),
    "inspect": (
        "文件体检: 别人发来的表有没有外部链接、DDE、自动宏、隐藏表、密码; 什么都不打开, 什么都不写入",
        (("file", _SUSPECT),),
    ),
    "send": ("把「消息」里选了「发邮件」的交给发信服务器, 每封只发一次; --preview 先看谁会收到什么", (_BOOK, _PREVIEW)),
    "eml": ("把今天的邮件存成 .eml, 用自己的邮件程序打开再发; 放在工作簿旁的报表文件夹", (_BOOK,)),
    "robot": (
        "把今日待办发到企业微信或钉钉群 (机器人); --preview 只看内容, 不联网",
        (_BOOK, ("--who", _WHO), _PREVIEW),
    ),
    "calendar": ("把今日待办和带看写成每人一份手机日历 (.ics), 放在工作簿旁的报表文件夹", (_BOOK,)),
    "proposal": (
        "给选中的客户做置业方案: 前三套、优缺点、首付月供税费, 写到「置业方案」表, 另存 PDF 和 Word",
        (_BOOK, _ROWS, _PREVIEW),
    ),
    "portrait": (
        "给选中的客户做客户画像, 每位一份 (PDF 一页 A4, 和网页); 手机号隐去中间几位, --phones 才写全",
        (_BOOK, _ROWS, _PHONES, _PREVIEW),
    ),
    "awards": (
        "排一年的推荐达人榜, 给前几名印证书, 再印一张公示 (PDF), 放在工作簿旁的报表文件夹",
        (_BOOK, _YEAR, _PREVIEW),
    ),
    "contract": (
        "起草或印合同 (--rows 成交!5 或 合同登记!3); 不写 --rows 就核对合同文件和签名",
        (_BOOK, _ROWS, ("--type", _CONTRACT), _PREVIEW),
    ),
    "export": (
        "把一张表导出给别人: 号码打码 (138****1234), 用途和接收方记在日志",
        (
            _BOOK,
            ("--to", _TO),
            ("--purpose", _PURPOSE),
            ("--recipient", _RECIPIENT),
            ("--sheet", _ONE_SHEET),
            ("--unmask", _UNMASK),
            _PREVIEW,
        ),
    ),
    "holdings": (
        "客户要查阅自己的资料: 我们保存的全部, 写成网页或表格, 记在日志",
        (_BOOK, ("--client", _CLIENT), ("--to", _TO_PAGE), _PREVIEW),
    ),
    "forget": (
        "删除一位客户 (或 --anonymise 匿名): 所有表、日志、运行记录和备份; 不能撤销",
        (_BOOK, ("--client", _CLIENT), ("--anonymise", _ANONYMISE), ("--keep-backups", _KEEP_BACKUPS), _PREVIEW),
    ),
    "merge-clients": (
        "把「重复客户」里判断为同一人的客户合成一行: 逐栏取舍, 需求、跟进、带看、成交都改到留下的客户; 可以撤销",
        (_BOOK, _PREVIEW),
    ),
    "enter": ("把「录入」页上填好的登记表存好 (给没有按钮的人)", (_BOOK, _PREVIEW)),
    "adopt": (
        "让已有的工作簿就地变成 Genjin 工作簿: 原有的表不动, 认出的列写在「映射」, 缺的表加在后面",
        (_BOOK, _PREVIEW),
    ),
    "split": (
        "给每位经纪人一个文件: 自己的客户和相关的一切, 房源、设置、字典整张带上",
        (_BOOK, ("--out", _PART), ("--who", _WHO)),
    ),
    "merge": (
        "把交回来的文件合并: 和分发时的底稿三方对照, 同一格几个人改过的写在「冲突」, 由人决定",
        (_BOOK, ("files", _BACK), _PREVIEW),
    ),
    "history": ("列出做过的每一次运行; --verify 核对记录有没有被改过", (_BOOK, ("--verify", _VERIFY))),
    "backups": ("列出工作簿的备份: 最近 20 份, 另外 30 天里每天一份", (_BOOK,)),
    "restore": ("把一份备份放回来, 换下来的也备份, 可以撤销", (_BOOK, ("when", _WHEN), _PREVIEW)),
    "undo": ("撤销一次运行: 把旧值放回去, 人改过的格子不动", (_BOOK, ("run", _RUN), _PREVIEW)),
    "demo": ("一条命令看全貌: 新建示例工作簿, 做完全部各项, 生成报表", (("folder", _FOLDER),)),
    "install": (
        "让 Excel 和 LibreOffice 里的按钮找到 Python; 说明改了哪些设置, 可以收回",
        (("--trust", _TRUST), ("--python", _PYTHON), ("--new-book", _NEW_BOOK), ("--remove", _REMOVE), _PREVIEW),
    ),
    "doctor": ("按钮不工作时: 从 Python 到工作簿逐环检查, 说明怎么修", (("book", _CHECKED),)),
    "buttons": ("给工作簿补上按钮和宏: LibreOffice 存过之后, 或原来是 .xlsx (在旁边另存 .xlsm)", (_BOOK, _PREVIEW)),
    "watch": (
        "看守共享文件夹: 谁存了工作簿并关闭, 就为谁算好 (给没有 Python 或用 WPS 的人)",
        (("folder", _WATCHED), ("--once", _ONCE), ("--every", _EVERY)),
    ),
}
"""Command -> what it does, and its arguments beside the common ones; in the order of the help text."""

_USAGE = "用法: "
_ABOUT = r"argument (\S+?)(?:/\S+)?: "
_COMPLAINTS = (
    (r"argument 命令: invalid choice: '?(.*?)'? \(choose .*", "没有「{0}」这个命令"),
    (r"the following arguments are required: (.+)", "缺少 {0}"),
    (_ABOUT + r"invalid choice: '?(.*?)'? \(choose from (.*)\)", "{0} 没有「{1}」, 可以是 {2}"),
    (_ABOUT + r"expected .*argument.*", "{0} 后面没有写内容"),
    (_ABOUT + r"invalid _natural value: '(.*)'", "{0} 应是 0 或更大的整数, 不是「{1}」"),
    (_ABOUT + r"ignored explicit argument '?(.*?)'?", "{0} 后面不带内容, 不要写「{1}」"),
)


class Parser(argparse.ArgumentParser):
    """Helps and complains in Chinese; what is wrong with a command line is one sentence, raised as UsageError."""

    def __init__(self, **given: Any) -> None:
        super().__init__(**{"formatter_class": _Formatter, **given}, add_help=False, allow_abbrev=False)
        self._positionals.title, self._optionals.title = "参数", "选项"
        self.add_argument("-h", "--help", action="help", help="显示这份说明")
        self.commands: dict[str, Parser] = {}

    def error(self, message: str) -> Any:
        """Raise UsageError for what argparse has to say in English."""
        for pattern, chinese in _COMPLAINTS:
            if found := re.fullmatch(pattern, message, re.S):
                message = chinese.format(*(_listed(group) for group in found.groups()))
                break
        raise _usage_error(self.prog, message)


class _Formatter(argparse.HelpFormatter):
    def add_usage(self, usage: str | None, actions: Any, groups: Any, prefix: str | None = None) -> None:
        super().add_usage(usage, actions, groups, _USAGE if prefix is None else prefix)


class _Version(argparse.Action):
    """Prints the version and ends; looks it up only when it is asked for."""

    def __call__(self, parser: argparse.ArgumentParser, *_: Any) -> None:
        from importlib.metadata import version

        print(f"genjin {version('genjin')}")
        parser.exit()


def _listed(words: str) -> str:
    """Return the words of a list as argparse prints it, quoted or not, in Chinese punctuation."""
    return "、".join(word.strip(" '") for word in words.split(", "))


def _usage_error(where: str, what: str) -> UsageError:
    """Return the complaint about a command (`where` is "genjin all") or, where that is "genjin", about which one it is."""
    name = where.rpartition(" ")[2]
    typed = f"请写成 {_typed(name)}" if name in COMMANDS else "请写一个命令, 如 genjin demo 或 genjin all BOOK"
    return UsageError(where, what, f"{typed}; 详见 {where} --help", code="USAGE")


def _typed(name: str, more: Sequence[Argument] = ()) -> str:
    """Return how a command is typed."""
    return " ".join(["genjin", name, *(_piece(flag, told) for flag, told in (*COMMANDS[name][1], *more))])


def _piece(flag: str, told: dict[str, Any]) -> str:
    word = told.get("metavar") or "|".join(told.get("choices", ()))
    if not flag.startswith("-"):
        return {"?": f"[{word}]", "+": f"{word}..."}.get(told.get("nargs", ""), word)
    piece = f"{flag} {word}".rstrip()
    return piece if told.get("required") else f"[{piece}]"


def parser() -> Parser:
    """Return the parser of every command, in the order of the help text."""
    top = Parser(
        prog="genjin", usage="genjin 命令 ...", description="Genjin 跟进: 房产经纪的客户工作, 就在 Excel 工作簿里。"
    )
    top.add_argument("--version", action=_Version, nargs=0, help="显示版本")
    commands = top.add_subparsers(dest="command", metavar="命令", title="要做什么")
    for name, (what, arguments) in COMMANDS.items():
        command = commands.add_parser(
            name, prog=f"genjin {name}", help=what, description=f"{what}。", usage=_typed(name, _COMMON)
        )
        for flag, told in (*arguments, *_COMMON):
            command.add_argument(flag, **told)
        top.commands[name] = command
    return top


def parse(arguments: Sequence[str] | None) -> argparse.Namespace:
    """Return what was typed. Raises UsageError; ends the program (SystemExit) after a help text or the version."""
    top = parser()
    given, rest = top.parse_known_args(arguments)
    if given.command is None:
        top.print_help()
        raise _usage_error("genjin", "没有写要做什么")
    if rest:
        command = top.commands[given.command]
        near = difflib.get_close_matches(rest[0], command._option_string_actions, 1)
        meant = f", 是不是想写 {near[0]}" if near and rest[0].startswith("-") else ""
        command.error(f"不认识「{' '.join(rest)}」{meant}")
    return given
