"""Templates of forms that an agency or a bureau gives out: versions are added, never changed, and may be retired."""

from django.db import models
from django.db.models import Q


class Issuer(models.TextChoices):
    """Who gave the form out."""

    UNIT = "unit", "本单位"
    DEPARTMENT = "department", "主管部门"
    TREASURY = "treasury", "财政部门"


class FormTemplate(models.Model):
    """One version of a template; the newest version of a name is in use until it is retired.

    `digest` names the kept file, which is what was sent in, byte for byte.
    """

    name = models.CharField("名称", max_length=60)
    version = models.PositiveSmallIntegerField("版本")
    issuer = models.CharField("制定单位", max_length=12, choices=Issuer.choices)
    document_no = models.CharField("文号", max_length=64, blank=True)
    kind = models.CharField("格式", max_length=4)
    file_name = models.CharField("文件名", max_length=120)
    digest = models.CharField("文件摘要", max_length=80)
    size = models.PositiveIntegerField("字节数")
    added_at = models.DateTimeField("登记时间")
    added_by = models.CharField("登记人", max_length=64)
    retired_on = models.DateField("停用日期", null=True)
    retired_by = models.CharField("停用人", max_length=64, blank=True)

    class Meta:
        verbose_name = "表格模板"
        verbose_name_plural = "表格模板"
        ordering = ("name", "-version")
        constraints = (
            models.UniqueConstraint(fields=("name", "version"), name="performance_template_version"),
            models.CheckConstraint(condition=Q(issuer__in=Issuer.values), name="performance_template_issuer"),
            models.CheckConstraint(condition=Q(kind__in=("docx", "xlsx")), name="performance_template_kind"),
            models.CheckConstraint(
                condition=~Q(name="") & ~Q(digest="") & ~Q(added_by=""), name="performance_template_named"
            ),
            models.CheckConstraint(
                condition=Q(retired_on=None, retired_by="") | (Q(retired_on__isnull=False) & ~Q(retired_by="")),
                name="performance_template_retired",
            ),
        )

    def __str__(self) -> str:
        return f"{self.name} 第 {self.version} 版"
