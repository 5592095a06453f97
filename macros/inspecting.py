"""genjin inspect: what a file may do to who opens it, before anybody does. Nothing is opened, followed, carried out or written."""

import argparse
import hashlib
import re
import time
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any

from macros.answer import Answer
from macros.imports.sources import fits_extension, kind_of, read_sources
from workbook.apart import read_apart
from workbook.book import Grid
from workbook.concerns import Concern
from workbook.dangers import AUTO_MACRO, vba_parts
from workbook.disk import read_whole
from workbook.files import open_package
from workbook.package import Package
from workbook.suspects import Concerned
from workbook.vbamodules import has_code, modules_of

OURS = "vbaProject.bin"
OF_OURS = ("VBA_OURS", "VBA_CHANGED")
FINE = ("VBA_OURS",)
"""Codes of findings that are good news: they do not count."""
SHOWN = 12  # findings of one code that the terminal lists; --json has every one
_SECRET = re.compile(
    r"(?:密码|口令|授权码|密钥|password|passwd|pwd|secret|api[_ -]?key|access[_ -]?key|access[_ -]?token|token)\s*(?:[:：=]|是|为)\s*\S{4,}"
    r"|-----BEGIN [A-Z ]*PRIVATE KEY|\bAKIA[0-9A-Z]{16}\b|\bLTAI[0-9A-Za-z]{12,}\b|\bsk-[0-9A-Za-z_-]{20,}|\bgh[pousr]_[0-9A-Za-z]{30,}"
    r"|[?&](?:key|access_token|token)=[0-9A-Za-z-]{16,}|\beyJ[\w-]{10,}\.eyJ[\w-]{10,}\.",
    re.IGNORECASE,
)  # fmt: skip
_SECRET_LABEL = re.compile(
    r"(?:邮箱|登录|服务器|系统|微信|后台)?(?:密码|口令|授权码|密钥)|password|passwd|pwd|secret|api ?key|token",
    re.IGNORECASE,
)


def inspect(given: argparse.Namespace) -> Answer:
    """Say what is dangerous in a file, each with its place, what it is and what to do. Raises FileRefused for what cannot be read."""
    found = concerns_in(given.file)
    bad = [concern for concern in found if concern.code not in FINE]
    name = given.file.name
    answer: Mapping[str, Any] = {
        "action": "inspect", "book": str(given.file), "run": None, "today": given.today.isoformat(),
        "seconds": round(time.perf_counter() - given.began, 3), "changed": 0,
        "findings": {"error": 0, "warning": len(bad), "info": len(found) - len(bad)}, "items": [c.item(name) for c in found],
    }  # fmt: skip
    head = f"{name}: 发现 {len(bad)} 处要当心。" if bad else f"{name}: 没有发现会伤人的内容。"
    return Answer(dict(answer), "\n".join([head, *_lines(found, name)]), len(bad))


def _lines(found: Sequence[Concern], name: str) -> Iterator[str]:
    for code in dict.fromkeys(concern.code for concern in found):
        alike = [concern for concern in found if concern.code == code]
        yield from (f"  {concern.sentence(name)}" for concern in alike[:SHOWN])
        if len(alike) > SHOWN:
            yield f"  …还有 {len(alike) - SHOWN} 处, 见 --json"


def concerns_in(path: Path) -> list[Concern]:
    """Return what is dangerous or odd in a file, what would run by itself first. Raises FileRefused for what cannot be read."""
    content = read_whole(path)
    kind = kind_of(path, content)
    if kind == "text":
        (source,) = read_sources(path)
        sheets, found = [(source.name, source.grid)], list(source.concerns)
    else:
        book = read_apart(path, hidden=True)
        sheets, found = list(book.sheets), list(book.concerns)
        found += (
            _macros(open_package(content, path.name))
            if kind == "zip"
            else [*_of_modules(content, "宏"), Concern("OLD_FORMAT")]
        )
        found += [] if fits_extension(path, kind) else [Concern("WRONG_EXTENSION")]
    for name, grid in sheets:
        found += secrets_in(name, grid)
    if any(concern.code in OF_OURS for concern in found):  # where xlwings keeps its own
        found = [c for c in found if (c.code, c.sheet) != ("VERY_HIDDEN_SHEET", "xlwings.conf")]
    return sorted(dict.fromkeys(found), key=lambda concern: _URGENT.get(concern.code, len(_URGENT)))


_URGENT = {
    code: at for at, code in enumerate((
        "DDE_LINK", "AUTO_MACRO", "AUTO_NAME", "MACRO_SHEET", "MACRO_IN_XLSX", "MACRO", "VBA_CHANGED", "WEB_FORMULA", "HOSTILE_LINK",
        "EXTERNAL_LINK", "CONNECTION", "POWER_QUERY", "EMBEDDED", "WEB_EXTENSION", "SECRET", "UNKNOWN_PART", "VERY_HIDDEN_SHEET",
    ))
}  # fmt: skip


def secrets_in(sheet: str, grid: Grid) -> list[Concern]:
    """Return the cells that look like a password or a key; what stands there is not told again."""
    found = Concerned(sheet)
    for row, line in enumerate(grid, start=1):
        for at, cell in enumerate(line):
            if not isinstance(cell, str) or not cell:
                continue
            beside = next((c for c in line[at + 1 : at + 2] if isinstance(c, str | int | float)), None)
            if _SECRET.search(cell) or (_SECRET_LABEL.fullmatch(cell.strip()) and _is_secret(beside)):
                found.add("SECRET", row, at + 1)
    return found.all


def _is_secret(beside: object) -> bool:
    """Tell whether what stands behind a label such as 密码 may be one: no blanks, no Chinese, letters and digits."""
    text = str(beside or "").strip()
    return 6 <= len(text) <= 80 and re.fullmatch(r"[\x21-\x7e]+", text) is not None


@cache
def our_macros() -> tuple[str, Mapping[str, str]]:
    """Return the hash of the macros that this version of Genjin brings along, and module -> source."""
    content = (files("macros.vba") / OURS).read_bytes()
    return hashlib.sha256(content).hexdigest(), modules_of(content)


def _macros(package: Package) -> Iterator[Concern]:
    for part in vba_parts(package):
        content = package.read(part)
        digest, _ = our_macros()
        if hashlib.sha256(content).hexdigest() == digest:
            yield Concern("VBA_OURS", place=part, detail=f"SHA-256 {digest[:12]}")
        else:
            yield from _of_modules(content, part)


def _of_modules(content: bytes, place: str) -> Iterator[Concern]:
    """Compare macros with ours, module by module: Excel writes the project anew on each saving, with the same texts in it."""
    _, ours = our_macros()
    try:
        modules = {name: source for name, source in modules_of(content).items() if has_code(source)}
    except ValueError:
        if place != "宏":
            yield Concern("MACRO", place=place, detail="读不出内容")
        return
    known = {name: source for name, source in ours.items() if has_code(source)}
    if known.keys() & modules.keys():
        changed = [name for name in known if _bare(modules.get(name, "")) != _bare(known[name])]
        if changed:
            yield Concern("VBA_CHANGED", place=place, detail="、".join(changed))
        else:
            yield Concern("VBA_OURS", place=place, detail="各模块的文字相同")
    for name, source in modules.items():
        if name not in known:
            yield Concern("MACRO", place=f"宏 {name}")
            yield from (Concern("AUTO_MACRO", place=f"宏 {name}.{auto[1]}") for auto in AUTO_MACRO.finditer(source))


def _bare(source: str) -> list[str]:
    """Return the lines of a module as far as they count: without attributes, blanks at the ends and empty lines."""
    lines = (line.rstrip() for line in source.split("\n"))
    return [line for line in lines if line and not line.startswith("Attribute ")]
