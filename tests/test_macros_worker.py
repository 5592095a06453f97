import json
import os
import socket
import stat
import sys
import threading
from contextlib import suppress
from pathlib import Path

import pytest

from macros import worker as worker_module
from macros.wire import CARD_NAME, LINE_LIMIT, Card, Line, fingerprint, greet, own_folder, read_card, withdraw
from macros.worker import Patience, Worker, main, publish, serve
from tests.workers import QUICK, Running, greeted, hang_up, soon, told, until, working

CARD = Card(4711, "t" * 64, "a" * 64, "print", 1)


@pytest.fixture(autouse=True)
def _no_line_stays_open():
    yield
    hang_up()


def echo(message):
    return f"{message['press']}!"


def raw(card, *pieces):
    """Return all that the worker says to these bytes, until it hangs up."""
    with socket.create_connection(("127.0.0.1", card.port), 3) as connection:
        for piece in pieces:
            with suppress(ConnectionError):  # it may hang up before it has everything
                connection.sendall(piece)
        heard = b""
        with suppress(ConnectionResetError):
            while piece := connection.recv(4096):
                heard += piece
        return heard


def line_of(**message):
    return json.dumps(message).encode() + b"\n"


# what it says and to whom


def test_a_press_reaches_the_handler_as_it_was_sent(tmp_path):
    heard = []
    sent = {
        "argument": "C:\\客户\\a \"b\" 'c'\n; rm 😀.xlsx",
        "url": "file:///%E5%BA%97.xlsm",
        "argv": ["-c", "--wb=店.xlsm"],
    }
    with working(tmp_path, lambda message: heard.append(message) or "") as card:
        assert told(greeted(card), "import", **sent) == ""
    assert heard == [{"press": "import", **sent}]


def test_what_the_person_was_not_told_comes_back(tmp_path):
    with working(tmp_path, lambda _: "工作簿: 没有打开。请打开它。") as card:
        assert told(greeted(card)) == "工作簿: 没有打开。请打开它。"


def test_it_listens_on_the_loopback_interface_alone():
    with Worker(QUICK) as worker:
        assert worker.server_address[0] == "127.0.0.1"
        assert worker.card.port == worker.server_address[1] >= 1024


def test_no_two_workers_have_a_token_in_common():
    with Worker(QUICK) as one, Worker(QUICK) as other:
        secrets = {one.card.token, one.card.answer, other.card.token, other.card.answer}
    assert len(secrets) == 4
    assert all(len(secret) == 64 for secret in secrets)


@pytest.mark.parametrize(
    "sent",
    [
        line_of(token="x" * 64),
        line_of(token=""),
        line_of(token=None),
        line_of(token=["t"]),
        line_of(token="令牌"),
        line_of(token="\ud800"),
        line_of(press="due"),
        b"GET / HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n",
        b"\xff\xfe\x00\n",
        b"\n",
        b"[1, 2]\n",
        b"7\n",
        b"[" * 1000 + b"\n",
        b"x" * 200_000,
    ],
    ids=lambda sent: ascii(sent[:20]),
)  # fmt: skip
def test_strangers_learn_nothing(tmp_path, capsys, sent):
    done = []
    with working(tmp_path, lambda message: done.append(message) or "") as card:
        assert raw(card, sent) == b""
        assert done == []
        assert told(greeted(card)) == ""
    assert capsys.readouterr().err == ""  # nor does it fill the log


def test_who_says_nothing_is_hung_up_on(tmp_path):
    with working(tmp_path, echo) as card:
        assert raw(card) == b""


@pytest.mark.parametrize(
    "sent",
    [
        line_of(),
        line_of(run="rm -rf"),
        line_of(press=7),
        line_of(press=["due"]),
        line_of(end=1),
        line_of(go=True),
        b"no json\n",
        line_of(press="due", argument="x" * LINE_LIMIT),
    ],
    ids=lambda sent: ascii(sent[:20]),
)
def test_unknown_requests_are_refused_without_a_word(tmp_path, sent):
    done = []
    with working(tmp_path, lambda message: done.append(message) or "") as card:
        assert raw(card, line_of(token=card.token), sent) in (line_of(answer=card.answer), b"")
        assert done == []
        assert told(greeted(card)) == ""


def test_more_connections_than_hands_do_not_keep_a_button_out(tmp_path):
    with working(tmp_path, echo) as card:
        idle = [socket.create_connection(("127.0.0.1", card.port), 3) for _ in range(40)]
        assert told(greeted(card)) == "due!"
        for connection in idle:
            connection.close()


# one press at a time


def test_presses_are_done_one_after_the_other_on_one_thread(tmp_path):
    threads, busy = set(), threading.Lock()

    def handler(message):
        assert busy.acquire(blocking=False), "two presses at once"
        threads.add(threading.get_ident())
        busy.release()
        return message["press"]

    with working(tmp_path, handler) as card:
        heard = []
        clients = [threading.Thread(target=lambda n=n: heard.append(told(greeted(card), str(n)))) for n in range(6)]
        for client in clients:
            client.start()
        for client in clients:
            client.join()
    assert sorted(heard) == list("012345")
    assert len(threads) == 1


def test_who_waits_and_who_is_served_hear_signs_of_life(tmp_path):
    free = threading.Event()
    with working(tmp_path, lambda _: free.wait(5) and "") as card:
        first, second = greeted(card), greeted(card)
        first.send({"press": "all"})
        until(first, "turn")
        first.send({"go": True})
        assert until(first, "working")
        second.send({"press": "due"})
        assert until(second, "waiting")
        assert until(second, "waiting")
        free.set()
        assert until(first, "done")["unsaid"] == ""
        until(second, "turn")
        second.send({"go": True})
        until(second, "done")


def test_a_button_that_hung_up_before_its_turn_has_nothing_done(tmp_path):
    done, free = [], threading.Event()
    with working(tmp_path, lambda message: done.append(message["press"]) or (free.wait(5) and "")) as card:
        first, second = greeted(card), greeted(card)
        first.send({"press": "all"})
        until(first, "turn")
        first.send({"go": True})
        second.send({"press": "save_client"})
        until(second, "waiting")
        second.close()
        free.set()
        until(first, "done")
        told(greeted(card), "due")
    assert done == ["all", "due"]


def test_a_button_that_does_not_say_go_has_nothing_done(tmp_path):
    done = []
    with working(tmp_path, lambda message: done.append(message["press"]) or "") as card:
        silent, refusing = greeted(card), greeted(card)
        silent.send({"press": "save_client"})
        refusing.send({"press": "save_contact"})
        until(refusing, "turn")
        refusing.send({"go": False})
        told(greeted(card), "due")
    assert done == ["due"]


def test_a_press_is_done_to_its_end_though_its_button_is_gone(tmp_path):
    begun, free, done = threading.Event(), threading.Event(), threading.Event()

    def handler(_):
        begun.set()
        free.wait(5)
        done.set()
        return ""

    with working(tmp_path, handler) as card:
        line = greeted(card)
        line.send({"press": "due"})
        until(line, "turn")
        line.send({"go": True})
        assert begun.wait(5)
        line.close()
        free.set()
        assert done.wait(5)
        assert told(greeted(card)) == ""


def test_the_answer_is_out_before_the_worker_tidies_up_or_ends(tmp_path):
    for _ in range(20):
        running = Running(lambda _: "said", tmp_path)
        card = soon(lambda: read_card(tmp_path))
        line = greeted(card)
        line.send({"press": "due"})
        until(line, "turn")
        greeted(card).send({"end": True})
        line.send({"go": True})
        assert until(line, "done")["unsaid"] == "said"
        running.ended()


def test_a_defect_in_one_press_leaves_the_worker_for_the_next(tmp_path, monkeypatch):
    monkeypatch.setenv("GENJIN_HOME", str(tmp_path))

    def handler(message):
        if message["press"] == "bad":
            raise ZeroDivisionError("in a rule")
        return ""

    with working(tmp_path, handler) as card:
        unsaid = told(greeted(card), "bad")
        assert told(greeted(card), "due") == ""
    assert "程序自己出了错" in unsaid
    assert "Traceback" not in unsaid
    assert "in a rule" in (tmp_path / "错误.txt").read_text("utf-8")


# how it ends


def test_it_ends_when_idle_and_takes_its_card_along(tmp_path):
    assert serve(lambda: echo, tmp_path, Patience(idle=0.05, poll=0.01)) == "idle"
    assert not (tmp_path / CARD_NAME).exists()


def test_a_press_puts_the_end_off(tmp_path):
    running = Running(echo, tmp_path, Patience(idle=2, own=0.02, beat=0.02, poll=0.01))
    card = soon(lambda: read_card(tmp_path))
    for _ in range(3):
        assert told(greeted(card)) == "due!"
    assert running.ended() == "idle"


def test_it_ends_when_its_card_is_gone(tmp_path):
    running = Running(echo, tmp_path)
    soon(lambda: read_card(tmp_path))
    (tmp_path / CARD_NAME).unlink()
    assert running.ended() == "replaced"


def test_of_two_the_last_to_write_its_card_stays(tmp_path):
    first = Running(echo, tmp_path)
    before = soon(lambda: read_card(tmp_path))
    with working(tmp_path, echo):
        after = soon(lambda: (card := read_card(tmp_path)) != before and card)
        assert first.ended() == "replaced"
        assert read_card(tmp_path) == after
        assert told(greeted(after)) == "due!"
    assert greet(before) is None


def test_it_ends_when_asked_after_the_press_that_it_is_at(tmp_path):
    free = threading.Event()
    running = Running(lambda _: free.wait(5) and "", tmp_path)
    card = soon(lambda: read_card(tmp_path))
    first = greeted(card)
    first.send({"press": "all"})
    until(first, "turn")
    first.send({"go": True})
    until(first, "working")
    greeted(card).send({"end": True})
    assert until(first, "working")
    free.set()
    assert until(first, "done")["unsaid"] == ""
    assert running.ended() == "asked"


def test_a_worker_that_cannot_warm_up_leaves_no_card(tmp_path):
    with pytest.raises(ImportError):
        serve(lambda: __import__("workbook.nothing"), tmp_path, QUICK)
    assert read_card(tmp_path) is None


def test_buttons_are_answered_while_it_warms_up(tmp_path):
    warm = threading.Event()
    running = threading.Thread(target=serve, args=(lambda: warm.wait(5) and echo, tmp_path, QUICK))
    running.start()
    line = greeted(soon(lambda: read_card(tmp_path)))
    line.send({"press": "due"})
    assert until(line, "waiting")
    warm.set()
    until(line, "turn")
    line.send({"go": True})
    assert until(line, "done")["unsaid"] == "due!"
    (tmp_path / CARD_NAME).unlink()
    running.join(5)


def test_there_is_no_second_worker_of_the_same_installation(tmp_path, monkeypatch):
    monkeypatch.setenv("GENJIN_HOME", str(tmp_path))
    monkeypatch.setattr(worker_module, "serve", lambda *_: pytest.fail("a second worker"))
    with working(tmp_path, echo) as card:
        assert main() == 0
        assert read_card(tmp_path) == card


@pytest.mark.parametrize("before", ["nothing", "another installation", "a dead worker"])
def test_where_there_is_none_of_the_same_installation_it_serves(tmp_path, monkeypatch, before):
    monkeypatch.setenv("GENJIN_HOME", str(tmp_path))
    served = []
    monkeypatch.setattr(worker_module, "serve", lambda *given: served.append(given))
    if before != "nothing":
        old = CARD._replace(fingerprint="old" if before == "another installation" else fingerprint())
        publish(old, tmp_path)
    assert main() == 0
    assert len(served) == 1


# its card and its installation


@pytest.mark.skipif(os.name != "posix", reason="the rights of the profile folder guard it on Windows")
def test_the_card_and_its_folder_are_the_persons_alone(tmp_path, monkeypatch):
    folder = tmp_path / "home" / ".genjin"
    monkeypatch.setenv("GENJIN_HOME", str(folder))
    folder.mkdir(parents=True, mode=0o755)
    assert own_folder() == folder
    publish(CARD, folder)
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert stat.S_IMODE((folder / CARD_NAME).stat().st_mode) == 0o600
    assert [path.name for path in folder.iterdir()] == [CARD_NAME]


@pytest.mark.skipif(os.name != "posix", reason="the rights of the profile folder guard it on Windows")
def test_a_card_that_others_could_have_written_or_read_is_none(tmp_path):
    publish(CARD, tmp_path)
    assert read_card(tmp_path) == CARD
    for mode in (0o644, 0o640, 0o602):
        (tmp_path / CARD_NAME).chmod(mode)
        assert read_card(tmp_path) is None
    (tmp_path / CARD_NAME).rename(tmp_path / "elsewhere")
    (tmp_path / "elsewhere").chmod(0o600)
    (tmp_path / CARD_NAME).symlink_to("elsewhere")
    assert read_card(tmp_path) is None


@pytest.mark.parametrize(
    "text",
    [
        "",
        "{",
        "[]",
        "null",
        "{}",
        json.dumps(CARD._asdict() | {"more": 1}),
        json.dumps(CARD._asdict() | {"port": "4711"}),
        json.dumps(CARD._asdict() | {"port": 0}),
        json.dumps(CARD._asdict() | {"port": 70000}),
        json.dumps(CARD._asdict() | {"token": None}),
        "[" * 5000,
    ],
)
def test_a_damaged_card_is_none(tmp_path, text):
    path = tmp_path / CARD_NAME
    path.touch(0o600)
    path.write_text(text)
    assert read_card(tmp_path) is None


def test_only_ones_own_card_is_withdrawn(tmp_path):
    publish(CARD, tmp_path)
    withdraw(CARD._replace(pid=2), tmp_path)
    assert read_card(tmp_path) == CARD
    withdraw(CARD, tmp_path)
    assert not (tmp_path / CARD_NAME).exists()
    withdraw(CARD, tmp_path)


def test_an_upgrade_changes_the_fingerprint(tmp_path):
    for name in ("workbook", "macros/imports", "templates"):
        (tmp_path / name).mkdir(parents=True)
    file = tmp_path / "macros" / "imports" / "rows.py"
    file.write_text("x = 1")
    prints = [fingerprint(tmp_path)]
    (tmp_path / "macros" / "__pycache__").mkdir()
    (tmp_path / "macros" / "__pycache__" / "rows.pyc").write_text("")
    assert fingerprint(tmp_path) == prints[0]
    file.write_text("x = 12")
    prints.append(fingerprint(tmp_path))
    os.utime(file, (1e9, 2e9))
    prints.append(fingerprint(tmp_path))
    (tmp_path / "templates" / "new.j2").write_text("")
    prints.append(fingerprint(tmp_path))
    file.unlink()
    prints.append(fingerprint(tmp_path))
    assert len(set(prints)) == 5


def test_an_upgraded_library_changes_it_too(tmp_path, monkeypatch):
    for name in ("workbook", "macros", "templates", "lib/site-packages"):
        (tmp_path / name).mkdir(parents=True)
    monkeypatch.setattr(sys, "prefix", str(tmp_path))
    monkeypatch.setattr(sys, "path", [str(tmp_path / "lib" / "site-packages"), "/elsewhere/site-packages"])
    before = fingerprint(tmp_path)
    os.utime(tmp_path / "lib" / "site-packages", (1e9, 1e9))
    assert fingerprint(tmp_path) != before


# the line


def pair():
    left, right = socket.socketpair()
    return left, Line(right)


def test_messages_arrive_whole_however_they_are_cut():
    left, line = pair()
    with left:
        for piece in (b'{"a"', b": 1}\n{", b'"b": "\\u5ba2"}\n'):
            left.sendall(piece)
        assert line.receive(1) == {"a": 1}
        assert line.receive(1) == {"b": "客"}
        with pytest.raises(OSError, match="timed out"):
            line.receive(0.01)
    with pytest.raises(OSError, match="gone"):
        line.receive(1)
    line.close()


def test_a_line_at_the_limit_is_read_and_one_beyond_it_is_not():
    for length, whole in ((100, True), (101, False)):
        left, line = pair()
        with left:
            left.sendall(json.dumps({"a": "x" * (length - 9)}).encode() + b"\n")
            if whole:
                assert len(str(line.receive(1, 100)["a"])) == length - 9
            else:
                with pytest.raises(ConnectionError):
                    line.receive(1, 100)
        line.close()


def test_the_folder_is_made_where_it_is_missing(tmp_path, monkeypatch):
    monkeypatch.setenv("GENJIN_HOME", str(tmp_path / "a" / "b"))
    assert own_folder() == tmp_path / "a" / "b"
    assert Path(tmp_path / "a" / "b").is_dir()
