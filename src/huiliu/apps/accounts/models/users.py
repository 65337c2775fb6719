"""The custom user model of the whole product, present since the first migration."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower

if TYPE_CHECKING:
    from huiliu.apps.accounts.models.api_keys import ApiKey
    from huiliu.apps.accounts.models.grants import Grant


class Status(models.TextChoices):
    """Where an account stands: made, usable, or closed for ever after."""

    PENDING = "pending", "待核准"
    OPEN = "open", "启用"
    CLOSED = "closed", "停用"


class UserManager(BaseUserManager["User"]):
    """Finds by user name whatever its case; accounts are made by services."""

    def get_by_natural_key(self, username: str | None) -> "User":
        return self.get(username__iexact=username)


class User(AbstractBaseUser):
    """A person with an account. Grants of posts decide all permissions; an account is closed, never deleted."""

    username = models.CharField("用户名", max_length=32, unique=True)
    display_name = models.CharField("姓名", max_length=32)
    unit = models.ForeignKey(
        "accounts.Unit", on_delete=models.PROTECT, null=True, blank=True, related_name="people", verbose_name="机构"
    )
    status = models.CharField("状态", max_length=8, choices=Status.choices, default=Status.OPEN)
    must_change_password = models.BooleanField("须改口令", default=False)
    is_active = models.BooleanField("启用", default=True)
    created_at = models.DateTimeField("建立时间")
    closed_at = models.DateTimeField("停用时间", null=True, blank=True)

    USERNAME_FIELD = "username"
    REQUIRED_FIELDS: ClassVar[list[str]] = ["display_name"]

    # Django's admin asks for these; nothing here grants anything.
    is_staff = False
    is_superuser = False

    objects = UserManager()
    held: "Sequence[Grant] | None" = None  # filled by selectors.grants_of, once a request
    api_key: "ApiKey | None" = None  # set by services.api_key_caller where a program calls in the person's name

    class Meta:
        verbose_name = "账户"
        verbose_name_plural = "账户"
        ordering = ("username",)
        constraints = (
            models.UniqueConstraint(Lower("username"), name="accounts_user_name_once"),
            models.CheckConstraint(condition=~Q(username=""), name="accounts_user_named"),
            models.CheckConstraint(
                condition=Q(status="open", is_active=True) | (Q(is_active=False) & ~Q(status="open")),
                name="accounts_user_status",
            ),
        )

    def __str__(self) -> str:
        return self.username

    @property
    def audit_name(self) -> str:
        """Who acts, in the audit table: the person, and the key where a program uses one."""
        return f"{self.username} {self.api_key.shown}" if self.api_key else self.username

    def get_full_name(self) -> str:
        """What the skin shows at the foot of the menu."""
        return self.display_name
