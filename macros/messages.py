"""One text per client who is due today, written from a template in the client's form of address (R13, R40, F9).

One line of 今日待办 decides (see `first_lines`): its 事由 and 等级 name the templates that may say it, tried in their order; the first one
against which nothing speaks is rendered. What may speak against it, in this order: the client refused contact or marketing, the text
went out already, the client was in touch today, a field that the template needs is empty. A row that is skipped says why.
"""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import pandas as pd

from macros.contacts import client_log
from macros.deals.late import STEP_TEXTS
from macros.due_reasons import DEAL_STEP
from macros.message_facts import facts_of, facts_of_lines
from macros.message_known import Facts
from macros.outbox.columns import dressed
from macros.outbox.states import SENT_KEPT, UNSURE, gone
from macros.permission import EXPECTED, REFUSED, SERVICE_ONLY, WAYS_TO, Banned, capped, consented
from macros.settings import Settings
from macros.template_book import KEY, book_of, templates_of, updates_of
from macros.templates import FOLDER, Template
from workbook.changes import Outcome
from workbook.errors import TemplateRefused
from workbook.sheets.messages import MESSAGES
from workbook.tables import Tables, to_frame
from workbook.values import empty_of

READY, SKIPPED, SENT = "可发", "跳过", "已发"
UNGRADED = "D"  # nothing is known of such a client: the least pressing text
SETTLED = BOUGHT, LOST = "成交", "流失"
_LOOKED_AT = ("client_id", "consent", "refused", "marketing", "pref_channel", "stage", "status", *WAYS_TO)
INSIDE = "这一步没有要客户做的, 或先等我们办完: 不用发消息"
_EMPTY = {column.key: empty_of(column.kind) for column in MESSAGES.columns}
_WRITTEN = ("微信", "短信", "邮件")  # a text went out, answered or not: another one the same day annoys


@dataclass(frozen=True, kw_only=True)
class Desk:
    """What the choice of a text looks at; `sent` by client and template: the day and the row, `touched` by client: the row in 跟进.

    `clients` have `refused` and `marketing` of `macros.permission` beside their columns; `barred` are the numbers and addresses that
    nothing may go to; `capped` is that of Bounds.
    """

    tables: Tables
    today: pd.Timestamp
    facts: Facts
    clients: Mapping[str, Any]
    by_trigger: Mapping[str, Sequence[Template]]
    by_task: Mapping[str, Template]
    sent: Mapping[tuple[str, str], tuple[pd.Timestamp, int]]
    sent_today: Mapping[str, Any]
    touched: Mapping[str, int]
    barred: Banned
    capped: Mapping[str, str]


@dataclass(frozen=True)
class Bounds:
    """The folder of templates, and who had enough contacts already: client -> why the number of contacts allows none today.

    The lines of 今日待办 have waited for that day, so none of theirs need be named. `barred` are the numbers and addresses that nothing may go to,
    where the tables hold some clients only; None: those of the tables.
    """

    folder: Path = FOLDER
    capped: Mapping[str, str] = field(default_factory=dict)
    barred: Banned | None = None


def messages(tables: Tables, today: dt.date, settings: Settings, folder: Path = FOLDER) -> Outcome:
    """Return the 消息 sheet in the order of 今日待办, and a finding per template that cannot be used; the others go on.

    Raises TemplateRefused where the folder holds no template at all.
    """
    return messages_within(tables, today, settings, Bounds(folder))


def messages_within(tables: Tables, today: dt.date, settings: Settings, bounds: Bounds) -> Outcome:
    """Return what `messages` does, for lines that may not have waited until another contact is allowed."""
    book = book_of(tables, settings.agency.language, bounds.folder)
    templates, refusals = book.good, book.bad
    due = first_lines(tables["due"])
    facts = facts_of(tables, today, settings, due)
    desk = replace(_desk(tables, today, facts, templates), capped=bounds.capped)
    desk = desk if bounds.barred is None else replace(desk, barred=bounds.barred)
    broken = f", 有模板不能用: {refusals[0]}" if refusals else "。请直接联系客户。"
    rows = [_row(desk, line, broken) for line in due.itertuples()]
    rows = dressed(rows, desk.clients, tables["messages"], settings.agency)
    ready = sum(row["status"] == READY for row in rows)
    return Outcome(
        findings=book.findings(),
        updates={KEY: checked} if (checked := updates_of(tables, bounds.folder)) else {},
        results={"messages": to_frame(MESSAGES, pd.DataFrame(rows, columns=list(_EMPTY)))},
        items=[_item(row) for row in rows],
        figures={"messages": ready, "skipped": len(rows) - ready},
    )


def line_texts(tables: Tables, today: dt.date, settings: Settings, lines: pd.DataFrame) -> list[tuple[str, str]]:
    """Return for each line of 今日待办 the name of the template and the text, as 消息 has it where it has one for that line.

    In place of a text that must not or cannot go out the words say why, in brackets. Both are "" for lines without 建议模板, and where no
    template can be used. The lines have waited for the cap already.
    """
    try:
        templates, refusals = templates_of(tables, settings)
    except TemplateRefused:  # 消息 says what is wrong with the folder
        return [("", "")] * len(lines)
    broken = f", 有模板不能用: {refusals[0]}" if refusals else "。请直接联系客户。"
    names = {one.id: one.name for one in templates}
    asked = lines.loc[(lines["template"] != "") & (lines["client_id"] != "")]
    nth = asked.groupby("client_id", sort=False).cumcount()
    found: dict[int, tuple[str, str]] = {}
    facts, desk = None, None
    for number in sorted(set(nth)):  # the facts hold one line of a client
        part = asked.loc[nth == number]
        facts = (
            facts_of(tables, today, settings, part) if facts is None else facts_of_lines(facts, today, settings, part)
        )
        desk = _desk(tables, today, facts, templates) if desk is None else replace(desk, facts=facts)
        rows = ((line.Index, _row(desk, line, broken)) for line in part.itertuples())
        found |= {at: (names.get(str(row["template"]), ""), _said(row)) for at, row in rows}
    return [found.get(at, ("", "")) for at in lines.index]


def _said(row: Mapping[str, object]) -> str:
    if row["status"] == READY:
        return str(row["text"])
    return "(今天已发过一条, 见「消息」)" if row["status"] == SENT else f"(先不发: {row['skipped']})"


def first_lines(due: pd.DataFrame) -> pd.DataFrame:
    """Return the line of 今日待办 that each client is written about, in the order of the list; lines without a client are left out.

    It is the highest ranked one of those that the client waits for, else of all. A line for which there is no template, such as 掉公预警,
    stands back where the client has another one.
    """
    ordered = due[due["client_id"] != ""].sort_values(["rank", "client_id", "rule"])
    unasked, mute = ~ordered["rule"].isin(EXPECTED), ordered["template"] == ""
    told = ordered.assign(mute=mute, unasked=unasked).sort_values(["mute", "unasked"], kind="stable")
    return ordered.loc[ordered.index.isin(told.drop_duplicates("client_id").index)]


def _desk(tables: Tables, today: dt.date, facts: Facts, templates: Sequence[Template]) -> Desk:
    clients = facts.mine(tables["clients"]).sort_values(["client_id", "name", "phone1"]).drop_duplicates("client_id")
    banned = Banned(tables)
    clients = clients.join(consented(clients, banned))
    day = pd.Timestamp(today)
    sent = tables["messages"]
    sent = sent[gone(sent) & sent["on"].notna()].sort_values(["on", "template"])
    return Desk(
        tables=tables, today=day, facts=facts, by_trigger=_by_trigger(templates), by_task=_by_task(tables, templates),
        touched=_touched(tables, today), barred=banned, capped={},
        clients={one.client_id: one for one in clients[list(_LOOKED_AT)].itertuples()},
        sent={(one.client_id, one.template): (one.on, one.Index) for one in sent.itertuples()},
        sent_today={one.client_id: one for one in sent[sent["on"] == day].itertuples()},
    )  # fmt: skip


def _by_trigger(templates: Sequence[Template]) -> dict[str, list[Template]]:
    found: dict[str, list[Template]] = {}
    for template in sorted(templates, key=lambda one: (one.order, one.id)):
        for trigger in template.trigger:
            found.setdefault(trigger, []).append(template)
    return found


def _by_task(tables: Tables, templates: Sequence[Template]) -> dict[str, Template]:
    """Return 任务ID -> the template that the task asks for."""
    known, tasks = {one.id: one for one in templates}, tables["tasks"]
    pairs = zip(tasks["task_id"], tasks["template"], strict=True)
    return {task: known[template] for task, template in pairs if template in known}


def _touched(tables: Tables, today: dt.date) -> dict[str, int]:
    """Return the row in 跟进 of today's last contact per client that reached the client or put a text on the phone."""
    log = client_log(tables, today, ("way",), since=today)
    told = log[log["reached"] | log["way"].isin(_WRITTEN)]
    return dict(zip(told["client_id"], map(int, told.index), strict=True))


def _row(desk: Desk, line: Any, broken: str) -> dict[str, object]:
    """Return the row of 消息 for one line of 今日待办."""
    client = desk.clients.get(line.client_id)
    row: dict[str, object] = _EMPTY | {
        "on": desk.today, "who": line.who, "client_id": line.client_id, "name": line.name, "why": line.reason,
        "channel": line.channel if client is None else _channel(client) or line.channel, "status": SKIPPED,
    }  # fmt: skip
    if line.client_id in desk.sent_today:
        return row | _as_sent(desk.sent_today[line.client_id])
    templates = _candidates(desk, line, client)
    refusal = _client_objection(desk, line, client)
    if refusal or not templates:
        none = INSIDE if line.rule == DEAL_STEP else f"没有适合「{line.rule}」的模板{broken}"
        return row | _named(templates[:1]) | {"skipped": refusal or none}
    objections = [_objection(desk, client, template) for template in templates]
    if all(objections):
        return row | _named(templates[:1]) | {"skipped": objections[0]}
    chosen = templates[objections.index("")]
    text = chosen.render(desk.facts.of(line.client_id, chosen.names))
    return row | _named([chosen]) | {"channel": row["channel"] or chosen.channel, "text": text, "status": READY}


def _channel(client: Any) -> str:
    """Return the way the client prefers, "" where they left no address or number for it: the list then says another."""
    there = {"邮件": client.email, "短信": client.phone1 or client.phone2}.get(client.pref_channel, "yes")
    return str(client.pref_channel) if there else ""


def _candidates(desk: Desk, line: Any, client: Any) -> Sequence[Template]:
    """The template that the line's task names, those for its 事由 and planned action, for 事由 and group or grade, for the 事由 alone.

    What was planned no longer counts for who bought or gave up. Templates for an occasion stand back unless it is there.
    """
    group = group_of(client, line.grade)
    action = "" if group in SETTLED else str(line.what).split(":", 1)[0]
    kinds = (f"{line.rule}:{action}", f"{line.rule}:{group}", line.rule)
    asked = [desk.by_task[line.basis]] if line.basis in desk.by_task else []
    found = list(dict.fromkeys([*asked, *(template for kind in kinds for template in desk.by_trigger.get(kind, []))]))
    return [one for one in found if all(desk.facts.of(line.client_id, one.occasions).values())] or found


def group_of(client: Any, grade: str) -> str:
    """Return 流失, 成交 or 洽谈 where a client has come (or gone) so far that the grade no longer decides; else the grade."""
    if client is not None and client.status == "暂不考虑":
        return LOST
    if client is not None and (client.status == "已成交" or client.stage in ("成交", "售后")):
        return BOUGHT
    if client is not None and (client.status == "待付定金" or client.stage == "洽谈"):
        return "洽谈"
    return grade or UNGRADED


def _named(templates: Sequence[Template]) -> dict[str, object]:
    return {"template": templates[0].id, "content_type": templates[0].type} if templates else {}


def _as_sent(before: Any) -> dict[str, object]:
    """The row that went out today, or perhaps did, as it stands."""
    kept = {key: getattr(before, key) for key in ("channel", "content_type", "template", "text", "why", *SENT_KEPT)}
    return kept | {"status": SENT if before.sent else UNSURE, "sent": before.sent}


def _client_objection(desk: Desk, line: Any, client: Any) -> str:
    if client is None:
        return f"客户表里没有 {line.client_id}: 请重新做「待办」"
    return _refusal(desk, client) or ("" if line.rule in EXPECTED else desk.capped.get(line.client_id, ""))


def _refusal(desk: Desk, client: Any) -> str:
    """Return whose refusal holds every text back, and the cell: the client's own, or that of a row with the same number or address."""
    if client.consent == REFUSED:
        return f"客户拒绝联系: 见 {desk.tables.cell('clients', client.Index, 'consent')}, 请勿发送"
    ways = [*filter(None, (getattr(client, key) for key in WAYS_TO))]
    if listed := desk.barred.on_list(ways):
        return f"{listed}, 请勿发送"
    row = desk.barred.refused_by(ways)
    if not row:
        return ""
    cell = desk.tables.cell("clients", row, "consent")
    return f"这个号码拒绝联系: 见 {cell}, 请勿发送; 不是同一个人的, 请先核对号码"


def objections(tables: Tables, today: dt.date, settings: Settings, texts: pd.DataFrame) -> list[str]:
    """Return for each of some rows of 消息 what speaks now against sending its text, as it stands; "" if nothing does."""
    templates = {one.id: one for one in templates_of(tables, settings)[0]}
    desk = _desk(tables, today, Facts(tables, sorted({*texts["client_id"]})), list(templates.values()))
    held = capped(tables, today, settings)
    return [_against_row(desk, row, templates.get(row.template), held) for row in texts.itertuples()]


def _against_row(desk: Desk, row: Any, template: Template | None, held: Mapping[str, str]) -> str:
    client = desk.clients.get(row.client_id)
    if row.on != desk.today:
        return "不是今天写的: 请先做「消息」, 再选一次"
    if template is None or client is None:
        return f"「{row.client_id if client is None else row.template}」已经没有了: 请先做「消息」"
    if refusal := _refusal(desk, client):
        return refusal
    if row.client_id in desk.sent_today:
        return "今天已发过一条"
    awaited = template.id in STEP_TEXTS or all(one.partition(":")[0] in EXPECTED for one in template.trigger)
    return ("" if awaited else held.get(row.client_id, "")) or _unwanted(desk, client, template)


def _objection(desk: Desk, client: Any, template: Template) -> str:
    """Return what speaks against sending this text to this client today, "" if nothing does."""
    if unwanted := _unwanted(desk, client, template):
        return unwanted
    empty = [name for name, value in desk.facts.of(client.client_id, template.fields).items() if not value]
    return desk.facts.lacking(empty[0], client.client_id) if empty else ""


def _unwanted(desk: Desk, client: Any, template: Template) -> str:
    """Return what consent, or what went out and was said before, has against this text, "" if nothing."""
    cell = desk.tables.cell
    if template.purpose != "服务" and not client.marketing:
        where = cell("clients", client.Index, "consent")
        return (
            f"客户只同意服务通知: 见 {where}" if client.consent == SERVICE_ONLY else f"缺少联系同意: 请在 {where} 选择"
        )
    on, row = desk.sent.get((client.client_id, template.id), (pd.NaT, 0))
    if (desk.today - on).days < template.again_days:
        return f"{on.month}月{on.day}日已发过这个模板: 见 {cell('messages', row, 'sent')}, {template.again_days} 天内不重复发"
    if template.purpose == "营销" and client.client_id in desk.touched:
        return f"今天已联系过: 见 {cell('followups', desk.touched[client.client_id], 'at')}"
    return ""


def _item(row: dict[str, object]) -> dict[str, object]:
    """Return the row as --json shows it: with the text, or with why there is none."""
    item = {key: row[key] for key in ("client_id", "template", "channel")}
    if row["status"] == READY:
        return item | {"text": row["text"]}
    return item | {"skipped": row["skipped"] or "今天已发"}
