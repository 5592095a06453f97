"""Number formats by unit: the cell stays a number, whatever it shows."""

from workbook.figures.quantities import Count, Quantity, Sum, Total
from workbook.figures.scores import Around
from workbook.schema import Kind
from workbook.sheets import BY_KEY

WAN = '0\\.0,"万"'
"""Scales by a thousand and sets a point before the last digit: 123456 is shown as 12.3万."""
WHOLE, MANIFOLD = "#,##0", '"▲ 10倍+"'
"""How whole numbers are shown, and what grew tenfold or more: from next to nothing a percentage tells nothing."""


def number_format(unit: str, quantity: Quantity) -> str:
    """Return how a quantity's cell shows its number, with its unit."""
    if unit == "元":
        return f'[>=10000]{WAN};[<=-10000]-{WAN};#,##0"元"'
    digits, shown = _digits(unit, quantity), _unit(unit)
    return f"{digits}{shown}" if digits == WHOLE or unit == "%" else f"[>=1000]{WHOLE}{shown};{digits}{shown}"


def label_format(unit: str, quantity: Quantity) -> str:
    """Return how a chart shows the number beside a bar: without its unit, and nothing where it is 0."""
    if unit == "元":
        return f"[>=10000]{WAN};[=0];#,##0"
    digits = _digits(unit, quantity)
    return f"{digits};-{digits};"


def axis_format(unit: str) -> str:
    """Return how the axis of a chart shows its numbers."""
    if unit == "元":
        return f"[>=10000]{WAN};#,##0"
    return '0"%"' if unit == "%" else "General"


def change_format(points: bool) -> str:
    """Return how a change is shown: with its direction; `points` are differences of percentages."""
    digits, after = ("0.0", '"点"') if points else ("0.0%", "")
    return f'"▲ "{digits}{after};"▼ "{digits}{after};"持平"'


def target_format(unit: str, quantity: Quantity, mark: str) -> str:
    """Return how a target is shown: `mark` says whether it was reached, and on which side of it one should be."""
    return f'"{mark}"{_digits(unit, quantity)}{_unit(unit)}'


def whole_numbers(quantity: Quantity) -> bool:
    """Return whether a quantity has no decimals."""
    if isinstance(quantity, Sum):
        return all(whole_numbers(part) for part in (*quantity.parts, *quantity.less))
    if isinstance(quantity, Total):
        return BY_KEY[quantity.of.sheet][quantity.column].kind is Kind.INT and quantity.factor == 1
    if isinstance(quantity, Around):
        return whole_numbers(quantity.of)
    return isinstance(quantity, Count)


def _digits(unit: str, quantity: Quantity) -> str:
    return WHOLE if whole_numbers(quantity) and unit != "%" else "#,##0.0"


def _unit(unit: str) -> str:
    return f'"{unit}"' if unit in ("", "%") else f'" {unit}"'
