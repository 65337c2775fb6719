"""The quarterly review: every grant in force, those still to be looked at first."""

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST, require_safe

from huiliu.apps.accounts.selectors import grant_by_number
from huiliu.apps.audit.services import actor_of
from huiliu.apps.control.forms.fields import attempt
from huiliu.apps.control.forms.people import ReviewForm
from huiliu.apps.control.models import Verdict
from huiliu.apps.control.selectors.reviews import quarter_of, review_lines
from huiliu.apps.control.selectors.wording import WHOLE_CITY, post_name, scheme_names, validity
from huiliu.apps.control.services import grant_review
from huiliu.apps.control.views.common import PART
from huiliu.web.access import page
from huiliu.web.pages import render_page


@require_safe
@page("control.review")
def review_list(request: HttpRequest) -> HttpResponse:
    """This quarter's grants with how many are done."""
    return _listed(request)


def _listed(request: HttpRequest, wrong: int = 0, why: str = "") -> HttpResponse:
    today = settings.HUILIU_CLOCK.now().date()
    lines = review_lines(today)
    done = sum(line.review is not None for line in lines)
    context = {
        "quarter": quarter_of(today),
        "rows": [_row(line, request.user) for line in lines],
        "done": done,
        "left": len(lines) - done,
        "progress": f"已复核 {done} 项，共 {len(lines)} 项",
        "total": len(lines),
        "wrong": wrong,
        "why": why,
    }
    return render_page(request, "control/review_list.html", context, title="复核", crumbs=(PART,))


def _row(line: Any, reviewer: Any) -> dict[str, Any]:
    grant = line.grant
    state, until = validity(grant.expires_on, settings.HUILIU_CLOCK.now().date())
    return {
        "grant": grant,
        "review": line.review,
        "post": post_name(grant.post),
        "unit": grant.unit.name if grant.unit else WHOLE_CITY,
        "schemes": scheme_names(grant.schemes),
        "state": state,
        "until": until,
        "is_own": grant.user_id == reviewer.pk,
        "verdict": "pass" if line.review and line.review.verdict == Verdict.KEEP else "fail",
    }


@page("control.review")
@require_POST
def review(request: HttpRequest, number: int) -> HttpResponse:
    """Say of one grant that it stays or goes."""
    grant = grant_by_number(number)
    if grant is None:
        raise Http404
    form = ReviewForm(request.POST)
    if attempt(form, lambda: _review(request, grant, form)):
        messages.success(request, "复核结论已记入台账。")
        return redirect("control:review_list")
    return _listed(request, number, " ".join(str(text) for errors in form.errors.values() for text in errors))


def _review(request: HttpRequest, grant: Any, form: ReviewForm) -> Any:
    return grant_review(grant=grant, reviewer=request.user, actor=actor_of(request), **form.cleaned_data)
