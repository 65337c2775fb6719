"""Targets as finance fills them in: beginning a version, its words, rows and money, and submitting it."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.forms import Form
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods, require_POST

from huiliu.apps.audit.services import actor_of
from huiliu.apps.control.forms.fields import attempt
from huiliu.apps.performance import services
from huiliu.apps.performance.forms.targets import (
    BESIDE,
    NewTargetForm,
    NextVersionForm,
    RowForm,
    SubmitForm,
    UseForm,
    WordsForm,
)
from huiliu.apps.performance.models import TargetVersion
from huiliu.apps.performance.selectors import targets as selectors
from huiliu.apps.performance.services.target_documents import document_keep
from huiliu.apps.performance.views.targets import EDIT, LIST, PART, address_of, crumb_of, may_edit, version_of
from huiliu.scoring.target_checks import TARGET_CHECKS
from huiliu.web.access import page
from huiliu.web.pages import render_page

GET_OR_POST = ["GET", "HEAD", "POST"]
PARTIAL = "没有想好的格子可以先空着；提交前的检查会列出还缺什么。"
SHARED = "把评分方案每一级的分值平均分给本级各行，除不尽的尾差按方案放置；原来填写的权重会被替换。"
SEALED = "提交后由稽核内控岗审核、单位领导审批；审批期间不能改动，生效后冻结，只能另起一版。"


@dataclass(frozen=True)
class Act:
    """A form page: title, button, what the act does, where to remove; `begins` a version rather than changing one."""

    title: str
    button: str
    effect: str = ""
    remove: str = ""
    begins: bool = False


def _ask(request: HttpRequest, form: Form, act: Act, version: TargetVersion | None = None) -> HttpResponse:
    """The page of a form, with a way back to the version; back there at once where that may not change now."""
    if version and not act.begins and not may_edit(request, version) and request.method != "POST":
        messages.error(request, "这一版现在不能改动：审批中的请先撤回申请，已生效的请另起一版。")
        return redirect(address_of(version))
    back = address_of(version) if version else ""
    context = {"form": form, "act": act, "back": back, "version": version}
    crumbs = (PART, LIST, crumb_of(version)) if version else (PART, LIST)
    return render_page(request, "performance/target_form.html", context, title=act.title, crumbs=crumbs)


def _given(request: HttpRequest) -> Any:
    return request.POST if request.method == "POST" else None


def _done(request: HttpRequest, number: int, words: str) -> HttpResponse:
    messages.success(request, words)
    return redirect("performance:target_detail", number)


@page(EDIT)
@require_http_methods(GET_OR_POST)
def target_new(request: HttpRequest) -> HttpResponse:
    """Begin the targets of a project and year."""
    today = settings.HUILIU_CLOCK.now().date()
    start = {"year": today.year, "profile": request.GET.get("profile", "national")}
    form = NewTargetForm(_given(request), initial=start)
    made = attempt(
        form,
        lambda: services.version_draft(wanted=form.wanted(), user=request.user, actor=actor_of(request)),
        {**BESIDE, "TARGET-009": "project"},
    )
    if made:
        return _done(request, made.pk, "已起草第 1 版，请补填目标值、权重和金额。")
    return _ask(request, form, Act("起草目标", "起草", "一个项目一个年度一份目标；各版本逐步取代，旧版本保留。"))


@page(EDIT)
@require_http_methods(GET_OR_POST)
def target_next(request: HttpRequest, number: int) -> HttpResponse:
    """Begin a further version from the last one."""
    version = version_of(number)
    form = NextVersionForm(_given(request), last=version)
    made = attempt(
        form, lambda: services.version_draft(wanted=form.wanted(), user=request.user, actor=actor_of(request))
    )
    if made:
        return _done(request, made.pk, f"已起草第 {made.number} 版，内容取自上一版。")
    act = Act("另起一版", "起草", "新版本复制最近一版的内容；生效前，现行版本继续有效。", begins=True)
    return _ask(request, form, act, version)


@page(EDIT)
@require_http_methods(GET_OR_POST)
def target_words(request: HttpRequest, number: int) -> HttpResponse:
    """The objective and the document."""
    version = version_of(number)
    names = ("objective", "document_no", "document_on")
    initial = {name: getattr(version, name) for name in names}
    form = WordsForm(_given(request), request.FILES or None, initial=initial)
    if attempt(form, lambda: _write(request, form, number)):
        return _done(request, number, "已保存。")
    return _ask(request, form, Act("目标与依据文件", "保存"), version)


def _write(request: HttpRequest, form: WordsForm, number: int) -> TargetVersion:
    version = services.version_describe(number=number, words=form.words(), user=request.user, actor=actor_of(request))
    file = form.cleaned_data["file"]
    if file:
        return document_keep(number=number, file=file.file, name=file.name, user=request.user, actor=actor_of(request))
    return version


@page(EDIT)
@require_http_methods(GET_OR_POST)
def target_row_new(request: HttpRequest, number: int) -> HttpResponse:
    """Add an indicator."""
    version = version_of(number)
    form = RowForm(_given(request), version=version)
    act = Act("添加指标", "保存", PARTIAL)
    return _put(request, form, version, act, services.row_put, "row")


@page(EDIT)
@require_http_methods(GET_OR_POST)
def target_row(request: HttpRequest, number: int) -> HttpResponse:
    """Change an indicator."""
    kept = selectors.row_by_number(number)
    if kept is None:
        raise Http404
    form = RowForm(_given(request), version=kept.version, row=selectors.plain_row(kept))
    act = Act(f"指标 {kept.code}", "保存", PARTIAL, remove="remove/")
    return _put(request, form, kept.version, act, services.row_put, "row")


@page(EDIT)
@require_POST
def target_row_remove(request: HttpRequest, number: int) -> HttpResponse:
    """Take an indicator out."""
    kept = selectors.row_by_number(number)
    if kept is None:
        raise Http404
    services.row_remove(number=kept.version_id, code=kept.code, user=request.user, actor=actor_of(request))
    return _done(request, kept.version_id, f"已删除指标 {kept.code}。")


@page(EDIT)
@require_http_methods(GET_OR_POST)
def target_weights(request: HttpRequest, number: int) -> HttpResponse:
    """Divide the points of each level evenly."""
    version = version_of(number)
    form = Form(_given(request))
    if attempt(form, lambda: services.weights_share(number=number, user=request.user, actor=actor_of(request))):
        return _done(request, number, "已按评分方案平均分配权重。")
    return _ask(request, form, Act("平均分配权重", "分配", SHARED), version)


@page(EDIT)
@require_http_methods(GET_OR_POST)
def target_use_new(request: HttpRequest, number: int) -> HttpResponse:
    """Add a use of money."""
    version = version_of(number)
    act = Act("添加资金用途", "保存")
    return _put(request, UseForm(_given(request)), version, act, services.use_put, "use")


@page(EDIT)
@require_http_methods(GET_OR_POST)
def target_use(request: HttpRequest, number: int) -> HttpResponse:
    """Change a use of money."""
    kept = selectors.use_by_number(number)
    if kept is None:
        raise Http404
    use = next(one for one in selectors.uses_of(kept.version) if one.code == kept.code)
    form = UseForm(_given(request), initial={"code": use.code, "name": use.name, "amount": use.amount})
    form.fields["code"].disabled = True
    act = Act(f"资金用途 {kept.name}", "保存", remove="remove/")
    return _put(request, form, kept.version, act, services.use_put, "use")


@page(EDIT)
@require_POST
def target_use_remove(request: HttpRequest, number: int) -> HttpResponse:
    """Take a use of money out."""
    kept = selectors.use_by_number(number)
    if kept is None:
        raise Http404
    services.use_remove(number=kept.version_id, code=kept.code, user=request.user, actor=actor_of(request))
    return _done(request, kept.version_id, f"已删除资金用途 {kept.name}。")


def _put(
    request: HttpRequest, form: Any, version: TargetVersion, act: Act, put: Callable[..., Any], what: str
) -> HttpResponse:
    """Keep what a form holds, or show it again with what is wrong."""
    beside = {"TARGET-012": "level3"} if what == "row" else {"TARGET-009": "code"}
    if attempt(
        form,
        lambda: put(number=version.pk, **{what: form.written()}, user=request.user, actor=actor_of(request)),
        beside,
    ):
        return _done(request, version.pk, "已保存。")
    return _ask(request, form, act, version)


@page(EDIT)
@require_http_methods(GET_OR_POST)
def target_submit(request: HttpRequest, number: int) -> HttpResponse:
    """Seal the version and ask for its signatures."""
    version = version_of(number)
    found = selectors.findings_of(version)
    if any(one.severity == "error" for one in found):
        messages.error(request, "目标还有错误，不能提交；请按检查结果逐项改正。")
        return redirect("performance:target_detail", number)
    warnings = {one.code: TARGET_CHECKS[one.code].label for one in found}
    form = SubmitForm(_given(request), warnings=warnings, kept=version.reasons)
    if attempt(form, lambda: services.version_submit(number=number, submission=form.submission(),
                                                     applicant=request.user, actor=actor_of(request))):  # fmt: skip
        return _done(request, number, "已提交审批。")
    return _ask(request, form, Act("提交目标", "提交审批", SEALED), version)
