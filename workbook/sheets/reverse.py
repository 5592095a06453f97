"""反向匹配: for every listing on the market the needs that it fits best, one row per listing."""

from workbook.schema import Column, Kind, Need, Sheet

PLACES = 20  # issue: top 20 needs per listing

REVERSE = Sheet(
    label="反向匹配",
    key="reverse",
    identity=("listing_id",),
    automatic=True,
    purpose="每套房源最合适的需求, 一行一套; 与匹配结果同一把尺子。",
    columns=(
        Column(label="房源ID", key="listing_id", kind=Kind.ID, need=Need.AUTOMATIC, refers="listings", daily=True),
        Column(label="小区", key="estate", kind=Kind.TEXT, need=Need.AUTOMATIC, daily=True),
        Column(label="户型", key="layout", kind=Kind.TEXT, need=Need.AUTOMATIC, daily=True),
        Column(label="挂牌价", key="price", kind=Kind.DECIMAL, need=Need.AUTOMATIC, daily=True),
        Column(label="合适需求数", key="count", kind=Kind.INT, need=Need.AUTOMATIC, daily=True),
        Column(label="最高分", key="best", kind=Kind.DECIMAL, need=Need.AUTOMATIC, daily=True),
        Column(label="首选说明", key="why", kind=Kind.TEXT, need=Need.AUTOMATIC, daily=True, width=64),
        *(
            Column(label=f"第{n}名", key=f"n{n:02}", kind=Kind.TEXT, need=Need.AUTOMATIC, daily=n <= 5, width=22)
            for n in range(1, PLACES + 1)
        ),
    ),
)
