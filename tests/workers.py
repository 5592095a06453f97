"""A worker with a handler of the test's own, in a thread or in a process, so that no test needs a spreadsheet program."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Thread

from macros.wire import CARD_NAME, Card, Line, greet, read_card
from macros.worker import Handler, Patience, serve

QUICK = Patience(idle=30, own=0.02, beat=0.02, greet=1, go=1, poll=0.01)
"""Less patience than with a person's slow computer, but enough for one that runs other tests meanwhile."""

PROCESS = """
import sys, time
from pathlib import Path
from macros.worker import Patience, serve
done = Path(sys.argv[1], "done.txt")
def press(message):
    with done.open("a") as stream:
        stream.write(message["press"] + chr(10))
    time.sleep(float(message.get("seconds", 0)))
    return "from " + sys.argv[2]
serve(lambda: press, Path(sys.argv[1]), Patience(idle=20, own=0.05, beat=0.05, poll=0.02))
"""


def soon(told: Callable[[], object], seconds: float = 30) -> object:
    """Wait until something is the case, and return it."""
    until = time.monotonic() + seconds
    while not (found := told()):
        assert time.monotonic() < until, "it never came to that"
        time.sleep(0.005)
    return found


class Running:
    """A worker in a thread; `reason` is why it ended."""

    def __init__(self, handler: Handler, folder: Path, patience: Patience = QUICK) -> None:
        self.folder, self.reason = folder, ""
        self._given = handler, patience
        self.thread = Thread(target=self._serve)
        self.thread.start()

    def _serve(self) -> None:
        handler, patience = self._given
        self.reason = serve(lambda: handler, self.folder, patience)

    def ended(self) -> str:
        self.thread.join(30)
        assert not self.thread.is_alive()
        return self.reason


@contextmanager
def working(folder: Path, handler: Handler, patience: Patience = QUICK) -> Iterator[Card]:
    """A worker that has written its card, until the block is left."""
    running = Running(handler, folder, patience)
    try:
        yield soon(lambda: read_card(folder))
    finally:
        (folder / CARD_NAME).unlink(missing_ok=True)
        running.ended()


_LINES: list[Line] = []


def greeted(card: Card) -> Line:
    """A connection to a worker, to be closed with `hang_up` at the end of the test."""
    line = greet(card)
    assert line is not None
    _LINES.append(line)
    return line


def hang_up() -> None:
    while _LINES:
        _LINES.pop().close()


def told(line: Line, press: str = "due", **more: object) -> str:
    """Send a press, agree to it, and return what it left unsaid."""
    line.send({"press": press, **more})
    until(line, "turn")
    line.send({"go": True})
    return str(until(line, "done")["unsaid"])


def until(line: Line, state: str) -> dict[str, object]:
    """Read on until the worker says this state."""
    while (heard := line.receive(5))["state"] != state:
        pass
    return dict(heard)


@contextmanager
def processes(folder: Path) -> Iterator[Callable[[Path], Callable[[], int | None]]]:
    """What starts workers as processes of their own, named "worker 1", "worker 2"...; all are ended when the block is left."""
    started: list[subprocess.Popen[bytes]] = []

    def start(_: Path) -> Callable[[], int | None]:
        name = f"worker {len(started) + 1}"
        started.append(subprocess.Popen([sys.executable, "-c", PROCESS, str(folder), name]))
        return started[-1].poll

    try:
        yield start
    finally:
        for process in started:
            process.kill()
            process.wait()


def stop(card: Card, how: signal.Signals = signal.SIGKILL) -> None:
    os.kill(card.pid, how)
