"""Files that are checked together, kept until their time is over, and who asked for their check."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('jobs', '0001_initial'),
        ('performance', '0021_signed_as_asked'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='CheckedFolder',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('key', models.CharField(max_length=32, unique=True, verbose_name='编号')),
                ('papers', models.JSONField(default=list, verbose_name='文件')),
                ('left', models.JSONField(default=list, verbose_name='没有收下的文件')),
                ('files', models.PositiveIntegerField(verbose_name='文件数')),
                ('size', models.BigIntegerField(verbose_name='字节数')),
                ('sent_at', models.DateTimeField(verbose_name='上传时间')),
                ('sent_by', models.CharField(max_length=64, verbose_name='上传人')),
                ('expires_at', models.DateTimeField(verbose_name='原文件保留到')),
                ('removed_at', models.DateTimeField(blank=True, null=True, verbose_name='原文件删除时间')),
            ],
            options={
                'verbose_name': '批量核对的文件',
                'verbose_name_plural': '批量核对的文件',
                'ordering': ('-pk',),
                'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('key', ''), _negated=True), models.Q(('sent_by', ''), _negated=True)), name='performance_folder_named')],
            },
        ),
        migrations.CreateModel(
            name='CheckRequest',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('profile', models.CharField(blank=True, max_length=64, verbose_name='评分方案')),
                ('asked_at', models.DateTimeField(verbose_name='提出时间')),
                ('asked_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='提出人')),
                ('batch', models.OneToOneField(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='request', to='performance.checkedbatch', verbose_name='结果')),
                ('folder', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='requests', to='performance.checkedfolder', verbose_name='文件')),
                ('job', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='jobs.jobrequest', verbose_name='任务')),
            ],
            options={
                'verbose_name': '批量核对申请',
                'verbose_name_plural': '批量核对申请',
                'ordering': ('-pk',),
            },
        ),
    ]
