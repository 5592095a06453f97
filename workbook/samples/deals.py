"""成交, 成交步骤 and 分佣: who bought or rented what, how far it is, and who gets which share."""

import numpy as np
import pandas as pd

from workbook.samples.city import STEPS_RENT, STEPS_SALE
from workbook.samples.draw import Array, Rng, ids, pick, runs, some, words
from workbook.samples.world import AFTER, World

_NO = np.datetime64("NaT", "D")
# the days of a sale by the status that comes with them, and how many days each takes after the one before
_SALE = (
    ("signed_on", "签约", 5), ("net_on", "网签", 7), ("loan_on", "贷款", 21), ("tax_on", "缴税", 10),
    ("transfer_on", "过户", 4), ("cert_on", "过户", 6), ("handover_on", "交房", 8),
)  # fmt: skip
_PAPERS = {
    "购房资格审核": ("身份证", "户口本", "社保证明"), "条款确认": ("条款确认书",), "签约": ("身份证", "买卖合同"), "网签": ("网签表",),
    "贷款审批": ("收入证明", "流水"), "缴税": ("发票", "契税单"), "过户": ("产权证", "身份证"), "领证": ("受理单",), "交房": ("交接清单",),
}  # fmt: skip
_ROLES = {"购房资格审核": "经纪人", "条款确认": "经纪人", "签约": "经纪人", "交房": "经纪人", "领证": "权证员"}
_STEP_DAY = {
    "购房资格审核": "terms_on", "条款确认": "terms_on", "签约": "signed_on", "网签": "net_on", "贷款审批": "loan_on", "缴税": "tax_on",
    "过户": "transfer_on", "领证": "cert_on", "交房": "handover_on",
}  # fmt: skip
_SHARES = (("录入", 10), ("维护", 15), ("客源", 25), ("成交", 50))
_BLOCKERS = ("等银行约面签", "缺社保缴纳证明", "业主出差, 下周一回来")
_DAYS = ("deposit_on", "terms_on", *(key for key, _, _ in _SALE))
LOANS = ("商贷", "公积金", "组合贷")
LONG_AGO, ONE_IN = 260, 12  # days since the first signature of those who buy again; one in so many of them does


def deals(world: World, clients: pd.DataFrame, listings: pd.DataFrame) -> pd.DataFrame:
    """Return a deal for everyone who bought or is about to pay a deposit; no listing is sold twice."""
    rng = world.stream("deals")
    buyers = np.flatnonzero(world.story.bought | (clients["status"] == "待付定金").to_numpy())
    flats = _flats(rng, (clients["client_type"].to_numpy()[buyers] == "租赁"), listings)
    buyers = buyers[flats >= 0]
    client, flat = clients.iloc[buyers].reset_index(drop=True), listings.iloc[flats[flats >= 0]].reset_index(drop=True)
    rent = (client["client_type"] == "租赁").to_numpy()
    frame = pd.DataFrame({
        "deal_id": ids("D", len(buyers)), "type": np.where(rent, "租赁", "买卖"), "client_id": client["client_id"],
        "listing_id": flat["listing_id"], "owner_id": flat["owner_id"],
    })  # fmt: skip
    agreed = flat["price"].to_numpy() * rng.uniform(0.95, 1, len(frame))
    frame["price"] = np.where(rent, np.round(agreed, -1), np.round(agreed))
    _days(world, rng, frame, buyers)
    money(rng, frame)
    return pd.concat([frame, _again(world, frame, listings)], ignore_index=True)


def _again(world: World, deals: pd.DataFrame, listings: pd.DataFrame) -> pd.DataFrame:
    """Return another deal for one in twelve of those whose sale was long ago: alike, halfway between then and today, of a home left over."""
    age = (world.today - deals["signed_on"].to_numpy().astype("datetime64[D]")).astype(float)
    free = (
        (listings["use"] == "住宅")
        & (listings["deal_type"] != "租")
        & ~listings["listing_id"].isin(deals["listing_id"])
    )
    flat = listings.loc[free].iloc[::-1].reset_index(drop=True)
    chosen = np.flatnonzero((deals["type"] == "买卖") & (deals["status"] == "完结") & (age > LONG_AGO))[::ONE_IN]
    chosen = chosen[: len(flat)]
    flat, frame = flat.iloc[: len(chosen)], deals.iloc[chosen].reset_index(drop=True)
    ratio = flat["price"].to_numpy() / frame["price"].to_numpy()
    later = (age[chosen] // 2).astype(int)
    days = {key: frame[key].to_numpy().astype("datetime64[D]") + later for key in _DAYS}
    money = {
        key: np.round(frame[key] * ratio, 2 if key == "fee_due" else 0)
        for key in ("price", "deposit", "loan", "escrow", "fee_due")
    }
    same = {key: flat[key] for key in ("listing_id", "owner_id")}
    number = range(len(deals) + 1, len(deals) + len(frame) + 1)
    return frame.assign(
        **days, **money, **same, deal_id=[f"D{i:06}" for i in number], net_no=[f"示例网签{i:06}" for i in number]
    )


def _flats(rng: Rng, rent: Array, listings: pd.DataFrame) -> Array:
    """Return for every buyer the place of a listing of its own, -1 where none is left."""
    homes = listings["use"].isin(["住宅", "公寓", "别墅"]).to_numpy()
    to_let = (listings["deal_type"] == "租").to_numpy()
    chosen = np.full(len(rent), -1)
    for wanted in (True, False):
        pool = rng.permutation(np.flatnonzero(homes & (to_let == wanted)))
        who = np.flatnonzero(rent == wanted)[: len(pool)]
        chosen[who] = pool[: len(who)]
    return chosen


def _days(world: World, rng: Rng, frame: pd.DataFrame, buyers: Array) -> None:
    """Date the deals between the first contact and today; what lies ahead has no date yet, but a planned handover."""
    first = world.story.first_age[buyers]
    n, rent = len(frame), (frame["type"] == "租赁").to_numpy()
    delivered = world.story.state[buyers] == AFTER
    pending = ~world.story.bought[buyers]
    room = np.maximum(first - 10, 4)  # days between a first contact and the signature at the earliest
    age = np.where(
        delivered,
        95 + (rng.random(n) * np.maximum(room - 95, 1)).astype(int),
        _recent(rng, ~delivered & ~pending, np.minimum(room, 55)),
    )
    signed = world.today - age
    frame["deposit_on"] = np.where(pending, _NO, signed - 3)
    frame["elig_ok"] = words([None if p else True for p in pending])
    frame["terms_on"] = np.where(pending, _NO, signed - 1)
    status, day = np.full(n, "定金", dtype=object), signed - _SALE[0][2]
    for key, name, days in _SALE:
        on_way = (key in ("signed_on", "handover_on")) | ~rent
        day = day + np.where(on_way, days, 0)
        done = on_way & ~pending & ((day <= world.today) | delivered)
        frame[key] = np.where(done, np.minimum(day, world.today), _NO)
        status = np.where(done, name, status)
    ahead = ~pending & ~delivered & (rng.random(n) < 0.7) & frame["handover_on"].isna().to_numpy()
    frame["handover_on"] = np.where(ahead, np.maximum(day, world.today + 5), frame["handover_on"])
    frame["status"] = np.where(delivered & (age > 120), "完结", status)
    frame["net_no"] = np.where(frame["net_on"].notna(), words([f"示例网签{i:06}" for i in range(1, n + 1)]), "")


def _recent(rng: Rng, sold: Array, room: Array) -> Array:
    """Return how many days ago those who `sold` marks signed: evenly over the last weeks.

    The thank-you letter is due three days after the signature: there is one to write.
    """
    age = np.full(len(sold), 3)
    age[sold] = rng.permutation(np.linspace(1, 55, int(sold.sum()))).astype(int)
    age[np.flatnonzero(sold)[np.argsort(age[sold])[:1]]] = 3
    return np.asarray(np.minimum(age, np.maximum(room, 3)))


def money(rng: Rng, frame: pd.DataFrame) -> None:
    """Fill in deposit, payment, loan, escrow, commission and review of deals that have their price and days."""
    n, rent = len(frame), (frame["type"] == "租赁").to_numpy()
    pay = np.where(rent, "全款", pick(rng, ("商贷", "全款", "组合贷", "公积金"), n, (45, 25, 20, 10)))
    loan = np.isin(pay, LOANS)
    frame["deposit"] = np.where(
        frame["deposit_on"].notna(), np.round(frame["price"] * rng.uniform(0.03, 0.15, n)), np.nan
    )
    frame["pay"] = pay
    frame["bank"] = np.where(loan, pick(rng, ("示例银行", "城湖银行", "青枫银行"), n), "")
    frame["loan"] = np.where(loan, np.round(frame["price"] * rng.uniform(0.4, 0.65, n)), np.nan)
    frame.loc[~loan, "loan_on"] = pd.NaT
    frame["escrow"] = some(rng, np.where(rent, np.nan, np.round(frame["price"] * 0.3)), 0.6, np.nan).astype(float)
    frame["fee_due"] = np.where(rent, frame["price"], np.round(frame["price"] * 0.022, 2))
    frame["discount"] = some(rng, pick(rng, (90, 95), n), 0.2, np.nan).astype(float)
    frame["review"] = np.where(frame["status"] == "定金", "待审", "通过")


def paid(world: World, deals: pd.DataFrame) -> pd.DataFrame:
    """Return the deals with the commission that came in: half at the signature, the rest with the keys; of one in eleven nothing yet."""
    signed, keys = (
        deals[key].to_numpy().astype("datetime64[D]") <= world.today for key in ("signed_on", "handover_on")
    )
    owed = np.arange(len(deals)) % 11 == 10
    share = np.where(keys, 1, 0.5)
    return deals.assign(fee_got=np.where(signed & ~owed, np.round(deals["fee_due"] * share, 2), np.nan), cancel_why="")


def deal_steps(world: World, deals: pd.DataFrame) -> pd.DataFrame:
    """Return the steps of every deal in order, with the days on which they were done."""
    sale = (deals["type"] == "买卖").to_numpy()
    counts = np.where(sale, len(STEPS_SALE), len(STEPS_RENT))
    at, no = np.repeat(np.arange(len(deals)), counts), runs(counts)
    step = np.where(sale[at], words(STEPS_SALE)[no], words(STEPS_RENT)[np.minimum(no, len(STEPS_RENT) - 1)])
    used = (step != "贷款审批") | deals["pay"].isin(LOANS).to_numpy()[at]
    at, step = at[used], step[used]
    no = runs(np.bincount(at, minlength=len(deals)))
    role = words([_ROLES.get(s, "权证员") for s in step])
    owner = deals["client_id"].to_numpy()[at]
    frame = pd.DataFrame(
        {"deal_id": deals["deal_id"].to_numpy()[at], "no": no + 1, "step": step, "role": role, "owner": owner}
    )
    frame["plan_on"], frame["done_on"] = _NO, _NO
    for name, key in _STEP_DAY.items():
        rows = step == name
        day = deals[key].to_numpy().astype("datetime64[D]")[at[rows]]
        frame.loc[rows, "plan_on"], frame.loc[rows, "done_on"] = day, np.where(day <= world.today, day, _NO)
    _behind(world, frame)
    _ahead(world, frame)
    frame["papers"] = words([_PAPERS[s] for s in step])
    return frame


def _behind(world: World, frame: pd.DataFrame) -> None:
    """Let one step in six have been planned for some days before it was done."""
    rng, n = world.stream("deal_steps"), len(frame)
    late = frame["done_on"].notna().to_numpy() & (rng.random(n) < 1 / 6)
    frame["plan_on"] = frame["plan_on"].to_numpy().astype("datetime64[D]") - np.where(late, rng.integers(1, 7, n), 0)


def _ahead(world: World, frame: pd.DataFrame) -> None:
    """One deal in five is late with its next step, and says why; the other days that nobody has set are Genjin's to plan."""
    open_ones = frame["done_on"].isna()
    number = frame[open_ones].groupby("deal_id").cumcount()
    late = (pd.factorize(frame.loc[open_ones, "deal_id"])[0] % 5 == 1) & (number == 0).to_numpy()
    planned = frame.loc[open_ones, "plan_on"].to_numpy().astype("datetime64[D]")
    frame.loc[open_ones, "plan_on"] = np.where(late, world.today - 2, planned)
    frame["blocker"] = ""
    frame.loc[number.index[late], "blocker"] = words(_BLOCKERS)[np.arange(late.sum()) % len(_BLOCKERS)]


def staffed(steps: pd.DataFrame, world: World, clients: pd.DataFrame) -> pd.DataFrame:
    """Return the steps with who does them: the client's agent, or the one of the branch who sees to the papers."""
    client = clients.set_index("client_id").loc[steps["owner"]]
    papers = world.colleague("权证员", client["branch"].to_numpy())
    return steps.assign(who=np.where(steps["role"] == "权证员", papers, client["owner"].to_numpy())).drop(
        columns="owner"
    )


def splits(world: World, deals: pd.DataFrame, clients: pd.DataFrame, listings: pd.DataFrame) -> pd.DataFrame:
    """Return four shares for every signed deal, which make 100 %."""
    signed = deals[deals["signed_on"].notna()]
    listing = listings.set_index("listing_id").loc[signed["listing_id"]]
    client = clients.set_index("client_id").loc[signed["client_id"]]
    people = np.column_stack([listing["r_input"], listing["r_keep"], client["owner"], client["owner"]])
    n, k = people.shape
    return pd.DataFrame({
        "deal_id": np.repeat(signed["deal_id"].to_numpy(), k), "role": np.tile(words([r for r, _ in _SHARES]), n),
        "staff": people.ravel(), "pct": np.tile([p for _, p in _SHARES], n),
    })  # fmt: skip
