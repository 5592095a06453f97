"""Draws 说明: first steps, what the colours mean, the commands, reports, listings and matching, what every sheet is for, privacy."""

from collections.abc import Sequence
from typing import Any

from xlsxwriter.worksheet import Worksheet

from workbook.build.buttons import Buttons, tabs_with_buttons
from workbook.build.styles import (
    BLUE,
    LINE,
    MIST,
    NAVY,
    PALE_AMBER,
    PALE_RED,
    PALE_YELLOW,
    SKY,
    SLATE,
    WHITE,
    Styles,
    display_width,
)
from workbook.schema import Sheet
from workbook.sheets import HELP, TABS, Page

WIDTHS = (2, 24, 104)
LINE_WIDTH = 96  # what surely fits on a line of the wide column
STEPS = (
    ("1 填人员和门店", "在 人员 表写上每位同事, 在 字典 表改成自己的区域、商圈、小区、门店。下拉列表随之更新。"),
    (
        "2 录入或导入",
        "已有表格用 genjin import 文件 --into 工作簿 导入; 新客户在 客户 表末行下面直接接着写, 一客一行。",
    ),
    ("3 写需求和跟进", "客户要什么写在 需求; 每次联系记在 跟进, 只填深蓝色表头的几列就够。"),
    ("4 每天运行一次", "关闭工作簿, 运行 genjin all 工作簿.xlsx: 校验、评级、待办、匹配、消息、报表一次完成。"),
    (
        "5 从首页开始",
        "打开 首页 看今天的数字, 再打开 今日待办, 从第一行往下联系; 在 处理 列选完成、延期或取消, 下次运行读回。",
    ),
)
STEPS_WITH_BUTTONS = (
    STEPS[0],
    (
        "2 录入或导入",
        "已有表格按 首页 的「导入」; 新客户按「新客户」在 录入 页登记, 或在 客户 表末行下面直接接着写, 一客一行。",
    ),
    ("3 写需求和跟进", "客户要什么写在 需求; 每次联系按「记跟进」登记, 或记在 跟进, 只填深蓝色表头的几列就够。"),
    ("4 每天按一次「全部」", "校验、评级、待办、匹配、消息、报表一次完成。结果写在打开的工作簿里, 满意再保存。"),
    STEPS[4],
)
COMMANDS = (
    ("genjin validate", "检查数据, 结果在 问题 表; 点单元格可跳到出错的地方。"),
    ("genjin grade", "按 评分规则 给客户打分、定等级, 写出理由, 人工等级不会被覆盖; 给房源定等级、写提醒。"),
    ("genjin due", "读回处理结果, 算出今天该联系谁, 写到 今日待办; 到期的事生成 任务。"),
    ("genjin match", "给每条需求找房源, 写到 匹配结果 和 反向匹配; 改过的价格和状态记到 变更。"),
    ("genjin duplicates", "找出可能是同一套的房源, 写到 疑似重复, 由人判断一次。"),
    ("genjin messages", "给该联系的客户写好消息, 写到 消息, 复制即可发送。"),
    (
        "genjin report",
        "生成报表: --of 写哪一种 (周报、月报、人员业绩……, 全部), --scope 写门店或姓名; 另存网页、PDF 和图片。",
    ),
    ("genjin portrait", "给几位客户做客户画像, 每位一页: --rows 客户!5-8。"),
    ("genjin awards", "推荐达人榜: 一年的证书和公示。"),
    ("genjin import", "导入别处的名单; 新的一份再导入一次, 只更新变了的, 人改过的不动。"),
    ("genjin adopt", "已有的 Excel 就地变成 Genjin 工作簿, 原有的表不动; 认出的列写在 映射。"),
    ("genjin all", "校验、评级、待办、匹配、查重、消息、报表一次完成。任何命令加 --preview 只看会改什么, 不写入。"),
    ("genjin pool", "谁今天和三天内掉公, 哪些公客等认领; 只看, 不写。"),
    ("genjin whatif / backtest", "改了规则先试算谁会变, 写到 规则试算; 用成交回测评分, 写到 评级回测。"),
    ("genjin handover", "把离职人员的客户、任务、承诺和房源列到 交接单, 填了接手人的换过去。"),
    ("genjin lists / calendar", "每人一份待办网页、一份手机日历, 存在工作簿旁边的文件夹里。"),
    ("genjin history / undo", "列出每次运行; 撤销某一次, 之后被人改过的格子不会动。"),
)
REPORTS = (
    (
        "选看什么",
        "报表 和后面的八页都是公式: 在上方的浅黄格选种类、看谁的、截止日, 数字马上跟着变, 不需要 Python。",
    ),
    (
        "生成报表",
        "写出句子、名单和 指标明细, 另存网页、PDF 和图片。截止日也会写下来, 让句子和数字说同样的日子; 报表清空就是今天, 其他页由「全部」换成当天。",
    ),
    ("数字从哪里来", "点指标名 (表格点「看明细」) 到 指标明细, 再点「打开」到那一行; 在数字上按 F2 看公式。"),
    ("环比和同比", "环比比上一段: 月报比上个月到同一天; 同比比去年同样的日子。「现在的数」是今天的状态, 不比。"),
    ("样本小", "占比、平均只从几行算出来时数字变灰。95% 区间是占比的真实水平大概在的范围: 区间宽, 就不能下结论。"),
    ("◷", "平时行数少的指标, 看到截止日为止的一段时间, 天数在 设置 (慢指标回看)。"),
    (
        "新写的行",
        "马上算进去; 靠 Genjin 填的列 (经办人、应收、响应用时……) 要等下次运行。逾期、等级、活跃度按「全部」更新。",
    ),
    ("归档", "生成月报、季报、年报时, 最近结束的那一份存到 归档 文件夹, 以后不再动。"),
)
LISTINGS = (
    ("疑似重复", "按「查重」列出可能是同一套的两行房源和依据; 判断 选过就记住。选「同一套」, 匹配只推荐其中一行。"),
    ("房源等级", "价格、房况、稀缺各 0–2 分, 每一分的出处在 等级说明; 自动标签 是从这一行看得出的。"),
    ("提醒", "委托、核验快到期, 钥匙没着落, 久无动静; 委托、核验和久无动静还会生成 任务。"),
    ("降价", "改低 挂牌价 再匹配: 变更 写明旧值、新值和进入了谁的预算; 待办给每位客户一条任务。"),
    ("降价的消息", "不利因素 填了才写 (没有就填「无」)。"),
    ("没有合适的房源", "问题 写明每个条件去掉了多少套, 和最省的放宽办法。"),
    ("客户拒绝", "在 匹配结果 的 客户反馈 选「拒绝」, 写上 拒绝原因: 这一套不再推荐, 同样情况的排后。"),
    ("问业主", "「必须」的条件查不到时, 给照看房源的人一条任务; 把那一格填上, 任务就自己结束。"),
    ("导入对照", "名单里没有把握的列在最前: 在「Genjin 的列」选好, 再导入一次, 同样的名单以后照办。"),
    ("接管的工作簿", "原来的表还叫原来的名字, 补在右边的列和左边的表头同色; 映射 写明每一列是什么, 认错了就在那里改。"),
)
PRIVACY = (
    ("谁能看到", "打开这个文件的人能看到全部内容。工作表保护不是安全措施: 请用文件权限和加密控制谁能打开它。"),
    ("手机号和底价", "手机、微信、邮箱、证号、底价、心理价是个人信息或商业秘密: 把文件发给外人之前, 请先删去这些列。"),
    ("联系同意", "「联系同意」为「拒绝」的客户不会生成消息。"),
    ("你的修改", "Genjin 只写灰蓝色表头的列和自己的表, 不动你加的列、图表、批注和其他表。"),
)


def draw_help(page: Worksheet, styles: Styles, buttons: Buttons | None) -> None:
    """Draw the page: how to work with the buttons, if there are some, else with the commands."""
    page.hide_gridlines(2)
    for at, width in enumerate(WIDTHS):
        page.set_column(at, at, width)
    page.merge_range(1, 1, 1, 2, HELP.label, styles(bg_color=NAVY, font_color=WHITE, bold=True, font_size=18, indent=1))
    page.set_row_pixels(1, 44)
    row = _draw_part(page, 3, ("先做什么", STEPS_WITH_BUTTONS if buttons else STEPS), styles)
    row = _draw_colours(page, row, styles)
    if buttons:
        row = _draw_part(
            page, row, ("按钮", [(f"「{spec.label}」", f"{spec.tip}。") for spec in buttons.specs]), styles
        )
    row = _draw_part(page, row, ("命令", COMMANDS), styles)
    row = _draw_part(page, row, ("报表怎么看", REPORTS), styles)
    row = _draw_part(page, row, ("房源、匹配和导入", LISTINGS), styles)
    row = _draw_sheets(page, row, tabs_with_buttons() if buttons else TABS, styles)
    row = _draw_part(page, row, ("隐私和安全", PRIVACY), styles)
    page.set_portrait()
    page.set_paper(9)
    page.fit_to_pages(1, 0)
    page.print_area(0, 0, row, 2)


def _heading(page: Worksheet, row: int, text: str, styles: Styles) -> None:
    look = styles(bold=True, font_size=13, font_color=NAVY, bottom=2, bottom_color=BLUE)
    page.set_row_pixels(row, 30)
    page.write_string(row, 1, text, look)
    page.write_blank(row, 2, None, look)


def _line(page: Worksheet, row: int, text: str, styles: Styles) -> None:
    page.set_row_pixels(row, 22 * (1 + (display_width(text) - 1) // LINE_WIDTH) + 4)
    page.write_string(row, 2, text, styles(text_wrap=True, bottom=1, bottom_color=LINE, indent=1))


def _draw_part(page: Worksheet, row: int, part: tuple[str, Sequence[tuple[str, str]]], styles: Styles) -> int:
    _heading(page, row, part[0], styles)
    for at, (name, text) in enumerate(part[1], start=row + 1):
        page.write_string(at, 1, name, styles(bold=True, bg_color=MIST, bottom=1, bottom_color=LINE, indent=1))
        _line(page, at, text, styles)
    return row + len(part[1]) + 2


def _draw_colours(page: Worksheet, row: int, styles: Styles) -> int:
    _heading(page, row, "颜色代表什么", styles)
    samples: tuple[tuple[str, dict[str, Any], str], ...] = (
        ("必填", {"bg_color": NAVY, "font_color": WHITE, "bold": True}, "深蓝表头: 由人填写, 必填 (或按情况必填)。"),
        ("选填", {"bg_color": SKY, "font_color": NAVY, "bold": True}, "浅蓝表头: 由人填写, 可以不填。"),
        ("Genjin", {"bg_color": SLATE, "font_color": WHITE, "italic": True}, "灰蓝斜体表头: Genjin 自动填写, 请不要改。"),
        ("空着", {"bg_color": PALE_YELLOW}, "浅黄格: 这一行还缺的必填内容; 末行下面的浅黄格写新的一行; 在 设置、评分规则 里是可以改的值。"),
        ("逾期", {"bg_color": PALE_RED, "font_color": "#C0392B", "bold": True}, "红色: 逾期、过期、错误或不符。"),
        ("注意", {"bg_color": PALE_AMBER, "font_color": "#B7791F"}, "橙色: 快到期、警告或待核。"),
        ("+", {"align": "center", "bold": True, "border": 1, "border_color": SLATE}, "不常用的列已折叠: 点列标上方的 + 或左上角的 2 展开。"),
    )  # fmt: skip
    for at, (name, look, text) in enumerate(samples, start=row + 1):
        page.write_string(at, 1, name, styles(**{"align": "center"} | look))
        _line(page, at, text, styles)
    return row + len(samples) + 2


def _draw_sheets(page: Worksheet, row: int, tabs: Sequence[Sheet | Page], styles: Styles) -> int:
    _heading(page, row, "每张表做什么", styles)
    look = styles(font_color=BLUE, bold=True, bg_color=MIST, bottom=1, bottom_color=LINE, indent=1)
    for at, tab in enumerate(tabs, start=row + 1):
        page.write_url(at, 1, f"internal:'{tab.label}'!A1", look, tab.label)
        _line(page, at, tab.purpose, styles)
    return row + len(tabs) + 2
