"""The table of the shared cache, so that a migrated database lacks nothing."""

from typing import Any

from django.core.management import call_command
from django.db import migrations


def create(_apps: Any, editor: Any) -> None:
    call_command("createcachetable", database=editor.connection.alias, verbosity=0)


class Migration(migrations.Migration):
    initial = True
    dependencies = []
    operations = [migrations.RunPython(create, migrations.RunPython.noop)]
