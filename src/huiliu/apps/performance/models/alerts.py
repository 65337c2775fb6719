"""What was done about a warning: seen or handled, by whom, when; added and never changed."""

from django.db import models
from django.db.models import Q


class Mark(models.TextChoices):
    """What a person says of a warning."""

    SEEN = "seen", "已阅"
    HANDLED = "handled", "已处理"


class AlertMark(models.Model):
    """One act on a warning; `about` is the goal or contract it speaks of, `severity` how grave it was then."""

    project = models.CharField("项目代码", max_length=40)
    year = models.PositiveSmallIntegerField("年度")
    code = models.CharField("预警编号", max_length=16)
    about = models.CharField("所涉指标或合同", max_length=40, blank=True)
    severity = models.CharField("程度", max_length=8)
    since = models.DateField("预警始于")
    post = models.CharField("负责岗位", max_length=16)
    mark = models.CharField("处理", max_length=8, choices=Mark.choices)
    note = models.CharField("处理情况", max_length=200, blank=True)
    day = models.DateField("处理日期")
    marked_at = models.DateTimeField("处理时间")
    marked_by = models.CharField("处理人", max_length=64)

    class Meta:
        verbose_name = "预警处理"
        verbose_name_plural = "预警处理"
        ordering = ("-pk",)
        indexes = (models.Index(fields=("project", "year"), name="performance_alert_mark_year"),)
        constraints = (
            models.CheckConstraint(condition=Q(mark__in=Mark.values), name="performance_alert_mark_known"),
            models.CheckConstraint(condition=~Q(mark="handled") | ~Q(note=""), name="performance_alert_mark_says_what"),
        )

    def __str__(self) -> str:
        return f"{self.project} {self.year} {self.code}"
