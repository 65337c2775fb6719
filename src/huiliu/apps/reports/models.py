"""Editions of months and their rows, as they were written; beside them what was looked at last, and who asked."""

from django.conf import settings
from django.db import models
from django.db.models import Q


class ReportEdition(models.Model):
    """One edition of a month (一版); triggers keep it. `span` says within which schemes it was counted.

    `number` counts the editions of a report's month, whatever the span: reading edition 2 is reading, of each span, the
    newest up to 2. Counts of small groups stand in the rows; readers hide them.
    """

    report = models.CharField("报表", max_length=64)
    month = models.PositiveIntegerField("月份")
    span = models.CharField("险种范围", max_length=400, blank=True)
    number = models.PositiveIntegerField("版次")
    definition = models.CharField("报表定义摘要", max_length=80)
    shape = models.JSONField("报表定义")
    snapshot = models.BigIntegerField("快照")
    business_date = models.DateField("数据截至")
    level = models.CharField("证明级别", max_length=2)
    is_complete = models.BooleanField("整月")
    rows = models.PositiveIntegerField("行数")
    digest = models.CharField("摘要", max_length=80)
    made_at = models.DateTimeField("生成时间")

    class Meta:
        verbose_name = "报表版本"
        verbose_name_plural = "报表版本"
        ordering = ("report", "-month", "-number")
        constraints = (
            models.UniqueConstraint(fields=("report", "month", "span", "number"), name="reports_edition_number"),
            models.CheckConstraint(condition=Q(number__gte=1) & ~Q(digest=""), name="reports_edition_numbered"),
        )

    def __str__(self) -> str:
        return f"{self.report} {self.month} 第 {self.number} 版"


class ReportPart(models.Model):
    """The rows of one division in an edition; whoever reaches one division is given its part and no other."""

    edition = models.ForeignKey(ReportEdition, on_delete=models.PROTECT, related_name="parts", verbose_name="版本")
    division = models.CharField("行政区划", max_length=12, blank=True)
    rows = models.JSONField("行")
    digest = models.CharField("摘要", max_length=80)

    class Meta:
        verbose_name = "报表版本的地区"
        verbose_name_plural = "报表版本的地区"
        ordering = ("division",)
        constraints = (models.UniqueConstraint(fields=("edition", "division"), name="reports_part_division"),)

    def __str__(self) -> str:
        return f"{self.edition_id} {self.division}"


class ReportCheck(models.Model):
    """When a month was last counted, and from which data: also where that made no new edition."""

    report = models.CharField("报表", max_length=64)
    month = models.PositiveIntegerField("月份")
    span = models.CharField("险种范围", max_length=400, blank=True)
    edition = models.ForeignKey(ReportEdition, on_delete=models.PROTECT, related_name="+", verbose_name="版本")
    snapshot = models.BigIntegerField("快照")
    business_date = models.DateField("数据截至")
    checked_at = models.DateTimeField("核对时间")

    class Meta:
        verbose_name = "报表核对"
        verbose_name_plural = "报表核对"
        constraints = (models.UniqueConstraint(fields=("report", "month", "span"), name="reports_check_once"),)

    def __str__(self) -> str:
        return f"{self.report} {self.month}"


class ReportRequest(models.Model):
    """A month that somebody wants made now; how far that is, its job says."""

    report = models.CharField("报表", max_length=64)
    month = models.PositiveIntegerField("月份")
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name="提出人"
    )
    asked_at = models.DateTimeField("提出时间")
    job = models.ForeignKey(
        "jobs.JobRequest", on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name="任务"
    )

    class Meta:
        verbose_name = "报表生成申请"
        verbose_name_plural = "报表生成申请"
        ordering = ("-pk",)

    def __str__(self) -> str:
        return f"{self.report} {self.month}"
