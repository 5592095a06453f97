"""A client has a number that stands on 禁拨名单: imported again, entered under another name, or never told.

Source: 个人信息保护法 art. 15, 47 (who withdrew consent is left alone, also under another name); F9.
"""

import datetime as dt

from macros.checks.rule import found
from macros.privacy.banned import REFUSED, WAYS_TO, Banned
from macros.settings import Settings
from workbook.changes import Finding, Severity
from workbook.tables import Tables


def number_banned(tables: Tables, today: dt.date, settings: Settings) -> list[Finding]:
    """Return a finding at each such number of a client whose 联系同意 does not say 拒绝 yet."""
    del today, settings
    banned, findings = Banned(tables), list[Finding]()
    if not banned:
        return []
    clients = tables["clients"].loc[tables["clients"]["consent"] != REFUSED]
    for key in WAYS_TO:
        told = {int(row): banned.on_list([way]) for row, way in clients[key].items() if way}
        messages = {row: _message(tables, row, why) for row, why in told.items() if why}
        findings += found(("clients", key), "number_banned", Severity.WARNING, messages)
    return findings


def _message(tables: Tables, row: int, why: str) -> str:
    cell = tables.cell("clients", row, "consent")
    return f"{why}, 这位客户不上待办、不写消息。请把 {cell} 改成「拒绝」; 客户重新同意的、号码换了主人的, 请在禁拨名单删掉那一行。"
