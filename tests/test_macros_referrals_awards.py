"""推荐达人: the ranking of a span, the rewards still to be paid, the certificate and the notice."""

import contextlib
import datetime as dt
import io
import json
import re
from pathlib import Path

import pandas as pd
import pytest

from macros.cli import main
from macros.referrals import referrals
from macros.referrals.awards import awards
from macros.referrals.certificate import CERTIFICATE, FOLDER, certificate, filled, notice
from macros.referrals.making import award
from macros.referrals.ranking import Place, ranking, unpaid
from macros.service_settings import Referral
from macros.session import Options, start
from macros.settings import Agency, Settings
from tests.commands import type_in
from tests.desks import desk_of
from tests.shuffling import shuffled
from tests.tables import tables_from
from workbook.sheets import BY_KEY
from workbook.tables import Tables

YEAR = dt.date(2026, 1, 1), dt.date(2026, 12, 31)
TODAY = dt.date(2026, 12, 31)
# C1: two valid, one deal (2026-06-01). C2: one valid, one deal. C3: one valid of this year, its deal of last year.
# C4: one that is 重复, and one that is valid and went nowhere. C5: a valid one of last year whose deal is of this one.
ROWS = """客户
| 客户ID | 姓名 | 称谓 | 归属人 |
| C1 | 张伟 | 张先生 | 李雷 |
| C2 | 王芳 | | 韩梅 |
| C3 | 陈晨 | 陈先生 | 李雷 |
| C4 | 赵一 | 赵先生 | 李雷 |
| C5 | 钱二 | 钱先生 | 韩梅 |
成交
| 成交ID | 类型 | 成交价 | 签约日 | 状态 |
| D1 | 买卖 | 500 | 2026-06-01 | 网签 |
| D2 | 买卖 | 300 | 2026-07-01 | 完结 |
| D3 | 买卖 | 300 | 2025-07-01 | 完结 |
| D5 | 买卖 | 200 | 2026-01-01 | 完结 |
| D6 | 买卖 | 200 | 2026-08-01 | 解约 |
转介绍
| 转介绍ID | 被推荐电话 | 推荐人ID | 登记时间 | 有效性 | 进度 | 成交ID | 奖励类型 | 应发 | 发放日 | 负责人 |
| R1 | 13900000001 | C1 | 2026-03-01 | 有效 | 成交 | D1 | 现金1% | 50000 | 2026-06-10 | 李雷 |
| R2 | 13900000002 | C1 | 2026-12-31 | 有效 | 登记 | | | | | 李雷 |
| R3 | 13900000003 | C2 | 2026-01-01 | 有效 | 成交 | D2 | 礼品 | 500 | | 韩梅 |
| R4 | 13900000004 | C3 | 2026-02-01 | 有效 | 成交 | D3 | 礼品 | 500 | | 李雷 |
| R5 | 13900000004 | C4 | 2026-02-01 | 重复 | 登记 | | | | | 李雷 |
| R6 | 13900000006 | C4 | 2026-02-02 | 有效 | 成交 | D6 | 礼品 | | | 李雷 |
| R7 | 13900000007 | C5 | 2025-12-31 | 有效 | 成交 | D5 | 礼品 | 500 | | 韩梅 |
"""
EXPECTED = [
    Place(1, "C1", "张先生", 2, 1, 50_000.0), Place(2, "C2", "王芳", 1, 1, 500.0), Place(3, "C5", "钱先生", 0, 1, 500.0),
    Place(4, "C3", "陈先生", 1, 0, 0.0), Place(4, "C4", "赵先生", 1, 0, 0.0),
]  # fmt: skip


def tables() -> Tables:
    return tables_from(ROWS)


@pytest.mark.requirement("R86")
def test_who_brought_most_deals_comes_first_then_who_referred_most_and_equal_ones_share_a_rank() -> None:
    assert ranking(tables(), *YEAR) == EXPECTED
    assert ranking(shuffled(tables(), 3), *YEAR) == EXPECTED


@pytest.mark.requirement("R86")
def test_the_ranking_can_be_that_of_some_agents_and_of_another_span() -> None:
    assert [(one.rank, one.client_id) for one in ranking(tables(), *YEAR, {"韩梅"})] == [(1, "C2"), (2, "C5")]
    assert ranking(tables(), *YEAR, set()) == []
    last = ranking(tables(), dt.date(2025, 1, 1), dt.date(2025, 12, 31))
    assert [(one.client_id, one.valid, one.deals) for one in last] == [("C3", 0, 1), ("C5", 1, 0)]


@pytest.mark.requirement("F17")
def test_the_rewards_that_are_still_to_be_paid_who_waits_longest_first() -> None:
    owed = unpaid(tables(), TODAY)
    assert [(one.ref_id, one.called, one.deal_id, one.yuan) for one in owed] == [
        ("R7", "钱先生", "D5", 500.0),
        ("R3", "王芳", "D2", 500.0),
        ("R4", "陈先生", "D3", 500.0),
    ]
    assert [one.row for one in unpaid(tables(), TODAY, {"李雷"})] == [5]
    assert unpaid(tables(), dt.date(2025, 6, 30)) == []


@pytest.mark.requirement("R86")
@pytest.mark.parametrize(
    ("today", "most", "expected"),
    [
        (TODAY, 3, ["推荐达人-2026-1-张先生-C1.pdf", "推荐达人-2026-2-王芳-C2.pdf", "推荐达人-2026-3-钱先生-C5.pdf", "推荐达人-2026-公示.pdf"]),
        (TODAY, 1, ["推荐达人-2026-1-张先生-C1.pdf", "推荐达人-2026-公示.pdf"]),
        (dt.date(2027, 1, 31), 1, ["推荐达人-2026-1-张先生-C1.pdf", "推荐达人-2026-公示.pdf"]), (dt.date(2027, 2, 1), 3, []),
    ],
)  # fmt: skip
def test_the_first_of_the_year_get_a_certificate_in_january_those_of_the_year_before(
    today: dt.date, most: int, expected: list[str]
) -> None:
    outcome = awards(tables(), today, Settings(referral=Referral(top_named=most)))
    assert list(outcome.files) == expected
    assert outcome.figures["certificates"] == max(len(expected) - 1, 0)


def test_the_fields_are_put_in_as_they_stand() -> None:
    lines = filled(
        "# 证书\n\n## {{ 称呼 }}\n第 {{名次}} 名, {{ 别的 }}\n> 店", {"称呼": "{{ 名次 }} <b>&\n王", "名次": "1"}
    )
    assert lines == [("# ", "证书"), ("## ", "{{ 名次 }} <b>& 王"), ("", "第 1 名, {{ 别的 }}"), ("> ", "店")]


ODD = ["A&B <公司>", "=cmd|' /C calc'!A0", "{{ 名次 }}", "王" * 200, "王\x00\u202e二"]


@pytest.mark.requirement("R86")
@pytest.mark.parametrize("name", ["张先生", *ODD])
def test_a_certificate_is_one_page_whatever_the_name(name: str) -> None:
    made = certificate(Place(1, "C1", name, 3, 2, 0.0), 2026, name, TODAY)
    assert made.startswith(b"%PDF-")
    assert len(re.findall(rb"/Type /Page\b", made)) == 1
    assert made == certificate(Place(1, "C1", name, 3, 2, 0.0), 2026, name, TODAY)


@pytest.mark.requirement("R86")
def test_the_notice_is_one_page_however_many_there_are() -> None:
    many = [Place(n, f"C{n}", "欧阳先生" * 9, n, n, 1.0) for n in range(1, 60)]
    made = notice(many, 2026, "示例地产", TODAY)
    assert len(re.findall(rb"/Type /Page\b", made)) == 1


def test_an_agency_may_change_the_text(tmp_path: Path) -> None:
    (tmp_path / CERTIFICATE).write_text("# 感谢状\n{{ 称呼 }}", "utf-8")
    place = Place(1, "C1", "张先生", 3, 2, 0.0)
    assert certificate(place, 2026, "店", TODAY, tmp_path) != certificate(place, 2026, "店", TODAY)


def test_it_rests_on_what_the_rule_filled_in() -> None:
    after = tables().with_outcome(referrals(tables(), TODAY, Settings()))
    found = awards(after, TODAY, Settings(agency=Agency(name="安居"))).items
    assert [one["client_id"] for one in found] == ["C1", "C2", "C5"]


# the command and the button


def typed(path: Path, *more: str) -> tuple[dict[str, object], list[str]]:
    """Return what the command answers on 2026-12-31, and the files of the folder then."""
    out = io.StringIO()
    with contextlib.redirect_stdout(out):
        assert main(["awards", str(path), "--today", "2026-12-31", "--json", *more]) == 0
    return json.loads(out.getvalue()), sorted(file.name for file in path.parent.glob("店-报表/*"))


@pytest.fixture
def book(tmp_path: Path) -> Path:
    """A workbook whose 有效性 is out of date: R2 is not judged yet, and R5 is said to count."""
    path = tmp_path / "店.xlsx"
    assert main(["new", str(path), "--today", "2026-12-31", "--quiet"]) == 0
    rows = {key: frame for key, frame in tables().items() if key in ("clients", "deals", "referrals")}
    stale = rows["referrals"].assign(validity="").drop(columns=["who", "reward_due"])
    type_in(path, {BY_KEY[key].label: typed_rows(key, frame) for key, frame in (rows | {"referrals": stale}).items()})
    return path


def typed_rows(key: str, frame: pd.DataFrame) -> dict[int, dict[str, object]]:
    """Return Excel row -> header -> what stands there, of the cells that are not empty."""
    labels = {column.key: column.label for column in BY_KEY[key].columns}
    return {
        row: {labels[name]: cell for name, cell in zip(frame.columns, cells, strict=True) if name in labels and not empty(cell)}
        for row, cells in enumerate(frame.itertuples(index=False), start=2)
    }  # fmt: skip


def empty(cell: object) -> bool:
    return isinstance(cell, tuple) or cell is None or bool(pd.isna(cell)) or cell == ""


@pytest.mark.requirement("R86")
def test_the_command_writes_the_certificates_and_the_notice_of_a_year_and_no_cell(book: Path) -> None:
    before = book.read_bytes()
    answer, files = typed(book)
    assert files == [
        "推荐达人-2026-1-张先生-C1.pdf",
        "推荐达人-2026-2-王芳-C2.pdf",
        "推荐达人-2026-3-钱先生-C5.pdf",
        "推荐达人-2026-公示.pdf",
    ]
    items = answer["items"]
    assert isinstance(items, list)
    assert [(one["client_id"], one["valid"], one["deals"]) for one in items] == [
        ("C1", 2, 1),
        ("C2", 1, 1),
        ("C5", 0, 1),
    ]
    _, files = typed(book, "--year", "2025")
    assert [name for name in files if "2025" in name] == ["推荐达人-2025-1-陈先生-C3.pdf", "推荐达人-2025-公示.pdf"]
    assert book.read_bytes() == before


def test_a_preview_names_them_and_writes_nothing(book: Path) -> None:
    answer, files = typed(book, "--preview")
    assert files == []
    assert answer["files"] == []
    assert len(answer["items"]) == 3  # type: ignore[arg-type]


@pytest.mark.requirement("R86")
def test_the_button_says_who_is_awarded_and_where_the_files_are(book: Path) -> None:
    desk = desk_of(book)
    said = award(start(desk, Options(TODAY, dt.datetime(2026, 12, 31, 9))), desk, "")
    first, *places, files = said.text.splitlines()
    assert first == "推荐达人: 2026 年推荐达人 3 位, 每位一张证书, 另有一张公示。"
    assert places == [
        "第 1 名 张先生 (C1): 成交 1 单, 有效推荐 2 位。",
        "第 2 名 王芳 (C2): 成交 1 单, 有效推荐 1 位。",
        "第 3 名 钱先生 (C5): 成交 1 单, 有效推荐 0 位。",
    ]
    assert files.startswith("文件在 店-报表: 推荐达人-2026-1-张先生-C1.pdf、")


@pytest.mark.requirement("R86")
def test_a_certificate_does_not_say_that_one_of_none_bought() -> None:
    """A deal of this year may rest on a referral of the year before."""
    text = (FOLDER / CERTIFICATE).read_text("utf-8-sig")
    told = "".join(words for _, words in filled(text, {"年份": "2026", "有效推荐": "0", "成交": "1"}))
    assert "0 位" not in told
    assert "其中 1 位" in told
