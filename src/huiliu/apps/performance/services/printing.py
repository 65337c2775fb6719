"""Forms of a project's year handed out: one in one format, or all of them packed, each with its audit row."""

from collections.abc import Mapping
from dataclasses import dataclass

from django.conf import settings

from huiliu.apps.audit.actions import action, kind
from huiliu.apps.audit.services import Actor, Entry, record_alone
from huiliu.apps.performance.errors import refused
from huiliu.apps.performance.selectors import assessments
from huiliu.apps.performance.selectors import printing as selectors
from huiliu.apps.performance.selectors.filing_documents import REPORT, year_report
from huiliu.documents.archive import zipped
from huiliu.documents.evaluation_file import EvaluationFile
from huiliu.documents.fonts import installed_fonts
from huiliu.documents.printed_forms.layout import form_of
from huiliu.documents.printed_forms.render import form_files
from huiliu.documents.report_files import report_files
from huiliu.kernel.clock import Clock
from huiliu.kernel.digests import sm3

FORM = kind("evaluation_form", "自评表格")
PRINTED = action("performance.form_print", "下载自评表格")
FORMATS = ("pdf", "docx", "xlsx", "json")


@dataclass(frozen=True)
class Printed:
    """Files by name."""

    files: Mapping[str, bytes]

    def packed(self) -> bytes:
        """All in one zip; equal files give equal bytes."""
        return zipped(self.files)

    def of(self, ending: str) -> bytes:
        """The one file of a format."""
        return next(content for name, content in self.files.items() if name.endswith(f".{ending}"))


def printable(project: str, year: int, clock: Clock) -> EvaluationFile:
    """The evaluation to print; FORM-PRINT-001 where there is none."""
    found = selectors.find(project, year, clock.now().date())
    if found is None or found.file is None:
        hint = found.found.refusal if found else "请核对项目代码和年度，或先在“绩效 目标”中建立目标。"
        raise refused("FORM-PRINT-001", "没有可以打印的评价", hint)
    return found.file


def forms_print(*, project: str, year: int, layout: str = "", actor: Actor, clock: Clock | None = None) -> Printed:
    """The report and the forms of a project's year in four formats, all or one of them, after the audit row.

    Raises FORM-PRINT-001 where there is no evaluation, 002 for a layout that does not fit it, DOC-… as printing does.
    """
    clock = clock or settings.HUILIU_CLOCK
    file = printable(project, year, clock)
    wanted = [one for one in selectors.fitting(file.profile.id) if layout in ("", one["id"])]
    if not wanted and layout != REPORT:
        known = "、".join(str(one["id"]) for one in selectors.fitting(file.profile.id))
        raise refused("FORM-PRINT-002", "没有这种表格，或它不适用于这个评分方案", f"可用的有：{known}。")
    fonts = installed_fonts(settings.HOME.fonts)
    files = {name: content for one in wanted for name, content in form_files(form_of(one, file), fonts).items()}
    if layout in ("", REPORT):
        found = assessments.find(project, year, clock.now().date())
        files |= report_files(year_report(found, clock.now().date()), fonts) if found else {}
    details = {name: f"sm3:{sm3(content)}" for name, content in files.items()}
    record_alone(Entry(actor, PRINTED, FORM, f"{project}/{year}", details=details), clock)
    return Printed(files)
