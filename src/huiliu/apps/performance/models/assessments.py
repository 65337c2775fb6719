"""What a unit declares of its targets, kept for ever beside the scores that are computed and never stored."""

from django.db import models
from django.db.models import Q


class DeclaredScore(models.Model):
    """Points declared for one row of a project's targets, the newest of a row counts; `row` is its code.

    `computed` is what was computed at that moment, as decimal text, empty where nothing could be: evidence of what the
    person saw, never read back as a score.
    """

    target_set = models.ForeignKey(
        "performance.TargetSet", on_delete=models.PROTECT, related_name="declared", verbose_name="目标"
    )
    row = models.CharField("指标编号", max_length=16)
    points = models.DecimalField("自评得分", max_digits=7, decimal_places=2)
    computed = models.CharField("当时的计算得分", max_length=16, blank=True)
    reason = models.CharField("理由", max_length=200, blank=True)
    declared_at = models.DateTimeField("填报时间")
    declared_by = models.CharField("填报人", max_length=64)

    class Meta:
        verbose_name = "自评得分"
        verbose_name_plural = "自评得分"
        ordering = ("-pk",)
        constraints = (
            models.CheckConstraint(condition=Q(points__gte=0), name="performance_declared_points"),
            models.CheckConstraint(condition=~Q(row="") & ~Q(declared_by=""), name="performance_declared_named"),
        )

    def __str__(self) -> str:
        return f"{self.target_set_id} {self.row}"
