"""Looking at units: counted like looks at persons, recorded before anything leaves."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

from django.conf import settings
from django.db import transaction

from huiliu.apps.accounts.selectors import Scope
from huiliu.apps.audit.actions import action, kind
from huiliu.apps.audit.services import Actor, Entry, record, record_alone
from huiliu.apps.control.services.counts import Counted, count_take
from huiliu.apps.datahub.models import UnitKey
from huiliu.apps.datahub.selectors.keyed import keyed
from huiliu.apps.datahub.selectors.library import Source, look
from huiliu.apps.datahub.selectors.reach import UNITS, reach_of
from huiliu.apps.datahub.selectors.unit_search import (
    UnitHit,
    UnitKind,
    UnitTerms,
    read_unit_terms,
    unit_hits,
    unit_hits_table,
    units_at,
)
from huiliu.apps.datahub.selectors.units import UnitPage, unit_page
from huiliu.apps.datahub.services.keys import subject_keys, unit_keys
from huiliu.kernel.clock import Clock
from huiliu.web.tables import Table

UNIT = kind("insured_unit", "参保单位")
SEARCHED = action("datahub.unit_search", "查询单位")
VIEWED = action("datahub.unit_view", "查看单位")


@dataclass(frozen=True)
class UnitSearchResult:
    """Lines of one search; `more` says that the list was cut, `hints` what may be mistyped."""

    kind: UnitKind
    hits: Sequence[UnitHit]
    more: bool
    hints: Sequence[str]
    source: Source

    @property
    def drawn(self) -> Table:
        """The lines as a page's table, each opening its unit."""
        return unit_hits_table(self.hits, self.kind, self.source.business_date if self.source.is_past else None)


def unit_search(
    *,
    actor: Actor,
    scopes: Sequence[Scope],
    kind: str,
    text: str,
    as_of: date | None = None,
    clock: Clock | None = None,
) -> UnitSearchResult:
    """Find units within reach in the published snapshot, or in that of an earlier published day.

    SEARCH-001 for terms that no search can use, COUNT-001 above the day's limit, LAKE-030 without a night, LIBRARY-002
    for a day without one.
    """
    terms, now = read_unit_terms(kind, text), clock or settings.HUILIU_CLOCK
    count_take(actor=actor, counted=Counted.SEARCH, clock=clock)
    with look(as_of) as seen:
        rows, more = units_at(seen, terms, scopes)
        with transaction.atomic():
            keys = unit_keys((row["unit_no"] for row in rows), now)
            record(_searched(actor, terms, len(rows), seen.source), now)
        return UnitSearchResult(terms.kind, unit_hits(rows, keys), more, terms.hints, seen.source)


def unit_view(
    *,
    actor: Actor,
    scopes: Sequence[Scope],
    key: str,
    as_of: date | None = None,
    page: int = 1,
    clock: Clock | None = None,
) -> UnitPage | None:
    """One unit by address key with a page of its staff; recorded before any row is shown, out of reach as refused.

    None alike if the key is unknown, the unit is out of reach today, or the snapshot of the day does not hold it.
    COUNT-001 above the day's limit of looks at persons, LIBRARY-002 for a day without a night.
    """
    unit_no = UnitKey.objects.filter(key=key).values_list("unit_no", flat=True).first()
    if unit_no is None:
        return None
    with look(as_of) as seen:
        reach = reach_of(seen.now, unit_no, scopes, UNITS)
        if reach:
            count_take(actor=actor, counted=Counted.PERSON, clock=clock)
        details = {"snapshot": seen.source.snapshot, "batch": seen.source.batch, "page": page}
        record_alone(Entry(actor, VIEWED, UNIT, key, "ok" if reach else "refused", details=details), clock)
        found = unit_page(seen, key, unit_no, reach, scopes, page) if reach else None
    return _with_keys(found, clock) if found else None


def _with_keys(found: UnitPage, clock: Clock | None) -> UnitPage:
    """The page with the address keys of the persons it lists."""
    with transaction.atomic():
        keys = subject_keys((line.person_no for line in found.staff.lines), clock or settings.HUILIU_CLOCK)
    return replace(found, keys=keys)


def _searched(actor: Actor, terms: UnitTerms, found: int, source: Source) -> Entry:
    """Terms as a keyed digest, as in searches for persons."""
    digest = keyed("terms", f"unit_{terms.kind}", terms.value)
    details = {"kind": str(terms.kind), "terms": digest, "found": found, "snapshot": source.snapshot}
    return Entry(actor, SEARCHED, UNIT, details=details)
