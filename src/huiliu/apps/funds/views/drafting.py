"""Asking for a year's budget: versions, their lines, laying one before the leader, and decisions from above."""

from collections.abc import Sequence
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from huiliu.apps.accounts.selectors import has_permission
from huiliu.apps.audit.services import actor_of
from huiliu.apps.control.forms.fields import ReasonForm, attempt
from huiliu.apps.funds import services
from huiliu.apps.funds.drafting_forms import DecisionForm, LineSet, Offered, StageForm, started_from
from huiliu.apps.funds.models import BudgetDraft, ExternalDecision, ProjectYear, Stage
from huiliu.apps.funds.selectors.advice import advice_of
from huiliu.apps.funds.selectors.draft_figures import draft_figures, figure_link, name_of, trace
from huiliu.apps.funds.selectors.draft_versions import CHANGES, SAME, base_of, before, changes, open_stage
from huiliu.apps.funds.selectors.drafting import decisions_of, draft_of, drafts_whole
from huiliu.apps.funds.views.common import ask, crumbs, found_year
from huiliu.kernel.figures import FigureBook
from huiliu.web.access import page
from huiliu.web.downloads import download
from huiliu.web.pages import Crumb, render_page
from huiliu.web.tables import Cell, Column, Table

FORM = ["GET", "HEAD", "POST"]
STATES = {"approved": "pass", "rejected": "fail", "pending": "warn", "returned": "warn", "withdrawn": "none"}


def _way(year: ProjectYear) -> tuple[Crumb, ...]:
    return (*crumbs(year), Crumb("预算编报", reverse("funds:draft_list", args=(year.project.code, year.year))))


@page("funds.view")
@require_safe
def draft_list(request: HttpRequest, name: str, year: int) -> HttpResponse:
    """Versions and decisions of the year."""
    found = found_year(name, year)
    drafts, decisions = drafts_whole(found), list(decisions_of(found))
    book = draft_figures(drafts, decisions)
    context = {
        "year": found,
        "drafts": _draft_table(found, drafts, book),
        "decisions": _decision_table(found, decisions, book),
        "may": has_permission(request.user, "funds.draft"),
        "advice": advice_of(name, year),
    }
    return render_page(request, "funds/draft_list.html", context, title="预算编报", crumbs=crumbs(found))


def _state(draft: BudgetDraft) -> Cell:
    if not hasattr(draft, "submission"):
        return Cell("未送审", state="none")
    request = draft.submission.approval
    return Cell(request.get_status_display(), state=STATES.get(request.status, "none"))


def _cell(year: ProjectYear, book: FigureBook, name: str, *, unit: bool = False) -> Cell | None:
    """A figure opening its trace; nothing where there is none."""
    figure = book.get(name)
    if figure is None or figure.value is None:
        return None
    return Cell(f"{figure.text()} {figure.unit}" if unit else figure.text(), link=figure_link(year, name))


def _draft_table(year: ProjectYear, drafts: Sequence[BudgetDraft], book: FigureBook) -> Table:
    columns = (
        Column("draft", "版本"),
        Column("state", "状态", "verdict"),
        Column("total", "合计（元）", "figure"),
        Column("change", "比一上增减（元）", "figure", missing="—"),
        Column("by", "编报人", optional=True),
        Column("at", "保存时间", "time", optional=True),
    )
    rows = [
        {
            "draft": Cell(str(one), link=reverse("funds:draft_detail", args=(year.project.code, year.year, one.pk))),
            "state": _state(one),
            "total": _cell(year, book, name_of(one, "total")),
            "change": _cell(year, book, name_of(one, "change")),
            "by": one.saved_by.display_name,
            "at": one.saved_at,
        }
        for one in drafts
    ]
    return Table(columns, rows, empty="还没有编报", hint="财务会计岗可以编报一上或二上预算。")


def _decision_table(year: ProjectYear, decisions: Sequence[ExternalDecision], book: FigureBook) -> Table:
    columns = (
        Column("number", "文号"),
        Column("body", "决定单位"),
        Column("answered", "事项"),
        Column("verdict", "决定"),
        Column("day", "日期", "date", optional=True),
        Column("amount", "金额（元）", "figure", missing="—"),
        Column("event", "年初指标", missing="—", optional=True),
    )
    place = (year.project.code, year.year)
    rows = [
        {
            "number": Cell(
                one.document_no, link=reverse("funds:decision_file", args=(*place, one.pk)), title=one.digest
            ),
            "body": one.get_body_display(),
            "answered": one.get_answered_display(),
            "verdict": one.get_verdict_display(),
            "day": one.day,
            "amount": _cell(year, book, f"decision.{one.pk}"),
            "event": Cell("已登记", link=reverse("funds:event_detail", args=(*place, one.event_id)))
            if one.event_id
            else None,
        }
        for one in decisions
    ]
    return Table(columns, rows, empty="还没有记录外部决定")


def _found(name: str, year: int, number: int) -> BudgetDraft:
    draft = draft_of(found_year(name, year), number)
    if draft is None:
        raise Http404
    return draft


@page("funds.view")
@require_safe
def draft_detail(request: HttpRequest, name: str, year: int, number: int) -> HttpResponse:
    """The lines of a version with what they rest on."""
    drafts = drafts_whole(found_year(name, year))
    draft = next((one for one in drafts if one.pk == number), None)
    if draft is None:
        raise Http404
    may = has_permission(request.user, "funds.draft") and not hasattr(draft, "submission")
    context = {"draft": draft, "year": draft.year, "state": _state(draft), "lines": _line_table(draft), "may": may}
    old = before(drafts, draft)
    context |= {"old": old, "changes": _change_table(old, draft) if old else None}
    context["may_draft"] = has_permission(request.user, "funds.draft")
    return render_page(request, "funds/draft_detail.html", context, title=str(draft), crumbs=_way(draft.year))


def _change_table(old: BudgetDraft, new: BudgetDraft) -> Table:
    columns = (
        Column("label", "内容"),
        Column("purpose", "支出事项", optional=True),
        Column("before", f"{old}（元）", "figure", missing="—"),
        Column("after", "本版（元）", "figure", missing="—"),
        Column("kind", "变化", "verdict"),
    )
    rows, book = [], draft_figures([old, new])
    for one in changes(old, new):
        line = one.after or one.before
        assert line is not None
        rows.append(
            {
                "label": line.label,
                "purpose": line.purpose.label,
                "before": _amount(old, book, one.before),
                "after": _amount(new, book, one.after),
                "kind": Cell(CHANGES[one.kind], state="none" if one.kind == SAME else "warn"),
            }
        )
    return Table(columns, rows, empty="没有内容")


def _amount(draft: BudgetDraft, book: FigureBook, line: Any) -> Cell | None:
    return _cell(draft.year, book, name_of(draft, f"line.{line.position}.amount")) if line else None


def _line_table(draft: BudgetDraft) -> Table:
    columns = (
        Column("label", "内容"),
        Column("purpose", "支出事项", optional=True),
        Column("basis", "测算依据"),
        Column("basis_amount", "依据金额（元）", "figure", missing="—", optional=True),
        Column("quantity", "数量", "figure"),
        Column("price", "单价（元）", "figure", optional=True),
        Column("amount", "金额（元）", "figure"),
        Column("ground", "说明", optional=True),
    )
    book = draft_figures([draft])
    rows = [_line(draft, one, book) for one in draft.lines.all()]
    totals = {"label": "合计", "amount": _cell(draft.year, book, name_of(draft, "total"))}
    return Table(columns, rows, empty="没有内容", totals=totals)


def _line(draft: BudgetDraft, one: Any, book: FigureBook) -> dict[str, Any]:
    start = name_of(draft, f"line.{one.position}")
    return {
        "label": one.label,
        "purpose": one.purpose.label,
        "basis": f"{one.get_basis_display()} {one.contract.number if one.contract else ''}".strip(),
        "basis_amount": _cell(draft.year, book, f"{start}.basis"),
        "quantity": _cell(draft.year, book, f"{start}.quantity", unit=True),
        "price": _cell(draft.year, book, f"{start}.price"),
        "amount": _cell(draft.year, book, f"{start}.amount"),
        "ground": one.ground,
    }


@page("funds.view")
@require_safe
def draft_figure(request: HttpRequest, name: str, year: int, figure_id: str) -> HttpResponse:
    """A figure of the year's drafts and decisions down to lines and documents."""
    found = found_year(name, year)
    book = draft_figures(drafts_whole(found), decisions_of(found))
    if figure_id not in book:
        raise Http404
    figure, back = book[figure_id], reverse("funds:draft_list", args=(name, year))
    context = {"figure": figure, "steps": (trace(found, book, figure_id),), "back": back}
    return render_page(request, "funds/figure_detail.html", context, title=figure.label, crumbs=_way(found))


@page("funds.draft")
@require_http_methods(FORM)
def draft_new(request: HttpRequest, name: str, year: int) -> HttpResponse:
    """The next version of a round."""
    found, given = found_year(name, year), request.POST or None
    stage, base = _start(request, found)
    form = StageForm(given, initial={"stage": stage})
    lines = LineSet(given, initial=None if given else started_from(base), form_kwargs={"offered": Offered(found)})
    if given is not None and lines.is_valid():
        made = attempt(form, lambda: _save(request, found, form, lines))
        if made is not None:
            messages.success(request, "已保存为新的版本。")
            return redirect("funds:draft_detail", name, year, made.pk)
    context = {"form": form, "lines": lines, "year": found, "base": base}
    context["advice"] = advice_of(name, year)
    return render_page(request, "funds/draft_new.html", context, title="编报预算", crumbs=_way(found))


def _start(request: HttpRequest, year: ProjectYear) -> tuple[str, BudgetDraft | None]:
    """The round, and the version to start from: the one that is named, else the round's newest."""
    drafts, asked, named = drafts_whole(year), request.GET.get("stage", ""), request.GET.get("from", "")
    chosen = next((one for one in drafts if str(one.pk) == named), None)
    stage = asked if asked in Stage.values else chosen.stage if chosen else open_stage(drafts)
    return stage, chosen or base_of(drafts, stage)


def _save(request: HttpRequest, year: ProjectYear, form: StageForm, lines: Any) -> BudgetDraft:
    given: dict[str, Any] = {"user": request.user, "actor": actor_of(request)}
    return services.draft_save(year=year, stage=form.cleaned_data["stage"], lines=lines.wanted(), **given)


@page("funds.draft")
@require_http_methods(FORM)
def draft_submit(request: HttpRequest, name: str, year: int, number: int) -> HttpResponse:
    """Lay a version before the leader."""
    draft, form = _found(name, year, number), ReasonForm(request.POST or None)
    given: dict[str, Any] = {"user": request.user, "actor": actor_of(request)}

    def lay() -> Any:
        return services.draft_submit(draft=draft, reason=form.cleaned_data["reason"], **given)

    if request.method == "POST" and attempt(form, lay, {"CTRL-001": "reason"}):
        messages.success(request, "已提交审批。")
        return redirect("funds:draft_detail", name, year, number)
    return ask(request, form, f"送审：{draft}", "提交审批", draft.year)


@page("funds.draft")
@require_http_methods(FORM)
def decision_new(request: HttpRequest, name: str, year: int) -> HttpResponse:
    """Record a decision from above."""
    found, sent = found_year(name, year), (request.POST, request.FILES) if request.method == "POST" else ()
    form = DecisionForm(*sent)
    given: dict[str, Any] = {"user": request.user, "actor": actor_of(request)}

    def keep() -> Any:
        return services.decision_record(year=found, wanted=form.wanted(), **given)

    if sent and attempt(form, keep):
        messages.success(request, "已记录。")
        return redirect("funds:draft_list", name, year)
    return ask(request, form, "记录外部决定", "记录", found)


@page("funds.view")
@require_safe
def decision_file(request: HttpRequest, name: str, year: int, number: int) -> HttpResponse:
    """The document of a decision as a download."""
    row = decisions_of(found_year(name, year)).filter(pk=number).first()
    if row is None:
        raise Http404
    content = services.decision_read(decision=row, actor=actor_of(request))
    return download(content, row.name)
