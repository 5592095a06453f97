"""What the rows of any sheet are called in a list: their ids, whom or what they are about (never a phone number), and where they stand."""

from collections.abc import Mapping
from functools import cached_property

import pandas as pd

from macros import wording
from macros.contacts import cell_prefix
from macros.privacy.masks import hidden
from workbook.sheets import BY_KEY
from workbook.tables import Tables
from workbook.values import text_of

CLIENT_COLUMNS: Mapping[str, str] = {"followups": "obj_id", "referrals": "referrer_id"}
"""Sheet -> the column of the client its rows are about, where that is not 客户ID."""
OWN_NAMES = ("staff", "attendance", "events", "owners")
"""Sheets whose rows have a name of their own."""
HOME_PARTS = ("building", "unit", "room_no")


class Names:
    """The names of rows, looked up once for all lists."""

    def __init__(self, tables: Tables) -> None:
        self.tables = tables
        self._ranks: dict[str, pd.Series] = {}

    def rank(self, sheet: str) -> pd.Series:
        """Return the place of each row's id among all of the sheet, by Excel row number; equal ids have equal places, empty ones the last."""
        if sheet not in self._ranks:
            ids = self.tables[sheet][BY_KEY[sheet].identity[0]]
            places = ids.rank(method="dense", na_option="bottom")
            self._ranks[sheet] = places
        return self._ranks[sheet]

    def ids(self, sheet: str, rows: pd.Index) -> list[str]:
        """Return what names each row on its sheet: its id, or the parts of it with - between them."""
        frame, keys = self.tables[sheet], BY_KEY[sheet].identity
        columns = [
            [text_of(cell) for cell in frame[key].reindex(rows).tolist()]
            for key in keys
            if not BY_KEY[sheet][key].masked
        ]
        return ["-".join(filter(None, parts)) for parts in zip(*columns, strict=True)]

    def cells(self, sheet: str, rows: pd.Index) -> list[str]:
        """Return the cell of each row's id."""
        prefix = cell_prefix(self.tables, sheet, BY_KEY[sheet].identity[0])
        return [f"{prefix}{row}" for row in rows]

    def called(self, sheet: str, rows: pd.Index) -> list[str]:
        """Return whom or what each row is about: how we call the client, the home, or the row's own name; "" where that is not known."""
        frame = self.tables[sheet].loc[rows]
        if sheet == "listings":
            return [self._homes.get(one, "") for one in frame["listing_id"]]
        if sheet in OWN_NAMES:
            return [hidden(wording.plain(name)) for name in frame["name"]]
        if sheet in ("deal_steps", "splits"):
            clients = frame["deal_id"].map(self._client_of_deal).fillna("")
            what = frame["step" if sheet == "deal_steps" else "role"]
            return [
                " ".join(filter(None, (self._clients.get(one, ""), wording.plain(step))))
                for one, step in zip(clients, what, strict=True)
            ]
        column = CLIENT_COLUMNS.get(sheet, "client_id")
        if column not in frame:
            return [""] * len(frame)
        found = [self._clients.get(one, "") for one in frame[column]]
        return (
            found
            if sheet != "followups"
            else [name or self._homes.get(one, "") for name, one in zip(found, frame[column], strict=True)]
        )

    def client(self, client_id: str) -> str:
        """Return how we call a client; "" where nobody has the id."""
        return self._clients.get(client_id, "")

    def home(self, listing_id: str) -> str:
        """Return estate and number of a home; "" where there is none with the id."""
        return self._homes.get(listing_id, "")

    @cached_property
    def _clients(self) -> dict[str, str]:
        clients = self.tables["clients"].drop_duplicates("client_id")
        called = clients["salutation"].where(clients["salutation"] != "", clients["name"])
        return {one: hidden(wording.plain(name)) for one, name in zip(clients["client_id"], called, strict=True) if one}

    @cached_property
    def _homes(self) -> dict[str, str]:
        """Estate and number of every home: 阳光花园3-2-501."""
        rows = self.tables["listings"].drop_duplicates("listing_id")
        parts = zip(*(rows[key] for key in ("listing_id", "estate", *HOME_PARTS)), strict=True)
        return {
            one: wording.plain(estate) + "-".join(filter(None, map(wording.plain, other)))
            for one, estate, *other in parts
        }

    @cached_property
    def _client_of_deal(self) -> dict[str, str]:
        deals = self.tables["deals"].drop_duplicates("deal_id")
        return dict(zip(deals["deal_id"], deals["client_id"], strict=True))
