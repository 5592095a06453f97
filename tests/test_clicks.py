"""Every button of the built workbook, clicked with a mouse in LibreOffice on a virtual screen. A picture of each is kept in build/screens.

Each test first takes away what the button is to make, clicks, and looks whether it stands there again, as the command line made it.
"""

import datetime as dt
from collections import Counter
from pathlib import Path

import pytest

from macros.actions import BUTTON, BUTTONS
from macros.settings import Grade, Pool
from tests import test_clicks_deals
from tests.clicking import LABELS, cell_of, column, label_of, lines, press, pressed, status, values
from tests.screen import Screen, waited
from workbook.build.preview import FIRST_COLUMN, FIRST_ROW
from workbook.forms import CLIENT, CONTACT, Form
from workbook.sheets import BY_KEY
from workbook.sheets.client_pairs import WHOLE

pytestmark = [pytest.mark.libreoffice, pytest.mark.slow]
RESULTS = {
    "grade": ("clients", "grade"), "due": ("due", "reason"), "match": ("matches", "why"), "messages": ("messages", "text"),
    "validate": ("findings", "message"), "all": ("clients", "grade_why"),
}  # fmt: skip
"""Button -> the column that is emptied and has to be filled again."""
OWN = [(place, name, *RESULTS[name]) for name in RESULTS for place in BUTTON[name].places]
FILES = [(place, name) for name in ("report", "month", "reports", "make_report") for place in BUTTON[name].places]
FORMS = [(place, name) for name in ("client", "contact") for place in BUTTON[name].places]
IMPORT = [(place, "import") for place in BUTTON["import"].places]
LOOKS = [(place, name) for name in ("handover", "whatif", "backtest", "pool") for place in BUTTON[name].places]
ELSE = {
    ("clients", "match_selected"), ("requests", "match_selected"), ("listings", "reverse"), ("clients", "messages_selected"),
    ("listings", "duplicates"), ("pairs", "duplicates"),
    ("home", "undo"), ("entry", "save_client"), ("entry", "clear_client"), ("entry", "save_contact"),
    ("entry", "clear_contact"), ("preview", "apply"), ("preview", "discard"), ("due", "lists"), ("due", "calendar"),
    ("client_pairs", "duplicates"), ("client_pairs", "merge"),
}  # fmt: skip


def test_every_button_of_every_sheet_is_clicked_here_or_in_the_tests_of_deals():
    clicked = (
        {(place, name) for place, name, *_ in (*OWN, *FILES, *FORMS, *IMPORT, *LOOKS)}
        | ELSE
        | test_clicks_deals.CLICKED
    )
    assert clicked == {(place, button.name) for button in BUTTONS for place in button.places}


@pytest.mark.parametrize(("place", "name", "sheet", "key"), OWN)
def test_a_button_makes_its_results_again(screen, place, name, sheet, key):
    sheet, label = LABELS[sheet], BY_KEY[sheet][key].label
    before = values(screen, sheet, label)
    last = max(row for row, value in enumerate(before, start=2) if value != "")
    screen.clear(sheet, column(screen, sheet, label), range(2, last + 1))
    assert values(screen, sheet, label) != before
    said = press(screen, place, name)
    assert BUTTON[name].label in said
    assert values(screen, sheet, label) == before


@pytest.mark.parametrize(("place", "name"), FILES)
def test_a_report_makes_its_files(screen, place, name):
    for file in Path(screen.folder).glob("*-报表/*.*"):
        file.unlink()
    said = press(screen, place, name)
    made = Counter(file.suffix for file in Path(screen.folder).glob("*-报表/*.*"))
    assert made == dict.fromkeys((".html", ".pdf", ".png"), 13 if name == "reports" else 1)
    assert "(HTML、PDF、PNG)" in said
    wanted = LABELS[place] if name == "make_report" else LABELS["report"]
    waited(lambda: screen.controller.ActiveSheet.Name == wanted, "the page is shown")


@pytest.mark.parametrize("place", ["clients", "requests"])
def test_matching_the_selected_rows_writes_theirs_alone(screen, place):
    sheet = LABELS["matches"]
    ids, why = values(screen, sheet, "需求ID"), column(screen, sheet, "匹配说明")
    before = values(screen, sheet, "匹配说明")
    screen.clear(sheet, why, range(2, len(ids) + 2))
    needs, owners = values(screen, LABELS["requests"], "需求ID"), values(screen, LABELS["requests"], "客户ID")
    row = needs.index(ids[0]) + 2
    wanted = {ids[0]}
    if place == "clients":
        client = owners[row - 2]
        wanted = {need for need, owner in zip(needs, owners, strict=True) if owner == client}
        row = values(screen, LABELS["clients"], "客户ID").index(client) + 2
    screen.select(LABELS[place], f"B{row}:C{row}")
    said = pressed(screen, place, "match_selected")
    after = values(screen, sheet, BY_KEY["matches"]["why"].label)
    assert [text for one, text in zip(ids, after, strict=True) if one in wanted] == [
        text for one, text in zip(ids, before, strict=True) if one in wanted
    ]
    assert not any(text for one, text in zip(ids, after, strict=True) if one not in wanted)
    assert "有合适房源" in said
    waited(lambda: screen.controller.ActiveSheet.Name == sheet, "the result is shown")
    press(screen, "matches", "match")


def test_matching_the_selected_listings_writes_theirs_alone(screen):
    sheet, label = LABELS["reverse"], BY_KEY["reverse"]["why"].label
    ids, before = values(screen, sheet, BY_KEY["reverse"]["listing_id"].label), values(screen, sheet, label)
    screen.clear(sheet, column(screen, sheet, label), range(2, len(ids) + 2))
    row = values(screen, LABELS["listings"], BY_KEY["listings"]["listing_id"].label).index(ids[0]) + 2
    screen.select(LABELS["listings"], f"A{row}")
    pressed(screen, "listings", "reverse")
    after = values(screen, sheet, label)
    assert after[0] == before[0]
    assert not any(after[1:])
    press(screen, "home", "match")
    assert values(screen, sheet, label) == before


def test_writing_to_the_selected_clients(screen):
    sheet = LABELS["messages"]
    told = set(values(screen, sheet, BY_KEY["messages"]["client_id"].label))
    ids = values(screen, LABELS["clients"], BY_KEY["clients"]["client_id"].label)
    quiet = next(row for row, one in enumerate(ids, start=2) if one and one not in told)
    screen.select(LABELS["clients"], f"C{quiet}:C{quiet}")
    pressed(screen, "clients", "messages_selected")
    waited(lambda: screen.controller.ActiveSheet.Name == sheet, "the messages are shown")
    assert ids[quiet - 2] in values(screen, sheet, BY_KEY["messages"]["client_id"].label)


@pytest.mark.parametrize("place", ["listings", "pairs"])
def test_looking_for_duplicates_shows_them(screen, place):
    said = press(screen, place, "duplicates")
    assert "重复" in said


@pytest.mark.parametrize("place", [place for place, _ in IMPORT])
def test_importing_asks_for_a_file_and_adds_its_rows(screen, place):
    file = Path(screen.folder) / f"names-{place}.csv"
    phone = {"home": "13900000011", "listings": "13900000013"}[place]
    file.write_text(f"姓名,手机\n示例{place},{phone}\n", "utf-8")
    names = values(screen, "客户", "姓名")
    screen.turn_to(LABELS[place])
    screen.expect_file(file)
    said = pressed(screen, place, "import")
    assert "导入 1 行" in said
    assert f"示例{place}" in values(screen, "客户", "姓名")
    assert f"示例{place}" not in names


@pytest.mark.parametrize(("place", "name"), FORMS)
def test_a_form_is_opened_where_one_can_type(screen, place, name):
    form = CLIENT if name == "client" else CONTACT
    screen.select(LABELS[place], "B2")
    pressed(screen, place, name)
    waited(lambda: screen.controller.ActiveSheet.Name == LABELS["entry"], "the form is shown")
    at = screen.controller.getSelection().getCellAddress()
    assert form.left <= at.Column + 1 <= form.left + 3
    press(screen, "entry", f"clear_{name}")


def test_a_client_is_typed_in_and_saved(screen):
    typed = {
        "name": "赵试点", "salutation": "赵先生", "phone1": "13900000021", "source": "自然到访", "client_type": "首次置业",
        "deal_type": "买", "budget_max": "500", "rooms_min": "2",
    }  # fmt: skip
    fill(screen, CLIENT, typed)
    for key in ("owner", "branch", "districts"):
        place = next(place for place in CLIENT.fields if place[1] == key)
        known = next(one for one in values(screen, LABELS[place[0]], CLIENT.column(place).label) if one)
        row, at = CLIENT.places[place]
        screen.cell(LABELS["entry"], row, at).String = known
    said = press(screen, "entry", "save_client")
    assert "赵试点" in values(screen, "客户", "姓名")
    assert "等级" in said
    assert "下次跟进" in said
    row, at = CLIENT.first
    assert screen.cell(LABELS["entry"], row, at).String == "", "the form is empty again"


def test_what_is_wrong_in_a_form_is_said_and_nothing_is_lost(screen):
    fill(screen, CONTACT, {"obj_id": "没有这个人", "summary": "=1+1", "way": "电话"})
    press(screen, "entry", "save_contact")
    row, at = CONTACT.message
    assert "没有这个人" in screen.cell(LABELS["entry"], row, at).String
    kept = {key: screen.cell(LABELS["entry"], *place).String for (_, key), place in CONTACT.places.items()}
    assert kept["summary"] == "=1+1"
    assert kept["way"] == "电话"
    press(screen, "entry", "clear_contact")


def fill(screen: Screen, form: Form, typed: dict[str, str]) -> None:
    for (_, key), (row, at) in form.places.items():
        if key in typed:
            screen.cell(LABELS["entry"], row, at).setString(typed[key])


def test_a_persons_cell_is_shown_before_it_is_replaced_and_the_way_back(screen):
    at = column(screen, "客户", "分数")
    was = screen.cell("客户", 2, at).Value
    screen.cell("客户", 2, at).Value = 3
    said = press(screen, "clients", "grade")
    assert "预览" in said or "执行" in said
    waited(lambda: screen.controller.ActiveSheet.Name == "预览", "the preview is shown")
    assert screen.cell("预览", FIRST_ROW, FIRST_COLUMN + 4).String == "3"
    assert screen.cell("客户", 2, at).Value == 3
    press(screen, "preview", "discard")
    assert screen.cell("客户", 2, at).Value == 3
    press(screen, "clients", "grade")
    press(screen, "preview", "apply")
    assert screen.cell("客户", 2, at).Value == was
    press(screen, "home", "undo")
    assert screen.cell("客户", 2, at).Value == 3
    press(screen, "clients", "grade")
    press(screen, "preview", "apply")


def test_the_lists_to_print_are_written_again_one_per_person(screen):
    for file in Path(screen.folder).glob("*-报表/待办-*/*"):
        file.unlink()
    said = press(screen, "due", "lists")
    made = [file.stem for file in Path(screen.folder).glob("*-报表/待办-*/*.html")]
    people = {who for (who,) in lines(screen, "due", "who") if who}
    assert people
    assert [sum(str(who) in name for name in made) for who in people] == [1] * len(people)
    assert len(made) == len(people) + 1, "and the manager's"
    assert f"{len(made)} 页" in said


def test_the_calendars_are_written_again_one_per_person(screen):
    for file in Path(screen.folder).glob("*-报表/*.ics"):
        file.unlink()
    said = press(screen, "due", "calendar")
    first, *rest = lines(screen, "due", "who", "name")
    for person in {who for who, _ in (first, *rest)} - {""}:
        (file,) = Path(screen.folder).glob(f"*-报表/日程-{person}.ics")
        assert file.name in said
        assert person != first[0] or str(first[1]) in file.read_text("utf-8").replace("\n ", "")


@pytest.mark.parametrize("place", BUTTON["pool"].places)
def test_who_drops_soon_is_told_and_nothing_is_written(screen, place):
    before = screen.cells(LABELS["clients"])
    said = press(screen, place, "pool")
    days, today = Pool().warn_days, (dt.date.today() - dt.date(1899, 12, 30)).days
    drops = [
        float(str(day)) - today for pool, day in lines(screen, "clients", "pool", "drop_on") if pool == "私客" and day
    ]
    soon = sum(0 < drop <= days for drop in drops)
    assert soon, "the sample has some"
    assert f"{days} 天内还会掉公 {soon} 位" in said
    assert screen.cells(LABELS["clients"]) == before


@pytest.mark.parametrize("place", BUTTON["whatif"].places)
def test_a_changed_rule_is_tried_on_its_own_sheet(screen, place):
    trial, rules = LABELS["whatif"], LABELS["settings"]
    screen.clear(trial, column(screen, trial, label_of("whatif", "why")), range(2, len(screen.cells(trial)) + 2))
    before = screen.cells(LABELS["clients"])
    b_clients = [
        (one, score) for one, grade, score in lines(screen, "clients", "client_id", "grade", "score") if grade == "B"
    ]
    limit = max(score for _, score in b_clients)
    assert limit < Grade().a_score
    row = values(screen, rules, label_of("settings", "key")).index("grade.a_score") + 2
    rule = cell_of(screen, "settings", row, "value")
    was, rule.String = rule.String, str(int(limit))
    press(screen, place, "whatif")
    rule.String = was
    raised = {
        one: why for one, *what, why in lines(screen, "whatif", "client_id", "column", "old", "new", "why")
        if what == [label_of("clients", "grade"), "B", "A"]
    }  # fmt: skip
    waited(lambda: screen.controller.ActiveSheet.Name == trial, "the trial is shown")
    assert raised.keys() == {one for one, score in b_clients if score == limit}
    assert all(raised.values())
    assert screen.cells(LABELS["clients"]) == before


@pytest.mark.parametrize("place", BUTTON["backtest"].places)
def test_grades_of_a_month_before_are_held_against_who_signed(screen, place):
    sheet = LABELS["backtest"]
    screen.clear(sheet, column(screen, sheet, label_of("backtest", "note")), range(2, len(screen.cells(sheet)) + 2))
    move_log(screen, -4000)
    press(screen, place, "backtest")
    waited(lambda: screen.controller.ActiveSheet.Name == sheet, "the result is shown")
    move_log(screen, 4000)
    found = {name: (count, note) for name, count, note in lines(screen, "backtest", "name", "n", "note")}
    count, note = found["全部"]
    assert count == sum(why != "" for (why,) in lines(screen, "clients", "grade_why")) > 0
    assert "倍数" in str(note)
    assert {*lines(screen, "backtest", "rule")} == {*lines(screen, "score_rules", "rule_id"), ("",)}


def move_log(screen: Screen, days: int) -> None:
    """Let all that 日志 tells have happened so many days later."""
    log = LABELS["audit"]
    at = column(screen, log, label_of("audit", "at")) - 1
    times = screen.document.Sheets.getByName(log).getCellRangeByPosition(at, 1, at, len(screen.cells(log)) - 1)
    times.setDataArray(tuple((moment + days,) for (moment,) in times.getDataArray()))


@pytest.mark.parametrize("place", BUTTON["handover"].places)
def test_what_somebody_who_leaves_holds_is_listed_and_handed_over(screen, place):
    owned = dict(lines(screen, "clients", "client_id", "owner"))
    leaver = Counter(filter(None, owned.values())).most_common(1)[0][0]
    row = values(screen, LABELS["staff"], label_of("staff", "name")).index(leaver) + 2
    leaves = cell_of(screen, "staff", row, "to_date")
    leaves.Formula = dt.date.today().isoformat()
    press(screen, place, "handover")
    listed = handed(screen, leaver)
    assert {*listed} == {one for one, owner in owned.items() if owner == leaver}
    one, (at, proposed) = next(iter(listed.items()))
    assert proposed not in ("", leaver)
    successor = cell_of(screen, "handover", at, "to_name")
    successor.String = proposed
    assert "执行" in press(screen, place, "handover"), "归属人 is a person's cell: it is shown first"
    press(screen, "preview", "apply")
    assert dict(lines(screen, "clients", "client_id", "owner")) == owned | {one: proposed}
    assert {*handed(screen, leaver)} == {*listed} - {one}
    press(screen, "home", "undo")
    assert dict(lines(screen, "clients", "client_id", "owner")) == owned
    leaves.String = successor.String = ""
    press(screen, place, "handover")
    assert handed(screen, leaver) == {}


def handed(screen: Screen, leaver: object) -> dict[object, tuple[int, object]]:
    """Return 客户ID -> row and 建议接手人 of the clients on 交接单 whom somebody still has to hand over."""
    wanted = [leaver, LABELS["clients"], label_of("clients", "owner"), "待交接"]
    keys = ("row_id", "proposed", "from_name", "sheet", "role", "state")
    found = enumerate(lines(screen, "handover", *keys), start=2)
    return {one: (row, proposed) for row, (one, proposed, *what) in found if what == wanted}


def test_what_goes_wrong_is_one_sentence_in_a_box(screen):
    header = screen.cell("客户", 1, column(screen, "客户", "客户ID"))
    header.String = "改了名"
    screen.turn_to("首页")
    screen.click(BUTTON["due"].label)
    waited(lambda: "没有做成" in status(screen), "the refusal on 首页")
    waited(lambda: screen.boxes(), "a message box")
    screen.keep("message-box")
    screen.close_box()
    waited(lambda: not screen.boxes(), "the box is closed")
    assert "找不到列「客户ID」" in status(screen)
    assert "Traceback" not in status(screen)
    header.String = "客户ID"


def test_a_client_who_stands_there_twice_becomes_one_and_two_again(screen):
    clients, again = LABELS["clients"], "C900001"
    name, phone, owner = lines(screen, "clients", "name", "phone1", "owner")[0]
    row = len(values(screen, clients, label_of("clients", "client_id"))) + 2
    for key, text in {"client_id": again, "name": name, "phone1": phone, "owner": owner}.items():
        cell_of(screen, "clients", row, key).String = str(text)
    press(screen, "client_pairs", "duplicates")
    pairs = lines(screen, "client_pairs", "second_id", "field")
    cell_of(screen, "client_pairs", pairs.index((again, WHOLE)) + 2, "verdict").String = "同一人"
    assert f"{again} 并入 " in press(screen, "client_pairs", "merge")
    waited(lambda: screen.controller.ActiveSheet.Name == "预览", "old and new are shown")
    assert again in values(screen, clients, label_of("clients", "client_id"))
    press(screen, "preview", "apply")
    assert again not in values(screen, clients, label_of("clients", "client_id"))
    press(screen, "home", "undo")
    assert again in values(screen, clients, label_of("clients", "client_id"))
