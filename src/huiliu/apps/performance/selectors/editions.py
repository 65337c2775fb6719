"""Drafts that two persons may edit: the edition a form was loaded with, and who saved the one that stands."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from huiliu.apps.accounts.selectors import person_names
from huiliu.apps.audit.selectors import EventFilter, events
from huiliu.apps.performance.models import Disclosure, Filing, TargetRow, TargetUse, TargetVersion
from huiliu.apps.performance.selectors.disclosures import Standing
from huiliu.apps.performance.selectors.targets import ROW_FIELDS
from huiliu.kernel.digests import canonical_json, sm3
from huiliu.web.format import show


@dataclass(frozen=True)
class Saved:
    """Who saved what stands now, as people are named, and when."""

    by: str
    at: datetime

    def __str__(self) -> str:
        return f"{self.by} {show('time', self.at)}"


def edition(content: object) -> str:
    """The edition of a content: the same while nobody changed it, whoever saved it again."""
    return sm3(canonical_json(content))[:32]


def of_filing(filing: Filing | None) -> str:
    """What the unit wrote; one that nobody wrote is empty."""
    return edition([filing.achieved, filing.narrative] if filing else ["", {}])


def of_words(version: TargetVersion) -> str:
    """The objective and the document of a version."""
    return edition([version.objective, version.document_no, str(version.document_on or ""), version.document_digest])


def of_row(row: TargetRow | None) -> str:
    """One indicator; None for one that is not there."""
    return edition([getattr(row, name) for name in ROW_FIELDS] if row else None)


def of_use(use: TargetUse | None) -> str:
    """One use of money; None for one that is not there."""
    return edition([use.code, use.name, use.amount_fen] if use else None)


def of_weights(version: TargetVersion) -> str:
    """The weights of all rows."""
    return edition([[row.code, row.level1, row.weight] for row in version.rows.all()])


def of_reply(disclosure: Disclosure) -> str:
    """The document of reply."""
    return edition([disclosure.reply_no, str(disclosure.reply_on)])


def of_packages(found: Standing) -> str:
    """What was made so far, with its passages that stay inside."""
    return edition([found.newest.number, found.newest.masked] if found.newest else None)


def filing_saved(filing: Filing | None) -> Saved | None:
    """Who wrote last; None before anybody did."""
    return saved(filing.written_by, filing.written_at) if filing else None


def saved(name: str, at: datetime) -> Saved:
    """An act by the name that the record keeps."""
    return Saved(person_names([name])[name], at)


def last_saved(kind: str, key: str, acts: Sequence[str], code: str = "") -> Saved | None:
    """Who did one of the acts last, by the audit trail; with `code` only those that speak of it or of everything."""
    done = events(EventFilter(object_kind=kind, object_key=key, outcome="ok")).filter(action__in=acts)
    for event in done.iterator(chunk_size=50):
        told = {**(event.before or {}), **(event.after or {})}
        if not code or told.get("code", code) == code:
            return saved(event.actor, event.at)
    return None
