"""Measurements: years, rows of the targets in force, one value down to its records, measuring anew and by hand."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from huiliu.apps.accounts.selectors import has_permission
from huiliu.apps.audit.services import actor_of
from huiliu.apps.control.forms.fields import attempt
from huiliu.apps.performance.forms.measurements import BESIDE, FillForm
from huiliu.apps.performance.models import Measurement, TargetVersion
from huiliu.apps.performance.selectors import measurement_pages as pages
from huiliu.apps.performance.selectors import measurements as selectors
from huiliu.apps.performance.selectors import measuring_again as again
from huiliu.apps.performance.selectors import targets
from huiliu.apps.performance.selectors.profiles import profile
from huiliu.apps.performance.services import measurements as services
from huiliu.web.access import page
from huiliu.web.downloads import download
from huiliu.web.pages import Crumb, render_page

PART = Crumb("绩效")
LIST = Crumb("测量", "performance:measurement_list")
VIEW, MEASURE = "performance.view_targets", "performance.measure"
PER_PAGE = 50


def _version(project: str, year: int) -> TargetVersion:
    version = targets.version_in_force(project, year)
    if version is None:
        raise Http404
    return version


def _crumbs(version: TargetVersion) -> tuple[Crumb, ...]:
    return PART, LIST, Crumb(str(version.target_set), pages.address(version))


def _found(number: int) -> Measurement:
    found = selectors.measurement_by_number(number)
    if found is None:
        raise Http404
    return found


@require_safe
@page(VIEW)
def measurement_list(request: HttpRequest) -> HttpResponse:
    """Every project and year with targets in force."""
    context = {"table": pages.year_table(targets.sets())}
    return render_page(request, "performance/measurement_list.html", context, title="测量", crumbs=(PART,))


@require_safe
@page(VIEW)
def measurement_year(request: HttpRequest, project: str, year: int) -> HttpResponse:
    """The rows of the version in force with what stands for each, and what still has to be said."""
    version = _version(project, year)
    rows, may_measure = selectors.rows_measured(version), has_permission(request.user, MEASURE)
    book = again.year_book(version, rows)
    context = {
        "version": version,
        "name": pages.name_of(version),
        "verdict": pages.summary(book),
        "counts": pages.counts(version, book),
        "table": pages.row_table(version, rows, book),
        "todo": pages.todo(version, rows),
        "may_measure": may_measure,
        "take": pages.address(version, "take"),
    }
    title = str(version.target_set)
    return render_page(request, "performance/measurement_year.html", context, title=title, crumbs=(PART, LIST))


@require_safe
@page(VIEW)
def measurement_year_figure(request: HttpRequest, project: str, year: int, figure_id: str) -> HttpResponse:
    """A count or a target of the year's page down to its rows."""
    version = _version(project, year)
    book = again.year_book(version, selectors.rows_measured(version))
    if figure_id not in book:
        raise Http404
    context = {"figure": book[figure_id], "steps": (pages.year_trace(version, book, figure_id),)}
    context |= {"back": pages.address(version), "back_label": "返回测量"}
    title = book[figure_id].label
    return render_page(request, "performance/measurement_figure.html", context, title=title, crumbs=_crumbs(version))


@page(MEASURE)
@require_POST
def measurement_take(request: HttpRequest, project: str, year: int) -> HttpResponse:
    """Measure every row now."""
    version = _version(project, year)
    made = services.measurements_take(project=project, year=year, user=request.user, actor=actor_of(request))
    messages.success(request, f"已测量 {len(made)} 项，截至 {made[0].day}。" if made else "这一版目标没有指标。")
    return redirect(pages.address(version))


@require_safe
@page(VIEW)
def measurement_detail(request: HttpRequest, number: int) -> HttpResponse:
    """One value: how it was worked out, from which records, and how far they can be trusted."""
    found = _found(number)
    rows = list(found.evidence.all())
    standing = again.again(found, rows)
    book = again.whole_book(found, rows, standing)
    listed = Paginator(rows, PER_PAGE).get_page(request.GET.get("page"))
    context = {
        "found": found,
        "stamp": pages.stamp(found),
        "method": selectors.indicator_of(found.indicator),
        "is_same": pages.is_same_definition(found),
        "is_sealed": selectors.content_digest(found, rows) == found.digest,
        "quality": pages.quality_of(found),
        "standing": standing,
        "heads": pages.heads(found, book),
        "steps": tuple(pages.trace(book, rows, name) for name in pages.TOPS if name in book),
        "listed": listed,
        "evidence": pages.evidence_table(listed),
        "history": pages.history_table(selectors.measurements_of(found.target_set, found.row)),
        "back": pages.address(found.version),
    }
    crumbs = _crumbs(found.version)
    return render_page(request, "performance/measurement_detail.html", context, title=found.label, crumbs=crumbs)


@require_safe
@page(VIEW)
def measurement_figure(request: HttpRequest, number: int, figure_id: str) -> HttpResponse:
    """A figure of one measurement down to its evidence."""
    found = _found(number)
    rows = list(found.evidence.all())
    book = again.whole_book(found, rows, again.again(found, rows))
    if figure_id not in book:
        raise Http404
    figure = book[figure_id]
    context = {"figure": figure, "steps": (pages.trace(book, rows, figure_id),)}
    context |= {"back": again.page_of(found), "back_label": "返回测量结果和佐证"}
    crumbs = (*_crumbs(found.version), Crumb(found.label, again.page_of(found)))
    return render_page(request, "performance/measurement_figure.html", context, title=figure.label, crumbs=crumbs)


@require_safe
@page(VIEW)
def measurement_file(request: HttpRequest, number: int, part: int) -> HttpResponse:
    """The file that proves a typed value, as a download."""
    one = _found(number).evidence.filter(position=part, kind=services.FILE).first()
    if one is None:
        raise Http404
    content = services.evidence_read(one=one, actor=actor_of(request))
    return download(content, selectors.file_name(one))


@require_http_methods(["GET", "POST"])
@page(MEASURE)
def measurement_fill(request: HttpRequest, project: str, year: int, code: str) -> HttpResponse:
    """Say what came of a row that no records tell."""
    version = _version(project, year)
    one = next((one for one in selectors.rows_measured(version) if one.row.code == code and one.is_open), None)
    if one is None:
        raise Http404
    sent = (request.POST, request.FILES) if request.method == "POST" else (None, None)
    form = FillForm(
        *sent, row=one.row, levels=tuple(level.name for level in profile(version.target_set.profile).qualitative)
    )
    if request.method == "POST" and (made := attempt(form, lambda: _fill(request, version, form), BESIDE)):
        messages.success(request, "已登记，标为人工填写。")
        return redirect("performance:measurement_detail", made.pk)
    context = {
        "form": form,
        "row": one.row,
        "why": one.found.reason if one.found else "",
        "back": pages.address(version),
    }
    title, crumbs = "人工填写", _crumbs(version)
    return render_page(request, "performance/measurement_fill.html", context, title=title, crumbs=crumbs)


def _fill(request: HttpRequest, version: TargetVersion, form: FillForm) -> Measurement:
    owner = version.target_set
    return services.measurement_fill(
        project=owner.project, year=owner.year, said=form.said(), user=request.user, actor=actor_of(request)
    )
