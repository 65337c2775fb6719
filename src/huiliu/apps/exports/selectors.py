"""Exports as they are read: one's own, all of them for internal control, and how far each is."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db.models import Q, QuerySet

from huiliu.apps.accounts.selectors import has_permission
from huiliu.apps.control.selectors.purposes import matter_label
from huiliu.apps.exports.models import Export, ExportDownload, ExportState, Format
from huiliu.apps.jobs.selectors import progress_of
from huiliu.web.progress import ProgressRow

VIEW_ALL = "query.view_exports"
TONES = {"asked": "none", "ready": "pass", "removed": "none", "stopped": "fail"}
FORMATS: list[tuple[str, str]] = list(Format.choices)


def exports(user: Any | None = None) -> QuerySet[Export]:
    """Newest first; those of one person, or of everybody."""
    found = Export.objects.select_related("applicant", "job", "request")
    return found if user is None else found.filter(applicant=user)


def export_seen(user: Any, key: str) -> Export | None:
    """An export that somebody may read about: their own, or any for internal control."""
    mine = Q() if has_permission(user, VIEW_ALL) else Q(applicant=user)
    return exports().filter(mine, key=key).first()


def downloads_of(export: Export) -> QuerySet[ExportDownload]:
    """Every download, oldest first."""
    return export.downloads.select_related("user")


def purpose_of(export: Export) -> str:
    """Matter and case number in words."""
    return f"{matter_label(export.matter)} {export.case_number}"


@dataclass(frozen=True)
class Standing:
    """Where an export stands: tone and words, and for an open one the row that follows it."""

    tone: str
    word: str
    row: ProgressRow | None = None


def standing_of(export: Export, user: Any) -> Standing:
    """Its own state, or while it is open that of its job or request."""
    now = settings.HUILIU_CLOCK.now()
    if export.state == ExportState.READY and _is_past(export, now):
        return Standing("none", "已到期")
    job = export.job
    if export.state == ExportState.ASKED and job is None:
        return Standing("warn", f"审批：{export.request.get_status_display()}" if export.request else "等候")
    if export.state in (ExportState.ASKED, ExportState.STOPPED) and job is not None:
        row = progress_of(job, export.title, user)
        return Standing(row.state, row.word, row)
    word = "未获批准" if export.state == ExportState.STOPPED else export.get_state_display()
    return Standing(TONES[export.state], word)


def is_underway(export: Export) -> bool:
    """Whether its file is still to be made."""
    return export.state == ExportState.ASKED


def may_download(export: Export, user: Any) -> bool:
    """Whether the button is worth showing; the service decides anew."""
    now = settings.HUILIU_CLOCK.now()
    return export.applicant_id == user.pk and export.state == ExportState.READY and not _is_past(export, now)


def _is_past(export: Export, now: datetime) -> bool:
    return export.expires_at is not None and export.expires_at <= now
