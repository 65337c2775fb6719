"""The way in and out: login, the code of the second factor, one's own password and second factor."""

from typing import Any

import segno
from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, resolve_url
from django.utils.http import url_has_allowed_host_and_scheme, urlencode
from django.utils.safestring import mark_safe
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from huiliu.apps.accounts import one_time, selectors, services
from huiliu.apps.accounts.forms import CodeForm, LoginForm, PasswordForm
from huiliu.apps.accounts.views.acts import done
from huiliu.kernel.errors import HuiliuError
from huiliu.web.access import SIGNED_IN, entrance, page
from huiliu.web.limits import limit_by_address
from huiliu.web.pages import Crumb, render_page, render_plain

CRUMBS = (Crumb("系统"),)
FORM = ["GET", "HEAD", "POST"]


@entrance
@sensitive_post_parameters()
@never_cache
@require_http_methods(FORM)
@limit_by_address("sign_in")
def login(request: HttpRequest) -> HttpResponse:
    """The way in; afterwards to the page that was asked for, if it is ours."""
    target = _next(request)
    if request.user.is_authenticated:
        return redirect(target)
    form = LoginForm(request.POST or None)
    if form.is_valid():
        try:
            user = services.sign_in(request, form.cleaned_data["username"], form.cleaned_data["password"])
            return redirect(target) if user else _to_code(target)
        except HuiliuError as error:
            form.add_error(None, f"{error.message}。{error.hint}")
    context = {"form": form, "next": target, "ended": services.ended_why(request)}
    return render_plain(request, "accounts/login.html", context, title="登录")


def _next(request: HttpRequest) -> str:
    wanted = request.POST.get("next") or request.GET.get("next") or ""
    ours = url_has_allowed_host_and_scheme(wanted, {request.get_host()}, require_https=request.is_secure())
    return wanted if ours else resolve_url("workbench")


def _to_code(target: str) -> HttpResponseRedirect:
    return HttpResponseRedirect(f"{resolve_url('accounts:code')}?{urlencode({'next': target})}")


@entrance
@sensitive_post_parameters()
@never_cache
@require_http_methods(FORM)
@limit_by_address("sign_in")
def code(request: HttpRequest) -> HttpResponse:
    """The second step after the password; without a first one there is only the way back to it."""
    target, form = _next(request), CodeForm(request.POST or None)
    if request.user.is_authenticated:
        return redirect(target)
    if not services.is_half_open(request):
        return render_plain(request, "accounts/code.html", {"form": None, "next": target}, title="动态口令")
    if done(form, lambda: services.enter_code(request, form.cleaned_data["code"])):
        return redirect(target)
    return render_plain(request, "accounts/code.html", {"form": form, "next": target}, title="动态口令")


@page(SIGNED_IN)
@require_POST
def logout(request: HttpRequest) -> HttpResponse:
    """The way out."""
    services.sign_out(request)
    return redirect("accounts:login")


@page(SIGNED_IN)
@sensitive_post_parameters()
@require_http_methods(FORM)
def password(request: HttpRequest) -> HttpResponse:
    """Change one's own password; the only page open before the first change where one is due."""
    form = PasswordForm(request.POST or None)
    if form.is_valid() and _changed(request, form):
        messages.success(request, "口令已修改，其他设备上的登录已结束。")
        return redirect("workbench")
    context = {"form": form, **_why_due(request.user)}
    return render_page(request, "accounts/password.html", context, title="修改口令", crumbs=CRUMBS)


def _why_due(user: Any) -> dict[str, object]:
    days = settings.ENVIRONMENT.password_days
    text = f"口令每 {days} 天须更换一次；修改后才能使用其他页面。" if selectors.password_is_old(user) else ""
    return {"due": selectors.must_change_password(user), "old": "" if user.must_change_password else text}


def _changed(request: HttpRequest, form: PasswordForm) -> bool:
    try:
        services.password_change(request=request, old=form.cleaned_data["old"], new=form.cleaned_data["new"])
    except HuiliuError as error:
        form.add_error("new" if error.code == "ACC-007" else "old", f"{error.message}。{error.hint}")
        return False
    return True


@page(SIGNED_IN)
@sensitive_post_parameters()
@never_cache
@require_http_methods(FORM)
def totp(request: HttpRequest) -> HttpResponse:
    """Enrol one's own second factor; the only page open where one is required and missing."""
    if selectors.is_enrolled(request.user):
        return _totp_page(request, {"left": selectors.recovery_left(request.user)})  # type: ignore[arg-type]
    form = CodeForm(request.POST or None)
    if form.is_valid():
        try:
            codes = services.totp_confirm(request=request, code=form.cleaned_data["code"])
            return _totp_page(request, {"codes": codes})
        except HuiliuError as error:
            form.add_error("code", f"{error.message}。{error.hint}")
    secret = services.totp_begin(request=request)
    due = selectors.requires_totp(request.user)
    return _totp_page(request, {"form": form, "due": due, "secret": secret, "qr": _qr(request, secret)})


def _totp_page(request: HttpRequest, context: dict[str, object]) -> HttpResponse:
    return render_page(request, "accounts/totp.html", context, title="动态口令", crumbs=CRUMBS)


def _qr(request: HttpRequest, secret: str) -> str:
    """Drawn here, inline: the secret goes to no other program and into no address."""
    drawn = segno.make(one_time.address(secret, request.user.get_username()), error="m")
    return mark_safe(drawn.svg_inline(scale=4, border=4, light="#ffffff"))  # noqa: S308 -- made of black squares only
