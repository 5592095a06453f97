"""Values stand in a message as a person would write them."""

import datetime as dt
from collections.abc import Callable

import pandas as pd
import pytest

from macros import wording

NAN = float("nan")


@pytest.mark.parametrize(
    ("function", "given", "words"),
    [
        (wording.plain, ("张\n三\x07\u2028四 ",), "张 三  四"),
        (wording.plain, ("A&B <公司>😀",), "A&B <公司>😀"),
        (wording.listed, (("海淀", "朝阳"),), "海淀、朝阳"),
        (wording.number, (520.0,), "520"),
        (wording.number, (89.456,), "89.46"),
        (wording.number, (123456.0,), "123456"),
        (wording.number, (NAN,), ""),
        (wording.spread, (450.0, 600.0, "万元"), "450–600万元"),
        (wording.spread, (NAN, 600.0, "万元"), "600万元以内"),
        (wording.spread, (0.0, 600.0, "万元"), "600万元以内"),
        (wording.spread, (80.0, NAN, "㎡"), "80㎡以上"),
        (wording.spread, (3.0, 3.0, "居室"), "3居室"),
        (wording.spread, (NAN, NAN, "㎡"), ""),
        (wording.price, (520.0, "售"), "520万元"),
        (wording.price, (6500.0, "租"), "6500元/月"),
        (wording.price, (6500.0, "租售"), ""),
        (wording.price, (NAN, "售"), ""),
        (wording.area, (89.5,), "89.5㎡"),
        (wording.area, (NAN,), ""),
        (wording.layout, (3.0, 2.0), "3室2厅"),
        (wording.layout, (3.0, NAN), "3室"),
        (wording.layout, (NAN, 2.0), ""),
        (wording.day, (dt.date(2026, 3, 5),), "3月5日"),
        (wording.day, (pd.NaT,), ""),
        (wording.circled, (3,), "③"),
        (
            wording.sentence,
            ("预算内 28 万; 区域符合(海淀); 楼层 6/6, 顶层。",),
            "预算内 28 万；区域符合（海淀）；楼层 6/6，顶层",
        ),
    ],
)
def test_value_in_words(function: Callable[..., str], given: tuple[object, ...], words: str) -> None:
    assert function(*given) == words
