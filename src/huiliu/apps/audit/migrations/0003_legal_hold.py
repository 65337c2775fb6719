"""Holds against purging; the database keeps them as they were placed, and lets them be released once."""

from django.db import migrations, models

from huiliu.web.triggers import CreateTriggers, Trigger

HOLD = "audit_legalhold"
TRIGGERS = (
    Trigger("audit_hold_no_delete", HOLD, "DELETE", "AUDIT-013 保存冻结不能删除，只能解除"),
    Trigger("audit_hold_no_truncate", HOLD, "TRUNCATE", "AUDIT-013 保存冻结不能删除，只能解除"),
    Trigger(
        "audit_hold_begins",
        HOLD,
        "INSERT",
        "AUDIT-014 保存冻结只能以未解除的状态建立",
        refuse=f"""
            NEW.released_at IS NOT NULL
            OR EXISTS (SELECT 1 FROM {HOLD} h WHERE h.id = NEW.id)
            OR EXISTS (SELECT 1 FROM {HOLD} h WHERE h.record_class = NEW.record_class AND h.reason = NEW.reason
                       AND h.released_at IS NULL)
        """,
    ),
    Trigger(
        "audit_hold_released_once",
        HOLD,
        "UPDATE",
        "AUDIT-014 保存冻结只能解除一次，不能改动",
        refuse="""
            OLD.released_at IS NOT NULL OR NEW.released_at IS NULL OR NEW.id <> OLD.id
            OR NEW.record_class <> OLD.record_class OR NEW.reason <> OLD.reason
            OR NEW.placed_at <> OLD.placed_at OR NEW.placed_by <> OLD.placed_by
        """,
    ),
)


class Migration(migrations.Migration):

    dependencies = [
        ('audit', '0002_append_only'),
    ]

    operations = [
        migrations.CreateModel(
            name='LegalHold',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('record_class', models.CharField(max_length=32, verbose_name='记录类别')),
                ('reason', models.CharField(max_length=100, verbose_name='文号')),
                ('placed_at', models.DateTimeField(verbose_name='冻结时间')),
                ('placed_by', models.CharField(max_length=64, verbose_name='冻结人')),
                ('released_at', models.DateTimeField(blank=True, null=True, verbose_name='解除时间')),
                ('released_by', models.CharField(blank=True, max_length=64, verbose_name='解除人')),
            ],
            options={
                'verbose_name': '保存冻结',
                'verbose_name_plural': '保存冻结',
                'ordering': ('-placed_at', '-pk'),
                'constraints': [models.CheckConstraint(condition=models.Q(('reason', ''), _negated=True), name='audit_hold_reason'), models.CheckConstraint(condition=models.Q(models.Q(('released_at__isnull', True), ('released_by', '')), models.Q(('released_at__gte', models.F('placed_at')), models.Q(('released_by', ''), _negated=True)), _connector='OR'), name='audit_hold_released'), models.UniqueConstraint(condition=models.Q(('released_at__isnull', True)), fields=('record_class', 'reason'), name='audit_hold_once')],
            },
        ),
        CreateTriggers(TRIGGERS),
    ]
