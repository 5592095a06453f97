"""What went wrong: deals that fell through, and what those answered who complained or gave up.

These rows stand below the others of their sheets and are drawn from streams of their own, so that the others stay what they are.
"""

import numpy as np
import pandas as pd

from workbook.samples.deals import money
from workbook.samples.draw import Array, Rng, numbers, pick, pick_each
from workbook.samples.world import LOST, World

_WHY = ("贷款没有批下来", "买方资金没到位", "业主反悔, 退双倍定金", "家人不同意, 双方协商解约")
_COMMENTS = {
    "投诉后": (("处理得及时", "希望早点告诉我", ""), (1, 1, 2)), "流失": (("价格谈不拢", "另一家先找到了房子", ""), (1, 1, 2)),
}  # fmt: skip
_NEXT, _SETTLED = 3, 10
"""Days at least from the signature to the last contact, and from the first contact to the signature."""
_FRESH = 35  # days: a low mark that is newer makes somebody call today
_EACH_LOST = 9  # one in so many of those who gave up is asked


def called_off(world: World, clients: pd.DataFrame, listings: pd.DataFrame, deals: pd.DataFrame) -> pd.DataFrame:
    """Return sales that were signed and fell through, of clients who gave up since: one for 25 others, two at least.

    `listings` as they are after the other deals, with 上架日. Of every second deal a tenth of the commission was kept, of the others nothing.
    """
    rng = world.stream("called_off")
    age, client = _signed(world, clients, max(2, len(deals) // 25))
    flat = _still_on_offer(world, listings, deals, age)
    n = min(len(client), len(flat))
    age, client, flat = age[:n], client.iloc[:n].reset_index(drop=True), flat.iloc[:n].reset_index(drop=True)
    signed = world.today - age
    frame = pd.DataFrame({
        "deal_id": [f"D{len(deals) + i:06}" for i in range(1, n + 1)], "type": "买卖", "client_id": client["client_id"],
        "listing_id": flat["listing_id"], "owner_id": flat["owner_id"], "price": np.round(flat["price"] * rng.uniform(0.95, 1, n)),
        "deposit_on": signed - 3, "elig_ok": True, "terms_on": signed - 1, "signed_on": signed, "net_no": "", "status": "解约",
        "cancel_why": pick(rng, _WHY, n),
    })  # fmt: skip
    for key in ("net_on", "loan_on", "tax_on", "transfer_on", "cert_on", "handover_on"):
        frame[key] = np.datetime64("NaT", "D")
    money(rng, frame)
    frame["fee_got"] = np.where(np.arange(n) % 2, 0, np.round(frame["fee_due"] * 0.1, 2))
    return frame


def _signed(world: World, clients: pd.DataFrame, n: int) -> tuple[Array, pd.DataFrame]:
    """Return how many days ago n sales were signed, spread over the last weeks, and clients who were heard of before and after."""
    first, last = world.story.first_age, world.story.last_age
    free = (world.story.state == LOST) & ~clients["client_type"].isin(["租赁", "业主"]).to_numpy()
    low, high = np.maximum(last, 0) + _NEXT, first - _SETTLED
    free &= low <= high
    ages, rows = [], []
    for wanted in np.linspace(8, 80, n).astype(int)[: free.sum()]:
        age = np.clip(wanted, low, high)
        best = np.argmin(np.where(free, np.abs(age - wanted), np.iinfo(int).max))
        ages.append(age[best])
        rows.append(best)
        free[best] = False
    return np.array(ages, dtype=int), clients.iloc[rows]


def _still_on_offer(world: World, listings: pd.DataFrame, deals: pd.DataFrame, age: Array) -> pd.DataFrame:
    """Return homes for sale that were on offer before the first of these signatures and are still."""
    begun = listings["listed_on"].to_numpy().astype("datetime64[D]") < world.today - (age.max(initial=0) + _SETTLED)
    home = (listings["use"] == "住宅") & (listings["deal_type"] == "售") & (listings["status"] == "在售")
    return listings.loc[home & begun & ~listings["listing_id"].isin(deals["listing_id"])]


def only_done(steps: pd.DataFrame) -> pd.DataFrame:
    """Return the steps of deals that fell through: what was done, and nothing that was left to do."""
    return steps[steps["done_on"].notna()].assign(blocker="")


def afterwards(world: World, clients: pd.DataFrame, complaints: pd.DataFrame, before: pd.DataFrame) -> pd.DataFrame:
    """Return the questionnaires after `before`: to those whose complaint was solved, and to some who gave up; two in three came back."""
    rng = world.stream("afterwards")
    solved = complaints[complaints["t4"].notna() & (complaints["t4"].to_numpy() < world.now)]
    gone = np.flatnonzero((world.story.state == LOST) & (world.story.last_age > 2))[::_EACH_LOST]
    parts = (
        ("投诉后", solved["client_id"], solved["t4"].to_numpy().astype("datetime64[D]")),
        ("流失", clients["client_id"].iloc[gone], world.today - world.story.last_age[gone] + 1),
    )
    frame = pd.concat(
        [
            pd.DataFrame({"client_id": who.to_numpy(), "deal_id": "", "point": point, "sent_on": on})
            for point, who, on in parts
        ],
        ignore_index=True,
    ).sort_values("sent_on", kind="stable", ignore_index=True)
    frame.insert(0, "sv_id", [f"S{len(before) + i:06}" for i in range(1, len(frame) + 1)])
    return _answers(world, rng, frame)


def _answers(world: World, rng: Rng, frame: pd.DataFrame) -> pd.DataFrame:
    n = len(frame)
    back = frame["sent_on"].to_numpy().astype("datetime64[D]") + rng.integers(1, 6, n)
    answered = (back <= world.today) & (rng.random(n) < 0.68)
    marks = np.where(
        frame["point"] == "投诉后", pick(rng, (5, 4, 3, 2), n, (2, 4, 2, 1)), pick(rng, (5, 4, 3, 2), n, (1, 3, 4, 2))
    )
    marks = np.where(world.today - back <= np.timedelta64(_FRESH, "D"), np.maximum(marks.astype(int), 4), marks).astype(
        float
    )
    likely = np.clip(marks * 2 + numbers(rng, -1.4, 0.8, n), 0, 10)
    return frame.assign(
        back_on=np.where(answered, back, np.datetime64("NaT", "D")), csat=np.where(answered, marks, np.nan),
        nps=np.where(answered, likely, np.nan), comment=np.where(answered, pick_each(rng, _COMMENTS, frame["point"].to_numpy()), ""),
    )  # fmt: skip
