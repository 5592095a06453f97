"""All texts that the files of a folder hold, unpacked: what somebody would find who looks for a number with every tool there is."""

import email
import email.policy
import gzip
import io
import re
import shutil
import subprocess
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from python_calamine import CalamineWorkbook


class Text(NamedTuple):
    """A text and where it stands: the file within the folder, and for a workbook the sheet and the header of the column."""

    file: str
    place: str
    text: str


NOTHING = re.compile(r"(?!)")
BESIDE_CELLS = re.compile(r"xl/(comments|threadedComments|persons|drawings|charts)|docProps")
"""Parts of a workbook that say something to a person, though it is in no cell."""


def texts_in(folder: Path, but: re.Pattern[str] = NOTHING) -> Iterator[Text]:
    """Yield every text of every file: cells of workbooks, parts of documents, records, letters, pages of a PDF where a reader is installed.

    Files whose place within the folder is `but` are left out.
    """
    for file in sorted(folder.rglob("*")):
        if file.is_file() and not but.fullmatch(str(file.relative_to(folder))):
            for place, text in _texts(file):
                yield Text(str(file.relative_to(folder)), place, text)


def bytes_in(folder: Path) -> Iterator[Text]:
    """Yield every part of every file as text, whether a cell shows it or not."""
    for file in sorted(folder.rglob("*")):
        if not file.is_file():
            continue
        content = file.read_bytes()
        if zipfile.is_zipfile(file):
            with zipfile.ZipFile(io.BytesIO(content)) as parts:
                for name in parts.namelist():
                    yield Text(str(file.relative_to(folder)), name, parts.read(name).decode("utf-8", "replace"))
        else:
            content = gzip.decompress(content) if file.suffix == ".gz" else content
            yield Text(str(file.relative_to(folder)), "", content.decode("utf-8", "replace"))


def _texts(file: Path) -> Iterator[tuple[str, str]]:
    content = file.read_bytes()
    if file.suffix in (".xlsx", ".xlsm"):
        book = CalamineWorkbook.from_path(file)
        for name in book.sheet_names:
            rows = book.get_sheet_by_name(name).to_python(skip_empty_area=False)
            for row in rows:
                for header, cell in zip(rows[0], row, strict=False):
                    if cell not in ("", None):
                        text = str(int(cell)) if isinstance(cell, float) and cell.is_integer() else str(cell)
                        yield f"{name}!{header}", text
        with zipfile.ZipFile(io.BytesIO(content)) as parts:
            yield from ((name, parts.read(name).decode()) for name in parts.namelist() if BESIDE_CELLS.match(name))
    elif zipfile.is_zipfile(file):
        with zipfile.ZipFile(io.BytesIO(content)) as parts:
            for name in parts.namelist():
                yield name, re.sub(r"<[^>]+>", "", parts.read(name).decode("utf-8", "replace"))
    elif file.suffix == ".gz":
        yield "", gzip.decompress(content).decode()
    elif file.suffix == ".eml":
        message = email.message_from_bytes(content, policy=email.policy.default)
        yield (
            "",
            str(message["subject"])
            + "".join(str(p.get_content()) for p in message.walk() if p.get_content_maintype() == "text"),
        )
    elif file.suffix == ".pdf":
        if shutil.which("pdftotext"):
            yield "", subprocess.run(["pdftotext", str(file), "-"], capture_output=True, check=True).stdout.decode()
    else:
        yield "", content.decode("utf-8", "replace")
