"""What is to be done for a project's year, and which of it comes next."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True)
class Duty:
    """One thing to do by a day of the budget year, or of the one after it.

    `done_by` is the kind of event that shows it was done; without one nothing reminds once the day is over.
    """

    code: str
    label: str
    month: int
    day: int
    post: str
    source: str
    verified: bool
    done_by: str = ""
    next_year: bool = False

    def due(self, year: int) -> date:
        """The last day for it, of a budget year."""
        return date(year + self.next_year, self.month, self.day)


def next_duty(duties: Iterable[Duty], year: int, today: date, done: Collection[str]) -> Duty | None:
    """The first that is still to be done, an overdue one before those to come; None when all days are over.

    `done` are the kinds of events there are.
    """
    waiting = [duty for duty in duties if duty.due(year) >= today or duty.done_by]
    left = [duty for duty in waiting if not (duty.done_by and duty.done_by in done)]
    return min(left, key=lambda duty: duty.due(year), default=None)
