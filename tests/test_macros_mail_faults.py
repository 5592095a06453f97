"""genjin send where something goes wrong: whatever ends at whatever point, each text arrives once, or a person is asked.

The invariant of every test: nobody has two letters unless a person said that the first did not arrive, and who has none after the faults are
over either gets theirs by the next run or stands as 不确定 with the question.
"""

import errno
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from macros.mail_journal import MailJournal
from macros.mail_letters import gone_today
from macros.outbox.states import unsure_said
from tests.commands import TODAY, genjin, said
from tests.mail_server import MailServer, Manners, mail_server
from tests.posting import aim, free_port, posting_book, put, tables_of, ticked

ROOT = Path(__file__).resolve().parent.parent
COUNT = 4
PORT = free_port()
Captured = pytest.CaptureFixture[str]


@pytest.fixture(scope="module")
def prepared(yesterday: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return posting_book(yesterday, tmp_path_factory.mktemp("faults"), COUNT, PORT)


@pytest.fixture
def book(prepared: Path, tmp_path: Path) -> Path:
    path = tmp_path / "门店.xlsx"
    path.write_bytes(prepared.read_bytes())
    return path


def send(capsys: Captured, path: Path, code: int | None = None) -> list[str]:
    """Send, and return what became of each text that was ticked and had not gone out; [] where the command was refused."""
    return [item["state"] for item in genjin(capsys, "send", path, code=code).get("items", []) if "code" not in item]


def addresses(path: Path) -> list[str]:
    return [f"{row['client_id'].lower()}@example.com" for row in ticked(path)]


def told(path: Path) -> list[str]:
    """Return what 发送情况 begins with, by row."""
    return [row["delivery"].split(" ")[0].rstrip(",") for row in ticked(path)]


def answer_truly(path: Path, server: MailServer) -> list[str]:
    """Answer every question as a person does who asked the client; return who was asked about."""
    asked = [row for row in ticked(path) if row["delivery"].startswith("不确定") and row["sent"] is None]
    there = {row["row"]: f"{row['client_id'].lower()}@example.com" in server.to for row in asked}
    put(path, {("messages", row, "sent"): "是" if arrived else "否" for row, arrived in there.items()})
    return [row["client_id"] for row in asked]


# The server goes away, or falls silent, at each point of the second letter (of the first connection where there is no letter yet)

BEFORE, ASKED = ["accepted", "deferred", "kept", "kept"], ["accepted", "unknown", "kept", "kept"]
POINTS: dict[tuple[str, int], list[str]] = {
    ("greeting", 1): [], ("EHLO", 1): [], ("MAIL", 2): BEFORE, ("RCPT", 2): BEFORE, ("DATA", 2): BEFORE, ("content", 2): ASKED,
    ("answer", 2): ASKED, ("answer", 4): ["accepted", "accepted", "accepted", "unknown"],
    ("between", 2): ["accepted", "accepted", "deferred", "kept"], ("QUIT", 5): ["accepted"] * COUNT,
}  # fmt: skip
SILENT = (("greeting", 1), ("MAIL", 2), ("content", 2), ("answer", 2))
FAULTS = [*((point, False) for point in POINTS), *((point, True) for point in SILENT)]


@pytest.mark.slow
@pytest.mark.requirement("F9")
@pytest.mark.parametrize(
    ("point", "hangs"), FAULTS, ids=[f"{name}-{number}-{'silent' if hangs else 'gone'}" for (name, number), hangs in FAULTS]
)  # fmt: skip
def test_whatever_the_server_does_half_way_nothing_is_lost_and_nothing_doubled(
    book: Path, capsys: Captured, point: tuple[str, int], hangs: bool
) -> None:
    states, doubtful = POINTS[point], POINTS[point].count("unknown")
    if hangs:
        aim(book, wait_seconds=1)
    with mail_server(Manners(breaks=point, hangs=hangs), port=PORT) as server:
        assert send(capsys, book) == states
        assert server.manners.breaks is None
        send(capsys, book)
        assert len(set(server.to)) == len(server.to)
        assert (told(book).count("不确定"), told(book).count("服务器已收下")) == (doubtful, COUNT - doubtful)
        assert len(answer_truly(book, server)) == doubtful
        send(capsys, book)
        assert sorted(server.to) == sorted(addresses(book))
    assert [row["sent"] for row in ticked(book)] == [True] * COUNT
    if doubtful:  # what a person answered is logged by a run of the rules
        genjin(capsys, "messages", book)
    log = tables_of(book)["followups"]
    logged = log.loc[log["summary"].str.startswith("已发消息"), "obj_id"].tolist()
    assert sorted(logged) == sorted(row["client_id"] for row in ticked(book))


# A question is asked anew each time


@pytest.mark.requirement("F9")
def test_a_no_that_stood_there_before_is_no_answer_to_the_question_that_comes_after_it(
    book: Path, capsys: Captured
) -> None:
    put(book, {("messages", row["row"], "sent"): "否" for row in ticked(book)})
    with mail_server(Manners(breaks=("answer", 1)), port=PORT) as server:
        assert send(capsys, book) == ["unknown", "kept", "kept", "kept"]
        assert (ticked(book)[0]["sent"], ticked(book)[0]["delivery"]) == (None, unsure_said(1))
        assert send(capsys, book) == ["kept", "accepted", "accepted", "accepted"]
        assert send(capsys, book) == ["kept"]
        assert sorted(server.to) == sorted(addresses(book))


@pytest.mark.requirement("F9")
def test_after_a_second_doubt_it_is_asked_a_second_time_and_not_sent_a_third(book: Path, capsys: Captured) -> None:
    with mail_server(Manners(breaks=("answer", 1)), port=PORT) as server:
        send(capsys, book)
        put(book, {("messages", ticked(book)[0]["row"], "sent"): "否"})
        server.manners.breaks = ("answer", 2)
        assert send(capsys, book) == ["unknown", "kept", "kept", "kept"]
        assert (ticked(book)[0]["sent"], ticked(book)[0]["delivery"]) == (None, unsure_said(2))
        send(capsys, book)
        assert send(capsys, book) == ["kept"]
        assert server.to.count(addresses(book)[0]) == 2
        put(book, {("messages", ticked(book)[0]["row"], "sent"): "否"})
        assert send(capsys, book) == ["accepted"]
    assert told(book) == ["服务器已收下"] * COUNT


class PowerLost(BaseException):
    """What ends a process: nothing after it is carried out."""


def test_who_said_no_and_whose_second_letter_was_cut_off_is_asked_again(
    book: Path, capsys: Captured, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The 否 answered the first question; the process then ended before the workbook could be told of the second try."""
    real = MailJournal.note

    def note(self: MailJournal, letter: Any, verdict: Any, at: str) -> None:
        if verdict.state == "accepted":
            raise PowerLost
        real(self, letter, verdict, at)

    with mail_server(Manners(breaks=("answer", 1)), port=PORT) as server:
        send(capsys, book)
        put(book, {("messages", ticked(book)[0]["row"], "sent"): "否"})
        with monkeypatch.context() as patch:
            patch.setattr(MailJournal, "note", note)
            with pytest.raises(PowerLost):
                send(capsys, book)
        before = server.to.count(addresses(book)[0])
        send(capsys, book)
        assert (ticked(book)[0]["sent"], ticked(book)[0]["delivery"]) == (None, unsure_said(2))
        send(capsys, book)
        assert server.to.count(addresses(book)[0]) == before == 2


# The process ends

KILLED = """
import os, signal, sys
from macros.mail_journal import MailJournal
from macros.cli import main
real, left, torn = MailJournal.note, [int(sys.argv[1])], int(sys.argv[2])
def note(self, letter, verdict, at):
    left[0] -= 1
    if left[0] == 0 and torn:
        real(self, letter, verdict, at)
        os.truncate(self.file, self.file.stat().st_size - torn)
    if left[0] == 0:
        os.kill(os.getpid(), signal.SIGKILL)
    real(self, letter, verdict, at)
MailJournal.note = note
main(["send", sys.argv[3], "--today", sys.argv[4], "--quiet"])
"""


@pytest.mark.slow
@pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="this system has no signal that ends a process at once")
@pytest.mark.parametrize(
    ("step", "torn", "doubtful"),
    [
        (1, 0, 0), (2, 0, 1), (2, 30, 1), (3, 30, 0), (8, 1, 0),
    ],
    ids=[
        "before the first", "taken, not noted", "half noted", "the next half begun", "all noted, nothing written",
    ],
)  # fmt: skip
def test_a_process_that_is_killed_between_server_and_journal_is_caught_up(
    book: Path, capsys: Captured, step: int, torn: int, doubtful: int
) -> None:
    """Steps of the journal are counted from 1: intended, accepted, intended, ... `torn`: so many bytes of the last line are missing."""
    command = [sys.executable, "-c", KILLED, str(step), str(torn), str(book), TODAY]
    with mail_server(port=PORT) as server:
        before = book.read_bytes()
        ended = subprocess.run(command, cwd=ROOT, env={**os.environ, "PYTHONPATH": str(ROOT)}, check=False, timeout=120)
        assert (ended.returncode, book.read_bytes()) == (-signal.SIGKILL, before)
        assert len(server.to) == step // 2
        send(capsys, book)
        assert sorted(server.to) == sorted(addresses(book))
        assert told(book).count("不确定") == doubtful
        assert len(answer_truly(book, server)) == doubtful
        send(capsys, book)
        assert len(server.to) == COUNT


def test_a_workbook_that_was_closed_without_saving_after_the_sending_sends_none_again(
    book: Path, capsys: Captured
) -> None:
    before = book.read_bytes()
    with mail_server(port=PORT) as server:
        send(capsys, book)
        after = [row["delivery"] for row in ticked(book)]
        book.write_bytes(before)
        assert told(book) == [""] * COUNT
        assert send(capsys, book) == ["kept"] * COUNT
        assert len(server.taken) == COUNT
    assert [row["delivery"] for row in ticked(book)] == after
    log = tables_of(book)["followups"]
    assert log["summary"].str.startswith("已发消息").sum() == COUNT


def test_where_another_text_took_the_place_of_one_that_went_out_unsaved_the_client_gets_no_second_one_today(
    book: Path, capsys: Captured
) -> None:
    before = book.read_bytes()
    with mail_server(Manners(breaks=("answer", 2)), port=PORT) as server:
        send(capsys, book)
        book.write_bytes(before)
        first, second = ticked(book)[:2]
        put(book, {("messages", row["row"], "template"): "answer" for row in (first, second)})
        answer = genjin(capsys, "send", book, code=0)
        assert [item["state"] for item in answer["items"]] == ["kept", "kept", "accepted", "accepted"]
        assert {item["said"] for item in answer["items"][:2]} == {"今天已发给这位客户一封, 见发信记录"}
        assert sorted(server.to) == sorted(addresses(book))


def test_only_what_went_out_today_or_perhaps_did_and_was_not_denied_counts(book: Path) -> None:
    journal = MailJournal(book.with_name("x.genjin"))
    journal.file.parent.mkdir()
    rows = [
        ("2026-11-20|C|1|a", "accepted"),
        ("2026-11-20|C2|a", "unknown"),
        ("2026-11-20|C3|a", "rejected"),
        ("2026-11-19|C4|a", "accepted"),
    ]
    journal.file.write_text(
        "".join(f'{{"key": "{key}", "state": "{state}", "at": "", "to": "", "said": ""}}\n' for key, state in rows),
        "utf-8",
    )
    steps, day = journal.steps(), tables_of(book)["messages"]["on"].max().date()
    assert gone_today(steps, set(), day) == {"C|1": {"2026-11-20|C|1|a"}, "C2": {"2026-11-20|C2|a"}}
    assert set(gone_today(steps, {"2026-11-20|C2|a"}, day)) == {"C|1"}


# The journal cannot be written


@pytest.mark.parametrize(
    ("step", "states", "taken"),
    [(1, [], 0), (2, ["accepted", "kept", "kept", "kept"], 1), (3, ["accepted", "deferred", "kept", "kept"], 1)],
)
def test_a_full_disk_ends_the_sending_before_anything_goes_out_unnoted(
    book: Path, capsys: Captured, monkeypatch: pytest.MonkeyPatch, step: int, states: list[str], taken: int
) -> None:
    real, count = MailJournal.note, 0

    def note(self: MailJournal, letter: Any, verdict: Any, at: str) -> None:
        nonlocal count
        count += 1
        if count >= step:
            raise OSError(errno.ENOSPC, "No space left on device")
        real(self, letter, verdict, at)

    with mail_server(port=PORT) as server:
        with monkeypatch.context() as patch:
            patch.setattr(MailJournal, "note", note)
            assert send(capsys, book) == states
        assert len(server.taken) == taken
        send(capsys, book)
        send(capsys, book)
        assert sorted(server.to) == sorted(addresses(book))
    assert told(book) == ["服务器已收下"] * COUNT


def test_a_journal_that_cannot_be_read_is_not_taken_for_an_empty_one(book: Path, capsys: Captured) -> None:
    with mail_server(port=PORT) as server:
        send(capsys, book)
        file = book.with_name("门店.genjin") / "mail.jsonl"
        file.unlink()
        file.mkdir()
        code, _, err = said(capsys, "send", book)
    assert (code, len(server.taken)) == (2, COUNT)
    assert err.startswith("发邮件: 发信记录 门店.genjin/mail.jsonl 用不了 (")


# What the server says


def test_a_sender_whom_the_server_does_not_take_is_no_fault_of_the_clients(book: Path, capsys: Captured) -> None:
    refusal = "553 5.7.1 Mail from must equal authorized user"
    with mail_server(Manners(refuses_sender=refusal), port=PORT) as server:
        answer = genjin(capsys, "send", book, code=1)
        assert [item["state"] for item in answer["items"]] == ["deferred", "kept", "kept", "kept"]
        words = answer["items"][0]["said"]
        assert words.startswith(f"服务器不接受发件邮箱 service@example.com ({refusal}), 请核对「设置」的「发件邮箱」")
        server.manners.refuses_sender = ""
        assert send(capsys, book) == ["accepted"] * COUNT


def test_who_is_refused_by_a_server_that_then_hangs_up_stays_refused(book: Path, capsys: Captured) -> None:
    bad = addresses(book)[1]
    with mail_server(Manners(rejects=(bad,), breaks=("RSET", 2)), port=PORT) as server:
        assert send(capsys, book) == ["accepted", "rejected", "kept", "kept"]
        assert send(capsys, book) == ["kept", "accepted", "accepted"]
        assert sum(bad in line for line in server.heard) == 1


@pytest.mark.parametrize("greets", ["554 no service here", "421 busy, try later"])
def test_a_server_that_does_not_say_hello_gets_nothing(book: Path, capsys: Captured, greets: str) -> None:
    with mail_server(Manners(greets=greets), port=PORT) as server:
        code, _, err = said(capsys, "send", book)
        assert (code, server.taken) == (2, [])
        assert "没有连上" in err
        server.manners.greets = "220 test"
        assert send(capsys, book) == ["accepted"] * COUNT


def test_a_computer_with_a_chinese_name_can_send_and_does_not_tell_it(
    book: Path, capsys: Captured, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fqdn(_: str = "") -> str:
        return "李雷的电脑.local"

    monkeypatch.setattr(socket, "getfqdn", fqdn)
    with mail_server(port=PORT) as server:
        assert send(capsys, book) == ["accepted"] * COUNT
    assert server.heard[0] == "ehlo [127.0.0.1]"


def _kept_in_the_ring(patch: pytest.MonkeyPatch) -> None:
    patch.setattr("macros.mail_server.secret", lambda _, account: "geheim" if account == "service@example.com" else "")


def _in_the_environment(patch: pytest.MonkeyPatch) -> None:
    patch.setenv("GENJIN_SMTP_PASSWORD", "geheim")


@pytest.mark.parametrize("give", [_kept_in_the_ring, _in_the_environment])
def test_the_password_comes_from_outside_and_stands_nowhere_afterwards(
    book: Path, capsys: Captured, monkeypatch: pytest.MonkeyPatch, give: Callable[[pytest.MonkeyPatch], None]
) -> None:
    give(monkeypatch)
    with mail_server(Manners(password="geheim"), port=PORT):
        aim(book, user="service@example.com")
        assert send(capsys, book) == ["accepted"] * COUNT
    for file in [*book.with_name("门店.genjin").rglob("*"), book]:
        assert file.is_dir() or b"geheim" not in file.read_bytes()
    texts = [str(value) for frame in tables_of(book).values() for value in frame.to_numpy().ravel()]
    assert not any("geheim" in text for text in texts)
