"""What an office asks for in the budget of a year, and what those above it decided, with their documents."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.db.models.lookups import Exact

from huiliu.apps.funds.models.events import LARGEST, Event
from huiliu.apps.funds.models.projects import ProjectYear, Purpose

MILLI = 1000  # quantities are kept in thousandths, so that the product with a price is exact in every database


class Stage(models.TextChoices):
    """Which round of the budget a draft belongs to."""

    FIRST = "first", "一上"
    SECOND = "second", "二上"


class Basis(models.TextChoices):
    """What the amount of a line rests on."""

    CONTRACT = "contract", "合同"
    LAST_YEAR = "last_year", "上年支出"
    QUANTITY = "quantity", "数量和单价"
    OTHER = "other", "其他依据"


class BudgetDraft(models.Model):
    """One version of what is asked for in a round; saved whole, with its lines, and never changed."""

    year = models.ForeignKey(ProjectYear, on_delete=models.PROTECT, related_name="drafts", verbose_name="项目年度")
    stage = models.CharField("环节", max_length=8, choices=Stage.choices)
    number = models.PositiveIntegerField("版本")
    total_fen = models.BigIntegerField("合计（分）")
    note = models.CharField("说明", max_length=200, blank=True)
    saved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name="编报人"
    )
    saved_at = models.DateTimeField("保存时间")

    class Meta:
        verbose_name = "预算编报"
        verbose_name_plural = "预算编报"
        ordering = ("year", "stage", "-number")
        constraints = (
            models.UniqueConstraint(fields=("year", "stage", "number"), name="funds_draft_once"),
            models.CheckConstraint(condition=Q(stage__in=Stage.values), name="funds_draft_stage"),
            models.CheckConstraint(
                condition=Q(total_fen__gt=0, total_fen__lt=LARGEST, number__gt=0), name="funds_draft_total"
            ),
        )

    def __str__(self) -> str:
        return f"{self.get_stage_display()}第 {self.number} 版"


class BudgetDraftLine(models.Model):
    """One thing asked for: quantity × price is the amount, to the fen.

    `contract` is the commitment it rests on, `basis_fen` what that contract is for or what was paid for the purpose in
    the year before: computed when the line was saved.
    """

    draft = models.ForeignKey(BudgetDraft, on_delete=models.PROTECT, related_name="lines", verbose_name="预算编报")
    position = models.PositiveIntegerField("序号")
    label = models.CharField("内容", max_length=80)
    purpose = models.ForeignKey(Purpose, on_delete=models.PROTECT, related_name="+", verbose_name="支出事项")
    basis = models.CharField("测算依据", max_length=12, choices=Basis.choices)
    contract = models.ForeignKey(
        Event, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name="合同"
    )
    basis_fen = models.BigIntegerField("依据金额（分）", null=True, blank=True)
    quantity_milli = models.BigIntegerField("数量（千分之一）")
    measure = models.CharField("计量单位", max_length=20)
    price_fen = models.BigIntegerField("单价（分）")
    amount_fen = models.BigIntegerField("金额（分）")
    ground = models.CharField("说明", max_length=200, blank=True)

    class Meta:
        verbose_name = "预算编报明细"
        verbose_name_plural = "预算编报明细"
        ordering = ("position",)
        constraints = (
            models.UniqueConstraint(fields=("draft", "position"), name="funds_draft_line_once"),
            models.CheckConstraint(condition=Q(basis__in=Basis.values), name="funds_draft_line_basis"),
            models.CheckConstraint(
                condition=Q(quantity_milli__gt=0, price_fen__gt=0, amount_fen__gt=0, amount_fen__lt=LARGEST),
                name="funds_draft_line_amounts",
            ),
            models.CheckConstraint(
                # Not divided: whole numbers on both sides.
                condition=Exact(F("amount_fen") * MILLI, F("quantity_milli") * F("price_fen")),
                name="funds_draft_line_product",
            ),
            models.CheckConstraint(
                condition=Q(basis="contract", contract__isnull=False) | (~Q(basis="contract") & Q(contract=None)),
                name="funds_draft_line_contract",
            ),
            models.CheckConstraint(
                condition=~Q(label="") & ~Q(measure="") & (~Q(basis="other") | ~Q(ground="")),
                name="funds_draft_line_said",
            ),
        )

    def __str__(self) -> str:
        return self.label


class BudgetSubmission(models.Model):
    """That a version was laid before the leader; how that ended is told by the request."""

    draft = models.OneToOneField(
        BudgetDraft, on_delete=models.PROTECT, related_name="submission", verbose_name="预算编报"
    )
    approval = models.OneToOneField(
        "control.ApprovalRequest", on_delete=models.PROTECT, related_name="+", verbose_name="审批"
    )
    submitted_at = models.DateTimeField("提交时间")

    class Meta:
        verbose_name = "预算编报送审"
        verbose_name_plural = "预算编报送审"
        ordering = ("pk",)

    def __str__(self) -> str:
        return f"{self.draft_id}"


class Body(models.TextChoices):
    """Who decided."""

    DEPARTMENT = "department", "主管部门"
    TREASURY = "treasury", "财政局"


class Answered(models.TextChoices):
    """What was decided on: a round of the budget, the ceiling given between them, or the budget itself."""

    FIRST = "first", "一上审核"
    CEILING = "ceiling", "一下控制数"
    SECOND = "second", "二上审核"
    REPLY = "reply", "预算批复"


class Verdict(models.TextChoices):
    """How it was decided."""

    AGREED = "agreed", "同意"
    CHANGED = "changed", "调整后同意"
    REFUSED = "refused", "不同意"


class ExternalDecision(models.Model):
    """A decision from above with its document; the reply to the budget is the year's initial authority, `event`."""

    year = models.ForeignKey(ProjectYear, on_delete=models.PROTECT, related_name="decisions", verbose_name="项目年度")
    body = models.CharField("决定单位", max_length=12, choices=Body.choices)
    answered = models.CharField("事项", max_length=8, choices=Answered.choices)
    verdict = models.CharField("决定", max_length=8, choices=Verdict.choices)
    document_no = models.CharField("文号", max_length=64)
    day = models.DateField("文件日期")
    amount_fen = models.BigIntegerField("金额（分）", null=True, blank=True)
    note = models.CharField("说明", max_length=200, blank=True)
    name = models.CharField("文件名", max_length=120)
    digest = models.CharField("摘要", max_length=80)
    size = models.BigIntegerField("字节数")
    event = models.OneToOneField(
        Event, on_delete=models.PROTECT, null=True, blank=True, related_name="decision", verbose_name="年初指标"
    )
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name="记录人"
    )
    recorded_at = models.DateTimeField("记录时间")

    class Meta:
        verbose_name = "外部决定"
        verbose_name_plural = "外部决定"
        ordering = ("day", "pk")
        constraints = (
            models.UniqueConstraint(fields=("year", "body", "document_no"), name="funds_decision_once"),
            models.CheckConstraint(
                condition=Q(body__in=Body.values, answered__in=Answered.values, verdict__in=Verdict.values),
                name="funds_decision_words",
            ),
            models.CheckConstraint(
                condition=~Q(document_no="") & ~Q(digest="") & Q(size__gt=0), name="funds_decision_document"
            ),
            models.CheckConstraint(
                condition=Q(amount_fen=None, verdict="refused") | Q(amount_fen__gt=0, amount_fen__lt=LARGEST),
                name="funds_decision_amount",
            ),
            models.CheckConstraint(
                condition=(Q(answered="reply", event__isnull=False) & ~Q(verdict="refused"))
                | (Q(event=None) & (~Q(answered="reply") | Q(verdict="refused"))),
                name="funds_decision_event",
            ),
        )

    def __str__(self) -> str:
        return self.document_no
