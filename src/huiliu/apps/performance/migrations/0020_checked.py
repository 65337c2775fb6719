"""Batches of checked tables, held by the database: added and never changed."""

from django.db import migrations, models

from huiliu.web.triggers import CreateTriggers, Trigger

BATCH, KEPT = "performance_checkedbatch", "BATCH-002 批量核对的结果留存后不能改动或删除"
TRIGGERS = tuple(
    Trigger(f"performance_checked_no_{when.lower()}", BATCH, when, KEPT) for when in ("UPDATE", "DELETE", "TRUNCATE")
)


class Migration(migrations.Migration):

    dependencies = [
        ('performance', '0019_filings'),
    ]

    operations = [
        migrations.CreateModel(
            name='CheckedBatch',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('profile', models.CharField(blank=True, max_length=64, verbose_name='评分方案')),
                ('files', models.PositiveIntegerField(verbose_name='文件')),
                ('tables', models.PositiveIntegerField(verbose_name='表')),
                ('units', models.PositiveIntegerField(verbose_name='单位')),
                ('unreadable', models.PositiveIntegerField(verbose_name='读不了的文件')),
                ('errors', models.PositiveIntegerField(verbose_name='错误')),
                ('warnings', models.PositiveIntegerField(verbose_name='警告')),
                ('content', models.TextField(verbose_name='结果')),
                ('digest', models.CharField(max_length=80, verbose_name='结果摘要')),
                ('checked_at', models.DateTimeField(verbose_name='核对时间')),
                ('checked_by', models.CharField(max_length=64, verbose_name='核对人')),
            ],
            options={
                'verbose_name': '批量核对',
                'verbose_name_plural': '批量核对',
                'ordering': ('-pk',),
                'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('content', ''), _negated=True), models.Q(('digest', ''), _negated=True), models.Q(('checked_by', ''), _negated=True)), name='performance_checked_sealed')],
            },
        ),
        CreateTriggers(TRIGGERS),
    ]
