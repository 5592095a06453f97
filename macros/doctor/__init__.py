"""genjin doctor: one line per link of the chain from a button to its result, each with its remedy.

What cannot be looked at from outside stays unsaid: whether Excel's own policies block macros, and whether a click arrives.
"""

import argparse
import struct
import sys
import time
from collections import Counter
from importlib.metadata import version

from macros.answer import Answer
from macros.computer import this_computer
from macros.doctor import book_links, office_links, place_links, python_links
from macros.doctor.link import Look, Probe, State

PROBES: tuple[Probe, ...] = (
    python_links.python, python_links.packages, python_links.same_version, python_links.for_excel, python_links.mac_script,
    python_links.for_libreoffice, office_links.excel, office_links.libreoffice, office_links.uno, office_links.trust,
    office_links.macro_level, office_links.wps, place_links.own_folder, place_links.worker, place_links.disk,
    place_links.cloud, place_links.from_elsewhere, place_links.journal, book_links.opens, book_links.of_this_version,
    book_links.macros,
)  # fmt: skip
"""In the order in which a press goes through them."""


def doctor(given: argparse.Namespace, look: Look | None = None) -> Answer:
    """Look at every link and say how it stands; `errors` of the answer counts those that do not hold."""
    began = time.perf_counter()
    book = given.book.absolute() if given.book else None
    look = look or Look(this_computer(), tuple(sys.version_info[:3]), struct.calcsize("P") * 8, version, book)
    links = [probe(look) for probe in PROBES]
    counts = Counter(link.state for link in links)
    wrong = counts[State.WRONG]
    closing = f"{wrong} 处有问题, 请从上往下逐条处理。" if wrong else "每一环都好, 可以点按钮了。"
    items = [
        {"link": link.name, "title": link.title, "state": link.state.name.lower(), "said": link.said, "do": link.do}
        for link in links
    ]
    answer = {
        "action": "doctor", "book": str(given.book or ""), "run": None, "today": given.today.isoformat(),
        "seconds": max(round(time.perf_counter() - began, 3), 0.001), "changed": 0,
        "findings": {"error": wrong, "warning": 0, "info": 0}, "items": items,
    }  # fmt: skip
    return Answer(answer, "\n".join([*(link.line() for link in links), closing]), wrong)
