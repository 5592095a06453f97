"""Everything that a day of work puts out is looked through: a whole phone number stands where somebody has to dial it, and nowhere else."""

import re
import shutil
from pathlib import Path

import pytest

from macros.cli import main
from macros.privacy.masks import masked
from tests.commands import TODAY, column, type_in
from tests.everywhere import texts_in

PHONE, LISTED, LANDLINE = "18699990001", "18699990002", "0571-88886666"
HERS, THEIRS, BROKEN = "18699990003", "18699990004", "1869999000５ 老婆"
EXAMPLES = "13800000001|13800000002"
"""What the notes at headers give as an example; nobody's."""
NUMBER = re.compile(rf"(?<![\dA-Za-z])(?!{EXAMPLES})1[3-9]\d{{9}}(?![\dA-Za-z])|(?<!\d)0\d{{2,3}}-\d{{7,8}}(?!\d)")
MUST_HAVE_ONE = {
    "客户!手机1", "客户!手机2", "业主!电话", "转介绍!被推荐电话", "签到!电话",  # where a number is kept
    "客户!备注", "客户!来源明细", "任务!内容", "跟进!摘要", "跟进!承诺事项", "跟进!待答问题", "房源!备注",  # what people typed is theirs
    "消息!链接",  # sms:, which the phone dials
    "禁拨名单!号码", "禁拨名单!备注",
    "冲突!原值", "冲突!留下的值", "冲突!没有采用的值",  # what somebody decides on, and what is put in
}  # fmt: skip
FOR_UNDO = re.compile(r"门店\.genjin/(runs/\d+\.json\.gz|backups/\d+\.xlsx|bases/[0-9a-f]+\.xlsx)")
"""What puts a cell or a workbook back, or says what somebody changed in theirs, must have what stood there."""
WHOLE = re.compile(r"门店-合同/.*|资料\.html")
"""A contract names the parties; what the client asked for is the client's own."""
COMMANDS = (
    "all --preview --json", "all", "validate --json", "messages --json", "report --of 全部", "portrait --rows 客户!2-4", "awards", "viewings",
    "commission", "lists", "calendar", "eml", "robot --preview", "pool", "proposal --rows 客户!3", "contract --rows 成交!2",
    "export --to 出.csv --purpose 核对 --recipient 城西店", "export --to 出.xlsx --purpose 核对 --recipient 城西店 --sheet 跟进",
    "holdings --client {client} --to 资料.html --json", "forget --client {client} --anonymise --preview --json", "import 名单.csv --sheet 客户",
    "import 名单.csv --sheet 客户 --preview --json", "split --who {who} --json", "merge 回来.xlsx --preview --json", "merge 回来.xlsx",
    "history --verify", "history --json", "undo --preview --json", "inspect --json",
)  # fmt: skip


def planted(book: Path) -> tuple[str, str]:
    """Type a client's number wherever a person might, and return the client's id and agent."""
    client, who = column(book, "客户", "客户ID")[3], column(book, "客户", "归属人")[3]
    log, task = max(column(book, "跟进", "跟进ID")) + 1, max(column(book, "任务", "任务ID")) + 1
    told = {
        "摘要": f"打 {PHONE}",
        "承诺事项": f"给 {PHONE} 发图",
        "承诺期限": "2026-11-19",
        "待答问题": f"{PHONE} 是谁",
    }
    type_in(book, {
        "客户": {
            3: {"手机1": PHONE, "备注": f"儿子电话 {PHONE}", "来源明细": f"老王 {PHONE}", "联系同意": "同意"},
            4: {"手机1": PHONE},
            5: {"手机2": BROKEN},
            **{row: {"首选渠道": "邮件", "邮箱": "b@example.com", "联系同意": "同意"} for row in range(6, 40)},
        },
        "跟进": {log: {"跟进ID": "F900001", "对象": "客户", "对象ID": client, "时间": "2026-11-18 10:00", "结果": "接通", "人员": who, **told}},
        "任务": {task: {"任务ID": "T900001", "对象ID": client, "内容": f"回电 {PHONE}", "状态": "待办", "负责人": who, "到期": TODAY}},
        "房源": {2: {"备注": f"钥匙找 {PHONE}"}},
        "禁拨名单": {2: {"号码": LISTED, "登记日": TODAY, "来源": "投诉", "备注": f"家里是 {LANDLINE}"}},
    })  # fmt: skip
    book.with_name("名单.csv").write_text(
        f"姓名,手机,备注\n林初来,{LISTED},打 {LANDLINE}\n甲,{PHONE},无\n乙,{BROKEN},无\n", "utf-8"
    )
    return str(client), str(who)


def comes_back(client: str) -> None:
    """Let an agent and the office change the same number in different ways."""
    (handed,) = Path("门店-分发").iterdir()
    shutil.copy(handed, "回来.xlsx")
    for book, number in (("回来.xlsx", HERS), ("门店.xlsx", THEIRS)):
        row = next(row for row, one in column(Path(book), "客户", "客户ID").items() if one == client)
        type_in(Path(book), {"客户": {row: {"手机1": number}}})


@pytest.mark.requirement("F19", "R5")
def test_no_whole_number_stands_where_none_is_needed(
    fresh: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    shutil.copy(fresh, "门店.xlsx")
    client, who = planted(Path("门店.xlsx"))
    for number, command in enumerate(COMMANDS):
        name, *more = command.format(client=client, who=who).split()
        if "回来.xlsx" in more and not Path("回来.xlsx").exists():
            comes_back(client)
        capsys.readouterr()
        book = ["--into", "门店.xlsx"] if name == "import" else ["门店.xlsx"]
        assert main([name, *book, *more, "--today", TODAY]) in (0, 1), (command, capsys.readouterr().err)
        out, err = capsys.readouterr()
        Path(f"said-{number}.txt").write_text(out + err, "utf-8")
    Path("名单.csv").unlink()
    texts = [*texts_in(tmp_path, but=FOR_UNDO)]
    found = {(text.file, text.place): m[0] for text in texts if (m := NUMBER.search(text.text))}
    wrong = {at: number for at, number in found.items() if not WHOLE.fullmatch(at[0]) and at[1] not in MUST_HAVE_ONE}
    assert wrong == {}
    kinds = {Path(text.file).suffix for text in texts}
    assert kinds >= {".xlsx", ".csv", ".html", ".docx", ".pdf", ".png", ".ics", ".eml", ".txt", ".jsonl"}
    assert {file for file, _ in found} >= {"资料.html"}
    assert any(file.startswith("门店-合同/") for file, _ in found)
    assert {place for file, place in found if file == "门店.xlsx"} >= {"客户!手机1", "任务!内容", "冲突!没有采用的值"}
    assert any(masked(PHONE) in text.text for text in texts if text.file == "出.csv")
    assert masked(THEIRS) in Path(f"said-{COMMANDS.index('merge 回来.xlsx')}.txt").read_text("utf-8")
    hidden = {text.place for text in texts if "186****000" in text.text}
    assert hidden >= {"重复客户!依据", "导入对照!样例", "问题!说明", "今日待办!下一步", "日志!新值"}
    told = [
        text.text for text in texts if text.file == "门店.xlsx" and text.place == "日志!新值" and "导出到" in text.text
    ]
    assert len(told) == 2
    assert all("核对" in line and "城西店" in line and "号码已打码" in line for line in told)
