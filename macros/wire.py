"""What the button's short process and the warm worker say to each other: one JSON object a line, over this computer's loopback only.

    button                                     worker
    {"token": ...}                         ->                                    only who can read worker.json knows it
                                           <-  {"answer": ...}                   and only the worker that wrote it knows this
    {"press": ..., "argument": ..., ...}   ->  or {"end": true}, after an upgrade
                                           <-  {"state": "waiting"}              every second
                                           <-  {"state": "turn"}
    {"go": true}                           ->                                    from here on the press is the worker's alone
                                           <-  {"state": "working"}              every second
                                           <-  {"state": "done", "unsaid": ...}

A button that hears nothing before its "go" hangs up and does the press itself; the worker then finds nobody to say "go" and leaves it.
Nothing is ever done twice. Only the standard library is imported here: these imports are a part of every click.
"""

import json
import os
import socket
import stat
import sys
import time
from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

from macros.userfolder import user_folder

ROOT = Path(__file__).resolve().parent.parent
HOST = "127.0.0.1"
CARD_NAME = "worker.json"
BEAT_SECONDS = 1.0  # a sign of life of the worker
SILENT_SECONDS = (
    10.0  # longer than one call into a library that keeps all other threads waiting; a dead worker is noticed at once
)
GREET_SECONDS = 3.0
LINE_LIMIT = 1 << 18  # bytes; the longest path that Windows knows is 32,767 characters, six bytes each in JSON
GREETING_LIMIT = 1 << 10

Message = Mapping[str, object]


def own_folder() -> Path:
    """Return the person's folder, made if needed and closed to others. Raises OSError where that cannot be."""
    folder = user_folder()
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    if sys.platform != "win32" and folder.stat().st_mode & 0o077:
        folder.chmod(0o700)  # made by hand, or by a program that did not think of it
    return folder


class Card(NamedTuple):
    """What worker.json says: where the worker listens, how both prove themselves, and of which installation it is."""

    port: int
    token: str
    answer: str
    fingerprint: str
    pid: int


def read_card(folder: Path) -> Card | None:
    """Return what the folder's worker.json says, None where there is none, it is damaged, or others than its owner may read it."""
    try:
        handle = os.open(folder / CARD_NAME, os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0))
        with open(handle, encoding="utf-8") as stream:
            if not _private(os.fstat(handle)):
                return None
            said = json.loads(stream.read(LINE_LIMIT))
        card = Card(**said)
    except (OSError, ValueError, TypeError, RecursionError):
        return None
    whole = all(isinstance(value, kind) for value, kind in zip(card, (int, str, str, str, int), strict=True))
    return card if whole and 0 < card.port < 65536 else None


def withdraw(card: Card, folder: Path) -> None:
    """Remove worker.json where it still says what the card says: the worker that wrote it ends as soon as it looks."""
    if read_card(folder) == card:
        (folder / CARD_NAME).unlink(missing_ok=True)


def _private(about: os.stat_result) -> bool:
    """Tell whether a file is this person's alone. On Windows the rights of the profile folder see to that."""
    if sys.platform == "win32":
        return True
    return about.st_uid == os.geteuid() and not stat.S_IMODE(about.st_mode) & 0o077


def fingerprint(root: Path = ROOT) -> str:
    """Return what changes with every upgrade, of Genjin as of a library: the same in all processes of one installation.

    A version number would miss an edited file and costs 20 ms to look up; number, size and newest date of our files cost 2.
    """
    count, size, newest = 0, 0, 0
    folders = [str(root / name) for name in ("workbook", "macros", "templates")]
    while folders:
        with os.scandir(folders.pop()) as entries:
            for entry in entries:
                if entry.is_dir():
                    folders += [entry.path] * (entry.name != "__pycache__")
                elif not entry.name.startswith("."):
                    about = entry.stat()
                    count, size, newest = count + 1, size + about.st_size, max(newest, about.st_mtime_ns)
    libraries = [os.stat(path).st_mtime_ns for path in _library_folders()]
    return f"{sys.version_info[:3]} {sys.prefix} {count} {size} {newest} {max(libraries, default=0)}"


def _library_folders() -> list[str]:
    """Return where pip installs: such a folder's date changes with each package that comes or goes."""
    inside = [path for path in sys.path if path.startswith(sys.prefix) and os.path.isdir(path)]
    return [path for path in inside if os.path.basename(path) in ("site-packages", "dist-packages")]


class Line:
    """A connection on which both ends send one JSON object a line."""

    def __init__(self, connection: socket.socket) -> None:
        self._connection, self._rest = connection, b""

    def send(self, message: Message) -> None:
        """Send a message. Raises OSError where nobody listens."""
        self._connection.settimeout(SILENT_SECONDS)
        self._connection.sendall(json.dumps(message).encode("ascii") + b"\n")

    def receive(self, seconds: float, limit: int = LINE_LIMIT) -> Message:
        """Return the next message. Raises OSError on silence, on the end, and on what is no message of at most `limit` bytes."""
        until = time.monotonic() + seconds
        while b"\n" not in self._rest:
            if len(self._rest) > limit:
                raise ConnectionError("a line without end")
            self._connection.settimeout(max(until - time.monotonic(), 0.001))
            piece = self._connection.recv(1 << 16)
            if not piece:
                raise ConnectionError("the other end is gone")
            self._rest += piece
        line, _, self._rest = self._rest.partition(b"\n")
        return _message(line, limit)

    def close(self) -> None:
        """End the connection."""
        self._connection.close()


def _message(line: bytes, limit: int) -> Message:
    try:
        message = json.loads(line) if len(line) <= limit else None
    except (ValueError, RecursionError):
        message = None
    if not isinstance(message, dict):
        raise ConnectionError("no message")
    return message


def greet(card: Card) -> Line | None:
    """Return a connection to the worker of a card, None where it is not there: dead, hung, or another program on its port.

    The other end learns nothing but the token, which is worth nothing once its worker is gone. Comparing the answer needs no constant time: a
    stranger on the port has one guess a click.
    """
    try:
        line = Line(socket.create_connection((HOST, card.port), GREET_SECONDS))
    except OSError:
        return None
    try:
        line.send({"token": card.token})
        if line.receive(GREET_SECONDS, GREETING_LIMIT).get("answer") == card.answer:
            return line
    except OSError:
        pass
    line.close()
    return None
