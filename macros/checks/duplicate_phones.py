"""Two clients have one phone number: one person was entered twice, or a household is not linked.

Source: F1 (duplicate clients, household link).
"""

import datetime as dt

import pandas as pd

from macros.checks.rule import found, mapped
from macros.privacy.masks import ends
from macros.settings import Settings
from workbook.changes import Finding, Severity
from workbook.tables import Tables

PHONES = ("phone1", "phone2")


def duplicate_phones(tables: Tables, today: dt.date, settings: Settings) -> list[Finding]:
    """Return a finding in each of the cells, naming the other client's; clients linked by 关联客户 may share a number."""
    del today, settings
    clients = tables["clients"]
    house = _houses(clients)
    numbers = pd.concat([_numbers(clients, key).assign(house=house) for key in PHONES])
    numbers = numbers[(numbers["phone"] != "") & numbers["phone"].duplicated(keep=False)].sort_values(["row", "key"])
    first = numbers.drop_duplicates("phone").set_index("phone")
    apart = numbers["house"] != numbers["phone"].map(first["house"])
    second = numbers[apart].drop_duplicates("phone").set_index("phone")  # of another household than the first
    firsts, seconds = first.to_dict("index"), second.to_dict("index")
    findings: list[Finding] = []
    for phone, row, key, alien in zip(numbers["phone"], numbers["row"], numbers["key"], apart, strict=True):
        if other := (firsts if alien else seconds).get(phone):
            where = f"{tables.cell('clients', other['row'], other['key'])}（{clients.at[other['row'], 'name']}）"
            message = f"「{ends(phone)}」与 {where}相同。同一个人请合并成一行, 一家人请填「关联客户」。"
            findings += found(("clients", key), "duplicate_phones", Severity.WARNING, {row: message})
    return findings


def _numbers(clients: pd.DataFrame, key: str) -> pd.DataFrame:
    return pd.DataFrame({"phone": clients[key], "row": clients.index, "key": key})


def _houses(clients: pd.DataFrame) -> pd.Series:
    """Return what clients of one household have in common: the id that they link to. Two may link to each other."""
    linked = clients["household_id"].where(clients["household_id"] != "", clients["client_id"])
    back = mapped(linked, clients, "client_id", "household_id")
    house = linked.where((back == "") | (linked < back), back)
    return house.where(house != "", clients.index.map(str))
