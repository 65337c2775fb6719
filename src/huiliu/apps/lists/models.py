"""Lists that were sent to be looked up, without their rows, and the templates of columns and forms that people keep."""

from django.conf import settings
from django.db import models
from django.db.models import Q

NAME_MAX = 30


class ListLookUp(models.Model):
    """One list that is answered as an export; its rows lie sealed in a file of their own until that is made."""

    key = models.CharField("编号", max_length=32, unique=True)
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name="查询人"
    )
    export = models.OneToOneField(
        "exports.Export", on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name="导出"
    )
    by = models.CharField("查询方式", max_length=12)
    columns = models.JSONField("列", default=list)
    rows = models.PositiveIntegerField("行数")
    found = models.PositiveIntegerField("找到", null=True, blank=True)
    missing = models.PositiveIntegerField("未找到", null=True, blank=True)
    several = models.PositiveIntegerField("不唯一", null=True, blank=True)
    wrong = models.PositiveIntegerField("号码有误", null=True, blank=True)
    repaired = models.PositiveIntegerField("已还原", null=True, blank=True)
    asked_at = models.DateTimeField("提出时间")
    is_kept = models.BooleanField("名单仍在", default=True)
    is_full = models.BooleanField("完整信息", default=False)

    class Meta:
        verbose_name = "批量查询"
        verbose_name_plural = "批量查询"
        ordering = ("-pk",)
        constraints = (
            models.CheckConstraint(
                condition=Q(by__in=("auto", "id_number", "person_no"), rows__gte=1), name="lists_listlookup_words"
            ),
        )

    def __str__(self) -> str:
        return self.key


class ColumnTemplate(models.Model):
    """Columns that somebody chooses again and again, under a name."""

    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name="建立人"
    )
    name = models.CharField("名称", max_length=NAME_MAX)
    columns = models.JSONField("列", default=list)

    class Meta:
        verbose_name = "列模板"
        verbose_name_plural = "列模板"
        ordering = ("name", "pk")
        constraints = (
            models.UniqueConstraint(fields=("owner", "name"), name="lists_columntemplate_name"),
            models.CheckConstraint(condition=~Q(name=""), name="lists_columntemplate_named"),
        )

    def __str__(self) -> str:
        return f"{self.pk}"


class FormTemplate(models.Model):
    """How an agency's own form is filled: what goes under which heading. `unit` is the agency whose people may use it.

    `content` holds headings and names of items, never a row of the form.
    """

    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name="建立人"
    )
    unit = models.ForeignKey(
        "accounts.Unit", on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name="共享机构"
    )
    name = models.CharField("名称", max_length=NAME_MAX)
    content = models.JSONField("对应关系", default=dict)
    saved_at = models.DateTimeField("保存时间")

    class Meta:
        verbose_name = "表样模板"
        verbose_name_plural = "表样模板"
        ordering = ("name", "pk")
        constraints = (
            models.UniqueConstraint(fields=("owner", "name"), name="lists_formtemplate_name"),
            models.CheckConstraint(condition=~Q(name=""), name="lists_formtemplate_named"),
        )

    def __str__(self) -> str:
        return f"{self.pk}"
