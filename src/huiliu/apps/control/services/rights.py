"""Rights that end: revoked by the security administrator, lapsed by the calendar, and what brings the last one back."""

from datetime import date
from typing import Any

from django.conf import settings
from django.db import transaction

from huiliu.apps.accounts.posts import POSTS
from huiliu.apps.accounts.selectors import grants, holders
from huiliu.apps.accounts.services import NewGrant, administrators_lock, grant_add, grant_revoke, grants_expire
from huiliu.apps.audit.services import SYSTEM, Actor, Entry, refusals_recorded
from huiliu.apps.control import actions
from huiliu.apps.control.services.hands import check_in_person
from huiliu.kernel.clock import Clock
from huiliu.kernel.errors import HuiliuError

NEEDED = ("sysadmin", "secadmin")  # without one of each nobody can let anybody in
KEPT = (*NEEDED, "auditor")  # without the last one nobody sees what the others do
LAPSED = "到期"


def right_revoke(*, grant: Any, why: str, by: Any, actor: Actor, clock: Clock | None = None) -> None:
    """End somebody's grant at once. CTRL-024 for the last of the three administrators; ACC-014 if it ended."""
    with refusals_recorded(Entry(actor, actions.REVOKE, "grant", str(grant.pk))), transaction.atomic():
        check_in_person(by)
        check_not_last(grant.user, grant.post, (clock or settings.HUILIU_CLOCK).now().date())
        grant_revoke(grant=grant, why=why, actor=actor, clock=clock)


def check_not_last(user: Any, post: str, today: date) -> None:
    """CTRL-024 if nobody else holds a post without which the system is nobody's to manage."""
    if post not in KEPT:
        return
    administrators_lock()  # two who end each other's post at once would both be the last but one
    if not holders(post, today).exclude(pk=user.pk).exists():
        label = POSTS[post].label
        hint = f"请先为接任的{label}办理授权，再办理离岗或撤销。"
        raise HuiliuError(code="CTRL-024", message=f"这是唯一的{label}，停用后这一职责无人承担", hint=hint)


def rights_expire(*, clock: Clock | None = None) -> int:
    """Mark what is past its last day as ended; how many. They counted for nothing since that day."""
    return grants_expire(actor=SYSTEM, clock=clock)


@transaction.atomic
def right_rescue(*, user: Any, actor: Actor, clock: Clock | None = None) -> str:
    """Renew the lapsed post of the last system or security administrator; the post, or empty where there is none.

    For the console of the machine only: once both lapse, no request can be signed. Nothing is renewed while somebody
    else holds the post, nor what was revoked for another reason.
    """
    today = (clock or settings.HUILIU_CLOCK).now().date()
    newest = grants().filter(user=user, post__in=NEEDED, user__is_active=True).order_by("-granted_at", "-pk").first()
    if newest is None or newest.expires_on >= today or newest.revoked_why not in ("", LAPSED):
        return ""
    if holders(newest.post, today).exists():
        return ""
    if newest.revoked_at is None:
        grant_revoke(grant=newest, why=LAPSED, actor=actor, clock=clock)
    grant_add(user=user, wanted=NewGrant(newest.post), basis="installation", actor=actor, clock=clock)
    return str(newest.post)
