"""Templates of forms: kept once they could be filled, retired, handed out, filled; each with its audit row."""

import io
from dataclasses import dataclass
from typing import Any, BinaryIO

from django.conf import settings

from huiliu.apps.audit.actions import action, kind
from huiliu.apps.audit.services import Actor, Entry, check_words, record, record_alone
from huiliu.apps.control.services.files import LARGEST, file_keep, file_kept, upload_looked_at
from huiliu.apps.performance.errors import refused
from huiliu.apps.performance.models import FormTemplate
from huiliu.apps.performance.selectors import form_templates as selectors
from huiliu.apps.performance.services.holders import TEMPLATES, for_holders
from huiliu.apps.performance.services.printing import printable
from huiliu.documents.evaluation_templates import template_data
from huiliu.documents.templates import Filled, fill_template
from huiliu.kernel.clock import Clock
from huiliu.kernel.digests import sm3
from huiliu.web.uploads import check_upload

KINDS = ("docx", "xlsx")
TEMPLATE = kind("evaluation_template", "自评表格模板")
KEPT = action("performance.template_keep", "登记表格模板")
RETIRED = action("performance.template_retire", "停用表格模板")
READ = action("performance.template_read", "下载表格模板")
FILLED = action("performance.template_fill", "按模板填表")


@dataclass(frozen=True)
class NewTemplate:
    """What is said of a template; `follows` is the version it takes the place of, whose name it then bears."""

    name: str
    issuer: str
    document_no: str = ""
    follows: int | None = None


@dataclass(frozen=True)
class Sent:
    """The file, and the project's year it is tried with."""

    file: BinaryIO
    name: str
    project: str
    year: int


@for_holders(TEMPLATES, KEPT, TEMPLATE)
def template_keep(*, new: NewTemplate, sent: Sent, user: Any, actor: Actor, clock: Clock | None = None) -> FormTemplate:
    """Keep a template that could be filled with an evaluation.

    Raises TEMPLATE-002 for a name that is taken, 003 for a version that is not in use, FORM-PRINT-001 where there is no
    evaluation to try it with, UPL-… as uploads do, DOC-020 … DOC-025 naming the place that cannot be filled.
    """
    clock = clock or settings.HUILIU_CLOCK
    name, version = _place(new)
    check_words(f"{name} {new.document_no}")
    found = upload_looked_at(sent.file, sent.name, KINDS)
    sent.file.seek(0)
    selectors.tried(sent.file.read(), printable(sent.project, sent.year, clock))
    kept = FormTemplate.objects.create(
        name=name, version=version, issuer=new.issuer, document_no=new.document_no.strip(), kind=found.kind,
        file_name=found.name, digest=found.digest, size=found.size, added_at=clock.now(), added_by=actor.name,
    )  # fmt: skip
    file_keep(sent.file, found.digest)
    after = {"version": version, "issuer": new.issuer, "digest": found.digest, "size": found.size}
    record(Entry(actor, KEPT, TEMPLATE, str(kept.pk), after=after), clock)
    return kept


def _place(new: NewTemplate) -> tuple[str, int]:
    """The name and number of the version to be."""
    if new.follows is not None:
        before = _opened(new.follows)
        return before.name, before.version + 1
    name = new.name.strip()
    if FormTemplate.objects.filter(name=name).exists():
        raise refused("TEMPLATE-002", "已有同名的模板", "请打开那个模板，上传新的一版；或换一个名称。")
    return name, 1


def _opened(number: int) -> FormTemplate:
    found = FormTemplate.objects.select_for_update().filter(pk=number).first()
    if found is None or found.retired_on is not None or not selectors.is_newest(found):
        raise refused("TEMPLATE-003", "这一版模板已停用，或已有新版", "请从“绩效 表格模板”重新进入。")
    return found


@for_holders(TEMPLATES, RETIRED, TEMPLATE)
def template_retire(*, number: int, user: Any, actor: Actor, clock: Clock | None = None) -> FormTemplate:
    """Take a template out of use; it stays readable. TEMPLATE-003 unless it is in use."""
    clock = clock or settings.HUILIU_CLOCK
    found = _opened(number)
    found.retired_on, found.retired_by = clock.now().date(), actor.name
    found.save(update_fields=("retired_on", "retired_by"))
    record(Entry(actor, RETIRED, TEMPLATE, str(found.pk), after={"retired_on": found.retired_on.isoformat()}), clock)
    return found


def template_read(*, template: FormTemplate, actor: Actor, clock: Clock | None = None) -> bytes:
    """The file as it was sent in, after its audit row; CTRL-046 where it is gone or is not what was kept."""
    record_alone(Entry(actor, READ, TEMPLATE, str(template.pk), details={"digest": template.digest}), clock)
    return file_kept(template.digest)


def template_fill(
    *, template: FormTemplate, project: str, year: int, actor: Actor, clock: Clock | None = None
) -> Filled:
    """A template filled with a project's year, after its audit row; raises FORM-PRINT-001 and what filling raises."""
    clock = clock or settings.HUILIU_CLOCK
    filled = fill_template(file_kept(template.digest), template_data(printable(project, year, clock)))
    details = {"template": template.digest, "project": project, "year": year, "digest": f"sm3:{sm3(filled.content)}"}
    record_alone(Entry(actor, FILLED, TEMPLATE, str(template.pk), details=details), clock)
    return filled


def template_try(*, content: bytes, project: str, year: int, actor: Actor, clock: Clock | None = None) -> Filled:
    """A file that is not kept, filled likewise; raises what uploads and filling raise."""
    clock = clock or settings.HUILIU_CLOCK
    check_upload(io.BytesIO(content), "template", KINDS, LARGEST)
    filled = fill_template(content, template_data(printable(project, year, clock)))
    details = {"template": f"sm3:{sm3(content)}", "project": project, "year": year}
    record_alone(Entry(actor, FILLED, TEMPLATE, "", details=details), clock)
    return filled
