"""The cells of a sheet as nearly all programs write them, <c r="AB12" ...>, looked at many at a time: a third of the time of reading.

Only what is exactly so counts here; of a block with anything else the caller is told nothing, and looks at it cell by cell.
"""

import sys
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import numpy as np

    Bytes = np.ndarray[tuple[int], np.dtype[np.uint8]]
    Places = np.ndarray[tuple[int], np.dtype[np.intp]]

_OPENING = b'<c r="'
_LETTERS = 26
_MOST_LETTERS = 3


def plain_cells(block: bytes, digits: int) -> tuple[int, int] | None:
    """Return the last column and the number of cells, None where a cell is written in another way or its row has more digits.

    None as well where numpy is not loaded: the process that reads foreign files starts faster without.
    """
    numpy: Any = sys.modules.get("numpy")
    if numpy is None:
        return None
    signs: Bytes = numpy.frombuffer(block, dtype=numpy.uint8)
    tags: Places = numpy.flatnonzero((signs[:-2] == _OPENING[0]) & (signs[1:-1] == _OPENING[1]))
    after = signs[tags + 2]
    cells = tags[after == ord(" ")]
    others = after[after != ord(" ")]
    if not ((others >= ord("a")) & (others <= ord("z"))).all():  # <c> is a cell without an address, <col> is none
        return None
    if not len(cells):
        return 0, 0
    if cells[-1] + len(_OPENING) + _MOST_LETTERS + digits >= len(block):
        return None
    if not all((signs[cells + at] == sign).all() for at, sign in enumerate(_OPENING)):
        return None
    column = _last_column(signs, cells + len(_OPENING), digits)
    return (column, len(cells)) if column else None


def _last_column(signs: "Bytes", at: "Places", digits: int) -> int:
    """Return the last column of the addresses that begin at these places, 0 where one is none or has more digits."""
    first, second, third = (
        signs[at + place] - ord("A") for place in range(_MOST_LETTERS)
    )  # what is no letter is large
    two = second < _LETTERS
    three = two & (third < _LETTERS)
    column = first.astype("intp") + 1
    column[two] = column[two] * _LETTERS + second[two] + 1
    column[three] = column[three] * _LETTERS + third[three] + 1
    at = at + 1 + two + three
    in_number = signs[at] - ord("0") < 10
    if not in_number.all() or not (first < _LETTERS).all():
        return 0
    for _ in range(digits):
        in_number = in_number & (signs[at] - ord("0") < 10)
        at = at + in_number
    return int(column.max()) if (signs[at] == ord('"')).all() else 0
