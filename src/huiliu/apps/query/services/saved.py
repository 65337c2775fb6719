"""Keeping, sharing and dropping queries; each act and its audit row are one transaction, and no value is in the row."""

import json
import secrets
from typing import Any

from django.conf import settings
from django.db import transaction

from huiliu.apps.audit.actions import action, kind
from huiliu.apps.audit.services import Actor, Entry, record
from huiliu.apps.query.models import NAME_MAX, SavedQuery
from huiliu.apps.query.selectors import holds_protected, read_query
from huiliu.kernel.clock import Clock
from huiliu.kernel.errors import HuiliuError
from huiliu.kernel.personal import holds_personal_number
from huiliu.topics import Query

SAVED = kind("saved_query", "方案")
KEPT = action("query.saved_keep", "保存方案")
SHARED = action("query.saved_share", "共享方案")
UNSHARED = action("query.saved_unshare", "停止共享方案")
DROPPED = action("query.saved_drop", "删除方案")


@transaction.atomic
def saved_keep(*, user: Any, actor: Actor, name: str, query: Query, clock: Clock | None = None) -> SavedQuery:
    """Keep a query under a name; of one's own the one of the same name is replaced.

    QRY-012 for a name that is none, QRY-017 for protected values in place of a query that is shared.
    """
    clock = clock or settings.HUILIU_CLOCK
    content, called = json.dumps(query.to_json(), ensure_ascii=False), _checked(name)
    row = SavedQuery.objects.select_for_update().filter(owner=user, name=called).first()
    if row is None:
        row = SavedQuery(key=secrets.token_hex(16), name=called, owner=user)
    if row.unit_id is not None and holds_protected(query):
        raise _not_for_others()
    row.topic, row.content, row.saved_at = query.topic, content, clock.now()
    row.save()
    record(Entry(actor, KEPT, SAVED, row.key, details={"topic": query.topic}), clock)
    return row


@transaction.atomic
def saved_share(*, user: Any, actor: Actor, key: str, shared: bool, clock: Clock | None = None) -> None:
    """Let one's unit use one's own query, or no longer.

    QRY-013 for somebody without a unit, QRY-014 for another's, QRY-017 for one with protected values in it.
    """
    row = _own(user, key)
    if shared and holds_protected(read_query(row.content.reveal())):
        raise _not_for_others()
    if shared and user.unit_id is None:
        hint = "请联系系统管理员在账户中登记所属机构。"
        raise HuiliuError(code="QRY-013", message="您的账户没有登记机构，不能共享方案", hint=hint)
    row.unit_id = user.unit_id if shared else None
    row.save(update_fields=("unit",))
    record(Entry(actor, SHARED if shared else UNSHARED, SAVED, key, details={"topic": row.topic}), clock)


@transaction.atomic
def saved_drop(*, user: Any, actor: Actor, key: str, clock: Clock | None = None) -> None:
    """Delete a query of one's own; QRY-014 for another's."""
    row = _own(user, key)
    row.delete()
    record(Entry(actor, DROPPED, SAVED, key, details={"topic": row.topic}), clock)


def _own(user: Any, key: str) -> SavedQuery:
    row = SavedQuery.objects.select_for_update().filter(owner=user, key=key).first()
    if row is None:
        raise HuiliuError(code="QRY-014", message="没有这个方案，或不是您建立的", hint="只能改动自己建立的方案。")
    return row


def _not_for_others() -> HuiliuError:
    """Whoever opens a shared query reads its conditions, with a purpose or without, whatever their level."""
    hint = "请删去姓名、证件号码、电话、账号等条件后再共享；只供本人使用的，请换一个方案名称保存。"
    return HuiliuError(code="QRY-017", message="方案的条件含有受保护信息，不能共享", hint=hint)


def _checked(name: str) -> str:
    called = " ".join(name.split())
    if not called or len(called) > NAME_MAX or holds_personal_number(called):
        hint = f"请填写不超过 {NAME_MAX} 字的名称，不要写姓名、证件号码、电话或账号。"
        raise HuiliuError(code="QRY-012", message="方案名称为空、过长或含有个人信息", hint=hint)
    return called
