"""Targets on their way to being in force: submitted with their findings answered, sealed, signed, and frozen."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from django.conf import settings
from django.db import transaction
from django.urls import reverse

from huiliu.apps.audit.actions import action
from huiliu.apps.audit.selectors import done_by
from huiliu.apps.audit.services import Actor, Entry, check_words, record, refusals_recorded
from huiliu.apps.control.services import EXECUTORS, Executor, NewRequest, request_ask
from huiliu.apps.performance.errors import refused
from huiliu.apps.performance.models import Stage, Status, TargetVersion
from huiliu.apps.performance.selectors import targets as selectors
from huiliu.apps.performance.selectors.seen import of_version
from huiliu.apps.performance.services.editions import check_seen
from huiliu.apps.performance.services.holders import EDIT, check_may
from huiliu.apps.performance.services.target_documents import KEPT
from huiliu.apps.performance.services.targets import TARGET, WRITTEN, check_year, key_of, version_locked, version_opened
from huiliu.kernel.clock import Clock

KIND = "target_version"
SUBMITTED = action("performance.target_submit", "提交绩效目标")
APPROVED = action("performance.target_approve", "绩效目标生效")


@dataclass(frozen=True)
class Submission:
    """Why the version is submitted, and the reason for each warning by its code.

    `edition` is what the page showed, by `seen.of_version`; None where there was no page.
    """

    reason: str
    reasons: Mapping[str, str] = field(default_factory=dict)
    edition: str | None = None


def register() -> None:
    """What is done when the signatures of a version are complete."""
    EXECUTORS.add(KIND, Executor(_check, _approve, _see, hands=_hands))


def version_submit(
    *, number: int, submission: Submission, applicant: Any, actor: Actor, clock: Clock | None = None
) -> TargetVersion:
    """Seal a version and ask for its signatures, again in a new round where it was returned.

    Raises TARGET-005 with errors among the findings, 006 for a warning without a reason, 007 for a reply or change
    without its document, 010 without the permission, 016 where it changed since the page was made, and what
    `version_opened` and `request_submit` raise.
    """
    clock = clock or settings.HUILIU_CLOCK
    with refusals_recorded(Entry(actor, SUBMITTED, TARGET, str(number))), transaction.atomic():
        check_may(applicant, EDIT)
        version = version_opened(number, clock.now().date())
        check_seen(submission.edition, of_version(version).edition, "TARGET-016", "目标")
        _check_document(version)
        reasons = _answered(version, submission.reasons)
        version.reasons, version.digest = reasons, selectors.content_digest(version, reasons)
        version.save(update_fields=("reasons", "digest"))
        _ask(version, submission.reason, applicant, actor, clock)
        after = {"digest": version.digest, "warnings": sorted(reasons), "request": version.request_id}
        record(Entry(actor, SUBMITTED, TARGET, key_of(version), after=after), clock)
        return version


def _check_document(version: TargetVersion) -> None:
    if version.stage != Stage.FIRST and not (version.document_no and version.document_on):
        hint = "批复和调整须登记财政部门或主管部门文件的文号和日期。"
        raise refused("TARGET-007", "没有登记所依据的文件", hint, stage=version.stage)


def _answered(version: TargetVersion, reasons: Mapping[str, str]) -> dict[str, str]:
    """The reason for each warning there is; reasons for others are dropped."""
    found = selectors.findings_of(version)
    errors = sorted({one.code for one in found if one.severity == "error"})
    if errors:
        hint = "请按右侧检查结果逐项改正后再提交。"
        raise refused("TARGET-005", f"目标还有 {len(errors)} 类错误，不能提交", hint, codes=errors)
    warnings = sorted({one.code for one in found})
    missing = [code for code in warnings if not reasons.get(code, "").strip()]
    if missing:
        hint = "请改正，或逐类写明为什么这样定。"
        raise refused("TARGET-006", f"有 {len(missing)} 类警告没有说明理由", hint, codes=missing)
    for code in warnings:
        check_words(reasons[code])
    return {code: reasons[code].strip() for code in warnings}


def _ask(version: TargetVersion, reason: str, applicant: Any, actor: Actor, clock: Clock) -> None:
    subject = f"{version.target_set} 第 {version.number} 版（{Stage(version.stage).label}）"
    payload = {"version": version.pk, "digest": version.digest}

    def keep(request: Any) -> None:
        version.status, version.request = Status.ASKED, request
        version.save(update_fields=("status", "request"))

    wanted = NewRequest(KIND, subject, reason, payload=payload)
    request_ask(before=version.request, wanted=wanted, keep=keep, applicant=applicant, actor=actor, clock=clock)


def _of(request: Any) -> TargetVersion:
    """The version that a request is about, under its lock."""
    return version_locked(int(request.payload.get("version", 0)))


def _check(request: Any) -> None:
    """What is signed is what was sealed, of a year that still goes on; a new request comes from `version_submit`."""
    version = _of(request)
    check_year(version.target_set.year, settings.HUILIU_CLOCK.now().date())
    is_asked = request.pk is None or (version.status == Status.ASKED and version.request_id == request.pk)
    now = selectors.content_digest(version, version.reasons)
    if not is_asked or not now == version.digest == request.payload.get("digest"):
        raise refused("TARGET-011", "目标在提交之后有改动", "请从“绩效 目标”的这一版重新提交，或撤回本申请。")


def _approve(request: Any, actor: Actor, clock: Clock) -> str:
    """The version in force gives way to this one."""
    version, today = _of(request), clock.now().date()
    before = TargetVersion.objects.filter(target_set=version.target_set, status=Status.APPROVED).first()
    if before:
        before.status, before.touched_on = Status.SUPERSEDED, today
        before.save(update_fields=("status", "touched_on"))
    version.status, version.touched_on, version.approved_on = Status.APPROVED, today, today
    version.save(update_fields=("status", "touched_on", "approved_on"))
    after = {"digest": version.digest, "supersedes": before.number if before else None, "request": request.pk}
    record(Entry(actor, APPROVED, TARGET, key_of(version), after=after), clock)
    return ""


def _hands(request: Any) -> frozenset[str]:
    """Whoever began the version or changed anything in it, from the audit trail: what is signed is theirs."""
    found = TargetVersion.objects.select_related("target_set").filter(pk=int(request.payload.get("version", 0)))
    return frozenset(
        Actor(name).account
        for version in found
        for name in (version.created_by, *done_by(TARGET, key_of(version), (*WRITTEN, KEPT, SUBMITTED)))
    )


def _see(request: Any) -> str:
    return reverse("performance:target_detail", args=(int(request.payload["version"]),))
