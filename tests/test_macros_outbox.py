"""The length of short messages, the links that open a message, and what is an address."""

from urllib.parse import parse_qs, unquote, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from macros.outbox.addresses import mail_address
from macros.outbox.links import LONGEST, mailto, sms_link
from macros.outbox.sms import GSM, UCS2, sms_length
from workbook.cellxml import WRITABLE
from workbook.exchange import formula_for
from workbook.sheets.messages import MESSAGES
from workbook.values import Link, to_cell

HOSTILE = ("A&B <公司>", "=cmd|' /C calc'!A0", "{{7*7}}", "客" * 120, "张\r\nBcc: x@y.example", '","=1+1")', "#'!A1")


@pytest.mark.parametrize(
    ("text", "encoding", "units", "parts"),
    [
        ("", GSM, 0, 0),
        ("a" * 160, GSM, 160, 1),
        ("a" * 161, GSM, 161, 2),
        ("a" * 306, GSM, 306, 2),
        ("a" * 307, GSM, 307, 3),
        ("€" * 80, GSM, 160, 1),  # of the extension table: two septets each
        ("€" * 81, GSM, 162, 2),
        ("a" * 152 + "€" + "a" * 153, GSM, 307, 3),  # the escape and its sign stay together: 152 + 153 + 2
        ("您" * 70, UCS2, 70, 1),
        ("您" * 71, UCS2, 71, 2),
        ("您" * 134, UCS2, 134, 2),
        ("您" * 135, UCS2, 135, 3),
        ("您" * 201, UCS2, 201, 3),
        ("您" * 202, UCS2, 202, 4),
        ("a" * 70 + "您", UCS2, 71, 2),  # one Chinese sign makes all of it UCS-2
        ("😀" * 35, UCS2, 70, 1),
        ("😀" * 36, UCS2, 72, 2),
        ("您" * 66 + "😀" + "您" * 66, UCS2, 134, 3),  # no pair of surrogates is torn: 66, 2 + 65, 1
        ("ASCII`", UCS2, 6, 1),  # the grave accent is not in the alphabet
        ("Ä Ö Ü à ñ", GSM, 9, 1),
        ("第一行\n第二行", UCS2, 7, 1),
    ],
)
def test_a_text_has_so_many_parts(text: str, encoding: str, units: int, parts: int) -> None:
    assert sms_length(text) == (encoding, units, parts)


@given(st.text(alphabet="aZ€您😀\n", max_size=400))
def test_no_text_needs_fewer_parts_than_its_units_and_a_longer_one_never_fewer(text: str) -> None:
    length = sms_length(text)
    room = {GSM: (160, 153), UCS2: (70, 67)}[length.encoding]
    assert length.parts >= -(-length.units // room[0 if length.parts == 1 else 1]) or length.parts == 1
    assert sms_length(text + "您").parts >= length.parts or length.encoding == GSM


@pytest.mark.parametrize(
    ("text", "address"),
    [
        ("wang@example.com", "wang@example.com"),
        (" wang@example.com ", "wang@example.com"),
        ("ｗａｎｇ＠example.com", "wang@example.com"),
        ("a.b+c@sub.example.co", "a.b+c@sub.example.co"),
        ("wang@例子.公司", "wang@xn--fsqu00a.xn--55qx5d"),
        ("", ""),
        ("wang", ""),
        ("wang@", ""),
        ("@example.com", ""),
        ("wang@example", ""),
        ("wang@-example.com", ""),
        ("wang@exa mple.com", ""),
        ("王芳@example.com", ""),
        ("a..b@example.com", ""),
        ("a@b.example, c@d.example", ""),
        ("a@b.example;c@d.example", ""),
        ("王芳 <a@b.example>", ""),
        ("a@b.example\r\nBcc: x@y.example", ""),
        ("a@b.example\nx", ""),
        ('"a b"@example.com', ""),
        ("a" * 65 + "@example.com", ""),
        ("a@" + "b" * 250 + ".com", ""),
        ("a@example.com?bcc=x@y.example", ""),
    ],
)
def test_an_address_is_one_address_or_none(text: str, address: str) -> None:
    assert mail_address(text) == address


def test_a_link_carries_the_text_where_it_fits_and_else_only_what_does() -> None:
    assert mailto("a@b.example", "你好", "x y&z") == "mailto:a@b.example?subject=%E4%BD%A0%E5%A5%BD&body=x%20y%26z"
    assert mailto("a@b.example", "你好", "您" * 40) == "mailto:a@b.example?subject=%E4%BD%A0%E5%A5%BD"
    assert mailto("a@b.example", "您" * 40, "您") == "mailto:a@b.example"
    assert mailto("kein", "你好", "x") == ""
    assert sms_link("13800000001", "您好\n再见") == "sms:13800000001?body=%E6%82%A8%E5%A5%BD%0D%0A%E5%86%8D%E8%A7%81"
    assert sms_link("13800000001", "您" * 40) == "sms:13800000001"
    assert sms_link("010-62345678", "") == "sms:01062345678"
    assert sms_link("+4915112345678", "") == "sms:+4915112345678"
    assert sms_link("13800000001?body=x", "您") == ""
    assert sms_link("", "您") == ""


@pytest.mark.parametrize(
    "text", ["100% & #1?", "a=b&body=c", "第一行\n第二行\r\n三", "+86 1%2B2", "a;b,c", "＃ｘ％", "😀\t|"]
)
def test_a_text_comes_out_of_a_link_as_it_went_in(text: str) -> None:
    """RFC 6068: lines end in CRLF; what reads a query must not take a plus for a blank, so that it is encoded."""
    wanted = "\r\n".join(text.splitlines())
    for link in (mailto("a@b.example", text, text), sms_link("13800000001", text)):
        assert {unquote(part.partition("=")[2]) for part in link.partition("?")[2].split("&")} == {wanted}
        assert not set(link.partition("?")[2]) - set(
            "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789%=&-._~"
        )


def test_a_link_of_just_the_longest_keeps_its_text_and_one_sign_more_loses_it() -> None:
    start = len("sms:13800000001?body=")
    assert sms_link("13800000001", "a" * (LONGEST - start)).endswith("a")
    assert sms_link("13800000001", "a" * (LONGEST - start + 1)) == "sms:13800000001"


@pytest.mark.parametrize("text", HOSTILE)
def test_nothing_in_a_text_ends_a_link_or_its_formula(text: str) -> None:
    link = mailto("a@b.example", text, text)
    assert parse_qs(urlsplit(link).query).keys() <= {"subject", "body"}
    assert not set(link) & set("\"'<>\\ \r\n{}|=!") - set("=")
    if "body=" in link:
        assert unquote(link.partition("body=")[2]) == text.replace("\n", "\r\n").replace("\r\r", "\r")
    cell = to_cell(MESSAGES["link"], link)
    assert isinstance(cell, Link)
    assert type(cell) in WRITABLE
    assert formula_for(cell) == f'=HYPERLINK("{link}","{link}")'
    assert len(link) <= LONGEST


def test_links_within_the_workbook_lead_where_they_did() -> None:
    assert Link("客户!F12").target == "#'客户'!F12"
    assert Link("x'y!F12").target == "#'x''y'!F12"
    assert Link("mailto:a!b@c.example").target == "mailto:a!b@c.example"


@given(st.text(max_size=300), st.text(max_size=40))
def test_any_text_gives_a_short_link_of_plain_signs(text: str, subject: str) -> None:
    for link in (mailto("a@b.example", subject, text), sms_link("13800000001", text)):
        assert link.isascii()
        assert link.isprintable()
        assert '"' not in link
        assert len(link) <= LONGEST
