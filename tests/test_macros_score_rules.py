"""The rows of 评分规则: what is shipped, what can be used, and what is said about the rest."""

import pytest

from macros.score_fields import Facts
from macros.score_rules import BLOCKS, Rule, default_rules, read_rules
from tests.tables import tables_from
from workbook.changes import Finding
from workbook.sheets.score_rules import COMPUTED, FIELDS, SCORE_RULES
from workbook.tables import empty_frame
from workbook.values import EPOCH

HEADER = "评分规则\n| 规则ID | 维度 | 规则 | 依据 | 条件 | 值 | 分 | 启用 |\n"


def read(*rows: str) -> tuple[list[Rule], list[Finding]]:
    return read_rules(tables_from(HEADER + "\n".join(f"| {row} |" for row in rows))["score_rules"])


def refused(row: str) -> Finding:
    rules, findings = read("G1 | 意向程度 | 好 | 客户.状态 | 等于 | 对比选择 | 5 | 是", row)
    assert [rule.rule_id for rule in rules] == ["G1"]
    assert len(findings) == 1
    return findings[0]


@pytest.mark.requirement("R27")
def test_a_row_of_the_sheet_becomes_a_rule() -> None:
    rules, findings = read("G1 | 意向程度 | 在比较 | 客户.状态 | 属于 | 对比选择、意向强烈 | 7.5 | 是")
    assert findings == []
    assert rules == [Rule("G1", "意向程度", "在比较", "客户.状态", "属于", ("对比选择", "意向强烈"), 7.5)]


def test_a_rule_that_is_switched_off_does_not_count_and_an_empty_switch_is_on() -> None:
    rules, _ = read(
        "G1 | 意向程度 | a | 客户.状态 | 有内容 | | 5 | 否", "G2 | 意向程度 | b | 客户.状态 | 有内容 | | 5 | "
    )
    assert [rule.rule_id for rule in rules] == ["G2"]


def test_a_rule_that_is_switched_off_is_not_checked() -> None:
    assert read("G1 | 意向程度 | a | 客户.体重 | 等于 | 9 | 5 | 否") == ([], [])


@pytest.mark.parametrize(
    ("row", "column", "check", "says"),
    [
        ("G2 | 心情 | a | 客户.状态 | 有内容 | | 5 | 是", "block", "score_rule_block", "「心情」"),
        ("G2 | 意向程度 | a | 客户.体重 | 有内容 | | 5 | 是", "field", "score_rule_field", "「客户.体重」"),
        ("G2 | 意向程度 | a | 客户.分数 | 不低于 | 50 | 5 | 是", "field", "score_rule_field", "Genjin 算出的列"),
        (
            "G2 | 意向程度 | a | 客户.状态 | 不低于 | 5 | 5 | 是",
            "op",
            "score_rule_op",
            "请改用 等于、属于、包含、有内容、无内容",
        ),
        ("G2 | 意向程度 | a | 带看.次数 | 包含 | 5 | 5 | 是", "op", "score_rule_op", "不适用于「带看.次数」"),
        ("G2 | 意向程度 | a | 客户.标签 | 等于 | 急购 | 5 | 是", "op", "score_rule_op", "请改用 包含"),
        ("G2 | 意向程度 | a | 客户.生日 | 等于 | 2026-01-01 | 5 | 是", "op", "score_rule_op", "请改用 不低于、不高于"),
        ("G2 | 意向程度 | a | 客户.状态 |  | 5 | 5 | 是", "op", "score_rule_op", "条件「」"),
        ("G2 | 意向程度 | a | 带看.次数 | 不低于 | 两次 | 5 | 是", "value", "score_rule_value", "请填数字"),
        ("G2 | 意向程度 | a | 带看.次数 | 不低于 |  | 5 | 是", "value", "score_rule_value", "没有值"),
        ("G2 | 意向程度 | a | 客户.状态 | 等于 | 对比 | 5 | 是", "value", "score_rule_value", "对比选择"),
        ("G2 | 意向程度 | a | 客户.状态 | 等于 |  | 5 | 是", "value", "score_rule_value", "没有值"),
        ("G2 | 意向程度 | a | 客户.职业 | 等于 |  | 5 | 是", "value", "score_rule_value", "要找的文字"),
        ("G2 | 意向程度 | a | 客户.职业 | 包含 |  | 5 | 是", "value", "score_rule_value", "要找的文字"),
        ("G2 | 意向程度 | a | 需求.期望时间 | 不高于 | 明天 | 5 | 是", "value", "score_rule_value", "请填日期"),
        ("G2 | 意向程度 | a | 客户.锁定 | 等于 | 也许 | 5 | 是", "value", "score_rule_value", "「是」或「否」"),
        ("G2 | 意向程度 | a | 客户.状态 | 有内容 | |  | 是", "points", "score_rule_points", "没有分数"),
    ],
)
def test_a_row_that_cannot_be_used_is_found_and_passed_over(row: str, column: str, check: str, says: str) -> None:
    finding = refused(row)
    assert (finding.sheet, finding.row, finding.column, finding.check) == ("score_rules", 3, column, check)
    assert says in finding.message
    assert "没有计分。请" in finding.message
    assert finding.message.endswith("。")


@pytest.mark.parametrize(
    ("field", "op", "value", "operand"),
    [
        ("带看.次数", "不低于", "3 次", 3),
        ("带看.次数", "等于", "3", (3,)),
        ("带看.次数", "属于", "1、3", (1, 3)),
        ("需求.首付比例", "不低于", "30%", 30),
        ("需求.预算上限", "不高于", "1,000", 1000),
        ("客户.职业", "等于", "医生、护士", ("医生、护士",)),
        ("客户.职业", "包含", "医生、护士", ("医生", "护士")),
        ("客户.标签", "包含", "急购", ("急购",)),
        ("客户.锁定", "等于", "是", (True,)),
        ("需求.期望时间", "不高于", "2026-06-30", EPOCH.replace(2026, 6, 30)),
        ("客户.职业", "有内容", "随便", None),
        ("客户.职业", "无内容", "", None),
    ],
)
def test_a_value_is_read_by_the_kind_of_its_field(field: str, op: str, value: str, operand: object) -> None:
    rules, findings = read(f"G1 | 意向程度 | a | {field} | {op} | {value} | 5 | 是")
    assert findings == []
    assert rules[0].operand == operand


@pytest.mark.requirement("R26")
def test_the_shipped_rules_can_all_be_used_and_serve_every_block() -> None:
    rules, findings = read_rules(default_rules())
    assert findings == []
    assert {rule.block for rule in rules} == set(BLOCKS)
    assert len({rule.rule_id for rule in rules}) == len(rules) == len(default_rules())
    assert all(default_rules()["source"] != "")


@pytest.mark.parametrize(("block", "cap"), list(zip(BLOCKS, (35, 25, 20, 20), strict=True)))
def test_the_shipped_rules_can_fill_their_block(block: str, cap: float) -> None:
    rules = [rule for rule in read_rules(default_rules())[0] if rule.block == block]
    best = {field: max(rule.points for rule in rules if rule.field == field) for field in {r.field for r in rules}}
    assert sum(points for points in best.values() if points > 0) >= cap


def test_an_empty_sheet_means_the_shipped_rules() -> None:
    assert read_rules(empty_frame(SCORE_RULES)) == read_rules(default_rules())


def test_every_field_of_the_drop_down_can_be_read() -> None:
    facts = Facts(tables_from(""), EPOCH.date())
    assert {name: len(facts[name].owner) for name in FIELDS} == dict.fromkeys(FIELDS, 0)
    assert all(COMPUTED[name].prompt for name in COMPUTED)


def test_an_unknown_field_is_refused() -> None:
    with pytest.raises(KeyError):
        Facts(tables_from(""), EPOCH.date())["客户.体重"]
