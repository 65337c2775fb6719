"""What signing in keeps: age and history of passwords, counted failures, and every session with its end."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from huiliu.web.protected import ProtectedField


class SignIn(models.Model):
    """One row an account, made when there is something to keep; without it the defaults hold."""

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL,
        on_delete=models.CASCADE,
        primary_key=True,
        related_name="sign_in",
        verbose_name="账户",
    )
    password_changed_at = models.DateTimeField("口令修改时间")
    networks = models.TextField("登录地址", blank=True)

    class Meta:
        verbose_name = "登录设置"
        verbose_name_plural = "登录设置"

    def __str__(self) -> str:
        return str(self.pk)


class PastPassword(models.Model):
    """The hash of a password that was in use; the newest few may not come back."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="past_passwords", verbose_name="账户"
    )
    hash = models.CharField("口令散列", max_length=128)
    replaced_at = models.DateTimeField("更换时间")

    class Meta:
        verbose_name = "用过的口令"
        verbose_name_plural = "用过的口令"
        ordering = ("-replaced_at", "-pk")

    def __str__(self) -> str:
        return str(self.pk)


class Tries(models.Model):
    """Failures counted for an account, for a name that nobody has, or for an address; the lock they lead to."""

    key = models.CharField("对象", max_length=64, unique=True)
    failures = models.PositiveIntegerField("失败次数", default=0)
    since = models.DateTimeField("起算时间")
    locked_until = models.DateTimeField("锁定至", null=True, blank=True)
    told_at = models.DateTimeField("最近记入审计", null=True, blank=True)

    class Meta:
        verbose_name = "登录失败计数"
        verbose_name_plural = "登录失败计数"

    def __str__(self) -> str:
        return self.key


class Ending(models.TextChoices):
    """How a session came to its end."""

    SIGN_OUT = "sign_out", "退出登录"
    IDLE = "idle", "长时间未操作"
    LIMIT = "limit", "达到最长时间"
    PASSWORD = "password", "口令变更"
    TOTP = "totp", "动态口令变更"
    CLOSED = "closed", "账户停用"
    OWN = "own", "本人结束"
    ADMIN = "admin", "安全管理员结束"


class UserSession(models.Model):
    """A session from its start to its end; `digest` is of a token in it, which is not kept here."""

    digest = models.CharField("会话摘要", max_length=64, unique=True)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="sessions", verbose_name="账户"
    )
    device = models.CharField("设备", max_length=64)
    address = models.CharField("地址", max_length=45, blank=True)
    second_factor = models.BooleanField("经动态口令", default=False)
    started_at = models.DateTimeField("开始时间")
    seen_at = models.DateTimeField("最近活动")
    ended_at = models.DateTimeField("结束时间", null=True, blank=True)
    ending = models.CharField("结束原因", max_length=16, choices=Ending.choices, blank=True)

    class Meta:
        verbose_name = "会话"
        verbose_name_plural = "会话"
        ordering = ("-seen_at", "-pk")
        indexes = (models.Index(fields=("user", "ended_at"), name="accounts_session_open"),)
        constraints = (
            models.CheckConstraint(
                condition=Q(ended_at=None, ending="") | (Q(ended_at__isnull=False) & Q(ending__in=Ending.values)),
                name="accounts_session_ended",
            ),
        )

    def __str__(self) -> str:
        return str(self.pk)


class TotpDevice(models.Model):
    """The secret a person's authenticator shares with us; it counts once a first code has confirmed it."""

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, primary_key=True, related_name="totp", verbose_name="账户"
    )
    secret = ProtectedField("动态口令密钥", level="L4")
    begun_in = models.CharField("登记时的会话", max_length=64)
    confirmed_at = models.DateTimeField("登记时间", null=True, blank=True)
    last_step = models.BigIntegerField("最近用过的时间步", default=0)

    class Meta:
        verbose_name = "动态口令"
        verbose_name_plural = "动态口令"

    def __str__(self) -> str:
        return str(self.pk)


class RecoveryCode(models.Model):
    """A code for a lost phone, kept as a keyed digest, used once."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="recovery_codes", verbose_name="账户"
    )
    digest = models.CharField("恢复码摘要", max_length=72, unique=True)
    used_at = models.DateTimeField("使用时间", null=True, blank=True)

    class Meta:
        verbose_name = "恢复码"
        verbose_name_plural = "恢复码"

    def __str__(self) -> str:
        return str(self.pk)
