"""Other units' self-evaluation tables that are checked together: the files sent in, who asked, and what was found."""

from django.conf import settings
from django.db import models
from django.db.models import Q


class CheckedBatch(models.Model):
    """One check of many files. `content` is the JSON of `scoring.checked`, which names no person; `digest` seals it.

    It stays when the files it was made from are gone.
    """

    profile = models.CharField("评分方案", max_length=64, blank=True)
    files = models.PositiveIntegerField("文件")
    tables = models.PositiveIntegerField("表")
    units = models.PositiveIntegerField("单位")
    unreadable = models.PositiveIntegerField("读不了的文件")
    errors = models.PositiveIntegerField("错误")
    warnings = models.PositiveIntegerField("警告")
    content = models.TextField("结果")
    digest = models.CharField("结果摘要", max_length=80)
    checked_at = models.DateTimeField("核对时间")
    checked_by = models.CharField("核对人", max_length=64)

    class Meta:
        verbose_name = "批量核对"
        verbose_name_plural = "批量核对"
        ordering = ("-pk",)
        constraints = (
            models.CheckConstraint(
                condition=~Q(content="") & ~Q(digest="") & ~Q(checked_by=""), name="performance_checked_sealed"
            ),
        )

    def __str__(self) -> str:
        return f"批量核对 {self.pk}"


class CheckedFolder(models.Model):
    """Files that were sent in together. They lie under `key` in the data folder by their digests until `expires_at`.

    `papers` are those that may be read (name, kind, size, digest), `left` those that were not kept, and why.
    """

    key = models.CharField("编号", max_length=32, unique=True)
    papers = models.JSONField("文件", default=list)
    left = models.JSONField("没有收下的文件", default=list)
    files = models.PositiveIntegerField("文件数")
    size = models.BigIntegerField("字节数")
    sent_at = models.DateTimeField("上传时间")
    sent_by = models.CharField("上传人", max_length=64)
    expires_at = models.DateTimeField("原文件保留到")
    removed_at = models.DateTimeField("原文件删除时间", null=True, blank=True)

    class Meta:
        verbose_name = "批量核对的文件"
        verbose_name_plural = "批量核对的文件"
        ordering = ("-pk",)
        constraints = (models.CheckConstraint(condition=~Q(key="") & ~Q(sent_by=""), name="performance_folder_named"),)

    def __str__(self) -> str:
        return f"批量核对的文件 {self.pk}"


class CheckRequest(models.Model):
    """Somebody wants the files of a folder checked by a profile; how far that is, its job says, then its batch."""

    folder = models.ForeignKey(CheckedFolder, on_delete=models.PROTECT, related_name="requests", verbose_name="文件")
    profile = models.CharField("评分方案", max_length=64, blank=True)
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name="提出人"
    )
    asked_at = models.DateTimeField("提出时间")
    job = models.ForeignKey(
        "jobs.JobRequest", on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name="任务"
    )
    batch = models.OneToOneField(
        CheckedBatch, on_delete=models.PROTECT, null=True, blank=True, related_name="request", verbose_name="结果"
    )

    class Meta:
        verbose_name = "批量核对申请"
        verbose_name_plural = "批量核对申请"
        ordering = ("-pk",)

    def __str__(self) -> str:
        return f"批量核对申请 {self.pk}"
