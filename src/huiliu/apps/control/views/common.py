"""What the pages of internal control share: breadcrumb, tabs, and finding what is meant."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.forms import Form
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.urls import reverse

from huiliu.apps.accounts.selectors import has_permission, user_by_id
from huiliu.apps.control.models import ApprovalRequest
from huiliu.apps.control.selectors import request_by_number, visible_to
from huiliu.web import hooks
from huiliu.web.pages import Crumb, render_page

PART = Crumb("内控")
SYSTEM_PART = Crumb("系统")
REQUESTS = Crumb("申请与审批", "control:request_list")
LEDGER = Crumb("岗位权限", "control:ledger")
ACCOUNTS = Crumb("账户", "accounts:user_list")


@dataclass(frozen=True)
class Tab:
    """One of several lists on one subject."""

    title: str
    link: str
    count: int | None = None
    active: bool = False


@dataclass(frozen=True)
class Act:
    """A form page: what the act does, to be read before it is done, and the word on its button."""

    title: str
    button: str
    crumbs: Sequence[Crumb]
    effect: str = ""
    back: str = ""
    danger: bool = False


def request_tabs(request: HttpRequest, active: str, waiting: int | None = None) -> list[Tab]:
    """The three lists of requests; all of them only for who may see them."""
    tabs = [("request_list", "待我办理", waiting), ("request_mine", "我的申请", None)]
    if has_permission(request.user, "control.view_requests"):
        tabs.append(("request_all", "全部申请", None))
    return [Tab(title, reverse(f"control:{name}"), count, name == active) for name, title, count in tabs]


def seen_request(request: HttpRequest, number: int) -> ApprovalRequest:
    """The request; 404 where there is none, and where it is none of the visitor's business, which is written down."""
    found = request_by_number(number)
    if found is None:
        raise Http404
    if not visible_to(found, request.user):
        hooks.record_refusal(request, "control.view_requests")
        raise Http404
    return found


def account(number: int) -> Any:
    """The account; 404 where there is none."""
    found = user_by_id(number)
    if found is None:
        raise Http404
    return found


def given(request: HttpRequest) -> QueryDict | None:
    """What was sent, for a form; None where the page is only opened."""
    return request.POST if request.method == "POST" else None


def ask(request: HttpRequest, form: Form, act: Act, **context: Any) -> HttpResponse:
    """The page of a form."""
    body = {"form": form, "act": act, **context}
    return render_page(request, "control/form.html", body, title=act.title, crumbs=act.crumbs)
