"""看板: the open deals as cards under their state, the latest first (R77)."""

from collections.abc import Sequence

import pandas as pd

from macros import wording
from macros.deals.late import clients_of
from macros.deals.progress import Progress, open_deals
from macros.triggers.desk import Desk
from workbook.sheets.board import BOARD, STAGES
from workbook.tables import Tables, to_frame


def board(desk: Desk, every: Sequence[Progress]) -> pd.DataFrame:
    """Return the rows of 看板: a column per state with the cards of its deals; late ones first, the most days before, then by id."""
    known = {one.deal.deal_id: one for one in every}
    names, homes = clients_of(desk), addresses(desk.tables)
    cards: dict[str, list[tuple[int, str, str]]] = {key: [] for key in STAGES.values()}
    for deal in open_deals(desk.tables).itertuples():
        if deal.status in STAGES:
            stuck, late = _stuck(known.get(deal.deal_id), desk.day)
            who = wording.plain(names.get(deal.client_id, deal.client_id))
            parts = (deal.deal_id, who, homes.get(deal.listing_id, deal.listing_id), stuck)
            cards[STAGES[deal.status]].append((-late, deal.deal_id, " ".join(filter(None, parts))))
    columns = {key: [text for _, _, text in sorted(found)] for key, found in cards.items()}
    height = max(map(len, columns.values()))
    filled = {key: texts + [""] * (height - len(texts)) for key, texts in columns.items()}
    return to_frame(BOARD, pd.DataFrame({"no": [float(n) for n in range(1, height + 1)], **filled}))


def _stuck(progress: Progress | None, day: pd.Timestamp) -> tuple[str, int]:
    """Return at which step a deal stands, in words, and for how many days it is late."""
    step = progress.current if progress else None
    if step is None:
        return ("步骤都已做完" if progress else "没有步骤"), 0
    late = step.late_days(day)
    when = f"逾期 {late} 天" if late else f"计划 {step.plan:%m-%d}" if step.plan is not None else ""
    shut = ["不能签约: 缺前置条件"] if step.shut else []
    words = " ".join(filter(None, (f"{'卡在' if late or shut else '下一步'}{step.name}", when, *shut)))
    return (f"{words} ({wording.plain(step.blocker)})" if step.blocker else words), late


def addresses(tables: Tables) -> dict[str, str]:
    """Return 房源ID -> estate and number of the flat as the agency says them: 阳光花园3-2-501."""
    listings = tables["listings"].drop_duplicates("listing_id")
    rows = zip(*(listings[key] for key in ("listing_id", "estate", "building", "unit", "room_no")), strict=True)
    return {
        key: wording.plain(estate) + "-".join(filter(None, map(wording.plain, parts))) for key, estate, *parts in rows
    }
