"""Keys with which a program calls the interface in the name of a person."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q


class ApiKey(models.Model):
    """The secret is kept as a keyed digest; what the key may do is never more than its owner may at that moment."""

    public_id = models.CharField("编号", max_length=12, unique=True)
    digest = models.CharField("密钥摘要", max_length=80)
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="api_keys", verbose_name="申领账户"
    )
    label = models.CharField("用途", max_length=40)
    permissions = models.JSONField("权限")
    networks = models.TextField("可用地址", blank=True)
    created_at = models.DateTimeField("申领时间")
    expires_at = models.DateTimeField("到期时间")
    used_at = models.DateTimeField("最近使用", null=True, blank=True)
    used_from = models.CharField("最近地址", max_length=45, blank=True)
    revoked_at = models.DateTimeField("撤销时间", null=True, blank=True)

    class Meta:
        verbose_name = "接口密钥"
        verbose_name_plural = "接口密钥"
        ordering = ("-created_at", "-pk")
        constraints = (
            models.CheckConstraint(condition=Q(expires_at__gt=F("created_at")), name="accounts_key_expires"),
            models.CheckConstraint(condition=~Q(digest="") & ~Q(label=""), name="accounts_key_filled"),
        )

    def __str__(self) -> str:
        return self.shown

    @property
    def shown(self) -> str:
        """How pages and audit rows name it; the secret is no part of it."""
        return f"hlk_{self.public_id}"
