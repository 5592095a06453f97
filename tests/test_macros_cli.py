"""The command line as a contract: keys and types of --json, exit codes, silence, and Chinese throughout."""

import datetime as dt
import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from macros.actions import ACTIONS
from macros.cli import main
from macros.usage import COMMANDS, parser
from tests.commands import TODAY, genjin, said
from workbook.files import FileBook
from workbook.forms import CONTACT, OBJECT

ROOT = Path(__file__).resolve().parent.parent
NAMES = [action.name for action in ACTIONS]
ENVELOPE = {
    "action": str, "book": str, "run": (int, type(None)), "today": str, "seconds": float, "changed": int, "findings": dict,
}  # fmt: skip
ITEMS: dict[str, dict[str, Any]] = {
    "validate": dict.fromkeys(("sheet", "cell", "column", "check", "severity", "message"), str),
    "grade": {"client_id": str, "grade": str, "score": int, "reasons": list},
    "due": {"client_id": str, "who": str, "due": str, "overdue_days": int, "what": str, "reason": str},
    "match": {
        "req_id": str, "listing_id": str, "rank": int, "score": (int, float), "hard": (bool, int, str), "why": (str, list),
        "gaps": (str, list), "unknowns": (str, list),
    },
    "duplicates": {
        "score": int, "verdict": str, "state": str, "first": str, "second": str, "why": str, "keep": str, "first_cell": str,
        "second_cell": str, "first_id": str, "second_id": str, "note": str,
    },
    "messages": {"client_id": str, "template": str, "channel": str},
    "report": {"files": list},
    "deals": {"deal_id": str, "step": str, "who": str, "plan_on": str, "late_days": int, "waits": list, "blocker": str},
    "commission": {"deal": str, "role": str, "person": str, "pct": (int, float), "fen": int, "formula": str, "cell": str},
    "handover": {"from_name": str, "sheet": str, "row_id": str, "role": str, "what": str, "cells": str, "proposed": str, "reason": str},
    "enter": {"form": str, "saved": bool, "run": (int, type(None)), "text": str, "problems": list},
    "import": {
        "file": str, "sheet": str, "rows": int, "imported": int, "duplicates": int, "refused": list, "mapped": dict, "unmapped": list,
    },
    "history": {"run": int, "action": str, "at": str, "changed": int, "undone": bool},
    "undo": {"sheet": str, "cell": str, "expected": str, "found": str},
}  # fmt: skip


def check_envelope(answer: dict[str, Any], action: str, optional: tuple[str, ...] = ()) -> None:
    """Hold the object against the contract: exactly these keys, of these types, and what must be true of their values."""
    assert set(answer) - {"code", "items", *optional} == set(ENVELOPE)
    for key, kind in ENVELOPE.items():
        assert isinstance(answer[key], kind), key
    assert answer["action"] == action
    assert answer["seconds"] > 0
    assert answer["changed"] >= 0
    assert dt.date.fromisoformat(answer["today"]) == dt.date.fromisoformat(TODAY)
    assert list(answer["findings"]) == ["error", "warning", "info"]
    assert all(type(count) is int for count in answer["findings"].values())


def check_items(action: str, items: list[dict[str, Any]]) -> None:
    for item in items:
        for key, kind in ITEMS[action].items():
            assert isinstance(item[key], kind), (key, item)
            assert kind is not int or type(item[key]) is int, (key, item)


@pytest.mark.parametrize(
    "action", [name for name in NAMES if name not in ("all", "whatif", "backtest", "duplicates", "viewings")]
)
def test_an_action_answers_with_one_object_of_the_documented_keys_and_types(
    action: str, book: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    answer = genjin(capsys, action, book, code=1 if action == "validate" else 0)
    check_envelope(answer, action, ("files",) if action in ("report", "commission") else ())
    assert answer["items"]
    check_items(action, answer["items"])
    assert answer["run"] == 1
    if action == "messages":
        assert all(("text" in item) != ("skipped" in item) for item in answer["items"])
    if action == "due":
        assert all(dt.date.fromisoformat(item["due"]) for item in answer["items"])
    if action == "validate":
        counts = [sum(item["severity"] == key for item in answer["items"]) for key in answer["findings"]]
        assert counts == list(answer["findings"].values())


TWICE = (
    "交易,小区,栋,单元,室号,用途,室,厅,建筑面积,所在层,总层,挂牌价,状态\n"
    "售,云杉里,7,1,1203,住宅,3,2,118.6,12,18,655,在售\n"
    "售,云杉里,7号楼,1单元,1203室,住宅,3,2,118.6,12,18,655,在售\n"
)


@pytest.mark.requirement("F2")
def test_duplicates_lists_the_pairs_to_be_decided(
    book: Path, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    assert genjin(capsys, "duplicates", book)["items"] == []
    (tmp_path / "homes.csv").write_text(TWICE, "utf-8")
    genjin(capsys, "import", tmp_path / "homes.csv", "--into", book)
    answer = genjin(capsys, "duplicates", book)
    check_envelope(answer, "duplicates")
    (item,) = answer["items"]
    check_items("duplicates", answer["items"])
    assert (item["score"], item["state"]) == (100, "待判断")
    again = said(capsys, "duplicates", book)[1].splitlines()
    assert again[:2] == [
        "查重: 没有需要改的格子。",
        "1 对房源可能是同一套, 请在「疑似重复」表判断。 1 对客户可能是同一人, 请在「重复客户」表判断。",
    ]


def test_all_lists_the_items_of_each_action_by_its_name(book: Path, capsys: pytest.CaptureFixture[str]) -> None:
    answer = genjin(capsys, "all", book)
    check_envelope(answer, "all", ("files",))
    for action in ("validate", "grade", "due", "match", "messages"):
        assert answer["items"][action]
        check_items(action, answer["items"][action])


def test_a_preview_says_so_and_lists_what_would_change(book: Path, capsys: pytest.CaptureFixture[str]) -> None:
    answer = genjin(capsys, "grade", book, "--preview")
    check_envelope(answer, "grade", ("preview", "changes"))
    assert (answer["preview"], answer["run"]) == (True, None)
    assert len(answer["changes"]) == min(answer["changed"], 10_000)


def test_import_history_undo_new_and_demo_answer_in_the_same_form(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    check_envelope(genjin(capsys, "new", "店.xlsx"), "new")
    Path("客户.csv").write_text("姓名,电话,星座\n王芳,13900000001,狮子\n李勇,13900000002,\n合计,,\n", "utf-8")
    imported = genjin(capsys, "import", "客户.csv", "--into", "店.xlsx")
    check_envelope(imported, "import")
    check_items("import", imported["items"])
    (item,) = imported["items"]
    assert (item["rows"], item["imported"], item["duplicates"], len(item["refused"])) == (3, 2, 0, 1)
    assert set(item["refused"][0]) >= {"row", "column", "value", "why"}
    assert (item["mapped"]["姓名"], item["mapped"]["电话"]) == ("name", "phone1,phone2")
    history = genjin(capsys, "history", "店.xlsx")
    check_envelope(history, "history")
    check_items("history", history["items"])
    check_envelope(genjin(capsys, "undo", "店.xlsx"), "undo")
    demo = genjin(capsys, "demo", "样")
    check_envelope(demo, "demo", ("files",))
    assert Path(demo["book"]).exists()


@pytest.mark.requirement("R48", "F20")
def test_enter_stores_the_forms_of_a_closed_workbook_and_undo_takes_them_back(
    macro_book: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = Path(shutil.copy(macro_book, tmp_path))
    file = FileBook(path)
    client = file.read("客户")[1][0]
    row, column = CONTACT.places[OBJECT]
    file.write("录入", {row: {column: client}})
    file.save()
    wrong = genjin(capsys, "enter", path, code=1)
    check_envelope(wrong, "enter")
    check_items("enter", wrong["items"])
    assert [(item["form"], item["saved"], wrong["run"]) for item in wrong["items"]] == [("contact", False, None)]
    assert {problem["cell"].partition("!")[0] for problem in wrong["items"][0]["problems"]} == {"录入"}

    file = FileBook(path)
    staff = file.read("人员")[1][1]
    filled = {"way": "电话", "result": "接通", "summary": "问了税费", "next_act": "无", "staff": staff}
    for field, value in filled.items():
        row, column = CONTACT.places["followups", field]
        file.write("录入", {row: {column: value}})
    file.save()
    looked = genjin(capsys, "enter", path, "--preview")
    done = genjin(capsys, "enter", path)
    assert (looked["preview"], looked["run"], looked["changed"]) == (True, None, done["changed"])
    assert done["items"][0]["saved"]
    assert client in done["items"][0]["text"]
    check_envelope(genjin(capsys, "undo", path), "undo")
    assert genjin(capsys, "enter", path)["items"] == []


def test_exit_code_1_is_for_validate_and_forms_with_errors_only(book: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert genjin(capsys, "all", book, code=0)["findings"]["error"] > 0
    genjin(capsys, "validate", book, code=1)
    empty = book.with_name("空.xlsx")
    genjin(capsys, "new", empty)
    assert genjin(capsys, "validate", empty, code=0)["findings"]["error"] == 0


@pytest.mark.parametrize("command", [["all"], ["validate"], ["grade", "--preview"], ["history"]])
def test_quiet_says_nothing_on_success(command: list[str], book: Path, capsys: pytest.CaptureFixture[str]) -> None:
    _, out, err = said(capsys, command[0], book, *command[1:], "--quiet")
    assert (out, err) == ("", "")


def test_quiet_still_says_why_something_was_not_done(capsys: pytest.CaptureFixture[str]) -> None:
    code, out, err = said(capsys, "all", "没有.xlsx", "--quiet")
    assert (code, out) == (2, "")
    assert err.count("\n") == 1


# terminals


def process(*arguments: object, **environment: str) -> subprocess.CompletedProcess[bytes]:
    command = [sys.executable, "-m", "macros.cli", *map(str, arguments), "--today", TODAY]
    return subprocess.run(command, cwd=ROOT, env={**os.environ, **environment}, capture_output=True, check=False)


@pytest.mark.parametrize("encoding", ["ascii", "cp936", "utf-8", "latin-1"])
def test_json_is_read_the_same_whatever_the_terminal_speaks(encoding: str, book: Path) -> None:
    done = process("due", book, "--json", "--preview", PYTHONIOENCODING=encoding)
    assert (done.returncode, done.stderr) == (0, b"")
    for item in json.loads(done.stdout.decode(encoding))["items"]:
        assert re.search("[一-龥]", item["reason"])


@pytest.mark.parametrize(("encoding", "spoken"), [("ascii", "utf-8"), ("latin-1", "utf-8"), ("cp936", "gbk")])
def test_a_terminal_that_knows_no_chinese_gets_utf8(encoding: str, spoken: str, book: Path) -> None:
    assert "今天该联系" in process("due", book, "--preview", PYTHONIOENCODING=encoding).stdout.decode(spoken)
    assert "找不到这个文件" in process("due", "没有.xlsx", PYTHONIOENCODING=encoding).stderr.decode(spoken)


@pytest.mark.skipif(sys.platform == "win32", reason="a pseudo-terminal needs a Unix")
def test_progress_is_shown_on_a_terminal_and_wiped_away_and_never_with_json(book: Path) -> None:
    import fcntl
    import pty
    import struct
    import termios

    def on_terminal(*options: str) -> tuple[str, str]:
        leader, follower = pty.openpty()
        fcntl.ioctl(follower, termios.TIOCSWINSZ, struct.pack("HHHH", 24, 80, 0, 0))
        command = [sys.executable, "-m", "macros.cli", "due", str(book), "--preview", "--today", TODAY, *options]
        done = subprocess.run(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=follower, check=True)
        os.close(follower)
        os.set_blocking(leader, False)
        try:
            shown = os.read(leader, 65_536).decode()
        except (BlockingIOError, OSError):  # nothing was written to the terminal
            shown = ""
        os.close(leader)
        return shown, done.stdout.decode()

    shown, _ = on_terminal()
    assert "读取工作簿" in shown
    assert "待办" in shown
    assert shown.endswith("\r")
    assert not shown.rsplit("\r", 2)[1].strip()
    shown, out = on_terminal("--json")
    assert shown == ""
    assert json.loads(out)["action"] == "due"


def test_a_reader_that_goes_away_is_no_mistake(book: Path) -> None:
    command = f"{sys.executable} -m macros.cli grade '{book}' --preview --json | head -c 1"
    done = subprocess.run(["bash", "-c", command], cwd=ROOT, capture_output=True, check=True)
    assert (done.stdout, done.stderr) == (b"{", b"")


# help


def test_every_command_has_a_help_in_chinese_and_nothing_else(capsys: pytest.CaptureFixture[str]) -> None:
    for arguments in (["--help"], *([name, "--help"] for name in COMMANDS)):
        with pytest.raises(SystemExit) as ended:
            main(arguments)
        assert ended.value.code == 0
        text = capsys.readouterr().out
        assert text.startswith("用法: genjin")
        assert not re.search(r"\b(usage|options|positional|arguments|show|default|exit)\b", text), text
        if len(arguments) == 2:
            assert COMMANDS[arguments[0]][0] in text
            assert text.splitlines()[0].startswith(f"用法: genjin {arguments[0]}")


def test_the_commands_are_those_of_the_contract() -> None:
    names = "new import adopt enter history undo demo "
    names += (
        "validate grade due match messages report handover all whatif pool backtest duplicates calendar lists lint inspect send eml robot "
        "deals viewings commission proposal contract portrait awards "
        "export holdings forget merge-clients split merge backups restore"
    )
    assert set(parser().commands) == {*names.split(), "install", "doctor", "buttons", "watch"}


def test_without_a_command_the_help_is_shown_and_nothing_is_done(capsys: pytest.CaptureFixture[str]) -> None:
    assert main([]) == 2
    out, err = capsys.readouterr()
    assert out.startswith("用法: genjin")
    assert err == "genjin: 没有写要做什么。请写一个命令, 如 genjin demo 或 genjin all BOOK; 详见 genjin --help。\n"


def test_the_version_is_that_of_the_project(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(["--version"])
    version = re.search(r'^version = "(.*)"', (ROOT / "pyproject.toml").read_text("utf-8"), re.M)
    assert version
    assert capsys.readouterr().out == f"genjin {version[1]}\n"


def test_an_interrupted_command_ends_with_a_sentence(
    book: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupted(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("macros.commands.perform", interrupted)
    before = book.read_bytes()
    code, out, err = said(capsys, "all", book)
    assert (code, out, err.count("\n")) == (2, "", 1)
    assert "已中断" in err
    assert book.read_bytes() == before


def test_what_libraries_warn_of_does_not_reach_people() -> None:
    code = "import warnings, macros.cli; macros.cli.main(['history', 'x']); warnings.warn('in English')"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, check=True)
    assert b"English" not in done.stderr
