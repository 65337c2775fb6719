"""The database itself holds incompatible posts apart and keeps every grant as it was given."""

from django.db import migrations

from huiliu.web.triggers import CreateTriggers, Trigger

GRANT, USER = "accounts_grant", "accounts_user"
KEPT = "岗位授权只能撤销，不能改动或删除"

TRIGGERS = (
    Trigger(
        "accounts_grant_together",
        GRANT,
        "INSERT",
        "ACC-011 不相容岗位不能由同一人担任",
        refuse=f"""
            NEW.revoked_at IS NULL AND EXISTS (
                SELECT 1 FROM {GRANT} g
                WHERE g.user_id = NEW.user_id AND g.revoked_at IS NULL
                  AND (g.family <> NEW.family OR (g.duty <> '' AND NEW.duty <> '' AND g.duty <> NEW.duty)))
            OR EXISTS (SELECT 1 FROM {GRANT} g WHERE g.id = NEW.id)
        """,
        lock=f"SELECT 1 FROM {USER} WHERE id = NEW.user_id FOR UPDATE",
    ),
    Trigger(
        "accounts_grant_revoke_only",
        GRANT,
        "UPDATE",
        f"ACC-014 {KEPT}",
        refuse="""
            OLD.revoked_at IS NOT NULL OR NEW.revoked_at IS NULL
            OR NEW.id <> OLD.id OR NEW.user_id <> OLD.user_id OR NEW.post <> OLD.post OR NEW.family <> OLD.family
            OR NEW.duty <> OLD.duty OR COALESCE(NEW.unit_id, 0) <> COALESCE(OLD.unit_id, 0)
            OR NEW.insurance_types <> OLD.insurance_types OR NEW.level <> OLD.level
            OR NEW.granted_at <> OLD.granted_at OR NEW.expires_on <> OLD.expires_on OR NEW.basis <> OLD.basis
            OR COALESCE(NEW.request_no, 0) <> COALESCE(OLD.request_no, 0)
        """,
    ),
    Trigger("accounts_grant_no_delete", GRANT, "DELETE", f"ACC-014 {KEPT}"),
    Trigger("accounts_grant_no_truncate", GRANT, "TRUNCATE", f"ACC-014 {KEPT}"),
    Trigger("accounts_user_no_delete", USER, "DELETE", "ACC-010 账户只能停用，不能删除"),
)


class Migration(migrations.Migration):

    dependencies = [
        ("accounts", "0004_post_leaves_account"),
    ]

    operations = [
        CreateTriggers(TRIGGERS),
    ]
