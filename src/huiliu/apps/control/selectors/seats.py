"""A plan against the people there are: seats that are taken, seats that are vacant."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from huiliu.apps.accounts.selectors import active_grants, users
from huiliu.apps.control.planning import Proposal, Seat

SEATS_A_PAGE = 120


@dataclass(frozen=True)
class Seating:
    """Seats with their holders, and the vacant ones (the first so many; `beyond` more come later)."""

    taken: Sequence[tuple[Seat, Any]]
    vacant: Sequence[Seat]
    beyond: int
    held: Mapping[int, Sequence[str]]


def seating(proposal: Proposal, today: date) -> Seating:
    """Holders take the seats of their post in the order of their grants."""
    holders: dict[str, list[Any]] = {}
    held: dict[int, list[str]] = {}
    for grant in active_grants(today).select_related("user").order_by("granted_at", "pk"):
        if grant.post not in held.setdefault(grant.user_id, []):
            held[grant.user_id].append(grant.post)
            holders.setdefault(grant.post, []).append(grant.user)
    taken, vacant = [], []
    for seat in proposal.seats:
        people = holders.get(seat.post, [])
        if seat.number <= len(people):
            taken.append((seat, people[seat.number - 1]))
        else:
            vacant.append(seat)
    return Seating(taken, vacant[:SEATS_A_PAGE], max(0, len(vacant) - SEATS_A_PAGE), held)


def people_by_number(numbers: Sequence[int]) -> dict[int, Any]:
    """Open accounts by their number, with their unit."""
    found = users().prefetch_related(None).filter(pk__in=numbers, is_active=True)
    return {person.pk: person for person in found}
