"""What a change of targets rests on, in words and as links."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.urls import reverse

from huiliu.apps.funds.selectors import projects as funds
from huiliu.apps.performance.models import Adjustment, Status, TargetRow, TargetVersion
from huiliu.apps.performance.selectors.monitoring import Monitored
from huiliu.budget.events import ADD, CUT, INITIAL, QUOTA
from huiliu.budget.recalibrate import Proposal

LONGEST = TargetRow._meta.get_field("basis").max_length or 0


def money_event_of(project: str, year: int, day: date) -> Any | None:
    """The last event by the day that says how much money there is: quota, else a change of authority or its start."""
    found = funds.year_of(project, year)
    known = [one for one in funds.events_of(found) if one.day <= day] if found else []
    for kinds in ((QUOTA,), (ADD, CUT), (INITIAL,)):
        last = [one for one in known if one.kind in kinds]
        if last:
            return last[-1]
    return None


def basis_of(proposal: Proposal, found: Monitored, before: str) -> str:
    """Why the row changes: the method, the money that came of what was promised, the months left, and the event."""
    book, goal = found.watch.book, proposal.goal
    came = "quota.issued" if found.watch.keeper.ledger.is_quota_mode else "authority.adjusted"
    parts = [
        "所剩无几，建议改为不适用" if proposal.is_nothing else proposal.why,
        f"{book[came].label}{book[came].with_unit()}／预算{book['recalibration.promised'].with_unit()}",
        f"剩余{book['months.left'].with_unit()}" if book["months.left"].value is not None else "",
        f"原目标 {book[f'goal.{goal.code}.target'].with_unit()}",
        _event_words(money_event_of(found.subject.code, found.subject.year, found.watch.today)),
        f"原依据：{before}" if before else "",
    ]
    said = f"{found.watch.today} 调整：{'；'.join(part for part in parts if part)}"
    return said if len(said) <= LONGEST else f"{said[: LONGEST - 1]}…"


def _event_words(event: Any | None) -> str:
    return f"依据 {event.day} {event.get_kind_display()} {event.number}".rstrip() if event else ""


@dataclass(frozen=True)
class Grounds:
    """What a drafted change rests on, as its page links to it."""

    day: date
    snapshot: str
    digest: str
    event: str
    event_link: str


def grounds_of(version: TargetVersion) -> Grounds | None:
    """None for a version that no proposal was written into."""
    found = Adjustment.objects.select_related("snapshot", "event").filter(version=version).first()
    if found is None:
        return None
    targets, event = version.target_set, found.event
    link = reverse("funds:event_detail", args=(targets.project, targets.year, event.pk)) if event else ""
    kept = found.snapshot
    snapshot = reverse("performance:monitoring_snapshot", args=(kept.pk,))
    return Grounds(kept.day, snapshot, kept.digest, _event_words(event).removeprefix("依据 "), link)


def open_version(project: str, year: int) -> TargetVersion | None:
    """The version that must be finished before another is begun."""
    found = TargetVersion.objects.filter(target_set__project=project, target_set__year=year)
    return found.filter(status__in=(Status.DRAFT, Status.ASKED)).select_related("target_set").first()
