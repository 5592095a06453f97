"""What every command says beside its answer: what it could not write because of somebody else, and copies that wait to be merged."""

from collections.abc import Callable, Sequence
from pathlib import Path

from macros.answer import Answer
from macros.wording import quoted
from workbook.sheets.conflicts import CONFLICTS

Aside = Callable[[Answer], Answer]


def aside_of(book: Path, conflicts: Sequence[object]) -> Aside | None:
    """Return what adds the lines to an answer, None where there is nothing to say."""
    from macros.sharing.copies import copies_of

    copies = copies_of(book)
    if not copies and not conflicts:
        return None

    def told(answer: Answer) -> Answer:
        named = {file for item in _items(answer) if (file := item.get("file"))}
        waiting = [
            file.name for file in copies if file.name not in named or answer.as_json.get("action") != "merge_files"
        ]
        lines = [answer.text, *_lines(book, len(conflicts), waiting)]
        more = ({"conflicts": len(conflicts)} if conflicts else {}) | ({"copies": waiting} if waiting else {})
        return Answer(answer.as_json | more, "\n".join(lines), answer.errors)

    return told


def _items(answer: Answer) -> list[dict[str, object]]:
    items = answer.as_json.get("items")
    return [item for item in items if isinstance(item, dict)] if isinstance(items, list) else []


def _lines(book: Path, conflicts: int, copies: Sequence[str]) -> list[str]:
    lines = []
    if conflicts:
        lines.append(
            f"「{CONFLICTS.label}」: {conflicts} 处别人同时改过, 别人的值留着。请在「处理」里选「采用」或「保留」, 再运行一次。"
        )
    if copies:
        shown = "、".join(copies[:5]) + (f" 等 {len(copies)} 个" if len(copies) > 5 else "")
        do = f"请合并: genjin merge {quoted(book.name)} {quoted(copies[0])}"
        lines.append(f"{book.name}: 旁边有它的副本 {shown}, 里面可能有别人的改动。{do}。")
    return lines
