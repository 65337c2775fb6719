"""A year's self-evaluation on its way from draft to filed: what the unit writes, and every round as it was sealed."""

from django.db import models
from django.db.models import Q


class FilingStatus(models.TextChoices):
    """Where a filing stands; a returned one is drafted again, a filed one never changes."""

    DRAFT = "draft", "起草"
    ASKED = "asked", "办理中"
    FILED = "filed", "已定稿"


class Filing(models.Model):
    """The self-evaluation of one project and year. `narrative` is name → the unit's paragraph, or its several items;
    `achieved` is what became of the objective.
    """

    target_set = models.OneToOneField(
        "performance.TargetSet", on_delete=models.PROTECT, related_name="filing", verbose_name="目标"
    )
    status = models.CharField("状态", max_length=12, choices=FilingStatus.choices, default=FilingStatus.DRAFT)
    narrative = models.JSONField("单位填写的段落", default=dict, blank=True)
    achieved = models.TextField("年度总体目标实际完成情况", blank=True)
    request = models.ForeignKey(
        "control.ApprovalRequest", on_delete=models.PROTECT, null=True, related_name="+", verbose_name="审批申请"
    )
    written_at = models.DateTimeField("最近填写时间")
    written_by = models.CharField("最近填写人", max_length=64)
    filed_on = models.DateField("定稿日期", null=True)

    class Meta:
        verbose_name = "自评办理"
        verbose_name_plural = "自评办理"
        ordering = ("-target_set__year", "target_set__project")
        constraints = (
            models.CheckConstraint(condition=Q(status__in=FilingStatus.values), name="performance_filing_status"),
            models.CheckConstraint(
                condition=Q(status="draft") | Q(request__isnull=False), name="performance_filing_asked"
            ),
            models.CheckConstraint(
                condition=Q(status="filed", filed_on__isnull=False) | (~Q(status="filed") & Q(filed_on=None)),
                name="performance_filing_filed_on",
            ),
        )

    def __str__(self) -> str:
        return str(self.target_set_id)


class FilingVersion(models.Model):
    """What one round submitted: `content` is the evaluation as text with its findings, `answers` the unit's answers by
    the findings' keys, `digest` seals both.
    """

    filing = models.ForeignKey(Filing, on_delete=models.PROTECT, related_name="versions", verbose_name="自评办理")
    number = models.PositiveSmallIntegerField("轮次")
    content = models.TextField("内容")
    answers = models.JSONField("对核对结果的答复", default=dict, blank=True)
    digest = models.CharField("内容摘要", max_length=80)
    made_at = models.DateTimeField("提交时间")
    made_by = models.CharField("提交人", max_length=64)

    class Meta:
        verbose_name = "自评轮次"
        verbose_name_plural = "自评轮次"
        ordering = ("filing", "-number")
        constraints = (
            models.UniqueConstraint(fields=("filing", "number"), name="performance_filing_version_number"),
            models.CheckConstraint(
                condition=~Q(content="") & ~Q(digest="") & ~Q(made_by=""), name="performance_filing_version_sealed"
            ),
        )

    def __str__(self) -> str:
        return f"{self.filing_id} {self.number}"
