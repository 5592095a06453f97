"""Seeded, believable rows that obey the declaration: an agency in a city that does not exist."""

import datetime as dt

import numpy as np
import pandas as pd

from workbook.samples.broken import broken_rows, good_row
from workbook.samples.clients import clients
from workbook.samples.contacts import followups, viewings
from workbook.samples.deals import deal_steps, deals, paid, splits, staffed
from workbook.samples.endings import afterwards, called_off, only_done
from workbook.samples.listings import listed_on, listings, owners
from workbook.samples.mistakes import with_mistakes
from workbook.samples.needs import requests
from workbook.samples.service import attendance, complaints, events, improvements, referrals, surveys, tasks
from workbook.samples.world import SIZES, World, world
from workbook.sheets import BY_KEY
from workbook.tables import to_frame

__all__ = ["SIZES", "broken_rows", "good_row", "sample"]


def sample(size: str, *, seed: int = 1, today: dt.date, clean: bool = False) -> dict[str, pd.DataFrame]:
    """Return sheet key -> rows of people's sheets, for a size of SIZES ("small", "store", "branch").

    Each frame has all columns of its sheet with their dtypes; its index is the Excel row number, from 2. Columns that Genjin fills
    are empty but for ids. The same arguments give the same rows. Unless `clean`, a dozen typical mistakes are in them. Raises
    KeyError for another size.
    """
    here = world(SIZES[size], seed, today)
    frames = _rows(here)
    if not clean:
        frames = with_mistakes(frames, here)
    return {key: _framed(key, frame) for key, frame in frames.items()}


def _rows(here: World) -> dict[str, pd.DataFrame]:
    flats, people = listings(here), clients(here)
    sold = deals(here, people, flats)
    needs = requests(here, people, flats, sold)
    visits = viewings(here, people, needs, flats)
    gatherings = events(here, here.staff)
    offered = _taken(flats, sold).assign(listed_on=listed_on(here, flats, sold))
    off = called_off(here, people, offered, sold)
    steps = _below(deal_steps(here, sold), only_done(deal_steps(here, off)))
    asked, angry = surveys(here, sold, visits), complaints(here, sold, people)
    return {
        "clients": people,
        "requests": needs,
        "listings": offered,
        "followups": followups(here, people, flats),
        "viewings": visits,
        "tasks": tasks(here, people),
        "owners": owners(here, flats),
        "deals": _below(paid(here, sold), off),
        "deal_steps": staffed(steps, here, people),
        "splits": _below(splits(here, sold, people, flats), splits(here, off, people, flats)),
        "referrals": referrals(here, people, sold, visits),
        "surveys": _below(asked, afterwards(here, people, angry, asked)),
        "complaints": angry,
        "events": gatherings,
        "attendance": attendance(here, gatherings, people),
        "improvements": improvements(here, here.staff),
        "staff": here.staff,
        "lists": here.city.lists,
    }


def _below(rows: pd.DataFrame, more: pd.DataFrame) -> pd.DataFrame:
    return pd.concat([rows, more], ignore_index=True)


def _taken(flats: pd.DataFrame, sold: pd.DataFrame) -> pd.DataFrame:
    """Return the listings with those sold, let or reserved marked so, and a few more off the market."""
    signed = flats["listing_id"].isin(sold.loc[sold["signed_on"].notna(), "listing_id"])
    reserved = flats["listing_id"].isin(sold["listing_id"]) & ~signed
    to_let = flats["deal_type"] == "租"
    gone = ~signed & ~reserved & (np.arange(len(flats)) % 17 == 16)
    status = np.select([signed & to_let, signed, reserved, gone], ["已租", "已售", "已定", "下架"], flats["status"])
    return flats.assign(status=status)


def _framed(key: str, frame: pd.DataFrame) -> pd.DataFrame:
    return to_frame(BY_KEY[key], frame.set_axis(pd.RangeIndex(2, len(frame) + 2), axis=0))
