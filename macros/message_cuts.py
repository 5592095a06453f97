"""The homes of which a lower price is to be told to a client, in the words of a message.

Sources: F25 (a price cut with ready messages), R84 (drawbacks are named). Which home is meant stands in the key of the client's open task.
"""

from collections.abc import Collection
from typing import Any

from macros import wording
from macros.message_homes import FOR_RENT, FOR_SALE, home_name
from macros.triggers.making import OPEN
from macros.triggers.rules import KEY_PARTS, SEPARATOR
from workbook.tables import Tables

TEMPLATE, PAIR = "price_cut", "+"
WAITING = (OPEN, "延期")


def cut_homes(tables: Tables, clients: Collection[str]) -> dict[str, list[str]]:
    """Return client -> "① 湖滨花园 3室2厅，89㎡，520万元 → 494万元" and what to mind; no home whose price rose since, that is off the
    market, or of which nobody wrote 不利因素."""
    tasks, homes = tables["tasks"], tables["listings"]
    tasks = tasks.loc[(tasks["template"] == TEMPLATE) & tasks["status"].isin(WAITING) & tasks["obj_id"].isin(clients)]
    keys = [(client, key.split(SEPARATOR)) for client, key in zip(tasks["obj_id"], tasks["rule"], strict=True)]
    pairs = sorted({(client, key[1].rpartition(PAIR)[2]) for client, key in keys if len(key) == KEY_PARTS})
    homes = homes.loc[homes["listing_id"].isin({home for _, home in pairs}) & (homes["verify"] != "虚假")]
    homes = homes.loc[homes["status"].isin({*FOR_SALE, *FOR_RENT}) & (homes["cons"] != "")]
    homes = homes.loc[homes["price"] < homes["prev_price"]].drop_duplicates("listing_id")
    words = {one.listing_id: _words(one) for one in homes.itertuples()}
    found: dict[str, list[str]] = {}
    for client, home in pairs:
        if home in words:
            lines = found.setdefault(client, [])
            lines.append(f"{wording.circled(len(lines) + 1)} {words[home]}")
    return found


def _words(one: Any) -> str:
    was, now = (wording.price(price, one.deal_type) for price in (one.prev_price, one.price))
    name = home_name(one.estate, one.rooms, one.halls)
    told = "，".join(filter(None, (name, wording.area(one.area), f"{was} → {now}")))
    return told if one.cons == "无" else f"{told}\n留意：{wording.sentence(one.cons)}"
