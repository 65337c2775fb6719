"""数据截至: the day a page's data speaks of, how well it is proved, and how another day is asked for."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby

from django.http import HttpRequest

from huiliu.kernel.errors import HuiliuError

FIELD = "as_of"


@dataclass(frozen=True)
class AsOf:
    """Business date T, proof level A, B or C, and its Chinese word; `newest` is the day that is published now."""

    day: date
    level: str
    word: str
    newest: date | None = None

    @property
    def is_past(self) -> bool:
        """Whether the page shows history."""
        return self.newest is not None and self.day < self.newest


@dataclass(frozen=True)
class AsOfChoice:
    """The days that may be looked at, newest first, and the one that is."""

    days: Sequence[date]
    chosen: date | None = None

    @property
    def months(self) -> list[tuple[str, list[date]]]:
        """The days by month, as a list of choices groups them."""
        return [(f"{month:%Y-%m}", list(days)) for month, days in groupby(self.days, lambda day: day.replace(day=1))]

    @property
    def is_listed(self) -> bool:
        """Whether the chosen day is among those offered; an older one may be asked for by address."""
        return self.chosen is None or self.chosen in self.days


def day_asked(request: HttpRequest) -> date | None:
    """The day that an address or a form asks for, None for the newest; LIBRARY-003 for what is no day."""
    text = (request.POST if request.method == "POST" else request.GET).get(FIELD, "")
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:  # its text repeats what was typed
        problem = HuiliuError(
            code="LIBRARY-003",
            message="数据日期不是有效的日期",
            hint="请从“数据日期”中选择，或写成 2025-03-31 的形式。",
        )
    raise problem


def asking(link: str, day: date | None) -> str:
    """The address of the same page on a day."""
    return f"{link}?{FIELD}={day.isoformat()}" if day else link
