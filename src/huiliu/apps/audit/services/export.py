"""Handing the list out as a file: the audit event of it is written before a single line leaves."""

from collections.abc import Iterator

from huiliu.apps.audit.actions import CHAIN, EXPORT
from huiliu.apps.audit.selectors import EventFilter, events
from huiliu.apps.audit.selectors.shown import HEADER, file_rows
from huiliu.apps.audit.services.chain import Actor, Entry, record_alone
from huiliu.kernel.clock import Clock
from huiliu.web.delimited import csv_lines

PORTION = 1_000


def events_export(*, wanted: EventFilter, actor: Actor, clock: Clock | None = None) -> Iterator[str]:
    """Lines of a CSV file with the events that the filter finds now, newest first; its own event is not among them."""
    found = events(wanted)
    newest = found.values_list("seq", flat=True).first() or 0
    found = found.filter(seq__lte=newest)
    details = {"rows": found.count(), "filter": wanted.asked()}
    record_alone(Entry(actor, EXPORT, CHAIN, str(newest), details=details), clock)
    return csv_lines(HEADER, file_rows(found.iterator(chunk_size=PORTION)))
