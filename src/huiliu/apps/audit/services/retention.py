"""Holding records against their purge, and purging what may go."""

from datetime import datetime, time

from django.conf import settings
from django.contrib.sessions.models import Session
from django.db import transaction

from huiliu.apps.audit.actions import HOLD, HOLD_PLACE, HOLD_RELEASE, PURGE, RECORDS
from huiliu.apps.audit.models import LegalHold
from huiliu.apps.audit.selectors.retention import holds, retention_due
from huiliu.apps.audit.services.chain import SYSTEM, Actor, Entry, record
from huiliu.catalog.retention import record_classes
from huiliu.kernel.clock import TZ, Clock
from huiliu.kernel.errors import HuiliuError

SESSION = "session"


def hold_place(*, record_class: str, reason: str, actor: Actor, clock: Clock | None = None) -> LegalHold:
    """Keep all records of a class until released; `reason` is the number of the document that asks for it.

    Raises CODE-002 for an unknown class, AUDIT-030 without a document, AUDIT-031 where it already holds.
    """
    label, reason = record_classes()[record_class].label, reason.strip()
    if not reason:
        raise HuiliuError(code="AUDIT-030", message="没有填写文号", hint="请填写要求保全的文件的文号。")
    with transaction.atomic():
        if any(hold.reason == reason for hold in holds(record_class)):
            raise HuiliuError(
                code="AUDIT-031", message=f"{label}已按该文号冻结", hint="无需重复冻结；其他文件请填其文号。"
            )
        now = (clock or settings.HUILIU_CLOCK).now()
        hold = LegalHold.objects.create(record_class=record_class, reason=reason, placed_at=now, placed_by=actor.name)
        record(Entry(actor, HOLD_PLACE, HOLD, str(hold.pk), after={"类别": label, "文号": reason}), clock)
    return hold


def hold_release(*, hold_id: int, actor: Actor, clock: Clock | None = None) -> LegalHold:
    """End a hold; its row stays. Raises AUDIT-032 where there is none in force of that number."""
    with transaction.atomic():
        hold = LegalHold.objects.select_for_update().filter(pk=hold_id, released_at__isnull=True).first()
        if hold is None:
            raise HuiliuError(code="AUDIT-032", message="没有这项冻结，或已经解除", hint="请刷新保存期限页面再试。")
        hold.released_at, hold.released_by = (clock or settings.HUILIU_CLOCK).now(), actor.name
        hold.save(update_fields=("released_at", "released_by"))
        label = record_classes()[hold.record_class].label
        record(Entry(actor, HOLD_RELEASE, HOLD, str(hold.pk), before={"类别": label, "文号": hold.reason}), clock)
    return hold


def retention_purge(*, actor: Actor = SYSTEM, clock: Clock | None = None) -> int:
    """Delete expired sessions, unless they are held; how many went. Nothing else is purged, audit events never."""
    today = (clock or settings.HUILIU_CLOCK).now().date()
    with transaction.atomic():
        due = retention_due(SESSION, today)
        if due is None:
            details: dict[str, object] = {"purged": 0, "held_by": [hold.reason for hold in holds(SESSION)]}
        else:
            expired = Session.objects.filter(expire_date__lt=datetime.combine(due, time.min, TZ))
            details = {"purged": expired.delete()[0]}
        record(Entry(actor, PURGE, RECORDS, SESSION, details=details), clock)
    return int(str(details["purged"]))
