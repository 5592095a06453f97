"""How the servers of tests/errors cannot be used: a function per case, named as its file. Real servers are those of tests/mail_server.py."""

import shutil
import smtplib
import socket
import ssl
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pandas as pd

from macros.mail_journal import MailJournal
from macros.permission import capped
from macros.settings import Settings
from tests.posting import put, setting, tables_of
from tests.recipes import BOOK, Patch, Recipe, rewrite, run

SENDING_RECIPES: dict[str, Recipe] = {}
TODAY = pd.Timestamp("2026-11-20")


def recipe(function: Recipe) -> Recipe:
    SENDING_RECIPES[function.__name__] = function
    return function


def one_ticked(**told: object) -> None:
    """Write one text of today that is ticked for the mail server, to a client who agreed, and the settings of mail."""
    tables = tables_of(BOOK)
    clients, held = tables["clients"], capped(tables, TODAY, Settings())
    free = clients.loc[(clients["consent"] == "同意") & ~clients["client_id"].isin(held)].iloc[0]
    text = {
        "on": TODAY.date(), "who": "李雷", "client_id": free["client_id"], "name": free["name"], "channel": "邮件", "template": "first_thanks",
        "content_type": "首次致谢", "text": "您好", "status": "可发", "mail": "是",
    }  # fmt: skip
    mail = {"host": "smtp.example.com", "user": "service@example.com", **told}
    put(BOOK, {
        **{("messages", 2, key): value for key, value in text.items()}, ("clients", int(free.name), "email"): "wang@example.com",
        **{setting(tables, f"mail.{key}"): value for key, value in mail.items()},
    })  # fmt: skip


def renamed(xml: bytes, other: dict[str, str]) -> bytes:
    for old, new in other.items():
        xml = xml.replace(f">{old}<".encode(), f">{new}<".encode()).replace(
            f'name="{old}"'.encode(), f'name="{new}"'.encode()
        )
    return xml


def unreachable(problem: Exception, monkeypatch: Patch, kind: str = "SMTP_SSL") -> None:
    """Have every connection end so, as it would without the network too."""

    def refuse(*_: Any, **__: Any) -> Any:
        raise problem

    monkeypatch.setenv("GENJIN_SMTP_PASSWORD", "geheim")
    monkeypatch.setattr(smtplib, kind, refuse)


class Deaf(smtplib.SMTP):
    """A server that has been reached and knows no extension, or not this password."""

    def __init__(self, *_: Any, **__: Any) -> None:
        super().__init__()

    def ehlo_or_helo_if_needed(self) -> None:
        self.ehlo_resp = b""

    def starttls(self, **_: Any) -> Any:
        raise smtplib.SMTPNotSupportedError("STARTTLS extension not supported by server.")

    def login(self, *_: Any, **__: Any) -> Any:
        raise smtplib.SMTPAuthenticationError(535, b"no")


class NoLogin(Deaf):
    """A server that lets nobody log in, as one for the own computer only."""

    def login(self, *_: Any, **__: Any) -> Any:
        raise smtplib.SMTPNotSupportedError("SMTP AUTH extension not supported by server.")


@recipe
def send_without_a_server(_: Patch) -> None:
    one_ticked(host=None)


@recipe
def send_without_an_address_to_send_from(_: Patch) -> None:
    one_ticked(user="konto")


@recipe
def send_while_another_does(monkeypatch: Patch) -> None:
    one_ticked()
    alone = MailJournal(BOOK.with_name("门店.genjin").absolute()).alone()
    alone.__enter__()
    monkeypatch.setattr(smtplib, "kept_open", alone, raising=False)


@recipe
def send_in_the_open(_: Patch) -> None:
    one_ticked(security="不加密")


@recipe
def send_without_a_password(monkeypatch: Patch) -> None:
    one_ticked()
    monkeypatch.delenv("GENJIN_SMTP_PASSWORD", raising=False)
    monkeypatch.setitem(sys.modules, "keyring", None)


@recipe
def send_with_a_wrong_password(monkeypatch: Patch) -> None:
    one_ticked()
    monkeypatch.setenv("GENJIN_SMTP_PASSWORD", "falsch")
    monkeypatch.setattr(smtplib, "SMTP_SSL", Deaf)


@recipe
def send_with_a_password_that_no_server_takes(monkeypatch: Patch) -> None:
    one_ticked()
    monkeypatch.setenv("GENJIN_SMTP_PASSWORD", "授权码：ａｂｃ")


@recipe
def send_to_a_server_that_lets_nobody_log_in(monkeypatch: Patch) -> None:
    one_ticked()
    monkeypatch.setenv("GENJIN_SMTP_PASSWORD", "geheim")
    monkeypatch.setattr(smtplib, "SMTP_SSL", NoLogin)


@recipe
def send_where_nothing_can_be_noted(_: Patch) -> None:
    one_ticked()
    Path("门店.genjin/mail.jsonl").mkdir(parents=True)


@recipe
def send_to_a_server_with_a_certificate_of_its_own(monkeypatch: Patch) -> None:
    one_ticked()
    problem = ssl.SSLCertVerificationError(1, "certificate verify failed")
    problem.verify_message = "self-signed certificate"
    unreachable(problem, monkeypatch)


@recipe
def send_to_a_server_without_starttls(monkeypatch: Patch) -> None:
    one_ticked(security="STARTTLS")
    monkeypatch.setenv("GENJIN_SMTP_PASSWORD", "geheim")
    monkeypatch.setattr(smtplib, "SMTP", Deaf)


@recipe
def send_to_a_server_that_nobody_knows(monkeypatch: Patch) -> None:
    one_ticked()
    unreachable(socket.gaierror(-2, "Name or service not known"), monkeypatch)


@recipe
def send_to_a_server_that_does_not_answer(monkeypatch: Patch) -> None:
    one_ticked()
    unreachable(TimeoutError("timed out"), monkeypatch)


@recipe
def send_without_the_columns(_: Patch) -> None:
    with zipfile.ZipFile(BOOK) as package:
        names = [name for name in package.namelist() if name.endswith(".xml")]
    other = {"发邮件": "备注一", "发送情况": "备注二"}
    rewrite(dict.fromkeys(names, lambda xml: renamed(xml, other)))


@recipe
def send_shows_who_would_get_what(_: Patch) -> None:
    one_ticked()


@recipe
def eml_where_a_file_stands_in_the_way(_: Patch) -> None:
    one_ticked()
    Path("门店-报表").write_text("kein Ordner", "utf-8")


def _robot(url: str | None) -> Callable[[Patch], None]:
    def set_up(monkeypatch: Patch) -> None:
        run("due", BOOK)
        shutil.rmtree("门店.genjin")
        for name in ("GENJIN_ROBOT_URL", "GENJIN_ROBOT_SECRET"):
            monkeypatch.delenv(name, raising=False)
        if url:
            monkeypatch.setenv("GENJIN_ROBOT_URL", url)
        monkeypatch.setitem(sys.modules, "keyring", None)

    return set_up


SENDING_RECIPES["robot_that_is_not_set_up"] = _robot(None)
SENDING_RECIPES["robot_with_another_address"] = _robot("https://evil.example/robot/send?access_token=geheim")
