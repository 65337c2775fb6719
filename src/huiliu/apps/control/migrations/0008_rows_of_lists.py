"""Rows of lists are counted too."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('control', '0007_last_administrator_by_night'),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name='dailycount',
            name='control_dailycount_counted',
        ),
        migrations.AlterField(
            model_name='dailycount',
            name='counted',
            field=models.CharField(choices=[('search', '查询'), ('person', '查看人员'), ('full', '查看完整信息'), ('list', '批量查询行数')], max_length=8, verbose_name='类别'),
        ),
        migrations.AddConstraint(
            model_name='dailycount',
            constraint=models.CheckConstraint(condition=models.Q(('counted__in', ['search', 'person', 'full', 'list'])), name='control_dailycount_counted'),
        ),
    ]
