"""Amounts in capital numerals (大写), as contracts and cheques have them.

Source: 《支付结算办法》(银发〔1997〕393号) 附件一「正确填写票据和结算凭证的基本规定」: 整 after 元 or 角, one 零 for zeros in between.
"""

from decimal import Decimal

from macros.money import fen

DIGITS = "零壹贰叁肆伍陆柒捌玖"
_PLACES = ("", "拾", "佰", "仟")
_GROUPS = ("", "万", "亿", "万亿")
LIMIT = Decimal(10) ** 16


def capital(yuan: Decimal) -> str:
    """Return an amount from 0 to below 10¹⁶ yuan in capital numerals; rounded to the fen, half up. Raises ValueError outside."""
    yuan = fen(yuan)
    if not 0 <= yuan < LIMIT:
        raise ValueError(f"{yuan}: no amount for capital numerals")
    whole, rest = divmod(int(yuan * 100), 100)
    jiao, cents = divmod(rest, 10)
    told = f"{_whole(whole)}元" if whole or not rest else ""
    if not rest:
        return f"{told}整"
    if jiao:
        told += f"{DIGITS[jiao]}角"
    elif whole:
        told += "零"
    return told + (f"{DIGITS[cents]}分" if cents else "整")


def _whole(number: int) -> str:
    if not number:
        return DIGITS[0]
    told, zero = "", False
    for at in reversed(range(len(_GROUPS))):
        group = number // 10_000**at % 10_000
        if group:
            told += (DIGITS[0] if told and (zero or group < 1000) else "") + _group(group) + _GROUPS[at]
        zero = bool(told) and group % 10 == 0
    return told


def _group(number: int) -> str:
    """Return a number from 1 to 9999, a zero between others once."""
    told, zero = "", False
    for at in reversed(range(4)):
        digit = number // 10**at % 10
        if digit:
            told += (DIGITS[0] if zero and told else "") + DIGITS[digit] + _PLACES[at]
        zero = not digit
    return told
