"""What commands say to people: short, true, aligned, and with what comes next."""

import argparse
import datetime as dt
from pathlib import Path

import pytest

from macros.answers import of_history, of_import, of_new, of_result, of_undo
from macros.sentences import sentences
from macros.session import Result
from tests.tables import tables_from
from workbook.changes import ColumnChange, Finding, Plan, Severity
from workbook.journal import Run
from workbook.sheets import BY_KEY, SHEETS
from workbook.tables import Layout, Tables

TABLES = tables_from("客户\n| 客户ID | 姓名 |\n| C000001 | 王芳 |\n| C000002 | 李勇 |")
DUE = [
    {"client_id": "C000002", "who": "小王", "overdue_days": 3, "what": "回访", "reason": "逾期 3 天"},
    {"client_id": "C000002", "who": "小王", "overdue_days": 0, "what": "答疑", "reason": "有问题没答"},
    {"client_id": "C000001", "who": "", "overdue_days": 0, "what": "祝生日快乐", "reason": "生日" * 40},
]
FINDINGS = [
    {"sheet": "客户", "cell": "F2", "column": "手机1", "check": "required", "severity": severity, "message": "没有填。请补上手机1。"}
    for severity in ("info", "error", "warning", *["info"] * 12)
]  # fmt: skip


def given(**more: object) -> argparse.Namespace:
    return argparse.Namespace(**{"book": Path("店.xlsx"), "preview": False, "today": dt.date(2026, 11, 20), **more})


def result(action: str, items: object = (), plan: Plan | None = None, **more: object) -> Result:
    return Result(action, 1, plan or Plan(), TABLES, items=items, seconds=1.24, **more)  # type: ignore[arg-type]


def lines(action: str, items: object, **more: object) -> list[str]:
    return list(sentences(result(action, items, **more)))


def test_due_says_how_many_clients_and_who_comes_first() -> None:
    assert lines("due", DUE) == [
        "今天该联系 2 位客户, 其中逾期 1 位, 共 3 件事。",
        "今日待办的头几位:",
        "    李勇 C000002 (小王): 回访 — 逾期 3 天",
        "    李勇 C000002 (小王): 答疑 — 有问题没答",
        "    王芳 C000001 (没有归属人): 祝生日快乐 — " + "生日" * 22 + "…",
    ]
    assert lines("due", []) == ["今天没有该联系的客户。"]


def test_validate_counts_and_shows_the_worst_first() -> None:
    said = lines("validate", FINDINGS)
    assert said[0] == "1 个错误, 1 个警告, 13 个提示, 都写在「问题」表。"
    assert said[1] == "    客户!F2 手机1: 没有填。请补上手机1。"
    assert said[-1] == "    …还有 3 个, 见「问题」表, 每行都有去那一格的链接。"
    assert lines("validate", []) == ["没有发现问题。"]


@pytest.mark.parametrize(
    ("action", "items", "sentence"),
    [
        ("grade", [{"grade": "A"}, {"grade": "D"}, {"grade": "A"}], "A 级 2 位, B 级 0 位, C 级 0 位, D 级 1 位。"),
        ("match", [{"req_id": "Q1"}, {"req_id": "Q1"}, {"req_id": "Q2"}], "2 个需求有合适房源, 0 个没有。"),
        ("messages", [{"text": "您好"}], "1 条可以复制发送, 0 条没有写。"),
        (
            "messages",
            [
                {"skipped": "缺少称谓: 见 客户!C5。请补上。"},
                {"skipped": "缺少称谓: 见 客户!C9。请补上。"},
                {"text": ""},
            ],
            "1 条可以复制发送, 2 条没有写 (缺少称谓 2)。",
        ),
    ],
)
def test_each_action_has_its_sentence(action: str, items: object, sentence: str) -> None:
    assert lines(action, items) == [sentence]


def test_needs_without_a_match_are_counted() -> None:
    found = [Finding("requests", row, "req_id", "no_match", Severity.INFO, "") for row in (2, 2, 3)]
    assert lines("match", [{"req_id": "Q1"}], findings=found) == ["1 个需求有合适房源, 2 个没有。"]


@pytest.mark.parametrize(
    ("figures", "told"),
    [
        ({"changes": 0, "price_cuts": 0, "reached": 0}, ""),
        ({"changes": 2, "price_cuts": 0, "reached": 0}, " 房源今天有 2 处改价或改状态, 见「变更」。"),
        (
            {"changes": 3, "price_cuts": 1, "reached": 5},
            " 房源今天有 3 处改价或改状态, 见「变更」; 1 套降价, 新触及 5 位客户。",
        ),
    ],
)
def test_what_changed_on_the_market_is_told_with_the_matches(figures: dict[str, object], told: str) -> None:
    answer = Result("match", 1, Plan(), TABLES, items=[], figures=figures)
    assert next(sentences(answer)) == f"0 个需求有合适房源, 0 个没有。{told}"


def test_all_says_what_each_part_found_and_what_it_could_not_write() -> None:
    whole = {sheet.key: Layout(sheet, sheet.label, columns={sheet.identity[0]: 1}) for sheet in SHEETS}
    tables = Tables(TABLES, {**whole, "messages": Layout(BY_KEY["messages"], "消息")})
    answer = Result("all", 1, Plan(), tables, items={"due": DUE, "validate": FINDINGS, "duplicates": [{}, {}]})
    said = list(sentences(answer))
    assert "查重: 2 对房源可能是同一套, 请在「疑似重复」表判断。" in said
    assert [line.split(":")[0] for line in said if not line.startswith(" ")] == [
        "校验", "评级", "待办", "匹配", "查重", "消息", "今日待办的头几位", "没有写",
    ]  # fmt: skip
    assert said[-1].startswith("没有写: 消息 (")
    assert of_result(answer, given()).as_json["missing"] == ["消息"]


def test_a_setting_that_cannot_be_used_is_told_by_every_action() -> None:
    tables = Tables(
        TABLES,
        {"settings": Layout(BY_KEY["settings"], "设置", columns={"value": 3})},
        [Finding("settings", 9, "value", "bad_setting", Severity.ERROR, "不行。")],
    )
    assert list(sentences(Result("grade", 1, Plan(), tables, items=[])))[1] == "设置!C9: 不行。"


CHANGES = Plan([ColumnChange("clients", "name", (2, 3), ("王芳", None), ("王 芳", "换行\n名")),
                ColumnChange("report", "$B", (3,), (None,), (1234.0,))])  # fmt: skip


def test_a_run_says_what_it_changed_and_how_to_go_back() -> None:
    text = of_result(result("grade", [], CHANGES), given()).text.splitlines()
    assert text[0] == "评级: 改了 3 格 (第 1 次运行, 1.2 秒): 客户 2, 报表 1。"
    assert text[-1] == "反悔: genjin undo 店.xlsx"


def test_a_preview_names_cell_and_column_with_old_and_new() -> None:
    answer = of_result(Result("grade", 0, CHANGES, TABLES, items=[]), given(preview=True))
    text = answer.text.splitlines()
    assert text[0] == "评级预览: 会改 3 格, 什么都没有写入。"
    assert text[2:] == [
        "客户: 2 格", "    B2 姓名: 「王芳」 → 「王 芳」", "    B3 姓名: (空) → 「换行 名」", "报表: 1 格",
        "    B3: (空) → 「1234」",
    ]  # fmt: skip
    assert answer.as_json["changes"][0] == {"sheet": "客户", "cell": "B2", "old": "王芳", "new": "王 芳"}


def test_nothing_to_change_is_said_in_a_few_words() -> None:
    assert of_result(Result("match", 0, Plan(), TABLES, items=[]), given()).text.startswith(
        "匹配: 没有需要改的格子。\n"
    )


def test_a_history_stands_in_columns_with_the_newest_first() -> None:
    runs = [
        Run(12, "undo", "root", "2026-11-21T09:30:05", "2026-11-21", Plan(), undoes=9, changed=1342),
        Run(9, "all", "小王", "2026-11-20T18:00:00", "2026-11-20", Plan(), undone=True, changed=5),
    ]
    answer = of_history(runs, given(), 0.0)
    assert answer.text.splitlines() == [
        "运行  时间              做了什么     改动      谁",
        "12    2026-11-21 09:30  撤销第 9 次  1,342 格  root",
        "9     2026-11-20 18:00  全部         5 格      小王  已撤销",
    ]
    assert answer.as_json["seconds"] > 0
    assert "还没有运行过" in of_history([], given(), 0.0).text


def test_undo_lists_the_cells_that_it_left_alone_sheet_by_sheet() -> None:
    items = [{"sheet": "客户", "cell": f"F{row}", "expected": "A", "found": ""} for row in range(20)]
    items.append({"sheet": "消息", "cell": "", "expected": "9 格", "found": "(后来的运行重新写过)"})
    figures = {"undone": 3, "action": "grade", "at": "2026-11-20T18:00:00"}
    text = of_undo(result("undo", items, CHANGES, figures=figures), given()).text.splitlines()
    assert text[:3] == [
        "已撤销第 3 次运行 (评级, 2026-11-20 18:00): 3 格放回旧值。",
        "客户: 20 格在那之后改过, 没有动:",
        "    F0: 现在是(空), 当时写的是「A」",
    ]
    assert text[-2:] == ["    …还有 8 格", "消息: 后来的运行重新写过, 没有动。"]


def test_an_import_says_how_many_rows_and_what_comes_next() -> None:
    figures = {"imported": 1234, "duplicates": 2, "refused_rows": 1}
    text = of_import(result("import", [], CHANGES, figures=figures), given(into=Path("店.xlsx"))).text.splitlines()
    assert text[0] == "导入 1,234 行, 重复 2 行, 不是记录 1 行 (第 1 次运行, 1.2 秒)。"
    assert text[-2:] == ["下一步: genjin all 店.xlsx", "反悔: genjin undo 店.xlsx"]


@pytest.mark.parametrize(("sample", "after"), [(None, "genjin import"), ("small", "genjin all 店.xlsx")])
def test_a_new_workbook_names_the_next_step(sample: str | None, after: str) -> None:
    assert after in of_new(given(sample=sample), 0.5).text


def test_json_holds_dates_as_text_and_plain_numbers() -> None:
    moment, day = dt.datetime(2026, 11, 20, 9, 30), dt.date(2026, 11, 20)
    plan = Plan([ColumnChange("clients", "name", (2, 3), (day, None), (moment, 2.5))])
    changes = of_result(Result("grade", 0, plan, TABLES, items=[]), given(preview=True)).as_json["changes"]
    assert [(c["old"], c["new"]) for c in changes] == [("2026-11-20", "2026-11-20T09:30:00"), (None, 2.5)]


def handed_over(done: int, left: int) -> list[str]:
    answer = Result("handover", 1, Plan(), TABLES, items=[], figures={"handover_done": done, "handover_open": left})
    return list(sentences(answer))


@pytest.mark.requirement("F8")
@pytest.mark.parametrize(
    ("done", "left", "told"),
    [
        (0, 0, "没有要离职的人还有东西要交接。请先在「人员」表填「离职」日期。"),
        (0, 3, "没有交接任何一项, 还有 3 项待交接: 请在「交接单」表填「接手人」, 再点一次「离职交接」。"),
        (2, 3, "交接了 2 项, 还有 3 项待交接: 请在「交接单」表填「接手人」, 再点一次「离职交接」。"),
        (5, 0, "交接了 5 项, 没有待交接的。"),
    ],
)
def test_a_handover_says_what_went_and_what_is_open(done: int, left: int, told: str) -> None:
    assert handed_over(done, left) == [told]


def test_duplicates_say_what_was_not_compared() -> None:
    whole = {sheet.key: Layout(sheet, sheet.label, columns={sheet.identity[0]: 1}) for sheet in SHEETS}
    figures = {"pairs_left_out": 4, "pairs_crowded": 300, "pairs_crowded_at": "房源!C2"}
    crowded = "有 300 行房源(如 房源!C2)地址或资料写得一样的太多"
    for action in ("duplicates", "all"):
        items = {"duplicates": []} if action == "all" else []
        said = list(sentences(Result(action, 1, Plan(), Tables(TABLES, whole), items=items, figures=figures)))
        assert sum(crowded in line for line in said) == 1
    quiet = list(sentences(Result("all", 1, Plan(), Tables(TABLES, whole), items={"duplicates": []}, figures={})))
    assert not [line for line in quiet if line.startswith("查重")]
