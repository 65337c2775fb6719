"""Measurements and their evidence, held by the database: rows are added to what is in force, and none changes."""

import django.db.models.deletion
from django.db import migrations, models

from huiliu.web.triggers import CreateTriggers, Trigger

TABLE, EVIDENCE, VERSION = (
    "performance_measurement", "performance_measurementevidence", "performance_targetversion",
)
KEPT = "MEASURE-006 测量和佐证不能改动或删除，只能重新测量"
TRIGGERS = (
    Trigger(
        "performance_measurement_insert",
        TABLE,
        "INSERT",
        "MEASURE-007 测量须属于生效的目标版本",
        refuse=f"""
            EXISTS (SELECT 1 FROM {TABLE} o WHERE o.id = NEW.id)
            OR NOT EXISTS (SELECT 1 FROM {VERSION} v WHERE v.id = NEW.version_id
                             AND v.target_set_id = NEW.target_set_id AND v.status IN ('approved', 'superseded'))
        """,
    ),
    Trigger(
        "performance_evidence_insert",
        EVIDENCE,
        "INSERT",
        "MEASURE-008 佐证只能与测量一同登记",
        refuse=f"""
            EXISTS (SELECT 1 FROM {EVIDENCE} o
                    WHERE o.id = NEW.id OR (o.measurement_id = NEW.measurement_id AND o.position = NEW.position))
            OR NEW.position >= (SELECT m.evidence_count FROM {TABLE} m WHERE m.id = NEW.measurement_id)
        """,
    ),
    *(
        Trigger(f"{table}_no_{when.lower()}", table, when, KEPT)
        for table in (TABLE, EVIDENCE)
        for when in ("UPDATE", "DELETE", "TRUNCATE")
    ),
)


class Migration(migrations.Migration):

    dependencies = [
        ('performance', '0009_monitoring_kept'),
    ]

    operations = [
        migrations.CreateModel(
            name='Measurement',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('row', models.CharField(max_length=16, verbose_name='指标编号')),
                ('label', models.CharField(max_length=100, verbose_name='指标')),
                ('indicator', models.CharField(blank=True, max_length=64, verbose_name='测量方法')),
                ('definition', models.CharField(blank=True, max_length=80, verbose_name='定义摘要')),
                ('day', models.DateField(verbose_name='截至日期')),
                ('value', models.CharField(blank=True, max_length=64, verbose_name='实际完成值')),
                ('unit', models.CharField(blank=True, max_length=16, verbose_name='计量单位')),
                ('state', models.CharField(max_length=16, verbose_name='状态')),
                ('level', models.CharField(blank=True, max_length=16, verbose_name='评判等级')),
                ('reason', models.CharField(blank=True, max_length=300, verbose_name='说明')),
                ('formula', models.CharField(blank=True, max_length=300, verbose_name='算法')),
                ('expression', models.CharField(blank=True, max_length=300, verbose_name='算式')),
                ('figures', models.JSONField(default=list, verbose_name='所用数字')),
                ('evidence_count', models.PositiveIntegerField(verbose_name='佐证条数')),
                ('author', models.CharField(max_length=64, verbose_name='测量人')),
                ('computed_at', models.DateTimeField(verbose_name='测量时间')),
                ('digest', models.CharField(max_length=80, verbose_name='内容摘要')),
                ('target_set', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='measurements', to='performance.targetset', verbose_name='目标')),
                ('version', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='measurements', to='performance.targetversion', verbose_name='目标版本')),
            ],
            options={
                'verbose_name': '绩效测量',
                'verbose_name_plural': '绩效测量',
                'ordering': ('-pk',),
            },
        ),
        migrations.CreateModel(
            name='MeasurementEvidence',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('position', models.PositiveIntegerField(verbose_name='顺序')),
                ('figure', models.CharField(blank=True, max_length=120, verbose_name='所属数字')),
                ('kind', models.CharField(max_length=40, verbose_name='类别')),
                ('key', models.CharField(max_length=120, verbose_name='标识')),
                ('label', models.CharField(max_length=300, verbose_name='内容')),
                ('value', models.CharField(blank=True, max_length=64, verbose_name='数值')),
                ('link', models.CharField(blank=True, max_length=200, verbose_name='地址')),
                ('digest', models.CharField(blank=True, max_length=80, verbose_name='摘要')),
                ('reference', models.CharField(blank=True, max_length=120, verbose_name='批次或凭证')),
                ('measurement', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='evidence', to='performance.measurement', verbose_name='测量')),
            ],
            options={
                'verbose_name': '测量佐证',
                'verbose_name_plural': '测量佐证',
                'ordering': ('measurement', 'position'),
            },
        ),
        migrations.AddIndex(
            model_name='measurement',
            index=models.Index(fields=['target_set', 'row'], name='performance_measurement_row'),
        ),
        migrations.AddConstraint(
            model_name='measurement',
            constraint=models.CheckConstraint(condition=models.Q(('state__in', ('measured', 'computed', 'not_applicable', 'manual'))), name='performance_measurement_state'),
        ),
        migrations.AddConstraint(
            model_name='measurement',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('row', ''), _negated=True), models.Q(('label', ''), _negated=True), models.Q(('author', ''), _negated=True), models.Q(('digest', ''), _negated=True)), name='performance_measurement_named'),
        ),
        migrations.AddConstraint(
            model_name='measurement',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('state', 'not_applicable'), _negated=True), models.Q(('value', ''), models.Q(('reason', ''), _negated=True)), _connector='OR'), name='performance_measurement_not_applicable'),
        ),
        migrations.AddConstraint(
            model_name='measurement',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('state', 'manual'), _negated=True), models.Q(models.Q(('value', ''), _negated=True), models.Q(('reason', ''), _negated=True), ('evidence_count__gt', 0)), _connector='OR'), name='performance_measurement_by_hand'),
        ),
        migrations.AddConstraint(
            model_name='measurement',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('value', ''), _negated=True), models.Q(('reason', ''), _negated=True), _connector='OR'), name='performance_measurement_says_why_not'),
        ),
        migrations.AddConstraint(
            model_name='measurementevidence',
            constraint=models.UniqueConstraint(fields=('measurement', 'position'), name='performance_evidence_position'),
        ),
        migrations.AddConstraint(
            model_name='measurementevidence',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('kind', ''), _negated=True), models.Q(('label', ''), _negated=True)), name='performance_evidence_named'),
        ),
        CreateTriggers(TRIGGERS),
    ]
