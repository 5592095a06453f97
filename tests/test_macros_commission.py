"""分佣: dated shares, who is proposed, amounts to the fen, statements."""

import datetime as dt
import itertools
import random

import pytest

from macros.checks.split_rules_sum import split_rules_sum
from macros.checks.splits_called_off import splits_called_off
from macros.commission import (
    ROLES,
    default_split_rules,
    people_of,
    read_split_rules,
    split_amounts,
    split_proposals,
    yuan,
)
from macros.commission_pages import by_person, commission, payable, statements
from macros.settings import Settings
from tests.shuffling import sample_tables, shuffled
from tests.tables import tables_from
from workbook.tables import Tables

TODAY = dt.date(2026, 3, 31)
RULES = """分佣规则
| 生效日 | 交易 | 角色 | 比例 | 启用 |
| 2026-01-01 | 买卖 | 录入 | 20 | 是 |
| 2026-01-01 | 买卖 | 成交 | 80 | 是 |
| 2026-03-01 | 买卖 | 录入 | 33.33 | 是 |
| 2026-03-01 | 买卖 | 首看 | 33.33 | 是 |
| 2026-03-01 | 买卖 | 成交 | 33.34 | 是 |
| 2026-03-01 | 买卖 | 协作 | 50 | 否 |
"""
WORLD = """客户
| 客户ID | 归属人 |
| C1 | 李雷 |
房源
| 房源ID | 录入人 | 维护人 | 钥匙人 |
| H1 | 韩梅 | 王刚 | |
带看
| 带看ID | 客户ID | 房源ID | 预约时间 | 带看人 | 陪看人 | 状态 |
| V1 | C1 | H1 | 2026-02-01 10:00 | 赵敏 | | 爽约 |
| V2 | C1 | H1 | 2026-02-02 10:00 | 孙丽 | | 已看 |
| V3 | C1 | H1 | 2026-02-03 10:00 | 李雷 | 周明 | 已看 |
| V4 | C1 | H1 | 2026-03-20 10:00 | 吴用 | 郑和 | 已看 |
| V5 | C1 | H9 | 2026-01-01 10:00 | 郑和 | | 已看 |
"""
SPLITS = "分佣\n| 成交ID | 角色 | 人员 | 比例 |\n"


def deal(signed: str = "2026-03-05", status: str = "签约", kind: str = "买卖", fee: str = "3", kept: str = "") -> str:
    return (
        "成交\n| 成交ID | 类型 | 客户ID | 房源ID | 状态 | 签约日 | 佣金应收 | 佣金实收 |\n"
        f"| D1 | {kind} | C1 | H1 | {status} | {signed} | {fee} | {kept} |\n"
    )


def proposed(*parts: str, splits: str = SPLITS) -> list[tuple[str, str, float]]:
    found = split_proposals(tables_from("".join(parts) + splits), TODAY, Settings()).additions.get("splits")
    return [] if found is None else list(zip(found["role"], found["staff"], found["pct"], strict=True))


@pytest.mark.requirement("F15")
@pytest.mark.parametrize(
    ("signed", "roles"),
    [
        ("2026-01-01", ["录入", "成交"]),
        ("2026-02-28", ["录入", "成交"]),
        ("2026-03-01", ["录入", "首看", "成交"]),
        ("2025-12-31", []),
    ],
)
def test_the_shares_of_the_day_of_the_signature_hold(signed: str, roles: list[str]) -> None:
    assert [role for role, _, _ in proposed(RULES, WORLD, deal(signed))] == roles


def test_who_did_it_is_told_by_listing_client_and_first_viewing() -> None:
    assert proposed(RULES, WORLD, deal()) == [("录入", "韩梅", 33.33), ("首看", "孙丽", 33.33), ("成交", "李雷", 33.34)]
    tables = tables_from(RULES + WORLD + deal())
    found = people_of(tables, next(tables["deals"].itertuples()))
    assert found["维护"] == "王刚"
    assert found["钥匙"] == "", "nobody is made up"
    assert found["协作"] == "周明", "what came after the signature does not count"


@pytest.mark.parametrize(
    ("change", "rows"),
    [
        ({}, 3),
        ({"status": "定金"}, 0),
        ({"status": "完结"}, 0),
        ({"status": "解约"}, 0),
        ({"signed": ""}, 0),
        ({"signed": "2026-04-01"}, 0),
        ({"signed": "2026-03-31"}, 3),
        ({"fee": ""}, 0),
        ({"kind": "租赁"}, 0),  # the rules have no shares for leases
    ],
)
def test_only_signed_deals_with_a_commission_are_shared(change: dict[str, str], rows: int) -> None:
    assert len(proposed(RULES, WORLD, deal(**change))) == rows


def test_a_deal_with_any_row_is_left_to_people_and_gets_no_second_set() -> None:
    assert proposed(RULES, WORLD, deal(), splits=SPLITS + "| D1 | 成交 | 李雷 | 60 |\n") == []
    tables = tables_from(RULES + WORLD + deal() + SPLITS)
    after = tables.with_outcome(split_proposals(tables, TODAY, Settings()))
    assert len(after["splits"]) == 3
    assert not split_proposals(after, TODAY, Settings()).additions


def test_a_workbook_without_the_sheet_gets_none() -> None:
    assert not split_proposals(tables_from(RULES + WORLD + deal()), TODAY, Settings()).additions


@pytest.mark.requirement("F15")
def test_the_last_share_takes_what_rounding_leaves() -> None:
    """10000.01 yuan by thirds: 3333.003, 3333.003, 3334.003 -> 3333.00, 3333.00, and 3334.01 for the last."""
    tables = tables_from(RULES + WORLD + deal(fee="1.000001") + SPLITS)
    found = split_proposals(tables, TODAY, Settings()).additions["splits"]
    assert [round(amount * 1_000_000) for amount in found["amount"]] == [333_300, 333_300, 333_401]
    assert found["basis"].tolist() == [
        "佣金应收 1.000001 万元(成交!U2) × 33.33% = 3,333.00 元",
        "佣金应收 1.000001 万元(成交!U2) × 33.33% = 3,333.00 元",
        "佣金应收 1.000001 万元(成交!U2) × 33.34% = 3,334.01 元, 其中零头 +0.01 元归此",
    ]


@pytest.mark.parametrize(
    ("kind", "fee", "shares", "amounts"),
    [
        ("租赁", "100.01", ("50", "50"), [50.01, 50.0]),  # half a fen upwards, the last takes one less
        ("租赁", "0.01", ("50", "50"), [0.01, 0.0]),
        ("租赁", "100", ("30", "30"), [30.0, 30.0]),  # 60 %: nothing is left over to anybody
        ("买卖", "1.17", ("30", "70"), [0.351, 0.819]),
        ("买卖", "0", ("30", "70"), [0.0, 0.0]),
    ],
)
def test_amounts_are_to_the_fen_in_the_unit_of_the_deal(
    kind: str, fee: str, shares: tuple[str, str], amounts: list[float]
) -> None:
    rows = "".join(f"| D1 | {role} | 李雷 | {pct} |\n" for role, pct in zip(("录入", "成交"), shares, strict=True))
    assert split_amounts(tables_from(deal(kind=kind, fee=fee) + SPLITS + rows))["amount"].tolist() == amounts


def test_amounts_add_up_whatever_the_commission() -> None:
    rows = "".join(
        f"| D1 | {role} | 李雷 | {pct} |\n"
        for role, pct in (("录入", 12.5), ("维护", 33.3), ("首看", 21.1), ("成交", 33.1))
    )
    for fen in range(1, 4000, 37):
        found = split_amounts(tables_from(deal(kind="租赁", fee=f"{fen / 100:.2f}") + SPLITS + rows))
        assert round(found["amount"].sum() * 100) == fen


def test_the_order_of_rows_means_nothing() -> None:
    rows = ["| D1 | 录入 | 李雷 | 33.33 |\n", "| D1 | 首看 | 韩梅 | 33.33 |\n", "| D1 | 成交 | 王刚 | 33.34 |\n"]
    plain = split_amounts(tables_from(deal(fee="1.000001") + SPLITS + "".join(rows)))["amount"].tolist()
    mixed = split_amounts(tables_from(deal(fee="1.000001") + SPLITS + "".join(reversed(rows))))["amount"].tolist()
    assert plain == list(reversed(mixed))


@pytest.mark.requirement("F15")
@pytest.mark.parametrize(
    ("rows", "words"),
    [
        ("| 2026-01-01 | 买卖 | 录入 | 20 | 是 |\n| 2026-01-01 | 买卖 | 成交 | 80 | 是 |\n", ""),
        (
            "| 2026-01-01 | 买卖 | 录入 | 19.99 | 是 |\n| 2026-01-01 | 买卖 | 成交 | 80 | 是 |\n",
            "合计 99.99%, 不是 100%",
        ),
        ("| 2026-01-01 | 买卖 | 录入 | 20 | 否 |\n| 2026-01-01 | 买卖 | 成交 | 80 | 是 |\n", "合计 80%, 不是 100%"),
        ("| 2026-01-01 | 买卖 | 成交 | 20 | 是 |\n| 2026-01-01 | 买卖 | 成交 | 80 | 是 |\n", "角色「成交」有两行"),
        ("| 2026-01-01 | 买卖 | 录入 | 20 | 是 |\n| 2026-01-02 | 买卖 | 成交 | 100 | 是 |\n", "合计 20%, 不是 100%"),
    ],
)
def test_every_set_makes_one_hundred_per_cent(rows: str, words: str) -> None:
    tables = tables_from("分佣规则\n| 生效日 | 交易 | 角色 | 比例 | 启用 |\n" + rows)
    found = split_rules_sum(tables, TODAY, Settings())
    told = [f"2026-01-01 起买卖的比例{words}, 这一组没有用。请改到每个角色一行、合计 100%。"] if words else []
    assert [f.message for f in found] == told
    first = 3 if "20 | 否" in rows else 2  # a row that is switched off is none of the set
    assert [(f.row, f.column) for f in found] == ([(first, "pct")] if words else [])


def test_a_set_that_cannot_be_used_leaves_the_one_before_in_force() -> None:
    wrong = RULES.replace("33.34", "30")
    assert [role for role, _, _ in proposed(wrong, WORLD, deal("2026-03-05"))] == ["录入", "成交"]


def test_the_shipped_shares_can_be_used() -> None:
    sets, findings = read_split_rules(default_split_rules())
    assert not findings
    assert {kind for kind, _ in sets} == {"买卖", "租赁"}
    assert read_split_rules(tables_from("")["split_rules"]) == (sets, findings)


def counted(tables: Tables) -> Tables:
    """Return the tables with 金额 and 依据 filled in."""
    return tables.updated({"splits": split_amounts(tables)})


SHARED = SPLITS + "| D1 | 录入 | 韩梅 | 30 |\n| D1 | 成交 | 李雷 | 50 |\n| D1 | 首看 | 韩梅 | 20 |\n"


@pytest.mark.requirement("F15")
def test_the_statement_tells_per_deal_and_per_person_how_it_was_worked_out() -> None:
    """3 万元: 30 % are 9,000 yuan, 50 % are 15,000, 20 % are 6,000; 韩梅 has 15,000 of them."""
    found = statements(counted(tables_from(deal() + SHARED)), TODAY.replace(day=1), TODAY)
    assert [(line.role, line.person, yuan(line.fen)) for line in found[0].lines] == [
        ("录入", "韩梅", "9,000.00"),
        ("首看", "韩梅", "6,000.00"),
        ("成交", "李雷", "15,000.00"),
    ]
    assert found[0].lines[0].formula == "佣金应收 3 万元(成交!U2) × 30% = 9,000.00 元"
    assert (found[0].fee, found[0].missing) == ("佣金应收 3 万元(成交!U2)", "")
    assert {name: sum(line.fen for line in lines) for name, lines in by_person(found).items()} == {
        "李雷": 1_500_000,
        "韩梅": 1_500_000,
    }


@pytest.mark.parametrize(
    ("signed", "listed", "page"),
    [
        ("2026-01-31", 0, ""),
        ("2026-02-01", 0, "2026-02"),
        ("2026-02-28", 0, "2026-02"),
        ("2026-03-01", 1, "2026-03"),
        ("2026-03-31", 1, "2026-03"),
        ("2026-04-01", 0, ""),
    ],
)
def test_the_statements_are_those_of_the_month_before_and_of_this_one_so_far(
    signed: str, listed: int, page: str
) -> None:
    """On the last of March; a month that is over is only known whole after it."""
    found = commission(tables_from(deal(signed)), TODAY, Settings())
    assert found.figures["deals"] == listed
    assert list(found.files) == ([f"分佣单-{page}.html"] if page else [])


def test_the_statement_says_what_is_wrong_with_the_shares() -> None:
    half = SPLITS + "| D1 | 成交 | 李雷 | 50 |\n"
    more = SPLITS + "| D1 | 录入 | 韩梅 | 50.01 |\n| D1 | 成交 | 李雷 | 50 |\n"
    for splits, words in (
        ("", "还没有分佣"),
        (half, "比例合计 50%, 不是 100%"),
        (more, "比例合计 100.01%, 不是 100%"),
    ):
        tables = counted(tables_from(deal() + splits))
        found = statements(tables, TODAY.replace(day=1), TODAY)
        assert found[0].missing == words
        assert [payable(lines) for lines in by_person(found).values()] == [0] * len(by_person(found)), (
            "nobody is paid by shares that do not add up"
        )
        page = commission(tables, TODAY, Settings()).files["分佣单-2026-03.html"]().decode()
        assert f"{words}, 不计入合计" in page
        assert "合计 0.00 元" in page


def test_the_page_holds_names_literally() -> None:
    text = (deal() + SHARED).replace("韩梅", "A&B <店>")
    text += "房源\n| 房源ID | 小区 | 栋 | 单元 | 室号 |\n| H1 | 阳光花园 | 3 | 2 | 501 |\n"
    page = commission(counted(tables_from(text)), TODAY, Settings()).files["分佣单-2026-03.html"]().decode()
    assert "D1 阳光花园3-2-501" in page
    assert "A&amp;B &lt;店&gt;" in page
    assert "合计 30,000.00 元" in page


@pytest.mark.requirement("F15")
@pytest.mark.parametrize(
    ("kept", "amounts", "wrong"),
    [
        ("", [9000.0, 6000.0, 15000.0], "已解约, 佣金实收空着(成交!V2)"),
        ("0", [0.0, 0.0, 0.0], ""),
        ("1", [3000.0, 2000.0, 5000.0], ""),  # 30, 20 and 50 % of what was kept
    ],
)
def test_a_deal_that_was_called_off_is_shared_by_what_was_kept(kept: str, amounts: list[float], wrong: str) -> None:
    tables = counted(tables_from(deal(status="解约", kept=kept) + SHARED))
    (found,) = statements(tables, TODAY.replace(day=1), TODAY)
    assert [line.fen / 100 for line in found.lines] == amounts
    assert found.missing == wrong
    told = splits_called_off(tables, TODAY, Settings())
    words = "已解约, 「分佣」还有 3 行按佣金应收算。请填留下的佣金, 全退就填 0。"
    assert [(f.row, f.column, f.message) for f in told] == ([(2, "fee_got", words)] if wrong else [])


def test_what_came_in_decides_nothing_while_the_deal_stands() -> None:
    tables = counted(tables_from(deal(status="完结", kept="1") + SHARED))
    assert tables["splits"]["amount"].sum() == 3
    assert splits_called_off(tables, TODAY, Settings()) == []


def test_a_deal_called_off_before_anything_was_shared_is_on_no_statement() -> None:
    tables = counted(tables_from(deal(status="解约") + SPLITS))
    assert statements(tables, TODAY.replace(day=1), TODAY) == []
    assert splits_called_off(tables, TODAY, Settings()) == []


@pytest.mark.requirement("F15")
def test_any_shares_of_any_commission_add_up_to_it_and_none_is_off_by_more_than_its_rounding() -> None:
    """Two hundred deals with shares drawn in hundredths of a percent, counted again in whole numbers."""
    rng = random.Random(6)
    heads = "成交\n| 成交ID | 类型 | 状态 | 签约日 | 佣金应收 |\n"
    deals, splits, wanted = [], [], {}
    for n in range(200):
        lease = rng.random() < 0.5
        fen = rng.randrange(1, 2_000_000)
        fee = f"{fen / 100:.2f}" if lease else f"{fen / 1_000_000:.6f}"
        deals.append(f"| D{n} | {'租赁' if lease else '买卖'} | 签约 | 2026-03-05 | {fee} |\n")
        roles = rng.sample(ROLES, rng.randrange(1, 8))
        cuts = [0, *sorted(rng.sample(range(1, 10_000), len(roles) - 1)), 10_000]
        parts = [high - low for low, high in itertools.pairwise(cuts)]
        splits += [f"| D{n} | {role} | 李雷 | {p / 100:.2f} |\n" for role, p in zip(roles, parts, strict=True)]
        wanted[f"D{n}"] = fen, 100 if lease else 1_000_000, dict(zip(roles, parts, strict=True))
    tables = tables_from(heads + "".join(deals) + SPLITS + "".join(splits))
    rows = tables["splits"].assign(amount=split_amounts(tables)["amount"])
    for deal_id, part in rows.groupby("deal_id"):
        fen, unit, shares = wanted[deal_id]
        got = {role: round(amount * unit) for role, amount in zip(part["role"], part["amount"], strict=True)}
        assert sum(got.values()) == fen
        last = max(shares, key=ROLES.index)
        for role, hundredths in shares.items():
            bound = 5_000 if role != last else 5_000 * len(shares)  # half a fen for each share that was rounded
            assert abs(got[role] * 10_000 - fen * hundredths) <= bound, (deal_id, role)


@pytest.mark.requirement("F15")
def test_a_new_set_of_shares_leaves_the_deals_of_before_as_they_are() -> None:
    """Signed in February, shared in March by the shares of February; a set that begins in April changes nothing of either."""
    parts = WORLD + deal("2026-02-20") + SPLITS
    tables = tables_from(RULES + parts)
    before = tables.with_outcome(split_proposals(tables, TODAY, Settings()))
    assert before["splits"]["pct"].tolist() == [20, 80]
    later = tables_from(RULES + "| 2026-04-01 | 买卖 | 成交 | 100 | 是 |\n" + parts)
    after = later.with_outcome(split_proposals(later, dt.date(2026, 4, 2), Settings()))
    assert after["splits"]["pct"].tolist() == [20, 80]


def test_shuffled_samples_have_the_same_statement() -> None:
    day = dt.date(2026, 11, 20)
    pages = [
        commission(counted(each), day, Settings()).items
        for each in (sample_tables("small", day), shuffled(sample_tables("small", day)))
    ]
    bare = [[{key: item[key] for key in ("deal", "role", "person", "fen")} for item in items] for items in pages]
    assert len(bare[0]) > 0
    assert bare[0] == bare[1]
