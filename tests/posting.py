"""A workbook whose 消息 has texts ticked for the mail server, and a look at what became of them."""

import os
import shutil
import socket
from functools import lru_cache
from pathlib import Path
from typing import Any

from workbook.files import FileBook
from workbook.sheets import SHEETS
from workbook.tables import Tables, read_tables

NAMES = {sheet.key: sheet.label for sheet in SHEETS}


def tables_of(path: Path) -> Tables:
    """Return the tables of a workbook, to be looked at; read anew where its bytes are others than before."""
    return _tables(path, path.read_bytes())


@lru_cache(maxsize=4)
def _tables(path: Path, _: bytes) -> Tables:
    return read_tables(FileBook(path, read_only=True), SHEETS)[0]


def put(path: Path, cells: dict[tuple[str, int, str], object]) -> None:
    """Write values into cells named by sheet key, row and column key, as a person would."""
    layouts, book = tables_of(path).layouts, FileBook(path)
    for (sheet, row, key), value in cells.items():
        book.write(layouts[sheet].name, {row: {layouts[sheet].columns[key]: value}})
    book.save()


def setting(tables: Tables, key: str) -> tuple[str, int, str]:
    """Return the cell of a setting's value."""
    rows = tables["settings"]
    return "settings", int(rows.index[rows["key"] == key][0]), "value"


_HELD: list[socket.socket] = []


def free_port() -> int:
    """Return a port of the loopback on which nobody listens, and which no other process is given while this one lives."""
    holder = socket.socket()
    if os.name == "posix":
        holder.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)  # so that a server of the tests may listen there
    holder.bind(("127.0.0.1", 0))
    port: int = holder.getsockname()[1]
    if os.name == "posix":
        _HELD.append(holder)
    else:
        holder.close()
    return port


def posting_book(source: Path, folder: Path, count: int, port: int) -> Path:
    """Return a copy of a worked-out workbook in which the first texts that are ready are ticked, to clients with an address each, and
    whose mail server is on a port of the loopback.
    """
    path = Path(shutil.copy(source, folder / "门店.xlsx"))
    tables = tables_of(path)
    texts, clients = tables["messages"], tables["clients"]
    ready = texts.loc[texts["status"] == "可发"].head(count)
    assert len(ready) == count
    told = {"host": "127.0.0.1", "port": port, "security": "不加密", "sender": "service@example.com", "wait_seconds": 5}
    cells: dict[tuple[str, int, str], object] = {setting(tables, f"mail.{key}"): value for key, value in told.items()}
    for row, client in zip(ready.index.tolist(), ready["client_id"], strict=True):
        cells["messages", row, "mail"] = "是"
        cells["clients", int(clients.index[clients["client_id"] == client][0]), "email"] = (
            f"{client.lower()}@example.com"
        )
    put(path, cells)
    return path


def aim(path: Path, **told: object) -> None:
    """Change settings of mail."""
    tables = tables_of(path)
    put(path, {setting(tables, f"mail.{key}"): value for key, value in told.items()})


def ticked(path: Path) -> list[dict[str, Any]]:
    """Return the rows of 消息 that are ticked 发邮件, by row, as mappings."""
    texts = tables_of(path)["messages"]
    return [{"row": row.Index, **row._asdict()} for row in texts.loc[texts["mail"] == True].itertuples()]  # noqa: E712
