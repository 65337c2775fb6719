"""The demo's calendar: months counted from year 0, working days, and moments as the files write them."""

from datetime import date, timedelta
from functools import cache


def ordinal(month: int) -> int:
    """`202503` → months since year 0, in which the next month is always one more."""
    return month // 100 * 12 + month % 100 - 1


@cache
def month_text(count: int) -> str:
    """The month as the files write it, YYYYMM."""
    return f"{count // 12:04d}{count % 12 + 1:02d}"


def month_count(day: date) -> int:
    """The month a day lies in, counted."""
    return day.year * 12 + day.month - 1


@cache
def first_day(count: int) -> date:
    """The first day of a counted month."""
    return date(count // 12, count % 12 + 1, 1)


@cache
def last_day(count: int) -> date:
    """The last day of a counted month."""
    return first_day(count + 1) - timedelta(days=1)


@cache
def working_day(day: date) -> date:
    """The day itself, or the Monday after a weekend; public holidays are not known here."""
    return day + timedelta(days=max(0, 7 - day.weekday()) if day.weekday() >= 5 else 0)


@cache
def day_text(day: date) -> str:
    """YYYYMMDD."""
    return f"{day.year:04d}{day.month:02d}{day.day:02d}"


def moment(day: date, seconds: int) -> str:
    """YYYYMMDDHHMMSS: `seconds` after midnight of the day; such texts sort as times do."""
    return f"{day_text(day)}{seconds // 3600:02d}{seconds // 60 % 60:02d}{seconds % 60:02d}"


def day_of(at: str) -> date:
    """The day of a moment."""
    return date(int(at[:4]), int(at[4:6]), int(at[6:8]))


FIRST_MONTH = ordinal(202304)
LAST_MONTH = ordinal(202503)
FIRST_NIGHT = date(2025, 3, 20)
LAST_NIGHT = date(2025, 3, 31)
END = moment(LAST_NIGHT, 86399)
NIGHTS = tuple(FIRST_NIGHT + timedelta(days=n) for n in range((LAST_NIGHT - FIRST_NIGHT).days + 1))
