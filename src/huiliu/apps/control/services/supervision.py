"""Supervision written down with its document; what was wrong is corrected by a row that says why."""

from dataclasses import dataclass
from datetime import date
from typing import Any, BinaryIO

from django.conf import settings
from django.db import transaction

from huiliu.apps.accounts.selectors import has_permission
from huiliu.apps.audit.services import Actor, Entry, check_words, record, record_alone, refusals_recorded
from huiliu.apps.control import actions
from huiliu.apps.control.models import Conclusion, SupervisionRecord
from huiliu.apps.control.services.files import file_kept, upload_keep
from huiliu.apps.control.services.hands import check_in_person
from huiliu.kernel.clock import Clock
from huiliu.kernel.errors import HuiliuError

MAY = "control.record_supervision"


@dataclass(frozen=True)
class Document:
    """The supervisor's paper as it was sent."""

    file: BinaryIO
    name: str


@dataclass(frozen=True)
class Supervised:
    """What a supervisor looked at and said; days of what was not found or not put right stay None."""

    day: date
    supervisor: str
    matter: str
    conclusion: str
    finding: str = ""
    due_on: date | None = None
    rectified_on: date | None = None
    project: str = ""


@dataclass(frozen=True)
class Correction:
    """The row that was wrong and why; `is_void` takes it back without putting anything right."""

    number: int
    reason: str
    is_void: bool = False


def supervision_record(
    *, wanted: Supervised, document: Document, user: Any, actor: Actor, clock: Clock | None = None
) -> SupervisionRecord:
    """Write down one supervision.

    Raises CTRL-060 without the duty, CTRL-061 for what is not whole or contradicts itself, CTRL-062 for a day to come,
    and what `check_upload` raises for the document.
    """
    clock = clock or settings.HUILIU_CLOCK
    with refusals_recorded(Entry(actor, actions.SUPERVISED, actions.SUPERVISION)), transaction.atomic():
        _check_hand(user)
        _check(wanted, clock.now().date())
        row = _row(wanted, user, clock, **_kept(document))
        row.save(force_insert=True)
        record(Entry(actor, actions.SUPERVISED, actions.SUPERVISION, str(row.pk), after=_told(row)), clock)
        return row


def supervision_correct(
    *,
    correction: Correction,
    wanted: Supervised,
    user: Any,
    actor: Actor,
    document: Document | None = None,
    clock: Clock | None = None,
) -> SupervisionRecord:
    """Put another row in the place of one; the document stays unless another is given.

    Raises CTRL-063 where the row is not there or has been corrected already, CTRL-064 without a reason, and what
    `supervision_record` raises.
    """
    clock = clock or settings.HUILIU_CLOCK
    entry = Entry(actor, actions.SUPERVISION_CORRECT, actions.SUPERVISION, str(correction.number))
    with refusals_recorded(entry), transaction.atomic():
        _check_hand(user)
        before = _standing(correction.number)
        _check(wanted, clock.now().date())
        _check_reason(correction.reason)
        paper = _kept(document) if document else _paper(before)
        row = _row(wanted, user, clock, corrects=before, reason=correction.reason, is_void=correction.is_void, **paper)
        row.save(force_insert=True)
        told = Entry(actor, actions.SUPERVISION_CORRECT, actions.SUPERVISION, str(row.pk), before=_told(before),
                     after=_told(row), purpose=correction.reason)  # fmt: skip
        record(told, clock)
        return row


def supervision_read(*, row: SupervisionRecord, actor: Actor, clock: Clock | None = None) -> bytes:
    """The document, after the row in the audit; CTRL-046 where the file is gone or is not what was kept."""
    details = {"digest": row.document_digest}
    record_alone(Entry(actor, actions.SUPERVISION_READ, actions.SUPERVISION, str(row.pk), details=details), clock)
    return file_kept(row.document_digest)


def _check_hand(user: Any) -> None:
    check_in_person(user)
    if not has_permission(user, MAY):
        raise _refused("CTRL-060", "没有登记监管记录的权限", "监管记录由稽核内控岗登记。")


def _check(wanted: Supervised, today: date) -> None:
    for text in (wanted.supervisor, wanted.matter, wanted.finding):
        check_words(text)
    is_found = wanted.conclusion == Conclusion.FOUND
    if wanted.conclusion not in Conclusion.values or not wanted.supervisor.strip() or not wanted.matter.strip():
        raise _refused("CTRL-061", "监管记录不完整", "请写明监管单位、监管事项和结论。")
    if is_found != bool(wanted.finding.strip()) or (not is_found and (wanted.due_on or wanted.rectified_on)):
        raise _refused("CTRL-061", "结论与问题、整改不符", "发现问题的写明问题；未发现问题的不填问题和整改日期。")
    later = [day for day in (wanted.due_on, wanted.rectified_on) if day is not None and day < wanted.day]
    if later:
        raise _refused("CTRL-061", "整改日期早于监管日期", "请核对监管日期、整改期限和整改完成日期。")
    if max(wanted.day, wanted.rectified_on or wanted.day) > today:
        raise _refused("CTRL-062", "监管日期或整改完成日期在今天之后", "只登记已经发生的监管和整改。")


def _check_reason(reason: str) -> None:
    check_words(reason)
    if not reason.strip():
        raise _refused("CTRL-064", "没有写明更正理由", "请写明原记录错在哪里，或整改情况的变化。")


def _standing(number: int) -> SupervisionRecord:
    row = SupervisionRecord.objects.select_for_update().filter(pk=number).first()
    if row is None or row.is_void or SupervisionRecord.objects.filter(corrects=row).exists():
        raise _refused("CTRL-063", "这条监管记录不存在，或者已被更正", "请刷新页面，更正最新的一条。")
    return row


def _kept(document: Document) -> dict[str, str]:
    found = upload_keep(document.file, document.name)
    return {"document_name": found.name, "document_digest": found.digest}


def _paper(row: SupervisionRecord) -> dict[str, str]:
    return {"document_name": row.document_name, "document_digest": row.document_digest}


def _row(wanted: Supervised, user: Any, clock: Clock, **more: Any) -> SupervisionRecord:
    return SupervisionRecord(**vars(wanted), recorded_by=user, recorded_at=clock.now(), **more)


def _told(row: SupervisionRecord) -> dict[str, Any]:
    """What the audit keeps: days, conclusion and digest; words stay with the record."""
    return {
        "day": row.day.isoformat(),
        "conclusion": row.conclusion,
        "rectified_on": str(row.rectified_on or ""),
        "document": row.document_digest,
        "void": row.is_void,
    }


def _refused(code: str, message: str, hint: str) -> HuiliuError:
    return HuiliuError(code=code, message=message, hint=hint)
