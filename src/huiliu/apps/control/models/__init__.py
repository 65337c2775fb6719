"""Requests and their steps, delegations, reviews of grants, purposes and daily counts."""

from huiliu.apps.control.models.approvals import ApprovalRequest, ApprovalStep, Decision, Delegation, RequestStatus
from huiliu.apps.control.models.attachments import Attachment
from huiliu.apps.control.models.counts import Counted, DailyCount
from huiliu.apps.control.models.purposes import Purpose
from huiliu.apps.control.models.reviews import GrantReview, Verdict

__all__ = [
    "ApprovalRequest",
    "ApprovalStep",
    "Attachment",
    "Counted",
    "DailyCount",
    "Decision",
    "Delegation",
    "GrantReview",
    "Purpose",
    "RequestStatus",
    "Verdict",
]
