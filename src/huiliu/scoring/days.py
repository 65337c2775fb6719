"""Days that a table prints in words: 2024年12月31日前, 10月底前, 9月25日完成, as a first and a last day."""

import calendar
import re
import unicodedata
from dataclasses import dataclass
from datetime import date

_YEAR = re.compile(r"(?:19|20)\d\d")
_MONTH, _MONTHDAY = r"(?<!\d)(?:1[0-2]|0?[1-9])", r"(?:3[01]|[12]\d|0?[1-9])(?!\d)"
_DAY = re.compile(
    rf"(?P<year>(?:19|20)\d\d)[./-](?P<month>{_MONTH})[./-](?P<day>{_MONTHDAY})"
    rf"|(?:(?P<in_year>(?:19|20)\d\d)年)?(?P<in_month>{_MONTH})月份?(?:(?P<on>{_MONTHDAY})[日号]?|(?P<part>[上中下]旬|中|初))?"
)
_REPORT = re.compile(r"((?:19|20)\d\d)\s*[-/.年]\s*(\d{1,2})(?:\s*[-/.月]\s*(\d{1,2}))?\s*[日月]?")
_WHOLE_YEAR = re.compile(r"(?P<year>(?:19|20)\d\d)年?(?:年底|底|年末|末)|^(?:当年|年内|年)?(?:年底|年末)")
_NEXT_YEAR = re.compile(r"次年|翌年|第二年|下一?年")
_PARTS = {"初": (1, 10), "上旬": (1, 10), "中": (11, 20), "中旬": (11, 20), "下旬": (21, 31)}


@dataclass(frozen=True)
class Days:
    """The days a text may mean, first and last, both inclusive: a month alone is all of it."""

    first: date
    last: date


def days_of(text: str, year: int | None) -> Days | None:
    """The one day or month that a text names; None where it names none, several, or no year is known.

    `year` is the one to take where the text prints none.
    """
    clean = "".join(unicodedata.normalize("NFKC", text).split())
    found = list(_DAY.finditer(clean))
    if len(found) == 1 and not _NEXT_YEAR.search(clean):
        return _days(found[0], year)
    whole = _WHOLE_YEAR.search(clean) if not found else None
    if whole is None:
        return None
    own = int(whole["year"]) if whole["year"] else year
    return None if own is None else Days(date(own, 12, 31), date(own, 12, 31))


def report_day(text: str) -> date | None:
    """The day written like 2025-03-12, 2025年3月12日 or 2025年3月; a month alone counts as its first day."""
    match = _REPORT.fullmatch(text.strip())
    try:
        return date(int(match[1]), int(match[2]), int(match[3] or 1)) if match else None
    except ValueError:
        return None


def year_in(text: str) -> int | None:
    """The first year that a text prints."""
    found = _YEAR.search(text)
    return int(found[0]) if found else None


def _days(found: re.Match[str], year: int | None) -> Days | None:
    own = int(found["year"] or found["in_year"] or year or 0)
    if not own:
        return None
    month = int(found["month"] or found["in_month"])
    last = calendar.monthrange(own, month)[1]
    low, high = _PARTS.get(found["part"] or "", (1, 31))
    if day := found["day"] or found["on"]:
        low = high = int(day)
    return Days(date(own, month, low), date(own, month, min(high, last))) if low <= last else None
