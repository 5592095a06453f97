"""A workbook with a part of every kind that Excel puts into one, valid and put together by hand: what the eighteen real ones lack."""

import io
from pathlib import Path

import xlsxwriter
from PIL import Image

from macros.vba import project_bytes
from tests.parts import Parts

BOOK, STYLES, ROOT = "xl/workbook.xml", "xl/styles.xml", ""
MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
OPEN = "application/vnd.openxmlformats-officedocument.spreadsheetml."
EXCEL = "application/vnd.ms-excel."
OFFICE = "http://schemas.microsoft.com/office/"
THREADED = "http://schemas.microsoft.com/office/spreadsheetml/2018/threadedcomments"
X14 = "http://schemas.microsoft.com/office/spreadsheetml/2009/9/main"
R = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
LIST, SALES, PIVOT = "客户资料", "业绩", "透视"
ROWS = [["张一", "13800000001", "朋友介绍"], ["张二", "13800000002", "线上渠道"], ["李三", "13800000003", "自然到访"]]
PERSON = "{11111111-2222-4333-8444-555555555555}"


def odd_workbook(path: Path) -> Path:
    """Write the workbook to `path`, an .xlsm, and return `path`. On 客户资料 stands a list of three clients, in A1:C4."""
    _plain(path)
    book = Parts(path)
    for add in (_pivot, _threaded, _slicer, _linked, _custom, _labelled, _macro_sheet, _printer, _rich_data, _ordered):
        add(book)
    book.save(path)
    return path


def _plain(path: Path) -> None:
    """Write what XlsxWriter can: charts, a picture, comments, formats by rule, sparklines, protection, rich texts, names, macros."""
    book = xlsxwriter.Workbook(path)
    clients, sales, pivot = (book.add_worksheet(name) for name in (LIST, SALES, PIVOT))
    red, bold = book.add_format({"font_color": "red", "num_format": '0.0"万"'}), book.add_format({"bold": True})
    clients.write_row(0, 0, ["姓名", "电话", "来源"], bold)
    for row, line in enumerate(ROWS, start=1):
        clients.write_row(row, 0, line)
    clients.write_comment("A2", "老客户")
    clients.conditional_format("B2:B9", {"type": "data_bar", "data_bar_2010": True})
    clients.conditional_format("A2:A9", {"type": "duplicate", "format": red})
    clients.data_validation("C2:C9", {"validate": "list", "source": f"={SALES}!$A$2:$A$4"})
    clients.set_header("&L&G", {"image_left": "logo.png", "image_data_left": _picture()})
    clients.repeat_rows(0)
    clients.freeze_panes(1, 0)
    sales.write_row(0, 0, ["渠道", "套数", "合计"])
    for row, (_, _, source) in enumerate(ROWS, start=1):
        sales.write_row(row, 0, [source, row])
        sales.write_formula(row, 2, f"=SUM(B$2:B{row + 1})", red, sum(range(row + 1)))
    sales.write_rich_string("E1", bold, "粗", red, "红", "常")
    sales.write_dynamic_array_formula("F1:F3", "=SORT(B2:B4)", None, 1)
    sales.add_sparkline("G1", {"range": f"{SALES}!B2:B4"})
    sales.conditional_format("B2:B4", {"type": "icon_set", "icon_style": "3_arrows"})
    sales.insert_image("H1", "logo.png", {"image_data": _picture()})
    chart = book.add_chart({"type": "column"})
    chart.add_series({"values": f"={SALES}!$B$2:$B$4", "categories": f"={SALES}!$A$2:$A$4"})
    sales.insert_chart("H5", chart)
    sales.insert_textbox("H20", "说明文字")
    sales.insert_button("H26", {"macro": "Mine", "caption": "按我"})
    sales.insert_checkbox("J1", True)
    sales.protect("geheim", {"autofilter": True})
    sales.autofilter("A1:C4")
    pivot.hide()
    total = book.add_chart({"type": "line"})
    total.add_series({"values": f"={SALES}!$C$2:$C$4"})
    book.add_chartsheet("图").set_chart(total)
    book.define_name("提成率", "=0.02")
    book.define_name(f"'{SALES}'!本月", f"={SALES}!$B$2:$B$4")
    book.set_custom_property("部门", "二店")
    book.set_calc_mode("manual")
    book.add_vba_project(io.BytesIO(project_bytes()), True)
    book.close()


def _picture() -> io.BytesIO:
    stream = io.BytesIO()
    Image.new("RGB", (8, 8), "red").save(stream, "PNG")
    return io.BytesIO(stream.getvalue())


def _pivot(book: Parts) -> None:
    field = '<cacheField name="{}" numFmtId="0"><sharedItems {}</cacheField>'
    names = "".join(f'<s v="{source}"/>' for _, _, source in ROWS)
    fields = field.format("渠道", f'count="3">{names}</sharedItems>') + field.format(
        "套数", 'containsNumber="1" minValue="1" maxValue="3"/>'
    )
    records = "".join(f'<r><x v="{at}"/><n v="{at + 1}"/></r>' for at in range(3))
    cache = book.add("xl/pivotCache/pivotCacheDefinition1.xml", "", OPEN + "pivotCacheDefinition+xml")
    kept = book.add(
        "xl/pivotCache/pivotCacheRecords1.xml", f'<pivotCacheRecords xmlns="{MAIN}" count="3">{records}</pivotCacheRecords>',
        OPEN + "pivotCacheRecords+xml",
    )  # fmt: skip
    number = book.relate(cache, "pivotCacheRecords", kept)
    book[cache] = (
        f'<pivotCacheDefinition xmlns="{MAIN}" xmlns:r="{R}" r:id="{number}" recordCount="3"><cacheSource type="worksheet">'
        f'<worksheetSource ref="A1:B4" sheet="{SALES}"/></cacheSource><cacheFields count="2">{fields}</cacheFields></pivotCacheDefinition>'
    ).encode()
    items = "".join(f'<item x="{at}"/>' for at in range(3)) + '<item t="default"/>'
    lines = "".join(f'<i><x v="{at}"/></i>' for at in range(3)) + '<i t="grand"><x/></i>'
    table = book.add(
        "xl/pivotTables/pivotTable1.xml",
        f'<pivotTableDefinition xmlns="{MAIN}" name="透视1" cacheId="7" dataCaption="值"><location ref="A3:B7" firstHeaderRow="1" '
        'firstDataRow="1" firstDataCol="1"/><pivotFields count="2"><pivotField axis="axisRow" showAll="0"><items count="4">'
        f'{items}</items></pivotField><pivotField dataField="1" showAll="0"/></pivotFields><rowFields count="1"><field x="0"/></rowFields>'
        f'<rowItems count="4">{lines}</rowItems><colItems count="1"><i/></colItems><dataFields count="1">'
        '<dataField name="求和" fld="1" baseField="0" baseItem="0"/></dataFields></pivotTableDefinition>',
        OPEN + "pivotTable+xml",
    )  # fmt: skip
    book.relate(table, "pivotCacheDefinition", cache)
    book.relate(book.sheet(PIVOT), "pivotTable", table)
    number = book.relate(BOOK, "pivotCacheDefinition", cache)
    book.replace(
        BOOK, "</workbook>", f'<pivotCaches><pivotCache cacheId="7" r:id="{number}"/></pivotCaches></workbook>'
    )


def _threaded(book: Parts) -> None:
    people = book.add(
        "xl/persons/person.xml",
        f'<personList xmlns="{THREADED}"><person displayName="李雷" id="{PERSON}" userId="li" providerId="None"/></personList>',
        EXCEL + "person+xml",
    )
    book.relate(BOOK, f"{OFFICE}2017/10/relationships/person", people)
    part = book.add(
        "xl/threadedComments/threadedComment1.xml",
        f'<ThreadedComments xmlns="{THREADED}"><threadedComment ref="A2" dT="2026-11-01T09:00:00.00" personId="{PERSON}" '
        'id="{AAAAAAAA-BBBB-4CCC-8DDD-EEEEEEEEEEEE}"><text>老客户</text></threadedComment></ThreadedComments>',
        EXCEL + "threadedcomments+xml",
    )
    book.relate(book.sheet(LIST), f"{OFFICE}2017/10/relationships/threadedComment", part)


def _slicer(book: Parts) -> None:
    cache = book.add(
        "xl/slicerCaches/slicerCache1.xml",
        f'<slicerCacheDefinition xmlns="{X14}" name="切片器_渠道" sourceName="渠道"><pivotTables><pivotTable tabId="3" name="透视1"/>'
        '</pivotTables><data><tabular pivotCacheId="7"><items count="3"><i x="0" s="1"/><i x="1" s="1"/><i x="2" s="1"/></items>'
        "</tabular></data></slicerCacheDefinition>",
        EXCEL + "slicerCache+xml",
    )
    number = book.relate(BOOK, f"{OFFICE}2007/relationships/slicerCache", cache)
    listed = f'<x14:slicerCaches xmlns:x14="{X14}"><x14:slicerCache r:id="{number}"/></x14:slicerCaches>'
    ext = f'<extLst><ext uri="{{BBE1A952-AA13-448e-AADC-164F8A28A991}}" xmlns:x14="{X14}">{listed}</ext></extLst>'
    book.replace(BOOK, "</workbook>", ext + "</workbook>")
    part = book.add(
        "xl/slicers/slicer1.xml", f'<slicers xmlns="{X14}"><slicer name="渠道" cache="切片器_渠道" caption="渠道" rowHeight="241300"/></slicers>',
        EXCEL + "slicer+xml",
    )  # fmt: skip
    book.relate(book.sheet(PIVOT), f"{OFFICE}2007/relationships/slicer", part)
    looks = f'<ext uri="{{46F421CA-312F-682f-3DD2-61675219B42D}}" xmlns:x14="{X14}"><x14:dxfs count="1"><dxf><font><b/></font></dxf></x14:dxfs></ext>'
    book.replace(STYLES, "</styleSheet>", f"<extLst>{looks}</extLst></styleSheet>")


def _linked(book: Parts) -> None:
    """Add links to another workbook, a connection, and names that look there."""
    part = book.add(
        "xl/externalLinks/externalLink1.xml",
        f'<externalLink xmlns="{MAIN}" xmlns:r="{R}"><externalBook r:id="rIdP1"><sheetNames><sheetName val="S"/></sheetNames>'
        "</externalBook></externalLink>",
        OPEN + "externalLink+xml",
    )
    book.relate(part, "externalLinkPath", "file:///c:/别的.xlsx", external=True)
    number = book.relate(BOOK, "externalLink", part)
    book.replace(
        BOOK, "</sheets>", f'</sheets><externalReferences><externalReference r:id="{number}"/></externalReferences>'
    )
    connections = book.add(
        "xl/connections.xml",
        f'<connections xmlns="{MAIN}"><connection id="1" name="源" type="5" refreshedVersion="6"><dbPr connection="DSN=x" command="t"/>'
        "</connection></connections>",
        OPEN + "connections+xml",
    )
    book.relate(BOOK, "connections", connections)


def _custom(book: Parts) -> None:
    part = book.add(
        "customXml/item1.xml", '<p:properties xmlns:p="http://schemas.microsoft.com/office/2006/metadata/properties"/>'
    )
    props = book.add(
        "customXml/itemProps1.xml",
        '<ds:datastoreItem ds:itemID="{99999999-2222-4333-8444-555555555555}" '
        'xmlns:ds="http://schemas.openxmlformats.org/officeDocument/2006/customXml"/>',
        "application/vnd.openxmlformats-officedocument.customXmlProperties+xml",
    )
    book.relate(part, "customXmlProps", props)
    book.relate(BOOK, "customXml", part)


def _labelled(book: Parts) -> None:
    """Add a sensitivity label, a ribbon and a task pane of somebody else's."""
    label = book.add(
        "docMetadata/LabelInfo.xml",
        '<clbl:labelList xmlns:clbl="http://schemas.microsoft.com/office/2020/mipLabelMetadata"><clbl:label '
        'id="{22222222-2222-4333-8444-555555555555}" enabled="1" method="Standard" siteId="{33333333-2222-4333-8444-555555555555}"/>'
        "</clbl:labelList>",
        "application/vnd.ms-office.classificationlabels+xml",
    )
    book.relate(ROOT, f"{OFFICE}2020/02/relationships/classificationlabels", label)
    ribbon = book.add(
        "customUI/customUI14.xml", '<customUI xmlns="http://schemas.microsoft.com/office/2009/07/customui"/>'
    )
    book.relate(ROOT, f"{OFFICE}2007/relationships/ui/extensibility", ribbon)


def _macro_sheet(book: Parts) -> None:
    part = book.add(
        "xl/macrosheets/sheet1.xml",
        f'<xm:macrosheet xmlns="{MAIN}" xmlns:xm="http://schemas.microsoft.com/office/excel/2006/main"><sheetData/></xm:macrosheet>',
        EXCEL + "macrosheet+xml",
    )
    number = book.relate(BOOK, f"{OFFICE}2006/relationships/xlMacrosheet", part)
    book.replace(BOOK, "</sheets>", f'<sheet name="宏1" sheetId="99" state="hidden" r:id="{number}"/></sheets>')


def _printer(book: Parts) -> None:
    part = book.add("xl/printerSettings/printerSettings1.bin", bytes(range(200)), OPEN + "printerSettings")
    book.relate(book.sheet(SALES), "printerSettings", part)


def _rich_data(book: Parts) -> None:
    """Add the order of calculation of the formulas that stand there, and a model of data."""
    cells = "".join(f'<c r="C{row}" i="2"/>' for row in (2, 3, 4))
    chain = book.add("xl/calcChain.xml", f'<calcChain xmlns="{MAIN}">{cells}</calcChain>', OPEN + "calcChain+xml")
    book.relate(BOOK, "calcChain", chain)
    model = book.add("xl/model/item.data", bytes(range(256)), "." + OPEN + "model+data")
    book.relate(BOOK, f"{OFFICE}2011/relationships/powerPivotData", model)


def _ordered(book: Parts) -> None:
    """Put what Excel writes of itself into the workbook part: compatibility, revisions, who reads first."""
    space = 'xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006" mc:Ignorable="xr" xmlns:xr='
    book.replace(
        BOOK, f'<workbook xmlns="{MAIN}"', f'<workbook {space}"{OFFICE}spreadsheetml/2014/revision" xmlns="{MAIN}"'
    )
    revision = '<xr:revisionPtr revIDLastSave="0" documentId="8_{44444444-2222-4333-8444-555555555555}"/>'
    book.replace(BOOK, "<bookViews>", f"{revision}<bookViews>")
