"""From a late step of a deal to the text for its client: consent, cap, mail; and of two deals the one that the task is about."""

import datetime as dt
from pathlib import Path

import openpyxl
import pandas as pd
import pytest

from macros.deals import deals
from macros.due import due
from macros.due_reasons import DEAL_STEP, PROMISE
from macros.message_facts import facts_of
from macros.messages import Bounds, first_lines, line_texts, messages, messages_within, objections
from macros.permission import EXPECTED, allowed, refused_ways
from macros.settings import Agency, Settings
from tests.commands import TODAY as SAMPLE_DAY
from tests.commands import genjin
from tests.mail_server import mail_server
from tests.posting import free_port, put, setting, tables_of
from tests.shuffling import shuffled
from tests.tables import tables_from
from workbook.tables import Tables

TODAY = dt.date(2026, 9, 28)
SETTINGS = Settings(agency=Agency(name="安居地产"))
CLIENT = """客户
| 客户ID | 姓名 | 称谓 | 归属人 | 门店 | 首接时间 | 手机1 | 首选渠道 | 联系同意 | 状态 | 阶段 |
| C1 | 张伟 | 张先生 | 李雷 | 东店 | 2026-05-01 10:00 | 13800001111 | 微信 | {consent} | 已成交 | 成交 |
"""
HOMES = """房源
| 房源ID | 小区 | 室 | 厅 |
| H1 | 阳光花园 | 3 | 2 |
| H2 | 湖滨花园 | 2 | 1 |
人员
| 工号 | 姓名 | 角色 | 门店 |
| S1 | 李雷 | 经纪人 | 东店 |
"""
DEALS = """成交
| 成交ID | 类型 | 客户ID | 房源ID | 付款方式 | 状态 | 定金日 | 签约日 | 资格审核 | 条款确认日 |
| D1 | 买卖 | C1 | H1 | 全款 | 签约 | 2026-08-01 | 2026-08-10 | 是 | 2026-08-05 |
"""
SECOND = "| D2 | 买卖 | C1 | H2 | 全款 | 签约 | 2026-09-01 | 2026-09-10 | 是 | 2026-09-05 |\n"
STEPS = """成交步骤
| 成交ID | 序号 | 步骤 | 计划日 | 完成日 | 负责人 | 所需资料 |
| D1 | 5 | 签约 | 2026-08-10 | 2026-08-10 | 李雷 | |
| D1 | 8 | 网签 | 2026-09-20 | | 李雷 | 身份证、购房合同 |
"""
SECOND_STEPS = """| D2 | 5 | 签约 | 2026-09-10 | 2026-09-10 | 李雷 | |
| D2 | 6 | 资金监管 | 2026-12-20 | | 李雷 | 银行卡 |
"""
FULL = "跟进\n| 跟进ID | 对象 | 对象ID | 时间 | 方式 | 结果 | 下步行动 |\n" + "".join(
    f"| F{n} | 客户 | C1 | 2026-09-2{n} 10:00 | 电话 | {'接通' if n == 7 else '未接'} | 无 |\n" for n in (4, 5, 6, 7)
)
"""Four contacts in seven days, the last of them, a valid one, yesterday: neither cap nor gap allows one more."""


def listed(*parts: str, consent: str = "同意") -> Tables:
    """Return the tables as a run leaves them: tasks of late steps, and 今日待办."""
    tables = tables_from("".join([CLIENT.format(consent=consent), HOMES, *parts]))
    tables = tables.with_outcome(deals(tables, TODAY, SETTINGS))
    return tables.with_outcome(due(tables, TODAY, SETTINGS))


def texts(tables: Tables) -> pd.DataFrame:
    return messages(tables, TODAY, SETTINGS).results["messages"].set_index("client_id")


# Whether it may go out


@pytest.mark.requirement("R46", "R73", "F9")
@pytest.mark.parametrize(("consent", "goes"), [("同意", True), ("仅服务", True), ("", True), ("拒绝", False)])
def test_what_a_deal_needs_is_told_past_cap_and_gap_but_to_nobody_who_refused(consent: str, goes: bool) -> None:
    """The client is party to a contract and waits for it (个人信息保护法, art. 13, 2); a refusal of any contact holds all the same."""
    tables = listed(FULL, DEALS, STEPS, consent=consent)
    held = allowed(tables, TODAY, SETTINGS).iloc[0]
    assert (held["cap_until"] > pd.Timestamp(TODAY), held["gap_until"] > pd.Timestamp(TODAY)) == (True, True)
    assert (DEAL_STEP in tables["due"]["rule"].tolist()) is goes
    if goes:
        row = texts(tables).loc["C1"]
        assert (row["template"], row["status"]) == ("step_net", "可发")
        assert row["text"].startswith("张先生您好，我是安居地产的李雷。阳光花园 3室2厅接下来办网签")
        assert "身份证、购房合同" in row["text"]


@pytest.mark.requirement("F9")
def test_who_refuses_after_the_text_was_written_gets_none() -> None:
    """The line stands on 今日待办 still: neither 消息 alone nor the mail server takes it."""
    tables = listed(FULL, DEALS, STEPS)
    tables = tables.with_outcome(messages(tables, TODAY, SETTINGS))
    assert objections(tables, TODAY, SETTINGS, tables["messages"]) == [""]
    refused = tables.updated({"clients": {"consent": pd.Series(["拒绝"], index=[2], dtype=object)}})
    cell = tables.cell("clients", 2, "consent")
    assert objections(refused, TODAY, SETTINGS, tables["messages"]) == [f"客户拒绝联系: 见 {cell}, 请勿发送"]
    assert texts(refused).loc["C1", ["status", "text"]].tolist() == ["跳过", ""]


@pytest.mark.requirement("F9")
def test_only_the_text_of_the_step_goes_past_the_cap() -> None:
    """The same client, the same day, a text that nobody waits for: it waits for the cap, on 消息 and when it is handed over."""
    tables = listed(FULL, DEALS, STEPS)
    why = allowed(tables, TODAY, SETTINGS)["cap"].item()
    bounds = Bounds(capped={"C1": why})
    written = tables.with_outcome(messages_within(tables, TODAY, SETTINGS, bounds))
    assert written["messages"]["status"].tolist() == ["可发"]
    other = written["messages"].assign(template="after_sale")
    assert objections(written, TODAY, SETTINGS, other) == [why]
    regular = tables["due"].assign(rule="定期跟进", basis="")
    plain = Tables({**tables, "due": regular}, tables.layouts)
    assert messages_within(plain, TODAY, SETTINGS, bounds).results["messages"]["skipped"].tolist() == [why]


def test_what_the_client_waits_for_is_named_in_one_place() -> None:
    assert DEAL_STEP in EXPECTED
    assert PROMISE in EXPECTED


@pytest.mark.requirement("F9")
@pytest.mark.parametrize(
    ("phone1", "phone2", "wechat", "email", "barred"),
    [
        ("13800001111", "", "", "", True),
        ("13900002222", "13800001111", "", "", True),
        ("13900002222", "", "ZhangWei", "", True),
        ("13900002222", "", "", "ZHANG@example.com", True),
        ("13900002222", "", "", "", False),
    ],
)
def test_a_number_that_must_not_be_called_gets_no_text_whoever_else_has_it(
    phone1: str, phone2: str, wechat: str, email: str, barred: bool
) -> None:
    twice = f"""客户
| 客户ID | 姓名 | 称谓 | 归属人 | 首接时间 | 手机1 | 手机2 | 微信 | 邮箱 | 首选渠道 | 联系同意 |
| C1 | 张伟 | 张先生 | 李雷 | 2026-05-01 10:00 | 13800001111 |  | zhangwei | zhang@example.com | 微信 | 同意 |
| C2 | 张大伟 | 张先生 | 李雷 | 2026-05-01 10:00 | {phone1} | {phone2} | {wechat} | {email} | 微信 | 拒绝 |
"""
    tables = tables_from("".join([twice, HOMES, FULL, DEALS, STEPS]))
    tables = tables.with_outcome(deals(tables, TODAY, SETTINGS))
    tables = tables.with_outcome(due(tables, TODAY, SETTINGS))
    why = f"这个号码拒绝联系: 见 {tables.cell('clients', 3, 'consent')}, 请勿发送; 不是同一个人的, 请先核对号码"
    row = texts(tables).loc["C1"]
    assert (row["status"], row["skipped"]) == (("跳过", why) if barred else ("可发", ""))
    agreed = tables.updated({"clients": {"consent": pd.Series(["同意"], index=[3], dtype=object)}})
    written = messages(agreed, TODAY, SETTINGS).results["messages"]
    assert objections(tables, TODAY, SETTINGS, written.loc[written["client_id"] == "C1"]) == [why if barred else ""]
    assert ("(先不发: " in tables["due"].loc[tables["due"]["client_id"] == "C1", "say"].item()) is barred


def test_an_empty_number_is_nobodys() -> None:
    none = tables_from(CLIENT.format(consent="拒绝").replace("13800001111", ""))["clients"]
    assert refused_ways(none) == {}


# Which deal


def test_what_the_client_waits_for_is_written_before_what_we_would_like_to_say() -> None:
    """定期跟进 ranks first for a client who was not contacted since the deal; the text of the day is that of the late step all the same."""
    tables = listed(DEALS, STEPS)
    lines = tables["due"].loc[tables["due"]["client_id"] == "C1"].sort_values("rank")
    assert (lines["rule"].iloc[0] != DEAL_STEP, DEAL_STEP in lines["rule"].tolist()) == (True, True)
    assert texts(tables).at["C1", "template"] == "step_net"


@pytest.mark.requirement("R73")
def test_of_two_deals_the_text_speaks_of_the_one_that_the_task_is_about() -> None:
    """D2 is the later deal and has nothing late: its home, step and papers are not what the task is about."""
    tables = listed(DEALS, SECOND, STEPS, SECOND_STEPS)
    line = tables["due"].loc[tables["due"]["rule"] == DEAL_STEP].iloc[0]
    for text in (texts(tables).at["C1", "text"], line["say"]):
        assert "阳光花园" in text
        assert "身份证、购房合同" in text
        assert "湖滨花园" not in text
        assert "银行卡" not in text


@pytest.mark.parametrize(
    ("rule", "home", "step"),
    [
        ("步骤:D1-8", "阳光花园 3室2厅", "网签"),
        ("步骤:D2-6", "湖滨花园 2室1厅", "资金监管"),
        ("步骤:D2-5", "湖滨花园 2室1厅", "资金监管"),  # done meanwhile: the next one
        ("CJ02|D1|2026-08-10", "阳光花园 3室2厅", "网签"),
        ("CJ02|D2|2026-09-10", "湖滨花园 2室1厅", "资金监管"),
        ("JR05|C1|2026-10-01", "湖滨花园 2室1厅", "资金监管"),  # about no deal: the latest
        ("步骤:D9-1", "湖滨花园 2室1厅", "资金监管"),
        ("步骤:D3-1", "湖滨花园 2室1厅", "资金监管"),  # somebody else's
        ("步骤:", "湖滨花园 2室1厅", "资金监管"),
    ],
)
def test_a_task_names_its_deal_in_its_rule(rule: str, home: str, step: str) -> None:
    tables = tables_from("".join([
        CLIENT.format(consent="同意"), HOMES, DEALS, SECOND, SECOND.replace("D2", "D3").replace("C1", "C2"), STEPS, SECOND_STEPS,
        f"任务\n| 任务ID | 来源规则 | 对象ID | 状态 |\n| T1 | {rule.replace('|', '¦')} | C1 | 待办 |\n",
        "今日待办\n| 名次 | 客户ID | 事由 | 事由编号 |\n| 1 | C1 | 成交步骤 | T1 |\n",
    ]))  # fmt: skip
    for given in (tables, shuffled(tables, 3)):
        facts = facts_of(given, TODAY, SETTINGS, first_lines(given["due"]))
        assert facts.of("C1", ["成交房源", "步骤"]) == {"成交房源": home, "步骤": step}


def test_each_line_of_a_client_speaks_of_its_own_deal() -> None:
    """Both deals are late with different steps: 今日待办 has one line for both, about the earlier one, and says that there is another."""
    late = SECOND_STEPS.replace("2026-12-20", "2026-09-22")
    tables = listed(DEALS, SECOND, STEPS, late, "跟进\n| 跟进ID |\n")
    lines = tables["due"].loc[tables["due"]["rule"] == DEAL_STEP]
    assert len(lines) == 1
    assert "另有 1 项" in lines["reason"].item()
    assert "阳光花园" in lines["say"].item()
    other = tables["tasks"].loc[tables["tasks"]["rule"].str.startswith("步骤:D2-"), "task_id"].item()
    both = pd.concat([tables["due"], lines.assign(basis=other, rank=99.0)]).set_axis(
        range(2, len(tables["due"]) + 3), axis=0
    )
    said = [text for _, text in line_texts(tables, TODAY, SETTINGS, both.loc[both["rule"] == DEAL_STEP])]
    assert ["阳光花园" in text for text in said] == [True, False]
    assert ["湖滨花园" in text for text in said] == [False, True]


# In a workbook


def _typed(path: Path, sheet: str, rows: list[dict[str, object]]) -> None:
    """Write rows below the last one of a sheet, as a person would."""
    book = openpyxl.load_workbook(path)
    places = {cell.value: cell.column for cell in book[sheet][1]}
    last = max(
        (cell.row for row in book[sheet].iter_rows(min_row=1, max_col=6) for cell in row if cell.value), default=1
    )
    for at, row in enumerate(rows, start=last + 1):
        for label, value in row.items():
            book[sheet].cell(at, places[label], value)
    book.save(path)


@pytest.mark.slow
@pytest.mark.requirement("R73", "F9", "R108")
def test_from_a_late_step_to_the_letter_box(book: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A person writes a deal and a step; a run makes task, line and text; the tick sends it although the cap is full; once."""
    day, port = dt.date.fromisoformat(SAMPLE_DAY), free_port()
    client = {
        "姓名": "周一一", "称谓": "周女士", "手机1": "13700009999", "邮箱": "zhou@example.com", "归属人": "李雷", "联系同意": "仅服务",
        "首选渠道": "微信", "首接时间": dt.datetime(2026, 9, 1, 10), "状态": "已成交", "阶段": "成交", "公私": "私客",
    }  # fmt: skip
    _typed(book, "客户", [client])
    genjin(capsys, "validate", book, code=None)
    clients = tables_of(book)["clients"]
    mine = str(clients.loc[clients["name"] == "周一一", "client_id"].item())
    deal = {
        "成交ID": "CJ900001", "类型": "买卖", "客户ID": mine, "付款方式": "全款", "状态": "签约", "签约日": day, "资格审核": "是", "条款确认日": day,
    }  # fmt: skip
    step = {"成交ID": "CJ900001", "序号": 1, "步骤": "缴税", "计划日": day - dt.timedelta(days=3), "负责人": "李雷"}
    tries = [
        {"跟进ID": f"F90000{n}", "对象": "客户", "对象ID": mine, "时间": dt.datetime(2026, 11, 15 + n, 10), "方式": "电话", "结果": "未接"}
        for n in range(5)
    ]  # fmt: skip
    for sheet, rows in (("成交", [deal]), ("成交步骤", [step]), ("跟进", tries)):
        _typed(book, sheet, rows)
    genjin(capsys, "all", book)
    tables = tables_of(book)
    texts = tables["messages"]
    row = texts.loc[texts["client_id"] == mine].iloc[0]
    assert (row["template"], row["status"]) == ("step_tax", "可发")
    told = {"host": "127.0.0.1", "port": port, "security": "不加密", "sender": "service@example.com", "wait_seconds": 5}
    put(book, {
        **{setting(tables, f"mail.{key}"): value for key, value in told.items()}, ("messages", int(row.name), "mail"): "是",
    })  # fmt: skip
    with mail_server(port=port) as server:
        assert [item["state"] for item in genjin(capsys, "send", book)["items"]] == ["accepted"]
        assert genjin(capsys, "send", book)["items"] == []
        genjin(capsys, "all", book)
        assert genjin(capsys, "send", book)["items"] == []
        assert server.to == ["zhou@example.com"]
    log = tables_of(book)["followups"]
    sent = log.loc[(log["obj_id"] == mine) & log["summary"].str.startswith("已发消息")]
    assert sent[["way", "result"]].values.tolist() == [["邮件", "未回复"]]
