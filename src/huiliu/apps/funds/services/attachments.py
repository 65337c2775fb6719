"""Files that speak for an event: kept under their SM3 digest, handed out after a row in the audit."""

from typing import Any, BinaryIO

from django.conf import settings
from django.db import transaction

from huiliu.apps.accounts.selectors import has_permission
from huiliu.apps.audit.services import Actor, Entry, record, record_alone, refusals_recorded
from huiliu.apps.control.services.files import file_keep, file_kept, upload_looked_at
from huiliu.apps.control.services.hands import check_in_person
from huiliu.apps.funds import actions
from huiliu.apps.funds.errors import check_may, refused
from huiliu.apps.funds.models import Attachment, Event
from huiliu.apps.funds.services.events import str_of, year_locked
from huiliu.kernel.clock import Clock

MOST = 10


def attachment_add(
    *, event: Event, user: Any, file: BinaryIO, name: str, actor: Actor, clock: Clock | None = None
) -> Attachment:
    """Keep a file with an event, for ever; FUND-070 beyond ten files or for one that is there already."""
    key = str_of(event.year)
    with refusals_recorded(Entry(actor, actions.ATTACH, actions.YEAR, key)), transaction.atomic():
        check_in_person(user)
        if not has_permission(user, "funds.pay"):
            check_may(user, "funds.record")
        year_locked(event.year)
        found = upload_looked_at(file, name)
        _check_room(event, found.digest)
        row = Attachment.objects.create(
            event=event,
            name=found.name,
            digest=found.digest,
            size=found.size,
            kind=found.kind,
            uploaded_by=user,
            uploaded_at=(clock or settings.HUILIU_CLOCK).now(),
        )
        file_keep(file, found.digest)
        after = {"event": event.pk, "digest": found.digest, "size": found.size}
        record(Entry(actor, actions.ATTACH, actions.YEAR, key, after=after), clock)
        return row


def attachment_read(*, attachment: Attachment, actor: Actor, clock: Clock | None = None) -> bytes:
    """The bytes, after the row in the audit; CTRL-046 where the file is gone or is not what was added."""
    details = {"event": attachment.event_id, "attachment": attachment.pk, "digest": attachment.digest}
    key = str_of(attachment.event.year)
    record_alone(Entry(actor, actions.ATTACHMENT_READ, actions.YEAR, key, details=details), clock)
    return file_kept(attachment.digest)


def _check_room(event: Event, digest: str) -> None:
    digests = list(event.attachments.values_list("digest", flat=True))
    if digest in digests or len(digests) >= MOST:
        hint = f"每个事件最多 {MOST} 个附件，同一文件只需上传一次。"
        raise refused("FUND-070", "附件已有或数量已满", hint)
