"""What has to be put right after an evaluation: matters with an owner and a day, and what was done; rows are added."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q


class Origin(models.TextChoices):
    """Where a matter comes from."""

    FINDING = "finding", "检查发现"
    REVIEW = "review", "复核差异"
    SPOT = "spot", "抽查结果"
    SUPERVISION = "supervision", "监管问题"
    OTHER = "other", "其他"


class Act(models.TextChoices):
    """What is done about a matter."""

    PROGRESS = "progress", "进展"
    PROVED = "proved", "提交佐证"
    CLOSED = "closed", "销号"
    REOPENED = "reopened", "重新打开"
    VOID = "void", "撤销"


class Rectification(models.Model):
    """One matter of a project's year; `source` is what it comes from: a row's code, the number of a record."""

    target_set = models.ForeignKey(
        "performance.TargetSet", on_delete=models.PROTECT, related_name="rectifications", verbose_name="目标"
    )
    origin = models.CharField("来源", max_length=12, choices=Origin.choices)
    source = models.CharField("来源编号", max_length=40, blank=True)
    matter = models.CharField("整改事项", max_length=300)
    measure = models.CharField("整改措施", max_length=300)
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name="责任人"
    )
    assigned_on = models.DateField("交办日期")
    due_on = models.DateField("整改期限")
    assigned_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name="交办人"
    )
    assigned_at = models.DateTimeField("交办时间")

    class Meta:
        verbose_name = "整改"
        verbose_name_plural = "整改"
        ordering = ("due_on", "pk")
        constraints = (
            models.CheckConstraint(condition=Q(origin__in=Origin.values), name="performance_rectify_origin"),
            models.CheckConstraint(condition=~Q(matter="") & ~Q(measure=""), name="performance_rectify_says_what"),
            models.CheckConstraint(condition=Q(due_on__gte=F("assigned_on")), name="performance_rectify_due"),
        )

    def __str__(self) -> str:
        return f"{self.target_set_id} {self.pk}"


class RectificationStep(models.Model):
    """One act on a matter; a proof carries its file, everything else only words."""

    rectification = models.ForeignKey(
        Rectification, on_delete=models.PROTECT, related_name="steps", verbose_name="整改"
    )
    act = models.CharField("办理", max_length=12, choices=Act.choices)
    note = models.CharField("说明", max_length=300)
    document_name = models.CharField("佐证文件", max_length=120, blank=True)
    document_digest = models.CharField("文件摘要", max_length=80, blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name="办理人")
    at = models.DateTimeField("办理时间")

    class Meta:
        verbose_name = "整改办理"
        verbose_name_plural = "整改办理"
        ordering = ("rectification", "pk")
        constraints = (
            models.CheckConstraint(condition=Q(act__in=Act.values) & ~Q(note=""), name="performance_rectify_act"),
            models.CheckConstraint(
                condition=Q(act="proved") & ~Q(document_name="") & ~Q(document_digest="")
                | ~Q(act="proved") & Q(document_name="", document_digest=""),
                name="performance_rectify_proof",
            ),
        )

    def __str__(self) -> str:
        return f"{self.rectification_id} {self.act}"
