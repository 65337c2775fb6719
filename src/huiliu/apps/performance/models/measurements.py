"""What came of a target on a day, and the evidence it rests on; rows are added and never changed."""

from django.db import models
from django.db.models import Q

from huiliu.kernel.figures import COMPUTED, MANUAL, MEASURED, NOT_APPLICABLE

STATES = (MEASURED, COMPUTED, NOT_APPLICABLE, MANUAL)


class Measurement(models.Model):
    """One measurement of one target row at the end of `day`; numbers are decimal text, empty for none.

    `definition` is the digest of the indicator's version, `figures` what the value was worked out of (their records are
    the evidence), `digest` seals all of it together with the evidence.
    """

    target_set = models.ForeignKey(
        "performance.TargetSet", on_delete=models.PROTECT, related_name="measurements", verbose_name="目标"
    )
    version = models.ForeignKey(
        "performance.TargetVersion", on_delete=models.PROTECT, related_name="measurements", verbose_name="目标版本"
    )
    row = models.CharField("指标编号", max_length=16)
    label = models.CharField("指标", max_length=100)
    indicator = models.CharField("测量方法", max_length=64, blank=True)
    definition = models.CharField("定义摘要", max_length=80, blank=True)
    day = models.DateField("截至日期")
    value = models.CharField("实际完成值", max_length=64, blank=True)
    unit = models.CharField("计量单位", max_length=16, blank=True)
    state = models.CharField("状态", max_length=16)
    level = models.CharField("评判等级", max_length=16, blank=True)
    reason = models.CharField("说明", max_length=300, blank=True)
    formula = models.CharField("算法", max_length=300, blank=True)
    expression = models.CharField("算式", max_length=300, blank=True)
    figures = models.JSONField("所用数字", default=list)
    evidence_count = models.PositiveIntegerField("佐证条数")
    author = models.CharField("测量人", max_length=64)
    computed_at = models.DateTimeField("测量时间")
    digest = models.CharField("内容摘要", max_length=80)

    class Meta:
        verbose_name = "绩效测量"
        verbose_name_plural = "绩效测量"
        ordering = ("-pk",)
        indexes = (models.Index(fields=("target_set", "row"), name="performance_measurement_row"),)
        constraints = (
            models.CheckConstraint(condition=Q(state__in=STATES), name="performance_measurement_state"),
            models.CheckConstraint(
                condition=~Q(row="") & ~Q(label="") & ~Q(author="") & ~Q(digest=""),
                name="performance_measurement_named",
            ),
            models.CheckConstraint(
                condition=~Q(state=NOT_APPLICABLE) | (Q(value="") & ~Q(reason="")),
                name="performance_measurement_not_applicable",
            ),
            models.CheckConstraint(
                condition=~Q(state=MANUAL) | (~Q(value="") & ~Q(reason="") & Q(evidence_count__gt=0)),
                name="performance_measurement_by_hand",
            ),
            models.CheckConstraint(condition=~Q(value="") | ~Q(reason=""), name="performance_measurement_says_why_not"),
        )

    def __str__(self) -> str:
        return f"{self.target_set_id} {self.row} {self.day}"


class MeasurementEvidence(models.Model):
    """One row behind a measurement: which of its figures it adds to, what it is, its seal, its batch or voucher."""

    measurement = models.ForeignKey(Measurement, on_delete=models.PROTECT, related_name="evidence", verbose_name="测量")
    position = models.PositiveIntegerField("顺序")
    figure = models.CharField("所属数字", max_length=120, blank=True)
    kind = models.CharField("类别", max_length=40)
    key = models.CharField("标识", max_length=120)
    label = models.CharField("内容", max_length=300)
    value = models.CharField("数值", max_length=64, blank=True)
    link = models.CharField("地址", max_length=200, blank=True)
    digest = models.CharField("摘要", max_length=80, blank=True)
    reference = models.CharField("批次或凭证", max_length=120, blank=True)

    class Meta:
        verbose_name = "测量佐证"
        verbose_name_plural = "测量佐证"
        ordering = ("measurement", "position")
        constraints = (
            models.UniqueConstraint(fields=("measurement", "position"), name="performance_evidence_position"),
            models.CheckConstraint(condition=~Q(kind="") & ~Q(label=""), name="performance_evidence_named"),
        )

    def __str__(self) -> str:
        return f"{self.measurement_id} {self.position}"
