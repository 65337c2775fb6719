"""Keys of the interface: one's own, and for the security administrator everybody's."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from huiliu.apps.accounts import selectors, services
from huiliu.apps.accounts.forms import KeyForm, ReasonForm
from huiliu.apps.accounts.services.api_keys import NewKey
from huiliu.apps.accounts.views.acts import ask, done, number
from huiliu.apps.audit.services import actor_of
from huiliu.web.access import page
from huiliu.web.pages import Crumb, render_page

BACK = Crumb("接口密钥", "accounts:key_list")


@page("accounts.own_api_key")
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def my_keys(request: HttpRequest) -> HttpResponse:
    """One's own keys, and the form for a new one, whose secret is shown in the answer and nowhere else."""
    form = KeyForm(request.POST or None, codes=selectors.lendable(request.user))
    made: list[NewKey] = []
    if done(form, lambda: made.append(_create(request, form))):
        form = KeyForm(codes=selectors.lendable(request.user))
    keys = selectors.api_keys(request.user)  # type: ignore[arg-type]
    context = {"form": form, "keys": keys, "secret": made[0].secret if made else ""}
    return render_page(request, "accounts/my_keys.html", context, title="我的接口密钥", crumbs=(Crumb("系统"),))


def _create(request: HttpRequest, form: KeyForm) -> NewKey:
    return services.api_key_create(owner=request.user, actor=actor_of(request), **form.cleaned_data)  # type: ignore[arg-type]


@page("accounts.own_api_key")
@require_POST
def my_key_revoke(request: HttpRequest) -> HttpResponse:
    """Revoke one of one's own keys."""
    user, pk = request.user, number(request, "key")
    services.api_key_revoke(key_id=pk, reason="本人撤销", actor=actor_of(request), owner=user)  # type: ignore[arg-type]
    messages.success(request, "接口密钥已撤销。")
    return redirect("accounts:my_keys")


@page("accounts.view_api_keys")
@require_safe
def key_list(request: HttpRequest) -> HttpResponse:
    """Everybody's keys."""
    context = {"keys": selectors.api_keys()}
    return render_page(request, "accounts/key_list.html", context, title="接口密钥", crumbs=(Crumb("系统"),))


@page("accounts.view_api_keys")
@require_http_methods(["GET", "HEAD", "POST"])
def key_revoke(request: HttpRequest) -> HttpResponse:
    """Revoke somebody's key, with a reason."""
    pk, form, actor = number(request, "key"), ReasonForm(request.POST or None), actor_of(request)
    if done(form, lambda: services.api_key_revoke(key_id=pk, reason=form.reason(), actor=actor)):
        messages.success(request, "接口密钥已撤销。")
        return redirect("accounts:key_list")
    effect = "使用这个密钥的程序立即不能再调用接口，且不能恢复。"
    return ask(request, form, title="撤销接口密钥", effect=effect, about="", back=BACK)
