"""Requests: what waits for one's signature, one's own, all of them, and one on its own page."""

from collections.abc import Iterable
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from huiliu.apps.audit.services import actor_of
from huiliu.apps.control import services
from huiliu.apps.control.forms.fields import ReasonForm, attempt
from huiliu.apps.control.forms.requests import (
    BESIDE,
    AttachmentForm,
    DecisionForm,
    RequestFilterForm,
    ResubmitForm,
    resubmission,
)
from huiliu.apps.control.models import ApprovalRequest, RequestStatus
from huiliu.apps.control.selectors import attachments_of, current_step, requests_of, task_of, tasks_of
from huiliu.apps.control.selectors.approvals import may_take_over
from huiliu.apps.control.selectors.strip import strip
from huiliu.apps.control.selectors.taken_over import TakenOver, taken_over
from huiliu.apps.control.selectors.wording import (
    NEW_POST,
    asked,
    kind_label,
    person_label,
    subject_of,
    waited,
    waiting_since,
)
from huiliu.apps.control.views.common import PART, REQUESTS, Act, ask, given, request_tabs, seen_request
from huiliu.web.access import SIGNED_IN, page
from huiliu.web.pages import render_page
from huiliu.web.tables import Cell, Column, Table

PER_PAGE = 50
STATES = {"pending": "warn", "returned": "warn", "withdrawn": "none", "rejected": "fail", "approved": "pass"}
OPEN = frozenset({RequestStatus.PENDING, RequestStatus.RETURNED})
COLUMNS = (
    Column("number", "编号", "code"),
    Column("kind", "事项"),
    Column("subject", "申请内容"),
    Column("about", "涉及人员", missing="不涉及"),
    Column("applicant", "申请人", optional=True),
    Column("status", "状态", "verdict"),
    Column("step", "现在的步骤", missing="已办结"),
    Column("submitted_at", "提交时间", "time", optional=True),
)
WAITING = (
    *COLUMNS[:5],
    Column("step", "待办步骤"),
    Column("place", "以谁的岗位"),
    Column("waited", "已等待", "verdict"),
)


@require_safe
@page(SIGNED_IN)
def request_list(request: HttpRequest) -> HttpResponse:
    """What waits for the visitor's signature, oldest first."""
    tasks = tasks_of(request.user)
    hint = "轮到您的岗位办理、且与您本人无关的申请会列在这里。您提出的申请见“我的申请”。"
    table = Table(WAITING, [_task_row(task) for task in tasks], empty="没有待您办理的申请", hint=hint)
    context = {"table": table, "tabs": request_tabs(request, "request_list", len(tasks))}
    return render_page(request, "control/request_list.html", context, title="申请与审批", crumbs=(PART,))


@require_safe
@page(SIGNED_IN)
def request_mine(request: HttpRequest) -> HttpResponse:
    """What the visitor asked for, and what was asked for them."""
    listed = Paginator(requests_of(request.user), PER_PAGE).get_page(request.GET.get("page"))
    hint = "需要岗位、续期或延长权限时，请用“申请岗位”。"
    table = Table(COLUMNS, _rows(listed), empty="您还没有提出过申请", hint=hint)
    context = {"table": table, "listed": listed, "tabs": request_tabs(request, "request_mine")}
    return render_page(request, "control/request_list.html", context, title="我的申请", crumbs=(PART, REQUESTS))


@require_safe
@page("control.view_requests")
def request_all(request: HttpRequest) -> HttpResponse:
    """Every request, under a filter bar."""
    form = RequestFilterForm(request.GET)
    listed = Paginator(form.found(), PER_PAGE).get_page(request.GET.get("page"))
    table = Table(COLUMNS, _rows(listed), empty="没有符合条件的申请", hint="请放宽日期或清除筛选条件。")
    context = {"form": form, "table": table, "listed": listed, "tabs": request_tabs(request, "request_all")}
    return render_page(request, "control/request_list.html", context, title="全部申请", crumbs=(PART, REQUESTS))


def _rows(found: Iterable[ApprovalRequest]) -> list[dict[str, object]]:
    rows = list(found)
    taken = taken_over(rows)
    return [_row(row, taken.get(row.pk)) for row in rows]


def _row(row: ApprovalRequest, taken: TakenOver | None = None) -> dict[str, object]:
    step = current_step(row)
    returned = "待申请人补正" if row.status == RequestStatus.RETURNED else f"由{taken.by}接办" if taken else ""
    return {
        "number": Cell(str(row.pk), link=reverse("control:request_detail", args=(row.pk,))),
        "kind": kind_label(row.kind),
        "subject": subject_of(row),
        "about": person_label(row.beneficiary) if row.beneficiary else "",
        "applicant": person_label(row.applicant),
        "status": Cell(row.get_status_display(), state=STATES[row.status]),
        "step": step.name if step else returned,
        "submitted_at": row.submitted_at,
    }


def _task_row(task: Any) -> dict[str, object]:
    now, since = settings.HUILIU_CLOCK.now(), waiting_since(task.request)
    state = "warn" if (now - since).days >= 3 else "none"
    place = f"受{task.delegator.display_name}委托" if task.delegator else "本人岗位"
    return {
        **_row(task.request),
        "step": task.step.name,
        "place": place,
        "waited": Cell(waited(since, now), state=state),
    }


@require_safe
@page(SIGNED_IN)
def request_detail(request: HttpRequest, number: int) -> HttpResponse:
    """What is asked, the approval strip, and what the visitor may do with it."""
    return _detail(request, seen_request(request, number), DecisionForm())


def _detail(request: HttpRequest, found: ApprovalRequest, form: DecisionForm) -> HttpResponse:
    is_own = found.applicant_id == request.user.pk
    context = {
        "found": found,
        "state": STATES[found.status],
        "asked": asked(found),
        "see": services.seen_at(found),
        "act": services.act_told(found),
        "effect": services.effect_of(found),
        "rounds": strip(found, settings.HUILIU_CLOCK.now().date()),
        "task": task_of(found, request.user),
        "form": form,
        "may_withdraw": is_own and found.status in OPEN,
        "may_resubmit": is_own and found.status == RequestStatus.RETURNED,
        "may_take_over": may_take_over(found, request.user),
        "taken": taken_over([found]).get(found.pk),
        "attachments": list(attachments_of(found)),
        "attach": AttachmentForm() if is_own and found.status in OPEN else None,
    }
    title = f"申请 {found.pk} {kind_label(found.kind)}"
    return render_page(request, "control/request_detail.html", context, title=title, crumbs=(PART, REQUESTS))


@page(SIGNED_IN)
@require_POST
def request_decide(request: HttpRequest, number: int) -> HttpResponse:
    """Sign the step whose turn it is; what a kind shows once stands on this answer and nowhere else."""
    found, form = seen_request(request, number), DecisionForm(request.POST)
    decided = attempt(form, lambda: _decide(request, number, form), BESIDE)
    if decided is None:
        return _detail(request, seen_request(request, number), form)
    if decided.shown_once:
        context = {"found": found, "who": person_label(found.beneficiary), "shown_once": decided.shown_once}
        return render_page(request, "control/shown_once.html", context, title="新口令", crumbs=(PART, REQUESTS))
    messages.success(request, f"已办理：{dict(form.fields['decision'].choices)[form.cleaned_data['decision']]}。")  # type: ignore[attr-defined]
    return redirect("control:request_detail", number)


def _decide(request: HttpRequest, number: int, form: DecisionForm) -> services.Decided:
    return services.step_decide(number=number, decider=request.user, actor=actor_of(request), **form.cleaned_data)


@page(SIGNED_IN)
@require_http_methods(["GET", "HEAD", "POST"])
def request_resubmit(request: HttpRequest, number: int) -> HttpResponse:
    """A returned request once more, from the first step on."""
    found = _own(request, number, RequestStatus.RETURNED)
    asks_post = found.kind in NEW_POST
    kind = ResubmitForm if asks_post else ReasonForm
    initial = resubmission(found) if asks_post else {"reason": found.reason}
    form = kind(given(request), initial=initial)
    if attempt(form, lambda: _resubmit(request, found, form), BESIDE):
        messages.success(request, "已重新提交，从第一步开始办理。")
        return redirect("control:request_detail", number)
    act = Act(
        "补正后重新提交",
        "重新提交",
        (PART, REQUESTS),
        effect="已有的审批意见保留，各步骤重新办理。",
        back=_link(number),
    )
    return ask(request, form, act, pairs=asked(found)[:4])


def _resubmit(request: HttpRequest, found: ApprovalRequest, form: Any) -> ApprovalRequest:
    payload = form.wanted(found.subject).payload() if isinstance(form, ResubmitForm) else found.payload
    reason = form.cleaned_data["reason"]
    return services.request_resubmit(
        number=found.pk, applicant=request.user, reason=reason, payload=payload, actor=actor_of(request)
    )


@page(SIGNED_IN)
@require_http_methods(["GET", "HEAD", "POST"])
def request_withdraw(request: HttpRequest, number: int) -> HttpResponse:
    """Take one's own request back, after saying why."""
    found = _own(request, number, *OPEN)
    form = ReasonForm(given(request))
    if attempt(form, lambda: _withdraw(request, number, form)):
        messages.success(request, "申请已撤回。")
        return redirect("control:request_detail", number)
    effect = "撤回后不再审批，也不能恢复；需要时请重新申请。已有的审批意见保留。"
    act = Act("撤回申请", "确认撤回", (PART, REQUESTS), effect=effect, back=_link(number), danger=True)
    return ask(request, form, act, pairs=asked(found))


def _withdraw(request: HttpRequest, number: int, form: ReasonForm) -> ApprovalRequest:
    why = form.cleaned_data["reason"]
    return services.request_withdraw(number=number, applicant=request.user, actor=actor_of(request), why=why)


@page(SIGNED_IN)
@require_http_methods(["GET", "HEAD", "POST"])
def request_take_over(request: HttpRequest, number: int) -> HttpResponse:
    """Go on with what was returned to somebody else, after saying why."""
    found = seen_request(request, number)
    if request.method != "POST" and not may_take_over(found, request.user):
        raise Http404
    form = ReasonForm(given(request))
    if attempt(form, lambda: _take_over(request, number, form)):
        messages.success(request, "已接办：原申请已撤回，请修改后以您的名义重新提交。")
        return redirect(services.seen_at(found) or _link(number))
    effect = (
        "原申请撤回，已有的审批意见保留；您修改后另行提交，成为申请人。"
        "此前起草、修改或提交过的人员，包括您本人，不能办理它的审批。"
    )
    act = Act("接办退回的申请", "确认接办", (PART, REQUESTS), effect=effect, back=_link(number), danger=True)
    return ask(request, form, act, pairs=asked(found))


def _take_over(request: HttpRequest, number: int, form: ReasonForm) -> ApprovalRequest:
    why = form.cleaned_data["reason"]
    return services.request_take_over(number=number, successor=request.user, why=why, actor=actor_of(request))


def _own(request: HttpRequest, number: int, *statuses: RequestStatus) -> ApprovalRequest:
    """A request that may be seen; the form opens for its applicant in time only, what is sent the service judges."""
    found = seen_request(request, number)
    if request.method != "POST" and (found.applicant_id != request.user.pk or found.status not in statuses):
        raise Http404
    return found


def _link(number: int) -> str:
    return reverse("control:request_detail", args=(number,))
