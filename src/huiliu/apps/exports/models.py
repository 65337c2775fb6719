"""Exports and their downloads; what is in a file is told by its columns and counts, never by its rows."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from huiliu.web.protected import ProtectedField


class Format(models.TextChoices):
    """What the rows are written as."""

    XLSX = "xlsx", "XLSX"
    CSV = "csv", "CSV"
    PDF = "pdf", "PDF"
    XML = "xml", "XML"
    BOTH = "both", "XML 和 CSV"


LISTS = (Format.XLSX, Format.CSV, Format.PDF)  # what a list is written as


class ExportState(models.TextChoices):
    """Where an export stands: asked for (its request or job says how far), there, taken away, or never made."""

    ASKED = "asked", "办理中"
    READY = "ready", "可下载"
    REMOVED = "removed", "已到期删除"
    STOPPED = "stopped", "没有生成"


class Export(models.Model):
    """One file that somebody asked for. `parameters` say which rows, sealed, for a filter may name a person.

    `password` is kept, sealed, only until the archive is made.
    """

    key = models.CharField("编号", max_length=32, unique=True)
    applicant = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name="导出人"
    )
    kind = models.CharField("来源", max_length=32)
    title = models.CharField("名称", max_length=60)
    parameters = ProtectedField("条件", level="L4")
    matter = models.CharField("事由", max_length=40)
    case_number = models.CharField("案号", max_length=60)
    format = models.CharField("格式", max_length=4, choices=Format.choices)
    split = models.CharField("拆分", max_length=16, blank=True)
    is_encrypted = models.BooleanField("加密", default=False)
    password = ProtectedField("密码", level="L4", null=True, blank=True)
    asked_rows = models.PositiveBigIntegerField("申请时行数")
    asked_at = models.DateTimeField("申请时间")
    request = models.ForeignKey(
        "control.ApprovalRequest",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="审批",
    )
    job = models.ForeignKey(
        "jobs.JobRequest", on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name="任务"
    )
    state = models.CharField("状态", max_length=8, choices=ExportState.choices, default=ExportState.ASKED)
    columns = models.JSONField("列", default=list)
    rows = models.PositiveBigIntegerField("行数", null=True, blank=True)
    as_of = models.DateField("数据截至", null=True, blank=True)
    snapshot = models.BigIntegerField("快照", null=True, blank=True)
    file_name = models.CharField("文件名", max_length=140, blank=True)
    size = models.BigIntegerField("字节数", null=True, blank=True)
    digest = models.CharField("摘要", max_length=80, blank=True)
    told = models.JSONField("结果", default=dict)
    reach = models.JSONField("生成时的范围", default=list)
    made_at = models.DateTimeField("生成时间", null=True, blank=True)
    expires_at = models.DateTimeField("到期时间", null=True, blank=True)

    class Meta:
        verbose_name = "导出"
        verbose_name_plural = "导出"
        ordering = ("-pk",)
        constraints = (
            models.CheckConstraint(
                condition=Q(state__in=ExportState.values, format__in=Format.values), name="exports_export_words"
            ),
            models.CheckConstraint(
                condition=Q(state__in=("asked", "stopped"))
                | Q(rows__isnull=False, size__isnull=False, expires_at__isnull=False) & ~Q(digest=""),
                name="exports_export_made",
            ),
            models.CheckConstraint(condition=Q(state="asked") | Q(password=None), name="exports_export_password"),
            models.CheckConstraint(condition=~Q(matter="") & ~Q(case_number=""), name="exports_export_purpose"),
        )

    def __str__(self) -> str:
        return f"{self.key} {self.get_state_display()}"


class ExportDownload(models.Model):
    """One download; triggers keep it as it was written."""

    export = models.ForeignKey(Export, on_delete=models.PROTECT, related_name="downloads", verbose_name="导出")
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name="下载人"
    )
    at = models.DateTimeField("时间")
    address = models.CharField("地址", max_length=45, blank=True)

    class Meta:
        verbose_name = "导出的下载"
        verbose_name_plural = "导出的下载"
        ordering = ("pk",)

    def __str__(self) -> str:
        return f"{self.export_id} {self.pk}"
