"""转介绍: who counts, how far it got, what is due: each on the day before and after, on rows in any order, and twice."""

import datetime as dt

import pandas as pd
import pytest

from macros.referrals import referrals
from macros.service_settings import Referral
from macros.settings import Settings
from tests.shuffling import sample_tables, shuffled
from tests.tables import tables_from

TODAY = dt.date(2026, 3, 31)
OLD = """客户
| 客户ID | 姓名 | 手机1 | 手机2 | 首接时间 | 推荐人ID | 状态 | 归属人 |
| C1 | 张伟 | 13800000001 | 13800000009 | 2020-01-01 | | 已成交 | 李雷 |
| C2 | 王芳 | 13800000002 | | 2020-01-01 | | 已成交 | 韩梅 |
"""


def client(first: str, status: str = "初步了解", phone: str = "13900000001", name: str = "孙明", by: str = "") -> str:
    """The one who was referred, in row 4 of 客户."""
    return OLD + f"| C3 | {name} | {phone} | 13900000003 | {first} | {by} | {status} | 李雷 |\n"


def referred(*rows: str) -> str:
    """Rows of 转介绍: 推荐人ID, 被推荐人, 电话, 登记时间, 进度, 成交ID, 奖励类型, 发放日, 应发."""
    head = "转介绍\n| 转介绍ID | 推荐人ID | 被推荐人 | 被推荐电话 | 登记时间 | 进度 | 成交ID | 奖励类型 | 发放日 | 应发 |\n"
    return head + "".join(f"| R{n} | {row} |\n" for n, row in enumerate(rows, start=1))


def told(column: str, *parts: str, settings: Settings | None = None, today: dt.date = TODAY) -> list[object]:
    found = referrals(tables_from("".join(parts)), today, settings or Settings()).updates["referrals"][column]
    return ["" if pd.isna(value) else value for value in found]


ONE = "C1 | 孙明 | 13900000001 | {} | 登记 | | | |"


@pytest.mark.requirement("F17")
@pytest.mark.parametrize(
    ("first", "at", "expected"),
    [
        ("2026-03-01 10:00", "2026-03-01 10:01", "已在库"), ("2026-03-01 10:00", "2026-03-01 10:00", "有效"),
        ("2026-03-01 10:00", "2026-03-01 09:59", "有效"),
        # without a time it is the whole day: nobody knows which came first
        ("2026-03-01", "2026-03-01 15:00", "有效"), ("2026-03-01", "2026-03-02", "已在库"), ("2026-03-01 10:00", "2026-03-01", "有效"),
        ("", "2026-03-01 10:00", "有效"),
    ],
)  # fmt: skip
def test_who_was_a_client_before_the_registration_is_known(first: str, at: str, expected: str) -> None:
    assert told("validity", client(first), referred(ONE.format(at))) == [expected]


@pytest.mark.requirement("F17")
@pytest.mark.parametrize(
    ("phone", "expected"),
    [
        ("13900000001", "已在库"), ("139 0000 0001", "已在库"), ("+86 13900000003", "已在库"), ("13900000002", "有效"),
        ("13800000001", "自荐"), ("13800000009", "自荐"), ("13800000002", "已在库"), ("", ""),
    ],
)  # fmt: skip
def test_people_are_told_apart_by_their_phones_however_they_are_typed(phone: str, expected: str) -> None:
    row = f"C1 | 孙明 | {phone} | 2026-03-02 | 登记 | | | |"
    assert told("validity", client("2026-03-01"), referred(row)) == [expected]


@pytest.mark.requirement("F17")
def test_the_first_who_registered_somebody_wins() -> None:
    rows = [
        "C1 | 孙明 | 13900000001 | 2026-03-02 10:00 | 登记 | | | |",
        "C2 | 孙明 | 13900000001 | 2026-03-02 09:59 | 登记 | | | |",
        "C1 | 周杰 | 13900000005 | 2026-03-05 | 登记 | | | |",
        "C2 | 周杰 | 13900000005 | 2026-03-05 | 登记 | | | |",
        "C2 | 无时 | 13900000006 | | 登记 | | | |",
    ]
    assert told("validity", OLD, referred(*rows)) == ["重复", "有效", "有效", "重复", ""]


@pytest.mark.requirement("F17")
def test_what_does_not_count_takes_nobodys_place() -> None:
    """C2 names their own number first; then C1 names it: C2 was a client long before, so that neither counts, each for its own reason."""
    rows = [
        "C2 | 王芳 | 13800000002 | 2026-03-01 | 登记 | | | |",
        "C1 | 王芳 | 13800000002 | 2026-03-02 | 登记 | | | |",
    ]
    assert told("validity", OLD, referred(*rows)) == ["自荐", "已在库"]


@pytest.mark.requirement("F17")
def test_who_came_by_a_referral_is_a_second_one_for_whoever_names_them_later_by_either_number() -> None:
    rows = [
        "C1 | 孙明 | 13900000001 | 2026-03-01 | 登记 | | | |",
        "C2 | 孙明 | 13900000003 | 2026-03-10 | 登记 | | | |",
    ]
    assert told("validity", client("2026-03-05"), referred(*rows)) == ["有效", "重复"]


LOG = "跟进\n| 跟进ID | 对象 | 对象ID | 时间 | 结果 |\n| F1 | 客户 | C3 | {} | {} |\n"
SEEN = "带看\n| 带看ID | 客户ID | 预约时间 | 状态 |\n| V1 | C3 | {} | {} |\n"


def deal(
    signed: str = "2026-03-20", status: str = "签约", kind: str = "买卖", price: str = "500", who: str = "C3"
) -> str:
    head = "成交\n| 成交ID | 类型 | 客户ID | 房源ID | 成交价 | 签约日 | 状态 |\n"
    return head + f"| D1 | {kind} | {who} | H1 | {price} | {signed} | {status} |\n"


@pytest.mark.requirement("R87")
@pytest.mark.parametrize(
    ("more", "expected"),
    [
        ("", "登记"), (client("2026-03-05"), "已联系"), (client(""), "登记"), (client("2026-04-01"), "登记"),
        (client("") + LOG.format("2026-03-02 10:00", "接通"), "已联系"), (client("") + LOG.format("2026-03-02 10:00", "未接"), "登记"),
        (client("2026-03-05") + SEEN.format("2026-03-08 10:00", "已看"), "带看"),
        (client("2026-03-05") + SEEN.format("2026-03-08 10:00", "爽约"), "已联系"),
        (client("2026-03-05") + SEEN.format("2026-04-01 10:00", "已看"), "已联系"),
        (client("2026-03-05", "暂不考虑"), "失效"), (client("2026-03-05") + deal(), "成交"),
        (client("2026-03-05", "暂不考虑") + deal(), "成交"), (client("2026-03-05") + deal(signed="2026-04-01"), "已联系"),
        (client("2026-03-05") + deal(signed=""), "已联系"), (client("2026-03-05") + deal(status="解约"), "已联系"),
        (client("2026-03-05") + deal(status="定金"), "已联系"),
        # the phone is another one, but the client says who sent them
        (client("2026-03-05", phone="13900000008", by="C1"), "已联系"), (client("2026-03-05", phone="13900000008", by="C2"), "登记"),
        (client("2026-03-05", phone="13900000008", by="C1", name="别人"), "登记"),
    ],
)  # fmt: skip
def test_a_referral_follows_the_client_who_was_referred(more: str, expected: str) -> None:
    assert told("progress", more or OLD, referred(ONE.format("2026-03-01"))) == [expected]


@pytest.mark.requirement("R87")
@pytest.mark.parametrize(
    ("given", "expected"),
    [("", "带看"), ("登记", "带看"), ("已联系", "带看"), ("带看", "带看"), ("失效", "失效"), ("成交", "成交")],
)
def test_what_a_person_knows_better_is_never_set_back(given: str, expected: str) -> None:
    row = f"C1 | 孙明 | 13900000001 | 2026-03-01 | {given} | | | |"
    assert told("progress", client("2026-03-05") + SEEN.format("2026-03-08", "已看"), referred(row)) == [expected]


def test_what_does_not_count_goes_nowhere_and_the_number_of_the_deal_is_filled_in_only_where_it_is_empty() -> None:
    known = client("2026-02-01") + deal()
    assert told("progress", known, referred(ONE.format("2026-03-01"))) == ["登记"]
    assert told("deal_id", client("2026-03-05") + deal(), referred(ONE.format("2026-03-01"))) == ["D1"]
    typed = "C1 | 孙明 | 13900000001 | 2026-03-01 | 成交 | D7 | | |"
    assert told("deal_id", client("2026-03-05") + deal(), referred(typed)) == ["D7"]


HOMES = "房源\n| 房源ID | 建筑面积 |\n| H1 | 90 |\n| H2 | 66.6 |\n"
OWN_DEAL = "| D2 | 买卖 | C1 | H2 | 300 | 2024-01-01 | 完结 |\n"


def due(kind: str, sold: str, paid: str = "", was: str = "", settings: Settings | None = None) -> list[object]:
    row = f"C1 | 孙明 | 13900000001 | 2026-03-01 | 登记 | | {kind} | {paid} | {was}"
    return told("reward_due", client("2026-03-05"), sold, HOMES, referred(row), settings=settings)


@pytest.mark.requirement("R85", "F17")
@pytest.mark.parametrize(
    ("kind", "sold", "expected"),
    [
        ("现金1%", deal(), 50_000.0),  # 1 % of 500 万元
        ("现金1%", deal(price="333.33"), 33_333.0), ("现金1%", deal(price="0.1234"), 12.34),
        ("现金1%", deal(kind="租赁", price="6500"), 65.0),  # 1 % of a month's rent in yuan
        ("礼品", deal(), 500.0), ("物业费1年", deal() + OWN_DEAL, 2397.6),  # 3 × 66.6 ㎡ × 12, of the referrer's own home
        ("物业费1年", deal(), ""), ("", deal(), ""),
        ("现金1%", deal(status="解约"), ""), ("现金1%", deal(status="定金"), ""), ("现金1%", deal(signed="2026-04-01"), ""),
        ("现金1%", deal(signed="2026-03-31"), 50_000.0), ("现金1%", deal(price=""), ""), ("现金1%", "", ""),
    ],
)  # fmt: skip
def test_the_reward_is_that_of_its_kind_and_only_for_a_deal_that_is_signed(
    kind: str, sold: str, expected: object
) -> None:
    assert due(kind, sold) == [expected]


@pytest.mark.requirement("R85")
def test_the_numbers_of_the_reward_are_settings_and_what_was_paid_keeps_its_amount() -> None:
    dearer = Settings(referral=Referral(cash_share=2, gift_yuan=800, fee_per_area=4))
    assert due("现金1%", deal(), settings=dearer) == [100_000.0]
    assert due("礼品", deal(), settings=dearer) == [800.0]
    assert due("物业费1年", deal() + OWN_DEAL, settings=dearer) == [3196.8]
    assert due("现金1%", deal(), paid="2026-03-25", was="50000", settings=dearer) == [50_000.0]
    assert due("现金1%", deal(), paid="2026-03-25", settings=dearer) == [100_000.0]  # nobody wrote what was paid
    assert due("现金1%", deal(), was="50000", settings=dearer) == [100_000.0]  # not paid yet


@pytest.mark.requirement("R88")
@pytest.mark.parametrize(
    ("sold", "expected"),
    [(deal(), 25_000.0), (deal(kind="租赁", price="6501"), 32.51), (deal(status="解约"), ""), ("", "")],
)
def test_the_agencys_own_person_gets_half_a_percent_whatever_the_client_chose(sold: str, expected: object) -> None:
    assert told("staff_bonus", client("2026-03-05"), sold, referred(ONE.format("2026-03-01"))) == [expected]


@pytest.mark.requirement("R88")
@pytest.mark.parametrize(
    ("paid", "was", "expected"),
    [("2026-03-25", "20000", 20_000.0), ("2026-03-25", "", 50_000.0), ("", "20000", 50_000.0)],
)
def test_a_bonus_that_was_paid_keeps_its_amount_whatever_the_settings_say_later(
    paid: str, was: str, expected: float
) -> None:
    """1 % of 500 万 instead of the 0.5 % of before; an empty amount of a paid one is worked out once."""
    row = (
        "转介绍\n| 转介绍ID | 推荐人ID | 被推荐人 | 被推荐电话 | 登记时间 | 员工奖励发放日 | 员工奖励 |\n"
        f"| R1 | C1 | 孙明 | 13900000001 | 2026-03-01 | {paid} | {was} |\n"
    )
    dearer = Settings(referral=Referral(staff_share=1))
    assert told("staff_bonus", client("2026-03-05"), deal(), row, settings=dearer) == [expected]


@pytest.mark.requirement("F17")
def test_a_deal_is_rewarded_once() -> None:
    """Two rows name the same deal: who registered first is paid."""
    rows = [
        "C2 | 周杰 | 13900000005 | 2026-03-02 | 成交 | D1 | 礼品 | |",
        "C1 | 孙明 | 13900000001 | 2026-03-01 | 成交 | D1 | 礼品 | |",
    ]
    assert told("reward_due", client("2026-03-05"), deal(), referred(*rows)) == ["", 500.0]


def test_nothing_is_said_where_there_are_no_referrals() -> None:
    assert referrals(tables_from(OLD), TODAY, Settings()).updates == {}


@pytest.mark.parametrize("seed", [0, 1, 2])
def test_the_order_of_the_rows_does_not_matter(seed: int) -> None:
    tables = sample_tables("small", dt.date(2026, 11, 20))
    mixed = shuffled(tables, seed)
    frames = []
    for one in (tables, mixed):
        found = pd.DataFrame(referrals(one, dt.date(2026, 11, 20), Settings()).updates["referrals"])
        frames.append(found.set_axis(one["referrals"]["ref_id"]).sort_index())
    pd.testing.assert_frame_equal(*frames)


def test_a_second_run_changes_nothing_and_the_sample_is_as_the_rule_would_have_it() -> None:
    tables = sample_tables("small", dt.date(2026, 11, 20))
    first = referrals(tables, dt.date(2026, 11, 20), Settings())
    after = tables.with_outcome(first)
    again = referrals(after, dt.date(2026, 11, 20), Settings())
    for key, values in again.updates["referrals"].items():
        pd.testing.assert_series_equal(values, after["referrals"][key], check_names=False)
    assert (after["referrals"]["progress"] == tables["referrals"]["progress"]).all()
    assert first.figures["rewards_owed"] == len(first.items)
