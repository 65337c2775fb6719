"""The chain of audit events and its head; the actor is text, so that no account can be deleted out of its past."""

from django.db import models
from django.db.models import Q


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
