"""Statistics as their viewer is shown them: which rows are closed, and conditions that tell nothing of closed groups.

For whoever has no right to lists a condition on a measure is put to the groups that would be shown without it, and to
no other. A closed group stays, closed, whatever its figures are, and no total holds it.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from huiliu.topics.compiling import MOST_GROUPS, Compiled, compile_query, compile_without
from huiliu.topics.definition import Topic
from huiliu.topics.errors import too_many_groups
from huiliu.topics.query import Query
from huiliu.topics.sight import Sight
from huiliu.topics.small import Cell, hidden
from huiliu.topics.validation import check

Row = tuple[Any, ...]
Run = Callable[[Compiled], Sequence[Row]]


@dataclass(frozen=True)
class Statistics:
    """What was run, the rows (groups before totals), and the places of those that must not be shown."""

    compiled: Compiled
    lines: Sequence[Row]
    closed: frozenset[int] = frozenset()


def statistics(query: Query, topic: Topic, sight: Sight, day: date, run: Run) -> Statistics:
    """The answer to statistics; raises QRY-… for a query that may not be asked, QRY-010 for too many groups."""
    check(query, topic, sight)
    is_open = sight.lists or topic.subject != "person_no"
    if is_open or not query.group_conditions:
        compiled = compile_query(query, topic, sight, day)
        lines = _run(compiled, run)
        width = len(query.group_by)
        closed = () if is_open else hidden([Cell(line[:width], line[-1], line[-2]) for line in lines], width)
        return Statistics(compiled, lines, frozenset(closed))
    return _among_shown(query, topic, sight, day, run)


def _among_shown(query: Query, topic: Topic, sight: Sight, day: date, run: Run) -> Statistics:
    """Of the groups that are shown without the conditions those that satisfy them; then all closed ones."""
    every, width = statistics(replace(query, group_conditions=()), topic, sight, day, run), len(query.group_by)
    closed = [line for n, line in enumerate(every.lines) if n in every.closed and not line[-1]]
    closed.sort(key=lambda line: [str(value) for value in line[:width]])
    compiled = compile_without(query, topic, sight, day, [line[:width] for line in closed])
    lines = _run(compiled, run)
    shown, totals = [line for line in lines if not line[-1]], [line for line in lines if line[-1]]
    places = range(len(shown), len(shown) + len(closed))
    return Statistics(compiled, [*shown, *closed, *totals], frozenset(places))


def _run(compiled: Compiled, run: Run) -> Sequence[Row]:
    lines = run(compiled)
    if len(lines) > MOST_GROUPS:
        raise too_many_groups(MOST_GROUPS)
    return lines
