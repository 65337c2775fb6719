"""The full view of a list: permission, purpose and a count for each row come before anything is read."""

from collections.abc import Sequence
from typing import Any

from huiliu.apps.accounts.selectors import Scope
from huiliu.apps.audit.services import Entry, refusals_recorded
from huiliu.apps.control.services.counts import Counted, count_take
from huiliu.apps.control.services.purposes import Asked as Purpose
from huiliu.apps.control.services.purposes import purpose_give
from huiliu.apps.datahub.selectors.reach import opening
from huiliu.apps.datahub.services.full import not_opened
from huiliu.kernel.clock import Clock


def list_opened(user: Any, purpose: Purpose, rows: int, entry: Entry, clock: Clock) -> Sequence[Scope]:
    """The grants that open values, under the purpose of the list, which runs from now on.

    FULL-001, recorded as refused, without any; COUNT-001 where the day allows fewer full views than there are rows.
    """
    with refusals_recorded(entry):
        opened = opening(user)
        if not opened:
            raise not_opened()
    purpose_give(user=user, asked=purpose, actor=entry.actor, clock=clock)
    count_take(actor=entry.actor, counted=Counted.FULL, number=rows, clock=clock)
    return opened
