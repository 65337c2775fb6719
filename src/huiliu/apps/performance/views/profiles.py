"""Scoring profiles: the catalog's, and the unit's own, written on a page."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods, require_safe

from huiliu.apps.accounts.selectors import has_permission
from huiliu.apps.audit.services import actor_of
from huiliu.apps.performance.forms.profiles import ProfileForm, initial_of
from huiliu.apps.performance.models import WrittenProfile
from huiliu.apps.performance.selectors import profile_pages as pages
from huiliu.apps.performance.selectors import profiles as selectors
from huiliu.apps.performance.services.profiles import profile_write
from huiliu.kernel.errors import HuiliuError
from huiliu.web.access import page
from huiliu.web.pages import Crumb, render_page

PART = Crumb("绩效")
LIST = Crumb("评分方案", "performance:profile_list")


@require_safe
@page("performance.view_evaluation")
def profile_list(request: HttpRequest) -> HttpResponse:
    """Every profile that targets can be scored by."""
    context = {"table": pages.profile_table(), "may_write": has_permission(request.user, "performance.assess")}
    return render_page(request, "performance/profile_list.html", context, title="评分方案", crumbs=(PART,))


@require_safe
@page("performance.view_evaluation")
def profile_detail(request: HttpRequest, code: str) -> HttpResponse:
    """One profile: its rules in words, what is 待核, what is scored by it."""
    found = selectors.scoring().get(code)
    if found is None:
        raise Http404
    context = {
        "profile": found,
        "rules": pages.rule_table(found),
        "written": selectors.written_by_code(code),
        "used_by": selectors.used_by(code),
        "may_write": has_permission(request.user, "performance.assess"),
    }
    return render_page(request, "performance/profile_detail.html", context, title=found.label, crumbs=(PART, LIST))


@require_http_methods(["GET", "HEAD", "POST"])
@page("performance.assess")
def profile_new(request: HttpRequest) -> HttpResponse:
    """Write a profile, starting from another."""
    start = selectors.scoring().get(request.GET.get("from", "national"))
    form = ProfileForm(request.POST if request.method == "POST" else None, initial=initial_of(start) if start else {})
    kept = _written(request, form) if request.method == "POST" and form.is_valid() else None
    if kept:
        messages.success(request, "评分方案已建立，可以在建立绩效目标时选用。")
        return redirect(pages.address(kept.code))
    crumbs = (PART, LIST)
    return render_page(request, "performance/profile_new.html", {"form": form}, title="建立评分方案", crumbs=crumbs)


def _written(request: HttpRequest, form: ProfileForm) -> WrittenProfile | None:
    try:
        return profile_write(data=form.data_of_profile(), user=request.user, actor=actor_of(request))
    except HuiliuError as error:
        form.refuse(error)
        return None
