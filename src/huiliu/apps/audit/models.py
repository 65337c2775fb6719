"""The chain of audit events and its head; the actor is text, so that no account can be deleted out of its past."""

from django.db import models
from django.db.models import F, Q

from huiliu.catalog.retention import record_classes


class Outcome(models.TextChoices):
    """How the act ended."""

    OK = "ok", "成功"
    REFUSED = "refused", "被拒绝"
    FAILED = "failed", "失败"


class AuditEvent(models.Model):
    """One act or look; `hash` seals every field and the hash before it with the key named in `key_id`."""

    seq = models.BigIntegerField("序号", unique=True)
    at = models.DateTimeField("时间", db_index=True)
    actor = models.CharField("操作人", max_length=64)
    post = models.CharField("岗位", max_length=32, blank=True)
    ip = models.CharField("地址", max_length=45, blank=True)
    action = models.CharField("操作", max_length=64)
    object_kind = models.CharField("对象类别", max_length=64, blank=True)
    object_key = models.CharField("对象", max_length=128, blank=True)
    outcome = models.CharField("结果", max_length=8, choices=Outcome.choices, default=Outcome.OK)
    purpose = models.CharField("事由", max_length=200, blank=True)
    before = models.JSONField("变更前", null=True, blank=True)
    after = models.JSONField("变更后", null=True, blank=True)
    details = models.JSONField("说明", null=True, blank=True)
    prev_hash = models.CharField("前一摘要", max_length=64)
    key_id = models.CharField("密钥编号", max_length=16)
    hash = models.CharField("摘要", max_length=64, unique=True)

    class Meta:
        verbose_name = "审计记录"
        verbose_name_plural = "审计记录"
        ordering = ("-seq",)
        indexes = (
            models.Index(fields=("action", "object_key", "-at"), name="audit_event_action"),
            models.Index(fields=("actor", "-at"), name="audit_event_actor"),
        )
        constraints = (
            models.CheckConstraint(condition=Q(seq__gte=1), name="audit_event_seq"),
            models.CheckConstraint(condition=Q(outcome__in=Outcome.values), name="audit_event_outcome"),
        )

    def __str__(self) -> str:
        return f"{self.seq} {self.action}"


class ChainHead(models.Model):
    """The single row that a writer locks: number and hash of the newest event."""

    id = models.PositiveSmallIntegerField(primary_key=True, default=1)
    seq = models.BigIntegerField("序号", default=0)
    hash = models.CharField("摘要", max_length=64, default="0" * 64)

    class Meta:
        verbose_name = "审计链头"
        verbose_name_plural = "审计链头"
        constraints = (models.CheckConstraint(condition=Q(id=1), name="audit_head_single"),)

    def __str__(self) -> str:
        return str(self.seq)


class LegalHold(models.Model):
    """Records of a class that must not be purged, whatever their period: an inspection, a lawsuit, an audit."""

    record_class = models.CharField("记录类别", max_length=32)
    reason = models.CharField("文号", max_length=100)
    placed_at = models.DateTimeField("冻结时间")
    placed_by = models.CharField("冻结人", max_length=64)
    released_at = models.DateTimeField("解除时间", null=True, blank=True)
    released_by = models.CharField("解除人", max_length=64, blank=True)

    class Meta:
        verbose_name = "保存冻结"
        verbose_name_plural = "保存冻结"
        ordering = ("-placed_at", "-pk")
        constraints = (
            models.CheckConstraint(condition=~Q(reason=""), name="audit_hold_reason"),
            models.CheckConstraint(
                condition=Q(released_at__isnull=True, released_by="")
                | Q(released_at__gte=F("placed_at")) & ~Q(released_by=""),
                name="audit_hold_released",
            ),
            models.UniqueConstraint(
                fields=("record_class", "reason"), condition=Q(released_at__isnull=True), name="audit_hold_once"
            ),
        )

    def __str__(self) -> str:
        return f"{self.record_class} {self.reason}"

    @property
    def label(self) -> str:
        """Chinese name of the class; one that the catalogue no longer has shows its code."""
        found = record_classes().get(self.record_class)
        return found.label if found else self.record_class
