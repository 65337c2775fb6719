"""Sessions: one's own, and for the security administrator everybody's."""

from collections.abc import Sequence

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from huiliu.apps.accounts import selectors, services
from huiliu.apps.accounts.forms import ReasonForm
from huiliu.apps.accounts.models import Ending, UserSession
from huiliu.apps.accounts.views.acts import ask, done, number
from huiliu.apps.audit.services import actor_of
from huiliu.web.access import SIGNED_IN, page
from huiliu.web.pages import Crumb, render_page
from huiliu.web.tables import Column, Table

BACK = Crumb("会话", "accounts:session_list")
ENDED_COLUMNS = (
    Column("username", "用户名"),
    Column("device", "设备"),
    Column("address", "地址", optional=True),
    Column("started_at", "开始时间", "time", optional=True),
    Column("ended_at", "结束时间", "time"),
    Column("ending", "结束原因"),
)


@page(SIGNED_IN)
@require_safe
def my_sessions(request: HttpRequest) -> HttpResponse:
    """Where one is signed in, and how the last sessions ended."""
    user = request.user
    context = {
        "sessions": selectors.open_sessions(user),  # type: ignore[arg-type]
        "here": request.live_session.pk,  # type: ignore[attr-defined]
        "ended": _ended(selectors.ended_sessions(user), ENDED_COLUMNS[1:]),  # type: ignore[arg-type]
    }
    return render_page(request, "accounts/my_sessions.html", context, title="我的会话", crumbs=(Crumb("系统"),))


@page(SIGNED_IN)
@require_POST
def my_session_end(request: HttpRequest) -> HttpResponse:
    """End one of one's own other sessions."""
    services.session_end(
        session_id=number(request, "session"),
        why=Ending.OWN,
        actor=actor_of(request),
        user=request.user,  # type: ignore[arg-type]
    )
    messages.success(request, "会话已结束，那台设备须重新登录。")
    return redirect("accounts:my_sessions")


@page("accounts.view_sessions")
@require_safe
def session_list(request: HttpRequest) -> HttpResponse:
    """Everybody's open sessions, and those that ended last."""
    context = {
        "sessions": selectors.open_sessions(),
        "may_end": selectors.has_permission(request.user, "accounts.end_session"),
        "ended": _ended(selectors.ended_sessions(), ENDED_COLUMNS),
    }
    return render_page(request, "accounts/session_list.html", context, title="会话", crumbs=(Crumb("系统"),))


@page("accounts.end_session")
@require_http_methods(["GET", "HEAD", "POST"])
def session_end(request: HttpRequest) -> HttpResponse:
    """End somebody's session, with a reason."""
    pk, form = number(request, "session"), ReasonForm(request.POST or None)
    actor = actor_of(request)
    if done(form, lambda: services.session_end(session_id=pk, why=Ending.ADMIN, actor=actor, reason=form.reason())):
        messages.success(request, "会话已结束。")
        return redirect("accounts:session_list")
    effect = "该设备上的登录立即结束，未提交的内容会丢失；本人可以重新登录。"
    return ask(request, form, title="结束会话", effect=effect, about=selectors.session_label(pk), back=BACK)


def _ended(rows: Sequence[UserSession], columns: tuple[Column, ...]) -> Table:
    drawn = [
        {
            "username": row.user.username,
            "device": row.device,
            "address": row.address,
            "started_at": row.started_at,
            "ended_at": row.ended_at,
            "ending": row.get_ending_display(),
        }
        for row in rows
    ]
    return Table(columns, drawn, empty="还没有结束的会话", caption="最近结束")
