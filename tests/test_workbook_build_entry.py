"""The pages 录入 and 预览 as they are built: what a person can type where, what is offered, what fits on the screen."""

import datetime as dt
import re
from pathlib import Path

import openpyxl
import pytest
from openpyxl.worksheet.worksheet import Worksheet

from macros.actions import BUTTONS
from macros.entry_rows import read_form
from macros.new import build
from workbook.book import column_letter
from workbook.build.columns import number_format_of
from workbook.build.entry import ENTRY_BUTTONS, FIELD_PIXELS, HEIGHTS, READY, WIDTHS
from workbook.build.preview import (
    COUNT_HEADS,
    COUNTS,
    FIRST_COLUMN,
    FIRST_ROW,
    HEAD_ROW,
    LIST,
    NOTHING,
    PREVIEW_BUTTONS,
    SENTENCE,
    SHOWN,
)
from workbook.build.preview import WIDTHS as PREVIEW_WIDTHS
from workbook.files import FileBook
from workbook.forms import CLIENT, CONTACT, FIELD_ROWS, FORMS, INPUT, LABEL, SUMMARY, Field, Form, must
from workbook.schema import Kind
from workbook.sheets import ENTRY, PREVIEW

FIELDS = [pytest.param(form, place, id=".".join(place)) for form in FORMS for place in form.fields]
SCREEN = 1280 - 37 - 60  # pixels beside row numbers, scroll bar and side bar
DIGIT = 9.25  # pixels of a column's unit where a wide font stands in for ours; Excel's are 7


@pytest.fixture(scope="module")
def path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("entry") / "空.xlsm"
    build(made, None, 1, dt.date(2026, 11, 20))
    return made


@pytest.fixture(scope="module")
def page(path: Path) -> Worksheet:
    return openpyxl.load_workbook(path, rich_text=False)[ENTRY.label]


@pytest.fixture(scope="module")
def preview(path: Path) -> Worksheet:
    return openpyxl.load_workbook(path)[PREVIEW.label]


@pytest.mark.parametrize(("form", "place"), FIELDS)
def test_a_field_has_its_label_a_star_where_it_must_be_filled_in_an_empty_cell_of_its_format_and_a_hint(
    page: Worksheet, form: Form, place: Field
):
    row, column = form.places[place]
    declared = form.column(place)
    label = page.cell(row, column - INPUT + LABEL).value
    assert label == declared.label + (" *" if must(declared) else "")
    cell = page.cell(row, column)
    assert (cell.value, cell.number_format) == (None, number_format_of(declared))
    assert page.cell(row, column + 1).value


@pytest.mark.parametrize(("form", "place"), FIELDS)
def test_a_field_offers_what_its_column_offers(page: Worksheet, form: Form, place: Field):
    declared = form.column(place)
    rules = [rule for rule in page.data_validations.dataValidation if form.address(place) in rule.sqref]
    kinds = {Kind.CHOICE: "list", Kind.STAFF: "list", Kind.MOMENT: "date", Kind.DECIMAL: "decimal", Kind.INT: "whole"}
    assert [rule.type for rule in rules] == ([kinds[declared.kind]] if declared.kind in kinds else [])


def test_phones_ids_and_words_stay_text(page: Worksheet):
    text = {
        form.cell(place) for form in FORMS for place in form.fields if page[form.address(place)].number_format == "@"
    }
    named = ("name", "phone1", "referrer_id", "obj_id", "summary", "districts")
    assert {form.cell(place) for form in FORMS for place in form.fields if place[1] in named} <= text


def test_the_page_fits_a_small_screen_and_is_not_protected(page: Worksheet):
    assert DIGIT * sum(WIDTHS) <= SCREEN
    assert DIGIT * sum(PREVIEW_WIDTHS) <= SCREEN
    assert (
        sum(HEIGHTS.values()) + FIELD_ROWS * FIELD_PIXELS <= 800 - 270
    )  # down to the buttons: beside ribbon, tabs and task bar
    assert not page.protection.sheet


def test_the_summary_has_room_and_breaks_lines(page: Worksheet):
    row, column = CONTACT.places[SUMMARY]
    letter = column_letter(column)
    assert f"{letter}{row}:{letter}{row + 4}" in [str(merged) for merged in page.merged_cells.ranges]
    assert page.cell(row, column).alignment.wrap_text


def test_what_is_missing_is_yellow_and_a_need_of_an_owner_is_not_missed(page: Worksheet):
    marks = {str(found.sqref): found.rules[0].formula[0] for found in page.conditional_formatting}
    assert marks["D6"] == '$D$6=""'
    assert marks["D10"] == 'AND($D$10="",OR($D$9="老带新"))'
    assert marks["D14"] == 'AND($D$14="",$D$11<>"业主")'
    assert CONTACT.address(("followups", "at")) not in marks  # empty means now


def test_the_message_cells_say_how_it_goes(page: Worksheet):
    assert {form.key: page.cell(*form.message).value for form in FORMS} == READY


def test_the_forms_of_the_built_page_are_read(path: Path):
    for form in FORMS:
        assert set(read_form(FileBook(path, read_only=True), form).values()) == {None}


def test_every_button_of_the_two_pages_has_its_place():
    assert set(ENTRY_BUTTONS) == {button.name for button in BUTTONS if "entry" in button.places}
    assert set(PREVIEW_BUTTONS) == {button.name for button in BUTTONS if "preview" in button.places}
    for form in FORMS:
        names = [name for name in ENTRY_BUTTONS if name.endswith(form.key)]
        assert {form.left <= ENTRY_BUTTONS[name][1] < form.left + 4 for name in names} == {True}


def test_the_preview_has_its_heads_and_says_that_nothing_waits(preview: Worksheet):
    heads = [preview.cell(HEAD_ROW, column).value for column in range(1, FIRST_COLUMN + len(LIST))]
    assert [head for head in heads if head] == [*COUNT_HEADS, *LIST]
    assert preview.cell(*SENTENCE).value == NOTHING
    assert (COUNTS[0], FIRST_ROW) == (HEAD_ROW + 1, HEAD_ROW + 1)
    assert preview.freeze_panes == f"A{HEAD_ROW + 1}"


def test_old_and_new_values_stay_text_down_to_the_last_row_shown(preview: Worksheet):
    for row in (FIRST_ROW, FIRST_ROW + SHOWN - 1):
        cells = [preview.cell(row, FIRST_COLUMN + number) for number in range(len(LIST))]
        assert {(cell.number_format, cell.alignment.wrap_text) for cell in cells} == {("@", True)}


def test_hints_name_no_code(page: Worksheet):
    words = [page.cell(row, column + 1).value for form in FORMS for row, column in form.places.values()]
    assert not [word for word in words if re.search(r"[a-z_]{3,}", str(word))]
    assert CLIENT.first == (6, 4)
