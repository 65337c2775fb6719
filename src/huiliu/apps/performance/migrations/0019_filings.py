"""Self-evaluations on their way, held by the database: rounds are added and never change, a filed one is shut."""

import django.db.models.deletion
from django.db import migrations, models

from huiliu.web.triggers import CreateTriggers, Trigger

FILING, VERSION, SCORE = "performance_filing", "performance_filingversion", "performance_declaredscore"
REQUEST = "control_approvalrequest"
SHUT = "FILING-006 办理中或已定稿的自评不能改动"
KEPT = "FILING-009 提交过的自评轮次不能改动或删除"


def same(*columns):
    return " AND ".join(f"COALESCE(CAST(NEW.{c} AS text), '') = COALESCE(CAST(OLD.{c} AS text), '')" for c in columns)


def asked(status):
    """That the request of the filing as it was stands so."""
    return f"EXISTS (SELECT 1 FROM {REQUEST} r WHERE r.id = OLD.request_id AND r.status = '{status}')"


STEPS = f"""
    (OLD.status = 'draft' AND NEW.status = 'draft')
    OR (NEW.status = 'asked' AND {same("narrative", "achieved")} AND (OLD.status = 'draft' OR OLD.status = 'asked')
        AND EXISTS (SELECT 1 FROM {VERSION} v WHERE v.filing_id = OLD.id))
    OR (OLD.status = 'asked' AND NEW.status = 'asked' AND NOT {asked("pending")} AND NOT {asked("approved")})
    OR (OLD.status = 'asked' AND NEW.status = 'filed' AND {asked("approved")}
        AND {same("narrative", "achieved", "request_id")})
"""
TRIGGERS = (
    Trigger(
        "performance_filing_insert",
        FILING,
        "INSERT",
        SHUT,
        refuse=f"""
            NEW.status <> 'draft'
            OR EXISTS (SELECT 1 FROM {FILING} f WHERE f.id = NEW.id OR f.target_set_id = NEW.target_set_id)
        """,
    ),
    Trigger(
        "performance_filing_update",
        FILING,
        "UPDATE",
        SHUT,
        refuse=f"OLD.status = 'filed' OR NEW.target_set_id <> OLD.target_set_id OR NOT ({STEPS})",
    ),
    Trigger("performance_filing_no_delete", FILING, "DELETE", SHUT),
    Trigger("performance_filing_no_truncate", FILING, "TRUNCATE", SHUT),
    Trigger(
        "performance_filing_version_insert",
        VERSION,
        "INSERT",
        KEPT,
        refuse=f"""
            EXISTS (SELECT 1 FROM {VERSION} v
                    WHERE v.id = NEW.id OR (v.filing_id = NEW.filing_id AND v.number >= NEW.number))
            OR NOT EXISTS (SELECT 1 FROM {FILING} f WHERE f.id = NEW.filing_id AND f.status <> 'filed')
        """,
    ),
    *(
        Trigger(f"performance_filing_version_no_{when.lower()}", VERSION, when, KEPT)
        for when in ("UPDATE", "DELETE", "TRUNCATE")
    ),
    Trigger(
        "performance_declared_not_after_filing",
        SCORE,
        "INSERT",
        "ASSESS-006 本年度自评已定稿，不能再填报自评得分",
        refuse=f"EXISTS (SELECT 1 FROM {FILING} f WHERE f.target_set_id = NEW.target_set_id AND f.status = 'filed')",
    ),
)


class Migration(migrations.Migration):

    dependencies = [
        ('control', '0009_supervision'),
        ('performance', '0018_disclosures'),
    ]

    operations = [
        migrations.CreateModel(
            name='Filing',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('status', models.CharField(choices=[('draft', '起草'), ('asked', '办理中'), ('filed', '已定稿')], default='draft', max_length=12, verbose_name='状态')),
                ('narrative', models.JSONField(blank=True, default=dict, verbose_name='单位填写的段落')),
                ('achieved', models.TextField(blank=True, verbose_name='年度总体目标实际完成情况')),
                ('written_at', models.DateTimeField(verbose_name='最近填写时间')),
                ('written_by', models.CharField(max_length=64, verbose_name='最近填写人')),
                ('filed_on', models.DateField(null=True, verbose_name='定稿日期')),
                ('request', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='control.approvalrequest', verbose_name='审批申请')),
                ('target_set', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='filing', to='performance.targetset', verbose_name='目标')),
            ],
            options={
                'verbose_name': '自评办理',
                'verbose_name_plural': '自评办理',
                'ordering': ('-target_set__year', 'target_set__project'),
            },
        ),
        migrations.CreateModel(
            name='FilingVersion',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.PositiveSmallIntegerField(verbose_name='轮次')),
                ('content', models.TextField(verbose_name='内容')),
                ('answers', models.JSONField(blank=True, default=dict, verbose_name='对核对结果的答复')),
                ('digest', models.CharField(max_length=80, verbose_name='内容摘要')),
                ('made_at', models.DateTimeField(verbose_name='提交时间')),
                ('made_by', models.CharField(max_length=64, verbose_name='提交人')),
                ('filing', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='versions', to='performance.filing', verbose_name='自评办理')),
            ],
            options={
                'verbose_name': '自评轮次',
                'verbose_name_plural': '自评轮次',
                'ordering': ('filing', '-number'),
            },
        ),
        migrations.AddConstraint(
            model_name='filing',
            constraint=models.CheckConstraint(condition=models.Q(('status__in', ['draft', 'asked', 'filed'])), name='performance_filing_status'),
        ),
        migrations.AddConstraint(
            model_name='filing',
            constraint=models.CheckConstraint(condition=models.Q(('status', 'draft'), ('request__isnull', False), _connector='OR'), name='performance_filing_asked'),
        ),
        migrations.AddConstraint(
            model_name='filing',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('filed_on__isnull', False), ('status', 'filed')), models.Q(models.Q(('status', 'filed'), _negated=True), ('filed_on', None)), _connector='OR'), name='performance_filing_filed_on'),
        ),
        migrations.AddConstraint(
            model_name='filingversion',
            constraint=models.UniqueConstraint(fields=('filing', 'number'), name='performance_filing_version_number'),
        ),
        migrations.AddConstraint(
            model_name='filingversion',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('content', ''), _negated=True), models.Q(('digest', ''), _negated=True), models.Q(('made_by', ''), _negated=True)), name='performance_filing_version_sealed'),
        ),
        CreateTriggers(TRIGGERS),
    ]
