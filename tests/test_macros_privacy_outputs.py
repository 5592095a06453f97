"""Everything that a day of work puts out is looked through: a whole phone number stands where somebody has to dial it, and nowhere else."""

import re
import shutil
from pathlib import Path

import pytest

from macros.cli import main
from tests.commands import TODAY, column, type_in
from tests.everywhere import texts_in

PHONE = "18699990001"
NUMBER = re.compile(r"(?<![\dA-Za-z])1[3-9]\d{9}(?![\dA-Za-z])|(?<!\d)0\d{2,3}-\d{7,8}(?!\d)")
MUST_HAVE_ONE = {
    "客户!手机1", "客户!手机2", "业主!电话", "转介绍!被推荐电话",  # where a number is kept
    "客户!备注", "客户!来源明细", "任务!内容", "跟进!摘要", "跟进!承诺事项", "跟进!待答问题", "房源!备注",  # what people typed is theirs
    "消息!链接",  # sms:, which the phone dials
}  # fmt: skip
FOR_UNDO = re.compile(r"门店\.genjin/(runs/\d+\.json\.gz|backups/\d+\.xlsx)")
"""What puts a cell or a workbook back must have what stood there."""
COMMANDS = (
    "all --preview", "all --preview --json", "all --json", "report --of 全部", "portrait --rows 客户!2-4", "awards", "viewings", "commission",
    "lists", "calendar", "eml", "robot --preview",
    "pool", "proposal --rows 客户!3", "duplicates --json", "history --json", "undo --preview --json",
    "export --to 出.csv --purpose 核对 --recipient 城西店", "export --to 出.xlsx --purpose 核对 --recipient 城西店 --sheet 跟进",
)  # fmt: skip


def planted(book: Path) -> None:
    """Type a client's number wherever a person might."""
    client, who = column(book, "客户", "客户ID")[3], column(book, "客户", "归属人")[3]
    log, task = max(column(book, "跟进", "跟进ID")) + 1, max(column(book, "任务", "任务ID")) + 1
    told = {
        "摘要": f"打 {PHONE}",
        "承诺事项": f"给 {PHONE} 发图",
        "承诺期限": "2026-11-19",
        "待答问题": f"{PHONE} 是谁",
    }
    type_in(book, {
        "客户": {3: {"手机1": PHONE, "备注": f"儿子电话 {PHONE}", "来源明细": f"老王 {PHONE}", "联系同意": "同意"}},
        "跟进": {log: {"跟进ID": "F900001", "对象": "客户", "对象ID": client, "时间": "2026-11-18 10:00", "结果": "接通", "人员": who, **told}},
        "任务": {task: {"任务ID": "T900001", "对象ID": client, "内容": f"回电 {PHONE}", "状态": "待办", "负责人": who, "到期": TODAY}},
        "房源": {2: {"备注": f"钥匙找 {PHONE}"}},
    })  # fmt: skip


@pytest.mark.requirement("F19", "R5")
def test_no_whole_number_stands_where_none_is_needed(
    fresh: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    shutil.copy(fresh, "门店.xlsx")
    planted(Path("门店.xlsx"))
    for number, command in enumerate(COMMANDS):
        name, *more = command.split()
        capsys.readouterr()
        assert main([name, "门店.xlsx", *more, "--today", TODAY]) in (0, 1), (command, capsys.readouterr().err)
        out, err = capsys.readouterr()
        Path(f"said-{number}.txt").write_text(out + err, "utf-8")
    found = {(text.file, text.place): m[0] for text in texts_in(tmp_path) if (m := NUMBER.search(text.text))}
    wrong = {at: number for at, number in found.items() if not FOR_UNDO.fullmatch(at[0]) and at[1] not in MUST_HAVE_ONE}
    assert wrong == {}
    assert {place for file, place in found if file == "门店.xlsx"} >= {"客户!手机1", "任务!内容"}, (
        "they are found where they are"
    )
    assert any(f"{PHONE[:3]}****{PHONE[-4:]}" in text.text for text in texts_in(tmp_path) if text.file == "出.csv")
    told = [
        text.text
        for text in texts_in(tmp_path)
        if text.file == "门店.xlsx" and text.place == "日志!新值" and "导出到" in text.text
    ]
    assert len(told) == 2
    assert all("核对" in line and "城西店" in line and "号码已打码" in line for line in told)
