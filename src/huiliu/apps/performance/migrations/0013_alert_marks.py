"""What was done about warnings, held by the database: added and never changed."""

from django.db import migrations, models

from huiliu.web.triggers import CreateTriggers, Trigger

MARK, KEPT = "performance_alertmark", "ALERT-003 预警的处理记录不能改动或删除"
TRIGGERS = tuple(
    Trigger(f"performance_alert_mark_no_{when.lower()}", MARK, when, KEPT) for when in ("UPDATE", "DELETE", "TRUNCATE")
)


class Migration(migrations.Migration):

    dependencies = [
        ('performance', '0012_adjustments'),
    ]

    operations = [
        migrations.CreateModel(
            name='AlertMark',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('project', models.CharField(max_length=40, verbose_name='项目代码')),
                ('year', models.PositiveSmallIntegerField(verbose_name='年度')),
                ('code', models.CharField(max_length=16, verbose_name='预警编号')),
                ('about', models.CharField(blank=True, max_length=40, verbose_name='所涉指标或合同')),
                ('severity', models.CharField(max_length=8, verbose_name='程度')),
                ('since', models.DateField(verbose_name='预警始于')),
                ('post', models.CharField(max_length=16, verbose_name='负责岗位')),
                ('mark', models.CharField(choices=[('seen', '已阅'), ('handled', '已处理')], max_length=8, verbose_name='处理')),
                ('note', models.CharField(blank=True, max_length=200, verbose_name='处理情况')),
                ('day', models.DateField(verbose_name='处理日期')),
                ('marked_at', models.DateTimeField(verbose_name='处理时间')),
                ('marked_by', models.CharField(max_length=64, verbose_name='处理人')),
            ],
            options={
                'verbose_name': '预警处理',
                'verbose_name_plural': '预警处理',
                'ordering': ('-pk',),
                'indexes': [models.Index(fields=['project', 'year'], name='performance_alert_mark_year')],
                'constraints': [models.CheckConstraint(condition=models.Q(('mark__in', ['seen', 'handled'])), name='performance_alert_mark_known'), models.CheckConstraint(condition=models.Q(models.Q(('mark', 'handled'), _negated=True), models.Q(('note', ''), _negated=True), _connector='OR'), name='performance_alert_mark_says_what')],
            },
        ),
        CreateTriggers(TRIGGERS),
    ]
