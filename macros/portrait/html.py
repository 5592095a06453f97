"""A portrait as one self-contained HTML page: no scripts, nothing from elsewhere; for a screen and a phone.

Printed it takes as many sheets as its rows need; on one sheet stands the PDF.
"""

from macros.deals.pages import draw
from macros.portrait.page import NOTE, NOTE_WITH_PHONES, heading, left_out, more, subject
from macros.portrait.parts import Portrait
from macros.settings import Settings

TEMPLATE = "portrait.html.j2"


def to_html(portrait: Portrait, settings: Settings, *, phones: bool = False) -> bytes:
    """Return the page. The same portrait gives the same bytes."""
    given = {
        "portrait": portrait, "heading": heading(portrait), "subject": subject(portrait), "left_out": left_out(portrait), "more": more,
        "note": NOTE_WITH_PHONES if phones else NOTE,
    }  # fmt: skip
    return draw(TEMPLATE, settings, given)
