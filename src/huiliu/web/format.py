"""How values are written for people: one place for money, dates, months and what was not measured."""

from collections.abc import Callable
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from huiliu.kernel.clock import TZ
from huiliu.kernel.money import format_wan, format_yuan
from huiliu.kernel.periods import format_month

RIGHT = frozenset({"int", "money", "wan", "rate", "figure", "record"})


def show(kind: str, value: Any, missing: str = "") -> str:
    """The text of a value of one kind; None is `missing`, never 0. Money is in yuan, a rate is a fraction of 1."""
    if value is None or value == "":
        return missing
    return _SHOWN.get(kind, str)(value)


def _int(value: int) -> str:
    return f"{value:,}"


def _rate(value: Decimal) -> str:
    return f"{value * 100:.2f}%"


def _time(value: datetime) -> str:
    return value.astimezone(TZ).strftime("%Y-%m-%d %H:%M:%S")


def _date(value: date) -> str:
    return value.isoformat()


_SHOWN: dict[str, Callable[[Any], str]] = {
    "int": _int,
    "money": format_yuan,
    "wan": format_wan,
    "rate": _rate,
    "month": format_month,
    "date": _date,
    "time": _time,
}
