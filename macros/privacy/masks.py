"""What is shown of a number that is a person's: enough to tell two apart, not enough to call or to pay.

Source: 个人信息保护法 art. 51 (de-identification); GB/T 35273-2020, 7.2 (numbers are not shown whole on screens and paper).
"""

import re
from typing import TYPE_CHECKING

from macros.privacy.numbers import numbers_in
from workbook.values import text_of

if TYPE_CHECKING:  # what goes wrong is told through here, also where pandas is what is missing
    from workbook.schema import Column
    from workbook.tables import Layout

SHORTEST_PHONE = 6
_SIGN = r"[ .·\-]?"
_PHONE = re.compile(
    rf"(?<!\d)((?:(?:\+|00)?86{_SIGN})?[1１][3-9３-９]\d)(?:{_SIGN}\d){{4}}{_SIGN}(\d(?:{_SIGN}\d){{3}})(?!\d)"
)
_LANDLINE = re.compile(r"(?<!\d)([(（]?0\d{2,3}[)）]?)[ -]?\d{3,4}(\d{4})(?!\d)")
_ABROAD = re.compile(rf"(?<![\d+])(\+(?!86)\d{{1,3}})(?:{_SIGN}\d){{4,9}}?{_SIGN}(\d{_SIGN}\d)(?!{_SIGN}\d)")


def masked(text: str) -> str:
    """Return text in which the middle of every phone number is hidden, however it is written: +86, blanks, brackets, of another country."""
    text = _ABROAD.sub(r"\1****\2", _PHONE.sub(r"\1****\2", text))
    return _LANDLINE.sub(r"\1-****\2", text)


def hidden(text: str) -> str:
    """Return text in which phone numbers and those of ID cards and bank cards are hidden but for their ends."""
    parts, at = [], 0
    for number in numbers_in(text):
        parts += [text[at : number.start], number.shown]
        at = number.end
    return masked("".join([*parts, text[at:]]))


def ends(phone: str) -> str:
    """Return what is shown of a cell that holds a phone number: enough to tell two apart, whatever it looks like."""
    shown = masked(phone)
    return shown if shown != phone or len(phone) < SHORTEST_PHONE else f"{phone[:3]}****{phone[-2:]}"


def shown(way: str) -> str:
    """Return what is shown of a number or an address: never all of it."""
    if "@" in way:
        name, _, host = way.partition("@")
        return f"{name[:1]}***@{host}"
    told = ends(way)
    return told if told != way else hidden(f"{way[:1]}***{way[-1:]}")


def veiled(column: "Column | None", value: object) -> object:
    """Return a cell as logs, previews and exports show it: of a private column its ends, in a text no number of a phone or a card.

    What is no text stays as it is, unless the column is private. None: a column that people added.
    """
    if value in (None, "") or value != value:
        return value
    if column is not None and column.masked:
        return shown(text_of(value))
    return hidden(value) if isinstance(value, str) else value


def veiled_in(layout: "Layout | None", column: str, value: object) -> object:
    """Return what `veiled` does for a column as a ColumnChange names it."""
    return veiled(layout.sheet[column] if layout and column in layout.columns else None, value)
