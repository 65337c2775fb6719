"""Requests and their steps, delegations, reviews of grants, purposes, daily counts and what supervisors found."""

from huiliu.apps.control.models.approvals import ApprovalRequest, ApprovalStep, Decision, Delegation, RequestStatus
from huiliu.apps.control.models.attachments import Attachment
from huiliu.apps.control.models.counts import Counted, DailyCount
from huiliu.apps.control.models.purposes import Purpose
from huiliu.apps.control.models.reviews import GrantReview, Verdict
from huiliu.apps.control.models.supervision import Conclusion, SupervisionRecord

__all__ = [
    "ApprovalRequest",
    "ApprovalStep",
    "Attachment",
    "Conclusion",
    "Counted",
    "DailyCount",
    "Decision",
    "Delegation",
    "GrantReview",
    "Purpose",
    "RequestStatus",
    "SupervisionRecord",
    "Verdict",
]
