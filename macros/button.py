"""The button's own process, started by each click: hands the press to the warm worker, or does it itself where there is none.

Excel:        RunPython "from macros.button import press; press('<name>', '<argument>')"
LibreOffice:  python -I -m macros.button <name> --pipe <pipe> --url <url> [--argument <argument>]

An argument is the path of a picked file as hexadecimal UTF-16 units, four digits each: that passes through VBA, Basic, a command line and a shell
unharmed. Everything here is loaded with every click: only the standard library, and little of that.
"""

import os
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from pathlib import Path

from macros.wire import SILENT_SECONDS, Line, Message, fingerprint, greet, own_folder, read_card, withdraw

SWITCH = "GENJIN_NO_WORKER"
LOG_NAME = "错误.txt"
START_SECONDS = 8.0  # a worker listens 0.2 s after its start; a virus scanner may look at Python first
OK_BUTTON = 1  # com.sun.star.awt.MessageBoxButtons.BUTTONS_OK
LOST = "跟进: 后台程序中途停了, 这次按下可能只做了一部分。请先看一下结果, 再按一次按钮, 或用「撤销」放回去。"
GARBLED = "跟进: 按钮传来的文件名读不出来。请把文件放到名字简短的文件夹里, 再按一次。"


Start = Callable[[Path], Callable[[], int | None]]


class Unreachable(Exception):
    """There is no worker that would do this press; none has begun it."""


def press(name: str, argument: str = "") -> None:
    """Do what a button does, for Excel's RunPython, which put into sys.argv which workbook it is.

    Raises SystemExit where something is left that the person was not told: Excel then shows what stands in the error output.
    """
    if unsaid := _pressed(name, argument, {"program": "excel", "argv": sys.argv}):
        print(unsaid, file=sys.stderr)
        raise SystemExit(1)


def main(argv: Sequence[str]) -> int:
    """Do what a button does in LibreOffice; return 0 where the person was told how it went, else 1.

    Excel for Windows may call it as well (RunFrozenPython adds --wb=... and so on): RunPython loads all of xlwings before it gets here.
    """
    said = dict(zip(argv[1::2], argv[2::2], strict=False))
    pipe = said.get("--pipe", "")
    caller: dict[str, object] = {"program": "libreoffice", "pipe": pipe, "url": said.get("--url", "")}
    if any(word.startswith("--wb=") for word in argv):
        caller = {"program": "excel", "argv": list(argv)}
    unsaid = _pressed(argv[0] if argv else "", said.get("--argument", ""), caller)
    if not unsaid:
        return 0
    print(unsaid, file=sys.stderr)
    if pipe:
        _show(pipe, unsaid)
    return 1


def _show(pipe: str, text: str) -> None:
    """Show a text in a message box of LibreOffice, whose macro has no eyes for the error output; else it is in the log only."""
    from macros.mishaps import write_down

    try:
        from workbook.uno.bridge import connect, desktop_of
        from workbook.uno.documents import message

        window = desktop_of(connect(pipe, attempts=1)).getCurrentFrame().getContainerWindow()
        message(window, text, "Genjin 跟进", OK_BUTTON, "ERRORBOX")
    except Exception as problem:  # the office is gone: nobody is left to be told
        problem.add_note(text)
        write_down(problem)


def _pressed(name: str, argument: str, caller: Mapping[str, object]) -> str:
    """Do the press; return what the person still has to be told."""
    try:
        message = {"press": name, "argument": decoded(argument), **caller}
    except ValueError:
        return GARBLED
    try:
        return through_worker(message, own_folder(), start_worker)
    except (Unreachable, OSError):
        from macros.worker_desk import Desks

        return Desks().press(message)


def decoded(argument: str) -> str:
    """Return the text of hexadecimal UTF-16 units. Raises ValueError where it is none."""
    return bytes.fromhex(argument).decode("utf-16-be")


def through_worker(message: Message, folder: Path, start: Start) -> str:
    """Let the worker do a press, and return what the person still has to be told. Raises Unreachable where nothing was begun."""
    if os.environ.get(SWITCH) == "1":
        raise Unreachable(SWITCH)
    line = _reach(folder, start)
    try:
        _wait_for_turn(line, message)
        return _wait_for_end(line)
    finally:
        line.close()


def _wait_for_turn(line: Line, message: Message) -> None:
    """Return when the worker is about to begin. Raises Unreachable where it does not come to that."""
    try:
        line.send(message)
        while line.receive(SILENT_SECONDS).get("state") != "turn":
            pass
    except OSError as problem:
        raise Unreachable(str(problem)) from problem


def _wait_for_end(line: Line) -> str:
    """Let the worker begin and return what it leaves unsaid: from here on nobody else may do the press."""
    try:
        line.send({"go": True})
        while (heard := line.receive(SILENT_SECONDS)).get("state") != "done":
            pass
    except OSError:
        return LOST
    return str(heard.get("unsaid", ""))


def _reach(folder: Path, start: Start) -> Line:
    """Return a connection to a worker of this installation, started if needed. Raises Unreachable where there is none in time."""
    mine, card = fingerprint(), read_card(folder)
    if card:
        line = greet(card)
        if line and card.fingerprint == mine:
            return line
        if line:
            _end(line)  # an upgrade has come in between
        withdraw(card, folder)
    ended = start(folder)
    until = time.monotonic() + START_SECONDS
    while time.monotonic() < until and not ended():
        card = read_card(folder)
        if card and card.fingerprint == mine and (line := greet(card)):
            return line
        time.sleep(0.01)
    raise Unreachable("no worker came up")


def _end(line: Line) -> None:
    """Ask a worker to end; it does so after the press that it is at."""
    with suppress(OSError):  # gone in this very moment: that is all that was asked
        line.send({"end": True})
    line.close()


def start_worker(folder: Path) -> Callable[[], int | None]:
    """Start the worker's process, which outlives this one and keeps nothing of it; return what tells its exit code, None while it runs.

    Raises OSError where it cannot be started.
    """
    import subprocess

    log = os.open(folder / LOG_NAME, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    flags = 0
    if sys.platform == "win32":
        flags = subprocess.DETACHED_PROCESS | subprocess.CREATE_NO_WINDOW
    try:
        return subprocess.Popen(
            [sys.executable, "-I", "-m", "macros.worker"],
            cwd=folder,  # a process keeps its folder from being deleted on Windows: not the workbook's
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            start_new_session=True,
            creationflags=flags,
        ).poll
    finally:
        os.close(log)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
