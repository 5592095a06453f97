"""The version of the rules, and the rules of an earlier run put together again from 日志."""

import datetime as dt

import pandas as pd
import pytest

from macros.cadence import default_cadence
from macros.rule_book import (
    ACTION,
    SHIPPED_ROWS,
    Rule,
    changed,
    logged,
    rules_behind,
    rules_of,
    shipped_rules,
    under,
    version_of,
)
from macros.settings import Agency, Pool, Settings, each_setting, read_settings
from tests.rule_days import ran, with_cell, with_rules
from tests.shuffling import sample_tables, shuffled
from tests.tables import tables_from
from workbook.schema import NUMBER_KINDS
from workbook.tables import Tables

TODAY = dt.date(2026, 2, 28)
SHIPPED = Settings()
NUMBERS = [
    (sheet.key, column.key) for sheet, _ in SHIPPED_ROWS for column in sheet.columns if column.kind in NUMBER_KINDS
]


def new_book() -> Tables:
    return with_rules(tables_from("客户\n| 客户ID |\n| C1 |\n"))


def version(tables: Tables, settings: Settings = SHIPPED) -> str:
    return version_of(rules_of(tables, settings))


@pytest.mark.requirement("R27")
@pytest.mark.parametrize("key", [item["key"] for item in each_setting() if "low" in item])
def test_any_number_on_the_settings_sheet_makes_another_version(key: str) -> None:
    item = next(i for i in each_setting() if i["key"] == key)
    other = item["low"] if item["default"] != item["low"] else item["high"]
    settings, wrong = read_settings(pd.DataFrame({"key": [key], "value": [f"{other:g}"]}, index=[2]))
    assert not wrong
    rules = rules_of(new_book(), settings)
    assert [c.rule.row for c in changed(shipped_rules(), rules)] == [key]
    assert version_of(rules) != version(new_book())


@pytest.mark.requirement("R27")
@pytest.mark.parametrize(("sheet", "column"), NUMBERS)
def test_any_number_of_any_rule_makes_another_version(sheet: str, column: str) -> None:
    tables, seen = new_book(), set()
    for row in tables[sheet].index:
        seen.add(version(with_cell(tables, sheet, row, column, 77)))
    assert len(seen) == len(tables[sheet])
    assert version(tables) not in seen


@pytest.mark.requirement("R27")
def test_row_order_spaces_sources_and_other_columns_make_none() -> None:
    tables = new_book()
    frame = tables["score_rules"].assign(source="别处", ours="x")
    frame["name"] = " " + frame["name"].astype(str) + "  "
    other = Tables({**tables, "score_rules": frame}, tables.layouts)
    assert version(shuffled(other)) == version(tables) == version_of(shipped_rules())


@pytest.mark.requirement("R27")
def test_who_signs_is_no_rule_and_stays_who_it_is_under_earlier_rules() -> None:
    ours = Settings(agency=Agency(name="我的店"))
    tables = ran(new_book(), TODAY, ours)
    assert tables["audit"]["action"].tolist() == ["all"]  # nothing was changed but the name
    assert version(tables, ours) == version(tables)
    then, numbers = under({**rules_of(tables, ours), Rule("设置", "pool.a_days", "值"): "9"}, tables, ours)
    assert (numbers.agency.name, numbers.pool.a_days) == ("我的店", 9)
    assert rules_of(then, numbers).keys() == rules_of(tables, ours).keys()


def test_a_name_that_an_older_log_tells_is_passed_over() -> None:
    tables = ran(new_book(), TODAY, Settings(pool=Pool(a_days=9)))
    log = tables["audit"]
    row = log.loc[log["action"] == ACTION].assign(row_id="agency.name", new="我的店").set_axis(pd.RangeIndex(90, 91))
    assert logged(Tables({**tables, "audit": pd.concat([log, row])}, tables.layouts)) == logged(tables)


def test_a_version_is_no_number_for_a_spreadsheet() -> None:
    assert version(new_book())[0] == "v"
    assert len(version(new_book())) == 9


def test_a_name_that_stands_twice_counts_twice_whatever_the_order() -> None:
    tables = new_book()
    twice = pd.concat([default_cadence(), default_cadence().iloc[:1].assign(max_days=99)], ignore_index=True)
    one = Tables({**tables, "cadence": twice}, tables.layouts)
    assert version(one) == version(shuffled(one)) != version(tables)


@pytest.mark.requirement("R27")
def test_the_rules_of_a_run_are_told_by_the_log_though_they_changed_since() -> None:
    tables = with_cell(new_book(), "score_rules", 2, "points", 33)
    settings, _ = read_settings(pd.DataFrame({"key": ["pool.a_days"], "value": ["9"]}, index=[2]))
    first = rules_of(tables, settings)
    tables = ran(tables, TODAY, settings)
    gone = Tables({**tables, "trigger_rules": tables["trigger_rules"].iloc[1:]}, tables.layouts)
    again = ran(gone, TODAY, SHIPPED, action="due", run=2)
    assert rules_behind(again, ("all",)) == first
    assert rules_behind(again, ("due", "all")) == rules_of(gone, SHIPPED)
    assert logged(again) == rules_of(gone, SHIPPED)
    then, numbers = under(first, again, SHIPPED)
    assert numbers == settings
    assert rules_of(then, numbers) == first


def test_a_run_that_was_undone_tells_nothing() -> None:
    tables = ran(new_book(), TODAY, SHIPPED)
    log = tables["audit"].assign(undone=True)
    assert rules_behind(Tables({**tables, "audit": log}, tables.layouts), ("all",)) is None


def test_a_log_that_does_not_add_up_to_its_version_tells_nothing() -> None:
    tables = ran(new_book(), TODAY, SHIPPED)
    log = tables["audit"].assign(rule_ver="v00000000")
    assert rules_behind(Tables({**tables, "audit": log}, tables.layouts), ("all",)) is None


def test_the_rules_of_a_sample_survive_the_way_through_texts() -> None:
    tables = sample_tables("small", TODAY)
    then, settings = under({**rules_of(tables, SHIPPED), Rule("挽回策略", "新", "流失原因"): "新"}, tables, SHIPPED)
    assert rules_of(then, settings).items() >= rules_of(tables, SHIPPED).items()
