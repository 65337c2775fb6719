"""报表: all of them, one month of one, its editions, making it now, and taking it out as a file."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from huiliu.apps.accounts.selectors import has_permission
from huiliu.apps.audit.services import actor_of
from huiliu.apps.exports.views import Offer, offered
from huiliu.apps.jobs.selectors import progress_of
from huiliu.apps.reports import drawing, selectors, services, tables
from huiliu.apps.reports.services.listing import KIND, parameters_of
from huiliu.apps.reports.showing import AGAINST, DETAILS, Shown, differences, shown
from huiliu.apps.reports.tables import Look
from huiliu.kernel.errors import HuiliuError
from huiliu.kernel.periods import format_month, month_of, months_add, parse_month
from huiliu.topics import StandingReport
from huiliu.topics.standing import month_end
from huiliu.web.access import page
from huiliu.web.pages import Crumb, render_page

QUERY, REPORTS = Crumb("查询"), Crumb("报表", "reports:report_list")
TOLD = timedelta(minutes=10)


@dataclass(frozen=True)
class Asked:
    """What an address asks to see of a report."""

    month: int | None
    number: int | None
    against: str
    detail: str
    kind: str
    wan: bool


def _asked(request: HttpRequest) -> Asked:
    """What cannot be read asks for nothing."""
    given = request.GET
    number = given.get("edition", "")
    against, detail = given.get("against", "last"), given.get("detail", drawing.COUNTY)
    return Asked(
        month=_month(given.get("month", "")),
        number=int(number) if number.isascii() and number.isdigit() and len(number) < 9 else None,
        against=against if against in AGAINST else "last",
        detail=detail if detail in DETAILS else drawing.COUNTY,
        kind=given.get("kind", "")[:40],
        wan=given.get("unit") == "wan",
    )


def _month(text: str) -> int | None:
    try:
        return parse_month(text.replace("-", ""))
    except HuiliuError:
        return None


def _report(name: str) -> StandingReport:
    report = selectors.report_by_name(name)
    if report is None:
        raise Http404
    return report


def _months(report: StandingReport, made: list[int]) -> list[int]:
    """What may be chosen: months that are made, and those that can be; newest first."""
    day = selectors.newest_day()
    if day is None:
        return made
    last = month_of(day)
    held = selectors.days_by_month()
    due = [months_add(last, -back) for back in range(selectors.MONTHS + 1)]
    return sorted({*made, *(month for month in due if report.period or month in held)}, reverse=True)


@require_safe
@page(selectors.USE)
def report_list(request: HttpRequest) -> HttpResponse:
    """Every report with its newest month."""
    day = selectors.newest_day()
    last = selectors.last_month(day) if day else None
    table = tables.list_table(selectors.reports(), selectors.newest_months(selectors.reach(request.user)), last)
    return render_page(
        request, "reports/report_list.html", {"table": table}, title="报表", crumbs=(QUERY,), as_of="library"
    )


@require_safe
@page(selectors.USE)
def report_detail(request: HttpRequest, name: str) -> HttpResponse:
    """One month of a report, the newest that is made unless another is asked for."""
    report, asked = _report(name), _asked(request)
    made = selectors.months_made(name, selectors.reach(request.user))
    months = _months(report, made)
    month = asked.month or next(iter(made or months), None)
    found = shown(report, request.user, month, number=asked.number, detail=asked.detail) if month else None
    if found is not None:
        number = found.read.newest.number
        services.report_viewed(actor=actor_of(request), report=name, month=found.read.newest.month, number=number)
    context = {**_choices(asked, months, month, made), **_row(request, report, month), "report": report}
    context |= _drawn(request, found, asked) if found else {"found": None}
    as_of = selectors.as_of(found.read.newest) if found else "library"
    crumbs = (QUERY, REPORTS)
    return render_page(request, "reports/report_detail.html", context, title=report.label, crumbs=crumbs, as_of=as_of)


def _choices(asked: Asked, months: list[int], month: int | None, made: list[int]) -> dict[str, Any]:
    named = [
        (m, f"{format_month(m)}{'' if m in made else '（未生成）'}")
        for m in sorted({*months, *([month] if month else [])}, reverse=True)
    ]
    return {"asked": asked, "month": month, "months": named, "againsts": AGAINST, "details": DETAILS}


def _row(request: HttpRequest, report: StandingReport, month: int | None) -> dict[str, Any]:
    """How far the making is that this person asked for."""
    wanted = selectors.request_of(report.name, month, request.user) if month else None
    job = wanted.job if wanted else None
    if job is not None and job.ended_at and job.ended_at < settings.HUILIU_CLOCK.now() - TOLD:
        job = None  # how it went was told; the edition says the rest
    label = f"生成{report.label} {format_month(month)}" if month else ""
    return {"row": progress_of(job, label, request.user) if job else None}


def _drawn(request: HttpRequest, found: Shown, asked: Asked) -> dict[str, Any]:
    edition, user = found.read.newest, request.user
    drills = has_permission(user, selectors.LIST) and has_permission(user, "query.use")
    rows = found.section(asked.kind)
    against, towns = AGAINST[asked.against][1], asked.detail == drawing.TOWN and len(found.report.places) > 1
    editions = selectors.editions_of(edition.report, edition.month, selectors.reach(user))
    return {
        "found": found,
        "edition": edition,
        "headlines": tables.headlines(found, asked.wan),
        "table": tables.report_table(found, rows, Look(against, towns, drills, asked.wan)),
        "checks": selectors.checks_of(edition.report, edition.month, selectors.reach(user)),
        "query_text": drawing.query_text(found.report, edition.month),
        "is_old": bool(editions) and editions[0].number > edition.number,
        "editions": len(editions),
        "towns": towns,
        "has_amounts": any(found.report.amounts),
        "compared": [found.against[n] for n in against],
        "lacks_end": edition.is_complete
        and not found.report.period
        and edition.business_date < month_end(edition.month),
        "may_export": selectors.may_export(user),
    }


@page(selectors.USE)
@require_POST
def report_make(request: HttpRequest, name: str) -> HttpResponse:
    """A month is made in the background; the page follows it."""
    report, month = _report(name), _month(request.POST.get("month", ""))
    day = selectors.newest_day()
    if month is None or (day is not None and month > month_of(day)):
        raise Http404
    services.report_ask(report=report, month=month, user=request.user, actor=actor_of(request))
    return redirect(f"{reverse('reports:report_detail', args=(name,))}?month={month}")


@require_safe
@page(selectors.USE)
def report_editions(request: HttpRequest, name: str) -> HttpResponse:
    """Every edition of a month, and what one changed against another."""
    report, month = _report(name), _asked(request).month
    editions = selectors.editions_of(name, month, selectors.reach(request.user)) if month else []
    if not editions or month is None:
        raise Http404
    newer, older = (_number(request, key, n, editions) for key, n in (("new", 0), ("old", 1)))
    found = differences(report, request.user, month, (older, newer)) if older != newer else None
    services.report_viewed(actor=actor_of(request), report=name, month=month, number=max(older, newer))
    context = {
        "report": report, "month": month, "numbers": [edition.number for edition in editions], "newer": newer,
        "older": older, "found": found,
        "table": tables.editions_table(name, editions, digests=selectors.reads_all(request.user)),
        "differences": found and tables.difference_table(found),
    }  # fmt: skip
    crumbs = (QUERY, REPORTS, Crumb(report.label, f"{reverse('reports:report_detail', args=(name,))}?month={month}"))
    title, as_of = f"{format_month(month)} 的版本", selectors.as_of(editions[0])
    return render_page(request, "reports/report_editions.html", context, title=title, crumbs=crumbs, as_of=as_of)


def _number(request: HttpRequest, key: str, place: int, editions: list[Any]) -> int:
    """The edition that an address asks for; without one the newest and the one before it."""
    text = request.GET.get(key, "")
    known = {str(edition.number): edition.number for edition in editions}
    fallback: int = editions[min(place, len(editions) - 1)].number
    return known.get(text, fallback)


@page("query.export")
@require_http_methods(["GET", "HEAD", "POST"])
def report_export(request: HttpRequest, name: str) -> HttpResponse:
    """A month as a file; how and what for is asked by the pages of exports."""
    report, asked = _report(name), _asked(request)
    if not has_permission(request.user, selectors.USE) or asked.month is None:
        raise Http404
    found = shown(report, request.user, asked.month, number=asked.number)
    if found is None:
        raise Http404
    parameters = parameters_of(found, against=asked.against, detail=asked.detail)
    title = f"{report.label} {format_month(asked.month)}"
    crumbs = (
        QUERY,
        REPORTS,
        Crumb(report.label, f"{reverse('reports:report_detail', args=(name,))}?month={asked.month}"),
    )
    return offered(request, Offer(KIND, title, crumbs, parameters))
