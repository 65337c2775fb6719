"""What was asked for in a budget year, what it rests on, and what was decided above."""

from django.db.models import QuerySet

from huiliu.apps.funds.models import BudgetDraft, Event, ExternalDecision, Kind, ProjectYear
from huiliu.apps.funds.selectors.projects import ledger_year

LINES = ("lines__purpose", "lines__contract__year")


def drafts_of(year: ProjectYear) -> QuerySet[BudgetDraft]:
    """Every version, 一上 before 二上, newest first."""
    found = BudgetDraft.objects.filter(year=year).select_related("saved_by", "submission__approval", "year__project")
    return found.order_by("stage", "-number")


def drafts_whole(year: ProjectYear) -> list[BudgetDraft]:
    """Every version with its lines, in the same order."""
    return list(drafts_of(year).prefetch_related(*LINES))


def draft_of(year: ProjectYear, number: int) -> BudgetDraft | None:
    """One version with its lines, by its key."""
    return drafts_of(year).filter(pk=number).prefetch_related(*LINES).first()


def latest_of(year: ProjectYear, stage: str) -> BudgetDraft | None:
    """The newest version of a round."""
    return drafts_of(year).filter(stage=stage).first()


def decisions_of(year: ProjectYear) -> QuerySet[ExternalDecision]:
    """What was decided above, by day."""
    return ExternalDecision.objects.filter(year=year).select_related("recorded_by", "event", "year__project")


def contracts_of(year: ProjectYear) -> QuerySet[Event]:
    """Commitments of the project, of this year and those before it."""
    found = Event.objects.filter(year__project=year.project_id, year__year__lte=year.year, kind=Kind.COMMITMENT)
    return found.select_related("year", "purpose").order_by("-day")


def spent_before(year: ProjectYear) -> dict[str, int] | None:
    """Net paid by purpose code in the year before, in fen; None where that year is not kept here."""
    last = ProjectYear.objects.filter(project=year.project_id, year=year.year - 1).select_related("project").first()
    return None if last is None else ledger_year(last).paid_by_purpose()
