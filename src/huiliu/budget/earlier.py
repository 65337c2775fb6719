"""In integrated mode, which payments took money of earlier years: it is spent first, and refunded last."""

from collections.abc import Mapping
from dataclasses import dataclass

from huiliu.budget import events as e
from huiliu.budget.events import Event
from huiliu.budget.folding import Fold


@dataclass(frozen=True)
class Split:
    """Of one payment or refund, in fen, both 0 or above: earlier years' money and this year's."""

    earlier: int
    current: int


@dataclass(frozen=True)
class Spent:
    """The split of every payment and refund by its id, and what is left of earlier years' money."""

    splits: Mapping[str, Split]
    left: int


def spent(ledger: Fold) -> Spent:
    """Day by day: a payment takes what is left of what was carried over by then, and the rest of this year's."""
    left = 0
    splits: dict[str, Split] = {}
    still: dict[str, int] = {}
    for event in ledger.until(None, e.CARRYOVER, e.PAYMENT, e.REFUND):
        if event.kind == e.CARRYOVER:
            left += event.amount
        elif event.kind == e.PAYMENT:
            earlier = min(left, event.amount)
            splits[event.id] = Split(earlier, event.amount - earlier)
            still[event.id] = event.amount - earlier
            left -= earlier
        else:
            splits[event.id] = _refund(event, still)
            left += splits[event.id].earlier
    return Spent(splits, left)


def _refund(event: Event, still: dict[str, int]) -> Split:
    payment = str(event.refers)
    current = min(still[payment], event.amount)
    still[payment] -= current
    return Split(event.amount - current, current)
