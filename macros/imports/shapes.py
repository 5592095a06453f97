"""The shape of a file: what its header row says, so that the next file of the same list is known again."""

from hashlib import blake2b

from macros.imports.headers import ColumnMap, Recognised
from macros.imports.sources import Source
from workbook.book import column_letter
from workbook.schema import fold

MARK = "·"
NAME_LENGTH = 16


def digest(text: str, size: int = 8) -> str:
    """Return a short name of a text, 2 * `size` hexadecimal digits, the same on every computer."""
    return blake2b(text.encode(), digest_size=size).hexdigest()


def bare(column: ColumnMap) -> bool:
    """Return whether a column of a file has no header of its own."""
    return column.header == f"{column_letter(column.at + 1)}列"


def shape_of(recognised: Recognised) -> str:
    """Return the fingerprint of a list: the sheet that it belongs to and its headers, in whatever order; six hexadecimal digits.

    A list without header goes by the place and meaning of its columns.
    """
    if recognised.header_row:
        words = sorted(fold(column.header) for column in recognised.columns if not bare(column))
    else:
        words = [f"{column.at}={column.field.name}" for column in recognised.columns if column.field]
    return digest("\x1f".join([recognised.target, *words]), 3)


def name_of(source: Source, shape: str) -> str:
    """Return what a person reads: the file's name and the fingerprint."""
    return f"{source.file.rpartition('.')[0][:NAME_LENGTH] or source.file} {MARK}{shape}"


def shape_in(text: str) -> str:
    """Return the fingerprint in such a name, "" where there is none; the words before it are a person's to change."""
    return text.rpartition(MARK)[2].strip().lower() if MARK in text else ""
