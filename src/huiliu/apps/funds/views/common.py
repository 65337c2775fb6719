"""What the pages of projects share: breadcrumb, and finding what is meant."""

from typing import Any

from django.conf import settings
from django.forms import Form
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse

from huiliu.apps.funds.models import Event, ProjectYear
from huiliu.apps.funds.selectors.books import Books, books_of
from huiliu.apps.funds.selectors.projects import event_of, year_of
from huiliu.web.pages import Crumb, render_page

PART = Crumb("资金")
LIST = Crumb("项目台账", "funds:project_list")


def found_year(name: str, year: int) -> ProjectYear:
    """The year of a project; 404 where there is none."""
    found = year_of(name, year)
    if found is None:
        raise Http404
    return found


def found_books(name: str, year: int) -> Books:
    """The year's books as they stand today."""
    return books_of(found_year(name, year), settings.HUILIU_CLOCK.now().date())


def found_event(year: ProjectYear, number: int) -> Event:
    """One event of the year; 404 where there is none."""
    event = event_of(year, number)
    if event is None:
        raise Http404
    return event


def crumbs(year: ProjectYear) -> tuple[Crumb, ...]:
    """Down to the year's page."""
    return PART, LIST, Crumb(f"{year.project.name} {year.year}", home(year))


def home(year: ProjectYear) -> str:
    """The year's page."""
    return reverse("funds:detail", args=(year.project.code, year.year))


def ask(
    request: HttpRequest, form: Form, title: str, button: str, year: ProjectYear | None = None, **beside: Any
) -> HttpResponse:
    """The page of a form; beside it `told`, `figures` and a `table` where they help to fill it in."""
    back = home(year) if year else reverse("funds:project_list")
    context: dict[str, Any] = {"form": form, "button": button, "back": back, "year": year, **beside}
    way = crumbs(year) if year else (PART, LIST)
    return render_page(request, "funds/form.html", context, title=title, crumbs=way)
