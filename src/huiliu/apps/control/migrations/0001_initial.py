"""First tables of this part."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('accounts', '0005_grants_guarded'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='ApprovalRequest',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(max_length=32, verbose_name='事项')),
                ('subject', models.CharField(max_length=64, verbose_name='申请内容')),
                ('reason', models.CharField(max_length=200, verbose_name='理由')),
                ('payload', models.JSONField(default=dict, verbose_name='明细')),
                ('amount_fen', models.BigIntegerField(blank=True, null=True, verbose_name='金额（分）')),
                ('status', models.CharField(choices=[('pending', '审批中'), ('returned', '已退回'), ('withdrawn', '已撤回'), ('rejected', '未通过'), ('approved', '已通过')], default='pending', max_length=12, verbose_name='状态')),
                ('round', models.PositiveSmallIntegerField(default=1, verbose_name='轮次')),
                ('submitted_at', models.DateTimeField(verbose_name='提交时间')),
                ('finished_at', models.DateTimeField(blank=True, null=True, verbose_name='办结时间')),
                ('applicant', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='requests', to=settings.AUTH_USER_MODEL, verbose_name='申请人')),
                ('beneficiary', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='涉及人员')),
            ],
            options={
                'verbose_name': '申请',
                'verbose_name_plural': '申请',
                'ordering': ('-submitted_at', '-pk'),
            },
        ),
        migrations.CreateModel(
            name='ApprovalStep',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('round', models.PositiveSmallIntegerField(verbose_name='轮次')),
                ('position', models.PositiveSmallIntegerField(verbose_name='顺序')),
                ('name', models.CharField(max_length=32, verbose_name='步骤')),
                ('duty', models.CharField(max_length=8, verbose_name='职责')),
                ('post', models.CharField(max_length=16, verbose_name='岗位')),
                ('decision', models.CharField(blank=True, choices=[('approved', '同意'), ('returned', '退回补正'), ('rejected', '不同意')], max_length=12, verbose_name='意见')),
                ('comment', models.CharField(blank=True, max_length=200, verbose_name='说明')),
                ('decided_at', models.DateTimeField(blank=True, null=True, verbose_name='办理时间')),
                ('decided_on', models.DateField(blank=True, null=True, verbose_name='办理日期')),
                ('decider', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='办理人')),
                ('delegator', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='委托人')),
                ('request', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='steps', to='control.approvalrequest', verbose_name='申请')),
            ],
            options={
                'verbose_name': '审批步骤',
                'verbose_name_plural': '审批步骤',
                'ordering': ('request', 'round', 'position'),
            },
        ),
        migrations.CreateModel(
            name='Delegation',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('post', models.CharField(max_length=16, verbose_name='岗位')),
                ('starts_on', models.DateField(verbose_name='开始日期')),
                ('ends_on', models.DateField(verbose_name='结束日期')),
                ('reason', models.CharField(max_length=100, verbose_name='理由')),
                ('made_at', models.DateTimeField(verbose_name='委托时间')),
                ('ended_at', models.DateTimeField(blank=True, null=True, verbose_name='提前结束时间')),
                ('delegate', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='受托人')),
                ('principal', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='delegations', to=settings.AUTH_USER_MODEL, verbose_name='委托人')),
            ],
            options={
                'verbose_name': '委托',
                'verbose_name_plural': '委托',
                'ordering': ('-starts_on', '-pk'),
            },
        ),
        migrations.CreateModel(
            name='GrantReview',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('quarter', models.CharField(max_length=6, verbose_name='季度')),
                ('verdict', models.CharField(choices=[('keep', '保留'), ('revoke', '撤销')], max_length=8, verbose_name='结论')),
                ('comment', models.CharField(blank=True, max_length=200, verbose_name='说明')),
                ('reviewed_at', models.DateTimeField(verbose_name='复核时间')),
                ('grant', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='reviews', to='accounts.grant', verbose_name='岗位授权')),
                ('reviewer', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='复核人')),
            ],
            options={
                'verbose_name': '岗位权限复核',
                'verbose_name_plural': '岗位权限复核',
                'ordering': ('-quarter', 'grant'),
            },
        ),
        migrations.AddIndex(
            model_name='approvalrequest',
            index=models.Index(fields=['status', '-submitted_at'], name='control_request_status'),
        ),
        migrations.AddConstraint(
            model_name='approvalrequest',
            constraint=models.CheckConstraint(condition=models.Q(('status__in', ['pending', 'returned', 'withdrawn', 'rejected', 'approved'])), name='control_request_status'),
        ),
        migrations.AddConstraint(
            model_name='approvalrequest',
            constraint=models.CheckConstraint(condition=models.Q(('round__gte', 1)), name='control_request_round'),
        ),
        migrations.AddConstraint(
            model_name='approvalrequest',
            constraint=models.CheckConstraint(condition=models.Q(('amount_fen', None), ('amount_fen__gte', 0), _connector='OR'), name='control_request_amount'),
        ),
        migrations.AddConstraint(
            model_name='approvalrequest',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('finished_at', None), ('status__in', ('pending', 'returned'))), models.Q(('finished_at__isnull', False), ('status__in', ('withdrawn', 'rejected', 'approved'))), _connector='OR'), name='control_request_finished'),
        ),
        migrations.AddConstraint(
            model_name='approvalstep',
            constraint=models.UniqueConstraint(fields=('request', 'round', 'position'), name='control_step_position'),
        ),
        migrations.AddConstraint(
            model_name='approvalstep',
            constraint=models.UniqueConstraint(condition=models.Q(('decider', None), _negated=True), fields=('request', 'round', 'decider'), name='control_step_one_person'),
        ),
        migrations.AddConstraint(
            model_name='approvalstep',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('comment', ''), ('decided_at', None), ('decided_on', None), ('decider', None), ('decision', ''), ('delegator', None)), models.Q(('decided_at__isnull', False), ('decided_on__isnull', False), ('decider__isnull', False), ('decision__in', ['approved', 'returned', 'rejected'])), _connector='OR'), name='control_step_whole'),
        ),
        migrations.AddConstraint(
            model_name='approvalstep',
            constraint=models.CheckConstraint(condition=models.Q(('decision__in', ('', 'approved')), models.Q(('comment', ''), _negated=True), _connector='OR'), name='control_step_says_why'),
        ),
        migrations.AddConstraint(
            model_name='approvalstep',
            constraint=models.CheckConstraint(condition=models.Q(('delegator', None), models.Q(('delegator', models.F('decider')), _negated=True), _connector='OR'), name='control_step_delegator'),
        ),
        migrations.AddConstraint(
            model_name='delegation',
            constraint=models.CheckConstraint(condition=models.Q(('principal', models.F('delegate')), _negated=True), name='control_delegation_other'),
        ),
        migrations.AddConstraint(
            model_name='delegation',
            constraint=models.CheckConstraint(condition=models.Q(('ends_on__gte', models.F('starts_on'))), name='control_delegation_days'),
        ),
        migrations.AddConstraint(
            model_name='delegation',
            constraint=models.CheckConstraint(condition=models.Q(('reason', ''), _negated=True), name='control_delegation_reason'),
        ),
        migrations.AddConstraint(
            model_name='grantreview',
            constraint=models.UniqueConstraint(fields=('grant', 'quarter'), name='control_review_once'),
        ),
        migrations.AddConstraint(
            model_name='grantreview',
            constraint=models.CheckConstraint(condition=models.Q(('verdict__in', ['keep', 'revoke'])), name='control_review_verdict'),
        ),
        migrations.AddConstraint(
            model_name='grantreview',
            constraint=models.CheckConstraint(condition=models.Q(('verdict', 'keep'), models.Q(('comment', ''), _negated=True), _connector='OR'), name='control_review_says_why'),
        ),
    ]
