"""Keeping what monitoring shows, quarterly and on demand; handing out the letter and the form."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import structlog
from django.conf import settings
from django.db import transaction

from huiliu.apps.audit.actions import action, kind
from huiliu.apps.audit.services import SYSTEM, Actor, Entry, record, record_alone
from huiliu.apps.funds.selectors import projects as funds
from huiliu.apps.performance.errors import refused
from huiliu.apps.performance.models import MonitoringSnapshot, Occasion
from huiliu.apps.performance.selectors import monitoring as selectors
from huiliu.apps.performance.selectors.monitoring import Monitored
from huiliu.apps.performance.services.holders import EDIT, for_holders
from huiliu.catalog.loader import HOME as CATALOG
from huiliu.documents.fonts import installed_fonts
from huiliu.documents.model import Report
from huiliu.documents.monitoring import MonitoringInput, monitoring_form, urging_letter
from huiliu.documents.report_files import report_files
from huiliu.kernel.clock import Clock
from huiliu.kernel.digests import canonical_json, sm3
from huiliu.kernel.errors import HuiliuError
from huiliu.kernel.yamls import load_yaml

MONITORING = kind("monitoring", "绩效监控")
KEPT = action("performance.monitoring_keep", "留存监控快照")
HANDED_OUT = action("performance.monitoring_document", "下载催拨函或监控表")
DOCUMENTS = {"letter": "催拨函", "form": "绩效运行监控表"}
FORMATS = ("pdf", "docx", "xlsx", "json")
log = structlog.get_logger(__name__)


@dataclass(frozen=True)
class Wanted:
    """A document of a project's year: `letter` or `form`, as one of FORMATS; as of `day`, None for today."""

    project: str
    year: int
    what: str
    format: str
    day: date | None = None


@for_holders(EDIT, KEPT, MONITORING)
def snapshot_keep(
    *, project: str, year: int, day: date | None = None, user: Any, actor: Actor, clock: Clock | None = None
) -> MonitoringSnapshot:
    """Keep what monitoring shows as of `day` (default: today); it is never changed afterwards.

    Raises TARGET-010 without the permission, MONITOR-001 where the ledger knows no such year.
    """
    clock = clock or settings.HUILIU_CLOCK
    return _kept(project, year, day or clock.now().date(), Occasion.DEMAND, actor, clock)


def _kept(project: str, year: int, day: date, occasion: str, actor: Actor, clock: Clock) -> MonitoringSnapshot:
    found = selectors.find(project, year, day)
    if found is None:
        raise _unknown()
    content = _content(found)
    kept = MonitoringSnapshot.objects.create(
        project=project,
        year=year,
        day=found.watch.today,
        occasion=occasion,
        content=content,
        digest=f"sm3:{sm3(canonical_json(content))}",
        taken_at=clock.now(),
        taken_by=actor.name,
    )
    after = {"day": kept.day.isoformat(), "occasion": occasion, "digest": kept.digest}
    record(Entry(actor, KEPT, MONITORING, f"{project}/{year}", after=after), clock)
    return kept


def _content(found: Monitored) -> dict[str, Any]:
    alerts = [
        {"code": one.code, "severity": one.severity, "since": one.since.isoformat(), "cause": one.cause,
         "side": one.side, "post": one.post, "about": one.about, "text": one.text}
        for one in found.watch.alerts
    ]  # fmt: skip
    return {"figures": found.watch.book.as_json(), "alerts": alerts}


def snapshots_keep_due(*, clock: Clock | None = None) -> int:
    """Keep the last quarter's end of every project that has not been kept; how many were.

    One that fails keeps none of the others from it: MONITOR-003 at the end tells how many there were of which code.
    """
    clock = clock or settings.HUILIU_CLOCK
    kept, failed = 0, Counter[str]()
    for project, year, day in list(_due(clock.now().date())):
        try:
            with transaction.atomic():
                _kept(project, year, day, Occasion.QUARTER, SYSTEM, clock)
            kept += 1
        except Exception as error:
            code = error.code if isinstance(error, HuiliuError) else type(error).__name__
            failed[code] += 1
            log.exception("quarter not kept", project=project, year=year, code=code)
    if failed:
        message = f"有 {failed.total()} 个项目没有留存监控快照，其他 {kept} 个已留存"
        raise refused("MONITOR-003", message, "请按日志中的代码处理；下次运行时再补。", codes=dict(failed))
    return kept


def _due(today: date) -> Iterator[tuple[str, int, date]]:
    first_of_quarter = date(today.year, today.month - (today.month - 1) % 3, 1)
    day = first_of_quarter - timedelta(1)
    for one in funds.years().filter(year=day.year):
        if not selectors.has_quarter(one.project.code, one.year, day):
            yield one.project.code, one.year, day


def document_make(*, wanted: Wanted, actor: Actor, clock: Clock | None = None) -> bytes:
    """The letter or the form, its audit row before its bytes.

    Raises MONITOR-001 where the ledger knows no such year or there is no such document; DOC-… as `compose`.
    """
    clock = clock or settings.HUILIU_CLOCK
    today = clock.now().date()
    found = selectors.find(wanted.project, wanted.year, wanted.day or today)
    if found is None or wanted.what not in DOCUMENTS or wanted.format not in FORMATS:
        raise _unknown()
    report = _report(found, wanted, today)
    made = report_files(report, installed_fonts(settings.HOME.fonts))
    content = made[f"{report.key}.{wanted.format}"]
    details = {"what": wanted.what, "format": wanted.format, "digest": f"sm3:{sm3(content)}"}
    record_alone(Entry(actor, HANDED_OUT, MONITORING, f"{wanted.project}/{wanted.year}", details=details), clock)
    return content


def _report(found: Monitored, wanted: Wanted, today: date) -> Report:
    subject = found.subject
    key = f"{wanted.project}-{wanted.year}-{wanted.what}"
    given = MonitoringInput(key, subject.agency, subject.name, subject.department, today)
    if wanted.what == "letter":
        return urging_letter(_words("urging_letter"), found.watch, wanted.year, given)
    return monitoring_form(_words("monitoring_form"), found.watch, found.goals, found.thresholds, wanted.year, given)


def _words(name: str) -> Any:
    return load_yaml(CATALOG / "reports" / f"{name}.yaml")


def _unknown() -> HuiliuError:
    return refused("MONITOR-001", "没有这个项目年度的监控", "请从“绩效 监控”重新进入。")
