"""置业方案: the homes that are put to a client, each with what speaks for and against it and what it costs."""

from workbook.schema import Column, Kind, Need, Sheet

_AUTO = Need.AUTOMATIC

PROPOSALS = Sheet(
    label="置业方案",
    key="proposals",
    identity=("client_id", "listing_id"),
    automatic=True,
    stale=("no", "旧"),
    purpose="给所选客户的前三套: 优点和不利因素、首付、月供、税费, 每个数字附算法和依据的利率。",
    columns=(
        Column(label="运行号", key="run_id", kind=Kind.ID, need=_AUTO),
        Column(label="客户ID", key="client_id", kind=Kind.ID, need=_AUTO, refers="clients", daily=True),
        Column(label="客户", key="client", kind=Kind.TEXT, need=_AUTO, width=10, daily=True),
        Column(label="归属人", key="agent", kind=Kind.STAFF, need=_AUTO, width=10),
        Column(label="名次", key="no", kind=Kind.TEXT, need=_AUTO, width=7, daily=True),
        Column(label="房源ID", key="listing_id", kind=Kind.ID, need=_AUTO, refers="listings", daily=True),
        Column(label="房源", key="home", kind=Kind.TEXT, need=_AUTO, width=35, daily=True),
        Column(label="总分", key="score", kind=Kind.DECIMAL, need=_AUTO, low=0, high=100, width=8),
        Column(label="为什么合适", key="why", kind=Kind.TEXT, need=_AUTO, width=44, daily=True),
        Column(label="亮点", key="pros", kind=Kind.TEXT, need=_AUTO, width=40, daily=True),
        Column(label="不利因素", key="cons", kind=Kind.TEXT, need=_AUTO, width=40, daily=True),
        Column(label="缺口和待核", key="open", kind=Kind.TEXT, need=_AUTO, width=40, daily=True),
        Column(label="图片视频", key="media", kind=Kind.TEXT, need=_AUTO, width=18),
        Column(label="商贷", key="bank", kind=Kind.TEXT, need=_AUTO, width=40, daily=True),
        Column(label="公积金", key="fund", kind=Kind.TEXT, need=_AUTO, width=40),
        Column(label="组合贷", key="both", kind=Kind.TEXT, need=_AUTO, width=40),
        Column(label="税费和佣金", key="taxes", kind=Kind.TEXT, need=_AUTO, width=40, daily=True),
        Column(label="首期要准备", key="cash", kind=Kind.TEXT, need=_AUTO, width=40, daily=True),
        Column(label="请客户确认", key="ask", kind=Kind.TEXT, need=_AUTO, width=44, daily=True),
        Column(label="怎么算的", key="how", kind=Kind.TEXT, need=_AUTO, width=60),
        Column(label="利率和税率", key="rests_on", kind=Kind.TEXT, need=_AUTO, width=60),
        Column(label="经纪人核实", key="check", kind=Kind.TEXT, need=_AUTO, width=44),
        Column(label="算于", key="made_on", kind=Kind.DATE, need=_AUTO),
        Column(label="给客户日", key="given_on", kind=Kind.DATE, prompt="哪天给了客户", daily=True),
        Column(label="客户意见", key="said", kind=Kind.TEXT, prompt="客户看了怎么说", width=30, daily=True),
    ),
)
