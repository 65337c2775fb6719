"""Saying of a warning that it was seen or handled: by the post whose matter it is, on record."""

from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.db import transaction

from huiliu.apps.audit.actions import action
from huiliu.apps.audit.services import Actor, Entry, check_words, record, refusals_recorded
from huiliu.apps.performance.errors import refused
from huiliu.apps.performance.models import AlertMark, Mark
from huiliu.apps.performance.selectors.alerts import task
from huiliu.apps.performance.services.monitoring import MONITORING
from huiliu.kernel.clock import Clock

MARKED = action("performance.alert_mark", "处理绩效预警")


@dataclass(frozen=True)
class Marking:
    """Which warning (`key` as addresses name it), `seen` or `handled`, and what was done."""

    project: str
    year: int
    key: str
    mark: str
    note: str = ""


def alert_mark(*, wanted: Marking, user: Any, actor: Actor, clock: Clock | None = None) -> AlertMark:
    """Put down what a person did about a warning.

    Raises ALERT-001 unless it waits for one of the person's posts today, 002 where it is handled without saying how.
    """
    clock = clock or settings.HUILIU_CLOCK
    place = f"{wanted.project}/{wanted.year}"
    with refusals_recorded(Entry(actor, MARKED, MONITORING, place)), transaction.atomic():
        found = task(user, wanted.project, wanted.year, wanted.key, clock.now().date())
        if found is None or wanted.mark not in Mark.values:
            hint = "它可能已经解除、已由他人处理，或由其他岗位负责。请返回工作台查看。"
            raise refused("ALERT-001", "没有等您处理的这条预警", hint)
        note = wanted.note.strip()
        if wanted.mark == Mark.HANDLED and not note:
            raise refused("ALERT-002", "没有写明怎样处理", "请写明做了什么，例如催拨函的日期和文号。")
        check_words(note)
        alert = found.alert
        kept = AlertMark.objects.create(
            project=wanted.project, year=wanted.year, code=alert.code, about=alert.about, severity=alert.severity,
            since=alert.since, post=alert.post, mark=wanted.mark, note=note, day=clock.now().date(),
            marked_at=clock.now(), marked_by=actor.name,
        )  # fmt: skip
        after = {"alert": wanted.key, "severity": alert.severity, "mark": wanted.mark, "note": note}
        record(Entry(actor, MARKED, MONITORING, place, after=after), clock)
        return kept
