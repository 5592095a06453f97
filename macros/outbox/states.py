"""What has become of the texts of 消息: sent by a person, accepted by the mail server, or unknown."""

import pandas as pd

UNSURE = "不确定"
_ASK = "请核对: 服务器没有回话就断了。问过客户后在「已发」选「是」或「否」; 选「否」才会再发"
UNSURE_SAID = f"{UNSURE}, {_ASK}"
ACCEPTED, REJECTED, DEFERRED = "服务器已收下", "服务器不收", "服务器暂时不收"
SENT_KEPT = ("delivery", "fu_id")
"""The columns that tell what became of a text: they stay with it when it is written anew."""


def unsure_said(tries: int) -> str:
    """Return the question to the person after so many tries: each has its own, so that the answer to one is not taken for that to the next."""
    return UNSURE_SAID if tries < 2 else f"{UNSURE} (第 {tries} 次), {_ASK}"


def unsure(texts: pd.DataFrame) -> pd.Series:
    """Return by row of 消息 whether nobody knows if a mail arrived, and no person has said so in 已发 since."""
    return texts["delivery"].str.startswith(UNSURE) & texts["sent"].isna()


def gone(texts: pd.DataFrame) -> pd.Series:
    """Return by row of 消息 whether the text counts as sent: ticked, or perhaps sent. So a doubtful one goes out no second time."""
    return (texts["sent"] == True) | unsure(texts)  # noqa: E712 - None is no
