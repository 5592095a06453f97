"""The layout of the 报表 page: which cell holds which figure. The report fills the cells, the builder draws frames and charts."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from workbook.book import column_letter, column_number

SLOTS: Mapping[str, str] = {"title": "B2", "period": "B3", "summary": "B4", "this": "C7", "last": "D7"}
"""Single cells by name: the heading, the days that are reported, one or two sentences on what matters, and what the days of the two
columns of 关键数字 are called."""

MONTHLY: Mapping[str, str] = {"本周": "本月", "上周": "上月"}
"""A header as it is drawn -> what it says after a report of the month."""


@dataclass(frozen=True)
class Block:
    """A table on the page: `first` is the cell of its first row of data (headers stand above it), at most `rows` rows.

    `columns` are key -> Chinese header, in order from left to right.
    """

    title: str
    first: str
    columns: Mapping[str, str]
    rows: int

    @property
    def row(self) -> int:
        """The number of the first row of data."""
        return int("".join(c for c in self.first if c.isdigit()))

    @property
    def column(self) -> int:
        """The number of the first column, counted from 1."""
        return column_number("".join(c for c in self.first if c.isalpha()))

    def address(self, row: int, key: str) -> str:
        """Return the cell of a column's row, counted from 0, such as C8."""
        return f"{column_letter(self.column + list(self.columns).index(key))}{self.row + row}"


TABLES: Mapping[str, Block] = {
    "figures": Block(
        "关键数字",
        "B8",
        {
            "name": "指标", "value": "本周", "previous": "上周", "target": "目标", "n": "样本数", "definition": "口径",
        },
        16,
    ),
    "funnel": Block("阶段漏斗", "B28", {"stage": "阶段", "count": "客户数"}, 8),
    "grades": Block("等级分布", "B40", {"grade": "等级", "count": "客户数"}, 4),
    "sources": Block(
        "来源效果", "B54", {"source": "来源", "clients": "新客户", "viewings": "带看", "deals": "成交"}, 10
    ),
    "overdue": Block(
        "逾期按负责人", "B70", {"agent": "负责人", "clients": "客户数", "overdue": "逾期", "longest_days": "最长天数"}, 20
    ),
}  # fmt: skip


def block_cells(name: str, rows: Sequence[Mapping[str, object]]) -> dict[str, object]:
    """Return {"B8": value} for every cell of a block: rows beyond those given are emptied, rows beyond the block's end left out."""
    block = TABLES[name]
    padded = [*rows[: block.rows], *({} for _ in range(block.rows - len(rows)))]
    return {block.address(at, key): row.get(key) for at, row in enumerate(padded) for key in block.columns}
