"""What happened to a project's money, one row an event, added and never changed; and the files that speak for it."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from huiliu.apps.funds.models.projects import ProjectYear, Purpose

LARGEST = 10**15  # fen: ten trillion yuan, far above any project


class Kind(models.TextChoices):
    """What an event is, in the words of huiliu.budget.events."""

    INITIAL = "initial", "年初指标"
    ADD = "add", "追加指标"
    CUT = "cut", "追减指标"
    CARRYOVER = "carryover", "上年结转指标"
    PLAN = "plan", "用款计划"
    QUOTA = "quota", "下达额度"
    COMMITMENT = "commitment", "合同承诺"
    REQUEST = "request", "请拨"
    REVIEW = "review", "审核"
    PAYMENT = "payment", "拨付"
    REFUND = "refund", "退款"
    VOUCHER = "voucher", "记账凭证"
    CLOSE = "close", "年终结账"


class Origin(models.TextChoices):
    """Where an event came from: done here step by step, or taken over from the export of another system."""

    HAND = "hand", "本系统办理"
    IMPORT = "import", "导入"


class Event(models.Model):
    """One event; `amount_fen` is in fen, as huiliu.budget.events has it, and `refers` is what the event answers.

    `number` is the document's, notice's, contract's or voucher's. `approval` is what a request, a review or a close
    rests on; what is taken over from elsewhere was decided there and names the document in `number`.
    """

    year = models.ForeignKey(ProjectYear, on_delete=models.PROTECT, related_name="events", verbose_name="项目年度")
    kind = models.CharField("类别", max_length=12, choices=Kind.choices)
    day = models.DateField("日期")
    amount_fen = models.BigIntegerField("金额（分）")
    refers = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="followers", verbose_name="对应事件"
    )
    number = models.CharField("文号", max_length=64, blank=True)
    month = models.PositiveIntegerField("计划月份", null=True, blank=True)
    due = models.DateField("应付日期", null=True, blank=True)
    payee = models.CharField("收款人", max_length=80, blank=True)
    item = models.CharField("经济分类", max_length=40, blank=True)
    purpose = models.ForeignKey(
        Purpose, on_delete=models.PROTECT, null=True, blank=True, related_name="events", verbose_name="支出事项"
    )
    agreed = models.BooleanField("同意", null=True, blank=True)
    is_asset = models.BooleanField("购置资产", default=False)
    note = models.CharField("说明", max_length=200, blank=True)
    approval = models.ForeignKey(
        "control.ApprovalRequest",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="审批",
    )
    origin = models.CharField("来源", max_length=8, choices=Origin.choices, default=Origin.HAND)
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name="记录人"
    )
    recorded_at = models.DateTimeField("记录时间")

    class Meta:
        verbose_name = "资金事件"
        verbose_name_plural = "资金事件"
        ordering = ("day", "pk")
        indexes = (models.Index(fields=("year", "day"), name="funds_event_year_day"),)
        constraints = (
            models.CheckConstraint(condition=Q(kind__in=Kind.values), name="funds_event_kind"),
            models.CheckConstraint(
                condition=Q(amount_fen__gt=0)
                | (Q(kind="quota") & ~Q(amount_fen=0))
                | Q(kind__in=("plan", "close"), amount_fen=0)
                | Q(kind="review", agreed=False, amount_fen=0),
                name="funds_event_amount",
            ),
            models.CheckConstraint(
                condition=Q(amount_fen__gt=-LARGEST, amount_fen__lt=LARGEST), name="funds_event_sane"
            ),
            models.CheckConstraint(
                condition=Q(kind="review", agreed__isnull=False) | (~Q(kind="review") & Q(agreed=None)),
                name="funds_event_agreed",
            ),
            models.CheckConstraint(
                condition=Q(kind="plan", month__isnull=False) | (~Q(kind="plan") & Q(month=None)),
                name="funds_event_month",
            ),
            models.CheckConstraint(
                condition=Q(kind__in=("review", "payment", "refund", "voucher"), refers__isnull=False)
                | Q(kind__in=("request", "quota"))
                | Q(kind__in=("initial", "add", "cut", "carryover", "plan", "commitment", "close"), refers=None),
                name="funds_event_refers",
            ),
            models.CheckConstraint(
                condition=~Q(kind="request")
                | (~Q(payee="") & ~Q(item="") & (Q(purpose__isnull=False) | Q(origin="import"))),
                name="funds_event_whole",
            ),
            models.CheckConstraint(
                condition=Q(kind__in=("request", "review", "close"), origin="hand", approval__isnull=False)
                | (Q(approval=None) & ~Q(kind__in=("request", "review", "close")))
                | (Q(approval=None, origin="import") & ~Q(number="")),
                name="funds_event_approval",
            ),
            models.CheckConstraint(condition=Q(origin__in=Origin.values), name="funds_event_origin"),
        )

    def __str__(self) -> str:
        return f"{self.kind} {self.pk}"


class Attachment(models.Model):
    """One file that speaks for an event; the bytes lie in the data folder under their digest."""

    event = models.ForeignKey(Event, on_delete=models.PROTECT, related_name="attachments", verbose_name="资金事件")
    name = models.CharField("文件名", max_length=120)
    digest = models.CharField("摘要", max_length=80)
    size = models.BigIntegerField("字节数")
    kind = models.CharField("格式", max_length=8)
    uploaded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name="上传人"
    )
    uploaded_at = models.DateTimeField("上传时间")

    class Meta:
        verbose_name = "资金附件"
        verbose_name_plural = "资金附件"
        ordering = ("pk",)
        constraints = (
            models.UniqueConstraint(fields=("event", "digest"), name="funds_attachment_once"),
            models.CheckConstraint(condition=Q(size__gt=0), name="funds_attachment_size"),
        )

    def __str__(self) -> str:
        return f"{self.event_id} {self.pk}"
