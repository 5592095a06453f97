"""Values as a person would write them in a message: one line, no codes, the units of the trade."""

import datetime as dt
import math
import unicodedata
from collections.abc import Sequence

LIST_SEPARATOR = "、"
WAN = 10_000


def plain(text: object) -> str:
    """Return text on one line: control characters and line breaks become a blank, everything else stands as it was typed."""
    text = str(text)
    if text.isprintable():
        return text.strip()
    cleaned = "".join(" " if unicodedata.category(sign) in {"Cc", "Zl", "Zp"} else sign for sign in text)
    return cleaned.strip()


def listed(parts: Sequence[str]) -> str:
    """Return several values with the Chinese list comma between them."""
    return LIST_SEPARATOR.join(plain(part) for part in parts)


def number(value: float) -> str:
    """Return a number without needless zeros; "" for NaN."""
    return "" if math.isnan(value) else f"{round(value, 2):g}" if abs(value) < 1e5 else f"{value:.0f}"


def spread(low: float, high: float, unit: str) -> str:
    """Return "450–600万元", "600万元以内", "80㎡以上", "3室" or "" for a range whose ends may be NaN."""
    if math.isnan(high):
        return "" if math.isnan(low) or not low else f"{number(low)}{unit}以上"
    if math.isnan(low) or not low:
        return f"{number(high)}{unit}以内"
    return f"{number(high)}{unit}" if low == high else f"{number(low)}–{number(high)}{unit}"


def money_unit(deal: str) -> str:
    """Return the unit of budgets and prices of a deal type (买, 售, 租); "" for 租售, whose price may mean either."""
    return {"买": "万元", "售": "万元", "租": "元/月"}.get(deal, "")


def price(value: float, deal: str) -> str:
    """Return "520万元" or "6500元/月"; "" where the value is NaN or the unit unknown."""
    return f"{number(value)}{money_unit(deal)}" if money_unit(deal) and not math.isnan(value) else ""


def layout(rooms: float, halls: float) -> str:
    """Return "3室2厅", "3室", or "" where the rooms are NaN."""
    if math.isnan(rooms):
        return ""
    return f"{number(rooms)}室" if math.isnan(halls) else f"{number(rooms)}室{number(halls)}厅"


def area(value: float) -> str:
    """Return "89.5㎡"; "" for NaN."""
    return "" if math.isnan(value) else f"{number(value)}㎡"


def day(value: dt.date) -> str:
    """Return "3月5日"; "" for NaT."""
    return "" if value != value else f"{value.month}月{value.day}日"


def circled(position: int) -> str:
    """Return ① for 1, up to ⑳."""
    return chr(0x2460 + position - 1)


_FULL_WIDTH = (("; ", "；"), (", ", "，"), (": ", "："), ("(", "（"), (")", "）"))


def sentence(text: str) -> str:
    """Return words of the sheet as they stand in a message: one line, Chinese punctuation, no full stop at the end."""
    told = plain(text)
    for narrow, wide in _FULL_WIDTH:
        told = told.replace(narrow, wide)
    return told.rstrip("。.；;，,")


def quoted(name: str) -> str:
    """Return a file's name as a person types it on a command line."""
    return f'"{name}"' if any(sign in name for sign in " ()（）&'") else name
