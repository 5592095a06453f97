"""The parts of a workbook as bytes, to be looked at and put together by hand: nothing depends on what a library would save."""

import re
import zipfile
from pathlib import Path

from workbook.book import column_letter, column_number

TYPES = "[Content_Types].xml"
RELATION = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/"
_CELL = re.compile(rb'<c r="([A-Z]+)(\d+)"[^>]*?(?:/>|>.*?</c>)', re.DOTALL)
_ROW = re.compile(rb"<row ([^>]*?)(?:/>|>(.*?)</row>)", re.DOTALL)


def parts(path: Path) -> dict[str, bytes]:
    """Return part name -> content, in the order of the zip."""
    with zipfile.ZipFile(path) as package:
        return {name: package.read(name) for name in package.namelist()}


class Parts(dict[str, bytes]):
    """The parts of one workbook; `save` writes them back."""

    def __init__(self, path: Path) -> None:
        super().__init__(parts(path))

    def save(self, path: Path) -> None:
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as package:
            for name, content in self.items():
                package.writestr(name, content)

    def replace(self, part: str, old: str, new: str) -> None:
        """Replace the first of a text in a part; it must be there."""
        assert old.encode() in self[part], (part, old)
        self[part] = self[part].replace(old.encode(), new.encode(), 1)

    def add(self, name: str, content: str | bytes, content_type: str = "") -> str:
        """Add a part, and what type it has (one that starts with . is that of all files with the extension)."""
        self[name] = content if isinstance(content, bytes) else content.encode()
        if content_type:
            extension = name.rpartition(".")[2]
            single = f'<Override PartName="/{name}" ContentType="{content_type}"/></Types>'
            whole = f'<Default Extension="{extension}" ContentType="{content_type[1:]}"/></Types>'
            self.replace(TYPES, "</Types>", whole if content_type.startswith(".") else single)
        return name

    def relate(self, source: str, kind: str, target: str, external: bool = False) -> str:
        """Let one part point to another; return the id of the relation."""
        folder, _, base = source.rpartition("/")
        rels = f"{folder}/_rels/{base}.rels" if folder else f"_rels/{base}.rels"
        empty = b'<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"></Relationships>'
        number = f"rIdP{self.setdefault(rels, empty).count(b'<Relationship ') + 1}"
        kind = kind if "://" in kind else RELATION + kind
        mode = ' TargetMode="External"' if external else ""
        target = target if external else "/" + target
        new = f'<Relationship Id="{number}" Type="{kind}" Target="{target}"{mode}/></Relationships>'
        self.replace(rels, "</Relationships>", new)
        return number

    def sheet(self, name: str) -> str:
        """Return the part of a sheet."""
        found = re.search(rf'<sheet [^>]*name="{name}"[^>]*r:id="(\w+)"', self["xl/workbook.xml"].decode())
        assert found, name
        return self._target("xl/_rels/workbook.xml.rels", rf'Id="{found[1]}"')

    def part_of(self, sheet: str, kind: str) -> str:
        """Return the part of a kind (table, comments) that belongs to a sheet."""
        base = self.sheet(sheet).rpartition("/")[2]
        return self._target(f"xl/worksheets/_rels/{base}.rels", rf'Type="[^"]*/{kind}"')

    def _target(self, rels: str, mark: str) -> str:
        tag = next(t for t in re.findall(r"<Relationship [^>]*>", self[rels].decode()) if re.search(mark, t))
        target = re.search(r'Target="([^"]*)"', tag)
        assert target
        return "xl/" + target[1].removeprefix("/xl/").removeprefix("../")


def rows_of(sheet_xml: bytes) -> dict[int, tuple[bytes, dict[str, bytes]]]:
    """Return row -> (its attributes, {column letters: the cell's bytes})."""
    found = {}
    for row in _ROW.finditer(sheet_xml):
        number = re.search(rb'\br="(\d+)"', row[1])
        assert number
        found[int(number[1])] = (row[1], {cell[1].decode(): cell[0] for cell in _CELL.finditer(row[2] or b"")})
    return found


def around(sheet_xml: bytes) -> tuple[bytes, bytes]:
    """Return what stands before and after the rows, without the extent of the sheet, which follows from its cells."""
    head, _, rest = sheet_xml.partition(b"<sheetData>")
    assert rest
    return re.sub(rb'<dimension ref="[^"]*"/>', b"", head), rest.rpartition(b"</sheetData>")[2]


def with_column(sheet_xml: bytes, at: int, cells: dict[int, bytes]) -> bytes:
    """Return a sheet into which a column was inserted, as Excel does it: everything from column `at` on moves to the right.

    `cells` are row -> the content of the new column's cell, as XML.
    """

    def moved(letters: bytes) -> bytes:
        number = column_number(letters.decode())
        return column_letter(number + (number >= at)).encode()

    def row(found: re.Match[bytes]) -> bytes:
        number = re.search(rb'\br="(\d+)"', found[1])
        assert number
        new, xml = cells.get(int(number[1])), found[2] or b""
        old = [(moved(c[1]), c[0]) for c in _CELL.finditer(xml)]
        done = [(column_number(k.decode()), re.sub(rb'r="[A-Z]+', b'r="' + k, c, count=1)) for k, c in old]
        letters = column_letter(at).encode()
        if new is not None:
            done.append((at, b'<c r="%b%b" t="inlineStr"><is><t>%b</t></is></c>' % (letters, number[1], new)))
        attributes = re.sub(rb' spans="[^"]*"', b"", found[1])
        return b"<row %b>%b</row>" % (attributes, b"".join(c for _, c in sorted(done)))

    def reference(found: re.Match[bytes]) -> bytes:
        return found[1] + re.sub(rb"([A-Z]+)(?=\d)", lambda m: moved(m[1]), found[2]) + found[3]

    head, mark, rest = sheet_xml.partition(b"<sheetData>")
    rows, end, tail = rest.rpartition(b"</sheetData>")
    tail = re.sub(rb'(\s(?:sqref|ref)=")([^"]*)(")', reference, tail)
    return head + mark + _ROW.sub(row, rows) + end + tail
