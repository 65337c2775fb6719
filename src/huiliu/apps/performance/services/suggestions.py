"""Answering what a year's result proposes for the next: accepted or set aside, with a reason."""

from dataclasses import dataclass
from typing import Any

from django.conf import settings

from huiliu.apps.audit.actions import action
from huiliu.apps.audit.services import Actor, Entry, check_words, record
from huiliu.apps.control.services.hands import check_in_person
from huiliu.apps.performance.errors import refused
from huiliu.apps.performance.models import SuggestionDecision
from huiliu.apps.performance.selectors import assessments
from huiliu.apps.performance.selectors import suggestions as selectors
from huiliu.apps.performance.services.assessments import ASSESSMENT
from huiliu.apps.performance.services.holders import EDIT, for_holders
from huiliu.kernel.clock import Clock

DECIDED = action("performance.suggestion_decide", "采纳或不采纳结果应用建议")


@dataclass(frozen=True)
class Answer:
    """Which suggestion of a project's year (`key` as addresses name it), and what is said to it."""

    project: str
    year: int
    key: str
    is_accepted: bool
    reason: str


@for_holders(EDIT, DECIDED, ASSESSMENT)
def suggestion_decide(*, answer: Answer, user: Any, actor: Actor, clock: Clock | None = None) -> SuggestionDecision:
    """Accept a suggestion or set it aside; the newest answer counts.

    Raises TARGET-010 without the permission, SUGGEST-001 where the result does not propose it, 002 without a reason.
    """
    clock = clock or settings.HUILIU_CLOCK
    check_in_person(user)
    found = assessments.find(answer.project, answer.year, clock.now().date())
    listed = selectors.proposed(found) if found else []
    one = next((one for one in listed if one.suggestion.key == answer.key), None)
    if found is None or one is None:
        raise refused("SUGGEST-001", "现在没有这条建议", "自评结果可能已经变化，请刷新页面。")
    check_words(answer.reason)
    if not answer.reason.strip():
        raise refused("SUGGEST-002", "没有写明理由", "请写明为什么采纳或不采纳。")
    told, value = one.suggestion, one.figure.value
    made = SuggestionDecision.objects.create(
        target_set=found.targets, code=told.code, subject=told.subject, row=told.row, text=told.text,
        figure=told.figure, value="" if value is None else f"{value:f}"[:64], is_accepted=answer.is_accepted,
        reason=answer.reason.strip(), by=user, at=clock.now(),
    )  # fmt: skip
    after = {"suggestion": made.key, "accepted": made.is_accepted, "value": made.value}
    record(Entry(actor, DECIDED, ASSESSMENT, f"{answer.project}/{answer.year}", after=after), clock)
    return made
