"""A month of a report as rows to export: what the page shows, to the county or the town, with what it is compared."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from itertools import groupby
from typing import Any

from huiliu.apps.datahub.selectors.display import code_meaning
from huiliu.apps.exports.services import SOURCES, Block, Content, ExportSource, Part, Wanted
from huiliu.apps.reports import drawing
from huiliu.apps.reports.drawing import CLOSED, TOWN, Row
from huiliu.apps.reports.selectors import LIST, USE, may_list, report_by_name
from huiliu.apps.reports.showing import AGAINST, Shown, shown
from huiliu.documents.listing import ListColumn
from huiliu.kernel.errors import HuiliuError
from huiliu.topics.standing_sheet import ALL

KIND = "standing_report"
TITLE = "常用报表"


def register() -> None:
    """Reports as something that can be exported."""
    SOURCES.add(KIND, ExportSource(TITLE, USE, _count, _open, {"county": "按县区"}, beside=_beside))


def _beside(wanted: Wanted) -> Sequence[str]:
    """Small groups are for whoever may list them."""
    return (LIST,) if may_list(wanted.user) else ()


def parameters_of(found: Shown, *, against: str, detail: str) -> dict[str, Any]:
    """What an export keeps: the month and its edition, so that a newer one made meanwhile does not leave instead."""
    edition = found.read.newest
    which = {"report": edition.report, "month": edition.month, "number": edition.number}
    return {**which, "against": against, "detail": detail}


def _shown(wanted: Wanted) -> Shown:
    """Under the rights of this moment."""
    given = wanted.parameters
    report = report_by_name(given["report"])
    found = report and shown(report, wanted.user, given["month"], number=given["number"], detail=given["detail"])
    if not found:
        raise HuiliuError(code="STAND-006", message="没有这个报表或月份", hint="请从“报表”中另选。")
    return found


def _count(wanted: Wanted) -> int:
    return len(_rows(_shown(wanted), wanted.split))


def _rows(found: Shown, split: str) -> Sequence[Row]:
    """Split by county the rows of all counties together stand in no file."""
    if not split:
        return found.rows
    rows = [row for row in found.rows if row.key[0] is not ALL]
    return sorted(rows, key=lambda row: (row.key[0] is None, str(row.key[0])))


@contextmanager
def _open(wanted: Wanted) -> Iterator[Content]:
    found = _shown(wanted)
    against, towns = AGAINST[wanted.parameters["against"]][1], wanted.parameters["detail"] == TOWN
    width = len(found.report.kinds) + (len(found.report.places) if towns else 1)
    rows = _rows(found, wanted.split)
    blocks = (Block([list(_cells(row, width, against)) for row in part], code) for code, part in _split(rows, wanted))
    edition = found.read.newest
    heads = list(_heads(found, width, against))
    yield Content(heads, blocks, edition.business_date, edition.snapshot, partial(_parts, found, rows))


def _heads(found: Shown, width: int, against: Sequence[int]) -> Iterator[ListColumn]:
    yield from (ListColumn(label) for label in drawing.heads(found.report)[:width])
    for column in drawing.columns(found.report):
        yield ListColumn(column.label, column.kind)
        for other in (found.against[n] for n in against):
            label = f"{column.label} 比{other.what}"  # the month: a file is read where no page says which
            yield ListColumn(label, column.kind)
            yield ListColumn(f"{label}%", "rate")


def _split(rows: Sequence[Row], wanted: Wanted) -> Iterator[tuple[str, Iterable[Row]]]:
    return groupby(rows, key=lambda row: (row.key[0] or "") if wanted.split else "")


def _parts(found: Shown, rows: Sequence[Row]) -> list[Part]:
    """Every county by its name, and how many rows it has."""
    counts = Counter(row.key[0] for row in rows)
    item = found.report.topic.by_name.get(found.report.places[0])
    named = {code: code_meaning(item.codes if item else None, code) for code in counts}
    return [Part(code or "", named[code] or (code or ""), number) for code, number in counts.items()]


def _cells(row: Row, width: int, against: Sequence[int]) -> Iterator[Any]:
    yield from row.words[:width]
    for figure in row.figures:
        yield CLOSED if figure.is_closed else figure.value
        for change in (figure.changes[n] for n in against):
            yield CLOSED if change is None else change.difference
            yield drawing.change_texts(figure.column, change)[1]
