"""What 客户 itself says of a client: who it is, where they stand, and how the grade comes about."""

import re

from macros.portrait.parts import Fact, Line, Section, Sheets

BASE = (
    "phone1", "phone2", "wechat", "email", "pref_channel", "pref_time", "consent", "source", "source_detail", "client_type", "gender",
    "age_band", "job", "family", "decider", "influencers", "eligibility", "tags", "birthday", "anniversary", "care", "owner", "service_rep",
    "branch", "first_contact_at", "first_reply_at", "first_viewed_on", "pool", "protect_until", "drop_on", "lost_reason", "remark",
)  # fmt: skip
STANDING = (
    "stage", "status", "lifecycle", "value_seg", "activity", "last_valid_at", "next_due", "overdue_days", "contacts_recent", "deal_count",
)  # fmt: skip
_BLOCK = re.compile(
    r"(?P<name>[^\s。]+) (?P<points>[\d.]+)/(?P<cap>[\d.]+): (?P<why>.*?)。(?=\S+ [\d.]+/[\d.]+: |$)", re.S
)


def base(sheets: Sheets, row: int) -> Section:
    """Return who the client is: the filled cells, and who brought them."""
    facts = list(sheets.facts("clients", row, BASE))
    referrer = sheets.tables["clients"].at[row, "referrer_id"]
    if referrer:
        fact = sheets.fact("clients", row, "referrer_id")
        facts.append(Fact("推荐人", sheets.client(referrer), fact.cell))
    return Section(title="基本情况", facts=tuple(facts))


def standing(sheets: Sheets, row: int) -> tuple[Fact, ...]:
    """Return where the client stands today."""
    return tuple(sheets.facts("clients", row, STANDING))


def grade_blocks(sheets: Sheets, row: int) -> Section:
    """Return the grade with its points: a line per block, the person's grade first where there is one."""
    clients = sheets.tables["clients"]
    grade, score, why = (sheets.fact("clients", row, key) for key in ("grade", "score", "grade_why"))
    lines = []
    if clients.at[row, "grade_manual"]:
        manual, reason = (sheets.fact("clients", row, key) for key in ("grade_manual", "grade_reason"))
        lines.append(Line((f"人工等级 {manual.text}", "", reason.text or "没有写理由"), manual.cell))
    if grade.text:
        points = f"{score.text} / 100" if score.text else ""
        lines.append(Line((f"系统等级 {grade.text}", points, ""), grade.cell))
    blocks = list(_BLOCK.finditer(why.text))
    lines += [Line((one["name"], f"{one['points']} / {one['cap']}", one["why"]), why.cell) for one in blocks]
    if why.text and not blocks:
        lines.append(Line(("评级说明", "", why.text), why.cell))
    headers, widths = ("等级", "得分", "依据"), (0.16, 0.1, 0.74)
    return Section(title="等级和依据", headers=headers, widths=widths, lines=tuple(lines), total=len(lines), whole=True)
