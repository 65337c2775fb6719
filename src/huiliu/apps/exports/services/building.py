"""Making the file of an export in the worker: rows under present rights, written, sealed, and only then announced."""

import json
import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import transaction

from huiliu.apps.audit.actions import action
from huiliu.apps.audit.services import SYSTEM, Entry, record
from huiliu.apps.control.selectors.purposes import number_of
from huiliu.apps.exports.models import Export, ExportState
from huiliu.apps.exports.selectors import purpose_of
from huiliu.apps.exports.services.asking import JOB, OBJECT, limit_of_rows
from huiliu.apps.exports.services.places import PURPOSE, sealed_path, workshop
from huiliu.apps.exports.services.sources import SOURCES, kept_reach, wanted_of
from huiliu.apps.exports.services.writing import Made, write_files, write_folder
from huiliu.apps.jobs.services import JOBS, JobKind, Work
from huiliu.documents.listing import Mark
from huiliu.kernel.clock import TZ
from huiliu.kernel.digests import Hasher
from huiliu.kernel.errors import HuiliuError
from huiliu.kernel.sealed_files import seal_file
from huiliu.web.protected import Protected

MADE = action("exports.make", "生成导出文件")


def register() -> None:
    """The kind of job."""
    JOBS.add(JOB, JobKind("导出", export_make, _ended))


def export_make(work: Work) -> None:
    """Make the file of one export. Begun again it makes it anew; one that is there already stays.

    EXPORT-001 if the asker lost the rights meanwhile, EXPORT-002 if nothing is within reach any more, EXPORT-006 for
    more rows than were agreed to.
    """
    export = Export.objects.select_related("applicant", "request").get(pk=work.subject)
    if export.state != ExportState.ASKED:
        return
    place, target = workshop(export.key), sealed_path(export.key)
    shutil.rmtree(place, ignore_errors=True)  # of a run that was cut off
    place.mkdir(mode=0o700)
    try:
        made = _written(export, work, place)
        work.progress("封存")
        sealed = _sealed(made.file, export.key, place / "sealed")
        (place / "sealed").replace(target)
        _announce(export, made, sealed)
    except BaseException:
        target.unlink(missing_ok=True)
        raise
    finally:
        shutil.rmtree(place, ignore_errors=True)


def _written(export: Export, work: Work, place: Path) -> Made:
    source = SOURCES[export.kind]
    wanted = wanted_of(export.applicant, source, opened(export.parameters), export.split)
    Export.objects.filter(pk=export.pk, state=ExportState.ASKED).update(reach=kept_reach(wanted, source))
    work.progress("统计行数")
    rows = source.count(wanted)
    _check_rows(export, rows)
    if source.write is not None:
        return write_folder(export, source, wanted, (work, rows, place))
    with source.open(wanted) as content:
        return write_files(export, content, _mark(export, content.as_of), (work, rows, place))


def _check_rows(export: Export, rows: int) -> None:
    if not rows:
        hint = "您的权限或数据在申请之后有变化，请核对后重新提出。"
        raise HuiliuError(code="EXPORT-002", message="没有可以导出的行", hint=hint)
    allowed = export.asked_rows if export.request_id else limit_of_rows(settings.HUILIU_CLOCK)
    if rows > allowed:
        message = f"现有 {rows:,} 行，多于批准或免审批的 {allowed:,} 行，没有导出"
        raise HuiliuError(code="EXPORT-006", message=message, hint="请重新提出，由审批人按现在的行数决定。")


def _mark(export: Export, as_of: Any) -> Mark:
    """Who, when, what for: the watermark and 说明."""
    user = export.applicant
    notes = [("数据截至", as_of.isoformat())] if as_of else []
    kept = ("保管", "仅供所写用途使用，不得转发；用后请删除")
    by = f"{user.display_name}（{user.get_username()}）"
    return Mark(by, export.asked_at.astimezone(TZ), purpose_of(export), export.key[:8], (*notes, kept))


@dataclass(frozen=True)
class Sealed:
    """Size and digest of the file as it will be downloaded."""

    size: int
    digest: str


class _Reading:
    """A file that is digested while it is read."""

    def __init__(self, file: Any) -> None:
        self._file, self.hasher = file, Hasher()

    def read(self, size: int = -1, /) -> bytes:
        block: bytes = self._file.read(size)
        self.hasher.update(block)
        return block


def _sealed(file: Path, key: str, target: Path) -> Sealed:
    """Bound to the export's key; the id of the installation's key stands before it, as a later one must find it."""
    key_id, secret = settings.HUILIU_KEYS.current(PURPOSE)
    with file.open("rb") as plain, target.open("xb") as kept:
        target.chmod(0o600)
        kept.write(f"{key_id}\n".encode())
        reading: Any = _Reading(plain)
        size = seal_file(secret, reading, kept, key)
        return Sealed(size, reading.hasher.tagged())


@transaction.atomic
def _announce(export: Export, made: Made, sealed: Sealed) -> None:
    """The file is there: record and audit row together, before anybody can download it."""
    now = settings.HUILIU_CLOCK.now()
    expires = now + timedelta(days=number_of("export_days", now.date()))
    announced = Export.objects.filter(pk=export.pk, state=ExportState.ASKED).update(
        state=ExportState.READY,
        password=None,
        columns=made.columns,
        rows=made.rows,
        as_of=made.as_of,
        snapshot=made.snapshot,
        told=dict(made.told),
        file_name=made.name,
        size=sealed.size,
        digest=sealed.digest,
        made_at=now,
        expires_at=expires,
    )
    if not announced:
        raise HuiliuError(code="EXPORT-005", message="导出在生成期间已结束", hint="请重新导出。")
    after = {"rows": made.rows, "size": sealed.size, "digest": sealed.digest, "expires_at": expires}
    details = {"kind": export.kind, "columns": made.columns, "snapshot": made.snapshot, "for": _account(export)}
    record(Entry(SYSTEM, MADE, OBJECT, export.key, purpose=purpose_of(export), after=after, details=details))


def _account(export: Export) -> str:
    return str(export.applicant.get_username())


def _ended(subject: int, state: str) -> None:
    """Failed or cancelled: nothing is left, the password least of all."""
    if state != "done":
        Export.objects.filter(pk=subject, state=ExportState.ASKED).update(state=ExportState.STOPPED, password=None)


def opened(sealed: Any) -> Mapping[str, Any]:
    """The stored parameters."""
    assert isinstance(sealed, Protected)
    found: Mapping[str, Any] = json.loads(sealed.reveal())
    return found
