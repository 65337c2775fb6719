"""Queries that people keep: what was asked may hold personal values, so it is sealed; no result is ever kept here."""

from django.conf import settings
from django.db import models

from huiliu.web.protected import ProtectedField

NAME_MAX = 60


class SavedQuery(models.Model):
    """One kept query of its owner (方案); `unit` is the agency whose people may use it too."""

    key = models.CharField("地址标识", max_length=32, unique=True)
    name = models.CharField("名称", max_length=NAME_MAX)
    topic = models.CharField("主题", max_length=64)
    content = ProtectedField("查询", level="L4")
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="saved_queries", verbose_name="建立人"
    )
    unit = models.ForeignKey(
        "accounts.Unit", on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name="共享机构"
    )
    saved_at = models.DateTimeField("保存时间")

    class Meta:
        verbose_name = "方案"
        verbose_name_plural = "方案"
        ordering = ("name", "pk")
        constraints = (models.UniqueConstraint(fields=("owner", "name"), name="query_savedquery_name"),)

    def __str__(self) -> str:
        return f"{self.topic} {self.key}"
