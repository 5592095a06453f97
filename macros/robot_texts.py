"""The morning list of an agent as a message of a group's robot: Markdown, short enough for it, without a whole phone number.

Sources: F5, R109; developer.work.weixin.qq.com/document/path/99110 (Markdown of at most 4,096 bytes), open.dingtalk.com (20,000 bytes).
"""

from collections.abc import Mapping, Sequence

import pandas as pd

from macros import wording
from macros.privacy.masks import ends, hidden
from workbook.tables import Tables

LONGEST_BYTES = 4096
WORDS_EACH = 60
_MARKS = str.maketrans({
    "<": "＜", ">": "＞", "[": "［", "]": "］", "*": "＊", "_": "＿", "`": "｀", "#": "＃", "@": "＠", "\\": "＼",
})  # fmt: skip
"""Signs with a meaning in Markdown or for mentions, and what looks alike without one: neither program has a way to quote them."""


def literal(text: object) -> str:
    """Return text on one line that stands in Markdown as it is, numbers of phones and cards masked."""
    return hidden(wording.plain(text)).translate(_MARKS)


def robot_texts(tables: Tables, lines: pd.DataFrame, agency: str) -> dict[str, tuple[str, str]]:
    """Return agent -> title and Markdown of their open lines of 今日待办; `lines` as `macros.due_lists.open_lines` returns them."""
    phones = dict(zip(tables["clients"]["client_id"], tables["clients"]["phone1"], strict=True))
    names = sorted({name for name in lines["who"] if name})
    return {name: _text(name, lines.loc[lines["who"] == name], phones, agency) for name in names}


def _text(name: str, lines: pd.DataFrame, phones: Mapping[str, str], agency: str) -> tuple[str, str]:
    late = int((lines["overdue"] > 0).sum())
    title = f"{literal(name)} 今日待办 {len(lines)} 项"
    head = f"### {title}{f', 逾期 {late}' if late else ''}\n{literal(agency)}"
    rows = [
        _row(number, line, phones.get(str(line.client_id), ""))
        for number, line in enumerate(lines.itertuples(), start=1)
    ]
    return title, _fitting(head, rows)


def _row(number: int, line: object, phone: str) -> str:
    told = {key: literal(getattr(line, key)) for key in ("name", "grade", "channel", "pref_time", "what", "reason")}
    late = int(getattr(line, "overdue"))  # noqa: B009 - a row of a frame
    grade = f" ({told['grade']})" if told["grade"] else ""
    how = " ".join(filter(None, (told["channel"], literal(ends(phone)), told["pref_time"])))
    return (
        f"{number}. **{_short(told['name'], 20)}**{grade} {how}{f', 逾期 {late} 天' if late > 0 else ''}: {_short(told['what'])}\n"
        f"> {_short(told['reason'])}"
    )


def _short(text: str, most: int = WORDS_EACH) -> str:
    return text if len(text) <= most else f"{text[: most - 1]}…"


def _fitting(head: str, rows: Sequence[str]) -> str:
    """Return head and as many rows as the message has room for, and how many more there are."""
    text = head
    for number, row in enumerate(rows):
        more = f"\n…还有 {len(rows) - number} 项, 见工作簿「今日待办」"
        if len(f"{text}\n{row}{more}".encode()) > LONGEST_BYTES:
            return text + more
        text = f"{text}\n{row}"
    return text
