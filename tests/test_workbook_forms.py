"""The forms follow from the declaration: what a person fills in, never more than the limits, every cell its own."""

import pytest

from workbook.forms import CLIENT, CONTACT, FIELD_ROWS, FIRST_ROW, FORMS, MESSAGE_ROW, REFERRER, Form, entered, must
from workbook.schema import Column, Kind, Need, Sheet, When
from workbook.sheets import BY_KEY

forms = pytest.mark.parametrize("form", FORMS, ids=lambda form: form.key)


def test_a_client_with_a_need_takes_twelve_fields_and_a_contact_eight():
    assert [len(form.fields) for form in FORMS] == [12, 8]


@forms
def test_every_field_is_one_that_people_fill_in(form: Form):
    declared = [form.column(place) for place in form.fields]
    assert not any(column.automatic for column in declared)
    assert all(column.entry or column.when for column in declared)


@forms
def test_what_is_required_and_has_no_usual_value_is_a_field_or_the_link_to_the_client(form: Form):
    for sheet in form.sheets:
        missing = {
            column.key for column in sheet.columns if must(column) and (sheet.key, column.key) not in form.places
        }
        assert missing == ({"client_id"} if sheet.key == "requests" else set())


@forms
def test_what_a_field_can_make_necessary_is_a_field_too(form: Form):
    for sheet, key in form.fields:
        for column in BY_KEY[sheet].columns:
            if column.when and column.when.column == key and column.when.values:
                assert (sheet, column.key) in form.places


@forms
def test_input_cells_stand_below_each_other_without_gaps(form: Form):
    rows = [row for row, _ in form.places.values()]
    heights = [form.rows.get(place, 1) for place in form.fields]
    assert rows == [FIRST_ROW + sum(heights[:n]) for n in range(len(heights))]
    assert rows[-1] + heights[-1] == FIRST_ROW + FIELD_ROWS < MESSAGE_ROW
    assert len({column for _, column in form.places.values()}) == 1


def test_no_cell_belongs_to_two():
    cells = [cell for form in FORMS for cell in (*form.places.values(), form.message)]
    assert len(cells) == len(set(cells))


def test_cells_are_named_as_a_person_sees_them():
    assert (CLIENT.address(CLIENT.fields[0]), CONTACT.cell(CONTACT.fields[0])) == ("D6", "录入!I6")
    assert CLIENT.places[REFERRER] == (10, 4)


def test_entry_columns_are_taken_in_order_each_with_what_it_makes_necessary_and_the_link_is_left_out():
    def text(key: str, **more: object) -> Column:
        return Column(label=key, key=key, kind=Kind.TEXT, **more)  # type: ignore[arg-type]

    sheet = Sheet(
        label="表",
        key="t",
        identity=("id",),
        purpose="",
        columns=(
            text("id", need=Need.AUTOMATIC), text("late", when=When("b", ("x",))), text("link", entry=True), text("a", entry=True),
            text("any", when=When("a")), text("b", entry=True), text("plain"),
        ),
    )  # fmt: skip
    assert list(entered(sheet, link="link")) == [("t", "a"), ("t", "b"), ("t", "late")]


@pytest.mark.parametrize(
    ("need", "default", "asked"),
    [
        (Need.REQUIRED, None, True),
        (Need.REQUIRED, "now", False),
        (Need.OPTIONAL, None, False),
        (Need.AUTOMATIC, None, False),
    ],
)
def test_a_person_must_fill_in_what_is_required_and_has_no_usual_value(need: Need, default: object, asked: bool):
    assert must(Column(label="x", key="x", kind=Kind.TEXT, need=need, default=default)) is asked
