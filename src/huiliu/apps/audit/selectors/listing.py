"""Reading the chain for people who supervise."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.db.models import Q, QuerySet

from huiliu.apps.audit.models import AuditEvent, Outcome
from huiliu.kernel.clock import TZ


@dataclass(frozen=True)
class EventFilter:
    """What the filter bar asks for; both days are inclusive, an empty field asks for nothing.

    `object` is an object's kind, its key, or both as the list shows them.
    """

    since: date | None = None
    until: date | None = None
    actor: str = ""
    action: str = ""
    outcome: str = ""
    object_kind: str = ""
    object_key: str = ""
    ip: str = ""

    def asked(self) -> dict[str, str]:
        """The fields that ask for something, as text."""
        return {name: str(value) for name, value in vars(self).items() if value}


def events(wanted: EventFilter) -> QuerySet[AuditEvent]:
    """Events newest first."""
    found = AuditEvent.objects.all()
    if wanted.since:
        found = found.filter(at__gte=_midnight(wanted.since))
    if wanted.until:
        found = found.filter(at__lt=_midnight(wanted.until + timedelta(days=1)))
    for name in ("actor", "action", "outcome", "object_kind", "object_key", "ip"):
        if value := getattr(wanted, name):
            found = found.filter(**{name: value})
    return found


def done_by(object_kind: str, object_key: str, acts: Sequence[str]) -> list[str]:
    """Who carried out one of the acts on an object, as the trail names them."""
    done = events(EventFilter(object_kind=object_kind, object_key=object_key, outcome="ok")).filter(action__in=acts)
    return list(done.order_by("actor").values_list("actor", flat=True).distinct())


def event(seq: int) -> AuditEvent | None:
    """The event of that number."""
    return AuditEvent.objects.filter(seq=seq).first()


def same_object(seen: AuditEvent) -> QuerySet[AuditEvent]:
    """All that was done to the object of an event, newest first; an event without object stands alone."""
    if not seen.object_key:
        return AuditEvent.objects.filter(seq=seen.seq)
    return AuditEvent.objects.filter(Q(object_kind=seen.object_kind), object_key=seen.object_key)


def refusals(action: str, object_key: str, ip: str, since: datetime, why: str) -> int:
    """How often an act on an object was refused from one address for one reason since a moment."""
    found = AuditEvent.objects.filter(action=action, object_key=object_key, ip=ip, at__gte=since)
    return found.filter(outcome=Outcome.REFUSED, details__why=why).count()


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time.min, TZ)
