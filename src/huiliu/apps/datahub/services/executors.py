"""What becomes of rows in quarantine once the last signature of a request agrees; registered when the app starts."""

from collections.abc import Sequence
from functools import partial
from typing import Any
from urllib.parse import urlencode

from django.urls import reverse

from huiliu.apps.audit.actions import action
from huiliu.apps.audit.services import Actor, Entry
from huiliu.apps.control.services import EXECUTORS, Executor
from huiliu.apps.datahub.selectors import catalog, library
from huiliu.apps.datahub.selectors.acts import told_of
from huiliu.apps.datahub.selectors.quarantine import Row, refs_of
from huiliu.apps.datahub.services.acts import WORKS, Work, act_intend
from huiliu.apps.datahub.services.quarantine import KINDS, ROWS, Decision, check_may_ask, rows_digest, rows_of_request
from huiliu.apps.datahub.services.writing import writing_home
from huiliu.kernel.clock import Clock
from huiliu.kernel.errors import HuiliuError
from huiliu.lake.decide import KIND, Verdict, Waiting, decide
from huiliu.lake.records import NightRecord

DONE = {
    "release": action("datahub.quarantine_release", "隔离行放行"),
    "reject": action("datahub.quarantine_reject", "隔离行不予入库"),
}


def register() -> None:
    """The kinds of this part."""
    for decision, kind in KINDS.items():
        EXECUTORS.add(kind, Executor(_check, _execute, _see, told_of))
        WORKS.add(kind, Work(partial(_commit, decision), partial(_entry, decision)))


def _check(request: Any) -> None:
    if request.finished_at is None:
        check_may_ask(request.applicant)
    if request.payload.get("table") not in catalog().tables:
        raise _changed()


def _see(request: Any) -> str:
    return f"{reverse('datahub:quarantine_rows')}?{urlencode({'request': request.pk})}"


def _execute(request: Any, actor: Actor, clock: Clock) -> str:
    """Keep the decision, if the rows are still as they were asked about."""
    _rows(request)
    return act_intend(request, actor, clock)


def _commit(decision: Decision, request: Any, clock: Clock) -> NightRecord:
    """The lake cannot be rolled back: cut off in between, the act finds its own commit."""
    basis = f"申请 {request.pk}"
    return _done_before(basis) or _decide(decision, _rows(request), basis, clock)


def _entry(decision: Decision, request: Any, actor: Actor) -> Entry:
    return Entry(actor, DONE[decision], ROWS, str(request.pk), details={"rows": request.payload["rows"]})


def _rows(request: Any) -> list[Row]:
    asked = list(refs_of(request.pk))
    if not asked or rows_digest(asked) != request.payload["digest"]:
        raise _changed()
    rows = rows_of_request(request.pk)
    if len(rows) != len(asked):
        raise _changed()
    return rows


def _decide(decision: Decision, rows: Sequence[Row], basis: str, clock: Clock) -> NightRecord:
    waiting = [Waiting(row.table, row.key, row.cells) for row in rows]
    return decide(writing_home(), catalog().tables, Verdict(decision, waiting, basis), clock)


def _done_before(basis: str) -> NightRecord | None:
    """The commit of this very request, if it was made and only what followed it failed."""
    nights = [night for night in library().history() if night.kind == KIND]
    return next((n for n in reversed(nights) if any(check.where == basis for check in n.checks)), None)


def _changed() -> HuiliuError:
    return HuiliuError(
        code="LAKE-050",
        message="隔离区中的行在申请之后有变化，没有处理任何一行",
        hint="省级可能已更正或删除这些行。请不同意本申请，由申请人按隔离区现有的行重新提出。",
    )
