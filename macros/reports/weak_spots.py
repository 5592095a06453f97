"""薄弱环节 and 看到什么 (R98): what a report's figures say, in sentences: each with its numbers, its sample, its rows, and what to do.

Rules write them, nothing is guessed: where a sample is smaller than 设置 `report.small_sample` nothing is judged, and beside a share stands
its 95 % interval. The most urgent comes first, what went well last.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence

from macros.reports.shown_parts import Line
from macros.reports.weak_business import is_empty, nothing, weak_spots
from macros.reports.weak_events import events
from macros.reports.weak_losses import losses
from macros.reports.weak_parts import Reader, Told, lines
from workbook.figures.layout import ReportPage, TextBlock
from workbook.figures.seen import Asked
from workbook.tables import Tables

WRITERS: Mapping[str, Callable[[Reader], Iterator[Told]]] = {"weak": weak_spots, "reasons": losses, "seen": events}
"""What writes a block of sentences, by its key."""


def sentences(page: ReportPage, tables: Tables, asked: Asked) -> Sequence[Line]:
    """Return the sentences of a page's block of them, at most as many as it has room for; none where the page has no such block.

    `tables` holds every sheet with its facts (`macros.facts`). The cells of a line are the sentence and the cell of the first row behind
    it; `where` says in words of the sheet which rows these are.
    """
    block = next((block for block in page.blocks if isinstance(block, TextBlock)), None)
    if block is None:
        return ()
    reader = Reader(page, tables, asked)
    found = iter([nothing(reader)]) if is_empty(reader) else WRITERS[block.key](reader)
    return lines(found, block.count)
