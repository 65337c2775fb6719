"""Looking up a list: counted by its rows, recorded with its purpose, then shown at once or laid down as an export."""

import secrets
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from django.conf import settings
from django.db import transaction

from huiliu.apps.accounts.selectors import Scope, scopes
from huiliu.apps.audit.actions import action
from huiliu.apps.audit.services import Actor, Entry, record
from huiliu.apps.control.services.counts import Counted, count_take
from huiliu.apps.control.services.purposes import Asked as Purpose
from huiliu.apps.control.services.purposes import checked_case, checked_matter
from huiliu.apps.datahub.selectors import Source, look
from huiliu.apps.datahub.services import subject_keys
from huiliu.apps.exports.services import Asked, NewExport, export_ask
from huiliu.apps.lists.models import ListLookUp
from huiliu.apps.lists.selectors import LOOK_UP, sight_of, topic
from huiliu.apps.lists.services.answering import (
    KIND,
    TITLE,
    answers,
    check_tables,
    compiled,
    counts_of,
    read_numbers,
    tally,
)
from huiliu.apps.lists.services.keeping import OBJECT, FilledForm, list_drop, list_keep
from huiliu.apps.lists.services.opening import list_opened
from huiliu.documents.uploaded_list import UploadedList
from huiliu.kernel.clock import Clock
from huiliu.kernel.errors import HuiliuError
from huiliu.kernel.listed_numbers import By
from huiliu.topics import ResultColumn
from huiliu.topics.lists import MOST_ITEMS, PERSON, Answer

LOOKED = action("lists.show", "批量查询")
KEPT = action("lists.ask", "提交批量查询名单")
MOST_SHOWN = 200


@dataclass(frozen=True)
class NewList:
    """A list to be looked up: rows, what its numbers are, the columns of the answer, and what for.

    With `form` the answer is that workbook, filled in place; `is_full` asks for protected values as they are.
    """

    uploaded: UploadedList = field(repr=False)
    by: By
    columns: Sequence[str]
    purpose: Purpose
    form: FilledForm | None = None
    is_full: bool = False


@dataclass(frozen=True)
class ShownList:
    """Answers for a page, in the order of the list, with the address keys of the persons found."""

    uploaded: UploadedList = field(repr=False)
    answers: Sequence[Answer] = field(repr=False)
    columns: Sequence[ResultColumn]
    keys: Mapping[str, str] = field(repr=False)
    counts: Mapping[str, int]
    source: Source


def list_show(*, user: Any, wanted: NewList, actor: Actor, clock: Clock | None = None) -> ShownList:
    """Answer a short list on the page; the audit row is written before anything leaves.

    LIST-004 without columns, LIST-005 for a list that is too long for a page; PURPOSE-002 and 003, COUNT-001 above the
    day's rows, LAKE-030 without a night; in full FULL-001, and COUNT-001 above the day's full views.
    """
    now = clock or settings.HUILIU_CLOCK
    if len(wanted.uploaded.rows) > MOST_SHOWN:
        hint = "请改用“生成结果文件”。"
        raise HuiliuError(code="LIST-005", message=f"名单超过 {MOST_SHOWN} 行，不能在页面上显示", hint=hint)
    purpose = _checked(wanted, now)
    opened = _opened(user, wanted, Entry(actor, LOOKED, OBJECT, purpose=purpose, details=_details(wanted)), now)
    count_take(actor=actor, counted=Counted.LIST, number=len(wanted.uploaded.rows), clock=clock)
    listed = read_numbers(wanted.uploaded, wanted.by)
    with look() as seen:
        check_tables(seen, wanted.columns)
        query = compiled(listed, wanted.columns, sight_of(scopes(user, LOOK_UP), opened), seen.source.business_date)
        found = list(answers(seen.snap, query, listed))
    counts: Counter[str] = Counter()
    for answer in found:
        tally(counts, answer)
    details = {**_details(wanted), **counts_of(counts), "snapshot": seen.source.snapshot}
    with transaction.atomic():
        keys = subject_keys((answer.person[PERSON] for answer in found if answer.person), now)
        record(Entry(actor, LOOKED, OBJECT, purpose=purpose, details=details), clock)
    return ShownList(wanted.uploaded, found, query.columns, keys, counts_of(counts), seen.source)


def list_ask(*, user: Any, wanted: NewList, export: NewExport, actor: Actor, clock: Clock | None = None) -> Asked:
    """Keep a list sealed and ask for its answer as an export; `export` says how that is written.

    LIST-004, LIST-008 for a form that would be anything but one XLSX, PURPOSE-002 and 003, COUNT-001, in full FULL-001,
    and what `export_ask` raises: then nothing of the list is kept.
    """
    now = clock or settings.HUILIU_CLOCK
    purpose = _checked(wanted, now)
    if wanted.form is not None and (export.format != "xlsx" or export.split):
        hint = "按表样填写时请选择 XLSX、不拆分。"
        raise HuiliuError(code="LIST-008", message="按表样填写的结果只能是一个 XLSX 文件", hint=hint)
    entry = Entry(actor, KEPT, OBJECT, purpose=purpose, details=_details(wanted))
    _opened(user, wanted, entry, now)
    count_take(actor=actor, counted=Counted.LIST, number=len(wanted.uploaded.rows), clock=clock)
    look = _kept(user, wanted, entry, now)
    try:
        asked = export_ask(user=user, wanted=_export(export, look.key), actor=actor, clock=clock)
    except BaseException:
        list_drop(look.key)
        ListLookUp.objects.filter(pk=look.pk).delete()
        raise
    ListLookUp.objects.filter(pk=look.pk).update(export=asked.export)
    return asked


def _opened(user: Any, wanted: NewList, entry: Entry, clock: Clock) -> Sequence[Scope]:
    """What shows values in full, where that is asked for."""
    if not wanted.is_full:
        return ()
    return list_opened(user, wanted.purpose, len(wanted.uploaded.rows), entry, clock)


def _export(export: NewExport, key: str) -> NewExport:
    return replace(export, kind=KIND, title=TITLE, parameters={"list": key})


def _kept(user: Any, wanted: NewList, entry: Entry, clock: Clock) -> ListLookUp:
    """The record, the sealed rows and the audit row together."""
    key = secrets.token_hex(16)
    with transaction.atomic():
        made = ListLookUp.objects.create(
            key=key,
            owner=user,
            by=wanted.by,
            columns=list(wanted.columns),
            rows=len(wanted.uploaded.rows),
            is_full=wanted.is_full,
            asked_at=clock.now(),
        )
        list_keep(wanted.uploaded, key, wanted.form)
        record(Entry(entry.actor, entry.action, OBJECT, key, purpose=entry.purpose, details=entry.details), clock)
    return made


def _checked(wanted: NewList, clock: Clock) -> str:
    """The purpose in words for the audit; what is wrong with the list is said before anything is counted."""
    known = topic().listed
    if not wanted.columns or len(wanted.columns) > MOST_ITEMS or any(name not in known for name in wanted.columns):
        hint = f"请选择一至 {MOST_ITEMS} 列。"
        raise HuiliuError(code="LIST-004", message="没有选择结果的列，或选得过多", hint=hint)
    matter, case_number = checked_matter(wanted.purpose.matter, clock.now()), checked_case(wanted.purpose.case_number)
    return f"{matter} {case_number}"


def _details(wanted: NewList) -> dict[str, Any]:
    told = {"rows": len(wanted.uploaded.rows), "by": str(wanted.by), "columns": list(wanted.columns)}
    known = topic().listed
    full = [name for name in wanted.columns if known[name].is_protected] if wanted.is_full else []
    return {**told, **({"form": True} if wanted.form else {}), **({"full": full} if wanted.is_full else {})}
