"""Who may be contacted today, and if not, why and from when: consent, the most contacts in a week, the shortest gap.

Sources: R46 (too often annoys), F9 (consent, frequency cap), 个人信息保护法 art. 15, 24 (who refused is left alone; who agreed to service
gets no advertising). This is the one place that decides it. Consent and cap beat a planned date, which beats the rule of 跟进节奏 with its gaps.
"""

import datetime as dt

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from macros.due_case import Case
from macros.due_reasons import DEAL_STEP, FIRST, PROMISE, QUESTION
from macros.grades import effective_grade
from macros.outbox.states import gone
from macros.settings import Settings
from workbook.tables import Tables

REFUSED, SERVICE_ONLY, AGREED = "拒绝", "仅服务", "同意"
EXPECTED = (FIRST, PROMISE, QUESTION, DEAL_STEP)
"""事由 of what the client waits for: it need not wait for the cap, nor for the shortest gap."""
WAYS_TO = ("phone1", "phone2", "wechat", "email")
"""The columns of 客户 by which somebody is reached."""
_BY_CLIENT = "到访"  # the client came to us: nobody was disturbed


def allowed(tables: Tables, today: dt.date, settings: Settings) -> pd.DataFrame:
    """Return for each row of 客户 whether we may contact them today of our own accord, as `permissions` does."""
    return permissions(Case(tables, today, settings, effective_grade(tables["clients"])))


def capped(tables: Tables, today: dt.date, settings: Settings) -> dict[str, str]:
    """Return client -> why the number of contacts allows none today, for whom it does not."""
    held = allowed(tables, today, settings)
    held = held.loc[held["cap_until"].notna()]
    return dict(zip(tables["clients"].loc[held.index, "client_id"], held["cap"], strict=True))


def permissions(case: Case) -> pd.DataFrame:
    """Return for each client, by row of 客户:

    `may`: whether we may contact them today of our own accord; `why`: what speaks against it, or for service only, with the cells, ""
    where nothing does; `cells`: their addresses with 、 between them; `refused`: they want no contact at all; `service` and
    `marketing`: whether they may get texts for service, and for care or advertising (an empty 联系同意 is no consent to those);
    `cap`: what the number of contacts alone says against it; `cap_until` and `gap_until`: the first day on which the number of contacts and
    the shortest gap allow another, NaT if they do today.
    What the client asked for or was promised, and the first reply, need neither wait for the number nor for the gap; what has a day of its
    own (`macros.due.OWN_DAYS`) not for the gap.
    """
    consent, consents = case.clients["consent"], consented(case.clients)
    capped, gap = _cap(case), _gap(case)
    texts = zip(consent, case.clients.index, capped["why"], gap["why"], strict=True)
    held = capped["until"].notna() | gap["until"].notna()
    return pd.DataFrame({
        "may": ~consents["refused"] & ~held,
        "why": [_told(case, said, int(row), [cap, wait]) for said, row, cap, wait in texts],
        "cells": [_listed(case, said, int(row), [cap, wait]) for said, row, cap, wait in zip(
            consent, case.clients.index, capped["cell"], gap["cell"], strict=True)],
        **consents,
        "cap": capped["why"], "cap_until": capped["until"], "gap_until": gap["until"],
    })  # fmt: skip


def consented(clients: pd.DataFrame) -> pd.DataFrame:
    """Return by row of 客户 `refused`, `service` and `marketing`, as `permissions` does: what no date and no number changes."""
    consent = clients["consent"]
    refused = consent == REFUSED
    return pd.DataFrame({"refused": refused, "service": ~refused, "marketing": consent == AGREED})


def refused_ways(clients: pd.DataFrame) -> dict[str, int]:
    """Return each number and address of who refused contact -> the row of 客户 that says so.

    A person may stand on 客户 twice, and a number that must not be called may be that of somebody else's row too: it rings all the same.
    """
    refused = clients.loc[clients["consent"] == REFUSED, list(WAYS_TO)]
    found: dict[str, int] = {}
    for row, *ways in refused.itertuples():
        for way in filter(None, ways):
            found.setdefault(way.casefold(), int(row))
    return found


def outgoing(case: Case) -> pd.DataFrame:
    """Return the contacts with clients that went out from us, in vain or not: `owner`, `at` and `cell`, oldest first.

    They are the rows of 跟进 about a client save visits of theirs (到访), and the texts ticked as sent on 消息 on days on which 跟进 has none
    for the client. Only those of the last days that the cap looks at.
    """
    first = case.day - pd.Timedelta(days=case.settings.contact.window_days - 1)
    log = case.told(case.log.loc[case.log["at"] >= first], "result")
    log = log.loc[log["result"] != _BY_CLIENT, ["owner", "at", "row"]]
    texts = case.tables["messages"]
    texts = texts.loc[gone(texts) & texts["on"].between(first, case.day)]
    if not len(texts):
        return _by_time(case, [(log, "followups", "at")])
    texts = case.owned(texts).rename(columns={"on": "at"}).drop_duplicates(["owner", "at"])[["owner", "at", "row"]]
    logged = pd.MultiIndex.from_arrays([log["owner"], log["at"].dt.normalize()])
    texts = texts.loc[~pd.MultiIndex.from_frame(texts[["owner", "at"]]).isin(logged)]
    return _by_time(case, [(log, "followups", "at"), (texts, "messages", "on")])


def _by_time(case: Case, parts: list[tuple[pd.DataFrame, str, str]]) -> pd.DataFrame:
    """Return owner, at and `cell` of rows of sheets, each with the column of its time, oldest first."""
    frames = [
        part.assign(cell=[f"{case.prefix(sheet, column)}{row}" for row in part["row"].tolist()])
        for part, sheet, column in parts
    ]
    return pd.concat(frames, ignore_index=True).sort_values(["at", "cell"], kind="stable", ignore_index=True)


def _cap(case: Case) -> pd.DataFrame:
    """Return `until`, `why` and `cell` per client: the cap is free again when the oldest contact that fills it leaves the window."""
    most, window = case.settings.contact.most_in_window, case.settings.contact.window_days
    sent = outgoing(case)
    if np.bincount(sent["owner"].to_numpy(dtype="int64")).max(initial=0) < most:
        return _nobody(case, ["until", "why", "cell"])
    newest = sent.iloc[::-1].groupby("owner").cumcount().iloc[::-1]
    full = sent.loc[newest == most - 1]
    counts = sent.groupby("owner").size().reindex(full["owner"]).to_numpy()
    until = full["at"].dt.normalize() + pd.Timedelta(days=window)
    rows = zip(counts, full["cell"], until, strict=True)
    why = [
        f"{window} 天内已联系 {n} 次(从 {cell} 起), 最多 {most} 次, {day:%Y-%m-%d} 起可再联系" for n, cell, day in rows
    ]
    return _spread(case, full["owner"].to_numpy(), until, why, full["cell"])


def _gap(case: Case) -> pd.DataFrame:
    """Return `until`, `why` and `cell` per client: so many days after the last contact that reached them."""
    last, rhythm = case.last, case.rhythm
    until = last["at"].dt.normalize() + pd.to_timedelta(rhythm["shortest"], unit="D")
    places = np.flatnonzero(until > case.day)
    if not len(places):
        return _nobody(case, ["until", "why", "cell"])
    near = last.iloc[places]
    rows = zip(near["at"], near["cell"], rhythm["shortest"].iloc[places], until.iloc[places], strict=True)
    why = [
        f"上次有效跟进 {at:%Y-%m-%d}({cell}), 最短隔 {days:g} 天, {day:%Y-%m-%d} 起可再联系"
        for at, cell, days, day in rows
    ]
    return _spread(case, places, until.iloc[places], why, near["cell"])


def _spread(case: Case, places: NDArray[np.int64], until: pd.Series, why: list[str], cells: pd.Series) -> pd.DataFrame:
    """Return what holds for some clients as a frame of all."""
    everyone = range(len(case.clients))
    texts = {
        key: pd.Series(list(given), index=places, dtype=object).reindex(everyone, fill_value="")
        for key, given in (("why", why), ("cell", cells))
    }
    moments = pd.Series(until.to_numpy().astype("datetime64[s]"), index=places).reindex(everyone)
    return pd.DataFrame({"until": moments, **texts}).set_axis(case.clients.index)


def _nobody(case: Case, columns: list[str]) -> pd.DataFrame:
    """Return what `_spread` does where it holds for none."""
    nothing = {key: np.full(len(case.clients), "", dtype=object) for key in columns if key != "until"}
    moments = np.full(len(case.clients), np.datetime64("NaT", "s"))
    return pd.DataFrame({"until": moments, **nothing}, index=case.clients.index)


def _told(case: Case, consent: str, row: int, held: list[str]) -> str:
    return "; ".join(filter(None, [_consent(consent, case.prefix("clients", "consent"), row), *held]))


def _consent(consent: str, prefix: str, row: int) -> str:
    cell = f"({prefix}{row})"
    if consent == REFUSED:
        return f"客户拒绝联系{cell}"
    if consent == SERVICE_ONLY:
        return f"客户只同意服务通知{cell}"
    return "" if consent == AGREED else f"联系同意还没填{cell}, 先只发服务通知"


def _listed(case: Case, consent: str, row: int, held: list[str]) -> str:
    own = "" if consent == AGREED else f"{case.prefix('clients', 'consent')}{row}"
    return "、".join(filter(None, [own, *held]))
