"""Files of requests, held by the database: the applicant adds them in time, and nobody changes them."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from huiliu.web.triggers import CreateTriggers, Trigger

ATTACHMENT, REQUEST = "control_attachment", "control_approvalrequest"
KEPT = "CTRL-048 申请附件不能改动或删除"
TRIGGERS = (
    Trigger(
        "control_attachment_in_time",
        ATTACHMENT,
        "INSERT",
        "CTRL-047 附件只能由申请人在办结之前添加",
        refuse=f"""
            NOT EXISTS (SELECT 1 FROM {REQUEST} r
                        WHERE r.id = NEW.request_id AND r.status IN ('pending', 'returned')
                          AND r.applicant_id = NEW.uploaded_by_id)
            OR EXISTS (SELECT 1 FROM {ATTACHMENT} a WHERE a.id = NEW.id)
        """,
        lock=f"SELECT 1 FROM {REQUEST} WHERE id = NEW.request_id FOR UPDATE",
    ),
    Trigger("control_attachment_no_update", ATTACHMENT, "UPDATE", KEPT),
    Trigger("control_attachment_no_delete", ATTACHMENT, "DELETE", KEPT),
    Trigger("control_attachment_no_truncate", ATTACHMENT, "TRUNCATE", KEPT),
)


class Migration(migrations.Migration):

    dependencies = [
        ('control', '0003_purposes_and_counts'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Attachment',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=120, verbose_name='文件名')),
                ('digest', models.CharField(max_length=80, verbose_name='摘要')),
                ('size', models.BigIntegerField(verbose_name='字节数')),
                ('kind', models.CharField(max_length=8, verbose_name='格式')),
                ('uploaded_at', models.DateTimeField(verbose_name='上传时间')),
                ('request', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='attachments', to='control.approvalrequest', verbose_name='申请')),
                ('uploaded_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='上传人')),
            ],
            options={
                'verbose_name': '申请附件',
                'verbose_name_plural': '申请附件',
                'ordering': ('pk',),
                'constraints': [models.UniqueConstraint(fields=('request', 'digest'), name='control_attachment_once'), models.CheckConstraint(condition=models.Q(('size__gt', 0)), name='control_attachment_size')],
            },
        ),
        CreateTriggers(TRIGGERS),
    ]
