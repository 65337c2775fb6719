"""Writing the chain: one event at a time under the head's lock, sealed with HMAC-SM3."""

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import IntegrityError, connection, transaction
from django.http import HttpRequest

from huiliu.apps.audit.actions import ACTIONS, KINDS, PAGE, REFUSED_ACCESS
from huiliu.apps.audit.models import AuditEvent, ChainHead, Outcome
from huiliu.apps.audit.sealing import seal
from huiliu.kernel.clock import Clock
from huiliu.kernel.digests import canonical_json
from huiliu.kernel.errors import HuiliuError
from huiliu.kernel.personal import holds_personal_number
from huiliu.web import hooks
from huiliu.web.client import client_ip

POST_LENGTH = 32


@dataclass(frozen=True)
class Actor:
    """Who acts: user name, the post's name and address as they were at that moment."""

    name: str
    post: str = ""
    ip: str = ""

    @property
    def account(self) -> str:
        """The user name alone, also where a program acts with one of that person's keys."""
        return self.name.partition(" ")[0]


SYSTEM = Actor("系统")


@dataclass(frozen=True)
class Entry:
    """What is to be written. `object_key` is an opaque key or a code, never a name or an identity number.

    `before` and `after` hold the changed fields only; `purpose` is the reader's own words.
    """

    actor: Actor
    action: str
    object_kind: str = ""
    object_key: str = ""
    outcome: str = Outcome.OK.value
    purpose: str = ""
    before: Mapping[str, Any] | None = None
    after: Mapping[str, Any] | None = None
    details: Mapping[str, Any] | None = None


def actor_of(request: HttpRequest) -> Actor:
    """The signed-in person behind a request; an unknown visitor is named 未登录."""
    user = request.user
    ip = client_ip(request)
    if not user.is_authenticated:
        return Actor("未登录", ip=ip)
    return Actor(getattr(user, "audit_name", user.get_username()), hooks.post_label(user)[:POST_LENGTH], ip)


def record(entry: Entry, clock: Clock | None = None) -> AuditEvent:
    """Write the event as the last act of the caller's transaction; both land, or neither.

    Raises AUDIT-001 outside a transaction: an event that outlives a rolled-back change would lie. AUDIT-003 where the
    person's own words hold somebody's number: they would stand here for ever.
    """
    if not connection.in_atomic_block:
        raise HuiliuError(
            code="AUDIT-001",
            message="审计记录必须与变更在同一事务中写入",
            hint="请在 transaction.atomic() 内调用 record()，单独的查看或拒绝请用 record_alone()。",
        )
    check_words(entry.purpose)
    ACTIONS[entry.action]  # an undeclared act or kind is refused before anything is written
    if entry.object_kind:
        KINDS[entry.object_kind]
    head = _lock_head()
    event = _sealed(entry, head, (clock or settings.HUILIU_CLOCK).now())
    event.save(force_insert=True)
    ChainHead.objects.filter(pk=1).update(seq=event.seq, hash=event.hash)
    return event


def check_words(text: str) -> None:
    """AUDIT-003 for a reason or comment that holds an identity, telephone or card number; it is not repeated."""
    if holds_personal_number(text):
        raise HuiliuError(
            code="AUDIT-003",
            message="文字中含有证件号码、手机号码或银行卡号",
            hint="理由和说明会长期保存，请改写业务受理号、文号或工单号。",
        )


def record_alone(entry: Entry, clock: Clock | None = None) -> AuditEvent:
    """Write the event in a transaction of its own: for refusals, and for looks before any data leaves.

    Inside another transaction it raises RuntimeError: the row could be rolled back after the data had left.
    """
    with transaction.atomic(durable=True):
        return record(entry, clock)


def record_refusal(request: HttpRequest, permission: str) -> None:
    """A person asked for a page or operation that the post does not grant."""
    match = request.resolver_match
    route = match.route if match else ""
    record_alone(
        Entry(
            actor=actor_of(request),
            action=REFUSED_ACCESS,
            object_kind=PAGE,
            object_key=permission,
            outcome=Outcome.REFUSED.value,
            details={"route": route, "method": request.method},
        )
    )


@contextmanager
def refusals_recorded(entry: Entry) -> Iterator[None]:
    """Write what was refused inside the block as a row of its own, with the refusal's code, and let the error pass.

    The block holds the whole transaction: nothing of it is left when the row is written.
    """
    try:
        yield
    except HuiliuError as error:
        details = {**(entry.details or {}), "code": error.code}
        words = "" if holds_personal_number(entry.purpose) else entry.purpose
        record_alone(
            replace(entry, purpose=words, outcome=Outcome.REFUSED.value, before=None, after=None, details=details)
        )
        raise


def _lock_head() -> ChainHead:
    """On PostgreSQL the row lock, on SQLite the IMMEDIATE transaction keeps other writers waiting."""
    locked = ChainHead.objects.select_for_update()
    head = locked.filter(pk=1).first()
    if head is None:
        with suppress(IntegrityError), transaction.atomic():  # another process may be the first
            ChainHead.objects.create()
        head = locked.filter(pk=1).first()
    if head is None:
        raise HuiliuError(
            code="AUDIT-002",
            message="审计链头缺失，不能写入审计记录，本次操作没有进行",
            hint="请保全数据库并运行 ./run audit verify 查明，报告审计管理员。",
        )
    return head


def _sealed(entry: Entry, head: ChainHead, now: datetime) -> AuditEvent:
    key_id, key = settings.HUILIU_KEYS.current("audit")
    event = AuditEvent(
        seq=head.seq + 1,
        at=now,
        actor=entry.actor.name,
        post=entry.actor.post,
        ip=entry.actor.ip,
        action=entry.action,
        object_kind=entry.object_kind,
        object_key=entry.object_key,
        outcome=entry.outcome,
        purpose=entry.purpose,
        before=_plain(entry.before),
        after=_plain(entry.after),
        details=_plain(entry.details),
        prev_hash=head.hash,
        key_id=key_id,
    )
    event.hash = seal(event, key)
    return event


def _plain(values: Mapping[str, Any] | None) -> dict[str, Any] | None:
    """The values as they will be read back, so that the seal holds after storage; decimals and dates become text."""
    plain: dict[str, Any] | None = None if values is None else json.loads(canonical_json(values))
    return plain
