"""The file of the external decision that a version of targets follows: kept under its digest, handed out on record."""

from typing import Any, BinaryIO

from django.conf import settings

from huiliu.apps.audit.actions import action
from huiliu.apps.audit.services import Actor, Entry, record, record_alone
from huiliu.apps.control.services.files import file_kept, upload_keep
from huiliu.apps.performance.models import TargetVersion
from huiliu.apps.performance.services.holders import EDIT, for_holders
from huiliu.apps.performance.services.targets import TARGET, key_of, version_opened
from huiliu.kernel.clock import Clock

KEPT = action("performance.target_document_keep", "登记目标批复文件")
READ = action("performance.target_document_read", "下载目标批复文件")


@for_holders(EDIT, KEPT, TARGET)
def document_keep(
    *, number: int, file: BinaryIO, name: str, user: Any, actor: Actor, clock: Clock | None = None
) -> TargetVersion:
    """Keep the decision's file with a draft, in place of an earlier one; what `check_upload` and opening raise."""
    version = version_opened(number, (clock or settings.HUILIU_CLOCK).now().date())
    found = upload_keep(file, name)
    version.document_name, version.document_digest = found.name, found.digest
    version.save(update_fields=("document_name", "document_digest"))
    record(Entry(actor, KEPT, TARGET, key_of(version), after={"digest": found.digest, "size": found.size}), clock)
    return version


def document_read(*, version: TargetVersion, actor: Actor, clock: Clock | None = None) -> bytes:
    """The bytes, after the row in the audit; CTRL-046 where the file is gone or is not what was kept."""
    details = {"digest": version.document_digest}
    record_alone(Entry(actor, READ, TARGET, key_of(version), details=details), clock)
    return file_kept(version.document_digest)
