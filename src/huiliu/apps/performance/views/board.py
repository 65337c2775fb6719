"""Project boards and the traces of their figures."""

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_safe

from huiliu.apps.performance.selectors import board as selectors
from huiliu.apps.performance.selectors import board_pages as pages
from huiliu.web.access import page
from huiliu.web.asof import day_asked
from huiliu.web.pages import Crumb, render_page

PART = Crumb("绩效")


def _found(request: HttpRequest, code: str, year: int) -> selectors.Board:
    day = pages.day_shown(day_asked(request), settings.HUILIU_CLOCK.now().date())
    found = selectors.board(code, year, day)
    if found is None:
        raise Http404
    return found


def _list() -> Crumb:
    return Crumb("项目看板", reverse("performance:board_list"))


@require_safe
@page("funds.view")
def board_list(request: HttpRequest) -> HttpResponse:
    """Every project's newest year in one line."""
    found = selectors.boards(settings.HUILIU_CLOCK.now().date())
    context = {"table": pages.board_table(found)}
    return render_page(request, "performance/board_list.html", context, title="项目看板", crumbs=(PART,))


@require_safe
@page("funds.view")
def board_detail(request: HttpRequest, code: str, year: int) -> HttpResponse:
    """One project's year as of a day."""
    found = _found(request, code, year)
    context = pages.shown(found, request.user, settings.HUILIU_CLOCK.now().date())
    title = f"{found.year.project.name} {found.year.year} 年"
    return render_page(request, "performance/board_detail.html", context, title=title, crumbs=(PART, _list()))


@require_safe
@page("funds.view")
def board_figure(request: HttpRequest, code: str, year: int, figure_id: str) -> HttpResponse:
    """One figure's way down to the rows it was made of."""
    found = _found(request, code, year)
    step = pages.trace(found, figure_id)
    if step is None:
        raise Http404
    context = {"figure": found.book[figure_id], "steps": (step,), "back": pages.address(found)}
    crumbs = (PART, _list(), Crumb(found.year.project.name, pages.address(found)))
    return render_page(request, "performance/board_figure.html", context, title=step.label, crumbs=crumbs)
