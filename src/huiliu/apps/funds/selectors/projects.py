"""Projects, their years, purposes and events as they were recorded."""

from datetime import date
from typing import Any

from django.db.models import QuerySet

from huiliu.apps.audit.selectors import EventFilter, events
from huiliu.apps.funds import actions
from huiliu.apps.funds.models import Attachment, Event, Kind, Project, ProjectYear, Purpose
from huiliu.apps.funds.models.projects import FIRST_YEAR
from huiliu.budget.events import Event as MoneyEvent
from huiliu.budget.ledger import Ledger, ledger_of

FIRST_DAY = date(FIRST_YEAR, 1, 1)
"""No ledger knows anything before it."""


def project_by_code(code: str) -> Project | None:
    """One project."""
    return Project.objects.filter(code=code).first()


def years() -> QuerySet[ProjectYear]:
    """Every year of every project, newest year first."""
    return ProjectYear.objects.select_related("project").order_by("-year", "project__code")


def year_of(code: str, year: int) -> ProjectYear | None:
    """One year of one project."""
    return years().filter(project__code=code, year=year).first()


def years_beside(year: ProjectYear) -> list[int]:
    """The years of the same project, newest first."""
    return list(ProjectYear.objects.filter(project=year.project_id).order_by("-year").values_list("year", flat=True))


def purposes_of(project: Project) -> QuerySet[Purpose]:
    """What a project's money is for, by code."""
    return Purpose.objects.filter(project=project)


def events_of(year: ProjectYear) -> QuerySet[Event]:
    """The year's events in the order they were entered, which the ledger keeps within a day."""
    return Event.objects.filter(year=year).select_related("purpose", "recorded_by").order_by("pk")


def event_of(year: ProjectYear, number: int) -> Event | None:
    """One event of the year."""
    found = events_of(year).select_related("purpose", "recorded_by", "refers", "approval")
    return found.filter(pk=number).first()


def event_of_approval(number: int | None, kind: Kind) -> Event | None:
    """The event that rests on a request for approval."""
    return Event.objects.filter(approval=number, kind=kind).select_related("year__project", "purpose").first()


def attachments_of(event: Event) -> list[Attachment]:
    """The files that speak for an event."""
    return list(event.attachments.select_related("uploaded_by"))


def renamings(project: Project) -> list[Any]:
    """Every change of the project's names, newest first, as the audit keeps it."""
    wanted = EventFilter(action=str(actions.RENAME), outcome="ok", object_key=project.code)
    return list(events(wanted).order_by("-seq"))


def names_of(project: Project) -> frozenset[str]:
    """What the project is called and was called: an export may still bear an earlier name."""
    earlier = (str((found.before or {}).get("name", "")) for found in renamings(project))
    return frozenset(name for name in (project.name, *earlier) if name)


def payments_before(year: ProjectYear) -> dict[str, int]:
    """The year of every payment of the project in the years before this one, by the payment's number."""
    found = Event.objects.filter(year__project=year.project_id, year__year__lt=year.year, kind=Kind.PAYMENT)
    return dict(found.order_by("year__year").values_list("number", "year__year"))


def money_event(event: Event) -> MoneyEvent:
    """The event as huiliu.budget reckons with it."""
    return MoneyEvent(
        id=str(event.pk or "new"),
        kind=event.kind,
        on=event.day,
        amount=event.amount_fen,
        refers=str(event.refers_id) if event.refers_id else None,
        number=event.number,
        month=event.month,
        due=event.due,
        payee=event.payee,
        item=event.item,
        purpose=event.purpose.code if event.purpose else "",
        agreed=event.agreed,
        is_asset=event.is_asset,
    )


def ledger_year(year: ProjectYear) -> Ledger:
    """The year's events folded into a ledger that can say what more fits."""
    return ledger_of([money_event(one) for one in events_of(year)], year.year, year.mode)
