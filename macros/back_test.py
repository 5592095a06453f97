"""Back-test of the grades: what clients who signed had been credited with some time before, beside those who did not sign.

Source: F24. The day that counts is 30 days before signing, of all others 30 days before today, so that both had equally long. What was
held then is told by 日志 (old and new texts of 评级说明 and 系统等级); clients of whom it tells nothing are left out, and nothing is
computed anew: today's 状态 of a buyer is 已成交 and would explain itself.
"""

import datetime as dt
import math
import re
from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd

from macros.rule_book import rules_of, version_of
from macros.score_rules import BLOCKS, EMPTY, FILLED, Rule, read_rules
from macros.settings import Settings
from workbook.changes import Outcome
from workbook.sheets.back_test import BACK_TEST
from workbook.sheets.choices import FROM_SIGNING
from workbook.sheets.score_rules import FIELDS
from workbook.tables import Tables, to_frame

HORIZON_DAYS = 30  # F24
Z95 = 1.959964  # both tails of the normal distribution, 5 %
_CELLS = re.compile(r"\([^()]*![^()]*\)")
FORECAST = (
    "倍数 = 有这一条的人的签约率 ÷ 全部的签约率, 区间 95%; 建议只供参考, 要改请改「评分规则」, 改完按「规则试算」"
)
NO_PAST = "「日志」里还没有 30 天前的评级, 没有什么可比。请每天做「全部」, 一个月后再看"
SMALL, UNCLEAR = "样本小, 不作建议", "看不出差别, 不作建议"


def backtest(tables: Tables, today: dt.date, settings: Settings) -> Outcome:
    """Return the sheet 评级回测, and as `items` a row per rule and per grade: n, signed, rate, lift with its 95 % interval, and suggested points.

    Lift is the rate of signing among those who had the award over the rate of all. Points are suggested where the odds with and
    without the award differ for sure (95 %) and there are as many cases of each, and signed ones, as 设置 asks for (small_sample);
    together they are worth what those rules are worth now. The decision is the manager's.
    """
    held = held_before(tables, today)
    rules, _ = read_rules(tables["score_rules"])
    small = settings.report.small_sample
    rows = [_row(rule, _met(held["why"], rule), held["signed"], small) for rule in rules]
    rows = _suggested(rows)
    grades = [_of_grade(letter, held, small) for letter in "ABCD"]
    figures = {"backtest_clients": len(held), "backtest_signed": int(held["signed"].sum())}
    items = [*rows, *grades] if len(held) else []
    return Outcome(
        results={BACK_TEST.key: _sheet(items, held, version_of(rules_of(tables, settings)))},
        items=items,
        figures=figures,
    )


def _sheet(items: Sequence[Mapping[str, object]], held: pd.DataFrame, version: str) -> pd.DataFrame:
    """Return the rows of the sheet: all clients, the rules in their order, the grades."""
    signed = held["signed"]
    asof = f"按规则 {version}; " + (FORECAST if len(held) else NO_PAST)
    top = {"name": "全部", "n": len(held), "signed": int(signed.sum()), "note": asof}
    top |= {"rate": round(100 * float(signed.mean()), 1)} if len(held) else {}
    rows = [top, *({**item, "name": item.get("name") or f"{item['grade']} 级"} for item in items)]
    keys = [column.key for column in BACK_TEST.columns if column.automatic]
    frame = pd.DataFrame(rows, columns=keys, index=pd.RangeIndex(2, len(rows) + 2))
    texts = ["rule", "name", "block", "note"]
    return to_frame(
        BACK_TEST, frame.assign(**{key: frame[key].astype(object).where(frame[key].notna(), "") for key in texts})
    )


def held_before(tables: Tables, today: dt.date) -> pd.DataFrame:
    """Return a row per client (index: 客户ID) of whom 日志 tells what was held on the day that counts: why, grade, signed."""
    deals = tables["deals"]
    signed = deals.loc[
        deals["status"].isin(FROM_SIGNING) & (deals["signed_on"] <= pd.Timestamp(today)) & (deals["client_id"] != "")
    ]
    first = signed.groupby("client_id")["signed_on"].min()
    log = tables["audit"]
    log = log.loc[(log["sheet"] == tables.layouts["clients"].name) & (log["row_id"] != "") & (log["undone"] != True)]  # noqa: E712
    log = log.assign(number=pd.to_numeric(log["run_id"], errors="coerce")).sort_values(["at", "number"])
    day = first.reindex(log["row_id"]).fillna(pd.Timestamp(today)).to_numpy() - np.timedelta64(HORIZON_DAYS, "D")
    log = log.assign(before=log["at"].to_numpy() < day + np.timedelta64(1, "D"))
    texts = log["new"].str.startswith(f"{BLOCKS[0]} ") | log["old"].str.startswith(f"{BLOCKS[0]} ")
    letter = tables.layouts["clients"].address(1, "grade")[:-1]
    grades = log["cell"].str.replace(r"\d+$", "", regex=True) == letter
    why = _as_of(log.loc[texts])
    found = pd.DataFrame({"why": why, "grade": _as_of(log.loc[grades]).reindex(why.index).fillna("")})
    found = found.loc[(found["why"] != "") & found.index.isin(tables["clients"]["client_id"])]
    return found.assign(signed=found.index.isin(first.index)).sort_index()


def _as_of(log: pd.DataFrame) -> pd.Series:
    """Return by id the last new value before the day that counts, else the old value of the first change after it."""
    new = log.loc[log["before"]].drop_duplicates("row_id", keep="last").set_index("row_id")["new"]
    old = log.loc[~log["before"]].drop_duplicates("row_id").set_index("row_id")["old"]
    return new.combine_first(old) if len(new) else old


def _met(why: pd.Series, rule: Rule) -> pd.Series:
    """Return whether an explanation has the award of a rule: its field and its points, in its block."""
    label = re.escape(FIELDS[rule.field].label)
    said = (
        f"填有「{label}」"
        if rule.op == FILLED
        else f"「{label}」没有填"
        if rule.op == EMPTY
        else f"(?:填有「{label}」|{label}[^;。]*?)"
    )
    bare = why.str.replace(_CELLS, "", regex=True)
    block = bare.str.extract(rf"(?:^|。){rule.block} [\d.]+/[\d.]+: ([^。]*)")[0].fillna("")
    return block.str.contains(rf"(?:^|; ){said}{re.escape(f'{rule.points:+g}')}(?:$|;| \(合计)", regex=True)


def _row(rule: Rule, met: pd.Series, signed: pd.Series, small: int) -> dict[str, object]:
    yes, no = signed[met], signed[~met]
    weight, error = _log_odds(yes, no)
    clear = abs(weight) > Z95 * error
    enough = min(len(yes), len(no)) >= small and int(signed.sum()) >= small
    note = "" if clear and enough else SMALL if not enough else UNCLEAR
    return {
        "rule": rule.rule_id, "name": rule.name, "block": rule.block, "points": rule.points, "n": len(yes), "signed": int(yes.sum()),
        **_lift(yes, signed), "weight": weight, "suggested": None, "note": note,
    }  # fmt: skip


def _log_odds(yes: pd.Series, no: pd.Series) -> tuple[float, float]:
    """Return the logarithm of the odds ratio and its standard error, half a case added to each cell (Haldane, Anscombe)."""
    cells = [yes.sum() + 0.5, (~yes).sum() + 0.5, no.sum() + 0.5, (~no).sum() + 0.5]
    weight = math.log(cells[0] * cells[3] / (cells[1] * cells[2]))
    return weight, math.sqrt(sum(1 / cell for cell in cells))


def _lift(yes: pd.Series, signed: pd.Series) -> dict[str, object]:
    """Return the rate in percent, and the lift with its interval: Wilson's of the rate, over the rate of all; None without cases."""
    n, base = len(yes), float(signed.mean()) if len(signed) else 0.0
    if not n or not base:
        return {"rate": None, "lift": None, "low": None, "high": None}
    rate, z2 = float(yes.mean()), Z95 * Z95
    middle = (rate + z2 / (2 * n)) / (1 + z2 / n)
    half = Z95 / (1 + z2 / n) * math.sqrt(rate * (1 - rate) / n + z2 / (4 * n * n))
    low, high = max(0.0, middle - half), min(1.0, middle + half)
    return {
        "rate": round(100 * rate, 1),
        "lift": round(rate / base, 2),
        "low": round(low / base, 2),
        "high": round(high / base, 2),
    }


def _suggested(rows: list[dict[str, object]]) -> list[dict[str, object]]:
    """Return the rows with points for those that are clear: as their weights, with the sum of points (without sign) that they have now."""
    clear = [row for row in rows if not row["note"]]
    weights = sum(abs(float(str(row["weight"]))) for row in clear)
    points = sum(abs(float(str(row["points"]))) for row in clear)
    scale = points / weights if weights else 0.0
    known = {id(row) for row in clear}
    return [
        {
            **{key: value for key, value in row.items() if key != "weight"},
            "suggested": round(scale * float(str(row["weight"]))) if id(row) in known else None,
        }
        for row in rows
    ]


def _of_grade(letter: str, held: pd.DataFrame, small: int) -> dict[str, object]:
    yes = held.loc[held["grade"] == letter, "signed"]
    note = SMALL if len(yes) < small else ""
    return {"grade": letter, "n": len(yes), "signed": int(yes.sum()), **_lift(yes, held["signed"]), "note": note}
