"""With what reach a file was made."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("exports", "0002_standard")]

    operations = [
        migrations.AddField(
            model_name="export",
            name="reach",
            field=models.JSONField(default=list, verbose_name="生成时的范围"),
        ),
    ]
