"""Downloading an export: by who asked for it, while the right lasts, each time recorded before a byte leaves."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from django.conf import settings
from django.db import transaction

from huiliu.apps.audit.actions import action
from huiliu.apps.audit.services import Actor, Entry, record, refusals_recorded
from huiliu.apps.exports.models import Export, ExportDownload, ExportState
from huiliu.apps.exports.services.asking import OBJECT
from huiliu.apps.exports.services.places import PURPOSE, sealed_path
from huiliu.apps.exports.services.sources import SOURCES, may_export, still_reached
from huiliu.kernel.clock import Clock
from huiliu.kernel.errors import HuiliuError
from huiliu.kernel.sealed_files import unseal_file
from huiliu.kernel.sealing import UnsealError

DOWNLOADED = action("exports.download", "下载导出文件")


@dataclass(frozen=True)
class Download:
    """Name, size and blocks of a file."""

    name: str
    size: int
    blocks: Iterator[bytes] = field(repr=False)


def export_download(*, key: str, user: Any, actor: Actor, clock: Clock | None = None) -> Download | None:
    """The file of one's own export; None alike for one of somebody else, one that is not there and one that expired.

    EXPORT-001 if the right to the rows, or to some of them, was withdrawn meanwhile, EXPORT-008 where the file is gone
    or is not as it was sealed.
    """
    now = (clock or settings.HUILIU_CLOCK).now()
    export = Export.objects.filter(key=key, applicant=user, state=ExportState.READY, expires_at__gt=now).first()
    if export is None:
        return None
    details = {"digest": export.digest, "rows": export.rows}
    entry = Entry(actor, DOWNLOADED, OBJECT, key, details=details)
    with refusals_recorded(entry), transaction.atomic():
        source = SOURCES[export.kind]
        if not (may_export(user, source) and still_reached(user, source, export.reach)):
            hint = "权限已经变化；如工作需要，请在“申请与审批”中申请岗位权限。"
            raise HuiliuError(code="EXPORT-001", message="您现在没有这份清单的权限，不能下载", hint=hint)
        blocks = _opened(export)
        ExportDownload.objects.create(export=export, user=user, at=now, address=actor.ip)
        record(entry, clock)
    return Download(export.file_name, export.size or 0, blocks)


def _opened(export: Export) -> Iterator[bytes]:
    """The first block is opened at once, so that a damaged file is said before anything leaves."""
    blocks = _blocks(export.key)
    try:
        first = next(blocks)
    except (OSError, UnsealError, StopIteration):
        hint = "请重新导出，并告知信息技术人员检查数据目录中的 exports 和 keys。"
        raise HuiliuError(code="EXPORT-008", message="导出文件缺失或已损坏，不能下载", hint=hint) from None
    return _chained(first, blocks)


def _chained(first: bytes, rest: Iterator[bytes]) -> Iterator[bytes]:
    yield first
    yield from rest


def _blocks(key: str) -> Iterator[bytes]:
    with sealed_path(key).open("rb") as file:
        key_id = file.readline(16).strip().decode("ascii", "replace")
        if not key_id.isalnum():
            raise UnsealError("no key named")
        yield from unseal_file(settings.HUILIU_KEYS.get(PURPOSE, key_id), file, key)
