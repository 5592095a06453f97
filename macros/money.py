"""Money as people count it: yuan to the fen (half up), and amounts of which only bounds are known."""

from collections.abc import Iterable
from decimal import ROUND_FLOOR, ROUND_HALF_UP, Decimal
from typing import NamedTuple

FEN = Decimal("0.01")
WAN = Decimal(10_000)
ZERO = Decimal(0)
UNKNOWN = "未知"


def fen(yuan: Decimal) -> Decimal:
    """Return an amount rounded to the fen, half up."""
    return yuan.quantize(FEN, ROUND_HALF_UP)


def whole_steps(yuan: Decimal, step: Decimal) -> Decimal:
    """Return an amount rounded down to whole steps; to the fen where the step is 0."""
    step = step or FEN
    return (yuan / step).to_integral_value(ROUND_FLOOR) * step


def yuan_of(wan: float) -> Decimal:
    """Return 万元, as a cell holds them, in yuan: the number is taken as it is written, not as it is stored."""
    return Decimal(str(wan)) * WAN


def shown(yuan: Decimal) -> str:
    """Return an amount with thousands commas; without decimals where it is whole."""
    return f"{yuan:,.0f}" if yuan == yuan.to_integral_value() else f"{fen(yuan):,.2f}"


def plain(number: Decimal) -> str:
    """Return a number without trailing zeros and without an exponent."""
    return f"{number.normalize():f}"


class Span(NamedTuple):
    """An amount in yuan of which the bounds are known, both inclusive; None where not even they are."""

    low: Decimal | None
    high: Decimal | None

    @property
    def known(self) -> bool:
        """Whether it is one amount."""
        return self.low is not None and self.low == self.high

    @property
    def words(self) -> str:
        """The amount, or that it is unknown and between which bounds."""
        if self.low is None or self.high is None:
            return UNKNOWN
        return f"{shown(self.low)} 元" if self.known else f"{UNKNOWN}（{shown(self.low)}–{shown(self.high)} 元）"


NOTHING_KNOWN = Span(None, None)


def span_of(amounts: Iterable[Decimal | None]) -> Span:
    """Return the bounds of amounts; none are known where one of them is not, or where there is none."""
    known: list[Decimal] = []
    for amount in amounts:
        if amount is None:
            return NOTHING_KNOWN
        known.append(amount)
    return Span(min(known), max(known)) if known else NOTHING_KNOWN
