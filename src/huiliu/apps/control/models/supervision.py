"""What supervisors looked at and what came of it: rows are added, and corrected by further rows only."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q


class Conclusion(models.TextChoices):
    """What a supervisor says."""

    CLEAN = "clean", "未发现问题"
    FOUND = "found", "发现问题"


class SupervisionRecord(models.Model):
    """One matter that somebody supervised, with the document that says so; `corrects` is the row it takes the place of.

    `project` is empty for what concerns all projects. `is_void` takes the corrected row back without another.
    """

    day = models.DateField("监管日期")
    supervisor = models.CharField("监管单位", max_length=80)
    matter = models.CharField("监管事项", max_length=120)
    project = models.CharField("项目代码", max_length=40, blank=True)
    conclusion = models.CharField("结论", max_length=8, choices=Conclusion.choices)
    finding = models.CharField("发现的问题", max_length=300, blank=True)
    due_on = models.DateField("整改期限", null=True, blank=True)
    rectified_on = models.DateField("整改完成日期", null=True, blank=True)
    document_name = models.CharField("监管文书", max_length=120)
    document_digest = models.CharField("文书摘要", max_length=80)
    corrects = models.OneToOneField(
        "self", on_delete=models.PROTECT, null=True, related_name="correction", verbose_name="更正的记录"
    )
    reason = models.CharField("更正理由", max_length=200, blank=True)
    is_void = models.BooleanField("作废", default=False)
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name="登记人"
    )
    recorded_at = models.DateTimeField("登记时间")

    class Meta:
        verbose_name = "监管记录"
        verbose_name_plural = "监管记录"
        ordering = ("-day", "-pk")
        constraints = (
            models.CheckConstraint(
                condition=Q(conclusion__in=Conclusion.values), name="control_supervision_conclusion"
            ),
            models.CheckConstraint(
                condition=~Q(supervisor="") & ~Q(matter="") & ~Q(document_name="") & ~Q(document_digest=""),
                name="control_supervision_whole",
            ),
            models.CheckConstraint(
                condition=Q(conclusion="found") & ~Q(finding="")
                | Q(conclusion="clean", finding="", due_on=None, rectified_on=None),
                name="control_supervision_finding",
            ),
            models.CheckConstraint(
                condition=(Q(due_on=None) | Q(due_on__gte=F("day")))
                & (Q(rectified_on=None) | Q(rectified_on__gte=F("day"))),
                name="control_supervision_days",
            ),
            models.CheckConstraint(
                condition=Q(corrects=None, reason="", is_void=False) | (Q(corrects__isnull=False) & ~Q(reason="")),
                name="control_supervision_correction",
            ),
        )

    def __str__(self) -> str:
        return f"{self.day} {self.pk}"
