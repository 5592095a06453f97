"""Whether a signed PDF is as it was when it was signed, and by whom. pyHanko does it: `pip install genjin[sign]`."""

import io
import logging
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, NamedTuple

NO_SIGN = "没有核对签名: 没有安装 pyHanko, 请运行 pip install genjin[sign]"


class Checked(NamedTuple):
    """What came of the check: whether the file may be relied on (None: not checked), and what to say of it."""

    sound: bool | None
    words: str


def check_signed(content: bytes) -> Checked:
    """Return what the signatures of a PDF say; every one has to be sound, and the last has to cover the whole file.

    Trust in a certificate is not judged here beyond what it says of itself: nothing is fetched from the net.
    """
    try:
        from pyhanko.pdf_utils.misc import PdfReadError
        from pyhanko.pdf_utils.reader import PdfFileReader
        from pyhanko.sign.general import SigningError
        from pyhanko.sign.validation.errors import SignatureValidationError
    except ImportError:
        return Checked(None, NO_SIGN)
    with _quiet():
        try:
            reader = PdfFileReader(io.BytesIO(content), strict=False)
            if reader.encrypted:
                return Checked(None, "PDF 加了密码, 没有核对签名, 请放没有密码的那一份")
            found = reader.embedded_regular_signatures
            if not found:
                return Checked(False, "PDF 里没有数字签名")
            names = {signature.field_name for signature in found}
            told = [_one(signature, names, signature is found[-1]) for signature in found]
        except (
            PdfReadError,
            SigningError,
            SignatureValidationError,
            ValueError,
            KeyError,
            TypeError,
            IndexError,
            RecursionError,
        ):
            return Checked(False, "不是完好的 PDF, 读不出签名")
    bad = next((one for one in told if not one.sound), None)
    return bad or Checked(True, "; ".join(one.words for one in told))


def _one(signature: Any, names: set[str], last: bool) -> Checked:
    """Return what one signature says; `names` are the fields of all of them."""
    from pyhanko.sign.validation import validate_pdf_signature
    from pyhanko_certvalidator import ValidationContext

    status = validate_pdf_signature(signature, ValidationContext(trust_roots=[], allow_fetching=False))
    certificate = signature.signer_cert
    who = certificate.subject.native.get("common_name", "") or "没有写名字"
    if not status.intact or not status.valid:
        return Checked(False, f"签名以后内容被改过, 不能用 (签名人 {who})")
    if _added(status, names, last):
        return Checked(False, f"签名以后加过内容, 签名没有覆盖全文 (签名人 {who})")
    when, until = status.signer_reported_dt, certificate.not_valid_after
    if when and when > until:
        return Checked(False, f"签名时证书已经过期, {until:%Y-%m-%d} 到期 (签名人 {who})")
    told = f"签名完好: {who}" + (f", {when:%Y-%m-%d %H:%M}" if when else "")
    return Checked(True, f"{told}; {_vouched(certificate)}, 请在签署平台上核对")


def _added(status: Any, names: set[str], last: bool) -> bool:
    """Return whether anything came in after a signature but other signatures, time stamps and proofs of certificates.

    The format lets fields be filled in after a signature; whoever signed before has not signed that.
    """
    from pyhanko.sign.diff_analysis import ModificationLevel
    from pyhanko.sign.validation.status import SignatureCoverageLevel

    level = status.modification_level
    if level == ModificationLevel.FORM_FILLING:
        return last or bool(status.diff_result.changed_form_fields - names)
    if level == ModificationLevel.NONE:
        return bool(last and status.coverage != SignatureCoverageLevel.ENTIRE_FILE)
    return bool(level != ModificationLevel.LTA_UPDATES)


def _vouched(certificate: Any) -> str:
    if certificate.self_signed != "no":
        return "证书是签名人自己做的, 证明不了身份"
    return f"证书由「{certificate.issuer.native.get('common_name', '')}」签发, 来历没有核"


@contextmanager
def _quiet() -> Iterator[None]:
    """Keep what the library logs of a bad file to itself: it is said in the register."""
    logger = logging.getLogger("pyhanko")
    higher = logging.getLogger("pyhanko_certvalidator")
    before = logger.level, higher.level
    logger.setLevel(logging.CRITICAL)
    higher.setLevel(logging.CRITICAL)
    try:
        yield
    finally:
        logger.setLevel(before[0])
        higher.setLevel(before[1])
