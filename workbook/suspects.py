"""Cells that are odd by themselves: control and invisible characters, texts like formulas, numbers that lost digits, times with a zone.

Control characters are taken out, a time with a zone becomes the time in Beijing; everything else stays as it is.
"""

import datetime as dt
import math
import re
from collections import Counter
from collections.abc import Iterator, Mapping
from types import MappingProxyType

from workbook.book import Grid
from workbook.concerns import Concern
from workbook.values import CellError

LISTED = 500  # of one code in one sheet; the rest is counted
EXACT = 1e15  # from here on a number has more digits than a cell keeps
BEIJING = dt.timezone(dt.timedelta(hours=8))

_CONTROL = "\\x00-\\x08\\x0b\\x0c\\x0e-\\x1f\\x7f-\\x9f\ufdd0-\ufdef\ufffe\uffff\ud800-\udfff"
_UNSEEN = "\u00ad\u061c\u115f\u1160\u180e\u200b\u200e\u200f\u202a-\u202e\u2060-\u2069\u3164\ufeff\uffa0"
_TAKEN_OUT = re.compile(f"[{_CONTROL}{_UNSEEN}]")
_IS_CONTROL = re.compile(f"[{_CONTROL}]")
_IS_UNSEEN = re.compile(f"[{_UNSEEN}\u200c\u200d]|\\S\u00a0+\\S")
_IS_FORMULA = re.compile(
    r"[\s\"';,]*(?:%0[AaDd9])*[\s\"';,]*(?:[=＝@＠]|[+\-＋－][^A-Za-z(|!=@\"']*[A-Za-z]*\d*[(|!=@\"'])", re.DOTALL
)
_SUM = re.compile(r"[+\-＋－]\d[\d.]*[+*/＋^&]\d")
_ALIKE = re.compile(r"[\u0370-\u03ff\u0400-\u04ff]")
_LATIN = re.compile(r"[A-Za-z]")
_ROUNDED = re.compile(r"\s*[+-]?\d(?:\.\d+)?[Ee]\+?(?:1[1-9]|[2-9]\d|\d{3})\s*")
"""What a spreadsheet makes of a long number in a .csv; 1.38E+10 is a phone, which is told as such."""
_SUSPECT = re.compile(
    f"[{_CONTROL}{_UNSEEN}\u200c\u200d\u00a0\u0370-\u04ff]|^[\\s\"';,%0-9A-Da-d]*[=＝@＠+\\-＋－]|\\dT\\d.*[Z+]|^#|\\d[Ee]\\+?\\d\\d"
)
_ZONED = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d(?::\d\d(?:\.\d+)?)?(?:Z|[+-]\d\d:?\d\d)")
_ERRORS = frozenset({"#N/A", "#REF!", "#DIV/0!", "#NAME?", "#VALUE!", "#NUM!", "#NULL!", "#SPILL!", "#CALC!"})


class Concerned:
    """Collects concerns of one sheet, the first few hundred of each code."""

    def __init__(self, sheet: str) -> None:
        self.sheet, self._found, self._counts = sheet, list[Concern](), Counter[str]()

    def add(self, code: str, row: int, column: int, detail: str = "") -> None:
        """Keep one, unless there are very many."""
        self._counts[code] += 1
        if self._counts[code] <= LISTED:
            self._found.append(Concern(code, self.sheet, row, column, detail=detail))

    @property
    def all(self) -> list[Concern]:
        """What was found, and how much more of it there is."""
        more = {code: count - LISTED for code, count in self._counts.items() if count > LISTED}
        return [*self._found, *(Concern("MORE", self.sheet, detail=f"{code} 另有 {n} 处") for code, n in more.items())]


def cleaned(sheet: str, grid: Grid, results: Mapping[int, set[int]] = MappingProxyType({})) -> list[Concern]:
    """Clean the cells of a grid where they stand, and return what was odd about them, the same text in the same way.

    `results`: column -> the rows of formulas, of which a text like a formula is not told: nobody typed it.
    """
    found = Concerned(sheet)
    known: dict[str, tuple[object, tuple[tuple[str, str], ...]]] = {}
    for row, line in enumerate(grid, start=1):
        for at, cell in enumerate(line):
            if cell.__class__ is str:
                assert isinstance(cell, str)
                if not _SUSPECT.search(cell):
                    continue
                if cell not in known:
                    known[cell] = _judged(cell)
                line[at], reasons = known[cell]
                for code, detail in reasons:
                    if code != "FORMULA_TEXT" or row not in results.get(at + 1, ()):
                        found.add(code, row, at + 1, detail)
            elif cell.__class__ is float and not -EXACT < cell < EXACT:
                assert isinstance(cell, float)
                if math.isfinite(cell):
                    found.add("PRECISION_LOST", row, at + 1)
                else:  # no program writes it: what the cell was is not known
                    line[at] = CellError("#NUM!")
                    found.add("ERROR_VALUE", row, at + 1, repr(cell))
    return found.all


def _judged(text: str) -> tuple[object, tuple[tuple[str, str], ...]]:
    if _ZONED.fullmatch(text):
        try:
            moment = dt.datetime.fromisoformat(text).astimezone(BEIJING).replace(tzinfo=None)
        except (ValueError, OverflowError):
            return text, (("DATE", text),)
        return moment, (("DATE", f"{text} 带时区, 按北京时间读作 {moment:%Y-%m-%d %H:%M}"),)
    bare = _TAKEN_OUT.sub("", text)
    return bare or None, tuple(_reasons(text, bare))


def _reasons(text: str, bare: str) -> Iterator[tuple[str, str]]:
    if _IS_CONTROL.search(text):
        yield "CONTROL_CHARS", ""
    if _IS_UNSEEN.search(text):
        yield "INVISIBLE_CHARS", ""
    if _ALIKE.search(text) and _LATIN.search(text):
        yield "LOOKALIKE_CHARS", ""
    if _ROUNDED.fullmatch(bare):
        yield "PRECISION_LOST", bare.strip()[:24]
    if bare in _ERRORS:
        yield "ERROR_VALUE", bare
    if is_formula_like(bare):
        yield "FORMULA_TEXT", bare.strip()[:40]


def is_formula_like(text: str) -> bool:
    """Tell whether a spreadsheet might take a text for a formula: =1+1, @SUM(A1), -1+1; not -5, +86 138..., --, -近地铁 or --139㎡."""
    return bool(_IS_FORMULA.match(text) or _SUM.match(text.strip()))
