"""Exports and their downloads; what was downloaded stays as it was written."""

import django.db.models.deletion
import huiliu.web.protected
from django.conf import settings
from django.db import migrations, models

from huiliu.web.triggers import CreateTriggers, Trigger

DOWNLOAD = "exports_exportdownload"
KEPT = "EXPORT-009 下载记录不能改动或删除"
TRIGGERS = (
    Trigger("exports_download_no_update", DOWNLOAD, "UPDATE", KEPT),
    Trigger("exports_download_no_delete", DOWNLOAD, "DELETE", KEPT),
    Trigger("exports_download_no_truncate", DOWNLOAD, "TRUNCATE", KEPT),
)


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('control', '0007_last_administrator_by_night'),
        ('jobs', '0001_initial'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Export',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('key', models.CharField(max_length=32, unique=True, verbose_name='编号')),
                ('kind', models.CharField(max_length=32, verbose_name='来源')),
                ('title', models.CharField(max_length=60, verbose_name='名称')),
                ('parameters', huiliu.web.protected.ProtectedField(kind='text', level='L4', verbose_name='条件')),
                ('matter', models.CharField(max_length=40, verbose_name='事由')),
                ('case_number', models.CharField(max_length=60, verbose_name='案号')),
                ('format', models.CharField(choices=[('xlsx', 'XLSX'), ('csv', 'CSV'), ('pdf', 'PDF')], max_length=4, verbose_name='格式')),
                ('split', models.CharField(blank=True, max_length=16, verbose_name='拆分')),
                ('is_encrypted', models.BooleanField(default=False, verbose_name='加密')),
                ('password', huiliu.web.protected.ProtectedField(blank=True, kind='text', level='L4', null=True, verbose_name='密码')),
                ('asked_rows', models.PositiveBigIntegerField(verbose_name='申请时行数')),
                ('asked_at', models.DateTimeField(verbose_name='申请时间')),
                ('state', models.CharField(choices=[('asked', '办理中'), ('ready', '可下载'), ('removed', '已到期删除'), ('stopped', '没有生成')], default='asked', max_length=8, verbose_name='状态')),
                ('columns', models.JSONField(default=list, verbose_name='列')),
                ('rows', models.PositiveBigIntegerField(blank=True, null=True, verbose_name='行数')),
                ('as_of', models.DateField(blank=True, null=True, verbose_name='数据截至')),
                ('snapshot', models.BigIntegerField(blank=True, null=True, verbose_name='快照')),
                ('file_name', models.CharField(blank=True, max_length=140, verbose_name='文件名')),
                ('size', models.BigIntegerField(blank=True, null=True, verbose_name='字节数')),
                ('digest', models.CharField(blank=True, max_length=80, verbose_name='摘要')),
                ('made_at', models.DateTimeField(blank=True, null=True, verbose_name='生成时间')),
                ('expires_at', models.DateTimeField(blank=True, null=True, verbose_name='到期时间')),
                ('applicant', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='导出人')),
                ('job', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='jobs.jobrequest', verbose_name='任务')),
                ('request', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='control.approvalrequest', verbose_name='审批')),
            ],
            options={
                'verbose_name': '导出',
                'verbose_name_plural': '导出',
                'ordering': ('-pk',),
            },
        ),
        migrations.CreateModel(
            name='ExportDownload',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('at', models.DateTimeField(verbose_name='时间')),
                ('address', models.CharField(blank=True, max_length=45, verbose_name='地址')),
                ('export', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='downloads', to='exports.export', verbose_name='导出')),
                ('user', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='下载人')),
            ],
            options={
                'verbose_name': '导出的下载',
                'verbose_name_plural': '导出的下载',
                'ordering': ('pk',),
            },
        ),
        migrations.AddConstraint(
            model_name='export',
            constraint=models.CheckConstraint(condition=models.Q(('format__in', ['xlsx', 'csv', 'pdf']), ('state__in', ['asked', 'ready', 'removed', 'stopped'])), name='exports_export_words'),
        ),
        migrations.AddConstraint(
            model_name='export',
            constraint=models.CheckConstraint(condition=models.Q(('state__in', ('asked', 'stopped')), models.Q(('expires_at__isnull', False), ('rows__isnull', False), ('size__isnull', False), models.Q(('digest', ''), _negated=True)), _connector='OR'), name='exports_export_made'),
        ),
        migrations.AddConstraint(
            model_name='export',
            constraint=models.CheckConstraint(condition=models.Q(('state', 'asked'), ('password', None), _connector='OR'), name='exports_export_password'),
        ),
        migrations.AddConstraint(
            model_name='export',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('matter', ''), _negated=True), models.Q(('case_number', ''), _negated=True)), name='exports_export_purpose'),
        ),
        CreateTriggers(TRIGGERS),
    ]
