"""Time as a thing that is handed in, so that a test can stand in any night; everything is Asia/Shanghai."""

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol
from zoneinfo import ZoneInfo

TZ = ZoneInfo("Asia/Shanghai")


class Clock(Protocol):
    """Anything that can tell the present moment as an aware datetime in Asia/Shanghai."""

    def now(self) -> datetime: ...


@dataclass(frozen=True)
class SystemClock:
    """The machine's clock; the default of every entry point."""

    def now(self) -> datetime:
        return datetime.now(TZ)


@dataclass(frozen=True)
class FixedClock:
    """A clock that stands still at one aware moment, for tests and replays."""

    moment: datetime

    def now(self) -> datetime:
        return self.moment.astimezone(TZ)
