"""The reports, one file each: what every page consists of."""

from workbook.figures.layout import ReportPage
from workbook.figures.reports.business import BUSINESS
from workbook.figures.reports.channels import CHANNELS
from workbook.figures.reports.commissions import COMMISSIONS
from workbook.figures.reports.contacts import CONTACTS
from workbook.figures.reports.events import EVENTS
from workbook.figures.reports.losses import LOSSES
from workbook.figures.reports.referrals import REFERRALS
from workbook.figures.reports.segments import SEGMENTS
from workbook.figures.reports.staff import STAFF

REPORT_PAGES: tuple[ReportPage, ...] = (
    BUSINESS, SEGMENTS, CONTACTS, REFERRALS, CHANNELS, LOSSES, STAFF, COMMISSIONS, EVENTS,
)  # fmt: skip
