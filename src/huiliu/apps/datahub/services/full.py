"""The full view of one person: permission, reach, level, purpose, count and audit row come before any value is read."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from django.conf import settings

from huiliu.apps.accounts.selectors import Scope
from huiliu.apps.audit.actions import action
from huiliu.apps.audit.services import Actor, Entry, record_alone
from huiliu.apps.control.selectors.purposes import Running, running_purpose
from huiliu.apps.control.services.counts import Counted, count_take
from huiliu.apps.control.services.purposes import Asked, purpose_give
from huiliu.apps.datahub.models import SubjectKey
from huiliu.apps.datahub.selectors.display import protected_columns
from huiliu.apps.datahub.selectors.library import Source, look
from huiliu.apps.datahub.selectors.persons import PersonPage, person_page
from huiliu.apps.datahub.selectors.reach import Reach, reach_of
from huiliu.apps.datahub.services.keys import units_reached
from huiliu.apps.datahub.services.persons import PERSON
from huiliu.kernel.clock import Clock
from huiliu.kernel.errors import HuiliuError
from huiliu.kernel.masking import Level, is_open

VIEWED = action("datahub.person_full", "查看完整信息")


@dataclass(frozen=True)
class Viewer:
    """Who looks: the account, the actor of the audit row, and what `datahub.view_full` lets them reach."""

    user: Any
    actor: Actor
    scopes: Sequence[Scope]


@dataclass(frozen=True)
class FullView:
    """One person in full as far as the grants go, with the purpose and the moment that stand on the page."""

    person: PersonPage
    purpose: Running
    at: datetime


def person_full(
    *, viewer: Viewer, key: str, asked: Asked | None = None, as_of: date | None = None, clock: Clock | None = None
) -> FullView | None:
    """One person's protected values, under the purpose that runs or the one asked for now.

    None alike if the key is unknown, the person is out of reach today (recorded as refused), or the snapshot of the day
    does not hold them. FULL-001, recorded as refused, if no grant that reaches the person goes beyond L2; PURPOSE-001
    without a purpose, PURPOSE-002 and 003 for one that will not do, COUNT-001 above the day's limit, LIBRARY-002 for a
    day without a night.
    """
    person_no = SubjectKey.objects.filter(key=key).values_list("person_no", flat=True).first()
    if person_no is None:
        return None
    with look(as_of) as seen:
        reach = reach_of(seen.now, person_no, viewer.scopes)
        if not _is_allowed(viewer, key, reach, seen.source, clock):
            return None
        purpose = _purpose(viewer, asked, clock)
        count_take(actor=viewer.actor, counted=Counted.FULL, clock=clock)
        record_alone(_entry(viewer, key, reach, seen.source, purpose.text), clock)
        person = person_page(seen, key, person_no, reach, full=True)
        if person:
            person = replace(person, unit_keys=units_reached(seen, person.stays, viewer.scopes, clock))
    now = (clock or settings.HUILIU_CLOCK).now()
    return FullView(person, purpose, now) if person else None


def _is_allowed(viewer: Viewer, key: str, reach: Reach, source: Source, clock: Clock | None) -> bool:
    """Whether the person exists for the viewer; FULL-001 if they do, but no grant goes beyond the mask."""
    if reach and not is_open(reach.highest):
        return True
    details = {"snapshot": source.snapshot, "level": reach.highest}
    record_alone(Entry(viewer.actor, VIEWED, PERSON, key, outcome="refused", details=details), clock)
    if not reach:
        return False
    raise not_opened(reach.highest)


def not_opened(level: str = Level.L2) -> HuiliuError:
    """FULL-001: no grant goes beyond the mask."""
    return HuiliuError(
        code="FULL-001",
        message="您的岗位授权只到脱敏信息，不能查看完整信息",
        hint="如工作需要，请申请数据级别为 L3 或 L4 的岗位权限。本次请求已记入审计。",
        facts={"level": level},
    )


def _purpose(viewer: Viewer, asked: Asked | None, clock: Clock | None) -> Running:
    if asked is not None:
        return purpose_give(user=viewer.user, asked=asked, actor=viewer.actor, clock=clock)
    running = running_purpose(viewer.user, clock)
    if running is None:
        hint = "请选择事由并填写案号；有效时间内查看同一事由的其他人员不必再填。"
        raise HuiliuError(code="PURPOSE-001", message="查看完整信息须先说明事由", hint=hint)
    return running


def _entry(viewer: Viewer, key: str, reach: Reach, source: Source, purpose: str) -> Entry:
    details = {
        "snapshot": source.snapshot,
        "batch": source.batch,
        "level": reach.highest,
        "columns": protected_columns(reach.highest),
    }
    return Entry(viewer.actor, VIEWED, PERSON, key, purpose=purpose, details=details)
