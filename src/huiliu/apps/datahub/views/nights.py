"""Nights as a month, as a list, while they run, and one by one."""

from datetime import date
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.loader import render_to_string
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from huiliu.apps.accounts.selectors import has_permission
from huiliu.apps.audit.services import actor_of
from huiliu.apps.datahub import services
from huiliu.apps.datahub.forms import RollbackForm
from huiliu.apps.datahub.models import Night
from huiliu.apps.datahub.selectors import nights
from huiliu.apps.datahub.selectors.calendar import month_of_nights
from huiliu.apps.datahub.selectors.library import page_as_of
from huiliu.apps.datahub.selectors.progress import night_now
from huiliu.apps.datahub.selectors.rollback import open_request, plan_effect, rollback_plan
from huiliu.kernel.errors import HuiliuError
from huiliu.lake.records import Pointer
from huiliu.web.access import page
from huiliu.web.pages import Crumb, render_page

LIBRARY = Crumb("回流库")
NIGHTS = Crumb("夜间批次", "datahub:night_calendar")


@require_safe
@page("datahub.view_nights")
def night_calendar(request: HttpRequest) -> HttpResponse:
    """A month of nights: every day with its verdict, missing ones in sight, and every table's row of days."""
    pointer, today = services.nights_refresh(), settings.HUILIU_CLOCK.now().date()
    month = month_of_nights(_month(request, pointer, today), pointer, today)
    context = {"month": month, "now": night_now(), "pointer": pointer, "active": "calendar"}
    as_of = page_as_of(pointer)
    return render_page(
        request, "datahub/night_calendar.html", context, title="夜间批次", crumbs=(LIBRARY,), as_of=as_of
    )


def _month(request: HttpRequest, pointer: Pointer | None, today: date) -> date:
    """The first day of the month asked for; without one, or with none of ours, of the published day."""
    default = (pointer.business_date if pointer else today).replace(day=1)
    try:
        asked = date.fromisoformat(f"{request.GET.get('month', '')}-01")
    except ValueError:
        return default
    return asked if date(2000, 1, 1) <= asked <= today else default


@require_safe
@page("datahub.view_nights")
def night_list(request: HttpRequest) -> HttpResponse:
    """Every night with its verdict; the refused ones with what did not agree."""
    pointer = services.nights_refresh()
    found = Paginator(nights.nights(), nights.PAGE_SIZE).get_page(request.GET.get("page"))
    lines = nights.night_lines(found.object_list, pointer)
    context = {"lines": lines, "page": found, "pointer": pointer, "active": "list"}
    crumbs, as_of = (LIBRARY, NIGHTS), page_as_of(pointer)
    return render_page(request, "datahub/night_list.html", context, title="批次列表", crumbs=crumbs, as_of=as_of)


@require_safe
@page("datahub.view_nights")
def night_running(request: HttpRequest) -> HttpResponse:
    """What the night is doing now; the page asks for the middle of itself again and again."""
    pointer = services.nights_refresh()
    seen = request.GET.get("seen", "")
    context = {"now": night_now(), "pointer": pointer, "is_news": _is_news(seen, pointer), "active": "running"}
    if "HX-Request" in request.headers:
        return HttpResponse(render_to_string("datahub/_running.html", context, request))
    crumbs, as_of = (LIBRARY, NIGHTS), page_as_of(pointer)
    return render_page(request, "datahub/night_running.html", context, title="运行情况", crumbs=crumbs, as_of=as_of)


def _is_news(seen: str, pointer: Pointer | None) -> bool:
    """Whether another snapshot was published since the page around was drawn."""
    return bool(seen) and seen != str(pointer.snapshot if pointer else 0)


@require_safe
@page("datahub.view_nights")
def night_detail(request: HttpRequest, key: str) -> HttpResponse:
    """One night: every check with expected and actual, every table with its rows and sums."""
    pointer = services.nights_refresh()
    found = nights.night_page(key, pointer)
    if found is None:
        raise Http404
    now = night_now()
    context = {"found": found, "pointer": pointer, "now": now if now.batch == found.night.batch else None}
    title, crumbs, as_of = f"批次 {found.night.batch}", (LIBRARY, NIGHTS), page_as_of(pointer)
    return render_page(request, "datahub/night_detail.html", context, title=title, crumbs=crumbs, as_of=as_of)


@require_safe
@page("datahub.view_nights")
def night_rollback(request: HttpRequest, key: str) -> HttpResponse:
    """What a return to this night's day would undo, for whoever asks for it and whoever has to judge it."""
    return _rollback(request, _night(key), RollbackForm())


@page("datahub.ask_rollback")
@require_POST
def night_rollback_ask(request: HttpRequest, key: str) -> HttpResponse:
    """Ask that the library return to this night's day; another person has to agree."""
    night, form = _night(key), RollbackForm(request.POST)
    try:
        filed = _asked(request, night, form) if form.is_valid() else None
    except HuiliuError as error:
        form.add_error("reason" if error.code == "CTRL-001" else None, f"{error.message}。{error.hint}")
        filed = None
    if filed is None:
        return _rollback(request, night, form)
    messages.success(request, f"申请已提交，编号 {filed.pk}；须由另一人核准后才会回退。")
    return redirect("control:request_detail", filed.pk)


def _night(key: str) -> Night:
    found = nights.published_night(key)
    if found is None:
        raise Http404
    return found


def _asked(request: HttpRequest, night: Night, form: RollbackForm) -> Any:
    assert night.business_date is not None
    reason, actor = form.cleaned_data["reason"], actor_of(request)
    return services.rollback_ask(applicant=request.user, day=night.business_date, reason=reason, actor=actor)


def _rollback(request: HttpRequest, night: Night, form: RollbackForm) -> HttpResponse:
    assert night.business_date is not None
    pointer = services.nights_refresh()
    context: dict[str, Any] = {"night": night, "form": form, "open": open_request(night.business_date)}
    try:
        context["plan"] = plan = rollback_plan(night.business_date)
        context["effect"] = plan_effect(plan)
    except HuiliuError as error:
        context["refused"] = error
    context["may"] = "plan" in context and has_permission(request.user, "datahub.ask_rollback")
    crumbs = (LIBRARY, NIGHTS, Crumb(night.batch, reverse("datahub:night_detail", args=(night.key,))))
    title, as_of = f"回退到 {night.business_date}", page_as_of(pointer)
    return render_page(request, "datahub/rollback.html", context, title=title, crumbs=crumbs, as_of=as_of)


@require_safe
@page("datahub.view_nights")
def night_certificate(request: HttpRequest, key: str, file_format: str) -> HttpResponse:
    """The certificate as signed JSON or PDF; the audit row is written before it leaves."""
    found = services.certificate_open(key=key, format_=file_format, actor=actor_of(request))
    if found is None:
        raise Http404
    return HttpResponse(
        found.content,
        content_type=found.media,
        headers={"Content-Disposition": f'attachment; filename="{found.name}"'},
    )
