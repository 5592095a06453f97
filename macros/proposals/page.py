"""What stands on the page of a proposal, whatever it is printed with: headings, and the homes line by line."""

from collections.abc import Iterator

from macros.proposals.drawbacks import NOTHING
from macros.proposals.plan import Home, Proposal, cash_lines, tax_line, way_lines
from macros.proposals.rows import NO_PRICE

TITLE = "置业方案"
DISCLAIMER = (
    "按挂牌价和当天的「税费利率」估算, 不是报价、要约或贷款承诺。成交价、资格、额度、利率和税以签约、银行、公积金中心和税务机关核定为准。"
    "「待定」是还有一项没有问清, 数字在这个范围内。"
)
NEXT_LINE = "\n"


def headings(proposal: Proposal) -> list[str]:
    """Return the title, who and when, and what the client looks for."""
    who = f"{proposal.agency} · 经纪人 {proposal.agent}" if proposal.agent else proposal.agency
    about = [f"{TITLE} · {proposal.name}", f"{who} · {proposal.day} · 客户 {proposal.client_id}"]
    return [*about, *(f"需求 {need}" for need in proposal.needs)]


def to_verify(proposal: Proposal) -> list[str]:
    """Return what the agency still has to find out, in words for the client: open points of the homes, and homes that are left out."""
    return [*proposal.check, *(left.words for left in proposal.left_out)]


def comparison(proposal: Proposal) -> Iterator[tuple[str, list[str]]]:
    """Yield a label and, for each home, its words; the first line, without a label, says which homes."""
    homes = proposal.homes
    yield "", [f"{home.no}. {home.label}\n{home.listing_id} · {home.score:g} 分" for home in homes]
    yield "概况", [home.facts for home in homes]
    yield "为什么合适", [home.why or NOTHING for home in homes]
    yield "亮点", [home.pros for home in homes]
    yield "不利因素", [home.cons for home in homes]
    yield "缺口", [home.gaps or NOTHING for home in homes]
    yield "图片视频", [home.media or "没有" for home in homes]
    for at, way in enumerate(("商贷", "公积金", "组合贷")):
        yield way, [_way(home, at) for home in homes]
    yield "税费和佣金", [tax_line(home.costs) if home.costs else NO_PRICE for home in homes]
    yield "首期要准备", [NEXT_LINE.join(cash_lines(home.costs)) if home.costs else NO_PRICE for home in homes]


def _way(home: Home, at: int) -> str:
    return NEXT_LINE.join(way_lines(home.costs.ways[at])) if home.costs else NO_PRICE
