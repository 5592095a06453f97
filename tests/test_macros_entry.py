"""The forms of 录入, pressed and typed into as a person does: what is saved, refused, taken back, filled in beforehand."""

import datetime as dt
import shutil
from collections.abc import Mapping
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from macros.actions import BY_NAME
from macros.entry import enter
from macros.entry_rows import Raws
from macros.new import build
from macros.press import press
from macros.run import drafted
from macros.session import Options, Result, start
from macros.undo import undo
from tests.desks import NOW, MemoryDesk, desk_of
from workbook.book import Grid
from workbook.build.entry import READY
from workbook.errors import UndoRefused
from workbook.files import FileBook
from workbook.forms import AT, CLIENT, CONTACT, FORMS, OBJECT, STAFF, SUMMARY, Form
from workbook.samples import good_row
from workbook.sheets import BY_KEY, ENTRY
from workbook.values import to_cell

TODAY = NOW.date()
OPTIONS = Options(TODAY, NOW)
PEOPLE: Mapping[str, tuple[dict[str, object], ...]] = {
    "staff": ({"staff_id": "S1", "name": "李强"}, {"staff_id": "S2", "name": "赵敏"}),
    "lists": ({"districts": "朝阳", "branches": "朝阳店"}, {"districts": "海淀"}),
    "clients": (
        {"client_id": "C000001", "name": "张伟", "salutation": "张先生", "phone1": "13800001111", "owner": "李强"},
        {"client_id": "C000002", "name": "李娜", "phone1": "13800002222", "phone2": "13800003333", "owner": "赵敏"},
        {"client_id": "C000003", "name": "李娜", "phone1": "13800004444", "owner": "赵敏"},
        {"name": "周杰", "phone1": "13800005555", "owner": "李强"},
    ),
    "listings": ({"listing_id": "L000001", "estate": "望京园"},),
    "due": ({"client_id": "C000003", "rule": "定期跟进", "name": "李娜"},),
}
NEW_CLIENT: dict[str, object] = {
    "name": "王芳", "salutation": "王女士", "phone1": "138 9999 0001", "source": "朋友介绍", "client_type": "改善型", "owner": "李强",
    "branch": "朝阳店", "deal_type": "买", "budget_max": 650, "districts": "朝阳、海淀", "rooms_min": 3,
}  # fmt: skip
NEW_CONTACT: dict[str, object] = {
    "obj_id": "C000001", "at": dt.datetime(2026, 11, 20, 9), "way": "电话", "result": "接通", "summary": "看中三居, 嫌楼层高",
    "next_act": "约看房", "next_at": dt.datetime(2026, 11, 25, 15), "staff": "李强",
}  # fmt: skip


@pytest.fixture(scope="module")
def empty(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("entry") / "店.xlsm"
    build(path, None, 1, TODAY)
    book = FileBook(path)
    for key, rows in PEOPLE.items():
        sheet = BY_KEY[key]
        places = {column.key: at for at, column in enumerate(sheet.columns, start=1)}
        cells = {n: {places[name]: value for name, value in row.items()} for n, row in enumerate(rows, start=2)}
        book.write(sheet.label, cells)
    book.save()
    return path


@pytest.fixture(scope="module")
def grids(empty: Path) -> dict[str, Grid]:
    return desk_of(empty).sheets


@pytest.fixture
def path(empty: Path, tmp_path: Path) -> Path:
    return Path(shutil.copy(empty, tmp_path))


@pytest.fixture
def desk(path: Path) -> MemoryDesk:
    return desk_of(path)


def typed(form: Form, values: Mapping[str, object]) -> dict[int, dict[int, object]]:
    return {row: {column: values[key]} for (_, key), (row, column) in form.places.items() if key in values}


def held(desk: MemoryDesk, form: Form) -> dict[str, object]:
    grid = desk.read(ENTRY.label)
    cells = {place[1]: grid[row - 1][column - 1] for place, (row, column) in form.places.items()}
    return {key: value for key, value in cells.items() if value is not None}


def message(desk: MemoryDesk, form: Form) -> str:
    row, column = form.message
    return str(desk.read(ENTRY.label)[row - 1][column - 1])


def rows(book: MemoryDesk | FileBook, key: str) -> list[dict[str, object]]:
    """Return the filled rows of a sheet by column key, without empty cells."""
    grid = book.read(BY_KEY[key].label)[1:]
    named = [dict(zip((column.key for column in BY_KEY[key].columns), line, strict=False)) for line in grid]
    return [
        {k: v for k, v in row.items() if v is not None} for row in named if any(v is not None for v in row.values())
    ]


def save(desk: MemoryDesk, form: Form, values: Mapping[str, object]) -> str:
    desk.type(ENTRY.label, typed(form, values))
    assert press(f"save_{form.key}", desk, now=NOW), desk.boxes
    return message(desk, form)


@pytest.mark.requirement("R6")
def test_a_new_client_is_stored_with_the_need_the_grade_and_the_next_follow_up(desk: MemoryDesk):
    said = save(desk, CLIENT, NEW_CLIENT)
    client, need = rows(desk, "clients")[-1], rows(desk, "requests")[-1]
    assert (client["client_id"], client["phone1"], client["first_contact_at"]) == ("C000004", "13899990001", NOW)
    assert (need["client_id"], need["req_id"], need["districts"], need["budget_max"]) == (
        "C000004",
        "Q000001",
        "朝阳、海淀",
        650,
    )
    assert (client["pref_channel"], need["use"], need["req_status"]) == ("微信", "住宅", "有效")
    assert client["grade"] in "ABCD"
    assert client["grade_why"] in said
    assert client["next_due"] == dt.date(2026, 11, 23)  # first reply: came on a Friday, by Monday
    assert said.startswith("已存为 客户!A6 (C000004 王芳), 需求!A2 (Q000001)。\n王芳 C000004: 等级")
    assert "下次跟进 11月23日: 首接 2026-11-20 09:30(客户!AE6)后还没有联系" in said


def test_the_form_is_empty_again_and_the_cursor_where_the_next_one_begins(desk: MemoryDesk):
    save(desk, CLIENT, NEW_CLIENT)
    assert held(desk, CLIENT) == {}
    assert desk.shown == (ENTRY.label, *CLIENT.first)


@pytest.mark.requirement("R48", "R106")
def test_a_contact_is_stored_and_moves_the_next_follow_up_of_its_client(desk: MemoryDesk):
    said = save(desk, CONTACT, NEW_CONTACT)
    contact, client = rows(desk, "followups")[-1], rows(desk, "clients")[0]
    assert (contact["fu_id"], contact["obj"], contact["obj_id"], contact["valid"]) == (
        "F000001",
        "客户",
        "C000001",
        "是",
    )
    assert (client["last_valid_at"], client["next_due"]) == (dt.datetime(2026, 11, 20, 9), dt.date(2026, 11, 25))
    assert said.startswith("已存为 跟进!A2 (F000001)。\n张伟 C000001: 等级 ")
    assert "下次跟进 11月25日: 2026-11-20 的跟进计划 2026-11-25 约看房(跟进!U2)" in said


def test_a_contact_in_vain_is_said_to_be_one(desk: MemoryDesk):
    assert "结果是「未接」, 不算有效跟进。" in save(desk, CONTACT, NEW_CONTACT | {"result": "未接"})
    assert "last_valid_at" not in rows(desk, "clients")[0]


def test_an_empty_time_is_this_minute(desk: MemoryDesk):
    save(desk, CONTACT, {key: value for key, value in NEW_CONTACT.items() if key != "at"})
    assert rows(desk, "followups")[-1]["at"] == NOW


def test_saving_changes_no_other_row(desk: MemoryDesk):
    before = {key: rows(desk, key) for key in BY_KEY}
    save(desk, CLIENT, NEW_CLIENT)
    save(desk, CONTACT, NEW_CONTACT)
    for key in set(BY_KEY) - {"audit"}:
        added = {"clients": 1, "requests": 1, "followups": 1}.get(key, 0)
        after = rows(desk, key)
        assert after[key == "clients" : len(after) - added] == before[key][key == "clients" :], key


@pytest.mark.parametrize("action", ["grade", "due"])
def test_what_is_stored_is_what_the_buttons_would_say(desk: MemoryDesk, action: str):
    save(desk, CLIENT, NEW_CLIENT)
    save(desk, CONTACT, NEW_CONTACT)
    plan = drafted(BY_NAME[action], start(desk, OPTIONS)).plan
    assert [
        cell
        for cell in plan
        if (cell.sheet, cell.row) in {("clients", 6), ("requests", 2), ("followups", 2), ("clients", 2)}
    ] == []


@pytest.mark.requirement("F20")
def test_one_undo_takes_all_of_it_back(desk: MemoryDesk):
    before = {key: rows(desk, key) for key in set(BY_KEY) - {"audit"}}
    save(desk, CLIENT, NEW_CLIENT)
    assert press("undo", desk, now=NOW)
    assert {key: rows(desk, key) for key in before} == before


def test_everything_that_is_wrong_is_said_at_once_and_nothing_typed_is_lost(desk: MemoryDesk):
    wrong = {
        "name": "王芳",
        "phone1": "1380000",
        "source": "老带新",
        "owner": "李抢",
        "budget_max": "很多",
        "rooms_min": 12,
        "branch": "朝阳店",
    }
    before = {key: rows(desk, key) for key in BY_KEY}
    said = save(desk, CLIENT, wrong)
    assert said.splitlines() == [
        "没有保存, 填的内容都在。请改好再点保存:",
        "录入!D7 称谓: 没有填。请补上称谓（消息里怎么称呼, 如 王女士、李哥）。",
        "录入!D8 手机1: 「1380000」只有 7 位。请补成 11 位手机号。",
        "录入!D10 推荐人ID: 来源填了「老带新」, 这一格就必须填。请补上推荐人ID。",
        "录入!D11 客户类型: 没有填。请从下拉列表选择, 如「首次置业」。",
        "录入!D12 归属人: 人员表里没有「李抢」。请改正姓名, 或先把这个人加进人员表。",
        "录入!D14 交易: 没有填。请从下拉列表选择, 如「买」。",
        "录入!D15 预算上限: 「很多」不是数字。请只写数字, 单位看表头。",
        "录入!D16 意向区域: 没有填。请补上意向区域。",
        "录入!D17 室下限: 「12」大于 9。请核对数字和单位。",
    ]
    assert held(desk, CLIENT) == wrong
    assert {key: rows(desk, key) for key in BY_KEY} == before
    assert desk.shown == (ENTRY.label, 7, 4)


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ({"next_at": dt.datetime(2026, 11, 19)}, "录入!I16 计划时间: 「2026-11-19」早于时间「2026-11-20 09:00」(I7)。请核对这两格。"),
        ({"next_at": None}, "录入!I16 计划时间: 下步行动填了「约看房」, 这一格就必须填。请补上计划时间。"),
        ({"at": "今天"}, "录入!I7 时间: 「今天」不是日期。请写成 2026-02-28 这样的日期。"),
        ({"at": dt.datetime(2026, 11, 21)}, "录入!I7 时间: 「2026-11-21」还没有到(2026-11-20)。请核对日期。"),
        ({"way": "电报"}, "录入!I8 方式: 「电报」不在选项里。请选: 电话、微信、短信、面谈、邮件、带看、活动。"),
        ({"obj_id": "C000009"}, "录入!I6 对象ID: 没有「C000009」。请核对客户ID、姓名或手机号; 新客户请先用「新客户」登记。"),
        (
            {"obj_id": "李娜"},
            "录入!I6 对象ID: 「李娜」可能是这几位: C000002 李娜 尾号 2222 (客户!A3); C000003 李娜 尾号 4444 (客户!A4)。请改填其中一位的客户ID。",
        ),
        ({"obj_id": "张伟伟"}, "录入!I6 对象ID: 没有「张伟伟」。是不是 C000001 张伟 尾号 1111 (客户!A2)？请填客户ID。"),
        ({"obj_id": "周杰"}, "录入!I6 对象ID: 周杰 尾号 5555 (客户!A5) 还没有客户ID。请先点「评级」补上编号, 再点保存。"),
    ],
)  # fmt: skip
def test_a_contact_is_refused(desk: MemoryDesk, values: dict[str, object], said: str):
    assert save(desk, CONTACT, NEW_CONTACT | values).splitlines()[1:] == [said]
    assert rows(desk, "followups") == []


@pytest.mark.requirement("F1")
@pytest.mark.parametrize("phone", ["13800002222", "+86 138-0000-3333", 13800003333.0])
def test_the_phone_of_a_client_who_is_there_is_refused_and_the_client_named(desk: MemoryDesk, phone: object):
    said = save(desk, CLIENT, NEW_CLIENT | {"phone1": phone})
    assert said.splitlines()[1].startswith(
        "录入!D8 手机1: 已有这个号码的客户: C000002 李娜 尾号 2222 (客户!A3)。请用「记跟进」"
    )
    assert len(rows(desk, "clients")) == 4


@pytest.mark.parametrize(
    ("named", "found"),
    [
        ("c000002", "C000002"), ("张伟", "C000001"), ("张先生", "C000001"), ("138-0000-3333", "C000002"), (13800004444.0, "C000003"),
        (" C000001 ", "C000001"),
    ],
)  # fmt: skip
def test_a_client_is_known_by_id_name_or_phone(desk: MemoryDesk, named: object, found: str):
    save(desk, CONTACT, NEW_CONTACT | {"obj_id": named})
    assert rows(desk, "followups")[-1]["obj_id"] == found


def test_who_sent_a_client_is_known_by_name_too(desk: MemoryDesk):
    save(desk, CLIENT, NEW_CLIENT | {"source": "老带新", "referrer_id": "张伟"})
    assert rows(desk, "clients")[-1]["referrer_id"] == "C000001"


REFERRED = NEW_CLIENT | {"source": "老带新", "referrer_id": "张伟"}


@pytest.mark.requirement("R87")
def test_a_client_whom_somebody_sent_is_registered_as_a_referral_and_both_are_taken_back(desk: MemoryDesk):
    """Who is registered in the form is in touch with us, as an empty 首接时间 is now."""
    before = {key: rows(desk, key) for key in ("clients", "requests", "referrals")}
    said = save(desk, CLIENT, REFERRED)
    (row,) = rows(desk, "referrals")
    assert row == {
        "ref_id": "R000001", "referrer_id": "C000001", "name": "王芳", "phone": "13899990001", "at": NOW, "validity": "有效", "progress": "已联系",
    }  # fmt: skip
    assert said.startswith(
        "已存为 客户!A6 (C000004 王芳), 需求!A2 (Q000001), 转介绍!A2 (R000001)。\n这条推荐也登记好了, 有效性: 有效。"
    )
    assert press("undo", desk, now=NOW)
    assert {key: rows(desk, key) for key in before} == before


@pytest.mark.parametrize(
    ("who", "phone", "states"),
    [
        ("C000001", "13899990001", ["有效"]),
        ("C000002", "13899990001", ["有效", "重复"]),
        ("C000001", "13899990002", ["有效", "有效"]),
    ],
)
def test_a_referral_that_stands_there_is_not_registered_again(
    desk: MemoryDesk, who: str, phone: str, states: list[str]
):
    """Somebody wrote it into 转介绍 an hour before; of another referrer the first one counts."""
    places = {column.key: at for at, column in enumerate(BY_KEY["referrals"].columns, start=1)}
    row = {
        "ref_id": "R000001", "referrer_id": who, "name": "王芳", "phone": phone, "validity": "有效", "progress": "登记",
        "at": NOW - dt.timedelta(hours=1),
    }  # fmt: skip
    desk.type(BY_KEY["referrals"].label, {2: {places[key]: value for key, value in row.items()}})
    save(desk, CLIENT, REFERRED)
    assert [row["validity"] for row in rows(desk, "referrals")] == states


def test_a_contact_about_a_listing_says_so_and_moves_its_last_follow_up(desk: MemoryDesk):
    said = save(desk, CONTACT, NEW_CONTACT | {"obj_id": "L000001"})
    assert rows(desk, "followups")[-1]["obj"] == "房源"
    assert rows(desk, "listings")[0]["last_follow"] == NEW_CONTACT["at"]
    assert said == "已存为 跟进!A2 (F000001)。"


def test_an_owner_who_sells_needs_no_need_and_all_others_do(desk: MemoryDesk):
    alone = {key: value for key, value in NEW_CLIENT.items() if ("clients", key) in CLIENT.places}
    assert len(save(desk, CLIENT, alone).splitlines()) == 5
    assert save(desk, CLIENT, alone | {"client_type": "业主"}).startswith("已存为 客户!A6 (C000004 王芳)。")
    assert rows(desk, "requests") == []


def test_what_is_odd_is_stored_and_said_with_its_new_cell(desk: MemoryDesk):
    said = save(desk, CLIENT, NEW_CLIENT | {"districts": "朝阳、通洲", "budget_max": 6_500_000})
    assert [line.split("。")[0] for line in said.splitlines()[3:]] == [
        "请留意 需求!L2 意向区域: 「通洲」不在字典的「区域」里",
        "请留意 需求!G2 预算上限: 「6500000」万元像是按元填的",
    ]


@pytest.mark.parametrize("words", ["00123", "1-2", "=1+1", "+86 138", "'00", "@王"])
def test_words_arrive_as_they_were_typed(desk: MemoryDesk, words: str):
    save(desk, CLIENT, NEW_CLIENT | {"name": words, "salutation": words})
    save(desk, CONTACT, NEW_CONTACT | {"summary": f"{words}看房"})
    assert (rows(desk, "clients")[-1]["name"], rows(desk, "clients")[-1]["salutation"]) == (words, words)
    assert rows(desk, "followups")[-1]["summary"] == f"{words}看房"


@pytest.mark.parametrize(("sheet", "row", "expected"), [("客户", 2, "C000001"), ("今日待办", 2, "C000003")])
def test_a_selected_row_fills_the_contact_in(desk: MemoryDesk, sheet: str, row: int, expected: str):
    desk.select(sheet, row)
    assert press("contact", desk, now=NOW)
    owner = {"C000001": "李强", "C000003": "赵敏"}[expected]
    assert held(desk, CONTACT) == {"obj_id": expected, "at": NOW, "staff": owner}
    assert desk.shown == (ENTRY.label, *CONTACT.places["followups", "way"])
    assert message(desk, CONTACT).startswith(
        f"已填好: {'张伟' if owner == '李强' else '李娜'} {expected}, 2026-11-20 09:30, {owner}。"
    )


def test_a_form_nobody_typed_into_is_filled_for_another_client_and_one_typed_into_is_not(desk: MemoryDesk):
    for row in (2, 3):
        desk.select("客户", row)
        press("contact", desk, now=NOW)
    assert held(desk, CONTACT)["obj_id"] == "C000002"
    for typed_in in ({"summary": "想看三居"}, {"summary": None, "obj_id": "李娜"}):
        desk.type(ENTRY.label, typed(CONTACT, typed_in))
        before = held(desk, CONTACT)
        desk.select("客户", 2)
        press("contact", desk, now=NOW)
        assert held(desk, CONTACT) == before
        assert message(desk, CONTACT).startswith("登记表里还有没保存的内容, 没有换成 C000001。")


@pytest.mark.parametrize("rows_selected", [("客户", 1), ("客户", 99), ("房源", 2), None])
def test_where_no_client_is_selected_the_form_just_opens(desk: MemoryDesk, rows_selected: tuple[str, int] | None):
    if rows_selected:
        desk.select(*rows_selected)
    assert press("contact", desk, now=NOW)
    assert (held(desk, CONTACT), desk.shown) == ({}, (ENTRY.label, *CONTACT.first))


def test_a_client_without_an_id_is_named_by_phone(desk: MemoryDesk):
    desk.select("客户", 5)
    press("contact", desk, now=NOW)
    assert held(desk, CONTACT)["obj_id"] == "13800005555"


def test_a_new_client_starts_at_the_first_field(desk: MemoryDesk):
    assert press("client", desk, now=NOW)
    assert desk.shown == (ENTRY.label, 6, 4)


@pytest.mark.parametrize("form", FORMS, ids=lambda form: form.key)
def test_clearing_empties_one_form_and_its_message(desk: MemoryDesk, form: Form):
    other = next(f for f in FORMS if f is not form)
    values = {CLIENT.key: {"name": "王芳"}, CONTACT.key: {"summary": "说了什么"}}
    for each in FORMS:
        save(desk, each, values[each.key])
    assert press(f"clear_{form.key}", desk, now=NOW)
    assert (held(desk, form), message(desk, form)) == ({}, READY[form.key])
    assert held(desk, other) == values[other.key]


@pytest.mark.parametrize("name", ["client", "contact", "save_client", "clear_contact"])
def test_a_page_whose_rows_were_moved_is_not_misread(desk: MemoryDesk, name: str):
    desk.sheets[ENTRY.label].insert(8, [])
    desk.save()
    before = desk.read(ENTRY.label)
    assert not press(name, desk, now=NOW)
    assert "表里的行列被移动过。请撤销插入或删除的行列, 再点一次。" in desk.boxes[-1]
    assert desk.read(ENTRY.label) == before


def test_a_filled_field_without_a_column_in_this_workbook_is_refused(desk: MemoryDesk):
    at = BY_KEY["clients"].labels.index("门店")
    desk.sheets["客户"][0][at] = "自己的列"
    said = save(desk, CLIENT, NEW_CLIENT)
    assert "录入!D13 门店: 「客户」表里没有「门店」这一列, 没有地方存。" in said
    assert save(desk, CLIENT, {"branch": None}).startswith("已存为")


def test_a_workbook_without_the_sheet_is_refused(desk: MemoryDesk):
    del desk.sheets["跟进"]
    desk.type(ENTRY.label, typed(CONTACT, NEW_CONTACT))
    assert not press("save_contact", desk, now=NOW)
    assert desk.boxes[-1].startswith("跟进: 工作簿里没有这张表")
    assert held(desk, CONTACT) == NEW_CONTACT


@pytest.mark.parametrize("form", FORMS, ids=lambda form: form.key)
def test_whatever_good_row_a_sheet_has_is_accepted_and_stands_in_it(desk: MemoryDesk, form: Form):
    values = {key: good_row(BY_KEY[sheet])[key] for sheet, key in form.fields}
    values |= {"obj_id": "C000001"} if form is CONTACT else {"phone1": "13800000001", "referrer_id": "C000002"}
    assert save(desk, form, values).startswith("已存为")
    for sheet, key in form.fields:
        column = BY_KEY[sheet][key]
        stands = rows(desk, sheet)[-1][key]
        wanted = values[key]
        assert str(to_cell(column, stands)).startswith(str(wanted)), key


words = st.text(st.characters(codec="utf-8", exclude_categories=("C", "Z")), min_size=5, max_size=40)


@settings(max_examples=10, deadline=None)
@given(
    name=words,
    summary=words,
    phone=st.from_regex(r"1[3-9][0-9]{9}", fullmatch=True).filter(lambda p: p[:7] != "1380000"),
)
def test_any_words_are_stored_as_they_are(grids: dict[str, Grid], name: str, summary: str, phone: str):
    desk = MemoryDesk(grids)
    save(desk, CLIENT, NEW_CLIENT | {"name": name, "phone1": phone})
    save(desk, CONTACT, NEW_CONTACT | {"summary": summary, "obj_id": phone})
    stored = rows(desk, "clients")[-1]
    assert (stored["name"], stored["phone1"]) == (name, phone)
    assert (rows(desk, "followups")[-1]["summary"], rows(desk, "followups")[-1]["obj_id"]) == (
        summary,
        stored["client_id"],
    )


def entered(path: Path, preview: bool = False) -> Result:
    return enter(start(FileBook(path), Options(TODAY, NOW, preview)))


def fill(path: Path, values: Mapping[Form, Mapping[str, object]]) -> None:
    book = FileBook(path)
    for form, said in values.items():
        book.write(ENTRY.label, typed(form, said))
    book.save()


def cells_of(path: Path) -> Raws:
    grid = FileBook(path).read(ENTRY.label)
    return {place: grid[row - 1][column - 1] for form in FORMS for place, (row, column) in form.places.items()}


def test_forms_of_a_closed_workbook_are_stored_the_contact_after_the_client_it_names(path: Path):
    client = {key: value for key, value in NEW_CLIENT.items() if key != "name"} | {"name": "=1+1"}
    fill(path, {CLIENT: client, CONTACT: NEW_CONTACT | {"obj_id": "=1+1"}})
    result = entered(path)
    assert [(item["form"], item["saved"], item["run"]) for item in result.items] == [
        ("client", True, 1),
        ("contact", True, 2),
    ]
    book = FileBook(path)
    assert rows(book, "clients")[-1]["name"] == "=1+1"
    assert rows(book, "followups")[-1]["obj_id"] == "C000004"
    assert set(cells_of(path).values()) == {None}
    assert len({row["run_id"] for row in rows(book, "audit")}) == 2


def test_a_preview_of_the_forms_writes_nothing(path: Path):
    fill(path, {CLIENT: NEW_CLIENT, CONTACT: NEW_CONTACT | {"obj_id": "王芳"}})
    before = path.read_bytes()
    result = entered(path, preview=True)
    assert (result.run, [item["text"].split("。")[0] for item in result.items]) == (
        0, ["预览: 会存为 客户!A6 (C000004 王芳), 需求!A2 (Q000001)", "预览: 会存为 跟进!A2 (F000001)"],
    )  # fmt: skip
    assert set(result.plan.counts()) == {"clients", "requests", "followups"}
    assert path.read_bytes() == before


def test_a_closed_workbook_keeps_a_form_with_errors_and_says_what_is_wrong_with_it(path: Path):
    fill(path, {CONTACT: NEW_CONTACT | {"way": "电报"}})
    result = entered(path)
    assert (result.run, result.counts["error"], len(result.plan)) == (0, 1, 0)
    assert [(p["cell"], p["check"]) for p in result.items[0]["problems"]] == [("录入!I8", "choice")]
    assert cells_of(path)[SUMMARY] == NEW_CONTACT["summary"]
    row, column = CONTACT.message
    assert "录入!I8 方式" in FileBook(path).read(ENTRY.label)[row - 1][column - 1]


def test_a_closed_workbook_with_empty_forms_is_not_touched(path: Path):
    before = path.read_bytes()
    assert (entered(path).items, path.read_bytes()) == ([], before)


def test_a_client_on_whom_a_contact_rests_is_taken_back_after_it(path: Path):
    fill(path, {CLIENT: NEW_CLIENT, CONTACT: NEW_CONTACT | {"obj_id": "王芳"}})
    entered(path)
    with pytest.raises(UndoRefused, match="第 1 次保存客户的行里写过结果"):
        undo(start(FileBook(path), OPTIONS), 1)
    for _ in range(2):
        assert undo(start(FileBook(path), OPTIONS)).items == []
    assert (len(rows(FileBook(path), "clients")), rows(FileBook(path), "followups")) == (4, [])


def test_the_fields_that_a_selection_fills_are_fields_of_the_contact():
    assert {OBJECT, AT, STAFF} <= set(CONTACT.places)


def test_a_preview_of_a_form_with_errors_writes_no_message(path: Path):
    fill(path, {CONTACT: NEW_CONTACT | {"way": "电报"}})
    before = path.read_bytes()
    assert entered(path, preview=True).counts["error"] == 1
    assert path.read_bytes() == before


def test_the_answer_names_a_grade_set_by_hand_first_and_says_why_nothing_comes_next(desk: MemoryDesk):
    labels = BY_KEY["clients"].labels
    desk.type("客户", {2: {labels.index("人工等级") + 1: "A", labels.index("联系同意") + 1: "拒绝"}})
    lines = save(desk, CONTACT, NEW_CONTACT).splitlines()
    assert lines[1].startswith("张伟 C000001: 等级 A (人工), 系统 ")
    assert lines[2] == "没有下次跟进日: 客户拒绝联系。"
