"""What is said of a signed PDF: sound, tampered with, added to, unsigned, unreadable, and who vouches for the certificate."""

import io

import pytest

from macros.contracts import signatures
from macros.contracts.signatures import check_signed
from tests.signing import CA, filled_in, plain_pdf, signed, signer


@pytest.mark.requirement("R76")
def test_a_certificate_of_the_signers_own_making_proves_no_identity():
    found = check_signed(signed(plain_pdf()))
    assert found.sound is True
    assert found.words.startswith("签名完好: 张伟, ")
    assert found.words.endswith("; 证书是签名人自己做的, 证明不了身份, 请在签署平台上核对")


@pytest.mark.requirement("R76")
def test_a_certificate_that_somebody_issued_names_the_issuer_and_is_not_taken_on_trust():
    found = check_signed(signed(plain_pdf(), signer("李强", issuer=CA)))
    assert found.sound is True
    assert found.words.endswith(f"; 证书由「{CA}」签发, 来历没有核, 请在签署平台上核对")


def test_a_certificate_that_had_expired_says_so():
    found = check_signed(signed(plain_pdf(), signer("过期", until=2021)))
    assert found == (False, "签名时证书已经过期, 2021-01-01 到期 (签名人 过期)")


@pytest.mark.requirement("R76")
def test_a_tampered_pdf_says_so():
    good = signed(plain_pdf())
    changed = good.replace(b"/MediaBox", b"/MediaBax", 1)
    assert changed != good
    assert check_signed(good).sound is True
    assert check_signed(changed) == (False, "签名以后内容被改过, 不能用 (签名人 张伟)")


def test_what_was_added_behind_the_signature_says_so():
    from pyhanko.pdf_utils.generic import NameObject, NumberObject
    from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter

    good = signed(plain_pdf())
    writer = IncrementalPdfFileWriter(io.BytesIO(good))
    page, _, _ = writer.find_page_container(0)[0], 0, 0
    kids = writer.root["/Pages"]["/Kids"][0]
    kids[NameObject("/Rotate")] = NumberObject(180)
    writer.mark_update(writer.root["/Pages"]["/Kids"].raw_get(0))
    assert page
    out = io.BytesIO()
    writer.write(out)
    found = check_signed(out.getvalue())
    assert found.sound is False
    assert "加过内容" in found.words


@pytest.mark.parametrize("more", [b"%", b"\n% one more line\n" * 10])
def test_what_stands_behind_the_last_signature_without_being_signed_says_so(more):
    found = check_signed(signed(plain_pdf()) + more)
    assert found == (False, "签名以后加过内容, 签名没有覆盖全文 (签名人 张伟)")


def test_two_who_sign_one_after_the_other_are_both_named():
    found = check_signed(signed(signed(plain_pdf(), field="S1"), signer("于海婷"), "S2"))
    assert found.sound is True
    assert "签名完好: 张伟" in found.words
    assert "签名完好: 于海婷" in found.words


def test_a_field_that_was_filled_in_before_the_signature_is_part_of_it():
    assert check_signed(signed(filled_in(plain_pdf(field=True), "999"))).sound is True


@pytest.mark.parametrize("again", [False, True])
def test_a_field_that_was_filled_in_after_a_signature_says_so_though_another_signed_it(again):
    """To fill in fields is allowed by the format; but 张伟 did not sign that price."""
    late = filled_in(signed(plain_pdf(field=True)), "999")
    found = check_signed(signed(late, signer("于海婷"), "S2") if again else late)
    assert found == (False, "签名以后加过内容, 签名没有覆盖全文 (签名人 张伟)")


@pytest.mark.parametrize("content", [b"", b"%PDF-1.4 broken", b"\0" * 100, b"PK\x03\x04"])
def test_what_is_no_pdf_says_so(content):
    assert check_signed(content) == (False, "不是完好的 PDF, 读不出签名")


def test_a_pdf_that_is_cut_off_says_so():
    assert check_signed(signed(plain_pdf())[:-200]) == (False, "不是完好的 PDF, 读不出签名")


def test_a_pdf_without_a_signature_says_so():
    assert check_signed(plain_pdf()) == (False, "PDF 里没有数字签名")


def test_a_pdf_with_a_password_is_not_called_unsigned():
    from reportlab.lib.pdfencrypt import StandardEncryption
    from reportlab.pdfgen.canvas import Canvas

    out = io.BytesIO()
    canvas = Canvas(out, encrypt=StandardEncryption("user", "owner"))
    canvas.drawString(100, 700, "contract")
    canvas.save()
    assert check_signed(out.getvalue()) == (None, "PDF 加了密码, 没有核对签名, 请放没有密码的那一份")


def test_without_pyhanko_nothing_is_claimed(monkeypatch):
    monkeypatch.setitem(__import__("sys").modules, "pyhanko.pdf_utils.reader", None)
    found = check_signed(plain_pdf())
    assert found == (None, signatures.NO_SIGN)
