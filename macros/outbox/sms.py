"""How long a text is as a short message.

Source: 3GPP TS 23.038 (the 7-bit alphabet and its extension table), TS 23.040, 9.2.3.24.1 (140 octets, six of which head each part of several).
"""

import math
from typing import NamedTuple

GSM, UCS2 = "GSM", "UCS-2"
ALONE = {GSM: 160, UCS2: 70}
OF_SEVERAL = {GSM: 153, UCS2: 67}
_BASIC = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
_EXTENDED = frozenset("\f^{}\\[~]|€")


class SmsLength(NamedTuple):
    """`units` are septets of GSM or 16-bit units of UCS-2; `parts` is how many short messages are paid for."""

    encoding: str
    units: int
    parts: int


def sms_length(text: str) -> SmsLength:
    """Return how long a text is: one sign beyond the 7-bit alphabet, such as a Chinese one, makes all of it UCS-2. An empty text has no part.

    A sign that takes two units is never split between two parts.
    """
    gsm = all(sign in _BASIC or sign in _EXTENDED for sign in text)
    encoding = GSM if gsm else UCS2
    sizes = [_size(sign, gsm) for sign in text]
    units = sum(sizes)
    if units <= ALONE[encoding]:
        return SmsLength(encoding, units, math.ceil(units / ALONE[encoding]))
    return SmsLength(encoding, units, _parts(sizes, OF_SEVERAL[encoding]))


def _size(sign: str, gsm: bool) -> int:
    return 1 + (sign in _EXTENDED if gsm else ord(sign) > 0xFFFF)


def _parts(sizes: list[int], room: int) -> int:
    parts, used = 1, 0
    for size in sizes:
        if used + size > room:
            parts, used = parts + 1, 0
        used += size
    return parts
