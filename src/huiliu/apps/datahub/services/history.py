"""Looking at a person's change history: recorded and counted before anything of it is read."""

from collections.abc import Sequence
from datetime import date

from huiliu.apps.accounts.selectors import Scope
from huiliu.apps.audit.actions import action
from huiliu.apps.audit.services import Actor, Entry, record_alone
from huiliu.apps.control.services.counts import Counted, count_take
from huiliu.apps.datahub.models import SubjectKey
from huiliu.apps.datahub.selectors.changes import History, Whom, history
from huiliu.apps.datahub.selectors.library import change_feed, look
from huiliu.apps.datahub.selectors.persons import masked_names
from huiliu.apps.datahub.selectors.reach import reach_of
from huiliu.apps.datahub.services.persons import PERSON
from huiliu.kernel.clock import Clock

LOOKED_BACK = action("datahub.person_changes", "查看变更历史")
GONE = "库中已无此人"


def person_changes(
    *,
    actor: Actor,
    scopes: Sequence[Scope],
    key: str,
    as_of: date | None = None,
    before: int | None = None,
    clock: Clock | None = None,
) -> History | None:
    """What the nights up to a day did to one person's rows, newest first, from the commit before `before` on.

    None alike if the key is unknown or the person is out of reach today; the look is recorded, also as a refused one.
    COUNT-001 above the day's limit, LIBRARY-002 for a day without a night.
    """
    person_no = SubjectKey.objects.filter(key=key).values_list("person_no", flat=True).first()
    if person_no is None:
        return None
    with look(as_of) as seen:
        source, reach = seen.source, reach_of(seen.now, person_no, scopes)
        if reach:
            count_take(actor=actor, counted=Counted.PERSON, clock=clock)
        details = {"snapshot": source.snapshot, "before": before}
        record_alone(Entry(actor, LOOKED_BACK, PERSON, key, "ok" if reach else "refused", details=details), clock)
        if not reach:
            return None
        name = masked_names(seen.snap, [person_no]).get(person_no, GONE)
    whom = Whom(key, person_no, name, reach)
    with change_feed().open(source.snapshot) as feed:
        return history(feed, source, whom, before)
