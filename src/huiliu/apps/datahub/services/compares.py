"""Comparing the library with a front-end source, and looking at what differs, each with its audit row."""

from django.conf import settings

from huiliu.apps.audit.actions import action, kind
from huiliu.apps.audit.services import SYSTEM, Actor, Entry, record_alone
from huiliu.apps.datahub.selectors.agreement import NIGHT
from huiliu.apps.datahub.selectors.compares import ComparePage, compare_page
from huiliu.apps.datahub.selectors.library import library
from huiliu.apps.datahub.services.quarantine import Viewer
from huiliu.kernel.clock import Clock
from huiliu.lake.compare.results import Comparison
from huiliu.lake.compare.run import compare_source
from huiliu.lake.home import LakeHome
from huiliu.lake.sources.database import FrontEndSource

COMPARED = action("datahub.compare", "与来源逐行比对")
VIEWED = action("datahub.compare_view", "查看比对差异")
COMPARISON = kind("comparison", "与来源的比对")


def library_compare(
    *, source: FrontEndSource, table: str | None = None, actor: Actor = SYSTEM, clock: Clock | None = None
) -> list[Comparison]:
    """Compare one table or all that the source delivers; results are kept in the lake's folder."""
    clock = clock or settings.HUILIU_CLOCK
    return compare_source(
        LakeHome(settings.HOME.lake), library(), source, table, clock, lambda found: _record(found, actor, clock)
    )


def compare_view(*, viewer: Viewer, key: str, clock: Clock | None = None) -> ComparePage | None:
    """One comparison; where numbers that stand for persons are readable, recorded before it leaves."""
    found = compare_page(key, with_cells=viewer.sees_cells)
    if found and viewer.sees_cells:
        comparison = found.line.comparison
        details = {"table": comparison.table, "snapshot": comparison.snapshot, "found": len(found.differences.rows)}
        record_alone(Entry(viewer.actor, VIEWED, COMPARISON, key, details=details), clock)
    return found


def _record(found: Comparison, actor: Actor, clock: Clock) -> None:
    """Counts only: which rows differ stands in the result."""
    outcome = found.outcome
    details = {
        "table": found.table,
        "source": found.source,
        "snapshot": found.snapshot,
        "exchanges": outcome.exchanges,
        "differences": dict(found.counts()),
        "unlisted": outcome.unlisted,
    }
    record_alone(Entry(actor, COMPARED, NIGHT, str(found.snapshot), details=details), clock)
