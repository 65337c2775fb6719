"""The indicator workbench: computed beside declared scores of a project's targets, and the way down to records."""

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods, require_safe

from huiliu.apps.accounts.selectors import has_permission
from huiliu.apps.audit.services import actor_of
from huiliu.apps.control.forms.fields import attempt
from huiliu.apps.performance.forms.assessments import ScoreForm
from huiliu.apps.performance.selectors import assessment_pages as pages
from huiliu.apps.performance.selectors import assessments as selectors
from huiliu.apps.performance.selectors.evaluations import Headline
from huiliu.apps.performance.services.assessments import score_declare
from huiliu.scoring.assessment import Assessment, RowAssessed
from huiliu.web.access import page
from huiliu.web.pages import Crumb, render_page

PART = Crumb("绩效")
LIST = Crumb("评分", "performance:assessment_list")
BESIDE = {"ASSESS-002": "points", "ASSESS-004": "reason"}


def _find(project: str, year: int) -> selectors.Assessed:
    found = selectors.find(project, year, settings.HUILIU_CLOCK.now().date())
    if found is None:
        raise Http404
    return found


def _row(project: str, year: int, code: str) -> tuple[selectors.Assessed, Assessment, RowAssessed]:
    found = _find(project, year)
    row = next((row for row in found.result.rows if row.row.code == code), None) if found.result else None
    if row is None or found.result is None:
        raise Http404
    return found, found.result, row


@require_safe
@page("performance.view_evaluation")
def assessment_list(request: HttpRequest) -> HttpResponse:
    """Every project and year with targets: computed and declared total, and what is missing."""
    context = {"table": pages.assessment_table(settings.HUILIU_CLOCK.now().date())}
    return render_page(request, "performance/assessment_list.html", context, title="评分", crumbs=(PART,))


@require_safe
@page("performance.view_evaluation")
def assessment_detail(request: HttpRequest, project: str, year: int) -> HttpResponse:
    """One project and year: totals, rows, what is missing, other denominators and versions."""
    found = _find(project, year)
    context = {"found": found, **(pages.tables(found, found.result) if found.result is not None else {})}
    crumbs = (PART, LIST)
    return render_page(request, "performance/assessment_detail.html", context, title=found.heading, crumbs=crumbs)


@require_safe
@page("performance.view_evaluation")
def assessment_row(request: HttpRequest, project: str, year: int, code: str) -> HttpResponse:
    """One row step by step, and what was declared for it."""
    found, result, row = _row(project, year, code)
    may_declare = has_permission(request.user, "performance.assess")
    context = {
        "row": row,
        "steps": pages.step_table(found, result, row),
        "history": pages.history_table(found, result, row, selectors.declared_before(found.targets, code)),
        "lacks": [lack.text for lack in result.lacks if lack.code == code],
        "declare": pages.address(found, "declare", code) if may_declare else "",
    }
    title = row.row.level3
    return render_page(request, "performance/assessment_row.html", context, title=title, crumbs=_crumbs(found))


@require_safe
@page("performance.view_evaluation")
def assessment_figure(request: HttpRequest, project: str, year: int, figure_id: str) -> HttpResponse:
    """One figure's way down to the records it is made of."""
    found = _find(project, year)
    step = pages.trace(found, figure_id)
    if step is None or found.result is None:
        raise Http404
    context = {"figure": found.result[figure_id], "steps": (step,), "back": pages.address(found)}
    title = step.label
    return render_page(request, "performance/assessment_figure.html", context, title=title, crumbs=_crumbs(found))


@require_http_methods(["GET", "HEAD", "POST"])
@page("performance.assess")
def assessment_declare(request: HttpRequest, project: str, year: int, code: str) -> HttpResponse:
    """Declare a row's points, with a reason where they are not the computed ones."""
    found, result, row = _row(project, year, code)
    form = ScoreForm(request.POST if request.method == "POST" else None, weight=result[row.weight].text())
    kept = attempt(
        form,
        lambda: score_declare(
            targets=found.targets.pk, score=form.score(code), user=request.user, actor=actor_of(request)
        ),
        BESIDE,
    )
    if kept:
        messages.success(request, "自评得分已填报，与计算得分并列保存。")
        return redirect(pages.address(found, "row", code))
    back = pages.address(found, "row", code)
    context = {"row": row, "form": form, "computed": Headline("计算得分", result[row.score]), "back": back}
    context["trace"] = pages.address(found, "figure", row.score)
    crumbs = (*_crumbs(found), Crumb(row.row.level3, back))
    return render_page(request, "performance/assessment_declare.html", context, title="填报自评得分", crumbs=crumbs)


def _crumbs(found: selectors.Assessed) -> tuple[Crumb, ...]:
    return PART, LIST, Crumb(found.heading, pages.address(found))
