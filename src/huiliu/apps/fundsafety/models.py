"""Screenings and the clues they yield; a clue is no verdict, and no row holds a name or an identity number."""

from django.db import models
from django.db.models import F, Q


class Severity(models.TextChoices):
    """How grave the rule's author holds a finding: stop and recover, verify, data quality."""

    HIGH = "H", "高"
    MEDIUM = "M", "中"
    LOW = "L", "低"


class ClueStatus(models.TextChoices):
    """State of a clue; `vanished` means the newest screening no longer finds it, the row stays."""

    OPEN = "open", "待核查"
    VANISHED = "vanished", "已消失"


class Screening(models.Model):
    """One run of one version of a rule over one published snapshot, with the numbers it used; an amount is None where
    the rule measures none.
    """

    rule_code = models.CharField("规则代码", max_length=32, db_index=True)
    rule_label = models.CharField("规则", max_length=200)
    rule_digest = models.CharField("规则摘要", max_length=80)
    severity = models.CharField("严重程度", max_length=1, choices=Severity.choices)
    basis = models.TextField("依据")
    parameters = models.JSONField("参数", default=list)
    snapshot = models.BigIntegerField("快照")
    batch = models.CharField("批次", max_length=64)
    batch_digest = models.CharField("批次摘要", max_length=80)
    business_date = models.DateField("数据截至")
    level = models.CharField("证明级别", max_length=1)
    run_at = models.DateTimeField("运行时间")
    found = models.PositiveIntegerField("疑点数")
    amount_fen = models.BigIntegerField("涉及金额（分）", null=True, blank=True)

    class Meta:
        verbose_name = "筛查"
        verbose_name_plural = "筛查"
        ordering = ("-business_date", "-run_at", "-pk")
        constraints = (
            models.UniqueConstraint(fields=("rule_digest", "snapshot"), name="fundsafety_screening_once"),
            models.CheckConstraint(condition=Q(severity__in=Severity.values), name="fundsafety_screening_severity"),
            models.CheckConstraint(condition=Q(level__in=("A", "B", "C")), name="fundsafety_screening_level"),
        )

    def __str__(self) -> str:
        return f"{self.rule_code} {self.batch}"


class Clue(models.Model):
    """What one rule says about one person, over all screenings; unique per rule and person.

    `schemes` are those of the evidence rows, with commas: `?` for a row without one, empty where no table has the
    column, None where an earlier version did not say.
    """

    key = models.CharField("地址标识", max_length=32, unique=True)
    rule_code = models.CharField("规则代码", max_length=32)
    subject = models.CharField("人员编码", max_length=64, db_index=True)
    status = models.CharField("状态", max_length=16, choices=ClueStatus.choices, default=ClueStatus.OPEN)
    schemes = models.CharField("险种", max_length=100, null=True, blank=True, help_text="证据行的险种代码")
    months = models.PositiveIntegerField("月数")
    amount_fen = models.BigIntegerField("涉及金额（分）", null=True, blank=True)
    first_seen = models.ForeignKey(Screening, on_delete=models.PROTECT, related_name="+", verbose_name="首次发现")
    last_seen = models.ForeignKey(Screening, on_delete=models.PROTECT, related_name="clues", verbose_name="最近发现")
    vanished_in = models.ForeignKey(
        Screening, on_delete=models.PROTECT, related_name="+", null=True, blank=True, verbose_name="何时消失"
    )

    class Meta:
        verbose_name = "疑点"
        verbose_name_plural = "疑点"
        ordering = (F("amount_fen").desc(nulls_last=True), "pk")
        indexes = (models.Index(fields=("status", "-amount_fen"), name="fundsafety_clue_status"),)
        constraints = (
            models.UniqueConstraint(fields=("rule_code", "subject"), name="fundsafety_clue_once"),
            models.CheckConstraint(
                condition=Q(status="vanished", vanished_in__isnull=False) | Q(status="open", vanished_in__isnull=True),
                name="fundsafety_clue_vanished",
            ),
            models.CheckConstraint(condition=~Q(key=F("subject")), name="fundsafety_clue_opaque"),
        )

    def __str__(self) -> str:
        return f"{self.rule_code} {self.key}"


class ClueItem(models.Model):
    """One month of a clue: amount and the rows it rests on, by table, key columns and row digest."""

    clue = models.ForeignKey(Clue, on_delete=models.CASCADE, related_name="items", verbose_name="疑点")
    month = models.PositiveIntegerField("年月", help_text="YYYYMM")
    amount_fen = models.BigIntegerField("金额（分）", null=True, blank=True)
    evidence = models.JSONField("证据", default=list)
    first_seen = models.ForeignKey(Screening, on_delete=models.PROTECT, related_name="+", verbose_name="首次发现")
    present = models.BooleanField("仍然存在", default=True)

    class Meta:
        verbose_name = "疑点明细"
        verbose_name_plural = "疑点明细"
        ordering = ("clue", "month")
        constraints = (
            models.UniqueConstraint(fields=("clue", "month"), name="fundsafety_clueitem_month"),
            models.CheckConstraint(condition=Q(month__gte=190001, month__lte=299912), name="fundsafety_clueitem_range"),
        )

    def __str__(self) -> str:
        return f"{self.clue_id} {self.month}"
