"""Targets as finance fills them in: beginning a version, its words, rows and money, and submitting it."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.db.models import prefetch_related_objects
from django.forms import Form
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
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
    WeightsForm,
    WordsForm,
)
from huiliu.apps.performance.models import TargetVersion
from huiliu.apps.performance.selectors import targets as selectors
from huiliu.apps.performance.selectors.editions import last_saved
from huiliu.apps.performance.selectors.seen import Trail, of_version
from huiliu.apps.performance.services.target_documents import KEPT, document_keep
from huiliu.apps.performance.services.targets import (
    DESCRIBED,
    ROW_PUT,
    ROW_REMOVED,
    TARGET,
    USE_PUT,
    USE_REMOVED,
    WEIGHTS_SHARED,
    WRITTEN,
    key_of,
)
from huiliu.apps.performance.views.editions import beside, changed, is_passed
from huiliu.apps.performance.views.targets import EDIT, LIST, PART, address_of, crumb_of, may_edit, version_of
from huiliu.kernel.errors import HuiliuError
from huiliu.scoring.target_checks import TARGET_CHECKS, TargetFinding
from huiliu.web.access import page
from huiliu.web.pages import render_page

GET_OR_POST = ["GET", "HEAD", "POST"]
PARTIAL = "没有想好的格子可以先空着；提交前的检查会列出还缺什么。"
SHARED = "把评分方案每一级的分值平均分给本级各行，除不尽的尾差按方案放置；原来填写的权重会被替换。"
GONE = "这一行在您填写期间已由他人删除，没有保存。您填写的内容仍在页面上；需要的话，保存后作为新的一行。"
LONGEST_NUMBER = 9
SEALED = "提交后由稽核内控岗审核、单位领导审批；审批期间不能改动，生效后冻结，只能另起一版。"


@dataclass(frozen=True)
class Act:
    """A form page: title, button, what the act does, where to remove, where `to` send if not to its own address;
    `begins` a version rather than changing one.
    """

    title: str
    button: str
    effect: str = ""
    remove: str = ""
    begins: bool = False
    to: str = ""


def _ask(request: HttpRequest, form: Form, act: Act, version: TargetVersion | None = None, **more: Any) -> HttpResponse:
    """The page of a form, with a way back to the version; back there at once where that may not change now."""
    if version and not act.begins and not may_edit(request, version) and request.method != "POST":
        messages.error(request, "这一版现在不能改动：审批中的请先撤回申请，已生效的请另起一版。")
        return redirect(address_of(version))
    back = address_of(version) if version else ""
    context = {"form": form, "act": act, "back": back, "version": version, **more}
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
    form = WordsForm(_given(request), request.FILES or None, version=version)
    if attempt(form, lambda: _write(request, form, number)):
        return _done(request, number, "已保存。")
    meanwhile = beside(
        form,
        lambda: WordsForm(version=version_of(number)),
        lambda: last_saved(TARGET, key_of(version), (DESCRIBED, KEPT)),
    )
    return _ask(request, form, Act("目标与依据文件", "保存"), version, **meanwhile)


def _write(request: HttpRequest, form: WordsForm, number: int) -> TargetVersion:
    version = services.version_describe(
        number=number, words=form.words(), user=request.user, actor=actor_of(request), edition=form.begun
    )
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
    return _put(request, form, version, Act("添加指标", "保存", PARTIAL), ROW)


@page(EDIT)
@require_http_methods(GET_OR_POST)
def target_row(request: HttpRequest, number: int) -> HttpResponse:
    """Change an indicator."""
    kept = selectors.row_by_number(number)
    if kept is None:
        version = _typed_for(request)
        return _gone(request, RowForm(request.POST, version=version), version, ROW)
    form = RowForm(_given(request), version=kept.version, kept=kept)
    act = Act(f"指标 {kept.code}", "保存", PARTIAL, remove="remove/")
    return _put(request, form, kept.version, act, ROW, kept.code)


@page(EDIT)
@require_POST
def target_row_remove(request: HttpRequest, number: int) -> HttpResponse:
    """Take an indicator out."""
    kept = selectors.row_by_number(number)
    if kept is None:
        raise Http404
    return _remove(request, kept, services.row_remove, f"已删除指标 {kept.code}。")


@page(EDIT)
@require_http_methods(GET_OR_POST)
def target_weights(request: HttpRequest, number: int) -> HttpResponse:
    """Divide the points of each level evenly."""
    version = version_of(number)
    form = WeightsForm(_given(request), version=version)
    if attempt(form, lambda: services.weights_share(number=number, user=request.user, actor=actor_of(request),
                                                    edition=form.begun)):  # fmt: skip
        return _done(request, number, "已按评分方案平均分配权重。")
    beside(form, lambda: WeightsForm(version=version_of(number)))
    return _ask(request, form, Act("平均分配权重", "分配", SHARED), version)


@page(EDIT)
@require_http_methods(GET_OR_POST)
def target_use_new(request: HttpRequest, number: int) -> HttpResponse:
    """Add a use of money."""
    form = UseForm(_given(request))
    return _put(request, form, version_of(number), Act("添加资金用途", "保存"), USE, request.POST.get("code", ""))


@page(EDIT)
@require_http_methods(GET_OR_POST)
def target_use(request: HttpRequest, number: int) -> HttpResponse:
    """Change a use of money."""
    kept = selectors.use_by_number(number)
    if kept is None:
        return _gone(request, UseForm(request.POST), _typed_for(request), USE)
    act = Act(f"资金用途 {kept.name}", "保存", remove="remove/")
    return _put(request, UseForm(_given(request), kept=kept), kept.version, act, USE, kept.code)


@page(EDIT)
@require_POST
def target_use_remove(request: HttpRequest, number: int) -> HttpResponse:
    """Take a use of money out."""
    kept = selectors.use_by_number(number)
    if kept is None:
        raise Http404
    return _remove(request, kept, services.use_remove, f"已删除资金用途 {kept.name}。")


@dataclass(frozen=True)
class Sort:
    """A sort of line: its name, the service that keeps one, the fields of refusals, the acts that change one."""

    what: str
    put: Callable[..., Any]
    beside: Mapping[str, str]
    acts: tuple[str, ...]
    add: str
    title: str

    def stored(self, version: TargetVersion, code: str) -> Any:
        """The form of the line of the code as it is stored now, or of none."""
        kept = getattr(version, f"{self.what}s").filter(code=code).first()
        return RowForm(None, version=version, kept=kept) if self.what == "row" else UseForm(None, kept=kept)


ROW = Sort(
    "row", services.row_put, {"TARGET-012": "level3"}, (ROW_PUT, ROW_REMOVED, WEIGHTS_SHARED),
    "performance:target_row_new", "添加指标",
)  # fmt: skip
USE = Sort(
    "use", services.use_put, {"TARGET-009": "code"}, (USE_PUT, USE_REMOVED), "performance:target_use_new",
    "添加资金用途",
)  # fmt: skip


def _put(request: HttpRequest, form: Any, version: TargetVersion, act: Act, sort: Sort, code: str = "") -> HttpResponse:
    """Keep what a form holds, or show it again with what is wrong, beside what somebody else saved meanwhile."""
    if attempt(
        form,
        lambda: sort.put(number=version.pk, **{sort.what: form.written()}, user=request.user,
                         actor=actor_of(request), edition=form.begun),
        sort.beside,
    ):  # fmt: skip
        return _done(request, version.pk, "已保存。")
    meanwhile = beside(
        form,
        lambda: sort.stored(version, code),
        lambda: last_saved(TARGET, key_of(version), sort.acts, code),
    )
    return _ask(request, form, act, version, **meanwhile)


def _typed_for(request: HttpRequest) -> TargetVersion:
    """The version for which a line was filled in that is not there any more; 404 where nothing was."""
    number = request.POST.get("version", "")
    if not number.isdecimal() or len(number) > LONGEST_NUMBER:
        raise Http404
    return version_of(int(number))


def _gone(request: HttpRequest, form: Any, version: TargetVersion, sort: Sort) -> HttpResponse:
    """Somebody took the line out meanwhile: what was filled in stays on the page, to be added anew."""
    form.add_error(None, GONE)
    form.go_on_from(sort.stored(version, ""))
    act = Act(sort.title, "保存", to=reverse(sort.add, args=(version.pk,)))
    return _ask(request, form, act, version)


def _remove(request: HttpRequest, kept: Any, remove: Callable[..., None], words: str) -> HttpResponse:
    """Take a line out as the page showed it; back to the page where somebody else saved it meanwhile."""
    edition = request.POST.get("edition", "")
    try:
        remove(number=kept.version_id, code=kept.code, user=request.user, actor=actor_of(request), edition=edition)
    except HuiliuError as error:
        if error.code != "TARGET-016":
            raise
        messages.error(request, "这一行在您打开页面以后已由他人保存过，没有删除；请核对现在的内容。")
        return redirect("../")
    return _done(request, kept.version_id, words)


@page(EDIT)
@require_http_methods(GET_OR_POST)
def target_submit(request: HttpRequest, number: int) -> HttpResponse:
    """Seal the version and ask for its signatures."""
    version = version_of(number)
    prefetch_related_objects([version], "rows", "uses")
    found, sight = selectors.findings_of(version), of_version(version)
    form = SubmitForm(_given(request), warnings=_warnings(found), kept=version.reasons)
    if is_passed(request, sight):
        return redirect("performance:target_detail", number)
    if any(one.severity == "error" for one in found) and not (form.is_bound and form["edition"].value()):
        messages.error(request, "目标还有错误，不能提交；请按检查结果逐项改正。")
        return redirect("performance:target_detail", number)
    if not form.is_bound:
        form.carry(sight, settings.HUILIU_CLOCK.now())
    if attempt(form, lambda: services.version_submit(number=number, submission=form.submission(),
                                                     applicant=request.user, actor=actor_of(request))):  # fmt: skip
        return _done(request, number, "已提交审批。")
    meanwhile = changed(
        form, lambda: of_version(version_of(number)), (Trail(TARGET, key_of(version), (*WRITTEN, KEPT)),)
    )
    return _ask(request, form, Act("提交目标", "提交审批", SEALED), version, **meanwhile)


def _warnings(found: Sequence[TargetFinding]) -> dict[str, str]:
    return {one.code: TARGET_CHECKS[one.code].label for one in found if one.severity != "error"}
