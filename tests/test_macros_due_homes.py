"""Tasks about no client on 今日待办: listings, and what somebody typed for a colleague."""

import dataclasses
import datetime as dt
import shutil
from pathlib import Path

import pandas as pd
import pytest
from openpyxl import load_workbook

from macros.due import due
from macros.due_lists import list_pages, open_lines
from macros.due_marks import read_back
from macros.ics import due_entries
from macros.messages import messages
from macros.permission import allowed
from macros.sentences import sentences
from macros.session import Result
from macros.settings import Settings
from tests.commands import TODAY as DAY
from tests.commands import cells, genjin
from tests.shuffling import shuffled
from tests.tables import tables_from
from tests.test_macros_due_cells import ADDRESS, NAMED, faults, lines
from workbook.changes import ColumnChange, Plan
from workbook.journal import Run, moved, row_ids
from workbook.tables import Tables

TODAY = dt.date(2026, 3, 5)
SETTINGS = Settings()
BOOK = """
客户
| 客户ID | 姓名 | 人工等级 | 首接时间   | 归属人 | 首选渠道 | 手机1       | 锁定 | 联系同意 | 状态 |
| C1     | 张伟 | D        | 2025-01-01 | 李雷   | 微信     | 13800000001 | 是   | 同意     | 跟进中 |
| C2     | 王芳 | D        | 2025-01-01 | 李雷   | 微信     | 13800000002 | 是   | 拒绝     | 跟进中 |
跟进
| 跟进ID | 对象 | 对象ID | 时间             | 方式 | 结果 | 下步行动 |
| F1     | 客户 | C1     | 2026-02-03 10:00 | 电话 | 接通 | 无       |
房源
| 房源ID | 小区     | 栋 | 单元 | 室号 | 房源等级 | 维护人 | 状态 | 委托止     | 电梯 | 学区 |
| H9     | 枫华里   | 1  |      | 101  | C        | 小赵   | 在售 | 2026-03-20 |      | 待核 |
| H1     | 湖滨花园 | 3  | 2    | 501  | A        | 韩梅   | 在售 | 2026-03-20 |      |      |
业主
| 业主ID | 姓名 |
| O1     | 孙老 |
成交
| 成交ID | 客户ID |
| D1     | C2     |
任务
| 任务ID | 来源规则 | 对象ID | 负责人 | 内容 | 到期 | 模板 | 状态 | 延期次数 | 建议渠道 |
"""
MANDATE = "委托到期: 和业主谈续签委托。委托止 2026-03-20(房源!{}), 之前 15 天"


def task(number: str, obj: str = "", what: str = "打印合同", **more: str) -> str:
    row = {"rule": "", "who": "韩梅", "day": "2026-03-05", "status": "待办", "times": "", "way": "", **more}
    rule = row["rule"].replace("|", "¦")
    return f"| {number} | {rule} | {obj} | {row['who']} | {what} | {row['day']} | | {row['status']} | {row['times']} | {row['way']} |\n"


def mandate(number: str, obj: str = "H1", cell: str = "M3", **more: str) -> str:
    return task(number, obj, MANDATE.format(cell), rule=f"WT02|{obj}|2026-03-20", **more)


def listed(*rows: str, today: dt.date = TODAY, settings: Settings = SETTINGS) -> Tables:
    tables = tables_from(BOOK + "".join(rows))
    return tables.with_outcome(due(tables, today, settings))


def others(tables: Tables) -> pd.DataFrame:
    frame = tables["due"]
    return frame.loc[frame["client_id"] == ""]


def marked(tables: Tables, choice: str, note: str = "已谈妥") -> Tables:
    rows = others(tables).index
    marks = {
        "done": pd.Series(choice, index=rows, dtype=object),
        "done_note": pd.Series(note, index=rows, dtype=object),
    }
    return tables.updated({"due": marks})


@pytest.mark.requirement("F5", "F16")
def test_a_task_of_a_rule_about_a_listing_is_a_line_with_its_cells_and_a_link_to_the_listing() -> None:
    until = tables_from(BOOK).cell("listings", 3, "mandate_to").removeprefix("房源!")
    tables = listed(mandate("T1", cell=until.replace("3", "2"), who="李雷"))  # H1 was sorted since
    (line,) = others(tables).itertuples()
    assert (line.who, line.name, line.grade, line.what) == ("李雷", "H1 湖滨花园 3-2-501", "A", "和业主谈续签委托")
    assert (line.rule, line.basis, line.overdue_days) == ("委托到期 T1", "T1", 0)
    assert (line.say, line.template, line.pref_time) == ("", "", "")
    assert line.link == tables.cell("listings", 3, "estate")
    at = tables.cell("tasks", 2, "due")
    assert line.reason == f"任务 T1 2026-03-05 到期({at}), 委托止 2026-03-20(房源!{until}), 之前 15 天"
    assert line.cells == f"{at}、房源!{until}"


@pytest.mark.parametrize(("who", "listed_for"), [("李雷", "李雷"), ("", "韩梅")])
def test_a_task_that_names_nobody_is_for_the_keeper_of_the_listing(who: str, listed_for: str) -> None:
    assert others(listed(mandate("T1", who=who)))["who"].tolist() == [listed_for]


@pytest.mark.requirement("F5")
@pytest.mark.parametrize(("day", "late"), [("2026-03-06", None), ("2026-03-05", 0), ("2026-03-01", 4), ("", 0)])
def test_what_somebody_types_without_an_object_stands_on_the_list_from_its_day_on(day: str, late: int | None) -> None:
    tables = listed(task("T1", day=day))
    frame = others(tables)
    assert frame["overdue_days"].tolist() == ([] if late is None else [late])
    for line in frame.itertuples():
        said = day or f"{TODAY}"
        assert (line.who, line.name, line.what, line.rule) == ("韩梅", "T1", "打印合同", "任务 T1")
        assert line.reason == f"任务 T1 {said} 到期({tables.cell('tasks', 2, 'due')})"
        assert line.link == tables.cell("tasks", 2, "what")


@pytest.mark.parametrize(
    ("obj", "name", "sheet", "row", "column"),
    [
        ("H9", "H9 枫华里 1-101", "listings", 2, "estate"), ("O1", "O1", "owners", 2, "owner_id"), ("D1", "D1", "deals", 2, "deal_id"),
        ("H77", "H77", "tasks", 2, "what"),
    ],
)  # fmt: skip
def test_every_object_leads_to_its_row_and_none_names_a_client(
    obj: str, name: str, sheet: str, row: int, column: str
) -> None:
    """D1 is the deal of C2, who refused contact: the name does not stand there."""
    tables = listed(task("T1", obj))
    (line,) = others(tables).itertuples()
    assert (line.name, line.link) == (name, tables.cell(sheet, row, column))
    at = tables.cell("tasks", 2, "obj_id")
    assert line.reason.endswith(f", 没有编号 H77({at}), 请核对") is (obj == "H77")
    assert (at in line.cells.split("、")) is (obj == "H77")


@pytest.mark.parametrize("client", ["C1", "C2"])
def test_a_task_about_a_client_is_none_of_these_also_where_that_client_refused(client: str) -> None:
    assert others(listed(task("T1", client))).empty


@pytest.mark.parametrize(
    "row",
    [task("T1", status="完成"), task("T1", "H1", status="取消"), task("T1", "C9", rule="定期跟进@F1", status="延期")],
)
def test_what_is_closed_and_what_the_list_wrote_itself_is_no_line(row: str) -> None:
    assert others(listed(row)).empty


@pytest.mark.requirement("F10")
@pytest.mark.parametrize(
    ("home", "column", "what", "words"),
    [("H9", "lift", "有没有电梯", "电梯为空"), ("H9", "school", "对口哪所学校", "学区待核"), ("H1", "school", "对口哪所学校", "学区为空")],
)  # fmt: skip
def test_a_question_to_the_owner_names_the_empty_cell_where_it_stands_now(
    home: str, column: str, what: str, words: str
) -> None:
    text = f"问业主: {what}(房源!Z99 为空), 有 3 位客户要求"
    tables = listed(task("T1", home, text, rule=f"问业主|{home}.{column}"))
    (line,) = others(tables).itertuples()
    cell = tables.cell("listings", 2 if home == "H9" else 3, column)
    assert (line.rule, line.what) == ("问业主 T1", f"问业主{what}")
    assert line.reason == f"任务 T1 2026-03-05 到期({tables.cell('tasks', 2, 'due')}), {words}({cell}), 有 3 位客户要求"
    assert line.cells.split("、")[1:] == [cell]


def test_two_questions_about_one_home_are_two_lines() -> None:
    rows = (
        task(f"T{n}", "H9", "问业主: 问(房源!Z2 为空), 有 1 位客户要求", rule=f"问业主|H9.{key}")
        for n, key in enumerate(("lift", "school"))
    )
    frame = others(listed(*rows))
    assert sorted(frame["rule"]) == ["问业主 T0", "问业主 T1"]
    assert not frame.duplicated(["client_id", "rule"]).any()


def test_every_cell_of_the_reason_is_among_the_cells() -> None:
    rows = (
        mandate("T1"),
        task("T2"),
        task("T3", "H77"),
        task("T4", "H9", "问业主: 问(房源!Z2 为空)", rule="问业主|H9.lift"),
    )
    for line in others(listed(*rows)).itertuples():
        named = {f"{sheet}!{cell}" for sheet, cell in NAMED.findall(line.reason)}
        assert named == {f"{sheet}!{cell}" for sheet, cell in ADDRESS.findall(line.cells)}


POINTS = [
    # weight of the grade (A 8, C 2, none as C) × 10 × 0.5 × (1 + days / 7, at most 3 weeks)
    ("H1", "2026-03-05", 40), ("H1", "2026-02-26", 80), ("H1", "2026-02-12", 160), ("H1", "2025-03-05", 160), ("H9", "2026-03-05", 10),
    ("H9", "2026-03-04", 11), ("", "2026-03-05", 10), ("", "2026-02-26", 20),
]  # fmt: skip


@pytest.mark.parametrize(("obj", "day", "points"), POINTS)
def test_the_points_are_half_those_of_a_client_of_that_grade(obj: str, day: str, points: int) -> None:
    assert others(listed(task("T1", obj, day=day)))["priority"].tolist() == [points]


def test_among_equal_points_clients_come_first_then_the_longer_overdue() -> None:
    """C1 is D, 30 days after the last contact: due today, 10 points, as C9's listing and a typed task have today."""
    tables = listed(task("T2", "H9"), task("T1"), task("T3", "H1"))
    frame = tables["due"]
    assert frame["priority"].tolist() == [40, 10, 10, 10]
    assert frame["basis"].tolist()[0] == "T3"
    assert frame["client_id"].tolist() == ["", "C1", "", ""]
    assert frame["basis"].tolist()[2:] == ["T1", "T2"]
    assert frame["rank"].tolist() == [1, 2, 3, 4]
    assert frame.loc[frame["who"] == "韩梅", "own_rank"].tolist() == [1, 2, 3]


def test_the_weight_is_a_setting() -> None:
    settings = dataclasses.replace(SETTINGS, due=dataclasses.replace(SETTINGS.due, weight_home=2.0))
    assert others(listed(task("T1", "H1"), settings=settings))["priority"].tolist() == [160]


@pytest.mark.parametrize(
    ("most", "shown"), [(0, []), (1, ["T2"]), (2, ["T2", "T1"]), (3, ["T2", "T1", "T3"]), (10, ["T2", "T1", "T3"])]
)
def test_each_person_gets_so_many_of_the_rules_and_the_rest_is_counted(most: int, shown: list[str]) -> None:
    """T2 is the oldest; what a person typed (T4) and what is somebody else's (T5) does not count. The last line says how many are left."""
    rows = [mandate("T1"), mandate("T2", day="2026-03-01"), mandate("T3", "H9", day="2026-03-05"), task("T4", "H1")]
    tables = tables_from(BOOK + "".join([*rows, mandate("T5", "H9", who="小赵")]))
    settings = dataclasses.replace(SETTINGS, due=dataclasses.replace(SETTINGS.due, homes_each=most))
    outcome = due(tables, TODAY, settings)
    frame = tables.with_outcome(outcome)["due"]
    mine = frame.loc[(frame["who"] == "韩梅") & frame["rule"].str.startswith("委托")]
    assert mine["basis"].tolist() == shown
    left = 3 - len(shown)
    assert outcome.figures["others_left"] == left + (most == 0)
    assert outcome.figures["other_lines"] == len(shown) + 1 + (most > 0)
    more = [reason.partition(", 另有 ")[2] for reason in mine["reason"]]
    assert more == [*[""] * (len(shown) - 1), f"{left} 件房源的事没列, 见「任务」" if left else ""][: len(shown)]
    assert "T4" in frame["basis"].tolist()


@pytest.mark.requirement("R46")
def test_they_change_neither_who_may_be_contacted_nor_the_messages_nor_the_next_dates() -> None:
    rows = (mandate("T1"), task("T2"), task("T3", "D1"))
    without, with_them = listed(), listed(*rows)
    assert len(with_them["due"]) == len(without["due"]) + 3
    clients = [
        tables["due"].loc[tables["due"]["client_id"] != ""].reset_index(drop=True) for tables in (without, with_them)
    ]
    numbers = ["rank", "own_rank"]
    pd.testing.assert_frame_equal(clients[0].drop(columns=numbers), clients[1].drop(columns=numbers))
    for key in ("next_due", "overdue_days"):
        pd.testing.assert_series_equal(without["clients"][key], with_them["clients"][key])
    pd.testing.assert_frame_equal(allowed(without, TODAY, SETTINGS), allowed(with_them, TODAY, SETTINGS))
    sent = [
        messages(tables, TODAY, SETTINGS).results["messages"]["client_id"].tolist() for tables in (without, with_them)
    ]
    assert sent[0] == sent[1]


@pytest.mark.requirement("F5")
@pytest.mark.parametrize(
    ("choice", "status", "day", "times"),
    [("完成", "完成", TODAY, 0), ("取消", "取消", TODAY, 0), ("延期", "延期", TODAY + dt.timedelta(days=SETTINGS.task.snooze_days), 1)],
)  # fmt: skip
def test_a_mark_settles_the_task_and_the_line_is_gone(choice: str, status: str, day: dt.date, times: int) -> None:
    tables = marked(listed(mandate("T1")), choice)
    tables = tables.with_outcome(read_back(tables, TODAY, SETTINGS))
    (row,) = tables["tasks"].itertuples()
    assert (row.task_id, row.status, row.due.date(), row.done_note, row.snoozes) == ("T1", status, day, "已谈妥", times)
    assert (tables["due"]["done"] == "").all()
    assert others(tables.with_outcome(due(tables, TODAY, SETTINGS))).empty
    again = read_back(tables, TODAY, SETTINGS)
    assert (again.updates, again.additions, again.findings) == ({}, {}, [])
    later = tables.with_outcome(due(tables, day, SETTINGS))
    assert others(later)["basis"].tolist() == (["T1"] if choice == "延期" else [])


@pytest.mark.parametrize(
    ("obj", "about"), [("H1", [("房源", "H1")]), ("O1", [("业主", "O1")]), ("D1", []), ("", []), ("H77", [])]
)  # fmt: skip
def test_what_is_done_is_told_of_in_the_log_of_its_listing_or_owner(obj: str, about: list[tuple[str, str]]) -> None:
    tables = marked(listed(task("T1", obj)), "完成")
    tables = tables.with_outcome(read_back(tables, TODAY, SETTINGS))
    new = tables["followups"].iloc[1:]
    assert list(zip(new["obj"], new["obj_id"], strict=True)) == about
    assert new["summary"].tolist() == ["待办完成, 方式和结果待填: 已谈妥"] * len(about)
    assert new["staff"].tolist() == ["韩梅"] * len(about)


def test_done_without_a_word_and_put_off_too_often_stay_with_a_finding() -> None:
    most = int(SETTINGS.task.most_snoozes)
    spent = mandate("T1", status="延期", times=f"{most}")
    for choice, note, check, words in (
        ("完成", "", "done_without_note", "选了「完成」, 还没写结果。请写一句处理说明, 再做一次「待办」。"),
        ("延期", "", "snoozed_too_often", f"已经延期 {most} 次, 不能再延。请今天办好, 或选「取消」并写明原因。"),
    ):
        tables = marked(listed(spent), choice, note)
        outcome = read_back(tables, TODAY, SETTINGS)
        (finding,) = outcome.findings
        assert (finding.check, finding.message, finding.row) == (check, words, int(others(tables).index[0]))
        assert tables.with_outcome(outcome)["tasks"]["status"].tolist() == ["延期"]


def test_a_mark_beside_what_is_neither_a_client_nor_a_task_is_left_alone() -> None:
    tables = listed(mandate("T1"))
    rows = others(tables).index
    tables = marked(tables.updated({"due": {"basis": pd.Series("T9", index=rows, dtype=object)}}), "完成")
    outcome = read_back(tables, TODAY, SETTINGS)
    assert (outcome.updates, outcome.additions, outcome.findings) == ({}, {}, [])


def test_the_second_run_says_the_same_and_the_order_of_rows_does_not_matter() -> None:
    rows = [
        mandate("T1"),
        mandate("T2", "H9", day="2026-03-01"),
        task("T3"),
        task("T4", "O1"),
        task("T5", "H1", way="电话"),
    ]
    tables = listed(*rows)
    again = tables.with_outcome(due(tables, TODAY, SETTINGS))
    pd.testing.assert_frame_equal(tables["due"], again["due"])
    told = ["rank", "who", "name", "what", "rule", "basis", "priority", "channel"]
    mixed = shuffled(tables_from(BOOK + "".join(rows)), 7)
    other = mixed.with_outcome(due(mixed, TODAY, SETTINGS))
    pd.testing.assert_frame_equal(tables["due"][told], other["due"][told])


@pytest.mark.requirement("F5", "F13")
def test_the_pages_and_the_calendars_show_them() -> None:
    tables = listed(mandate("T1", status="延期", times=f"{SETTINGS.task.most_snoozes:g}"), task("T2", who=""))
    pages = {name: make().decode() for name, make in list_pages(tables, TODAY, SETTINGS).items()}
    assert "H1 湖滨花园 3-2-501" in pages["韩梅.html"]
    assert "不能再延期" in pages["韩梅.html"]
    assert "和业主谈续签委托" in pages["店长.html"]
    assert "打印合同" in pages["店长.html"]
    assert "李雷.html" in pages
    assert "湖滨花园" not in pages["李雷.html"]
    frame = open_lines(tables, TODAY, SETTINGS).set_index("basis")
    assert frame.loc["T1", ["limit", "public", "trouble"]].tolist() == [True, False, "「人员」里没有"]
    assert frame.loc["T2", ["limit", "public", "trouble"]].tolist() == [False, False, "没有负责人"]
    entries = {entry.key: (who, entry.title) for who, entry in due_entries(tables["due"], TODAY)}
    assert entries["due//委托到期 T1"] == ("韩梅", "H1 湖滨花园 3-2-501 A级: 和业主谈续签委托")
    assert entries["due//任务 T2"] == ("", "T2: 打印合同")


def test_a_task_that_was_closed_since_is_on_no_page() -> None:
    tables = listed(mandate("T1"))
    closed = tables.updated({"tasks": {"status": pd.Series("完成", index=tables["tasks"].index, dtype=object)}})
    assert len(open_lines(tables, TODAY, SETTINGS)) == len(open_lines(closed, TODAY, SETTINGS)) + 1


TYPED = {"T000901": ("", "打印合同"), "T000902": ("H000003", "给业主送钥匙"), "T000903": ("H999999", "补资料")}


@pytest.fixture
def with_tasks(fresh: Path, tmp_path: Path) -> Path:
    """The small sample with three tasks about no client that 韩梅 is to do on the day."""
    path = Path(shutil.copy(fresh, tmp_path))
    book = load_workbook(path)
    sheet = book["任务"]
    labels = [cell.value for cell in sheet[1]]
    row = 1 + max(number for number in range(1, sheet.max_row + 1) if sheet.cell(number, 1).value)
    for place, (number, (obj, what)) in enumerate(TYPED.items()):
        told = {
            "任务ID": number,
            "对象ID": obj,
            "负责人": "韩梅",
            "内容": what,
            "到期": dt.datetime.fromisoformat(DAY),
            "状态": "待办",
        }
        for label, value in told.items():
            sheet.cell(row + place, labels.index(label) + 1).value = value or None
    book.save(path)
    return path


def on_list(path: Path) -> dict[str, tuple[str, str]]:
    """Return 事由 -> 姓名 and 下一步 of the lines without a client, as the saved file has them; none may stand twice."""
    told = [(line["事由"], line["姓名"], line["下一步"]) for line in lines(cells(path)) if not line["客户ID"]]
    assert len({rule for rule, _, _ in told}) == len(told)
    return {rule: (name, what) for rule, name, what in told}


@pytest.mark.requirement("F5")
def test_in_a_file_a_second_run_changes_nothing_every_cell_holds_and_undo_takes_the_lines_away(
    with_tasks: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    genjin(capsys, "due", with_tasks)
    found = on_list(with_tasks)
    assert [found[f"任务 {number}"][1] for number in TYPED] == [what for _, what in TYPED.values()]
    assert found["任务 T000901"][0] == "T000901"
    assert found["任务 T000902"][0].startswith("H000003 ")
    assert faults(cells(with_tasks)) == []
    before = with_tasks.read_bytes()
    assert genjin(capsys, "due", with_tasks)["changed"] == 0
    assert with_tasks.read_bytes() == before
    genjin(capsys, "undo", with_tasks)
    assert on_list(with_tasks) == {}


@pytest.mark.requirement("F5")
def test_in_a_file_a_mark_beside_the_line_follows_it_and_settles_the_task(
    with_tasks: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    genjin(capsys, "due", with_tasks)
    book = load_workbook(with_tasks)
    sheet = book["今日待办"]
    labels = {cell.value: cell.column for cell in sheet[1]}
    rows = {sheet.cell(row, labels["事由编号"]).value: row for row in range(2, sheet.max_row + 1)}
    sheet.cell(rows["T000902"], labels["处理"]).value = "完成"
    sheet.cell(rows["T000902"], labels["处理说明"]).value = "钥匙已送到"
    sheet.cell(rows["T000901"], labels["处理"]).value = "完成"
    book.save(with_tasks)
    genjin(capsys, "due", with_tasks, code=None)
    left = [line for line in lines(cells(with_tasks)) if line["事由编号"] in TYPED]
    assert [(line["事由编号"], line["处理"]) for line in left if line["处理"]] == [("T000901", "完成")]
    assert {line["事由编号"] for line in left} == {"T000901", "T000903"}
    tasks = cells(with_tasks)["任务"]
    header = {label: place for (row, place), label in tasks.items() if row == 1}
    row = next(row for (row, place), value in tasks.items() if place == header["任务ID"] and value == "T000902")
    assert (tasks[row, header["状态"]], tasks[row, header["完成说明"]]) == ("完成", "钥匙已送到")
    log = cells(with_tasks)["跟进"]
    assert any(value == "待办完成, 方式和结果待填: 钥匙已送到" for value in log.values())
    assert genjin(capsys, "due", with_tasks, code=None)["changed"] == 0


def said(left: int, *items: dict[str, object]) -> list[str]:
    given = Result("due", 1, Plan(), tables_from(BOOK), items=items, figures={"others_left": left})
    return list(sentences(given))


def test_the_answer_counts_them_apart_and_says_how_many_are_not_listed() -> None:
    one = {"client_id": "C1", "name": "张伟", "who": "", "overdue_days": 0, "what": "回访", "reason": "到期"}
    home = one | {"client_id": "", "name": "H1 湖滨花园 3-2-501", "overdue_days": 3, "what": "谈续签"}
    assert said(12, home, one) == [
        "今天该联系 1 位客户, 其中逾期 0 位, 共 2 件事, 其中房源和店里的事 1 件, 另有 12 件房源的事没列, 见「任务」。", "今日待办的头几位:",
        "    H1 湖滨花园 3-2-501 (没有负责人): 谈续签 — 到期", "    张伟 C1 (没有归属人): 回访 — 到期",
    ]  # fmt: skip
    assert said(0, home)[0] == "今天没有该联系的客户, 房源和店里的事 1 件。"
    assert said(0, one)[0] == "今天该联系 1 位客户, 其中逾期 0 位, 共 1 件事。"
    assert said(2) == ["今天没有该联系的客户, 另有 2 件房源的事没列, 见「任务」。"]


def test_undo_knows_a_line_without_a_client_by_its_task_wherever_it_was_sorted() -> None:
    """A row that says neither 客户ID nor 事由 has no name."""
    header = "今日待办\n| 客户ID | 事由 | 名次 |\n"
    before = tables_from(f"{header}| | 任务 T1 | 1 |\n| | | 2 |\n| C1 | 定期跟进 | 3 |\n")
    change = ColumnChange("due", "rank", (2, 3, 4), (None, None, None), (1, 2, 3))
    names = row_ids(Plan([change]), before)
    assert names == {"due": {2: "|任务 T1", 4: "C1|定期跟进"}}
    after = tables_from(f"{header}| C1 | 定期跟进 | 3 |\n| | | 2 |\n| | 任务 T1 | 1 |\n")
    (back,) = moved(Run(1, "due", "", "", "", Plan([change]), ids=names), after).changes
    assert list(back.rows) == [4, 3, 2]
