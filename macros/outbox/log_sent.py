"""What was ticked as sent on 消息 goes into 跟进, once.

Sources: F9 (logged once the agent confirms), F4 (a text that went out reached nobody yet: 未回复 is no valid contact and resets no clock),
R24 (what was sent is known). The id of the row of 跟进 is kept beside the text, so that no second one is made.
"""

import datetime as dt
import re
from collections.abc import Iterator
from typing import Any

import pandas as pd

from macros.numbering import next_ids
from macros.outbox.states import ACCEPTED
from macros.settings import Settings
from workbook.changes import Finding, Outcome, Severity
from workbook.sheets.choices import WAYS
from workbook.sheets.followups import FOLLOWUPS
from workbook.tables import Tables, to_frame

NO_REPLY_YET = "未回复"
MAIL = "邮件"
WRITTEN = ("微信", "短信", MAIL)
WORDS_KEPT = 60
_NAMED = ["on", "client_id", "template"]
_SECRET = re.compile(r"密码|口令|授权码|密钥|passw(or)?d|passwort|secret|token|api.?key", re.I)
_HOOK = re.compile(r"[?&](key|access_token)=|\bSEC[0-9a-f]{20,}", re.I)
_IN_WORKBOOK = (
    "密码、密钥和机器人地址不能写在工作簿里, 谁拿到文件谁就拿到它。请清空这一格, 换一个新密码, 再放进钥匙串 (python -m keyring set genjin 账号) "
    "或环境变量 GENJIN_SMTP_PASSWORD、GENJIN_ROBOT_URL。"
)


def log_sent(tables: Tables, today: dt.date, settings: Settings) -> Outcome:
    """Return a row of 跟进 per text ticked as sent that has none yet, and its id for 消息; and a finding per secret on 设置.

    Where a person wrote the row already (same client, day, and a written way) its id is taken instead. Texts without a known client or a
    day are left alone, and all of them where the workbook cannot keep the id.
    """
    findings = list(secrets_in(tables))
    if "fu_id" not in tables.layouts["messages"].columns or not tables.layouts["followups"].columns:
        return Outcome(findings=findings)
    waiting = _waiting(tables, today)
    if not len(waiting):
        return Outcome(findings=findings, figures={"texts_logged": 0})
    told = _told_by_people(tables, waiting)
    new = waiting.loc[told == ""]
    numbers = next_ids(FOLLOWUPS, tables["followups"]["fu_id"], len(new))
    rows = [_contact(number, text) for number, text in zip(numbers, new.itertuples(), strict=True)]
    ids = pd.concat([told.loc[told != ""], pd.Series(numbers, index=new.index, dtype=object)]).sort_index()
    added = {"followups": to_frame(FOLLOWUPS, pd.DataFrame(rows))} if rows else {}
    return Outcome(
        findings=findings,
        updates={"messages": pd.DataFrame({"fu_id": ids})},
        additions=added,
        figures={"texts_logged": len(rows)},
    )


def _waiting(tables: Tables, today: dt.date) -> pd.DataFrame:
    """Return the texts ticked as sent that 跟进 does not tell of yet, by day, client and template, so that row order does not matter.

    A row that a person copied is the same text: it is told of once.
    """
    texts = tables["messages"]
    named = pd.MultiIndex.from_frame(texts[_NAMED])
    logged = named.isin(named[texts["fu_id"] != ""])
    known = texts["client_id"].isin(tables["clients"]["client_id"]) & (texts["client_id"] != "")
    ticked = (texts["sent"] == True) & (texts["on"] <= pd.Timestamp(today))  # noqa: E712 - None is no
    return texts.loc[known & ticked & ~logged].sort_values(_NAMED).drop_duplicates(_NAMED)


def _told_by_people(tables: Tables, waiting: pd.DataFrame) -> pd.Series:
    """Return for each text the id of the row that a person wrote about it, "" where there is none; each row tells of one text."""
    log, taken = tables["followups"], set(tables["messages"]["fu_id"])
    log = log.loc[log["obj_id"].isin(waiting["client_id"]) & (log["obj"] == "客户") & log["way"].isin(WRITTEN)]
    log = log.loc[(log["fu_id"] != "") & ~log["fu_id"].isin(taken)].sort_values("fu_id")
    free: dict[tuple[str, pd.Timestamp], list[str]] = {}
    for one in log.itertuples():
        free.setdefault((one.obj_id, one.at.normalize()), []).append(one.fu_id)
    pairs = zip(waiting["client_id"], waiting["on"], strict=True)
    found = [own.pop(0) if (own := free.get((client, on.normalize()))) else "" for client, on in pairs]
    return pd.Series(found, index=waiting.index, dtype=object)


def _contact(number: str, text: Any) -> dict[str, object]:
    words = " ".join(str(text.text).split())
    short = words if len(words) <= WORDS_KEPT else f"{words[:WORDS_KEPT]}…"
    return {
        "fu_id": number, "obj": "客户", "obj_id": text.client_id, "at": text.on, "staff": text.who,
        "way": _way(text), "result": NO_REPLY_YET, "valid": False,
        "summary": f"已发消息「{text.template}」: {short}", "why_now": text.why or "消息", "next_act": "无", "lag_h": 0.0,
    }  # fmt: skip


def _way(text: Any) -> str:
    """Return how a text went out: what the server took was a mail, whatever way was meant."""
    if text.delivery.startswith(ACCEPTED):
        return MAIL
    return str(text.channel) if text.channel in WAYS else WRITTEN[0]


def secrets_in(tables: Tables) -> Iterator[Finding]:
    """Yield a finding per value of 设置 that looks like a password or the address of a robot."""
    rows = tables["settings"]
    for row, key, name, value in zip(rows.index, rows["key"], rows["name"], rows["value"], strict=True):
        if value and (_SECRET.search(f"{key} {name}") or _HOOK.search(value)):
            yield Finding("settings", int(row), "value", "secret_in_workbook", Severity.ERROR, _IN_WORKBOOK)
