"""What was said to a suggestion for the next year: accepted or set aside, with a reason; rows are added."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from huiliu.scoring.suggestions import LABELS, SUBJECTS


class SuggestionDecision(models.Model):
    """One answer to what a year's result proposes; the newest of a key counts.

    `text` and `value` are what it said then; `row` is the target row it speaks of, empty for the whole; `figure` the id
    of the number in the assessment.
    """

    target_set = models.ForeignKey(
        "performance.TargetSet", on_delete=models.PROTECT, related_name="suggestions", verbose_name="目标"
    )
    code = models.CharField("建议", max_length=16, choices=tuple(LABELS.items()))
    subject = models.CharField("对象", max_length=8, choices=tuple(SUBJECTS.items()))
    row = models.CharField("指标编号", max_length=16, blank=True)
    text = models.CharField("内容", max_length=300)
    figure = models.CharField("所据数字", max_length=120)
    value = models.CharField("当时的数值", max_length=64, blank=True)
    is_accepted = models.BooleanField("采纳")
    reason = models.CharField("理由", max_length=200)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name="决定人")
    at = models.DateTimeField("决定时间")

    class Meta:
        verbose_name = "结果应用建议"
        verbose_name_plural = "结果应用建议"
        ordering = ("-pk",)
        constraints = (
            models.CheckConstraint(
                condition=Q(code__in=tuple(LABELS), subject__in=tuple(SUBJECTS)) & ~Q(text="") & ~Q(reason=""),
                name="performance_suggestion_says",
            ),
        )

    def __str__(self) -> str:
        return f"{self.target_set_id} {self.key}"

    @property
    def key(self) -> str:
        """How addresses name it."""
        return f"{self.code}.{self.row}" if self.row else self.code
