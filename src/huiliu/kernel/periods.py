"""Months as YYYYMM integers and days as dates: strict parsing, and arithmetic that crosses years."""

import re
from datetime import date

from huiliu.kernel.errors import HuiliuError

_MONTH = re.compile(r"[0-9]{6}")
_DAY = re.compile(r"[0-9]{8}")


def _refuse(what: str, form: str, length: int | None = None) -> HuiliuError:
    return HuiliuError(
        code="PERIOD-001",
        message=f"{what}不正确",
        hint=f"请写成 {form}，且为真实存在的{what}。",
        facts={} if length is None else {"length": length},
    )


def _ordinal(month: int) -> int:
    """Months since year 0, so that arithmetic is plain; an integer such as 202513 is refused."""
    year, number = divmod(month, 100)
    if not (1 <= year <= 9999 and 1 <= number <= 12):
        raise _refuse("年月", "YYYYMM，例如 202503")
    return year * 12 + number - 1


def _month(ordinal: int) -> int:
    month = ordinal // 12 * 100 + ordinal % 12 + 1
    _ordinal(month)
    return month


def parse_month(text: str) -> int:
    """`"202503"` → `202503`; surrounding spaces are allowed, any other form is refused."""
    cleaned = text.strip()
    if not _MONTH.fullmatch(cleaned):
        raise _refuse("年月", "YYYYMM，例如 202503", len(text))
    return _month(_ordinal(int(cleaned)))


def parse_day(text: str) -> date:
    """`"20250331"` → the date; `20250230` and the filler `00000000` are refused."""
    cleaned = text.strip()
    if not _DAY.fullmatch(cleaned):
        raise _refuse("日期", "YYYYMMDD，例如 20250331", len(text))
    try:
        return date(int(cleaned[:4]), int(cleaned[4:6]), int(cleaned[6:]))
    except ValueError:
        raise _refuse("日期", "YYYYMMDD，例如 20250331", len(text)) from None


def months_add(month: int, count: int) -> int:
    """The month `count` months later (earlier if negative): `months_add(202412, 1) == 202501`."""
    return _month(_ordinal(month) + count)


def months_between(start: int, end: int) -> int:
    """How many months `end` lies after `start`; 0 in the same month, negative before it."""
    return _ordinal(end) - _ordinal(start)


def month_of(day: date) -> int:
    """The month a day lies in, as YYYYMM."""
    return day.year * 100 + day.month


def format_month(month: int) -> str:
    """`202503` → `2025-03`, for pages and reports."""
    _ordinal(month)
    return f"{month // 100:04d}-{month % 100:02d}"
