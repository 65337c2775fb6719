"""The ledger of one project in one year: the fold of its events, and the gate a new event must pass."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from huiliu.budget.errors import refused
from huiliu.budget.events import MODES, Event, malformed
from huiliu.budget.folding import Fold
from huiliu.budget.invariants import breaches
from huiliu.kernel.errors import HuiliuError


@dataclass(frozen=True)
class Ledger(Fold):
    """A fold that can say whether another event fits: see `Fold` for the sums."""

    def check(self, event: Event) -> None:
        """Raise FUND-1xx if the ledger with this event would break an invariant on any day; return if it would not.

        A ledger already broken (`broken` lists why) takes nothing more.
        """
        for wrong in malformed(event, self.year, self.mode):
            raise wrong
        for wrong in breaches(self._and(event)):
            raise wrong

    def with_event(self, event: Event) -> "Ledger":
        """The ledger after an event that fits; raises as `check`."""
        self.check(event)
        return self._and(event)

    def broken(self) -> Iterator[HuiliuError]:
        """Every invariant that kept events break, whoever entered them: nothing, if all came through `check`."""
        for event in self.events:
            yield from malformed(event, self.year, self.mode)
        yield from breaches(self)

    def _and(self, event: Event) -> "Ledger":
        return replace(self, events=(*self.events, event))


def ledger_of(events: Iterable[Event], year: int, mode: str) -> Ledger:
    """Fold kept events, in the order they were entered; nothing is checked, so that broken books can still be read.

    `year` is the budget year, `mode` "quota" or "integrated"; raises FUND-103 for another mode.
    """
    if mode not in MODES:
        raise refused(103, f"没有“{mode}”这种核算方式", f"可用：{'、'.join(MODES)}。")
    return Ledger(year, mode, tuple(events))
