"""Files that speak for a request; the bytes lie in the data folder under their digest."""

from django.conf import settings
from django.db import models

from huiliu.apps.control.models.approvals import ApprovalRequest


class Attachment(models.Model):
    """One file, added by the applicant while the request may still change; never altered, never taken away."""

    request = models.ForeignKey(
        ApprovalRequest, on_delete=models.PROTECT, related_name="attachments", verbose_name="申请"
    )
    name = models.CharField("文件名", max_length=120)
    digest = models.CharField("摘要", max_length=80)
    size = models.BigIntegerField("字节数")
    kind = models.CharField("格式", max_length=8)
    uploaded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name="上传人"
    )
    uploaded_at = models.DateTimeField("上传时间")

    class Meta:
        verbose_name = "申请附件"
        verbose_name_plural = "申请附件"
        ordering = ("pk",)
        constraints = (
            models.UniqueConstraint(fields=("request", "digest"), name="control_attachment_once"),
            models.CheckConstraint(condition=models.Q(size__gt=0), name="control_attachment_size"),
        )

    def __str__(self) -> str:
        return f"{self.request_id} {self.pk}"
