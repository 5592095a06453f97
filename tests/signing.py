"""PDFs that are signed with certificates of the tests' own."""

import datetime as dt
import io
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

CA = "测试机构"


def plain_pdf(field: bool = False) -> bytes:
    """Return a contract of one page, with a field to fill in where wanted."""
    from reportlab.pdfgen.canvas import Canvas

    out = io.BytesIO()
    canvas = Canvas(out)
    canvas.drawString(100, 700, "contract MM-2026-0001: 1,000,000")
    if field:
        canvas.acroForm.textfield(name="price", value="1,000,000", x=100, y=600, width=100)
    canvas.save()
    return out.getvalue()


@cache
def _key(name: str) -> Any:
    from cryptography.hazmat.primitives.asymmetric import rsa

    return rsa.generate_private_key(public_exponent=65537, key_size=2048)


@cache
def signer(name: str = "张伟", issuer: str = "", until: int = 2099) -> Any:
    """Return who signs: with a certificate of his own making, or one of `issuer`; it is valid from 2020 to the first day of a year."""
    from cryptography import x509
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.x509.oid import NameOID
    from pyhanko.sign import signers

    key, made_by = _key(name), issuer or name
    subject, by = (x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, one)]) for one in (name, made_by))
    day = dt.datetime(2020, 1, 1, tzinfo=dt.UTC)
    certificate = (
        x509.CertificateBuilder().subject_name(subject).issuer_name(by).public_key(key.public_key()).serial_number(1)
        .not_valid_before(day).not_valid_after(day.replace(year=until))
        .add_extension(x509.KeyUsage(True, True, False, False, False, False, False, False, False), critical=True)
        .sign(_key(made_by), hashes.SHA256())
    )  # fmt: skip
    pem, secret = serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8
    with TemporaryDirectory() as folder:
        files = Path(folder, "key.pem"), Path(folder, "cert.pem")
        files[0].write_bytes(key.private_bytes(pem, secret, serialization.NoEncryption()))
        files[1].write_bytes(certificate.public_bytes(pem))
        return signers.SimpleSigner.load(*map(str, files))


def signed(content: bytes, by: Any = None, field: str = "Sig") -> bytes:
    """Return a PDF with a signature, behind those that it has."""
    from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
    from pyhanko.sign import signers

    writer = IncrementalPdfFileWriter(io.BytesIO(content))
    return signers.sign_pdf(writer, signers.PdfSignatureMetadata(field_name=field), signer=by or signer()).getvalue()


def filled_in(content: bytes, words: str) -> bytes:
    """Return a PDF with other words in its field, as a viewer saves it."""
    from pyhanko.pdf_utils.generic import NameObject, pdf_string
    from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter

    writer = IncrementalPdfFileWriter(io.BytesIO(content))
    for reference in writer.root["/AcroForm"]["/Fields"]:
        field = reference.get_object()
        if field.get("/T") == "price":
            field[NameObject("/V")] = pdf_string(words)
            writer.update_container(field)
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()
