"""Lists that were sent to be looked up, and templates of columns."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('exports', '0001_initial'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='ColumnTemplate',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=30, verbose_name='名称')),
                ('columns', models.JSONField(default=list, verbose_name='列')),
                ('owner', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='建立人')),
            ],
            options={
                'verbose_name': '列模板',
                'verbose_name_plural': '列模板',
                'ordering': ('name', 'pk'),
                'constraints': [models.UniqueConstraint(fields=('owner', 'name'), name='lists_columntemplate_name'), models.CheckConstraint(condition=models.Q(('name', ''), _negated=True), name='lists_columntemplate_named')],
            },
        ),
        migrations.CreateModel(
            name='ListLookUp',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('key', models.CharField(max_length=32, unique=True, verbose_name='编号')),
                ('by', models.CharField(max_length=12, verbose_name='查询方式')),
                ('columns', models.JSONField(default=list, verbose_name='列')),
                ('rows', models.PositiveIntegerField(verbose_name='行数')),
                ('found', models.PositiveIntegerField(blank=True, null=True, verbose_name='找到')),
                ('missing', models.PositiveIntegerField(blank=True, null=True, verbose_name='未找到')),
                ('several', models.PositiveIntegerField(blank=True, null=True, verbose_name='不唯一')),
                ('wrong', models.PositiveIntegerField(blank=True, null=True, verbose_name='号码有误')),
                ('repaired', models.PositiveIntegerField(blank=True, null=True, verbose_name='已还原')),
                ('asked_at', models.DateTimeField(verbose_name='提出时间')),
                ('is_kept', models.BooleanField(default=True, verbose_name='名单仍在')),
                ('export', models.OneToOneField(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='exports.export', verbose_name='导出')),
                ('owner', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='查询人')),
            ],
            options={
                'verbose_name': '批量查询',
                'verbose_name_plural': '批量查询',
                'ordering': ('-pk',),
                'constraints': [models.CheckConstraint(condition=models.Q(('by__in', ('auto', 'id_number', 'person_no')), ('rows__gte', 1)), name='lists_listlookup_words')],
            },
        ),
    ]
