"""What is made public, held by the database: packages and publications are added, a package is signed once."""

import django.db.models.deletion
from django.db import migrations, models

from huiliu.web.triggers import CreateTriggers, Trigger

DISCLOSURE, PACKAGE, PUBLICATION = (
    f"performance_{name}" for name in ("disclosure", "disclosurepackage", "disclosurepublication")
)
KEPT = "DISC-020 公开事项、材料和登记不能改动或删除"
FIXED = ("disclosure_id", "number", "digest", "size", "source", "made_at", "made_by")
TRIGGERS = (
    Trigger(
        "performance_disclosure_update",
        DISCLOSURE,
        "UPDATE",
        KEPT,
        refuse=f"""
            OLD.id <> NEW.id OR OLD.target_set_id <> NEW.target_set_id OR OLD.occasion <> NEW.occasion
            OR OLD.opened_at <> NEW.opened_at OR OLD.opened_by <> NEW.opened_by
            OR EXISTS (SELECT 1 FROM {PACKAGE} p WHERE p.disclosure_id = OLD.id AND p.signed_on IS NOT NULL)
        """,
    ),
    Trigger(
        "performance_disclosure_insert", DISCLOSURE, "INSERT", KEPT,
        refuse=f"EXISTS (SELECT 1 FROM {DISCLOSURE} o WHERE o.id = NEW.id)",
    ),
    Trigger(
        "performance_package_insert",
        PACKAGE,
        "INSERT",
        "DISC-021 已有签批的公开材料，不能再生成",
        refuse=f"""
            NEW.signed_on IS NOT NULL OR EXISTS (SELECT 1 FROM {PACKAGE} p WHERE p.id = NEW.id)
            OR EXISTS (SELECT 1 FROM {PACKAGE} p WHERE p.disclosure_id = NEW.disclosure_id AND p.signed_on IS NOT NULL)
        """,
        lock=f"SELECT 1 FROM {DISCLOSURE} WHERE id = NEW.disclosure_id FOR UPDATE",
    ),
    Trigger(
        "performance_package_update",
        PACKAGE,
        "UPDATE",
        KEPT,
        refuse=f"""
            OLD.id <> NEW.id OR {' OR '.join(f'OLD.{name} <> NEW.{name}' for name in FIXED)}
            OR CAST(OLD.files AS text) <> CAST(NEW.files AS text) OR CAST(OLD.masked AS text) <> CAST(NEW.masked AS text)
            OR OLD.signed_on IS NOT NULL
            OR (OLD.request_id IS NOT NULL AND (NEW.request_id IS NULL OR OLD.request_id <> NEW.request_id))
        """,
    ),
    Trigger(
        "performance_publication_insert",
        PUBLICATION,
        "INSERT",
        "DISC-018 材料还没有审批通过，不能登记公开",
        refuse=f"""
            EXISTS (SELECT 1 FROM {PUBLICATION} o WHERE o.id = NEW.id)
            OR NOT EXISTS (SELECT 1 FROM {PACKAGE} p WHERE p.id = NEW.package_id AND p.signed_on IS NOT NULL
                           AND p.signed_on <= NEW.published_on)
        """,
    ),
    Trigger("performance_publication_no_update", PUBLICATION, "UPDATE", KEPT),
    *(
        Trigger(f"{table}_no_{when.lower()}", table, when, KEPT)
        for table in (DISCLOSURE, PACKAGE, PUBLICATION)
        for when in ("DELETE", "TRUNCATE")
    ),
)


class Migration(migrations.Migration):

    dependencies = [
        ('control', '0009_supervision'),
        ('performance', '0017_form_templates'),
    ]

    operations = [
        migrations.CreateModel(
            name='Disclosure',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('occasion', models.CharField(choices=[('budget', '预算公开'), ('final', '决算公开')], max_length=8, verbose_name='公开事项')),
                ('reply_no', models.CharField(max_length=64, verbose_name='批复文号')),
                ('reply_on', models.DateField(verbose_name='批复日期')),
                ('opened_at', models.DateTimeField(verbose_name='登记时间')),
                ('opened_by', models.CharField(max_length=64, verbose_name='登记人')),
                ('target_set', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='disclosures', to='performance.targetset', verbose_name='目标')),
            ],
            options={
                'verbose_name': '公开',
                'verbose_name_plural': '公开',
                'ordering': ('-reply_on', '-pk'),
            },
        ),
        migrations.CreateModel(
            name='DisclosurePackage',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.PositiveSmallIntegerField(verbose_name='次数')),
                ('digest', models.CharField(max_length=80, verbose_name='材料摘要')),
                ('size', models.PositiveIntegerField(verbose_name='字节数')),
                ('files', models.JSONField(verbose_name='文件')),
                ('masked', models.JSONField(default=dict, verbose_name='不予公开')),
                ('source', models.CharField(max_length=80, verbose_name='来源摘要')),
                ('made_at', models.DateTimeField(verbose_name='生成时间')),
                ('made_by', models.CharField(max_length=64, verbose_name='生成人')),
                ('signed_on', models.DateField(null=True, verbose_name='审批通过日期')),
                ('disclosure', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='packages', to='performance.disclosure', verbose_name='公开')),
                ('request', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='control.approvalrequest', verbose_name='审批申请')),
            ],
            options={
                'verbose_name': '公开材料',
                'verbose_name_plural': '公开材料',
                'ordering': ('disclosure', '-number'),
            },
        ),
        migrations.CreateModel(
            name='DisclosurePublication',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('address', models.URLField(max_length=300, verbose_name='公开网址')),
                ('published_on', models.DateField(verbose_name='公开日期')),
                ('note', models.CharField(blank=True, max_length=200, verbose_name='说明')),
                ('recorded_at', models.DateTimeField(verbose_name='登记时间')),
                ('recorded_by', models.CharField(max_length=64, verbose_name='登记人')),
                ('package', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='publications', to='performance.disclosurepackage', verbose_name='公开材料')),
            ],
            options={
                'verbose_name': '公开登记',
                'verbose_name_plural': '公开登记',
                'ordering': ('published_on', 'pk'),
            },
        ),
        migrations.AddConstraint(
            model_name='disclosure',
            constraint=models.UniqueConstraint(fields=('target_set', 'occasion'), name='performance_disclosure_once'),
        ),
        migrations.AddConstraint(
            model_name='disclosure',
            constraint=models.CheckConstraint(condition=models.Q(('occasion__in', ['budget', 'final'])), name='performance_disclosure_occasion'),
        ),
        migrations.AddConstraint(
            model_name='disclosure',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('reply_no', ''), _negated=True), models.Q(('opened_by', ''), _negated=True)), name='performance_disclosure_replied'),
        ),
        migrations.AddConstraint(
            model_name='disclosurepackage',
            constraint=models.UniqueConstraint(fields=('disclosure', 'number'), name='performance_package_number'),
        ),
        migrations.AddConstraint(
            model_name='disclosurepackage',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('digest', ''), _negated=True), models.Q(('source', ''), _negated=True), models.Q(('made_by', ''), _negated=True)), name='performance_package_sealed'),
        ),
        migrations.AddConstraint(
            model_name='disclosurepackage',
            constraint=models.CheckConstraint(condition=models.Q(('signed_on', None), ('request__isnull', False), _connector='OR'), name='performance_package_signed'),
        ),
        migrations.AddConstraint(
            model_name='disclosurepublication',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('address', ''), _negated=True), models.Q(('recorded_by', ''), _negated=True)), name='performance_publication_said'),
        ),
        CreateTriggers(TRIGGERS),
    ]
