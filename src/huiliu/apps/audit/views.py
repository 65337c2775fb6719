"""The audit page of internal control: read-only."""

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from huiliu.apps.audit.actions import kind_label, label
from huiliu.apps.audit.forms import EventFilterForm
from huiliu.apps.audit.models import AuditEvent, Outcome
from huiliu.apps.audit.selectors import events
from huiliu.web.access import page
from huiliu.web.pages import Crumb, render_page
from huiliu.web.tables import Cell, Column, Table

PER_PAGE = 50
COLUMNS = (
    Column("seq", "序号", "int", optional=True),
    Column("at", "时间", "time"),
    Column("actor", "操作人"),
    Column("post", "岗位", optional=True),
    Column("action", "操作"),
    Column("object", "对象"),
    Column("outcome", "结果", "verdict"),
    Column("purpose", "事由"),
    Column("ip", "地址", optional=True),
)
STATES = {Outcome.OK: "pass", Outcome.REFUSED: "warn", Outcome.FAILED: "fail"}


@require_safe
@page("audit.view")
def event_list(request: HttpRequest) -> HttpResponse:
    """Events by day, person, act and outcome, newest first."""
    form = EventFilterForm(request.GET)
    listed = Paginator(events(form.wanted()), PER_PAGE).get_page(request.GET.get("page"))
    table = Table(
        COLUMNS,
        [_row(event) for event in listed],
        empty="没有符合条件的审计记录",
        hint="请放宽日期或清除筛选条件。",
    )
    context = {"form": form, "listed": listed, "table": table}
    return render_page(request, "audit/event_list.html", context, title="审计", crumbs=(Crumb("内控"),))


def _row(event: AuditEvent) -> dict[str, object]:
    return {
        "seq": event.seq,
        "at": event.at,
        "actor": event.actor,
        "post": event.post,
        "action": label(event.action),
        "object": " ".join(filter(None, (kind_label(event.object_kind), event.object_key))),
        "outcome": Cell(event.get_outcome_display(), state=STATES[Outcome(event.outcome)]),
        "purpose": event.purpose,
        "ip": event.ip,
    }
