"""What an approval lets be done in the lake: kept with the signature, done outside of it, taken up again if cut off."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

from django.conf import settings
from django.db import transaction

from huiliu.apps.audit.services import Actor, Entry, record
from huiliu.apps.datahub.models import ActState, LibraryAct
from huiliu.apps.datahub.selectors.acts import undone_acts
from huiliu.apps.datahub.selectors.library import library
from huiliu.apps.datahub.services.nights import nights_project
from huiliu.kernel.clock import Clock
from huiliu.kernel.errors import HuiliuError
from huiliu.kernel.locks import hold
from huiliu.kernel.registry import Registry
from huiliu.lake.records import NightRecord

# What was agreed to no longer holds, so a new request is needed; anything else is tried again.
FINAL = frozenset({"LAKE-040", "LAKE-041", "LAKE-042", "LAKE-046", "LAKE-050", "LAKE-051", "ROLLBACK-002"})
BROKEN = {"code": "ACT-001", "message": "处理中出错", "hint": "请管理员查看 logs 中的日志；稍后自动再试。"}


@dataclass(frozen=True)
class Work:
    """`commit(request, clock)` does it in the lake, or finds it done; `entry` is what the audit is told of it."""

    commit: Callable[[Any, Clock], NightRecord]
    entry: Callable[[Any, Actor], Entry]


WORKS: Registry[Work] = Registry("审批后在回流库中的处理")


def act_intend(request: Any, actor: Actor, clock: Clock) -> str:
    """Keep what is to be done, within the transaction of the last signature; nothing is shown once."""
    WORKS[request.kind]
    LibraryAct.objects.create(request=request, approver=actor.name, approver_post=actor.post, agreed_at=clock.now())
    return ""


def acts_run(*, clock: Clock | None = None) -> int:
    """Do what was agreed to and is not done yet; how many acts are still to be done afterwards.

    One process at a time; one that was killed in between is taken up where it was: the lake's commit is all or nothing,
    and one that was made is found, never made again. One that breaks keeps none of the others waiting; what broke it is
    raised after them.
    """
    clock, broken = clock or settings.HUILIU_CLOCK, None
    with hold(settings.HOME.root / "acts.lock") as is_ours:
        for act in undone_acts() if is_ours else ():
            try:
                _do(act, clock)
            except Exception as error:
                _note(act, state=ActState.WAITING, **BROKEN)
                broken = error
    if broken is not None:
        raise broken
    return undone_acts().count()


def _do(act: LibraryAct, clock: Clock) -> None:
    """The lake is written between two short transactions: nobody waits in the database for it."""
    LibraryAct.objects.filter(pk=act.pk).update(state=ActState.RUNNING, started_at=clock.now())
    actor, work = Actor(act.approver, act.approver_post), WORKS[act.request.kind]
    entry = work.entry(act.request, actor)
    try:
        night = work.commit(act.request, clock)
    except HuiliuError as error:
        _not_done(act, entry, error, clock)
        return
    nights_project(records=library().history(), clock=clock, actor=actor)
    told = {"batch": night.batch, "snapshot": night.snapshot}
    with transaction.atomic():
        _note(act, state=ActState.DONE, ended_at=clock.now(), snapshot=night.snapshot)
        record(replace(entry, details={**(entry.details or {}), **told}), clock)


def _not_done(act: LibraryAct, entry: Entry, error: HuiliuError, clock: Clock) -> None:
    """It waits for its next turn, or is given up and written down where that cannot help."""
    said = {"code": error.code, "message": error.message, "hint": error.hint}
    if error.code not in FINAL:
        _note(act, state=ActState.WAITING, **said)
        return
    with transaction.atomic():
        _note(act, state=ActState.FAILED, ended_at=clock.now(), **said)
        record(replace(entry, outcome="refused", details={**(entry.details or {}), "code": error.code}), clock)


def _note(act: LibraryAct, **changed: Any) -> None:
    LibraryAct.objects.filter(pk=act.pk).update(**{"code": "", "message": "", "hint": "", **changed})
