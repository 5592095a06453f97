"""What the web page of a report says, as text to read and compare: a line per sentence and per row, cells between bars."""

import re
from html.parser import HTMLParser

SKIPPED = ("details", "svg", "style", "title", "caption", "figcaption")
"""What is not read: what stands elsewhere as well (definitions, titles of tables) and drawings, whose numbers are those of their tables."""
LINES = ("h1", "h2", "p", "li", "tr", "footer")
HIDDEN = ("printed", "heard")


class _Words(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.lines: list[str] = []
        self.words: list[str] = []
        self.inside: list[tuple[str, bool]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "meta":
            return
        if tag in LINES and not self._in_row():
            self._end()
        if tag in ("h2", "footer"):
            self.words.append("\n##" if tag == "h2" else "\n---\n")
        if tag == "td" or (tag == "th" and self.words):
            self.words.append("|")
        self.inside.append((tag, tag in SKIPPED or dict(attrs).get("class") in HIDDEN))

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Pass over what holds nothing."""

    def handle_endtag(self, tag: str) -> None:
        assert self.inside.pop()[0] == tag
        if tag in LINES and not self._in_row():
            self._end()

    def _in_row(self) -> bool:
        return any(tag == "tr" for tag, _ in self.inside)

    def handle_data(self, data: str) -> None:
        if data.strip() and not any(skipped for _, skipped in self.inside):
            self.words.append(data.strip())

    def _end(self) -> None:
        line = re.sub(r"[ \t]+", " ", " ".join(self.words)).replace("\n ", "\n")
        if line.strip():
            self.lines.append(line.rstrip(" "))
        self.words = []


def said(html: str) -> str:
    """Return the text of a page: its head, then under ## the titles the sentences (看: where their rows are) and the rows of its tables."""
    reader = _Words()
    reader.feed(html)
    reader.close()
    return "\n".join(reader.lines) + "\n"


def part(text: str, title: str) -> list[str]:
    """Return the lines below a title."""
    found = re.split(r"^## ", text, flags=re.M)
    return next(one for one in found if one.splitlines()[0] == title).partition("\n---\n")[0].strip().splitlines()[1:]
