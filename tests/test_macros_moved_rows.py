"""Findings follow the lines of a sheet that is written anew."""

from macros.moved_rows import followed, told_after
from tests.tables import tables_from
from workbook.changes import Finding, Outcome, Severity

BEFORE = """
今日待办
| 客户ID | 事由 |
| C1 | 定期跟进 |
| C2 | 承诺到期 |
| C1 | 生日关怀 |
"""
AFTER = """
今日待办
| 客户ID | 事由 |
| C1 | 生日关怀 |
| C9 | 定期跟进 |
| C1 | 定期跟进 |
"""


def finding(row: int, sheet: str = "due") -> Finding:
    return Finding(sheet, row, "done", "试", Severity.WARNING, "试")


def test_a_finding_has_the_row_that_its_line_has_now_and_one_of_a_line_that_is_gone_is_left_out() -> None:
    before, after = tables_from(BEFORE), tables_from(AFTER)
    told = followed([finding(n) for n in (0, 2, 3, 4)] + [finding(3, "clients")], before, after, ["due"])
    assert told == [finding(0), finding(4), finding(2), finding(3, "clients")]


def test_earlier_outcomes_tell_of_the_new_rows_too() -> None:
    before, after = tables_from(BEFORE), tables_from(AFTER)
    before = before.with_outcome(Outcome(findings=[finding(2)]))
    outcomes, told = told_after([Outcome(findings=[finding(4)])], before, Outcome(results={"due": after["due"]}))
    assert [list(one.findings) for one in outcomes] == [[finding(2)]]
    assert told == [finding(4)]
