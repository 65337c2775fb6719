"""The auditor's pages, read-only, with the file of what they list; and how long records are kept."""

from django.conf import settings
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from huiliu.apps.audit import selectors, services
from huiliu.apps.audit.actions import label
from huiliu.apps.audit.forms import CompareForm, EventFilterForm, HoldForm
from huiliu.apps.audit.models import AuditEvent
from huiliu.apps.audit.selectors import shown
from huiliu.web import hooks
from huiliu.web.access import page
from huiliu.web.pages import Crumb, render_page

PER_PAGE = 50
PART = Crumb("内控")


@require_safe
@page("audit.view")
def event_list(request: HttpRequest) -> HttpResponse:
    """How the chain stands; events by day, person, act, outcome, object and address, newest first."""
    form = EventFilterForm(request.GET)
    listed = Paginator(selectors.events(form.wanted()), PER_PAGE).get_page(request.GET.get("page"))
    context = {
        "form": form,
        "listed": listed,
        "table": shown.event_table(listed),
        "state": selectors.chain_state(),
        "may_export": hooks.has_permission(request.user, "audit.export"),
    }
    return render_page(request, "audit/event_list.html", context, title="审计", crumbs=(PART,))


@page("audit.export")
@require_POST
def event_export(request: HttpRequest) -> HttpResponse:
    """The list under the same filter as CSV."""
    form = EventFilterForm(request.GET)
    lines = services.events_export(wanted=form.wanted(), actor=services.actor_of(request))
    response = StreamingHttpResponse(lines, content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = 'attachment; filename="audit.csv"'
    return response  # type: ignore[return-value]  # streamed: the decorators hand it on as it is


@require_safe
@page("audit.view")
def event_detail(request: HttpRequest, seq: int) -> HttpResponse:
    """One event: who, when, from where; before beside after."""
    event = _find(seq)
    context = {
        "event": event,
        "outcome": shown.outcome_cell(event),
        "object": shown.object_text(event),
        "action": label(event.action),
        "changes": shown.change_table(event),
        "details": shown.detail_table(event),
        "compare": CompareForm(initial={"first": seq}),
    }
    return render_page(request, "audit/event_detail.html", context, title=f"第 {seq} 条", crumbs=(PART, _list()))


@require_safe
@page("audit.view")
def same_object(request: HttpRequest, seq: int) -> HttpResponse:
    """All events of the object of one event."""
    event = _find(seq)
    listed = Paginator(selectors.same_object(event), PER_PAGE).get_page(request.GET.get("page"))
    context = {"listed": listed, "table": shown.event_table(listed), "object": shown.object_text(event)}
    crumbs = (PART, _list(), Crumb(f"第 {seq} 条", reverse("audit:event_detail", args=(seq,))))
    return render_page(request, "audit/same_object.html", context, title="同一对象的记录", crumbs=crumbs)


@require_safe
@page("audit.view")
def compare(request: HttpRequest) -> HttpResponse:
    """Two events side by side."""
    form = CompareForm(request.GET or None)
    table = None
    if form.is_valid():
        table = shown.compare_table(_find(form.cleaned_data["first"]), _find(form.cleaned_data["second"]))
    context = {"form": form, "table": table}
    return render_page(request, "audit/compare.html", context, title="比较两条记录", crumbs=(PART, _list()))


@require_safe
@page("audit.view_retention")
def retention(request: HttpRequest) -> HttpResponse:
    """How long each class of record is kept, and what is held."""
    return _retention(request, HoldForm())


@page("audit.hold")
@require_POST
def hold_place(request: HttpRequest) -> HttpResponse:
    """Keep the records of a class until further notice."""
    form = HoldForm(request.POST)
    if not form.is_valid():
        return _retention(request, form)
    services.hold_place(**form.cleaned_data, actor=services.actor_of(request))
    return redirect("audit:retention")


@page("audit.hold")
@require_POST
def hold_release(request: HttpRequest, hold_id: int) -> HttpResponse:
    """End a hold."""
    services.hold_release(hold_id=hold_id, actor=services.actor_of(request))
    return redirect("audit:retention")


def _retention(request: HttpRequest, form: HoldForm) -> HttpResponse:
    kept = selectors.kept(settings.HUILIU_CLOCK.now().date())
    context = {
        "table": shown.retention_table(kept),
        "holds": selectors.holds(),
        "form": form,
        "may_hold": hooks.has_permission(request.user, "audit.hold"),
    }
    return render_page(request, "audit/retention.html", context, title="保存期限", crumbs=(PART,))


def _list() -> Crumb:
    return Crumb("审计", reverse("audit:event_list"))


def _find(seq: int) -> AuditEvent:
    event = selectors.event(seq)
    if event is None:
        raise Http404
    return event
