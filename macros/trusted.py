"""LibreOffice's trusted locations, in a profile's registrymodifications.xcu: text in, text out, everything else as it is."""

import re
from collections.abc import Sequence
from html import escape, unescape
from pathlib import PurePath
from typing import NamedTuple
from urllib.parse import unquote

from workbook.errors import FileRefused

PLACE = "/org.openoffice.Office.Common/Security/Scripting"
_ITEM = re.compile(rf'<item\s[^>]*oor:path="{PLACE}"[^>]*>(.*?)</item>', re.S)
_PROP = r'<prop\s[^>]*oor:name="{}"[^>]*>(.*?)</prop>'
_URLS = re.compile(_PROP.format("SecureURL"), re.S)
_VALUE = re.compile(r"<value[^>]*/>|<value[^>]*>(.*?)</value>", re.S)
_END = "</oor:items>"
EMPTY = (
    '<?xml version="1.0" encoding="UTF-8"?>\n'
    '<oor:items xmlns:oor="http://openoffice.org/2001/registry" xmlns:xs="http://www.w3.org/2001/XMLSchema" '
    f'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">\n{_END}\n'
)
"""A settings file of a profile in which nothing was set yet."""


class _Found(NamedTuple):
    """The list of locations: the whole property, from `start` to `end`, its value, and its entries."""

    start: int
    end: int
    value: tuple[int, int]
    urls: list[str]


def url_of(folder: PurePath) -> str:
    """Return a folder as LibreOffice writes it."""
    return folder.as_uri().rstrip("/")


def trusted(content: str) -> list[str]:
    """Return the trusted locations, as they stand there."""
    found = _find(content)
    return found.urls if found else []


def covers(urls: Sequence[str], folder: PurePath, *, any_case: bool = False) -> bool:
    """Tell whether a folder lies in one of the locations. With `any_case` capitals do not matter, as on Windows."""
    wanted = _plain(url_of(folder), any_case) + "/"
    return any(wanted.startswith(_plain(url, any_case) + "/") for url in urls)


def _plain(url: str, any_case: bool) -> str:
    text = unquote(url).rstrip("/")
    return text.lower() if any_case else text


def broken(path: PurePath) -> FileRefused:
    """Return the refusal of a file that is no settings file of LibreOffice's."""
    do = "请先打开并关闭一次 LibreOffice, 再运行一次"
    return FileRefused(str(path), "不是 LibreOffice 的设置文件, 或已损坏", do, code="PROFILE_BROKEN")


def with_trusted(content: str, urls: Sequence[str], path: PurePath) -> str:
    """Return the content with these locations added behind those that are there; `path` is the file's.

    Raises FileRefused where it is no settings file."""
    found = _find(content)
    entries = "".join(f"<it>{escape(url, quote=False)}</it>" for url in urls)
    if found is None:
        if _END not in content:
            raise broken(path)
        prop = f'<prop oor:name="SecureURL" oor:op="fuse"><value>{entries}</value></prop>'
        before, _, after = content.rpartition(_END)
        newline = "\r\n" if "\r\n" in content else "\n"
        return f'{before}<item oor:path="{PLACE}">{prop}</item>{newline}{_END}{after}'
    start, end = found.value
    inner = _VALUE.fullmatch(content, start, end)
    old = (inner[1] if inner else None) or ""
    return f"{content[:start]}<value>{old}{entries}</value>{content[end:]}"


def without_trusted(content: str, urls: Sequence[str]) -> str:
    """Return the content without these locations; a list that had no others is gone with its item."""
    found = _find(content)
    if found is None:
        return content
    if set(found.urls) <= set(urls):
        line = _line_around(content, found)
        return content[: line[0]] + content[line[1] :]
    start, end = found.value
    value = content[start:end]
    for url in urls:
        value = value.replace(f"<it>{escape(url, quote=False)}</it>", "", 1)
    return content[:start] + value + content[end:]


def _line_around(content: str, found: _Found) -> tuple[int, int]:
    """Return where the property begins and ends, or its item, and the end of its line, where nothing else is in it."""
    for item in _ITEM.finditer(content):
        if (
            item.start() < found.start
            and content[item.start(1) : item.end(1)].strip() == content[found.start : found.end]
        ):
            rest = re.compile(r"[ \t]*(\r\n|\n)?").match(content, item.end())
            return item.start(), rest.end() if rest else item.end()
    return found.start, found.end


def _find(content: str) -> _Found | None:
    for item in _ITEM.finditer(content):
        prop = _URLS.search(content, item.start(1), item.end(1))
        value = _VALUE.search(content, prop.start(1), prop.end(1)) if prop else None
        if prop and value:
            urls = re.findall(r"<it>(.*?)</it>", value[1] or "", re.S)
            return _Found(prop.start(), prop.end(), value.span(), [unescape(url) for url in urls])
    return None


def setting(content: str, name: str) -> str:
    """Return another setting about macros, such as MacroSecurityLevel, "" where the profile says nothing of it."""
    for item in _ITEM.finditer(content):
        if found := re.search(_PROP.format(name), item[1], re.S):
            value = _VALUE.search(found[1])
            return unescape((value[1] or "").strip()) if value else ""
    return ""
