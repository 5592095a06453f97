"""A new workbook: the declaration, the shipped rules, sample rows if wanted, and buttons where its name ends in .xlsm."""

import datetime as dt
import os
from pathlib import Path

import pandas as pd
from xlsxwriter.exceptions import FileCreateError

from macros.actions import BUTTONS
from macros.cadence import default_cadence
from macros.clock import published_days
from macros.commission import default_split_rules
from macros.deals.flow import default_flow
from macros.grades import default_rules
from macros.rates import default_rates
from macros.settings import setting_rows
from macros.template_book import default_templates
from macros.triggers.rules import default_triggers
from macros.vba import project_bytes
from macros.winback_rows import default_winback
from workbook import build as builder
from workbook import disk
from workbook.build.buttons import Buttons, ButtonSpec
from workbook.errors import FileRefused
from workbook.files import open_package
from workbook.samples import sample

SAMPLE_NAME = "示例地产·演示"
"""机构名称 of a sample workbook, which nobody is told to change."""


def build(path: Path, size: str | None, seed: int, today: dt.date) -> None:
    """Write a new workbook, with sample rows of a size (small, store, branch) if one is given.

    Raises FileRefused where the file is there already, its name or folder cannot be, or it cannot be written; nothing is left then.
    """
    _check(path)
    contents = sample(size, seed=seed, today=today) if size else {}
    contents = {**contents, **rules_of_a_new_book(today, SAMPLE_NAME if size else "")}
    part = disk.unfinished(path)
    try:
        builder.make(part, contents, today=today, buttons=all_buttons() if path.suffix.lower() == ".xlsm" else None)
        open_package(part.read_bytes(), path.name)
        disk.finish(part, path, new=True)
    except FileCreateError as problem:
        said: OSError = problem.args[0]
        if part.exists():
            os.truncate(part, 0)  # makes room on a full disk for what the half-written file still buffers
        raise OSError(said.errno, said.strerror, str(path)) from None
    finally:
        disk.remove(part)


def rules_of_a_new_book(today: dt.date, agency: str = "") -> dict[str, pd.DataFrame]:
    """Return the rows that every new workbook begins with: the settings and rules as shipped, and the published days off.

    `agency` is the 机构名称 where it is not the shipped one.
    """
    settings = pd.DataFrame(setting_rows())
    if agency:
        settings.loc[settings["key"] == "agency.name", "value"] = agency
    return {
        "settings": settings, "score_rules": default_rules(), "cadence": default_cadence(),
        "trigger_rules": default_triggers(), "winback": default_winback(), "rates": default_rates(),
        "flow_steps": default_flow(), "split_rules": default_split_rules(),
        "templates": default_templates(), "calendar": published_days(today.year - 2),
    }  # fmt: skip


def all_buttons() -> Buttons:
    """Return the buttons of a workbook and the macros that they call."""
    specs = (ButtonSpec(button.name, button.label, button.tip, button.icon, button.places) for button in BUTTONS)
    return Buttons(tuple(specs), project_bytes())


def _check(path: Path) -> None:
    if path.suffix.lower() not in (".xlsm", ".xlsx"):
        what = "新工作簿要以 .xlsm (带按钮) 或 .xlsx 结尾"
        raise FileRefused(path.name, what, f"请改成 {path.stem}.xlsm 或 {path.stem}.xlsx", code="WRONG_EXTENSION")
    if path.exists():
        raise FileRefused(path.name, "已经有这个文件", "请换个名字, 或先移走原来的文件", code="FILE_EXISTS")
    if not path.resolve().parent.is_dir():
        raise FileRefused(str(path), "没有这个文件夹", "请先建好文件夹", code="FOLDER_MISSING")
