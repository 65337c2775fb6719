"""The JSON interface /api/v1/: the same services as the pages, by the same permissions; errors in Chinese."""

from typing import Any

from django.core.exceptions import RequestDataTooBig
from django.http import HttpRequest, HttpResponse
from ninja import Router
from ninja.errors import AuthenticationError, HttpError, ValidationError

from huiliu.apps.control.api import router as control_router
from huiliu.apps.datahub.api import ROUTERS as DATAHUB_ROUTERS
from huiliu.apps.exports.api import router as exports_router
from huiliu.apps.funds.api import router as funds_router
from huiliu.apps.fundsafety.api import router as fundsafety_router
from huiliu.apps.jobs.api import router as jobs_router
from huiliu.apps.lists.api import router as lists_router
from huiliu.apps.performance.api import ROUTERS as PERFORMANCE_ROUTERS
from huiliu.apps.query.api import ROUTERS as QUERY_ROUTERS
from huiliu.config.examples import DescribedApi
from huiliu.kernel.errors import HuiliuError
from huiliu.web.access import SIGNED_IN, page
from huiliu.web.api import Permitted, shows_key

ROUTERS: tuple[Router, ...] = (
    control_router,
    *DATAHUB_ROUTERS,
    *QUERY_ROUTERS,
    lists_router,
    exports_router,
    jobs_router,
    fundsafety_router,
    funds_router,
    *PERFORMANCE_ROUTERS,
)

api = DescribedApi(
    title="回流",
    version="1",
    description="与页面相同的查询与服务；权限、脱敏和审计也相同。",
    auth=Permitted(SIGNED_IN),
    docs_decorator=page(SIGNED_IN),
    urls_namespace="api",
)
for _router in ROUTERS:
    api.add_router("", _router)


MOST_TOLD = 20  # a list of a hundred thousand wrong numbers needs no hundred thousand lines

# What ninja itself refuses, in its own English words.
REFUSED = {400: "请求内容不是有效的 JSON", 403: "请求缺少本系统页面的表单令牌（X-CSRFToken）"}


NO_SESSION = {"code": "API-401", "message": "尚未登录", "hint": "请先登录。"}
WRONG_KEY = {
    "code": "API-401",
    "message": "接口密钥无效",
    "hint": "请核对密钥是否写全、已到期、已撤销或限定了地址。",
}

TOO_LARGE = {"code": "API-413", "message": "请求内容过大", "hint": "请分几次提交；名单也可在“批量查询”页面上传文件。"}


def _answer(request: HttpRequest, status: int, body: dict[str, Any]) -> HttpResponse:
    return api.create_response(request, body, status=status)


@api.exception_handler(HuiliuError)
def _refused(request: HttpRequest, error: HuiliuError) -> HttpResponse:
    """Its words alone: the facts of an error are for the log, those of the engine quote the statement."""
    return _answer(request, 409, {"code": error.code, "message": error.message, "hint": error.hint})


@api.exception_handler(RequestDataTooBig)
def _too_large(request: HttpRequest, _error: RequestDataTooBig) -> HttpResponse:
    return _answer(request, 413, TOO_LARGE)


@api.exception_handler(AuthenticationError)
def _unknown(request: HttpRequest, _error: AuthenticationError) -> HttpResponse:
    return _answer(request, 401, WRONG_KEY if shows_key(request) else NO_SESSION)


@api.exception_handler(ValidationError)
def _invalid(request: HttpRequest, error: ValidationError) -> HttpResponse:
    """Says which fields are wrong, never what was in them; the name of a field that there is not may be anything."""
    fields = [".".join(str(part) for part in _known(item)) for item in error.errors[:MOST_TOLD]]
    hint = "请按接口说明改正：" + "、".join(dict.fromkeys(fields))
    return _answer(request, 422, {"code": "API-422", "message": "参数不合要求", "hint": hint})


def _known(item: dict[str, Any]) -> tuple[Any, ...]:
    place = tuple(item["loc"])
    return (*place[:-1], "（多余的字段）") if item["type"] == "extra_forbidden" else place


@api.exception_handler(HttpError)
def _http(request: HttpRequest, error: HttpError) -> HttpResponse:
    message = REFUSED.get(error.status_code, "请求无法处理") if error.message.isascii() else error.message
    return _answer(request, error.status_code, {"code": f"API-{error.status_code}", "message": message})
