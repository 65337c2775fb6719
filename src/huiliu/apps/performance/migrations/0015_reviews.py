"""Reviews and draws by lot, held by the database: rows are added, and nobody looks at what is the own work."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from huiliu.web.triggers import CreateTriggers, Trigger

REVIEW, SCORE, SPOT, ROW, OUTCOME = (
    "performance_review", "performance_reviewscore", "performance_spotcheck", "performance_spotrow",
    "performance_spotoutcome",
)
MEASURED, DECLARED, PERSON = "performance_measurement", "performance_declaredscore", "accounts_user"
KEPT = "REVIEW-010 复核记录不能改动或删除，只能以新记录更正"
DRAWN = "SPOT-010 抽查记录不能改动或删除"
PLACE = f"FROM {ROW} r JOIN {SPOT} s ON s.id = r.spot_id JOIN {PERSON} u ON u.id = NEW.by_id"
TRIGGERS = (
    Trigger(
        "performance_review_insert",
        REVIEW,
        "INSERT",
        "REVIEW-011 原复核不存在、已被更正或已作废",
        refuse=f"""
            EXISTS (SELECT 1 FROM {REVIEW} o WHERE o.id = NEW.id)
            OR (NEW.corrects_id IS NOT NULL AND (
                NOT EXISTS (SELECT 1 FROM {REVIEW} o WHERE o.id = NEW.corrects_id AND NOT o.is_void
                              AND o.target_set_id = NEW.target_set_id)
                OR EXISTS (SELECT 1 FROM {REVIEW} o WHERE o.corrects_id = NEW.corrects_id)))
        """,
    ),
    Trigger(
        "performance_review_score_insert",
        SCORE,
        "INSERT",
        "REVIEW-012 复核得分只能与复核一同登记",
        refuse=f"""
            EXISTS (SELECT 1 FROM {SCORE} o WHERE o.id = NEW.id
                    OR (o.review_id = NEW.review_id AND o.position = NEW.position))
            OR NEW.position >= (SELECT r.score_count FROM {REVIEW} r WHERE r.id = NEW.review_id)
        """,
    ),
    Trigger(
        "performance_spot_insert", SPOT, "INSERT", DRAWN,
        refuse=f"""
            EXISTS (SELECT 1 FROM {SPOT} o WHERE o.id = NEW.id
                    OR (o.target_set_id = NEW.target_set_id AND o.day = NEW.day))
        """,
    ),
    Trigger(
        "performance_spot_row_insert", ROW, "INSERT", DRAWN,
        refuse=f"""
            EXISTS (SELECT 1 FROM {ROW} o WHERE o.id = NEW.id
                    OR (o.spot_id = NEW.spot_id AND o.position = NEW.position))
            OR EXISTS (SELECT 1 FROM {OUTCOME} c JOIN {ROW} o ON o.id = c.spot_row_id WHERE o.spot_id = NEW.spot_id)
        """,
    ),
    Trigger(
        "performance_spot_outcome_insert",
        OUTCOME,
        "INSERT",
        "SPOT-011 没有抽中这一行，或者由测量人、填报人自己核对",
        refuse=f"""
            EXISTS (SELECT 1 FROM {OUTCOME} o WHERE o.id = NEW.id)
            OR NOT EXISTS (SELECT 1 {PLACE} WHERE r.id = NEW.spot_row_id AND r.position < s.size)
            OR EXISTS (SELECT 1 {PLACE} JOIN {MEASURED} m ON m.target_set_id = s.target_set_id AND m."row" = r."row"
                       WHERE r.id = NEW.spot_row_id AND m.author = u.username)
            OR EXISTS (SELECT 1 {PLACE} JOIN {DECLARED} d ON d.target_set_id = s.target_set_id AND d."row" = r."row"
                       WHERE r.id = NEW.spot_row_id AND d.declared_by = u.username)
        """,
    ),
    *(
        Trigger(f"{table}_no_{when.lower()}", table, when, message)
        for table, message in ((REVIEW, KEPT), (SCORE, KEPT), (SPOT, DRAWN), (ROW, DRAWN), (OUTCOME, DRAWN))
        for when in ("UPDATE", "DELETE", "TRUNCATE")
    ),
)


class Migration(migrations.Migration):

    dependencies = [
        ('performance', '0014_rectifications'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Review',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('body', models.CharField(choices=[('department', '主管部门'), ('treasury', '财政部门')], max_length=12, verbose_name='复核方')),
                ('body_name', models.CharField(max_length=80, verbose_name='复核单位')),
                ('reviewed_on', models.DateField(verbose_name='复核日期')),
                ('document_no', models.CharField(max_length=64, verbose_name='文号')),
                ('document_name', models.CharField(max_length=120, verbose_name='复核文书')),
                ('document_digest', models.CharField(max_length=80, verbose_name='文书摘要')),
                ('score_count', models.PositiveSmallIntegerField(verbose_name='得分条数')),
                ('reason', models.CharField(blank=True, max_length=200, verbose_name='更正理由')),
                ('is_void', models.BooleanField(default=False, verbose_name='作废')),
                ('recorded_at', models.DateTimeField(verbose_name='登记时间')),
                ('corrects', models.OneToOneField(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='correction', to='performance.review', verbose_name='更正的复核')),
                ('recorded_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='登记人')),
                ('target_set', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='reviews', to='performance.targetset', verbose_name='目标')),
            ],
            options={
                'verbose_name': '绩效复核',
                'verbose_name_plural': '绩效复核',
                'ordering': ('-reviewed_on', '-pk'),
            },
        ),
        migrations.CreateModel(
            name='ReviewScore',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('position', models.PositiveSmallIntegerField(verbose_name='顺序')),
                ('row', models.CharField(max_length=16, verbose_name='指标编号')),
                ('points', models.DecimalField(decimal_places=2, max_digits=7, verbose_name='复核得分')),
                ('declared', models.CharField(blank=True, max_length=16, verbose_name='当时的自评得分')),
                ('reason', models.CharField(blank=True, max_length=200, verbose_name='差异理由')),
                ('review', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='scores', to='performance.review', verbose_name='复核')),
            ],
            options={
                'verbose_name': '复核得分',
                'verbose_name_plural': '复核得分',
                'ordering': ('review', 'position'),
            },
        ),
        migrations.CreateModel(
            name='SpotCheck',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('day', models.DateField(verbose_name='抽取日期')),
                ('link_seq', models.BigIntegerField(verbose_name='审计序号')),
                ('link', models.CharField(max_length=64, verbose_name='审计摘要')),
                ('size', models.PositiveSmallIntegerField(verbose_name='抽取行数')),
                ('drawn_at', models.DateTimeField(verbose_name='抽取时间')),
                ('drawn_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='抽取人')),
                ('target_set', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='spot_checks', to='performance.targetset', verbose_name='目标')),
            ],
            options={
                'verbose_name': '抽查',
                'verbose_name_plural': '抽查',
                'ordering': ('-day', '-pk'),
            },
        ),
        migrations.CreateModel(
            name='SpotRow',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('position', models.PositiveSmallIntegerField(verbose_name='签序')),
                ('row', models.CharField(max_length=16, verbose_name='指标编号')),
                ('label', models.CharField(max_length=100, verbose_name='指标')),
                ('lot', models.CharField(max_length=64, verbose_name='签号')),
                ('spot', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='rows', to='performance.spotcheck', verbose_name='抽查')),
            ],
            options={
                'verbose_name': '抽查指标',
                'verbose_name_plural': '抽查指标',
                'ordering': ('spot', 'position'),
            },
        ),
        migrations.CreateModel(
            name='SpotOutcome',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('has_evidence', models.BooleanField(verbose_name='有佐证')),
                ('verdict', models.CharField(choices=[('agrees', '相符'), ('differs', '不符'), ('unproved', '证据不足')], max_length=12, verbose_name='结果')),
                ('words', models.CharField(max_length=300, verbose_name='说明')),
                ('at', models.DateTimeField(verbose_name='核对时间')),
                ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='核对人')),
                ('spot_row', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='outcomes', to='performance.spotrow', verbose_name='抽查指标')),
            ],
            options={
                'verbose_name': '抽查结果',
                'verbose_name_plural': '抽查结果',
                'ordering': ('spot_row', '-pk'),
            },
        ),
        migrations.AddConstraint(
            model_name='review',
            constraint=models.CheckConstraint(condition=models.Q(('body__in', ('department', 'treasury'))), name='performance_review_body'),
        ),
        migrations.AddConstraint(
            model_name='review',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('body_name', ''), _negated=True), models.Q(('document_no', ''), _negated=True), models.Q(('document_name', ''), _negated=True), models.Q(('document_digest', ''), _negated=True)), name='performance_review_whole'),
        ),
        migrations.AddConstraint(
            model_name='review',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('corrects', None), ('is_void', False), ('reason', '')), models.Q(('corrects__isnull', False), models.Q(('reason', ''), _negated=True)), _connector='OR'), name='performance_review_correction'),
        ),
        migrations.AddConstraint(
            model_name='reviewscore',
            constraint=models.UniqueConstraint(fields=('review', 'row'), name='performance_review_row'),
        ),
        migrations.AddConstraint(
            model_name='reviewscore',
            constraint=models.CheckConstraint(condition=models.Q(('points__gte', 0), models.Q(('row', ''), _negated=True)), name='performance_review_points'),
        ),
        migrations.AddConstraint(
            model_name='spotcheck',
            constraint=models.UniqueConstraint(fields=('target_set', 'day'), name='performance_spot_once_a_day'),
        ),
        migrations.AddConstraint(
            model_name='spotcheck',
            constraint=models.CheckConstraint(condition=models.Q(('size__gte', 1)), name='performance_spot_size'),
        ),
        migrations.AddConstraint(
            model_name='spotrow',
            constraint=models.UniqueConstraint(fields=('spot', 'position'), name='performance_spot_position'),
        ),
        migrations.AddConstraint(
            model_name='spotoutcome',
            constraint=models.CheckConstraint(condition=models.Q(('verdict__in', ['agrees', 'differs', 'unproved']), models.Q(('words', ''), _negated=True)), name='performance_spot_says'),
        ),
        migrations.AddConstraint(
            model_name='spotoutcome',
            constraint=models.CheckConstraint(condition=models.Q(('verdict', 'unproved'), ('has_evidence', True), _connector='OR'), name='performance_spot_evidence'),
        ),
        CreateTriggers(TRIGGERS),
    ]
