"""The user's xlwings configuration, lines of "KEY","VALUE" that VBA reads with `Input #`: bytes in, bytes out, other lines as they are.

VBA reads it in the code page of the system and expands %NAMES% in values, so a path with Chinese letters below the user's own folder
is written with %USERPROFILE%, which every code page can say.
"""

import re
from pathlib import Path

from macros.computer import Computer
from workbook.errors import FileRefused

_LINE = re.compile(rb'[ \t]*"?([^",\r\n]*)"?[ \t]*,[ \t]*(?:"([^"\r\n]*)"|([^,"\r\n]*))[^\r\n]*(?:\r\n|\n|\r|\Z)')
_HOME = "%USERPROFILE%"


def value_of(content: bytes, key: str, encoding: str) -> str | None:
    """Return the value that VBA would find for a key, None where there is none."""
    line = _line(content, key)
    if line is None:
        return None
    return (line[2] if line[2] is not None else line[3]).decode(encoding, "replace").strip()


def with_value(content: bytes, key: str, value: bytes | None) -> bytes:
    """Return the content with another value for a key, or without its line where the value is None."""
    line = _line(content, key)
    newline = b"\r\n" if b"\r\n" in content else b"\n"
    new = b"" if value is None else b'"' + key.encode() + b'","' + value + b'"' + newline
    if line:
        return content[: line.start()] + new + content[line.end() :]
    gap = b"" if not content or content.endswith((b"\n", b"\r")) or not new else newline
    return content + gap + new


def _line(content: bytes, key: str) -> re.Match[bytes] | None:
    start = 0
    while start < len(content):
        found = _LINE.match(content, start)
        if found and found[1].strip().lower() == key.lower().encode():
            return found
        ends = [at for at in (content.find(mark, start) for mark in (b"\n", b"\r")) if at >= 0]
        start = min(ends, default=len(content)) + 1
    return None


def as_written(interpreter: Path, computer: Computer) -> bytes:
    """Return an interpreter's path as it is to stand in the file. Raises FileRefused where VBA could not read it."""
    text = str(interpreter)
    if computer.windows and not text.isascii() and interpreter.is_relative_to(computer.home):
        text = _HOME + text.removeprefix(str(computer.home))
    try:
        return text.encode(computer.encoding)
    except UnicodeEncodeError:
        what = f"路径里有系统代码页 ({computer.encoding}) 写不出的字, Excel 的宏读不了"
        raise FileRefused(text, what, "请把 Python 装到只有英文字母的文件夹", code="PATH_UNSPEAKABLE") from None


def as_meant(value: str, computer: Computer) -> Path:
    """Return the path that a value of the file stands for."""
    return Path(value.replace(_HOME, str(computer.home)) if computer.windows else value)
