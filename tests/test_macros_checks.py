"""Findings are ordered, say who is to mend them, and do not depend on the order of the rows."""

import datetime as dt
import inspect
import re
import sys
from types import FunctionType

import pandas as pd
import pytest

from macros.checks import CHECKS, SEVERITIES, condensed, validate
from macros.checks.agency_name import agency_name
from macros.clock import published_days
from macros.new import SAMPLE_NAME, rules_of_a_new_book
from macros.settings import Settings, read_settings, setting_rows
from tests.tables import tables_from
from workbook import values
from workbook.book import MemoryBook
from workbook.changes import Finding, Severity
from workbook.samples import sample
from workbook.sheets import BY_KEY, SHEETS
from workbook.tables import Tables, read_tables, to_frame
from workbook.values import to_cell

TODAY = dt.date(2026, 3, 2)


def with_settings(**values):
    rows = [row | {"value": values.get(str(row["key"]).replace(".", "_"), row["value"])} for row in setting_rows()]
    tables = tables_from("")
    layout = tables.layouts["settings"]
    frame = to_frame(layout.sheet, pd.DataFrame(rows, index=range(2, len(rows) + 2)))
    return Tables({**tables, "settings": frame}, tables.layouts)


@pytest.mark.requirement("R27")
@pytest.mark.parametrize(
    ("values", "key"),
    [
        ({"grade_b_score": "80"}, "grade.a_score"),
        ({"grade_b_score": "79"}, None),
        ({"follow_gap_a_days": "7"}, None),
        ({"follow_gap_a_days": "8"}, "follow.gap_b_days"),
        ({"grade_intent_cap": "34"}, "grade.intent_cap"),
        ({"segment_asleep_days": "90"}, "segment.asleep_days"),
    ],
)
def test_settings_that_contradict_each_other(values, key):
    tables = with_settings(**values)
    settings, wrong = read_settings(tables["settings"])
    assert wrong == []
    found = [f for f in validate(tables, TODAY, settings).findings if f.check == "settings_order"]
    assert [tables["settings"].at[f.row, "key"] for f in found] == ([key] if key else [])


CLIENT, HOME = "客户\n| 客户ID |\n| C1 |\n", "房源\n| 房源ID |\n| H1 |\n"


@pytest.mark.requirement("R40")
@pytest.mark.parametrize(
    ("rows", "name", "fires"),
    [
        (CLIENT, "示例地产", True), (HOME, "示例地产", True), (CLIENT, "", True), (CLIENT, " 示例地产 ", True),
        ("客户\n| 客户ID |\n", "示例地产", False), (CLIENT, "安居地产", False), (CLIENT, SAMPLE_NAME, False),
    ],
)  # fmt: skip
def test_the_shipped_name_of_the_agency_is_told_once_there_are_rows(rows, name, fires):
    named, tables = with_settings(agency_name=name), tables_from(rows)
    tables = Tables({**tables, "settings": named["settings"]}, tables.layouts)
    settings, _ = read_settings(tables["settings"])
    found = agency_name(tables, TODAY, settings)
    assert [tables["settings"].at[one.row, "key"] for one in found] == ["agency.name"] * fires
    assert {one.severity for one in found} <= {Severity.INFO}


def test_a_workbook_without_the_row_is_not_told_of_the_name():
    assert agency_name(tables_from(CLIENT), TODAY, Settings()) == []


def test_a_sample_workbook_has_a_name_of_its_own_and_a_new_one_the_shipped():
    names = [
        read_settings(rules_of_a_new_book(TODAY, *given)["settings"])[0].agency.name for given in ((SAMPLE_NAME,), ())
    ]
    assert names == ["示例地产·演示", "示例地产"]


def test_findings_are_by_sheet_row_and_column_and_say_who():
    text = """
    需求
    | 需求ID  | 客户ID  | 预算上限 |
    | Q000001 | C000001 | -1       |
    客户
    | 客户ID  | 归属人 | 手机1       | 状态 |
    | C000002 | 乙     | 13800002222 | 谈   |
    | C000001 | 甲     | 13800001111 | 谈   |
    """
    outcome = validate(tables_from(text), TODAY, Settings())
    order = [(s.key, c.key) for s in SHEETS for c in s.columns]
    places = [(order.index((f.sheet, "client_id")), f.row, order.index((f.sheet, f.column))) for f in outcome.findings]
    assert places == sorted(places)
    frame = outcome.results["findings"]
    row = frame[(frame["sheet"] == "需求") & (frame["check"] == "low")].iloc[0]
    assert (row["severity"], row["cell"], row["column"], row["who"]) == ("错误", "需求!G2", "预算上限", "甲")
    item = next(i for i in outcome.items if i["check"] == "low")
    assert item == {
        "sheet": "需求", "cell": "G2", "column": "预算上限", "check": "low", "severity": "error",
        "message": "「-1」小于 0 万元。请核对数字和单位。",
    }  # fmt: skip
    assert outcome.figures == {s.value: sum(f.severity is s for f in outcome.findings) for s in Severity}


def test_an_empty_workbook_has_nothing_wrong():
    assert list(validate(tables_from(""), TODAY, Settings()).findings) == []


def test_checks_have_names_of_their_own_and_say_what_they_find():
    assert len({check.name for check in CHECKS}) == len(CHECKS)
    assert all(check.summary.endswith((".", ")")) and len(check.summary) < 130 for check in CHECKS)


def store():
    """The small sample, with the public holidays of its years."""
    return sample("small", seed=7, today=TODAY) | {"calendar": published_days(TODAY.year - 1)}


def book_of(frames):
    """A workbook that holds the frames as a person would see them."""
    sheets = {}
    for key, frame in frames.items():
        columns = BY_KEY[key].columns
        rows = [[to_cell(c, v) for c, v in zip(columns, line, strict=True)] for line in frame.itertuples(index=False)]
        sheets[BY_KEY[key].label] = [[c.label for c in columns], *rows]
    return MemoryBook(sheets)


def by_id(frames):
    """What is found in a workbook of frames, with the ids of the rows in place of their numbers."""
    tables, _ = read_tables(book_of(frames), SHEETS)
    found = validate(tables, TODAY, Settings()).findings
    return sorted(
        (f.sheet, tuple(tables[f.sheet].loc[f.row, list(BY_KEY[f.sheet].identity)]), f.column, f.check) for f in found
    )


@pytest.mark.requirement("R5")
def test_the_order_of_the_rows_changes_no_finding():
    frames = store()
    shuffled = {key: frame.sample(frac=1, random_state=3) for key, frame in frames.items() if key != "lists"}
    found = by_id(frames)
    assert len(found) > 10
    assert by_id(shuffled | {"lists": frames["lists"]}) == found


def test_rules_do_not_change_the_tables():
    frames = store()
    tables, _ = read_tables(book_of(frames), SHEETS)
    before = {key: frame.copy() for key, frame in tables.items()}
    validate(tables, TODAY, Settings())
    for key, frame in tables.items():
        pd.testing.assert_frame_equal(frame, before[key])


def test_the_sheet_of_findings_has_its_columns_filled():
    tables, _ = read_tables(book_of(store()), SHEETS)
    frame = validate(tables, TODAY, Settings()).results["findings"]
    assert set(frame["severity"]) <= set(SEVERITIES.values())
    assert frame["cell"].str.fullmatch(r"\w+![A-Z]+\d+").all()
    assert (frame[["sheet", "column", "message", "check"]] != "").all(axis=None)
    assert frame["message"].str.contains("。").all()
    assert frame["message"].str.endswith(("。", "？")).all()


def test_each_rule_opens_with_a_sentence_and_names_its_source():
    rules = [
        check
        for check in CHECKS
        if isinstance(check.find, FunctionType) and check.find.__module__ != "macros.checks.columns"
    ]
    assert len(rules) >= 18
    for check in rules:
        text = sys.modules[check.find.__module__].__doc__
        assert "\n\nSource: " in text, check.name
        assert check.find.__module__ == f"macros.checks.{check.name}"


def test_every_way_of_being_unreadable_is_a_check():
    raised = set(re.findall(r'"([a-z_]+)"', " ".join(re.findall(r"Unreadable\(.*", inspect.getsource(values)))))
    assert "not_a_date" in raised
    assert raised - {check.name for check in CHECKS} == {"phone_length"}  # told as not_a_phone


def test_many_findings_alike_are_listed_up_to_the_limit_and_then_counted() -> None:
    alike = [Finding("clients", row, "name", "required", Severity.ERROR, "没有填。") for row in range(2, 8)]
    other = Finding("clients", 9, "phone1", "required", Severity.ERROR, "没有填。")
    assert condensed([*alike, other], 6) == [*alike, other]
    assert condensed([*alike, other], 5) == [*alike, other], "one more takes no more room than the sentence about it"
    *listed, rest, last = condensed([*alike, other], 4)
    assert (listed, rest.row, last) == (alike[:4], 6, other)
    assert "还有 2 处" in rest.message
