"""The buttons of messages, viewings, proposals, contracts, deals, commissions, portraits and awards, clicked with a mouse as in test_clicks."""

import datetime as dt
import hashlib
from pathlib import Path

import pytest

from macros.actions import BUTTON
from tests.clicking import LABELS, cell_of, column, label_of, lines, press, pressed, refused, values
from tests.mail_server import mail_server
from tests.screen import Screen, waited

pytestmark = [pytest.mark.libreoffice, pytest.mark.slow]
CLICKED = {
    (place, name)
    for name in ("mail", "viewings", "deals", "commission", "proposal", "contract", "portrait", "awards")
    for place in BUTTON[name].places
}
TODAY = dt.date.today()


def day(value: object) -> dt.date:
    """Return the day of a cell's number."""
    return dt.date(1899, 12, 30) + dt.timedelta(days=int(float(str(value))))


def files(screen: Screen, pattern: str) -> dict[str, Path]:
    return {file.name: file for file in Path(screen.folder).glob(pattern)}


def empty(screen: Screen, sheet: str, key: str) -> list[object]:
    """Empty a column and return what stood there."""
    label = label_of(sheet, key)
    before = values(screen, LABELS[sheet], label)
    last = max(row for row, value in enumerate(before, start=2) if value != "")
    screen.clear(LABELS[sheet], column(screen, LABELS[sheet], label), range(2, last + 1))
    assert values(screen, LABELS[sheet], label) != before
    return before


def filled(screen: Screen, sheet: str, row: int, **typed: str) -> None:
    """Type into cells of a row."""
    for key, text in typed.items():
        cell_of(screen, sheet, row, key).Formula = text


def test_a_ticked_mail_goes_out_once_and_stands_on_followups(screen: Screen) -> None:
    texts = lines(screen, "messages", "client_id", "status", "text")
    row, client, text = next((row, one, text) for row, (one, state, text) in enumerate(texts, 2) if state == "可发")
    clients = values(screen, LABELS["clients"], label_of("clients", "client_id"))
    contacts = [one for one, *_ in lines(screen, "followups", "obj_id")]
    filled(screen, "clients", clients.index(client) + 2, email="lin@example.com")
    filled(screen, "messages", row, mail="是")
    with mail_server() as server:
        keys = values(screen, LABELS["settings"], label_of("settings", "key"))
        given = {"host": "127.0.0.1", "port": server.port, "security": "不加密", "sender": "a@example.com"}
        for key, value in given.items():
            filled(screen, "settings", keys.index(f"mail.{key}") + 2, value=str(value))
        assert "发邮件: 已发 1 封" in press(screen, "messages", "mail")
        assert server.to == ["lin@example.com"]
        (letter,) = server.letters
        plain = letter.get_body(("plain",))
        assert plain is not None
        assert str(text).splitlines()[0] in plain.get_content()
        (told,) = [rest for one, *rest in lines(screen, "messages", "client_id", "status", "sent") if one == client]
        assert told == ["已发", "是"]
        logged = [one for one, *_ in lines(screen, "followups", "obj_id")]
        assert logged.count(client) == contacts.count(client) + 1
        assert "没有选了「发邮件」的行" in press(screen, "messages", "mail"), "what was sent is no longer to be sent"
        assert len(server.taken) == 1


def test_a_viewing_that_was_just_arranged_is_on_a_page_of_its_agent(screen: Screen) -> None:
    row = len(values(screen, LABELS["viewings"], label_of("viewings", "v_id"))) + 2
    client, listing, agent = next(
        one for one in lines(screen, "viewings", "client_id", "listing_id", "agent") if all(one)
    )
    tomorrow = TODAY + dt.timedelta(days=1)
    typed = {"client_id": client, "listing_id": listing, "agent": agent, "at": f"{tomorrow} 10:35", "status": "已约"}
    filled(screen, "viewings", row, **{key: str(text) for key, text in typed.items()})
    press(screen, "viewings", "viewings")
    coming = [
        (v_id, day(at), who) for v_id, at, who, state in lines(screen, "viewings", "v_id", "at", "agent", "status")
        if state in ("申请", "已约") and at != "" and TODAY <= day(at) <= tomorrow
    ]  # fmt: skip
    made = files(screen, "*-报表/带看单-*.html")
    assert {*made} == {f"带看单-{on}-{who}.html" for _, on, who in coming}
    for v_id, on, who in coming:
        assert str(v_id) in made[f"带看单-{on}-{who}.html"].read_text("utf-8")
    number = cell_of(screen, "viewings", row, "v_id").String
    assert number
    assert number in {v_id for v_id, *_ in coming}


@pytest.mark.parametrize("place", BUTTON["deals"].places)
def test_late_steps_and_the_board_are_worked_out_again(screen: Screen, place: str) -> None:
    board = screen.cells(LABELS["board"])
    assert len(board) > 1, "the sample has deals that are going on"
    for at in range(1, len(board[0]) + 1):
        screen.clear(LABELS["board"], at, range(2, len(board) + 1))
    before = empty(screen, "deal_steps", "late_days")
    press(screen, place, "deals")
    assert values(screen, LABELS["deal_steps"], label_of("deal_steps", "late_days")) == before
    assert screen.cells(LABELS["board"]) == board


def test_amounts_are_worked_out_again_and_the_page_of_the_month_has_what_was_signed(screen: Screen) -> None:
    shared = {one for one, *_ in lines(screen, "splits", "deal_id")}
    deals = lines(screen, "deals", "deal_id", "status", "fee_due")
    row, deal = next(
        (row, one) for row, (one, state, fee) in enumerate(deals, 2) if one in shared and state == "完结" and fee
    )
    filled(screen, "deals", row, signed_on=f"{TODAY}")
    before = empty(screen, "splits", "amount")
    press(screen, "splits", "commission")
    assert values(screen, LABELS["splits"], label_of("splits", "amount")) == before
    page = files(screen, "*-报表/分佣单-*.html")[f"分佣单-{TODAY:%Y-%m}.html"].read_text("utf-8")
    assert str(deal) in page
    for one, person in lines(screen, "splits", "deal_id", "staff"):
        assert one != deal or str(person) in page


@pytest.mark.parametrize("place", BUTTON["proposal"].places)
def test_a_proposal_is_made_for_the_selected_client(screen: Screen, place: str) -> None:
    client = proposed(screen) if place == "proposals" else wanted(screen)
    for file in files(screen, "*-报表/置业方案*").values():
        file.unlink()
    if place == "proposals":
        empty(screen, "proposals", "why")
    row = values(screen, LABELS[place], label_of(place, "client_id")).index(client) + 2
    screen.select(LABELS[place], f"B{row}:C{row}")
    said = pressed(screen, place, "proposal")
    assert "置业方案: 1 位客户的置业方案" in said
    made = files(screen, "*-报表/置业方案*")
    assert {file.suffix for file in made.values()} == {".pdf", ".docx"}
    assert all(str(client) in name for name in made)
    why = [text for one, text in lines(screen, "proposals", "client_id", "why") if one == client]
    assert 1 <= len(why) <= 3
    assert all(why)
    waited(lambda: screen.controller.ActiveSheet.Name == LABELS["proposals"], "the proposal is shown")


def wanted(screen: Screen) -> object:
    """Return a client with homes to buy on 匹配结果."""
    needs = lines(screen, "requests", "req_id", "client_id", "deal_type")
    buyers = {need: client for need, client, kind in needs if kind == "买"}
    return next(buyers[need] for need, *_ in lines(screen, "matches", "req_id") if need in buyers)


def proposed(screen: Screen) -> object:
    """Return a client who has a proposal, after making it."""
    client = wanted(screen)
    row = values(screen, LABELS["clients"], label_of("clients", "client_id")).index(client) + 2
    screen.select(LABELS["clients"], f"B{row}")
    pressed(screen, "clients", "proposal")
    return client


@pytest.mark.parametrize("place", BUTTON["portrait"].places)
def test_a_portrait_is_made_for_the_selected_clients(screen: Screen, place: str) -> None:
    ids = values(screen, LABELS[place], label_of(place, "client_id"))[:2]
    screen.select(LABELS[place], "A2:C3")
    said = pressed(screen, place, "portrait")
    assert "客户画像: 2 位客户的画像" in said
    made = files(screen, "*-报表/客户画像-*")
    for client in ids:
        assert {file.suffix for name, file in made.items() if str(client) in name} == {".html", ".pdf"}


def test_who_brought_most_this_year_gets_a_certificate(screen: Screen) -> None:
    on = TODAY if TODAY.month > 1 else dt.date(TODAY.year - 1, 12, 31)
    won = lines(screen, "referrals", "referrer_id", "deal_id", "validity", "progress")
    who, deal = next((who, deal) for who, deal, *state in won if deal and state == ["有效", "成交"])
    row = values(screen, LABELS["deals"], label_of("deals", "deal_id")).index(deal) + 2
    filled(screen, "deals", row, signed_on=f"{on}")
    said = press(screen, "referrals", "awards")
    made = files(screen, f"*-报表/推荐达人-{on.year}-*.pdf")
    assert f"推荐达人: {on.year} 年推荐达人 {len(made) - 1} 位" in said
    assert f"推荐达人-{on.year}-公示.pdf" in made
    assert f"({who})" in said


def test_a_contract_is_refused_then_drafted_then_printed_for_signature(screen: Screen) -> None:
    deals = lines(screen, "deals", "type", "status", "price")
    row = next(row for row, (kind, state, price) in enumerate(deals, 2) if (kind, state) == ("买卖", "定金") and price)
    filled(screen, "deals", row, deposit="", deposit_on="")
    screen.select(LABELS["deals"], f"A{row}")
    assert "定金合同: 缺 定金(" in refused(screen, "deals", "contract")
    assert not files(screen, "*-合同/*.docx")
    filled(screen, "deals", row, deposit="20", deposit_on=f"{TODAY}")
    screen.select(LABELS["deals"], f"A{row}")
    assert "定金合同草稿第 1 稿" in pressed(screen, "deals", "contract")
    number = cell_of(screen, "contracts", 2, "no").String
    assert number == f"DJ-{TODAY.year}-0001"
    filled(screen, "contracts", 2, review="通过", reviewer=person(screen), reviewed_on=f"{TODAY}")
    screen.select(LABELS["contracts"], "A2")
    assert f"{number}: 定金合同正式第 2 稿" in pressed(screen, "contracts", "contract")
    made = files(screen, "*-合同/*.docx")
    assert len(made) == 2, "a draft is never written over"
    final = cell_of(screen, "contracts", 2, "file").String
    assert hashlib.sha256(made[final].read_bytes()).hexdigest() == cell_of(screen, "contracts", 2, "sha256").String


def person(screen: Screen) -> str:
    return str(next(name for name, *_ in lines(screen, "staff", "name") if name))
