"""Eighteen workbooks of other people, edited by every command that can run on them: all parts outside Genjin's cells keep their bytes.

Each gets our sheets, with a few rows in all of them, behind its own. On the smallest file every command runs and is taken back; each
other one gets its share of the commands in turn, cheap ones more often than dear ones, so that all of it takes about a minute.
"""

import datetime as dt
import shutil
from pathlib import Path

import pytest

from macros.actions import ACTIONS
from macros.cli import main
from macros.new import rules_of_a_new_book
from macros.usage import COMMANDS
from tests.commands import TODAY, cells, type_in
from tests.kept import GROWS, held, lost
from workbook import build
from workbook.files import open_package
from workbook.grafting import Graft
from workbook.partsedit import PartsEdit
from workbook.samples import sample
from workbook.sheetlist import contents_of

NUMBERS = range(18)
DAY = dt.date.fromisoformat(TODAY)
CLIENTS, ROWS = 8, 12
PEOPLE = "姓名,手机,区域\n林测,13900007777,天河\n何测,13900007776,越秀\n"
HANDED = ("--purpose", "核对", "--recipient", "总部")


def few_rows() -> dict[str, object]:
    """Return a few rows for every sheet of people's that belong together: sheet key -> frame."""
    frames = sample("small", today=DAY, clean=True)
    deals = frames["deals"].head(3)
    known = {*deals["client_id"], *frames["clients"]["client_id"].head(CLIENTS - len(deals))}
    for key, frame in frames.items():
        whose = next((name for name in ("client_id", "obj_id") if name in frame), "")
        if whose and key != "deals":
            frame = frame[frame[whose].isin(known)]
        elif key in ("deal_steps", "splits"):
            frame = frame[frame["deal_id"].isin(deals["deal_id"])]
        elif key == "deals":
            frame = deals
        frames[key] = frame if key in ("staff", "lists", "deal_steps", "splits") else frame.head(ROWS)
        frames[key].index = range(2, len(frames[key]) + 2)
    return dict(frames)
