"""Templates of agencies' own forms."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0007_totp_and_keys'),
        ('lists', '0001_initial'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='FormTemplate',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=30, verbose_name='名称')),
                ('content', models.JSONField(default=dict, verbose_name='对应关系')),
                ('saved_at', models.DateTimeField(verbose_name='保存时间')),
                ('owner', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='建立人')),
                ('unit', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.unit', verbose_name='共享机构')),
            ],
            options={
                'verbose_name': '表样模板',
                'verbose_name_plural': '表样模板',
                'ordering': ('name', 'pk'),
                'constraints': [models.UniqueConstraint(fields=('owner', 'name'), name='lists_formtemplate_name'), models.CheckConstraint(condition=models.Q(('name', ''), _negated=True), name='lists_formtemplate_named')],
            },
        ),
    ]
