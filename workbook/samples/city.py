"""A city that does not exist: its districts, areas, estates and schools, and the lists of the 字典 sheet."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from workbook.samples.draw import Array, words

DISTRICTS = ("澄湖区", "青枫区", "望澜区", "松溪区", "南栖区", "鹭港区", "云麓区", "石桥区")
AREAS_PER_DISTRICT, ESTATES_PER_AREA = 3, 4
_AREA_NAMES = (
    "澄心里", "湖东", "镜水街", "枫林路", "青岚", "霜叶坪", "望澜中心", "听潮", "观澜桥", "松溪口", "竹浦", "鹤鸣谷",
    "南栖门", "梧桐坊", "桂香桥", "鹭港新城", "白沙湾", "灯塔路", "云麓城", "半山亭", "茶园街", "石桥头", "银杏巷", "旧粮仓",
)  # fmt: skip
_FIRST = (
    "澄光", "听荷", "镜澜", "枫华", "青禾", "霜林", "望月", "潮声", "观云", "松涛", "竹隐", "鹤汀",
    "南熙", "梧桐", "桂语", "鹭鸣", "白沙", "灯屿", "云栖", "半山", "茶语", "石韵", "银杏", "禾风",
)  # fmt: skip
_LAST = ("花园", "雅苑", "公馆", "里", "新村", "湾", "名邸", "家园", "府", "庭", "公寓", "广场")
_PRICES = (52_000, 41_000, 63_000, 28_000, 36_000, 31_000, 22_000, 18_000)  # 元/㎡, by district
_SCHOOLS = ("实验小学", "中心小学", "外国语学校")
BRANCHES = ("澄湖一店", "青枫路店", "望澜店", "松溪店", "南栖店", "鹭港店")
TAGS = (
    "急购",
    "学区房",
    "地铁房",
    "首付紧张",
    "全款",
    "置换",
    "看重物业",
    "陪读",
    "养老",
    "投资回报",
    "喜欢安静",
    "老客户介绍",
)
RARE = ("满五唯一", "双学区", "一线江景", "次新房", "带车位", "独立庭院", "顶层复式")
LIKES = ("采光好", "户型方正", "楼层合适", "小区环境好", "离地铁近", "学校近", "装修新", "价格合适")
DISLIKES = ("价格偏高", "楼层不合适", "采光差", "临街吵", "装修旧", "离地铁远", "停车难", "户型不好")
STEPS_SALE = ("购房资格审核", "条款确认", "签约", "网签", "贷款审批", "缴税", "过户", "领证", "交房")
STEPS_RENT = ("条款确认", "签约", "交房")


@dataclass(frozen=True)
class City:
    """Estates, one entry each in every array; `lists` are the columns of the 字典 sheet."""

    name: Array
    district: Array
    area: Array
    school: Array
    price: Array
    built: Array
    floors: Array
    buildings: Array
    lists: pd.DataFrame


def city(districts: int, branches: int) -> City:
    """Return the city, with so many of its districts and of the agency's branches. It is the same for every seed."""
    per_district = AREAS_PER_DISTRICT * ESTATES_PER_AREA
    n = districts * per_district
    estate = np.arange(n)
    area = estate // ESTATES_PER_AREA
    district = estate // per_district
    fixed = np.random.default_rng(1_949)  # any number: the city is a constant
    names = words([_FIRST[a] + _LAST[(5 * a + 3 * (e % ESTATES_PER_AREA)) % len(_LAST)] for e, a in enumerate(area)])
    high = fixed.random(96)[:n] < 0.6
    schools = words([DISTRICTS[d][:-1] + _SCHOOLS[e % 3] if e % 5 < 3 else "" for e, d in enumerate(district)])
    return City(
        name=names,
        district=words(DISTRICTS)[district],
        area=words(_AREA_NAMES)[area],
        school=schools,
        price=np.asarray(_PRICES)[district] * fixed.uniform(0.82, 1.22, 96)[:n],
        built=fixed.integers(1992, 2023, 96)[:n],
        floors=np.where(high, fixed.integers(16, 34, 96)[:n], fixed.integers(5, 8, 96)[:n]),
        buildings=fixed.integers(6, 16, 96)[:n],
        lists=_lists(names, schools, districts, branches),
    )


def _lists(estates: Array, schools: Array, districts: int, branches: int) -> pd.DataFrame:
    columns = {
        "districts": DISTRICTS[:districts],
        "areas": _AREA_NAMES[: districts * AREAS_PER_DISTRICT],
        "estates": tuple(estates),
        "schools": tuple(dict.fromkeys(s for s in schools if s)),
        "branches": BRANCHES[:branches],
        "tags": TAGS,
        "rare": RARE,
        "likes": LIKES,
        "dislikes": DISLIKES,
        "steps": STEPS_SALE,
    }
    return pd.DataFrame({key: pd.Series(values, dtype=object) for key, values in columns.items()}).fillna("")
