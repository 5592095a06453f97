"""One link of the chain from a button to its result, and what is looked at to judge it."""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from macros.computer import Computer


class State(StrEnum):
    """How a link stands."""

    GOOD = "好"
    WRONG = "有问题"
    NOT_APPLICABLE = "不适用"


@dataclass(frozen=True)
class Link:
    """A link: `name` is stable, `title` what people read, `said` what was found, `do` the remedy, "" where none is needed."""

    name: str
    title: str
    state: State
    said: str
    do: str = ""

    def line(self) -> str:
        """Return the link as one line, the remedy included."""
        remedy = f"。{self.do}。" if self.do else ""
        return f"[{self.state}] {self.title}: {self.said}{remedy}"


@dataclass(frozen=True)
class Title:
    """What a probe is called; makes its links."""

    name: str
    title: str

    def good(self, said: str) -> Link:
        """Return a link that holds."""
        return Link(self.name, self.title, State.GOOD, said)

    def wrong(self, said: str, do: str) -> Link:
        """Return a link that does not hold, with its remedy."""
        return Link(self.name, self.title, State.WRONG, said, do)

    def none(self, said: str) -> Link:
        """Return a link that does not exist here, with the reason."""
        return Link(self.name, self.title, State.NOT_APPLICABLE, said)


@dataclass(frozen=True)
class Look:
    """What is looked at: the computer, the Python that runs this, and a workbook if one was named (absolute)."""

    computer: Computer
    python: tuple[int, ...]
    bits: int
    version_of: Callable[[str], str]
    book: Path | None = None


Probe = Callable[[Look], Link]
