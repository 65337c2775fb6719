"""Values as people write them, read by the kind of their item; what cannot be read is refused by its place alone."""

import re
import unicodedata
from collections.abc import Callable, Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from huiliu.kernel.errors import HuiliuError
from huiliu.kernel.money import parse_amount
from huiliu.kernel.periods import months_add, parse_day, parse_month
from huiliu.topics.errors import bad_value
from huiliu.topics.words import BANDS, ELDEST, FLAGS

LONGEST = 200
_WHOLE = re.compile(r"[+-]?[0-9]{1,9}")
_YEAR = re.compile(r"[0-9]{4}")


def read_value(kind: str, text: str, where: str) -> Any:
    """The value of a text; QRY-005, which tells the place and the form expected, never the text."""
    read, form = _READ.get(kind, (_text, "不超过 200 字的文字"))
    try:
        if len(text) <= LONGEST:
            return read(text.strip())
    except (HuiliuError, ValueError):
        pass
    raise bad_value(where, form)


def day_value(kind: str, day: date, months: int) -> Any:
    """The month, or the day, so many months after the day of the data; a day that a month lacks is its last."""
    month = months_add(day.year * 100 + day.month, months)
    if kind == "month":
        return month
    for number in range(day.day, 27, -1):
        try:
            return date(month // 100, month % 100, number)
        except ValueError:
            continue
    return date(month // 100, month % 100, day.day)


def _text(text: str) -> str:
    if not text or "\x00" in text:
        raise ValueError
    return unicodedata.normalize("NFC", text)


def _decimal(places: int) -> Callable[[str], Decimal]:
    def read(text: str) -> Decimal:
        value = parse_amount(text)
        if value != round(value, places) or abs(value) >= Decimal(10) ** (16 - places):
            raise ValueError
        return value

    return read


def _whole(text: str) -> int:
    if not _WHOLE.fullmatch(text):
        raise ValueError
    return int(text)


def _year(text: str) -> int:
    if not _YEAR.fullmatch(text):
        raise ValueError
    return int(text)


def _band(text: str) -> str:
    if text not in {*(label for label, _ in BANDS), ELDEST}:
        raise ValueError
    return text


def _flag(text: str) -> str:
    if text not in FLAGS:
        raise ValueError
    return text


_READ: Mapping[str, tuple[Callable[[str], Any], str]] = {
    "money": (_decimal(2), "金额，如 1234.50"),
    "rate": (_decimal(4), "小数，如 0.08"),
    "int": (_whole, "整数，如 12"),
    "year": (_year, "四位年份，如 2025"),
    "month": (lambda text: parse_month(text.replace("-", "")), "年月，如 2025-03"),
    "date": (lambda text: parse_day(text.replace("-", "")), "日期，如 2025-03-31"),
    "band": (_band, "页面列出的年龄段"),
    "flag": (_flag, "是或否"),
}
