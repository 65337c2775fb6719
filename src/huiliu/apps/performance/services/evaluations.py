"""Taking in an evaluation, rendering its documents, handing one out: each with its audit row."""

import re
from dataclasses import dataclass

from django.conf import settings
from django.db import transaction

from huiliu.apps.audit.actions import action, kind
from huiliu.apps.audit.services import SYSTEM, Actor, Entry, record, record_alone
from huiliu.apps.performance.models import Document, Evaluation
from huiliu.apps.performance.reports import report_of, write
from huiliu.apps.performance.selectors import evaluations as selectors
from huiliu.catalog.profiles import profiles
from huiliu.documents.render import Rendered
from huiliu.kernel.clock import Clock
from huiliu.kernel.digests import sm3
from huiliu.kernel.errors import HuiliuError
from huiliu.scoring.exchange import parse_table

NAME = re.compile(r"[a-z0-9][a-z0-9_-]{0,63}")
EVALUATION = kind("evaluation", "绩效自评")
IMPORTED = action("performance.evaluation_import", "导入自评")
RENDERED = action("performance.report_render", "生成自评报告")
DOWNLOADED = action("performance.document_open", "下载自评文件")


@dataclass(frozen=True)
class Delivered:
    """A table in the exchange format as it came, the profile to score by, and the unit's paragraphs (YAML)."""

    name: str
    table: str
    profile: str
    narrative: str = ""


@transaction.atomic
def evaluation_import(*, delivered: Delivered, actor: Actor = SYSTEM, clock: Clock | None = None) -> Evaluation:
    """Keep a table; the same again changes nothing.

    PERF-001: another table under the name; PERF-004: the name cannot stand in an address; EV-…: unreadable.
    """
    _check_name(delivered.name)
    table = parse_table(delivered.table.encode(), delivered.name)
    profiles()[delivered.profile]
    digest = f"sm3:{sm3(delivered.table.encode())}"
    known = Evaluation.objects.filter(name=delivered.name).first()
    if known:
        return _same(known, digest)
    evaluation = Evaluation.objects.create(
        name=delivered.name,
        agency=table.agency,
        project=table.project,
        year=int(table.year),
        profile=delivered.profile,
        table=delivered.table,
        narrative=delivered.narrative,
        digest=digest,
        imported_at=(clock or settings.HUILIU_CLOCK).now(),
        imported_by=actor.name,
    )
    after = {"digest": digest, "profile": delivered.profile}
    record(Entry(actor, IMPORTED, EVALUATION, evaluation.name, after=after), clock)
    return evaluation


def _check_name(name: str) -> None:
    """The name is part of addresses and of folder names."""
    if not NAME.fullmatch(name):
        raise HuiliuError(
            code="PERF-004",
            message="自评的名称不可用",
            hint="请用不超过 64 位的小写字母、数字、横线和下划线，以字母或数字开头，例如 heyuan-2024。",
        )


def _same(known: Evaluation, digest: str) -> Evaluation:
    if known.digest == digest:
        return known
    raise HuiliuError(
        code="PERF-001",
        message=f"已有名为 {known.name} 的自评，内容与本次不同",
        hint="已导入的自评表不能改写；请换一个名称导入。",
        facts={"name": known.name},
    )


def report_render(*, name: str, actor: Actor = SYSTEM, clock: Clock | None = None) -> Rendered:
    """Write PDF, DOCX and trace under reports/NAME and note their digests; PERF-002 if there is no such evaluation."""
    found = selectors.find(name)
    if found is None:
        raise HuiliuError(
            code="PERF-002",
            message=f"没有名为 {name} 的自评",
            hint="可用的名称见“绩效 已报自评表”页面。",
            facts={"name": name},
        )
    now = (clock or settings.HUILIU_CLOCK).now()
    report = report_of(name, found.result, found.evaluation.narrative, now.date())
    rendered = write(report, settings.HOME.reports / name, settings.HOME.fonts)
    with transaction.atomic():
        for path in (rendered.pdf, rendered.docx, rendered.trace):
            values = {
                "path": f"{name}/{path.name}",
                "digest": rendered.digests[path.name],
                "size": path.stat().st_size,
                "rendered_at": now,
                "rendered_by": actor.name,
            }
            format_ = path.suffix.removeprefix(".")
            Document.objects.update_or_create(evaluation=found.evaluation, format=format_, defaults=values)
        record(Entry(actor, RENDERED, EVALUATION, name, after=dict(rendered.digests)), clock)
    return rendered


def document_open(
    *, name: str, format_: str, actor: Actor, clock: Clock | None = None
) -> tuple[Document, bytes] | None:
    """One rendered file for a reader, its audit row before its bytes; None if it was never rendered."""
    document = Document.objects.filter(evaluation__name=name, format=format_).select_related("evaluation").first()
    if document is None:
        return None
    content = selectors.document_bytes(document)
    details = {"format": format_, "digest": document.digest}
    record_alone(Entry(actor, DOWNLOADED, EVALUATION, name, details=details), clock)
    return document, content
