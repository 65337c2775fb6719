"""First tables of this part."""


import django.db.models.functions.text
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
    ]

    operations = [
        migrations.CreateModel(
            name='User',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('password', models.CharField(max_length=128, verbose_name='password')),
                ('last_login', models.DateTimeField(blank=True, null=True, verbose_name='last login')),
                ('username', models.CharField(max_length=32, unique=True, verbose_name='用户名')),
                ('display_name', models.CharField(max_length=32, verbose_name='姓名')),
                ('post', models.CharField(max_length=16, verbose_name='岗位')),
                ('division', models.CharField(blank=True, max_length=12, verbose_name='行政区划范围')),
                ('must_change_password', models.BooleanField(default=False, verbose_name='须改口令')),
                ('is_active', models.BooleanField(default=True, verbose_name='启用')),
                ('created_at', models.DateTimeField(verbose_name='建立时间')),
            ],
            options={
                'verbose_name': '账户',
                'verbose_name_plural': '账户',
                'ordering': ('username',),
                'constraints': [models.UniqueConstraint(django.db.models.functions.text.Lower('username'), name='accounts_user_name_once'), models.CheckConstraint(condition=models.Q(models.Q(('username', ''), _negated=True), models.Q(('post', ''), _negated=True)), name='accounts_user_filled')],
            },
        ),
    ]
