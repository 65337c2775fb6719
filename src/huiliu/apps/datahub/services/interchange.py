"""Exports in the form of a prescribed interface: everything in full, so a person, a reason and two audit rows each."""

from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

from django.conf import settings

from huiliu.apps.accounts.selectors import scopes
from huiliu.apps.audit.actions import action, kind
from huiliu.apps.audit.services import Actor, Entry, check_words, record_alone, refusals_recorded
from huiliu.apps.datahub.selectors.library import Look, look
from huiliu.apps.datahub.selectors.reach import is_whole
from huiliu.catalog import Catalog
from huiliu.interchange.report import MANIFEST, Origin, write_report
from huiliu.interchange.run import Done, Order, Progress, chosen, export
from huiliu.interchange.select import Place
from huiliu.kernel.clock import Clock
from huiliu.kernel.digests import file_digest
from huiliu.kernel.errors import HuiliuError
from huiliu.kernel.masking import Level

PERMISSION = "query.gbt_export"
INTERCHANGE = kind("interchange", "数据接口")
BEGUN = action("datahub.interchange_begin", "开始按数据接口导出")
EXPORTED = action("datahub.interchange_export", "按数据接口导出")


def interchange_export(  # noqa: PLR0913 -- who, what, of which day, why, and who watches
    *,
    user: Any,
    actor: Actor,
    name: str,
    order: Order,
    reason: str,
    day: date | None = None,
    snapshot: int | None = None,
    progress: Progress,
    clock: Clock | None = None,
) -> Done:
    """Write the interface `name` of a day, or of a snapshot seen before, into the folder: with its audit row or not.

    Raises INTERCHANGE-007 without a grant of the permission for the whole city at L4, INTERCHANGE-008 without a reason,
    and what `export` raises; each is recorded as refused.
    """
    entry = Entry(actor, EXPORTED, INTERCHANGE, name, purpose=reason)
    with refusals_recorded(entry):
        _check(user, reason)
        catalog = Catalog.load(*settings.HUILIU_CATALOG_ROOTS)
        interchange = catalog.interchanges[name]
        with look(day, snapshot) as seen:
            told = _told(seen, order, [form.number for form in chosen(interchange, order.numbers)])
            record_alone(replace(entry, action=BEGUN, details=told), clock)

            def seal(done: Done, folder: Path) -> None:
                write_report(done, _origin(seen), folder)
                record_alone(replace(entry, details=told | _result(done, folder)), clock)

            wanted = replace(order, reserve=settings.HUILIU_RESERVE)
            return export(seen.snap, interchange, place_of(catalog, seen), wanted, progress, seal)


def may_interchange(user: Any) -> None:
    """INTERCHANGE-007 without a grant of the permission for the whole city at L4."""
    held = scopes(user, PERMISSION)
    if not any(is_whole(scope) and scope.level == Level.L4 for scope in held):
        raise HuiliuError(
            code="INTERCHANGE-007",
            message="没有全市范围、L4 级的导出权限",
            hint="按数据接口导出含全部人员的完整信息。请申请稽核内控岗全市、全部险种、L4 的授权。",
        )


def _check(user: Any, reason: str) -> None:
    may_interchange(user)
    if not reason.strip():
        hint = "请写明审计通知书文号或调取函编号，不写个人信息。"
        raise HuiliuError(code="INTERCHANGE-008", message="导出须写明理由", hint=hint)
    check_words(reason)


def place_of(catalog: Catalog, seen: Look) -> Place:
    """Confirmed meanings only: what is 待核 is no fact for an auditor."""
    lists = catalog.codes.items()
    meanings = {name: {c: w for c, w in codes.values.items() if c not in codes.unverified} for name, codes in lists}
    return Place(seen.now.pointer.division, seen.source.business_date, meanings, catalog.codes["division"].values)


def _origin(seen: Look) -> Origin:
    source = seen.source
    division = seen.now.pointer.division
    return Origin(division, source.business_date, source.batch, source.digest, source.snapshot, source.level)


def _told(seen: Look, order: Order, numbers: list[str]) -> dict[str, Any]:
    source = seen.source
    day = source.business_date.isoformat()
    return {"snapshot": source.snapshot, "day": day, "tables": numbers, "formats": list(order.formats)}


def _result(done: Done, folder: Path) -> dict[str, Any]:
    """Counts and the digest of the manifest, which holds those of all files."""
    return {
        "rows": sum(table.totals.rows for table in done.tables),
        "files": len(done.files),
        "bytes": sum(file.bytes for file in done.files),
        "faults": done.fault_count,
        "manifest": file_digest(folder / MANIFEST),
    }
