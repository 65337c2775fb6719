"""Units and grants: who holds which post, where, for which schemes, how far and until when."""

from django.db import models
from django.db.models import F, Q

from huiliu.apps.accounts.models.users import User
from huiliu.apps.accounts.posts import POSTS
from huiliu.kernel.masking import Level

INSTALLATION = "installation"


class UnitKind(models.TextChoices):
    """What a unit is."""

    CITY = "city", "市本级"
    COUNTY = "county", "县区"
    DEPARTMENT = "department", "科室"


class Unit(models.Model):
    """An agency or a part of one; a grant at it reaches its division, and without a division the whole city."""

    code = models.CharField("机构编码", max_length=16, unique=True)
    name = models.CharField("机构名称", max_length=64)
    kind = models.CharField("类别", max_length=12, choices=UnitKind.choices)
    division = models.CharField("行政区划代码", max_length=6, blank=True)
    parent = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="parts", verbose_name="上级机构"
    )

    class Meta:
        verbose_name = "机构"
        verbose_name_plural = "机构"
        ordering = ("code",)
        constraints = (
            models.CheckConstraint(condition=Q(kind__in=UnitKind.values), name="accounts_unit_kind"),
            models.CheckConstraint(condition=~Q(kind="county", division=""), name="accounts_unit_county_division"),
            models.CheckConstraint(condition=~Q(pk=F("parent")), name="accounts_unit_parent"),
        )

    def __str__(self) -> str:
        return self.name


def _posts_as_declared() -> Q:
    """A grant's family and duty are those of its post; the database compares them across grants."""
    whole = Q()
    for post in POSTS.values():
        whole |= Q(post=post.code, family=post.family, duty=post.duty)
    return whole


class Grant(models.Model):
    """One post of one person; ended by revocation or after `expires_on` (inclusive), never deleted.

    `unit` empty reaches the whole city, `insurance_types` (codes with commas) empty all schemes; `level` is the highest
    that may ever be seen in full. Two grants of one person never belong to different families or to the two duties of
    one family: a trigger holds that.
    """

    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="grants", verbose_name="人员")
    post = models.CharField("岗位", max_length=16)
    family = models.CharField("岗位类别", max_length=16)
    duty = models.CharField("分工", max_length=16, blank=True)
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, null=True, blank=True, verbose_name="机构范围")
    insurance_types = models.CharField("险种范围", max_length=64, blank=True)
    level = models.CharField("数据级别", max_length=2, default="L2")
    granted_at = models.DateTimeField("授权时间")
    expires_on = models.DateField("有效期至")
    basis = models.CharField("依据", max_length=16, default=INSTALLATION)
    request_no = models.BigIntegerField("申请编号", null=True, blank=True)
    revoked_at = models.DateTimeField("撤销时间", null=True, blank=True)
    revoked_why = models.CharField("撤销原因", max_length=100, blank=True)

    class Meta:
        verbose_name = "岗位授权"
        verbose_name_plural = "岗位授权"
        ordering = ("user", "post", "pk")
        constraints = (
            models.UniqueConstraint(
                fields=("user", "post", "unit"), condition=Q(revoked_at=None), name="accounts_grant_once"
            ),
            models.UniqueConstraint(
                fields=("user", "post"), condition=Q(revoked_at=None, unit=None), name="accounts_grant_whole_once"
            ),
            models.CheckConstraint(condition=_posts_as_declared(), name="accounts_grant_post"),
            models.CheckConstraint(
                condition=Q(level__in=[level.value for level in Level]), name="accounts_grant_level"
            ),
            models.CheckConstraint(
                condition=Q(basis=INSTALLATION, request_no=None) | Q(basis="request", request_no__isnull=False),
                name="accounts_grant_basis",
            ),
            models.CheckConstraint(condition=Q(revoked_at=None) | ~Q(revoked_why=""), name="accounts_grant_revoked"),
        )

    def __str__(self) -> str:
        return f"{self.user_id} {self.post}"

    @property
    def schemes(self) -> frozenset[str]:
        """Codes of the schemes reached; none means all."""
        return frozenset(filter(None, self.insurance_types.split(",")))
