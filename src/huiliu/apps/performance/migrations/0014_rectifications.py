"""Matters to be put right and what was done, held by the database: rows are added, each act where it fits."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from huiliu.web.triggers import CreateTriggers, Trigger

MATTER, STEP = "performance_rectification", "performance_rectificationstep"
KEPT = "RECTIFY-010 整改和办理记录不能改动或删除"
LAST = f"""
    COALESCE((SELECT o.act FROM {STEP} o WHERE o.rectification_id = NEW.rectification_id AND o.act <> 'progress'
              ORDER BY o.id DESC LIMIT 1), 'open')
"""
OWN = f"NEW.by_id = (SELECT m.owner_id FROM {MATTER} m WHERE m.id = NEW.rectification_id)"
TRIGGERS = (
    Trigger(
        "performance_rectify_insert", MATTER, "INSERT", KEPT,
        refuse=f"EXISTS (SELECT 1 FROM {MATTER} o WHERE o.id = NEW.id)",
    ),
    Trigger(
        "performance_rectify_step_insert",
        STEP,
        "INSERT",
        "RECTIFY-011 办理与整改所处的步骤或责任人不符",
        refuse=f"""
            EXISTS (SELECT 1 FROM {STEP} o WHERE o.id = NEW.id)
            OR NOT (CASE NEW.act
                    WHEN 'reopened' THEN {LAST} = 'closed' AND NOT ({OWN})
                    WHEN 'closed' THEN {LAST} = 'proved' AND NOT ({OWN})
                    WHEN 'void' THEN {LAST} NOT IN ('closed', 'void') AND NOT ({OWN})
                    ELSE {LAST} NOT IN ('closed', 'void') AND {OWN} END)
        """,
        lock=f"SELECT 1 FROM {MATTER} WHERE id = NEW.rectification_id FOR UPDATE",
    ),
    *(
        Trigger(f"{table}_no_{when.lower()}", table, when, KEPT)
        for table in (MATTER, STEP)
        for when in ("UPDATE", "DELETE", "TRUNCATE")
    ),
)


class Migration(migrations.Migration):

    dependencies = [
        ('performance', '0013_alert_marks'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Rectification',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('origin', models.CharField(choices=[('finding', '检查发现'), ('review', '复核差异'), ('spot', '抽查结果'), ('supervision', '监管问题'), ('other', '其他')], max_length=12, verbose_name='来源')),
                ('source', models.CharField(blank=True, max_length=40, verbose_name='来源编号')),
                ('matter', models.CharField(max_length=300, verbose_name='整改事项')),
                ('measure', models.CharField(max_length=300, verbose_name='整改措施')),
                ('assigned_on', models.DateField(verbose_name='交办日期')),
                ('due_on', models.DateField(verbose_name='整改期限')),
                ('assigned_at', models.DateTimeField(verbose_name='交办时间')),
                ('assigned_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='交办人')),
                ('owner', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='责任人')),
                ('target_set', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='rectifications', to='performance.targetset', verbose_name='目标')),
            ],
            options={
                'verbose_name': '整改',
                'verbose_name_plural': '整改',
                'ordering': ('due_on', 'pk'),
            },
        ),
        migrations.CreateModel(
            name='RectificationStep',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('act', models.CharField(choices=[('progress', '进展'), ('proved', '提交佐证'), ('closed', '销号'), ('reopened', '重新打开'), ('void', '撤销')], max_length=12, verbose_name='办理')),
                ('note', models.CharField(max_length=300, verbose_name='说明')),
                ('document_name', models.CharField(blank=True, max_length=120, verbose_name='佐证文件')),
                ('document_digest', models.CharField(blank=True, max_length=80, verbose_name='文件摘要')),
                ('at', models.DateTimeField(verbose_name='办理时间')),
                ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='办理人')),
                ('rectification', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='steps', to='performance.rectification', verbose_name='整改')),
            ],
            options={
                'verbose_name': '整改办理',
                'verbose_name_plural': '整改办理',
                'ordering': ('rectification', 'pk'),
            },
        ),
        migrations.AddConstraint(
            model_name='rectification',
            constraint=models.CheckConstraint(condition=models.Q(('origin__in', ['finding', 'review', 'spot', 'supervision', 'other'])), name='performance_rectify_origin'),
        ),
        migrations.AddConstraint(
            model_name='rectification',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('matter', ''), _negated=True), models.Q(('measure', ''), _negated=True)), name='performance_rectify_says_what'),
        ),
        migrations.AddConstraint(
            model_name='rectification',
            constraint=models.CheckConstraint(condition=models.Q(('due_on__gte', models.F('assigned_on'))), name='performance_rectify_due'),
        ),
        migrations.AddConstraint(
            model_name='rectificationstep',
            constraint=models.CheckConstraint(condition=models.Q(('act__in', ['progress', 'proved', 'closed', 'reopened', 'void']), models.Q(('note', ''), _negated=True)), name='performance_rectify_act'),
        ),
        migrations.AddConstraint(
            model_name='rectificationstep',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('act', 'proved'), models.Q(('document_name', ''), _negated=True), models.Q(('document_digest', ''), _negated=True)), models.Q(models.Q(('act', 'proved'), _negated=True), ('document_digest', ''), ('document_name', '')), _connector='OR'), name='performance_rectify_proof'),
        ),
        CreateTriggers(TRIGGERS),
    ]
