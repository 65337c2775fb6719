"""A line of a draft leaves with its day written, so that the end of the year shuts raw deletes out as well."""

from importlib import import_module

from django.db import migrations, models

from huiliu.web.triggers import CreateTriggers, DropTriggers, Trigger

guarded = import_module("huiliu.apps.performance.migrations.0003_targets_guarded")
LEAVES = "TARGET-003 目标行和资金用途只能在年度内从草稿中删除，并须写明删除日期"
BEFORE = tuple(trigger for trigger in guarded.TRIGGERS if trigger.table in dict(guarded.LINES).values())


def dated(trigger):
    """The same guard, with the day of leaving: only a draft of a year that goes on, touched that day, loses a line."""
    if trigger.when == "DELETE":
        refuse = f"OLD.removed_on IS NULL OR NOT {guarded.draft('OLD.version_id', 'OLD.removed_on')}"
        return Trigger(trigger.name, trigger.table, trigger.when, LEAVES, refuse, trigger.lock)
    if trigger.when == "UPDATE":
        day = "(NEW.removed_on IS NOT NULL AND NEW.removed_on <> NEW.entered_on)"
        return Trigger(trigger.name, trigger.table, trigger.when, trigger.message, f"{trigger.refuse} OR {day}",
                       trigger.lock)  # fmt: skip
    return trigger


class Migration(migrations.Migration):

    dependencies = [
        ('performance', '0010_measurements'),
    ]

    operations = [
        DropTriggers(BEFORE),
        migrations.AddField(
            model_name='targetrow',
            name='removed_on',
            field=models.DateField(editable=False, null=True, verbose_name='删除日期'),
        ),
        migrations.AddField(
            model_name='targetuse',
            name='removed_on',
            field=models.DateField(editable=False, null=True, verbose_name='删除日期'),
        ),
        CreateTriggers(tuple(dated(trigger) for trigger in BEFORE)),
    ]
