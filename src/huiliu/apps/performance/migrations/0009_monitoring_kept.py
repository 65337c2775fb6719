"""Snapshots of monitoring, held by the database: added and never changed."""

from django.db import migrations

from huiliu.web.triggers import CreateTriggers, Trigger

SNAPSHOT = "performance_monitoringsnapshot"
KEPT = "MONITOR-002 监控快照留存后不能改动或删除"


TRIGGERS = tuple(
    Trigger(f"performance_snapshot_no_{when.lower()}", SNAPSHOT, when, KEPT) for when in ("UPDATE", "DELETE", "TRUNCATE")
)


class Migration(migrations.Migration):
    dependencies = [
        ("performance", "0008_monitoring"),
    ]

    operations = [
        CreateTriggers(TRIGGERS),
    ]
