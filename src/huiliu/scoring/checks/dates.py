"""The day a report bears against the year it evaluates."""

import re
from collections.abc import Iterator
from datetime import date

from huiliu.scoring.findings import Case, Hit, Severity, check
from huiliu.scoring.tolerance import BY_WORDS, EXACTLY

_DAY = re.compile(r"((?:19|20)\d\d)\s*[-/.年]\s*(\d{1,2})(?:\s*[-/.月]\s*(\d{1,2}))?\s*[日月]?")
_YEAR = re.compile(r"(?:19|20)\d\d")


def report_day(text: str) -> date | None:
    """The day written like 2025-03-12, 2025年3月12日 or 2025年3月; a month alone counts as its first day."""
    match = _DAY.fullmatch(text.strip())
    try:
        return date(int(match[1]), int(match[2]), int(match[3] or 1)) if match else None
    except ValueError:
        return None


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
