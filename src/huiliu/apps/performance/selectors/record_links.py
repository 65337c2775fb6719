"""Where the record behind a figure is opened, of records that do not say so themselves."""

from django.urls import reverse

from huiliu.apps.performance.models import TargetVersion
from huiliu.kernel.figures import Record

EVENT, TARGET = "funds.event", "target"
ENTERED = ("weight.row.", "use.")


def link_of(record: Record, project: str, year: int, version: TargetVersion | None = None) -> str:
    """The page of an event with its attachments, or the row of the targets in force; empty for what has no page."""
    if record.link:
        return record.link
    kind, _, key = record.id.partition(":")
    if kind == EVENT:
        # An entry in an account is told by its event: `funds.event:17:0`.
        return reverse("funds:event_detail", args=(project.lower(), year, int(key.partition(":")[0])))
    place = f"weight.row.{key}" if kind == TARGET else record.id
    if version is not None and place.startswith(ENTERED):
        return f"{reverse('performance:target_detail', args=(version.pk,))}#{place}"
    return ""
