"""The machine and the way in: memory, clock, addresses, HTTPS."""

from datetime import timedelta
from typing import get_args

from django.conf import settings

from huiliu.apps.audit.selectors import EventFilter, events
from huiliu.config.doctor.checks.folder import size
from huiliu.config.doctor.findings import Finding, check, fail, judged, ok, unmeasured, warn
from huiliu.config.doctor.machine import is_loopback
from huiliu.config.doctor.site import Site
from huiliu.config.environment import ProcessKind, bytes_of
from huiliu.kernel.clock import TZ

CHINA = timedelta(hours=8)
SLACK = timedelta(minutes=1)


@check("memory", "内存")
def memory(site: Site) -> Finding:
    """All kinds of process may run at once: their limits together must leave something of the machine."""
    kinds = get_args(ProcessKind)
    total = sum(bytes_of(site.environment.memory(kind)) for kind in kinds)
    if site.facts.memory is None:
        return unmeasured("读不到本机内存", "请在主机上核对内存是否大于各类进程上限之和。")
    found = f"各类进程的 DuckDB 上限合计 {size(total)}，本机 {size(site.facts.memory)}"
    todo = "请调小 HUILIU_MEMORY_WEB、_WORKER、_NIGHT、_CLI，或增加内存。"
    if total > site.facts.memory:
        return fail(found, todo)
    return warn(f"{found}，其他程序所剩不足五分之一", todo) if total > site.facts.memory * 0.8 else ok(found)


@check("clock", "时钟")
def clock(site: Site) -> Finding:
    """Eight hours east of UTC, and not before the newest audit event."""
    if site.now.astimezone(TZ).utcoffset() != CHINA or settings.TIME_ZONE != "Asia/Shanghai":
        return fail("时区不是 Asia/Shanghai", "请检查时区数据（tzdata）是否完整。")
    newest = events(EventFilter()).order_by("-seq").first()
    if newest is not None and newest.at > site.now + SLACK:
        return fail("现在的时间早于最后一条审计记录：时钟被拨回过", "请校准本机时钟后再使用。")
    return ok(f"{site.now:%Y-%m-%d %H:%M}（Asia/Shanghai）")


@check("clock_sync", "对时")
def clock_sync(site: Site) -> Finding:
    """Whether the clock follows a time server."""
    if site.facts.clock_synced is None:
        return unmeasured("查不到对时服务的状态", "请在主机上核对时钟是否与时间服务器同步。")
    todo = "请在主机上启用对时服务（如 systemd-timesyncd、chrony）。"
    return ok("已与时间服务器同步") if site.facts.clock_synced else warn("没有与时间服务器同步", todo)


@check("https", "传输加密")
def https(site: Site) -> Finding:
    """HTTPS on, or nobody but this machine may come in."""
    if site.environment.https:
        return ok("已按 HTTPS 设置（会话 Cookie 只走加密连接，HSTS 开启）")
    outside = _reachable(site)
    todo = "请在前面设置 TLS 代理，并设 HUILIU_HTTPS=true。"
    if outside:
        return fail(f"没有 HTTPS，却可从本机以外访问：{'、'.join(outside)}", todo)
    return warn("没有 HTTPS；只能从本机访问", f"正式使用时，{todo.removeprefix('请')}")


def _reachable(site: Site) -> list[str]:
    """Addresses and names that lead in from outside: what listens now, else what the settings say."""
    hosts = site.facts.listening or {site.environment.host}
    return sorted(host for host in {*hosts, *site.environment.names} if not is_loopback(host))


@check("listening", "监听地址")
def listening(site: Site) -> Finding:
    """What listens on our port now."""
    if site.facts.listening is None:
        return unmeasured("读不到本机的监听表", "请在主机上用 ss -ltn 核对。")
    port = site.environment.port
    if not site.facts.listening:
        return ok(f"端口 {port} 现在没有监听；设置为 {site.environment.host}")
    found = f"端口 {port} 监听 {'、'.join(sorted(site.facts.listening))}"
    beyond = not all(map(is_loopback, site.facts.listening))
    good = site.environment.https or not beyond
    return judged(good, found, "没有 HTTPS 时请把 HUILIU_HOST 设为 127.0.0.1。")
