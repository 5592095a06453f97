"""The shipped rows of 挽回策略 (R62), and the words by which its tasks are known."""

import pandas as pd

from workbook.sheets.winback import WINBACK
from workbook.tables import to_frame

LOST = "暂不考虑"
NAME = "挽回"
PREFIX = "挽回-"
_SHIPPED = """
价格     | 客户嫌价格: 按新的心理价位重新找房, 说清近期能谈的: 业主限时让价、首付分期、贷款方案 | 7 | winback_price | 归属人
配套     | 客户嫌配套: 把学校、地铁、商业的最新进展和图片发给客户, 换更看重的板块 | 30 | winback_amenities | 归属人
服务     | 客户对服务不满: 店长亲自致电道歉, 问清哪里没做好, 说明怎么改, 请客户再给一次机会 | 1 | winback_service | 店长
已购他处 | 客户买了别处: 祝贺乔迁, 问办证、装修、出租、卖旧房要不要帮忙, 请求转介绍 | 30 | winback_bought | 归属人
需求取消 | 客户暂时不买: 问近况和以后的打算, 记下再联系的时间; 请客户填未成交回访 | 60 | lost_survey | 客服
失联     | 客户联系不上: 换渠道、换时段 (微信、短信、家人电话) 再试一次, 不追问 | 14 | winback_silent | 归属人
"""


def default_winback() -> pd.DataFrame:
    """Return the shipped rows of 挽回策略, with all its columns."""
    keys = ("reason", "what", "days", "template", "role")
    lines = [[part.strip() for part in line.split("|")] for line in _SHIPPED.strip().splitlines()]
    frame = pd.DataFrame(lines, columns=pd.Index(keys), index=range(2, len(lines) + 2), dtype=object)
    days = frame["days"].astype(float)
    return to_frame(WINBACK, frame.assign(days=days, enabled=True, source="R62, 天数为本产品默认"))
