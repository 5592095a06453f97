"""What a setting is: a field of a frozen dataclass with default, unit, bounds or choices, and source."""

from dataclasses import field
from typing import Any

OURS = "本产品默认"


def numeric(
    default: float, label: str, unit: str, source: str, *, low: float = 0, high: float = 10_000, note: str = ""
) -> Any:
    """Return a field of a dataclass: a number within bounds, with its unit."""
    return field(
        default=default,
        metadata={"label": label, "unit": unit, "source": source, "low": low, "high": high, "note": note},
    )


def one_of(default: str, label: str, choices: tuple[str, ...], source: str, *, note: str = "") -> Any:
    """Return a field that is one of some words."""
    return field(
        default=default, metadata={"label": label, "unit": "", "source": source, "choices": choices, "note": note}
    )


def worded(default: str, label: str, source: str, *, note: str = "") -> Any:
    """Return a field of free text."""
    return field(default=default, metadata={"label": label, "unit": "", "source": source, "note": note})
