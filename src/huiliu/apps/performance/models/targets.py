"""Performance targets by project, year and version; what is in force is frozen, and so is a year that is over."""

from django.db import models
from django.db.models import Q

from huiliu.scoring.targets import KINDS, RULES


class Stage(models.TextChoices):
    """What a version answers to: the first submission, the department's reply, a change in the year."""

    FIRST = "first", "一上"
    REPLY = "reply", "批复"
    ADJUSTED = "adjusted", "调整"


class Status(models.TextChoices):
    """Where a version stands; only a draft changes, and one approved version a year is in force."""

    DRAFT = "draft", "起草"
    ASKED = "asked", "审批中"
    APPROVED = "approved", "生效"
    SUPERSEDED = "superseded", "已被取代"


class TargetSet(models.Model):
    """The targets of one project and year, and the profile they are scored by; never changed once opened."""

    project = models.CharField("项目代码", max_length=40)
    name = models.CharField("项目名称", max_length=128)
    year = models.PositiveSmallIntegerField("年度")
    profile = models.CharField("评分方案", max_length=64)
    opened_on = models.DateField("建立日期")
    opened_by = models.CharField("建立人", max_length=64)

    class Meta:
        verbose_name = "绩效目标"
        verbose_name_plural = "绩效目标"
        ordering = ("-year", "project")
        constraints = (
            models.UniqueConstraint(fields=("project", "year"), name="performance_target_set_once"),
            models.CheckConstraint(condition=Q(year__gte=2000, year__lte=2100), name="performance_target_set_year"),
        )

    def __str__(self) -> str:
        return f"{self.year}年{self.name}"


class TargetVersion(models.Model):
    """One version of the form. `touched_on` is the day of its last change, which the year must not have ended before.

    `document_*` is the external decision it follows, with the digest of the kept file. `digest` seals the content that
    was submitted, `reasons` holds the reason for each warning by its code.
    """

    target_set = models.ForeignKey(TargetSet, on_delete=models.PROTECT, related_name="versions", verbose_name="目标")
    number = models.PositiveSmallIntegerField("版本")
    stage = models.CharField("阶段", max_length=12, choices=Stage.choices)
    status = models.CharField("状态", max_length=12, choices=Status.choices, default=Status.DRAFT)
    objective = models.TextField("年度总体目标", blank=True)
    document_no = models.CharField("文号", max_length=64, blank=True)
    document_on = models.DateField("文件日期", null=True, blank=True)
    document_name = models.CharField("文件名", max_length=120, blank=True)
    document_digest = models.CharField("文件摘要", max_length=80, blank=True)
    reasons = models.JSONField("警告的理由", default=dict, blank=True)
    digest = models.CharField("内容摘要", max_length=80, blank=True)
    request = models.ForeignKey(
        "control.ApprovalRequest", on_delete=models.PROTECT, null=True, related_name="+", verbose_name="审批申请"
    )
    created_at = models.DateTimeField("起草时间")
    created_by = models.CharField("起草人", max_length=64)
    touched_on = models.DateField("最近改动日期")
    approved_on = models.DateField("生效日期", null=True)

    class Meta:
        verbose_name = "目标版本"
        verbose_name_plural = "目标版本"
        ordering = ("target_set", "-number")
        constraints = (
            models.UniqueConstraint(fields=("target_set", "number"), name="performance_target_version_number"),
            models.UniqueConstraint(
                fields=("target_set",), condition=Q(status="approved"), name="performance_target_one_in_force"
            ),
            models.UniqueConstraint(
                fields=("target_set",), condition=Q(status__in=("draft", "asked")), name="performance_target_one_open"
            ),
            models.CheckConstraint(condition=Q(stage__in=Stage.values), name="performance_target_stage"),
            models.CheckConstraint(condition=Q(status__in=Status.values), name="performance_target_status"),
            models.CheckConstraint(
                condition=Q(status="draft") | (Q(request__isnull=False) & ~Q(digest="")),
                name="performance_target_sealed",
            ),
            models.CheckConstraint(
                condition=Q(status__in=("draft", "asked"), approved_on=None)
                | Q(status__in=("approved", "superseded"), approved_on__isnull=False),
                name="performance_target_approved_on",
            ),
            models.CheckConstraint(
                condition=Q(status="draft") | Q(stage="first") | (~Q(document_no="") & Q(document_on__isnull=False)),
                name="performance_target_document",
            ),
        )

    def __str__(self) -> str:
        return f"{self.target_set_id} {self.number}"


class TargetRow(models.Model):
    """One indicator of a version, as huiliu.scoring.targets.TargetRow; numbers are decimal text, empty for none."""

    version = models.ForeignKey(TargetVersion, on_delete=models.PROTECT, related_name="rows", verbose_name="目标版本")
    code = models.CharField("编号", max_length=16)
    position = models.PositiveSmallIntegerField("顺序")
    level1 = models.CharField("一级指标", max_length=32)
    level2 = models.CharField("二级指标", max_length=32)
    level3 = models.CharField("三级指标", max_length=100)
    kind = models.CharField("性质", max_length=12, blank=True, choices=tuple(KINDS.items()))
    value = models.CharField("目标值", max_length=24, blank=True)
    upper = models.CharField("上限", max_length=24, blank=True)
    wording = models.CharField("定性目标", max_length=200, blank=True)
    unit = models.CharField("计量单位", max_length=16, blank=True)
    weight = models.CharField("权重", max_length=12, blank=True)
    rule = models.CharField("评分规则", max_length=12, blank=True, choices=tuple(RULES.items()))
    basis = models.CharField("设定依据", max_length=200, blank=True)
    evidence = models.CharField("佐证材料", max_length=200, blank=True)
    measure = models.CharField("测量方法", max_length=64, blank=True)
    formula = models.CharField("计算公式", max_length=200, blank=True)
    purpose = models.CharField("支出事项", max_length=40, blank=True)
    paired_output = models.CharField("配对产出", max_length=16, blank=True)
    money_dependent = models.BooleanField("随资金变化", default=False)
    entered_on = models.DateField("填写日期")
    removed_on = models.DateField("删除日期", null=True, editable=False)

    class Meta:
        verbose_name = "目标行"
        verbose_name_plural = "目标行"
        ordering = ("version", "position", "code")
        constraints = (
            models.UniqueConstraint(fields=("version", "code"), name="performance_target_row_code"),
            models.CheckConstraint(condition=~Q(code="") & ~Q(level3=""), name="performance_target_row_named"),
            models.CheckConstraint(condition=Q(kind__in=("", *KINDS)), name="performance_target_row_kind"),
            models.CheckConstraint(condition=Q(rule__in=("", *RULES)), name="performance_target_row_rule"),
        )

    def __str__(self) -> str:
        return f"{self.version_id} {self.code}"


class TargetUse(models.Model):
    """A purpose that a version asks money for, in fen; empty while nobody has said how much."""

    version = models.ForeignKey(TargetVersion, on_delete=models.PROTECT, related_name="uses", verbose_name="目标版本")
    code = models.CharField("支出事项", max_length=40)
    name = models.CharField("名称", max_length=100)
    amount_fen = models.BigIntegerField("金额（分）", null=True, blank=True)
    entered_on = models.DateField("填写日期")
    removed_on = models.DateField("删除日期", null=True, editable=False)

    class Meta:
        verbose_name = "资金用途"
        verbose_name_plural = "资金用途"
        ordering = ("version", "code")
        constraints = (
            models.UniqueConstraint(fields=("version", "code"), name="performance_target_use_code"),
            models.CheckConstraint(condition=~Q(code="") & ~Q(name=""), name="performance_target_use_named"),
            models.CheckConstraint(
                condition=Q(amount_fen=None) | Q(amount_fen__gt=0), name="performance_target_use_amount"
            ),
        )

    def __str__(self) -> str:
        return f"{self.version_id} {self.code}"
