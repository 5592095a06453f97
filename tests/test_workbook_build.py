"""The built workbook, read back by openpyxl, by our own reader, and by LibreOffice."""

import datetime as dt
import re
import zipfile

import openpyxl
import pandas as pd
import pytest
from openpyxl.utils import get_column_letter
from python_calamine import CalamineWorkbook
from xlsxwriter.worksheet import Worksheet

from tests.reports import recalculate
from workbook import build
from workbook.build.columns import note_of, number_format_of, prompt_of, width_of
from workbook.build.conditions import GRADE_COLUMNS, LOOKS
from workbook.build.dropdowns import fixed_lists, source_of
from workbook.build.figures import FORMULAS, SHOWN_AGENTS, figures
from workbook.build.home_cells import BLOCK_COLUMN, BLOCKS, DUE_ROW, NOTHING_DUE, home_spots, home_values
from workbook.build.page import Page
from workbook.build.places import LAST_ROW, letter
from workbook.build.styles import display_width
from workbook.figures.reports import REPORT_PAGES
from workbook.schema import Kind
from workbook.sheets import BY_KEY, SHEETS, TABS
from workbook.tables import empty_frame, to_frame, to_table

TODAY = dt.date(2026, 2, 28)
every_sheet = pytest.mark.parametrize("sheet", SHEETS, ids=lambda sheet: sheet.key)


def rows_of(today: dt.date) -> dict[str, pd.DataFrame]:
    """A few rows of every kind of value, on both sides of what the figures count."""
    now, last_month = pd.Timestamp(today), pd.Timestamp(today.replace(day=1)) - pd.Timedelta(days=1)
    clients = {
        "client_id": ["C000001", "C000002", "C000003"], "name": ["王芳", "李强", "赵敏"], "phone1": ["13800000001", "010-62345678", ""],
        "status": ["需求明确", "", "暂不考虑"],
        "overdue_days": [9.0, None, 2.0], "tags": [("急购", "学区房"), (), ()], "locked": [True, False, None], "stage": ["意向", "意向", "潜在"],
        "grade": ["A", "A", "B"], "grade_manual": ["", "B", ""], "pool": ["私客", "公客", "私客"],
        "first_contact_at": [now + pd.Timedelta(hours=10, minutes=30), last_month, pd.NaT], "score": [88.0, 61.0, None],
    }  # fmt: skip
    due = {
        "rank": [1.0, 2.0, 3.0], "who": ["周涛", "周涛", "吴迪"], "client_id": ["C000001", "C000002", "C000003"],
        "name": ["王芳", "李强", "赵敏"], "grade": ["A", "B", "B"], "overdue_days": [9.0, 0.0, 2.0], "what": ["电话", "", "微信"],
        "done": ["", "完成", ""],
    }  # fmt: skip
    listings = {
        "estate": ["阳光花园", "阳光花园"],
        "status": ["在售", "已售"],
        "price": [520.5, 300.0],
        "room_no": ["0101", "1-2"],
    }
    deals = {"status": ["签约", "解约", "完结"], "signed_on": [now, now, last_month], "price": [500.0, 1.0, 2.0]}
    followups = {"obj_id": ["C000001", "C000002"], "at": [now, last_month], "valid": [True, True]}
    viewings = {"status": ["已看", "已约"], "at": [now, now]}
    messages = {"text": ["您好", "您好", ""], "sent": [True, None, None], "skipped": ["", "", "缺称谓"]}
    findings = {"severity": ["错误", "警告"], "message": ["坏", "疑"]}
    staff = {"staff_id": ["S1", "S2"], "name": ["吴迪", "周涛"]}
    lists = {"districts": ["朝阳", "海淀"], "branches": ["一店", ""]}
    matches = {"listing_id": ["H1", "H2"], "rank": [1.0, 2.0], "score": [95.5, 80.0]}
    given = dict(clients=clients, due=due, listings=listings, deals=deals, followups=followups, viewings=viewings)  # noqa: C408
    given |= {"messages": messages, "findings": findings, "staff": staff, "lists": lists, "matches": matches}
    return {key: to_frame(BY_KEY[key], pd.DataFrame(columns)) for key, columns in given.items()}


@pytest.fixture(scope="module")
def built(tmp_path_factory):
    path = tmp_path_factory.mktemp("built") / "book.xlsx"
    build.make(path, rows_of(TODAY), today=TODAY)
    return path


@pytest.fixture(scope="module")
def book(built):
    return openpyxl.load_workbook(built)


def test_every_tab_stands_in_the_order_of_the_declaration(book):
    assert book.sheetnames == [tab.label for tab in TABS]
    assert book.active.title == "首页"
    assert all(book[name].sheet_state == "visible" for name in book.sheetnames)


@every_sheet
def test_headers_are_the_labels_in_order_and_form_a_table(book, sheet):
    page, last = book[sheet.label], get_column_letter(len(sheet.columns))
    assert tuple(cell.value for cell in page[1][: len(sheet.columns)]) == sheet.labels
    filled = max(len(rows_of(TODAY).get(sheet.key, ())), 1)
    assert page.tables.items() == [(f"tbl_{sheet.key}", f"A1:{last}{filled + 1}")]
    assert page.freeze_panes == "C2"
    assert page.tables[f"tbl_{sheet.key}"].autoFilter is not None


@pytest.fixture(scope="module")
def spans(built, book):
    """Sheet name -> column number -> attributes, from <cols> itself: openpyxl folds equal neighbours together."""
    found = {}
    with zipfile.ZipFile(built) as file:
        for at, name in enumerate(book.sheetnames, start=1):
            xml = file.read(f"xl/worksheets/sheet{at}.xml").decode()
            cols = [dict(re.findall(r'(\w+)="([^"]*)"', tag)) for tag in re.findall(r"<col ([^>]*)/>", xml)]
            found[name] = {n: col for col in cols for n in range(int(col["min"]), int(col["max"]) + 1)}
    return found


@every_sheet
def test_what_is_not_daily_is_folded_behind_a_plus(spans, sheet):
    folded = [spans[sheet.label][n].get("hidden") == "1" for n in range(1, len(sheet.columns) + 1)]
    assert folded == [not column.daily for column in sheet.columns]
    for number, (here, after) in enumerate(zip(folded, [*folded[1:], False], strict=True), start=1):
        assert spans[sheet.label][number].get("outlineLevel", "0") == ("1" if here else "0")
        if here and not after:
            assert spans[sheet.label][number + 1]["collapsed"] == "1"


@every_sheet
def test_columns_carry_their_number_format_into_new_rows(spans, book, sheet):
    for number, column in enumerate(sheet.columns, start=1):
        style = book._cell_styles[int(spans[sheet.label][number]["style"])].numFmtId
        built_in = openpyxl.styles.numbers.BUILTIN_FORMATS.get(style)
        assert (built_in or book._number_formats[style - 164]) == number_format_of(column), column.key


@pytest.mark.requirement("R66")
@every_sheet
def test_columns_that_people_fill_in_have_prompt_and_drop_down(book, sheet):
    rules = {next(iter(rule.sqref.ranges)).bounds: rule for rule in book[sheet.label].data_validations.dataValidation}
    for number, column in enumerate(sheet.columns, start=1):
        rule = rules.get((number, 2, number, LAST_ROW))
        assert (rule is None) == column.automatic, column.key
        if rule is not None:
            assert rule.prompt == prompt_of(column)
            assert rule.promptTitle == column.label
            assert rule.type == _expected_rule(column), column.key
            if source := source_of(column):
                assert rule.formula1 == source


def _expected_rule(column):
    kinds = {
        Kind.INT: "whole",
        Kind.DECIMAL: "decimal",
        Kind.PERCENT: "decimal",
        Kind.DATE: "date",
        Kind.MOMENT: "date",
    }
    lists = (Kind.CHOICE, Kind.STAFF, Kind.YESNO)
    return "list" if column.kind in lists else kinds.get(column.kind)


def test_every_drop_down_has_a_defined_name_that_holds_its_choices(book):
    page = book["字典"]
    for choices, (name, header) in fixed_lists().items():
        at = book.defined_names[name].attr_text
        cells = page[at.split("!")[1].replace("$", "")]
        assert tuple(row[0].value for row in cells) == choices
        assert page.cell(1, cells[0][0].column).value == header
    assert {f"list_{c.key}" for c in BY_KEY["lists"].columns} <= set(book.defined_names)
    assert book.defined_names["list_staff"].attr_text.startswith("人员!$B$2:INDEX(")


def test_grey_lists_do_not_disturb_the_reader_of_the_dictionary_sheet(built):
    frame, layout, findings = to_table(_grid(built, "字典"), BY_KEY["lists"])
    assert findings == []
    assert frame["districts"].tolist()[:2] == ["朝阳", "海淀"]
    assert len(layout.others) == len(fixed_lists())


def _grid(path, name):
    return CalamineWorkbook.from_path(str(path)).get_sheet_by_name(name).to_python(skip_empty_area=False)


@pytest.mark.parametrize("key", sorted(set(rows_of(TODAY)) - {"lists"}))
def test_what_went_in_comes_out_again(built, key):
    sheet, given = BY_KEY[key], rows_of(TODAY)[key]
    frame, _, findings = to_table(_grid(built, sheet.label), sheet)
    assert findings == []
    assert frame.index.tolist() == list(range(2, 2 + len(given)))
    pd.testing.assert_frame_equal(frame.reset_index(drop=True), given)


def test_phones_and_room_numbers_are_text(book):
    page = book["房源"]
    cell = page[f"{letter(BY_KEY['listings'], 'room_no')}2"]
    assert (cell.value, cell.number_format) == ("0101", "@")
    assert book["客户"][f"{letter(BY_KEY['clients'], 'phone1')}2"].data_type == "s"


@every_sheet
def test_headers_explain_themselves(book, sheet):
    page = book[sheet.label]
    for number, column in enumerate(sheet.columns, start=1):
        assert page.cell(1, number).comment.text.startswith(note_of(column))


def test_header_colours_tell_whose_a_column_is(book):
    page, sheet = book["客户"], BY_KEY["clients"]
    colours = {
        key: page[f"{letter(sheet, key)}1"].fill.fgColor.rgb[2:] for key in ("name", "gender", "grade", "lost_reason")
    }
    assert colours == {"name": "17365D", "gender": "DCE8F5", "grade": "66788C", "lost_reason": "17365D"}
    assert page[f"{letter(sheet, 'grade')}1"].font.italic


@every_sheet
def test_sheets_print_on_landscape_pages_with_their_header(book, sheet):
    page = book[sheet.label]
    assert (page.page_setup.orientation, page.page_setup.fitToWidth or 1, page.page_setup.fitToHeight) == (
        "landscape",
        1,
        0,
    )
    assert page.print_title_rows == "$1:$1"
    assert "&P" in page.oddFooter.right.text


def test_conditional_formats_reach_new_rows_and_name_real_columns(book):
    for key in LOOKS:
        ranges = [str(r.sqref) for r in book[BY_KEY[key].label].conditional_formatting]
        assert ranges
        assert all(str(LAST_ROW) in r or str(LAST_ROW + 1) in r for r in ranges)
    for key, columns in GRADE_COLUMNS.items():
        assert all(column in BY_KEY[key].by_key for column in columns)


def test_a_missing_phone_is_marked_only_in_rows_that_are_in_use(book):
    rules = {str(f.sqref): f.rules for f in book["客户"].conditional_formatting}
    column = letter(BY_KEY["clients"], "phone1")
    assert rules[f"{column}2:{column}{LAST_ROW}"][0].formula == [f"AND(LEN({column}2)=0,OR(LEN($A2)>0,LEN($B2)>0))"]


def test_a_default_spares_the_mark(book):
    marked = {str(f.sqref).rstrip("0123456789") for f in book["跟进"].conditional_formatting}
    column = letter(BY_KEY["followups"], "obj")
    assert not any(m.startswith(f"{column}2:") for m in marked)


def test_the_same_day_and_rows_give_the_same_bytes(built, tmp_path):
    build.make(tmp_path / "again.xlsx", rows_of(TODAY), today=TODAY)
    assert (tmp_path / "again.xlsx").read_bytes() == built.read_bytes()


def test_columns_written_past_xlsxwriters_checks_give_its_own_bytes(built, tmp_path, monkeypatch):
    """The short cuts of `Page` use the inside of XlsxWriter: whatever a new version changes there, this test tells."""

    def add_table(page, last_row, last_column, options):
        page.add_table(0, 0, last_row, last_column, options)

    def write(page, at, values):
        for row, value in enumerate(values, start=1):
            if value != "" and value == value:
                page.write_string(row, at, value) if isinstance(value, str) else page.write_number(row, at, value)

    monkeypatch.setattr(Page, "add_long_table", add_table)
    monkeypatch.setattr(Page, "write_numbers", write)
    monkeypatch.setattr(Page, "write_texts", write)
    monkeypatch.setattr(Page, "_write_cell", Worksheet._write_cell)
    build.make(tmp_path / "plain.xlsx", rows_of(TODAY), today=TODAY)
    assert (tmp_path / "plain.xlsx").read_bytes() == built.read_bytes()


def test_a_workbook_without_rows_is_built_and_empty(tmp_path):
    build.make(tmp_path / "empty.xlsx", {}, today=TODAY)
    for sheet in SHEETS:
        frame, _, findings = to_table(_grid(tmp_path / "empty.xlsx", sheet.label), sheet)
        assert (len(frame) == 0 or sheet.key == "lists", findings) == (True, [])


@pytest.mark.requirement("R95")
def test_home_counts_what_it_says():
    full = {sheet.key: empty_frame(sheet) for sheet in SHEETS} | rows_of(TODAY)
    values = figures(full, TODAY)
    assert set(values) == set(FORMULAS)
    assert {k: v for k, v in values.items() if not k.endswith(".note")} == {
        "clients": 2, "listings": 1, "due": 2, "overdue": 2, "a_clients": 1, "findings": 2, "new_clients": 1, "followups": 1,
        "viewings": 1, "deals": 1, "messages": 1, "matches": 1,
    }  # fmt: skip
    assert values["clients.note"] == "全部 3 位"
    assert (values["overdue.note"], values["a_clients.note"]) == ("其中在跟客户 1 位", "B 级 1 位")
    assert values["messages.note"] == "跳过 1 条"


def test_only_those_who_have_overdue_clients_are_charted():
    values = home_values(rows_of(TODAY), TODAY)
    first = BLOCKS["agents"][0]
    charted = [(values[row][BLOCK_COLUMN], values[row][BLOCK_COLUMN + 1]) for row in range(first, first + SHOWN_AGENTS)]
    assert charted == [("吴迪", 1), ("周涛", 1), *[("", "")] * (SHOWN_AGENTS - 2)]


CHARTS = {page.label: sum(len(getattr(block, "charts", ())) for block in page.blocks) for page in REPORT_PAGES}


@pytest.mark.parametrize(("name", "hints"), [("首页", 3), *CHARTS.items()])
def test_behind_every_chart_a_hint_waits_that_hides_when_there_is_something_to_draw(built, book, name, hints):
    """The formula of the hint's format looks at the very cells that the chart draws, so no chart is an empty frame."""
    rules = [(str(f.sqref), r) for f in book[name].conditional_formatting for r in f.rules if r.dxf.font is not None]
    white = [(place.split(":")[0], rule.formula[0]) for place, rule in rules if rule.dxf.font.color.rgb == "FFFFFFFF"]
    assert len(white) == hints
    assert all(book[name][place].value for place, _ in white)
    assert all(formula.startswith(("SUM($", "COUNTA($")) for _, formula in white)


def rules_on(page, cells):
    return [rule for found in page.conditional_formatting if str(found.sqref) == cells for rule in found.rules]


@pytest.mark.parametrize(("key", "column"), [("requests", "budget_max"), ("listings", "price"), ("deals", "fee_due")])
def test_a_price_shows_its_unit_by_the_kind_of_deal(book, key, column):
    at = letter(BY_KEY[key], column)
    rules = rules_on(book[BY_KEY[key].label], f"{at}2:{at}{LAST_ROW}")
    formats = [rule.dxf.numFmt.formatCode for rule in rules if rule.dxf.numFmt is not None]
    assert [code.split('"')[1] for code in formats] == ["元" if key == "deals" else "元/月", "万"]


def test_the_row_to_be_written_next_is_marked(book):
    formulas = [rule.formula[0] for rule in rules_on(book["客户"], f"B2:B{LAST_ROW}")]
    assert "AND(LEN($B2)=0,LEN($B1)>0)" in formulas


def test_messages_are_as_high_as_their_text_in_excel(built, book):
    """A default height that is not set by hand leaves Excel free to fit every row when it opens the file."""
    with zipfile.ZipFile(built) as file:
        part = f"xl/worksheets/sheet{book.sheetnames.index('消息') + 1}.xml"
        xml = file.read(part).decode()
    assert 'defaultRowHeight="' in xml
    assert "customHeight" not in xml.split("<sheetData", 1)[0]


def test_an_empty_home_says_what_to_do():
    assert NOTHING_DUE in home_values({}, TODAY)[DUE_ROW].values()


def test_home_values_are_the_results_that_the_file_remembers(built):
    grid = _grid(built, "首页")
    for row, columns in home_values(rows_of(TODAY), TODAY).items():
        for column, value in columns.items():
            assert grid[row - 1][column - 1] == value, (row, column)


def test_home_has_links_to_every_other_tab_and_native_charts(built, book):
    links = [cell.hyperlink for row in book["首页"].iter_rows() for cell in row if cell.hyperlink]
    targets = {link.location.split("!")[0].strip("'") for link in links}
    assert targets == {tab.label for tab in TABS} - {"首页"}
    with zipfile.ZipFile(built) as file:
        assert sum(name.startswith("xl/charts/chart") for name in file.namelist()) == 3 + sum(CHARTS.values())


def test_every_way_from_home_is_printed(book):
    last = max(cell.row for row in book["首页"].iter_rows() for cell in row if cell.hyperlink)
    assert book["首页"].print_area.split("$")[-1] == str(last)


@pytest.mark.libreoffice
@pytest.mark.slow
def test_libreoffice_computes_the_same_figures(tmp_path):
    """The file remembers the results of another day, so only a real calculation gives those of today."""
    today = dt.date.today()
    build.make(tmp_path / "book.xlsx", rows_of(today), today=TODAY)
    (after,) = recalculate([tmp_path / "book.xlsx"], tmp_path)
    grid = _grid(after, "首页")
    for spot in home_spots(rows_of(today), today):
        line = grid[spot.row - 1]
        found = line[spot.column - 1] if len(line) >= spot.column else ""
        assert found == pytest.approx(spot.value), spot


def test_widths_fit_chinese_headers():
    assert display_width("客户ID") == 6
    assert all(width_of(c) >= display_width(c.label) + 4 for sheet in SHEETS for c in sheet.columns)
