"""The tab 跟进 in Excel's ribbon: every button once more, in reach on every sheet. LibreOffice shows no such tabs."""

from collections.abc import Mapping, Sequence
from xml.sax.saxutils import quoteattr

from workbook.build.buttons import ButtonSpec

PART = "customUI/customUI14.xml"
RELATION = "http://schemas.microsoft.com/office/2007/relationships/ui/extensibility"
CALLBACK = "GenjinRibbon"
ID = "genjin_"
_SPACE = "http://schemas.microsoft.com/office/2009/07/customui"
GROUPS: Mapping[str, tuple[str, ...]] = {
    "每天": ("all", "due", "lists", "calendar", "client", "contact"),
    "客户和房源": (
        "grade",
        "pool",
        "match",
        "match_selected",
        "reverse",
        "messages",
        "messages_selected",
        "mail",
        "portrait",
    ),
    "成交": ("viewings", "proposal", "contract", "deals", "commission", "awards"),
    "数据": ("validate", "duplicates", "merge", "import", "handover"),
    "报表": ("report", "month", "reports", "make_report"),
    "规则": ("whatif", "backtest"),
    "预览和撤销": ("apply", "discard", "undo"),
    "登记表": ("save_client", "clear_client", "save_contact", "clear_contact"),
}
"""Group -> its buttons, in the order of the ribbon; a button that is in none comes last, in a group of its own."""
LARGE = frozenset({"all", "due", "client", "contact", "match", "messages", "report", "apply"})


def ribbon_xml(specs: Sequence[ButtonSpec]) -> str:
    """Return the content of the part that adds the tab."""
    known = {spec.name: spec for spec in specs}
    placed = {name for names in GROUPS.values() for name in names}
    groups = {label: [known[name] for name in names if name in known] for label, names in GROUPS.items()}
    groups["更多"] = [spec for spec in specs if spec.name not in placed]
    inside = "".join(_group(number, label, of) for number, (label, of) in enumerate(groups.items(), 1) if of)
    tab = f'<tab id="{ID}tab" label="跟进" insertAfterMso="TabHome">{inside}</tab>'
    head = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
    return f'{head}<customUI xmlns="{_SPACE}"><ribbon><tabs>{tab}</tabs></ribbon></customUI>'


def _group(number: int, label: str, specs: Sequence[ButtonSpec]) -> str:
    buttons = "".join(map(_button, specs))
    return f'<group id="{ID}group{number}" label={quoteattr(label)}>{buttons}</group>'


def _button(spec: ButtonSpec) -> str:
    words = {
        "id": f"{ID}{spec.name}", "label": spec.label, "imageMso": spec.icon, "size": "large" if spec.name in LARGE else "normal",
        "screentip": spec.label, "supertip": spec.tip, "onAction": CALLBACK,
    }  # fmt: skip
    return "<button " + " ".join(f"{key}={quoteattr(text)}" for key, text in words.items()) + "/>"
