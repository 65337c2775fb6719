"""Whether a condition of monitoring held on a day, and since when it has held without a break."""

import calendar
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from fractions import Fraction
from functools import cached_property

from huiliu.budget import events as e
from huiliu.budget import thresholds as t
from huiliu.budget.clocks import Followed, clocks, first_money
from huiliu.budget.events import Event
from huiliu.budget.folding import CommitmentState
from huiliu.budget.goals import Goal
from huiliu.budget.keeper import WAN, Keeper
from huiliu.budget.ledger import Ledger, ledger_of
from huiliu.budget.rates import expected_arrival
from huiliu.budget.thresholds import Thresholds
from huiliu.kernel.periods import month_of

_DAY = timedelta(1)


@dataclass(frozen=True, eq=False)
class Looks:
    """Looks back over the year of what is followed, up to today or the year's last day."""

    followed: Followed
    thresholds: Thresholds
    today: date
    _days: dict[date, "_Standing"] = field(default_factory=dict)

    @cached_property
    def last(self) -> date:
        """The last day looked at."""
        return min(self.today, date(self.followed.year, 12, 31))

    @cached_property
    def first(self) -> date:
        """1 January."""
        return date(self.followed.year, 1, 1)

    def since(self, holds: Callable[[date], bool]) -> date | None:
        """The first day of the unbroken time up to the last day in which it holds; None if it does not hold then."""
        found = None
        day = self.last
        while day >= self.first and holds(day):
            found = day
            day -= _DAY
        return found

    def since_month_end(self, holds: Callable[[Keeper], bool]) -> date | None:
        """The same, looked at on the last day and the ends of the months before it."""
        found = None
        for day in self._check_days():
            if not self._is_time_to_forecast(day) or not holds(clocks(self._bare, self.thresholds, day)):
                break
            found = day
        return found

    def since_reading(self, goal: Goal) -> date | None:
        """The day of the reading since which every later one, too, leads to less than the bound."""
        found = None
        for day in sorted({one.on for one in goal.readings if self.first <= one.on <= self.last}, reverse=True):
            keeper = clocks(Followed((), self.followed.year, self.followed.mode, (goal,)), self.thresholds, day)
            reached = keeper.book[f"goal.{goal.code}.reached"].value
            if reached is None or reached >= self.thresholds[t.RESULT_SHARE]:
                break
            found = day
        return found

    @cached_property
    def _bare(self) -> Followed:
        return Followed(self.followed.events, self.followed.year, self.followed.mode)

    def _check_days(self) -> Iterator[date]:
        yield self.last
        for month in range(self.last.month - 1, 0, -1):
            yield self.end_of(month)

    def _is_time_to_forecast(self, day: date) -> bool:
        """Once money has been there for a while, or half the year is gone without."""
        since = self._at(day).first
        if since is None:
            return day >= self.end_of(self.thresholds[t.ARRIVAL_MONTH]) and self._at(day).adjusted > 0
        return (day - since).days >= self.thresholds[t.SPENDING_GRACE]

    def end_of(self, month: int) -> date:
        """The last day of a month of the year."""
        return date(self.followed.year, month, calendar.monthrange(self.followed.year, month)[1])

    def _at(self, day: date) -> "_Standing":
        if day not in self._days:
            known = (event for event in self.followed.events if event.on <= day)
            self._days[day] = _Standing(ledger_of(known, self.followed.year, self.followed.mode), day)
        return self._days[day]

    # Clock 1: quota against plan.

    def is_late(self, day: date) -> bool:
        """Nothing has come, and the day it was expected lies further back than is tolerated."""
        at = self._at(day)
        return at.waits and at.expected is not None and (day - at.expected).days >= self.thresholds[t.ARRIVAL_GRACE]

    def is_half_year_without(self, day: date) -> bool:
        """Nothing has come by the end of the month named, whatever the plan says."""
        return self._at(day).waits and day >= self.end_of(self.thresholds[t.ARRIVAL_MONTH])

    def is_short(self, day: date) -> bool:
        """Something has come, but less than the share of what was due."""
        at = self._at(day)
        if not at.is_quota_mode or at.first is None or not at.due:
            return False
        return Fraction(at.issued) / at.due * 100 < self.thresholds[t.ARRIVAL_SHARE]

    def lacks_money(self) -> bool:
        """Whether quota is late or short on the last day."""
        return any(holds(self.last) for holds in (self.is_late, self.is_half_year_without, self.is_short))

    def money_side(self) -> str:
        """Whose matter it is that a purpose has no money: the treasury's while quota is late or short."""
        return "treasury" if self.lacks_money() else "open"

    # Clock 2: spending against what is there.

    def is_slow(self, day: date) -> bool:
        """Money has been there for a while, and spending lags behind the time by more than is tolerated."""
        at = self._at(day)
        if at.first is None or not at.limit or (day - at.first).days < self.thresholds[t.SPENDING_GRACE]:
            return False
        all_days = (date(self.followed.year, 12, 31) - at.first).days + 1
        elapsed = Fraction((day - at.first).days + 1, all_days)
        return (elapsed - Fraction(at.paid, at.limit)) * 100 > self.thresholds[t.SPENDING_LAG]

    def contracts(self) -> list[Event]:
        """The commitments entered into by the last day."""
        return list(self._at(self.last).ledger.until(None, e.COMMITMENT))

    def is_overdue(self, contract: str, day: date) -> bool:
        """A commitment not wholly paid after its due day."""
        state = self._at(day).commitments.get(contract)
        return state is not None and state.event.due is not None and state.event.due < day and state.unpaid > 0

    def is_money_new(self) -> bool:
        """Whether money came so lately that it cannot be expected to be spent."""
        first = self._at(self.last).first
        return first is not None and (self.last - first).days < self.thresholds[t.SPENDING_GRACE]

    def paid_on(self, contract: str) -> list[Event]:
        """Payments and refunds of a commitment's requests up to the last day."""
        ledger = self._at(self.last).ledger
        requests = {event.id for event in ledger.until(None, e.REQUEST) if event.refers == contract}
        return [event for event in ledger.until(None, e.PAYMENT, e.REFUND) if ledger.request_of(event) in requests]

    # Clock 3: results against targets.

    def is_unfunded(self, goal: Goal, day: date) -> bool:
        """Half the year is gone and nothing was paid for the purpose that the goal needs."""
        if not goal.money_dependent or not goal.purpose or day < self.end_of(self.thresholds[t.UNFUNDED_MONTH]):
            return False
        return self._at(day).paid_by_purpose.get(goal.purpose, 0) <= 0

    def is_unmeasured(self, goal: Goal, day: date) -> bool:
        """Half the year is gone without a reading."""
        return day >= self.end_of(self.thresholds[t.UNFUNDED_MONTH]) and goal.latest(day) is None


@dataclass(frozen=True, eq=False)
class _Standing:
    """The ledger as it stood at the end of a day: later events are not known yet."""

    ledger: Ledger
    day: date

    @property
    def is_quota_mode(self) -> bool:
        return self.ledger.is_quota_mode

    @cached_property
    def adjusted(self) -> int:
        return self.ledger.adjusted()

    @cached_property
    def issued(self) -> int:
        return self.ledger.issued()

    @cached_property
    def paid(self) -> int:
        return self.ledger.paid()

    @property
    def limit(self) -> int:
        return self.issued if self.is_quota_mode else self.adjusted

    @cached_property
    def first(self) -> date | None:
        """Since when there has been money to spend."""
        event = first_money(Keeper(self.ledger, self.day, WAN))
        return None if event is None else event.on

    @property
    def waits(self) -> bool:
        """Authority stands and no quota has come."""
        return self.is_quota_mode and self.adjusted > 0 and self.first is None

    @cached_property
    def expected(self) -> date | None:
        number = expected_arrival(Keeper(self.ledger, self.day, WAN)).value
        return None if number is None else date(self.ledger.year, 1, 1) + timedelta(int(number) - 1)

    @cached_property
    def due(self) -> Fraction:
        plans = {month: plan.amount for month, plan in self.ledger.plans().items() if plan.amount}
        if not plans:
            return Fraction(self.adjusted * self.day.month, 12)
        return Fraction(sum(amount for month, amount in plans.items() if month <= month_of(self.day)))

    @cached_property
    def commitments(self) -> dict[str, CommitmentState]:
        return {state.event.id: state for state in self.ledger.commitments()}

    @cached_property
    def paid_by_purpose(self) -> dict[str, int]:
        return self.ledger.paid_by_purpose()
