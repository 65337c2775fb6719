"""Running a search over persons or units: at most fifty within reach, on the newest day or on an earlier one."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from huiliu.apps.accounts.selectors import Scope
from huiliu.apps.datahub.selectors.library import Look
from huiliu.apps.datahub.selectors.reach import Rows, Subjects, condition, is_whole, reaches

LIMIT = 50
CANDIDATES = 20_000  # of a search in history that somebody with a narrow grant makes
AT_ONCE = 1_000

Found = tuple[list[dict[str, Any]], bool]


@dataclass(frozen=True)
class Question:
    """What is searched, what is shown of it in which order, and the condition with its parameters."""

    of: Subjects
    shown: str
    order: str
    matching: str
    values: Mapping[str, Any] = field(repr=False)


def found_at(seen: Look, asked: Question, scopes: Sequence[Scope]) -> Found:
    """What `found_in` finds in the rows of the day that was asked for, by what is within reach today."""
    if seen.source.is_past and not all(map(is_whole, scopes)):
        return _found_past(seen, asked, scopes)
    return found_in(seen.snap, asked, scopes)


def found_in(snap: Rows, asked: Question, scopes: Sequence[Scope]) -> Found:
    """At most LIMIT rows within reach, and whether there are more of them."""
    within, given = condition(scopes, asked.of)
    sql = (
        f"SELECT {asked.shown} FROM {asked.of.table} WHERE ({asked.matching}) AND ({within})"
        f" ORDER BY {asked.order} LIMIT {LIMIT + 1}"
    )
    rows = snap.rows(sql, {**asked.values, **given})
    return rows[:LIMIT], len(rows) > LIMIT


def _found_past(seen: Look, asked: Question, scopes: Sequence[Scope]) -> Found:
    """Found in the rows of that day, kept if within reach today; the two stand in different snapshots."""
    key, table = asked.of.key, asked.of.table
    sql = f"SELECT {key} FROM {table} WHERE {asked.matching} ORDER BY {asked.order} LIMIT {CANDIDATES + 1}"
    matched = [row[key] for row in seen.snap.rows(sql, asked.values)]
    found = _within(seen.now, matched[:CANDIDATES], scopes, asked.of)
    places = {number: place for place, number in enumerate(found[:LIMIT])}
    sql = f"SELECT {asked.shown} FROM {table} WHERE {key} IN (SELECT unnest($numbers))"
    rows = seen.snap.rows(sql, {"numbers": list(places)}) if places else []
    rows.sort(key=lambda row: places[row[key]])
    return rows, len(found) > LIMIT or len(matched) > CANDIDATES


def _within(now: Rows, numbers: Sequence[str], scopes: Sequence[Scope], of: Subjects) -> list[str]:
    """Those within reach in the order given, no more of them than one too many."""
    found: list[str] = []
    for start in range(0, len(numbers), AT_ONCE):
        part = numbers[start : start + AT_ONCE]
        within = reaches(now, part, scopes, of)
        found += [number for number in part if number in within]
        if len(found) > LIMIT:
            break
    return found
