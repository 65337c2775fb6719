"""Login, logout, one's own password, and the list of accounts."""

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, resolve_url
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from huiliu.apps.accounts import selectors, services
from huiliu.apps.accounts.forms import LoginForm, PasswordForm
from huiliu.apps.accounts.models import User
from huiliu.apps.accounts.posts import POSTS
from huiliu.kernel.errors import HuiliuError
from huiliu.web.access import SIGNED_IN, entrance, page
from huiliu.web.limits import limit_by_address
from huiliu.web.pages import Crumb, render_page, render_plain
from huiliu.web.tables import Cell, Column, Table


@entrance
@sensitive_post_parameters()
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@limit_by_address("sign_in")
def login(request: HttpRequest) -> HttpResponse:
    """The way in; afterwards to the page that was asked for, if it is ours."""
    target = _next(request)
    if request.user.is_authenticated:
        return redirect(target)
    form = LoginForm(request.POST or None)
    if form.is_valid():
        try:
            services.sign_in(request, form.cleaned_data["username"], form.cleaned_data["password"])
            return redirect(target)
        except HuiliuError as error:
            form.add_error(None, f"{error.message}。{error.hint}")
    context = {"form": form, "next": target, "ended": services.ended_why(request)}
    return render_plain(request, "accounts/login.html", context, title="登录")


def _next(request: HttpRequest) -> str:
    wanted = request.POST.get("next") or request.GET.get("next") or ""
    ours = url_has_allowed_host_and_scheme(wanted, {request.get_host()}, require_https=request.is_secure())
    return wanted if ours else resolve_url("workbench")


@page(SIGNED_IN)
@require_POST
def logout(request: HttpRequest) -> HttpResponse:
    """The way out."""
    services.sign_out(request)
    return redirect("accounts:login")


@page(SIGNED_IN)
@sensitive_post_parameters()
@require_http_methods(["GET", "HEAD", "POST"])
def password(request: HttpRequest) -> HttpResponse:
    """Change one's own password; the only page open before the first change where one is due."""
    form = PasswordForm(request.POST or None)
    if form.is_valid() and _changed(request, form):
        messages.success(request, "口令已修改。")
        return redirect("workbench")
    context = {"form": form, **_why_due(request.user)}
    return render_page(request, "accounts/password.html", context, title="修改口令", crumbs=(Crumb("系统"),))


def _why_due(user: Any) -> dict[str, object]:
    days = settings.ENVIRONMENT.password_days
    text = f"口令每 {days} 天须更换一次；修改后才能使用其他页面。" if selectors.password_is_old(user) else ""
    return {"due": selectors.must_change_password(user), "old": "" if user.must_change_password else text}


def _changed(request: HttpRequest, form: PasswordForm) -> bool:
    try:
        services.password_change(request=request, old=form.cleaned_data["old"], new=form.cleaned_data["new"])
    except HuiliuError as error:
        form.add_error("old" if error.code == "ACC-006" else "new", f"{error.message}。{error.hint}")
        return False
    return True


COLUMNS = (
    Column("username", "用户名"),
    Column("display_name", "姓名"),
    Column("unit", "机构", missing="未填"),
    Column("posts", "岗位", missing="没有岗位"),
    Column("state", "状态", "verdict"),
    Column("last_login", "最近登录", "time", missing="从未"),
    Column("created_at", "建立时间", "time"),
)


@require_safe
@page("accounts.view")
def user_list(request: HttpRequest) -> HttpResponse:
    """Who has an account, at which post, and when it was last used."""
    rows = [_row(user) for user in selectors.users()]
    table = Table(COLUMNS, rows, empty="还没有账户", hint="请在服务器上运行 ./run up 建立首批账户。")
    return render_page(request, "accounts/user_list.html", {"table": table}, title="账户", crumbs=(Crumb("系统"),))


def _row(user: User) -> dict[str, object]:
    if not user.is_active:
        state = Cell(user.get_status_display(), state="none")
    elif user.must_change_password:
        state = Cell("待改口令", state="warn")
    else:
        state = Cell("启用", state="pass")
    return {
        "username": user.username,
        "display_name": user.display_name,
        "unit": user.unit.name if user.unit else "",
        "posts": "、".join(POSTS[grant.post].label for grant in user.unrevoked),  # type: ignore[attr-defined]
        "state": state,
        "last_login": user.last_login,
        "created_at": user.created_at,
    }
