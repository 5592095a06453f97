"""genjin install: tells Excel and LibreOffice which Python to start and which folders to trust, and takes it back with --remove.

What it changed stands in `install.json` of Genjin's folder, so that --remove puts back what was there before and leaves alone what
somebody changed since.
"""

import argparse
import json
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from macros import trusted, xlwings_conf
from macros.answer import Answer
from macros.computer import Computer, this_computer
from macros.edits import Edit, content_of, make
from workbook.errors import FileRefused, GenjinError
from workbook.sheets.due import DUE

RECORD = "install.json"
IMPORTED = "import macros, workbook"
COMPILE = (
    "import compileall, importlib.util as u; "
    "specs = [u.find_spec(n) for n in ('macros', 'workbook', 'pandas', 'numpy', 'xlwings', 'jinja2', 'python_calamine')]; "
    "done = [compileall.compile_dir(p, quiet=2) for s in specs if s for p in s.submodule_search_locations or ()]; "
    "raise SystemExit(not all(done))"
)
"""What makes the first press quick: Excel starts Python with -B, which never keeps what it compiled."""


@dataclass(frozen=True)
class Wish:
    """What is to be installed: the Python that the buttons start, and the folders whose workbooks LibreOffice may run."""

    interpreter: Path
    folders: Sequence[Path]


def install(given: argparse.Namespace, computer: Computer | None = None) -> Answer:
    """Set the computer up for the buttons, or take that back; with --preview only say what would be done.

    Raises GenjinError where the interpreter cannot run Genjin, a settings file is damaged, or LibreOffice is open and would write
    over its own; nothing is changed then.
    """
    began, computer = time.perf_counter(), computer or this_computer()
    edits = removal(computer) if given.remove else additions(computer, _wish(given, computer))
    _refuse_while_open(edits)
    lines = [edit.line() for edit in edits if edit.path.name != RECORD]
    if not given.preview:
        lines += [f"备份: {copy}" for copy in make(edits, computer.folder / "backups", given.now)]
        if not given.remove:
            lines += [_compile(_interpreter(given), computer), *_books(given, computer)]
    lines += _closing(given, computer, any(edit.differs for edit in edits))
    items = [
        {"what": edit.what, "path": str(edit.path), "old": edit.old, "new": edit.new, "changed": edit.differs}
        for edit in edits
    ]
    answer = {
        "action": "install", "book": "", "run": None, "today": given.today.isoformat(),
        "seconds": max(round(time.perf_counter() - began, 3), 0.001), "changed": 0,
        "findings": {"error": 0, "warning": 0, "info": 0}, "items": items,
    }  # fmt: skip
    return Answer(answer | ({"preview": True} if given.preview else {}), "\n".join(lines))


def _interpreter(given: argparse.Namespace) -> Path:
    return Path(
        given.python or sys.executable
    ).absolute()  # not resolved: the link in an environment is what finds its packages


def _wish(given: argparse.Namespace, computer: Computer) -> Wish:
    interpreter = _interpreter(given)
    if not interpreter.is_file():
        raise FileRefused(
            str(interpreter), "没有这个程序", "请写装有 Genjin 的那个 Python 的完整路径", code="NO_INTERPRETER"
        )
    code, said = computer.run([str(interpreter), "-I", "-c", IMPORTED])
    if code:
        what = f"用它运行不了 Genjin ({said.splitlines()[-1][:80] if said else code})"
        raise FileRefused(str(interpreter), what, "请写装有 Genjin 的那个 Python 的完整路径", code="NO_INTERPRETER")
    folders = [folder.absolute() for folder in given.trust or default_folders(computer, Path.cwd())]
    if given.new_book and not any(first_folder(computer).is_relative_to(folder) for folder in folders):
        folders.append(first_folder(computer))
    if missing := [folder for folder in folders if given.trust and not folder.is_dir()]:
        raise FileRefused(str(missing[0]), "没有这个文件夹", "请先建好文件夹", code="FOLDER_MISSING")
    return Wish(interpreter, folders)


def default_folders(computer: Computer, current: Path) -> list[Path]:
    """Return the folders that are trusted where none is named: the documents, and the current one if it holds a workbook of ours."""
    found = [computer.documents()]
    if current != computer.home and any(map(_has_buttons, current.glob("*.xlsm"))):  # the home holds the downloads, too
        found.append(current)
    return list(dict.fromkeys(found))


def _has_buttons(book: Path) -> bool:
    import zipfile

    try:
        with zipfile.ZipFile(book) as package:
            names = package.read("xl/workbook.xml").decode("utf-8", "replace")
            return "xl/vbaProject.bin" in package.namelist() and DUE.label in names
    except (OSError, KeyError, zipfile.BadZipFile):
        return False


def additions(computer: Computer, wish: Wish) -> list[Edit]:
    """Return the edits that install, the record of them first."""
    conf, profiles = _conf(computer, wish), list(_profiles(computer, wish))
    edits = [conf, _python(computer, wish), *_script(computer), *profiles]
    return [_recorded(computer, conf, edits), *edits]


def _conf(computer: Computer, wish: Wish) -> Edit:
    path, key = computer.xlwings_conf(), computer.interpreter_key()
    before = content_of(path)
    value = xlwings_conf.as_written(wish.interpreter, computer)
    old = xlwings_conf.value_of(before or b"", key, computer.encoding)
    after = xlwings_conf.with_value(before or b"", key, value)
    new = value.decode(computer.encoding)
    return Edit(f"Excel 用的 Python ({key})", path, before, before if old == new else after, old or "", new, True)


def _python(computer: Computer, wish: Wish) -> Edit:
    path = computer.folder / "python"
    before, after = content_of(path), f"{wish.interpreter}\n".encode()
    return Edit("LibreOffice 用的 Python", path, before, after, (before or b"").decode().strip(), str(wish.interpreter))


def _script(computer: Computer) -> Iterator[Edit]:
    """On a Mac, the script through which Excel may start Python: the one that `xlwings runpython install` copies."""
    found = find_spec("xlwings") if computer.mac else None
    if not computer.mac:
        return
    if found is None or not found.submodule_search_locations:
        raise GenjinError("xlwings", "没有装上", "请再双击一次安装程序", code="NO_XLWINGS")
    name = f"xlwings-{version('xlwings')}.applescript"
    source, path = Path(found.submodule_search_locations[0]) / name, computer.scripts() / name
    before = content_of(path)
    yield Edit("Excel 启动 Python 的脚本", path, before, source.read_bytes(), "旧的" if before else "", name)


def _profiles(computer: Computer, wish: Wish) -> Iterator[Edit]:
    profiles = computer.profiles() or ([computer.first_profile()] if computer.libreoffice() else [])
    for path in profiles:
        before = content_of(path)
        content = _text(before, path) if before is not None else trusted.EMPTY
        there = trusted.trusted(content)
        missing = [f for f in wish.folders if not trusted.covers(there, f, any_case=computer.windows)]
        after = trusted.with_trusted(content, [*map(trusted.url_of, missing)], path).encode() if missing else before
        new = "、".join(str(folder) for folder in missing)
        yield Edit("LibreOffice 信任的文件夹", path, before, after, f"{len(there)} 处", f"加上 {new}", True)


def _text(content: bytes, path: Path) -> str:
    try:
        return content.decode("utf-8")
    except UnicodeDecodeError:
        raise trusted.broken(path) from None


def read_record(computer: Computer) -> dict[str, Any]:
    """Return what was installed: the configuration's file, its value before and after, and the locations added per profile."""
    content = content_of(computer.folder / RECORD)
    try:
        record = json.loads(content or b"{}")
    except ValueError:  # cut off by a full disk: what is known is then what the files themselves say
        record = {}
    return record if isinstance(record, dict) else {}


def _recorded(computer: Computer, conf: Edit, edits: Sequence[Edit]) -> Edit:
    """Return the edit of the record: what stood there before our first installation is remembered, not what we wrote ourselves."""
    record, path = read_record(computer), computer.folder / RECORD
    earlier = record.get("conf") or {}
    ours = earlier.get("new") == conf.old
    found = conf.old if conf.old and conf.old != conf.new else None
    added: dict[str, list[str]] = dict(record.get("trusted") or {})
    for edit in edits:
        if edit.path.suffix == ".xcu" and edit.differs:
            was, now = (trusted.trusted((text or b"").decode()) for text in (edit.before, edit.after))
            added[str(edit.path)] = [*added.get(str(edit.path), []), *(url for url in now if url not in was)]
    created = [str(edit.path) for edit in edits if edit.before is None and edit.path.suffix != ""]
    after = {
        "conf": {"path": str(conf.path), "old": earlier.get("old") if ours else found, "new": conf.new},
        "trusted": added,
        "created": sorted({*record.get("created", []), *created}),
    }
    return Edit("记录", path, content_of(path), json.dumps(after, ensure_ascii=False, indent=1).encode())


def removal(computer: Computer) -> list[Edit]:
    """Return the edits that take an installation back; what was changed since by others stays."""
    record = read_record(computer)
    edits = [*_conf_back(computer, record.get("conf") or {}), *_profiles_back(record.get("trusted") or {})]
    scripts = [Path(name) for name in record.get("created", []) if name.endswith(".applescript")]
    ours = [("Excel 启动 Python 的脚本", path) for path in scripts]
    ours += [("LibreOffice 用的 Python", computer.folder / "python"), ("记录", computer.folder / RECORD)]
    edits += [Edit(what, path, content_of(path), None, "在用") for what, path in ours]
    return [_gone_if_ours(edit, record.get("created", [])) for edit in edits]


def _gone_if_ours(edit: Edit, created: Sequence[str]) -> Edit:
    """Return the edit that takes the whole file away where we made it and nothing else is in it."""
    nothing = (b"", trusted.EMPTY.encode())
    return replace(edit, after=None) if str(edit.path) in created and edit.after in nothing else edit


def _conf_back(computer: Computer, told: Mapping[str, Any]) -> Iterator[Edit]:
    before = content_of(Path(told["path"])) if told else None
    if not told or before is None:
        return
    key, old = computer.interpreter_key(), told["old"]
    now = xlwings_conf.value_of(before, key, computer.encoding)
    value = old.encode(computer.encoding) if old else None
    after = xlwings_conf.with_value(before, key, value) if now == told["new"] else before
    yield Edit(f"Excel 用的 Python ({key})", Path(told["path"]), before, after, now or "", old or "", True)


def _profiles_back(told: Mapping[str, Sequence[str]]) -> Iterator[Edit]:
    for name, urls in told.items():
        before = content_of(Path(name))
        if before is not None:
            after = trusted.without_trusted(before.decode("utf-8"), urls).encode()
            yield Edit(
                "LibreOffice 信任的文件夹", Path(name), before, after, f"有 Genjin 加的 {len(urls)} 处", "", True
            )


def _refuse_while_open(edits: Sequence[Edit]) -> None:
    """LibreOffice writes its settings when it ends, over whatever was put there meanwhile."""
    for edit in edits:
        lock = edit.path.parent.parent / ".lock"
        if edit.path.suffix == ".xcu" and edit.differs and lock.exists():
            what = f"正开着, 关闭时会盖掉这里的设置 (若并没有打开, 请删除 {lock})"
            raise FileRefused("LibreOffice", what, "请关闭 LibreOffice, 再运行一次 genjin install", code="OFFICE_OPEN")


def _compile(interpreter: Path, computer: Computer) -> str:
    code, _ = computer.run([str(interpreter), "-I", "-c", COMPILE])
    state = "已编译好" if not code else "没有全部编译成 (没有写入权限), 第一次点按钮会慢几秒"
    return f"Genjin 的程序: {state}"


def _books(given: argparse.Namespace, computer: Computer) -> Iterator[str]:
    """Make the first workbooks where they are wanted and none is there: an empty one, and one to try things on."""
    if not given.new_book:
        return
    from macros.new import build

    folder = first_folder(computer)
    folder.mkdir(parents=True, exist_ok=True)
    for name, size in (("跟进.xlsm", None), ("跟进示例.xlsm", "small")):
        made = not (folder / name).exists()
        if made:
            build(folder / name, size, 1, given.today)
        what = "示例工作簿 (60 位虚构的客户, 随便试)" if size else "工作簿 (空白, 从这里开始)"
        yield f"{what}: {'新建' if made else '已经有了'}: {folder / name}"


def first_folder(computer: Computer) -> Path:
    """Return where the first workbooks go: the documents, or a folder of their own where a cloud keeps those in step."""
    documents = computer.documents()
    return computer.home / "Genjin跟进" if computer.cloud(documents) else documents


def _closing(given: argparse.Namespace, computer: Computer, differs: bool) -> Iterator[str]:
    if given.preview:
        yield "预览: 什么都没有改。"
    elif given.remove:
        yield "已收回。工作簿没有动; 要连程序一起删掉, 再删除文件夹 " + str(computer.folder) + "。"
    else:
        yield (
            "下一步: genjin doctor 检查每一环; 打开 .xlsm 工作簿, 点首页的按钮。"
            if differs
            else "没有需要改的: 早已装好。"
        )
