"""Whether a referral counts: who was known before does not, nor who was referred before, nor oneself.

Source: F17 (first registered wins, phone match).
"""

from collections.abc import Iterator

import numpy as np
import pandas as pd

from macros.phones import owners_by_phone
from workbook.tables import Tables

VALID, KNOWN, AGAIN, OWN = "有效", "已在库", "重复", "自荐"
ORDER = ["at", "ref_id", "row"]


def validity_of(tables: Tables) -> pd.Series:
    """Return 有效性 by row of 转介绍; "" while the phone or the time is missing.

    自荐: the phone is the referrer's own. 已在库: a client had it before the registration. 重复: somebody registered the same person
    before; two numbers of one client are one person, of the same moment the lower 转介绍ID was first. What does not count itself takes
    nobody's place. A moment without a time means the whole day: first contact and registration on one day leave a referral valid.
    """
    rows = tables["referrals"]
    place = owners_by_phone(tables, rows["phone"])
    own = _own(tables, rows)
    usable = (rows["phone"] != "") & rows["at"].notna()
    known = _known_before(tables, rows, place)
    person = pd.Series([phone if at < 0 else at for phone, at in zip(rows["phone"], place, strict=True)], rows.index)
    first = rows.assign(person=person, row=rows.index).loc[usable & ~own & ~known].sort_values(ORDER)
    winner = first.drop_duplicates("person").index
    found = np.select(
        [own.to_numpy(), ~usable.to_numpy(), known.to_numpy(), rows.index.isin(winner)], [OWN, "", KNOWN, VALID], AGAIN
    )
    return pd.Series(_again_wins(found, person, rows, winner), index=rows.index, dtype=object)


def _again_wins(found: np.ndarray, person: pd.Series, rows: pd.DataFrame, winner: pd.Index) -> Iterator[str]:
    """Yield what was found; who has become a client by a valid referral is 重复 for a later one, not 已在库."""
    since = dict(zip(person[winner], rows.loc[winner, "at"], strict=True))
    for state, who, at in zip(found, person, rows["at"], strict=True):
        yield AGAIN if state == KNOWN and who in since and since[who] <= at else str(state)


def _own(tables: Tables, rows: pd.DataFrame) -> pd.Series:
    """Return which referrals name a phone of the referrer's own."""
    clients = tables["clients"].drop_duplicates("client_id").set_index("client_id")
    own = pd.Series(False, index=rows.index)
    for key in ("phone1", "phone2"):
        numbers = clients[key].reindex(rows["referrer_id"]).fillna("").to_numpy()
        own |= (numbers == rows["phone"].to_numpy()) & (rows["phone"] != "")
    return own


def _known_before(tables: Tables, rows: pd.DataFrame, place: np.ndarray) -> pd.Series:
    """Return which phones were those of a client before the registration, by 首接时间; without one nobody can tell that it was before."""
    first = np.append(tables["clients"]["first_contact_at"].to_numpy(), np.datetime64("NaT", "s"))[place]
    met = pd.Series(first, index=rows.index)
    whole = (met == met.dt.normalize()) | (rows["at"] == rows["at"].dt.normalize())
    return (met.dt.normalize() < rows["at"].dt.normalize()) | (~whole & (met < rows["at"]))
