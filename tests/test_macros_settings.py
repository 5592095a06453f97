"""Every number on 设置 is a rule's, has a unit or choices, a default and a source, and is read back as it was written."""

import re
from dataclasses import fields
from pathlib import Path

import pandas as pd
import pytest

from macros.matching.criteria import CRITERIA
from macros.settings import Settings, each_setting, read_settings, setting_rows

ROOT = Path(__file__).resolve().parent.parent
EACH = list(each_setting())


def table(**values: str) -> pd.DataFrame:
    """Return a 设置 table with these values; `group__name` stands for the key group.name."""
    keys = [key.replace("__", ".") for key in values]
    return pd.DataFrame({"key": keys, "value": list(values.values())}, index=range(2, 2 + len(keys)), dtype=object)


def test_every_setting_is_used_by_a_rule() -> None:
    rules = "\n".join(p.read_text("utf-8") for p in (ROOT / "macros").rglob("*.py") if p.name != "settings.py")
    weights = {f"w_{criterion.key}" for criterion in CRITERIA}
    idle = [s["key"] for s in EACH if not re.search(rf"\b{s['key'].split('.')[1]}\b", rules)]
    assert [key for key in idle if key.split(".")[1] not in weights] == []


@pytest.mark.parametrize("setting", EACH, ids=lambda s: s["key"])
def test_every_setting_says_where_it_comes_from_and_what_it_may_be(setting: dict[str, object]) -> None:
    assert setting["label"]
    assert setting["source"]
    if isinstance(setting["default"], int | float):
        assert setting["low"] <= setting["default"] <= setting["high"]  # type: ignore[operator]
        assert setting["unit"]


def test_the_shipped_sheet_reads_as_the_defaults() -> None:
    settings, findings = read_settings(pd.DataFrame(setting_rows()))
    assert settings == Settings()
    assert findings == []


def test_keys_and_groups_are_unique() -> None:
    keys = [setting["key"] for setting in EACH]
    assert len(set(keys)) == len(keys)
    assert {key.split(".")[0] for key in keys} == {group.name for group in fields(Settings)}


def test_a_changed_value_holds_and_an_empty_one_means_the_default() -> None:
    settings, findings = read_settings(table(follow__gap_a_days=" ５ ", follow__gap_b_days="", nobody__knows="1"))
    assert (settings.follow.gap_a_days, settings.follow.gap_b_days) == (5, Settings().follow.gap_b_days)
    assert findings == []


@pytest.mark.parametrize("value", ["0", "366", "三天", "-1"])
def test_a_value_out_of_bounds_or_no_number_is_a_finding_and_the_default_holds(value: str) -> None:
    settings, findings = read_settings(table(follow__gap_a_days=value))
    assert settings == Settings()
    assert [(f.sheet, f.row, f.column, f.check) for f in findings] == [("settings", 2, "value", "bad_setting")]


@pytest.mark.parametrize("value", ["1", "365"])
def test_the_bounds_themselves_are_allowed(value: str) -> None:
    settings, findings = read_settings(table(follow__gap_a_days=value))
    assert (settings.follow.gap_a_days, findings) == (int(value), [])
