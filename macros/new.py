"""A new workbook: the declaration, the shipped rules, and sample rows if wanted."""

import datetime as dt
from pathlib import Path

import pandas as pd

from macros.grades import default_rules
from macros.settings import setting_rows
from workbook import build as builder
from workbook.errors import FileRefused
from workbook.samples import sample


def build(path: Path, size: str | None, seed: int, today: dt.date) -> None:
    """Write a new workbook. Raises FileRefused where the file is already there or its folder is not."""
    if path.exists():
        raise FileRefused(path.name, "已经有这个文件", "请换个名字, 或先移走原来的文件", code="FILE_EXISTS")
    if not path.resolve().parent.is_dir():
        raise FileRefused(str(path), "没有这个文件夹", "请先建好文件夹", code="FOLDER_MISSING")
    contents = sample(size, seed=seed, today=today) if size else {}
    contents = {**contents, "settings": pd.DataFrame(setting_rows()), "score_rules": default_rules()}
    builder.make(path, contents, today=today)
