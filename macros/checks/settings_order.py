"""Settings contradict each other: a threshold is not above the one below it.

Source: R27 (the standard is agreed and adjustable), R100 (weights of the appraisal), the defaults of 设置.
"""

import datetime as dt
from operator import attrgetter

from macros.checks.rule import found
from macros.settings import Settings, each_setting
from workbook.changes import Finding, Severity
from workbook.tables import Tables

RISING = (
    ("grade.c_score", "grade.b_score"), ("grade.b_score", "grade.a_score"), ("segment.active_days", "segment.silent_days"),
    ("segment.silent_days", "segment.asleep_days"), ("check.sale_low", "check.sale_high"), ("check.rent_low", "check.rent_high"),
)  # fmt: skip
NOT_FALLING = (
    ("follow.gap_a_days", "follow.gap_b_days"), ("follow.gap_b_days", "follow.gap_c_days"), ("follow.gap_c_days", "follow.gap_d_days"),

)  # fmt: skip
CAPS = ("grade.intent_cap", "grade.ability_cap", "grade.clarity_cap", "grade.cooperation_cap")
SHARES = ("report.weight_result", "report.weight_process", "report.weight_satisfaction")


def settings_order(tables: Tables, today: dt.date, settings: Settings) -> list[Finding]:
    """Return a finding at the value of the upper setting of each pair, and at the first block where the four of a grade, or
    the three weights of the appraisal, do not make 100.
    """
    del today
    labels = {item["key"]: item["label"] for item in each_setting()}
    rows = dict(zip(tables["settings"]["key"], tables["settings"].index, strict=True))

    def value(key: str) -> float:
        return float(attrgetter(key)(settings))

    messages = {}
    for low, high in (*RISING, *NOT_FALLING):
        wrong = value(low) >= value(high) if (low, high) in RISING else value(low) > value(high)
        if wrong:
            word = "应大于" if (low, high) in RISING else "不应小于"
            messages[rows.get(high, 0)] = (
                f"「{labels[high]}」是 {value(high):g}, {word}「{labels[low]}」的 {value(low):g}。请改其中一个。"
            )
    for keys, name in ((CAPS, "四个维度的满分"), (SHARES, "三个绩效权重")):
        total = sum(map(value, keys))
        if total != 100:
            messages[rows.get(keys[0], 0)] = f"{name}合计 {total:g}, 不是 100。请调整到合计 100。"
    return found(("settings", "value"), "settings_order", Severity.WARNING, messages)
