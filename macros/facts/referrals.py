"""转介绍: whose client sent somebody. Source: R91 by person, R99."""

import pandas as pd

from macros.facts.people import of_clients
from macros.triggers.desk import Desk


def referral_facts(desk: Desk) -> pd.DataFrame:
    """Return 负责人 of every referral: the 归属人 of the client who made it."""
    return pd.DataFrame({"who": of_clients(desk, desk.tables["referrals"]["referrer_id"], "owner")})
