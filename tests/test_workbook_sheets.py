"""The declaration against the data dictionary, and against what a person can bear."""

import csv

import pytest

from workbook.build.columns import note_of, prompt_of
from workbook.schema import Kind, Need, Sheet, fold
from workbook.sheets import BY_KEY, PAGES, SHEETS, TABS
from workbook.sheets.lists import LISTS

FREED = {("tasks", "obj_id"), ("deals", "fee_got")}
"""What a manager asks for may concern no row at all; what came in only people know: no sheet holds payments."""
LATER_REQUIRED = {("deals", "elig_ok"), ("deals", "terms_on")}
CRITERIA = {"budget", "district", "area", "rooms", "orient", "floor", "lift", "decor", "age", "school", "metro", "tax", "parking"}  # fmt: skip
REPORTED = {
    "clients": {"reply_minutes", "first_viewed_on", "first_signed_on", "last_signed_on", "deal_count", "days_to_deal", "lost_on", "contacts_recent",
                "grade_before", "grade_moved_on"},
    "deals": {"agent", "referred", "source", "fee_yuan", "got_yuan", "market_days"}, "splits": {"signed_on", "yuan"}, "surveys": {"who"},
    "referrals": {"who", "bonus_paid_on"}, "followups": {"promise_state"}, "complaints": {"solve_hours"}, "deal_steps": {"done_late"},
}  # fmt: skip
"""What the figures of the reports count, see `macros.facts`."""
ADDED = REPORTED | {
    "clients": REPORTED["clients"] | {"pool_why", "remark"}, "requests": {"remark"},
    "listings": {"alerts", "auto_tags", "grade_why", "listed_on", "remark", "seen"}, "matches": {"client", "agent", "home"},
    "changes": {"reached"}, "followups": REPORTED["followups"] | {"good_case"},
    "complaints": REPORTED["complaints"] | {"came_at"}, "deal_steps": REPORTED["deal_steps"] | {"late_days", "waits"},
}  # fmt: skip
REFERENCES = {"字典", "小区字典", "同需求", "同方式", "同人员", "流程模板", "房源ID"}
MAXIMUM_SHOWN = 15
HURRY = [
    ("clients", ["name", "salutation", "phone1", "source", "client_type", "owner", "branch"]),
    ("requests", ["client_id", "deal_type", "budget_max", "districts", "rooms_min"]),
    ("followups", ["obj_id", "at", "way", "result", "summary", "next_act", "next_at", "staff"]),
]
every_sheet = pytest.mark.parametrize("sheet", SHEETS, ids=lambda sheet: sheet.key)


@pytest.fixture(scope="module")
def dictionary(shared):
    with (shared / "data_dictionary.csv").open(encoding="utf-8-sig", newline="") as file:
        return [row for row in csv.DictReader(file) if row["key"] != "w_xxx"]


def declared(row):
    return BY_KEY[row["sheet_key"]][row["key"]]


def test_every_row_of_the_dictionary_is_declared_with_its_label_key_and_kind(dictionary):
    assert len(dictionary) > 250
    for row in dictionary:
        column = declared(row)
        assert BY_KEY[row["sheet_key"]].label == row["sheet"]
        assert (column.label, str(column.kind)) == (row["label"], row["type"])


@pytest.mark.requirement("R54")
def test_a_good_case_is_a_mark_that_people_make_on_followups():
    column = BY_KEY["followups"]["good_case"]
    assert (column.label, column.kind, column.need) == ("优秀案例", Kind.YESNO, Need.OPTIONAL)


def test_columns_keep_the_dictionarys_order_and_additions_are_known(dictionary):
    for key in dict.fromkeys(row["sheet_key"] for row in dictionary):
        known = [row["key"] for row in dictionary if row["sheet_key"] == key]
        assert [c.key for c in BY_KEY[key].columns if c.key in known] == known
        added = {c.key for c in BY_KEY[key].columns if c.key not in known}
        assert added == {f"w_{name}" for name in CRITERIA if key == "requests"} | ADDED.get(key, set())


def test_needs_are_the_dictionarys_with_conditions_as_when(dictionary):
    for row in dictionary:
        need, column = row["required(R/O/A)"], declared(row)
        where = (row["sheet_key"], row["key"])
        if where in FREED:
            assert (column.need, column.when) == (Need.OPTIONAL, None), where
        elif where in LATER_REQUIRED or (need.startswith("R") and need != "R"):
            assert column.need is Need.OPTIONAL, where
            assert column.when, where
        else:
            assert (str(column.need), column.when) == (need[0], None), where


def test_choices_are_the_dictionarys(dictionary):
    for row in dictionary:
        if row["type"] not in ("enum", "multi") or row["allowed"] in REFERENCES:
            continue
        assert ",".join(declared(row).choices) == row["allowed"], row["key"]


def test_references_of_the_dictionary_became_lists(dictionary):
    for row in dictionary:
        column = declared(row)
        if row["allowed"] in REFERENCES:
            assert column.choices or column.lookup or column.refers, row["key"]
        if column.lookup:
            assert column.lookup in LISTS.labels


def test_every_criterion_has_its_own_weight():
    weights = {c.key[2:]: c for c in BY_KEY["requests"].columns if c.key.startswith("w_")}
    assert set(weights) == CRITERIA
    assert {c.choices for c in weights.values()} == {("必须", "优先", "无所谓")}


@pytest.mark.requirement("R106", "R48")
@pytest.mark.parametrize(("key", "fields"), HURRY)
def test_a_person_in_a_hurry_fills_in_few_fields(key, fields):
    assert [c.key for c in BY_KEY[key].columns if c.entry] == fields


def test_a_client_with_a_need_takes_at_most_twelve_fields():
    assert sum(c.entry for key in ("clients", "requests") for c in BY_KEY[key].columns) <= 12


@pytest.mark.parametrize("key", [key for key, _ in HURRY])
def test_what_is_required_and_not_asked_for_has_a_default(key):
    for column in BY_KEY[key].columns:
        if column.need is Need.REQUIRED:
            assert column.entry or column.default is not None, column.key


@every_sheet
def test_a_sheet_shows_few_columns_and_all_that_are_filled_in_first(sheet: Sheet):
    shown = [c for c in sheet.columns if c.daily]
    assert min(5, len(sheet.columns)) <= len(shown) <= MAXIMUM_SHOWN
    assert all(c.daily for c in sheet.columns if c.entry)


@every_sheet
def test_defaults_are_values_of_their_column(sheet: Sheet):
    for column in sheet.columns:
        if column.kind is Kind.CHOICE and column.default is not None:
            assert column.default in column.choices, column.key
        if column.kind in (Kind.DATE, Kind.MOMENT):
            assert column.default in (None, "now", "today"), column.key


@every_sheet
def test_every_column_that_people_fill_in_says_how(sheet: Sheet):
    for column in sheet.columns:
        if not column.automatic:
            assert 5 <= len(prompt_of(column)) <= 255, column.key
        assert column.label in note_of(column)


@every_sheet
def test_a_header_means_one_column(sheet: Sheet):
    """No alias is another column's label or alias: an imported header is never ambiguous."""
    seen: dict[str, str] = {}
    for column in sheet.columns:
        for header in (column.label, *column.aliases):
            assert seen.setdefault(fold(header), column.key) == column.key, header


@every_sheet
def test_references_point_to_sheets_that_exist(sheet: Sheet):
    assert all(column.refers in BY_KEY for column in sheet.columns if column.refers)


def test_every_tab_says_what_it_is_for():
    for tab in TABS:
        assert tab.purpose.endswith("。")
        assert len(tab.purpose) > 10
    assert len(TABS) == len(SHEETS) + len(PAGES) == len({tab.label for tab in TABS})


@pytest.mark.parametrize(
    ("sheet", "header", "key"),
    [
        ("clients", "联系电话", "phone1"), ("clients", "客户姓名", "name"), ("clients", "手机号码", "phone1"),
        ("listings", "总价", "price"), ("listings", "小区名称", "estate"), ("listings", "房屋朝向", "orient"),
        ("listings", "装修情况", "decor"), ("listings", "面积", "area"), ("followups", "备注", "summary"),
    ],
)  # fmt: skip
def test_headers_of_other_files_are_known(sheet, header, key):
    assert BY_KEY[sheet].by_header[fold(header)].key == key


@pytest.mark.parametrize(("header", "sheet"), [("房屋户型", "listings"), ("楼层", "listings"), ("户型", "listings")])
def test_packed_headers_are_left_to_the_import(header, sheet):
    assert fold(header) not in BY_KEY[sheet].by_header


def test_the_smaller_of_two_areas_is_the_bound_of_the_larger():
    listings = BY_KEY["listings"]
    assert (listings["area"].not_before, listings["area_in"].not_before) == ("area_in", "")
    assert (listings["floors"].not_before, listings["floor"].not_before) == ("floor", "")
