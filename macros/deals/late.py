"""Who is late: a task for the step that a deal is stuck at, once per step, which ends by itself when the step is done (R74, R77).

来源规则 holds 步骤: and what names the row of 成交步骤, so that the same step never makes a second task, wherever its row is sorted to.
"""

from collections.abc import Sequence

import pandas as pd

from macros import wording
from macros.deals.progress import Progress, Step
from macros.numbering import next_ids
from macros.triggers.desk import Desk
from macros.triggers.making import AUTO, OPEN
from workbook.sheets.tasks import TASKS
from workbook.tables import Tables

MARK = "步骤:"
RULE_NAME = "成交步骤"
"""What 今日待办 calls these tasks, and where they stop saying what to do (see `macros.due_tasks`)."""
STILL_OPEN = (OPEN, "延期")
DONE, DROPPED = "完成", "取消"
TEMPLATES = {
    "签约": "signing_prep", "网签": "step_net", "贷款申请": "step_loan", "缴税": "step_tax", "过户": "step_transfer", "领证": "step_cert",
    "交房": "step_handover", "水电物业过户": "step_property",
}  # fmt: skip
"""Step -> the template that tells the client what to bring and asks for a day."""
ANY_PAPERS = "step_next"
"""The template of any other step for which papers are needed."""
STEP_TEXTS = frozenset({*TEMPLATES.values(), ANY_PAPERS})
ENDINGS = {"解约": DROPPED, "完结": DONE}
"""What becomes of the tasks of a deal that is over."""


def key_of(deal_id: str, no: float) -> str:
    """Return what names a step in 来源规则."""
    return f"{MARK}{deal_id}-{no:g}"


def late_steps(every: Sequence[Progress], day: pd.Timestamp) -> list[tuple[Progress, Step]]:
    """Return the step that each deal is stuck at, where its day is past."""
    found = ((one, one.current) for one in every)
    return [(one, step) for one, step in found if step is not None and step.late_days(day)]


def new_tasks(desk: Desk, late: Sequence[tuple[Progress, Step]]) -> pd.DataFrame:
    """Return the new rows of 任务 with ids, by deal; none where the step had its task before, done or not."""
    tasks = desk.tables["tasks"]
    known = set(tasks["rule"])
    fresh = [(one, step) for one, step in late if key_of(one.deal.deal_id, step.no) not in known]
    if not fresh:
        return pd.DataFrame()
    names = clients_of(desk)
    return pd.DataFrame({
        "task_id": next_ids(TASKS, tasks["task_id"], len(fresh)), "rule": [key_of(one.deal.deal_id, step.no) for one, step in fresh],
        "obj_id": [one.deal.client_id for one, _ in fresh], "who": [step.who for _, step in fresh],
        "what": [_words(desk, one, step, names) for one, step in fresh], "due": [step.plan for _, step in fresh], "status": OPEN,
        "snoozes": 0.0, "template": [template_of(step) for _, step in fresh],
    }).astype({"due": "datetime64[s]"})  # fmt: skip


def template_of(step: Step) -> str:
    """Return the id of the template that says to the client what is theirs to do in a step.

    "" where nothing is, and where the step waits for what we have to do first: its gate is closed, or a person wrote why it is stuck.
    """
    if step.shut or step.blocker:
        return ""
    papers = step.flow is not None and bool(step.flow.papers)
    return TEMPLATES.get(step.name, ANY_PAPERS if papers else "")


def clients_of(desk: Desk) -> dict[str, str]:
    """Return 客户ID -> how we call the client."""
    clients = desk.clients.drop_duplicates("client_id")
    called = clients["salutation"].where(clients["salutation"] != "", clients["name"])
    return dict(zip(clients["client_id"], called, strict=True))


def _words(desk: Desk, one: Progress, step: Step, names: dict[str, str]) -> str:
    cell = desk.tables.cell("deal_steps", step.row, "plan_on")
    told = [f"计划 {step.plan:%Y-%m-%d}, 还没做完({cell})"]
    told += [f"先办: {'、'.join(step.shut)}"] if step.shut else []
    told += [f"卡在: {step.blocker}"] if step.blocker else []
    whose = " ".join(filter(None, (one.deal.deal_id, wording.plain(names.get(one.deal.client_id, "")))))
    return f"{RULE_NAME}: 办「{step.name}」, 成交 {whose}。{', '.join(told)}, 做完请在「成交步骤」填完成日"


def ended_tasks(tables: Tables, every: Sequence[Progress]) -> pd.DataFrame:
    """Return 状态 and 完成说明 of the open tasks of steps that are done, or whose deal was called off, by Excel row.

    A task that a person opened again after a run had closed it stays open.
    """
    tasks, off = tables["tasks"], _called_off(tables)
    mine = (
        tasks["rule"].str.startswith(MARK) & tasks["status"].isin(STILL_OPEN) & ~tasks["done_note"].str.startswith(AUTO)
    )
    over = {key_of(one.deal.deal_id, step.no): step for one in every for step in one.steps if step.over}
    gone = {key_of(*key): cell for key, cell in off.items()}
    rows: dict[int, tuple[str, str]] = {}
    for row, key in tasks.loc[mine, "rule"].items():
        if key in over:
            rows[row] = DONE, f"{AUTO}「{over[key].name}」已完成({tables.cell('deal_steps', over[key].row, 'done_on')})"
        elif key in gone:
            rows[row] = gone[key]
    frame = pd.DataFrame.from_dict(rows, orient="index", columns=["status", "done_note"])
    return frame.astype(object)


def opened_again(tables: Tables, late: Sequence[tuple[Progress, Step]]) -> pd.DataFrame:
    """Return the same two columns of the tasks that a run had closed and whose step is late after all: the deal came back, or 完成日 was
    cleared. What a person closed stays closed.
    """
    tasks, keys = tables["tasks"], {key_of(one.deal.deal_id, step.no) for one, step in late}
    closed = tasks["rule"].isin(keys) & tasks["status"].isin((DONE, DROPPED)) & tasks["done_note"].str.startswith(AUTO)
    rows = tasks.index[closed]
    return pd.DataFrame({"status": OPEN, "done_note": ""}, index=rows, columns=["status", "done_note"]).astype(object)


def _called_off(tables: Tables) -> dict[tuple[str, float], tuple[str, str]]:
    """Return deal and number of the steps of deals that are over -> what becomes of their tasks."""
    deals, steps = tables["deals"], tables["deal_steps"]
    single = deals.loc[~deals["deal_id"].duplicated(keep=False) & deals["status"].isin(ENDINGS)]
    ended = {one.deal_id: (one.status, one.Index) for one in single.itertuples()}
    found: dict[tuple[str, float], tuple[str, str]] = {}
    for deal_id, no in zip(steps["deal_id"], steps["no"], strict=True):
        if deal_id in ended:
            status, row = ended[deal_id]
            found[deal_id, no] = ENDINGS[status], f"{AUTO}成交已{status}({tables.cell('deals', row, 'status')})"
    return found
