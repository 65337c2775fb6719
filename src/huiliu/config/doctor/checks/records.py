"""The business database and the audit chain in it."""

from datetime import datetime, timedelta

from django.conf import settings
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from huiliu.apps.audit.models import ChainHead
from huiliu.apps.audit.selectors import EventFilter, chain_state, events, read_anchors
from huiliu.apps.audit.services import seal
from huiliu.config.doctor.findings import Finding, check, fail, judged, ok, unmeasured, warn
from huiliu.config.doctor.site import Site
from huiliu.kernel.clock import TZ
from huiliu.web.triggers import declared, missing

SHOWN = 5
DAILY = timedelta(hours=36)  # a day's work may be late by half a day
VERIFY = "请运行 ./run audit verify 查明第一处，并保留现场。"


@check("database", "数据库")
def database(site: Site) -> Finding:
    """Whether it answers."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    return ok({"sqlite": "SQLite，在数据目录中", "postgresql": "PostgreSQL"}[connection.vendor])


@check("migrations", "数据库版本")
def migrations(site: Site) -> Finding:
    """Whether its tables are those of this version of the program."""
    if steps := _pending():
        return fail(f"有 {steps} 个升级步骤没有执行", "请重新启动（./run up），启动时会先升级数据库。")
    return ok("与程序一致")


def _pending() -> int:
    executor = MigrationExecutor(connection)
    return len(executor.migration_plan(executor.loader.graph.leaf_nodes()))


@check("chain_head", "审计链头")
def chain_head(site: Site) -> Finding:
    """Head, count and seal of the newest event agree; the whole walk is `audit verify`."""
    head = ChainHead.objects.filter(pk=1).first()
    newest = events(EventFilter()).order_by("-seq").first()
    if head is None and newest is None:
        return warn("还没有审计记录", "首次启动后即有；若曾经有过，说明审计表被清空。")
    if head is None or newest is None or (head.seq, head.hash) != (newest.seq, newest.hash):
        return fail("链头与最后一条审计记录对不上", VERIFY)
    if events(EventFilter()).count() != head.seq:
        return fail(f"审计记录的条数与链头的序号 {head.seq} 不等", VERIFY)
    whole = seal(newest, settings.HUILIU_KEYS.get("audit", newest.key_id)) == newest.hash
    return judged(whole, f"{head.seq:,} 条，链头相符" if whole else "最后一条审计记录的摘要不符", VERIFY)


@check("anchors", "审计锚点")
def anchors(site: Site) -> Finding:
    """The newest anchor is whole, young, and the chain still holds what it says."""
    good, broken = read_anchors()
    if broken:
        return fail(f"{len(broken)} 个锚点文件损坏或不是本系统所写", f"请保留锚点目录。{VERIFY}")
    if not good:
        return warn("还没有锚点", "请运行 ./run audit anchor，并检查后台任务是否在运行。")
    latest = good[-1]
    if not events(EventFilter()).filter(seq=latest.seq, hash=latest.hash).exists():
        return fail(f"审计链与最后一个锚点不符，锚点记到第 {latest.seq:,} 条", VERIFY)
    found = f"最后一个 {_moment(latest.time)}，记到第 {latest.seq:,} 条"
    todo = "应每天一个：请检查后台任务是否在运行。"
    return warn(f"{found}，已过 {(site.now - latest.time).days} 天", todo) if _old(site, latest.time) else ok(found)


@check("last_verification", "审计链核验")
def last_verification(site: Site) -> Finding:
    """What the last full walk said, and when; the walk itself is `audit verify`."""
    last = chain_state().verified
    if last is None:
        return warn("还没有核验过", "请运行 ./run audit verify。")
    found = f"{_moment(last.time)} {last.line}"
    if not last.sound:
        return fail(found, VERIFY)
    todo = "应每天一次：请检查后台任务是否在运行，或运行 ./run audit verify。"
    return warn(f"{found}；已过 {(site.now - last.time).days} 天", todo) if _old(site, last.time) else ok(found)


def _old(site: Site, moment: datetime) -> bool:
    return site.now - moment > DAILY


def _moment(moment: datetime) -> str:
    return f"{moment.astimezone(TZ):%Y-%m-%d %H:%M}"


@check("triggers", "数据库触发器")
def triggers(site: Site) -> Finding:
    """Whether the database itself still refuses what this version's migrations told it to refuse."""
    gone = missing(connection)
    if gone and _pending():
        return unmeasured("数据库还没有升级，触发器不全", "请先处理“数据库版本”一项。")
    names = "、".join(trigger.name for trigger in gone[:SHOWN]) + (" 等" if len(gone) > SHOWN else "")
    todo = "触发器被删除或停用：请保留现场，查明何人所为，再从备份恢复或重建。"
    return judged(not gone, f"缺 {len(gone)} 个：{names}" if gone else f"{len(declared())} 个都在", todo)
