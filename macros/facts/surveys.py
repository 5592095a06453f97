"""满意度: whose client answered. Source: R89 and R90 by person, R99."""

import pandas as pd

from macros.facts.people import of_clients
from macros.triggers.desk import Desk


def survey_facts(desk: Desk) -> pd.DataFrame:
    """Return 负责人 of every questionnaire: the client's 客服, else their 归属人."""
    ids = desk.tables["surveys"]["client_id"]
    service = of_clients(desk, ids, "service_rep")
    return pd.DataFrame({"who": service.where(service != "", of_clients(desk, ids, "owner"))})
