"""Disclosing: the list with deadlines, one disclosure with its packages and files, and every act on it."""

from datetime import date

from django.conf import settings
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods, require_safe

from huiliu.apps.accounts.selectors import has_permission
from huiliu.apps.audit.services import actor_of
from huiliu.apps.control.forms.fields import attempt
from huiliu.apps.control.views.common import Act, ask, given
from huiliu.apps.performance.forms.disclosures import BESIDE, MakeForm, MendForm, OpenForm, PublishForm, SubmitForm
from huiliu.apps.performance.models import DisclosurePackage
from huiliu.apps.performance.selectors import disclosure_pages as pages
from huiliu.apps.performance.selectors import disclosure_sources as sources
from huiliu.apps.performance.selectors import disclosures as selectors
from huiliu.apps.performance.selectors import targets
from huiliu.apps.performance.selectors.editions import last_saved
from huiliu.apps.performance.selectors.seen import Trail, of_disclosure
from huiliu.apps.performance.services import disclosures as services
from huiliu.apps.performance.views.editions import beside, changed, is_passed
from huiliu.web.access import page
from huiliu.web.downloads import download_made
from huiliu.web.middleware import DATA
from huiliu.web.pages import Crumb, render_page

PART = Crumb("绩效")
LIST = Crumb("公开", "performance:disclosure_list")
VIEW, DISCLOSE = "performance.view_evaluation", "performance.disclose"
PER_PAGE = 20
# The page that will be published, shown as it is: it may draw its own style and nothing else.
SANDBOX = f"{DATA}; style-src 'unsafe-inline'"


def _found(number: int) -> selectors.Standing:
    found = selectors.found(number, _today())
    if found is None:
        raise Http404
    return found


def _today() -> date:
    day: date = settings.HUILIU_CLOCK.now().date()
    return day


def _package(number: int, part: int) -> DisclosurePackage:
    kept = selectors.package_of(_found(number).disclosure, part)
    if kept is None:
        raise Http404
    return kept


@require_safe
@page(VIEW)
def disclosure_list(request: HttpRequest) -> HttpResponse:
    """Everything that is to be published or was, with the days left."""
    listed = Paginator(selectors.everything(), PER_PAGE).get_page(request.GET.get("page"))
    table = pages.table([selectors.standing(one, _today()) for one in listed])
    may = has_permission(request.user, DISCLOSE)
    context = {"table": table, "listed": listed, "sets": targets.sets() if may else ()}
    return render_page(request, "performance/disclosure_list.html", context, title="公开", crumbs=(PART,))


@require_safe
@page(VIEW)
def disclosure_detail(request: HttpRequest, number: int) -> HttpResponse:
    """One disclosure: deadline, package with its files, signatures, where it was published."""
    found = _found(number)
    newest = found.newest
    context = {
        "found": found,
        "verdict": found.verdict,
        "pairs": pages.pairs(found),
        "buttons": pages.buttons(found, request.user),
        "newest": newest,
        "files": pages.file_table(newest) if newest else None,
        "preview": pages.member_address(newest, "index.html") if newest else "",
        "masked": pages.masked(found),
        "unfilled": services.unfilled(newest) if newest else 0,
        "signing": pages.signing(found, request.user, _today()),
        "packages": pages.package_table(found),
        "publications": pages.publication_table(found),
    }
    title = f"{found.disclosure.target_set} {found.disclosure.get_occasion_display()}"
    return render_page(request, "performance/disclosure_detail.html", context, title=title, crumbs=(PART, LIST))


@require_http_methods(["GET", "HEAD", "POST"])
@page(DISCLOSE)
def disclosure_new(request: HttpRequest, project: str, year: int) -> HttpResponse:
    """Register the reply of a project's year."""
    owner = targets.set_of(project, year)
    if owner is None:
        raise Http404
    form = OpenForm(given(request))
    made = attempt(
        form,
        lambda: services.disclosure_open(
            targets=owner, occasion=form.cleaned_data["occasion"], reply=form.reply(), user=request.user,
            actor=actor_of(request),
        ),
        BESIDE,
    ) if request.method == "POST" else None  # fmt: skip
    if made:
        messages.success(request, "已登记，公开期限显示在工作台上。")
        return redirect("performance:disclosure_detail", made.pk)
    effect = f"{owner}。登记后从批复之日起计算公开期限。"
    return ask(request, form, Act("登记公开事项", "登记", (PART, LIST), effect, LIST.href))


def _act(found: selectors.Standing, title: str, effect: str) -> Act:
    """A form page of a disclosure."""
    crumbs = (PART, LIST, Crumb(str(found.disclosure.target_set), pages.address(found)))
    return Act(title, title, crumbs, effect, pages.address(found))


@require_http_methods(["GET", "HEAD", "POST"])
@page(DISCLOSE)
def disclosure_mend(request: HttpRequest, number: int) -> HttpResponse:
    """Correct the reply."""
    found = _found(number)
    form = MendForm(given(request), disclosure=found.disclosure)
    made = attempt(
        form,
        lambda: services.reply_mend(number=number, reply=form.reply(), user=request.user, actor=actor_of(request),
                                    edition=form.begun),
        BESIDE,
    ) if request.method == "POST" else None  # fmt: skip
    if made:
        messages.success(request, "已更正；已生成的材料须重新生成。")
        return redirect(pages.address(found))
    act = _act(found, "更正批复", "公开期限随批复日期重新计算；已生成的材料须重新生成。")
    meanwhile = beside(
        form,
        lambda: MendForm(disclosure=_found(number).disclosure),
        lambda: last_saved(services.DISCLOSURE, str(number), (services.MENDED,)),
    )
    return ask(request, form, act, **meanwhile)


@require_http_methods(["GET", "HEAD", "POST"])
@page(DISCLOSE)
def disclosure_make(request: HttpRequest, number: int) -> HttpResponse:
    """Make the package: what was written is listed, so that a passage can be kept inside."""
    found = _found(number)
    file = sources.source_of(found.disclosure, _today())
    passages = sources.passages_of(found.disclosure, file) if file else {}
    form = MakeForm(given(request), passages, found)
    made = attempt(
        form,
        lambda: services.package_make(
            number=number, masking=form.masking(), user=request.user, actor=actor_of(request), edition=form.begun
        ),
    ) if request.method == "POST" else None  # fmt: skip
    if made:
        messages.success(request, "材料已生成并逐件检查，没有发现不得公开的内容。请预览后提交审批。")
        return redirect(pages.address(found))
    effect = "用生效的目标或定稿的自评生成，全部文件逐件检查；有不得公开的内容时不生成，并说明在哪里。"
    meanwhile = beside(
        form,
        lambda: MakeForm(None, passages, _found(number)),
        lambda: last_saved(services.DISCLOSURE, str(number), (services.MADE,)),
    )
    return ask(request, form, _act(found, "生成公开材料", effect), **meanwhile)


@require_http_methods(["GET", "HEAD", "POST"])
@page(DISCLOSE)
def disclosure_submit(request: HttpRequest, number: int) -> HttpResponse:
    """Ask for the signatures."""
    found = _found(number)
    if is_passed(request, of_disclosure(found)):
        return redirect(pages.address(found))
    form = SubmitForm(given(request))
    if not form.is_bound:
        form.carry(of_disclosure(found), settings.HUILIU_CLOCK.now())
    made = attempt(
        form,
        lambda: services.package_submit(
            number=number, reason=form.cleaned_data["reason"], user=request.user, actor=actor_of(request),
            edition=form.begun,
        ),
    ) if request.method == "POST" else None  # fmt: skip
    if made:
        messages.success(request, "已提交，由稽核内控岗审核、领导审批。")
        return redirect(pages.address(found))
    digest = found.newest.digest if found.newest else "还没有材料"
    trail = Trail(services.DISCLOSURE, str(number), (services.MENDED, services.MADE))
    meanwhile = changed(form, lambda: of_disclosure(_found(number)), (trail,))
    act = _act(found, "提交审批", f"签批的是材料摘要 {digest}；签批后材料不能再改。")
    return ask(request, form, act, **meanwhile)


@require_http_methods(["GET", "HEAD", "POST"])
@page(DISCLOSE)
def disclosure_publish(request: HttpRequest, number: int) -> HttpResponse:
    """Where and when it was published."""
    found = _found(number)
    form = PublishForm(given(request), initial={"day": _today()})
    made = attempt(
        form,
        lambda: services.publication_record(
            number=number, published=form.published(), user=request.user, actor=actor_of(request)
        ),
    ) if request.method == "POST" else None  # fmt: skip
    if made:
        messages.success(request, "已登记公开网址和日期。")
        return redirect(pages.address(found))
    return ask(request, form, _act(found, "登记公开", "登记后不能改动；网址变动时再登记一条。"))


@require_safe
@page(VIEW)
def disclosure_package(request: HttpRequest, number: int, part: int) -> HttpResponse:
    """The zip of a signed package, as a download; the audit row is written before it leaves."""
    kept = _package(number, part)
    if kept.signed_on is None:
        raise Http404
    content = services.package_read(kept=kept, actor=actor_of(request))
    name = f"disclosure-{kept.disclosure_id}-{kept.number}.zip"
    return download_made(content, name)


@require_safe
@page(VIEW)
def disclosure_file(request: HttpRequest, number: int, part: int, name: str) -> HttpResponse:
    """One file of a package as it will be published: the page fenced in, the rest as a download; on record before."""
    content = services.file_preview(kept=_package(number, part), name=name, actor=actor_of(request))
    if content is None:
        raise Http404
    if not name.endswith(".html"):
        return download_made(content, name.rpartition("/")[2])
    answer = HttpResponse(content, content_type="text/html; charset=utf-8")
    answer.csp = SANDBOX  # type: ignore[attr-defined]
    return answer
