"""Declaring a score beside the computed one: points, and a reason where the two differ."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.conf import settings

from huiliu.apps.audit.actions import action, kind
from huiliu.apps.audit.services import Actor, Entry, check_words, record
from huiliu.apps.performance.errors import refused
from huiliu.apps.performance.models import DeclaredScore, TargetSet
from huiliu.apps.performance.selectors import assessments as selectors
from huiliu.apps.performance.selectors.filings import is_filed
from huiliu.apps.performance.services.holders import ASSESS, for_holders
from huiliu.kernel.clock import Clock
from huiliu.kernel.errors import HuiliuError
from huiliu.scoring.assessment import Assessment, RowAssessed

ASSESSMENT = kind("assessment", "绩效评分")
DECLARED = action("performance.score_declare", "填报自评得分")


@dataclass(frozen=True)
class NewScore:
    """What is declared for one row; `row` is its code, `execution` that of the rate scored beside the rows."""

    row: str
    points: Decimal
    reason: str = ""


def score_declare(
    *, targets: int, score: NewScore, user: Any, actor: Actor, clock: Clock | None = None
) -> DeclaredScore:
    """Keep what a unit declares for one row; raises what `scores_declare` raises."""
    return scores_declare(targets=targets, scores=[score], user=user, actor=actor, clock=clock)[0]


@for_holders(ASSESS, DECLARED, ASSESSMENT)
def scores_declare(
    *, targets: int, scores: Sequence[NewScore], user: Any, actor: Actor, clock: Clock | None = None
) -> list[DeclaredScore]:
    """Keep what a unit declares for rows, all or none; the scores before stay in the history.

    Raises ASSESS-001 where there are no targets in force or no such row, 002 for points below 0, above the weight or
    finer than the profile's, 004 without a reason where the computed score is another or there is none, 006 once it is
    filed.
    """
    clock = clock or settings.HUILIU_CLOCK
    locked = TargetSet.objects.select_for_update().filter(pk=targets).first()
    if locked is None:
        raise _none("")
    if is_filed(locked.pk):
        hint = "自评已由领导签批定稿；须更正的，请按复核、整改办理。"
        raise refused("ASSESS-006", "本年度自评已定稿，不能再填报自评得分", hint, year=locked.year)
    result = _assessed(locked, clock)
    kept = [_declared(locked, result, score, actor, clock) for score in scores]
    for one in kept:
        after = {"row": one.row, "points": f"{one.points:f}", "computed": one.computed}
        record(Entry(actor, DECLARED, ASSESSMENT, _key(one.target_set), after=after), clock)
    return kept


def _declared(targets: TargetSet, result: Assessment, score: NewScore, actor: Actor, clock: Clock) -> DeclaredScore:
    row = _row(result, score.row)
    computed = result[row.score].value
    _check_points(score.points, row.row.weight or Decimal(0))
    check_words(score.reason)
    if computed != score.points and not score.reason.strip():
        found = "该项没有计算得分" if computed is None else f"计算得分是 {result[row.score].text()}"
        raise refused("ASSESS-004", f"{found}，与自评得分不同", "请写明自评得分的理由。", row=score.row)
    return DeclaredScore.objects.create(
        target_set=targets,
        row=score.row,
        points=score.points,
        computed="" if computed is None else f"{computed:f}",
        reason=score.reason.strip(),
        declared_at=clock.now(),
        declared_by=actor.name,
    )


def _key(targets: TargetSet) -> str:
    """How the audit names an assessment: project, year."""
    return f"{targets.project}/{targets.year}"


def _assessed(targets: TargetSet, clock: Clock) -> Assessment:
    found = selectors.assessed(targets, clock.now().date())
    if found.result is None:
        raise _none(found.refusal)
    return found.result


def _row(result: Assessment, code: str) -> RowAssessed:
    row = next((row for row in result.rows if row.row.code == code), None)
    if row is None:
        raise _none("")
    return row


def _none(why: str) -> HuiliuError:
    return refused("ASSESS-001", "没有可以填报的指标", why or "请从“绩效 评分”重新进入。")


def _check_points(points: Decimal, weight: Decimal) -> None:
    if not points.is_finite() or not 0 <= points <= weight or points != round(points, 2):
        raise refused("ASSESS-002", "自评得分不可用", f"请填 0 至 {weight:f} 之间、最多两位小数的分数。")
