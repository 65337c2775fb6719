"""Looking at persons: the audit row is written before anything leaves, and without it nothing does."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.conf import settings
from django.db import transaction

from huiliu.apps.accounts.selectors import Scope
from huiliu.apps.audit.actions import action, kind
from huiliu.apps.audit.services import Actor, Entry, record, record_alone
from huiliu.apps.control.services.counts import Counted, count_take
from huiliu.apps.datahub.models import SubjectKey
from huiliu.apps.datahub.selectors.library import library
from huiliu.apps.datahub.selectors.persons import PersonHit, PersonPage, hits, hits_table, person_page
from huiliu.apps.datahub.selectors.reach import reach_of
from huiliu.apps.datahub.selectors.search import Kind, Terms, find, read_terms
from huiliu.apps.datahub.services.keys import keyed, subject_keys
from huiliu.kernel.clock import Clock
from huiliu.lake.records import Pointer
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
    pointer: Pointer

    @property
    def drawn(self) -> Table:
        """The lines as a page's table, each opening its person."""
        return hits_table(self.hits, self.kind)


def person_search(
    *, actor: Actor, scopes: Sequence[Scope], kind: str, text: str, clock: Clock | None = None
) -> SearchResult:
    """Find persons within reach in the published snapshot.

    SEARCH-001 for terms that no search can use, COUNT-001 above the day's limit, LAKE-030 without a night.
    """
    terms, now = read_terms(kind, text), clock or settings.HUILIU_CLOCK
    count_take(actor=actor, counted=Counted.SEARCH, clock=clock)
    with library().open() as snap:
        rows, more = find(snap, terms, scopes)
        with transaction.atomic():
            keys = subject_keys((row["person_no"] for row in rows), now)
            record(_searched(actor, terms, len(rows), snap.pointer), now)
        return SearchResult(terms.kind, hits(snap, rows, keys, scopes), more, terms.hints, snap.pointer)


def person_view(*, actor: Actor, scopes: Sequence[Scope], key: str, clock: Clock | None = None) -> PersonPage | None:
    """One person by address key; the look is recorded before any row is shown, out of reach as a refused one.

    None alike if the key is unknown, the person is out of reach, or the snapshot no longer holds them. COUNT-001 above
    the day's limit.
    """
    found = SubjectKey.objects.filter(key=key).values_list("person_no", flat=True).first()
    if found is None:
        return None
    with library().open() as snap:
        reach = reach_of(snap, found, scopes)
        if reach:
            count_take(actor=actor, counted=Counted.PERSON, clock=clock)
        details = {"snapshot": snap.pointer.snapshot, "batch": snap.pointer.batch}
        record_alone(Entry(actor, VIEWED, PERSON, key, "ok" if reach else "refused", details=details), clock)
        return person_page(snap, key, found, reach) if reach else None


def _searched(actor: Actor, terms: Terms, found: int, pointer: Pointer) -> Entry:
    """The terms enter the audit only as a keyed digest: equal searches can be recognised, no term can be read."""
    digest = keyed("terms", terms.kind, *terms.values)
    details = {"kind": str(terms.kind), "terms": digest, "found": found, "snapshot": pointer.snapshot}
    return Entry(actor, SEARCHED, PERSON, details=details)
