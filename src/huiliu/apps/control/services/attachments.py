"""Files that speak for a request: kept under their digest, handed out to who may see the request."""

from typing import Any, BinaryIO

from django.conf import settings
from django.db import transaction

from huiliu.apps.audit.services import Actor, Entry, record, record_alone, refusals_recorded
from huiliu.apps.control import actions
from huiliu.apps.control.models import ApprovalRequest, Attachment, RequestStatus
from huiliu.apps.control.services.approvals import request_locked
from huiliu.apps.control.services.files import file_keep, file_kept, upload_looked_at
from huiliu.apps.control.services.hands import check_in_person
from huiliu.kernel.clock import Clock
from huiliu.kernel.errors import HuiliuError

MOST = 10


def attachment_add(
    *, number: int, applicant: Any, file: BinaryIO, name: str, actor: Actor, clock: Clock | None = None
) -> Attachment:
    """Keep a file with a request of one's own.

    Raises CTRL-049 unless the applicant adds it while the request is pending or returned, CTRL-045 beyond ten files or
    for one that is there already, and what `check_upload` raises.
    """
    with refusals_recorded(Entry(actor, actions.ATTACH, actions.REQUEST, str(number))), transaction.atomic():
        check_in_person(applicant)
        request = request_locked(number)
        _check(request, applicant)
        found = upload_looked_at(file, name)
        _check_room(request, found.digest)
        row = Attachment.objects.create(
            request=request,
            name=found.name,
            digest=found.digest,
            size=found.size,
            kind=found.kind,
            uploaded_by=applicant,
            uploaded_at=(clock or settings.HUILIU_CLOCK).now(),
        )
        file_keep(file, found.digest)
        after = {"digest": found.digest, "size": found.size, "kind": found.kind}
        record(Entry(actor, actions.ATTACH, actions.REQUEST, str(number), after=after), clock)
        return row


def attachment_read(*, attachment: Attachment, actor: Actor, clock: Clock | None = None) -> bytes:
    """The bytes, after the row in the audit; CTRL-046 where the file is gone or is not what was added."""
    details = {"attachment": attachment.pk, "digest": attachment.digest}
    number = str(attachment.request_id)
    record_alone(Entry(actor, actions.ATTACHMENT_READ, actions.REQUEST, number, details=details), clock)
    return file_kept(attachment.digest)


def _check(request: ApprovalRequest, applicant: Any) -> None:
    if request.applicant_id != applicant.pk or request.status not in (RequestStatus.PENDING, RequestStatus.RETURNED):
        hint = "办结的申请不能再加附件；需要时请重新申请。"
        raise HuiliuError(code="CTRL-049", message="只有申请人在办结之前可以添加附件", hint=hint)


def _check_room(request: ApprovalRequest, digest: str) -> None:
    digests = list(Attachment.objects.filter(request=request).values_list("digest", flat=True))
    if digest in digests or len(digests) >= MOST:
        hint = f"每项申请最多 {MOST} 个附件，同一文件只需上传一次。"
        raise HuiliuError(code="CTRL-045", message="附件已有或数量已满", hint=hint)
