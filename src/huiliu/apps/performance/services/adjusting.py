"""A change of the targets drafted from what monitoring proposes: an ordinary draft, with the reason in every row."""

from datetime import date
from typing import Any

from django.conf import settings
from django.db import transaction

from huiliu.apps.audit.actions import action
from huiliu.apps.audit.services import Actor, Entry, record, refusals_recorded
from huiliu.apps.performance.errors import refused
from huiliu.apps.performance.models import Adjustment, Stage, TargetRow, TargetVersion
from huiliu.apps.performance.selectors import monitoring as selectors
from huiliu.apps.performance.selectors.adjusting import basis_of, money_event_of
from huiliu.apps.performance.selectors.monitoring import Monitored
from huiliu.apps.performance.services.holders import EDIT, check_may
from huiliu.apps.performance.services.monitoring import snapshot_keep
from huiliu.apps.performance.services.targets import TARGET, NewVersion, check_year, key_of, version_draft
from huiliu.budget.recalibrate import Proposal
from huiliu.kernel.clock import Clock
from huiliu.kernel.errors import HuiliuError

PROPOSED = action("performance.target_adjust", "按监控建议起草调整目标")


def adjustment_draft(*, project: str, year: int, user: Any, actor: Actor, clock: Clock | None = None) -> TargetVersion:
    """Draft a version of stage 调整 from today's proposals, with the snapshot they stand in.

    All of the version in force is copied; a proposed row gets its new value and says why. It is a draft like any other:
    it is edited, needs its document, and comes into force only by its signatures.

    Raises TARGET-010 without the permission, 002 once the year is over, 004 while another version is open, 014 where
    nothing is to be changed; MONITOR-001 where the ledger knows no such year.
    """
    clock = clock or settings.HUILIU_CLOCK
    today = clock.now().date()
    with refusals_recorded(Entry(actor, PROPOSED, TARGET, f"{project}/{year}")), transaction.atomic():
        check_may(user, EDIT)
        check_year(year, today)
        found = _found(project, year, today)
        version = version_draft(
            wanted=NewVersion(project, year, Stage.ADJUSTED, is_copy=True), user=user, actor=actor, clock=clock
        )
        changes = [_change(version, proposal, found) for proposal in _proposed(found)]
        snapshot = snapshot_keep(project=project, year=year, day=today, user=user, actor=actor, clock=clock)
        event = money_event_of(project, year, today)
        Adjustment.objects.create(version=version, snapshot=snapshot, event=event)
        before, after = ({one["code"]: one[part] for one in changes} for part in ("before", "after"))
        details = {"snapshot": snapshot.digest, "event": event.pk if event else None}
        record(Entry(actor, PROPOSED, TARGET, key_of(version), before=before, after=after, details=details), clock)
        return version


def _found(project: str, year: int, today: date) -> Monitored:
    found = selectors.find(project, year, today)
    if found is None:
        raise refused("MONITOR-001", "没有这个项目年度的监控", "请从“绩效 监控”重新进入。")
    if found.version is None:
        raise _nothing("没有生效的绩效目标，不能起草调整", "请先在“绩效 目标”中办完审批。")
    if not _proposed(found):
        raise _nothing("按现有资金，没有需要调整的目标", "额度到账后，监控会重新提出建议；其他调整请用“另起一版”。")
    return found


def _nothing(message: str, hint: str) -> HuiliuError:
    return refused("TARGET-014", message, hint)


def _proposed(found: Monitored) -> list[Proposal]:
    return [one for one in found.recalibration.proposals if one.is_change] if found.recalibration else []


def _change(version: TargetVersion, proposal: Proposal, found: Monitored) -> dict[str, str]:
    """Write a proposal into its row. Where nothing would be left the value stays: a promise of 0 is kept by doing
    nothing, and whether the row rather goes is for a person to say.
    """
    row = TargetRow.objects.get(version=version, code=proposal.goal.code)
    before = row.value
    row.basis = basis_of(proposal, found, row.basis)
    if not proposal.is_nothing:
        row.value = f"{proposal.value:f}"
        row.upper = "" if proposal.upper is None else f"{proposal.upper:f}"
    row.save(update_fields=("value", "upper", "basis"))
    return {"code": row.code, "before": before, "after": row.value}
