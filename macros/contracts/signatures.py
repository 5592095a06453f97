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
            found = PdfFileReader(io.BytesIO(content), strict=False).embedded_regular_signatures
            if not found:
                return Checked(False, "PDF 里没有数字签名")
            told = [_one(signature) for signature in found]
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


def _one(signature: Any) -> Checked:
    from pyhanko.sign.diff_analysis import ModificationLevel
    from pyhanko.sign.validation import validate_pdf_signature
    from pyhanko_certvalidator import ValidationContext

    status = validate_pdf_signature(signature, ValidationContext(trust_roots=[], allow_fetching=False))
    who = signature.signer_cert.subject.native.get("common_name", "") if signature.signer_cert else ""
    if not status.intact or not status.valid:
        return Checked(False, f"签名以后内容被改过, 不能用 (签名人 {who})")
    allowed = (ModificationLevel.NONE, ModificationLevel.LTA_UPDATES, ModificationLevel.FORM_FILLING)
    if status.modification_level not in allowed:
        return Checked(False, f"签名以后加过内容, 签名没有覆盖全文 (签名人 {who})")
    when = status.signer_reported_dt
    told = f"签名完好: {who or '没有写名字'}" + (f", {when:%Y-%m-%d %H:%M}" if when else "")
    return Checked(True, told + ("" if status.trusted else "; 证书的来历没有核, 请在签署平台上核对"))


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
