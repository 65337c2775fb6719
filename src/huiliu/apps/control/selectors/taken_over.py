"""Requests that somebody else took over, as their former applicant is told: by whom, when and why."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from huiliu.apps.accounts.selectors import person_names
from huiliu.apps.audit.selectors import EventFilter, events
from huiliu.apps.control import actions
from huiliu.apps.control.models import ApprovalRequest, RequestStatus

TOLD_FOR = timedelta(days=14)


@dataclass(frozen=True)
class TakenOver:
    """Who goes on with a request: the account, its person's name, when, and why."""

    account: str
    by: str
    at: datetime
    why: str


def taken_over(found: Iterable[ApprovalRequest]) -> dict[int, TakenOver]:
    """Those of the requests that somebody took over, by number; nothing is asked where none was withdrawn."""
    numbers = [str(row.pk) for row in found if row.status == RequestStatus.WITHDRAWN]
    if not numbers:
        return {}
    wanted = EventFilter(action=actions.TAKE_OVER, object_kind=actions.REQUEST, outcome="ok")
    done = list(events(wanted).filter(object_key__in=numbers))
    names = person_names(event.actor for event in done)
    return {
        int(event.object_key): TakenOver(event.actor, names[event.actor], event.at, event.purpose) for event in done
    }


def lately_taken_from(user: Any, now: datetime) -> list[tuple[ApprovalRequest, TakenOver]]:
    """What others took over from the person within `TOLD_FOR`, newest first."""
    ended = ApprovalRequest.objects.filter(applicant=user, status=RequestStatus.WITHDRAWN)
    rows = list(ended.filter(finished_at__gte=now - TOLD_FOR).order_by("-finished_at", "-pk"))
    told = taken_over(rows)
    return [(row, told[row.pk]) for row in rows if row.pk in told]
