"""The declaration: every sheet of the workbook, in the order of its tabs, and the pages that are no tables."""

from dataclasses import dataclass

from workbook.schema import Sheet
from workbook.sheets.audit import AUDIT
from workbook.sheets.changes import CHANGES
from workbook.sheets.clients import CLIENTS
from workbook.sheets.complaints import COMPLAINTS
from workbook.sheets.deal_steps import DEAL_STEPS
from workbook.sheets.deals import DEALS
from workbook.sheets.due import DUE
from workbook.sheets.findings import FINDINGS
from workbook.sheets.followups import FOLLOWUPS
from workbook.sheets.listings import LISTINGS
from workbook.sheets.lists import LISTS
from workbook.sheets.matches import MATCHES
from workbook.sheets.messages import MESSAGES
from workbook.sheets.owners import OWNERS
from workbook.sheets.referrals import REFERRALS
from workbook.sheets.requests import REQUESTS
from workbook.sheets.reverse import REVERSE
from workbook.sheets.score_rules import SCORE_RULES
from workbook.sheets.settings import SETTINGS
from workbook.sheets.splits import SPLITS
from workbook.sheets.staff import STAFF
from workbook.sheets.surveys import SURVEYS
from workbook.sheets.tasks import TASKS
from workbook.sheets.viewings import VIEWINGS


@dataclass(frozen=True)
class Page:
    """A sheet without a table, addressed cell by cell."""

    label: str
    key: str
    purpose: str


HOME = Page("首页", "home", "今天的数字、提醒和去处, 一眼看完。")
REPORT = Page("报表", "report", "经理的一周: 数字、漏斗、逾期、图表。")
HELP = Page("说明", "help", "怎么用: 每张表做什么, 颜色代表什么, 从哪里开始。")

TABS: tuple[Sheet | Page, ...] = (
    HOME, DUE, CLIENTS, REQUESTS, LISTINGS, FOLLOWUPS, VIEWINGS, MATCHES, REVERSE, MESSAGES, FINDINGS, REPORT, TASKS, OWNERS,
    DEALS, DEAL_STEPS, SPLITS, REFERRALS, SURVEYS, COMPLAINTS, STAFF, CHANGES, AUDIT, SETTINGS, SCORE_RULES, LISTS, HELP,
)  # fmt: skip
PAGES: tuple[Page, ...] = tuple(tab for tab in TABS if isinstance(tab, Page))
SHEETS: tuple[Sheet, ...] = tuple(tab for tab in TABS if isinstance(tab, Sheet))
BY_KEY: dict[str, Sheet] = {sheet.key: sheet for sheet in SHEETS}
