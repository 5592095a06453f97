"""The settings of files that are handed out and merged. Part of `macros.settings`."""

from dataclasses import dataclass

from macros.setting_fields import OURS, numeric


@dataclass(frozen=True)
class Sharing:
    """分发: how long it is kept what a file was when it was handed out; see macros/sharing."""

    base_days: int = numeric(
        180, "底稿最多保留几天", "天", OURS, low=30, high=3_650,
        note="从分发或最近一次合并算起; 过了就删除, 那份文件不能再合并, 要重新分发",
    )  # fmt: skip
    state_days: int = numeric(
        30,
        "合并时的旧状态保留几天",
        "天",
        OURS,
        low=1,
        high=3_650,
        note="每份文件最近一次合并的状态一直留着; 更早的只供撤销用",
    )
