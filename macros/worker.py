"""The warm worker: a process that already has Python, pandas and what it knows of the open workbooks in memory, and does presses.

`python -I -m macros.worker`, started by the first press. One per person: whoever writes worker.json last is the worker, the others see that and
end. It listens on the loopback interface alone, does one press at a time on its main thread (COM and UNO both want one), and ends
when idle. Nothing depends on it: see macros.button.
"""

import gc
import hmac
import json
import os
import queue
import secrets
import socket
import socketserver
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from threading import Event, Thread

from macros.wire import (
    BEAT_SECONDS,
    CARD_NAME,
    GREET_SECONDS,
    GREETING_LIMIT,
    HOST,
    SILENT_SECONDS,
    Card,
    Line,
    Message,
    fingerprint,
    greet,
    own_folder,
    read_card,
    withdraw,
)

Handler = Callable[[Message], str]
"""Does a press and returns what the person still has to be told, "" where nothing is left unsaid. Runs on one thread, always the same."""


@dataclass(frozen=True)
class Patience:
    """How long the worker waits, in seconds. `idle` is longer than a viewing keeps an agent away and shorter than a lunch: up to
    400 MB, with a store's workbook, are then given back, and the next click costs a start (the first click of bench/button.py).
    """

    idle: float = 30 * 60
    own: float = 30
    beat: float = BEAT_SECONDS
    greet: float = GREET_SECONDS
    go: float = SILENT_SECONDS
    poll: float = 0.5


class Job:
    """A press on its way from its connection's thread to the main thread and back."""

    def __init__(self, message: Message) -> None:
        self.message, self.agreed, self.unsaid = message, False, ""
        self.turn, self.answered, self.done, self.told = Event(), Event(), Event(), Event()

    def run(self, handler: Handler) -> None:
        """Do the press if the button still waits for it; the main thread's part."""
        self.turn.set()
        self.answered.wait()
        if self.agreed:
            self.unsaid = _safely(handler, self.message)
            self.done.set()
            self.told.wait(BEAT_SECONDS)  # before this thread tidies up, or ends the process


def _safely(handler: Handler, message: Message) -> str:
    """Return what the handler returns. A defect of one press must not take the worker from the next: this is an outermost boundary."""
    try:
        return handler(message)
    except Exception as problem:
        from macros.mishaps import sentence_of

        return str(sentence_of(problem))


class Worker(socketserver.ThreadingTCPServer):
    """Listens, speaks with the buttons, each on a thread of its own, and hands their presses to `run`."""

    daemon_threads = True
    block_on_close = False
    request_queue_size = 128  # strangers who say nothing for three seconds must not keep a button out

    def __init__(self, patience: Patience) -> None:
        super().__init__((HOST, 0), _Conversation)
        self.patience = patience
        self.jobs: queue.SimpleQueue[Job | None] = queue.SimpleQueue()
        self.card = Card(
            self.server_address[1], secrets.token_hex(32), secrets.token_hex(32), fingerprint(), os.getpid()
        )

    def server_bind(self) -> None:
        """Bind the port; on Windows no other program may then bind it as well, which it otherwise might."""
        if sys.platform == "win32":
            self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_EXCLUSIVEADDRUSE, 1)
        super().server_bind()

    def knows(self, token: object) -> bool:
        """Tell whether this is the token, in a time that does not depend on how much of it is right."""
        said = token.encode("utf-8", "surrogatepass") if isinstance(token, str) else b""
        return hmac.compare_digest(said, self.card.token.encode())

    def run(self, handler: Handler, folder: Path) -> str:
        """Do the presses one after the other; return why that ended: idle, replaced (worker.json is gone or another's), asked."""
        last = time.monotonic()
        while left := max(last + self.patience.idle - time.monotonic(), 0):
            try:
                job = self.jobs.get(timeout=min(left, self.patience.own))
            except queue.Empty:
                if read_card(folder) != self.card:
                    return "replaced"
                continue
            if job is None:
                return "asked"
            job.run(handler)
            if not gc.isenabled():
                gc.collect()  # now, when nobody waits for it
            last = time.monotonic()
        return "idle"


class _Conversation(socketserver.BaseRequestHandler):
    """What is spoken with one button. Who does not know the token, or says what is not in macros.wire, is hung up on without a word."""

    server: Worker

    def handle(self) -> None:
        line, patience = Line(self.request), self.server.patience
        try:
            token = line.receive(patience.greet, GREETING_LIMIT).get("token")
            if not self.server.knows(token):
                return
            line.send({"answer": self.server.card.answer})
            message = line.receive(patience.greet)
            if message.get("end") is True:
                self.server.jobs.put(None)
            elif isinstance(message.get("press"), str):
                self._press(line, Job(message))
        except OSError:
            return  # the button is gone, or this is none

    def _press(self, line: Line, job: Job) -> None:
        """Keep the button company until its press is done."""
        patience = self.server.patience
        self.server.jobs.put(job)
        try:
            while not job.turn.wait(patience.beat):
                line.send({"state": "waiting"})
            line.send({"state": "turn"})
            job.agreed = line.receive(patience.go).get("go") is True
        finally:
            job.answered.set()
        try:
            while job.agreed and not job.done.wait(patience.beat):
                line.send({"state": "working"})
            line.send({"state": "done", "unsaid": job.unsaid})
        finally:
            job.told.set()


def publish(card: Card, folder: Path) -> None:
    """Write worker.json in one step, for nobody else to read. Raises OSError where the folder cannot be written."""
    new = folder / f"{CARD_NAME}.{secrets.token_hex(4)}"
    handle = os.open(new, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with open(handle, "w", encoding="ascii") as stream:
            json.dump(card._asdict(), stream)
        os.replace(new, folder / CARD_NAME)
    finally:
        new.unlink(missing_ok=True)


def serve(make_handler: Callable[[], Handler], folder: Path, patience: Patience) -> str:
    """Be the worker until that ends, and return why. `make_handler` may take its time: buttons are answered already meanwhile."""
    with Worker(patience) as worker:
        speaking = Thread(target=worker.serve_forever, args=(patience.poll,), daemon=True)
        publish(worker.card, folder)
        speaking.start()
        try:
            return worker.run(make_handler(), folder)
        finally:
            withdraw(worker.card, folder)
            worker.shutdown()


def _warm() -> Handler:
    """Return what does presses, with everything imported that the first would have to wait for."""
    from macros.worker_desk import Desks, warm_up

    warm_up()
    gc.collect()
    gc.freeze()  # modules stay for good: collecting need not walk them again
    gc.disable()  # collecting amid the cells of a store takes a third of a press; `run` does it after each
    return Desks().press


def main() -> int:
    """Be the worker of this person, unless there is one of the same installation already."""
    folder = own_folder()
    card = read_card(folder)
    there = greet(card) if card and card.fingerprint == fingerprint() else None
    if there:
        there.close()
    else:
        serve(_warm, folder, Patience())
    return 0


if __name__ == "__main__":
    sys.exit(main())
