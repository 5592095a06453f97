"""Copies that a cloud or a person made beside the workbook: noticed, because work in them is lost until they are merged."""

import re
from pathlib import Path

from macros.sharing.bases import merged_files
from workbook.disk import sha256_of
from workbook.journal import Journal

_COPY = re.compile(
    r"[ _-]*(?:[(（]\d{1,3}[)）]|.*(?:副本|复件|冲突|複本|conflict|(?<![a-z])copy(?![a-z])).*)",
    re.IGNORECASE | re.DOTALL,
)
SUFFIXES = (".xlsx", ".xlsm")


def copies_of(book: Path) -> list[Path]:
    """Return the files beside a workbook that are copies of it by their name, in order; not those that were merged as they are."""
    stem = book.stem
    try:
        beside = sorted(book.parent.iterdir())
    except OSError:  # a folder that cannot be listed
        return []
    found = [
        file for file in beside
        if file.suffix.lower() in SUFFIXES and file.name != book.name and file.stem.startswith(stem)
        and _COPY.fullmatch(file.stem[len(stem) :])
    ]  # fmt: skip
    if not found:
        return []
    known = merged_files(Journal(book))
    return [file for file in found if sha256_of(file) not in known]
