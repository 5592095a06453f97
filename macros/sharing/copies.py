"""Copies that a cloud or a person made beside the workbook: noticed, because work in them is lost until they are merged."""

import re
from pathlib import Path

from macros.sharing.bases import merged_files
from workbook.disk import sha256_of
from workbook.journal import Journal

_WORDS = r"副本|复件|複本|冲突|衝突|conflict|(?<![a-z])copy(?![a-z])"
_BEHIND = re.compile(
    rf"""[ _.-]*(?:
        [(（]\d{{1,3}}[)）]                                            # browsers, Google Drive, 百度网盘: 门店 (1)
      | .*(?:{_WORDS}).*                                             # Dropbox, 坚果云, WPS, Syncthing, Windows: 门店 - 副本, 门店-PC的冲突
      | (?<=[ ])[2-9]                                                # iCloud: 门店 2
      | (?<=-)(?:desktop|laptop|win|pc|macbook|imac)(?:-\w+)*        # OneDrive: the name of the computer, 门店-DESKTOP-8K2J1QF
    )""",
    re.IGNORECASE | re.DOTALL | re.VERBOSE,
)
_BEFORE = re.compile(
    r"[“\"「]?(?:复件|副本|复制|copy(?: \(\d+\))? of|conflict\w*)[ _-]*(?:\(\d+\)[ _-]*)?[“\"「]?", re.IGNORECASE
)
SUFFIXES = (".xlsx", ".xlsm")


def copies_of(book: Path) -> list[Path]:
    """Return the files beside a workbook that are copies of it by their name, in order; not those that were merged as they are, nor those
    that hold what the workbook holds, byte for byte.
    """
    try:
        beside = sorted(book.parent.iterdir())
    except OSError:  # a folder that cannot be listed
        return []
    found = [
        file for file in beside
        if file.suffix.lower() in SUFFIXES and file.name != book.name and not file.name.startswith("~$") and is_copy(file.stem, book.stem)
    ]  # fmt: skip
    if not found:
        return []
    known = merged_files(Journal(book)) | {_hash(book)}
    return [file for file in found if _hash(file) not in known]


def _hash(file: Path) -> str:
    """Return the hash of a file, its name where it cannot be read: somebody has it open."""
    try:
        return sha256_of(file)
    except OSError:
        return file.name


def is_copy(name: str, of: str) -> bool:
    """Tell whether a program gives this name to a copy of a file, both without their endings."""
    if name.startswith(of):
        return _BEHIND.fullmatch(name, len(of)) is not None
    if name.endswith(of):
        return _BEFORE.fullmatch(name, 0, len(name) - len(of)) is not None
    return bool(re.fullmatch(rf"[“\"「]{re.escape(of)}[”\"」]的(?:{_WORDS}).*", name))
