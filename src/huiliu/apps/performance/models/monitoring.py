"""What monitoring showed on a day, kept for ever: figures and warnings as they were printed."""

from django.db import models
from django.db.models import Q


class Occasion(models.TextChoices):
    """Why a snapshot was taken."""

    QUARTER = "quarter", "季度"
    DEMAND = "demand", "按需"


class MonitoringSnapshot(models.Model):
    """One look at a project's year; `project` is the code of the ledger.

    `content` holds `figures` (as `FigureBook.as_json`) and `alerts`; `digest` seals it. Evidence of what was known on
    the day, never read back into a calculation.
    """

    project = models.CharField("项目代码", max_length=40)
    year = models.PositiveSmallIntegerField("年度")
    day = models.DateField("监控截至")
    occasion = models.CharField("时点", max_length=8, choices=Occasion.choices)
    content = models.JSONField("内容")
    digest = models.CharField("内容摘要", max_length=80)
    taken_at = models.DateTimeField("留存时间")
    taken_by = models.CharField("留存人", max_length=64)

    class Meta:
        verbose_name = "监控快照"
        verbose_name_plural = "监控快照"
        ordering = ("-day", "-pk")
        indexes = (models.Index(fields=("project", "year"), name="performance_snapshot_year"),)
        constraints = (
            models.UniqueConstraint(
                fields=("project", "year", "day"), condition=Q(occasion="quarter"), name="performance_snapshot_once"
            ),
            models.CheckConstraint(condition=Q(occasion__in=Occasion.values), name="performance_snapshot_occasion"),
            models.CheckConstraint(
                condition=~Q(project="") & ~Q(digest="") & ~Q(taken_by=""), name="performance_snapshot_sealed"
            ),
        )

    def __str__(self) -> str:
        return f"{self.project} {self.year} {self.day}"
