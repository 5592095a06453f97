"""A letter's headers and bodies with hostile names, its file, and passwords that are in no workbook."""

import datetime as dt
import email
import email.policy
import sys
import types
from dataclasses import replace
from email.header import decode_header, make_header
from email.message import EmailMessage
from email.utils import parseaddr
from html.parser import HTMLParser
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from macros.mail import Letter, composed, sender_of
from macros.mail_files import file_name
from macros.mail_server import _dotted
from macros.secrets_kept import secret
from workbook.errors import SendRefused

AT = dt.datetime(2026, 11, 20, 9, 30)
LETTER = Letter(
    key="2026-11-20|C000001|market_b", client_id="C000001", name="王芳", to="wang@example.com", sender="service@example.com",
    sender_name="李雷 示例地产", subject="示例地产 市场资讯", text="王女士您好\n\n第二段\n.一个点开头",
)  # fmt: skip
HOSTILE = {
    "markup": "A&B <公司>",
    "formula": "=cmd|' /C calc'!A0",
    "template": "{{7*7}}{% for x in y %}",
    "long": "客" * 120,
    "lines": "张\r\nBcc: x@y.example\r\n\r\nbody",
    "quotes": 'O\'Neil "Bob", <x@y.example>',
    "half": "坏\ud800字",
    "marks": "‮反 \u2028 \x00 名",
}


def read(letter: Letter) -> EmailMessage:
    """Return a letter as the receiver reads it: parsed from its bytes."""
    message = email.message_from_bytes(composed(letter, AT).as_bytes(), policy=email.policy.default)
    assert isinstance(message, EmailMessage)
    return message


def display_name(letter: Letter) -> str:
    """Return the name in To as mail programs read it; Python's newer parser puts a blank between the pieces of a long one."""
    raw = email.message_from_bytes(composed(letter, AT).as_bytes())["To"]
    name, _ = parseaddr(" ".join(raw.split()))
    return str(make_header(decode_header(name)))


def part(message: EmailMessage, kind: str) -> str:
    body = message.get_body((kind,))
    assert body is not None
    return str(body.get_content()).replace("\r\n", "\n")


class Words(HTMLParser):
    """What a browser shows of a page, and which elements it has."""

    def __init__(self) -> None:
        super().__init__()
        self.words: list[str] = []
        self.tags: list[str] = []

    def handle_starttag(self, tag: str, attrs: Any) -> None:
        self.tags.append(tag)

    def handle_data(self, data: str) -> None:
        self.words.append(data)


def shown(page: str) -> tuple[str, list[str]]:
    words = Words()
    words.feed(page)
    return "".join(words.words), words.tags


def test_a_letter_says_the_same_as_text_and_as_a_page() -> None:
    message = read(LETTER)
    assert part(message, "plain") == LETTER.text + "\n"
    words, tags = shown(part(message, "html"))
    assert [tag for tag in tags if tag == "p"] == ["p", "p"]
    assert "王女士您好" in words
    assert "第二段\n.一个点开头" in words
    assert message["From"].addresses[0].addr_spec == "service@example.com"
    assert message["To"].addresses[0].display_name == "王芳"
    assert message["Subject"] == "示例地产 市场资讯"
    assert message["Date"].datetime.replace(tzinfo=None) == AT
    assert composed(LETTER)["Date"] is None


@pytest.mark.parametrize("name", HOSTILE.values(), ids=HOSTILE.keys())
def test_a_hostile_name_stands_literally_and_adds_no_header(name: str) -> None:
    letter = replace(LETTER, name=name, sender_name=name, subject=name, text=f"{name}您好\n\n再见")
    message = read(letter)
    assert message.keys() == read(LETTER).keys()
    assert (len(message["To"].addresses), len(message["From"].addresses)) == (1, 1)
    assert message["To"].addresses[0].addr_spec == LETTER.to
    visible = name.replace("\r\n", " ").replace("\ud800", "?").replace("\u2028", " ").replace("\x00", " ")
    literal = " ".join(visible.split())[:120]
    assert " ".join(display_name(letter).split()) == literal
    assert " ".join(message["Subject"].split()) == literal
    words, tags = shown(part(message, "html"))
    assert set(tags) == {"html", "head", "meta", "title", "body", "p"}
    for text in (part(message, "plain"), words):
        assert " ".join(visible.split()) in " ".join(text.split())


@given(st.text(max_size=200), st.text(max_size=60))
def test_any_text_and_any_name_make_a_letter_that_can_be_read(text: str, name: str) -> None:
    message = read(replace(LETTER, text=text, name=name, subject=name))
    assert len(message.keys()) == len(read(LETTER).keys())
    assert message["To"].addresses[0].addr_spec == LETTER.to
    lines = composed(replace(LETTER, text=text, name=name), AT).as_bytes().split(b"\r\n")
    assert all(len(line) <= 998 and line.isascii() for line in lines)


def test_the_id_is_the_same_for_the_same_text_and_another_for_another() -> None:
    again = replace(LETTER, text="改过的字", name="王 芳", subject="别的")
    others = [
        replace(LETTER, key="2026-11-21|C000001|market_b"),
        replace(LETTER, to="x@example.com"),
        replace(LETTER, sender="a@b.example"),
    ]
    assert again.message_id == LETTER.message_id
    assert LETTER.message_id not in {other.message_id for other in others}
    assert LETTER.message_id.endswith("@example.com>")
    assert "wang" not in LETTER.message_id


def test_who_may_refuse_for_good_is_told_how_in_a_header() -> None:
    header = read(replace(LETTER, unwanted=True))["List-Unsubscribe"]
    assert unquote(header).strip() == "<mailto:service@example.com?subject=退订 C000001>"
    assert header.isascii()
    assert "List-Unsubscribe" not in read(LETTER)


def test_lines_that_begin_with_a_dot_survive_the_line_protocol() -> None:
    assert _dotted(b"a\r\n.b\r\n..c\r\n") == b"a\r\n..b\r\n...c\r\n.\r\n"
    assert _dotted(b"") == b"\r\n.\r\n"


def test_who_sends_is_the_sender_or_the_account() -> None:
    assert sender_of("a@b.example", "c@d.example") == "a@b.example"
    assert sender_of("", "c@d.example") == "c@d.example"
    for sender, user in (("", ""), ("", "konto"), ("a@b.example\nBcc: x", "c@d.example")):
        with pytest.raises(SendRefused, match="发件邮箱"):
            sender_of(sender, user)


@pytest.mark.parametrize("name", HOSTILE.values(), ids=HOSTILE.keys())
def test_a_files_name_is_made_of_id_and_name_and_leads_nowhere_else(name: str) -> None:
    file = file_name(replace(LETTER, name=name))
    assert file.startswith("C000001-")
    assert file.endswith("-market_b.eml")
    assert Path(file).name == file
    assert not set(file) & set('\\/:*?"<>|\r\n\x00')
    assert len(f"{file}.part".encode()) <= 255  # what a disk takes, with what stands behind it while it is written
    assert file_name(replace(LETTER, key="x|y|../../etc/passwd")).count("/") == 0


class Ring(types.ModuleType):
    """A keyring in memory, or one that cannot be opened."""

    def __init__(self, kept: dict[tuple[str, str], str] | None) -> None:
        super().__init__("keyring")
        self.kept, self.errors = kept, types.ModuleType("keyring.errors")
        self.errors.KeyringError = type("KeyringError", (Exception,), {})  # type: ignore[attr-defined]

    def get_password(self, service: str, account: str) -> str | None:
        if self.kept is None:
            raise self.errors.KeyringError("locked")
        return self.kept.get((service, account))


def ring(patch: pytest.MonkeyPatch, kept: dict[tuple[str, str], str] | None) -> None:
    made = Ring(kept)
    patch.setitem(sys.modules, "keyring", made)
    patch.setitem(sys.modules, "keyring.errors", made.errors)


def test_a_password_comes_from_the_environment_first_then_from_the_keyring(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("GENJIN_SMTP_PASSWORD", raising=False)
    ring(monkeypatch, {("genjin", "a@b.example"): "im Ring"})
    assert secret("GENJIN_SMTP_PASSWORD", "a@b.example") == "im Ring"
    assert secret("GENJIN_SMTP_PASSWORD", "other") == ""
    assert secret("", "a@b.example") == "im Ring"
    monkeypatch.setenv("GENJIN_SMTP_PASSWORD", "in der Umgebung")
    assert secret("GENJIN_SMTP_PASSWORD", "a@b.example") == "in der Umgebung"


def test_a_keyring_that_is_locked_or_not_there_holds_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("GENJIN_SMTP_PASSWORD", raising=False)
    ring(monkeypatch, None)
    assert secret("GENJIN_SMTP_PASSWORD", "a@b.example") == ""
    monkeypatch.setitem(sys.modules, "keyring", None)
    assert secret("GENJIN_SMTP_PASSWORD", "a@b.example") == ""
