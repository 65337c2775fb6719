"""The ledger of posts and rights: who holds what, since when, until when, on which word; revoking and exporting."""

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from huiliu.apps.accounts.selectors import grant_by_number, has_permission
from huiliu.apps.audit.services import actor_of
from huiliu.apps.control.forms.fields import ReasonForm, attempt
from huiliu.apps.control.forms.ledger import LedgerFilterForm
from huiliu.apps.control.selectors import deadlock_lines
from huiliu.apps.control.selectors.reviews import last_reviews
from huiliu.apps.control.selectors.wording import WHOLE_CITY, post_name, scheme_names, validity
from huiliu.apps.control.services import ledger_export, right_revoke
from huiliu.apps.control.views.common import LEDGER, PART, Act, ask, given
from huiliu.kernel.clock import TZ
from huiliu.web.access import page
from huiliu.web.downloads import download_made
from huiliu.web.pages import render_page
from huiliu.web.tables import Cell, Column, Table

PER_PAGE = 100
COLUMNS = (
    Column("user", "用户名"),
    Column("name", "姓名"),
    Column("post", "岗位", "code"),
    Column("unit", "机构范围"),
    Column("schemes", "险种范围", optional=True),
    Column("level", "级别", "code"),
    Column("since", "授权日期", "date", optional=True),
    Column("until", "有效期至", "verdict"),
    Column("basis", "依据"),
    Column("review", "最近复核", missing="还没有"),
)
ACT = Column("act", "办理")


@require_safe
@page("control.view_ledger")
def ledger(request: HttpRequest) -> HttpResponse:
    """Every grant under a filter bar; above it what would stop approvals."""
    form = LedgerFilterForm(request.GET)
    listed = Paginator(form.found(), PER_PAGE).get_page(request.GET.get("page"))
    may_revoke, reviews = has_permission(request.user, "control.revoke"), last_reviews(row.pk for row in listed)
    rows = [_row(grant, reviews.get(grant.pk, ""), may_revoke=may_revoke) for grant in listed]
    columns = (*COLUMNS, ACT) if may_revoke else COLUMNS
    table = Table(columns, rows, empty="没有符合条件的岗位权限", hint="请清除筛选条件；新的权限从“申请岗位”提出。")
    context = {
        "form": form,
        "table": table,
        "listed": listed,
        "deadlocks": deadlock_lines(settings.HUILIU_CLOCK.now().date()),
        "may_export": has_permission(request.user, "control.export_ledger"),
        "may_plan": has_permission(request.user, "control.plan_posts"),
    }
    return render_page(request, "control/ledger.html", context, title="岗位权限", crumbs=(PART,))


def _row(grant: Any, review: str, *, may_revoke: bool) -> dict[str, object]:
    today = settings.HUILIU_CLOCK.now().date()
    state, until = validity(grant.expires_on, today)
    link = reverse("control:request_detail", args=(grant.request_no,)) if grant.request_no else ""
    if grant.revoked_at:
        state, until = "none", f"已撤销：{grant.revoked_why}"
    revoke = Cell("撤销", link=reverse("control:grant_revoke", args=(grant.pk,)))
    return {
        "user": grant.user.username,
        "name": grant.user.display_name,
        "post": post_name(grant.post),
        "unit": grant.unit.name if grant.unit else WHOLE_CITY,
        "schemes": scheme_names(grant.schemes),
        "level": grant.level,
        "since": grant.granted_at.astimezone(TZ).date(),
        "until": Cell(until, state=state),
        "basis": Cell(f"申请 {grant.request_no}", link=link) if link else "系统安装",
        "review": review,
        "act": revoke if may_revoke and not grant.revoked_at else "",
    }


@page("control.revoke")
@require_http_methods(["GET", "HEAD", "POST"])
def revoke(request: HttpRequest, number: int) -> HttpResponse:
    """End a grant now, after saying why."""
    grant = grant_by_number(number)
    if grant is None:
        raise Http404
    form = ReasonForm(given(request))
    if attempt(form, lambda: _revoke(request, grant, form)):
        messages.success(request, "岗位权限已撤销，立即生效。")
        return redirect("control:ledger")
    effect = "撤销立即生效，不能恢复；需要时由本人重新申请，按步骤审批。"
    act = Act("撤销岗位权限", "确认撤销", (PART, LEDGER), effect=effect, back=LEDGER.href, danger=True)
    return ask(request, form, act, pairs=_pairs(grant))


def _pairs(grant: Any) -> list[tuple[str, str]]:
    unit = grant.unit.name if grant.unit else WHOLE_CITY
    person = f"{grant.user.display_name}（{grant.user.username}）"
    return [("人员", person), ("岗位", post_name(grant.post)), ("机构范围", unit), ("有效期至", str(grant.expires_on))]


def _revoke(request: HttpRequest, grant: Any, form: ReasonForm) -> bool:
    why = form.cleaned_data["reason"][:100]
    right_revoke(grant=grant, why=why, by=request.user, actor=actor_of(request))
    return True


@page("control.export_ledger")
@require_POST
def export(request: HttpRequest) -> HttpResponse:
    """The whole ledger as XLSX, ended grants included."""
    made = ledger_export(actor=actor_of(request))
    return download_made(made.content, made.name)
