import os
import signal
import socket
import subprocess
import sys
import threading

import pytest

from macros import button, wire, worker, worker_desk
from macros.button import GARBLED, LOST, Unreachable, decoded, main, press, through_worker
from macros.wire import CARD_NAME, Card, fingerprint, read_card
from macros.worker import publish
from tests.workers import QUICK, Running, processes, soon, stop
from workbook.build.home_cells import STATUS_CELL

CALLER = {"program": "libreoffice", "pipe": "genjin", "url": "file:///店.xlsm"}
DUE = {"press": "due", "argument": "", **CALLER}


def never(_):
    raise AssertionError("a worker was started where there is one")


def done(folder):
    file = folder / "done.txt"
    return file.read_text().split() if file.exists() else []


@pytest.fixture
def quick(monkeypatch):
    """Less patience than with a person's slow computer."""
    monkeypatch.setattr(wire, "GREET_SECONDS", 0.3)
    monkeypatch.setattr(button, "SILENT_SECONDS", 0.4)


# with a worker


def test_the_first_press_starts_the_worker_and_the_next_finds_it(tmp_path):
    with processes(tmp_path) as start:
        assert through_worker(DUE, tmp_path, start) == "from worker 1"
        assert through_worker({**DUE, "press": "grade"}, tmp_path, never) == "from worker 1"
    assert done(tmp_path) == ["due", "grade"]


def test_a_worker_killed_between_clicks_is_replaced(tmp_path):
    with processes(tmp_path) as start:
        through_worker(DUE, tmp_path, start)
        stop(read_card(tmp_path))
        assert through_worker(DUE, tmp_path, start) == "from worker 2"
        assert through_worker(DUE, tmp_path, never) == "from worker 2"
    assert len(done(tmp_path)) == 3


@pytest.mark.skipif(os.name != "posix", reason="Windows cannot stop a process for a while")
def test_a_worker_that_hangs_is_replaced_and_ends_when_it_wakes(tmp_path, quick):
    with processes(tmp_path) as start:
        ended = []
        through_worker(DUE, tmp_path, lambda folder: ended.append(start(folder)) or ended[0])
        hung = read_card(tmp_path)
        stop(hung, signal.SIGSTOP)
        assert through_worker(DUE, tmp_path, start) == "from worker 2"
        stop(hung, signal.SIGCONT)
        assert soon(lambda: ended[0]() is not None)
        assert through_worker(DUE, tmp_path, never) == "from worker 2"
    assert len(done(tmp_path)) == 3


def test_a_slow_press_is_waited_for(tmp_path, quick):
    with processes(tmp_path) as start:
        assert through_worker({**DUE, "seconds": 1.0}, tmp_path, start) == "from worker 1"
    assert done(tmp_path) == ["due"]


@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGSTOP] if os.name == "posix" else [])
def test_a_press_that_broke_off_is_told_and_not_done_twice(tmp_path, quick, how):
    with processes(tmp_path) as start:
        told = []
        client = threading.Thread(target=lambda: told.append(through_worker({**DUE, "seconds": 30}, tmp_path, start)))
        client.start()
        soon(lambda: done(tmp_path))
        stop(read_card(tmp_path), how)
        client.join(5)
    assert told == [LOST]
    assert done(tmp_path) == ["due"]


@pytest.mark.skipif(os.name != "posix", reason="Windows cannot stop a process for a while")
def test_a_press_that_still_waited_when_the_worker_hung_is_given_back(tmp_path, quick):
    with processes(tmp_path) as start:
        through_worker(DUE, tmp_path, start)
        busy = threading.Thread(target=through_worker, args=({**DUE, "seconds": 0.8}, tmp_path, never))
        busy.start()
        soon(lambda: len(done(tmp_path)) == 2)
        hung = read_card(tmp_path)
        given_back = []

        def second():
            with pytest.raises(Unreachable) as caught:
                through_worker({**DUE, "press": "save_client"}, tmp_path, never)
            given_back.append(caught.value)

        waiting = threading.Thread(target=second)
        waiting.start()
        threading.Event().wait(0.15)  # until it is in the queue
        stop(hung, signal.SIGSTOP)
        waiting.join(5)
        stop(hung, signal.SIGCONT)
        busy.join(5)
        assert len(given_back) == 1
        assert through_worker({**DUE, "press": "grade"}, tmp_path, never) == "from worker 1"
    assert done(tmp_path) == ["due", "due", "grade"]


def test_another_program_on_the_port_of_a_dead_worker_learns_a_dead_token_and_no_more(tmp_path, quick):
    heard = []
    with socket.create_server(("127.0.0.1", 0)) as stranger, processes(tmp_path) as start:
        stale = Card(stranger.getsockname()[1], "t" * 64, "a" * 64, fingerprint(), 1)
        publish(stale, tmp_path)

        def answer():
            connection, _ = stranger.accept()
            with connection:
                heard.append(connection.recv(4096))
                connection.sendall(b'{"answer": "me, of course"}\n')
                heard.append(connection.recv(4096))

        listening = threading.Thread(target=answer)
        listening.start()
        assert through_worker(DUE, tmp_path, start) == "from worker 1"
        listening.join(5)
    assert heard == [b'{"token": "' + b"t" * 64 + b'"}\n', b""]


def test_after_an_upgrade_the_old_worker_is_asked_to_end_and_a_new_one_started(tmp_path, monkeypatch):
    monkeypatch.setattr(worker, "fingerprint", lambda: "old")
    old = Running(lambda _: "old", tmp_path)
    soon(lambda: read_card(tmp_path))
    monkeypatch.setattr(worker, "fingerprint", lambda: "new")
    monkeypatch.setattr(button, "fingerprint", lambda: "new")
    new = []

    def start(folder):
        new.append(Running(lambda _: "new", folder, QUICK))
        return lambda: None

    assert through_worker(DUE, tmp_path, start) == "new"
    assert old.ended() in ("asked", "replaced")
    assert through_worker(DUE, tmp_path, never) == "new"
    (tmp_path / CARD_NAME).unlink()
    new[0].ended()


def test_two_first_clicks_at_once_are_both_served_and_one_worker_stays(tmp_path):
    with processes(tmp_path) as start:
        running, told = [], []

        def click():
            told.append(through_worker(DUE, tmp_path, lambda folder: running.append(start(folder)) or running[-1]))

        clicks = [threading.Thread(target=click) for _ in range(2)]
        for each in clicks:
            each.start()
        for each in clicks:
            each.join(10)
        assert len(told) == 2
        assert set(told) <= {"from worker 1", "from worker 2"}
        soon(lambda: [ended() for ended in running].count(None) == 1)
        last = through_worker(DUE, tmp_path, never)
        assert last in {"from worker 1", "from worker 2"}
    assert len(done(tmp_path)) == 3


# without one


@pytest.fixture
def alone(tmp_path, monkeypatch):
    """What was pressed in the button's own process, with a folder of the person's that holds nothing."""
    pressed = []
    monkeypatch.setenv("GENJIN_HOME", str(tmp_path / "home"))
    monkeypatch.setattr(worker_desk.Desks, "press", lambda _, message: pressed.append(message) or "")
    return pressed


def test_the_switch_keeps_every_press_in_its_own_process(alone, monkeypatch):
    monkeypatch.setenv("GENJIN_NO_WORKER", "1")
    monkeypatch.setattr(button, "start_worker", never)
    assert main(["due", "--pipe", "genjin", "--url", "file:///店.xlsm"]) == 0
    assert alone == [DUE]


def test_a_worker_that_cannot_be_started_is_done_without(alone, monkeypatch):
    def refuse(*_, **__):
        raise PermissionError(13, "not allowed")

    monkeypatch.setattr(subprocess, "Popen", refuse)
    assert main(["due", "--pipe", "genjin", "--url", "file:///店.xlsm"]) == 0
    assert alone == [DUE]


def test_a_worker_that_ends_at_once_is_not_waited_for(alone, monkeypatch):
    monkeypatch.setattr(button, "start_worker", lambda _: lambda: 1)
    monkeypatch.setattr(button, "START_SECONDS", 60)
    assert main(["due", "--pipe", "genjin", "--url", "file:///店.xlsm"]) == 0
    assert alone == [DUE]


def test_a_worker_that_never_listens_is_waited_for_a_while(alone, monkeypatch):
    monkeypatch.setattr(button, "start_worker", lambda _: lambda: None)
    monkeypatch.setattr(button, "START_SECONDS", 0.05)
    assert main(["due", "--pipe", "genjin", "--url", "file:///店.xlsm"]) == 0
    assert alone == [DUE]


def test_a_folder_that_cannot_be_made_is_done_without(alone, monkeypatch, tmp_path):
    (tmp_path / "file").touch()
    monkeypatch.setenv("GENJIN_HOME", str(tmp_path / "file" / "home"))
    assert main(["due", "--pipe", "genjin", "--url", "file:///店.xlsm"]) == 0
    assert alone == [DUE]


def test_a_damaged_card_is_no_worker(alone, monkeypatch, tmp_path):
    (tmp_path / "home").mkdir()
    (tmp_path / "home" / CARD_NAME).write_bytes(b"\xff{")
    monkeypatch.setattr(button, "start_worker", lambda _: lambda: 1)
    assert main(["due", "--pipe", "genjin", "--url", "file:///店.xlsm"]) == 0
    assert alone == [DUE]


# what comes in and what goes out


def hex_of(text):
    return "".join(f"{unit:04X}" for unit in memoryview(text.encode("utf-16-le")).cast("H"))


@pytest.mark.parametrize("path", ["", "C:\\新 房源\\a 'b' \"c\".xlsx", "/tmp/😀&|;$(x)%PATH%.csv", "\\\\店\\客户\n"])
def test_a_picked_path_survives_as_hexadecimal(alone, monkeypatch, path):
    monkeypatch.setenv("GENJIN_NO_WORKER", "1")
    assert decoded(hex_of(path)) == path
    assert main(["import", "--pipe", "p", "--url", "u", "--argument", hex_of(path)]) == 0
    press("import", hex_of(path).lower())
    assert [message["argument"] for message in alone] == [path, path]


@pytest.mark.parametrize("argument", ["4F60FF", "xyz", "D83D", "C:\\客户.xlsx"])
def test_an_argument_that_is_none_is_told_in_a_sentence(alone, capsys, argument):
    assert main(["import", "--pipe", "p", "--url", "u", "--argument", argument]) == 1
    assert capsys.readouterr().err == GARBLED + "\n"
    assert alone == []


def test_excel_is_told_by_the_error_output_and_the_exit_code(alone, monkeypatch, capsys):
    monkeypatch.setenv("GENJIN_NO_WORKER", "1")
    monkeypatch.setattr(sys, "argv", ["-c", "--wb=店.xlsm", "--from_xl=1", "--hwnd=7"])
    press("due")
    assert alone == [{"press": "due", "argument": "", "program": "excel", "argv": sys.argv}]
    monkeypatch.setattr(worker_desk.Desks, "press", lambda *_: "Excel: 正在编辑单元格。请按回车, 再按一次按钮。")
    with pytest.raises(SystemExit) as ended:
        press("due")
    assert ended.value.code == 1
    assert capsys.readouterr().err == "Excel: 正在编辑单元格。请按回车, 再按一次按钮。\n"


def test_excel_may_call_the_program_instead_of_the_function(alone, monkeypatch):
    monkeypatch.setenv("GENJIN_NO_WORKER", "1")
    argv = ["import", "--argument", hex_of("客"), "--wb=店.xlsm", "--from_xl=1", "--app=Excel", "--hwnd=7"]
    assert main(argv) == 0
    assert alone == [{"press": "import", "argument": "客", "program": "excel", "argv": argv}]


def test_a_click_loads_little():
    """Each of these would be a good part of what a person waits for; measured with -X importtime."""
    code = "import sys; before = set(sys.modules); import macros.button; print(*set(sys.modules) - before)"
    loaded = subprocess.run(
        [sys.executable, "-I", "-c", code], capture_output=True, text=True, check=True
    ).stdout.split()
    dear = {
        "numpy",
        "pandas",
        "xlwings",
        "uno",
        "dataclasses",
        "inspect",
        "argparse",
        "subprocess",
        "logging",
        "hashlib",
    }
    assert "macros.button" in loaded
    assert dear.isdisjoint(loaded)


def test_from_the_command_line_to_the_worker_and_back(tmp_path):
    """The real processes, as LibreOffice starts them; the button is none that there is, so that no office is needed."""
    home = tmp_path / "家 home"
    environment = {**os.environ, "GENJIN_HOME": str(home)}
    words = ["fly", "--pipe", "genjin-none", "--url", "file:///a.xlsm"]
    command = [sys.executable, "-I", "-m", "macros.button", *words]
    first = subprocess.run(command, env=environment, capture_output=True, text=True)
    card = read_card(home)
    assert card is not None
    try:
        unsaid = through_worker({**DUE, "press": "fly"}, home, never)
        second = subprocess.run(command, env=environment, capture_output=True, text=True)
        assert read_card(home) == card
    finally:
        stop(card)
    assert unsaid == "按钮: 这个版本没有叫「fly」的按钮。请更新 Genjin, 或用 genjin new 新建工作簿。"
    assert [first.returncode, second.returncode] == [1, 1]
    assert [first.stderr, second.stderr] == [unsaid + "\n"] * 2


@pytest.mark.slow
@pytest.mark.libreoffice
def test_in_libreoffice_the_click_changes_the_open_workbook_through_the_worker(office, book, tmp_path):
    opened = office.open_book(book)
    home = tmp_path / "home"
    environment = {**os.environ, "GENJIN_HOME": str(home)}
    where = ["--pipe", office.pipe, "--url", opened.impl.api.URL]
    said = []
    for button_name in ("due", "due", "grade"):
        command = [sys.executable, "-I", "-m", "macros.button", button_name, *where]
        subprocess.run(command, env=environment, check=True, timeout=60)
        said.append(opened.sheets["首页"].range(STATUS_CELL).value)
    stop(read_card(home))
    assert "待办: 今天该联系" in said[0]
    assert "改了" in said[0]
    assert "没有需要改的格子" in said[1]
    assert "评级: A 级" in said[2]
    assert "改了" in said[2]
    assert not (home / "错误.txt").read_text("utf-8")
