"""Who may sign in; the custom user model of the whole product, present since the first migration."""

from typing import ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower

from huiliu.apps.accounts.posts import POSTS


class UserManager(BaseUserManager["User"]):
    """Finds by user name whatever its case; accounts are made by services.user_create."""

    def get_by_natural_key(self, username: str | None) -> "User":
        return self.get(username__iexact=username)


class User(AbstractBaseUser):
    """A person with an account. The post decides all permissions; an account is closed, never deleted."""

    username = models.CharField("用户名", max_length=32, unique=True)
    display_name = models.CharField("姓名", max_length=32)
    post = models.CharField("岗位", max_length=16)
    division = models.CharField("行政区划范围", max_length=12, blank=True)
    must_change_password = models.BooleanField("须改口令", default=False)
    is_active = models.BooleanField("启用", default=True)
    created_at = models.DateTimeField("建立时间")

    USERNAME_FIELD = "username"
    REQUIRED_FIELDS: ClassVar[list[str]] = ["display_name", "post"]

    # Django's admin asks for these; nothing here grants anything.
    is_staff = False
    is_superuser = False

    objects = UserManager()

    class Meta:
        verbose_name = "账户"
        verbose_name_plural = "账户"
        ordering = ("username",)
        constraints = (
            models.UniqueConstraint(Lower("username"), name="accounts_user_name_once"),
            models.CheckConstraint(condition=~Q(username="") & ~Q(post=""), name="accounts_user_filled"),
        )

    def __str__(self) -> str:
        return self.username

    @property
    def post_label(self) -> str:
        """Chinese name of the post; a retired one shows its code."""
        return POSTS[self.post].label if self.post in POSTS else self.post

    def get_full_name(self) -> str:
        """What the skin shows at the foot of the menu."""
        return self.display_name
