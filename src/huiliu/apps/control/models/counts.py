"""How often somebody searched and looked on a day."""

from django.db import models
from django.db.models import Q


class Counted(models.TextChoices):
    """What is counted, each against a limit of its own."""

    SEARCH = "search", "查询"
    PERSON = "person", "查看人员"
    FULL = "full", "查看完整信息"
    LIST = "list", "批量查询行数"


class DailyCount(models.Model):
    """One number a person, day and kind; it only grows."""

    username = models.CharField("用户名", max_length=32)
    day = models.DateField("日期")
    counted = models.CharField("类别", max_length=8, choices=Counted.choices)
    number = models.PositiveIntegerField("次数", default=0)

    class Meta:
        verbose_name = "每日次数"
        verbose_name_plural = "每日次数"
        ordering = ("-day", "username", "counted")
        constraints = (
            models.UniqueConstraint(fields=("username", "day", "counted"), name="control_dailycount_once"),
            models.CheckConstraint(condition=Q(counted__in=Counted.values), name="control_dailycount_counted"),
            models.CheckConstraint(condition=~Q(username=""), name="control_dailycount_user"),
        )

    def __str__(self) -> str:
        return f"{self.day} {self.username} {self.counted} {self.number}"
