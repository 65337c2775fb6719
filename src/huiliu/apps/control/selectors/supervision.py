"""Supervision as it stands after its corrections, and what it says of a year as evidence."""

from decimal import Decimal

from django.db.models import Q, QuerySet
from django.urls import reverse

from huiliu.apps.control.models import Conclusion, SupervisionRecord
from huiliu.kernel.digests import canonical_json, sm3
from huiliu.kernel.figures import Record
from huiliu.scoring.evidence import Ask, Gathered, book_of, fact_of_records

SOURCE = "内控的监管记录"


def supervisions(year: int | None = None) -> QuerySet[SupervisionRecord]:
    """What stands, newest day first: no row that another one took the place of, none taken back."""
    found = SupervisionRecord.objects.filter(correction=None, is_void=False).select_related("recorded_by")
    return found.filter(day__year=year) if year else found


def supervision_years() -> list[int]:
    """The years in which something was supervised, newest first."""
    return sorted({day.year for day in SupervisionRecord.objects.values_list("day", flat=True)}, reverse=True)


def supervision_by_number(number: int) -> SupervisionRecord | None:
    """One row, whether it stands or was corrected."""
    return SupervisionRecord.objects.filter(pk=number).select_related("recorded_by", "corrects", "correction").first()


def supervision_before(row: SupervisionRecord) -> list[SupervisionRecord]:
    """The rows it took the place of, newest first."""
    found, at = [], row.corrects_id
    while at is not None:
        earlier = SupervisionRecord.objects.select_related("recorded_by").get(pk=at)
        found.append(earlier)
        at = earlier.corrects_id
    return found


def content_digest(row: SupervisionRecord) -> str:
    """The seal of what a row says."""
    days = [row.day, row.due_on, row.rectified_on]
    said = [row.pk, *days, row.supervisor, row.matter, row.project, row.conclusion, row.finding, row.document_digest]
    return f"sm3:{sm3(canonical_json(said))}"


def supervision_evidence(ask: Ask) -> Gathered:
    """What was supervised in the year by the day, of the project or of all; what was put right by then."""
    rows = list(supervisions(ask.year).filter(Q(project__iexact=ask.project) | Q(project=""), day__lte=ask.day))
    found = [row for row in rows if row.conclusion == Conclusion.FOUND]
    right = [row for row in found if row.rectified_on and row.rectified_on <= ask.day]
    facts = (("records", rows), ("found", found), ("rectified", right))
    book = book_of(fact_of_records(f"supervision.{name}", map(_record, kept), SOURCE) for name, kept in facts)
    return Gathered(book, {_key(row): row.document_name for row in rows})


def _key(row: SupervisionRecord) -> str:
    return f"control.supervision:{row.pk}"


def _record(row: SupervisionRecord) -> Record:
    said = [f"{row.day} {row.supervisor} {row.matter}：{row.get_conclusion_display()}"]
    said += [f"{row.rectified_on} 整改完成"] if row.rectified_on else ["尚未整改"] if row.finding else []
    link = reverse("control:supervision_detail", args=(row.pk,))
    return Record(_key(row), "，".join(said), Decimal(1), link, content_digest(row))
