"""What is known of the clients who are written to: a value per field and client, the rows it was read from, what is missing where."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import pandas as pd

from macros.message_fields import FIELDS
from workbook.sheets.templates import LANGUAGES
from workbook.tables import Tables

CHINESE = LANGUAGES[0]


@dataclass
class Facts:
    """`values`: field -> client id -> text or list; `rows`: (sheet, field or "") -> client id -> row read; `notes`: why one is empty.

    `log`: the rows of 跟进 about these clients. `deals`: client id -> the deal and, NaN for none, the number of the step that their task is
    about: of two deals the text speaks of that one. `language` is that of the templates.
    """

    tables: Tables
    clients: Sequence[str]
    values: dict[str, Mapping[str, Any]] = field(default_factory=dict)
    rows: dict[tuple[str, str], dict[str, int]] = field(default_factory=dict)
    notes: dict[tuple[str, str], str] = field(default_factory=dict)
    log: pd.DataFrame = field(default_factory=pd.DataFrame)
    deals: Mapping[str, tuple[str, float]] = field(default_factory=dict)
    language: str = CHINESE

    def of(self, client_id: str, names: Iterable[str]) -> dict[str, Any]:
        """Return those fields' values for one client, "" where one is empty."""
        return {name: self.values.get(name, {}).get(client_id, "") for name in names}

    def lacking(self, name: str, client_id: str) -> str:
        """Return what to fill in where, for a field that is empty."""
        if (name, client_id) in self.notes:
            return self.notes[name, client_id]
        one = FIELDS[name]
        row = self.rows.get((one.sheet, name), self.rows.get((one.sheet, ""), {})).get(client_id)
        if row is None:
            return one.no_row.format(name=name, sheet=self.tables.layouts[one.sheet].name, client=client_id)
        return one.lacking.format(name=name, cell=self.tables.cell(one.sheet, row, one.column))

    def mine(self, frame: pd.DataFrame, column: str = "client_id") -> pd.DataFrame:
        """Return the rows of a frame that belong to these clients."""
        return frame[frame[column].isin(self.clients)]

    def latest_deals(self, deals: pd.DataFrame) -> pd.DataFrame:
        """Return one row per client of some rows of 成交: the deal that their task is about, else the latest."""
        meant = deals["deal_id"].isin({deal for deal, _ in self.deals.values()})
        deals = deals.assign(meant=meant).sort_values(["meant", "signed_on", "deal_id"], na_position="first")
        return deals.drop(columns="meant").drop_duplicates("client_id", keep="last")

    def tell(self, name: str, rows: pd.DataFrame, words: Sequence[str]) -> None:
        """Take the words of a field, one per row (of `client_id`), and remember the rows that they were read from."""
        clients = rows["client_id"].tolist()
        self.values[name] = dict(zip(clients, words, strict=True))
        self.rows[FIELDS[name].sheet, name] = dict(zip(clients, rows.index.tolist(), strict=True))
