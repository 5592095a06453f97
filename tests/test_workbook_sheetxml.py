"""Cells patched inside a sheet's XML: what changes, and that nothing else does."""

import datetime as dt

import pytest

from workbook.cellxml import CellWriter, plain, same
from workbook.errors import FileRefused
from workbook.partxml import (
    recalculates,
    table_range,
    with_last_row,
    with_recalculation,
    without_content_type,
    without_relation,
)  # fmt: skip
from workbook.sheetxml import Area, SheetPatch
from workbook.stylexml import Styles, family_of
from workbook.tags import attribute, blocks, with_attribute
from workbook.values import CellError, Link

STYLES = (
    b'<styleSheet><numFmts count="1"><numFmt numFmtId="164" formatCode="yyyy&quot;\xe5\xb9\xb4&quot;m"/></numFmts><fonts/>'
    b'<cellXfs count="4"><xf numFmtId="0" fontId="1"/><xf numFmtId="14"/><xf numFmtId="2"><alignment wrapText="1"/></xf>'
    b'<xf numFmtId="164"/></cellXfs></styleSheet>'
)


def patched(xml, cells, results=None, *, areas=(), chunk=1 << 20, styles=None):
    """Return (the new XML, the patch) of a sheet given as text; its bytes come in chunks."""
    writer = CellWriter("门店.xlsx", styles or Styles(STYLES, "门店.xlsx"))
    patch = SheetPatch("客户", writer, cells, results or {})
    patch.areas = list(areas)
    data = xml.encode()
    head = data.index(b"<sheetData") if b"<sheetData" in data else len(data)
    size = max(chunk, head + 1)  # the first chunk always holds the root element
    out = b"".join(patch.apply(data[i : i + size] for i in range(0, len(data), size)))
    return out.decode(), patch


def sheet(rows, head="", tail=""):
    return f"<worksheet>{head}<sheetData>{rows}</sheetData>{tail}</worksheet>"


def rows_after(rows, cells, **more):
    """Return the rows of a sheet after a patch."""
    xml, _ = patched(sheet(rows, more.pop("head", "")), cells, **more)
    return xml.partition("<sheetData>")[2].partition("</sheetData>")[0]


ROW = '<row r="2" spans="1:3" ht="20"><c r="A2" s="1"><v>1</v></c><c r="B2" s="2" t="s"><v>7</v></c><c r="C2"/></row>'


# what a cell becomes


@pytest.mark.parametrize(
    ("value", "cell"),
    [
        ("张三", '<c r="B2" s="2" t="inlineStr"><is><t>张三</t></is></c>'),
        ("=1+1", '<c r="B2" s="2" t="inlineStr"><is><t>=1+1</t></is></c>'),
        ("00123", '<c r="B2" s="2" t="inlineStr"><is><t>00123</t></is></c>'),
        (" a ", '<c r="B2" s="2" t="inlineStr"><is><t xml:space="preserve"> a </t></is></c>'),
        ("a<&b", '<c r="B2" s="2" t="inlineStr"><is><t xml:space="preserve">a&lt;&amp;b</t></is></c>'),
        ("\x08\r", '<c r="B2" s="2" t="inlineStr"><is><t xml:space="preserve">_x0008__x000D_</t></is></c>'),
        ("_x000D_", '<c r="B2" s="2" t="inlineStr"><is><t xml:space="preserve">_x005F_x000D_</t></is></c>'),
        (12, '<c r="B2" s="2"><v>12</v></c>'),
        (0.1, '<c r="B2" s="2"><v>0.1</v></c>'),
        (True, '<c r="B2" s="2" t="b"><v>1</v></c>'),
        (None, '<c r="B2" s="2"/>'),
        (CellError("#N/A"), '<c r="B2" s="2" t="e"><v>#N/A</v></c>'),
        (
            Link("客户!F12"),
            '<c r="B2" s="2" t="str"><f>HYPERLINK("#\'客户\'!F12","客户!F12")</f><v>客户!F12</v></c>',
        ),
    ],
)
def test_a_cell_keeps_its_style_whatever_it_holds(value, cell):
    assert rows_after(ROW, {2: {2: value}}) == ROW.replace('<c r="B2" s="2" t="s"><v>7</v></c>', cell)


def test_quotes_in_the_name_of_a_sheet_do_not_break_a_link():
    xml = rows_after(ROW, {2: {2: Link("老\"王's!A1")}})
    assert '<f>HYPERLINK("#\'老""王\'\'s\'!A1","老""王\'s!A1")</f>' in xml


def test_phonetic_marks_stay_and_metadata_goes():
    row = '<row r="1"><c r="A1" s="2" ph="1" cm="1" vm="2" t="s"><v>0</v></c></row>'
    assert rows_after(row, {1: {1: 5}}) == '<row r="1"><c r="A1" s="2" ph="1"><v>5</v></c></row>'


@pytest.mark.parametrize(
    ("value", "code"), [("字" * 32768, "TEXT_TOO_LONG"), (float("inf"), "NOT_FINITE"), (10**400, "NOT_FINITE")]
)
def test_what_no_cell_can_hold_is_refused_with_its_address(value, code):
    with pytest.raises(FileRefused, match="客户!B2") as caught:
        rows_after(ROW, {2: {2: value}})
    assert caught.value.code == code


# where it goes


def test_untouched_bytes_stay_as_they_are_between_odd_blanks():
    rows = '\n <row r="1" x14ac:dyDescent="0.2">\n<c r="A1"/>  </row>\r\n' + ROW
    assert rows_after(rows, {2: {1: 5}}) == rows.replace('<c r="A2" s="1"><v>1</v></c>', '<c r="A2" s="4"><v>5</v></c>')


@pytest.mark.parametrize("chunk", [1, 7, 60, 1 << 20])
def test_where_the_stream_is_cut_does_not_matter(chunk):
    rows = "".join(f'<row r="{n}"><c r="A{n}"><v>{n}</v></c></row>' for n in range(1, 30)) + '<row r="40"/>'
    new = rows_after(rows, {n: {1: -n} for n in (3, 17, 29, 40)}, chunk=chunk)
    for n in (3, 17, 29):
        rows = rows.replace(f"<v>{n}</v>", f"<v>{-n}</v>")
    assert new == rows.replace('<row r="40"/>', '<row r="40"><c r="A40"><v>-40</v></c></row>')


def test_missing_cells_are_put_in_their_order():
    row = '<row r="5" spans="2:4"><c r="B5"><v>2</v></c><c r="D5"><v>4</v></c></row>'
    expected = '<row r="5"><c r="A5"><v>1</v></c><c r="B5"><v>2</v></c><c r="C5"><v>3</v></c><c r="D5"><v>4</v></c>'
    assert rows_after(row, {5: {1: 1, 3: 3, 5: 5}}) == expected + '<c r="E5"><v>5</v></c></row>'


def test_missing_rows_are_put_in_their_order():
    rows = '<row r="2"><c r="A2"><v>2</v></c></row><row r="4"/>'
    new = rows_after(rows, {n: {1: n} for n in (1, 3, 4, 5)})
    assert [part.partition('"')[0] for part in new.split('<row r="')[1:]] == list("12345")


def test_cells_and_rows_without_addresses_are_counted():
    rows = "<row><c><v>1</v></c><c><v>2</v></c></row><row><c><v>3</v></c></row>"
    new = rows_after(rows, {1: {2: 20}, 2: {2: 40}})
    assert new == '<row><c><v>1</v></c><c r="B1"><v>20</v></c></row><row><c><v>3</v></c><c r="B2"><v>40</v></c></row>'


def test_an_address_inside_a_text_is_not_taken_for_the_cell():
    row = '<row r="1"><c r="A1" t="inlineStr"><is><t>x r="B1" y</t></is></c><c r="B1"><v>1</v></c></row>'
    assert rows_after(row, {1: {2: 9}}) == row.replace("<v>1</v>", "<v>9</v>")


def test_a_prefix_of_the_tags_is_kept():
    xml = '<x:worksheet><x:sheetData><x:row r="1"><x:c r="A1"><x:v>1</x:v></x:c></x:row></x:sheetData></x:worksheet>'
    new, _ = patched(xml, {1: {1: "甲"}, 2: {1: 2}})
    assert '<x:c r="A1" t="inlineStr"><x:is><x:t>甲</x:t></x:is></x:c>' in new
    assert '<x:row r="2"><x:c r="A2"><x:v>2</x:v></x:c></x:row></x:sheetData>' in new


@pytest.mark.parametrize("data", ["<sheetData/>", "<sheetData></sheetData>"])
def test_a_sheet_without_rows_gets_its_first(data):
    new, _ = patched(f"<worksheet>{data}<pageMargins/></worksheet>", {3: {2: 1}})
    assert new == '<worksheet><sheetData><row r="3"><c r="B3"><v>1</v></c></row></sheetData><pageMargins/></worksheet>'


def test_emptying_what_is_not_there_changes_nothing():
    assert rows_after(ROW, {1: {1: None}, 2: {9: None}, 7: {1: None}}) == ROW


def test_what_follows_the_rows_passes_through_even_if_it_looks_like_rows():
    tail = '<ext><row r="1"><c r="A1"><v>1</v></c></row></ext>'
    new, _ = patched(sheet(ROW, tail=tail), {2: {1: 3}}, chunk=9)
    assert new.endswith("</sheetData>" + tail + "</worksheet>")


@pytest.mark.parametrize(
    ("ref", "cells", "expected"),
    [
        ("A1:C2", {9: {5: 1}}, "A1:E9"),
        ("B2", {1: {1: 1}}, "A1:B2"),
        ("A1:C2", {9: {5: None}}, "A1:C2"),
        ("A1:C2", {2: {2: 1}}, "A1:C2"),
    ],
)
def test_the_dimension_covers_what_was_written(ref, cells, expected):
    new, _ = patched(sheet(ROW, head=f'<dimension ref="{ref}"/>'), cells)
    assert f'<dimension ref="{expected}"/>' in new


@pytest.mark.parametrize(
    ("xml", "code"),
    [
        (sheet('<row r="2"/><row r="1"/>'), "BROKEN_XML"),
        (sheet('<row r="1"><!-- <row r="2"> --></row>'), "UNUSUAL_XML"),
        ("<worksheet><sheetData><row r='1'></row>", "BROKEN_XML"),
        ("<worksheet></worksheet>", "BROKEN_XML"),
        ("<chartsheet/>", "BROKEN_XML"),
    ],
)
def test_what_cannot_be_patched_safely_is_refused(xml, code):
    with pytest.raises(FileRefused) as caught:
        patched(xml, {1: {1: 1}})
    assert caught.value.code == code


# the look of new cells


def test_new_rows_look_like_the_first_data_row():
    rows = '<row r="1"><c r="A1" s="3"/></row><row r="2" ht="30" customHeight="1" hidden="1"><c r="A2" s="2"/><c r="B2"/></row>'
    new = rows_after(rows, {3: {1: "甲", 2: 5}, 4: {1: 1}})
    assert '<row r="3" ht="30" customHeight="1"><c r="A3" s="2" t="inlineStr">' in new
    assert '<c r="B3"><v>5</v></c></row><row r="4" ht="30" customHeight="1"><c r="A4" s="2"><v>1</v></c></row>' in new


@pytest.mark.parametrize(
    ("head", "rows", "style"),
    [
        ('<cols><col min="1" max="2" style="2"/></cols>', "", ' s="2"'),
        ('<cols><col min="3" max="4" style="2"/></cols>', "", ""),
        ("", '<row r="9" s="2" customFormat="1"></row>', ' s="2"'),
        ("", '<row r="9" s="2"></row>', ""),
    ],
)
def test_a_new_cell_takes_the_style_of_its_row_or_column(head, rows, style):
    assert f'<c r="B9"{style}><v>1</v></c>' in rows_after(rows, {9: {2: 1}}, head=head)


def test_the_first_data_row_stands_below_the_frozen_header():
    rows = "".join(f'<row r="{n}"><c r="A{n}" s="{s}"/></row>' for n, s in ((1, 1), (2, 1), (3, 0), (4, 2)))
    pane = '<sheetViews><sheetView><pane ySplit="3" state="frozen"/></sheetView></sheetViews>'
    assert '<c r="A5" s="2"><v>1</v></c>' in rows_after(rows, {5: {1: 1}}, head=pane)


# formulas


FORMULA = '<row r="1"><c r="A1" s="2"><f>1+1</f><v>2</v></c><c r="B1"><v>5</v></c></row>'


def test_an_overwritten_formula_is_noticed():
    xml, patch = patched(sheet(FORMULA), {1: {1: 3}})
    assert '<c r="A1" s="2"><v>3</v></c>' in xml
    assert patch.has_formulas
    assert patch.lost_formulas


@pytest.mark.parametrize(
    "kind", ['t="shared" ref="A1:A9" si="0"', 't="array" ref="A1:A3"', 't="dataTable" ref="A1:A3"']
)
def test_the_master_of_several_formulas_is_refused_by_name(kind):
    with pytest.raises(FileRefused, match="客户!A1") as caught:
        rows_after(FORMULA.replace("<f>", f"<f {kind}>"), {1: {1: 3}})
    assert caught.value.code == "SPILL_MASTER"


def test_a_child_of_a_shared_formula_may_be_overwritten():
    assert '<c r="A1" s="2"><v>3</v></c>' in rows_after(FORMULA.replace("<f>", '<f t="shared" si="0">'), {1: {1: 3}})


@pytest.mark.parametrize(
    ("value", "cell"),
    [
        (3, '<c r="A1" s="2"><f>1+1</f><v>3</v></c>'),
        (2.0, '<c r="A1" s="2"><f>1+1</f><v>2</v></c>'),
        ("甲", '<c r="A1" s="2" t="str"><f>1+1</f><v>甲</v></c>'),
        (True, '<c r="A1" s="2" t="b"><f>1+1</f><v>1</v></c>'),
        (CellError("#N/A"), '<c r="A1" s="2" t="e"><f>1+1</f><v>#N/A</v></c>'),
        (None, '<c r="A1" s="2"><f>1+1</f></c>'),
    ],
)
def test_a_refreshed_formula_stays_with_its_new_result(value, cell):
    new, patch = patched(sheet(FORMULA), {}, {1: {1: value, 2: 99, 7: 1}, 5: {1: 1}})
    assert new == sheet(FORMULA.replace('<c r="A1" s="2"><f>1+1</f><v>2</v></c>', cell))
    assert not patch.lost_formulas


# tables


@pytest.mark.parametrize(
    ("cells", "last"),
    [
        ({}, 3), ({9: {2: "新"}}, 9), ({9: {5: "外"}}, 3), ({3: {1: None}}, 2), ({2: {1: None}, 3: {1: None}}, 0),
    ],
)  # fmt: skip
def test_the_last_row_with_content_counts_only_the_columns_of_the_table(cells, last):
    rows = "".join(f'<row r="{n}"><c r="A{n}"><v>1</v></c><c r="B{n}" s="1"/></row>' for n in (1, 2, 3))
    rows += '<row r="4"><c r="A4" s="1"/><c r="D4"><v>1</v></c></row>'
    _, patch = patched(sheet(rows), cells, areas=[Area(1, 2, 1)])
    assert patch.last_rows[Area(1, 2, 1)] == last


TABLE = '<table id="1" ref="A1:D9"><autoFilter ref="A1:D9"><filterColumn colId="0"/></autoFilter></table>'


def test_a_table_and_its_filter_end_at_the_same_row():
    assert with_last_row(TABLE.encode(), 20).decode() == TABLE.replace("A1:D9", "A1:D20")
    assert table_range(TABLE.encode()) == (1, 1, 4, 9, 1, 0)
    assert table_range(b'<table ref="A1:B9" totalsRowCount="1" headerRowCount="0">') == (1, 1, 2, 9, 0, 1)
    assert table_range(b"<table/>") is None


# styles


@pytest.mark.parametrize(
    ("number", "code", "family"),
    [
        (0, "", "number"), (14, "", "date"), (46, "", "elapsed"), (49, "", "number"), (164, "0.00", "number"),
        (164, "[Red]0", "number"), (164, 'yyyy"年"', "date"), (164, '0"days"', "number"), (164, "[h]:mm", "elapsed"),
        (164, "General", "number"), (164, r"0\d", "number"), (164, "[$-804]m/d", "date"),
    ],
)  # fmt: skip
def test_which_number_formats_show_dates(number, code, family):
    assert family_of(number, code) == family


def test_a_date_gets_a_copy_of_the_style_with_a_date_format_once():
    styles = Styles(STYLES, "门店.xlsx")
    assert [styles.fitting(s, dt.date) for s in (1, 3, 2, 2, None)] == [1, 3, 4, 4, 5]
    assert styles.fitting(2, str) == 2
    assert b'<xf numFmtId="14" applyNumberFormat="1"><alignment wrapText="1"/></xf>' in styles.xml
    assert b'<cellXfs count="6">' in styles.xml


def test_a_moment_gets_a_format_of_its_own():
    styles = Styles(STYLES, "门店.xlsx")
    assert styles.fitting(2, dt.datetime) == 4
    assert b'<numFmts count="2">' in styles.xml
    assert rb'<numFmt numFmtId="165" formatCode="yyyy\-mm\-dd\ hh:mm"/></numFmts>' in styles.xml
    bare = Styles(b'<x:styleSheet><x:cellXfs count="1"><x:xf numFmtId="0"/></x:cellXfs></x:styleSheet>', "")
    bare.fitting(0, dt.datetime)
    assert bare.xml.startswith(b'<x:styleSheet><x:numFmts count="1"><x:numFmt numFmtId="164"')


def test_a_number_in_a_cell_that_shows_dates_is_shown_as_a_number():
    styles = Styles(STYLES, "门店.xlsx")
    assert styles.fitting(1, float) == 4
    assert b'<xf numFmtId="0" applyNumberFormat="1"/></cellXfs>' in styles.xml


def test_styles_stay_the_same_bytes_when_nothing_is_added():
    styles = Styles(STYLES, "门店.xlsx")
    styles.fitting(1, dt.datetime)
    assert styles.xml is STYLES


def test_a_date_without_styles_is_refused():
    with pytest.raises(FileRefused, match=r"styles\.xml"):
        Styles(b"", "门店.xlsx").fitting(None, dt.date)


# the small parts and helpers


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ('<workbook><calcPr calcId="9"/></workbook>', '<workbook><calcPr calcId="9" fullCalcOnLoad="1"/></workbook>'),
        (
            "<workbook><sheets/><sheets></sheets><definedNames></definedNames><pivotCaches/></workbook>",
            '<workbook><sheets/><sheets></sheets><definedNames></definedNames><calcPr fullCalcOnLoad="1"/><pivotCaches/></workbook>',
        ),
        ("<x:w><x:sheets></x:sheets></x:w>", '<x:w><x:sheets></x:sheets><x:calcPr fullCalcOnLoad="1"/></x:w>'),
    ],
)
def test_a_workbook_is_told_to_calculate_on_opening(before, after):
    assert not recalculates(before.encode())
    assert with_recalculation(before.encode()).decode() == after
    assert recalculates(after.encode())


def test_a_dropped_part_is_named_nowhere():
    relations = b'<R><Relationship Id="1" Target="calcChain.xml"/><Relationship Id="2" Target="styles.xml"/></R>'
    assert without_relation(relations, "calcChain.xml") == b'<R><Relationship Id="2" Target="styles.xml"/></R>'
    types = b'<T><Override PartName="/xl/calcChain.xml" ContentType="c"/><Override PartName="/xl/styles.xml"/></T>'
    assert without_content_type(types, "xl/calcChain.xml") == b'<T><Override PartName="/xl/styles.xml"/></T>'


@pytest.mark.parametrize(
    ("old", "new", "equal"),
    [
        (5.0, 5, True), (True, 1, False), (None, 0, False), ("5", 5, False), (CellError("#N/A"), "#N/A", False),
        (dt.date(2026, 1, 1), dt.datetime(2026, 1, 1), True), (dt.date(2026, 1, 1), dt.datetime(2026, 1, 1, 9), False),
        ("客户!F12", Link("客户!F12"), True),
    ],
)  # fmt: skip
def test_which_values_a_cell_holds_already(old, new, equal):
    assert same(old, new) is equal


def test_values_of_numpy_and_pandas_become_plain():
    import numpy as np
    import pandas as pd

    given = [
        np.int64(5),
        np.float64(0.5),
        np.bool_(True),
        pd.Timestamp("2026-01-01 09:30"),
        pd.NaT,
        float("nan"),
        "",
        np.str_("甲"),
    ]
    expected = [5, 0.5, True, dt.datetime(2026, 1, 1, 9, 30), None, None, None, "甲"]
    assert [plain(value) for value in given] == expected
    assert [type(plain(value)) for value in given] == [type(value) for value in expected]
    with pytest.raises(TypeError, match="list"):
        plain([1])


def test_attributes_are_read_and_set_without_touching_the_others():
    tag = b"<t a='1' ref=\"A1\"/>"
    assert attribute(tag, b"a") == b"1"
    assert attribute(tag, b"f") is None
    assert with_attribute(tag, b"ref", b"B2") == b"<t a='1' ref=\"B2\"/>"
    assert with_attribute(tag, b"z", b"3") == b'<t a=\'1\' ref="A1" z="3"/>'


@pytest.mark.parametrize("size", [1, 2, 5, 100])
def test_blocks_end_with_the_mark_and_lose_nothing(size):
    data = b"ab;cd;;efg;h"
    found = list(blocks((data[i : i + size] for i in range(0, len(data), size)), b";"))
    assert b"".join(found) == data
    assert all(block.endswith(b";") for block in found[:-1])
