"""Reviews as they stand after corrections, and the assessment with what they give beside it."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.urls import reverse

from huiliu.apps.performance.models import Act, Review, ReviewScore, TargetSet
from huiliu.apps.performance.selectors import assessments, rectifications
from huiliu.apps.performance.selectors.assessments import Assessed
from huiliu.kernel.figures import COMPUTED, Figure, FigureBook, Record
from huiliu.scoring.reviews import BODIES, Reviewed, ReviewedScore, reviewed
from huiliu.scoring.reviews import Review as PlainReview

OPEN, CLOSED = "matters.open", "matters.closed"


@dataclass(frozen=True)
class Beside:
    """An assessment with reviews beside it; `book` holds the figures of both."""

    found: Assessed
    book: FigureBook
    reviews: Mapping[str, Review]
    given: Sequence[Reviewed]


def reviews_of(targets: TargetSet) -> list[Review]:
    """Everything that was recorded of a project's year, newest first, with scores."""
    found = Review.objects.filter(target_set=targets).select_related("recorded_by", "correction", "target_set")
    return list(found.prefetch_related("scores"))


def review_by_number(number: int) -> Review | None:
    """One review."""
    found = Review.objects.select_related("target_set", "recorded_by", "correction").prefetch_related("scores")
    return found.filter(pk=number).first()


def stands(review: Review) -> bool:
    """Whether a review was neither taken back nor put right by another."""
    return not review.is_void and not hasattr(review, "correction")


def standing(kept: Sequence[Review]) -> dict[str, Review]:
    """The newest of each body that stands."""
    found: dict[str, Review] = {}
    for one in kept:
        if stands(one):
            found.setdefault(one.body, one)
    return {body: found[body] for body in BODIES if body in found}


def find(project: str, year: int, today: date) -> Beside | None:
    """A project's year; None where it has no targets."""
    found = assessments.find(project, year, today)
    return beside(found) if found else None


def beside(found: Assessed) -> Beside:
    """The assessment with the reviews that stand."""
    kept = standing(reviews_of(found.targets))
    book = FigureBook()
    for figure in found.result.book.values() if found.result else ():
        book.add(figure)
    plain = [PlainReview(body, [_score(review, one) for one in review.scores.all()]) for body, review in kept.items()]
    given = reviewed(found.result, plain, book) if found.result else []
    for figure in _matters(found.targets):
        book.add(figure)
    return Beside(found, book, kept, given)


def _matters(targets: TargetSet) -> Iterator[Figure]:
    """How many matters to be put right are open and closed, each a record."""
    matters = [one for one in rectifications.of_set(targets) if one.standing != Act.VOID]
    link = f"{reverse('performance:review_detail', args=(targets.project, targets.year))}#matters"
    for name, label, is_closed in ((OPEN, "整改：未销号", False), (CLOSED, "整改：已销号", True)):
        rows = [one for one in matters if (one.standing == Act.CLOSED) == is_closed]
        records = tuple(Record(f"performance.rectification:{one.pk}", one.matter, Decimal(1), link) for one in rows)
        yield Figure(
            name, label, Decimal(len(rows)), "项", 0, "逐项计数，不计已撤销的", (), "不舍入", "整改记录", COMPUTED,
            "" if records else "0", records,
        )  # fmt: skip


def _score(review: Review, one: ReviewScore) -> ReviewedScore:
    label = f"{review.reviewed_on} {review.body_name} {review.document_no}"
    link = reverse("performance:review_detail", args=(review.target_set.project, review.target_set.year))
    told = Record(f"performance.review_score:{one.pk}", label, one.points, f"{link}#documents", review.document_digest)
    return ReviewedScore(one.row, one.points, one.reason, told)
