"""Declared scores, held by the database: a new one beside the old, none changed."""

from django.db import migrations

from huiliu.web.triggers import CreateTriggers, Trigger

DECLARED = "performance_declaredscore"
KEPT = "ASSESS-003 自评得分只能另行填报，不能改动或删除"


TRIGGERS = tuple(
    Trigger(f"performance_declared_no_{when.lower()}", DECLARED, when, KEPT) for when in ("UPDATE", "DELETE", "TRUNCATE")
)


class Migration(migrations.Migration):
    dependencies = [
        ("performance", "0004_declared_scores"),
    ]

    operations = [
        CreateTriggers(TRIGGERS),
    ]
