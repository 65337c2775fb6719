"""Answers to suggestions, held by the database: added and never changed."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from huiliu.web.triggers import CreateTriggers, Trigger

ANSWER, KEPT = "performance_suggestiondecision", "SUGGEST-003 对建议的决定不能改动或删除，只能重新决定"
TRIGGERS = (
    Trigger(
        "performance_suggestion_insert", ANSWER, "INSERT", KEPT,
        refuse=f"EXISTS (SELECT 1 FROM {ANSWER} o WHERE o.id = NEW.id)",
    ),
    *(
        Trigger(f"performance_suggestion_no_{when.lower()}", ANSWER, when, KEPT)
        for when in ("UPDATE", "DELETE", "TRUNCATE")
    ),
)


class Migration(migrations.Migration):

    dependencies = [
        ('performance', '0015_reviews'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='SuggestionDecision',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('code', models.CharField(choices=[('far_beyond', '目标偏低'), ('missed', '目标没有完成'), ('unmeasured', '没有测量'), ('no_output', '成本没有产出'), ('idle_weight', '权重没有用上'), ('unspent', '预算没有用完')], max_length=16, verbose_name='建议')),
                ('subject', models.CharField(choices=[('target', '目标'), ('weight', '权重'), ('budget', '预算')], max_length=8, verbose_name='对象')),
                ('row', models.CharField(blank=True, max_length=16, verbose_name='指标编号')),
                ('text', models.CharField(max_length=300, verbose_name='内容')),
                ('figure', models.CharField(max_length=120, verbose_name='所据数字')),
                ('value', models.CharField(blank=True, max_length=64, verbose_name='当时的数值')),
                ('is_accepted', models.BooleanField(verbose_name='采纳')),
                ('reason', models.CharField(max_length=200, verbose_name='理由')),
                ('at', models.DateTimeField(verbose_name='决定时间')),
                ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='决定人')),
                ('target_set', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='suggestions', to='performance.targetset', verbose_name='目标')),
            ],
            options={
                'verbose_name': '结果应用建议',
                'verbose_name_plural': '结果应用建议',
                'ordering': ('-pk',),
                'constraints': [models.CheckConstraint(condition=models.Q(('code__in', ('far_beyond', 'missed', 'unmeasured', 'no_output', 'idle_weight', 'unspent')), ('subject__in', ('target', 'weight', 'budget')), models.Q(('text', ''), _negated=True), models.Q(('reason', ''), _negated=True)), name='performance_suggestion_says')],
            },
        ),
        CreateTriggers(TRIGGERS),
    ]
