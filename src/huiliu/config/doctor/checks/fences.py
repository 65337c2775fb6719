"""What stands around every request: declared access, headers, forms, encryption on the way."""

import re
from collections.abc import Iterator
from typing import Any

from django.apps import apps
from django.conf import settings
from django.urls import URLPattern, URLResolver, get_resolver
from django.utils.module_loading import import_string

from huiliu.apps.audit.actions import ACTIONS
from huiliu.config.doctor.findings import Finding, judged, probe
from huiliu.config.doctor.site import Site

MIDDLEWARE = "请恢复 MIDDLEWARE 设置后重新启动。"
YEAR = 31_536_000
LIMITED = {"sign_in", "api", "errors"}
# What Django, the skin and the interface need; anything else in a running process is a stranger.
FAMILIAR = re.compile(r"(?:huiliu|django\.contrib)\..+|unfold|ninja")


@probe("https_only", "只走加密连接")
def https_only(site: Site) -> Finding:
    """HTTPS, cookies that travel by nothing else, and a year of HSTS."""
    cookies = settings.SESSION_COOKIE_SECURE and settings.CSRF_COOKIE_SECURE
    good = site.environment.https and cookies and settings.SECURE_HSTS_SECONDS >= YEAR
    todo = "请在前面设置 TLS 代理，并设 HUILIU_HTTPS=true。"
    return judged(good, "HTTPS、安全 Cookie 和 HSTS 均已启用" if good else "没有按 HTTPS 运行", todo)


@probe("declared_access", "默认拒绝")
def declared_access(site: Site) -> Finding:
    """The fence is in force, and every address outside the interface declares who may open it."""
    fenced = "huiliu.web.middleware.DeclaredAccess" in settings.MIDDLEWARE
    views = list(_views(get_resolver().url_patterns))
    bare = sum(not hasattr(view, "access") for view in views)
    # A view that forgot to declare is shut by the fence; without the fence every one of them would be open.
    found = f"{len(views)} 个地址，未声明权限的 {bare} 个一律拒绝" if fenced else "没有启用权限声明的检查"
    return judged(fenced, found, MIDDLEWARE)


def _views(patterns: list[Any]) -> Iterator[Any]:
    for pattern in patterns:
        if isinstance(pattern, URLPattern):
            yield pattern.callback
        elif isinstance(pattern, URLResolver) and pattern.namespace != "api":
            yield from _views(pattern.url_patterns)


@probe("input_validation", "输入校验")
def input_validation(site: Site) -> Finding:
    """Form tokens, known host names only, and a bound on the size of what is sent."""
    tokens = "django.middleware.csrf.CsrfViewMiddleware" in settings.MIDDLEWARE
    hosts = "*" not in settings.ALLOWED_HOSTS
    bounded = bool(settings.DATA_UPLOAD_MAX_MEMORY_SIZE and settings.DATA_UPLOAD_MAX_NUMBER_FIELDS)
    wrong = [
        word for good, word in ((tokens, "表单令牌"), (hosts, "主机名限制"), (bounded, "请求大小限制")) if not good
    ]
    found = f"缺 {'、'.join(wrong)}" if wrong else "表单令牌、主机名限制、请求大小限制均已启用"
    return judged(not wrong, found, MIDDLEWARE)


@probe("flood_limits", "频次限制")
def flood_limits(site: Site) -> Finding:
    """Sign-in, calls and errors are counted over all processes, and shut where there are too many."""
    limits = settings.HUILIU_LIMITS
    good = "huiliu.web.limits.RateLimits" in settings.MIDDLEWARE and set(limits) >= LIMITED
    tries, seconds = limits.get("sign_in", (0, 0))
    found = (
        f"同一地址 {seconds // 60} 分钟内登录 {tries} 次即拒绝；接口和错误页同样限制" if good else "没有启用频次限制"
    )
    return judged(good, found, MIDDLEWARE)


@probe("no_traces", "不留残余")
def no_traces(site: Site) -> Finding:
    """Answers are kept in no cache, sessions end with the browser, and error pages show no trace."""
    headers = "huiliu.web.middleware.SecurityHeaders" in settings.MIDDLEWARE
    good = headers and settings.SESSION_EXPIRE_AT_BROWSER_CLOSE and not settings.DEBUG
    found = "页面不入缓存，关闭浏览器即退出，错误页不含数据" if good else "缓存、会话或错误页可能留下数据"
    return judged(good, found, MIDDLEWARE)


@probe("minimal", "最小组件")
def minimal(site: Site) -> Finding:
    """No developer's mode, and no component besides the product's own and those it needs."""
    names = [app.name for app in apps.get_app_configs()]
    strange = [name for name in names if not FAMILIAR.fullmatch(name)]
    good = not settings.DEBUG and not strange
    found = f"组件 {len(names)} 个，无多余；调试页关闭" if good else "有多余组件或打开了调试页"
    return judged(good, found, "请取消 HUILIU_DEV，并去掉多余的组件。")


@probe("audit_covers", "审计覆盖")
def audit_covers(site: Site) -> Finding:
    """Refused pages reach the chain, and every act in it is declared."""
    hook = import_string(settings.HUILIU_WEB["record_refusal"])
    get_resolver().url_patterns  # noqa: B018 -- each part declares its acts when it is loaded
    good = hook.__module__.startswith("huiliu.apps.audit.") and bool(ACTIONS)
    found = f"已声明 {len(ACTIONS)} 种操作，越权访问一并记录" if good else "越权访问没有记入审计"
    return judged(good, found, "请恢复 HUILIU_WEB 设置。")
