"""THE list of buttons: what each is called, which rules it runs, and what it writes.

Command line, sheet buttons, ribbon and the reference tables of the README derive from it. A rule is named as "module:function" and
imported when it runs, so that listing the actions costs nothing. Rules of one action run in order, each on what the ones before it
found out.
"""

from dataclasses import dataclass

IDS = "macros.numbering:number"
CONTACTS = "macros.contacts:contacts"
DERIVE = "macros.listings:derive"
GRADE = "macros.grades:grade"
SEGMENTS = "macros.segments:segments"
VALIDATE = "macros.checks:validate"
DUE = "macros.due:due"
MATCH = "macros.matching:match"
MESSAGES = "macros.messages:messages"
REPORT = "macros.reports:report"


RULES = (IDS, CONTACTS, DERIVE, GRADE, SEGMENTS, DUE, MATCH, MESSAGES, VALIDATE, REPORT)


@dataclass(frozen=True)
class Action:
    """One button. `rules` are those whose results are written, in the order of RULES; `needs` are those that they build on, which run
    as well and write nothing, so that a button never rests on stale results. `writes` says it in the words of the workbook. `sheets`
    are the keys of those that it cannot do without: it would rest on nothing, or write nowhere.
    """

    name: str
    label: str
    rules: tuple[str, ...]
    writes: str
    help: str
    needs: tuple[str, ...] = ()
    sheets: tuple[str, ...] = ()

    @property
    def order(self) -> tuple[str, ...]:
        """All rules that run, in order."""
        return tuple(rule for rule in RULES if rule in self.rules or rule in self.needs)


ACTIONS: tuple[Action, ...] = (
    Action(
        "validate", "校验", (IDS, VALIDATE), "问题", "检查每张表: 缺什么、错在哪、怎么改, 写到「问题」表",
        needs=(CONTACTS, DERIVE, GRADE, SEGMENTS, DUE, MATCH, MESSAGES), sheets=("findings",),
    ),
    Action(
        "grade", "评级", (IDS, CONTACTS, DERIVE, GRADE, SEGMENTS), "客户: 系统等级、分数、评级说明、分层",
        "给每位客户打分评级, 并写明每一分的依据", sheets=("clients", "followups"),
    ),
    Action(
        "due", "待办", (IDS, CONTACTS, DUE), "今日待办; 客户: 下次跟进、逾期天数",
        "列出今天该联系的客户, 按轻重排好, 写明原因和下一步", needs=(GRADE, SEGMENTS),
        sheets=("clients", "followups", "due"),
    ),
    Action(
        "match", "匹配", (IDS, MATCH), "匹配结果、反向匹配", "为每个需求找房, 为每套房找客户, 两个方向同一把尺子",
        sheets=("requests", "listings", "matches", "reverse"),
    ),
    Action(
        "messages", "消息", (IDS, MESSAGES), "消息", "为今日待办的客户写好可直接复制的消息",
        needs=(CONTACTS, DERIVE, GRADE, SEGMENTS, DUE, MATCH), sheets=("clients", "followups", "messages"),
    ),
    Action(
        "report", "报表", (IDS, REPORT), "报表; 另存网页和 PDF", "经理的一周: 数字、漏斗、逾期、图表",
        needs=(CONTACTS, DERIVE, GRADE, SEGMENTS, DUE, MATCH, MESSAGES, VALIDATE), sheets=("clients", "followups"),
    ),
    Action(
        "all", "全部", RULES, "以上全部", "一次做完以上各项, 工作簿只打开和保存一次",
        sheets=("clients", "requests", "listings", "followups"),
    ),
)  # fmt: skip
BY_NAME = {action.name: action for action in ACTIONS}
