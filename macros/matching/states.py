"""Three states of a criterion: it fits, it fails, or it cannot be told. EDGE to FITS: how well, in percent of its points."""

from collections.abc import Iterable
from typing import Any

import numpy as np
from numpy.typing import NDArray

Array = NDArray[Any]
FITS = 100
EDGE = 50  # at the end of the tolerance
LEVEL = 20  # off for every finer place that is named and missed
UNKNOWN = -1
FAILS = -2


def range_states(low: Array, high: Array, tolerance: Array, value: Array) -> Array:
    """Return the int8 state of values within limits; NaN limits are open, without a value or any limit it is unknown.

    `tolerance` is in hundredths of a percent of the limit that is exceeded. The arrays broadcast.
    """
    with np.errstate(divide="ignore", invalid="ignore"):
        beyond, below = np.asarray(value / high), np.asarray(value / low)
        beyond -= 1
        beyond = np.asarray(np.fmax(beyond, np.subtract(1, below, out=below)))
        beyond *= 10_000
        np.rint(beyond, out=beyond)
        close = np.asarray((FITS - EDGE) * beyond / tolerance)
        states = np.array(FITS - np.floor(close, out=close), dtype=np.int8)
    np.copyto(states, FAILS, where=beyond > tolerance)
    np.copyto(states, FITS, where=beyond <= 0)
    np.copyto(states, UNKNOWN, where=np.isnan(beyond))
    return states


def verdict(parts: Iterable[bool | None]) -> int:
    """Return the state of wishes that must all hold; None: cannot be told."""
    found = list(parts)
    return FAILS if False in found else UNKNOWN if None in found else FITS
