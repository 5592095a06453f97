"""What a run found out, in a few sentences for people: how many, and what to look at first."""

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from macros import sentences_deals
from macros.actions import ACTIONS, BUTTONS, BY_NAME, DAILY
from macros.session import Result
from workbook.sheets import PAGES
from workbook.tables import Tables

Items = Sequence[Mapping[str, Any]]
FINDINGS_SHOWN, CLIENTS_SHOWN = 12, 3
REASON_CHARACTERS = 44
_SEVERITY = {"error": "错误", "warning": "警告", "info": "提示"}


LABELS = {
    "import": "导入",
    "enter": "录入",
    "undo": "撤销",
    "adopt": "接管",
    "restore": "恢复",
    "forget": "删除资料",
    "export": "导出",
    "holdings": "查阅资料",
    "merge_files": "合并文件",
    "split": "分发",
    "mail": "发邮件",
    **{button.name: button.label for button in BUTTONS},
    **{a.name: a.label for a in ACTIONS},
}
"""What a run of the journal was, by the name of its action or button."""


def headline(result: Result, preview: bool = False) -> str:
    """Return how many cells a run changed, and where."""
    label = LABELS[result.action]
    if preview:
        return f"{label}预览: 会改 {len(result.plan):,} 格, 什么都没有写入。"
    if not result.run:
        return f"{label}: 没有需要改的格子。"
    sheets = ", ".join(f"{sheet_name(result.tables, key)} {count:,}" for key, count in result.plan.counts().items())
    return f"{label}: 改了 {len(result.plan):,} 格{when(result)}: {sheets}。"


def when(result: Result) -> str:
    """Return which run it was and, where that is known, how long it took; "" where nothing was written."""
    took = f", {result.seconds:.1f} 秒" if result.seconds else ""
    return f" (第 {result.run} 次运行{took})" if result.run else ""


def sheet_name(tables: Tables, key: str) -> str:
    """Return what a sheet or page is called in this workbook."""
    layout = tables.layouts.get(key)
    return layout.name if layout else next(page.label for page in PAGES if page.key == key)


def sentences(result: Result) -> Iterator[str]:
    """Yield a line per thing that the action found out, then what to look at first."""
    made = {
        "validate": _validate,
        "grade": _grade,
        "due": _due,
        "match": _match,
        "duplicates": _duplicates,
        "messages": _messages,
    }
    for name, sentence in made.items():
        line = sentence(result, items_of(result, name)) if result.action in (name, "all") else ""
        if line:
            yield f"{BY_NAME[name].label}: {line}" if result.action == "all" else line
    apart = {
        "whatif": _what_if, "backtest": _back_test, "handover": _handover, "deals": sentences_deals.deals,
        "viewings": sentences_deals.viewings, "commission": sentences_deals.commission,
    }  # fmt: skip
    if result.action in apart:
        yield apart[result.action](result, items_of(result, result.action))
    yield from _broken(result)
    yield from _first(result)
    missing = missing_sheets(result)
    if missing:
        yield f"没有写: {'、'.join(missing)} (工作簿里没有这些表, 也许被删除或改名了)"
    for page, cell in result.moved.items():
        yield f"{page}!{cell}: 这里的标题不在了, 表里的行列被移动过, 所以没有写这一页。请撤销插入或删除的行列, 再运行一次。"


def items_of(result: Result, name: str) -> Items:
    """Return what one rule listed for --json, whether it ran alone or with all."""
    items: Any = result.items
    return (items.get(name, []) if isinstance(items, dict) else items) if result.action in (name, "all") else []


def missing_sheets(result: Result) -> list[str]:
    """Return the names of sheets of results that `all` could not write because the workbook lacks them."""
    if result.action != "all":
        return []
    daily = (action for action in ACTIONS if {*action.rules} <= {*DAILY})
    keys = dict.fromkeys(key for action in daily for key in action.sheets)
    return [result.tables.layouts[key].name for key in keys if not result.tables.layouts[key].columns]


def _broken(result: Result) -> Iterator[str]:
    """Yield the settings and templates that cannot be used, for they change the results of every row, and who cannot take over."""
    for found in dict.fromkeys((*result.tables.findings, *result.findings)):
        if found.check in ("bad_setting", "successor_missing"):
            yield f"{result.tables.cell(found.sheet, found.row, found.column)}: {found.message}"
        elif found.check == "bad_template":
            yield found.message


def _validate(result: Result, items: Items) -> str:
    counts = Counter(item["severity"] for item in items)
    if not counts:
        return "没有发现问题。"
    return ", ".join(f"{counts[key]} 个{word}" for key, word in _SEVERITY.items()) + ", 都写在「问题」表。"


def _grade(result: Result, items: Items) -> str:
    counts = Counter(str(item["grade"]) for item in items)
    return ", ".join(f"{letter} 级 {counts[letter]} 位" for letter in "ABCD") + "。" + _graded_homes(result)


def _graded_homes(result: Result) -> str:
    """Return how many listings have which grade; "" where none has one."""
    counts = {letter: int(str(result.figures.get(f"listings_{letter.lower()}", 0))) for letter in "ABC"}
    told = ", ".join(f"{letter} 级 {count} 套" for letter, count in counts.items())
    return f" 房源 {told}。" if any(counts.values()) else ""


def _due(result: Result, items: Items) -> str:
    clients = {item["client_id"] for item in items} - {""}
    late = {item["client_id"] for item in items if item["overdue_days"] > 0} - {""}
    told = (
        f"今天该联系 {len(clients)} 位客户, 其中逾期 {len(late)} 位, 共 {len(items)} 件事"
        if clients
        else "今天没有该联系的客户"
    )
    return f"{told}{_without_client(result, items)}。"


def _without_client(result: Result, items: Items) -> str:
    """Return how many lines are about no client, and how many tasks about listings are not listed; "" where there is none of either."""
    others, left = sum(not item["client_id"] for item in items), int(str(result.figures.get("others_left", 0)))
    listed = f", {'其中' if others < len(items) else ''}房源和店里的事 {others} 件" if others else ""
    return listed + (f", 另有 {left} 件房源的事没列, 见「{sheet_name(result.tables, 'tasks')}」" if left else "")


def _match(result: Result, items: Items) -> str:
    served = {item["req_id"] for item in items}
    asked = {f.row for f in result.findings if f.check == "no_match" and f.sheet == "requests"}
    return f"{len(served)} 个需求有合适房源, {len(asked)} 个没有。{_changes(result)}"


def _changes(result: Result) -> str:
    """Return how much changed on the market since the last run; "" where nothing did."""
    changed, cuts, reached = (int(str(result.figures.get(key, 0))) for key in ("changes", "price_cuts", "reached"))
    told = f" 房源今天有 {changed} 处改价或改状态, 见「变更」" if changed else ""
    return told and told + (f"; {cuts} 套降价, 新触及 {reached} 位客户。" if cuts else "。")


def _duplicates(result: Result, items: Items) -> str:
    """Return how many pairs wait for a person; "" where the workbook has no sheet for them, and in 全部 where none do."""
    left_out, crowded = (int(str(result.figures.get(key, 0))) for key in ("pairs_left_out", "pairs_crowded"))
    if not result.tables.layouts["pairs"].columns or (result.action == "all" and not items and not crowded):
        return _clients_alike(result)
    more = f", 分数低的 {left_out} 对没有列出" if left_out else ""
    some = f"{len(items)} 对房源可能是同一套, 请在「疑似重复」表判断{more}。" if items else "没有要判断的重复房源。"
    if not crowded:
        return some + _clients_alike(result)
    where = f"如 {result.figures['pairs_crowded_at']}" if "pairs_crowded_at" in result.figures else ""
    some += f"有 {crowded} 行房源({where})地址或资料写得一样的太多, 没有两两比完: 请把小区、栋、室号补全再查一次。"
    return some + _clients_alike(result)


def _clients_alike(result: Result) -> str:
    """Return how many pairs of clients wait for a person; "" where none does, or the workbook has no sheet for them."""
    waiting = int(str(result.figures.get("client_pairs_open", 0)))
    if not waiting or not result.tables.layouts["client_pairs"].columns:
        return ""
    return f" {waiting} 对客户可能是同一人, 请在「{sheet_name(result.tables, 'client_pairs')}」表判断。"


def _handover(result: Result, items: Items) -> str:
    """Return what was carried out and what is still open, and what to do about that."""
    done, left = (int(str(result.figures.get(key, 0))) for key in ("handover_done", "handover_open"))
    told = f"交接了 {done} 项" if done else "没有交接任何一项"
    gone = [result.tables.cell(f.sheet, f.row, f.column) for f in result.findings if f.check == "successor_missing"]
    told += f", {len(gone)} 行的「接手人」不在职({gone[0]})" if gone else ""
    if not left:
        return f"{told}, 没有待交接的。" if done else "没有要离职的人还有东西要交接。请先在「人员」表填「离职」日期。"
    return f"{told}, 还有 {left} 项待交接: 请在「交接单」表填「接手人」, 再点一次「离职交接」。"


def _messages(result: Result, items: Items) -> str:
    ready = sum("text" in item for item in items)
    stopped = Counter(re.split(r"。|: 见 |, 有", str(item["skipped"]))[0] for item in items if "skipped" in item)
    why = f" ({', '.join(f'{reason[:REASON_CHARACTERS]} {count}' for reason, count in stopped.most_common(2))})"
    return f"{ready} 条可以复制发送, {stopped.total()} 条没有写{why if stopped else ''}。"


def _what_if(result: Result, items: Items) -> str:
    figures = result.figures
    if not (result.tables["clients"]["grade"] != "").any():
        return str(figures["whatif_compared"]) + "。"
    clients, ruled = figures["whatif_clients"], figures["whatif_ruled"]
    told = f"{clients:,} 位客户会变, 其中 {ruled:,} 位因为规则" if items else "没有客户会变"
    return f"{told}; {figures['whatif_compared']}。客户一格没有动: 同意就做「全部」, 不同意就把规则改回去。"


def _back_test(result: Result, items: Items) -> str:
    clients, signed = result.figures["backtest_clients"], result.figures["backtest_signed"]
    if not clients:
        return "「日志」里还没有 30 天前的评级, 没有什么可比。请每天做「全部」, 一个月后再看。"
    advised = sum(item.get("suggested") is not None for item in items)
    return f"{clients:,} 位客户 30 天前的评级, 其中 {signed:,} 位后来签约; {advised} 条规则有建议分数。规则一格没有动: 要改请改「评分规则」。"


def _first(result: Result) -> Iterator[str]:
    """Yield what to look at first: the worst findings after `validate`, the first clients after `due`, one of each after `all`."""
    if result.action == "validate":
        yield from _worst(items_of(result, "validate"), FINDINGS_SHOWN)
    elif result.action in ("due", "all"):
        names = dict(zip(result.tables["clients"]["client_id"], result.tables["clients"]["name"], strict=True))
        lines = [_line(item, names) for item in items_of(result, "due")[:CLIENTS_SHOWN]]
        if lines:
            yield "今日待办的头几位:"
            yield from lines


def _worst(items: Items, count: int) -> Iterator[str]:
    order = list(_SEVERITY)
    worst = sorted(
        (item for item in items if item["check"] != "bad_setting"), key=lambda item: order.index(item["severity"])
    )
    for item in worst[:count]:
        at = f"{item['sheet']}!{item['cell']}" if item["cell"] else item["sheet"]  # some are about a whole sheet
        yield f"    {at} {item['column']}: {item['message']}"
    if len(worst) > count:
        yield f"    …还有 {len(worst) - count} 个, 见「问题」表, 每行都有去那一格的链接。"


def _line(item: Mapping[str, Any], names: Mapping[str, str]) -> str:
    reason = str(item["reason"])
    short = reason if len(reason) <= REASON_CHARACTERS else reason[:REASON_CHARACTERS] + "…"
    called = f"{names.get(item['client_id'], '')} {item['client_id']}" if item["client_id"] else item["name"]
    return f"    {called} ({item['who'] or ('没有归属人' if item['client_id'] else '没有负责人')}): {item['what']} — {short}"
