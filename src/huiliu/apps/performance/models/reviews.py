"""What a department or the treasury gave a self-evaluation, and rows drawn by lot and looked at; rows are added."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from huiliu.scoring.reviews import BODIES


class Review(models.Model):
    """One review with its document; `corrects` is the one it takes the place of, `is_void` takes that back."""

    target_set = models.ForeignKey(
        "performance.TargetSet", on_delete=models.PROTECT, related_name="reviews", verbose_name="目标"
    )
    body = models.CharField("复核方", max_length=12, choices=tuple(BODIES.items()))
    body_name = models.CharField("复核单位", max_length=80)
    reviewed_on = models.DateField("复核日期")
    document_no = models.CharField("文号", max_length=64)
    document_name = models.CharField("复核文书", max_length=120)
    document_digest = models.CharField("文书摘要", max_length=80)
    score_count = models.PositiveSmallIntegerField("得分条数")
    corrects = models.OneToOneField(
        "self", on_delete=models.PROTECT, null=True, related_name="correction", verbose_name="更正的复核"
    )
    reason = models.CharField("更正理由", max_length=200, blank=True)
    is_void = models.BooleanField("作废", default=False)
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name="登记人"
    )
    recorded_at = models.DateTimeField("登记时间")

    class Meta:
        verbose_name = "绩效复核"
        verbose_name_plural = "绩效复核"
        ordering = ("-reviewed_on", "-pk")
        constraints = (
            models.CheckConstraint(condition=Q(body__in=tuple(BODIES)), name="performance_review_body"),
            models.CheckConstraint(
                condition=~Q(body_name="") & ~Q(document_no="") & ~Q(document_name="") & ~Q(document_digest=""),
                name="performance_review_whole",
            ),
            models.CheckConstraint(
                condition=Q(corrects=None, reason="", is_void=False) | (Q(corrects__isnull=False) & ~Q(reason="")),
                name="performance_review_correction",
            ),
        )

    def __str__(self) -> str:
        return f"{self.target_set_id} {self.body} {self.reviewed_on}"


class ReviewScore(models.Model):
    """Points for one row (its code) or the whole (`total`); `declared` is what the unit had declared then."""

    review = models.ForeignKey(Review, on_delete=models.PROTECT, related_name="scores", verbose_name="复核")
    position = models.PositiveSmallIntegerField("顺序")
    row = models.CharField("指标编号", max_length=16)
    points = models.DecimalField("复核得分", max_digits=7, decimal_places=2)
    declared = models.CharField("当时的自评得分", max_length=16, blank=True)
    reason = models.CharField("差异理由", max_length=200, blank=True)

    class Meta:
        verbose_name = "复核得分"
        verbose_name_plural = "复核得分"
        ordering = ("review", "position")
        constraints = (
            models.UniqueConstraint(fields=("review", "row"), name="performance_review_row"),
            models.CheckConstraint(condition=Q(points__gte=0) & ~Q(row=""), name="performance_review_points"),
        )

    def __str__(self) -> str:
        return f"{self.review_id} {self.row}"


class SpotCheck(models.Model):
    """One draw; `link_seq` and `link` are the row the audit chain ended with before the day, which gives the seed."""

    target_set = models.ForeignKey(
        "performance.TargetSet", on_delete=models.PROTECT, related_name="spot_checks", verbose_name="目标"
    )
    day = models.DateField("抽取日期")
    link_seq = models.BigIntegerField("审计序号")
    link = models.CharField("审计摘要", max_length=64)
    size = models.PositiveSmallIntegerField("抽取行数")
    drawn_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name="抽取人"
    )
    drawn_at = models.DateTimeField("抽取时间")

    class Meta:
        verbose_name = "抽查"
        verbose_name_plural = "抽查"
        ordering = ("-day", "-pk")
        constraints = (
            models.UniqueConstraint(fields=("target_set", "day"), name="performance_spot_once_a_day"),
            models.CheckConstraint(condition=Q(size__gte=1), name="performance_spot_size"),
        )

    def __str__(self) -> str:
        return f"{self.target_set_id} {self.day}"


class SpotRow(models.Model):
    """A row of the targets that took part in a draw, with its lot; the first `size` of them are looked at."""

    spot = models.ForeignKey(SpotCheck, on_delete=models.PROTECT, related_name="rows", verbose_name="抽查")
    position = models.PositiveSmallIntegerField("签序")
    row = models.CharField("指标编号", max_length=16)
    label = models.CharField("指标", max_length=100)
    lot = models.CharField("签号", max_length=64)

    class Meta:
        verbose_name = "抽查指标"
        verbose_name_plural = "抽查指标"
        ordering = ("spot", "position")
        constraints = (models.UniqueConstraint(fields=("spot", "position"), name="performance_spot_position"),)

    def __str__(self) -> str:
        return f"{self.spot_id} {self.row}"


class Verdict(models.TextChoices):
    """What came of looking at a row."""

    AGREES = "agrees", "相符"
    DIFFERS = "differs", "不符"
    UNPROVED = "unproved", "证据不足"


class SpotOutcome(models.Model):
    """What a person saw; the newest of a row counts."""

    spot_row = models.ForeignKey(SpotRow, on_delete=models.PROTECT, related_name="outcomes", verbose_name="抽查指标")
    has_evidence = models.BooleanField("有佐证")
    verdict = models.CharField("结果", max_length=12, choices=Verdict.choices)
    words = models.CharField("说明", max_length=300)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name="核对人")
    at = models.DateTimeField("核对时间")

    class Meta:
        verbose_name = "抽查结果"
        verbose_name_plural = "抽查结果"
        ordering = ("spot_row", "-pk")
        constraints = (
            models.CheckConstraint(
                condition=Q(verdict__in=Verdict.values) & ~Q(words=""), name="performance_spot_says"
            ),
            models.CheckConstraint(
                condition=Q(verdict="unproved") | Q(has_evidence=True), name="performance_spot_evidence"
            ),
        )

    def __str__(self) -> str:
        return f"{self.spot_row_id} {self.verdict}"
