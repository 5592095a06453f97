"""What a press does in VBA: in Excel, whose part runs in pyOpenVBA's interpreter beside a stub of xlwings, and in a real LibreOffice."""

import os
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from pyopenvba.apps.excel import Application, ExcelApplication
from pyopenvba.interpreter._objects import VBAObject, member

from macros.actions import BUTTONS, Button
from macros.vba.__main__ import WORKBOOK
from macros.vba.module import PREFIX, module_text
from workbook.build.ribbon import CALLBACK, ID
from workbook.build.xlwings_sheet import NAME, SETTINGS, WORDS
from workbook.uno.bridge import connect
from workbook.uno.documents import load, url_of
from workbook.uno.launch import launch

every_button = pytest.mark.parametrize("button", BUTTONS, ids=lambda button: button.name)
NO_PYTHON = WORDS["GENJIN NO PYTHON"]
PICKED = "C:\\资料\\客户 é𠮷's.xlsx"
STUB = """\
Public Calls As String
Public Interpreter As String
Public Function RunPython(PythonCommand As String)
    Calls = Calls & PythonCommand & vbLf
End Function
Public Function GetConfig(configKey As String, Optional default As String = "") As Variant
    If configKey = "INTERPRETER_WIN" Then GetConfig = Interpreter
End Function
Public Function FileExists(ByVal FileSpec As String) As Boolean
    FileExists = (FileSpec = "C:\\Genjin\\python.exe")
End Function
Public Sub Install(path As String)
    Interpreter = path
End Sub
"""


class RibbonControl(VBAObject):
    """What Excel hands to the callback of a ribbon."""

    def __init__(self, name: str) -> None:
        self.name = name

    @member(name="ID")
    def id(self) -> str:
        return f"{ID}{self.name}"


@pytest.fixture
def excel() -> ExcelApplication:
    """Excel in memory with our module, an xlwings that only notes, and the sheet xlwings.conf."""
    app = ExcelApplication()
    app.add_workbook()
    app.sheet(1).sheet.vba_set("Name", NAME)
    for row, (key, word) in enumerate({**SETTINGS, **WORDS}.items(), start=1):
        app.sheet(1).set_value(f"A{row}", key)
        app.sheet(1).set_value(f"B{row}", word)
    app.add_module(STUB, name="xlwings")
    app.add_module(module_text().split("\n", 1)[1], name="Genjin")
    app.run("Install", "C:\\Genjin\\python.exe")
    return app


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> Callable[[object], list[tuple[object, ...]]]:
    """Let Excel's file dialog answer something; returns the list of what it is asked."""
    plain = Application.vba_get

    def answering(answer: object) -> list[tuple[object, ...]]:
        seen: list[tuple[object, ...]] = []

        def get(self: Application, name: str, args: Any = (), named: Any = None) -> object:
            if name.lower() != "getopenfilename":
                return plain(self, name, args, named)
            seen.append(tuple(args))
            return answer

        monkeypatch.setattr(Application, "vba_get", get)
        return seen

    return answering


def units(text: str) -> str:
    """Return a text as VBA holds it: a letter beyond the first 65,536 is two."""
    return "".join(map(chr, memoryview(text.encode("utf-16-le")).cast("H")))


def calls(app: ExcelApplication) -> list[str]:
    return str(app.evaluate("Calls")).splitlines()


def call_of(button: Button, path: str) -> str:
    argument = f", '{path.encode('utf-16-be').hex().upper()}'" if button.picks else ""
    return f"from macros.button import press; press('{button.name}'{argument})"


@every_button
def test_a_press_on_a_sheet_in_excel_calls_python(excel, asked, button):
    questions = asked(units(PICKED))
    excel.run(f"{PREFIX}{button.name}")
    assert calls(excel) == [call_of(button, PICKED)]
    assert len(questions) == button.picks
    assert excel.dialogs == []


@every_button
def test_a_press_in_the_ribbon_calls_the_same(excel, asked, button):
    asked(units(PICKED))
    excel.run(CALLBACK, RibbonControl(button.name))
    assert calls(excel) == [call_of(button, PICKED)]


def test_the_file_dialog_shows_what_can_be_imported_and_cancelling_does_nothing(excel, asked):
    questions = asked(False)
    excel.run(f"{PREFIX}import")
    filters = f"{WORDS['GENJIN FILES']},{WORDS['GENJIN PATTERNS']}"
    assert questions == [(filters, 1, WORDS["GENJIN PICK"])]
    assert filters.count(",") == 1, "Excel takes a comma for the end of a name"
    assert (calls(excel), excel.dialogs) == ([], [])


@pytest.mark.parametrize("interpreter", ["", "C:\\Gone\\python.exe"])
def test_without_python_excel_says_what_to_do(excel, interpreter):
    excel.run("Install", interpreter)
    excel.run(f"{PREFIX}due")
    assert calls(excel) == []
    assert [(text, title) for _, text, title, _ in excel.dialogs] == [(NO_PYTHON, "Genjin")]


# LibreOffice: the committed workbook, and in place of Python a script that notes how it was called

NOTE = '#!/bin/sh\nfor word in "$@"; do printf "%s\\n" "$word"; done > "{out}.part"\nmv "{out}.part" "{out}"\n'


class Pressing:
    """An office with the workbook open, in which macros can be called."""

    def __init__(self, document: Any, home: Path) -> None:
        self.document, self.home, self.note = document, home, home / "called"

    def run(self, macro: str, *arguments: object) -> object:
        address = f"vnd.sun.star.script:VBAProject.{macro}?language=Basic&location=document"
        return self.document.getScriptProvider().getScript(address).invoke(arguments, (), ())[0]

    def press(self, name: str) -> list[str]:
        """Press a button and return the words with which Python was started, [] if it was not within two seconds."""
        self.note.unlink(missing_ok=True)
        self.run(f"Genjin.{PREFIX}{name}")
        for _ in range(40):
            if self.note.exists():
                return self.note.read_text("utf-8").splitlines()
            time.sleep(0.05)
        return []

    @property
    def modules(self) -> Any:
        return self.document.BasicLibraries.getByName("VBAProject")


@pytest.fixture(scope="module")
def pressing(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Pressing]:
    """The empty workbook in an office of its own, whose person has a home with a space and Chinese letters in its name."""
    home = tmp_path_factory.mktemp("家 home")
    python = home / "Python 三" / "python"
    python.parent.mkdir()
    python.write_text(NOTE.format(out=home / "called"), "utf-8")
    python.chmod(0o755)
    (home / "python").write_text(f"{python}\n", "utf-8")
    book = home / "门店 一's.xlsm"
    book.write_bytes(WORKBOOK.read_bytes())
    environment = {**os.environ, "GENJIN_HOME": str(home)}
    office = launch(home / "profile", environment=environment)
    yield Pressing(load(office.desktop, url_of(book), hidden=True), home)
    office.close()


@pytest.mark.libreoffice
@pytest.mark.slow
class TestLibreOffice:
    def test_every_module_compiles(self, pressing):
        """One that does not silences all macros, without a message: none of any module says anything then."""
        assert pressing.run("xlwings.GetBaseName", "店.xlsm") == "店"
        pressing.modules.insertByName("Broken", "Option VBASupport 1\nSub a(\nEnd Sub\n")
        try:
            assert pressing.run("xlwings.GetBaseName", "店.xlsm") == "", "the canary sings whatever happens"
        finally:
            pressing.modules.removeByName("Broken")
        assert pressing.run("xlwings.GetBaseName", "店.xlsm") == "店"

    @pytest.mark.parametrize("button", [b for b in BUTTONS if not b.picks], ids=lambda button: button.name)
    def test_a_press_starts_python_for_this_workbook(self, pressing, button):
        words = pressing.press(button.name)
        assert words[:5] == ["-I", "-m", "macros.button", button.name, "--pipe"]
        assert words[6:] == ["--url", pressing.document.URL]

    def test_the_pipe_is_one_and_open(self, pressing):
        pipes = {pressing.press("due")[5], pressing.press("all")[5]}
        assert len(pipes) == 1
        assert connect(pipes.pop(), 50).ServiceManager is not None

    def test_a_picked_file_comes_along_and_a_cancelled_dialog_starts_nothing(self, pressing):
        plain = pressing.modules.getByName("Genjin")
        for path, expected in ((f"{pressing.home}/资料 é𠮷's.csv", True), ("", False)):
            answer = "Private Function PickedInLibreOffice() As String\n"
            changed = plain.replace(answer, f'{answer}    PickedInLibreOffice = "{path}"\n    Exit Function\n')
            assert changed != plain
            pressing.modules.replaceByName("Genjin", changed)
            words = pressing.press("import")
            pressing.modules.replaceByName("Genjin", plain)
            assert bool(words) == expected
            if expected:
                assert words[8] == "--argument"
                assert bytes.fromhex(words[9]).decode("utf-16-be") == path

    @pytest.mark.parametrize("note", [None, "", "/nowhere/python\n"])
    def test_without_python_nothing_is_started(self, pressing, note):
        kept = (pressing.home / "python").read_text("utf-8")
        (pressing.home / "python").unlink()
        if note is not None:
            (pressing.home / "python").write_text(note, "utf-8")
        try:
            assert pressing.press("due") == []
        finally:
            (pressing.home / "python").write_text(kept, "utf-8")
