"""One event on its page, recording new ones, and their files."""

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from huiliu.apps.accounts.selectors import has_permission
from huiliu.apps.audit.services import actor_of
from huiliu.apps.control.forms.fields import attempt
from huiliu.apps.control.selectors import request_by_number
from huiliu.apps.control.selectors.strip import strip
from huiliu.apps.funds import services
from huiliu.apps.funds.forms import BESIDE, EventForm, FileForm, first_error
from huiliu.apps.funds.models import Event, Kind
from huiliu.apps.funds.selectors import tables
from huiliu.apps.funds.selectors.books import Books
from huiliu.apps.funds.selectors.projects import attachments_of
from huiliu.apps.funds.selectors.wording import pairs_of
from huiliu.apps.funds.services.events import PAID, RECORDED
from huiliu.apps.funds.views.common import ask, crumbs, found_books, found_event, found_year
from huiliu.budget.events import EARLIER_REFUND
from huiliu.web.access import page
from huiliu.web.downloads import download
from huiliu.web.pages import render_page

FORM = ["GET", "HEAD", "POST"]
LONGEST = 19  # digits; an event's number has fewer


@require_safe
@page("funds.view")
def event_detail(request: HttpRequest, name: str, year: int, number: int) -> HttpResponse:
    """What an event says, its approval, what followed, its entries and files."""
    books = found_books(name, year)
    event = found_event(books.year, number)
    context = {
        "event": event,
        "year": books.year,
        "pairs": pairs_of(event),
        "approval": event.approval_id,
        "rounds": _rounds(event),
        "acts": _acts(request, books, event),
        "hint": EARLIER_REFUND if event.kind == Kind.PAYMENT and books.keeper.ledger.close else "",
        "followers": tables.following_table(books, event),
        "entries": tables.entry_table(books, event),
        "attachments": attachments_of(event),
        "attach": FileForm() if _may_attach(request) else None,
    }
    title = f"{event.get_kind_display()} {event.pk}"
    return render_page(request, "funds/event_detail.html", context, title=title, crumbs=crumbs(books.year))


def _rounds(event: Event) -> Any:
    found = request_by_number(event.approval_id) if event.approval_id else None
    return strip(found, settings.HUILIU_CLOCK.now().date()) if found else ()


def _may_attach(request: HttpRequest) -> bool:
    return has_permission(request.user, "funds.record") or has_permission(request.user, "funds.pay")


def _acts(request: HttpRequest, books: Books, event: Event) -> list[tuple[str, str, str]]:
    """What the visitor may do next with an event: word, kind and permission's way."""
    ledger, found = books.keeper.ledger, []
    if ledger.close is None and has_permission(request.user, "funds.pay"):
        if event.kind == Kind.REQUEST and ledger.request(str(event.pk)).unpaid:
            found.append(("拨付", "funds:event_pay", Kind.PAYMENT.value))
        if event.kind == Kind.PAYMENT:
            found.append(("退款", "funds:event_pay", Kind.REFUND.value))
    booked = any(one.kind == Kind.VOUCHER for one in ledger.following(str(event.pk)))
    if event.kind in PAID and not booked and has_permission(request.user, "funds.record"):
        found.append(("记账凭证", "funds:event_new", Kind.VOUCHER.value))
    if event.kind == Kind.COMMITMENT and ledger.close is None and has_permission(request.user, "funds.record"):
        found.append(("提出请拨", "funds:event_new", Kind.REQUEST.value))
    return found


@page("funds.record")
@require_http_methods(FORM)
def event_new(request: HttpRequest, name: str, year: int, kind: str) -> HttpResponse:
    """Record what the accountant records, or ask for money."""
    if kind not in (*RECORDED, Kind.REQUEST):
        raise Http404
    return _event_form(request, name, year, kind)


@page("funds.pay")
@require_http_methods(FORM)
def event_pay(request: HttpRequest, name: str, year: int, kind: str) -> HttpResponse:
    """Record a payment or a refund."""
    if kind not in PAID:
        raise Http404
    return _event_form(request, name, year, kind)


def _event_form(request: HttpRequest, name: str, year: int, kind: str) -> HttpResponse:
    found, answered = found_year(name, year), request.GET.get("for", "")
    named = int(answered) if answered.isdecimal() and len(answered) < LONGEST else None
    form = EventForm(request.POST or None, year=found, kind=kind, answered=named)
    made = attempt(form, lambda: _send(request, form), BESIDE) if request.method == "POST" else None
    if made is not None:
        messages.success(request, "已提交审批。" if kind == Kind.REQUEST else "已记录。")
        return redirect("funds:event_detail", name, year, made.pk)
    word = Kind(kind).label
    title, button = ("提出请拨", "提交审批") if kind == Kind.REQUEST else (f"记录{word}", "记录")
    return ask(request, form, title, button, found)


def _send(request: HttpRequest, form: EventForm) -> Event:
    given: dict[str, Any] = {
        "year": form.year,
        "wanted": form.wanted(),
        "user": request.user,
        "actor": actor_of(request),
    }
    if form.kind == Kind.REQUEST:
        return services.payment_ask(**given, reason=form.cleaned_data["reason"])
    return services.event_record(**given)


@page("funds.view")
@require_POST
def attachment_new(request: HttpRequest, name: str, year: int, number: int) -> HttpResponse:
    """Add a file to an event."""
    event, form = found_event(found_year(name, year), number), FileForm(request.POST, request.FILES)

    def add() -> Any:
        file = form.cleaned_data["file"]
        given: dict[str, Any] = {"event": event, "user": request.user, "actor": actor_of(request)}
        return services.attachment_add(**given, file=file.file, name=file.name)

    if attempt(form, add):
        messages.success(request, "附件已添加。")
    else:
        messages.error(request, first_error(form))
    return redirect("funds:event_detail", name, year, number)


@page("funds.view")
@require_safe
def attachment(request: HttpRequest, name: str, year: int, number: int, part: int) -> HttpResponse:
    """One file as a download."""
    event = found_event(found_year(name, year), number)
    row = next((one for one in attachments_of(event) if one.pk == part), None)
    if row is None:
        raise Http404
    content = services.attachment_read(attachment=row, actor=actor_of(request))
    return download(content, row.name)
