"""Sign-in of all accounts as the security administrator sees it: locks, second factors, networks."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods, require_safe

from huiliu.apps.accounts import selectors, services
from huiliu.apps.accounts.forms import NetworksForm, ReasonForm
from huiliu.apps.accounts.views.acts import ask, done, meant_user
from huiliu.apps.audit.services import actor_of
from huiliu.web.access import page
from huiliu.web.pages import Crumb, render_page

BACK = Crumb("登录安全", "accounts:sign_in_list")
FORM = ["GET", "HEAD", "POST"]


@page("accounts.unlock")
@require_safe
def sign_in_list(request: HttpRequest) -> HttpResponse:
    """Every open account: locked until when, second factor, networks, age of the password."""
    may = ("accounts.totp_reset", "accounts.set_networks")
    context = {
        "rows": selectors.sign_in_states(),
        "may_reset": selectors.has_permission(request.user, may[0]),
        "may_set_networks": selectors.has_permission(request.user, may[1]),
    }
    return render_page(request, "accounts/sign_in_list.html", context, title="登录安全", crumbs=(Crumb("系统"),))


@page("accounts.unlock")
@require_http_methods(FORM)
def account_unlock(request: HttpRequest) -> HttpResponse:
    """Open a locked account before its time, with a reason."""
    user, form = meant_user(request), ReasonForm(request.POST or None)
    name, actor = user.username, actor_of(request)
    if done(form, lambda: services.account_unlock(username=name, reason=form.reason(), actor=actor)):
        messages.success(request, "已解除锁定。")
        return redirect("accounts:sign_in_list")
    effect = "失败次数清零，该账户可以立即登录。请先向本人核实不是他人在试口令。"
    return ask(request, form, title="解除锁定", effect=effect, about=name, back=BACK)


@page("accounts.totp_reset")
@require_http_methods(FORM)
def totp_reset(request: HttpRequest) -> HttpResponse:
    """Take a lost second factor away, with a reason."""
    user, form = meant_user(request), ReasonForm(request.POST or None)
    by, actor = request.user, actor_of(request)
    if done(form, lambda: services.totp_reset(user=user, reason=form.reason(), actor=actor, by=by)):  # type: ignore[arg-type]
        messages.success(request, "已重置动态口令，本人下次登录时重新登记。")
        return redirect("accounts:sign_in_list")
    effect = "原手机和全部恢复码立即失效，该账户的所有会话结束，下次登录须重新登记。请当面核实本人身份。"
    return ask(request, form, title="重置动态口令", effect=effect, about=user.username, back=BACK)


@page("accounts.set_networks")
@require_http_methods(FORM)
def networks(request: HttpRequest) -> HttpResponse:
    """From which networks an account may be used."""
    user = meant_user(request)
    form = NetworksForm(request.POST or None, initial={"networks": selectors.sign_in_of(user).networks})
    if done(form, lambda: _set(request, form)):
        messages.success(request, "登录地址已更新。")
        return redirect("accounts:sign_in_list")
    effect = "不在这些地址内的登录和会话立即被拒绝；留空则不限制。"
    return ask(request, form, title="登录地址", effect=effect, about=user.username, back=BACK)


def _set(request: HttpRequest, form: NetworksForm) -> None:
    wanted, actor = form.cleaned_data["networks"], actor_of(request)
    services.networks_set(user=meant_user(request), networks=wanted, reason=form.reason(), actor=actor)
