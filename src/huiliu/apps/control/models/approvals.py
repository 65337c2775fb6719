"""Requests, the signatures they need, and who may sign for whom; triggers hold the rules beside the service."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q


class RequestStatus(models.TextChoices):
    """Where a request stands; the last three are final."""

    PENDING = "pending", "审批中"
    RETURNED = "returned", "已退回"
    WITHDRAWN = "withdrawn", "已撤回"
    REJECTED = "rejected", "未通过"
    APPROVED = "approved", "已通过"


class Decision(models.TextChoices):
    """What a signature says."""

    APPROVED = "approved", "同意"
    RETURNED = "returned", "退回补正"
    REJECTED = "rejected", "不同意"


class ApprovalRequest(models.Model):
    """What somebody asks for, about whom, and what is done once the last step agrees.

    `subject` is what is asked for in one code (a post, a user name); `payload` the rest, in codes.
    """

    kind = models.CharField("事项", max_length=32)
    applicant = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="requests", verbose_name="申请人"
    )
    beneficiary = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="涉及人员",
    )
    subject = models.CharField("申请内容", max_length=64)
    reason = models.CharField("理由", max_length=200)
    payload = models.JSONField("明细", default=dict)
    amount_fen = models.BigIntegerField("金额（分）", null=True, blank=True)
    status = models.CharField("状态", max_length=12, choices=RequestStatus.choices, default=RequestStatus.PENDING)
    round = models.PositiveSmallIntegerField("轮次", default=1)
    submitted_at = models.DateTimeField("提交时间")
    finished_at = models.DateTimeField("办结时间", null=True, blank=True)

    class Meta:
        verbose_name = "申请"
        verbose_name_plural = "申请"
        ordering = ("-submitted_at", "-pk")
        indexes = (models.Index(fields=("status", "-submitted_at"), name="control_request_status"),)
        constraints = (
            models.CheckConstraint(condition=Q(status__in=RequestStatus.values), name="control_request_status"),
            models.CheckConstraint(condition=Q(round__gte=1), name="control_request_round"),
            models.CheckConstraint(condition=Q(amount_fen=None) | Q(amount_fen__gte=0), name="control_request_amount"),
            models.CheckConstraint(
                condition=Q(status__in=("pending", "returned"), finished_at=None)
                | Q(status__in=("withdrawn", "rejected", "approved"), finished_at__isnull=False),
                name="control_request_finished",
            ),
        )

    def __str__(self) -> str:
        return f"{self.kind} {self.pk}"


class ApprovalStep(models.Model):
    """One signature of one round, laid down with the request so that later definitions change nothing.

    `delegator` is the holder of the post in whose place the decider signed.
    """

    request = models.ForeignKey(ApprovalRequest, on_delete=models.PROTECT, related_name="steps", verbose_name="申请")
    round = models.PositiveSmallIntegerField("轮次")
    position = models.PositiveSmallIntegerField("顺序")
    name = models.CharField("步骤", max_length=32)
    duty = models.CharField("职责", max_length=8)
    post = models.CharField("岗位", max_length=16)
    decision = models.CharField("意见", max_length=12, choices=Decision.choices, blank=True)
    decider = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="办理人",
    )
    delegator = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="委托人",
    )
    comment = models.CharField("说明", max_length=200, blank=True)
    decided_at = models.DateTimeField("办理时间", null=True, blank=True)
    decided_on = models.DateField("办理日期", null=True, blank=True)

    class Meta:
        verbose_name = "审批步骤"
        verbose_name_plural = "审批步骤"
        ordering = ("request", "round", "position")
        constraints = (
            models.UniqueConstraint(fields=("request", "round", "position"), name="control_step_position"),
            models.UniqueConstraint(
                fields=("request", "round", "decider"), condition=~Q(decider=None), name="control_step_one_person"
            ),
            models.CheckConstraint(
                condition=Q(decision="", decider=None, delegator=None, decided_at=None, decided_on=None, comment="")
                | Q(
                    decision__in=Decision.values,
                    decider__isnull=False,
                    decided_at__isnull=False,
                    decided_on__isnull=False,
                ),
                name="control_step_whole",
            ),
            models.CheckConstraint(
                condition=Q(decision__in=("", "approved")) | ~Q(comment=""), name="control_step_says_why"
            ),
            models.CheckConstraint(
                condition=Q(delegator=None) | ~Q(delegator=F("decider")), name="control_step_delegator"
            ),
        )

    def __str__(self) -> str:
        return f"{self.request_id} {self.position}"


class Delegation(models.Model):
    """The holder of a post lets another person sign in their place from one day to another, both inclusive."""

    principal = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="delegations", verbose_name="委托人"
    )
    delegate = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name="受托人"
    )
    post = models.CharField("岗位", max_length=16)
    starts_on = models.DateField("开始日期")
    ends_on = models.DateField("结束日期")
    reason = models.CharField("理由", max_length=100)
    made_at = models.DateTimeField("委托时间")
    ended_at = models.DateTimeField("提前结束时间", null=True, blank=True)

    class Meta:
        verbose_name = "委托"
        verbose_name_plural = "委托"
        ordering = ("-starts_on", "-pk")
        constraints = (
            models.CheckConstraint(condition=~Q(principal=F("delegate")), name="control_delegation_other"),
            models.CheckConstraint(condition=Q(ends_on__gte=F("starts_on")), name="control_delegation_days"),
            models.CheckConstraint(condition=~Q(reason=""), name="control_delegation_reason"),
        )

    def __str__(self) -> str:
        return f"{self.post} {self.starts_on}"
