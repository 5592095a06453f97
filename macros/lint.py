"""genjin lint: what is wrong with message templates, by line, and what they lack though they could be sent.

Texts come from a workbook (模板), a file or a folder of .j2, or a .json list of texts, with or without ids. Nothing is rendered for a
client and nothing is written.
"""

import argparse
import json
import re
import time
from collections.abc import Callable, Collection, Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

from macros import wording
from macros.answer import Answer
from macros.due_reasons import RULES as REASONS
from macros.message_fields import FIELDS
from macros.outbox.sms import ALONE, OF_SEVERAL, UCS2, sms_length
from macros.template_guard import HEADER, guard, nearest, place
from macros.templates import MARKETING, Template, load_template
from workbook.errors import FileRefused, TemplateRefused
from workbook.sheets.followups import FOLLOWUPS

ON_DEMAND = "指定"
"""The trigger of a template that is used only where a rule or a task names it."""
MADE = ("挽回", "流失问卷", "成交步骤", "任务")
GROUPS = ("A", "B", "C", "D", "成交", "流失", "洽谈")
SAYS_NO = re.compile(r"暂不|不再[发收联打]|不想(再)?收|别再[发联]|退订|\bno thanks\b|\bSTOP\b|unsubscribe", re.I)
"""How a marketing text tells what to answer so that no more come."""
NAME_LENGTH = 60
"""As much of an id of a list as is told again."""
_BOOKS = (".xlsx", ".xlsm")
_TRIGGER = re.compile(r"^\s*trigger\s*[:：]", re.M)


class Advice(NamedTuple):
    """What speaks against a template that can be used; `wrong` unless it is only to be known; `trigger`: it is about that."""

    message: str
    wrong: bool = True
    trigger: bool = False


class Item(NamedTuple):
    """One template: `line` is 0 where nothing is wrong or the whole text is meant."""

    template: str
    ok: bool
    line: int
    message: str
    seconds: float


def advice(template: Template, rules: Collection[str] = ()) -> Iterator[Advice]:
    """Yield what a usable template lacks; `rules` are the 事由 of the agency's own 触发规则, beside the shipped ones."""
    if template.purpose == MARKETING:
        for name, why in (("机构", "是哪家"), ("经纪人", "是谁")):
            if name not in template.fields:
                yield Advice(f"营销消息没有说{why}: 请在正文写上 {{{{ {name} }}}}, 且不要放进可以没有的字段。")
        if not SAYS_NO.search(HEADER.sub("", template.source, count=1)):
            yield Advice("营销消息没有说怎么不再收: 请加一句, 如「不想再收到, 回「暂不」就好」。")
    for trigger in template.trigger:
        if problem := _unknown(trigger, rules):
            yield Advice(problem, trigger=True)
    if template.channel == "短信" and (parts := sms_length(_as_long_as(template)).parts) > 1:
        yield Advice(
            f"短信太长: 约分 {parts} 条发出 (一条最多 {ALONE[UCS2]} 字, 分条每条 {OF_SEVERAL[UCS2]} 字), 请缩短。",
            False,
        )


def occasions(rules: Collection[str] = ()) -> tuple[str, ...]:
    """Return every 事由 that a template may name."""
    return tuple(dict.fromkeys([*REASONS, *MADE, *_shipped_rules(), *rules, ON_DEMAND]))


@cache
def _shipped_rules() -> tuple[str, ...]:
    from macros.triggers.rules import default_triggers

    return tuple(default_triggers()["name"])


def _unknown(trigger: str, rules: Collection[str]) -> str:
    """Return what is wrong with one word of `trigger`, "" if nothing is."""
    known = occasions(rules)
    reason, colon, group = trigger.partition(":")
    if reason not in known:
        near = nearest(reason, known)
        do = f"是不是「{near}」?" if near else f"可以是 {'、'.join(known)}。"
        return f"没有「{reason[:40]}」这个事由: {do}"
    groups = (*GROUPS, *FOLLOWUPS["next_act"].choices)
    if colon and group not in groups:
        return f"「{trigger[:40]}」冒号后面不对: 可以是 {'、'.join(groups)}。"
    return ""


def _as_long_as(template: Template) -> str:
    """Return the text with every field filled, by words of about the usual length."""
    values = {name: [name * 2] if FIELDS[name].many else name for name in template.names}
    return template.render(values)


def linted(name: str, read: Callable[[], Template], rules: Collection[str] = ()) -> Item:
    """Return the item of a template; `read` returns it or raises TemplateRefused."""
    began = time.perf_counter()
    try:
        template = read()
    except TemplateRefused as refusal:
        return Item(name, False, _line_in(refusal), str(refusal), _since(began))
    found = list(advice(template, rules))
    wrong = any(one.wrong for one in found)
    line = _trigger_line(template.source) if found and found[0].trigger else int(bool(found))
    return Item(name, not wrong, line, " ".join(one.message for one in found), _since(began))


def _trigger_line(source: str) -> int:
    found = _TRIGGER.search(source)
    return source[: found.start()].count("\n") + 1 if found else 1


def _since(began: float) -> float:
    return round(time.perf_counter() - began, 4)


def _line_in(refusal: TemplateRefused) -> int:
    found = re.search(r" 第 (\d+) 行$", refusal.where)
    return int(found[1]) if found else 1


def lint(given: argparse.Namespace) -> Answer:
    """Judge the templates of a workbook, a file or a folder. Raises FileRefused where there is none."""
    path: Path = given.path
    items = list(_items(given, path))
    bad = sum(not one.ok for one in items)
    lines = [f"{one.template}: {one.message}" for one in items if one.message]
    head = f"{path.name}: 看了 {len(items)} 个模板, {'都可以用' if not bad else f'{bad} 个要改'}。"
    return Answer(
        {"command": "lint", "ok": not bad, "items": [one._asdict() for one in items]}, "\n".join([head, *lines]), bad
    )


def _items(given: argparse.Namespace, path: Path) -> Iterator[Item]:
    if path.suffix.lower() in _BOOKS:
        return _of_book(given, path)
    if not path.exists():
        raise FileRefused(str(path), "没有这个文件或文件夹", "请核对路径", code="FILE_MISSING")
    if path.suffix.lower() == ".json":
        return _of_texts(path)
    files = sorted(path.rglob("*.j2")) if path.is_dir() else [path]
    if not files:
        raise FileRefused(str(path), "这个文件夹里没有 .j2 模板", "请写出模板所在的文件夹", code="FILE_MISSING")
    return (linted(_named(file, path), lambda file=file: load_template(file)) for file in files)  # type: ignore[misc]


def _named(file: Path, top: Path) -> str:
    return file.relative_to(top).as_posix() if top.is_dir() else file.name


def _of_texts(path: Path) -> Iterator[Item]:
    """Yield an item per text of a .json list: strings, or objects with the text as t, text or body."""
    try:
        texts = json.loads(path.read_text("utf-8-sig"))
    except (UnicodeDecodeError, ValueError, RecursionError):
        raise FileRefused(
            path.name, "不是 UTF-8 的 JSON", '请存成 JSON 列表, 如 ["{{ 称谓 }}您好"]', code="BAD_JSON"
        ) from None
    if not isinstance(texts, list):
        raise FileRefused(path.name, "不是列表", '请写成 JSON 列表, 如 ["{{ 称谓 }}您好"]', code="BAD_JSON")
    return (_of_text(str(number), text) for number, text in enumerate(texts, start=1))


def _of_text(number: str, given: object) -> Item:
    told: Mapping[str, Any] = given if isinstance(given, dict) else {"t": given}
    text = next((told[key] for key in ("t", "text", "body") if isinstance(told.get(key), str)), "")
    name = wording.plain(told.get("id") or number)[:NAME_LENGTH]
    began = time.perf_counter()
    try:
        if not text.strip():
            do = "请写在 t、text 或 body 里"
            raise TemplateRefused(place(f"模板 {name}", 1), "没有文字", do, code="template_header")
        guard(text, f"模板 {name}")
    except TemplateRefused as refusal:
        return Item(name, False, _line_in(refusal), str(refusal), _since(began))
    return Item(name, True, 0, "", _since(began))


def _of_book(given: argparse.Namespace, path: Path) -> Iterator[Item]:
    from macros.commands import opened
    from macros.template_book import KEY, book_of, rows_of
    from macros.templates import FOLDERS
    from workbook.book import missing_sheet

    given.preview = True
    with opened(given, path) as session:
        tables = session.tables
    if not tables.layouts[KEY].columns:
        raise missing_sheet(tables.layouts[KEY].name)
    rules = [str(name) for name in tables["trigger_rules"]["name"]]
    for language in FOLDERS:
        rows = rows_of(tables[KEY], language)
        book = book_of(tables, language) if len(rows) else None
        for at, name in zip(map(int, rows.index), rows["template_id"], strict=True):
            if book and (at in book.rows or at in book.read):
                yield linted(str(name), lambda at=at, book=book: _again(book, at), rules)  # type: ignore[misc]


def _again(book: Any, at: int) -> Template:
    """Return the template of a row, or raise what speaks against it."""
    if at in book.rows:
        raise book.rows[at]
    template: Template = book.read[at]
    return template
