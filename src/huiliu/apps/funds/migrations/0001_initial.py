"""Projects with their years and purposes, the events of their money, and the files that speak for events."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('control', '0008_rows_of_lists'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Project',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('code', models.CharField(max_length=40, unique=True, verbose_name='项目代码')),
                ('name', models.CharField(max_length=120, verbose_name='项目名称')),
                ('agency', models.CharField(max_length=120, verbose_name='实施单位')),
                ('department', models.CharField(max_length=120, verbose_name='主管部门')),
                ('nature', models.CharField(choices=[('recurring', '经常性项目'), ('one_off', '一次性项目')], max_length=16, verbose_name='项目属性')),
                ('expense', models.CharField(choices=[('public', '事业支出'), ('administrative', '行政支出')], max_length=16, verbose_name='支出科目')),
                ('opened_at', models.DateTimeField(verbose_name='登记时间')),
            ],
            options={
                'verbose_name': '项目',
                'verbose_name_plural': '项目',
                'ordering': ('code',),
                'constraints': [models.CheckConstraint(condition=models.Q(('code', ''), _negated=True), name='funds_project_code'), models.CheckConstraint(condition=models.Q(models.Q(('name', ''), _negated=True), models.Q(('agency', ''), _negated=True), models.Q(('department', ''), _negated=True)), name='funds_project_named'), models.CheckConstraint(condition=models.Q(('nature__in', ['recurring', 'one_off'])), name='funds_project_nature'), models.CheckConstraint(condition=models.Q(('expense__in', ['public', 'administrative'])), name='funds_project_expense')],
            },
        ),
        migrations.CreateModel(
            name='ProjectYear',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('year', models.PositiveSmallIntegerField(verbose_name='年度')),
                ('mode', models.CharField(choices=[('quota', '零余额账户（有额度）'), ('integrated', '预算管理一体化（无额度）')], max_length=12, verbose_name='支付方式')),
                ('opened_at', models.DateTimeField(verbose_name='登记时间')),
                ('project', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='years', to='funds.project', verbose_name='项目')),
            ],
            options={
                'verbose_name': '项目年度',
                'verbose_name_plural': '项目年度',
                'ordering': ('project', '-year'),
            },
        ),
        migrations.CreateModel(
            name='Purpose',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('code', models.CharField(max_length=40, verbose_name='事项代码')),
                ('label', models.CharField(max_length=80, verbose_name='支出事项')),
                ('added_at', models.DateTimeField(verbose_name='登记时间')),
                ('project', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='purposes', to='funds.project', verbose_name='项目')),
            ],
            options={
                'verbose_name': '支出事项',
                'verbose_name_plural': '支出事项',
                'ordering': ('project', 'code'),
            },
        ),
        migrations.CreateModel(
            name='Event',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('initial', '年初指标'), ('add', '追加指标'), ('cut', '追减指标'), ('carryover', '上年结转指标'), ('plan', '用款计划'), ('quota', '下达额度'), ('commitment', '合同承诺'), ('request', '请拨'), ('review', '审核'), ('payment', '拨付'), ('refund', '退款'), ('voucher', '记账凭证'), ('close', '年终结账')], max_length=12, verbose_name='类别')),
                ('day', models.DateField(verbose_name='日期')),
                ('amount_fen', models.BigIntegerField(verbose_name='金额（分）')),
                ('number', models.CharField(blank=True, max_length=64, verbose_name='文号')),
                ('month', models.PositiveIntegerField(blank=True, null=True, verbose_name='计划月份')),
                ('due', models.DateField(blank=True, null=True, verbose_name='应付日期')),
                ('payee', models.CharField(blank=True, max_length=80, verbose_name='收款人')),
                ('item', models.CharField(blank=True, max_length=40, verbose_name='经济分类')),
                ('agreed', models.BooleanField(blank=True, null=True, verbose_name='同意')),
                ('is_asset', models.BooleanField(default=False, verbose_name='购置资产')),
                ('note', models.CharField(blank=True, max_length=200, verbose_name='说明')),
                ('origin', models.CharField(choices=[('hand', '本系统办理'), ('import', '导入')], default='hand', max_length=8, verbose_name='来源')),
                ('recorded_at', models.DateTimeField(verbose_name='记录时间')),
                ('approval', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='control.approvalrequest', verbose_name='审批')),
                ('recorded_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='记录人')),
                ('refers', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='followers', to='funds.event', verbose_name='对应事件')),
                ('year', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='events', to='funds.projectyear', verbose_name='项目年度')),
                ('purpose', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='events', to='funds.purpose', verbose_name='支出事项')),
            ],
            options={
                'verbose_name': '资金事件',
                'verbose_name_plural': '资金事件',
                'ordering': ('day', 'pk'),
            },
        ),
        migrations.CreateModel(
            name='Attachment',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=120, verbose_name='文件名')),
                ('digest', models.CharField(max_length=80, verbose_name='摘要')),
                ('size', models.BigIntegerField(verbose_name='字节数')),
                ('kind', models.CharField(max_length=8, verbose_name='格式')),
                ('uploaded_at', models.DateTimeField(verbose_name='上传时间')),
                ('uploaded_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='上传人')),
                ('event', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='attachments', to='funds.event', verbose_name='资金事件')),
            ],
            options={
                'verbose_name': '资金附件',
                'verbose_name_plural': '资金附件',
                'ordering': ('pk',),
                'constraints': [models.UniqueConstraint(fields=('event', 'digest'), name='funds_attachment_once'), models.CheckConstraint(condition=models.Q(('size__gt', 0)), name='funds_attachment_size')],
            },
        ),
        migrations.AddConstraint(
            model_name='projectyear',
            constraint=models.UniqueConstraint(fields=('project', 'year'), name='funds_year_once'),
        ),
        migrations.AddConstraint(
            model_name='projectyear',
            constraint=models.CheckConstraint(condition=models.Q(('mode__in', ['quota', 'integrated'])), name='funds_year_mode'),
        ),
        migrations.AddConstraint(
            model_name='projectyear',
            constraint=models.CheckConstraint(condition=models.Q(('year__gte', 2000), ('year__lte', 2100)), name='funds_year_sane'),
        ),
        migrations.AddConstraint(
            model_name='purpose',
            constraint=models.UniqueConstraint(fields=('project', 'code'), name='funds_purpose_once'),
        ),
        migrations.AddConstraint(
            model_name='purpose',
            constraint=models.CheckConstraint(condition=models.Q(('code', ''), _negated=True), name='funds_purpose_code'),
        ),
        migrations.AddConstraint(
            model_name='purpose',
            constraint=models.CheckConstraint(condition=models.Q(('label', ''), _negated=True), name='funds_purpose_named'),
        ),
        migrations.AddIndex(
            model_name='event',
            index=models.Index(fields=['year', 'day'], name='funds_event_year_day'),
        ),
        migrations.AddConstraint(
            model_name='event',
            constraint=models.CheckConstraint(condition=models.Q(('kind__in', ['initial', 'add', 'cut', 'carryover', 'plan', 'quota', 'commitment', 'request', 'review', 'payment', 'refund', 'voucher', 'close'])), name='funds_event_kind'),
        ),
        migrations.AddConstraint(
            model_name='event',
            constraint=models.CheckConstraint(condition=models.Q(('amount_fen__gt', 0), models.Q(('kind', 'quota'), models.Q(('amount_fen', 0), _negated=True)), models.Q(('amount_fen', 0), ('kind__in', ('plan', 'close'))), models.Q(('agreed', False), ('amount_fen', 0), ('kind', 'review')), _connector='OR'), name='funds_event_amount'),
        ),
        migrations.AddConstraint(
            model_name='event',
            constraint=models.CheckConstraint(condition=models.Q(('amount_fen__gt', -1000000000000000), ('amount_fen__lt', 1000000000000000)), name='funds_event_sane'),
        ),
        migrations.AddConstraint(
            model_name='event',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('agreed__isnull', False), ('kind', 'review')), models.Q(models.Q(('kind', 'review'), _negated=True), ('agreed', None)), _connector='OR'), name='funds_event_agreed'),
        ),
        migrations.AddConstraint(
            model_name='event',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('kind', 'plan'), ('month__isnull', False)), models.Q(models.Q(('kind', 'plan'), _negated=True), ('month', None)), _connector='OR'), name='funds_event_month'),
        ),
        migrations.AddConstraint(
            model_name='event',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('kind__in', ('review', 'payment', 'refund', 'voucher')), ('refers__isnull', False)), ('kind__in', ('request', 'quota')), models.Q(('kind__in', ('initial', 'add', 'cut', 'carryover', 'plan', 'commitment', 'close')), ('refers', None)), _connector='OR'), name='funds_event_refers'),
        ),
        migrations.AddConstraint(
            model_name='event',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('kind', 'request'), _negated=True), models.Q(models.Q(('payee', ''), _negated=True), models.Q(('item', ''), _negated=True), models.Q(('purpose__isnull', False), ('origin', 'import'), _connector='OR')), _connector='OR'), name='funds_event_whole'),
        ),
        migrations.AddConstraint(
            model_name='event',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('approval__isnull', False), ('kind__in', ('request', 'review', 'close')), ('origin', 'hand')), models.Q(('approval', None), models.Q(('kind__in', ('request', 'review', 'close')), _negated=True)), models.Q(('approval', None), ('origin', 'import'), models.Q(('number', ''), _negated=True)), _connector='OR'), name='funds_event_approval'),
        ),
        migrations.AddConstraint(
            model_name='event',
            constraint=models.CheckConstraint(condition=models.Q(('origin__in', ['hand', 'import'])), name='funds_event_origin'),
        ),
    ]
