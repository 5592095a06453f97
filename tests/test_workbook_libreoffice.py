"""The xlwings engine over LibreOffice: what is written and read through xlwings' public interface, in a real office."""

import builtins
import contextlib
import datetime as dt
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pandas as pd
import pytest
import xlsxwriter
import xlwings as xw
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.office import OfficeForTests
from workbook.errors import FileRefused
from workbook.libreoffice import App, Engine, attach, open_file
from workbook.uno.bridge import connect, exception, load_uno
from workbook.uno.documents import url_of
from workbook.uno.formulas import to_excel, to_own
from workbook.uno.launch import launch
from workbook.values import CellError

pytestmark = pytest.mark.libreoffice

DAY, MOMENT = dt.datetime(2026, 2, 3), dt.datetime(2026, 2, 3, 10, 30)


@pytest.fixture
def book(office: OfficeForTests) -> xw.Book:
    return office.new_book()


@pytest.fixture
def sheet(book: xw.Book) -> xw.Sheet:
    return book.sheets[0]


@pytest.fixture
def imported(office: OfficeForTests, tmp_path: Path) -> xw.Book:
    """A file that Excel would have made: dates, truth values, text that looks like numbers, formulas, a table, a hidden sheet."""
    path = tmp_path / "店 铺.xlsx"
    file = xlsxwriter.Workbook(path)
    sheet, more = file.add_worksheet("客户"), file.add_worksheet("备 份")
    day, moment, text = (file.add_format({"num_format": code}) for code in ("yyyy-mm-dd", "yyyy-mm-dd hh:mm", "@"))
    sheet.set_column("B:B", 12, day)
    rows = [["00123", DAY, True, 1.5, "=1+1"], ["1-2", None, False, 2, "a"], [None, MOMENT, None, -3, "'b"]]
    for number, (code, when, yes, amount, note) in enumerate(rows, start=1):
        sheet.write_string(number, 0, code or "", text)
        sheet.write(number, 1, when, day if when == DAY else moment)
        sheet.write(number, 2, yes)
        sheet.write(number, 3, amount)
        sheet.write_string(number, 4, note)
    columns = [{"header": name} for name in ("编号", "日期", "是否", "金额", "备注")]
    sheet.add_table("A1:E4", {"name": "tbl_clients", "columns": columns})
    more.add_table(
        "B2:C5",
        {
            "name": "tbl_totals",
            "total_row": True,
            "columns": [{"header": "甲"}, {"header": "乙", "total_function": "sum"}],
        },
    )
    more.write_formula("A1", "=SUM(客户!D2:D4)", None, 0.5)
    more.hide()
    file.define_name("金额", "=客户!$D$2:$D$4")
    file.close()
    return office.open_book(path)


# values


@pytest.mark.parametrize(
    ("value", "stands"),
    [
        ("客户", "客户"), (1, 1.0), (1.25, 1.25), (10**12, 1e12), (True, True), (False, False), (DAY.date(), DAY), (DAY, DAY),
        (MOMENT, MOMENT), (dt.time(12), 0.5), (None, None), ("", None), ("a\nb", "a\nb"), ("😀" * 100, "😀" * 100),
        (pd.Timestamp(MOMENT), MOMENT), (pd.NaT, None), (float("nan"), None), (pd.Series([3])[0], 3.0),
    ],
)  # fmt: skip
def test_a_value_comes_back(sheet: xw.Sheet, value: object, stands: object):
    sheet["B2"].value = value
    assert sheet["B2"].value == stands
    assert type(sheet["B2"].value) is type(stands)


@pytest.mark.parametrize(
    ("text", "stands", "number_format"),
    [
        ("00123", 123.0, "General"), ("1-2", dt.datetime(dt.date.today().year, 1, 2), 'm"月"d"日"'), ("=1+1", 2.0, "General"), ("3%", 0.03, "0%"),
        ("TRUE", True, "BOOLEAN"), ("'00123", "00123", "General"), ("'=1+1", "=1+1", "General"), ("+86 138", "+86 138", "General"),
        ("2026-02-03 10:30", MOMENT, "yyyy/m/d h:mm"), ("-$5", -5.0, "$#,##0"),
    ],
)  # fmt: skip
def test_general_cells_take_text_as_if_it_were_typed(sheet: xw.Sheet, text: str, stands: object, number_format: str):
    sheet["A1"].value = text
    assert sheet["A1"].value == stands
    assert sheet["A1"].number_format in (number_format, "General" if text == "TRUE" else number_format)


def test_a_cell_keeps_its_own_number_format(sheet: xw.Sheet):
    sheet["A1:A3"].number_format = "0.00"
    sheet["A1:A3"].value = [["3%"], [DAY], ["x"]]
    assert sheet["A1:A3"].number_format == "0.00"
    assert sheet["A1:A3"].value == [0.03, 46056.0, "x"]


def test_cells_of_text_keep_text_and_turn_the_rest_into_text(sheet: xw.Sheet):
    sheet["A:A"].number_format = "@"
    values = ["00123", "1-2", "=1+1", "+86 138", "TRUE", 5, 0.1, True, DAY, MOMENT]
    sheet["A1:A10"].value = [[value] for value in values]
    assert sheet["A1:A10"].value == [*values[:5], "5", "0.1", "TRUE", "2026/2/3", "2026/2/3 10:30:00"]
    assert sheet["A1:A10"].number_format == "@"


def test_columns_of_mixed_formats_take_each_cell_by_its_own(sheet: xw.Sheet):
    sheet["A2"].number_format = "@"
    sheet["A1:A3"].value = [["01"], ["01"], ["01"]]
    assert sheet["A1:A3"].value == [1.0, "01", 1.0]


def test_a_block_of_everything_comes_back(sheet: xw.Sheet):
    rows = [
        ["名称", "日期", "是否", "金额"],
        ["甲", DAY, True, 1.0],
        [None, MOMENT, None, 2.5],
        ["乙", None, False, None],
    ]
    sheet["C3:F6"].value = rows
    assert sheet["C3:F6"].value == rows
    assert sheet.used_range.address == "$C$3:$F$6"


@settings(
    max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
@given(
    st.lists(
        st.tuples(
            st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=20).filter(lambda text: not text.startswith("'")),
            st.one_of(st.none(), st.booleans(), st.floats(-1e9, 1e9).map(lambda x: round(x, 3)), st.dates(dt.date(1900, 3, 1))),
        ),
        min_size=2, max_size=20,
    )
)  # fmt: skip
def test_what_is_written_is_what_is_read(sheet: xw.Sheet, rows: list[tuple[str, object]]):
    cells = sheet.range((1, 1), (len(rows), 2))
    cells.impl.api.clearContents(1023)
    cells.columns[0].number_format = "@"
    cells.value = [list(row) for row in rows]
    expected = [
        [text or None, dt.datetime(v.year, v.month, v.day) if isinstance(v, dt.date) else v] for text, v in rows
    ]
    assert cells.options(ndim=2).value == expected


@pytest.mark.parametrize("text", ["x" * 32_768, "😀" * 16_384])
def test_text_that_no_cell_holds_is_refused(sheet: xw.Sheet, text: str):
    sheet["A1"].value = "before"
    with pytest.raises(ValueError, match="at most 32767"):
        sheet["A1"].value = text
    assert sheet["A1"].value == "before"
    sheet["A1"].value = text[: len(text) - 1]
    assert sheet["A1"].value == text[: len(text) - 1]


@pytest.mark.parametrize("value", [object(), {1: 2}, b"x"])
def test_what_is_no_value_is_refused(sheet: xw.Sheet, value: object):
    with pytest.raises(ValueError, match="a cell cannot hold"):
        sheet["A1"].impl.raw_value = value


@pytest.mark.parametrize("data", [[[1, 2]], [[1], [2], [3]], [1, 2, 3]])
def test_a_block_of_another_shape_is_refused(sheet: xw.Sheet, data: object):
    with pytest.raises(ValueError, match="do not fit"):
        sheet["A1:A2"].impl.raw_value = data


def test_errors_are_named_as_in_excel(sheet: xw.Sheet):
    formulas = [
        "=1/0",
        "=NA()",
        "=VLOOKUP(1,C1:C2,9,0)",
        "=nonsense(1)",
        "=#REF!+1",
        '="a"+1',
        "=1/0",
        "=1",
        "=LOG(-1)",
    ]
    names = ["#DIV/0!", "#N/A", "#VALUE!", "#NAME?", "#REF!", "#VALUE!", "#DIV/0!", 1.0, "#NUM!"]
    sheet["B2:B10"].formula = [[formula] for formula in formulas]
    sheet["A2"].value = "#DIV/0!!"  # text that only resembles one
    cells = sheet["A2:B10"].options(ndim=2, err_to_str=True)
    found = [row[1] for row in cells.value]
    assert [name for name in found if name not in ("#VALUE!", "#NUM!")] == [
        n for n in names if n not in ("#VALUE!", "#NUM!")
    ]
    assert found == [*names[:8], found[8]]
    assert cells.value[0][0] == "#DIV/0!!"
    assert [row[1] for row in sheet["A2:B10"].value] == [1.0 if name == 1.0 else None for name in names]
    assert isinstance(sheet["B2"].raw_value[0][0], CellError)


def test_many_errors_cost_few_calls(sheet: xw.Sheet):
    sheet["A1:A2000"].formula = "=1/0"
    took = []
    for _ in range(5):
        start = time.perf_counter()
        assert set(sheet["A1:A2000"].options(err_to_str=True).value) == {"#DIV/0!"}
        took.append(time.perf_counter() - start)
    assert min(took) < 0.5  # a look at each cell takes longer; once in five the machine is not busy with something else


def test_converters_of_xlwings_work(sheet: xw.Sheet):
    table = pd.DataFrame({"名": ["甲", "乙"], "数": [1.0, 2.5], "日": [DAY, MOMENT]})
    sheet["A1"].options(index=False).value = table
    found = sheet["A1:C3"].options(pd.DataFrame, index=False).value
    assert found.to_dict("list") == table.to_dict("list")
    assert sheet["B2:B3"].options(numbers=int).value == [1, 2]
    assert sheet["C2"].options(dates=dt.date).value == DAY.date()
    assert sheet["D1:D2"].options(empty="-").value == ["-", "-"]


def test_an_imported_sheet_reads_as_its_maker_wrote_it(imported: xw.Book):
    assert imported.sheets["客户"]["A1:E4"].value == [
        ["编号", "日期", "是否", "金额", "备注"],
        ["00123", DAY, True, 1.5, "=1+1"],
        ["1-2", None, False, 2.0, "a"],
        [None, MOMENT, None, -3.0, "'b"],
    ]
    assert imported.sheets["备 份"]["A1"].value == 0.5


def test_dates_beyond_pythons_calendar_stay_numbers(sheet: xw.Sheet):
    sheet["A1:A2"].number_format = "yyyy-mm-dd"
    sheet["A1:A2"].value = [[9e6], [-800000.0]]
    assert sheet["A1:A2"].value == [9e6, -800000.0]


# formulas

FORMULAS = {
    "=SUM(A1,B1)": "=SUM(A1;B1)",
    "=客户!A1+1": "=$客户.A1+1",
    "=SUM(客户!A:A,'备 份'!$B$2:C3)": "=SUM($客户.A:A;$'备 份'.$B$2:C3)",
    "=SUM({1,2;3,4})": "=SUM({1;2|3;4})",
    '={"a,b";"c"}': '={"a,b"|"c"}',
    '=HYPERLINK("#\'客户\'!F12","x,y;""z")': '=HYPERLINK("#\'客户\'!F12";"x,y;""z")',
    "=IF(#REF!=1,#N/A,客户!$1:$3)": "=IF(#REF!=1;#N/A;$客户.$1:$3)",
    "=STDEV.S(A1,2.5)": "=STDEV.S(A1;2.5)",
    "=COUNTA(tbl_clients[[#Headers],[编号]])": "=COUNTA(tbl_clients[[#Headers];[编号]])",
    "=1": "=1",
}


@pytest.mark.parametrize("excel", FORMULAS)
def test_formulas_are_translated_both_ways(excel: str):
    assert to_own(excel) == FORMULAS[excel]
    assert to_excel(FORMULAS[excel]) == excel


@pytest.mark.parametrize("excel", [formula for formula in FORMULAS if "{" not in formula])
def test_libreoffice_keeps_the_formulas_that_excel_writes(imported: xw.Book, excel: str):
    cell = imported.sheets["备 份"]["H9"]
    cell.formula = excel
    assert cell.formula == excel


def test_formulas_text_and_values_in_one_block(sheet: xw.Sheet):
    sheet["B1:B9"].number_format = "@"
    sheet["A1:B3"].value = [["=1+1", "=1+1"], ["'=2", "'00123"], [DAY, None]]
    sheet["A4"].value = True
    assert sheet["A1:B4"].formula == [["=1+1", "=1+1"], ["=2", "00123"], ["46056", ""], ["1", ""]]
    assert sheet["A1:B2"].value == [[2.0, "=1+1"], ["=2", "00123"]]
    assert sheet["A1"].formula == "=1+1"
    assert sheet["D1:E2"].formula == [["", ""], ["", ""]]


def test_one_formula_fills_a_range_and_a_cell_of_text_takes_none(sheet: xw.Sheet):
    sheet["C1"].number_format = "@"
    sheet["B1:C1"].formula = "=1+2"
    assert sheet["B1:C1"].value == [3.0, "=1+2"]


# formats, rows, merged cells, selection


def test_number_formats_are_excels(sheet: xw.Sheet):
    for code in (
        "General",
        "@",
        "0.00",
        "yyyy-mm-dd",
        "yyyy-mm-dd hh:mm:ss",
        'yyyy"年"m"月"d"日"',
        "#,##0",
        "h:mm AM/PM",
    ):
        sheet["A1:B2"].number_format = code
        assert sheet["A1:B2"].number_format == code
    sheet["A1"].number_format = "0%"
    assert sheet["A1:B2"].number_format is None


def test_clearing_keeps_formats(sheet: xw.Sheet):
    sheet["A1:B1"].value = ["=1", DAY]
    sheet["A1:B1"].clear_contents()
    assert sheet["A1:B1"].value == [None, None]
    assert sheet["B1"].number_format == "yyyy/m/d"


def test_hidden_rows_can_be_shown(sheet: xw.Sheet):
    sheet["A2:A3"].rows.hidden = True
    assert [sheet[address].rows.hidden for address in ("A1", "A2:A3", "A1:A4")] == [False, True, None]
    sheet["A2:A3"].rows.hidden = False
    assert sheet["A1:A4"].rows.hidden is False


def test_row_heights_are_in_points_and_writing_keeps_them(sheet: xw.Sheet):
    sheet["A1"].row_height = 30
    assert sheet["A1"].row_height == pytest.approx(30, abs=0.05)
    assert sheet["A1:A3"].row_height is None
    height = sheet["A2"].row_height
    sheet["A2"].api.IsTextWrapped = True
    sheet["A2"].value = "字" * 500
    assert sheet["A2"].row_height == height
    assert sheet.book.api.IsAdjustHeightEnabled


def test_merged_cells_are_found(sheet: xw.Sheet):
    sheet["B2:C4"].merge()
    states = {
        "B2": True,
        "C4": True,
        "B2:C4": True,
        "B3:C4": True,
        "A1:A9": False,
        "A1": False,
        "B2:D4": None,
        "A1:E9": None,
    }
    assert {address: sheet[address].merge_cells for address in states} == states
    assert sheet["C3"].merge_area.address == "$B$2:$C$4"
    assert sheet["A1"].merge_area.address == "$A$1"


def test_the_selection_is_read_and_set(book: xw.Book, sheet: xw.Sheet):
    sheet["B2:C3"].select()
    assert book.selection == sheet["B2:C3"]
    assert book.app.selection.sheet == sheet


def test_a_selection_of_several_areas_and_whole_rows(book: xw.Book, sheet: xw.Sheet):
    sheet["A1:D20"].value = 1
    areas = book.api.createInstance("com.sun.star.sheet.SheetCellRanges")
    for address in ("A2:B3", "D5", "7:8"):
        areas.addRangeAddress(sheet.api.getCellRangeByName(address).RangeAddress, False)
    book.api.CurrentController.select(areas)
    assert sorted(book.selection.address.split(",")) == ["$A$2:$B$3", "$A$7:$D$8", "$D$5"]


def test_whole_columns_below_what_is_in_use_are_not_followed(book: xw.Book, sheet: xw.Sheet):
    sheet["B3"].value = 1
    sheet["A:A"].select()
    assert book.selection.address == "$A$1:$A$3"


def test_a_selected_picture_is_no_selection(book: xw.Book, sheet: xw.Sheet):
    shape = book.api.createInstance("com.sun.star.drawing.RectangleShape")
    sheet.api.DrawPage.add(shape)
    book.api.CurrentController.select(shape)
    assert book.selection is None


# sheets, tables, names


def test_sheets_by_name_and_number(imported: xw.Book):
    assert imported.sheet_names == ["客户", "备 份"]
    assert [sheet.visible for sheet in imported.sheets] == [True, False]
    assert imported.sheets["备 份"].index == 2
    assert "没有" not in imported.sheets
    with pytest.raises(KeyError):
        imported.sheets["没有"]
    imported.sheets["备 份"].visible = True
    imported.sheets["备 份"].activate()
    assert imported.sheets.active.name == "备 份"


def test_a_sheet_without_content_uses_a1(sheet: xw.Sheet):
    assert sheet.used_range.address == "$A$1"
    assert sheet.used_range.value is None


def test_tables_of_a_file(imported: xw.Book):
    (table,) = imported.sheets["客户"].tables
    assert (table.name, table.range.address, table.data_body_range.address) == ("tbl_clients", "$A$1:$E$4", "$A$2:$E$4")
    assert table.header_row_range.value == ["编号", "日期", "是否", "金额", "备注"]
    assert table.totals_row_range is None
    assert imported.sheets["客户"]["E4"].table.name == "tbl_clients"
    assert imported.sheets["客户"]["F4"].table is None
    totals = imported.sheets["备 份"].tables["tbl_totals"]
    assert (totals.show_headers, totals.show_totals) == (True, True)
    assert (totals.data_body_range.address, totals.totals_row_range.address) == ("$B$3:$C$4", "$B$5:$C$5")


def test_a_table_grows_and_the_file_keeps_it(imported: xw.Book, office: OfficeForTests, tmp_path: Path):
    sheet = imported.sheets["客户"]
    sheet["A5:B5"].value = ["新", DAY]
    sheet.tables["tbl_clients"].resize(sheet["A1:E5"])
    copy = tmp_path / "kept.xlsx"
    imported.save(copy)
    imported.close()
    again = office.open_book(copy).sheets["客户"]
    assert again.tables["tbl_clients"].range.address == "$A$1:$E$5"
    assert again["A5:B5"].value == ["新", DAY]


def test_names_of_a_file(imported: xw.Book):
    assert imported.names["金额"].refers_to_range.address == "$D$2:$D$4"
    assert imported.names["金额"].refers_to == "=客户!$D$2:$D$4"
    assert "没有" not in [name.name for name in imported.names]


# the office


def test_a_book_is_saved_in_its_file(imported: xw.Book, office: OfficeForTests):
    path = imported.fullname
    imported.sheets["客户"]["A2"].value = "新"
    imported.save()
    imported.close()
    assert office.open_book(path).sheets["客户"]["A2"].value == "新"


def test_attach_finds_the_open_book(imported: xw.Book, office: OfficeForTests):
    found = attach(office.pipe, url_of(imported.fullname))
    assert (found.name, found.fullname) == (imported.name, imported.fullname)
    found.sheets["客户"]["A2"].value = "从按钮"
    assert imported.sheets["客户"]["A2"].value == "从按钮"
    found.sheets["客户"]["B3"].select()
    office.new_book()  # another window comes to the front
    assert found.selection.address == "$B$3"


def test_attach_refuses_a_book_that_is_closed(imported: xw.Book, office: OfficeForTests):
    url = url_of(imported.fullname)
    imported.close()
    with pytest.raises(FileRefused, match=r"店 铺\.xlsx: 在 LibreOffice 里没有打开。") as refusal:
        attach(office.pipe, url)
    assert refusal.value.code == "BOOK_CLOSED"


def test_a_pipe_on_which_nobody_listens_is_refused():
    with pytest.raises(FileRefused, match="连不上") as refusal:
        connect("genjin-nobody", attempts=2)
    assert refusal.value.code == "OFFICE_UNREACHABLE"


def test_a_file_that_is_none_is_refused(office: OfficeForTests, tmp_path: Path):
    with pytest.raises(FileRefused, match="LibreOffice 打不开"):
        office.open_book(tmp_path / "missing.xlsx")


def test_a_book_that_was_closed_meanwhile_is_said_so(sheet: xw.Sheet):
    cells = sheet["A1"]
    sheet.book.api.close(True)
    with pytest.raises(FileRefused, match="工作簿已经关掉"):
        cells.impl.raw_value = 1
    with pytest.raises(FileRefused, match="工作簿已经关掉"):
        _ = sheet.book.selection


def test_what_libreoffice_refuses_is_a_plain_exception(sheet: xw.Sheet):
    sheet["A1:A3"].api.setArrayFormula("=B1:B3")
    with pytest.raises(RuntimeError, match=r"LibreOffice: .*Exception"):
        sheet["A2"].value = 1


def test_the_status_bar_is_given_back(book: xw.Book):
    assert book.app.status_bar is False
    book.app.status_bar = "评级 1/3"
    book.app.status_bar = "评级 2/3"
    assert book.app.status_bar == "评级 2/3"
    book.app.status_bar = False
    assert book.app.status_bar is False


def test_the_screen_stands_still_while_it_is_told_to(book: xw.Book):
    with book.app.properties(screen_updating=False):
        assert book.app.screen_updating is False
        assert book.api.hasControllersLocked()
        assert book.api.isActionLocked()
    assert book.app.screen_updating is True
    assert not book.api.hasControllersLocked()
    assert not book.api.isActionLocked()


@pytest.mark.parametrize(
    ("buttons", "answer"), [("ok", "ok"), ("ok_cancel", "ok"), ("yes_no", "yes"), ("yes_no_cancel", "yes")]
)
def test_a_message_that_nobody_sees_does_not_wait(book: xw.Book, office: OfficeForTests, buttons: str, answer: str):
    assert book.app.alert("完成", "Genjin", buttons, "info") == answer
    assert office.app.said == ["完成"]


def test_without_a_screen_a_visible_window_shows_no_message_either(office: OfficeForTests):
    shown = open_file(office.app, hidden=False)
    assert shown.app.alert("完成") == "ok"


def test_the_engine_is_registered_once_and_active_where_there_is_no_excel(book: xw.Book, office: OfficeForTests):
    office.new_book()
    assert [engine.name for engine in xw.engines].count("libreoffice") == 1
    assert isinstance(book.app.engine.impl, Engine)
    assert xw.engines.active.name in ("libreoffice", "excel")
    assert isinstance(book.app.impl, App)
    assert book.app.books[book.name] == book


def test_importing_uno_leaves_imports_alone():
    load_uno()
    assert builtins.__import__.__module__ == "builtins"


def test_uno_exceptions_pass_context_managers(book: xw.Book):
    with pytest.raises(exception("container.NoSuchElementException")), contextlib.suppress(KeyError):
        book.api.Sheets.getByName("没有")


def test_uno_is_searched_for_only_once_and_last():
    code = "import sys; before = list(sys.path); from workbook.uno.bridge import load_uno; load_uno(); print(sys.path[:len(before)] == before)"
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=Path(__file__).parents[1]
    )
    assert done.stdout == "True\n"


def test_a_missing_uno_is_said_with_its_remedy(monkeypatch: pytest.MonkeyPatch):
    from workbook.errors import GenjinError
    from workbook.uno import bridge

    def none(name: str) -> None:
        raise ImportError(name)

    monkeypatch.setattr(bridge.importlib, "import_module", none)
    path = list(sys.path)
    with pytest.raises(GenjinError, match="LibreOffice: 找不到它的 Python 接口") as refusal:
        bridge.load_uno.__wrapped__()
    assert refusal.value.code == "UNO_MISSING"
    assert sys.path == path


def test_an_office_that_was_killed_is_said_so(tmp_path: Path):
    office = launch(tmp_path / "profile")
    sheet = open_file(App(office.context, office.process.pid)).sheets[0]
    os.killpg(office.process.pid, signal.SIGKILL)
    office.process.wait()
    with pytest.raises(FileRefused, match="工作簿已经关掉"):
        _ = sheet["A1"].impl.raw_value
    office.close()


def test_an_office_of_ones_own_ends_with_its_processes(tmp_path: Path):
    office = launch(tmp_path / "profile")
    office.close()
    assert office.process.returncode is not None
    with pytest.raises(ProcessLookupError):
        os.killpg(office.process.pid, 0)
    office.close()


def test_an_office_that_does_not_start_is_refused(tmp_path: Path):
    program = tmp_path / "soffice"
    program.write_text("#!/bin/sh\nexit 1\n")
    program.chmod(0o755)
    with pytest.raises(FileRefused, match="连不上"):
        launch(tmp_path / "profile", environment={"PATH": str(tmp_path)})
