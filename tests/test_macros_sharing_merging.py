"""`genjin split` and `genjin merge`: what agents do in their own files comes back, all of it, and nobody's edit is lost."""

import shutil
import zipfile
from pathlib import Path
from typing import Any

import pytest

from macros.cli import main
from tests.commands import TODAY, genjin, said
from tests.sharing import Person, one, sample, tables_of
from workbook.sheets.conflicts import OPEN, TAKEN, WHOLE_ROW

Capsys = pytest.CaptureFixture[str]
PEOPLE = ("林海雪", "王世兰", "魏佳")


@pytest.fixture(scope="module")
def handed_out(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a workbook whose agents have their files."""
    book = sample(tmp_path_factory.mktemp("shop") / "门店.xlsx")
    assert main(["split", str(book), "--today", TODAY, "--quiet"]) == 0
    return book.parent


@pytest.fixture
def shop(handed_out: Path, tmp_path: Path) -> Path:
    """A copy of it, to work with."""
    shutil.copytree(handed_out, tmp_path / "店")
    return tmp_path / "店" / "门店.xlsx"


def handed_to(book: Path, who: str) -> Path:
    return book.parent / "门店-分发" / f"门店-{who}.xlsx"


def mine(book: Path, who: str) -> list[str]:
    clients = tables_of(book)["clients"]
    return clients.loc[(clients["owner"] == who) | (clients["service_rep"] == who), "client_id"].tolist()


def conflicts(book: Path) -> list[dict[str, Any]]:
    return tables_of(book)["conflicts"].to_dict("records")


def shared_client(book: Path) -> tuple[str, str, str]:
    """Return a client of two people, and both."""
    clients = tables_of(book)["clients"]
    both = clients[
        (clients["service_rep"] != "") & (clients["service_rep"] != clients["owner"]) & (clients["owner"] != "")
    ]
    line = both.iloc[0]
    return line["client_id"], line["owner"], line["service_rep"]


@pytest.mark.requirement("F22")
def test_each_agent_gets_their_own_clients_and_all_that_belongs_to_them(shop: Path) -> None:
    whole, part = tables_of(shop), tables_of(handed_to(shop, PEOPLE[0]))
    own = {*mine(shop, PEOPLE[0])}
    assert {*part["clients"]["client_id"]} == own
    for key in ("requests", "viewings", "deals", "surveys", "complaints"):
        expected = whole[key].loc[whole[key]["client_id"].isin(own)]
        assert part[key].iloc[:, 0].tolist() == expected.iloc[:, 0].tolist(), key
    about = whole["followups"].loc[whole["followups"]["obj_id"].isin(own), "fu_id"]
    assert {*about} <= {*part["followups"]["fu_id"]}
    deals = {*part["deals"]["deal_id"]}
    for key in ("deal_steps", "splits"):
        assert {*part[key]["deal_id"]} <= deals
    for key in ("listings", "lists", "owners", "staff", "rates"):
        assert part[key].equals(whole[key]), key


def test_nothing_of_other_agents_clients_is_left_in_the_file_nor_in_its_parts(shop: Path) -> None:
    whole, part = tables_of(shop), tables_of(handed_to(shop, PEOPLE[0]))
    foreign = whole["clients"].loc[~whole["clients"]["client_id"].isin(part["clients"]["client_id"]), "phone1"]
    known = {
        *whole["owners"]["phone"],
        *part["clients"]["phone1"],
        *part["clients"]["phone2"],
        *part["referrals"]["phone"],
    }
    with zipfile.ZipFile(handed_to(shop, PEOPLE[0])) as package:
        content = b"".join(package.read(name) for name in package.namelist()).decode("utf-8", "replace")
    assert not [phone for phone in foreign if phone and phone not in known and phone in content]


def test_the_parts_of_the_workbook_are_all_there(shop: Path) -> None:
    with zipfile.ZipFile(shop) as whole, zipfile.ZipFile(handed_to(shop, PEOPLE[0])) as part:
        assert part.namelist() == whole.namelist()
        assert part.read("xl/styles.xml") == whole.read("xl/styles.xml")


def test_a_file_that_nobody_touched_brings_nothing(shop: Path, capsys: Capsys) -> None:
    for who in PEOPLE:
        answer = genjin(capsys, "merge", shop, handed_to(shop, who))
        assert (answer["changed"], answer["run"]) == (0, None)


def test_a_run_in_an_agent_s_file_is_no_edit_of_theirs(shop: Path, capsys: Capsys) -> None:
    file = handed_to(shop, PEOPLE[0])
    genjin(capsys, "grade", file)
    assert genjin(capsys, "merge", shop, file)["changed"] == 0


@pytest.mark.requirement("F22")
def test_edits_new_rows_and_deleted_rows_come_back_and_undo_takes_them_away(shop: Path, capsys: Capsys) -> None:
    before = {key: frame.copy() for key, frame in tables_of(shop).items()}
    (first, second, *_), file = mine(shop, PEOPLE[0]), handed_to(shop, PEOPLE[0])
    gone = tables_of(file)["followups"]["fu_id"].iloc[0]
    person = Person(file).edit("clients", first, remark="等学区", phone1="13900001111").delete("followups", gone)
    person.add("followups", fu_id="F990001", obj="客户", obj_id=second, summary="看了三套").done()
    answer = genjin(capsys, "merge", shop, file)
    assert answer["items"][0] | {"edited": 2, "added": 1, "deleted": 1, "conflicts": 0} == answer["items"][0]
    assert one(shop, "clients", first, "remark") == "等学区"
    assert one(shop, "clients", first, "phone1") == "13900001111"
    assert one(shop, "followups", "F990001", "summary") == "看了三套"
    assert gone not in tables_of(shop)["followups"]["fu_id"].tolist()
    genjin(capsys, "undo", shop)
    after = tables_of(shop)
    assert [key for key in before if key != "audit" and not before[key].equals(after[key])] == []


def test_a_preview_shows_old_and_new_and_writes_nothing(shop: Path, capsys: Capsys) -> None:
    first, file = mine(shop, PEOPLE[0])[0], handed_to(shop, PEOPLE[0])
    old = one(shop, "clients", first, "remark")
    Person(file).edit("clients", first, remark="等学区").done()
    shutil.copy(file, file.with_name("原来的"))
    client, owner, rep = shared_client(shop)
    for who, phone in ((owner, "13900001111"), (rep, "13922223333")):
        Person(handed_to(shop, who)).edit("clients", client, phone1=phone).done()
    content, folder = shop.read_bytes(), sorted(shop.parent.rglob("*"))
    both = genjin(capsys, "merge", shop, handed_to(shop, owner), handed_to(shop, rep), "--preview")
    told = {"sheet": "客户", "row_id": client, "name": one(shop, "clients", client, "name"), "field": "手机1"}
    assert both["items"][1]["lost"] == [{**told, "kept": "139****1111", "lost": "139****3333"}]
    assert {change["sheet"] for change in both["changes"]} == {"客户"}, "冲突 is told of in words"
    shutil.copy(file.with_name("原来的"), file)
    answer = genjin(capsys, "merge", shop, file, "--preview")
    assert [(change["old"] or "", change["new"]) for change in answer["changes"]] == [(old, "等学区")]
    assert (shop.read_bytes(), sorted(shop.parent.rglob("*"))) == (content, folder)


@pytest.mark.requirement("F22")
def test_the_same_field_changed_by_two_is_a_conflict_and_the_first_stays(shop: Path, capsys: Capsys) -> None:
    client, owner, rep = shared_client(shop)
    Person(handed_to(shop, owner)).edit("clients", client, remark="甲说").done()
    Person(handed_to(shop, rep)).edit("clients", client, remark="乙说", wechat="wx-new").done()
    genjin(capsys, "merge", shop, handed_to(shop, owner), handed_to(shop, rep))
    assert one(shop, "clients", client, "remark") == "甲说"
    assert one(shop, "clients", client, "wechat") == "wx-new"
    (line,) = conflicts(shop)
    told = {
        "sheet": "客户",
        "row_id": client,
        "field": "备注",
        "kept": "甲说",
        "lost": "乙说",
        "who": rep,
        "state": OPEN,
    }
    assert line | told == line


def test_a_conflict_is_settled_by_choosing_and_the_next_run(shop: Path, capsys: Capsys) -> None:
    client, owner, rep = shared_client(shop)
    Person(handed_to(shop, owner)).edit("clients", client, remark="甲说").done()
    Person(handed_to(shop, rep)).edit("clients", client, remark="乙说").done()
    genjin(capsys, "merge", shop, handed_to(shop, owner), handed_to(shop, rep))
    Person(shop).edit("conflicts", conflicts(shop)[0]["no"], choice="采用").done()
    genjin(capsys, "due", shop)
    assert one(shop, "clients", client, "remark") == "乙说"
    assert conflicts(shop)[0]["state"] == TAKEN


def test_what_two_wrote_alike_is_no_conflict(shop: Path, capsys: Capsys) -> None:
    client, owner, rep = shared_client(shop)
    for who in (owner, rep):
        Person(handed_to(shop, who)).edit("clients", client, remark="一样").done()
    genjin(capsys, "merge", shop, handed_to(shop, owner), handed_to(shop, rep))
    assert (one(shop, "clients", client, "remark"), conflicts(shop)) == ("一样", [])


def test_new_rows_with_one_id_get_ids_of_their_own_and_what_names_them_follows(shop: Path, capsys: Capsys) -> None:
    for who in PEOPLE:
        person = Person(handed_to(shop, who))
        person.add("clients", client_id="C900001", name=f"{who}的新客", owner=who)
        person.add("requests", req_id="Q900001", client_id="C900001", remark=who).done()
    answer = genjin(capsys, "merge", shop, *(handed_to(shop, who) for who in PEOPLE))
    tables = tables_of(shop)
    clients, requests = tables["clients"], tables["requests"]
    for who in PEOPLE:
        (client,) = clients.loc[clients["name"] == f"{who}的新客", "client_id"]
        assert requests.loc[requests["remark"] == who, "client_id"].tolist() == [client]
    assert clients["client_id"].is_unique
    assert requests["req_id"].is_unique
    assert [len(item["renumbered"]) for item in answer["items"]] == [0, 2, 2]


def test_a_file_merged_twice_brings_its_rows_once_and_later_edits_of_them_find_the_row(
    shop: Path, capsys: Capsys
) -> None:
    for who in PEOPLE[:2]:
        Person(handed_to(shop, who)).add("clients", client_id="C900001", name=f"{who}的新客", owner=who).done()
    files = [handed_to(shop, who) for who in PEOPLE[:2]]
    genjin(capsys, "merge", shop, *files)
    assert genjin(capsys, "merge", shop, *files)["changed"] == 0
    Person(files[1]).edit("clients", "C900001", remark="后来").done()
    genjin(capsys, "merge", shop, files[1])
    clients = tables_of(shop)["clients"]
    assert clients.loc[clients["name"] == f"{PEOPLE[1]}的新客", "remark"].tolist() == ["后来"]
    assert clients.loc[clients["name"] == f"{PEOPLE[0]}的新客", "remark"].tolist() == [""]
    assert conflicts(shop) == []


def test_an_older_copy_of_a_merged_file_takes_nothing_back(shop: Path, capsys: Capsys) -> None:
    first, file = mine(shop, PEOPLE[0])[0], handed_to(shop, PEOPLE[0])
    untouched = file.read_bytes()
    Person(file).edit("clients", first, remark="新的").done()
    genjin(capsys, "merge", shop, file)
    file.write_bytes(untouched)
    genjin(capsys, "merge", shop, file)
    assert one(shop, "clients", first, "remark") == "新的"
    assert [line["kept"] for line in conflicts(shop)] == ["新的"]


def test_deleted_there_and_edited_here_is_a_conflict_and_the_row_stays(shop: Path, capsys: Capsys) -> None:
    client, file = mine(shop, PEOPLE[0])[0], handed_to(shop, PEOPLE[0])
    Person(file).delete("clients", client).done()
    Person(shop).edit("clients", client, remark="还在谈").done()
    genjin(capsys, "merge", shop, file)
    assert one(shop, "clients", client, "remark") == "还在谈"
    (line,) = conflicts(shop)
    assert (line["field"], line["row_id"]) == (WHOLE_ROW, client)
    Person(shop).edit("conflicts", line["no"], choice="采用").done()
    genjin(capsys, "validate", shop, code=None)
    assert client not in tables_of(shop)["clients"]["client_id"].tolist()


def test_edited_there_and_deleted_here_is_a_conflict_and_the_row_can_be_brought_back(
    shop: Path, capsys: Capsys
) -> None:
    client, file = mine(shop, PEOPLE[0])[0], handed_to(shop, PEOPLE[0])
    before = one(shop, "clients", client, "phone1")
    Person(file).edit("clients", client, remark="还在谈").done()
    Person(shop).delete("clients", client).done()
    genjin(capsys, "merge", shop, file)
    (line,) = conflicts(shop)
    assert (line["field"], line["row_id"], "还在谈" in line["lost"]) == (WHOLE_ROW, client, True)
    Person(shop).edit("conflicts", line["no"], choice="采用").done()
    genjin(capsys, "validate", shop, code=None)
    assert one(shop, "clients", client, "remark") == "还在谈"
    assert one(shop, "clients", client, "phone1") == before


def test_a_file_that_lost_most_of_its_rows_deletes_none_by_itself(shop: Path, capsys: Capsys) -> None:
    file = handed_to(shop, PEOPLE[0])
    clients = mine(shop, PEOPLE[0])
    person = Person(file)
    for client in clients[:6]:
        person.delete("clients", client)
    person.done()
    genjin(capsys, "merge", shop, file)
    assert {*clients} <= {*tables_of(shop)["clients"]["client_id"]}
    assert {line["row_id"] for line in conflicts(shop)} == {*clients[:6]}


def test_a_copy_beside_the_workbook_is_told_of_and_merged_and_then_told_of_no_more(
    tmp_path: Path, capsys: Capsys
) -> None:
    book = sample(tmp_path / "门店.xlsx")
    genjin(capsys, "grade", book)
    copy = tmp_path / "门店 (1).xlsx"
    copy.write_bytes(book.read_bytes())
    Person(copy).edit("clients", "C000001", remark="在副本里").done()
    Person(book).edit("clients", "C000002", remark="在总表里").done()
    code, out, _ = said(capsys, "grade", book)
    assert code == 0
    assert '门店 (1).xlsx, 里面可能有别人的改动。请合并: genjin merge 门店.xlsx "门店 (1).xlsx"' in out
    genjin(capsys, "merge", book, copy)
    assert one(book, "clients", "C000001", "remark") == "在副本里"
    assert one(book, "clients", "C000002", "remark") == "在总表里"
    assert "副本" not in said(capsys, "grade", book)[1]
    assert conflicts(book) == []
    packed_anew(book, other := tmp_path / "门店-PC的冲突.xlsx")
    assert f"旁边有它的副本 {other.name}" in said(capsys, "grade", book)[1]
    answer = genjin(capsys, "merge", book, other)
    assert (answer["changed"], answer["run"]) == (0, None)
    assert "副本" not in said(capsys, "grade", book)[1], "it brought nothing, and that is known"


def packed_anew(book: Path, to: Path) -> None:
    """Put the same workbook at another path in other bytes."""
    with zipfile.ZipFile(book) as old, zipfile.ZipFile(to, "w", zipfile.ZIP_STORED) as new:
        for name in old.namelist():
            new.writestr(name, old.read(name))


def test_two_copies_of_one_file_in_one_go_bring_a_new_row_once(shop: Path, capsys: Capsys) -> None:
    files = [handed_to(shop, who) for who in PEOPLE[:2]]
    for file in files:
        Person(file).add("clients", client_id="C900001", name=f"{file.stem}的新客").done()
    later = files[1].with_name("家里的.xlsx")
    shutil.copy(files[1], later)
    Person(later).edit("clients", "C900001", remark="后来").done()
    genjin(capsys, "merge", shop, *files, later)
    clients = tables_of(shop)["clients"]
    assert clients.loc[clients["name"] == f"{files[1].stem}的新客", "remark"].tolist() == ["后来"]
    assert clients.loc[clients["name"] == f"{files[0].stem}的新客", "remark"].tolist() == [""]
    assert conflicts(shop) == []


def test_a_copy_of_which_nobody_knows_the_base_overwrites_nothing(tmp_path: Path, capsys: Capsys) -> None:
    book, copy = sample(tmp_path / "门店.xlsx"), sample(tmp_path / "门店 - 副本.xlsx")
    old = one(book, "clients", "C000001", "name")
    Person(copy).edit("clients", "C000001", name="另一个名字").add("clients", client_id="C900009", name="新客").done()
    genjin(capsys, "merge", book, copy)
    assert one(book, "clients", "C000001", "name") == old
    assert one(book, "clients", "C900009", "name") == "新客"
    assert [(line["kept"], line["lost"]) for line in conflicts(book)] == [(old, "另一个名字")]
