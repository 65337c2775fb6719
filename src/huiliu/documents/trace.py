"""The trace beside the documents: every figure and literal that was printed, where, and what it was made of."""

from collections import Counter, deque
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from huiliu.documents.layout import lay_out, plain_text
from huiliu.documents.model import FigureRef, Line, Literal, Place, Report, Segment, lines
from huiliu.documents.printing import check_report, printed
from huiliu.kernel.figures import FigureBook

FORMAT = "huiliu-report-trace/1"


def trace_of(report: Report, documents: Mapping[str, str], notes: list[str]) -> dict[str, Any]:
    """The whole trace as plain data.

    `figures` holds each printed figure and, recursively, each figure it was made of (`printed` counts its places, 0
    for inputs only); `occurrences` every printed place of a figure or literal with section, block, row, column and the
    offset in characters from 1; `numbering` the heading and table numbers the program made; `documents` name → digest.
    """
    check_report(report)
    occurrences = list(_occurrences(report))
    return {
        "format": FORMAT,
        "report": report.key,
        "title": "".join(printed(segment, report.figures) for segment in report.title).replace("\n", ""),
        "year": report.year,
        "made_on": report.dated.isoformat(),
        "documents": dict(documents),
        "notes": notes,
        "figures": traced_figures(occurrences, report.figures),
        "occurrences": occurrences,
        "numbering": [
            {"number": block.number, "before": plain_text(block.runs)} for block in lay_out(report) if block.number
        ],
    }


def figure_ids(report: Report) -> tuple[str, ...]:
    """Ids of every figure printed and, recursively, of its inputs, in the order of the figure book."""
    printed_ids = [segment.figure_id for _, line in lines(report) for segment in line if isinstance(segment, FigureRef)]
    return with_inputs(printed_ids, report.figures)


def with_inputs(names: Iterable[str], figures: FigureBook) -> tuple[str, ...]:
    """Figures and, recursively, their inputs, in the order of the figure book."""
    waiting, reached = deque(names), set[str]()
    while waiting:
        name = waiting.popleft()
        if name not in reached:
            reached.add(name)
            waiting.extend(figures[name].inputs)
    return tuple(name for name in figures if name in reached)


def traced_figures(occurrences: list[dict[str, Any]], figures: FigureBook) -> dict[str, Any]:
    """Each figure that occurs, and what it was made of, with how often it was printed."""
    counts = Counter(occurrence["figure"] for occurrence in occurrences if "figure" in occurrence)
    return {name: {**figures[name].as_json(), "printed": counts[name]} for name in with_inputs(counts, figures)}


def _occurrences(report: Report) -> Iterator[dict[str, Any]]:
    for place, line in lines(report):
        yield from _line(report, place, line)


def _line(report: Report, place: Place, line: Line) -> Iterator[dict[str, Any]]:
    offset = 1
    for segment in line:
        words = printed(segment, report.figures)
        if detail := detail_of(segment, report.figures):
            yield {"text": words, **detail, "where": _where(place, offset)}
        offset += len(words)


def detail_of(segment: Segment, figures: FigureBook) -> dict[str, str]:
    """What a printed segment is; nothing of plain words."""
    match segment:
        case FigureRef(figure_id=name, style=style):
            figure = figures[name]
            return {"kind": "figure", "figure": name, "style": style, "state": figure.state_label}
        case Literal(kind=kind, source=source, origin=origin):
            return {"kind": "literal", "literal_kind": kind, "source": source, "state": origin.value}
    return {}


def _where(place: Place, offset: int) -> dict[str, Any]:
    return {
        "words": str(place),
        "section": place.section,
        "block": place.block,
        "part": place.part,
        "row": place.row,
        "column": place.column,
        "offset": offset,
    }
