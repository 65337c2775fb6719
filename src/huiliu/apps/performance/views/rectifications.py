"""Putting right: the list with filters and as a file, one matter, giving one to a person, what was done."""

from django.conf import settings
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from huiliu.apps.accounts.selectors import has_permission, person_names
from huiliu.apps.audit.services import actor_of
from huiliu.apps.control.forms.fields import attempt
from huiliu.apps.control.views.common import Act as FormAct
from huiliu.apps.control.views.common import ask, given
from huiliu.apps.performance.forms.rectifications import BESIDE, ListForm, MatterForm, StepForm
from huiliu.apps.performance.models import Act, Rectification, RectificationStep, TargetSet
from huiliu.apps.performance.selectors import rectification_pages as pages
from huiliu.apps.performance.selectors import rectifications as selectors
from huiliu.apps.performance.selectors import targets
from huiliu.apps.performance.services import rectifications as services
from huiliu.web.access import page
from huiliu.web.downloads import download, download_made
from huiliu.web.pages import Crumb, render_page

PART = Crumb("绩效")
LIST = Crumb("整改", "performance:rectification_list")
VIEW, MAY_ASSIGN = "performance.rectify", "performance.review"
PER_PAGE = 50
EFFECTS = {
    Act.PROGRESS: "记入办理过程，不改变状态。",
    Act.PROVED: "附上佐证，等待责任人以外的人核对后销号。",
    Act.CLOSED: "核对佐证后销号；销号后仍可重新打开。",
    Act.REOPENED: "重新打开后由原责任人继续整改。",
    Act.VOID: "撤销后不再计入未销号事项，记录保留。",
}


def _found(request: HttpRequest, number: int) -> Rectification:
    found = selectors.found(request.user, number)
    if found is None:
        raise Http404
    return found


@require_safe
@page(VIEW)
def rectification_list(request: HttpRequest) -> HttpResponse:
    """What the person may see, under a filter bar."""
    form, today = _form(request), settings.HUILIU_CLOCK.now().date()
    rows = selectors.wanted(request.user, form.wanted(), today)
    listed = Paginator(rows, PER_PAGE).get_page(request.GET.get("page"))
    may_see = has_permission(request.user, selectors.ALL)
    sets = targets.sets() if may_see else ()
    context = {
        "form": form,
        "table": pages.table(listed, today),
        "listed": listed,
        "export": f"{reverse('performance:rectification_export')}?{request.GET.urlencode()}",
        "sets": sets,
        "may_assign": has_permission(request.user, MAY_ASSIGN),
    }
    return render_page(request, "performance/rectification_list.html", context, title="整改", crumbs=(PART,))


def _form(request: HttpRequest) -> ListForm:
    return ListForm(request.GET, selectors.used_owners(request.user))


@require_safe
@page(VIEW)
def rectification_export(request: HttpRequest) -> HttpResponse:
    """The list as XLSX, under the same filters."""
    now = settings.HUILIU_CLOCK.now()
    rows = list(selectors.wanted(request.user, _form(request).wanted(), now.date()))
    actor = actor_of(request)
    services.rectifications_export(rows=len(rows), actor=actor)
    book = pages.as_workbook(rows, person_names([actor.name])[actor.name], now)
    return download_made(book, f"整改清单-{now:%Y%m%d}.xlsx")


@require_safe
@page(VIEW)
def rectification_detail(request: HttpRequest, number: int) -> HttpResponse:
    """One matter: what, who, by when, what was done, what can be done now."""
    matter, today = _found(request, number), settings.HUILIU_CLOCK.now().date()
    context = {
        "matter": matter,
        "state": selectors.state(matter, today),
        "pairs": pages.pairs(matter, today),
        "steps": pages.step_table(selectors.steps_of(matter)),
        "buttons": pages.buttons(matter, request.user),
        "source": selectors.source_link(matter) if has_permission(request.user, selectors.ALL) else "",
    }
    return render_page(
        request, "performance/rectification_detail.html", context, title=matter.matter[:40], crumbs=(PART, LIST)
    )


@require_http_methods(["GET", "HEAD", "POST"])
@page(MAY_ASSIGN)
def rectification_new(request: HttpRequest, project: str, year: int) -> HttpResponse:
    """Give a matter of a project's year to a person; what the address says is filled in."""
    owner = _set(project, year)
    form = MatterForm(given(request), initial={name: request.GET.get(name, "") for name in MatterForm.base_fields})
    wanted = attempt(
        form,
        lambda: services.rectification_assign(
            wanted=form.wanted(project, year), user=request.user, actor=actor_of(request)
        ),
        BESIDE,
    ) if request.method == "POST" else None  # fmt: skip
    if wanted:
        messages.success(request, "已交办，显示在责任人的工作台上。")
        return redirect(pages.address(wanted))
    effect = f"{owner}。交办后不能改动；有误时撤销后重新交办。"
    return ask(request, form, FormAct("交办整改", "交办", (PART, LIST), effect, reverse(LIST.link)))


def _set(project: str, year: int) -> TargetSet:
    found = targets.set_of(project, year)
    if found is None:
        raise Http404
    return found


@require_http_methods(["GET", "HEAD", "POST"])
@page(VIEW)
def rectification_step(request: HttpRequest, number: int, kind: str) -> HttpResponse:
    """Write down what was done about a matter."""
    matter = _found(request, number)
    if kind not in selectors.acts_of(matter, request.user):
        raise Http404
    form = StepForm(given(request), request.FILES or None, act=kind)
    if request.method == "POST" and (made := attempt(form, lambda: _step(request, number, form), BESIDE)):
        messages.success(request, f"已登记：{made.get_act_display()}。")
        return redirect(pages.address(matter))
    back, act = pages.address(matter), Act(kind)
    crumbs = (PART, LIST, Crumb(matter.matter[:40], back))
    return ask(request, form, FormAct(act.label, act.label, crumbs, EFFECTS[act], back, act == Act.VOID))


def _step(request: HttpRequest, number: int, form: StepForm) -> RectificationStep:
    return services.rectification_step(step=form.step(number), user=request.user, actor=actor_of(request))


@require_safe
@page(VIEW)
def rectification_proof(request: HttpRequest, number: int, part: int) -> HttpResponse:
    """The file of a proof, as a download."""
    step = _found(request, number).steps.filter(pk=part, act=Act.PROVED).first()
    if step is None:
        raise Http404
    content = services.proof_read(step=step, actor=actor_of(request))
    return download(content, step.document_name)
