"""The VBA behind the buttons: its text, other people's modules, the project made of them, what a scanner sees in the workbook."""

import re
import tomllib
from importlib.metadata import version
from pathlib import Path

import olefile
import pytest
from pyopenvba import ExcelFile

from macros.actions import BUTTON, BUTTONS
from macros.vba import project_bytes
from macros.vba.__main__ import FOLDER, SHEETS, WORKBOOK, file_of, texts
from macros.vba.foreign import for_both, version_of
from macros.vba.module import PREFIX, module_text
from macros.vba.project import NO_P_CODE, project_of

every_module = pytest.mark.parametrize("module", ["Genjin", "xlwings", "Dictionary"])
ROOT = Path(__file__).resolve().parent.parent


@every_module
def test_the_texts_are_what_the_generator_writes(module):
    assert file_of(module).read_text("ascii") == texts()[module], "run: python -m macros.vba"


def test_the_project_is_made_of_these_texts_and_the_same_every_time():
    assert project_bytes() == project_of(texts(), SHEETS), "run: python -m macros.vba"


def test_a_button_has_a_macro_and_no_macro_is_without_a_button():
    macros = re.findall(rf"(?m)^Public Sub {PREFIX}(\w+)\(\)$", module_text())
    assert macros == [button.name for button in BUTTONS]


def test_only_the_buttons_that_ask_for_a_file_ask_for_one():
    assert re.findall(r"(?m)^        Case (.+)$", module_text()) == ['"import"']
    assert 'Case ""' in module_text([BUTTON["all"]])


@every_module
def test_no_module_has_what_libreoffice_cannot_read(module):
    text = file_of(module).read_text("ascii")
    assert "Option Explicit" not in text
    assert "#If App" not in text
    code = [line.strip() for line in text.split("\n")]
    assert sum(line.startswith("#If ") for line in code) == code.count("#End If")


def test_the_version_of_the_vba_is_that_of_the_installed_and_of_the_pinned_xlwings():
    pinned = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]["dependencies"]
    said = version_of(file_of("xlwings").read_text("ascii"))
    assert said == version("xlwings")
    assert f"xlwings=={said}" in pinned
    with pytest.raises(ValueError, match="no version"):
        version_of("")


def test_other_peoples_work_keeps_its_notices_and_says_that_it_was_changed():
    licences = (FOLDER / "LICENSES.txt").read_text("utf-8")
    for module, words in {"xlwings": "BSD 3-clause license", "Dictionary": "(c) Tim Hall"}.items():
        text = file_of(module).read_text("ascii")
        assert words in text
        assert "Changed for Genjin" in text
        assert file_of(module).name in licences
    assert "Redistributions in binary form" in licences
    assert "The above copyright notice and this permission notice" in licences


def test_xlwings_that_reads_otherwise_than_known_is_refused():
    with pytest.raises(ValueError, match="has xlwings changed"):
        for_both("xlwings", "Sub a()\nEnd Sub\n")


BRANCHES = """\
#If App = "Microsoft Excel" Then
excel
#If Mac Then
mac
#Else
windows
#End If
#ElseIf App = "Microsoft Word" Then
word
#Else
other
#End If
#If App = "Microsoft Word" Then
word
#Else
not word
#End If
"""


def test_what_depends_on_the_program_is_resolved_and_nothing_else(monkeypatch):
    monkeypatch.setattr("macros.vba.foreign._CHANGES", {"x": ()})
    kept = "excel\n#If Mac Then\nmac\n#Else\nwindows\n#End If\nnot word\n"
    assert for_both("x", BRANCHES) == kept


# The project in the file


def test_the_project_is_source_only():
    streams = olefile.OleFileIO(project_bytes())
    names = {"/".join(path) for path in streams.listdir()}
    assert streams.openstream("VBA/_VBA_PROJECT").read() == NO_P_CODE == bytes.fromhex("CC 61 FF FF 00 00 00")
    assert not any("__SRP" in name for name in names)
    streams.close()
    with ExcelFile(str(WORKBOOK)) as book:
        assert {module.text_offset for module in book.vba_project().modules} == {0}, "p-code in front of a source"
        assert book.validate() == []


def test_the_sheets_of_the_workbook_are_the_modules_of_the_project():
    with ExcelFile(str(WORKBOOK)) as book:
        sheets = [f"Sheet{number}" for number in range(1, SHEETS + 1)]
        assert book.module_names() == ["ThisWorkbook", *sheets, "Genjin", "xlwings", "Dictionary"]


EXPLAINED = {
    "shell": "ours starts Python in LibreOffice", "WScript.Shell": "xlwings starts Python in Excel", "run": "the same",
    "applescript": "xlwings starts Python on a Mac", "MacScript": "the same", "system": "the same", "dylib": "the same", "libc.dylib": "the same",
    "command": "the words with which Python is started", "Exec": "runs Python code, in xlwings", "call": "VBA's own word",
    "CreateObject": "WScript.Shell and Scripting.Dictionary, in xlwings", "Lib": "xlwings' library for functions in cells: not used",
    "VBProject": "xlwings' import of functions in cells: not used", "VBComponents": "the same",
    "Environ": "where the person's folder is", "ExpandEnvironmentStrings": "%USERPROFILE% in xlwings' settings", "environment": "a comment",
    "open": "xlwings' settings and its log", "Kill": "xlwings' log after it was shown", "binary": "the licence", "Windows": "the licence",
    "Chr": "a quotation mark, in xlwings", "Hex Strings": "a number in a link", "Base64 Strings": "names",
}  # fmt: skip
"""What a scanner for malicious macros remarks, and why it is there."""


@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_a_scanner_sees_our_sources_and_nothing_that_is_not_explained():
    from oletools.olevba import VBA_Parser  # warns of itself when it is imported

    scanner = VBA_Parser(str(WORKBOOK))
    found = {Path(name).stem: code for _, _, name, code in scanner.extract_macros()}
    ours = {name: code for name, code in found.items() if not re.fullmatch(r"Sheet\d+|ThisWorkbook", name)}
    assert {name: _lines(code) for name, code in ours.items()} == {name: _lines(text) for name, text in texts().items()}
    assert all(_lines(found[name]) == [] for name in set(found) - set(ours)), "code behind a sheet"
    remarks = {(kind, word) for kind, word, _ in scanner.analyze_macros() if kind in ("AutoExec", "Suspicious")}
    scanner.close()
    assert {word for kind, word in remarks if kind == "AutoExec"} == set()
    assert {word for _, word in remarks} == set(EXPLAINED)


def _lines(code: str) -> list[str]:
    """The lines that are code: olevba leaves the attributes out."""
    lines = code.replace("\r\n", "\n").split("\n")
    return [line for line in lines if line.strip() and not line.startswith("Attribute VB_")]
