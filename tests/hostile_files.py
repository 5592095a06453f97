"""Hostile and broken files, made when a test asks for them: none is kept in the repository. Here is what they are made of."""

import io
import random
import struct
import zipfile
import zlib
from collections.abc import Callable, Mapping
from pathlib import Path

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006"
HEADER = ("客户编号", "姓名", "电话", "备注")
SHEET, TEXTS, STYLES, BOOK = "xl/worksheets/sheet1.xml", "xl/sharedStrings.xml", "xl/styles.xml", "xl/workbook.xml"
RELS, TYPES, BOOK_RELS, SHEET_RELS = (
    "_rels/.rels",
    "[Content_Types].xml",
    "xl/_rels/workbook.xml.rels",
    "xl/worksheets/_rels/sheet1.xml.rels",
)
LAUGHS = '<!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;"><!ENTITY c "&b;&b;&b;&b;&b;&b;&b;&b;">]>'

Parts = dict[str, bytes]


def escaped(text: object) -> str:
    return str(text).replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def text_cell(at: str, text: object) -> str:
    return f'<c r="{at}" t="inlineStr"><is><t xml:space="preserve">{escaped(text)}</t></is></c>'


def rows_of(*rows: tuple[object, ...]) -> str:
    """Rows of texts and numbers under the header."""
    lines = []
    for number, row in enumerate((HEADER, *rows), start=1):
        cells = [
            f'<c r="{chr(65 + at)}{number}"><v>{value!r}</v></c>' if isinstance(value, int | float) else text_cell(f"{chr(65 + at)}{number}", value)
            for at, value in enumerate(row) if value is not None
        ]  # fmt: skip
        lines.append(f'<row r="{number}">{"".join(cells)}</row>')
    return "".join(lines)


WANG = ("K1", "王芳", "13800000001", "急")
ROWS = rows_of(WANG)


def relations(*entries: str) -> bytes:
    return f'<?xml version="1.0"?><Relationships xmlns="{PACKAGE}/relationships">{"".join(entries)}</Relationships>'.encode()


def relation(number: int, kind: str, target: str, *, external: bool = False) -> str:
    mode = ' TargetMode="External"' if external else ""
    return f'<Relationship Id="rId{number}" Type="{OFFICE}/{kind}" Target="{escaped(target)}"{mode}/>'


def worksheet(rows: str = ROWS, tail: str = "", head: str = "") -> bytes:
    return f'<?xml version="1.0"?><worksheet xmlns="{MAIN}" xmlns:r="{OFFICE}">{head}<sheetData>{rows}</sheetData>{tail}</worksheet>'.encode()


def workbook(tail: str = "", head: str = "", state: str = "") -> bytes:
    sheet = f'<sheets><sheet name="客户" sheetId="1"{state} r:id="rId1"/></sheets>'
    return f'<?xml version="1.0"?><workbook xmlns="{MAIN}" xmlns:r="{OFFICE}">{head}{sheet}{tail}</workbook>'.encode()


def parts(**changed: bytes) -> Parts:
    """The parts of a sound workbook; sheet=, texts=, styles=, book= replace one."""
    found = {
        TYPES: f'<Types xmlns="{PACKAGE}/content-types"><Default Extension="xml" ContentType="application/xml"/></Types>'.encode(),
        RELS: relations(relation(1, "officeDocument", "xl/workbook.xml")),
        BOOK: workbook(),
        BOOK_RELS: relations(
            relation(1, "worksheet", "worksheets/sheet1.xml"),
            relation(2, "styles", "styles.xml"),
            relation(3, "sharedStrings", "sharedStrings.xml"),
        ),
        STYLES: f'<styleSheet xmlns="{MAIN}"><cellXfs count="2"><xf numFmtId="0"/><xf numFmtId="14"/></cellXfs></styleSheet>'.encode(),
        TEXTS: f'<sst xmlns="{MAIN}"><si><t>x</t></si></sst>'.encode(),
        SHEET: worksheet(),
    }
    names = {"sheet": SHEET, "texts": TEXTS, "styles": STYLES, "book": BOOK}
    return found | {names[key]: value for key, value in changed.items()}


def zipped(content: Mapping[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", method) as package:
        for name, data in content.items():
            package.writestr(name, data)
    return buffer.getvalue()


def xlsx(**changed: bytes) -> bytes:
    return zipped(parts(**changed))


def with_parts(extra: Mapping[str, bytes]) -> bytes:
    return zipped(parts() | dict(extra))


def streamed(part: str, pieces: Callable[[], object], **changed: bytes) -> bytes:
    """A workbook in which one part is written piece by piece: bombs have no room in memory."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as package:
        for name, data in parts(**changed).items():
            if name != part:
                package.writestr(name, data)
        with package.open(part, "w") as stream:
            for piece in pieces():  # type: ignore[attr-defined]
                stream.write(piece)
    return buffer.getvalue()


def patched(data: bytes, part: str, change: Callable[[bytearray, int, int], None]) -> bytes:
    """A zip in which `change(bytes, offset of the member, offset of its entry in the directory)` was made to a member."""
    found = bytearray(data)
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        local = package.getinfo(part).header_offset
        entry, names = package.start_dir, [info.filename for info in package.infolist()]
    for name in names:
        if name == part:
            break
        name_size, extra, comment = struct.unpack_from("<3H", found, entry + 28)
        entry += 46 + name_size + extra + comment
    change(found, local, entry)
    return bytes(found)


def flipped(data: bytes, part: str) -> bytes:
    def flip(found: bytearray, local: int, _: int) -> None:
        found[local + 30 + len(part) + 20] ^= 0x5A

    return patched(data, part, flip)


def lying(data: bytes, part: str, size: int, first: bytes) -> bytes:
    """Both headers of a member say that it has `size` bytes, with the checksum of these."""

    def lie(found: bytearray, local: int, entry: int) -> None:
        for at in (local + 14, entry + 16):
            struct.pack_into("<L", found, at, zlib.crc32(first[:size]))
        for at in (local + 22, entry + 24):
            struct.pack_into("<L", found, at, size)

    return patched(data, part, lie)


def marked(data: bytes, part: str, at: int, value: int) -> bytes:
    """A 16-bit field changed in both headers: `at` is its offset in the member's own."""

    def mark(found: bytearray, local: int, entry: int) -> None:
        struct.pack_into("<H", found, local + at, value)
        struct.pack_into("<H", found, entry + at + 2, value)

    return patched(data, part, mark)


def overlapping() -> bytes:
    """Many members that are the same bytes: a hundred kilobytes stand for gigabytes."""
    data = zipped({**parts(), "xl/media/a.bin": b"\0" * 20_000_000})
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        start, infos = package.start_dir, package.infolist()
    end = data.rindex(b"PK\5\6")
    directory = data[start:end]
    last = directory[directory.rindex(b"PK\1\2") :]
    more = b"".join(last.replace(b"a.bin", b"%c.bin" % letter) for letter in b"bcdefgh")
    tail = bytearray(data[end:])
    struct.pack_into("<2H2L", tail, 8, len(infos) + 7, len(infos) + 7, len(directory) + len(more), start)
    return data[:start] + directory + more + bytes(tail)


def blanks(megabytes: int, before: bytes, after: bytes) -> Callable[[], object]:
    def pieces() -> object:
        yield before
        for _ in range(megabytes):
            yield b" " * (1 << 20)
        yield after

    return pieces


def noisy(megabytes: int) -> Callable[[], object]:
    """A remark of noise: it is deflated little, so that no ratio tells."""
    dice = random.Random(1)
    noise = "".join(dice.choices("0123456789abcdef", k=1 << 14)).encode() * 64
    whole = worksheet()
    at = whole.index(b"<sheetData>") + len(b"<sheetData>")

    def pieces() -> object:
        yield whole[:at] + b"<!--"
        for _ in range(megabytes):
            yield dice.randbytes(20_000).hex().encode() + noise[40_000:]
        yield b"-->" + whole[at:]

    return pieces


def many_rows(count: int, row: bytes) -> Callable[[], object]:
    whole = worksheet("|")
    before, after = whole.split(b"|")

    def pieces() -> object:
        yield before
        for _ in range(count // 1000):
            yield row * 1000
        yield after

    return pieces


def cell(at: str, body: str = "<v>1</v>", kind: str = "") -> str:
    return f'<c r="{at}"{kind}>{body}</c>'


def beside(*cells: str) -> bytes:
    """The two rows of a sound table and, in a third, cells that are none."""
    return worksheet(ROWS + f'<row r="3">{"".join(cells)}</row>')


def declared(encoding: str, text: str = "") -> bytes:
    whole = (text or worksheet().decode()).replace('version="1.0"', f'version="1.0" encoding="{encoding}"')
    return whole.encode(encoding)


def compound(name: str = "Workbook", content: bytes = b"not a workbook") -> bytes:
    """A compound file with one stream; what it holds by itself is no workbook."""
    sectors = (
        1 if len(content) < 15 else max(8, -(-len(content) // 512))
    )  # a stream of less than 4,096 bytes stands elsewhere
    size = sectors * 512
    header = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 16 + struct.pack("<5H", 62, 3, 0xFFFE, 9, 6) + b"\0" * 10
    header += (
        struct.pack("<3L", 1, 1, 0)
        + struct.pack("<4L", 4096, 0xFFFFFFFE, 0, 0xFFFFFFFE)
        + struct.pack("<L", 0)
        + struct.pack("<109L", 0, *[0xFFFFFFFF] * 108)
    )
    following = [0xFFFFFFFD, 0xFFFFFFFE, *range(3, sectors + 2), 0xFFFFFFFE]
    table = struct.pack("<128L", *following, *[0xFFFFFFFF] * (128 - len(following)))
    entries = b""
    for title, kind, child, start, length in (("Root Entry", 5, 1, 0xFFFFFFFE, 0), (name, 2, 0xFFFFFFFF, 2, size)):
        raw = title.encode("utf-16-le") + b"\0\0"
        entries += (
            raw.ljust(64, b"\0")
            + struct.pack("<HBB3L", len(raw), kind, 1, 0xFFFFFFFF, 0xFFFFFFFF, child)
            + b"\0" * 36
            + struct.pack("<LQ", start, length)
        )
    return header[:512].ljust(512, b"\0") + table + entries.ljust(512, b"\0") + content.ljust(size, b"\0")


Made = Callable[[], bytes]


def linked(target: str) -> bytes:
    sheet = worksheet(tail='<hyperlinks><hyperlink ref="B2" r:id="rId1"/></hyperlinks>')
    return with_parts({SHEET: sheet, SHEET_RELS: relations(relation(1, "hyperlink", target, external=True))})


def formula(text: str) -> bytes:
    return xlsx(sheet=beside(f'<c r="B3"><f>{escaped(text)}</f><v>1</v></c>'))


def named(name: str, attributes: str = "") -> bytes:
    return xlsx(
        book=workbook(f'<definedNames><definedName name="{name}"{attributes}>客户!$A$1</definedName></definedNames>')
    )


def external(body: str) -> bytes:
    return with_parts(
        {"xl/externalLinks/externalLink1.xml": f'<externalLink xmlns="{MAIN}">{body}</externalLink>'.encode()}
    )


def holding(*row: object) -> bytes:
    return xlsx(sheet=worksheet(rows_of(WANG, row)))


def write_all(folder: Path, made: Mapping[str, tuple[Made, object]]) -> None:
    """Write files into a folder."""
    for name, (make, _) in made.items():
        (folder / name).write_bytes(make())
