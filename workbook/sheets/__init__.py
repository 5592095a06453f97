"""The declaration: every sheet of the workbook, in the order of its tabs, and the pages that are no tables.

It follows the agency's data dictionary, with these corrections (reasons in docs/design.md):

- requests.w_xxx stands for thirteen columns, one per criterion: w_budget, w_district, w_area, ... w_parking.
- "the area inside is at most the area built" and "the storey is at most the number of storeys" are declared on the larger column
  (listings.area, listings.floors), whose value must reach the smaller one; so are all "not before" dates.
- deals.elig_ok, deals.terms_on: required from signing on, not of a deal that is still being negotiated.
- "required if ..." is a `When`, not a kind of need; such columns are optional otherwise.
- "as in ..." and "dictionary" are spelled out: shared lists stand in choices.py, the agency's own are named by `lookup`.
- Bounds that depend on the day, on several rows or on a setting are rules, not columns: built up to this year, contact not later than
  now, deposit at most 20 % of the price, shares of a deal 100 % together, postponements of a task.
- Units that the dictionary leaves out: prices, deposits, loans and a deal's commission in 万元 (of a lease: 元); rewards in 元;
  unit price in 元/㎡.
- deals: signed, registered, transferred, handed over come in that order.
- clients.remark, requests.remark, listings.remark: what an import cannot place elsewhere must stand somewhere.
- matches.client, matches.agent, matches.home: a row of ids alone says nothing to the person who reads it.
- Added sheets: client_pairs, do_not_call, due, review, reverse, proposals, contracts, messages, findings, pairs, handover, settings,
  score_rules, cadence, trigger_rules, winback, templates, rates, flow_steps, split_rules, board, conflicts, whatif, backtest, calendar,
  lists, import_columns, events, attendance, improvements, figure_rows; pages home, report, help.
"""

from dataclasses import dataclass

from workbook.schema import Sheet
from workbook.sheets.attendance import ATTENDANCE
from workbook.sheets.audit import AUDIT
from workbook.sheets.back_test import BACK_TEST
from workbook.sheets.board import BOARD
from workbook.sheets.cadence import CADENCE
from workbook.sheets.calendar import CALENDAR
from workbook.sheets.changes import CHANGES
from workbook.sheets.client_pairs import CLIENT_PAIRS
from workbook.sheets.clients import CLIENTS
from workbook.sheets.complaints import COMPLAINTS
from workbook.sheets.conflicts import CONFLICTS
from workbook.sheets.contracts import CONTRACTS
from workbook.sheets.deal_steps import DEAL_STEPS
from workbook.sheets.deals import DEALS
from workbook.sheets.do_not_call import DO_NOT_CALL
from workbook.sheets.due import DUE
from workbook.sheets.events import EVENTS
from workbook.sheets.figure_rows import FIGURE_ROWS
from workbook.sheets.findings import FINDINGS
from workbook.sheets.flow_steps import FLOW_STEPS
from workbook.sheets.followups import FOLLOWUPS
from workbook.sheets.handover import HANDOVER
from workbook.sheets.import_columns import IMPORT_COLUMNS
from workbook.sheets.improvements import IMPROVEMENTS
from workbook.sheets.listings import LISTINGS
from workbook.sheets.lists import LISTS
from workbook.sheets.matches import MATCHES
from workbook.sheets.messages import MESSAGES
from workbook.sheets.owners import OWNERS
from workbook.sheets.pairs import PAIRS
from workbook.sheets.proposals import PROPOSALS
from workbook.sheets.rates import RATES
from workbook.sheets.referrals import REFERRALS
from workbook.sheets.requests import REQUESTS
from workbook.sheets.reverse import REVERSE
from workbook.sheets.review import REVIEW
from workbook.sheets.score_rules import SCORE_RULES
from workbook.sheets.settings import SETTINGS
from workbook.sheets.split_rules import SPLIT_RULES
from workbook.sheets.splits import SPLITS
from workbook.sheets.staff import STAFF
from workbook.sheets.surveys import SURVEYS
from workbook.sheets.tasks import TASKS
from workbook.sheets.templates import TEMPLATES
from workbook.sheets.trigger_rules import TRIGGER_RULES
from workbook.sheets.viewings import VIEWINGS
from workbook.sheets.what_if import WHAT_IF
from workbook.sheets.winback import WINBACK


@dataclass(frozen=True)
class Page:
    """A sheet without a table, addressed cell by cell."""

    label: str
    key: str
    purpose: str


HOME = Page("首页", "home", "今天的数字、提醒和去处, 一眼看完。")
REPORT = Page("报表", "report", "日报、周报、月报、季报、年报: 数字、薄弱环节、趋势、漏斗、逾期。")
ANALYSES: tuple[Page, ...] = (
    Page("客户分层", "segments_report", "客户分成几层, 各有多少, 谁变了级。"),
    Page("互动频率", "contact_report", "联系得够不够: 多少次、有没有用、谁很久没人联系。"),
    Page("老带新", "referral_report", "老客户介绍了谁, 走到哪一步, 谁介绍得最多。"),
    Page("渠道效能", "channel_report", "每个来源带来多少客户, 走到哪一步, 我们回得多快。"),
    Page("流失分析", "lost_report", "谁走了, 为什么走, 哪些人手里走得多。"),
    Page("人员业绩", "staff_report", "每个人的量、质、满意度和绩效得分。"),
    Page("佣金结算", "commission_report", "期内成交的佣金: 应收、实收、未收, 每人分多少。"),
    Page("活动效果", "event_report", "每场活动来了多少人, 前后有什么不同。"),
)
"""The pages of reports beside 报表. What they consist of is declared in workbook/figures/reports."""
HELP = Page("说明", "help", "怎么用: 每张表做什么, 颜色代表什么, 从哪里开始。")

ENTRY = Page("录入", "entry", "两张登记表: 新客户、记跟进; 填好点保存, 自动存到各表。")
PREVIEW = Page("预览", "preview", "会改什么: 旧值 → 新值, 看过再执行。")
BUTTON_PAGES: tuple[Page, ...] = (ENTRY, PREVIEW)
"""Pages that only a workbook with buttons has."""

TABS: tuple[Sheet | Page, ...] = (
    HOME, DUE, REVIEW, CLIENTS, REQUESTS, LISTINGS, FOLLOWUPS, VIEWINGS, MATCHES, PROPOSALS, REVERSE, MESSAGES, FINDINGS, PAIRS,
    CLIENT_PAIRS, REPORT, *ANALYSES, FIGURE_ROWS, TASKS, OWNERS, DEALS, CONTRACTS, DEAL_STEPS, BOARD, SPLITS, REFERRALS, SURVEYS,
    COMPLAINTS, EVENTS, ATTENDANCE, IMPROVEMENTS, STAFF, HANDOVER, DO_NOT_CALL, CHANGES, CONFLICTS, AUDIT, IMPORT_COLUMNS, SETTINGS,
    SCORE_RULES, CADENCE, TRIGGER_RULES, WINBACK, TEMPLATES, RATES, FLOW_STEPS, SPLIT_RULES, WHAT_IF, BACK_TEST, CALENDAR, LISTS, HELP,
)  # fmt: skip
PAGES: tuple[Page, ...] = tuple(tab for tab in TABS if isinstance(tab, Page))
SHEETS: tuple[Sheet, ...] = tuple(tab for tab in TABS if isinstance(tab, Sheet))
BY_KEY: dict[str, Sheet] = {sheet.key: sheet for sheet in SHEETS}
