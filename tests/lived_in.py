"""A workbook of Genjin's that people have lived in: what they put beside, between and around its cells, part by part."""

import io
from pathlib import Path

from PIL import Image

from tests.parts import Parts, with_column
from workbook.book import column_letter
from workbook.sheets.clients import CLIENTS
from workbook.sheets.due import DUE

MAIN = "application/vnd.openxmlformats-officedocument.spreadsheetml."
DRAWING = "application/vnd.openxmlformats-officedocument.drawing"
OFFICE = "application/vnd.openxmlformats-officedocument."
MICROSOFT = "http://schemas.microsoft.com/office/"
SPREADSHEET = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
RELATIONS = 'xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"'
OWN = "我的分析"
TAG, REMARK, SUM, FOLLOW = "我的标签", "我的备注", "逾期提醒", "跟进备注"
BARE = len(DUE.columns) + 4
"""The column of 今日待办 without a header into which they wrote, with an empty one before it."""


def move_in(path: Path) -> None:
    """Put into a workbook all that people and other programs put into workbooks."""
    book = Parts(path)
    _own_sheet(book)
    _beside_clients(book)
    _beside_results(book)
    _around(book)
    book.save(path)


def _own_sheet(book: Parts) -> None:
    part = "xl/worksheets/sheet90.xml"
    ids = {
        "drawing": book.relate(part, "drawing", _drawing(book)),
        "vml": book.relate(part, "vmlDrawing", book.add("xl/drawings/vmlDrawing90.vml", _vml("我的批注"))),
        "control": book.relate(part, "ctrlProp", _control(book)),
        "printer": book.relate(part, "printerSettings", _printer(book)),
        "slicer": book.relate(part, MICROSOFT + "2007/relationships/slicer", _slicer(book)),
        "link": book.relate(part, "hyperlink", "https://example.com/", external=True),
    }
    book.relate(part, "comments", _comments(book))
    book.relate(part, MICROSOFT + "2017/10/relationships/threadedComment", _threaded(book))
    book.relate(part, "pivotTable", _pivot(book))
    book.add(part, _own_xml(ids), MAIN + "worksheet+xml")
    number = book.relate("xl/workbook.xml", "worksheet", part)
    book.replace("xl/workbook.xml", "</sheets>", f'<sheet name="{OWN}" sheetId="90" r:id="{number}"/></sheets>')


def _own_xml(ids: dict[str, str]) -> str:
    formulas = {
        "A1": "COUNTA(客户!A2:A61)", "B1": 'COUNTIF(今日待办!E:E,"A")', "A2": "SUM(tbl_clients[分数])", "B2": "客户!B2&amp;我的名字",
        "A3": "INDEX(匹配结果!A:Q,2,2)", "B3": "[1]Sheet1!$A$1",
    }  # fmt: skip
    rows = "".join(
        f'<row r="{n}" ht="33" customHeight="1">'
        + "".join(f'<c r="{a}"><f>{f}</f><v>7</v></c>' for a, f in formulas.items() if a.endswith(str(n)))
        + "</row>"
        for n in (1, 2, 3)
    )
    array = '<row r="5"><c r="A5"><f t="array" ref="A5:B6">TRANSPOSE(A1:B2)</f><v>1</v></c><c r="B5"><v>2</v></c></row>'
    spark = (
        '<ext uri="{05C60535-1F16-4fd2-B633-F4F36F0B64E0}" xmlns:x14="http://schemas.microsoft.com/office/spreadsheetml/2009/9/main">'
        '<x14:sparklineGroups xmlns:xm="http://schemas.microsoft.com/office/excel/2006/main"><x14:sparklineGroup><x14:sparklines>'
        "<x14:sparkline><xm:f>客户!AO2:AO9</xm:f><xm:sqref>D1</xm:sqref></x14:sparkline></x14:sparklines></x14:sparklineGroup>"
        "</x14:sparklineGroups></ext>"
    )
    slicer = f'<ext uri="{{A8765BA9-456A-4dab-B4F3-ACF838C121DE}}"><slicerList r:id="{ids["slicer"]}"/></ext>'
    return (
        f'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n<worksheet {SPREADSHEET} {RELATIONS}><sheetPr codeName="Mine"/>'
        '<dimension ref="A1:H20"/><sheetViews><sheetView workbookViewId="0" zoomScale="85"/></sheetViews>'
        '<cols><col min="1" max="1" width="44.5" customWidth="1"/></cols>'
        f'<sheetData>{rows}{array}<row r="20" hidden="1"><c r="A20" t="inlineStr"><is><r><rPr><b/></rPr><t>粗</t></r><r><t>细</t></r>'
        "</is></c></row></sheetData>"
        '<sheetProtection password="CC1A" sheet="1" objects="1"/><mergeCells count="1"><mergeCell ref="D3:F4"/></mergeCells>'
        '<conditionalFormatting sqref="A1:A3"><cfRule type="dataBar" priority="90"><dataBar><cfvo type="min"/><cfvo type="max"/>'
        '<color rgb="FF63C384"/></dataBar></cfRule></conditionalFormatting>'
        '<dataValidations count="1"><dataValidation type="whole" sqref="H1"><formula1>1</formula1></dataValidation></dataValidations>'
        f'<hyperlinks><hyperlink ref="H2" r:id="{ids["link"]}"/></hyperlinks><pageSetup paperSize="8" r:id="{ids["printer"]}"/>'
        f'<drawing r:id="{ids["drawing"]}"/><legacyDrawing r:id="{ids["vml"]}"/>'
        f'<controls><control shapeId="1025" r:id="{ids["control"]}" name="按钮 1"/></controls><extLst>{spark}{slicer}</extLst></worksheet>'
    )


def _drawing(book: Parts) -> str:
    picture = io.BytesIO()
    Image.new("RGB", (8, 8), "red").save(picture, "PNG")
    part = "xl/drawings/drawing90.xml"
    image = book.relate(part, "image", book.add("xl/media/image90.png", picture.getvalue(), ".image/png"))
    c = "http://schemas.openxmlformats.org/drawingml/2006/chart"
    chart_xml = (
        f'<c:chartSpace xmlns:c="{c}"><c:chart><c:plotArea><c:barChart><c:barDir val="col"/><c:ser><c:idx val="0"/>'
        "<c:val><c:numRef><c:f>客户!$AO$2:$AO$9</c:f></c:numRef></c:val></c:ser></c:barChart></c:plotArea></c:chart></c:chartSpace>"
    )
    chart = book.relate(part, "chart", book.add("xl/charts/chart90.xml", chart_xml, DRAWING + "ml.chart+xml"))
    xml = (
        '<xdr:wsDr xmlns:xdr="http://schemas.openxmlformats.org/drawingml/2006/spreadsheetDrawing" '
        f"{RELATIONS}><!-- {image} {chart} --></xdr:wsDr>"
    )
    return book.add(part, xml, DRAWING + "+xml")


def _vml(text: str) -> str:
    return f'<xml xmlns:v="urn:schemas-microsoft-com:vml"><v:shape id="_x0000_s1025" type="#_x0000_t201">{text}</v:shape></xml>'


def _control(book: Parts) -> str:
    xml = '<formControlPr xmlns="http://schemas.microsoft.com/office/spreadsheetml/2009/9/main" objectType="Button"/>'
    return book.add("xl/ctrlProps/ctrlProp1.xml", xml, "application/vnd.ms-excel.controlproperties+xml")


def _printer(book: Parts) -> str:
    return book.add("xl/printerSettings/printerSettings1.bin", bytes(range(256)), "." + MAIN + "printerSettings")


def _slicer(book: Parts) -> str:
    xml = '<slicers xmlns="http://schemas.microsoft.com/office/spreadsheetml/2009/9/main"><slicer name="负责人" cache="x"/></slicers>'
    return book.add("xl/slicers/slicer1.xml", xml, "application/vnd.ms-excel.slicer+xml")


def _comments(book: Parts) -> str:
    xml = (
        f'<comments {SPREADSHEET}><authors><author>tc={{1}}</author></authors><commentList><comment ref="A1" authorId="0">'
        "<text><t>[Threaded comment]</t></text></comment></commentList></comments>"
    )
    return book.add("xl/comments90.xml", xml, MAIN + "comments+xml")


def _threaded(book: Parts) -> str:
    schema = MICROSOFT + "spreadsheetml/2018/threadedcomments"
    people = f'<personList xmlns="{schema}"><person displayName="王店长" id="{{P}}"/></personList>'
    name = book.add("xl/persons/person.xml", people, "application/vnd.ms-excel.person+xml")
    book.relate("xl/workbook.xml", MICROSOFT + "2017/10/relationships/person", name)
    xml = (
        f'<ThreadedComments xmlns="{schema}"><threadedComment ref="A1" dT="2026-11-20T09:00:00" personId="{{P}}" id="{{1}}">'
        "<text>请核对 👍</text></threadedComment></ThreadedComments>"
    )
    return book.add("xl/threadedComments/threadedComment1.xml", xml, "application/vnd.ms-excel.threadedcomments+xml")


def _pivot(book: Parts) -> str:
    cache, table = "xl/pivotCache/pivotCacheDefinition1.xml", "xl/pivotTables/pivotTable1.xml"
    source = '<cacheSource type="worksheet"><worksheetSource name="tbl_clients"/></cacheSource>'
    fields = '<cacheFields count="1"><cacheField name="来源"><sharedItems/></cacheField></cacheFields>'
    xml = f'<pivotCacheDefinition {SPREADSHEET} recordCount="0">{source}{fields}</pivotCacheDefinition>'
    book.add(cache, xml, MAIN + "pivotCacheDefinition+xml")
    number = book.relate("xl/workbook.xml", "pivotCacheDefinition", cache)
    mark = "</definedNames>"
    book.replace("xl/workbook.xml", mark, f'{mark}<pivotCaches><pivotCache cacheId="9" r:id="{number}"/></pivotCaches>')
    place = '<location ref="D10:E14" firstHeaderRow="1" firstDataRow="1" firstDataCol="1"/>'
    book.add(
        table,
        f'<pivotTableDefinition {SPREADSHEET} name="透视" cacheId="9">{place}</pivotTableDefinition>',
        MAIN + "pivotTable+xml",
    )
    book.relate(table, "pivotCacheDefinition", cache)
    return table


def _beside_clients(book: Parts) -> None:
    """客户: a column of their own in the table, a format and a check of their own, hidden rows, a filter, a width, a comment."""
    sheet, table = book.sheet("客户"), book.part_of("客户", "table")
    book[sheet] = with_column(book[sheet], 4, {1: TAG.encode()} | {row: b"VIP%d" % row for row in range(2, 62, 3)})
    columns = len(CLIENTS.columns)
    whole, wider = (f"A1:{column_letter(number)}61" for number in (columns, columns + 1))
    book[table] = book[table].replace(whole.encode(), wider.encode())
    new = f'<tableColumn id="900" name="{TAG}"/>'
    book.replace(table, '<tableColumn id="4" ', new + '<tableColumn id="4" ')
    book.replace(table, f'tableColumns count="{columns}"', f'tableColumns count="{columns + 1}"')
    picked = f'<autoFilter ref="{wider}"><filterColumn colId="12"><filters><filter val="门店"/></filters></filterColumn></autoFilter>'
    book.replace(table, f'<autoFilter ref="{wider}"/>', picked)
    for row in (5, 9, 33):
        book.replace(sheet, f'<row r="{row}"', f'<row hidden="1" r="{row}"')
    book.replace(sheet, '<col min="1" max="1" width="10.7109375"', '<col min="1" max="1" width="31.25"')
    shade = '<conditionalFormatting sqref="D2:D99"><cfRule type="containsText" priority="99" operator="containsText" text="VIP">'
    shade += '<formula>NOT(ISERROR(SEARCH("VIP",D2)))</formula></cfRule></conditionalFormatting>'
    book.replace(sheet, "<dataValidations", shade + "<dataValidations")
    comments = book.part_of("客户", "comments")
    note = '<comment ref="B5" authorId="0"><text><t>老客户, 别打电话</t></text></comment></commentList>'
    book.replace(comments, "</commentList>", note)


def _beside_results(book: Parts) -> None:
    """今日待办: remarks, formulas and a column without header beside the table. 匹配结果: a column of the table."""
    sheet, last = book.sheet("今日待办"), _last_row(book, "今日待办")
    remark, total, bare = (column_letter(number) for number in (len(DUE.columns) + 1, len(DUE.columns) + 2, BARE))
    late = column_letter(DUE.labels.index("逾期天数") + 1)
    _append(book, sheet, 1, _text(f"{remark}1", REMARK) + _text(f"{total}1", SUM))
    for row in range(2, last + 1):
        note = _text(f"{remark}{row}", f"备注{row}") if row % 2 else ""
        formula = f'<c r="{total}{row}"><f>IF({late}{row}&gt;3,"急","")</f><v></v></c>'
        _append(book, sheet, row, note + formula + _text(f"{bare}{row}", f"随手{row}"))
    sheet, table, last = book.sheet("匹配结果"), book.part_of("匹配结果", "table"), _last_row(book, "匹配结果")
    _append(book, sheet, 1, _text("R1", FOLLOW))
    for row in range(2, last + 1, 5):
        _append(book, sheet, row, _text(f"R{row}", f"已看{row}"))
    book[table] = book[table].replace(f":Q{last}".encode(), f":R{last}".encode())
    book.replace(table, 'tableColumns count="17"', 'tableColumns count="18"')
    book.replace(table, "</tableColumns>", f'<tableColumn id="900" name="{FOLLOW}"/></tableColumns>')


def _last_row(book: Parts, sheet: str) -> int:
    text = book[book.part_of(sheet, "table")].decode()
    return int(text.partition(' ref="A1:')[2].partition('"')[0].lstrip("ABCDEFGHIJKLMNOPQRSTUVWXYZ"))


def _text(address: str, text: str) -> str:
    return f'<c r="{address}" t="inlineStr"><is><t>{text}</t></is></c>'


def _append(book: Parts, sheet: str, row: int, cells: str) -> None:
    """Put cells at the end of a row."""
    before, mark, rest = book[sheet].partition(b'<row r="%d"' % row)
    content, end, tail = rest.partition(b"</row>")
    assert mark
    book[sheet] = before + mark + content + cells.encode() + end + tail


def _around(book: Parts) -> None:
    """What belongs to the workbook as a whole: names, properties, data of other programs, a link to another file."""
    name = '<definedName name="我的名字">客户!$B$2</definedName><definedName name="老客户" hidden="1">客户!$A$2:$A$9</definedName>'
    book.replace("xl/workbook.xml", "</definedNames>", name + "</definedNames>")
    link = "xl/externalLinks/externalLink1.xml"
    number = book.relate(link, "externalLinkPath", "file:///C:/旧表.xlsx", external=True)
    xml = f'<externalLink {SPREADSHEET} {RELATIONS}><externalBook r:id="{number}"><sheetNames><sheetName val="Sheet1"/></sheetNames>'
    book.add(link, xml + "</externalBook></externalLink>", MAIN + "externalLink+xml")
    number = book.relate("xl/workbook.xml", "externalLink", link)
    external = f'</sheets><externalReferences><externalReference r:id="{number}"/></externalReferences>'
    book.replace("xl/workbook.xml", "</sheets>", external)
    space = "http://schemas.openxmlformats.org/officeDocument/2006/custom-properties"
    types = "http://schemas.openxmlformats.org/officeDocument/2006/docPropsVTypes"
    value = f'<property fmtid="{{D5CDD505-2E9C-101B-9397-08002B2CF9AE}}" pid="2" name="门店"><vt:lpwstr xmlns:vt="{types}">东店</vt:lpwstr>'
    xml = f'<Properties xmlns="{space}">{value}</property></Properties>'
    book.relate("", "custom-properties", book.add("docProps/custom.xml", xml, OFFICE + "custom-properties+xml"))
    book.relate("xl/workbook.xml", "customXml", book.add("customXml/item1.xml", "<数据 来自='OA'>1</数据>"))
    mashup = '<?xml version="1.0" encoding="utf-16"?><DataMashup>AAAA</DataMashup>'.encode("utf-16")  # of Power Query
    book.relate("xl/workbook.xml", "customXml", book.add("customXml/item2.xml", mashup))
    book.add("xl/webextensions/unknown1.dat", bytes(range(255, -1, -1)), ".application/octet-stream")
