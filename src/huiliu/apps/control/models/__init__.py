"""Requests and their steps, delegations, reviews of grants."""

from huiliu.apps.control.models.approvals import ApprovalRequest, ApprovalStep, Decision, Delegation, RequestStatus
from huiliu.apps.control.models.reviews import GrantReview, Verdict

__all__ = [
    "ApprovalRequest",
    "ApprovalStep",
    "Decision",
    "Delegation",
    "GrantReview",
    "RequestStatus",
    "Verdict",
]
