"""People who do not exist: names, forms of address, numbers that nobody has, and the agency's staff."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from workbook.samples.city import BRANCHES
from workbook.samples.draw import Array, Rng, numbers, pick, words

_SURNAMES = tuple(
    "王李张刘陈杨黄赵吴周徐孙马朱胡郭何林高罗郑梁谢宋唐许韩冯邓曹彭曾萧田董潘袁蔡蒋余于杜叶程魏苏吕丁任卢"
)
_HIS = tuple("伟强磊洋勇军杰涛超明刚平辉鹏斌浩宇博文俊峰建国志远轩康")
_HERS = tuple("芳娜敏静丽艳娟霞秀英慧琳雪梅婷玉兰颖倩欣怡佳悦雅涵晓")
_FRONT = ("", "", "子", "思", "晓", "文", "雨", "嘉", "一", "梓", "海", "小", "世", "家")
_PHONES = 700_000  # 1[3-9]0000xxxxx: valid by the pattern, given to nobody
ROLES = ("店长", "客服", "权证员", "助理")


@dataclass(frozen=True)
class People:
    """Names with the gender and the form of address that go with them."""

    name: Array
    gender: Array
    salutation: Array


def people(rng: Rng, n: int) -> People:
    """Return n people."""
    surname = pick(rng, _SURNAMES, n, [1 / (i + 6) for i in range(len(_SURNAMES))])
    man = rng.random(n) < 0.52
    last = np.where(man, pick(rng, _HIS, n), pick(rng, _HERS, n))
    return People(
        surname + pick(rng, _FRONT, n) + last,
        np.where(man, "男", "女").astype(object),
        surname + np.where(man, "先生", "女士").astype(object),
    )


def phones(rng: Rng, n: int) -> Array:
    """Return n different mobile numbers."""
    return words([f"1{3 + i // 100_000}0000{i % 100_000:05}" for i in rng.choice(_PHONES, n, replace=False)])


def staff(rng: Rng, branches: int, agents: int, today: np.datetime64) -> pd.DataFrame:
    """Return the staff: in every branch one of each of ROLES and so many agents. The last agent left a month ago."""
    size = len(ROLES) + agents
    n = branches * size
    found = people(rng, 4 * n)
    _, first = np.unique(found.name.astype(str), return_index=True)
    chosen = np.sort(first)[:n]  # a name stands for a person in other sheets, so it stands once
    left = np.full(n, np.datetime64("NaT"), "datetime64[D]")
    left[-1] = today - 30
    return pd.DataFrame({
        "staff_id": [f"G{i:03}" for i in range(1, n + 1)],
        "name": found.name[chosen],
        "role": [*ROLES, *["经纪人"] * agents] * branches,
        "branch": np.repeat(words(BRANCHES[:branches]), size),
        "from_date": today - rng.integers(1_900, 3_600, n),
        "to_date": left,
        "cap": numbers(rng, 100, 300, n, 50),
        "paused": rng.random(n) < 0.05,
        "weight": rng.integers(1, 4, n),
    })  # fmt: skip
