"""The settings of deals and viewings. Part of `macros.settings`."""

from dataclasses import dataclass

from macros.setting_fields import OURS, numeric


@dataclass(frozen=True)
class Deal:
    """成交: appointments that clash, and what is printed for them."""

    viewing_minutes: int = numeric(
        60,
        "一次带看连路上占几分钟",
        "分钟",
        OURS,
        low=5,
        high=480,
        note="同一个人、同一套房、同一位客户在这段时间里再约一次算冲突",
    )
    viewing_days: int = numeric(1, "带看单印到几天后", "天", OURS, low=0, high=30, note="0: 只印今天的")
