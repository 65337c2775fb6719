"""Taking away what has expired, and whatever of files belongs to no export that is there."""

import shutil

from django.conf import settings
from django.db import transaction

from huiliu.apps.audit.actions import action
from huiliu.apps.audit.services import SYSTEM, Entry, record
from huiliu.apps.control.selectors import OPEN_STATUSES
from huiliu.apps.exports.models import Export, ExportState
from huiliu.apps.exports.services.asking import OBJECT
from huiliu.apps.exports.services.places import SUFFIX, folder, sealed_path
from huiliu.kernel.clock import Clock

REMOVED = action("exports.remove", "删除到期的导出文件")
_HELD = (ExportState.ASKED, ExportState.READY)


def exports_remove(clock: Clock | None = None) -> int:
    """Remove the files of expired exports, stop those that were not agreed to, and clear what was left behind.

    The record stays. How many files expired; run again it does no harm.
    """
    now = (clock or settings.HUILIU_CLOCK).now()
    expired = list(Export.objects.filter(state=ExportState.READY, expires_at__lte=now))
    for export in expired:
        _remove(export, clock)
    refused = Export.objects.filter(state=ExportState.ASKED, job=None).exclude(request__status__in=OPEN_STATUSES)
    refused.update(state=ExportState.STOPPED, password=None)
    _clear()
    return len(expired)


def _remove(export: Export, clock: Clock | None) -> None:
    """The file first: a record that says it is gone is never wrong."""
    sealed_path(export.key).unlink(missing_ok=True)
    with transaction.atomic():
        Export.objects.filter(pk=export.pk).update(state=ExportState.REMOVED)
        record(Entry(SYSTEM, REMOVED, OBJECT, export.key, after={"state": "removed"}), clock)


def _clear() -> None:
    """Files and workshops of exports that are neither there nor being made.

    The files are listed first, and all records read at once: what a worker makes meanwhile is none of these.
    """
    found = list(folder().iterdir())
    states = dict(Export.objects.filter(state__in=_HELD).values_list("key", "state"))
    for path in found:
        state = states.get(path.name.partition(".")[0])
        if state == ExportState.ASKED or (state == ExportState.READY and path.suffix == SUFFIX):
            continue
        if path.is_dir():
            shutil.rmtree(path, ignore_errors=True)
        else:
            path.unlink(missing_ok=True)
