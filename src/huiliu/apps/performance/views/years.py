"""The years of a project side by side."""

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from huiliu.apps.performance.selectors import year_pages as pages
from huiliu.apps.performance.selectors import years as selectors
from huiliu.web.access import page
from huiliu.web.pages import Crumb, render_page

PART, LIST = Crumb("绩效"), Crumb("多年对比", "performance:year_list")
VIEW = "performance.view_evaluation"


@require_safe
@page(VIEW)
def year_list(request: HttpRequest) -> HttpResponse:
    """Every project with its years."""
    context = {"table": pages.project_table()}
    return render_page(request, "performance/year_list.html", context, title="多年对比", crumbs=(PART,))


@require_safe
@page(VIEW)
def year_detail(request: HttpRequest, project: str) -> HttpResponse:
    """One project: money, scores, findings and matters by year, and its rows from year to year."""
    today = settings.HUILIU_CLOCK.now().date()
    found = selectors.years_of(project, today)
    if not found:
        raise Http404
    groups = pages.chart(found)
    context = {
        "years": found,
        "table": pages.year_table(found),
        "rows": pages.row_table(found, selectors.followed(found)),
        "notes": pages.notes(found),
        "groups": groups,
        "width": pages.width(groups),
        "today": today,
    }
    title = found[-1].targets.name
    return render_page(request, "performance/year_detail.html", context, title=title, crumbs=(PART, LIST))
