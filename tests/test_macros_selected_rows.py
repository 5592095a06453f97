"""What selected rows mean, whether a person has marked them or typed them on the command line."""

import pytest
from tables import tables_from

from macros.selected_rows import Chosen, chosen, parse_rows
from workbook.book import Selection
from workbook.errors import UsageError

SHEETS = """
客户
| 客户ID | 姓名 |
| C1     | 张伟 |
| C2     | 李娜 |
|        | 没号 |
需求
| 需求ID | 客户ID |
| Q1     | C1     |
| Q2     | C1     |
| Q3     | C2     |
|        | C2     |
房源
| 房源ID | 小区 |
| H1     | 甲苑 |
| H2     | 乙苑 |
今日待办
| 客户ID | 事由 |
| C2     | 承诺 |
匹配结果
| 需求ID | 房源ID |
| Q2     | H1     |
反向匹配
| 房源ID | 小区 |
| H2     | 乙苑 |
消息
| 客户ID | 模板 |
| C1     | x    |
跟进
| 跟进ID | 对象 | 对象ID |
| F1     | 客户 | C2     |
| F2     | 房源 | H2     |
| F3     | 业主 | C1     |
带看
| 带看ID | 客户ID | 需求ID | 房源ID |
| V1     | C1     | Q1     | H1     |
| V2     | C1     |        | H2     |
"""


def means(clients: str = "", requests: str = "", listings: str = "") -> Chosen:
    return Chosen(*(frozenset(words.split()) for words in (clients, requests, listings)))


@pytest.mark.parametrize(
    ("sheet", "rows", "meant"),
    [
        ("客户", (2,), means("C1", "Q1 Q2")),
        ("客户", (2, 3), means("C1 C2", "Q1 Q2 Q3")),
        ("客户", (1,), means()),
        ("客户", (4, 5, 90), means()),
        ("客户", (), means()),
        ("需求", (2,), means("C1", "Q1")),
        ("需求", (3, 4), means("C1 C2", "Q2 Q3")),
        ("需求", (5,), means("C2", "Q3")),
        ("房源", (2, 3), means("", "", "H1 H2")),
        ("今日待办", (2,), means("C2", "Q3")),
        ("匹配结果", (2,), means("C1", "Q2", "H1")),
        ("反向匹配", (2,), means("", "", "H2")),
        ("消息", (2,), means("C1", "Q1 Q2")),
        ("跟进", (2,), means("C2", "Q3")),
        ("跟进", (3,), means("", "", "H2")),
        ("跟进", (4,), means()),
        ("带看", (2,), means("C1", "Q1", "H1")),
        ("带看", (2, 3), means("C1", "Q1 Q2", "H1 H2")),
        ("首页", (2,), means()),
        ("字典", (2,), means()),
        ("没有这张表", (2,), means()),
    ],
)
def test_rows_mean_what_they_are_about(sheet, rows, meant):
    assert chosen(tables_from(SHEETS), Selection(sheet, rows)) == meant


@pytest.mark.parametrize(
    ("text", "sheet", "rows"),
    [
        ("客户!2", "客户", (2,)),
        ("客户!2,3-4", "客户", (2, 3, 4)),
        ("客户！４、２～３，2", "客户", (2, 3, 4)),
        (" clients ! 3 - 3 ", "客户", (3,)),
        ("客户!2:900000", "客户", (2, 3, 4)),
        ("客户!90", "客户", ()),
        ("带看记录!1-2", "带看", (1, 2)),
    ],
)
def test_typed_rows_are_read_like_a_selection(text, sheet, rows):
    assert parse_rows(text, tables_from(SHEETS)) == Selection(sheet, rows)


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("", "--rows: 「」没有写是哪张表。请写成 客户!5,8-12。"),
        ("5-8", "--rows: 「5-8」没有写是哪张表。请写成 客户!5,8-12。"),
        ("客人!5", "--rows: 没有「客人」这张表。请写成 客户!5,8-12。"),
        ("问题!5", "--rows: 没有「问题」这张表。请写成 客户!5,8-12。"),
        ("客户!", "--rows: 「」不是行号。请写成 客户!5,8-12。"),
        ("客户!0", "--rows: 「0」不是行号。请写成 客户!5,8-12。"),
        ("客户!8-5", "--rows: 「8-5」不是行号。请写成 客户!5,8-12。"),
        ("客户!5,x", "--rows: 「x」不是行号。请写成 客户!5,8-12。"),
        ("客户!5,", "--rows: 「」不是行号。请写成 客户!5,8-12。"),
        ("客户!F5", "--rows: 「F5」不是行号。请写成 客户!5,8-12。"),
        ("客户!99999999", "--rows: 「99999999」不是行号。请写成 客户!5,8-12。"),
    ],
)
def test_nonsense_is_refused(text, complaint):
    with pytest.raises(UsageError) as refusal:
        parse_rows(text, tables_from(SHEETS))
    assert str(refusal.value) == complaint
