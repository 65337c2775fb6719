"""Units and grants; what an account held as its one post becomes a grant in the next step."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0001_initial'),
    ]

    operations = [
        migrations.CreateModel(
            name='Grant',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('post', models.CharField(max_length=16, verbose_name='岗位')),
                ('family', models.CharField(max_length=16, verbose_name='岗位类别')),
                ('duty', models.CharField(blank=True, max_length=16, verbose_name='分工')),
                ('insurance_types', models.CharField(blank=True, max_length=64, verbose_name='险种范围')),
                ('level', models.CharField(default='L2', max_length=2, verbose_name='数据级别')),
                ('granted_at', models.DateTimeField(verbose_name='授权时间')),
                ('expires_on', models.DateField(verbose_name='有效期至')),
                ('basis', models.CharField(default='installation', max_length=16, verbose_name='依据')),
                ('request_no', models.BigIntegerField(blank=True, null=True, verbose_name='申请编号')),
                ('revoked_at', models.DateTimeField(blank=True, null=True, verbose_name='撤销时间')),
                ('revoked_why', models.CharField(blank=True, max_length=100, verbose_name='撤销原因')),
            ],
            options={
                'verbose_name': '岗位授权',
                'verbose_name_plural': '岗位授权',
                'ordering': ('user', 'post', 'pk'),
            },
        ),
        migrations.CreateModel(
            name='Unit',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('code', models.CharField(max_length=16, unique=True, verbose_name='机构编码')),
                ('name', models.CharField(max_length=64, verbose_name='机构名称')),
                ('kind', models.CharField(choices=[('city', '市本级'), ('county', '县区'), ('department', '科室')], max_length=12, verbose_name='类别')),
                ('division', models.CharField(blank=True, max_length=6, verbose_name='行政区划代码')),
            ],
            options={
                'verbose_name': '机构',
                'verbose_name_plural': '机构',
                'ordering': ('code',),
            },
        ),
        migrations.AddField(
            model_name='user',
            name='closed_at',
            field=models.DateTimeField(blank=True, null=True, verbose_name='停用时间'),
        ),
        migrations.AddField(
            model_name='user',
            name='status',
            field=models.CharField(choices=[('pending', '待核准'), ('open', '启用'), ('closed', '停用')], default='open', max_length=8, verbose_name='状态'),
        ),
        migrations.AddField(
            model_name='grant',
            name='user',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='grants', to=settings.AUTH_USER_MODEL, verbose_name='人员'),
        ),
        migrations.AddField(
            model_name='unit',
            name='parent',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='parts', to='accounts.unit', verbose_name='上级机构'),
        ),
        migrations.AddField(
            model_name='grant',
            name='unit',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, to='accounts.unit', verbose_name='机构范围'),
        ),
        migrations.AddField(
            model_name='user',
            name='unit',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='people', to='accounts.unit', verbose_name='机构'),
        ),
        migrations.AddConstraint(
            model_name='unit',
            constraint=models.CheckConstraint(condition=models.Q(('kind__in', ['city', 'county', 'department'])), name='accounts_unit_kind'),
        ),
        migrations.AddConstraint(
            model_name='unit',
            constraint=models.CheckConstraint(condition=models.Q(('division', ''), ('kind', 'county'), _negated=True), name='accounts_unit_county_division'),
        ),
        migrations.AddConstraint(
            model_name='unit',
            constraint=models.CheckConstraint(condition=models.Q(('pk', models.F('parent')), _negated=True), name='accounts_unit_parent'),
        ),
        migrations.AddConstraint(
            model_name='grant',
            constraint=models.UniqueConstraint(condition=models.Q(('revoked_at', None)), fields=('user', 'post', 'unit'), name='accounts_grant_once'),
        ),
        migrations.AddConstraint(
            model_name='grant',
            constraint=models.UniqueConstraint(condition=models.Q(('revoked_at', None), ('unit', None)), fields=('user', 'post'), name='accounts_grant_whole_once'),
        ),
        migrations.AddConstraint(
            model_name='grant',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('duty', ''), ('family', 'business'), ('post', 'clerk')), models.Q(('duty', ''), ('family', 'business'), ('post', 'checker')), models.Q(('duty', 'accounting'), ('family', 'finance'), ('post', 'finance')), models.Q(('duty', 'cash'), ('family', 'finance'), ('post', 'cashier')), models.Q(('duty', ''), ('family', 'data'), ('post', 'it')), models.Q(('duty', ''), ('family', 'control'), ('post', 'control')), models.Q(('duty', ''), ('family', 'leader'), ('post', 'leader')), models.Q(('duty', ''), ('family', 'system'), ('post', 'sysadmin')), models.Q(('duty', ''), ('family', 'security'), ('post', 'secadmin')), models.Q(('duty', ''), ('family', 'audit'), ('post', 'auditor')), _connector='OR'), name='accounts_grant_post'),
        ),
        migrations.AddConstraint(
            model_name='grant',
            constraint=models.CheckConstraint(condition=models.Q(('level__in', ['L1', 'L2', 'L3', 'L4'])), name='accounts_grant_level'),
        ),
        migrations.AddConstraint(
            model_name='grant',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('basis', 'installation'), ('request_no', None)), models.Q(('basis', 'request'), ('request_no__isnull', False)), _connector='OR'), name='accounts_grant_basis'),
        ),
        migrations.AddConstraint(
            model_name='grant',
            constraint=models.CheckConstraint(condition=models.Q(('revoked_at', None), models.Q(('revoked_why', ''), _negated=True), _connector='OR'), name='accounts_grant_revoked'),
        ),
    ]
