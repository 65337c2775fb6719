"""The day a report bears against the year it evaluates, and days of completion against those of the targets."""

import re
from collections.abc import Iterator

from huiliu.scoring.completion import pair
from huiliu.scoring.days import Days, days_of, report_day, year_in
from huiliu.scoring.exchange import Indicator
from huiliu.scoring.findings import Case, Hit, Severity, check
from huiliu.scoring.tolerance import BY_WORDS, EXACTLY

_YEAR = re.compile(r"(?:19|20)\d\d")
_ANY_YEAR = 2000


@check(
    "EV-D01",
    "报告日期早于年末",
    "warning",
    "error",
    identity="报告日期在评价年度结束之后",
    tolerance=EXACTLY,
)
def dated_before_year_end(case: Case) -> Iterator[Hit]:
    """A report on a year's results is dated after that year: nobody knows them before.

    A warning within the year, since some units evaluate in December; an error before the year has begun.
    """
    day, year = report_day(case.table.date), _YEAR.search(case.table.year)
    if day is None or year is None or day.year > int(year[0]):
        return
    severity: Severity = "error" if day.year < int(year[0]) else "warning"
    yield Hit("报告日期", f"{year[0]}年12月31日以后", case.table.date, severity=severity)


@check(
    "EV-D02",
    "报告日期无法识别",
    "note",
    identity="报告日期写成年月日",
    tolerance=BY_WORDS,
)
def date_not_understood(case: Case) -> Iterator[Hit]:
    """A date in other words cannot be compared with the year."""
    if case.table.date and report_day(case.table.date) is None:
        yield Hit("报告日期", "如 2025年3月12日", case.table.date[:40])


@check(
    "EV-D03",
    "完成时间晚于目标时间，却得满分",
    "warning",
    identity="得满分的项，实际完成的日期不晚于目标的日期",
    tolerance="只写到月的，目标按月末、实际按月初",
)
def finished_late_with_full_marks(case: Case) -> Iterator[Hit]:
    """Full marks although the day of completion lies behind the day that the target names.

    A text that names several days, or none, says nothing; without a year both are of the same one.
    """
    for row in case.table.indicators:
        goal, done = _days_of_row(row, year_in(case.table.year))
        if row.full_marks and goal is not None and done is not None and done.first > goal.last:
            yield Hit(row.where, f"不晚于 {row.target.raw}", f"{row.actual.raw}，得满分")


def _days_of_row(row: Indicator, year: int | None) -> tuple[Days | None, Days | None]:
    if row.target.operator in ("≥", ">") or pair(row) is not None:
        return None, None
    year = year_in(row.target.raw) or year or year_in(row.actual.raw) or _ANY_YEAR
    return days_of(row.target.raw, year), days_of(row.actual.raw, year)
