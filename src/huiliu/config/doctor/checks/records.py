"""The business database and the audit chain in it."""

from django.conf import settings
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from huiliu.apps.audit.models import ChainHead
from huiliu.apps.audit.selectors import EventFilter, events
from huiliu.apps.audit.services import seal
from huiliu.config.doctor.findings import Finding, check, fail, judged, ok, unmeasured, warn
from huiliu.config.doctor.site import Site
from huiliu.web.triggers import declared, missing

SHOWN = 5
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


@check("triggers", "数据库触发器")
def triggers(site: Site) -> Finding:
    """Whether the database itself still refuses what this version's migrations told it to refuse."""
    gone = missing(connection)
    if gone and _pending():
        return unmeasured("数据库还没有升级，触发器不全", "请先处理“数据库版本”一项。")
    names = "、".join(trigger.name for trigger in gone[:SHOWN]) + (" 等" if len(gone) > SHOWN else "")
    todo = "触发器被删除或停用：请保留现场，查明何人所为，再从备份恢复或重建。"
    return judged(not gone, f"缺 {len(gone)} 个：{names}" if gone else f"{len(declared())} 个都在", todo)
