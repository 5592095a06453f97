"""今日待办 on paper and on the phone: a page per agent, and one for the manager. The workbook is read as it stands and never written.

Sources: F5 (one list per agent and one for the manager), R14 (channel and time slot), R53 (nothing is forgotten), F7 (公客). Nobody who
refused contact (联系同意 拒绝) stands on a page, and no phone number; what is marked on the sheet already is left out.
"""

import datetime as dt
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import cache, partial
from typing import Any, NamedTuple

import pandas as pd
from jinja2 import Environment, FileSystemLoader, StrictUndefined, Template

from macros import wording
from macros.due import held_back
from macros.due_homes import clientless
from macros.due_ledger import MARKS, SNOOZED, read_ledger
from macros.due_reasons import PROMISE
from macros.file_names import safe_names
from macros.messages import line_texts
from macros.permission import Banned, consented
from macros.places import TEMPLATES
from macros.pool import PUBLIC, WARNING
from macros.reports import palette
from macros.settings import Settings
from workbook.errors import UsageError
from workbook.tables import Tables

MANAGER = "店长"
LONG_OVERDUE_DAYS = 14
"""Who is overdue for longer is named to the manager."""
NAMED = 30
"""So many lines of one matter are named to the manager; the list below has them all."""
NOBODY = "没有负责人"
_SHOWN = (
    "rank", "own_rank", "who", "client_id", "name", "grade", "what", "reason", "channel", "pref_time", "say", "link", "rule",
)  # fmt: skip

Page = Callable[[], bytes]


class Agent(NamedTuple):
    """What the manager sees of an agent: numbers of lines, save `worst`, the most days that one is overdue."""

    name: str
    lines: int
    overdue: int
    worst: int
    held: int
    promises: int
    warnings: int
    limit: int


class Matter(NamedTuple):
    """What needs the manager: a title, what to do, the first lines and how many there are."""

    title: str
    do: str
    lines: Sequence[Mapping[str, Any]]
    total: int


def list_pages(tables: Tables, today: dt.date, settings: Settings, who: str = "") -> dict[str, Page]:
    """Return file name -> what makes its bytes: a page per agent with open lines, then that of the manager; with `who` that agent's alone.

    Empty where 今日待办 holds no open line. Raises UsageError where `who` has none.
    """
    lines = open_lines(tables, today, settings)
    names = sorted({name for name in lines["who"] if name})
    files = {name: f"{stem}.html" for name, stem in safe_names(names, taken=MANAGER).items()}
    if who:
        if who not in names:
            do = f"可以是: {'、'.join(names)}" if names else "请先做「待办」"
            raise UsageError(
                "--who", f"「今日待办」里没有「{wording.plain(who)[:20]}」要做的事", do, code="NOBODY_LISTED"
            )
        names = [who]
    pages: dict[str, Page] = {
        files[name]: partial(agent_page, name, lines.loc[lines["who"] == name], today, settings) for name in names
    }
    if not who and len(lines):
        pages[f"{MANAGER}.html"] = partial(manager_page, tables, lines, today, settings)
    return pages


def blank_page(file: str, today: dt.date, settings: Settings) -> bytes:
    """Return the page that says that nothing is to be done, for a page of before whose lines are gone."""
    return _render("agent", file.removesuffix(".html"), today, settings, {"lines": [], "late": 0})


def open_lines(tables: Tables, today: dt.date, settings: Settings) -> pd.DataFrame:
    """Return the lines of 今日待办 that may be acted on and are not marked yet, by 名次, with what the manager asks of each.

    `overdue` (days, 0 if not), `limit` (it cannot be put off again), `public` (a 公客) and `trouble` (nobody there to do it, in words).
    """
    lines, clients = tables["due"], tables["clients"]
    refuses = consented(clients, Banned(tables))["refused"]
    may = clients.loc[~refuses & (clients["client_id"] != "")]
    # an id that stands twice: one refusal is enough
    refused = clients.loc[refuses, "client_id"]
    other = (lines["client_id"] == "") & lines["basis"].isin(clientless(tables)["task_id"])
    mine = lines["client_id"].isin(may["client_id"]) & ~lines["client_id"].isin(refused)
    lines = lines.loc[(mine | other) & ~lines["done"].isin(MARKS)].sort_values(["rank", "client_id", "rule"])
    if "say" not in tables.layouts["due"].columns:  # a workbook from before 话术
        told = [say for _, say in line_texts(tables, today, settings, lines)]
        lines = lines.assign(say=pd.Series(told, index=lines.index, dtype=object).astype("str"))
    public = may.loc[may["pool"] == PUBLIC, "client_id"]
    return lines.assign(
        overdue=lines["overdue_days"].fillna(0).clip(lower=0).astype(int),
        limit=_at_limit(tables, lines, settings),
        public=lines["client_id"].isin(public),
        trouble=_troubles(tables, lines["who"], today),
        say=lines["say"].where(~lines["say"].str.startswith("("), ""),
        unsaid=lines["say"].where(lines["say"].str.startswith("("), ""),
    )


def _at_limit(tables: Tables, lines: pd.DataFrame, settings: Settings) -> pd.Series:
    """Return which lines were put off as often as 设置 allows, whether 任务 names the line or is where it came from."""
    rows, most = read_ledger(tables).rows, settings.task.most_snoozes
    spent = rows.index[(rows["status"] == SNOOZED) & (rows["snoozes"] >= most)]
    keys = pd.MultiIndex.from_arrays([lines["client_id"], lines["rule"] + "@" + lines["basis"]])
    tasks = tables["tasks"]
    own = tasks.loc[(tasks["status"] == SNOOZED) & (tasks["snoozes"] >= most) & (tasks["task_id"] != ""), "task_id"]
    return pd.Series(keys.isin(spent), index=lines.index) | lines["basis"].isin(own)


def _troubles(tables: Tables, who: pd.Series, today: dt.date) -> list[str]:
    staff = tables["staff"]
    here = set(staff.loc[~(staff["to_date"] <= pd.Timestamp(today)), "name"])
    left = set(staff["name"]) - here
    return [
        NOBODY if not name else "已离职" if name in left else "" if name in here else "「人员」里没有" for name in who
    ]


def agent_page(name: str, lines: pd.DataFrame, today: dt.date, settings: Settings) -> bytes:
    """Return the page of one agent: their lines in their order, each with room to note what came of it."""
    return _render(
        "agent", name, today, settings, {"lines": list(_shown(lines)), "late": int((lines["overdue"] > 0).sum())}
    )


def manager_page(tables: Tables, lines: pd.DataFrame, today: dt.date, settings: Settings) -> bytes:
    """Return the manager's page: a row per agent, what needs the manager, and all lines."""
    given = {
        "agents": agents(lines, held_back(tables, today, settings)), "matters": list(matters(lines)), "lines": list(_shown(lines)),
        "late": int((lines["overdue"] > 0).sum()),
    }  # fmt: skip
    return _render("manager", MANAGER, today, settings, given)


def agents(lines: pd.DataFrame, held: pd.DataFrame) -> list[Agent]:
    """Return a row per agent, who has most overdue lines first, those without an agent last; `held` has `who` per line held back."""
    waiting = held["who"].value_counts()
    names = {*lines["who"], *waiting.index}
    rows = [_agent(name, lines.loc[lines["who"] == name], int(waiting.get(name, 0))) for name in names]
    return sorted(rows, key=lambda row: (row.name == NOBODY, -row.overdue, -row.lines, row.name))


def _agent(name: str, own: pd.DataFrame, held: int) -> Agent:
    late = own["overdue"] > 0
    return Agent(
        name=wording.plain(name) or NOBODY, lines=len(own), overdue=int(late.sum()), worst=int(own["overdue"].max()) if len(own) else 0,
        held=held, promises=int((late & (own["rule"] == PROMISE)).sum()), warnings=int((own["rule"] == WARNING).sum()),
        limit=int(own["limit"].sum()),
    )  # fmt: skip


def matters(lines: pd.DataFrame) -> Iterator[Matter]:
    """Yield what needs the manager, where there is any."""
    kinds = (
        ("没有人负责", "请在「客户」表选归属人 (房源选维护人, 任务选负责人), 或做「离职交接」", lines["trouble"] != ""),
        ("延期已到上限", "请问清为什么一直没联系, 定下来由谁、哪天联系", lines["limit"]),
        ("公客", "请决定分给谁; 领取后在「客户」表填归属人", lines["public"]),
        (
            f"逾期超过 {LONG_OVERDUE_DAYS} 天",
            "请和负责人一起看: 今天联系、换人或选「取消」",
            lines["overdue"] > LONG_OVERDUE_DAYS,
        ),
    )
    for title, do, chosen in kinds:
        if chosen.any():
            yield Matter(title, do, list(_shown(lines.loc[chosen].head(NAMED))), int(chosen.sum()))


def _shown(lines: pd.DataFrame) -> Iterator[Mapping[str, Any]]:
    """Yield each line as the pages show it: text on one line save 话术, numbers without decimals."""
    for line in lines.itertuples():
        texts = {key: wording.plain(getattr(line, key)) for key in _SHOWN if key not in ("rank", "own_rank", "say")}
        due = "" if line.due != line.due else f"{line.due:%m-%d}"
        numbers = {key: "" if (at := getattr(line, key)) != at else int(at) for key in ("rank", "own_rank")}
        yield texts | numbers | {
            "due": due, "overdue": line.overdue, "limit": line.limit, "public": line.public, "trouble": line.trouble,
            "say": "\n".join(map(wording.plain, str(line.say).splitlines())), "unsaid": wording.plain(line.unsaid).strip("()"),
        }  # fmt: skip


@cache
def _template() -> Template:
    environment = Environment(
        loader=FileSystemLoader(TEMPLATES / "reports"), autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )  # fmt: skip
    return environment.get_template("due_list.html.j2")


def _render(kind: str, name: str, today: dt.date, settings: Settings, given: Mapping[str, Any]) -> bytes:
    about = {
        "kind": kind,
        "name": wording.plain(name),
        "day": wording.day(pd.Timestamp(today)),
        "weekday": "一二三四五六日"[today.weekday()],
    }
    agency = wording.plain(settings.agency.name)
    text = _template().render(**about, agency=agency, colours=palette, marks=MARKS, named=NAMED, **given)
    return text.encode()
