"""Draws by lot: what was drawn, whether the draw can be made again, what was seen, and who may not look."""

from datetime import date
from typing import Any

from django.db.models import F, Prefetch

from huiliu.apps.audit.selectors import event
from huiliu.apps.performance.models import DeclaredScore, Measurement, SpotCheck, SpotOutcome, SpotRow, TargetSet
from huiliu.scoring.sampling import lots, seed_of


def of_set(targets: TargetSet) -> list[SpotCheck]:
    """The draws of a project's year with their rows, the newest first."""
    seen = Prefetch("outcomes", SpotOutcome.objects.select_related("by"))
    rows = Prefetch("rows", SpotRow.objects.prefetch_related(seen))
    return list(SpotCheck.objects.filter(target_set=targets).select_related("drawn_by").prefetch_related(rows))


def spot_by_number(number: int) -> SpotCheck | None:
    """One draw."""
    seen = Prefetch("outcomes", SpotOutcome.objects.select_related("by"))
    rows = Prefetch("rows", SpotRow.objects.prefetch_related(seen))
    found = SpotCheck.objects.select_related("target_set", "drawn_by").prefetch_related(rows)
    return found.filter(pk=number).first()


def drawn_row(number: int) -> SpotRow | None:
    """A row that was drawn, by its key."""
    found = SpotRow.objects.select_related("spot__target_set")
    return found.filter(pk=number, position__lt=F("spot__size")).first()


def looked_at(spot: SpotCheck) -> list[SpotRow]:
    """The rows that were drawn."""
    return [row for row in spot.rows.all() if row.position < spot.size]


def outcome(row: SpotRow) -> SpotOutcome | None:
    """What counts of a row: what was seen last."""
    return next(iter(row.outcomes.all()), None)


def makers(row: SpotRow) -> set[str]:
    """Who measured or declared the row: whoever did may not look at it."""
    place: dict[str, Any] = {"target_set": row.spot.target_set, "row": row.row}
    measured = Measurement.objects.filter(**place).values_list("author", flat=True)
    declared = DeclaredScore.objects.filter(**place).values_list("declared_by", flat=True)
    return {*measured, *declared}


def seed(spot: SpotCheck) -> str:
    """The seed, made again from what is kept."""
    return seed_of(spot.link, spot.target_set.project, spot.target_set.year, spot.day)


def is_again(spot: SpotCheck) -> bool:
    """Whether drawing again gives the same: the audit has that digest under that number, and every lot is the same."""
    kept = event(spot.link_seq)
    rows = [(row.row, row.lot) for row in spot.rows.all()]
    again = [(one.row, one.lot) for one in lots(seed(spot), [row for row, _ in rows])]
    return kept is not None and kept.hash == spot.link and kept.at.date() <= spot.day and again == rows


def last_day(targets: TargetSet) -> date | None:
    """The day of the newest draw."""
    return SpotCheck.objects.filter(target_set=targets).values_list("day", flat=True).first()
