"""Editions of standing reports and their rows, kept as they were written; what was counted last, and who asked."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from huiliu.web.triggers import CreateTriggers, Trigger

KEPT = "STAND-007 报表的版本不能改动或删除"
TRIGGERS = tuple(
    Trigger(f"reports_{name}_no_{when.lower()}", f"reports_report{name}", when, KEPT)
    for name in ("edition", "part")
    for when in ("UPDATE", "DELETE", "TRUNCATE")
)


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('jobs', '0001_initial'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='ReportEdition',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('report', models.CharField(max_length=64, verbose_name='报表')),
                ('month', models.PositiveIntegerField(verbose_name='月份')),
                ('span', models.CharField(blank=True, max_length=400, verbose_name='险种范围')),
                ('number', models.PositiveIntegerField(verbose_name='版次')),
                ('definition', models.CharField(max_length=80, verbose_name='报表定义摘要')),
                ('shape', models.JSONField(verbose_name='报表定义')),
                ('snapshot', models.BigIntegerField(verbose_name='快照')),
                ('business_date', models.DateField(verbose_name='数据截至')),
                ('level', models.CharField(max_length=2, verbose_name='证明级别')),
                ('is_complete', models.BooleanField(verbose_name='整月')),
                ('rows', models.PositiveIntegerField(verbose_name='行数')),
                ('digest', models.CharField(max_length=80, verbose_name='摘要')),
                ('made_at', models.DateTimeField(verbose_name='生成时间')),
            ],
            options={
                'verbose_name': '报表版本',
                'verbose_name_plural': '报表版本',
                'ordering': ('report', '-month', '-number'),
                'constraints': [models.UniqueConstraint(fields=('report', 'month', 'span', 'number'), name='reports_edition_number'), models.CheckConstraint(condition=models.Q(('number__gte', 1), models.Q(('digest', ''), _negated=True)), name='reports_edition_numbered')],
            },
        ),
        migrations.CreateModel(
            name='ReportRequest',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('report', models.CharField(max_length=64, verbose_name='报表')),
                ('month', models.PositiveIntegerField(verbose_name='月份')),
                ('asked_at', models.DateTimeField(verbose_name='提出时间')),
                ('asked_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='提出人')),
                ('job', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='jobs.jobrequest', verbose_name='任务')),
            ],
            options={
                'verbose_name': '报表生成申请',
                'verbose_name_plural': '报表生成申请',
                'ordering': ('-pk',),
            },
        ),
        migrations.CreateModel(
            name='ReportCheck',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('report', models.CharField(max_length=64, verbose_name='报表')),
                ('month', models.PositiveIntegerField(verbose_name='月份')),
                ('span', models.CharField(blank=True, max_length=400, verbose_name='险种范围')),
                ('snapshot', models.BigIntegerField(verbose_name='快照')),
                ('business_date', models.DateField(verbose_name='数据截至')),
                ('checked_at', models.DateTimeField(verbose_name='核对时间')),
                ('edition', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='reports.reportedition', verbose_name='版本')),
            ],
            options={
                'verbose_name': '报表核对',
                'verbose_name_plural': '报表核对',
                'constraints': [models.UniqueConstraint(fields=('report', 'month', 'span'), name='reports_check_once')],
            },
        ),
        migrations.CreateModel(
            name='ReportPart',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('division', models.CharField(blank=True, max_length=12, verbose_name='行政区划')),
                ('rows', models.JSONField(verbose_name='行')),
                ('digest', models.CharField(max_length=80, verbose_name='摘要')),
                ('edition', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='parts', to='reports.reportedition', verbose_name='版本')),
            ],
            options={
                'verbose_name': '报表版本的地区',
                'verbose_name_plural': '报表版本的地区',
                'ordering': ('division',),
                'constraints': [models.UniqueConstraint(fields=('edition', 'division'), name='reports_part_division')],
            },
        ),
        CreateTriggers(TRIGGERS),
    ]
