"""What a press answers a person."""

from dataclasses import dataclass

from macros.actions import BY_NAME
from macros.sentences import LABELS, headline, sentences
from macros.session import Result

Place = tuple[str, int, int]
"""A sheet's name, a row and a column, both counted from 1."""


@dataclass(frozen=True)
class Said:
    """The answer for the status cell, and the cell that is shown then; None stays where the person is."""

    text: str
    go: Place | None = None


def told(result: Result, go: Place | None = None) -> Said:
    """Return what a run found out, how many cells it changed, and the files it made: two lines, as the cell has room for."""
    label = f"{LABELS[result.action]}: "
    found = [line for line in sentences(result) if not line.startswith(" ")]
    of_due = [line for line in found if line.startswith(f"{BY_NAME['due'].label}: ")]
    files = (
        [f"文件在 {result.files[0].parent.name}: " + "、".join(file.name for file in result.files)]
        if result.files
        else []
    )
    changed = headline(result).removeprefix(label)
    lines = [*(of_due or found)[:1], *([] if files and found else [changed]), *files]
    return Said(label + "\n".join(lines), go)
