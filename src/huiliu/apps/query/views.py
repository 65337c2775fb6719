"""Choosing a topic, asking, going from a figure to its list, and the queries that one keeps."""

import json
from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from huiliu.apps.accounts.selectors import has_permission
from huiliu.apps.audit.services import actor_of
from huiliu.apps.control.selectors.purposes import running_purpose
from huiliu.apps.datahub.forms import PurposeForm
from huiliu.apps.datahub.selectors.library import choice_of, page_as_of
from huiliu.apps.exports.views import Offer, offered
from huiliu.apps.query import drafts, drawing, selectors, services
from huiliu.apps.query.drafts import Draft
from huiliu.apps.query.offered import Offered
from huiliu.apps.query.services.listing import KIND, TITLE, parameters_of
from huiliu.kernel.errors import HuiliuError
from huiliu.topics import Query, Topic, narrowed
from huiliu.web.access import page
from huiliu.web.asof import day_asked
from huiliu.web.pages import Crumb, render_page

SAID = ("QRY-", "COUNT-", "LIBRARY-", "LAKE-03", "LAKE-04")  # errors that the page says itself
PURPOSE_FIELDS = {"PURPOSE-002": "matter", "PURPOSE-003": "case_number"}
QUERY, STATISTICS = Crumb("查询"), Crumb("统计", "query:topic_list")


@dataclass
class _Answer:
    """What came of a sent form."""

    draft: Draft
    query: Query | None = None
    result: services.Result | None = None
    error: HuiliuError | None = None
    is_drilled: bool = False
    full: services.FullList | None = None
    purpose: PurposeForm | None = None


@require_safe
@page(selectors.USE)
def topic_list(request: HttpRequest) -> HttpResponse:
    """All topics, in plain words."""
    context = {"topics": selectors.topics(), "kept": selectors.kept_by(request.user)[:8]}
    return render_page(request, "query/topics.html", context, title="统计", crumbs=(QUERY,), as_of="library")


@page(selectors.USE)
@sensitive_post_parameters()
@require_http_methods(["GET", "HEAD", "POST"])
def ask(request: HttpRequest, name: str) -> HttpResponse:
    """The form of a topic; sent, with what it gives below. What was asked travels in the body only."""
    topic = selectors.topic_by_name(name)
    if topic is None:
        raise Http404
    answer = _answered(request, topic) if request.method == "POST" else _blank(request, topic)
    return _drawn(request, topic, answer)


def _blank(request: HttpRequest, topic: Topic) -> _Answer:
    return _Answer(drafts.blank(topic, lists=selectors.may_list(request.user)))


def _answered(request: HttpRequest, topic: Topic) -> _Answer:
    """More conditions, a list behind a figure, a list in full, keeping the query, or the query itself."""
    if "full" in request.POST:
        return _in_full(request, topic)
    answer = _Answer(drafts.read(request.POST))
    try:
        if "drill" in request.POST:
            answer.query = _narrowed(request, topic)
            answer.draft, answer.is_drilled = drafts.draft_of(answer.query), True
        else:
            answer.query = answer.draft.query(topic)
        if "keep" in request.POST:
            _kept(request, answer.query)
        if "more" not in request.POST:
            answer.result = _run(request, topic, answer.query)
    except HuiliuError as error:
        if not error.code.startswith(SAID):
            raise
        answer.error = error
    return answer


def _in_full(request: HttpRequest, topic: Topic) -> _Answer:
    """The list that was drawn, with its protected values; without a purpose that will do, the question for it."""
    form = PurposeForm(request.POST)
    answer = _Answer(drafts.blank(topic, lists=True), purpose=form)
    asked, day = services.Asked(request.user, actor_of(request)), day_asked(request)
    try:
        query = answer.query = selectors.read_query(request.POST.get("query", ""))
        answer.draft = drafts.draft_of(query)
        answer.full = services.query_full(asked=asked, topic=topic, query=query, purpose=form.asked(), as_of=day)
        answer.result = answer.full.result
    except HuiliuError as error:
        if not error.code.startswith((*SAID, "PURPOSE-", "FULL-")):
            raise
        answer.error = error
        if field := PURPOSE_FIELDS.get(error.code):
            form.refuse(field, f"{error.message}。{error.hint}")
        if error.code.startswith(("PURPOSE-", "COUNT-")) and answer.query:
            _masked_again(request, topic, answer, answer.query)
    return answer


def _masked_again(request: HttpRequest, topic: Topic, answer: _Answer, query: Query) -> None:
    """The list as it stood there; what it looked for may need a purpose that has run out meanwhile."""
    with suppress(HuiliuError):
        answer.result = _run(request, topic, query)


def _run(request: HttpRequest, topic: Topic, query: Query) -> services.Result:
    asked = services.Asked(request.user, actor_of(request))
    return services.query_run(asked=asked, topic=topic, query=query, as_of=day_asked(request))


def _narrowed(request: HttpRequest, topic: Topic) -> Query:
    """The list behind a figure, of the query that the figure was drawn from."""
    query = selectors.read_query(request.POST.get("query", ""))
    try:
        group = json.loads(request.POST["drill"])
    except ValueError:
        group = None
    known = isinstance(group, dict) and set(group) <= set(query.group_by) and query.topic == topic.name
    if not known or not all(value is None or isinstance(value, str) for value in group.values()):
        raise HuiliuError(code="QRY-001", message="查询的写法不正确：下钻", hint="请重新统计后再点击数字。")
    return narrowed(query, topic, group)


def _kept(request: HttpRequest, query: Query) -> None:
    services.saved_keep(user=request.user, actor=actor_of(request), name=request.POST.get("name", ""), query=query)
    messages.success(request, "方案已保存。")


def _drawn(request: HttpRequest, topic: Topic, answer: _Answer) -> HttpResponse:
    day = day_asked(request) if answer.error is None or answer.error.code != "LIBRARY-003" else None
    may_list = selectors.may_list(request.user)
    offered = Offered(topic, selectors.sight_of(request.user, lists=may_list))
    context = {
        "topic": topic, "draft": answer.draft, "offered": offered, "known": offered.known, "error": answer.error,
        "choice": choice_of(day), "day": day, "may_list": may_list, "result": answer.result,
        "is_drilled": answer.is_drilled, "most": services.ROWS_SHOWN, **_parts(answer, day, may_list),
        **_full_parts(request, answer),
    }  # fmt: skip
    as_of = page_as_of(answer.result.source if answer.result else None)
    crumbs = (QUERY, STATISTICS)
    return render_page(request, "query/ask.html", context, title=topic.label, crumbs=crumbs, as_of=as_of)


def _full_parts(request: HttpRequest, answer: _Answer) -> dict[str, Any]:
    """The button to the full view for whoever may have it, or who looks at it and what for."""
    result, is_full = answer.result, answer.full is not None
    if result is None or result.query.is_statistics:
        return {}
    hides = any(result.topic.by_name[name].is_protected for name in result.query.items)
    may = hides and not is_full and selectors.may_open(request.user)
    text = json.dumps(result.query.to_json(), ensure_ascii=False)
    running = running_purpose(request.user)
    form = (answer.purpose if answer.purpose and answer.purpose.is_bound else PurposeForm()) if not running else None
    return {
        "full": answer.full, "viewer": request.user, "may_full": may, "full_query": text, "purpose_form": form,
        "running": running,
    }  # fmt: skip


def _parts(answer: _Answer, day: date | None, may_list: bool) -> dict[str, Any]:
    """The result's own parts."""
    result = answer.result
    if result is None:
        return {}
    words = drawing.conditions_text(result.query, result.topic)
    if not result.query.is_statistics:
        return {"table": drawing.list_table(result, day), "words": words}
    text = json.dumps(result.query.to_json(), ensure_ascii=False)
    figures = drawing.figures(result, may_list=may_list)
    held = drawing.group_conditions_text(result.query, result.topic)
    return {"figures": figures, "chart": drawing.chart(result), "query_text": text, "words": words, "held": held}


@require_safe
@page(selectors.USE)
def saved_list(request: HttpRequest) -> HttpResponse:
    """One's own queries and those of one's unit."""
    may_share, may_export = (has_permission(request.user, code) for code in (selectors.SHARE, "query.export"))
    context = {"kept": selectors.kept_by(request.user), "may_share": may_share, "may_export": may_export}
    return render_page(request, "query/saved.html", context, title="方案", crumbs=(QUERY,))


@require_safe
@page(selectors.USE)
def saved_open(request: HttpRequest, key: str) -> HttpResponse:
    """A kept query in its form, ready to be run under one's own permissions."""
    found = selectors.kept_query(request.user, key)
    topic = selectors.topic_by_name(found[1].topic) if found else None
    if found is None or topic is None:
        raise Http404
    return _drawn(request, topic, _Answer(drafts.draft_of(found[1])))


@page("query.export")
@require_http_methods(["GET", "HEAD", "POST"])
def saved_export(request: HttpRequest, key: str) -> HttpResponse:
    """The list of a kept query as a file; how and what for is asked by the pages of exports."""
    found = selectors.kept_query(request.user, key)
    if found is None:
        raise Http404
    crumbs = (QUERY, Crumb("方案", "query:saved_list"))
    return offered(request, Offer(KIND, TITLE, crumbs, parameters_of(found[1])))


@page(selectors.SHARE)
@require_POST
def saved_share(request: HttpRequest, key: str) -> HttpResponse:
    """Share one's own query with one's unit, or no longer."""
    shared = request.POST.get("shared") == "1"
    services.saved_share(user=request.user, actor=actor_of(request), key=key, shared=shared)
    messages.success(request, "已共享给本机构。" if shared else "已停止共享。")
    return redirect("query:saved_list")


@page(selectors.USE)
@require_POST
def saved_drop(request: HttpRequest, key: str) -> HttpResponse:
    """Delete one's own query."""
    services.saved_drop(user=request.user, actor=actor_of(request), key=key)
    messages.success(request, "方案已删除。")
    return redirect("query:saved_list")
