"""Exports of other systems that were brought in: how they were read, the file, and what became of each row."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from huiliu.apps.funds.models.events import Event
from huiliu.apps.funds.models.projects import ProjectYear


class ImportMapping(models.Model):
    """How the office reads a kind of export, from this version on; `code` is that of the catalog it changes."""

    code = models.CharField("导出种类", max_length=40)
    number = models.PositiveIntegerField("版本")
    content = models.JSONField("内容")
    saved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name="保存人"
    )
    saved_at = models.DateTimeField("保存时间")

    class Meta:
        verbose_name = "导入对应关系"
        verbose_name_plural = "导入对应关系"
        ordering = ("code", "-number")
        constraints = (
            models.UniqueConstraint(fields=("code", "number"), name="funds_mapping_once"),
            models.CheckConstraint(condition=~Q(code="") & Q(number__gt=0), name="funds_mapping_named"),
        )

    def __str__(self) -> str:
        return f"{self.code} {self.number}"


class ImportFile(models.Model):
    """One file with the mapping it is read by; the bytes lie in the data folder under their digest.

    The same bytes read in the same way are the same file, however often they are sent.
    """

    year = models.ForeignKey(ProjectYear, on_delete=models.PROTECT, related_name="imports", verbose_name="项目年度")
    name = models.CharField("文件名", max_length=120)
    digest = models.CharField("摘要", max_length=80)
    size = models.BigIntegerField("字节数")
    code = models.CharField("导出种类", max_length=40)
    mapping = models.JSONField("对应关系")
    mapping_digest = models.CharField("对应关系摘要", max_length=80)
    uploaded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name="上传人"
    )
    uploaded_at = models.DateTimeField("上传时间")

    class Meta:
        verbose_name = "导入文件"
        verbose_name_plural = "导入文件"
        ordering = ("-pk",)
        constraints = (
            models.UniqueConstraint(fields=("year", "digest", "mapping_digest"), name="funds_import_once"),
            models.CheckConstraint(condition=Q(size__gt=0) & ~Q(digest=""), name="funds_import_whole"),
        )

    def __str__(self) -> str:
        return self.name


class Outcome(models.TextChoices):
    """What became of a row."""

    NEW = "new", "新增"
    KNOWN = "known", "台账已有"
    LEFT_OUT = "left_out", "不导入"


class ImportRow(models.Model):
    """What became of one row of a file when it was written into the ledger; `event` is what the row is there."""

    file = models.ForeignKey(ImportFile, on_delete=models.PROTECT, related_name="rows", verbose_name="导入文件")
    row = models.PositiveIntegerField("行号")
    outcome = models.CharField("结果", max_length=8, choices=Outcome.choices)
    event = models.ForeignKey(
        Event, on_delete=models.PROTECT, null=True, blank=True, related_name="import_rows", verbose_name="资金事件"
    )
    why = models.CharField("说明", max_length=60, blank=True)
    written_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name="确认人"
    )
    written_at = models.DateTimeField("导入时间")

    class Meta:
        verbose_name = "导入行"
        verbose_name_plural = "导入行"
        ordering = ("row",)
        constraints = (
            models.UniqueConstraint(fields=("file", "row"), name="funds_import_row_once"),
            models.CheckConstraint(condition=Q(outcome__in=Outcome.values), name="funds_import_row_outcome"),
            models.CheckConstraint(
                condition=Q(outcome="left_out", event=None) | (~Q(outcome="left_out") & Q(event__isnull=False)),
                name="funds_import_row_event",
            ),
        )

    def __str__(self) -> str:
        return f"{self.file_id} {self.row}"
