"""Delegations: what the visitor delegated and what was delegated to them."""

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from huiliu.apps.audit.services import actor_of
from huiliu.apps.control import services
from huiliu.apps.control.forms.fields import ReasonForm, attempt
from huiliu.apps.control.forms.people import DelegationForm
from huiliu.apps.control.models import Delegation
from huiliu.apps.control.selectors.approvals import delegations_of
from huiliu.apps.control.selectors.wording import person_label, post_name
from huiliu.apps.control.views.common import PART, Act, ask, given
from huiliu.web.access import SIGNED_IN, page
from huiliu.web.pages import Crumb, render_page
from huiliu.web.tables import Cell, Column, Table

COLUMNS = (
    Column("post", "岗位", "code"),
    Column("who", "对方"),
    Column("starts_on", "开始", "date"),
    Column("ends_on", "结束", "date"),
    Column("state", "状态", "verdict"),
    Column("reason", "理由"),
    Column("act", "办理"),
)
BESIDE = {"CTRL-018": "delegate", "CTRL-027": "ends_on"}


@page(SIGNED_IN)
@require_http_methods(["GET", "HEAD", "POST"])
def delegation_list(request: HttpRequest) -> HttpResponse:
    """Mine, those to me, and a new one."""
    form = DelegationForm(given(request), principal=request.user)
    if attempt(form, lambda: _make(request, form), BESIDE):
        messages.success(request, "委托已登记；受托人在期间内代您办理，记录中写明受谁委托。")
        return redirect("control:delegation_list")
    rows = list(delegations_of(request.user))
    mine = [_row(row, row.delegate, may_end=True) for row in rows if row.principal_id == request.user.pk]
    to_me = [_row(row, row.principal, may_end=False) for row in rows if row.delegate_id == request.user.pk]
    context = {
        "form": form,
        "mine": Table(
            COLUMNS, mine, empty="您没有委托过他人", hint="休假或出差前，可在下方把审批委托给同类岗位的人员。"
        ),
        "to_me": Table(COLUMNS[:-1], to_me, empty="没有人委托您", hint="受托期间，待办会出现在“申请与审批”。"),
    }
    return render_page(request, "control/delegation_list.html", context, title="委托", crumbs=(PART,))


def _make(request: HttpRequest, form: DelegationForm) -> Delegation:
    return services.delegation_make(principal=request.user, wanted=form.wanted(), actor=actor_of(request))


def _row(row: Delegation, other: Any, *, may_end: bool) -> dict[str, object]:
    state, word = _state(row)
    end = Cell("提前结束", link=reverse("control:delegation_end", args=(row.pk,)))
    return {
        "post": post_name(row.post),
        "who": person_label(other),
        "starts_on": row.starts_on,
        "ends_on": row.ends_on,
        "state": Cell(word, state=state),
        "reason": row.reason,
        "act": end if may_end and word in {"有效", "未开始"} else "",
    }


def _state(row: Delegation) -> tuple[str, str]:
    today = settings.HUILIU_CLOCK.now().date()
    if row.ended_at:
        return "none", "已提前结束"
    if row.ends_on < today:
        return "none", "已到期"
    return ("pass", "有效") if row.starts_on <= today else ("warn", "未开始")


@page(SIGNED_IN)
@require_http_methods(["GET", "HEAD", "POST"])
def delegation_end(request: HttpRequest, number: int) -> HttpResponse:
    """End one's own delegation before its day."""
    row = delegations_of(request.user).filter(pk=number, principal_id=request.user.pk).first()
    if row is None:
        raise Http404
    form = ReasonForm(given(request))
    if attempt(form, lambda: _end(request, row, form)):
        messages.success(request, "委托已结束。")
        return redirect("control:delegation_list")
    back = Crumb("委托", "control:delegation_list")
    act = Act(
        "提前结束委托", "确认结束", (PART, back), effect="受托人立即不能再代您办理。", back=back.href, danger=True
    )
    pairs = [("岗位", post_name(row.post)), ("委托给", person_label(row.delegate)), ("结束日期", str(row.ends_on))]
    return ask(request, form, act, pairs=pairs)


def _end(request: HttpRequest, row: Delegation, form: ReasonForm) -> bool:
    services.delegation_end(delegation=row, actor=actor_of(request), why=form.cleaned_data["reason"])
    return True
