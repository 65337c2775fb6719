"""Answering a suggestion of a year's result."""

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods

from huiliu.apps.audit.services import actor_of
from huiliu.apps.control.forms.fields import attempt
from huiliu.apps.control.views.common import Act, ask, given
from huiliu.apps.performance.forms.suggestions import AnswerForm
from huiliu.apps.performance.models import SuggestionDecision
from huiliu.apps.performance.selectors import assessments
from huiliu.apps.performance.selectors import suggestions as selectors
from huiliu.apps.performance.services.suggestions import Answer, suggestion_decide
from huiliu.web.access import page
from huiliu.web.pages import Crumb

BESIDE = {"SUGGEST-002": "reason"}


@require_http_methods(["GET", "HEAD", "POST"])
@page("performance.edit_targets")
def suggestion_answer(request: HttpRequest, project: str, year: int, key: str) -> HttpResponse:
    """Accept a suggestion or set it aside."""
    found = assessments.find(project, year, settings.HUILIU_CLOCK.now().date())
    listed = selectors.proposed(found) if found else []
    one = next((one for one in listed if one.suggestion.key == key), None)
    if found is None or one is None:
        raise Http404
    form, back = AnswerForm(given(request)), selectors.page_of(project, year)
    if made := attempt(form, lambda: _decide(request, form, (project, year, key)), BESIDE):
        messages.success(request, "已采纳，带入下一年的目标或预算编报。" if made.is_accepted else "已记录不采纳。")
        return redirect(back)
    crumbs = (Crumb("绩效"), Crumb("评分", "performance:assessment_list"), Crumb(found.heading, back))
    return ask(request, form, Act("结果应用建议", "记录", crumbs, one.suggestion.text, back))


def _decide(request: HttpRequest, form: AnswerForm, place: tuple[str, int, str]) -> SuggestionDecision:
    answer = Answer(*place, form.cleaned_data["answer"] == "yes", form.cleaned_data["reason"])
    return suggestion_decide(answer=answer, user=request.user, actor=actor_of(request))
