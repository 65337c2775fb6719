"""Lists that are answered in full."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('lists', '0002_form_templates'),
    ]

    operations = [
        migrations.AddField(
            model_name='listlookup',
            name='is_full',
            field=models.BooleanField(default=False, verbose_name='完整信息'),
        ),
    ]
