"""Supervision: the list by year, one record with what it corrected, its document, and forms that add rows."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from huiliu.apps.accounts.selectors import has_permission
from huiliu.apps.audit.services import actor_of
from huiliu.apps.control.forms.fields import attempt
from huiliu.apps.control.forms.supervision import BESIDE, CorrectionForm, SupervisionForm, values_of
from huiliu.apps.control.models import SupervisionRecord
from huiliu.apps.control.selectors import supervision as selectors
from huiliu.apps.control.services import supervision as services
from huiliu.apps.control.views.common import PART, Act, Tab, ask, given
from huiliu.web.access import page
from huiliu.web.downloads import download
from huiliu.web.pages import Crumb, render_page
from huiliu.web.tables import Cell, Column, Table

LIST = Crumb("监管记录", "control:supervision_list")
VIEW, MAY = "control.view_supervision", services.MAY
COLUMNS = (
    Column("day", "监管日期", "date"),
    Column("supervisor", "监管单位"),
    Column("matter", "监管事项"),
    Column("project", "项目", missing="全部项目", optional=True),
    Column("conclusion", "结论", "verdict"),
    Column("rectified", "整改", "verdict"),
)


@require_safe
@page(VIEW)
def supervision_list(request: HttpRequest) -> HttpResponse:
    """What stands, by year."""
    years = selectors.supervision_years()
    chosen = next((year for year in years if str(year) == request.GET.get("year")), None)
    address = reverse("control:supervision_list")
    tabs = [Tab("全部年度", address, active=chosen is None)]
    tabs += [Tab(f"{year} 年", f"{address}?year={year}", active=year == chosen) for year in years]
    rows = [_row(row) for row in selectors.supervisions(chosen)]
    hint = "稽核内控岗收到监管文书后在这里登记；绩效指标“监管有效性”由这些记录计算。"
    context = {
        "table": Table(COLUMNS, rows, empty="没有监管记录", hint=hint),
        "tabs": tabs,
        "may_record": has_permission(request.user, MAY),
    }
    return render_page(request, "control/supervision_list.html", context, title="监管记录", crumbs=(PART,))


def _row(row: SupervisionRecord) -> dict[str, Any]:
    return {
        "day": row.day,
        "supervisor": row.supervisor,
        "matter": Cell(row.matter, link=reverse("control:supervision_detail", args=(row.pk,))),
        "project": row.project or None,
        "conclusion": Cell(row.get_conclusion_display(), state="warn" if row.finding else "pass"),
        "rectified": _rectified(row),
    }


def _rectified(row: SupervisionRecord) -> Cell:
    if not row.finding:
        return Cell("不需要", state="none")
    if row.rectified_on:
        return Cell(f"{row.rectified_on} 完成", state="pass")
    return Cell(f"限 {row.due_on}" if row.due_on else "未整改", state="fail")


def _found(number: int) -> SupervisionRecord:
    row = selectors.supervision_by_number(number)
    if row is None:
        raise Http404
    return row


@require_safe
@page(VIEW)
def supervision_detail(request: HttpRequest, number: int) -> HttpResponse:
    """One record, whether it still stands, and the rows it took the place of."""
    row = _found(number)
    later = getattr(row, "correction", None)
    context = {
        "row": row,
        "later": later,
        "rectified": _rectified(row),
        "seal": selectors.content_digest(row),
        "earlier": selectors.supervision_before(row),
        "may_correct": has_permission(request.user, MAY) and later is None and not row.is_void,
    }
    return render_page(request, "control/supervision_detail.html", context, title=row.matter, crumbs=(PART, LIST))


@require_safe
@page(VIEW)
def supervision_document(request: HttpRequest, number: int) -> HttpResponse:
    """The supervisor's paper as a download."""
    row = _found(number)
    content = services.supervision_read(row=row, actor=actor_of(request))
    return download(content, row.document_name)


@require_http_methods(["GET", "POST"])
@page(MAY)
def supervision_new(request: HttpRequest) -> HttpResponse:
    """Write down one supervision."""
    form = SupervisionForm(given(request), request.FILES or None)
    if request.method == "POST" and (row := attempt(form, lambda: _record(request, form), BESIDE)):
        messages.success(request, "监管记录已登记。")
        return redirect("control:supervision_detail", row.pk)
    effect = "登记后不能改动，只能用新的记录更正。"
    return ask(request, form, Act("登记监管记录", "登记", (PART, LIST), effect, reverse("control:supervision_list")))


def _record(request: HttpRequest, form: SupervisionForm) -> SupervisionRecord:
    paper = form.paper()
    assert paper is not None
    return services.supervision_record(wanted=form.wanted(), document=paper, user=request.user, actor=actor_of(request))


@require_http_methods(["GET", "POST"])
@page(MAY)
def supervision_correct(request: HttpRequest, number: int) -> HttpResponse:
    """Put a row in the place of another."""
    before = _found(number)
    form = CorrectionForm(given(request), request.FILES or None, initial=values_of(before))
    if request.method == "POST" and (row := attempt(form, lambda: _correct(request, before, form), BESIDE)):
        messages.success(request, "监管记录已更正，原记录保留。")
        return redirect("control:supervision_detail", row.pk)
    back = reverse("control:supervision_detail", args=(number,))
    effect = "原记录保留，显示为已更正；补填整改日期也在这里。"
    return ask(request, form, Act("更正监管记录", "更正", (PART, LIST, Crumb(before.matter, back)), effect, back))


def _correct(request: HttpRequest, before: SupervisionRecord, form: CorrectionForm) -> SupervisionRecord:
    said = form.cleaned_data
    correction = services.Correction(before.pk, said["reason"], said["is_void"])
    return services.supervision_correct(
        correction=correction, wanted=form.wanted(), user=request.user, actor=actor_of(request), document=form.paper()
    )
