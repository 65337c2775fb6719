"""The quarterly look at every grant: still needed, or not."""

from django.conf import settings
from django.db import models
from django.db.models import Q


class Verdict(models.TextChoices):
    """What a review says of a grant."""

    KEEP = "keep", "保留"
    REVOKE = "revoke", "撤销"


class GrantReview(models.Model):
    """One grant in one quarter (`2025Q1`), looked at by somebody else than its holder; never changed."""

    grant = models.ForeignKey(
        "accounts.Grant", on_delete=models.PROTECT, related_name="reviews", verbose_name="岗位授权"
    )
    quarter = models.CharField("季度", max_length=6)
    verdict = models.CharField("结论", max_length=8, choices=Verdict.choices)
    reviewer = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name="复核人"
    )
    comment = models.CharField("说明", max_length=200, blank=True)
    reviewed_at = models.DateTimeField("复核时间")

    class Meta:
        verbose_name = "岗位权限复核"
        verbose_name_plural = "岗位权限复核"
        ordering = ("-quarter", "grant")
        constraints = (
            models.UniqueConstraint(fields=("grant", "quarter"), name="control_review_once"),
            models.CheckConstraint(condition=Q(verdict__in=Verdict.values), name="control_review_verdict"),
            models.CheckConstraint(condition=Q(verdict="keep") | ~Q(comment=""), name="control_review_says_why"),
        )

    def __str__(self) -> str:
        return f"{self.quarter} {self.grant_id}"
