"""Asking for something: a post, a first post, a new account, a new password."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from huiliu.apps.accounts.selectors import grant_by_number, has_permission
from huiliu.apps.audit.services import actor_of
from huiliu.apps.control import services
from huiliu.apps.control.forms.fields import attempt
from huiliu.apps.control.forms.people import AccountForm, PasswordResetForm
from huiliu.apps.control.forms.requests import BESIDE, PostForm, Renewal
from huiliu.apps.control.models import ApprovalRequest
from huiliu.apps.control.selectors.wording import post_rows
from huiliu.apps.control.services.applications import FIRST, GRANT, RESET, NewAccount, Prepared, account_ask
from huiliu.apps.control.views.common import ACCOUNTS, PART, REQUESTS, SYSTEM_PART, Act, ask, given
from huiliu.web.access import SIGNED_IN, page
from huiliu.web.pages import render_page
from huiliu.web.tables import Column, Table

GET_OR_POST = ["GET", "HEAD", "POST"]
POST_COLUMNS = (
    Column("post", "岗位", "code"),
    Column("family", "类别", "code", optional=True),
    Column("permissions", "可以做什么", optional=True),
    Column("level", "最高数据级别", "code"),
    Column("compatible", "同一人可兼的岗位"),
)
THREE_STEPS = "提交后依次由内控审核、领导核准、安全管理员赋权，三步由三个人办理；申请人和涉及人员不能办理。"
FIRST_STEPS = "只用于还没有人担任的岗位：凭单位书面文件提出，由安全管理员核准；岗位有人后一律走“岗位授权”。"
OPENING = "账户建立后处于“待核准”，不能登录；由安全管理员核准后启用，首次登录须修改口令。初始口令只显示这一次。"
RESETTING = "由安全管理员核准后，系统生成新口令，只显示给核准人一次；该账户的会话全部结束，首次登录须修改口令。"


@page(SIGNED_IN)
@require_http_methods(GET_OR_POST)
def post_ask(request: HttpRequest) -> HttpResponse:
    """Ask for a post, or for a year more of one that is held."""
    initial = _renewal(request)
    form = PostForm(given(request), applicant=request.user, initial=initial)
    filed = attempt(form, lambda: _submit_post(request, form, GRANT), BESIDE)
    if filed:
        return _filed(request, filed)
    act = Act(
        "续期岗位" if initial else "申请岗位", "提交申请", (PART, REQUESTS), effect=THREE_STEPS, back=REQUESTS.href
    )
    return ask(request, form, act, below=_posts(), below_title="岗位与不相容规则")


@page("accounts.manage")
@require_http_methods(GET_OR_POST)
def post_first(request: HttpRequest) -> HttpResponse:
    """Ask for the first holder of a post."""
    form = PostForm(given(request), applicant=request.user, first=True)
    filed = attempt(form, lambda: _submit_post(request, form, FIRST), BESIDE)
    if filed:
        return _filed(request, filed)
    act = Act("首次授权", "提交申请", (PART, REQUESTS), effect=FIRST_STEPS, back=REQUESTS.href)
    return ask(request, form, act, below=_posts(), below_title="岗位与不相容规则")


def _renewal(request: HttpRequest) -> dict[str, Any] | None:
    """What a renewal starts from: one's own grant, or anybody's for those who see the ledger."""
    text = request.GET.get("renew", "")
    if not text:
        return None
    grant = grant_by_number(int(text)) if text.isascii() and text.isdigit() and len(text) < 19 else None
    if grant is None or not (grant.user_id == request.user.pk or has_permission(request.user, "control.view_ledger")):
        raise Http404
    return Renewal(grant).initial()


def _submit_post(request: HttpRequest, form: PostForm, kind: str) -> ApprovalRequest:
    wanted = form.wanted(form.cleaned_data["post"])
    new = services.NewRequest(
        kind,
        wanted.post,
        form.cleaned_data["reason"],
        beneficiary=form.cleaned_data["person"],
        payload=wanted.payload(),
    )
    return services.request_submit(applicant=request.user, wanted=new, actor=actor_of(request))


def _filed(request: HttpRequest, filed: ApprovalRequest) -> HttpResponse:
    messages.success(request, f"申请已提交，编号 {filed.pk}。")
    return redirect("control:request_detail", filed.pk)


def _posts() -> Table:
    return Table(POST_COLUMNS, post_rows(), empty="没有岗位", caption="除“可兼”一栏外，其余岗位不能由同一人担任")


@page("accounts.manage")
@require_http_methods(GET_OR_POST)
def account_new(request: HttpRequest) -> HttpResponse:
    """Prepare an account; its first password stands on this answer and nowhere else."""
    form = AccountForm(given(request))
    made = attempt(form, lambda: _prepare(request, form), BESIDE)
    if made:
        context = {"found": made.request, "who": made.request.subject, "shown_once": made.password, "is_new": True}
        return render_page(
            request, "control/shown_once.html", context, title="初始口令", crumbs=(SYSTEM_PART, ACCOUNTS)
        )
    act = Act("开立账户", "建立并提交核准", (SYSTEM_PART, ACCOUNTS), effect=OPENING, back=reverse("accounts:user_list"))
    return ask(request, form, act)


def _prepare(request: HttpRequest, form: AccountForm) -> Prepared:
    chosen = form.cleaned_data
    account = NewAccount(chosen["username"], chosen["display_name"], chosen["unit"])
    return account_ask(account=account, reason=chosen["reason"], applicant=request.user, actor=actor_of(request))


@page("accounts.manage")
@require_http_methods(GET_OR_POST)
def password_ask(request: HttpRequest) -> HttpResponse:
    """Ask for a new password for somebody."""
    chosen = {"person": request.GET.get("person", "")}
    form = PasswordResetForm(given(request), applicant=request.user, initial=chosen)
    filed = attempt(form, lambda: _ask_password(request, form), {**BESIDE, "CTRL-004": "person"})
    if filed:
        return _filed(request, filed)
    act = Act("重置口令", "提交申请", (SYSTEM_PART, ACCOUNTS), effect=RESETTING, back=reverse("accounts:user_list"))
    return ask(request, form, act)


def _ask_password(request: HttpRequest, form: PasswordResetForm) -> ApprovalRequest:
    person = form.cleaned_data["person"]
    new = services.NewRequest(RESET, person.username, form.cleaned_data["reason"], beneficiary=person)
    return services.request_submit(applicant=request.user, wanted=new, actor=actor_of(request))
