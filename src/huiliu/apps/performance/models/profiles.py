"""Scoring profiles that a unit made on a page: the same data as the catalog's files, kept as it was written."""

from django.db import models
from django.db.models import Q


class WrittenProfile(models.Model):
    """One profile; `data` holds the keys of the catalog's files, numbers as text. Never changed once written.

    `digest` seals the data; targets name a profile by `code` and so are scored by the same numbers for ever.
    """

    code = models.CharField("代码", max_length=64, unique=True)
    data = models.JSONField("内容")
    digest = models.CharField("内容摘要", max_length=80)
    written_at = models.DateTimeField("建立时间")
    written_by = models.CharField("建立人", max_length=64)

    class Meta:
        verbose_name = "评分方案"
        verbose_name_plural = "评分方案"
        ordering = ("code",)
        constraints = (
            models.CheckConstraint(
                condition=~Q(code="") & ~Q(digest="") & ~Q(written_by=""), name="performance_profile_named"
            ),
        )

    def __str__(self) -> str:
        return self.code
