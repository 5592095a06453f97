"""Python and what it has to be able to import, as the buttons start it."""

import re
from collections.abc import Iterator
from importlib.metadata import PackageNotFoundError
from importlib.resources import files
from pathlib import Path

from macros import xlwings_conf
from macros.doctor.link import Link, Look, Title
from macros.install import IMPORTED

OLDEST = (3, 11)
PACKAGES = ("pandas", "xlwings")
_REINSTALL = "请在 Genjin 的文件夹里再双击一次安装程序, 或运行 pip install ."
_INSTALL = "请运行 genjin install"
_VERSION = re.compile(r'XLWINGS_VERSION As String = "([\d.]+)"')


def python(look: Look) -> Link:
    """Judge the version of the Python that runs this, and whether it is a 64-bit one."""
    title = Title("python", "Python")
    said = f"{'.'.join(map(str, look.python[:3]))}, {look.bits} 位"
    if look.python[:2] < OLDEST:
        return title.wrong(said, "请从 python.org 安装 3.11 或更新的版本")
    if look.bits < 64:
        return title.wrong(said, "请从 python.org 安装 64 位的版本, 32 位的内存不够大表用")
    return title.good(said)


def packages(look: Look) -> Link:
    """Judge whether what Genjin rests on is installed."""
    title = Title("packages", "程序包")
    found = {name: _version(look, name) for name in PACKAGES}
    said = ", ".join(f"{name} {number or '没有装'}" for name, number in found.items())
    return title.good(said) if all(found.values()) else title.wrong(said, _REINSTALL)


def _version(look: Look, name: str) -> str:
    try:
        return look.version_of(name)
    except PackageNotFoundError:
        return ""


def vba_version() -> str:
    """Return the version of xlwings whose VBA the workbooks carry, "" where its text is not there."""
    folder = files("macros.vba")
    texts = (item.read_text("utf-8") for item in folder.iterdir() if item.name.endswith((".bas", ".cls")))
    return next((found[1] for text in texts if (found := _VERSION.search(text))), "")


def same_version(look: Look) -> Link:
    """Judge whether the VBA of the workbooks and the installed xlwings are of one version: they refuse each other otherwise."""
    title = Title("xlwings", "xlwings 与宏同版本")
    here, there = _version(look, "xlwings"), vba_version()
    if here and here == there:
        return title.good(here)
    return title.wrong(f"程序包 {here or '没有装'}, 宏 {there or '没有'}", _REINSTALL)


def for_excel(look: Look) -> Link:
    """Judge the Python that Excel's macro starts."""
    title = Title("excel_python", "Excel 用的 Python")
    computer = look.computer
    if not computer.windows and not computer.mac:
        return title.none("这个系统没有 Excel")
    path, key = computer.xlwings_conf(), computer.interpreter_key()
    value = xlwings_conf.value_of(path.read_bytes(), key, computer.encoding) if path.is_file() else None
    if not value:
        return title.wrong(f"{path} 里没有 {key}", _INSTALL)
    return _usable(title, look, xlwings_conf.as_meant(value, computer))


def for_libreoffice(look: Look) -> Link:
    """Judge the Python that LibreOffice's macro starts."""
    title = Title("libreoffice_python", "LibreOffice 用的 Python")
    path = look.computer.folder / "python"
    if look.computer.libreoffice() is None:
        return title.none("没有装 LibreOffice")
    if not path.is_file():
        return title.wrong(f"没有 {path}", _INSTALL)
    return _usable(title, look, Path(path.read_text("utf-8").strip()))


def _usable(title: Title, look: Look, interpreter: Path) -> Link:
    if not interpreter.is_file():
        return title.wrong(f"{interpreter} 不在了", _INSTALL)
    code, said = look.computer.run([str(interpreter), "-I", "-c", IMPORTED])
    if code:
        return title.wrong(f"{interpreter} 运行不了 Genjin ({_last(said)})", f"{_REINSTALL}, 再运行 genjin install")
    return title.good(str(interpreter))


def _last(said: str) -> str:
    return next(iter(_lines_from_the_end(said)), "没有说明")[:100]


def _lines_from_the_end(said: str) -> Iterator[str]:
    yield from (line.strip() for line in reversed(said.splitlines()) if line.strip())


def mac_script(look: Look) -> Link:
    """Judge the script through which Excel for Mac may start Python."""
    title = Title("mac_script", "Excel 启动 Python 的脚本")
    if not look.computer.mac:
        return title.none("只有 Mac 需要")
    name = f"xlwings-{_version(look, 'xlwings')}.applescript"
    path = look.computer.scripts() / name
    return title.good(str(path)) if path.is_file() else title.wrong(f"没有 {path}", _INSTALL)
