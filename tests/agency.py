"""A made-up agency's whole workbook, with all that people put into one, and the same rows as a workbook of ours has them."""

import datetime as dt
from pathlib import Path

import pandas as pd
import xlsxwriter

from macros.new import rules_of_a_new_book
from workbook import build

TODAY = dt.date(2026, 11, 20)
DISTRICTS = ("海淀", "朝阳", "丰台")
CLIENT_HEADERS = (
    "登记日期", "客户姓名", "称呼", "联系电话", "渠道", "经纪人", "求购区域", "预算", "户型要求",
    "登记天数", "客户状态", "阶段", "备注", "付款方式", "计划购房时间",
)  # fmt: skip
HOME_HEADERS = (
    "楼盘名称", "楼栋", "房号", "城区", "户型", "面积", "总价", "每平价", "朝向", "装修情况", "交易类型", "房源状态", "维护人",
)  # fmt: skip
LOG_HEADERS = ("日期", "客户姓名", "跟进方式", "跟进结果", "跟进内容", "跟进人")
CLIENTS = [
    # name, what to call them, phone, source, agent, wanted district, budget low, high, rooms, days since the first contact, status, stage
    (f"张{'一二三四五六七八九十'[at]}", ("张先生", "张女士")[at % 2], f"138000010{at:02d}", ("朋友介绍", "线上渠道", "自然到访")[at % 3],
     ("李雷", "韩梅")[at % 2], DISTRICTS[at % 3], 300 + 20 * at, 360 + 20 * at, 2 + at % 2, 3 * at + 1,
     ("初步了解", "需求明确", "意向强烈")[at % 3], ("意向", "洽谈", "潜在", "意向")[at % 4])
    for at in range(10)
]  # fmt: skip
HOMES = [
    # estate, building, room, district, rooms, area, price, orientation, decoration, agent
    (("花园", "阳光城", "学府里")[at % 3], str(1 + at), f"{at + 1}01", DISTRICTS[at % 3], 2 + at % 2, 70.0 + 5 * at, 310.0 + 15 * at,
     ("南", "南北")[at % 2], ("精装", "简装")[at % 2], ("李雷", "韩梅")[at % 2])
    for at in range(12)
]  # fmt: skip
LOG = [
    # days ago, client, way, result, text, agent
    (at, at * at % 10, ("电话", "微信")[at % 2], ("接通", "未接", "到访")[at % 3], f"第{at}次联系, 谈了预算和区域", ("李雷", "韩梅")[at % 2])
    for at in range(1, 40)
]  # fmt: skip


def make_agencys(path: Path) -> None:
    """Write the workbook as an agency has it: other names and orders, a title over the list, formulas, filter, formats, comments, charts."""
    book = xlsxwriter.Workbook(path)
    looks = {
        "title": book.add_format({"bold": True, "font_size": 18, "align": "center"}),
        "head": book.add_format({"bold": True, "bg_color": "#DDEBF7", "border": 1}),
        "day": book.add_format({"num_format": "yyyy/m/d"}),
        "alarm": book.add_format({"font_color": "#C00000"}),
    }
    _clients(book, looks)
    _homes(book, looks)
    _log(book, looks)
    counts = book.add_worksheet("月报")
    counts.write_row("A1", ["客户数", "房源数", "提成"])
    counts.write_formula("A2", "=COUNTA(客源表!B3:B400)", None, len(CLIENTS))
    counts.write_formula("B2", "=COUNTA(房源表!A2:A400)", None, len(HOMES))
    counts.write_formula("C2", "=提成率*SUM(房源表!G2:G400)", None, 96.0)
    book.define_name("提成率", "=0.02")
    book.define_name("电话列", "=客源表!$D$3:$D$400")
    chart = book.add_chart({"type": "column"})
    chart.add_series({"values": f"=房源表!$G$2:$G${len(HOMES) + 1}", "categories": f"=房源表!$A$2:$A${len(HOMES) + 1}"})
    page = book.add_chartsheet("总价图")
    page.set_chart(chart)
    inner = book.add_chart({"type": "pie"})
    inner.add_series({"values": "=月报!$A$2:$B$2"})
    counts.insert_chart("E2", inner)
    book.close()


def _clients(book: xlsxwriter.Workbook, looks: dict[str, xlsxwriter.format.Format]) -> None:
    page = book.add_worksheet("客源表")
    page.merge_range(0, 0, 0, len(CLIENT_HEADERS) - 1, "客源登记表 (2026)", looks["title"])
    page.write_row(1, 0, CLIENT_HEADERS, looks["head"])
    for row, (name, called, phone, source, agent, place, low, high, rooms, days, status, stage) in enumerate(
        CLIENTS, start=2
    ):
        page.write_datetime(row, 0, _moment(days), looks["day"])
        page.write_row(row, 1, [name, called, phone, source, agent, place, f"{low}-{high}万", f"{rooms}室"])
        page.write_formula(row, 9, f"=DATE(2026,11,20)-A{row + 1}", None, days)
        page.write_row(row, 10, [status, stage, "老客户介绍来的", ("全款", "商贷")[row % 2]])
        page.write_datetime(row, 14, _moment(-10 * row), looks["day"])
    last = len(CLIENTS) + 1
    page.autofilter(1, 0, last, len(CLIENT_HEADERS) - 1)
    page.conditional_format(2, 9, last, 9, {"type": "cell", "criteria": ">", "value": 20, "format": looks["alarm"]})
    page.data_validation(2, 4, last, 4, {"validate": "list", "source": ["朋友介绍", "线上渠道", "自然到访"]})
    page.write_comment(3, 1, "下午打电话")
    page.freeze_panes(2, 2)
    page.set_column(0, 0, 14)


def _homes(book: xlsxwriter.Workbook, looks: dict[str, xlsxwriter.format.Format]) -> None:
    page = book.add_worksheet("房源表")
    page.write_row(0, 0, HOME_HEADERS, looks["head"])
    for row, (estate, building, room, place, rooms, area, price, orient, decor, agent) in enumerate(HOMES, start=1):
        page.write_row(row, 0, [estate, building, room, place, f"{rooms}室1厅1卫", area, price])
        page.write_formula(row, 7, f"=ROUND(G{row + 1}/F{row + 1},2)", None, round(price / area, 2))
        page.write_row(row, 8, [orient, decor, "售", "在售", agent])
    page.conditional_format(1, 6, len(HOMES), 6, {"type": "data_bar"})
    page.write_comment(1, 6, "业主说可谈")


def _log(book: xlsxwriter.Workbook, looks: dict[str, xlsxwriter.format.Format]) -> None:
    page = book.add_worksheet("跟进记录")
    page.write_row(0, 0, LOG_HEADERS, looks["head"])
    for row, (ago, client, way, result, text, agent) in enumerate(LOG, start=1):
        page.write_datetime(row, 0, _moment(ago), looks["day"])
        page.write_row(row, 1, [CLIENTS[client][0], way, result, text, agent])


def _moment(days_ago: int) -> dt.datetime:
    return dt.datetime.combine(TODAY - dt.timedelta(days=days_ago), dt.time(10))


def make_ours(path: Path) -> None:
    """Write the same rows as a workbook of ours."""
    ids = [f"C{at + 1:06d}" for at in range(len(CLIENTS))]
    clients = [
        {"client_id": ids[at], "name": c[0], "salutation": c[1], "phone1": c[2], "source": c[3], "owner": c[4], "first_contact_at": _moment(c[9]),
         "status": c[10], "remark": "老客户介绍来的", "stage": c[11], "eligibility": "待核", "consent": "仅服务"}
        for at, c in enumerate(CLIENTS)
    ]  # fmt: skip
    needs = [
        {"req_id": f"Q{at + 1:06d}", "client_id": ids[at], "deal_type": "买", "districts": (c[5],), "budget_min": c[6], "budget_max": c[7],
         "rooms_min": c[8], "rooms_max": c[8], "pay": ("全款", "商贷")[at % 2], "want_by": _moment(-10 * (at + 2)).date(), "req_status": "有效"}
        for at, c in enumerate(CLIENTS)
    ]  # fmt: skip
    homes = [
        {"listing_id": f"H{at + 1:06d}", "estate": h[0], "building": h[1], "room_no": h[2], "district": h[3], "rooms": h[4], "halls": 1,
         "baths": 1, "area": h[5], "price": h[6], "orient": h[7], "decor": h[8], "deal_type": "售", "status": "在售", "r_keep": h[9],
         "verify": "未核", "sole": "待核"}
        for at, h in enumerate(HOMES)
    ]  # fmt: skip
    log = [
        {"fu_id": f"F{at + 1:06d}", "obj": "客户", "obj_id": ids[f[1]], "at": _moment(f[0]), "way": f[2], "result": f[3], "summary": f[4],
         "staff": f[5]}
        for at, f in enumerate(LOG)
    ]  # fmt: skip
    rows = {"clients": clients, "requests": needs, "listings": homes, "followups": log}
    build.make(
        path, {**rules_of_a_new_book(TODAY), **{key: pd.DataFrame(row) for key, row in rows.items()}}, today=TODAY
    )
