"""The two modules that are not ours, as xlwings installs them, with the few lines changed that LibreOffice Basic cannot read.

LibreOffice skips every line that begins with # and compiles all branches, and one module that does not compile silences every macro
of the workbook, without a message. So what depends on the Office program is resolved to Excel, and what remains twice is merged.
Only needed when the project is made: a workbook carries the result.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

MODULES = ("xlwings", "Dictionary")
_SOURCE = "quickstart_standalone.xlsm"
_FOR_EXCEL = 'App = "Microsoft Excel"'

_CHANGED = (
    "' Changed for Genjin, so that LibreOffice Basic reads it as well: macros/vba/foreign.py says what and why.\n"
)
_CHANGES: Mapping[str, tuple[tuple[str, str], ...]] = {
    "xlwings": (
        (r"(?m)^#Const App .*\n", _CHANGED),
        # Only the ribbon of the add-in saves settings; its "If" opens in two branches and closes in one.
        (r"(?ms)^Function SaveConfigToFile\(.*?^End Function\n\n?", ""),
        # Declared in both branches: once is enough, an object that is late bound serves both.
        (
            r"    #If Mac Then\n    Dim d As Dictionary\n    Set d = New Dictionary\n    #Else\n    Dim d As Object\n",
            "    Dim d As Object\n    #If Mac Then\n    Set d = New Dictionary\n    #Else\n",
        ),
    ),
    "Dictionary": (
        (r"(?m)^''\n(?=' Dictionary v)", f"''\n{_CHANGED}"),
        (r"(?m)^Option Explicit\n", ""),
        (r"= VBA\.vbBinaryCompare", "= 0"),
        (r"= VBA\.vbTextCompare", "= 1"),
        (r"= VBA\.vbDatabaseCompare", "= 2"),
    ),
}
"""Module -> (pattern, replacement), each of which must fit exactly once: a new version of xlwings is then looked at again."""


def xlwings_folder() -> Path:
    """Return the folder of the installed xlwings, which is not imported for it."""
    found = find_spec("xlwings")
    if found is None or found.origin is None:
        raise ModuleNotFoundError("xlwings is not installed: pip install xlwings")
    return Path(found.origin).parent


def foreign_modules() -> dict[str, str]:
    """Return module -> its text as the workbook carries it, with "\\n" at the ends of lines. Raises ValueError if xlwings changed."""
    from pyopenvba import ExcelFile

    with ExcelFile(str(xlwings_folder() / _SOURCE)) as book:
        return {name: for_both(name, book.get_module(name).replace("\r\n", "\n")) for name in MODULES}


def for_both(name: str, text: str) -> str:
    """Return a module so that Excel and LibreOffice compile it. Raises ValueError where a pattern fits not exactly once."""
    text = _resolved(text)
    for pattern, replacement in _CHANGES[name]:
        text, count = re.subn(pattern, replacement, text)
        if count != 1:
            raise ValueError(f"{name}: {pattern!r} fits {count} times; has xlwings changed?")
    return text


@dataclass
class _Branch:
    """An #If that is open: whether it asks for the program, whether a branch was taken, whether the lines here stay."""

    about_program: bool
    taken: bool
    stays: bool


def _resolved(text: str) -> str:
    """Return the text as Excel compiles it: where it asks for the program, only the lines for Excel, without the #If around them."""
    kept: list[str] = []
    branches: list[_Branch] = []
    for line in text.split("\n"):
        word = line.strip()
        if word.startswith("#If "):
            about, fits = word.startswith("#If App "), _FOR_EXCEL in word
            branches.append(_Branch(about, fits, fits or not about))
        about = bool(branches) and branches[-1].about_program and word.startswith("#")
        if about and word.startswith("#Else"):
            branch = branches[-1]
            branch.stays = not branch.taken and (word == "#Else" or _FOR_EXCEL in word)
            branch.taken |= branch.stays
        if not about and all(branch.stays for branch in branches):
            kept.append(line)
        if word == "#End If":
            branches.pop()
    return "\n".join(kept)


def version_of(text: str) -> str:
    """Return the version that the text of the module xlwings says it has. Raises ValueError where it says none."""
    found = re.search(r'(?m)^Public Const XLWINGS_VERSION As String = "([^"]+)"', text)
    if found is None:
        raise ValueError("the module xlwings names no version")
    return found[1]
