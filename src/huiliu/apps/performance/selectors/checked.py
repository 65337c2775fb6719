"""Batches of checked tables, the files they were made from, and who asked for them."""

import json
from collections import OrderedDict
from collections.abc import Sequence
from datetime import datetime
from threading import Lock
from typing import Any

from django.db.models import QuerySet

from huiliu.apps.performance.errors import refused
from huiliu.apps.performance.models import CheckedBatch, CheckedFolder, CheckRequest
from huiliu.kernel.digests import sm3
from huiliu.scoring.checked import Checked, from_json

MOST_READ = 4
_READ: OrderedDict[tuple[int, str], Checked] = OrderedDict()
_LOCK = Lock()


def forget() -> None:
    """Read every batch anew at the next look."""
    with _LOCK:
        _READ.clear()


def batches() -> QuerySet[CheckedBatch]:
    """All batches, newest first, without what was found."""
    return CheckedBatch.objects.defer("content")


def batch_by_number(number: int) -> CheckedBatch | None:
    """One batch; what was found in it is fetched when it is asked for."""
    return batches().select_related("request__folder", "request__job").filter(pk=number).first()


def found_in(batch: CheckedBatch) -> Checked:
    """What was found, for the pages; BATCH-003 where it is not what was kept.

    A process holds content against its digest at its first look and keeps what it read of the last few batches, which
    never change. What leaves the program is read anew: `found_anew`, `as_data`.
    """
    key = (batch.pk, batch.digest)
    with _LOCK:
        if key in _READ:
            _READ.move_to_end(key)
            return _READ[key]
    found = found_anew(batch)
    with _LOCK:
        _READ[key] = found
        while len(_READ) > MOST_READ:
            _READ.popitem(last=False)
    return found


def found_anew(batch: CheckedBatch) -> Checked:
    """What was found, held against its digest; BATCH-003 where it is not what was kept."""
    return from_json(as_data(batch))


def as_data(batch: CheckedBatch) -> dict[str, Any]:
    """The same for programs."""
    if f"sm3:{sm3(batch.content.encode())}" != batch.digest:
        hint = "请停止使用，保留现场，由系统管理员从备份中恢复，并核对审计记录中的摘要。"
        raise refused("BATCH-003", f"批次 {batch.pk} 的内容与核对时的摘要不符", hint, number=batch.pk)
    data: dict[str, Any] = json.loads(batch.content)
    return data


def request_by_number(number: int) -> CheckRequest | None:
    """One request with its job and its files."""
    return CheckRequest.objects.select_related("job", "folder", "batch").filter(pk=number).first()


def requests_without_result() -> QuerySet[CheckRequest]:
    """What is under way, and what ended without a result, newest first; without the lists of files."""
    found = CheckRequest.objects.filter(batch=None).select_related("job", "folder", "asked_by")
    return found.defer("folder__papers", "folder__left")


def request_of_batch(batch: CheckedBatch) -> CheckRequest | None:
    """The request that a batch answers; None for one of a time when files were not kept."""
    return getattr(batch, "request", None)


def folder_of_batch(batch: CheckedBatch) -> CheckedFolder | None:
    """The files a batch was made from, whether they still lie there or not."""
    request = request_of_batch(batch)
    return request.folder if request else None


def parts_of(batch: CheckedBatch) -> dict[str, int]:
    """Name of each file that can be fetched → its number, from 1; nothing once they are gone."""
    folder = folder_of_batch(batch)
    papers: Sequence[dict[str, Any]] = folder.papers if folder and folder.removed_at is None else ()
    return {paper["name"]: number for number, paper in enumerate(papers, 1)}


def folders_due(now: datetime) -> QuerySet[CheckedFolder]:
    """Folders whose time is over and of which no check is under way."""
    open_ = CheckRequest.objects.filter(job__isnull=False, job__ended_at=None)
    return CheckedFolder.objects.filter(removed_at=None, expires_at__lte=now).exclude(requests__in=open_)
