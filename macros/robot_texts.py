"""The morning list of an agent as a message of a group's robot: Markdown, short enough for it, without a whole phone number.

Sources: F5, R109; developer.work.weixin.qq.com/document/path/99110 (Markdown of at most 4,096 bytes), open.dingtalk.com (20,000 bytes).
"""

import re
from collections.abc import Mapping, Sequence

import pandas as pd

from macros import wording
from workbook.tables import Tables

LONGEST_BYTES = 4096
WORDS_EACH = 60
SHORTEST_PHONE = 6
_SIGN = r"[ .·\-]?"
_PHONE = re.compile(
    rf"(?<!\d)((?:(?:\+|00)?86{_SIGN})?[1１][3-9３-９]\d)(?:{_SIGN}\d){{4}}{_SIGN}(\d(?:{_SIGN}\d){{3}})(?!\d)"
)
_LANDLINE = re.compile(r"(?<!\d)([(（]?0\d{2,3}[)）]?)[ -]?\d{3,4}(\d{4})(?!\d)")
_ABROAD = re.compile(rf"(?<![\d+])(\+(?!86)\d{{1,3}})(?:{_SIGN}\d){{4,9}}?{_SIGN}(\d{_SIGN}\d)(?!{_SIGN}\d)")
_MARKS = str.maketrans({
    "<": "＜", ">": "＞", "[": "［", "]": "］", "*": "＊", "_": "＿", "`": "｀", "#": "＃", "@": "＠", "\\": "＼",
})  # fmt: skip
"""Signs with a meaning in Markdown or for mentions, and what looks alike without one: neither program has a way to quote them."""


def masked(text: str) -> str:
    """Return text in which the middle of every phone number is hidden, however it is written: +86, blanks, brackets, of another country."""
    text = _ABROAD.sub(r"\1****\2", _PHONE.sub(r"\1****\2", text))
    return _LANDLINE.sub(r"\1-****\2", text)


def ends(phone: str) -> str:
    """Return what is shown of a cell that holds a phone number: enough to tell two apart, whatever it looks like."""
    hidden = masked(phone)
    return hidden if hidden != phone or len(phone) < SHORTEST_PHONE else f"{phone[:3]}****{phone[-2:]}"


def literal(text: object) -> str:
    """Return text on one line that stands in Markdown as it is, phone numbers masked."""
    return masked(wording.plain(text)).translate(_MARKS)


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
