"""Targets as people read them: the list, a version with its findings and signatures, comparison, trace, document."""

from django.conf import settings
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_safe

from huiliu.apps.accounts.selectors import has_permission
from huiliu.apps.audit.services import actor_of
from huiliu.apps.performance.models import TargetVersion
from huiliu.apps.performance.selectors import target_pages as shown
from huiliu.apps.performance.selectors import targets as selectors
from huiliu.apps.performance.selectors.adjusting import grounds_of
from huiliu.apps.performance.selectors.seen import of_version
from huiliu.apps.performance.selectors.suggestions import accepted, page_of
from huiliu.apps.performance.services.target_documents import document_read
from huiliu.web.access import page
from huiliu.web.downloads import download
from huiliu.web.pages import Crumb, render_page

PART = Crumb("绩效")
LIST = Crumb("目标", "performance:target_list")
PER_PAGE = 20
VIEW, EDIT = "performance.view_targets", "performance.edit_targets"


def version_of(number: int) -> TargetVersion:
    """The version; 404 where there is none."""
    found = selectors.version_by_number(number)
    if found is None:
        raise Http404
    return found


def crumb_of(version: TargetVersion) -> Crumb:
    """The step that leads to the version."""
    return Crumb(f"{version.target_set} {shown.name_of(version)}", address_of(version))


def address_of(version: TargetVersion) -> str:
    """Where the version is shown."""
    return reverse("performance:target_detail", args=(version.pk,))


def may_edit(request: HttpRequest, version: TargetVersion) -> bool:
    """Whether the visitor may change it now."""
    today = settings.HUILIU_CLOCK.now().date()
    return has_permission(request.user, EDIT) and selectors.is_editable(version, today)


@require_safe
@page(VIEW)
def target_list(request: HttpRequest) -> HttpResponse:
    """Every project and year with its newest version."""
    listed = Paginator(selectors.sets(), PER_PAGE).get_page(request.GET.get("page"))
    table = shown.target_table(list(listed))
    context = {"table": table, "listed": listed, "may_edit": has_permission(request.user, EDIT)}
    return render_page(request, "performance/target_list.html", context, title="目标", crumbs=(PART,))


@require_safe
@page(VIEW)
def target_detail(request: HttpRequest, number: int) -> HttpResponse:
    """One version: the form by levels, what stands against it, who signs."""
    version = version_of(number)
    editable, today = may_edit(request, version), settings.HUILIU_CLOCK.now().date()
    context = {
        **shown.form_of(version, links=editable),
        "signing": shown.signing(version, request.user, today),
        "editable": editable,
        "edition": of_version(version).edition if editable else "",
        "grounds": grounds_of(version),
        "advice": accepted(version.target_set.project, version.target_set.year - 1),
        "advice_link": page_of(version.target_set.project, version.target_set.year - 1),
        "may_draft": _may_draft(request, version),
    }
    title, crumbs = f"{version.target_set} {shown.name_of(version)}", (PART, LIST)
    return render_page(request, "performance/target_detail.html", context, title=title, crumbs=crumbs)


def _may_draft(request: HttpRequest, version: TargetVersion) -> bool:
    """Whether a further version may be begun: the newest one is decided, and the year goes on."""
    newest = selectors.versions_of(version.target_set)[0]
    is_open = settings.HUILIU_CLOCK.now().date().year <= version.target_set.year
    return has_permission(request.user, EDIT) and is_open and newest.approved_on is not None


@require_safe
@page(VIEW)
def target_compare(request: HttpRequest, number: int) -> HttpResponse:
    """A version beside an earlier one of the same targets; the one before it unless another is chosen."""
    version = version_of(number)
    others = [one for one in selectors.versions_of(version.target_set) if one.pk != version.pk]
    chosen = next((one for one in others if str(one.pk) == request.GET.get("with")), None)
    before = chosen or next((one for one in others if one.number < version.number), None)
    lines = shown.comparison(before, version) if before else []
    context = {
        "version": version,
        "before": before,
        "scores": shown.scores(before, version, settings.HUILIU_CLOCK.now().date()) if before else (),
        "names": (shown.name_of(before) if before else "", shown.name_of(version)),
        "others": [(one, shown.name_of(one)) for one in others],
        "lines": [line for line in lines if not line.is_same],
        "same": [line for line in lines if line.is_same],
    }
    crumbs = (PART, LIST, crumb_of(version))
    return render_page(request, "performance/target_compare.html", context, title="版本比较", crumbs=crumbs)


@require_safe
@page(VIEW)
def target_figure(request: HttpRequest, number: int, figure_id: str) -> HttpResponse:
    """One figure's way down to the rows of the form."""
    version = version_of(number)
    found = shown.trace(version, figure_id)
    if found is None:
        raise Http404
    figure, step = found
    context = {"version": version, "figure": figure, "steps": (step,), "back": address_of(version)}
    crumbs = (PART, LIST, crumb_of(version))
    return render_page(request, "performance/target_figure.html", context, title=step.label, crumbs=crumbs)


@require_safe
@page(VIEW)
def target_document(request: HttpRequest, number: int) -> HttpResponse:
    """The file of the external decision, as a download; the audit row is written before it leaves."""
    version = version_of(number)
    if not version.document_digest:
        raise Http404
    content = document_read(version=version, actor=actor_of(request))
    return download(content, f"target-{version.pk}.{_ending(version)}")


def _ending(version: TargetVersion) -> str:
    ending = version.document_name.rpartition(".")[2]
    return ending if ending.isascii() and ending.isalnum() else "bin"
