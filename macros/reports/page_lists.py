"""The lists of the reports' pages: who waits too long, who brought most, what is owed, who was lost, whom clients praise.

Every list states its order, and what decides between equals; rows name clients by how we call them, never by phone. `where` is the cell a row
comes from. Of lists that are to be complete the last line says how many more there are, and how to filter for them.
"""

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from numbers import Real

import pandas as pd

from macros.contacts import days_since
from macros.grades import LETTERS, effective_grade
from macros.privacy.masks import hidden
from macros.referrals.ranking import ranking, unpaid
from macros.reports.page_rows import called, lost_clients, open_clients, stars
from macros.reports.shown_parts import Line
from macros.reports.weak_parts import IN_PERIOD, Reader, in_days
from macros.settings import Follow
from workbook.figures.criteria import UNFILLED
from workbook.figures.layout import ListBlock, ReportPage
from workbook.figures.quantities import rounded
from workbook.figures.seen import Asked
from workbook.tables import Tables

CENT = 0.005  # yuan: less than that is not owed
SUMMARY_LETTERS = 40
SHORT_OF = "还有"
Rows = list[Line]


def lists(page: ReportPage, tables: Tables, asked: Asked) -> Mapping[str, Sequence[Line]]:
    """Return the rows of every list of a page by the keys of their blocks, at most as many as each has room for.

    `tables` holds every sheet with its facts (`macros.facts`).
    """
    reader = Reader(page, tables, asked)
    found = {}
    for block in page.blocks:
        if isinstance(block, ListBlock):
            write, more = WRITERS[block.key]
            rows = [Line(tuple(map(_raw, line.cells)), line.where) for line in write(reader)]
            more = more.replace(IN_PERIOD, f"在 {reader.day_words(reader.days())}")
            found[block.key] = _cut(rows, block, more)
    return found


def _raw(cell: object) -> object:
    """Return a cell as it is put on the page, which has no format for it: days as words, numbers with at most two digits, None for empty."""
    if isinstance(cell, pd.Timestamp) or cell is pd.NaT:
        return None if pd.isna(cell) else f"{cell:%Y-%m-%d}"
    if isinstance(cell, str | bool) or not isinstance(cell, Real):
        return cell
    number = float(cell)
    return None if math.isnan(number) else int(number) if number.is_integer() else round(number, 2)


def _cut(rows: Rows, block: ListBlock, more: str) -> Rows:
    """Return the rows that fit; `more` says how to find the others, "" where a list is only to name the first."""
    if not more or len(rows) <= block.count:
        return rows[: block.count]
    kept, others = rows[: block.count - 1], len(rows) - block.count + 1
    said = [SHORT_OF, f"{others:,} 行", more, *[""] * len(block.headers)]
    return [*kept, Line(tuple(said[: len(block.headers)]), kept[-1].where)]


def silent(reader: Reader) -> Iterator[Line]:
    """Yield the clients still followed up who were not reached for longer than 设置 allows their grade.

    By grade, A first, then who waits longest, then by id. Who never was reached waits since 首接时间.
    """
    clients = open_clients(reader)
    letters = effective_grade(clients)
    days = days_since(clients["last_valid_at"].fillna(clients["first_contact_at"]), reader.asked.until)
    gaps = letters.map({letter: _gap(reader, letter) for letter in LETTERS})
    late = clients.assign(letter=letters, days=days)[(days > gaps).to_numpy()]
    for row in late.sort_values(["letter", "days", "client_id"], ascending=[True, False, True]).itertuples():
        cell = reader.cell("clients", row.Index, "last_valid_at")
        yield Line((row.client_id, called(row), row.letter, row.owner, row.last_valid_at, row.days), cell)


def _gap(reader: Reader, letter: str) -> float:
    key = f"gap_{letter.lower()}_days"
    return reader.asked.settings.get(f"follow.{key}", float(getattr(Follow(), key)))


def good_cases(reader: Reader) -> Iterator[Line]:
    """Yield the rows of 跟进 of the period that people marked as good cases, the latest first, then by id (R54)."""
    log, names = _ours(reader, reader.tables["followups"], "staff"), _names(reader)
    marked = log.loc[log["good_case"].eq(True) & in_days(log["at"], reader.days())]
    for row in marked.sort_values(["at", "fu_id"], ascending=[False, True]).itertuples():
        whom = names.get(row.obj_id, row.obj_id)
        words = (row.at, row.staff, whom, row.way, row.result, _short(row.summary))
        yield Line(words, reader.cell("followups", row.Index, "good_case"))


def best_referrers(reader: Reader) -> Iterator[Line]:
    """Yield the ranking of the year until the report's day, as `macros.referrals.ranking` orders it: by deals, valid referrals, id."""
    until, rows = reader.asked.until, reader.tables["referrals"]
    first = {
        client: int(row)
        for row, client in zip(reversed(rows.index), reversed(rows["referrer_id"].tolist()), strict=True)
    }
    for one in ranking(reader.tables, until.replace(month=1, day=1), until, reader.seen.names):
        cell = reader.cell("referrals", first[one.client_id], "referrer_id")
        yield Line((one.rank, one.client_id, hidden(one.called), one.valid, one.deals, one.yuan), cell)


def unpaid_rewards(reader: Reader) -> Iterator[Line]:
    """Yield the rewards that are due and have no 发放日, who was registered first first, then by id."""
    for one in unpaid(reader.tables, reader.asked.until, reader.seen.names):
        cell = reader.cell("referrals", one.row, "paid_on")
        yield Line((one.ref_id, hidden(one.called), one.deal_id, one.kind, one.yuan, one.at), cell)


def source_details(reader: Reader) -> Iterator[Line]:
    """Yield 来源 and 来源明细 of the clients first met in the period: most new clients first, then most signed, most who viewed, by words."""
    clients = _ours(reader, reader.tables["clients"], "owner")
    new = clients.loc[(clients["name"] != "") & in_days(clients["first_contact_at"], reader.days())]
    new = new.assign(row=new.index, viewed=new["first_viewed_on"].notna(), signed=new["last_signed_on"].notna())
    groups = new.groupby(["source", "source_detail"], sort=False, as_index=False).agg(
        new=("row", "size"), viewed=("viewed", "sum"), signed=("signed", "sum"), row=("row", "min")
    )
    order = ["new", "signed", "viewed", "source", "source_detail"]
    for one in groups.sort_values(order, ascending=[False, False, False, True, True]).itertuples():
        words = (hidden(str(text)) or UNFILLED for text in (one.source, one.source_detail))
        yield Line((*words, one.new, one.viewed, one.signed), reader.cell("clients", one.row, "source_detail"))


def recently_lost(reader: Reader) -> Iterator[Line]:
    """Yield the clients lost in the period: by grade, A first (without one last), then the latest, then by id."""
    lost = lost_clients(reader)
    lost = lost.assign(letter=effective_grade(lost))
    lost = lost.assign(place=lost["letter"].map({letter: at for at, letter in enumerate(LETTERS)}).fillna(len(LETTERS)))
    last = _last_words(reader, set(lost["client_id"]))
    for row in lost.sort_values(["place", "lost_on", "client_id"], ascending=[True, False, True]).itertuples():
        cell = reader.cell("clients", row.Index, "status")
        reason, said = row.lost_reason or UNFILLED, last.get(row.client_id, "")
        yield Line((row.client_id, called(row), row.letter, row.owner, row.lost_on, reason, said), cell)


def _last_words(reader: Reader, clients: set[str]) -> dict[str, str]:
    """Return 客户ID -> day, way, result and the beginning of what was said in the last row of 跟进, phones masked."""
    log = reader.tables["followups"]
    log = log.loc[(log["obj"] == "客户") & log["obj_id"].isin(clients - {""}) & log["at"].notna()]
    log = log.sort_values(["at", "fu_id"], kind="stable").drop_duplicates("obj_id", keep="last")
    return {row.obj_id: _said(row) for row in log.itertuples()}


def _said(row: object) -> str:
    at, way, result, summary = (getattr(row, key) for key in ("at", "way", "result", "summary"))
    return f"{at:%m-%d} {way} {result}: {_short(summary)}".strip()


def _short(summary: str) -> str:
    """Return the beginning of what was said, phones masked."""
    cut = "…" if len(summary) > SUMMARY_LETTERS else ""
    return hidden(summary)[:SUMMARY_LETTERS] + cut


def service_stars(reader: Reader) -> Iterator[Line]:
    """Yield the 服务之星 of the period (R101), see `stars`; equal in all that decides share a rank."""
    for one in stars(reader):
        cell = reader.cell("surveys", one.row, "csat")
        share, score = rounded(one.csat), "" if one.nps is None else rounded(one.nps)
        yield Line(
            (one.rank, one.name, f"{share:.1f}%", one.answers, f"{score:.1f}%" if score != "" else "", one.complaints),
            cell,
        )


def owed_deals(reader: Reader) -> Iterator[Line]:
    """Yield the deals signed until the report's day, not called off, whose commission has not all come in: the oldest first, then the most
    owed, then by id."""
    deals = _ours(reader, reader.tables["deals"], "agent")
    owed = (deals["fee_yuan"] - deals["got_yuan"].fillna(0)).rename("owed")
    signed = deals["signed_on"] < pd.Timestamp(reader.asked.until) + pd.Timedelta(days=1)
    mine = deals.assign(owed=owed, days=days_since(deals["signed_on"], reader.asked.until))
    mine = mine.loc[signed & (deals["status"] != "解约") & (owed > CENT)]
    names = _names(reader)
    for row in mine.sort_values(["days", "owed", "deal_id"], ascending=[False, False, True]).itertuples():
        got = 0.0 if row.got_yuan != row.got_yuan else row.got_yuan
        cells = (
            row.deal_id,
            row.signed_on,
            names.get(row.client_id, row.client_id),
            row.agent,
            row.fee_yuan,
            got,
            row.owed,
            row.days,
        )
        yield Line(cells, reader.cell("deals", row.Index, "fee_got"))


def _names(reader: Reader) -> dict[str, str]:
    clients = reader.tables["clients"].drop_duplicates("client_id")
    return {row.client_id: called(row) for row in clients.itertuples()}


def _ours(reader: Reader, frame: pd.DataFrame, who: str) -> pd.DataFrame:
    names = reader.seen.names
    return frame if names is None else frame.loc[frame[who].isin(names)]


WRITERS: Mapping[str, tuple[Callable[[Reader], Iterator[Line]], str]] = {
    "silent": (silent, ""),
    "good": (good_cases, "跟进: 优秀案例 选「是」, 时间 在期内"),
    "ranking": (best_referrers, ""),
    "unpaid": (unpaid_rewards, "转介绍: 应发 > 0, 发放日 未填"),
    "details": (source_details, ""),
    "recent": (recently_lost, "客户: 流失日 在期内"),
    "star": (service_stars, ""),
    "owed": (owed_deals, "成交: 实收 < 应收"),
}
"""What writes a list, by the key of its block, and how to filter for the rows that do not fit; "": the list names the first only."""
