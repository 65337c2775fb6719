"""Why somebody looks at protected values: matter and case number, for a fixed time."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q

CASE_MAX = 40


class Purpose(models.Model):
    """One purpose of one person; it runs until `expires_at`, which use does not move, or until `ended_at`.

    One at a time: `ended_at` stays empty for at most one row a person.
    """

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="purposes", verbose_name="人员"
    )
    matter = models.CharField("事由", max_length=32)
    case_number = models.CharField("案号", max_length=CASE_MAX)
    given_at = models.DateTimeField("说明时间")
    expires_at = models.DateTimeField("有效期至")
    ended_at = models.DateTimeField("结束时间", null=True, blank=True)

    class Meta:
        verbose_name = "查看事由"
        verbose_name_plural = "查看事由"
        ordering = ("-given_at", "-pk")
        constraints = (
            models.UniqueConstraint(fields=("user",), condition=Q(ended_at=None), name="control_purpose_one"),
            models.CheckConstraint(condition=Q(expires_at__gt=F("given_at")), name="control_purpose_lasts"),
            models.CheckConstraint(
                condition=Q(ended_at=None) | Q(ended_at__gte=F("given_at"), ended_at__lte=F("expires_at")),
                name="control_purpose_ends",
            ),
            models.CheckConstraint(condition=~Q(matter="") & ~Q(case_number=""), name="control_purpose_says_why"),
        )

    def __str__(self) -> str:
        return f"{self.matter} {self.case_number}"
