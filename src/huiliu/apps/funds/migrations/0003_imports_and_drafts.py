"""Imports of exports with their rows, and what is asked for a year with the decisions on it."""

import django.db.models.deletion
import django.db.models.expressions
import django.db.models.lookups
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('control', '0008_rows_of_lists'),
        ('funds', '0002_guarded'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='BudgetDraft',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('stage', models.CharField(choices=[('first', '一上'), ('second', '二上')], max_length=8, verbose_name='环节')),
                ('number', models.PositiveIntegerField(verbose_name='版本')),
                ('total_fen', models.BigIntegerField(verbose_name='合计（分）')),
                ('note', models.CharField(blank=True, max_length=200, verbose_name='说明')),
                ('saved_at', models.DateTimeField(verbose_name='保存时间')),
                ('saved_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='编报人')),
                ('year', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='drafts', to='funds.projectyear', verbose_name='项目年度')),
            ],
            options={
                'verbose_name': '预算编报',
                'verbose_name_plural': '预算编报',
                'ordering': ('year', 'stage', '-number'),
            },
        ),
        migrations.CreateModel(
            name='BudgetDraftLine',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('position', models.PositiveIntegerField(verbose_name='序号')),
                ('label', models.CharField(max_length=80, verbose_name='内容')),
                ('basis', models.CharField(choices=[('contract', '合同'), ('last_year', '上年支出'), ('quantity', '数量和单价'), ('other', '其他依据')], max_length=12, verbose_name='测算依据')),
                ('basis_fen', models.BigIntegerField(blank=True, null=True, verbose_name='依据金额（分）')),
                ('quantity_milli', models.BigIntegerField(verbose_name='数量（千分之一）')),
                ('measure', models.CharField(max_length=20, verbose_name='计量单位')),
                ('price_fen', models.BigIntegerField(verbose_name='单价（分）')),
                ('amount_fen', models.BigIntegerField(verbose_name='金额（分）')),
                ('ground', models.CharField(blank=True, max_length=200, verbose_name='说明')),
                ('contract', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='funds.event', verbose_name='合同')),
                ('draft', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='lines', to='funds.budgetdraft', verbose_name='预算编报')),
                ('purpose', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='funds.purpose', verbose_name='支出事项')),
            ],
            options={
                'verbose_name': '预算编报明细',
                'verbose_name_plural': '预算编报明细',
                'ordering': ('position',),
            },
        ),
        migrations.CreateModel(
            name='BudgetSubmission',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('submitted_at', models.DateTimeField(verbose_name='提交时间')),
                ('approval', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='control.approvalrequest', verbose_name='审批')),
                ('draft', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='submission', to='funds.budgetdraft', verbose_name='预算编报')),
            ],
            options={
                'verbose_name': '预算编报送审',
                'verbose_name_plural': '预算编报送审',
                'ordering': ('pk',),
            },
        ),
        migrations.CreateModel(
            name='ExternalDecision',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('body', models.CharField(choices=[('department', '主管部门'), ('treasury', '财政局')], max_length=12, verbose_name='决定单位')),
                ('answered', models.CharField(choices=[('first', '一上审核'), ('ceiling', '一下控制数'), ('second', '二上审核'), ('reply', '预算批复')], max_length=8, verbose_name='事项')),
                ('verdict', models.CharField(choices=[('agreed', '同意'), ('changed', '调整后同意'), ('refused', '不同意')], max_length=8, verbose_name='决定')),
                ('document_no', models.CharField(max_length=64, verbose_name='文号')),
                ('day', models.DateField(verbose_name='文件日期')),
                ('amount_fen', models.BigIntegerField(blank=True, null=True, verbose_name='金额（分）')),
                ('note', models.CharField(blank=True, max_length=200, verbose_name='说明')),
                ('name', models.CharField(max_length=120, verbose_name='文件名')),
                ('digest', models.CharField(max_length=80, verbose_name='摘要')),
                ('size', models.BigIntegerField(verbose_name='字节数')),
                ('recorded_at', models.DateTimeField(verbose_name='记录时间')),
                ('event', models.OneToOneField(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='decision', to='funds.event', verbose_name='年初指标')),
                ('recorded_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='记录人')),
                ('year', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='decisions', to='funds.projectyear', verbose_name='项目年度')),
            ],
            options={
                'verbose_name': '外部决定',
                'verbose_name_plural': '外部决定',
                'ordering': ('day', 'pk'),
            },
        ),
        migrations.CreateModel(
            name='ImportFile',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=120, verbose_name='文件名')),
                ('digest', models.CharField(max_length=80, verbose_name='摘要')),
                ('size', models.BigIntegerField(verbose_name='字节数')),
                ('code', models.CharField(max_length=40, verbose_name='导出种类')),
                ('mapping', models.JSONField(verbose_name='对应关系')),
                ('mapping_digest', models.CharField(max_length=80, verbose_name='对应关系摘要')),
                ('uploaded_at', models.DateTimeField(verbose_name='上传时间')),
                ('uploaded_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='上传人')),
                ('year', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='imports', to='funds.projectyear', verbose_name='项目年度')),
            ],
            options={
                'verbose_name': '导入文件',
                'verbose_name_plural': '导入文件',
                'ordering': ('-pk',),
            },
        ),
        migrations.CreateModel(
            name='ImportMapping',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('code', models.CharField(max_length=40, verbose_name='导出种类')),
                ('number', models.PositiveIntegerField(verbose_name='版本')),
                ('content', models.JSONField(verbose_name='内容')),
                ('saved_at', models.DateTimeField(verbose_name='保存时间')),
                ('saved_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='保存人')),
            ],
            options={
                'verbose_name': '导入对应关系',
                'verbose_name_plural': '导入对应关系',
                'ordering': ('code', '-number'),
            },
        ),
        migrations.CreateModel(
            name='ImportRow',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('row', models.PositiveIntegerField(verbose_name='行号')),
                ('outcome', models.CharField(choices=[('new', '新增'), ('known', '台账已有'), ('left_out', '不导入')], max_length=8, verbose_name='结果')),
                ('why', models.CharField(blank=True, max_length=60, verbose_name='说明')),
                ('written_at', models.DateTimeField(verbose_name='导入时间')),
                ('event', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='import_rows', to='funds.event', verbose_name='资金事件')),
                ('file', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='rows', to='funds.importfile', verbose_name='导入文件')),
                ('written_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='确认人')),
            ],
            options={
                'verbose_name': '导入行',
                'verbose_name_plural': '导入行',
                'ordering': ('row',),
            },
        ),
        migrations.AddConstraint(
            model_name='budgetdraft',
            constraint=models.UniqueConstraint(fields=('year', 'stage', 'number'), name='funds_draft_once'),
        ),
        migrations.AddConstraint(
            model_name='budgetdraft',
            constraint=models.CheckConstraint(condition=models.Q(('stage__in', ['first', 'second'])), name='funds_draft_stage'),
        ),
        migrations.AddConstraint(
            model_name='budgetdraft',
            constraint=models.CheckConstraint(condition=models.Q(('number__gt', 0), ('total_fen__gt', 0), ('total_fen__lt', 1000000000000000)), name='funds_draft_total'),
        ),
        migrations.AddConstraint(
            model_name='budgetdraftline',
            constraint=models.UniqueConstraint(fields=('draft', 'position'), name='funds_draft_line_once'),
        ),
        migrations.AddConstraint(
            model_name='budgetdraftline',
            constraint=models.CheckConstraint(condition=models.Q(('basis__in', ['contract', 'last_year', 'quantity', 'other'])), name='funds_draft_line_basis'),
        ),
        migrations.AddConstraint(
            model_name='budgetdraftline',
            constraint=models.CheckConstraint(condition=models.Q(('amount_fen__gt', 0), ('amount_fen__lt', 1000000000000000), ('price_fen__gt', 0), ('quantity_milli__gt', 0)), name='funds_draft_line_amounts'),
        ),
        migrations.AddConstraint(
            model_name='budgetdraftline',
            constraint=models.CheckConstraint(condition=django.db.models.lookups.Exact(django.db.models.expressions.CombinedExpression(models.F('amount_fen'), '*', models.Value(1000)), django.db.models.expressions.CombinedExpression(models.F('quantity_milli'), '*', models.F('price_fen'))), name='funds_draft_line_product'),
        ),
        migrations.AddConstraint(
            model_name='budgetdraftline',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('basis', 'contract'), ('contract__isnull', False)), models.Q(models.Q(('basis', 'contract'), _negated=True), ('contract', None)), _connector='OR'), name='funds_draft_line_contract'),
        ),
        migrations.AddConstraint(
            model_name='budgetdraftline',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('label', ''), _negated=True), models.Q(('measure', ''), _negated=True), models.Q(models.Q(('basis', 'other'), _negated=True), models.Q(('ground', ''), _negated=True), _connector='OR')), name='funds_draft_line_said'),
        ),
        migrations.AddConstraint(
            model_name='externaldecision',
            constraint=models.UniqueConstraint(fields=('year', 'body', 'document_no'), name='funds_decision_once'),
        ),
        migrations.AddConstraint(
            model_name='externaldecision',
            constraint=models.CheckConstraint(condition=models.Q(('answered__in', ['first', 'ceiling', 'second', 'reply']), ('body__in', ['department', 'treasury']), ('verdict__in', ['agreed', 'changed', 'refused'])), name='funds_decision_words'),
        ),
        migrations.AddConstraint(
            model_name='externaldecision',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('document_no', ''), _negated=True), models.Q(('digest', ''), _negated=True), ('size__gt', 0)), name='funds_decision_document'),
        ),
        migrations.AddConstraint(
            model_name='externaldecision',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('amount_fen', None), ('verdict', 'refused')), models.Q(('amount_fen__gt', 0), ('amount_fen__lt', 1000000000000000)), _connector='OR'), name='funds_decision_amount'),
        ),
        migrations.AddConstraint(
            model_name='externaldecision',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('answered', 'reply'), ('event__isnull', False), models.Q(('verdict', 'refused'), _negated=True)), models.Q(('event', None), models.Q(models.Q(('answered', 'reply'), _negated=True), ('verdict', 'refused'), _connector='OR')), _connector='OR'), name='funds_decision_event'),
        ),
        migrations.AddConstraint(
            model_name='importfile',
            constraint=models.UniqueConstraint(fields=('year', 'digest', 'mapping_digest'), name='funds_import_once'),
        ),
        migrations.AddConstraint(
            model_name='importfile',
            constraint=models.CheckConstraint(condition=models.Q(('size__gt', 0), models.Q(('digest', ''), _negated=True)), name='funds_import_whole'),
        ),
        migrations.AddConstraint(
            model_name='importmapping',
            constraint=models.UniqueConstraint(fields=('code', 'number'), name='funds_mapping_once'),
        ),
        migrations.AddConstraint(
            model_name='importmapping',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('code', ''), _negated=True), ('number__gt', 0)), name='funds_mapping_named'),
        ),
        migrations.AddConstraint(
            model_name='importrow',
            constraint=models.UniqueConstraint(fields=('file', 'row'), name='funds_import_row_once'),
        ),
        migrations.AddConstraint(
            model_name='importrow',
            constraint=models.CheckConstraint(condition=models.Q(('outcome__in', ['new', 'known', 'left_out'])), name='funds_import_row_outcome'),
        ),
        migrations.AddConstraint(
            model_name='importrow',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('event', None), ('outcome', 'left_out')), models.Q(models.Q(('outcome', 'left_out'), _negated=True), ('event__isnull', False)), _connector='OR'), name='funds_import_row_event'),
        ),
    ]
