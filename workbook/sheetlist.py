"""What a workbook consists of: its sheets and the parts that are not sheets, found by the relations between them."""

from typing import NamedTuple

from workbook.package import Package
from workbook.refusals import refused

_RELATION_ID = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
_MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"


class Contents(NamedTuple):
    """The parts of a workbook by name; "" where one is missing.

    `sheets`: a sheet's name -> its part, in the order of the tabs; `hidden`: the names of those that are not shown.
    """

    workbook: str
    sheets: dict[str, str]
    hidden: frozenset[str]
    styles: str
    shared_strings: str
    calculation_chain: str
    epoch_1904: bool


def contents_of(package: Package) -> Contents:
    """Return the parts of a workbook. Raises FileRefused where one that it must have is missing."""
    workbook = next((r.target for r in package.relations() if r.kind == "officeDocument"), "")
    if not workbook:
        raise refused(package.where, "MISSING_PART", "xl/workbook.xml")
    if workbook.lower().endswith(".bin"):
        raise refused(package.where, "BINARY_XLSB")
    tree = package.tree(workbook)
    if tree.tag != _MAIN + "workbook":
        raise refused(package.where, "NOT_XLSX")
    relations = package.relations(workbook)
    by_id = {relation.id: relation for relation in relations}
    sheets, hidden = {}, set()
    for element in tree.iter(_MAIN + "sheet"):
        relation = by_id.get(element.get(_RELATION_ID) or "")
        if relation is None or not relation.target:
            raise refused(package.where, "MISSING_PART", element.get("name") or "")
        if relation.kind == "worksheet":
            sheets[element.get("name") or ""] = relation.target
            if element.get("state", "visible") != "visible":
                hidden.add(element.get("name") or "")
    if not sheets:
        raise refused(package.where, "MISSING_PART", "xl/worksheets")
    first = {relation.kind: relation.target for relation in reversed(relations)}
    properties = tree.find(_MAIN + "workbookPr")
    epoch_1904 = properties is not None and properties.get("date1904") in ("1", "true")
    styles, strings, chain = (first.get(kind, "") for kind in ("styles", "sharedStrings", "calcChain"))
    return Contents(workbook, sheets, frozenset(hidden), styles, strings, chain, epoch_1904)


def sheet_numbers(package: Package, workbook: str) -> dict[str, str]:
    """Return a sheet's name -> its sheetId, by which other parts name it. `workbook` is the part that lists the sheets."""
    return {tag.get("name") or "": tag.get("sheetId") or "" for tag in package.tree(workbook).iter(_MAIN + "sheet")}
