"""First tables of this part."""


from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
    ]

    operations = [
        migrations.CreateModel(
            name='AuditEvent',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('seq', models.BigIntegerField(unique=True, verbose_name='序号')),
                ('at', models.DateTimeField(db_index=True, verbose_name='时间')),
                ('actor', models.CharField(max_length=64, verbose_name='操作人')),
                ('post', models.CharField(blank=True, max_length=32, verbose_name='岗位')),
                ('ip', models.CharField(blank=True, max_length=45, verbose_name='地址')),
                ('action', models.CharField(max_length=64, verbose_name='操作')),
                ('object_kind', models.CharField(blank=True, max_length=64, verbose_name='对象类别')),
                ('object_key', models.CharField(blank=True, max_length=128, verbose_name='对象')),
                ('outcome', models.CharField(choices=[('ok', '成功'), ('refused', '被拒绝'), ('failed', '失败')], default='ok', max_length=8, verbose_name='结果')),
                ('purpose', models.CharField(blank=True, max_length=200, verbose_name='事由')),
                ('before', models.JSONField(blank=True, null=True, verbose_name='变更前')),
                ('after', models.JSONField(blank=True, null=True, verbose_name='变更后')),
                ('details', models.JSONField(blank=True, null=True, verbose_name='说明')),
                ('prev_hash', models.CharField(max_length=64, verbose_name='前一摘要')),
                ('key_id', models.CharField(max_length=16, verbose_name='密钥编号')),
                ('hash', models.CharField(max_length=64, unique=True, verbose_name='摘要')),
            ],
            options={
                'verbose_name': '审计记录',
                'verbose_name_plural': '审计记录',
                'ordering': ('-seq',),
                'indexes': [models.Index(fields=['action', 'object_key', '-at'], name='audit_event_action'), models.Index(fields=['actor', '-at'], name='audit_event_actor')],
                'constraints': [models.CheckConstraint(condition=models.Q(('seq__gte', 1)), name='audit_event_seq'), models.CheckConstraint(condition=models.Q(('outcome__in', ['ok', 'refused', 'failed'])), name='audit_event_outcome')],
            },
        ),
        migrations.CreateModel(
            name='ChainHead',
            fields=[
                ('id', models.PositiveSmallIntegerField(default=1, primary_key=True, serialize=False)),
                ('seq', models.BigIntegerField(default=0, verbose_name='序号')),
                ('hash', models.CharField(default='0000000000000000000000000000000000000000000000000000000000000000', max_length=64, verbose_name='摘要')),
            ],
            options={
                'verbose_name': '审计链头',
                'verbose_name_plural': '审计链头',
                'constraints': [models.CheckConstraint(condition=models.Q(('id', 1)), name='audit_head_single')],
            },
        ),
    ]
