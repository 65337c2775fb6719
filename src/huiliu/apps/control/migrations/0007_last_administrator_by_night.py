"""From midnight to eight the UTC day is still yesterday: the last administrator is let in then too."""

from dataclasses import replace
from importlib import import_module

from django.db import migrations

from huiliu.web.triggers import CreateTriggers, DropTriggers

BEFORE = import_module("huiliu.apps.control.migrations.0006_last_administrator").AFTER
# The service compares local days; here a right counts as lapsed from its own last day on.
STRICT = ("g.expires_on < date(NEW.granted_at)", "g.expires_on >= date(NEW.granted_at)")
assert all(part in BEFORE.refuse for part in STRICT)
AFTER = replace(
    BEFORE,
    refuse=BEFORE.refuse.replace(STRICT[0], "g.expires_on <= date(NEW.granted_at)").replace(
        STRICT[1], "g.expires_on > date(NEW.granted_at)"
    ),
)


class Migration(migrations.Migration):

    dependencies = [
        ("control", "0006_last_administrator"),
    ]

    operations = [
        DropTriggers((BEFORE,)),
        CreateTriggers((AFTER,)),
    ]
