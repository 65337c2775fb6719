"""The purpose that somebody's looks run under, the matters there are, and how many looks a day still allows."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from math import ceil
from pathlib import Path
from typing import Any, cast

from django.conf import settings

from huiliu.apps.control.models.counts import Counted, DailyCount
from huiliu.apps.control.models.purposes import Purpose
from huiliu.catalog.matters import Matter, limits, matters
from huiliu.kernel.clock import Clock
from huiliu.kernel.parameters import Parameters

LIMITS: Mapping[Counted, str] = {
    Counted.SEARCH: "searches_per_day",
    Counted.PERSON: "persons_per_day",
    Counted.FULL: "full_views_per_day",
    Counted.LIST: "list_rows_per_day",
}


@dataclass(frozen=True)
class Running:
    """A purpose that runs now, as people read it; no value of a person is in it."""

    matter: str
    case_number: str
    expires_at: datetime
    minutes_left: int

    @property
    def text(self) -> str:
        """Matter and case number in one line, for the audit and for the page."""
        return f"{self.matter} {self.case_number}"


@dataclass(frozen=True)
class Used:
    """How often something was done today, and how often it may be."""

    number: int
    limit: int


def running_purpose(user: Any, clock: Clock | None = None) -> Running | None:
    """The person's purpose if one runs at this moment."""
    now = (clock or settings.HUILIU_CLOCK).now()
    found = Purpose.objects.filter(user=user, ended_at=None, expires_at__gt=now).first()
    return described(found, now) if found else None


def described(purpose: Purpose, now: datetime) -> Running:
    """A purpose in words; minutes are counted up, so that one that runs never shows 0."""
    left = ceil((purpose.expires_at - now).total_seconds() / 60)
    return Running(matter_label(purpose.matter), purpose.case_number, purpose.expires_at, left)


def accepted_matters(day: date) -> list[Matter]:
    """What a purpose may name on the day, in the file's order."""
    return [matter for matter in _matters(settings.HUILIU_CATALOG_ROOTS).values() if matter.is_accepted(day)]


def matter_label(code: str) -> str:
    """The words of a matter, retired ones too; a code that the file lost shows itself."""
    known = _matters(settings.HUILIU_CATALOG_ROOTS).get(code)
    return known.label if known else code


def used_today(username: str, counted: Counted, day: date) -> Used:
    """What somebody did today, beside the limit."""
    found = DailyCount.objects.filter(username=username, day=day, counted=counted).values_list("number", flat=True)
    return Used(found.first() or 0, limit_of(counted, day))


def limit_of(counted: Counted, day: date) -> int:
    """How often a day allows it."""
    return number_of(LIMITS[counted], day)


def number_of(name: str, day: date) -> int:
    """One of the dated numbers; before its first line it is the first line's, for without a bound nobody may look."""
    known = _limits(settings.HUILIU_CATALOG_ROOTS)
    line = known.at(day).get(name) or known.history[name][0]
    return cast(int, line.value)


@cache
def _matters(roots: tuple[Path, ...]) -> Mapping[str, Matter]:
    return matters(*roots)


@cache
def _limits(roots: tuple[Path, ...]) -> Parameters:
    return limits(*roots)
