"""Person search, person page and change history."""

from datetime import date
from typing import Any

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from huiliu.apps.accounts.selectors import has_permission, scopes
from huiliu.apps.audit.services import actor_of
from huiliu.apps.control.selectors.purposes import Used, number_of, used_today
from huiliu.apps.control.services.counts import Counted
from huiliu.apps.datahub import services
from huiliu.apps.datahub.forms import PersonSearchForm, PurposeForm
from huiliu.apps.datahub.selectors.library import choice_of, page_as_of
from huiliu.apps.datahub.selectors.persons import PersonPage
from huiliu.apps.datahub.selectors.search import Kind
from huiliu.apps.datahub.selectors.suspicions import suspicion_table
from huiliu.kernel.errors import HuiliuError
from huiliu.kernel.masking import Level, is_open
from huiliu.web.access import page
from huiliu.web.asof import asking, day_asked
from huiliu.web.pages import Crumb, render_page

QUERY = Crumb("查询")


@page("datahub.search_person")
@sensitive_post_parameters()
@require_http_methods(["GET", "HEAD", "POST"])
def person_search(request: HttpRequest) -> HttpResponse:
    """The search box; what was typed travels in the body only, never in an address."""
    form = PersonSearchForm(request.POST or None, choice=choice_of(None))
    result = _searched(request, form) if form.is_valid() else None
    may = {"may_export": has_permission(request.user, "query.export"), "may_account": may_account(request.user)}
    context = {"form": form, "result": result, "table": result and result.drawn, "used": _used(request), **may}
    as_of = page_as_of(result.source if result else None)
    return render_page(request, "datahub/person_search.html", context, title="人员", crumbs=(QUERY,), as_of=as_of)


def _used(request: HttpRequest) -> Used:
    return used_today(request.user.get_username(), Counted.SEARCH, settings.HUILIU_CLOCK.now().date())


SEARCH_FIELDS = {"LIBRARY-002": "as_of", "PURPOSE-002": "matter", "PURPOSE-003": "case_number"}


def _searched(request: HttpRequest, form: PersonSearchForm) -> services.SearchResult | None:
    try:
        if form.cleaned_data["kind"] == Kind.ACCOUNT:
            return _by_account(request, form)
        reach = scopes(request.user, "datahub.search_person")
        return services.person_search(actor=actor_of(request), scopes=reach, **form.by())
    except HuiliuError as error:
        form.add_error(SEARCH_FIELDS.get(error.code, "text"), f"{error.message}。{error.hint}")
        return None


def _by_account(request: HttpRequest, form: PersonSearchForm) -> services.SearchResult:
    viewer = services.Viewer(request.user, actor_of(request), scopes(request.user, "datahub.view_full"))
    text, day = form.cleaned_data["text"], form.cleaned_data["as_of"]
    return services.account_search(viewer=viewer, text=text, asked=form.asked(), as_of=day)


@require_safe
@page("datahub.view_person")
def person_detail(request: HttpRequest, key: str) -> HttpResponse:
    """One person, masked: identity, death, enrolments, contributions, payments, and every other table about persons."""
    day, reach = day_asked(request), scopes(request.user, "datahub.view_person")
    found = services.person_view(actor=actor_of(request), scopes=reach, key=key, as_of=day)
    if found is None:
        raise Http404
    crumbs = (QUERY, Crumb("人员", reverse("datahub:person_search")))
    title = f"人员 {found.identity['name'].text}"
    as_of = page_as_of(found.source)
    suspected = suspicion_table(request.user, [found.number], found.past)
    may = may_view_full(request.user, found)
    context = {"found": found, "choice": choice_of(day), "may_view_full": may, "suspected": suspected}
    return render_page(request, "datahub/person_detail.html", context, title=title, crumbs=crumbs, as_of=as_of)


@require_safe
@page("datahub.view_person")
def person_changes(request: HttpRequest, key: str) -> HttpResponse:
    """What each night changed about one person: before and after, masked, newest first."""
    day, reach, before = day_asked(request), scopes(request.user, "datahub.view_person"), _commit(request)
    found = services.person_changes(actor=actor_of(request), scopes=reach, key=key, as_of=day, before=before)
    if found is None:
        raise Http404
    context = {"found": found, "choice": choice_of(day), "day": day, "before": before}
    title, crumbs, as_of = f"变更历史 {found.name}", _person_crumbs(key, day, "人员页面"), page_as_of(found.source)
    return render_page(request, "datahub/person_changes.html", context, title=title, crumbs=crumbs, as_of=as_of)


def _commit(request: HttpRequest) -> int | None:
    """Where a page of the history begins; anything but a number begins with the newest."""
    text = request.GET.get("before", "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 19 else None


def may_account(user: Any) -> bool:
    """Whether the way to search by a bank account is worth showing."""
    return any(scope.level == Level.L4 for scope in scopes(user, "datahub.view_full"))


def may_view_full(user: Any, found: PersonPage) -> bool:
    """Whether the button is worth showing; the service decides anew when it is pressed."""
    return has_permission(user, "datahub.view_full") and not is_open(found.highest)


@page("datahub.view_full")
@sensitive_post_parameters()
@require_POST
def person_full(request: HttpRequest, key: str) -> HttpResponse:
    """One person in full, or the question for the purpose; by POST only, so that no address ever shows it."""
    form, day = PurposeForm(request.POST), day_asked(request)
    viewer = services.Viewer(request.user, actor_of(request), scopes(request.user, "datahub.view_full"))
    try:
        found = services.person_full(viewer=viewer, key=key, asked=form.asked(), as_of=day)
    except HuiliuError as error:
        return _purpose_asked(request, key, form, error)
    if found is None:
        raise Http404
    context = {"found": found.person, "full": found, "viewer": request.user, "newest_link": _person_link(key)}
    title, crumbs, as_of = "人员完整信息", _person_crumbs(key, day), page_as_of(found.person.source)
    return render_page(request, "datahub/person_full.html", context, title=title, crumbs=crumbs, as_of=as_of)


# Which field an error of the purpose belongs to; the first question is no error.
PURPOSE_FIELDS = {"PURPOSE-001": "", "PURPOSE-002": "matter", "PURPOSE-003": "case_number"}


def _purpose_asked(request: HttpRequest, key: str, form: PurposeForm, error: HuiliuError) -> HttpResponse:
    """The question for matter and case number, with what is wrong beside its field."""
    if error.code not in PURPOSE_FIELDS:
        raise error
    if field := PURPOSE_FIELDS[error.code]:
        form.refuse(field, f"{error.message}。{error.hint}")
    day, minutes = day_asked(request), number_of("purpose_minutes", settings.HUILIU_CLOCK.now().date())
    context = {"form": form, "key": key, "minutes": minutes, "day": day}
    title, crumbs = "说明查看事由", _person_crumbs(key, day)
    return render_page(request, "datahub/purpose_form.html", context, title=title, crumbs=crumbs)


def _person_link(key: str, day: date | None = None) -> str:
    return asking(reverse("datahub:person_detail", args=(key,)), day)


def _person_crumbs(key: str, day: date | None, word: str = "脱敏页面") -> tuple[Crumb, ...]:
    person = Crumb(word, _person_link(key, day))
    return (QUERY, Crumb("人员", reverse("datahub:person_search")), person)
