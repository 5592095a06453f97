"""校验: what is wrong with the data, all of it at once, each with its cell and what to do."""

import datetime as dt
from collections import Counter
from collections.abc import Iterable, Mapping

import pandas as pd

from macros.checks.agency_name import agency_name
from macros.checks.attendee_unknown import attendee_unknown
from macros.checks.bad_template import bad_template
from macros.checks.calendar_ends import calendar_ends
from macros.checks.claim_by_another import claim_by_another
from macros.checks.columns import CONSTRAINTS, column_missing
from macros.checks.complaint_late import complaint_late
from macros.checks.dates_in_order import dates_in_order
from macros.checks.deal_without_qualification import deal_without_qualification
from macros.checks.deposit_share import deposit_share
from macros.checks.duplicate_address import duplicate_address
from macros.checks.duplicate_phones import duplicate_phones
from macros.checks.first_contact_unanswered import first_contact_unanswered
from macros.checks.floor_zero import floor_zero
from macros.checks.flow_rows import flow_rows
from macros.checks.future_dates import future_dates
from macros.checks.improvement_late import improvement_late
from macros.checks.mandate_expired import mandate_expired
from macros.checks.number_banned import number_banned
from macros.checks.number_in_text import number_in_text
from macros.checks.object_unknown import object_unknown
from macros.checks.price_unit import price_unit
from macros.checks.private_over_cap import private_over_cap
from macros.checks.promise_dates import promise_dates
from macros.checks.reward_overdue import reward_overdue
from macros.checks.rule import Check
from macros.checks.settings_order import settings_order
from macros.checks.signed_before_gate import signed_before_gate
from macros.checks.sold_on_market import sold_on_market
from macros.checks.split_rules_sum import split_rules_sum
from macros.checks.splits_called_off import splits_called_off
from macros.checks.splits_sum import splits_sum
from macros.checks.staff_left import staff_left
from macros.checks.status_stage import status_stage
from macros.checks.step_dates import step_dates
from macros.checks.steps_of_pay import steps_of_pay
from macros.checks.survey_marks import survey_marks
from macros.checks.verification_expired import verification_expired
from macros.checks.viewing_clash import viewing_clash
from macros.checks.viewing_of_other import viewing_of_other
from macros.checks.viewing_without_result import viewing_without_result
from macros.checks.who import who_of
from macros.privacy.masks import hidden
from macros.settings import Settings
from workbook.changes import Finding, Outcome, Severity, count_by_severity
from workbook.differences import identities
from workbook.sheets import SHEETS
from workbook.tables import Tables

SEVERITIES = {Severity.ERROR: "错误", Severity.WARNING: "警告", Severity.INFO: "提示"}
_UNREADABLE = {
    "not_a_date": "A date is none.",
    "not_a_number": "A number is none.",
    "not_yes_no": "An answer is neither 是 nor 否.",
    "error_value": "A formula yields an error.",
    "phone_digits_lost": "A phone number was stored as a number and has lost its last digits.",
    "bad_setting": "A setting cannot be used; its default holds.",
    "secret_in_workbook": "A password, or the address of a robot, stands on 设置.",
}
CHECKS: tuple[Check, ...] = (
    *(Check(name, summary) for name, summary in _UNREADABLE.items()),
    Check("column_missing", "A sheet lacks a required column altogether.", column_missing),
    *(Check(constraint.check, constraint.summary, constraint.find) for constraint in CONSTRAINTS),
    Check("claim_over_cap", "A 公客 was first reached by somebody at 私客上限."),
    *map(
        Check.of,
        (
            duplicate_phones, duplicate_address, status_stage, first_contact_unanswered, staff_left, object_unknown,
            viewing_of_other, future_dates, promise_dates, price_unit, floor_zero, mandate_expired, sold_on_market, calendar_ends,
            dates_in_order, deal_without_qualification, deposit_share, splits_sum, settings_order,
            private_over_cap, claim_by_another, verification_expired, viewing_clash, viewing_without_result,
            signed_before_gate, step_dates, steps_of_pay, flow_rows, split_rules_sum, splits_called_off, bad_template, number_in_text,
            number_banned, complaint_late, reward_overdue, survey_marks, attendee_unknown, agency_name, improvement_late,
        ),
    ),
)  # fmt: skip


def validate(tables: Tables, today: dt.date, settings: Settings) -> Outcome:
    """Return every finding, those of reading included, by sheet, row and column; the 问题 sheet; the items of --json.

    A cell that could not be read is not checked further: it looks empty, and is not. No finding repeats a whole number of a phone or a card.
    """
    findings = ordered(f._replace(message=hidden(f.message)) for f in _all_findings(tables, today, settings))
    return Outcome(
        findings=findings,
        results={"findings": _sheet(condensed(findings, settings.check.shown_alike), tables)},
        items=_items(findings, tables),
        figures=count_by_severity(findings),
    )


def _all_findings(tables: Tables, today: dt.date, settings: Settings) -> Iterable[Finding]:
    unread = {(f.sheet, f.row, f.column) for f in tables.findings if f.severity is Severity.ERROR}
    yield from tables.findings
    for check in CHECKS:
        for finding in check.find(tables, today, settings) if check.find else ():
            if (finding.sheet, finding.row, finding.column) not in unread:
                yield finding


def ordered(findings: Iterable[Finding]) -> list[Finding]:
    """Return findings by sheet (in the order of the tabs), row, column (in the order of the declaration) and check, each once."""
    place = {(s.key, c.key): (i, j) for i, s in enumerate(SHEETS) for j, c in enumerate(s.columns)}

    def key(finding: Finding) -> tuple[int, int, int, str]:
        sheet, column = place[finding.sheet, finding.column]
        return sheet, finding.row, column, finding.check

    return sorted(dict.fromkeys(findings), key=key)


def condensed(findings: list[Finding], most: int) -> list[Finding]:
    """Return at most `most` findings of one check in one column, in order; the next one then stands for all that are left out."""
    kinds = Counter((f.sheet, f.column, f.check) for f in findings)
    seen: Counter[tuple[str, str, str]] = Counter()
    shown = []
    for finding in findings:
        kind = (finding.sheet, finding.column, finding.check)
        seen[kind] += 1
        left = kinds[kind] - most
        if seen[kind] <= most or left == 1:
            shown.append(finding)
        elif seen[kind] == most + 1:
            more = f"从这一行起, 同样的问题还有 {left} 处, 不再一一列出。请用筛选找出它们, 一次补齐。"
            shown.append(finding._replace(message=more))
    return shown


def _sheet(findings: list[Finding], tables: Tables) -> pd.DataFrame:
    layouts = tables.layouts
    return pd.DataFrame({
        "severity": [SEVERITIES[f.severity] for f in findings],
        "sheet": [layouts[f.sheet].name for f in findings],
        "cell": [tables.cell(f.sheet, f.row, f.column) if f.row else f"{layouts[f.sheet].name}!1:1" for f in findings],
        "column": [layouts[f.sheet].sheet[f.column].label for f in findings],
        "message": [f.message for f in findings],
        "who": who_of(findings, tables),
        "check": [f.check for f in findings],
        "row_id": _row_ids(findings, tables),
    })  # fmt: skip


def _row_ids(findings: list[Finding], tables: Tables) -> list[str]:
    """Return what names the row of each finding wherever it is sorted to: its id, or the row number where it has none."""
    names = {}
    for key in dict.fromkeys(f.sheet for f in findings):
        known = identities(tables.layouts[key], tables[key])
        names[key] = {row: "|".join(name) for row, name in zip(tables[key].index, known, strict=True) if all(name)}
    return [names[f.sheet].get(f.row, f"第 {f.row} 行") for f in findings]


def _items(findings: list[Finding], tables: Tables) -> list[Mapping[str, object]]:
    layouts = tables.layouts
    return [
        {
            "sheet": layouts[f.sheet].name, "cell": layouts[f.sheet].address(f.row, f.column),
            "column": layouts[f.sheet].sheet[f.column].label, "check": f.check, "severity": f.severity.value, "message": f.message,
        }
        for f in findings
    ]  # fmt: skip
