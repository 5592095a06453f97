"""What a press answers a person."""

from dataclasses import dataclass

from macros.sentences import headline, sentences
from macros.session import Result

Place = tuple[str, int, int]
"""A sheet's name, a row and a column, both counted from 1."""


@dataclass(frozen=True)
class Said:
    """The answer for the status cell, and the cell that is shown then; None stays where the person is."""

    text: str
    go: Place | None = None


def told(result: Result, go: Place | None = None) -> Said:
    """Return what a run did, in a few lines, with the files it made."""
    files = (f"文件: {file}" for file in result.files)
    return Said("\n".join([headline(result), *sentences(result), *files]), go)
