"""genjin send against a mail server that really listens: each ticked text arrives once, whatever ends half way."""

import datetime as dt
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from macros.mail_journal import MailJournal
from macros.settings import Settings
from macros.template_book import templates_of
from tests.commands import TODAY, genjin, said
from tests.mail_server import Manners, certificate, mail_server
from tests.posting import aim, free_port, posting_book, put, tables_of, ticked
from workbook.errors import FileRefused
from workbook.files import FileBook

ROOT = Path(__file__).resolve().parent.parent
COUNT = 4
PORT = free_port()


@pytest.fixture(scope="module")
def prepared(yesterday: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return posting_book(yesterday, tmp_path_factory.mktemp("posting"), COUNT, PORT)


@pytest.fixture
def book(prepared: Path, tmp_path: Path) -> Path:
    path = tmp_path / "门店.xlsx"
    path.write_bytes(prepared.read_bytes())
    return path


def send(capsys: pytest.CaptureFixture[str], path: Path, *more: str, code: int | None = 0) -> dict[str, Any]:
    return genjin(capsys, "send", path, *more, code=code)


def states(answer: dict[str, Any]) -> list[str]:
    return [item["state"] for item in answer["items"]]


def addresses(path: Path) -> list[str]:
    return [f"{row['client_id'].lower()}@example.com" for row in ticked(path)]


def contacts(path: Path) -> list[str]:
    log = tables_of(path)["followups"]
    return log.loc[log["summary"].str.startswith("已发消息"), "obj_id"].tolist()


@pytest.mark.requirement("F9", "R24", "R47")
def test_ticked_texts_arrive_once_and_a_second_run_sends_none(book: Path, capsys: pytest.CaptureFixture[str]) -> None:
    wanted = [row["text"] for row in ticked(book)]
    with mail_server(port=PORT) as server:
        assert states(send(capsys, book)) == ["accepted"] * COUNT
        assert server.to == addresses(book)
        assert [part(letter, "plain").strip() for letter in server.letters] == wanted
        again = send(capsys, book)
        assert (again["items"], again["changed"], len(server.taken)) == ([], 0, COUNT)
    for row in ticked(book):
        assert (row["sent"], row["status"], row["delivery"]) == (True, "已发", row["delivery"])
        assert row["delivery"].startswith("服务器已收下 2")
    assert sorted(contacts(book)) == sorted(row["client_id"] for row in ticked(book))


def part(letter: Any, kind: str) -> str:
    return str(letter.get_body((kind,)).get_content()).replace("\r\n", "\n")


@pytest.mark.slow
def test_after_everything_is_worked_out_again_each_text_is_in_the_log_once_and_none_goes_out(
    book: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with mail_server(port=PORT) as server:
        send(capsys, book)
        genjin(capsys, "all", book)
        logged = contacts(book)
        assert sorted(logged) == sorted(row["client_id"] for row in ticked(book))
        assert genjin(capsys, "all", book)["changed"] == 0
        genjin(capsys, "all", book, today="2026-11-21")
        genjin(capsys, "send", book, today="2026-11-21")
        assert (contacts(book), len(server.taken)) == (logged, COUNT)


@pytest.mark.slow
def test_a_sent_text_resets_no_clock(book: Path, capsys: pytest.CaptureFixture[str]) -> None:
    genjin(capsys, "all", book)
    before = tables_of(book)["clients"].set_index("client_id")["last_valid_at"]
    with mail_server(port=PORT):
        send(capsys, book)
    genjin(capsys, "all", book)
    after = tables_of(book)["clients"].set_index("client_id")["last_valid_at"]
    assert after.equals(before)


def test_a_preview_names_who_would_get_what_and_touches_neither_server_nor_workbook(
    book: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with mail_server(port=PORT) as server:
        before = book.read_bytes()
        answer = send(capsys, book, "--preview")
        assert states(answer) == ["would"] * COUNT
        assert [item["to"] for item in answer["items"]] == addresses(book)
        assert [item["text"] for item in answer["items"]] == [row["text"] for row in ticked(book)]
        assert (book.read_bytes(), server.heard) == (before, [])
        assert not (book.with_name("门店.genjin") / "mail.jsonl").exists()
        _, out, _ = said(capsys, "send", book, "--preview")
    assert out.startswith(f"发邮件预览: 会发 {COUNT} 封, 什么都没有发。\n")
    assert all(f"<{to}>" in out for to in addresses(book))


@pytest.mark.requirement("F9")
def test_a_server_that_dies_after_the_content_leaves_one_in_doubt_and_neither_loses_nor_doubles_the_others(
    book: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with mail_server(Manners(dies_after_data_of=2), port=PORT) as server:
        first = send(capsys, book, code=1)
        assert states(first) == ["accepted", "unknown", "kept", "kept"]
        assert [row["delivery"][:8] for row in ticked(book)] == ["服务器已收下 2", "不确定, 请核对", "", ""]
        second = send(capsys, book)
        assert states(second) == ["kept", "accepted", "accepted"]
        assert "请问过客户" in second["items"][0]["said"]
        third = send(capsys, book)
        assert states(third) == ["kept"]
        assert sorted(server.to) == sorted(addresses(book))
        assert [row["status"] for row in ticked(book)] == ["已发", "不确定", "已发", "已发"]
    assert len(contacts(book)) == COUNT - 1


def test_in_doubt_it_is_the_person_who_says_so_and_a_second_mail_can_be_recognised(
    book: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with mail_server(Manners(dies_after_data_of=1), port=PORT) as server:
        send(capsys, book, code=1)
        doubtful = ticked(book)[0]
        put(book, {("messages", doubtful["row"], "sent"): "否"})
        server.manners.dies_after_data_of = 0
        assert states(send(capsys, book)) == ["accepted"] * COUNT
    same = [letter for to, letter in server.taken if to == addresses(book)[0]]
    assert len(same) == 2
    assert same[0]["Message-ID"] == same[1]["Message-ID"]
    assert len({letter["Message-ID"] for letter in server.letters}) == COUNT


@pytest.mark.slow
def test_a_doubtful_text_is_not_made_anew_and_its_client_gets_no_other(
    book: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with mail_server(Manners(dies_after_data_of=1), port=PORT):
        send(capsys, book, code=1)
    doubtful = ticked(book)[0]
    genjin(capsys, "all", book)
    rows = tables_of(book)["messages"]
    mine = rows.loc[(rows["client_id"] == doubtful["client_id"]) & (rows["on"] == doubtful["on"])]
    assert mine[["template", "text", "status"]].values.tolist() == [[doubtful["template"], doubtful["text"], "不确定"]]
    assert mine["delivery"].item() == doubtful["delivery"]


def test_a_line_that_breaks_before_the_content_has_sent_nothing_and_all_goes_next_time(
    book: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with mail_server(Manners(dies_before_content_of=2), port=PORT) as server:
        assert states(send(capsys, book, code=1)) == ["accepted", "deferred", "kept", "kept"]
        server.manners.dies_before_content_of = 0
        assert states(send(capsys, book)) == ["accepted"] * (COUNT - 1)
        assert server.to == addresses(book)


@pytest.mark.parametrize("taken", range(COUNT))
def test_a_process_that_ends_half_way_is_caught_up_by_the_next(
    book: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, taken: int
) -> None:
    """Power is lost when `taken` letters are through and the next was handed over: nothing was written into the workbook."""
    real, count = MailJournal.note, 0

    class PowerLost(BaseException):
        pass

    def note(self: MailJournal, letter: Any, verdict: Any, at: str) -> None:
        nonlocal count
        if verdict.state == "accepted":
            count += 1
            if count > taken:
                raise PowerLost
        real(self, letter, verdict, at)

    with mail_server(port=PORT) as server:
        with monkeypatch.context() as patch:
            patch.setattr(MailJournal, "note", note)
            with pytest.raises(PowerLost):
                send(capsys, book)
        assert [row["sent"] for row in ticked(book)] == [None] * COUNT
        send(capsys, book, code=None)
        assert sorted(server.to) == sorted(addresses(book))
        told = [row["delivery"].split(" ")[0] for row in ticked(book)]
        assert told == ["服务器已收下"] * taken + ["不确定,"] + ["服务器已收下"] * (COUNT - taken - 1)
        send(capsys, book)
    assert len(server.taken) == COUNT


@pytest.mark.slow
def test_a_process_that_is_killed_while_the_server_is_silent_neither_loses_nor_doubles(
    book: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    command = [sys.executable, "-m", "macros.cli", "send", str(book), "--today", TODAY]
    with mail_server(Manners(falls_silent_after_data_of=2), port=PORT) as server:
        sending = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        assert server.silent.wait(60)
        sending.kill()
        sending.wait()
        server.manners.falls_silent_after_data_of = 0
        before = [row["sent"] for row in ticked(book)]
        answer = send(capsys, book)
        assert sorted(server.to) == sorted(addresses(book))
    assert before == [None] * COUNT
    assert states(answer) == ["kept", "kept", "accepted", "accepted"]
    assert [row["status"] for row in ticked(book)] == ["已发", "不确定", "已发", "已发"]


def test_a_workbook_that_cannot_be_written_afterwards_is_told_next_time(
    book: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(self: FileBook) -> None:
        raise FileRefused("门店.xlsx", "没有写成 (磁盘已满)", "请腾出空间", code="FILE_NOT_SAVED")

    with mail_server(port=PORT) as server:
        with monkeypatch.context() as patch:
            patch.setattr(FileBook, "save", full)
            code, _, err = said(capsys, "send", book)
        assert (code, len(server.taken)) == (2, COUNT)
        assert f"{COUNT} 封已交给服务器, 但工作簿没有写成" in err
        assert "不会重发" in err
        answer = send(capsys, book)
        assert len(server.taken) == COUNT
    assert all("已收下, 不再发第二次" in item["said"] for item in answer["items"])
    assert [row["sent"] for row in ticked(book)] == [True] * COUNT


def test_what_was_taken_back_by_undo_is_noted_again_and_not_sent_again(
    book: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with mail_server(port=PORT) as server:
        send(capsys, book)
        genjin(capsys, "undo", book)
        assert [row["sent"] for row in ticked(book)] == [None] * COUNT
        assert states(send(capsys, book)) == ["kept"] * COUNT
        assert len(server.taken) == COUNT
    assert [row["sent"] for row in ticked(book)] == [True] * COUNT


def test_one_rejected_address_does_not_keep_the_others_and_is_tried_again_only_when_it_changed(
    book: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    bad = addresses(book)[1]
    with mail_server(Manners(rejects=(bad,)), port=PORT) as server:
        assert states(send(capsys, book, code=1)) == ["accepted", "rejected", "accepted", "accepted"]
        assert "550 5.1.1 no such user" in ticked(book)[1]["delivery"]
        assert ticked(book)[1]["sent"] is None
        assert states(send(capsys, book)) == ["kept"]
        assert sum(bad in line for line in server.heard) == 1
        clients = tables_of(book)["clients"]
        row = int(clients.index[clients["email"] == bad][0])
        put(book, {("clients", row, "email"): "right@example.com"})
        assert states(send(capsys, book)) == ["accepted"]
        assert server.to[-1] == "right@example.com"


def test_what_a_server_does_not_take_for_now_goes_next_time(book: Path, capsys: pytest.CaptureFixture[str]) -> None:
    later = addresses(book)[0]
    with mail_server(Manners(defers=(later,)), port=PORT) as server:
        assert states(send(capsys, book, code=1))[0] == "deferred"
        server.manners.defers = ()
        assert states(send(capsys, book)) == ["accepted"]
        assert sorted(server.to) == sorted(addresses(book))


def test_content_that_is_refused_counts_as_not_sent(book: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with mail_server(Manners(refuses_content=True), port=PORT):
        assert states(send(capsys, book, code=1)) == ["rejected"] * COUNT
    assert contacts(book) == []


def test_a_client_who_refused_since_gets_nothing(book: Path, capsys: pytest.CaptureFixture[str]) -> None:
    tables = tables_of(book)
    client = ticked(book)[2]["client_id"]
    row = int(tables["clients"].index[tables["clients"]["client_id"] == client][0])
    put(book, {("clients", row, "consent"): "拒绝"})
    with mail_server(port=PORT) as server:
        answer = send(capsys, book)
        assert states(answer) == ["accepted", "accepted", "kept", "accepted"]
        assert f"{client.lower()}@example.com" not in server.to
    assert answer["items"][2]["said"] == f"客户拒绝联系: 见 {tables.cell('clients', row, 'consent')}, 请勿发送"


def test_a_text_of_another_day_is_not_sent(book: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with mail_server(port=PORT) as server:
        answer = genjin(capsys, "send", book, today="2026-11-21")
        assert {item["said"] for item in answer["items"]} == {"不是今天写的: 请先做「消息」, 再选一次"}
        assert server.heard == []


def test_what_is_not_an_address_is_named_by_its_cell(book: Path, capsys: pytest.CaptureFixture[str]) -> None:
    tables = tables_of(book)
    ids = [row["client_id"] for row in ticked(book)]
    rows = {client: int(tables["clients"].index[tables["clients"]["client_id"] == client][0]) for client in ids}
    given = ["a@b.example\r\nBcc: x@y.example", "a@b.example, x@y.example", None, "王芳@example.com"]
    put(book, {("clients", rows[client], "email"): value for client, value in zip(ids, given, strict=True)})
    with mail_server(port=PORT) as server:
        answer = send(capsys, book)
        assert server.heard == []
    cells = [tables.cell("clients", rows[client], "email") for client in ids]
    said_of = [item["said"] for item in answer["items"]]
    assert said_of[2] == f"缺少邮箱: 请在 {cells[2]} 填写"
    assert [f"不是一个邮箱地址: 请核对 {cell}" in words for cell, words in zip(cells, said_of, strict=True)] == [
        True,
        True,
        False,
        True,
    ]


def test_no_more_go_at_once_than_the_setting_says(book: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with mail_server(port=PORT) as server:
        aim(book, most_per_run=3)
        assert states(send(capsys, book)) == ["accepted"] * 3 + ["kept"]
        assert states(send(capsys, book)) == ["accepted"]
        assert server.to == addresses(book)


def test_a_self_signed_certificate_is_refused_and_one_that_the_computer_trusts_is_not(
    book: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    context, trusted = certificate(tmp_path)
    with mail_server(context=context, port=PORT) as server:
        aim(book, security="SSL")
        code, _, err = said(capsys, "send", book)
        assert (code, server.taken) == (2, [])
        assert err.startswith(
            f"发信服务器 127.0.0.1 (端口 {server.port}): 证书不可信 (self-signed certificate), 没有发出任何邮件。"
        )
        monkeypatch.setenv("SSL_CERT_FILE", str(trusted))
        assert states(send(capsys, book)) == ["accepted"] * COUNT


def test_starttls_logs_in_under_cover_with_the_password_of_the_environment(
    book: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    context, trusted = certificate(tmp_path)
    monkeypatch.setenv("SSL_CERT_FILE", str(trusted))
    monkeypatch.setenv("GENJIN_SMTP_PASSWORD", "geheim")
    with mail_server(Manners(starttls=True, password="geheim"), context, PORT) as server:
        aim(book, security="STARTTLS", user="service@example.com")
        assert states(send(capsys, book)) == ["accepted"] * COUNT
        words = [line.split(" ")[0].upper() for line in server.heard]
        assert words.index("STARTTLS") < words.index("AUTH") < words.index("MAIL")
    journal = (book.with_name("门店.genjin") / "mail.jsonl").read_text("utf-8")
    assert "geheim" not in journal
    assert "@example.com" not in journal.replace(".invalid", "").split('"id"')[0]


def test_a_wrong_password_says_so_and_sends_nothing(
    book: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GENJIN_SMTP_PASSWORD", "falsch")
    with mail_server(Manners(password="geheim"), port=PORT) as server:
        aim(book, user="service@example.com")
        code, _, err = said(capsys, "send", book)
        assert (code, server.taken) == (2, [])
    assert "账号 service@example.com 没有登录成功 (535), 没有发出任何邮件。" in err
    assert "falsch" not in err


def test_two_cannot_send_at_once(book: Path, capsys: pytest.CaptureFixture[str]) -> None:
    journal = MailJournal(book.with_name("门店.genjin"))
    with mail_server(port=PORT) as server, journal.alone():
        code, _, err = said(capsys, "send", book)
        assert (code, server.heard) == (2, [])
    assert err.startswith("发邮件: 另一次发送还没有结束。")


def test_marketing_says_in_its_headers_how_to_refuse_and_service_does_not(
    book: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    tables = tables_of(book)
    purposes = {one.id: one.purpose for one in templates_of(tables, Settings())[0]}
    wanted = [purposes[row["template"]] != "服务" for row in ticked(book)]
    with mail_server(port=PORT) as server:
        send(capsys, book)
    assert ["List-Unsubscribe" in letter for letter in server.letters] == wanted


def test_the_journal_has_two_steps_per_letter_and_outlives_a_torn_line(
    book: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with mail_server(port=PORT):
        send(capsys, book)
    file = book.with_name("门店.genjin") / "mail.jsonl"
    lines = [json.loads(line) for line in file.read_text("utf-8").splitlines()]
    assert [line["state"] for line in lines] == ["intended", "accepted"] * COUNT
    file.write_bytes(file.read_bytes()[:-20])
    assert [step.state for step in MailJournal(file.parent).steps().values()] == ["accepted"] * (COUNT - 1) + [
        "intended"
    ]
    assert dt.datetime.fromisoformat(lines[0]["at"])
