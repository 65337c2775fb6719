"""Templates of columns: kept under a name, replaced by the same name, removed."""

import unicodedata
from collections.abc import Sequence
from typing import Any

from django.db import transaction

from huiliu.apps.audit.actions import action, kind
from huiliu.apps.audit.services import Actor, Entry, check_words, record
from huiliu.apps.lists.models import NAME_MAX, ColumnTemplate
from huiliu.apps.lists.selectors import topic
from huiliu.kernel.clock import Clock
from huiliu.kernel.errors import HuiliuError

OBJECT = kind("list_template", "批量查询列模板")
SAVED = action("lists.template_save", "保存列模板")
REMOVED = action("lists.template_remove", "删除列模板")
MOST = 50


@transaction.atomic
def template_save(
    *, user: Any, name: str, columns: Sequence[str], actor: Actor, clock: Clock | None = None
) -> ColumnTemplate:
    """Keep the columns under a name, in place of those it had; LIST-007 for a name or columns that do not do."""
    called = " ".join(unicodedata.normalize("NFKC", name).split())
    chosen = [column for column in columns if column in topic().listed]
    if not called or len(called) > NAME_MAX or not chosen:
        hint = f"名称不超过 {NAME_MAX} 字，并至少选择一列。"
        raise HuiliuError(code="LIST-007", message="列模板没有名称或没有列", hint=hint)
    check_words(called)
    mine = ColumnTemplate.objects.filter(owner=user)
    if mine.exclude(name=called).count() >= MOST:
        raise HuiliuError(code="LIST-007", message=f"列模板已有 {MOST} 个", hint="请先删除不用的。")
    kept, _ = ColumnTemplate.objects.update_or_create(owner=user, name=called, defaults={"columns": chosen})
    record(Entry(actor, SAVED, OBJECT, str(kept.pk), after={"columns": chosen}), clock)
    return kept


@transaction.atomic
def template_remove(*, user: Any, number: int, actor: Actor, clock: Clock | None = None) -> bool:
    """Remove one's own; False if there is none of this number."""
    removed, _ = ColumnTemplate.objects.filter(owner=user, pk=number).delete()
    if removed:
        record(Entry(actor, REMOVED, OBJECT, str(number)), clock)
    return bool(removed)
