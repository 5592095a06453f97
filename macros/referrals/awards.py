"""推荐达人 of the year: a certificate for each of the first, and the notice of the ranking (R86)."""

import datetime as dt
from functools import partial

from macros.proposals.literal import file_stem
from macros.referrals.certificate import certificate, notice
from macros.referrals.ranking import ranking
from macros.settings import Settings
from workbook.changes import Outcome
from workbook.tables import Tables

JANUARY = 1


def year_of(today: dt.date) -> int:
    """Return the year that is awarded on a day: this one, in January the one that is over."""
    return today.year - (today.month == JANUARY)


def awards(tables: Tables, today: dt.date, settings: Settings, year: int | None = None) -> Outcome:
    """Return the files: a PDF per client among the first `referral.top_named` who brought a deal, and the notice; none where there is nobody.

    `year` is that of today, as `year_of` has it, where none is given. Who shares the last rank gets one, too.
    """
    year = year_of(today) if year is None else year
    last = min(dt.date(year, 12, 31), today)
    places = [one for one in ranking(tables, dt.date(year, 1, 1), last) if one.deals]
    named = [one for one in places if one.rank <= settings.referral.top_named]
    agency = settings.agency.name
    files = {
        f"{file_stem('推荐达人', str(year), str(one.rank), one.called, one.client_id)}.pdf": partial(
            certificate, one, year, agency, today
        )
        for one in named
    }
    if places:
        files[f"推荐达人-{year}-公示.pdf"] = partial(notice, places, year, agency, today)
    return Outcome(files=files, items=[one._asdict() for one in places], figures={"certificates": len(named)})
