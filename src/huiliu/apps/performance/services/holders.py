"""Who may write: a service of this part begins only for a person who holds the permission today."""

from collections.abc import Callable
from functools import wraps
from typing import Any, ParamSpec, TypeVar

from django.db import transaction

from huiliu.apps.accounts.posts import PERMISSIONS
from huiliu.apps.accounts.selectors import has_permission
from huiliu.apps.audit.services import Entry, refusals_recorded
from huiliu.apps.performance.errors import refused

P = ParamSpec("P")
R = TypeVar("R")

EDIT, MEASURE, ASSESS = "performance.edit_targets", "performance.measure", "performance.assess"
REVIEW, RECTIFY, DISCLOSE = "performance.review", "performance.rectify", "performance.disclose"
TEMPLATES, DRAFT_FILING = "performance.templates", "performance.draft_filing"
CHECK = "performance.check_tables"
_CODES = {
    EDIT: "TARGET-010",
    MEASURE: "MEASURE-009",
    ASSESS: "ASSESS-005",
    REVIEW: "REVIEW-001",
    DISCLOSE: "DISC-010",
    TEMPLATES: "TEMPLATE-001",
    DRAFT_FILING: "FILING-008",
    CHECK: "BATCH-001",
}
_WHO = {REVIEW: "稽核内控岗", DRAFT_FILING: "信息技术岗", CHECK: "财务会计岗或稽核内控岗"}


def check_may(user: Any, permission: str) -> None:
    """TARGET-010, MEASURE-009, ASSESS-005, REVIEW-001, DISC-010 or FILING-008 without the permission."""
    if not has_permission(user, permission):
        message = f"您的岗位没有“{PERMISSIONS[permission]}”的权限"
        raise refused(_CODES[permission], message, f"请由{_WHO.get(permission, '财务会计岗')}办理。")


def for_holders(permission: str, act: str, sort: str) -> Callable[[Callable[P, R]], Callable[P, R]]:
    """Make a service with `user` and `actor` one transaction of a holder; anybody else is refused first, on record."""

    def guard(service: Callable[P, R]) -> Callable[P, R]:
        @wraps(service)
        def guarded(*args: P.args, **kwargs: P.kwargs) -> R:
            with refusals_recorded(Entry(kwargs["actor"], act, sort)):  # type: ignore[arg-type]
                check_may(kwargs["user"], permission)
            with transaction.atomic():
                return service(*args, **kwargs)

        return guarded

    return guard
