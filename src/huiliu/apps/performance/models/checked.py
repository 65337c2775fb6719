"""Batches of other units' self-evaluation tables that were checked together: what was found, kept as it was found."""

from django.db import models
from django.db.models import Q


class CheckedBatch(models.Model):
    """One check of many files. `content` is the JSON of `scoring.checked`, which names no person; `digest` seals it.

    The files themselves are not kept: they are other units' papers, and their digests are not needed to read this.
    """

    profile = models.CharField("评分方案", max_length=64, blank=True)
    files = models.PositiveIntegerField("文件")
    tables = models.PositiveIntegerField("表")
    units = models.PositiveIntegerField("单位")
    unreadable = models.PositiveIntegerField("读不了的文件")
    errors = models.PositiveIntegerField("错误")
    warnings = models.PositiveIntegerField("警告")
    content = models.TextField("结果")
    digest = models.CharField("结果摘要", max_length=80)
    checked_at = models.DateTimeField("核对时间")
    checked_by = models.CharField("核对人", max_length=64)

    class Meta:
        verbose_name = "批量核对"
        verbose_name_plural = "批量核对"
        ordering = ("-pk",)
        constraints = (
            models.CheckConstraint(
                condition=~Q(content="") & ~Q(digest="") & ~Q(checked_by=""), name="performance_checked_sealed"
            ),
        )

    def __str__(self) -> str:
        return f"批量核对 {self.pk}"
