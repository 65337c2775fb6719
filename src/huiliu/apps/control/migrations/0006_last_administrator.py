"""The last system or security administrator whose right lapsed may be renewed at the machine: nobody could sign."""

from dataclasses import replace
from importlib import import_module

from django.db import migrations

from huiliu.web.triggers import CreateTriggers, DropTriggers

RULES = import_module("huiliu.apps.control.migrations.0002_rules_guarded")
GRANT, REQUEST = RULES.GRANT, RULES.REQUEST
BEFORE = next(trigger for trigger in RULES.OTHER_TRIGGERS if trigger.name == "control_grant_approved")
INSTALLED = f"(NEW.basis = 'installation' AND EXISTS (SELECT 1 FROM {REQUEST}))"
LAPSED = f"""
    NEW.post IN ('sysadmin', 'secadmin')
    AND EXISTS (SELECT 1 FROM {GRANT} g
                WHERE g.user_id = NEW.user_id AND g.post = NEW.post AND g.expires_on < date(NEW.granted_at)
                  AND g.revoked_why IN ('', '到期'))
    AND NOT EXISTS (SELECT 1 FROM {GRANT} g
                    WHERE g.post = NEW.post AND g.revoked_at IS NULL AND g.expires_on >= date(NEW.granted_at))
"""
assert INSTALLED in BEFORE.refuse
AFTER = replace(BEFORE, refuse=BEFORE.refuse.replace(INSTALLED, f"({INSTALLED} AND NOT ({LAPSED}))"))


class Migration(migrations.Migration):

    dependencies = [
        ("control", "0005_rules_tightened"),
    ]

    operations = [
        DropTriggers((BEFORE,)),
        CreateTriggers((AFTER,)),
    ]
