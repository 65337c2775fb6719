"""Keys of the interface: made by their owner, shown once, checked on each call, revoked for ever."""

import re
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.http import HttpRequest

from huiliu.apps.accounts import actions, selectors
from huiliu.apps.accounts.models import ApiKey, User
from huiliu.apps.accounts.policy import KEY_DAYS_MOST
from huiliu.apps.accounts.services import places, tries
from huiliu.apps.accounts.services.digests import is_digest_of, keyed_digest
from huiliu.apps.audit.services import Actor, Entry, record, record_alone
from huiliu.kernel.clock import Clock
from huiliu.kernel.errors import HuiliuError
from huiliu.web.client import client_ip

BEARER = re.compile(r"Bearer hlk_([0-9a-f]{12})_([0-9a-f]{64})")
USED_EVERY = timedelta(minutes=1)


@dataclass(frozen=True)
class NewKey:
    """A key just made; `secret` is the whole text a program sends and exists nowhere else."""

    key: ApiKey
    secret: str


@transaction.atomic
def api_key_create(  # noqa: PLR0913 -- the fields of a key
    *,
    owner: User,
    label: str,
    permissions: Sequence[str],
    days: int,
    actor: Actor,
    networks: str = "",
    clock: Clock | None = None,
) -> NewKey:
    """Make a key for `days` (1–365) with some of the owner's own permissions.

    Raises ACC-032 for wrong networks, ACC-038 for permissions the owner has not, a missing purpose or wrong days.
    """
    _check_new(owner, label, permissions, days)
    now, public_id, secret = (clock or settings.HUILIU_CLOCK).now(), secrets.token_hex(6), secrets.token_hex(32)
    key = ApiKey.objects.create(
        public_id=public_id,
        digest=keyed_digest(f"{public_id}:{secret}"),
        owner=owner,
        label=label.strip(),
        permissions=sorted(set(permissions)),
        networks=places.tidy_networks(networks),
        created_at=now,
        expires_at=now + timedelta(days=days),
    )
    after = {"permissions": key.permissions, "networks": key.networks, "days": days}
    record(Entry(actor, actions.KEY_CREATE, actions.API_KEY, key.shown, after=after), clock)
    return NewKey(key, f"{key.shown}_{secret}")


def _check_new(owner: User, label: str, permissions: Sequence[str], days: int) -> None:
    is_own = bool(permissions) and set(permissions) <= set(selectors.lendable(owner))
    if not (is_own and label.strip() and 1 <= days <= KEY_DAYS_MOST):
        hint = f"请写明用途，只选自己现有的权限，有效期 1 到 {KEY_DAYS_MOST} 天。"
        raise HuiliuError(code="ACC-038", message="接口密钥的内容不合要求", hint=hint)


@transaction.atomic
def api_key_revoke(
    *, key_id: int, reason: str, actor: Actor, owner: User | None = None, clock: Clock | None = None
) -> None:
    """Revoke a key for ever; with `owner` only one of that person's. ACC-039 where there is no such open key."""
    found = ApiKey.objects.select_for_update().filter(pk=key_id, revoked_at=None)
    key = (found.filter(owner=owner) if owner else found).first()
    if key is None:
        raise HuiliuError(code="ACC-039", message="没有这个接口密钥，或已经撤销", hint="请刷新页面后再看。")
    key.revoked_at = (clock or settings.HUILIU_CLOCK).now()
    key.save(update_fields=("revoked_at",))
    record(Entry(actor, actions.KEY_REVOKE, actions.API_KEY, key.shown, purpose=reason), clock)


def api_key_caller(request: HttpRequest) -> User | None:
    """In whose name a program calls, bound to what the key may; None, written down, for a key that opens nothing.

    Nobody is signed in by it: there is no session, and the next call shows its key again.
    """
    match = BEARER.fullmatch(request.headers.get("Authorization", ""))
    now = settings.HUILIU_CLOCK.now()
    key = ApiKey.objects.select_related("owner__sign_in").filter(public_id=match[1]).first() if match else None
    why = "unknown" if key is None or match is None else _refusal(request, key, match[2], now)
    if key is None or why:
        _record_refusal(request, key, why, now)
        return None
    _note_use(request, key, now)
    user: User = key.owner
    user.api_key = key
    return user


def _refusal(request: HttpRequest, key: ApiKey, secret: str, now: datetime) -> str:
    """Why the key opens nothing; the secret is asked first, so that a guess learns nothing of the rest."""
    reasons = {
        "secret": lambda: not is_digest_of(key.digest, f"{key.public_id}:{secret}"),
        "revoked": lambda: key.revoked_at is not None,
        "expired": lambda: key.expires_at <= now,
        "owner": lambda: not key.owner.is_active,
        "network": lambda: (
            not places.inside(client_ip(request), key.networks) or bool(places.wrong_network(request, key.owner))
        ),
    }
    return next((why for why, is_so in reasons.items() if is_so()), "")


def _record_refusal(request: HttpRequest, key: ApiKey | None, why: str, now: datetime) -> None:
    """Once a minute for a key, and once for all unknown ones of an address."""
    shown = key.shown if key else ""
    if tries.may_tell(f"key:{shown or client_ip(request)}", now):
        actor = Actor(key.owner.username if key and why != "secret" else "未登录", ip=client_ip(request))
        details = {"why": why}
        record_alone(
            Entry(actor, actions.KEY_REFUSED, actions.API_KEY, shown or "未知密钥", outcome="refused", details=details)
        )


def _note_use(request: HttpRequest, key: ApiKey, now: datetime) -> None:
    if key.used_at is None or not timedelta(0) <= now - key.used_at < USED_EVERY:
        ApiKey.objects.filter(pk=key.pk).update(used_at=now, used_from=client_ip(request))
