"""The lists of 今日待办 on paper and on the phone: who stands on them, who does not, and what the manager is told."""

import datetime as dt
import re
from pathlib import Path

import pytest

from macros.due_lists import agents, list_pages, matters, open_lines
from macros.file_names import safe_name
from macros.settings import Settings
from tests.commands import genjin, said
from tests.tables import tables_from
from workbook.errors import UsageError
from workbook.tables import Tables

TODAY = dt.date(2026, 11, 20)
SETTINGS = Settings()
STORE = """
    人员
    | 工号 | 姓名 | 离职     |
    | S1   | 王静 |            |
    | S2   | 李强 | 2026-11-20 |
    | S3   | 赵敏 | 2026-11-21 |
    客户
    | 客户ID | 姓名 | 手机1       | 归属人 | 联系同意 | 公私 |
    | C0001  | 张伟 | 13800001111 | 王静   | 同意     |      |
    | C0002  | 刘<b>芳 | 13800002222 | 李强 | 仅服务  |      |
    | C0003  | 陈默 | 13800003333 | 王静   | 拒绝     |      |
    | C0004  | 周舟 | 13800004444 |        | 同意     | 公客 |
    | C0005  | 孙悦 | 13800005555 | 赵敏   | 同意     |      |
    任务
    | 任务ID | 来源规则       | 对象ID | 到期       | 状态 | 延期次数 |
    | T1     | 承诺到期@F1    | C0001  | 2026-11-19 | 延期 | 2        |
    | T2     | 定期跟进@F9    | C0005  | 2026-11-19 | 延期 | 1        |
    今日待办
    | 名次 | 负责人 | 客户ID | 姓名 | 等级 | 应跟进日   | 逾期天数 | 下一步 | 原因 | 建议渠道 | 方便时段 | 话术 | 客户行 | 事由 | 处理 | 事由编号 |
    | 1 | 王静 | C0001 | 张伟 | A | 2026-11-19 | 1  | 兑现承诺 | 答应过 | 微信 | 晚上 | 张先生您好 | 客户!B2 | 承诺到期 | | F1 |
    | 2 | 李强 | C0002 | 刘<b>芳 | B | 2026-11-05 | 15 | 问候 | 该联系 | 电话 | | (先不发: 客户只同意服务通知) | 客户!B3 | 定期跟进 | | F8 |
    | 3 | 王静 | C0003 | 陈默 | B | 2026-11-20 | 0  | 问候 | 该联系 | 电话 | | 陈先生您好 | 客户!B4 | 定期跟进 | | F7 |
    | 4 |      | C0004 | 周舟 | C | 2026-11-20 | 0  | 问候 | 该联系 | 电话 | | | 客户!B5 | 掉公预警 | | F6 |
    | 5 | 赵敏 | C0005 | 孙悦 | C | 2026-11-06 | 14 | 问候 | 该联系 | 电话 | | | 客户!B6 | 定期跟进 | | F9 |
    | 6 | 赵敏 | C0001 | 张伟 | C | 2026-11-20 | 0  | 帮忙 | 已做   | 电话 | | | 客户!B2 | 手工 | 完成 | T9 |
"""  # fmt: skip


def pages(tables: Tables, who: str = "") -> dict[str, str]:
    return {name: make().decode() for name, make in list_pages(tables, TODAY, SETTINGS, who).items()}


@pytest.fixture(scope="module")
def store() -> Tables:
    return tables_from(STORE)


@pytest.mark.requirement("F5", "R14")
def test_each_agent_has_a_page_with_text_channel_and_time(store: Tables) -> None:
    found = pages(store)
    assert set(found) == {"王静.html", "李强.html", "赵敏.html", "店长.html"}
    for words in (
        "张伟",
        "C0001",
        "兑现承诺",
        "答应过",
        "微信",
        "方便时段 晚上",
        "张先生您好",
        "客户!B2",
        "逾期 1 天",
        "不能再延期",
    ):
        assert words in found["王静.html"]
    assert "孙悦" not in found["王静.html"]


@pytest.mark.requirement("F9")
def test_who_refused_contact_stands_nowhere(store: Tables) -> None:
    assert not any("陈默" in page or "C0003" in page for page in pages(store).values())


def test_a_refusal_counts_on_any_row_of_the_client() -> None:
    twice = STORE.replace("| C0005  | 孙悦", "| C0001  | 张伟 | 13800001111 | 王静 | 拒绝 | |\n    | C0005  | 孙悦")
    assert not any("张伟" in page for page in pages(tables_from(twice)).values())


def test_what_is_marked_already_is_left_out(store: Tables) -> None:
    assert "帮忙" not in "".join(pages(store).values())


def test_no_phone_number_leaves_the_workbook(store: Tables) -> None:
    assert not re.search(r"1380000\d{4}", "".join(pages(store).values()))


def test_names_cannot_write_markup(store: Tables) -> None:
    page = pages(store)["李强.html"]
    assert "刘&lt;b&gt;芳" in page
    assert "刘<b>" not in page


def test_where_there_is_no_text_the_page_says_why(store: Tables) -> None:
    page = pages(store)["李强.html"]
    assert "没有话术, 先不发: 客户只同意服务通知" in page
    assert '<div class="say">' not in page


@pytest.mark.requirement("F5", "F7")
def test_the_manager_is_told_what_needs_them(store: Tables) -> None:
    found = {
        matter.title: [line["client_id"] for line in matter.lines]
        for matter in matters(open_lines(store, TODAY, SETTINGS))
    }
    assert found == {
        "没有人负责": ["C0002", "C0004"],  # 李强 left today, 赵敏 leaves tomorrow
        "延期已到上限": ["C0001"],  # put off twice; C0005 once
        "公客": ["C0004"],
        "逾期超过 14 天": ["C0002"],  # 15 days; C0005 14
    }


def test_a_row_per_agent_counts_their_lines(store: Tables) -> None:
    lines = open_lines(store, TODAY, SETTINGS)
    held = store["due"].loc[store["due"]["client_id"] == "C0005"]
    found = {row.name: tuple(row[1:]) for row in agents(lines, held)}
    #                  lines overdue worst held promises warnings limit
    assert found == {
        "王静": (1, 1, 1, 0, 1, 0, 1), "李强": (1, 1, 15, 0, 0, 0, 0), "赵敏": (1, 1, 14, 1, 0, 0, 0), "没有负责人": (1, 0, 0, 0, 0, 1, 0),
    }  # fmt: skip


def test_one_agent_alone(store: Tables) -> None:
    assert set(pages(store, "赵敏")) == {"赵敏.html"}
    with pytest.raises(UsageError, match="王五"):
        list_pages(store, TODAY, SETTINGS, "王五")


def test_an_empty_list_has_no_pages() -> None:
    assert pages(tables_from("客户\n| 客户ID | 姓名 |")) == {}


@pytest.mark.parametrize(
    ("name", "file"),
    [
        ("王静", "王静"),
        ("../a", "_a"),
        ("a/b:c", "a_b_c"),
        ("con", "_con"),
        ("...", "_"),
        ("王静\n", "王静"),
        ("x" * 99, "x" * 60),
    ],
)
def test_names_are_safe_as_file_names(name: str, file: str) -> None:
    assert safe_name(name) == file


def test_no_two_agents_share_a_file() -> None:
    text = STORE.replace("赵敏", "店长").replace("李强", "王:静").replace("王静", "王*静")
    assert set(pages(tables_from(text))) == {"店长.html", "店长-2.html", "王_静.html", "王_静-2.html"}


def test_the_command_writes_the_pages_and_leaves_the_workbook_alone(
    book: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    genjin(capsys, "due", book)
    before = book.read_bytes()
    files = [Path(name) for name in genjin(capsys, "lists", book, "--out", tmp_path / "出")["files"]]
    assert book.read_bytes() == before
    assert {file.parent for file in files} == {tmp_path / "出" / "待办-2026-11-20"}
    assert sorted(files[0].parent.iterdir()) == sorted(files)
    assert "店长.html" in {file.name for file in files}
    gone = files[0].with_name("张三.html")
    gone.write_bytes(files[0].read_bytes())
    own = files[0].with_name("自己的.html")
    own.write_text("我的", "utf-8")
    assert said(capsys, "lists", book, "--out", tmp_path / "出")[0] == 0
    assert "今天没有要做的事" in gone.read_text("utf-8")
    assert own.read_text("utf-8") == "我的"
