"""Comparing the library with a front-end source, each table with its audit row."""

from django.conf import settings

from huiliu.apps.audit.actions import action
from huiliu.apps.audit.services import SYSTEM, Actor, Entry, record_alone
from huiliu.apps.datahub.selectors.agreement import NIGHT
from huiliu.apps.datahub.selectors.library import library
from huiliu.kernel.clock import Clock
from huiliu.lake.compare.results import Comparison
from huiliu.lake.compare.run import compare_source
from huiliu.lake.home import LakeHome
from huiliu.lake.sources.database import FrontEndSource

COMPARED = action("datahub.compare", "与来源逐行比对")


def library_compare(
    *, source: FrontEndSource, table: str | None = None, actor: Actor = SYSTEM, clock: Clock | None = None
) -> list[Comparison]:
    """Compare one table or all that the source delivers; results are kept in the lake's folder."""
    clock = clock or settings.HUILIU_CLOCK
    return compare_source(
        LakeHome(settings.HOME.lake), library(), source, table, clock, lambda found: _record(found, actor, clock)
    )


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
