"""genjin robot: today's list of each agent into their group."""

import argparse
import time
from collections.abc import Iterator, Mapping

from macros.answer import Answer
from macros.answers import envelope, rounded
from macros.due_lists import open_lines
from macros.robot import Pace, hook_of, post
from macros.robot_texts import robot_texts
from macros.session import Session
from workbook.book import missing_sheet
from workbook.errors import UsageError

Item = dict[str, object]


def tell(given: argparse.Namespace) -> Answer:
    """Post the list of each agent, or of one; with a preview only show the texts, without the network."""
    from macros.commands import opened

    with opened(given, given.book) as session:
        texts = _texts(session, given.who)
        items = (
            [_shown(name, *said) for name, said in texts.items()] if given.preview else list(_posted(session, texts))
        )
    wrong = sum(item["state"] == "failed" for item in items)
    answer = envelope("robot", given, given.book) | {
        "items": items, "preview": given.preview, "seconds": rounded(time.perf_counter() - given.began),
    }  # fmt: skip
    return Answer(answer, "\n".join(_lines(items, given.preview)), wrong)


def _texts(session: Session, who: str) -> Mapping[str, tuple[str, str]]:
    for key in ("due", "clients"):
        if not session.tables.layouts[key].columns:
            raise missing_sheet(session.tables.layouts[key].name)
    lines = open_lines(session.tables, session.options.today, session.settings)
    texts = robot_texts(session.tables, lines, session.settings.agency.name)
    if who and who not in texts:
        do = f"可以是: {'、'.join(texts)}" if texts else "请先做「待办」"
        raise UsageError("--who", f"「今日待办」里没有「{who[:20]}」要做的事", do, code="NOBODY_LISTED")
    return {who: texts[who]} if who else texts


def _posted(session: Session, texts: Mapping[str, tuple[str, str]]) -> Iterator[Item]:
    """Yield what became of each text. All robots are looked up first: what is not set up is told before anything goes out."""
    hooks = {name: hook_of(name) for name in texts}
    pace = Pace()
    for name, (title, text) in texts.items():
        session.options.progress(f"机器人 {name}")
        pace.wait(hooks[name].url)
        problem = post(hooks[name], title, text, session.options.now)
        yield {
            "who": name,
            "title": title,
            "state": "failed" if problem else "sent",
            "said": problem,
            "to": hooks[name].kind,
        }


def _shown(name: str, title: str, text: str) -> Item:
    return {"who": name, "title": title, "state": "would", "said": "", "text": text}


def _lines(items: list[Item], preview: bool) -> Iterator[str]:
    if not items:
        yield "「今日待办」里没有要做的事, 没有什么可发。请先做「待办」。"
        return
    sent = sum(item["state"] == "sent" for item in items)
    yield f"机器人预览: {len(items)} 条, 什么都没有发。" if preview else f"机器人: {len(items)} 条, 发出 {sent} 条。"
    for item in items:
        yield f"{item['text']}\n" if preview else f"    {item['title']}: {item['said'] or '已发到' + str(item['to'])}"
