"""A self-evaluation on its way: drafted, checked, submitted in rounds, signed, filed."""

from datetime import date
from typing import Any

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
from huiliu.apps.performance.forms.filings import AnswersForm, WordsForm
from huiliu.apps.performance.forms.form_templates import NameForm
from huiliu.apps.performance.models import Filing, FilingVersion
from huiliu.apps.performance.selectors import assessments
from huiliu.apps.performance.selectors import filing_pages as pages
from huiliu.apps.performance.selectors import filings as selectors
from huiliu.apps.performance.selectors.editions import filing_saved
from huiliu.apps.performance.selectors.seen import Trail, of_draft
from huiliu.apps.performance.selectors.target_pages import signing
from huiliu.apps.performance.services.assessments import ASSESSMENT, DECLARED
from huiliu.apps.performance.services.filings import FILING, WRITTEN, filing_submit, filing_write
from huiliu.apps.performance.services.measurements import FILLED, MEASUREMENT, TAKEN
from huiliu.apps.performance.services.printing import FORMATS
from huiliu.apps.performance.views.editions import beside, changed, is_passed
from huiliu.web.access import page
from huiliu.web.pages import Crumb, render_page

PART, LIST = Crumb("绩效"), Crumb("自评办理", "performance:filing_list")
VIEW, DRAFT = "performance.view_filings", "performance.draft_filing"
GET_OR_POST = ("GET", "HEAD", "POST")
PER_PAGE = 50
HOW = "只写文字：数字由系统从记录中取，写法见自评页面的“可用的编号”。提交时全文封存，并逐项核对。"
SEALED = "提交后全文封存，由业务部门、财务、内控和领导依次签批。错误必须改正或逐条答复，签批人看得到答复。"


def _today() -> date:
    day: date = settings.HUILIU_CLOCK.now().date()
    return day


def _find(project: str, year: int) -> tuple[assessments.Assessed, Filing | None]:
    found = assessments.find(project, year, _today())
    if found is None:
        raise Http404
    return found, selectors.filing_of(project, year)


def _version(project: str, year: int, number: int) -> tuple[Filing, FilingVersion]:
    filing = selectors.filing_of(project, year)
    version = selectors.version_of(filing, number) if filing else None
    if filing is None or version is None:
        raise Http404
    return filing, version


def _crumbs(targets: Any) -> tuple[Crumb, ...]:
    return PART, LIST, Crumb(str(targets), pages.address(targets))


@require_safe
@page(VIEW)
def filing_list(request: HttpRequest) -> HttpResponse:
    """Every project's year and how far its self-evaluation is."""
    context = {"table": pages.filing_table()}
    return render_page(request, "performance/filing_list.html", context, title="自评办理", crumbs=(PART,))


@require_safe
@page(VIEW)
def filing_detail(request: HttpRequest, project: str, year: int) -> HttpResponse:
    """One year: stage, table, findings and words; while it is signed, as submitted, with what records say since."""
    found, filing = _find(project, year)
    version = selectors.newest_version(filing) if filing else None
    draft = selectors.drafted(found, _today(), filing) if found.result else None
    is_open = selectors.is_open(filing)
    shown = _shown(found, filing, version, None if is_open or version is None else version.number, draft)
    context = {
        "targets": found.targets, "filing": filing, "version": version, "found": found, "is_open": is_open,
        "stamp": pages.stamp(filing), "signing": signing(filing, request.user, _today()),
        "edition": of_draft(draft).edition if draft else "",
        "may": is_open and has_permission(request.user, DRAFT), "wait": pages.overdue(found.targets, _today()),
        "faults": pages.fault_list(draft.faults) if draft and is_open else (),
        "formats": FORMATS if found.result and has_permission(request.user, "performance.download_report") else (),
        "rounds": pages.round_table(found.targets, selectors.versions_of(filing) if filing else ()),
        "changes": _since(version, draft), **(pages.tables(shown) if shown else {}),
    }  # fmt: skip
    crumbs = (PART, LIST)
    return render_page(request, "performance/filing_detail.html", context, title=f"{found.heading}自评", crumbs=crumbs)


def _shown(
    found: assessments.Assessed, filing: Filing | None, version: FilingVersion | None, number: int | None,
    draft: selectors.Drafted | None,
) -> pages.Shown | None:  # fmt: skip
    """The round that is signed, else the draft with the answers given before."""
    if number is not None and version is not None and filing is not None:
        file = selectors.kept_file(version, filing.filed_on)
        return pages.Shown(found.targets, file, number, version.answers)
    return pages.Shown(found.targets, draft.file, None, version.answers if version else {}) if draft else None


def _since(version: FilingVersion | None, draft: selectors.Drafted | None) -> Any:
    """What differs between the newest round and the records and words of today; None where nothing does."""
    if version is None or draft is None:
        return None
    told = selectors.differences(selectors.kept_file(version), draft.file)
    return pages.change_table(told, "没有变化") if told else None


@require_safe
@page(VIEW)
def filing_version(request: HttpRequest, project: str, year: int, number: int) -> HttpResponse:
    """A round as it was sealed, and what differs from the one before."""
    filing, version = _version(project, year, number)
    targets, file = filing.target_set, selectors.kept_file(version)
    before = selectors.version_of(filing, number - 1)
    changes = selectors.differences(selectors.kept_file(before), file) if before else None
    context = {
        "version": version, "targets": targets, "stamp": pages.stamp(filing), "back": pages.address(targets),
        "signing": signing(filing, request.user, _today()),
        "may": selectors.is_open(filing) and has_permission(request.user, DRAFT),
        "changes": None if changes is None else pages.change_table(changes, "与上一轮相同"),
        **pages.tables(pages.Shown(targets, file, number, version.answers)),
    }  # fmt: skip
    title = f"第 {number} 轮"
    return render_page(request, "performance/filing_version.html", context, title=title, crumbs=_crumbs(targets))


@require_safe
@page(VIEW)
def filing_names(request: HttpRequest, project: str, year: int) -> HttpResponse:
    """Every figure that a paragraph may print, to be looked up and copied."""
    found, filing = _find(project, year)
    if found.result is None:
        raise Http404
    form = NameForm(request.GET)
    figures = pages.figures_like(selectors.drafted(found, _today(), filing).file, form.words())
    listed = Paginator(figures, PER_PAGE).get_page(request.GET.get("page"))
    context = {"table": pages.name_table(list(listed)), "listed": listed, "form": form, "count": len(figures)}
    crumbs = _crumbs(found.targets)
    return render_page(request, "performance/filing_names.html", context, title="可用的编号", crumbs=crumbs)


@require_safe
@page(VIEW)
def filing_figure(request: HttpRequest, project: str, year: int, figure_id: str) -> HttpResponse:
    """A figure of the draft, down to its records."""
    found, filing = _find(project, year)
    if found.result is None:
        raise Http404
    return _figure(request, pages.Shown(found.targets, selectors.drafted(found, _today(), filing).file), figure_id)


@require_safe
@page(VIEW)
def filing_version_figure(request: HttpRequest, project: str, year: int, number: int, figure_id: str) -> HttpResponse:
    """A figure of a round, as it was sealed."""
    filing, version = _version(project, year, number)
    return _figure(request, pages.Shown(filing.target_set, selectors.kept_file(version), number), figure_id)


def _figure(request: HttpRequest, shown: pages.Shown, name: str) -> HttpResponse:
    step = pages.trace(shown, name)
    if step is None:
        raise Http404
    context = {"figure": shown.file.book[name], "steps": (step,), "back": pages.address(shown.targets)}
    context["back_label"] = "返回自评"
    crumbs = _crumbs(shown.targets)
    return render_page(request, "performance/measurement_figure.html", context, title=step.label, crumbs=crumbs)


@require_http_methods(GET_OR_POST)
@page(DRAFT)
def filing_write_words(request: HttpRequest, project: str, year: int) -> HttpResponse:
    """Write the unit's paragraphs."""
    found, filing = _find(project, year)
    form, back = WordsForm(given(request), filing=filing), pages.address(found.targets)
    if attempt(form, lambda: filing_write(project=project, year=year, draft=form.draft(), user=request.user,
                                          actor=actor_of(request))):  # fmt: skip
        messages.success(request, "已保存。")
        return redirect(back)
    meanwhile = beside(
        form,
        lambda: WordsForm(None, filing=selectors.filing_of(project, year)),
        lambda: filing_saved(selectors.filing_of(project, year)),
    )
    return ask(request, form, Act("填写自评", "保存", _crumbs(found.targets), HOW, back), **meanwhile)


@require_http_methods(GET_OR_POST)
@page(DRAFT)
def filing_submit_words(request: HttpRequest, project: str, year: int) -> HttpResponse:
    """Answer what was found and ask for the signatures."""
    found, filing = _find(project, year)
    back = pages.address(found.targets)
    if found.result is None or (request.method != "POST" and not selectors.is_open(filing)):
        messages.error(request, "现在不能提交；请看页面上的说明。")
        return redirect(back)
    draft = selectors.drafted(found, _today(), filing)
    if is_passed(request, of_draft(draft)):
        return redirect(back)
    version = selectors.newest_version(filing) if filing else None
    form = AnswersForm(given(request), findings=draft.findings, kept=version.answers if version else {})
    if not form.is_bound:
        form.carry(of_draft(draft), settings.HUILIU_CLOCK.now())
    if attempt(form, lambda: filing_submit(project=project, year=year, said=form.answered(), applicant=request.user,
                                           actor=actor_of(request))):  # fmt: skip
        messages.success(request, "已提交，全文封存。")
        return redirect(back)
    meanwhile = changed(form, lambda: of_draft(selectors.drafted(*_now(project, year))), _trails(found.targets))
    return ask(request, form, Act("提交自评", "提交审批", _crumbs(found.targets), SEALED, back), **meanwhile)


def _now(project: str, year: int) -> tuple[assessments.Assessed, date, Filing | None]:
    found, filing = _find(project, year)
    return found, _today(), filing


def _trails(targets: Any) -> tuple[Trail, ...]:
    """Who may have changed what a self-evaluation says."""
    key = f"{targets.project}/{targets.year}"
    return (
        Trail(FILING, key, (WRITTEN,)),
        Trail(ASSESSMENT, key, (DECLARED,)),
        Trail(MEASUREMENT, key, (TAKEN, FILLED)),
    )
