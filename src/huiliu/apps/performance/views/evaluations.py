"""Evaluations, their reports, traces and files."""

from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_safe

from huiliu.apps.accounts.selectors import has_permission
from huiliu.apps.audit.services import actor_of
from huiliu.apps.performance import services
from huiliu.apps.performance.selectors import bindings
from huiliu.apps.performance.selectors import evaluations as selectors
from huiliu.web.access import page
from huiliu.web.downloads import download_made
from huiliu.web.pages import Crumb, render_page

PART = Crumb("绩效")


def _list() -> Crumb:
    return Crumb("已报自评表", reverse("performance:evaluation_list"))


def _one(found: selectors.Shown) -> Crumb:
    return Crumb(str(found.evaluation), reverse("performance:evaluation_detail", args=(found.evaluation.name,)))


def _find(name: str) -> selectors.Shown:
    found = selectors.find(name)
    if found is None:
        raise Http404
    return found


@require_safe
@page("performance.view_evaluation")
def evaluation_list(request: HttpRequest) -> HttpResponse:
    """All evaluations with total, grade and how many contradictions."""
    context = {"table": selectors.evaluation_table()}
    return render_page(request, "performance/evaluation_list.html", context, title="已报自评表", crumbs=(PART,))


@require_safe
@page("performance.view_evaluation")
def evaluation_detail(request: HttpRequest, name: str) -> HttpResponse:
    """One evaluation: figures, contradictions, scores, sums, sensitivity, files."""
    found = _find(name)
    numbers = bindings.numbers_of(found)
    context = {
        "found": found,
        "findings": selectors.finding_table(found),
        "numbers": bindings.number_table(numbers),
        "numbers_summary": bindings.summary(numbers),
        "by_hand": selectors.by_hand_table(),
        "scores": selectors.score_table(found),
        "levels": selectors.level_table(found),
        "sensitivity": selectors.sensitivity_table(found),
        "figures": selectors.figure_rows(found),
        "documents": selectors.documents(found.evaluation),
        "may_download": has_permission(request.user, "performance.download_report"),
    }
    crumbs, title = (PART, _list()), str(found.evaluation)
    return render_page(request, "performance/evaluation_detail.html", context, title=title, crumbs=crumbs)


@require_safe
@page("performance.view_evaluation")
def report_detail(request: HttpRequest, name: str) -> HttpResponse:
    """The report as a page: every figure opens its trace."""
    found = _find(name)
    context = {"found": found, "blocks": selectors.report_blocks(found)}
    crumbs = (PART, _list(), _one(found))
    return render_page(request, "performance/report_detail.html", context, title="自评报告", crumbs=crumbs)


@require_safe
@page("performance.view_evaluation")
def figure_detail(request: HttpRequest, name: str, figure_id: str) -> HttpResponse:
    """One figure's way down to what was delivered."""
    found = _find(name)
    step = selectors.trace(found, figure_id)
    if step is None:
        raise Http404
    context = {"found": found, "figure": found.result[figure_id], "steps": (step,)}
    crumbs = (PART, _list(), _one(found))
    return render_page(request, "performance/figure_detail.html", context, title=step.label, crumbs=crumbs)


@require_safe
@page("performance.download_report")
def document(request: HttpRequest, name: str, file_format: str) -> HttpResponse:
    """One rendered file; the audit row is written before it leaves."""
    opened = services.document_open(name=name, format_=file_format, actor=actor_of(request))
    if opened is None:
        raise Http404
    kept, content = opened
    return download_made(content, kept.path.rsplit("/", 1)[-1])
