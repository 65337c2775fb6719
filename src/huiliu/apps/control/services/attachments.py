"""Files that speak for a request: kept under their digest, handed out to who may see the request."""

import os
import secrets
from pathlib import Path
from typing import Any, BinaryIO

from django.conf import settings
from django.db import transaction

from huiliu.apps.audit.services import Actor, Entry, check_words, record, record_alone, refusals_recorded
from huiliu.apps.control import actions
from huiliu.apps.control.models import ApprovalRequest, Attachment, RequestStatus
from huiliu.apps.control.services.approvals import request_locked
from huiliu.apps.control.services.hands import check_in_person
from huiliu.kernel.clock import Clock
from huiliu.kernel.digests import Hasher
from huiliu.kernel.errors import HuiliuError
from huiliu.web.uploads import check_upload

KINDS = ("pdf", "png", "jpeg", "docx", "xlsx")
LARGEST = 10 * 1024 * 1024
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
        found = check_upload(file, name, KINDS, LARGEST)
        check_words(found.name)
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
        _keep(file, found.digest)
        after = {"digest": found.digest, "size": found.size, "kind": found.kind}
        record(Entry(actor, actions.ATTACH, actions.REQUEST, str(number), after=after), clock)
        return row


def attachment_read(*, attachment: Attachment, actor: Actor, clock: Clock | None = None) -> bytes:
    """The bytes, after the row in the audit; CTRL-046 where the file is gone or is not what was added."""
    details = {"attachment": attachment.pk, "digest": attachment.digest}
    number = str(attachment.request_id)
    record_alone(Entry(actor, actions.ATTACHMENT_READ, actions.REQUEST, number, details=details), clock)
    try:
        content = _place(attachment.digest).read_bytes()
    except FileNotFoundError:
        content = b""
    hasher = Hasher()
    hasher.update(content)
    if hasher.tagged() != attachment.digest:
        hint = "请告知信息技术人员：从备份恢复数据目录中的 attachments。"
        raise HuiliuError(code="CTRL-046", message="附件文件缺失或已被改动，不能下载", hint=hint)
    return content


def _check(request: ApprovalRequest, applicant: Any) -> None:
    if request.applicant_id != applicant.pk or request.status not in (RequestStatus.PENDING, RequestStatus.RETURNED):
        hint = "办结的申请不能再加附件；需要时请重新申请。"
        raise HuiliuError(code="CTRL-049", message="只有申请人在办结之前可以添加附件", hint=hint)


def _check_room(request: ApprovalRequest, digest: str) -> None:
    digests = list(Attachment.objects.filter(request=request).values_list("digest", flat=True))
    if digest in digests or len(digests) >= MOST:
        hint = f"每项申请最多 {MOST} 个附件，同一文件只需上传一次。"
        raise HuiliuError(code="CTRL-045", message="附件已有或数量已满", hint=hint)


def _keep(file: BinaryIO, digest: str) -> None:
    """Complete or not at all, readable by the owner only; the same bytes lie there once. CTRL-051 on a full disk."""
    target = _place(digest)
    draft = target.with_name(f"{target.name}.{secrets.token_hex(4)}.draft")
    file.seek(0)
    try:
        target.parent.mkdir(mode=0o700, exist_ok=True)
        with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as kept:
            kept.write(file.read())
            kept.flush()
            os.fsync(kept.fileno())
        draft.replace(target)
    except OSError as error:
        hint = "申请没有改动。请告知信息技术人员检查数据目录的空间和权限，再重新上传。"
        raise HuiliuError(code="CTRL-051", message="附件没有存下来", hint=hint, facts={"errno": error.errno}) from error
    finally:
        draft.unlink(missing_ok=True)


def _place(digest: str) -> Path:
    folder: Path = settings.HUILIU_HOME / "attachments"
    return folder / digest.rpartition(":")[2]
