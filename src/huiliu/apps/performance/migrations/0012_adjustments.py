"""What a drafted change of targets rests on, held by the database: added and never changed."""

import django.db.models.deletion
from django.db import migrations, models

from huiliu.web.triggers import CreateTriggers, Trigger

ADJUSTMENT, KEPT = "performance_adjustment", "TARGET-015 调整的依据不能改动或删除"
TRIGGERS = tuple(
    Trigger(f"performance_adjustment_no_{when.lower()}", ADJUSTMENT, when, KEPT) for when in ("UPDATE", "DELETE", "TRUNCATE")
)


class Migration(migrations.Migration):

    dependencies = [
        ('funds', '0004_imports_guarded'),
        ('performance', '0011_target_lines_leave_dated'),
    ]

    operations = [
        migrations.CreateModel(
            name='Adjustment',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('event', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='funds.event', verbose_name='资金事件')),
                ('snapshot', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='performance.monitoringsnapshot', verbose_name='监控快照')),
                ('version', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='adjustment', to='performance.targetversion', verbose_name='目标版本')),
            ],
            options={
                'verbose_name': '目标调整依据',
                'verbose_name_plural': '目标调整依据',
            },
        ),
        CreateTriggers(TRIGGERS),
    ]
