"""What was ticked as sent gets its row in 跟进, once, and 消息 says how a text is sent."""

import datetime as dt

import pandas as pd
import pytest

from macros.contacts import contacts
from macros.messages import messages
from macros.outbox import log_sent
from macros.outbox.states import UNSURE_SAID, gone, unsure, unsure_said
from macros.permission import allowed
from macros.settings import Settings
from tests.shuffling import shuffled
from tests.tables import book_from, tables_from
from workbook.changes import Outcome
from workbook.differences import plan_of, write_plan
from workbook.sheets import SHEETS
from workbook.tables import Tables, read_tables

TODAY = dt.date(2026, 11, 20)
SETTINGS = Settings()
CLIENTS = """
客户
| 客户ID | 姓名 | 称谓   | 手机1       | 邮箱          | 归属人 | 首接时间         | 首选渠道 | 联系同意 |
| C1     | 张伟 | 张先生 | 13800000001 | c1@example.com | 李雷   | 2026-01-05 10:00 | 微信     | 同意     |
| C2     | 李娜 | 李女士 | 13800000002 | c2@example.com | 李雷   | 2026-01-05 10:00 | 短信     | 同意     |
"""
LOG = "跟进\n| 跟进ID |\n"
TEXTS = """
消息
| 生成日     | 负责人 | 客户ID | 渠道 | 模板  | 正文     | 发送原因 | 发送情况 | 已发 | 跟进ID |
| 2026-11-20 | 李雷   | C1     | 微信 | hello | 张先生您好 | 定期跟进 |          | 是   |        |
| 2026-11-20 | 李雷   | C2     | 短信 | hello | 李女士您好 | 定期跟进 |          |      |        |
"""


def logged(text: str, *more: str) -> tuple[Tables, Outcome]:
    tables = tables_from("\n".join([CLIENTS, *(more or (LOG,)), text]))
    return tables, log_sent(tables, TODAY, SETTINGS)


@pytest.mark.requirement("F9", "R107")
def test_a_tick_writes_who_when_how_and_that_nobody_was_reached_yet() -> None:
    tables, found = logged(TEXTS)
    row = found.additions["followups"].iloc[0]
    told = row[["obj", "obj_id", "at", "way", "result", "valid", "staff", "why_now", "next_act"]].tolist()
    assert told == ["客户", "C1", pd.Timestamp(TODAY), "微信", "未回复", False, "李雷", "定期跟进", "无"]
    assert row["summary"] == "已发消息「hello」: 张先生您好"
    assert len(found.additions["followups"]) == 1
    assert found.updates["messages"]["fu_id"].to_dict() == {2: row["fu_id"]}
    after = tables.with_outcome(found)
    assert contacts(after, TODAY, SETTINGS).updates["clients"]["last_valid_at"].isna().all()


def test_a_second_run_writes_nothing_and_row_order_does_not_matter() -> None:
    tables, found = logged(TEXTS.replace("|      |        |", "| 是   |        |"))
    assert len(found.additions["followups"]) == 2
    after = tables.with_outcome(found)
    assert not log_sent(after, TODAY, SETTINGS).additions
    mixed = log_sent(shuffled(tables, 3), TODAY, SETTINGS)
    assert (
        mixed.additions["followups"][["fu_id", "obj_id"]].values.tolist()
        == found.additions["followups"][["fu_id", "obj_id"]].values.tolist()
    )


@pytest.mark.requirement("F9")
def test_a_tick_is_logged_once_however_often_it_runs_however_the_sheet_is_sorted_and_whoever_copies_the_row() -> None:
    book = book_from("\n".join([CLIENTS, LOG, TEXTS]))
    grid = book.sheets["消息"]
    for turn in range(4):
        tables, _found = read_tables(book, SHEETS)
        write_plan(plan_of(log_sent(tables, TODAY, SETTINGS), tables, book), tables.layouts, book)
        if turn == 0:
            grid[1:] = grid[:0:-1]
        if turn == 1:
            place = tables.layouts["messages"].columns["fu_id"] - 1
            copied = next(row for row in grid[1:] if row[place])
            grid.append([None if at == place else value for at, value in enumerate(copied)])
    after = read_tables(book, SHEETS)[0]
    assert after["followups"]["obj_id"].tolist() == ["C1"]
    assert sorted(after["messages"]["fu_id"]) == ["", "", "F000001"]


@pytest.mark.parametrize(
    ("delivery", "way"), [("服务器已收下 2026-11-20 09:00", "邮件"), (UNSURE_SAID, "微信"), ("", "微信")]
)
def test_what_the_mail_server_took_was_a_mail_whatever_way_was_meant(delivery: str, way: str) -> None:
    _, found = logged(TEXTS.replace("| 定期跟进 |          | 是 ", f"| 定期跟进 | {delivery} | 是 "))
    assert found.additions["followups"]["way"].tolist() == [way]


@pytest.mark.parametrize(
    "text",
    [
        TEXTS.replace("| 是   |", "| 否   |"),
        TEXTS.replace("| 是   |", "|      |"),
        TEXTS.replace("| 是   |        |", "| 是   | F7     |"),
        TEXTS.replace("2026-11-20 | 李雷   | C1", "2026-11-21 | 李雷   | C1"),
        TEXTS.replace("| C1     | 微信", "| C9     | 微信"),
        TEXTS.replace("2026-11-20 | 李雷   | C1", "           | 李雷   | C1"),
    ],
    ids=["no", "nothing said", "logged", "tomorrow", "nobody", "no day"],
)
def test_nothing_is_written_where(text: str) -> None:
    assert not logged(text)[1].additions


@pytest.mark.parametrize(
    ("at", "way", "obj", "taken"),
    [
        ("2026-11-20 18:05", "微信", "客户", True),
        ("2026-11-20 00:00", "短信", "客户", True),
        ("2026-11-19 23:59", "微信", "客户", False),
        ("2026-11-21 00:00", "微信", "客户", False),
        ("2026-11-20 18:05", "电话", "客户", False),
        ("2026-11-20 18:05", "微信", "房源", False),
    ],
)
def test_a_row_that_a_person_wrote_about_it_is_taken_instead(at: str, way: str, obj: str, taken: bool) -> None:
    log = f"跟进\n| 跟进ID | 对象 | 对象ID | 时间 | 方式 | 结果 |\n| F000007 | {obj} | C1 | {at} | {way} | 已回复 |\n"
    _, found = logged(TEXTS, log)
    assert bool(found.additions) is not taken
    assert (found.updates["messages"]["fu_id"].tolist() == ["F000007"]) is taken


def test_a_row_of_a_persons_tells_of_one_text_only() -> None:
    log = "跟进\n| 跟进ID | 对象 | 对象ID | 时间 | 方式 | 结果 |\n| F000007 | 客户 | C1 | 2026-11-20 09:00 | 微信 | 已回复 |\n"
    two = TEXTS + "| 2026-11-20 | 李雷 | C1 | 微信 | other | 再见 | 定期跟进 | | 是 | |\n"
    _, found = logged(two, log)
    assert found.updates["messages"]["fu_id"].tolist() == ["F000007", "F000008"]


def test_a_long_text_is_cut_and_its_lines_are_joined() -> None:
    _, found = logged(TEXTS.replace("张先生您好", "您" * 80))
    assert found.additions["followups"]["summary"].item() == f"已发消息「hello」: {'您' * 60}…"


def test_the_id_stays_with_a_row_that_is_kept_from_an_earlier_day() -> None:
    """今日待办 is empty, so 消息 yields no row: the ticked one is only kept, and still remembers its row of 跟进."""
    book = book_from("\n".join([CLIENTS, LOG, TEXTS.replace("2026-11-20", "2026-11-18")]))
    for _ in range(2):
        tables, _found = read_tables(book, SHEETS)
        log = log_sent(tables, TODAY, SETTINGS)
        new = messages(tables.with_outcome(log), TODAY, SETTINGS)
        whole = Outcome(updates={**log.updates}, additions=log.additions, results=new.results)
        write_plan(plan_of(whole, tables, book), tables.layouts, book)
    after = read_tables(book, SHEETS)[0]
    assert after["followups"]["obj_id"].tolist() == ["C1"]
    assert after["messages"]["fu_id"].tolist()[0] == after["followups"]["fu_id"].item()


def test_what_is_in_doubt_counts_as_sent_until_a_person_says_that_it_was_not() -> None:
    tables, _ = logged(TEXTS.replace("|          | 是   |", f"| {UNSURE_SAID} |      |"))
    texts = tables["messages"]
    assert (unsure(texts).tolist(), gone(texts).tolist()) == ([True, False], [True, False])
    said = texts.assign(sent=[False, None])
    assert (unsure(said).tolist(), gone(said).tolist()) == ([False, False], [False, False])
    said = texts.assign(sent=[True, None])
    assert (unsure(said).tolist(), gone(said).tolist()) == ([False, False], [True, False])


def test_each_try_has_a_question_of_its_own_that_counts_as_doubt() -> None:
    said = [unsure_said(tries) for tries in (1, 2, 3)]
    assert len(set(said)) == 3
    tables, _ = logged(TEXTS.replace("|          | 是   |", f"| {said[2]} |      |"))
    assert unsure(tables["messages"]).tolist() == [True, False]


def test_a_text_in_doubt_fills_the_cap_as_a_sent_one_does() -> None:
    rows = "".join(
        f"| 2026-11-{day} | 李雷 | C1 | 邮件 | t{day} | 您好 | | {{}} | {{}} |  |\n" for day in (17, 18, 19, 20)
    )
    head = TEXTS.splitlines()[1:3]
    for told, sent in ((UNSURE_SAID, ""), ("", "是"), ("", "")):
        tables, _ = logged("\n".join([*head, rows.format(*[told, sent] * 4)]))
        why = allowed(tables, TODAY, SETTINGS).loc[2, "cap"]
        assert ("7 天内已联系 4 次" in why) is bool(told or sent)


@pytest.mark.parametrize(
    ("key", "name", "value", "found"),
    [
        ("mail.password", "密码", "geheim", True),
        ("", "SMTP 授权码", "abcd", True),
        ("", "机器人", "https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key=1-2", True),
        ("mail.host", "发信服务器", "smtp.example.com", False),
        ("mail.password", "密码", "", False),
    ],
)
def test_a_secret_on_the_sheet_of_settings_is_found(key: str, name: str, value: str, found: bool) -> None:
    text = f"设置\n| 名称 | 值 | 键 |\n| {name} | {value} | {key or 'x'} |\n"
    findings = log_sent(tables_from(CLIENTS + LOG + text), TODAY, SETTINGS).findings
    assert [finding.check for finding in findings] == ["secret_in_workbook"] * found
    assert all(value not in finding.message for finding in findings)


DUE = """
今日待办
| 名次 | 负责人 | 客户ID | 姓名 | 等级 | 下一步 | 原因 | 事由 | 建议模板 |
| 1    | 李雷   | C1     | 张伟 | C    | 回访   | 该联系 | 首次回访 | first_thanks |
| 2    | 李雷   | C2     | 李娜 | C    | 回访   | 该联系 | 首次回访 | first_thanks |
"""


@pytest.mark.parametrize(
    ("channel", "start", "parts"),
    [("微信", "", False), ("短信", "sms:13800000002", True), ("邮件", "mailto:c2@", False)],
)
def test_a_text_says_how_long_it_is_and_opens_where_its_channel_has_a_link(
    channel: str, start: str, parts: bool
) -> None:
    tables = tables_from(CLIENTS.replace("| 短信     |", f"| {channel}     |") + LOG + DUE)
    rows = messages(tables, TODAY, SETTINGS).results["messages"].set_index("client_id")
    row = rows.loc["C2"]
    assert row["text"]
    assert row["link"].startswith(start)
    assert bool(row["link"]) is bool(start)
    assert (row["sms_parts"] >= 1) == parts


@pytest.mark.requirement("R47")
@pytest.mark.parametrize(("channel", "blank"), [("邮件", "c2@example.com"), ("短信", "13800000002")])
def test_a_way_for_which_there_is_no_address_is_not_taken(channel: str, blank: str) -> None:
    clients = CLIENTS.replace("| 短信     |", f"| {channel}     |")
    for text, wanted in ((clients, channel), (clients.replace(blank, ""), "微信")):
        due = DUE.replace("| 建议模板 |", "| 建议模板 | 建议渠道 |").replace(
            "| first_thanks |\n", "| first_thanks | 微信 |\n"
        )
        rows = messages(tables_from(text + LOG + due), TODAY, SETTINGS).results["messages"].set_index("client_id")
        assert (rows.at["C2", "channel"], rows.at["C2", "status"]) == (wanted, "可发")
