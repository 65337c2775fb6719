"""Templates of forms, held by the database: a version is added, may be retired once, and is never changed."""

from django.db import migrations, models

from huiliu.web.triggers import CreateTriggers, Trigger

TEMPLATE, KEPT = "performance_formtemplate", "TEMPLATE-004 表格模板登记后不能改动或删除"
SAME = " AND ".join(
    f"NEW.{name} = OLD.{name}"
    for name in ("id", "name", "version", "issuer", "document_no", "kind", "file_name", "digest", "size", "added_at",
                 "added_by")
)
TRIGGERS = (
    Trigger(
        "performance_template_insert", TEMPLATE, "INSERT", KEPT,
        refuse=f"""
            NEW.retired_on IS NOT NULL
            OR EXISTS (SELECT 1 FROM {TEMPLATE} o WHERE o.id = NEW.id)
            OR NEW.version <> 1 + COALESCE((SELECT MAX(o.version) FROM {TEMPLATE} o WHERE o.name = NEW.name), 0)
        """,
    ),
    Trigger(
        "performance_template_update", TEMPLATE, "UPDATE", KEPT,
        refuse=f"OLD.retired_on IS NOT NULL OR NEW.retired_on IS NULL OR NOT ({SAME})",
    ),
    *(Trigger(f"performance_template_no_{when.lower()}", TEMPLATE, when, KEPT) for when in ("DELETE", "TRUNCATE")),
)


class Migration(migrations.Migration):

    dependencies = [
        ('performance', '0016_suggestions'),
    ]

    operations = [
        migrations.CreateModel(
            name='FormTemplate',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=60, verbose_name='名称')),
                ('version', models.PositiveSmallIntegerField(verbose_name='版本')),
                ('issuer', models.CharField(choices=[('unit', '本单位'), ('department', '主管部门'), ('treasury', '财政部门')], max_length=12, verbose_name='制定单位')),
                ('document_no', models.CharField(blank=True, max_length=64, verbose_name='文号')),
                ('kind', models.CharField(max_length=4, verbose_name='格式')),
                ('file_name', models.CharField(max_length=120, verbose_name='文件名')),
                ('digest', models.CharField(max_length=80, verbose_name='文件摘要')),
                ('size', models.PositiveIntegerField(verbose_name='字节数')),
                ('added_at', models.DateTimeField(verbose_name='登记时间')),
                ('added_by', models.CharField(max_length=64, verbose_name='登记人')),
                ('retired_on', models.DateField(null=True, verbose_name='停用日期')),
                ('retired_by', models.CharField(blank=True, max_length=64, verbose_name='停用人')),
            ],
            options={
                'verbose_name': '表格模板',
                'verbose_name_plural': '表格模板',
                'ordering': ('name', '-version'),
                'constraints': [models.UniqueConstraint(fields=('name', 'version'), name='performance_template_version'), models.CheckConstraint(condition=models.Q(('issuer__in', ['unit', 'department', 'treasury'])), name='performance_template_issuer'), models.CheckConstraint(condition=models.Q(('kind__in', ('docx', 'xlsx'))), name='performance_template_kind'), models.CheckConstraint(condition=models.Q(models.Q(('name', ''), _negated=True), models.Q(('digest', ''), _negated=True), models.Q(('added_by', ''), _negated=True)), name='performance_template_named'), models.CheckConstraint(condition=models.Q(models.Q(('retired_by', ''), ('retired_on', None)), models.Q(('retired_on__isnull', False), models.Q(('retired_by', ''), _negated=True)), _connector='OR'), name='performance_template_retired')],
            },
        ),
        CreateTriggers(TRIGGERS),
    ]
