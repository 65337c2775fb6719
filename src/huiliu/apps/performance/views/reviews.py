"""Reviews beside the own scores, their documents, and rows drawn by lot and looked at."""

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from huiliu.apps.accounts.selectors import has_permission
from huiliu.apps.audit.services import actor_of
from huiliu.apps.control.forms.fields import attempt
from huiliu.apps.control.views.common import Act, ask, given
from huiliu.apps.performance.forms.reviews import BESIDE, CorrectionForm, DrawForm, LookForm, ReviewForm, values_of
from huiliu.apps.performance.models import Review, SpotCheck
from huiliu.apps.performance.selectors import assessment_pages as scores
from huiliu.apps.performance.selectors import rectification_pages, rectifications, spot_checks
from huiliu.apps.performance.selectors import review_pages as pages
from huiliu.apps.performance.selectors import reviews as selectors
from huiliu.apps.performance.selectors.suggestion_pages import suggestion_table
from huiliu.apps.performance.services import reviews as services
from huiliu.apps.performance.services import spot_checks as drawing
from huiliu.scoring.reviews import TOTAL
from huiliu.scoring.sampling import METHOD, SEED
from huiliu.web.access import page
from huiliu.web.downloads import download
from huiliu.web.pages import Crumb, render_page

PART, LIST = Crumb("绩效"), Crumb("评分", "performance:assessment_list")
VIEW, MAY = "performance.view_evaluation", "performance.review"


def _find(project: str, year: int) -> selectors.Beside:
    found = selectors.find(project, year, settings.HUILIU_CLOCK.now().date())
    if found is None:
        raise Http404
    return found


def _crumbs(found: selectors.Beside) -> tuple[Crumb, ...]:
    return PART, LIST, Crumb(found.found.heading, scores.address(found.found))


@require_safe
@page(VIEW)
def review_detail(request: HttpRequest, project: str, year: int) -> HttpResponse:
    """All that followed the self-evaluation of a project's year."""
    found, today = _find(project, year), settings.HUILIU_CLOCK.now().date()
    targets, result, may = found.found.targets, found.found.result, has_permission(request.user, MAY)
    may_open = has_permission(request.user, "performance.rectify")
    context = {
        "found": found,
        "heads": pages.heads(found, result) if result else (),
        "rows": pages.row_table(found, result) if result else None,
        "wrong": pages.contradictions(found),
        "documents": pages.document_table(selectors.reviews_of(targets), may_correct=may),
        "draws": pages.draw_table(spot_checks.of_set(targets)),
        "matters": rectification_pages.table(rectifications.of_set(targets), today, may_open=may_open),
        "advice": suggestion_table(found.found, may_answer=has_permission(request.user, "performance.edit_targets")),
        "may": may,
    }
    title = f"{found.found.heading} 复核与整改"
    return render_page(request, "performance/review_detail.html", context, title=title, crumbs=_crumbs(found))


@require_safe
@page(VIEW)
def review_figure(request: HttpRequest, project: str, year: int, figure_id: str) -> HttpResponse:
    """A figure of the page down to the document that gives it."""
    found = _find(project, year)
    if figure_id not in found.book:
        raise Http404
    figure = found.book[figure_id]
    context = {"figure": figure, "steps": (pages.trace(found, figure_id),), "back": pages.address(found)}
    context["back_label"] = "返回复核"
    crumbs = (*_crumbs(found), Crumb("复核与整改", pages.address(found)))
    return render_page(request, "performance/measurement_figure.html", context, title=figure.label, crumbs=crumbs)


def _rows(found: selectors.Beside) -> dict[str, str]:
    result = found.found.result
    return {row.row.code: row.row.level3 for row in result.rows} | {TOTAL: "总分"} if result else {}


@require_http_methods(["GET", "HEAD", "POST"])
@page(MAY)
def review_new(request: HttpRequest, project: str, year: int) -> HttpResponse:
    """Write down what a body gave."""
    found = _find(project, year)
    form = ReviewForm(given(request), request.FILES or None, rows=_rows(found))
    if request.method == "POST" and (made := attempt(form, lambda: _record(request, found, form), BESIDE)):
        messages.success(request, f"{made.body_name}的复核已登记，与自评得分并列显示。")
        return redirect(pages.address(found))
    effect = "只填文书上有的得分，没有复核的留空。登记后不能改动，有误时另作更正。"
    return _ask(request, form, Act("登记复核", "登记", _crumbs(found), effect, pages.address(found)))


def _ask(request: HttpRequest, form: ReviewForm, act: Act) -> HttpResponse:
    """The page of a review's form: rows beside their reasons."""
    context = {"form": form, "act": act}
    return render_page(request, "performance/review_form.html", context, title=act.title, crumbs=act.crumbs)


def _record(request: HttpRequest, found: selectors.Beside, form: ReviewForm) -> Review:
    paper, targets = form.paper(), found.found.targets
    assert paper is not None
    wanted = form.wanted(targets.project, targets.year)
    return services.review_record(wanted=wanted, document=paper, user=request.user, actor=actor_of(request))


def _review(number: int) -> Review:
    found = selectors.review_by_number(number)
    if found is None:
        raise Http404
    return found


@require_http_methods(["GET", "HEAD", "POST"])
@page(MAY)
def review_correct(request: HttpRequest, number: int) -> HttpResponse:
    """Put another review in the place of one."""
    before = _review(number)
    found = _find(before.target_set.project, before.target_set.year)
    form = CorrectionForm(given(request), request.FILES or None, rows=_rows(found), initial=values_of(before))
    if request.method == "POST" and (made := attempt(form, lambda: _correct(request, before, form), BESIDE)):
        messages.success(request, f"{made.body_name}的复核已更正，原记录保留。")
        return redirect(pages.address(found))
    effect = "原记录保留，显示为已更正。"
    return _ask(request, form, Act("更正复核", "更正", _crumbs(found), effect, pages.address(found)))


def _correct(request: HttpRequest, before: Review, form: CorrectionForm) -> Review:
    wanted = form.wanted(before.target_set.project, before.target_set.year)
    return services.review_correct(
        correction=form.correcting(before.pk), wanted=wanted, document=form.paper(), user=request.user,
        actor=actor_of(request),
    )  # fmt: skip


@require_safe
@page(VIEW)
def review_document(request: HttpRequest, number: int) -> HttpResponse:
    """The document, as a download."""
    review = _review(number)
    content = services.document_read(review=review, actor=actor_of(request))
    return download(content, review.document_name)


@require_http_methods(["GET", "HEAD", "POST"])
@page(MAY)
def spot_draw(request: HttpRequest, project: str, year: int) -> HttpResponse:
    """Draw rows by lot."""
    found, actor = _find(project, year), actor_of(request)
    form = DrawForm(given(request), initial={"size": 3})
    made = attempt(form, lambda: drawing.spot_draw(project=project, year=year, size=form.cleaned_data["size"],
                                                   user=request.user, actor=actor), BESIDE)  # fmt: skip
    if made:
        messages.success(request, "已抽取，请逐项核对。")
        return redirect("performance:spot_check", made.pk)
    effect = f"{SEED}；审计摘要取抽取日期零点前的最后一条，抽取人不能选择。每天只抽一次，记录保留。"
    return ask(request, form, Act("抽取指标", "抽取", _crumbs(found), effect, pages.address(found)))


def _spot(number: int) -> SpotCheck:
    found = spot_checks.spot_by_number(number)
    if found is None:
        raise Http404
    return found


@require_safe
@page(VIEW)
def spot_check(request: HttpRequest, number: int) -> HttpResponse:
    """One draw: what was drawn, how to draw it again, what was seen."""
    spot = _spot(number)
    found = _find(spot.target_set.project, spot.target_set.year)
    context = {
        "spot": spot,
        "rows": pages.looked_table(spot, may_look=has_permission(request.user, MAY)),
        "lots": pages.lot_table(spot),
        "seed": spot_checks.seed(spot),
        "is_again": spot_checks.is_again(spot),
        "method": METHOD,
        "formula": SEED,
    }
    crumbs = (*_crumbs(found), Crumb("复核与整改", pages.address(found)))
    return render_page(request, "performance/spot_check.html", context, title=f"抽查 {spot.day}", crumbs=crumbs)


@require_http_methods(["GET", "HEAD", "POST"])
@page(MAY)
def spot_look(request: HttpRequest, number: int) -> HttpResponse:
    """Write down what was seen of a drawn row."""
    row = spot_checks.drawn_row(number)
    if row is None:
        raise Http404
    form, actor = LookForm(given(request)), actor_of(request)
    back = reverse("performance:spot_check", args=(row.spot_id,))
    if attempt(form, lambda: drawing.spot_look(look=form.look(number), user=request.user, actor=actor), BESIDE):
        messages.success(request, "抽查结果已登记。")
        return redirect(back)
    effect = f"{row.row} {row.label}。登记后不能改动，再次登记的以最新一条为准。"
    return ask(request, form, Act("登记抽查结果", "登记", (PART, LIST, Crumb("抽查", back)), effect, back))
