"""Forms of a project's year: which there are, each as a page with the way down of every number, and their files."""

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from huiliu.apps.accounts.selectors import has_permission
from huiliu.apps.audit.services import actor_of
from huiliu.apps.performance.selectors import form_templates
from huiliu.apps.performance.selectors import printing as selectors
from huiliu.apps.performance.selectors import printing_pages as pages
from huiliu.apps.performance.selectors.filing_documents import REPORT
from huiliu.apps.performance.services.printing import FORMATS, forms_print
from huiliu.documents.printed_forms.html import form_html
from huiliu.web.access import page
from huiliu.web.downloads import download_made
from huiliu.web.pages import Crumb, render_page

PART = Crumb("绩效")
LIST = Crumb("评分", "performance:assessment_list")
VIEW, DOWNLOAD = "performance.view_evaluation", "performance.download_report"
FILINGS = "performance.view_filings"


def find(project: str, year: int) -> selectors.Printable:
    """What can be printed of a project's year today; 404 where there are no targets."""
    found = selectors.find(project, year, settings.HUILIU_CLOCK.now().date())
    if found is None:
        raise Http404
    return found


def crumbs_of(shown: selectors.Printable) -> tuple[Crumb, ...]:
    """The steps that lead to the forms of a project's year."""
    return PART, LIST, Crumb(f"{shown.found.heading} 表格与模板", pages.address(shown.found.targets))


@require_safe
@page(VIEW)
def form_list(request: HttpRequest, project: str, year: int) -> HttpResponse:
    """Every form that fits a project's year, and the templates in use."""
    shown, may = find(project, year), has_permission(request.user, DOWNLOAD)
    context = {
        "shown": shown,
        "targets": shown.found.targets,
        "forms": pages.layout_table(shown, may_download=may),
        "templates": pages.fill_table(form_templates.in_use(), shown.found.targets, may_download=may),
        "may_download": may,
        "may_file": has_permission(request.user, FILINGS),
    }
    back = Crumb(shown.found.heading, pages.address(shown.found.targets, "assessment_detail"))
    return render_page(request, "performance/form_list.html", context, title="表格与模板", crumbs=(PART, LIST, back))


@require_safe
@page(VIEW)
def form_detail(request: HttpRequest, project: str, year: int, name: str) -> HttpResponse:
    """One form as it will be printed, each number leading to its trace."""
    shown = find(project, year)
    form = shown.form(name)
    if form is None:
        raise Http404
    context = {"shown": shown, "targets": shown.found.targets, "form": form_html(form), "name": name}
    context |= {"provenance": form.provenance, "formats": FORMATS}
    context["may_download"] = has_permission(request.user, DOWNLOAD)
    return render_page(request, "performance/form_detail.html", context, title=form.name, crumbs=crumbs_of(shown))


@require_safe
@page(VIEW)
def form_figure(request: HttpRequest, project: str, year: int, figure_id: str) -> HttpResponse:
    """One printed figure's way down to the records it is made of."""
    shown = find(project, year)
    step = pages.trace(shown, figure_id)
    if step is None or shown.file is None:
        raise Http404
    context = {"figure": shown.file.book[figure_id], "steps": (step,), "back": pages.address(shown.found.targets)}
    return render_page(request, "performance/form_figure.html", context, title=step.label, crumbs=crumbs_of(shown))


@require_safe
@page(DOWNLOAD)
def form_document(request: HttpRequest, project: str, year: int, name: str, file_format: str) -> HttpResponse:
    """One form, or the report, in one format; the audit row is written before it leaves."""
    shown = find(project, year)
    if file_format not in FORMATS or shown.file is None or (name != REPORT and shown.form(name) is None):
        raise Http404
    made = forms_print(project=project, year=year, layout=name, actor=actor_of(request))
    return download_made(made.of(file_format), f"{project}-{year}-{name}.{file_format}")


@require_safe
@page(DOWNLOAD)
def form_download(request: HttpRequest, project: str, year: int) -> HttpResponse:
    """Every form in every format, packed."""
    if find(project, year).file is None:
        raise Http404
    made = forms_print(project=project, year=year, actor=actor_of(request))
    return download_made(made.packed(), f"{project}-{year}-forms.zip")
