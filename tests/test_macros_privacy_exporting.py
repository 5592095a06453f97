"""What is handed out: hidden by default, whole only on demand, noted in 日志 either way; everything held on a client, for the client."""

import csv
import shutil
from pathlib import Path

import pytest
from python_calamine import CalamineWorkbook

from macros.privacy.exporting import as_csv, exported
from tests.commands import cells, column, genjin, type_in
from tests.tables import tables_from
from workbook.sheets.clients import CLIENTS
from workbook.sheets.followups import FOLLOWUPS

TEXT = """客户
| 客户ID | 姓名 | 手机1 | 微信 | 邮箱 | 备注 |
| C1 | =1+1 | 13800001111 | wangfang | wf@example.com | 卡 4111111111111111, 打 13900002222 |
跟进
| 跟进ID | 对象 | 对象ID | 摘要 |
| F1 | 客户 | C1 | 证 11010519491231002X |
"""


@pytest.mark.requirement("F19")
def test_numbers_are_hidden_unless_they_are_asked_for() -> None:
    tables = tables_from(TEXT)
    shown = exported(tables, CLIENTS).iloc[0]
    assert shown["手机1"] == "138****1111"
    assert (shown["微信"], shown["邮箱"]) == ("wan****ng", "w***@example.com")
    assert shown["备注"] == "卡 4111********1111, 打 139****2222"
    assert exported(tables, FOLLOWUPS)["摘要"].tolist() == ["证 1101************2X"]
    assert exported(tables, CLIENTS, full=True).iloc[0]["手机1"] == "13800001111"


def test_no_text_becomes_a_formula() -> None:
    rows = list(csv.reader(as_csv(exported(tables_from(TEXT), CLIENTS)).decode("utf-8-sig").splitlines()))
    assert rows[1][1] == "'=1+1"


@pytest.fixture
def shop(fresh: Path, tmp_path: Path) -> Path:
    book = tmp_path / "门店.xlsx"
    shutil.copy(fresh, book)
    return book


@pytest.mark.requirement("F19", "F20")
@pytest.mark.parametrize(("flags", "told"), [((), "号码已打码"), (("--unmask",), "号码完整")])
def test_an_export_is_noted_with_purpose_and_recipient(
    shop: Path, flags: tuple[str, ...], told: str, capsys: pytest.CaptureFixture[str]
) -> None:
    target = shop.with_name("给城西店.xlsx")
    before = cells(shop, without=("日志", "首页"))
    done = genjin(capsys, "export", shop, "--to", target, "--purpose", "联合带看", "--recipient", "城西店", *flags)
    rows = CalamineWorkbook.from_path(target).get_sheet_by_name("客户").to_python()
    phones = [row[rows[0].index("手机1")] for row in rows[1:]]
    assert any("****" in str(phone) for phone in phones) is (not flags)
    line = next(text for text in column(shop, "日志", "新值").values() if "导出到" in str(text))
    assert all(word in str(line) for word in ("联合带看", "城西店", told))
    assert cells(shop, without=("日志", "首页")) == before
    assert (done["rows"], done["masked"]) == (len(phones), not flags)


def test_an_empty_purpose_is_none(shop: Path, capsys: pytest.CaptureFixture[str]) -> None:
    refused = genjin(capsys, "export", shop, "--to", "x.csv", "--purpose", " ", "--recipient", "城西店", code=2)
    assert "--purpose 或 --recipient 是空的" in refused["stderr"]


def test_a_preview_hands_nothing_out(shop: Path, capsys: pytest.CaptureFixture[str]) -> None:
    before = shop.read_bytes()
    genjin(capsys, "export", shop, "--to", shop.with_name("x.csv"), "--purpose", "看", "--recipient", "店", "--preview")
    assert shop.read_bytes() == before
    assert not shop.with_name("x.csv").exists()


@pytest.mark.requirement("F19")
@pytest.mark.parametrize("suffix", [".html", ".xlsx"])
def test_a_client_gets_all_that_is_held_on_them(shop: Path, suffix: str, capsys: pytest.CaptureFixture[str]) -> None:
    client = str(column(shop, "客户", "客户ID")[2])
    type_in(
        shop,
        {"客户": {2: {"备注": "<script>alert(1)</script>", "手机1": "18699990001"}, 3: {"备注": f"由 {client} 介绍"}}},
    )
    target = shop.with_name(f"资料{suffix}")
    done = genjin(capsys, "holdings", shop, "--client", client, "--to", target)
    needs = [row for row, one in column(shop, "需求", "客户ID").items() if one == client]
    assert done["rows"]["客户"] == 1
    assert done["rows"].get("需求", 0) == len(needs)
    assert done["rows"]["别处提到的"] >= 1
    if suffix == ".html":
        page = target.read_text("utf-8")
        assert "18699990001" in page
        assert "<script>" not in page
    else:
        assert "18699990001" in str(CalamineWorkbook.from_path(target).get_sheet_by_name("客户").to_python())
    assert any("客户本人查阅" in str(text) for text in column(shop, "日志", "新值").values())
