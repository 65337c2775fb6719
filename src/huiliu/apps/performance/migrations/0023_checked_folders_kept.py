"""Files that were sent in and what was asked of them, held by the database: said once, a result is given once."""

from django.db import migrations

from huiliu.web.triggers import CreateTriggers, Trigger

FOLDER, REQUEST = "performance_checkedfolder", "performance_checkrequest"
KEPT = "BATCH-006 批量核对的文件清单和申请留存后不能改动或删除"


def same(*columns):
    return " AND ".join(f"COALESCE(CAST(NEW.{c} AS text), '') = COALESCE(CAST(OLD.{c} AS text), '')" for c in columns)


SENT = same("id", "key", "papers", '"left"', "files", "size", "sent_at", "sent_by", "expires_at")
ASKED = same("id", "folder_id", "profile", "asked_by_id", "asked_at")
TRIGGERS = (
    Trigger(
        "performance_folder_update",
        FOLDER,
        "UPDATE",
        KEPT,
        refuse=f"NOT ({SENT}) OR OLD.removed_at IS NOT NULL OR NEW.removed_at IS NULL",
    ),
    Trigger("performance_check_update", REQUEST, "UPDATE", KEPT, refuse=f"NOT ({ASKED}) OR OLD.batch_id IS NOT NULL"),
    *(
        Trigger(f"performance_{name}_no_{when.lower()}", table, when, KEPT)
        for name, table in (("folder", FOLDER), ("check", REQUEST))
        for when in ("DELETE", "TRUNCATE")
    ),
)


class Migration(migrations.Migration):

    dependencies = [
        ("performance", "0022_checked_folders"),
    ]

    operations = [CreateTriggers(TRIGGERS)]
