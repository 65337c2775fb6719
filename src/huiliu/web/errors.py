"""Errors in Chinese: what happened, where, what to do; as a plain page, or as JSON below the API's prefix.

Neither needs a database or a session.
"""

from dataclasses import dataclass
from typing import Any

import structlog
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.template.loader import render_to_string

from huiliu.kernel.errors import HuiliuError

log = structlog.get_logger(__name__)
API_PREFIX = "/api/"


@dataclass(frozen=True)
class Notice:
    """One error page: HTTP status, headline, what it means and what to do."""

    status: int
    title: str
    message: str
    hint: str
    code: str = ""


FORBIDDEN = Notice(
    403, "没有权限", "您的岗位不能打开这个页面，本次访问已记入审计。", "如工作需要，请向单位的安全管理员申请。"
)
OUTSIDE = Notice(
    403,
    "不能从这个地址访问",
    "您的地址不在允许的网络内，本次访问已记入审计。",
    "请在单位规定的网络内使用；需要增加地址请联系安全管理员。",
)
NOT_FOUND = Notice(404, "没有这个页面", "地址有误，或内容已不再提供。", "请返回工作台，从菜单重新进入。")
BAD_REQUEST = Notice(400, "请求无法处理", "浏览器发来的内容不完整。", "请返回上一页重试。")
WRONG_METHOD = Notice(
    405, "不能这样打开", "这个地址只接受页面上的按钮提交，不能直接在地址栏打开。", "请返回工作台，从菜单重新进入。"
)
TOO_LARGE = Notice(413, "内容太大", "提交的内容超过了系统允许的大小，没有处理。", "请缩小文件或分几次提交。")
TOO_MANY = Notice(
    429,
    "请求过于频繁",
    "短时间内的请求超过了限度，这一次没有处理。",
    "请稍等几分钟再试；仍被限制时请联系信息技术人员。",
)
FAILED = Notice(
    500, "系统出错", "这一步没有完成，数据没有改动；错误已记入日志。", "请稍后重试；仍然出错时请告知信息技术人员。"
)
BUSY = Notice(
    503,
    "数据库暂时不能写入",
    "这一步没有完成，数据没有改动。",
    "请过一会儿再试；仍然不行时请告知信息技术人员检查磁盘和数据库。",
)
EXPIRED = Notice(
    403,
    "页面已过期",
    "这个表单打开得太久，或浏览器禁用了 Cookie，为安全起见没有提交。",
    "请返回上一页，刷新后重新填写。",
)


def show(request: HttpRequest, notice: Notice) -> HttpResponse:
    """Draw the page; a program that called the API gets the same words as JSON."""
    if request.path.startswith(API_PREFIX):
        code = notice.code or f"API-{notice.status}"
        answer = {"code": code, "message": notice.title, "hint": f"{notice.message}{notice.hint}"}
        return JsonResponse(answer, status=notice.status)
    body = render_to_string("web/notice.html", {"notice": notice})
    return HttpResponse(body, status=notice.status)


def bad_request(request: HttpRequest, exception: Any = None) -> HttpResponse:
    """Django's handler400."""
    return show(request, BAD_REQUEST)


def forbidden(request: HttpRequest, exception: Any = None) -> HttpResponse:
    """Django's handler403."""
    return show(request, FORBIDDEN)


def not_found(request: HttpRequest, exception: Any = None) -> HttpResponse:
    """Django's handler404."""
    return show(request, NOT_FOUND)


def server_error(request: HttpRequest) -> HttpResponse:
    """Django's handler500; the exception itself is logged by Django without its text."""
    return show(request, FAILED)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """Django's CSRF_FAILURE_VIEW."""
    return show(request, EXPIRED)


def wrong_method(request: HttpRequest, answer: HttpResponse) -> HttpResponse:
    """A 405 that says something; which methods are allowed stays in its header."""
    shown = show(request, WRONG_METHOD)
    shown["Allow"] = answer.get("Allow", "")
    return shown


def problem(request: HttpRequest, error: HuiliuError) -> HttpResponse:
    """A refusal that the program foresaw: its own message and hint."""
    log.warning("refused", code=error.code, facts=dict(error.facts))
    return show(request, Notice(409, "这一步没有完成", error.message, error.hint, error.code))


def busy(request: HttpRequest, error: Exception) -> HttpResponse:
    """The database is locked, full or gone: nothing was changed, and the error's text stays out of the log."""
    log.error("database unavailable", kind=type(error).__name__)
    return show(request, BUSY)


def undeclared(request: HttpRequest) -> HttpResponse:
    """A view without declared access is a fault of ours; it stays shut."""
    match = request.resolver_match
    log.error("undeclared access", route=match.route if match else "")
    return show(request, FORBIDDEN)
