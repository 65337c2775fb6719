"""Supervision records, held by the database: rows are added, and one row has one correction at most."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from huiliu.web.triggers import CreateTriggers, Trigger

TABLE = "control_supervisionrecord"
KEPT = "CTRL-065 监管记录不能改动或删除，只能以新记录更正"
TRIGGERS = (
    Trigger(
        "control_supervision_insert",
        TABLE,
        "INSERT",
        "CTRL-066 原记录不存在、已被更正或已作废",
        refuse=f"""
            EXISTS (SELECT 1 FROM {TABLE} o WHERE o.id = NEW.id)
            OR (NEW.corrects_id IS NOT NULL AND (
                NOT EXISTS (SELECT 1 FROM {TABLE} o WHERE o.id = NEW.corrects_id AND NOT o.is_void)
                OR EXISTS (SELECT 1 FROM {TABLE} o WHERE o.corrects_id = NEW.corrects_id)))
        """,
    ),
    Trigger("control_supervision_no_update", TABLE, "UPDATE", KEPT),
    Trigger("control_supervision_no_delete", TABLE, "DELETE", KEPT),
    Trigger("control_supervision_no_truncate", TABLE, "TRUNCATE", KEPT),
)


class Migration(migrations.Migration):

    dependencies = [
        ('control', '0008_rows_of_lists'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='SupervisionRecord',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('day', models.DateField(verbose_name='监管日期')),
                ('supervisor', models.CharField(max_length=80, verbose_name='监管单位')),
                ('matter', models.CharField(max_length=120, verbose_name='监管事项')),
                ('project', models.CharField(blank=True, max_length=40, verbose_name='项目代码')),
                ('conclusion', models.CharField(choices=[('clean', '未发现问题'), ('found', '发现问题')], max_length=8, verbose_name='结论')),
                ('finding', models.CharField(blank=True, max_length=300, verbose_name='发现的问题')),
                ('due_on', models.DateField(blank=True, null=True, verbose_name='整改期限')),
                ('rectified_on', models.DateField(blank=True, null=True, verbose_name='整改完成日期')),
                ('document_name', models.CharField(max_length=120, verbose_name='监管文书')),
                ('document_digest', models.CharField(max_length=80, verbose_name='文书摘要')),
                ('reason', models.CharField(blank=True, max_length=200, verbose_name='更正理由')),
                ('is_void', models.BooleanField(default=False, verbose_name='作废')),
                ('recorded_at', models.DateTimeField(verbose_name='登记时间')),
                ('corrects', models.OneToOneField(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='correction', to='control.supervisionrecord', verbose_name='更正的记录')),
                ('recorded_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='登记人')),
            ],
            options={
                'verbose_name': '监管记录',
                'verbose_name_plural': '监管记录',
                'ordering': ('-day', '-pk'),
                'constraints': [models.CheckConstraint(condition=models.Q(('conclusion__in', ['clean', 'found'])), name='control_supervision_conclusion'), models.CheckConstraint(condition=models.Q(models.Q(('supervisor', ''), _negated=True), models.Q(('matter', ''), _negated=True), models.Q(('document_name', ''), _negated=True), models.Q(('document_digest', ''), _negated=True)), name='control_supervision_whole'), models.CheckConstraint(condition=models.Q(models.Q(('conclusion', 'found'), models.Q(('finding', ''), _negated=True)), models.Q(('conclusion', 'clean'), ('due_on', None), ('finding', ''), ('rectified_on', None)), _connector='OR'), name='control_supervision_finding'), models.CheckConstraint(condition=models.Q(models.Q(('due_on', None), ('due_on__gte', models.F('day')), _connector='OR'), models.Q(('rectified_on', None), ('rectified_on__gte', models.F('day')), _connector='OR')), name='control_supervision_days'), models.CheckConstraint(condition=models.Q(models.Q(('corrects', None), ('is_void', False), ('reason', '')), models.Q(('corrects__isnull', False), models.Q(('reason', ''), _negated=True)), _connector='OR'), name='control_supervision_correction')],
            },
        ),
        CreateTriggers(TRIGGERS),
    ]
