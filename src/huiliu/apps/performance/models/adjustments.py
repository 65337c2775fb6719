"""Why a version of targets was drafted in the year: the event of the money, and what monitoring showed that day."""

from django.db import models


class Adjustment(models.Model):
    """What a drafted change rests on; the event is empty while no money has come. Never changed."""

    version = models.OneToOneField(
        "performance.TargetVersion", on_delete=models.PROTECT, related_name="adjustment", verbose_name="目标版本"
    )
    snapshot = models.ForeignKey(
        "performance.MonitoringSnapshot", on_delete=models.PROTECT, related_name="+", verbose_name="监控快照"
    )
    event = models.ForeignKey(
        "funds.Event", on_delete=models.PROTECT, null=True, related_name="+", verbose_name="资金事件"
    )

    class Meta:
        verbose_name = "目标调整依据"
        verbose_name_plural = "目标调整依据"

    def __str__(self) -> str:
        return f"{self.version_id} {self.snapshot_id}"
