"""Files that are refused whole: name -> (how it comes about, the code that it is refused with)."""

import random
import zipfile

from tests.hostile_files import (
    BOOK,
    BOOK_RELS,
    LAUGHS,
    MAIN,
    RELS,
    ROWS,
    SHEET,
    STYLES,
    TEXTS,
    TYPES,
    WANG,
    Made,
    beside,
    blanks,
    cell,
    compound,
    declared,
    flipped,
    lying,
    many_rows,
    marked,
    noisy,
    overlapping,
    parts,
    relation,
    relations,
    rows_of,
    streamed,
    with_parts,
    workbook,
    worksheet,
    xlsx,
    zipped,
)

REFUSED: dict[str, tuple[Made, str]] = {
    # containers
    "empty.xlsx": (lambda: b"", "EMPTY_FILE"),
    "text.xlsx": (lambda: b"hello", "NOT_XLSX"),
    "picture.xlsx": (lambda: b"\x89PNG\r\n\x1a\n" + b"\0" * 100, "NOT_XLSX"),
    "page.xls": (lambda: b"\xef\xbb\xbf<!-- x --><HTML><body>1", "HTML_NOT_EXCEL"),
    "page16.xls": (lambda: "<html><table></table>".encode("utf-16"), "HTML_NOT_EXCEL"),
    "mail.xls": (lambda: b"MIME-Version: 1.0\r\nContent-Type: multipart/related\r\n\r\n<html>", "HTML_NOT_EXCEL"),
    "xml2003.xls": (
        lambda: b'<?xml version="1.0"?><Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet"/>',
        "XML_NOT_EXCEL",
    ),
    "biff5.xls": (lambda: b"\x09\x08\x08\x00\x00\x05\x10\x00" + b"\0" * 600, "OLD_XLS"),
    "ole.xls": (compound, "READER_PANIC"),
    "sealed.xlsx": (lambda: compound("EncryptedPackage"), "ENCRYPTED"),
    "locked_zip.xlsx": (lambda: marked(xlsx(), SHEET, 6, 1), "ENCRYPTED"),
    **{f"cut{share}.xlsx": (lambda s=share: xlsx()[: len(xlsx()) * s // 100], "BROKEN_ZIP") for share in (5, 50, 97)},
    "flipped_sheet.xlsx": (lambda: flipped(xlsx(sheet=worksheet(rows_of(*[WANG] * 50))), SHEET), "BROKEN_ZIP"),
    "flipped_book.xlsx": (lambda: flipped(xlsx(), BOOK), "BROKEN_ZIP"),
    "flipped_styles.xlsx": (lambda: flipped(xlsx(), STYLES), "BROKEN_ZIP"),
    "method.xlsx": (lambda: marked(xlsx(), SHEET, 8, 99), "BROKEN_ZIP"),
    "bzip2.xlsx": (lambda: zipped(parts(), zipfile.ZIP_BZIP2), "BROKEN_ZIP"),
    "two_names.xlsx": (
        lambda: zipped(parts()).replace(b"xl/worksheets/sheet1.xml", b"xl/worksheets/sheet2.xml", 1),
        "BROKEN_ZIP",
    ),
    "lying.xlsx": (
        lambda: lying(
            streamed(SHEET, blanks(60, worksheet().partition(b"</sheetData>")[0], b"</sheetData></worksheet>")),
            SHEET,
            1000,
            worksheet(),
        ),
        "BROKEN_ZIP",
    ),
    "lying_whole.xlsx": (
        lambda: lying(xlsx(sheet=worksheet() + b" " * 50_000), SHEET, len(worksheet()), worksheet()),
        "BROKEN_ZIP",
    ),
    "lying_more.xlsx": (lambda: lying(xlsx(), SHEET, 5000, worksheet()), "BROKEN_ZIP"),
    "overlap.xlsx": (overlapping, "ZIP_BOMB"),
    "bomb_blanks.xlsx": (lambda: streamed(SHEET, blanks(60, *worksheet("|").split(b"|"))), "ZIP_BOMB"),
    "bomb_texts.xlsx": (lambda: streamed(TEXTS, blanks(40, b"<sst>", b"</sst>")), "ZIP_BOMB"),
    "bomb_theme.xlsx": (lambda: streamed("xl/theme/theme1.xml", blanks(40, b"<a>", b"</a>")), "ZIP_BOMB"),
    "bomb_picture.xlsx": (lambda: streamed("xl/media/image1.png", blanks(40, b"", b"")), "ZIP_BOMB"),
    "bomb_rows.xlsx": (
        lambda: streamed(
            SHEET, many_rows(400_000, b"<row><c><v>1</v></c><c><v>2</v></c><c><v>3</v></c><c><v>4</v></c></row>")
        ),
        "ZIP_BOMB_OR_TOO_MANY_ROWS",
    ),
    "endless_row.xlsx": (lambda: streamed(SHEET, noisy(90)), "SHEET_TOO_LARGE"),
    "parts.xlsx": (lambda: with_parts({f"xl/media/{n}.png": b"" for n in range(2500)}), "TOO_MANY_PARTS"),
    "twice.xlsx": (
        lambda: with_parts({"XL/Worksheets/Sheet1.XML": worksheet(rows_of(("K9", "另一个", "", "")))}),
        "DUPLICATE_PART",
    ),
    "zip_of_book.xlsx": (lambda: zipped({"客户.xlsx": xlsx(), "读我.txt": b"x"}), "ZIP_OF_FILES"),
    "zip_of_zip.xlsx": (lambda: zipped({"a.zip": zipped({"b.zip": zipped({"c.xlsx": xlsx()})})}), "ZIP_OF_FILES"),
    "word.xlsx": (
        lambda: zipped(
            {
                TYPES: b"<Types/>",
                RELS: relations(relation(1, "officeDocument", "word/document.xml")),
                "word/document.xml": b'<w:document xmlns:w="w"/>',
            }
        ),
        "NOT_XLSX",
    ),
    # XML
    **{
        f"laughs_{part.rpartition('/')[2]}.xlsx": (
            lambda p=part: with_parts(
                {
                    p: parts()[p].replace(b"?>", b"?>" + LAUGHS.encode(), 1)
                    if b"?>" in parts()[p]
                    else LAUGHS.encode() + parts()[p]
                }
            ),
            "DTD_FORBIDDEN",
        )
        for part in (SHEET, TEXTS, STYLES, BOOK, BOOK_RELS, TYPES)
    },
    **{
        f"laughs_in_{name}.xlsx": (lambda p=part: with_parts({p: LAUGHS.encode() + b"<x>&c;</x>"}), "DTD_FORBIDDEN")
        for name, part in (
            ("theme", "xl/theme/theme1.xml"),
            ("props", "docProps/core.xml"),
            ("custom", "customXml/item1.xml"),
            ("bin", "xl/media/a.dat"),
            ("drawing", "xl/drawings/drawing1.xml"),
        )
    },
    "laughs_after_remark.xlsx": (
        lambda: xlsx(sheet=b"<!-- <worksheet> -->" + LAUGHS.encode() + worksheet()[21:]),
        "DTD_FORBIDDEN",
    ),
    "laughs_after_much.xlsx": (
        lambda: xlsx(sheet=b"<!--" + b"x" * 30_000 + b"-->" + LAUGHS.encode() + worksheet()[21:]),
        "DTD_FORBIDDEN",
    ),
    "outer_dtd.xlsx": (
        lambda: xlsx(texts=b'<!DOCTYPE sst SYSTEM "http://127.0.0.1:9/x.dtd">' + parts()[TEXTS]),
        "DTD_FORBIDDEN",
    ),
    "outer_entity.xlsx": (
        lambda: xlsx(book=b'<!DOCTYPE w [<!ENTITY x SYSTEM "file:///etc/passwd">]>' + workbook()[21:]),
        "DTD_FORBIDDEN",
    ),
    "utf16.xlsx": (lambda: xlsx(sheet=declared("utf-16")), "UNUSUAL_XML"),
    "utf16_dtd.xlsx": (
        lambda: xlsx(texts=declared("utf-16", '<?xml version="1.0"?>' + LAUGHS + "<sst/>")),
        "UNUSUAL_XML",
    ),
    "utf16_bare.xlsx": (lambda: xlsx(sheet=worksheet().decode().encode("utf-16-le")), "BROKEN_XML"),
    "utf7.xlsx": (lambda: xlsx(book=workbook().replace(b"?>", b' encoding = "utf-7"?>', 1)), "UNUSUAL_XML"),
    "gbk_xml.xlsx": (lambda: xlsx(sheet=declared("gbk")), "UNUSUAL_XML"),
    "not_utf8.xlsx": (lambda: xlsx(book=workbook().decode().encode("gbk")), "BROKEN_XML"),
    "deep_texts.xlsx": (lambda: xlsx(texts=parts()[TEXTS].replace(b"<si>", b"<si>" + b"<r>" * 100_000)), "BROKEN_XML"),
    "deep_styles.xlsx": (lambda: xlsx(styles=b"<styleSheet>" + b"<a>" * 100_000), "BROKEN_XML"),
    "unclosed.xlsx": (lambda: xlsx(sheet=worksheet()[:-60]), "BROKEN_XML"),
    "wide_tree.xlsx": (
        lambda: xlsx(
            book=workbook(
                "<definedNames>"
                + "".join(f'<definedName name="n{n}">{n * 7919 % 10007}!$A${n}</definedName>' for n in range(400_000))
                + "</definedNames>"
            )
        ),
        "FILE_TOO_LARGE",
    ),
    "no_book.xlsx": (lambda: zipped({k: v for k, v in parts().items() if k != BOOK}), "MISSING_PART"),
    "no_sheet.xlsx": (lambda: zipped({k: v for k, v in parts().items() if k != SHEET}), "MISSING_PART"),
    "no_texts.xlsx": (
        lambda: zipped({k: v for k, v in parts(sheet=beside(cell("A3", "<v>0</v>", ' t="s"'))).items() if k != TEXTS}),
        "MISSING_PART",
    ),
    "text_number.xlsx": (lambda: xlsx(sheet=beside(cell("A3", "<v>99999</v>", ' t="s"'))), "BROKEN_XML"),
    "strict.xlsx": (
        lambda: xlsx(sheet=worksheet().replace(MAIN.encode(), b"http://purl.oclc.org/ooxml/spreadsheetml/main")),
        "STRICT_OOXML",
    ),
    "binary.xlsx": (
        lambda: zipped(
            {
                TYPES: b"<Types/>",
                RELS: relations(relation(1, "officeDocument", "xl/workbook.bin")),
                "xl/workbook.bin": b"\0",
            }
        ),
        "BINARY_XLSB",
    ),
    # shapes
    "corner.xlsx": (
        lambda: xlsx(sheet=worksheet(f'<row r="1">{cell("A1")}</row><row r="1048576">{cell("XFD1048576")}</row>')),
        "SHEET_TOO_LARGE",
    ),
    "beyond_columns.xlsx": (lambda: xlsx(sheet=beside(cell("XFE3"))), "SHEET_TOO_LARGE"),
    "beyond_rows.xlsx": (
        lambda: xlsx(sheet=worksheet(ROWS + f'<row r="1048577">{cell("A1048577")}</row>')),
        "SHEET_TOO_LARGE",
    ),
    "far_cell.xlsx": (lambda: xlsx(sheet=beside(cell("A9999999"))), "SHEET_TOO_LARGE"),
    "endless_number.xlsx": (lambda: xlsx(sheet=beside(cell("A99999999999"))), "UNUSUAL_XML"),
    "endless_letters.xlsx": (lambda: xlsx(sheet=beside(cell("ZZZZZZZ3"))), "UNUSUAL_XML"),
    "small_letters.xlsx": (lambda: xlsx(sheet=beside(cell("xfd1048576"))), "UNUSUAL_XML"),
    "spaced_address.xlsx": (lambda: xlsx(sheet=beside('<c r = "XFD1048576"><v>1</v></c>')), "UNUSUAL_XML"),
    "coded_address.xlsx": (lambda: xlsx(sheet=beside('<c r="&#88;FD1048576"><v>1</v></c>')), "UNUSUAL_XML"),
    "other_prefix.xlsx": (
        lambda: xlsx(
            sheet=worksheet(
                ROWS + f'<x:row xmlns:x="{MAIN}" r="1048576"><x:c r="XFD1048576"><x:v>1</x:v></x:c></x:row>'
            )
        ),
        "UNUSUAL_XML",
    ),
    "row_twice.xlsx": (lambda: xlsx(sheet=worksheet(ROWS + f'<row r="2">{cell("A2")}</row>')), "BROKEN_XML"),
    "row_twice_far.xlsx": (
        lambda: xlsx(sheet=worksheet(rows_of(*[WANG] * 20_000) + f'<row r="2">{cell("A2")}</row>')),
        "BROKEN_XML",
    ),
    "cell_twice.xlsx": (lambda: xlsx(sheet=beside(cell("A3"), cell("B3"), cell("A3"))), "BROKEN_XML"),
    "row_zero.xlsx": (lambda: xlsx(sheet=beside(cell("A0"))), "UNUSUAL_XML"),
    "row_billions.xlsx": (
        lambda: xlsx(sheet=worksheet(ROWS + '<row r="4294967295"><c><v>1</v></c></row>')),
        "SHEET_TOO_LARGE",
    ),
    "scattered.xlsx": (
        lambda: xlsx(
            sheet=worksheet(
                ROWS
                + "".join(
                    f'<row r="{n * 5000}">{cell(f"{c}{n * 5000}")}</row>' for n in range(1, 200) for c in ("AAA",)
                )
            )
        ),
        "SHEET_TOO_LARGE",
    ),
    "merged_all.xlsx": (
        lambda: xlsx(sheet=worksheet(tail='<mergeCells><mergeCell ref="A1:XFD1048576"/></mergeCells>')),
        "MERGE_TOO_LARGE",
    ),
    "merged_much.xlsx": (
        lambda: xlsx(
            sheet=worksheet(
                tail="<mergeCells>"
                + "".join(f'<mergeCell ref="A{n}:B{n}"/>' for n in range(1, 250_000))
                + "</mergeCells>"
            )
        ),
        "MERGE_TOO_LARGE",
    ),
    "linked_column.xlsx": (
        lambda: xlsx(
            sheet=worksheet(tail='<hyperlinks><hyperlink ref="B1:B1048576" location="客户!A1"/></hyperlinks>')
        ),
        "RANGE_TOO_LARGE",
    ),
    "copied_text.xlsx": (
        lambda: xlsx(
            texts=parts()[TEXTS].replace(b">x<", b">" + b"x" * 32_000 + b"<"),
            sheet=worksheet(
                "".join(
                    f'<row r="{n}">' + "".join(cell(f"{c}{n}", "<v>0</v>", ' t="s"') for c in "ABCDEFGHIJ") + "</row>"
                    for n in range(1, 3001)
                )
            ),
        ),
        "SHEET_TOO_LARGE",
    ),
    "open_tags.xlsx": (lambda: xlsx(sheet=worksheet("<c " * 1_000_000)), "SHEET_TOO_LARGE"),
    "nothing.xlsx": (lambda: xlsx(sheet=worksheet("")), "NOTHING_SHOWN"),
    "all_hidden.xlsx": (lambda: xlsx(book=workbook(state=' state="veryHidden"')), "NOTHING_SHOWN"),
    # text
    "empty.csv": (lambda: b"", "EMPTY_FILE"),
    "blank.csv": (lambda: b"\r\n \r\n\r\n", "EMPTY_FILE"),
    "nul.csv": (lambda: "姓名,电话\n王\0芳,13800000001\n".encode(), "CSV_BINARY"),
    "utf16_bare.csv": (lambda: "姓名,电话\n王芳,13800000001\n".encode("utf-16-le"), "CSV_BINARY"),
    "nul16.csv": (lambda: "姓名,电话\n王\0芳,1\n".encode("utf-16"), "CSV_BINARY"),
    "noise.csv": (lambda: bytes(b % 31 + 1 for b in random.Random(2).randbytes(5000)) + b"\n", "CSV_BINARY"),
    "one_line.csv": (lambda: b"a" * 2_000_000, "CSV_BROKEN"),
    "one_wide_line.csv": (lambda: b"a," * 300_000 + b"\n", "CSV_BROKEN"),
    "commas.csv": (lambda: (b"," * 1000 + b"\n") * 12_000, "SHEET_TOO_LARGE"),
    "other_breaks.csv": (lambda: ("姓名,电话\u2028" * 200_000).encode(), "CSV_BROKEN"),
    "open_quote.csv": (lambda: '姓名,电话\n"王芳,13800000001\n李雷,13800000002\n'.encode(), "CSV_BROKEN"),
    "page.csv": (lambda: b"<html><table><tr><td>1", "HTML_NOT_EXCEL"),
    "xml.csv": (lambda: b'<?xml version="1.0"?><a/>', "XML_NOT_EXCEL"),
}
