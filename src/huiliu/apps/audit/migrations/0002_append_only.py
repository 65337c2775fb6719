"""The database itself refuses to change or lose audit events, and to number them otherwise than one by one."""

from django.db import migrations

from huiliu.web.triggers import CreateTriggers, Trigger

EVENT, HEAD = "audit_auditevent", "audit_chainhead"
KEPT = "审计记录只能追加，不能修改或删除"

TRIGGERS = (
    Trigger("audit_event_no_update", EVENT, "UPDATE", f"AUDIT-010 {KEPT}"),
    Trigger("audit_event_no_delete", EVENT, "DELETE", f"AUDIT-010 {KEPT}"),
    Trigger("audit_event_no_truncate", EVENT, "TRUNCATE", f"AUDIT-010 {KEPT}"),
    Trigger(
        "audit_event_next",
        EVENT,
        "INSERT",
        "AUDIT-011 审计记录必须接在链尾：序号加一，前一摘要等于链头",
        # The last three: SQLite's INSERT OR REPLACE deletes a row without asking the delete trigger.
        refuse=f"""
            NOT EXISTS (SELECT 1 FROM {HEAD} h WHERE h.id = 1 AND NEW.seq = h.seq + 1 AND NEW.prev_hash = h.hash)
            OR EXISTS (SELECT 1 FROM {EVENT} e WHERE e.id = NEW.id)
            OR EXISTS (SELECT 1 FROM {EVENT} e WHERE e.seq = NEW.seq)
            OR EXISTS (SELECT 1 FROM {EVENT} e WHERE e.hash = NEW.hash)
        """,
        lock=f"SELECT 1 FROM {HEAD} WHERE id = 1 FOR UPDATE",
    ),
    Trigger(
        "audit_head_first",
        HEAD,
        "INSERT",
        "AUDIT-012 审计链头只能在没有记录时建立",
        refuse=f"""
            NEW.id <> 1 OR NEW.seq <> 0 OR NEW.hash <> '{"0" * 64}'
            OR EXISTS (SELECT 1 FROM {EVENT})
        """,
    ),
    Trigger(
        "audit_head_next",
        HEAD,
        "UPDATE",
        "AUDIT-012 审计链头只能随新记录前移一位",
        refuse=f"""
            NEW.id <> OLD.id OR NEW.seq <> OLD.seq + 1
            OR NOT EXISTS (SELECT 1 FROM {EVENT} e WHERE e.seq = NEW.seq AND e.hash = NEW.hash)
        """,
    ),
    Trigger("audit_head_no_delete", HEAD, "DELETE", "AUDIT-012 审计链头不能删除"),
    Trigger("audit_head_no_truncate", HEAD, "TRUNCATE", "AUDIT-012 审计链头不能删除"),
)


class Migration(migrations.Migration):

    dependencies = [
        ("audit", "0001_initial"),
    ]

    operations = [
        CreateTriggers(TRIGGERS),
    ]
