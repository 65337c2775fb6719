"""The year's end: what was not paid is unissued or unused, and is carried over or lapses."""

from dataclasses import dataclass

from huiliu.budget import events as e
from huiliu.budget.earlier import spent
from huiliu.budget.folding import Fold, RequestState


@dataclass(frozen=True)
class Closing:
    """The year-end identity in fen; `unissued` is None in integrated mode, `carried` and `lapsed` until closed."""

    adjusted: int
    paid: int
    unissued: int | None
    unused: int
    carried: int | None
    lapsed: int | None

    @property
    def left(self) -> int:
        """Adjusted authority less net paid."""
        return self.adjusted - self.paid

    @property
    def holds(self) -> bool:
        """authority − paid = unissued + unused, and = carried over + lapsed once closed."""
        ends = self.left if self.carried is None or self.lapsed is None else self.carried + self.lapsed
        return self.left == (self.unissued or 0) + self.unused == ends


def closing(ledger: Fold) -> Closing:
    """What the year ended with, or would if no more came."""
    adjusted, issued, paid = ledger.adjusted(), ledger.issued(), ledger.paid()
    limit = issued if ledger.is_quota_mode else adjusted
    unissued = adjusted - issued if ledger.is_quota_mode else None
    carried = None if ledger.close is None else ledger.close.amount
    lapsed = None if carried is None else adjusted - paid - carried
    return Closing(adjusted, paid, unissued, limit - paid, carried, lapsed)


def unfinished(ledger: Fold) -> list[RequestState]:
    """Requests not decided, or granted and not paid out: they lapse with the close."""
    return [state for state in ledger.requests() if state.agreed is None or state.unpaid]


@dataclass(frozen=True)
class ClosingParts:
    """Where carried-over and lapsed money lay: unused quota, money of earlier years not used again, unissued authority.

    What is carried over is taken from unused quota first, then from earlier years' money, then from the rest.
    """

    unused_carried: int
    unused_lapsed: int
    earlier_carried: int
    earlier_lapsed: int
    unissued_carried: int
    unissued_lapsed: int


def closing_parts(ledger: Fold) -> ClosingParts:
    """The close of a closed ledger by parts; a year without a close lets nothing go."""
    if ledger.close is None:
        return ClosingParts(0, 0, 0, 0, 0, 0)
    whole, rest = closing(ledger), ledger.close.amount
    unused = whole.unused if ledger.is_quota_mode else 0
    # A cut may have taken of the earlier years' money too: it is not there to be carried again.
    standing = _earlier(ledger)
    earlier = min(standing, whole.left - unused)
    unissued = whole.left - unused - earlier
    carried = []
    for part in (unused, earlier, unissued):
        carried.append(min(part, rest))
        rest -= carried[-1]
    return ClosingParts(
        unused_carried=carried[0],
        unused_lapsed=unused - carried[0],
        earlier_carried=carried[1],
        earlier_lapsed=standing - carried[1],
        unissued_carried=carried[2],
        unissued_lapsed=unissued - carried[2],
    )


def _earlier(ledger: Fold) -> int:
    """Money of earlier years that was not restored (quota mode) or not spent (integrated mode, spent first)."""
    brought = ledger.total(None, e.CARRYOVER)
    if ledger.is_quota_mode:
        return brought - sum(event.amount for event in ledger.until(None, e.QUOTA) if event.refers)
    return spent(ledger).left
