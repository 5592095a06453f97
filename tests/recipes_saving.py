"""How the cases of saving, backups and the log come about: see recipes.py."""

import datetime as dt
import json
import shutil
import time
from dataclasses import asdict
from pathlib import Path

from macros.commits import commit
from macros.privacy.vacating import vacated
from macros.session import Options, start
from tests.recipes import BOOK, Patch, Recipe, edit, fails, run
from workbook import disk, locks
from workbook.changes import Plan
from workbook.files import FileBook
from workbook.refusals import refused

SAVING_RECIPES: dict[str, Recipe] = {}
LOG = Path("门店.genjin/log.jsonl")


def recipe(function: Recipe) -> Recipe:
    SAVING_RECIPES[function.__name__] = function
    return function


@recipe
def saving_while_a_colleague_does(patch: Patch) -> None:
    theirs = locks.Holder("前台-2", "小王", 77, "", "", "2026-11-20T13:05:00", "theirs")
    locks.lock_file(BOOK).write_text(json.dumps(asdict(theirs)), "utf-8")
    patch.setattr(locks, "STALE_SECONDS", 1e9)
    patch.setattr(locks.locked.__wrapped__, "__defaults__", (0.1,))


@recipe
def saving_while_a_program_holds_the_file(patch: Patch) -> None:
    patch.setattr(disk, "HELD_FILES_CANNOT_BE_REPLACED", True)
    patch.setattr(disk, "swap", fails(PermissionError(13, "used by another process")))
    patch.setattr(time, "sleep", lambda _: None)


@recipe
def saving_without_room(patch: Patch) -> None:
    patch.setattr(shutil, "disk_usage", lambda _: type("Usage", (), {"free": 1 << 19})())
    patch.setattr(
        disk, "SPARE_BYTES", 3 << 19
    )  # a workbook of a megabyte, more or less, is then far from the next whole one


@recipe
def saving_would_lock_a_colleague_out(patch: Patch) -> None:
    patch.setattr(disk, "give_the_same_access", fails(refused(BOOK.name, "ACCESS_LOST")))  # how: test_workbook_access


@recipe
def restore_of_a_day_without_a_backup(_: Patch) -> None:
    run("grade", BOOK)


@recipe
def undo_of_a_restore_after_somebody_wrote(_: Patch) -> None:
    run("grade", BOOK)
    run("due", BOOK)
    run("restore", BOOK, "2")
    edit("客户", "姓名", 2, "改过")


@recipe
def undo_of_a_restore_of_a_lost_workbook(_: Patch) -> None:
    run("grade", BOOK)
    BOOK.unlink()
    run("restore", BOOK)


def change_log(change: object) -> None:
    run("grade", BOOK)
    run("due", BOOK)
    lines = LOG.read_bytes().splitlines(keepends=True)
    LOG.write_bytes(b"".join(change(lines)))  # type: ignore[operator]


@recipe
def log_with_a_line_changed(_: Patch) -> None:
    change_log(lambda lines: [*lines[:3], lines[3].replace(b'"changed":', b'"changed":1'), *lines[4:]])


@recipe
def log_with_a_line_taken_out(_: Patch) -> None:
    change_log(lambda lines: [lines[0], *lines[2:]])


@recipe
def saving_while_a_colleague_has_it_open_in_excel(_: Patch) -> None:
    name = "王小明"
    one_byte = name.encode("gbk")
    beside = (
        bytes([len(one_byte)])
        + one_byte.ljust(54)
        + len(name).to_bytes(2, "little")
        + name.ljust(54).encode("utf-16-le")
    )
    Path("~$门店.xlsx").write_bytes(beside)


@recipe
def gone_with_a_backup(_: Patch) -> None:
    run("grade", BOOK)
    run("due", BOOK)
    BOOK.unlink()


@recipe
def log_that_is_gone(_: Patch) -> None:
    run("grade", BOOK)
    run("due", BOOK)
    shutil.rmtree("门店.genjin")


@recipe
def undo_into_a_row_that_is_taken(_: Patch) -> None:
    session = start(FileBook(BOOK), Options(dt.date(2026, 11, 20), dt.datetime(2026, 11, 20, 9)))
    last = session.tables["clients"].index.max()
    commit(session, "merge", Plan([*vacated(session.tables.layouts["clients"], [last], session.book)]))
    edit("客户", "姓名", last, "后来的人")


@recipe
def undo_of_a_look_at_data(_: Patch) -> None:
    run("holdings", BOOK, "--client", "C000001")
