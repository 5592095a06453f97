"""跟进节奏: how often, at the least and at the most, by grade and stage (R36-R39, R46)."""

from workbook.schema import Column, Kind, Need, Sheet

CADENCE = Sheet(
    label="跟进节奏",
    key="cadence",
    identity=("grade", "stage"),
    purpose="每个等级、每个阶段最短几天、最长几天联系一次; 空着的阶段适用于该等级的所有阶段。",
    columns=(
        Column(label="等级", key="grade", kind=Kind.CHOICE, choices=("A", "B", "C", "D"), need=Need.REQUIRED, daily=True),
        Column(label="阶段", key="stage", kind=Kind.CHOICE, choices=("所有", "潜在", "意向", "洽谈", "成交", "售后"), need=Need.REQUIRED, daily=True),
        Column(
            label="最短间隔", key="min_days", kind=Kind.INT, need=Need.REQUIRED, unit="天", low=0, high=365,
            prompt="上次有效跟进后至少隔几天", daily=True
        ),
        Column(
            label="最长间隔", key="max_days", kind=Kind.INT, need=Need.REQUIRED, unit="天", low=1, high=365,
            not_before="min_days", prompt="最多隔几天", daily=True
        ),
        Column(label="来源", key="source", kind=Kind.TEXT, prompt="这条规则的出处", width=24, daily=True),
    ),
)  # fmt: skip
