"""What 成交流程, 带看单 and 分佣 say to the person who pressed, in a workbook with rows and in an empty one."""

from pathlib import Path

import openpyxl
import pytest

from macros.cli import main
from tests.commands import said
from tests.dealing import DEAL, STAFF, VIEWING, type_in


@pytest.fixture
def empty(tmp_path: Path) -> Path:
    path = tmp_path / "店.xlsx"
    assert main(["new", str(path), "--today", "2026-11-20", "--quiet"]) == 0
    return path


@pytest.mark.parametrize(
    ("action", "words"),
    [
        ("deals", "没有在办的成交。"),
        ("viewings", "到 2026-11-21 为止没有「申请」或「已约」的带看, 没有可印的。"),
        ("commission", "本月还没有签约的成交。"),
    ],
)
def test_an_empty_workbook_is_told_what_there_is_not(
    empty: Path, capsys: pytest.CaptureFixture[str], action: str, words: str
) -> None:
    code, out, _ = said(capsys, action, empty)
    assert code == 0
    assert words in out.splitlines()


@pytest.mark.requirement("R77", "F14")
def test_who_is_late_is_said_at_once(empty: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Deposits of Monday 2 November: the qualification was due on the 3rd, 17 days before the 20th."""
    when = openpyxl.utils.datetime.from_ISO8601("2026-11-02")
    deals = {row: DEAL | {"成交ID": f"D{row}", "客户ID": "", "定金日": when} for row in range(2, 7)}
    type_in(empty, {"人员": dict(enumerate(STAFF, start=2)), "成交": deals})
    assert said(capsys, "deals", empty)[0] == 0
    _, out, _ = said(capsys, "deals", empty)
    (line,) = (line for line in out.splitlines() if line.startswith("在办"))
    assert line.startswith("在办 5 笔, 逾期 5 笔: D2 购房资格审核 (")
    assert line.endswith(" 逾期 17 天; 还有 2 笔, 见「看板」。")


def test_pages_and_clashes_are_counted(empty: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Two homes for two clients of one agent within half an hour, and one tomorrow."""
    at = [openpyxl.utils.datetime.from_ISO8601(f"2026-11-{text}") for text in ("20T14:00", "20T14:30", "21T10:00")]
    rows = {n: VIEWING | {"客户ID": f"C{n}", "房源ID": f"H{n}", "预约时间": when} for n, when in enumerate(at, start=2)}
    type_in(empty, {"带看": rows})
    _, out, _ = said(capsys, "viewings", empty)
    assert "2 页, 3 场带看, 其中 2 场时间有冲突, 见「问题」。" in out.splitlines()


@pytest.mark.requirement("F15")
def test_commissions_that_cannot_be_paid_are_counted(empty: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """10.4 万元 shared by 60 and 40 % of two people; of another deal 60 % are nobody's."""
    day = openpyxl.utils.datetime.from_ISO8601("2026-11-10")
    deals = {n: DEAL | {"成交ID": f"D{n}", "状态": "签约", "签约日": day, "定金日": day} for n in (2, 3)}
    shares = [("D2", "李雷", 60), ("D2", "韩梅", 40), ("D3", "李雷", 40)]
    rows = {
        n: {"成交ID": deal, "角色": "成交", "人员": who, "比例": pct}
        for n, (deal, who, pct) in enumerate(shares, start=2)
    }
    type_in(empty, {"成交": deals, "分佣": rows})
    _, out, _ = said(capsys, "commission", empty)
    assert "本月签约 2 笔, 2 人共 104,000.00 元; 1 笔的分佣还不能付, 原因在分佣单上。" in out.splitlines()
