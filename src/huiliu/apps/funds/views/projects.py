"""Projects: all of them, one year of one, a figure's trace, and registering new ones."""

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods, require_safe

from huiliu.apps.accounts.selectors import has_permission
from huiliu.apps.audit.services import actor_of
from huiliu.apps.control.forms.fields import attempt
from huiliu.apps.funds import services
from huiliu.apps.funds.forms import BESIDE, CloseForm, ProjectForm, PurposeForm, RenameForm, YearForm
from huiliu.apps.funds.models import Kind, ProjectYear
from huiliu.apps.funds.selectors import tables
from huiliu.apps.funds.selectors.books import Books, trace
from huiliu.apps.funds.selectors.projects import years_beside
from huiliu.apps.funds.services.events import RECORDED
from huiliu.apps.funds.services.projects import RENAMED
from huiliu.apps.funds.views.common import LIST, PART, ask, crumbs, found_books, found_year, home
from huiliu.kernel.money import to_fen
from huiliu.web.access import page
from huiliu.web.pages import render_page

FORM = ["GET", "HEAD", "POST"]


@require_safe
@page("funds.view")
def project_list(request: HttpRequest) -> HttpResponse:
    """Every year of every project."""
    may = has_permission(request.user, "funds.record")
    context = {"table": tables.project_table(settings.HUILIU_CLOCK.now().date()), "may_record": may}
    return render_page(request, "funds/project_list.html", context, title="项目台账", crumbs=(PART,))


@require_safe
@page("funds.view")
def request_list(request: HttpRequest) -> HttpResponse:
    """What waits for an approval or a payment, over all projects."""
    context = {"table": tables.open_requests(settings.HUILIU_CLOCK.now().date())}
    return render_page(request, "funds/request_list.html", context, title="申请与支付", crumbs=(PART,))


@require_safe
@page("funds.view")
def project_detail(request: HttpRequest, name: str, year: int) -> HttpResponse:
    """One year: figures, requests, purposes, events, both reference books."""
    books = found_books(name, year)
    may = has_permission(request.user, "funds.record")
    context = {
        "books": books,
        "year": books.year,
        "standing": tables.standing(books),
        "headline": tables.headline(books),
        "years": years_beside(books.year),
        "requests": tables.request_table(books),
        "purposes": tables.purpose_table(books),
        "money": tables.money_table(books),
        "events": tables.event_table(books),
        "trials": tables.trial_tables(books),
        "may": may,
        "is_closed": books.keeper.ledger.close is not None,
        "kinds": [(kind.value, kind.label) for kind in RECORDED if _offered(kind, books)] if may else [],
        "may_pay": has_permission(request.user, "funds.pay") and books.keeper.ledger.close is None,
    }
    title = f"{books.year.project.name} {year} 年"
    return render_page(request, "funds/project_detail.html", context, title=title, crumbs=(PART, LIST))


def _offered(kind: Kind, books: Books) -> bool:
    """A closed year takes vouchers only, one without a quota account no quota."""
    if books.keeper.ledger.close is not None:
        return kind == Kind.VOUCHER
    return kind != Kind.QUOTA or books.year.mode == "quota"


@require_safe
@page("funds.view")
def figure_detail(request: HttpRequest, name: str, year: int, figure_id: str) -> HttpResponse:
    """One figure down to its events."""
    books = found_books(name, year)
    step = trace(books, figure_id)
    if step is None:
        raise Http404
    context = {"figure": books.figure(figure_id), "steps": (step,), "back": home(books.year)}
    return render_page(request, "funds/figure_detail.html", context, title=step.label, crumbs=crumbs(books.year))


@page("funds.record")
@require_http_methods(FORM)
def project_new(request: HttpRequest) -> HttpResponse:
    """Register a project with its first year."""
    form = ProjectForm(request.POST or None)
    made = attempt(form, lambda: _open(request, form), BESIDE) if request.method == "POST" else None
    if made is None:
        return ask(request, form, "登记项目", "登记")
    messages.success(request, "项目已登记。下一步：登记支出事项，记录年初指标。")
    return redirect(home(made))


def _open(request: HttpRequest, form: ProjectForm) -> ProjectYear:
    year, mode = form.cleaned_data["year"], form.cleaned_data["mode"]
    return services.project_open(wanted=form.wanted(), year=year, mode=mode, user=request.user, actor=actor_of(request))


@page("funds.record")
@require_http_methods(FORM)
def project_rename(request: HttpRequest, name: str, year: int) -> HttpResponse:
    """Change what a project is called; what it was called is listed."""
    found = found_year(name, year)
    now = {field: getattr(found.project, field) for field in RENAMED}
    form = RenameForm(request.POST or None, initial=now)
    given: dict[str, Any] = {"project": found.project, "user": request.user, "actor": actor_of(request)}
    done = None
    if request.method == "POST":
        done = attempt(form, lambda: services.project_rename(**given, names=form.cleaned_data), BESIDE)
    if done is not None:
        messages.success(request, "名称已更改，各年度一并使用新的名称。")
        return redirect(home(found))
    told = "代码不变，已办事项中写下的名称不变；原名称的导出仍能导入。"
    return ask(request, form, "更改项目名称", "更改", found, told=told, table=tables.renaming_table(found.project))


@page("funds.record")
@require_http_methods(FORM)
def year_new(request: HttpRequest, name: str, year: int) -> HttpResponse:
    """Register a further year of a project."""
    found, form = found_year(name, year), YearForm(request.POST or None)
    given: dict[str, Any] = {"project": found.project, "user": request.user, "actor": actor_of(request)}
    if request.method == "POST" and (made := attempt(form, lambda: services.year_open(**given, **form.cleaned_data))):
        messages.success(request, f"{made.year} 年度已登记。")
        return redirect(home(made))
    return ask(request, form, "登记年度", "登记", found)


@page("funds.record")
@require_http_methods(FORM)
def purpose_new(request: HttpRequest, name: str, year: int) -> HttpResponse:
    """Register what money of the project is spent on."""
    found, form = found_year(name, year), PurposeForm(request.POST or None)
    given: dict[str, Any] = {"project": found.project, "user": request.user, "actor": actor_of(request)}
    made = None
    if request.method == "POST":
        made = attempt(form, lambda: services.purpose_add(**given, **form.cleaned_data), BESIDE)
    if made is not None:
        messages.success(request, "支出事项已登记。")
        return redirect(home(found))
    return ask(request, form, "登记支出事项", "登记", found)


@page("funds.record")
@require_http_methods(FORM)
def year_close(request: HttpRequest, name: str, year: int) -> HttpResponse:
    """Ask for the close of a year."""
    found, form = found_year(name, year), CloseForm(request.POST or None)
    given: dict[str, Any] = {"year": found, "user": request.user, "actor": actor_of(request)}

    def send() -> int:
        carried, reason = to_fen(form.cleaned_data["amount"]), form.cleaned_data["reason"]
        return int(services.close_ask(**given, carried=carried, reason=reason).pk)

    if request.method == "POST" and (number := attempt(form, send, BESIDE)):
        messages.success(request, "结账已提交单位领导审批。")
        return redirect("control:request_detail", number)
    books = found_books(name, year)
    told = {"told": tables.close_told(books), "figures": tables.left_to_close(books)}
    lapsing = tables.unfinished_table(books)
    beside = {**told, "table": lapsing if lapsing.rows else None}
    return ask(request, form, f"申请 {year} 年终结账", "提交审批", found, **beside)
