"""What is made public of a project's year: the reply that starts the clock, packages, and where they were published."""

from django.db import models
from django.db.models import Q


class DisclosureOccasion(models.TextChoices):
    """Targets go out with the budget, self-evaluations with the final accounts."""

    BUDGET = "budget", "预算公开"
    FINAL = "final", "决算公开"


class Disclosure(models.Model):
    """One occasion of a project's year; the reply (批复) may be mended until something is published."""

    target_set = models.ForeignKey(
        "performance.TargetSet", on_delete=models.PROTECT, related_name="disclosures", verbose_name="目标"
    )
    occasion = models.CharField("公开事项", max_length=8, choices=DisclosureOccasion.choices)
    reply_no = models.CharField("批复文号", max_length=64)
    reply_on = models.DateField("批复日期")
    opened_at = models.DateTimeField("登记时间")
    opened_by = models.CharField("登记人", max_length=64)

    class Meta:
        verbose_name = "公开"
        verbose_name_plural = "公开"
        ordering = ("-reply_on", "-pk")
        constraints = (
            models.UniqueConstraint(fields=("target_set", "occasion"), name="performance_disclosure_once"),
            models.CheckConstraint(
                condition=Q(occasion__in=DisclosureOccasion.values), name="performance_disclosure_occasion"
            ),
            models.CheckConstraint(condition=~Q(reply_no="") & ~Q(opened_by=""), name="performance_disclosure_replied"),
        )

    def __str__(self) -> str:
        return f"{self.target_set_id} {self.occasion}"


class DisclosurePackage(models.Model):
    """One package as it was made, its zip kept under `digest`; what was made is never changed.

    `files` lists name, label, size and digests; `masked` the passages kept inside with the reason; `source` seals the
    evaluation it was made of. The request is set when it goes to be signed, `signed_on` with the last signature.
    """

    disclosure = models.ForeignKey(Disclosure, on_delete=models.PROTECT, related_name="packages", verbose_name="公开")
    number = models.PositiveSmallIntegerField("次数")
    digest = models.CharField("材料摘要", max_length=80)
    size = models.PositiveIntegerField("字节数")
    files = models.JSONField("文件")
    masked = models.JSONField("不予公开", default=dict)
    source = models.CharField("来源摘要", max_length=80)
    made_at = models.DateTimeField("生成时间")
    made_by = models.CharField("生成人", max_length=64)
    request = models.ForeignKey(
        "control.ApprovalRequest", on_delete=models.PROTECT, null=True, related_name="+", verbose_name="审批申请"
    )
    signed_on = models.DateField("审批通过日期", null=True)

    class Meta:
        verbose_name = "公开材料"
        verbose_name_plural = "公开材料"
        ordering = ("disclosure", "-number")
        constraints = (
            models.UniqueConstraint(fields=("disclosure", "number"), name="performance_package_number"),
            models.CheckConstraint(
                condition=~Q(digest="") & ~Q(source="") & ~Q(made_by=""), name="performance_package_sealed"
            ),
            models.CheckConstraint(
                condition=Q(signed_on=None) | Q(request__isnull=False), name="performance_package_signed"
            ),
        )

    def __str__(self) -> str:
        return f"{self.disclosure_id} {self.number}"


class DisclosurePublication(models.Model):
    """Where and on what day a signed package was published."""

    package = models.ForeignKey(
        DisclosurePackage, on_delete=models.PROTECT, related_name="publications", verbose_name="公开材料"
    )
    address = models.URLField("公开网址", max_length=300)
    published_on = models.DateField("公开日期")
    note = models.CharField("说明", max_length=200, blank=True)
    recorded_at = models.DateTimeField("登记时间")
    recorded_by = models.CharField("登记人", max_length=64)

    class Meta:
        verbose_name = "公开登记"
        verbose_name_plural = "公开登记"
        ordering = ("published_on", "pk")
        constraints = (
            models.CheckConstraint(condition=~Q(address="") & ~Q(recorded_by=""), name="performance_publication_said"),
        )

    def __str__(self) -> str:
        return f"{self.package_id} {self.published_on}"
