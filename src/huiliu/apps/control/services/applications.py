"""Requests as people make them: a post for somebody, an account with its request, a whole plan seat by seat."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.conf import settings
from django.db import transaction

from huiliu.apps.accounts.selectors import has_permission, holders
from huiliu.apps.accounts.services import user_prepare
from huiliu.apps.audit.services import Actor, Entry, refusals_recorded
from huiliu.apps.control import actions
from huiliu.apps.control.models import ApprovalRequest
from huiliu.apps.control.services.approvals import NewRequest, request_lay, request_submit
from huiliu.kernel.clock import Clock
from huiliu.kernel.errors import HuiliuError

GRANT, FIRST, OPEN, RESET = "post_grant", "post_first", "account_open", "password_reset"


@dataclass(frozen=True)
class WantedPost:
    """What a grant should reach: post, unit (None: the whole city), scheme codes (none: all), level, last day.

    Empty `level` means what the post may see without a purpose, no last day the longest time.
    """

    post: str
    unit: Any = None
    schemes: Sequence[str] = field(default_factory=tuple)
    level: str = ""
    expires_on: date | None = None

    def payload(self) -> dict[str, Any]:
        """The request's details, in codes; what was left open is left out."""
        found = {
            "unit": self.unit.code if self.unit else "",
            "schemes": sorted(self.schemes),
            "level": self.level,
            "expires_on": self.expires_on.isoformat() if self.expires_on else "",
        }
        return {name: value for name, value in found.items() if value}


@dataclass(frozen=True)
class NewAccount:
    """An account that somebody needs: user name, name, unit (None: the city's own office)."""

    username: str
    display_name: str
    unit: Any = None


@dataclass(frozen=True)
class Prepared:
    """An account that waits for its approval; the password is for the eyes of who made it, and kept nowhere."""

    request: ApprovalRequest
    password: str


@dataclass(frozen=True)
class Filed:
    """One place of a plan: the request that was filed, or what refused it."""

    post: str
    person: Any
    request: ApprovalRequest | None = None
    refusal: HuiliuError | None = None


def account_ask(
    *, account: NewAccount, reason: str, applicant: Any, actor: Actor, clock: Clock | None = None
) -> Prepared:
    """Prepare an account and ask for its opening, both or neither; raises what `user_prepare` and submitting raise."""
    entry = Entry(actor, actions.SUBMIT, actions.REQUEST, details={"kind": OPEN})
    with refusals_recorded(entry), transaction.atomic():
        new = user_prepare(
            username=account.username, display_name=account.display_name, unit=account.unit, actor=actor, clock=clock
        )
        wanted = NewRequest(OPEN, account.username, reason, beneficiary=new.user)
        request = request_lay(applicant=applicant, wanted=wanted, actor=actor, clock=clock or settings.HUILIU_CLOCK)
        return Prepared(request, new.password)


def kind_for(post: str, applicant: Any, today: date) -> str:
    """A first grant where nobody holds the post and a system administrator asks; else the ordinary way."""
    vacant = has_permission(applicant, "accounts.manage") and not holders(post, today).exists()
    return FIRST if vacant else GRANT


def plan_file(
    *, seats: Iterable[tuple[WantedPost, Any]], reason: str, applicant: Any, actor: Actor, clock: Clock | None = None
) -> list[Filed]:
    """Ask for every place of a plan, each in a transaction of its own; what is refused stops nothing else."""
    clock = clock or settings.HUILIU_CLOCK
    filed = []
    for wanted, person in seats:
        kind = kind_for(wanted.post, applicant, clock.now().date())
        new = NewRequest(kind, wanted.post, reason, beneficiary=person, payload=wanted.payload())
        try:
            request = request_submit(applicant=applicant, wanted=new, actor=actor, clock=clock)
            filed.append(Filed(wanted.post, person, request))
        except HuiliuError as error:
            filed.append(Filed(wanted.post, person, refusal=error))
    return filed
