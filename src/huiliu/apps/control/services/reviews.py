"""The quarterly review of grants, and what is cleaned up when somebody leaves."""

from dataclasses import asdict, dataclass
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import Q

from huiliu.apps.accounts.selectors import api_keys, grants_of
from huiliu.apps.accounts.services import api_key_revoke, grant_revoke, user_close
from huiliu.apps.audit.services import Actor, Entry, record, refusals_recorded
from huiliu.apps.control import actions
from huiliu.apps.control.models import ApprovalRequest, Delegation, GrantReview, RequestStatus, Verdict
from huiliu.apps.control.selectors.reviews import quarter_of
from huiliu.apps.control.services.approvals import request_withdraw
from huiliu.apps.control.services.delegations import delegation_end
from huiliu.apps.control.services.hands import check_in_person
from huiliu.apps.control.services.rights import check_not_last
from huiliu.kernel.clock import Clock
from huiliu.kernel.errors import HuiliuError

LEFT = "离岗"


@dataclass(frozen=True)
class CleanUp:
    """What a leaver's clean-up ended, in numbers."""

    grants: int
    requests: int
    delegations: int
    keys: int = 0


def grant_review(
    *, grant: Any, reviewer: Any, verdict: str, comment: str = "", actor: Actor, clock: Clock | None = None
) -> GrantReview:
    """Say of a grant that it stays or goes, once a quarter.

    Raises CTRL-020 for one's own grant, CTRL-023 if it was reviewed this quarter or has ended, CTRL-029 for a
    revocation without a word, CTRL-024 for revoking the last system or security administrator.
    """
    entry = Entry(actor, actions.REVIEW, "grant", str(grant.pk), details={"verdict": verdict})
    with refusals_recorded(entry), transaction.atomic():
        now = (clock or settings.HUILIU_CLOCK).now()
        quarter = quarter_of(now.date())
        _check_review(grant, reviewer, verdict, comment.strip(), quarter)
        review = GrantReview.objects.create(
            grant=grant, quarter=quarter, verdict=verdict, reviewer=reviewer, comment=comment.strip(), reviewed_at=now
        )
        if verdict == Verdict.REVOKE:
            check_not_last(grant.user, grant.post, now.date())
            grant_revoke(grant=grant, why=f"{quarter} 复核撤销", actor=actor, clock=clock)
        after = {"quarter": quarter, "verdict": verdict}
        record(Entry(actor, actions.REVIEW, "grant", str(grant.pk), purpose=review.comment, after=after), clock)
        return review


def _check_review(grant: Any, reviewer: Any, verdict: str, comment: str, quarter: str) -> None:
    check_in_person(reviewer)
    if grant.user_id == reviewer.pk:
        raise HuiliuError(code="CTRL-020", message="不能复核自己的岗位权限", hint="请由其他稽核内控人员复核。")
    if grant.revoked_at or GrantReview.objects.filter(grant=grant, quarter=quarter).exists():
        raise HuiliuError(code="CTRL-023", message="这项权限本季度已复核或已撤销", hint="请刷新页面查看。")
    if verdict == Verdict.REVOKE and not comment:
        raise HuiliuError(code="CTRL-029", message="撤销权限须说明原因", hint="请写明撤销的原因。")


def leaver_clean_up(*, user: Any, by: Any, actor: Actor, reason: str = LEFT, clock: Clock | None = None) -> CleanUp:
    """Close the account of somebody who leaves: grants, open requests, delegations and sessions end in one step.

    Raises CTRL-025 for oneself and CTRL-024 for the last of one of the three administrators.
    """
    with refusals_recorded(Entry(actor, actions.LEAVER, "user", user.username)), transaction.atomic():
        _check_leaver(user, by, (clock or settings.HUILIU_CLOCK).now().date())
        open_ones = ApprovalRequest.objects.filter(applicant=user)
        numbers = list(
            open_ones.filter(status__in=(RequestStatus.PENDING, RequestStatus.RETURNED)).values_list("pk", flat=True)
        )
        for number in numbers:
            request_withdraw(number=number, applicant=user, actor=actor, why=LEFT, clock=clock)
        rows = list(Delegation.objects.filter(Q(principal=user) | Q(delegate=user), ended_at=None))
        for row in rows:
            delegation_end(delegation=row, actor=actor, why=LEFT, clock=clock)
        keys = [state.key.pk for state in api_keys(user) if state.key.revoked_at is None]
        for key in keys:
            api_key_revoke(key_id=key, reason=LEFT, actor=actor, clock=clock)
        grants = user_close(user=user, why=LEFT, actor=actor, clock=clock)  # ends the sessions too
        done = CleanUp(grants, len(numbers), len(rows), len(keys))
        after = asdict(done)
        record(Entry(actor, actions.LEAVER, "user", user.username, purpose=reason, after=after), clock)
        return done


def _check_leaver(user: Any, by: Any, today: Any) -> None:
    check_in_person(by)
    if user.pk == by.pk:
        raise HuiliuError(code="CTRL-025", message="不能停用自己的账户", hint="请由另一位系统管理员办理。")
    for grant in grants_of(user):
        check_not_last(user, grant.post, today)
