"""What a contract may name: each field with the cell it comes from, and its value for a row of 成交."""

import datetime as dt
import hashlib
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, NamedTuple

from macros import wording
from macros.contracts.amounts import capital
from macros.contracts.guard import Fields
from macros.money import shown, yuan_of
from macros.settings import Settings
from workbook.tables import Tables
from workbook.values import text_of

Show = Callable[[Any, Any], str]
"""Value of the cell and row of 成交 -> the words of the contract."""


class Field(NamedTuple):
    """A field of the contract templates and the column that it comes from."""

    sheet: str
    column: str
    show: Show


def _text(value: Any, deal: Any) -> str:
    return text_of(value).strip()


def _day(value: Any, deal: Any) -> str:
    return "" if value != value else f"{value.year}年{value.month}月{value.day}日"


def _yuan(value: Any, deal: Any) -> Decimal | None:
    if value != value or not value > 0:
        return None
    return Decimal(str(value)) if deal.type == "租赁" else yuan_of(value)


def _money(value: Any, deal: Any) -> str:
    yuan = _yuan(value, deal)
    return "" if yuan is None else f"{shown(yuan)} 元"


def _capital(value: Any, deal: Any) -> str:
    yuan = _yuan(value, deal)
    return "" if yuan is None else capital(yuan)


def _number(value: Any, deal: Any) -> str:
    return wording.number(value)


FIELDS: dict[str, Field] = {
    "客户姓名": Field("clients", "name", _text),
    "客户电话": Field("clients", "phone1", _text),
    "经纪人": Field("clients", "owner", _text),
    "业主姓名": Field("owners", "name", _text),
    "业主电话": Field("owners", "phone", _text),
    "房屋坐落": Field("listings", "estate", _text),
    "建筑面积": Field("listings", "area", _number),
    "用途": Field("listings", "use", _text),
    "产权性质": Field("listings", "title", _text),
    "产权证号": Field("listings", "cert_no", _text),
    "不利因素": Field("listings", "cons", _text),
    "抵押余额": Field("listings", "mortgage", _money),
    "租约至": Field("listings", "lease_to", _day),
    "户口": Field("listings", "hukou", _text),
    "税费方式": Field("listings", "tax_mode", _text),
    "成交价": Field("deals", "price", _money),
    "成交价大写": Field("deals", "price", _capital),
    "定金": Field("deals", "deposit", _money),
    "定金大写": Field("deals", "deposit", _capital),
    "定金日": Field("deals", "deposit_on", _day),
    "签约日": Field("deals", "signed_on", _day),
    "付款方式": Field("deals", "pay", _text),
    "贷款银行": Field("deals", "bank", _text),
    "贷款额": Field("deals", "loan", _money),
    "资金监管": Field("deals", "escrow", _money),
    "过户日": Field("deals", "transfer_on", _day),
    "交房日": Field("deals", "handover_on", _day),
    "佣金": Field("deals", "fee_due", _money),
    "佣金大写": Field("deals", "fee_due", _capital),
    "网签号": Field("deals", "net_no", _text),
    "条款确认日": Field("deals", "terms_on", _day),
}
"""Chinese name, as a template writes it -> where it comes from."""
OURS = ("合同号", "机构名称", "起草日", "成交ID")
"""Fields that no cell of these rows has."""
ALL_FIELDS: Fields = dict.fromkeys((*OURS, *FIELDS))


@dataclass(frozen=True)
class Facts:
    """The values of all fields for one deal, and the cell of each."""

    deal: Any
    values: Mapping[str, str]
    cells: Mapping[str, str]

    def fingerprint(self, template: bytes, used: set[str]) -> str:
        """Return what tells one content of a contract from another: the values that its template uses, and the template."""
        held = json.dumps({name: self.values[name] for name in sorted(used & set(FIELDS))}, ensure_ascii=False)
        return hashlib.sha256(hashlib.sha256(template).digest() + held.encode(errors="replace")).hexdigest()[:16]

    def missing(self, names: set[str]) -> list[str]:
        """Return the fields among `names` that are empty, each cell once: 客户电话(客户!F5)."""
        found: dict[str, str] = {}
        for name in FIELDS:
            if name in names and not self.values[name]:
                found.setdefault(self.cells[name], name)
        return [f"{name}({cell})" for cell, name in found.items()]


def facts_of(tables: Tables, deal: Any, settings: Settings) -> Facts:
    """Return the facts of a row of 成交, given as a namedtuple. Of what an unknown id points to the cell is that of the id."""
    rows = {"deals": deal}
    for sheet, key in (("clients", "client_id"), ("listings", "listing_id"), ("owners", "owner_id")):
        found = tables[sheet][(tables[sheet][key] == getattr(deal, key)) & (tables[sheet][key] != "")]
        rows[sheet] = next(found.itertuples(), None)
    values = {"机构名称": wording.plain(settings.agency.name), "成交ID": deal.deal_id}
    cells: dict[str, str] = {}
    for name, one in FIELDS.items():
        row = rows[one.sheet]
        if row is None:
            key = {"clients": "client_id", "listings": "listing_id", "owners": "owner_id"}[one.sheet]
            values[name], cells[name] = "", tables.cell("deals", deal.Index, key)
            continue
        value = _address(row) if name == "房屋坐落" else getattr(row, one.column)
        values[name] = one.show(value, deal)
        cells[name] = tables.cell(one.sheet, row.Index, one.column)
    return Facts(deal, values, cells)


def _address(listing: Any) -> str:
    """Return where a home is; "" unless estate and room are known."""
    if not listing.estate or not listing.room_no:
        return ""
    building = f"{listing.building}栋" if listing.building else ""
    unit = f"{listing.unit}单元" if listing.unit else ""
    return wording.plain(f"{listing.district}{listing.estate}{building}{unit}{listing.room_no}室")


def day_words(day: dt.date) -> str:
    """Return a day as a contract writes it."""
    return _day(day, None)
