"""Settings: the sheet as shipped means the defaults; a wrong value is a finding, and the default holds."""

import pandas as pd
import pytest

from macros.settings import Settings, each_setting, read_settings, setting_rows
from workbook.sheets import BY_KEY
from workbook.tables import to_frame


def table(values: dict[str, str]) -> pd.DataFrame:
    """Return the shipped rows of 设置 with some values typed over, from row 2 on."""
    rows = [row | ({"value": values[str(row["key"])]} if row["key"] in values else {}) for row in setting_rows()]
    frame = to_frame(BY_KEY["settings"], pd.DataFrame(rows))
    return frame.set_axis(pd.RangeIndex(2, len(rows) + 2), axis=0)


def test_the_sheet_as_shipped_means_the_defaults() -> None:
    assert read_settings(table({})) == (Settings(), [])


def test_every_setting_has_a_label_a_source_and_a_default_within_its_bounds() -> None:
    for item in each_setting():
        assert item["label"], item["key"]
        assert item["source"], item["key"]
        if "choices" in item:
            assert item["default"] in item["choices"]
        elif "low" in item:
            assert item["low"] <= item["default"] <= item["high"], item["key"]
    keys = [item["key"] for item in each_setting()]
    assert len(set(keys)) == len(keys)


@pytest.mark.parametrize(
    ("key", "typed", "value"),
    [
        ("grade.a_score", "75", 75),
        ("grade.a_score", "７５ 分", 75),
        ("grade.a_score", "", Settings().grade.a_score),
        ("grade.a_score", "1", 1),
        ("grade.a_score", "100", 100),
        ("match.tolerance", "12.5%", 12.5),
        ("report.referral_reading", "占转介绍", "占转介绍"),
        ("match.must", "预算", "预算"),
    ],
)
def test_a_value_is_read_in_its_unit(key: str, typed: str, value: object) -> None:
    settings, findings = read_settings(table({key: typed}))
    group, name = key.split(".")
    assert findings == []
    assert getattr(getattr(settings, group), name) == value


@pytest.mark.parametrize(
    ("key", "typed", "do"),
    [
        ("grade.a_score", "八十", "请改成数字, 允许 1–100。"),
        ("grade.a_score", "0", "请改成数字, 允许 1–100。"),
        ("grade.a_score", "101", "请改成数字, 允许 1–100。"),
        ("grade.a_score", "1e999", "请改成数字, 允许 1–100。"),
        ("report.referral_reading", "占一半", "请改成 占成交、占转介绍 之一。"),
    ],
)
def test_a_value_that_cannot_be_used_is_a_finding_and_the_default_holds(key: str, typed: str, do: str) -> None:
    rows = table({key: typed})
    settings, (found,) = read_settings(rows)
    assert settings == Settings()
    assert (found.sheet, found.column, found.check) == ("settings", "value", "bad_setting")
    assert rows.loc[found.row, "key"] == key
    assert found.message.startswith(f"「{typed}」不能作为")
    assert found.message.endswith(do)


def test_rows_of_the_agency_s_own_are_passed_over() -> None:
    rows = table({})
    rows.loc[2, ["key", "value"]] = ["our.own", "x"]
    assert read_settings(rows) == (Settings(), [])
