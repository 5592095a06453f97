"""Who has a phone number: numbers are compared as `workbook.values` writes them, whatever way they were typed."""

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from workbook.tables import Tables


def owners_by_phone(tables: Tables, phones: pd.Series) -> NDArray[np.int64]:
    """Return the position on 客户 of the client with each number (手机1 or 手机2), -1 where nobody has it or it is "".

    Of several clients with one number the one with the lowest id is meant.
    """
    clients = tables["clients"]
    numbers = pd.concat([
        pd.DataFrame({"phone": clients[key], "client_id": clients["client_id"], "place": np.arange(len(clients))})
        for key in ("phone1", "phone2")
    ])  # fmt: skip
    numbers = numbers.loc[(numbers["phone"] != "") & (numbers["client_id"] != "")]
    first = numbers.sort_values(["client_id", "place"]).drop_duplicates("phone").set_index("phone")["place"]
    found: NDArray[np.int64] = np.append(first.to_numpy(dtype=np.int64), -1)[first.index.get_indexer(pd.Index(phones))]
    return found
