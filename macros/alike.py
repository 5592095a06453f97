"""The option that a wrong word was meant to be. Rests on nothing, so that rules and checks can both use it."""

from collections.abc import Sequence

ALIKE = 0.6  # share of common characters from which on a choice is taken for the one that was meant


def nearest(value: str, options: Sequence[str]) -> str:
    """Return the option that shares most characters with a value, "" where none is alike."""
    mine = set(value)
    best, option = max(((2 * len(mine & set(o)) / (len(mine) + len(set(o)) or 1), o) for o in options), default=(0, ""))
    return option if best >= ALIKE else ""
