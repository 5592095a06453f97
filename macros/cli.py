"""genjin ACTION BOOK: the command line. Everything heavy is imported when it is needed."""

import argparse
import datetime as dt
import gc
import importlib
import json
import os
import re
import sys
import time
import warnings
from collections.abc import Callable, Sequence
from typing import TextIO

from macros.answer import Answer
from macros.usage import parse, parser
from workbook.errors import GenjinError

__all__ = ["main", "parser"]
_STEERING = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")
DONE, FOUND_ERRORS, NOT_DONE = 0, 1, 2
CARRIERS = {
    "new": "macros.commands:new", "import": "macros.commands:bring_in", "enter": "macros.commands:enter",
    "history": "macros.commands:history", "adopt": "macros.adopt:adopt", "undo": "macros.commands:undo", "demo": "macros.commands:demo",
    "install": "macros.install:install", "backups": "macros.restoring:backups", "restore": "macros.restoring:restore",
    "doctor": "macros.doctor:doctor", "watch": "macros.watch:watch", "buttons": "macros.buttons_back:buttons_back",
    "send": "macros.mail_commands:send_mail", "eml": "macros.mail_commands:write_mail", "robot": "macros.robot_command:tell",
    "inspect": "macros.inspecting:inspect", "split": "macros.sharing.splitting:split", "merge": "macros.sharing.merging:merge",
    "lint": "macros.lint:lint", "calendar": "macros.commands:calendar", "lists": "macros.commands:lists", "pool": "macros.commands:drops_ahead",
    "proposal": "macros.proposals.making:command", "contract": "macros.contracts.making:command",
    "forget": "macros.privacy.forgetting:forget", "holdings": "macros.privacy.holdings:holdings", "export": "macros.privacy.exporting:export",
    "merge-clients": "macros.clients_alike.merging:merge",
    "report": "macros.reports.making:command", "portrait": "macros.portrait.making:command", "awards": "macros.referrals.making:command",
    "all": "macros.commands:act",
}  # fmt: skip
"""Command -> what carries it out, imported then: doctor has to run where nothing else does. Actions are all carried out alike."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Carry out a command line and return its exit code: 0 done, 1 validate, enter, doctor, lint or inspect found something, 2 not done.

    Where it is not done, one line on stderr says why and what to do; this is the only place where exceptions end.
    """
    began = time.perf_counter()
    if not sys.warnoptions:  # what libraries warn of is for whoever asks for it with python -W
        warnings.showwarning = _unsaid
    in_utf8 = (sys.stdout.encoding or "").lower().replace("-", "") == "utf8"
    for stream in (sys.stdout, sys.stderr):
        _let_speak_chinese(stream)
    given = None
    try:
        given = parse(arguments)
        given.now, given.began, given.in_utf8 = dt.datetime.now().replace(microsecond=0), began, in_utf8
        given.today = given.today or given.now.date()
        return _carry_out(given)
    except GenjinError as refusal:
        if given and given.json:
            print(json.dumps(_as_json(refusal, given), ensure_ascii=not given.in_utf8))
        return _refuse(refusal)
    except BrokenPipeError:  # the reader of a pipe (head, less) went away: nobody is left to be told
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return DONE
    except KeyboardInterrupt:
        return _refuse("命令行: 已中断。工作簿没有写到一半: 用 genjin history BOOK 看这次运行是否已完成。")
    except Exception as problem:
        from macros.mishaps import sentence_of

        return _refuse(sentence_of(problem))


def _let_speak_chinese(stream: TextIO) -> None:
    """Keep a stream's encoding if it knows Chinese (UTF-8, GBK), else take UTF-8; what it cannot say becomes a question mark."""
    if hasattr(stream, "reconfigure"):
        try:
            "跟进→「」㎡".encode(stream.encoding)
            stream.reconfigure(errors="replace")
        except UnicodeEncodeError:
            stream.reconfigure(encoding="utf-8", errors="replace")


def _unsaid(*_: object, **__: object) -> None:
    return


def _as_json(refusal: GenjinError, given: argparse.Namespace) -> dict[str, object]:
    """Return a refusal for programs: what was not done, and why, with its stable code."""
    told = {"where": refusal.where, "what": refusal.what, "do": refusal.do, "code": refusal.code}
    return {"action": given.command, "refused": str(refusal), "code": refusal.code, "items": [told]}


def _shown(text: str) -> str:
    """Return text without what steers a terminal or turns its writing round: names of files, sheets and clients may hold it."""
    return _STEERING.sub("\ufffd", text)


def _refuse(sentence: object) -> int:
    print(_shown(" ".join(str(sentence).splitlines())), file=sys.stderr)
    return NOT_DONE


def _carry_out(given: argparse.Namespace) -> int:
    module, name = CARRIERS.get(given.command, CARRIERS["all"]).split(":")
    carrier: Callable[[argparse.Namespace], Answer] = getattr(importlib.import_module(module), name)
    gc.disable()  # a command lives for seconds and its tables hold no cycles: collecting is a tenth of its time, and frees nothing
    try:
        answer = carrier(given)
    finally:
        gc.enable()
    if aside := getattr(given, "aside", None):
        answer = aside(answer)
    if given.json:
        # escaped where the terminal is not UTF-8, so that a program may decode it either way
        print(json.dumps(answer.as_json, ensure_ascii=not given.in_utf8, allow_nan=False))
    elif not given.quiet:
        print(_shown(answer.text))
    sys.stdout.flush()
    return (
        FOUND_ERRORS
        if given.command in ("validate", "enter", "doctor", "lint", "inspect", "send", "robot", "contract")
        and answer.errors
        else DONE
    )


if __name__ == "__main__":
    sys.exit(main())
