"""The wizard 岗位设置: how large the office is, a proposal, people to seats, and a request for every seat.

Between the steps the session holds numbers and codes only.
"""

from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from huiliu.apps.audit.services import actor_of
from huiliu.apps.control.forms.plan import OfficeForm, PlanReasonForm, SeatsForm
from huiliu.apps.control.planning import Proposal, impossible, propose
from huiliu.apps.control.selectors.seats import Seating, people_by_number, seating
from huiliu.apps.control.selectors.wording import WHOLE_CITY, person_label, post_name
from huiliu.apps.control.services.applications import FIRST, Filed, WantedPost, kind_for, plan_file
from huiliu.apps.control.views.common import PART, given
from huiliu.web.access import page
from huiliu.web.pages import Crumb, render_page
from huiliu.web.tables import Cell, Column, Table

OFFICE, SEATS = "control.plan.office", "control.plan.seats"
START = Crumb("岗位设置", "control:plan")
GET_OR_POST = ["GET", "HEAD", "POST"]
STEPS = ("人数", "建议", "人员", "提交")
PLAN_COLUMNS = (Column("post", "岗位"), Column("people", "人数", "int"), Column("second", "B 角"))
IMPOSSIBLE = (Column("one", "岗位", "code"), Column("other", "不能同时担任", "code"), Column("why", "原因"))
REQUEST_COLUMNS = (
    Column("post", "席位"), Column("person", "人员"), Column("unit", "机构范围"), Column("kind", "办理方式"),
    Column("note", "提示"),
)  # fmt: skip
FILED_COLUMNS = (
    Column("post", "岗位"),
    Column("person", "人员"),
    Column("result", "结果", "verdict"),
    Column("why", "说明"),
)


@page("control.plan_posts")
@require_http_methods(GET_OR_POST)
def plan(request: HttpRequest) -> HttpResponse:
    """Step 1: how many people, how many counties."""
    form = OfficeForm(given(request), initial=request.session.get(OFFICE))
    if form.is_valid():
        request.session[OFFICE] = form.cleaned_data
        request.session.pop(SEATS, None)
        return redirect("control:plan_proposal")
    return _step(request, 1, "plan_office", {"form": form})


@require_safe
@page("control.plan_posts")
def proposal(request: HttpRequest) -> HttpResponse:
    """Step 2: what is proposed, what is missing, and what can never stand together."""
    found = _proposal(request)
    if found is None:
        return redirect("control:plan")
    rows = [{"post": plan.label, "people": plan.people, "second": plan.second} for plan in found.posts]
    pairs = [{"one": one, "other": other, "why": why} for one, other, why in impossible()]
    context = {
        "proposal": found,
        "table": Table(PLAN_COLUMNS, rows, empty="没有岗位", totals={"post": "合计", "people": found.people}),
        "impossible": Table(IMPOSSIBLE, pairs, empty="没有不相容的岗位"),
    }
    return _step(request, 2, "plan_proposal", context)


@page("control.plan_posts")
@require_http_methods(GET_OR_POST)
def seats(request: HttpRequest) -> HttpResponse:
    """Step 3: who takes which vacant seat."""
    found = _proposal(request)
    if found is None:
        return redirect("control:plan")
    seating = _seating(found)
    form = SeatsForm(given(request), seats=seating.vacant, held=seating.held, initial=_initial(request))
    if form.is_valid():
        request.session[SEATS] = form.chosen()
        return redirect("control:plan_confirm")
    taken = [(seat.label, person_label(person)) for seat, person in seating.taken]
    return _step(request, 3, "plan_seats", {"form": form, "taken": taken, "beyond": seating.beyond})


@page("control.plan_posts")
@require_http_methods(GET_OR_POST)
def confirm(request: HttpRequest) -> HttpResponse:
    """Step 4: what will be filed; sent, one request for each seat, and which were filed and which refused."""
    wanted = _wanted(request)
    if not wanted:
        return redirect("control:plan_seats")
    form = PlanReasonForm(given(request))
    if form.is_valid():
        return _filed(request, wanted, form.cleaned_data["reason"])
    rows = [_row(request, wish, person, wanted) for wish, person in wanted]
    return _step(request, 4, "plan_confirm", {"form": form, "table": Table(REQUEST_COLUMNS, rows, empty="没有席位")})


def _filed(request: HttpRequest, wanted: list[tuple[WantedPost, Any]], reason: str) -> HttpResponse:
    filed = plan_file(seats=wanted, reason=reason, applicant=request.user, actor=actor_of(request))
    request.session.pop(SEATS, None)
    done = sum(row.request is not None for row in filed)
    table = Table(FILED_COLUMNS, [_filed_row(row) for row in filed], empty="没有席位")
    context = {
        "table": table,
        "said": f"已提交 {done} 项，未能提交 {len(filed) - done} 项",
        "all_done": done == len(filed),
    }
    return _step(request, 5, "plan_filed", context)


def _step(request: HttpRequest, number: int, template: str, context: dict[str, Any]) -> HttpResponse:
    steps = [(place, title, place == min(number, len(STEPS))) for place, title in enumerate(STEPS, 1)]
    body = {**context, "steps": steps}
    crumbs = (PART,) if number == 1 else (PART, START)
    return render_page(request, f"control/{template}.html", body, title="岗位设置", crumbs=crumbs)


def _proposal(request: HttpRequest) -> Proposal | None:
    office = request.session.get(OFFICE)
    return propose(office["people"], office["counties"]) if office else None


def _seating(found: Proposal) -> Seating:
    return seating(found, settings.HUILIU_CLOCK.now().date())


def _initial(request: HttpRequest) -> dict[str, str]:
    return {name: str(person) for name, person in request.session.get(SEATS, {}).items()}


def _wanted(request: HttpRequest) -> list[tuple[WantedPost, Any]]:
    """What the session's seats ask for; a county's people reach their county, everybody else the whole city."""
    chosen = request.session.get(SEATS, {})
    people = people_by_number(list(chosen.values()))
    found = []
    for name, number in chosen.items():
        if person := people.get(number):
            unit = person.unit if person.unit and person.unit.division else None
            found.append((WantedPost(name.rpartition("-")[0], unit), person))
    return found


def _row(
    request: HttpRequest, wish: WantedPost, person: Any, wanted: list[tuple[WantedPost, Any]]
) -> dict[str, object]:
    kind = kind_for(wish.post, request.user, settings.HUILIU_CLOCK.now().date())
    others = [post_name(other.post) for other, who in wanted if who == person and other.post != wish.post]
    note = f"同时安排为{'、'.join(others)}：同一申请不得兼办" if others else ""
    return {
        "post": post_name(wish.post),
        "person": person_label(person),
        "unit": wish.unit.name if wish.unit else WHOLE_CITY,
        "kind": "首次授权：安全管理员核准" if kind == FIRST else "岗位授权：内控、领导、安全管理员三步",
        "note": note,
    }


def _filed_row(row: Filed) -> dict[str, object]:
    if row.request:
        link = reverse("control:request_detail", args=(row.request.pk,))
        result, why = Cell(f"已提交，申请 {row.request.pk}", link=link, state="pass"), ""
    else:
        result = Cell("没有提交", state="fail")
        why = f"{row.refusal.message}。{row.refusal.hint}" if row.refusal else ""
    return {"post": post_name(row.post), "person": person_label(row.person), "result": result, "why": why}
