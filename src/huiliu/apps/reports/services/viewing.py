"""Who looked at which month of a report: recorded before it is shown, as every query is."""

from huiliu.apps.audit.actions import action
from huiliu.apps.audit.services import Actor, Entry, record_alone
from huiliu.apps.reports.services.making import OBJECT
from huiliu.kernel.clock import Clock

VIEWED = action("reports.view", "查看常用报表")


def report_viewed(*, actor: Actor, report: str, month: int, number: int, clock: Clock | None = None) -> None:
    """The audit row of a look, with month and edition."""
    record_alone(Entry(actor, VIEWED, OBJECT, report, details={"month": month, "edition": number}), clock)
