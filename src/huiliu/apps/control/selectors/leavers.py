"""What is still open of somebody who is about to leave."""

from collections.abc import Sequence
from typing import Any

from django.db.models import Q

from huiliu.apps.accounts.selectors import api_keys, grants, open_sessions
from huiliu.apps.control.models import ApprovalRequest, Delegation, RequestStatus
from huiliu.apps.control.selectors.wording import kind_label, person_label, post_name, subject_of
from huiliu.web.format import show


def left_open(user: Any) -> Sequence[tuple[str, Sequence[str]]]:
    """What ends with the account, by kind: grants, requests, delegations, keys, sessions."""
    held = grants().filter(user=user, revoked_at=None)
    open_ones = ApprovalRequest.objects.filter(
        applicant=user, status__in=(RequestStatus.PENDING, RequestStatus.RETURNED)
    )
    delegated = Delegation.objects.filter(Q(principal=user) | Q(delegate=user), ended_at=None)
    return (
        ("岗位权限", [f"{post_name(grant.post)}，有效期至 {grant.expires_on}" for grant in held]),
        ("本人提出、尚未办结的申请", [f"{row.pk} {kind_label(row.kind)} {subject_of(row)}" for row in open_ones]),
        ("委托", [_delegation(row) for row in delegated.select_related("principal", "delegate")]),
        ("接口密钥", [state.key.shown for state in api_keys(user) if state.state == "open"]),
        ("登录会话", [f"{row.device}，开始于 {show('time', row.started_at)}" for row in open_sessions(user)]),
    )


def _delegation(row: Delegation) -> str:
    return f"{post_name(row.post)}：{person_label(row.principal)} 委托 {person_label(row.delegate)}，至 {row.ends_on}"
