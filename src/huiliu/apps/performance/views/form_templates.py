"""Templates of forms: what there is, sending one in, what each asks for and prints, filling one, the names to use."""

import json

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from huiliu.apps.accounts.selectors import has_permission
from huiliu.apps.audit.services import actor_of
from huiliu.apps.control.forms.fields import attempt
from huiliu.apps.performance.forms.form_templates import BESIDE, NameForm, TemplateForm
from huiliu.apps.performance.models import FormTemplate, TargetSet
from huiliu.apps.performance.selectors import form_templates as selectors
from huiliu.apps.performance.selectors import printing
from huiliu.apps.performance.selectors import printing_pages as pages
from huiliu.apps.performance.services import form_templates as services
from huiliu.apps.performance.views.printing import DOWNLOAD, PART, VIEW, crumbs_of, find
from huiliu.kernel.errors import HuiliuError
from huiliu.web.access import page
from huiliu.web.downloads import download_made
from huiliu.web.pages import Crumb, render_page

LIST = Crumb("表格模板", "performance:template_list")
WRITE = "performance.templates"
PER_PAGE = 100


def _found(number: int) -> FormTemplate:
    found = selectors.template_by_number(number)
    if found is None:
        raise Http404
    return found


@require_safe
@page(VIEW)
def template_list(request: HttpRequest) -> HttpResponse:
    """Every version of every template."""
    table = pages.template_table(list(selectors.templates()))
    context = {"table": table, "may_write": has_permission(request.user, WRITE), "years": printing.years()}
    return render_page(request, "performance/template_list.html", context, title="表格模板", crumbs=(PART,))


@require_http_methods(["GET", "HEAD", "POST"])
@page(WRITE)
def template_new(request: HttpRequest) -> HttpResponse:
    """Send in a template."""
    return _sent_in(request, None)


@require_http_methods(["GET", "HEAD", "POST"])
@page(WRITE)
def template_next(request: HttpRequest, number: int) -> HttpResponse:
    """Send in a further version."""
    return _sent_in(request, _found(number))


def _sent_in(request: HttpRequest, before: FormTemplate | None) -> HttpResponse:
    sent = (request.POST, request.FILES) if request.method == "POST" else (None, None)
    said = {"issuer": before.issuer, "document_no": before.document_no} if before else {}
    years, follows = printing.years(), before.pk if before else None
    form = TemplateForm(*sent, years=years, follows=follows, initial=said)
    if request.method == "POST" and (kept := attempt(form, lambda: _keep(request, form), BESIDE)):
        messages.success(request, f"已登记“{kept.name}”第 {kept.version} 版，试填成功。")
        return redirect("performance:template_detail", kept.pk)
    context = {"form": form, "years": years, "before": before}
    title = f"上传新的一版：{before.name}" if before else "上传模板"
    return render_page(request, "performance/template_new.html", context, title=title, crumbs=(PART, LIST))


def _keep(request: HttpRequest, form: TemplateForm) -> FormTemplate:
    return services.template_keep(new=form.new(), sent=form.sent(), user=request.user, actor=actor_of(request))


@require_safe
@page(VIEW)
def template_detail(request: HttpRequest, number: int) -> HttpResponse:
    """One version: what it asks for and what each place would print now."""
    found, years = _found(number), printing.years()
    against = next((one for one in years if str(one.pk) == request.GET.get("against")), years[0] if years else None)
    may = has_permission(request.user, DOWNLOAD)
    newest = selectors.is_newest(found)
    context = {
        "found": found,
        "standing": pages.standing(found, is_newest=newest),
        "against": against,
        "years": pages.year_table(found, years, may_download=may),
        "versions": pages.template_table(selectors.versions_of(found.name)),
        "may_download": may,
        "may_write": newest and found.retired_on is None and has_permission(request.user, WRITE),
        **(_uses(found, against) if against else {}),
    }
    return render_page(request, "performance/template_detail.html", context, title=found.name, crumbs=(PART, LIST))


def _uses(found: FormTemplate, against: TargetSet) -> dict[str, object]:
    """What it prints of a project's year, or why it cannot be filled with it."""
    file = find(against.project, against.year).file
    if file is None:
        return {"refusal": "这个项目年度现在不能计分。"}
    try:
        return {"uses": pages.use_table(selectors.uses_of(found, file), against)}
    except HuiliuError as error:
        return {"refusal": f"{error.message}。{error.hint}"}


@require_safe
@page(VIEW)
def template_names(request: HttpRequest, project: str, year: int) -> HttpResponse:
    """Every name that a template may use, with what it is and how it reads for this project's year."""
    shown, form = find(project, year), NameForm(request.GET)
    names = selectors.names_like(shown.file, form.words()) if shown.file else []
    listed = Paginator(names, PER_PAGE).get_page(request.GET.get("page"))
    context = {"table": pages.name_table(list(listed)), "listed": listed, "form": form, "count": len(names)}
    crumbs = crumbs_of(shown)
    return render_page(request, "performance/template_names.html", context, title="可用的编号", crumbs=crumbs)


@require_safe
@page(DOWNLOAD)
def template_document(request: HttpRequest, project: str, year: int, number: int, file_format: str) -> HttpResponse:
    """A template filled with a project's year, or where each of its figures stands; the audit row comes first."""
    found = _found(number)
    if file_format not in (found.kind, "json") or find(project, year).file is None:
        raise Http404
    try:
        filled = services.template_fill(template=found, project=project, year=year, actor=actor_of(request))
    except HuiliuError as error:
        messages.error(request, f"{error.message}。{error.hint}")
        return redirect("performance:template_detail", found.pk)
    name = f"{project}-{year}-template-{found.pk}"
    if file_format == "json":
        told = json.dumps(filled.trace(), ensure_ascii=False, indent=2)
        return download_made(told.encode(), f"{name}.trace.json")
    return download_made(filled.content, f"{name}.{found.kind}")


@require_safe
@page(DOWNLOAD)
def template_download(request: HttpRequest, number: int) -> HttpResponse:
    """The file as it was sent in."""
    found = _found(number)
    return download_made(
        services.template_read(template=found, actor=actor_of(request)), f"template-{found.pk}.{found.kind}"
    )


@page(WRITE)
@require_POST
def template_retire(request: HttpRequest, number: int) -> HttpResponse:
    """Take a template out of use."""
    try:
        services.template_retire(number=_found(number).pk, user=request.user, actor=actor_of(request))
        messages.success(request, "模板已停用。以前填好的表不受影响。")
    except HuiliuError as error:
        messages.error(request, f"{error.message}。{error.hint}")
    return redirect("performance:template_detail", number)
