"""Counting a standing report: its queries run over one snapshot, within a reach, and proved to add up."""

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import Any

from huiliu.kernel.errors import HuiliuError
from huiliu.kernel.periods import month_of
from huiliu.topics.compiling import MOST_GROUPS, compile_query
from huiliu.topics.errors import too_many_groups
from huiliu.topics.sight import Grant, Sight
from huiliu.topics.standing import StandingReport, month_end
from huiliu.topics.standing_sheet import ALL, Key, Line, Number, added_up

Run = Callable[[str, Mapping[str, Any]], Sequence[Sequence[Any]]]


def counted(report: StandingReport, month: int, reach: Sequence[Grant], run: Run) -> list[tuple[Key, Line]]:
    """The groups of a month by place and kind, over all kinds too; places are not added up.

    Ages are those of the month's end. STAND-004 where the places do not add up to what the library gives for all of
    them, QRY-010 for too many groups.
    """
    found: list[tuple[Key, Line]] = []
    for query in report.queries(month):
        compiled = compile_query(query, report.topic, Sight(reach=tuple(reach)), month_end(month))
        rows = run(compiled.sql, compiled.parameters)
        if len(rows) > MOST_GROUPS:
            raise too_many_groups(MOST_GROUPS)
        width = len(query.group_by)
        padding = (ALL,) * (len(report.places) + len(report.kinds) - width)
        groups = [((*row[:width], *padding), Line(tuple(row[width:-2]), row[-2])) for row in rows if not row[-1]]
        if width == len(report.places):
            _prove(report, groups, [tuple(row[width:-2]) for row in rows if row[-1]])
        found += groups
    return found


def _prove(report: StandingReport, groups: list[tuple[Key, Line]], totals: list[tuple[Number, ...]]) -> None:
    """The same figures two ways: added up here over the places, and counted by the library over everybody."""
    width = len(report.places) + len(report.kinds)
    whole = added_up(len(report.places), groups).get((ALL,) * width)
    expected = totals[0] if totals else None
    if whole is None and (expected is None or not any(expected)):
        return
    if whole is None or whole.measures != expected:
        message = f"“{report.label}”各地之和与全部合计不一致，没有出报表"
        hint = "请告知信息技术人员核对回流库的人员表是否有重复人员编码。"
        raise HuiliuError(code="STAND-004", message=message, hint=hint)


def begins(report: StandingReport, run: Run, day: date) -> int | None:
    """The first month that the library can speak of, by its data of a day: of reports without a period, that month."""
    query = report.beginning()
    if query is None:
        return month_of(day)
    compiled = compile_query(query, report.topic, Sight(reach=(Grant(),), lists=True), day)
    found: int | None = run(compiled.sql, compiled.parameters)[0][0]
    return found
