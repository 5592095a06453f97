"""Numbers of ID cards and bank cards: known by their check digits, hidden wherever they are named."""

import datetime as dt
import random
import re
from pathlib import Path

import pytest

from macros.checks import validate
from macros.mishaps import LOG_NAME, of_defect
from macros.privacy.masks import hidden
from macros.privacy.numbers import BANK_CARD, ID_CARD, is_bank_card, is_id_card, numbers_in
from macros.settings import Settings
from tests.tables import read_from, tables_from

TODAY = dt.date(2026, 3, 20)
ID = "11010519491231002X"
"""The example of the standard itself (GB 11643-1999, annex)."""
WOMAN = "440524188001010014"
"""Its second example."""
CARD = "4111111111111111"
"""The number with which card payments are tested everywhere."""
UNION = "6222021234567890128"


def luhn(digits: str) -> str:
    """The check digit, by the words of the standard: double every second digit from the right, add the digits."""
    total = sum(sum(map(int, str(int(d) * (2 if i % 2 == 0 else 1)))) for i, d in enumerate(reversed(digits)))
    return str(-total % 10)


def test_the_examples_of_the_standard_are_id_cards() -> None:
    assert is_id_card(ID)
    assert is_id_card(WOMAN)


@pytest.mark.parametrize(
    "number",
    ["110105194912310021", "110105194913310023", "010105194912310020", ID[:-1], f"{ID}1", ID.lower(), "", "X" * 18, "０" * 18],
    ids=["check", "month 13", "no province", "short", "long", "not plain", "empty", "letters", "full-width"],
)  # fmt: skip
def test_what_is_nearly_an_id_card_is_none(number: str) -> None:
    assert not is_id_card(number)


@pytest.mark.parametrize("place", range(17))
def test_one_wrong_digit_of_an_id_card_is_always_noticed(place: int) -> None:
    for digit in "0123456789":
        wrong = ID[:place] + digit + ID[place + 1 :]
        assert is_id_card(wrong) is (wrong == ID)


def test_bank_cards_have_the_beginning_of_an_issuer_and_the_check_digit() -> None:
    for body in ("622202123456789012", "621700123456789", "356612345678901", "222100000000000", "510510510510510"):
        number = body + luhn(body)
        assert is_bank_card(number), number
        assert not is_bank_card(body + str((int(luhn(body)) + 1) % 10))
    for body in ("999999999999999", "123456789012345"):
        assert not is_bank_card(body + luhn(body)), "no issuer begins like that"
    assert is_bank_card(CARD)
    assert not is_bank_card("6" * 16)
    assert not is_bank_card(CARD[:-1])


@pytest.mark.parametrize(
    ("text", "kinds"),
    [
        (f"身份证{ID}", [ID_CARD]),
        (f"证件 110105 19491231 002X, 卡 {UNION[:4]} {UNION[4:8]} {UNION[8:12]} {UNION[12:16]} {UNION[16:]}", [ID_CARD, BANK_CARD]),
        (f"2026-01-05 {CARD} 已付", [BANK_CARD]),
        (f"13800138000 {ID}", [ID_CARD]),
        (f"{ID} 13800138000", [ID_CARD]),
        ("１１０１０５１９４９１２３１００２Ｘ", [ID_CARD]),
        ("11010519491231002x", [ID_CARD]),
        (f"{ID}、{WOMAN}", [ID_CARD, ID_CARD]),
        (f"A{CARD}", []),
        (f"1{CARD}", []),
        ("13800138000 13900139000", []),
        ("2026-01-05 2026-02-28 10:30", []),
        ("", []),
    ],
)  # fmt: skip
def test_numbers_are_found_however_they_are_written(text: str, kinds: list[str]) -> None:
    found = [*numbers_in(text)]
    assert [number.kind for number in found] == kinds
    shown = hidden(text)
    for number in found:
        assert text[number.start : number.end] not in shown
        assert number.shown in shown
    if kinds:
        assert not re.search(r"\d{7}", shown), shown


def test_text_without_numbers_stays_as_it_is() -> None:
    rng = random.Random(8)
    for _ in range(300):
        text = "".join(rng.choice("客户看房 12-X.万㎡") for _ in range(30))
        if not re.search(r"\d[ \d.\-]{4,}", text):
            assert hidden(text) == text


TEXT = """客户
| 客户ID | 姓名 | 备注 | 职业 | 手机1 |
| C1 | 张 | 身份证 {} | | 13800000001 |
| C2 | 王 | {} | 教师 | |
跟进
| 跟进ID | 对象 | 对象ID | 摘要 |
| F1 | 客户 | C1 | 定金打到 {} |
成交
| 成交ID | 网签号 |
| D1 | {} |
"""


@pytest.mark.requirement("R5", "F19")
def test_a_card_in_a_text_is_a_finding_at_its_cell_that_does_not_repeat_it() -> None:
    tables = tables_from(TEXT.format(ID, ID.replace("X", "1"), UNION, UNION))
    outcome = validate(tables, TODAY, Settings())
    found = {(f.sheet, f.row, f.column): f for f in outcome.findings if f.check == "number_in_text"}
    assert {*found} == {("clients", 2, "remark"), ("followups", 2, "summary")}
    assert "身份证号 1101************2X" in found["clients", 2, "remark"].message
    assert "银行卡号 6222********0128" in found["followups", 2, "summary"].message
    told = outcome.results["findings"].to_csv() + str(outcome.items)
    assert ID not in told
    assert UNION not in told
    assert "19491231" not in told


@pytest.mark.parametrize("column", ["客户类型", "生日", "归属人"])
def test_no_finding_repeats_a_number_that_stands_in_the_wrong_cell(column: str) -> None:
    text = f"客户\n| 客户ID | 姓名 | {column} |\n| C1 | 张 | 老婆 18699990001 |\n人员\n| 姓名 |\n| 李雷 |\n"
    told = [f.message for f in validate(read_from(text)[0], TODAY, Settings()).findings if "老婆" in f.message]
    assert told
    assert all("186****0001" in message and "18699990001" not in message for message in told)


def test_what_went_wrong_is_written_down_without_whole_numbers(home: Path) -> None:
    told = str(of_defect(ValueError("invalid literal for int(): '老婆 18699990001'")))
    written = (home / LOG_NAME).read_text("utf-8")
    assert "186****0001" in told
    assert "invalid literal for int(): '老婆 186****0001'" in written
    assert "18699990001" not in told + written


def test_the_finding_goes_with_its_row_wherever_that_stands() -> None:
    text = "客户\n| 客户ID | 备注 |\n" + "".join(
        f"| C{n} | 第 {n} 位{'' if n % 7 else f' {ID}'} |\n" for n in range(1, 40)
    )
    found = [f.row for f in validate(tables_from(text), TODAY, Settings()).findings if f.check == "number_in_text"]
    assert found == [n + 1 for n in range(7, 40, 7)]
