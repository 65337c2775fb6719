"""Looking at persons: the audit row is written before anything leaves, and without it nothing does."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from django.conf import settings
from django.db import transaction

from huiliu.apps.accounts.selectors import Scope
from huiliu.apps.audit.actions import action, kind
from huiliu.apps.audit.services import Actor, Entry, record, record_alone
from huiliu.apps.control.services.counts import Counted, count_take
from huiliu.apps.datahub.models import SubjectKey
from huiliu.apps.datahub.selectors.keyed import keyed
from huiliu.apps.datahub.selectors.library import Look, Source, look
from huiliu.apps.datahub.selectors.nearby import nearby
from huiliu.apps.datahub.selectors.persons import PersonHit, PersonPage, hits, hits_table, person_page
from huiliu.apps.datahub.selectors.reach import reach_of
from huiliu.apps.datahub.selectors.search import Kind, Terms, find_at, find_by, read_terms
from huiliu.apps.datahub.services.keys import subject_keys, units_reached
from huiliu.kernel.clock import Clock
from huiliu.kernel.errors import HuiliuError
from huiliu.web.tables import Table

PERSON = kind("person", "人员")
SEARCHED = action("datahub.person_search", "查询人员")
VIEWED = action("datahub.person_view", "查看人员")


@dataclass(frozen=True)
class SearchResult:
    """Masked lines of one search; `more` says that the list was cut, `hints` what may be mistyped."""

    kind: Kind
    hits: Sequence[PersonHit]
    more: bool
    hints: Sequence[str]
    source: Source

    @property
    def drawn(self) -> Table:
        """The lines as a page's table, each opening its person."""
        return hits_table(self.hits, self.kind, self.source.business_date if self.source.is_past else None)


def person_search(
    *,
    actor: Actor,
    scopes: Sequence[Scope],
    kind: str,
    text: str,
    as_of: date | None = None,
    clock: Clock | None = None,
) -> SearchResult:
    """Find persons within reach in the published snapshot, or in that of an earlier published day.

    SEARCH-001 for terms that no search can use, COUNT-001 above the day's limit, LAKE-030 without a night, LIBRARY-002
    for a day without one.
    """
    terms = read_terms(kind, text)
    if terms.kind is Kind.ACCOUNT:
        raise no_purpose()
    return search_run(actor=actor, scopes=scopes, terms=terms, as_of=as_of, clock=clock)


def search_run(
    *,
    actor: Actor,
    scopes: Sequence[Scope],
    terms: Terms,
    as_of: date | None = None,
    purpose: str = "",
    clock: Clock | None = None,
) -> SearchResult:
    """Counted, found, recorded; where nobody is found, who may have been meant instead."""
    now = clock or settings.HUILIU_CLOCK
    count_take(actor=actor, counted=Counted.SEARCH, clock=clock)
    with look(as_of) as seen:
        rows, more, hints = _found(seen, terms, scopes)
        with transaction.atomic():
            keys = subject_keys((row["person_no"] for row in rows), now)
            record(replace(_searched(actor, terms, len(rows), seen.source), purpose=purpose), now)
        return SearchResult(terms.kind, hits(seen, rows, keys, scopes), more, hints, seen.source)


def _found(seen: Look, terms: Terms, scopes: Sequence[Scope]) -> tuple[list[dict[str, Any]], bool, tuple[str, ...]]:
    rows, more = find_at(seen, terms, scopes)
    if rows or (near := nearby(terms)) is None:
        return rows, more, terms.hints
    rows, more = find_by(seen, near.matching, near.values, scopes)
    return rows, more, (*terms.hints, near.hint) if rows else terms.hints


def no_purpose() -> HuiliuError:
    """PURPOSE-001 of a search by a protected number."""
    hint = "请在“按银行账号查询的事由”中选择事由并填写案号；有效时间内不必再填。"
    return HuiliuError(code="PURPOSE-001", message="按银行账号查询须先说明事由", hint=hint)


def person_view(
    *, actor: Actor, scopes: Sequence[Scope], key: str, as_of: date | None = None, clock: Clock | None = None
) -> PersonPage | None:
    """One person by address key; the look is recorded before any row is shown, out of reach as a refused one.

    None alike if the key is unknown, the person is out of reach today, or the snapshot of the day does not hold them.
    COUNT-001 above the day's limit, LIBRARY-002 for a day without a night.
    """
    found = SubjectKey.objects.filter(key=key).values_list("person_no", flat=True).first()
    if found is None:
        return None
    with look(as_of) as seen:
        reach = reach_of(seen.now, found, scopes)
        if reach:
            count_take(actor=actor, counted=Counted.PERSON, clock=clock)
        details = {"snapshot": seen.source.snapshot, "batch": seen.source.batch}
        record_alone(Entry(actor, VIEWED, PERSON, key, "ok" if reach else "refused", details=details), clock)
        page = person_page(seen, key, found, reach) if reach else None
        return replace(page, unit_keys=units_reached(seen, page.stays, scopes, clock)) if page else None


def _searched(actor: Actor, terms: Terms, found: int, source: Source) -> Entry:
    """The terms enter the audit only as a keyed digest: equal searches can be recognised, no term can be read."""
    digest = keyed("terms", terms.kind, *terms.values)
    details = {"kind": str(terms.kind), "terms": digest, "found": found, "snapshot": source.snapshot}
    return Entry(actor, SEARCHED, PERSON, details=details)
