"""Leavers and units."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from huiliu.apps.accounts.selectors import has_permission, units
from huiliu.apps.accounts.services import Unit, unit_create
from huiliu.apps.audit.services import actor_of
from huiliu.apps.control.forms.fields import ReasonForm, attempt
from huiliu.apps.control.forms.people import UnitForm
from huiliu.apps.control.selectors.leavers import left_open
from huiliu.apps.control.selectors.wording import person_label
from huiliu.apps.control.services import CleanUp, leaver_clean_up
from huiliu.apps.control.views.common import ACCOUNTS, SYSTEM_PART, Act, account, ask, given
from huiliu.web.access import page
from huiliu.web.pages import Crumb, render_page
from huiliu.web.tables import Column, Table

LEAVING = "账户停用后不能再启用，也不能登录；下列权限、申请、委托、密钥和会话同时结束。审计记录保留。"
UNITS = Crumb("机构", "control:unit_list")
UNIT_COLUMNS = (
    Column("code", "机构编码", "code"),
    Column("name", "机构名称"),
    Column("kind", "类别"),
    Column("division", "行政区划代码", "code", missing="全市"),
    Column("parent", "上级机构", missing="没有"),
)


@page("accounts.manage")
@require_http_methods(["GET", "HEAD", "POST"])
def leaver(request: HttpRequest, number: int) -> HttpResponse:
    """Close the account of somebody who leaves; before that the page lists all that ends with it."""
    person = account(number)
    form = ReasonForm(given(request))
    done = attempt(form, lambda: _clean_up(request, person, form))
    if done:
        messages.success(request, _said(done))
        return redirect("accounts:user_list")
    back = reverse("accounts:user_list")
    act = Act("离岗", "确认停用账户", (SYSTEM_PART, ACCOUNTS), effect=LEAVING, back=back, danger=True)
    return ask(request, form, act, pairs=[("人员", person_label(person))], ends=left_open(person))


def _clean_up(request: HttpRequest, person: Any, form: ReasonForm) -> CleanUp:
    reason = form.cleaned_data["reason"]
    return leaver_clean_up(user=person, by=request.user, reason=reason, actor=actor_of(request))


def _said(done: CleanUp) -> str:
    ended = f"撤销岗位 {done.grants} 项，撤回申请 {done.requests} 项，结束委托 {done.delegations} 项"
    return f"账户已停用：{ended}，撤销密钥 {done.keys} 个，会话全部结束。"


@require_safe
@page("accounts.view")
def unit_list(request: HttpRequest) -> HttpResponse:
    """The units of the city."""
    rows = [_unit_row(unit) for unit in units()]
    hint = "县区经办须先登记县区，岗位权限才能限于本县区。"
    table = Table(UNIT_COLUMNS, rows, empty="还没有登记机构，岗位权限的范围只能是全市", hint=hint)
    context = {"table": table, "may_manage": has_permission(request.user, "accounts.manage")}
    return render_page(request, "control/unit_list.html", context, title="机构", crumbs=(SYSTEM_PART,))


def _unit_row(unit: Unit) -> dict[str, object]:
    return {
        "code": unit.code,
        "name": unit.name,
        "kind": unit.get_kind_display(),
        "division": unit.division,
        "parent": unit.parent.name if unit.parent else "",
    }


@page("accounts.manage")
@require_http_methods(["GET", "HEAD", "POST"])
def unit_new(request: HttpRequest) -> HttpResponse:
    """Register a unit."""
    form = UnitForm(given(request))
    if attempt(form, lambda: _register(request, form), {"ACC-015": "code"}):
        messages.success(request, "机构已登记。")
        return redirect("control:unit_list")
    act = Act("登记机构", "登记", (SYSTEM_PART, UNITS), back=UNITS.href)
    return ask(request, form, act)


def _register(request: HttpRequest, form: UnitForm) -> Unit:
    return unit_create(actor=actor_of(request), **form.cleaned_data)
