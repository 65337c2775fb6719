"""Writing down what a department or the treasury gave, with its document; a further one corrects it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any, BinaryIO

from django.conf import settings

from huiliu.apps.audit.actions import action, kind
from huiliu.apps.audit.services import Actor, Entry, check_words, record, record_alone
from huiliu.apps.control.services.files import file_kept, upload_keep
from huiliu.apps.control.services.hands import check_in_person
from huiliu.apps.performance.errors import refused
from huiliu.apps.performance.models import Review, ReviewScore, TargetSet
from huiliu.apps.performance.selectors import assessments
from huiliu.apps.performance.services.holders import REVIEW, for_holders
from huiliu.kernel.clock import Clock
from huiliu.scoring.assessment import Assessment
from huiliu.scoring.reviews import BODIES, TOTAL

REVIEWED = kind("review", "绩效复核")
RECORDED = action("performance.review_record", "登记绩效复核")
CORRECTED = action("performance.review_correct", "更正绩效复核")
READ = action("performance.review_read", "下载复核文书")


@dataclass(frozen=True)
class Given:
    """Points that the body gives for a row (its code) or the whole (`total`), and why they are not the unit's own."""

    row: str
    points: Decimal
    reason: str = ""


@dataclass(frozen=True)
class NewReview:
    """A review as its document says it; `body` is a key of BODIES."""

    project: str
    year: int
    body: str
    body_name: str
    reviewed_on: date
    document_no: str
    scores: tuple[Given, ...]


@dataclass(frozen=True)
class Document:
    """The document as it was sent."""

    file: BinaryIO
    name: str


@dataclass(frozen=True)
class Correction:
    """The review that was wrong and why; `is_void` takes it back and puts nothing in its place."""

    number: int
    reason: str
    is_void: bool = False


@for_holders(REVIEW, RECORDED, REVIEWED)
def review_record(
    *, wanted: NewReview, document: Document, user: Any, actor: Actor, clock: Clock | None = None
) -> Review:
    """Write down a review.

    Raises REVIEW-001 without the permission, 002 where nothing is scored, 003 for what is not whole, 004 for a day to
    come, 005 for points that cannot be, 006 for a difference without a reason, and what `check_upload` raises.
    """
    clock = clock or settings.HUILIU_CLOCK
    check_in_person(user)
    targets, result = _scored(wanted.project, wanted.year, clock)
    _check(wanted, result, clock.now().date())
    review = Review(target_set=targets, recorded_by=user, recorded_at=clock.now(), **_kept(document))
    _fill(review, wanted, result)
    record(Entry(actor, RECORDED, REVIEWED, _key(review), after=_told(review)), clock)
    return review


@for_holders(REVIEW, CORRECTED, REVIEWED)
def review_correct(
    *,
    correction: Correction,
    wanted: NewReview,
    user: Any,
    actor: Actor,
    document: Document | None = None,
    clock: Clock | None = None,
) -> Review:
    """Put another review in the place of one; the document stays unless another is given.

    Raises REVIEW-007 where it is not there or was corrected, 008 without a reason, and what `review_record` raises.
    """
    clock = clock or settings.HUILIU_CLOCK
    check_in_person(user)
    targets, result = _scored(wanted.project, wanted.year, clock)
    before = _standing(targets, correction)
    _check(wanted, result, clock.now().date())
    paper = _kept(document) if document else _paper(before)
    review = Review(
        target_set=targets, recorded_by=user, recorded_at=clock.now(), corrects=before,
        reason=correction.reason.strip(), is_void=correction.is_void, **paper,
    )  # fmt: skip
    _fill(review, wanted, result)
    told = Entry(actor, CORRECTED, REVIEWED, _key(review), before=_told(before), after=_told(review))
    record(told, clock)
    return review


def document_read(*, review: Review, actor: Actor, clock: Clock | None = None) -> bytes:
    """The document, after the row in the audit; CTRL-046 where the file is gone or is not what was kept."""
    details = {"digest": review.document_digest}
    record_alone(Entry(actor, READ, REVIEWED, _key(review), details=details), clock)
    return file_kept(review.document_digest)


def _scored(project: str, year: int, clock: Clock) -> tuple[TargetSet, Assessment]:
    targets = TargetSet.objects.select_for_update().filter(project=project, year=year).first()
    found = assessments.assessed(targets, clock.now().date()) if targets else None
    if targets is None or found is None or found.result is None:
        hint = found.refusal if found else "请从“绩效 评分”进入项目年度。"
        raise refused("REVIEW-002", "没有可以复核的自评", hint)
    return targets, found.result


def _check(wanted: NewReview, result: Assessment, today: date) -> None:
    for text in (wanted.body_name, wanted.document_no, *(one.reason for one in wanted.scores)):
        check_words(text)
    is_named = wanted.body in BODIES and wanted.body_name.strip() and wanted.document_no.strip()
    if not is_named or not wanted.scores or len({one.row for one in wanted.scores}) < len(wanted.scores):
        raise refused("REVIEW-003", "复核不完整", "请写明复核单位、文号，至少填一项复核得分，每项只填一次。")
    if wanted.reviewed_on > today or wanted.reviewed_on.year < wanted.year:
        raise refused("REVIEW-004", "复核日期不可用", "只登记已经作出的复核，日期不早于项目年度。")
    weights, own = _limits(result), _declared(result)
    for one in wanted.scores:
        _check_score(one, weights.get(one.row), own.get(one.row))


def _check_score(one: Given, most: Decimal | None, own: Decimal | None) -> None:
    if most is None or not one.points.is_finite() or not 0 <= one.points <= most or one.points != round(one.points, 2):
        hint = f"请填 0 至 {most:f} 之间、最多两位小数的分数。" if most is not None else "目标中没有这一行指标。"
        raise refused("REVIEW-005", f"{_name(one.row)}的复核得分不可用", hint, row=one.row)
    if own is not None and own != one.points and not one.reason.strip():
        raise refused("REVIEW-006", f"{_name(one.row)}的复核得分与自评不同", "请按复核文书写明理由。", row=one.row)


def _name(row: str) -> str:
    return "总分" if row == TOTAL else f"第 {row} 行"


def _limits(result: Assessment) -> Mapping[str, Decimal]:
    """What a row can earn at most, and the whole."""
    found = {row.row.code: row.row.weight or Decimal(0) for row in result.rows}
    return found | {TOTAL: result.profile.total}


def _declared(result: Assessment) -> Mapping[str, Decimal | None]:
    """What the unit declares of each row and the whole."""
    found = {row.row.code: result[row.declared].value if row.declared else None for row in result.rows}
    return found | {TOTAL: result["total.declared"].value}


def _standing(targets: TargetSet, correction: Correction) -> Review:
    before = Review.objects.select_for_update().filter(pk=correction.number, target_set=targets).first()
    if before is None or before.is_void or Review.objects.filter(corrects=before).exists():
        raise refused("REVIEW-007", "这份复核不存在，或者已被更正", "请刷新页面，更正最新的一份。")
    check_words(correction.reason)
    if not correction.reason.strip():
        raise refused("REVIEW-008", "没有写明更正理由", "请写明原登记错在哪里。")
    return before


def _kept(document: Document) -> dict[str, str]:
    found = upload_keep(document.file, document.name)
    return {"document_name": found.name, "document_digest": found.digest}


def _paper(review: Review) -> dict[str, str]:
    return {"document_name": review.document_name, "document_digest": review.document_digest}


def _fill(review: Review, wanted: NewReview, result: Assessment) -> None:
    review.body, review.body_name = wanted.body, wanted.body_name.strip()
    review.reviewed_on, review.document_no = wanted.reviewed_on, wanted.document_no.strip()
    review.score_count = len(wanted.scores)
    review.save(force_insert=True)
    own = _declared(result)
    ReviewScore.objects.bulk_create(
        ReviewScore(
            review=review, position=at, row=one.row, points=one.points, reason=one.reason.strip(),
            declared="" if own[one.row] is None else f"{own[one.row]:f}",
        )
        for at, one in enumerate(wanted.scores)
    )  # fmt: skip


def _key(review: Review) -> str:
    return f"{review.target_set.project}/{review.target_set.year}"


def _told(review: Review) -> dict[str, Any]:
    """What the audit keeps."""
    return {
        "number": review.pk,
        "body": review.body,
        "day": review.reviewed_on.isoformat(),
        "document": review.document_digest,
        "scores": {one.row: f"{one.points:f}" for one in review.scores.all()},
        "void": review.is_void,
    }
