"""Written profiles, held by the database: none changes, none goes."""

from django.db import migrations

from huiliu.web.triggers import CreateTriggers, Trigger

WRITTEN = "performance_writtenprofile"
KEPT = "PROFILE-003 评分方案一经建立不能改写或删除"

TRIGGERS = tuple(
    Trigger(f"performance_profile_no_{when.lower()}", WRITTEN, when, KEPT) for when in ("UPDATE", "DELETE", "TRUNCATE")
)


class Migration(migrations.Migration):
    dependencies = [
        ("performance", "0006_written_profiles"),
    ]

    operations = [
        CreateTriggers(TRIGGERS),
    ]
