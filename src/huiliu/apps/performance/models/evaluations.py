"""Evaluations as they were delivered, and the documents made from them; scores are computed, never stored."""

from django.db import models
from django.db.models import Q


class Evaluation(models.Model):
    """One project and year: the table as delivered, letter for letter, and the profile it is scored by.

    `table` stays text, so that 10.80 stays 10.80; every figure is computed from it when it is asked for. `narrative` is
    YAML: the unit's own paragraphs of the report, which obey the same rule on numbers as the rest of it.
    """

    name = models.SlugField("名称", max_length=64, unique=True)
    agency = models.CharField("单位", max_length=128)
    project = models.CharField("项目", max_length=128)
    year = models.PositiveSmallIntegerField("年度")
    profile = models.CharField("评分口径", max_length=64)
    table = models.TextField("自评表原文")
    narrative = models.TextField("单位填写的段落", blank=True)
    digest = models.CharField("原文摘要", max_length=80)
    imported_at = models.DateTimeField("导入时间")
    imported_by = models.CharField("导入人", max_length=64)

    class Meta:
        verbose_name = "绩效自评"
        verbose_name_plural = "绩效自评"
        ordering = ("-year", "name")
        constraints = (models.CheckConstraint(condition=Q(year__gte=1990, year__lte=2100), name="performance_year"),)

    def __str__(self) -> str:
        return f"{self.year}年{self.project}"


class Document(models.Model):
    """One rendered report file: where it lies under the reports folder, and the digest it had when it was written."""

    class Format(models.TextChoices):
        PDF = "pdf", "PDF"
        DOCX = "docx", "Word"
        JSON = "json", "溯源 JSON"

    evaluation = models.ForeignKey(Evaluation, on_delete=models.PROTECT, related_name="documents", verbose_name="自评")
    format = models.CharField("格式", max_length=8, choices=Format.choices)
    path = models.CharField("文件", max_length=255)
    digest = models.CharField("文件摘要", max_length=80)
    size = models.PositiveIntegerField("字节数")
    rendered_at = models.DateTimeField("生成时间")
    rendered_by = models.CharField("生成人", max_length=64)

    class Meta:
        verbose_name = "自评文件"
        verbose_name_plural = "自评文件"
        ordering = ("-rendered_at", "format")
        constraints = (
            models.UniqueConstraint(fields=("evaluation", "format"), name="performance_document_once"),
            models.CheckConstraint(condition=Q(format__in=("pdf", "docx", "json")), name="performance_document_format"),
        )

    def __str__(self) -> str:
        return f"{self.evaluation_id} {self.format}"
