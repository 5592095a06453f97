"""The form in which every command answers."""

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Answer:
    """Both forms of one answer; `errors` counts the findings that are errors."""

    as_json: dict[str, Any]
    text: str
    errors: int = 0
