"""One cell <-> one value: what people type is understood, what cannot be is named."""

import datetime as dt

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from workbook.schema import Column, Kind, Need
from workbook.values import CellError, Link, Unreadable, empty_of, parse, parse_column, text_of, to_cell


def column(kind: Kind, unit: str = "", need: Need = Need.OPTIONAL) -> Column:
    return Column(
        label="列", key="key", kind=kind, unit=unit, need=need, choices=("A", "B") if kind is Kind.CHOICE else ()
    )


MOMENT = dt.datetime(2026, 2, 28)


@pytest.mark.parametrize(
    ("kind", "raw", "value"),
    [
        (Kind.TEXT, "  张三\u00a0", "张三"), (Kind.TEXT, 12.0, "12"), (Kind.ID, 101113515819.0, "101113515819"),
        (Kind.DATE, "2026-02-28", MOMENT), (Kind.DATE, "2026/2/28", MOMENT), (Kind.DATE, "2026年2月28日", MOMENT),
        (Kind.DATE, "20260228", MOMENT), (Kind.DATE, "２０２６．２．２８", MOMENT), (Kind.DATE, dt.date(2026, 2, 28), MOMENT),
        (Kind.DATE, 46081, MOMENT), (Kind.MOMENT, "2026-02-28 14:05", dt.datetime(2026, 2, 28, 14, 5)),
        (Kind.DECIMAL, "1,234.5", 1234.5), (Kind.DECIMAL, "－３", -3.0), (Kind.INT, "3", 3.0), (Kind.INT, 3, 3.0),
        (Kind.PERCENT, 10, 10.0), (Kind.PERCENT, 0.1, 10.0), (Kind.PERCENT, "10%", 10.0), (Kind.PERCENT, 1, 1.0),
        (Kind.YESNO, "是", True), (Kind.YESNO, False, False), (Kind.YESNO, "×", False), (Kind.YESNO, 1, True),
        (Kind.MANY, "东、南, 西；东", ("东", "南", "西")), (Kind.MANY, None, ()), (Kind.TEXT, None, ""), (Kind.DATE, " ", None),
        (Kind.PHONE, "+86 138-0000-1111", "13800001111"), (Kind.PHONE, 13800001111.0, "13800001111"),
        (Kind.PHONE, "１３８０００0１１１１", "13800001111"), (Kind.PHONE, "(010) 62345678", "010-62345678"),
    ],
)  # fmt: skip
def test_a_cell_is_read_as_people_write_it(kind: Kind, raw: object, value: object) -> None:
    assert parse(column(kind), raw) == value


@pytest.mark.parametrize(
    ("kind", "raw", "check"),
    [
        (Kind.DATE, "2026-02-31", "not_a_date"), (Kind.DATE, "明天", "not_a_date"), (Kind.DATE, 19_999, "not_a_date"),
        (Kind.DECIMAL, "三百", "not_a_number"), (Kind.DECIMAL, "300万", "not_a_number"), (Kind.DECIMAL, True, "not_a_number"),
        (Kind.INT, 2.5, "not_whole"), (Kind.YESNO, "也许", "not_yes_no"), (Kind.PHONE, "1381234567", "phone_length"),
        (Kind.PHONE, "无", "not_a_phone"), (Kind.PHONE, "1.38E+10", "phone_digits_lost"), (Kind.TEXT, CellError("#N/A"), "error_value"),
    ],
)  # fmt: skip
def test_what_cannot_be_read_is_named(kind: Kind, raw: object, check: str) -> None:
    with pytest.raises(Unreadable) as caught:
        parse(column(kind), raw)
    assert caught.value.check == check


def test_a_number_may_carry_the_unit_of_its_column_and_no_other() -> None:
    assert parse(column(Kind.DECIMAL, "万元"), "650 万") == 650
    assert parse(column(Kind.DECIMAL, "㎡"), "89.5平米") == 89.5
    with pytest.raises(Unreadable):
        parse(column(Kind.DECIMAL, "㎡"), "650万")


def test_a_column_keeps_the_place_of_what_it_cannot_read() -> None:
    assert parse_column(column(Kind.INT), ["1", "x", None, 2.5]) == (
        [1.0, None, None, None],
        [(1, "not_a_number"), (3, "not_whole")],
    )
    assert parse_column(column(Kind.PHONE), ["1381234567"]) == (["1381234567"], [(0, "phone_length")])


def test_true_and_one_are_told_apart_though_python_calls_them_equal() -> None:
    assert parse_column(column(Kind.TEXT), [1, True, 1.0]) == (["1", "是", "1"], [])


def cell_by_cell(column: Column, raws: list[object]) -> tuple[list[object], list[tuple[int, str]]]:
    values: list[object] = []
    problems: list[tuple[int, str]] = []
    for at, raw in enumerate(raws):
        try:
            values.append(parse(column, raw))
        except Unreadable as problem:
            problems.append((at, problem.check))
            values.append(text_of(raw) if column.kind is Kind.PHONE else empty_of(column.kind))
    return values, problems


TEXTS = st.sampled_from(
    ["", " ", "张三", " 张三\u00a0", "是", "1", "1.5", "10%", "#N/A", "2026-02-28", "13800000001", "东、南", "x"]
)
NUMBERS = st.sampled_from([0.0, 1.0, 2.5, 0.1, -3.0, 46081.0, 1e16, float("inf"), float("nan"), 13800000001.0])
MOMENTS = st.sampled_from([MOMENT, MOMENT.replace(microsecond=5), MOMENT.replace(tzinfo=dt.UTC), dt.datetime.min])
CELLS = [
    st.none(), TEXTS, TEXTS.map(CellError), NUMBERS, st.sampled_from([0, 1, 46081, 10**16]), st.booleans(), MOMENTS,
    st.sampled_from([dt.date(2026, 2, 28), dt.time(14, 5), dt.timedelta(1)]),
]  # fmt: skip


@pytest.mark.parametrize("kind", list(Kind))
@settings(max_examples=40)
@given(st.data())
def test_a_column_is_read_as_each_of_its_cells_is(kind: Kind, data: st.DataObject) -> None:
    kinds = data.draw(st.lists(st.sampled_from(CELLS), min_size=1, max_size=3))
    raws = data.draw(st.lists(st.one_of(kinds), max_size=8))
    one, other = parse_column(column(kind), raws), cell_by_cell(column(kind), raws)
    assert (repr(one[0]), one[1]) == (repr(other[0]), other[1])


@pytest.mark.parametrize(
    ("kind", "value", "cell"),
    [
        (Kind.TEXT, "", None), (Kind.DECIMAL, float("nan"), None), (Kind.MANY, (), None), (Kind.MANY, ("东", "南"), "东、南"),
        (Kind.YESNO, True, "是"), (Kind.YESNO, False, "否"), (Kind.YESNO, None, None), (Kind.INT, 3.0, 3), (Kind.DECIMAL, 0.1 + 0.2, 0.3),
        (Kind.DATE, dt.datetime(2026, 2, 28), dt.date(2026, 2, 28)),
    ],
)  # fmt: skip
def test_a_value_becomes_a_cell(kind: Kind, value: object, cell: object) -> None:
    assert to_cell(column(kind), value) == cell


def test_only_genjins_own_address_columns_become_links() -> None:
    assert isinstance(to_cell(column(Kind.LINK, need=Need.AUTOMATIC), "客户!F12"), Link)
    assert not isinstance(to_cell(column(Kind.LINK), "客户!F12"), Link)


@given(st.sampled_from([Kind.DATE, Kind.DECIMAL, Kind.YESNO, Kind.MANY]), st.data())
def test_what_is_written_is_read_back(kind: Kind, data: st.DataObject) -> None:
    strategies: dict[Kind, st.SearchStrategy[object]] = {
        Kind.DATE: st.dates(dt.date(1960, 1, 1), dt.date(2100, 1, 1)).map(
            lambda d: dt.datetime(d.year, d.month, d.day)
        ),
        Kind.DECIMAL: st.floats(-1e9, 1e9).map(lambda x: round(x, 6)),
        Kind.YESNO: st.booleans(),
        Kind.MANY: st.lists(st.sampled_from("东南西北"), unique=True, min_size=1).map(tuple),
    }
    value = data.draw(strategies[kind])
    assert parse(column(kind), to_cell(column(kind), value)) == value


def test_text_of_a_cell_is_what_a_person_sees() -> None:
    assert [text_of(raw) for raw in (None, 3.0, 3.5, True, dt.datetime(2026, 1, 2), dt.date(2026, 1, 2))] == [
        "", "3", "3.5", "是", "2026-01-02", "2026-01-02",
    ]  # fmt: skip
