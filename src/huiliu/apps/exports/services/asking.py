"""Asking for an export: the record, and with it the job, or where the list is long the request for approval."""

import json
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.conf import settings
from django.db import transaction

from huiliu.apps.audit.actions import action, kind
from huiliu.apps.audit.services import Actor, Entry, record, refusals_recorded
from huiliu.apps.control.selectors.purposes import number_of
from huiliu.apps.control.services import NewRequest, request_lay
from huiliu.apps.control.services.purposes import Asked as Purpose
from huiliu.apps.control.services.purposes import checked_case, checked_matter
from huiliu.apps.exports.models import Export, Format
from huiliu.apps.exports.selectors import purpose_of
from huiliu.apps.exports.services.sources import SOURCES, ExportSource, wanted_of
from huiliu.apps.jobs.services import job_ask
from huiliu.documents.list_pdf import MOST_ROWS
from huiliu.documents.listing import ListColumn
from huiliu.kernel.clock import Clock
from huiliu.kernel.errors import HuiliuError

OBJECT = kind("export", "导出")
ASKED = action("exports.ask", "申请导出")
JOB = "export"
APPROVAL, STANDARD = "export_large", "export_standard"
# No signs that are taken for each other when they are read out on the telephone.
SIGNS = "ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnpqrstuvwxyz23456789"
PASSWORD_LENGTH = 16


@dataclass(frozen=True)
class NewExport:
    """What somebody wants: the source with its parameters, a title without personal data, and how it is written.

    A program `is_program`: it may have what needs no approval, for a request is a person's.
    """

    kind: str
    title: str
    purpose: Purpose
    parameters: Mapping[str, Any] = field(default_factory=dict, repr=False)
    format: str = "xlsx"
    split: str = ""
    is_encrypted: bool = False
    is_program: bool = False


@dataclass(frozen=True)
class Asked:
    """The export, and the password of its archive for the eyes of who asked; it is shown this once."""

    export: Export
    password: str = field(default="", repr=False)


def export_ask(*, user: Any, wanted: NewExport, actor: Actor, clock: Clock | None = None) -> Asked:
    """Lay an export down; up to the limit its job with it, above it the request that somebody else has to agree to.

    EXPORT-001 without the rights, EXPORT-002 for a list without rows, EXPORT-003 for a way of writing or splitting that
    the source does not have, EXPORT-004 for a PDF that nobody could read, EXPORT-010 for values in full that are not
    to be sealed, EXPORT-012 for a program where a second person has to agree; PURPOSE-002 and 003, and what
    `request_lay` raises.
    """
    details = {"kind": wanted.kind, "format": wanted.format, "split": wanted.split, "encrypted": wanted.is_encrypted}
    clock = clock or settings.HUILIU_CLOCK
    with refusals_recorded(Entry(actor, ASKED, OBJECT, details=details)):
        found = _measured(user, wanted)  # before the transaction, which makes others wait
        with transaction.atomic():
            if wanted.is_program and needs_approval(wanted.kind, found[0], clock):
                hint = "请本人登录后在页面上申请，或缩小范围。"
                raise _refused("EXPORT-012", "须经审批的导出不能由程序申请", hint)
            return _recorded(_laid(user, wanted, found, clock), details, actor, clock)


def _recorded(asked: Asked, details: dict[str, Any], actor: Actor, clock: Clock) -> Asked:
    """The way it takes from here, and the audit row."""
    export = asked.export
    _send(export, actor, clock)
    more = {"rows": export.asked_rows, "request": export.request_id, "job": export.job_id}
    purpose = purpose_of(export)
    record(Entry(actor, ASKED, OBJECT, export.key, purpose=purpose, details={**details, **more}), clock)
    return asked


def _measured(user: Any, wanted: NewExport) -> tuple[int, list[dict[str, Any]]]:
    """How many rows there are and which columns, for whoever has to agree."""
    source = SOURCES[wanted.kind]
    split = wanted.split if wanted.split in source.splits_for(wanted.parameters) else ""
    asked = wanted_of(user, source, wanted.parameters, split)
    rows = source.count(asked)
    _check(wanted, source, rows)
    with source.open(asked) as content:
        if any(column.is_full for column in content.columns) and not wanted.is_encrypted:
            raise _refused("EXPORT-010", "清单含有完整的受保护信息，必须加密", "请选择“加密压缩包”后再导出。")
        return rows, described(content.columns)


def described(columns: Sequence[ListColumn]) -> list[dict[str, Any]]:
    """Columns as the record keeps them."""
    return [{"label": column.label, "level": column.level, "full": column.is_full} for column in columns]


def _check(wanted: NewExport, source: ExportSource, rows: int) -> None:
    splits = source.splits_for(wanted.parameters)
    if wanted.format not in source.formats or (wanted.split and wanted.split not in splits):
        raise _refused("EXPORT-003", "没有这种格式或拆分方式", "请从页面所列的格式和拆分方式中选择。")
    if not rows:
        raise _refused("EXPORT-002", "没有可以导出的行", "请换一个条件，或核对您的岗位权限所及的地区和险种。")
    if wanted.format == Format.PDF and rows > MOST_ROWS:
        raise _refused("EXPORT-004", f"PDF 清单最多 {MOST_ROWS:,} 行，现有 {rows:,} 行", "请改用 XLSX 或 CSV。")


def _laid(user: Any, wanted: NewExport, found: tuple[int, list[dict[str, Any]]], clock: Clock) -> Asked:
    now, (rows, columns) = clock.now(), found
    password = "".join(secrets.choice(SIGNS) for _ in range(PASSWORD_LENGTH)) if wanted.is_encrypted else ""
    export = Export.objects.create(
        key=secrets.token_hex(16),
        applicant=user,
        kind=wanted.kind,
        title=wanted.title,
        parameters=json.dumps(dict(wanted.parameters), ensure_ascii=False),
        matter=checked_matter(wanted.purpose.matter, now),
        case_number=checked_case(wanted.purpose.case_number),
        format=wanted.format,
        split=wanted.split,
        is_encrypted=wanted.is_encrypted,
        password=password or None,
        columns=columns,
        asked_rows=rows,
        asked_at=now,
    )
    return Asked(export, password)


def _send(export: Export, actor: Actor, clock: Clock) -> None:
    """To the worker, or first to whoever has to agree."""
    if not needs_approval(export.kind, export.asked_rows, clock):
        export.job = job_ask(kind=JOB, subject=export.pk, user=export.applicant, clock=clock)
    else:
        subject = f"{export.title} {export.asked_rows:,} 行（{export.key[:8]}）"[-64:]
        payload = {"export": export.pk, "rows": export.asked_rows}
        new = NewRequest(SOURCES[export.kind].approval or APPROVAL, subject, purpose_of(export), payload=payload)
        export.request = request_lay(applicant=export.applicant, wanted=new, actor=actor, clock=clock)
    export.save(update_fields=("job", "request"))


def needs_approval(kind: str, rows: int, clock: Clock) -> bool:
    """Whether a second person has to agree."""
    return bool(SOURCES[kind].approval) or rows > limit_of_rows(clock)


def limit_of_rows(clock: Clock) -> int:
    """How many rows leave without approval today."""
    return number_of("export_rows_without_approval", clock.now().date())


def _refused(code: str, message: str, hint: str) -> HuiliuError:
    return HuiliuError(code=code, message=message, hint=hint)
