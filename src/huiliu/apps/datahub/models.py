"""The lake's nights repeated, keys of persons and units, requests about rows and their acts; no personal data."""

from django.db import models
from django.db.models import F, Q


class Outcome(models.TextChoices):
    """What became of a batch; the lake decides, this table repeats."""

    PUBLISHED = "published", "已发布"
    REFUSED = "refused", "已拒收"
    HELD = "held", "暂缓"


class Kind(models.TextChoices):
    """What kind of commit a published night is."""

    NIGHT = "night", "夜间入库"
    REPLAY = "replay", "重新入库"
    RESTORE = "restore", "回退"
    UNDO = "undo", "撤销"
    QUARANTINE = "quarantine", "隔离区处理"


class Standing(models.TextChoices):
    """What became of a published commit since."""

    EFFECTIVE = "effective", "有效"
    SUPERSEDED = "superseded", "已被更正"
    WITHDRAWN = "withdrawn", "已撤回"
    ACT = "act", "处理"


class Level(models.TextChoices):
    """Proof level of a night: that of its lowest table; empty for a refused night."""

    A = "A", "完整"
    B = "B", "已与前置库核对"
    C = "C", "仅自身一致"


class Verdict(models.TextChoices):
    """Result of one check; `none` means the control was not supplied, so nothing was compared."""

    FAIL = "fail", "不一致"
    WARN = "warn", "需注意"
    NONE = "none", "未比较"
    PASS = "pass", "一致"


class Night(models.Model):
    """One batch with one outcome, as the lake recorded it; can be dropped and rebuilt from the lake at any time.

    Of published ones each commit has a row: a batch taken again after a revision or a rollback has several.
    """

    key = models.CharField("地址标识", max_length=32, unique=True)
    batch = models.CharField("批次", max_length=64)
    business_date = models.DateField("业务日期", null=True, blank=True, db_index=True)
    division = models.CharField("行政区划代码", max_length=12, blank=True)
    sequence = models.BigIntegerField("批次序号", null=True, blank=True)
    digest = models.CharField("批次摘要", max_length=80, blank=True)
    outcome = models.CharField("结果", max_length=16, choices=Outcome.choices)
    kind = models.CharField("类别", max_length=12, choices=Kind.choices, default=Kind.NIGHT)
    standing = models.CharField("现状", max_length=12, choices=Standing.choices, blank=True)
    revision = models.PositiveIntegerField("更正次数", default=0)
    level = models.CharField("证明级别", max_length=1, choices=Level.choices, blank=True)
    snapshot = models.BigIntegerField("快照", null=True, blank=True)
    run_at = models.DateTimeField("运行时间")
    seconds = models.DecimalField("用时（秒）", max_digits=10, decimal_places=3)
    rows = models.BigIntegerField("入库行数", default=0)
    tables = models.JSONField("各表", default=list)

    class Meta:
        verbose_name = "夜间批次"
        verbose_name_plural = "夜间批次"
        ordering = (F("business_date").desc(nulls_first=True), "-run_at", "-pk")
        constraints = (
            models.UniqueConstraint(
                fields=("batch", "digest", "outcome"),
                condition=~Q(digest="") & ~Q(outcome="published"),
                name="datahub_night_once",
            ),
            models.UniqueConstraint(fields=("snapshot",), name="datahub_night_snapshot"),
            models.CheckConstraint(
                condition=Q(kind__in=Kind.values) & (Q(standing="") | Q(standing__in=Standing.values)),
                name="datahub_night_kind",
            ),
            models.CheckConstraint(condition=Q(outcome__in=Outcome.values), name="datahub_night_outcome"),
            models.CheckConstraint(condition=Q(seconds__gte=0) & Q(rows__gte=0), name="datahub_night_counts"),
            models.CheckConstraint(
                condition=Q(
                    outcome="published", level__in=Level.values, snapshot__isnull=False, business_date__isnull=False
                )
                | Q(outcome__in=("refused", "held"), level="", snapshot__isnull=True),
                name="datahub_night_published_has_proof",
            ),
        )

    def __str__(self) -> str:
        return f"{self.batch} {self.get_outcome_display()}"

    @property
    def word(self) -> str:
        """What became of it, in one word: a night that was published once need not be read any more."""
        if self.standing in {Standing.SUPERSEDED, Standing.WITHDRAWN}:
            return str(self.get_standing_display())
        return str(self.get_kind_display() if self.standing == Standing.ACT else self.get_outcome_display())


class NightCheck(models.Model):
    """One thing that was compared in a night, in the order people should read it: failed first."""

    night = models.ForeignKey(Night, on_delete=models.CASCADE, related_name="checks", verbose_name="夜间批次")
    position = models.PositiveIntegerField("顺序")
    code = models.CharField("代码", max_length=64)
    name = models.TextField("核对项")
    table = models.CharField("表", max_length=64, blank=True)
    expected = models.TextField("应为", blank=True)
    actual = models.TextField("实为", blank=True)
    verdict = models.CharField("结论", max_length=8, choices=Verdict.choices)
    where = models.TextField("位置", blank=True)

    class Meta:
        verbose_name = "核对项"
        verbose_name_plural = "核对项"
        ordering = ("night", "position")
        constraints = (
            models.UniqueConstraint(fields=("night", "position"), name="datahub_nightcheck_position"),
            models.CheckConstraint(condition=Q(verdict__in=Verdict.values), name="datahub_nightcheck_verdict"),
        )

    def __str__(self) -> str:
        return f"{self.code} {self.get_verdict_display()}"


class SubjectKey(models.Model):
    """The opaque HMAC-SM3 key that stands for a person in addresses; made when the person is first shown."""

    key = models.CharField("地址标识", max_length=32, primary_key=True)
    person_no = models.CharField("人员编码", max_length=64, unique=True)
    created_at = models.DateTimeField("首次显示")

    class Meta:
        verbose_name = "人员地址标识"
        verbose_name_plural = "人员地址标识"
        constraints = (
            models.CheckConstraint(condition=~Q(person_no=""), name="datahub_subjectkey_person"),
            models.CheckConstraint(condition=~Q(key=F("person_no")), name="datahub_subjectkey_opaque"),
        )

    def __str__(self) -> str:
        return self.key


class UnitKey(models.Model):
    """The opaque HMAC-SM3 key that stands for a unit in addresses; made when the unit is first shown."""

    key = models.CharField("地址标识", max_length=32, primary_key=True)
    unit_no = models.CharField("单位编码", max_length=64, unique=True)
    created_at = models.DateTimeField("首次显示")

    class Meta:
        verbose_name = "单位地址标识"
        verbose_name_plural = "单位地址标识"
        constraints = (
            models.CheckConstraint(condition=~Q(unit_no=""), name="datahub_unitkey_unit"),
            models.CheckConstraint(condition=~Q(key=F("unit_no")), name="datahub_unitkey_opaque"),
        )

    def __str__(self) -> str:
        return self.key


class QuarantineAsk(models.Model):
    """One row in quarantine that a request is about; `ref` is a keyed digest of the row as it was asked about."""

    request = models.ForeignKey(
        "control.ApprovalRequest", on_delete=models.PROTECT, related_name="+", verbose_name="申请"
    )
    table = models.CharField("表", max_length=64)
    ref = models.CharField("行标识", max_length=32, db_index=True)

    class Meta:
        verbose_name = "隔离行的申请"
        verbose_name_plural = "隔离行的申请"
        constraints = (models.UniqueConstraint(fields=("request", "ref"), name="datahub_quarantineask_once"),)

    def __str__(self) -> str:
        return f"{self.request_id} {self.ref}"


class ActState(models.TextChoices):
    """How far an act that was agreed to is."""

    WAITING = "waiting", "等候执行"
    RUNNING = "running", "正在执行"
    DONE = "done", "已执行"
    FAILED = "failed", "没有执行"


class LibraryAct(models.Model):
    """What an approved request still has to do in the lake, or has done; written with the last signature.

    `code`, `message` and `hint` say why it was not done, or why it has to wait.
    """

    request = models.OneToOneField(
        "control.ApprovalRequest", on_delete=models.PROTECT, related_name="+", verbose_name="申请"
    )
    state = models.CharField("状态", max_length=8, choices=ActState.choices, default=ActState.WAITING)
    approver = models.CharField("核准人", max_length=150)
    approver_post = models.CharField("核准人岗位", max_length=64, blank=True)
    agreed_at = models.DateTimeField("核准时间")
    started_at = models.DateTimeField("开始时间", null=True, blank=True)
    ended_at = models.DateTimeField("结束时间", null=True, blank=True)
    snapshot = models.BigIntegerField("快照", null=True, blank=True)
    code = models.CharField("代码", max_length=32, blank=True)
    message = models.TextField("说明", blank=True)
    hint = models.TextField("处理办法", blank=True)

    class Meta:
        verbose_name = "回流库的处理"
        verbose_name_plural = "回流库的处理"
        constraints = (
            models.CheckConstraint(condition=Q(state__in=ActState.values), name="datahub_libraryact_state"),
            models.CheckConstraint(
                condition=Q(state__in=("waiting", "running"), ended_at=None, snapshot=None)
                | Q(state="done", ended_at__isnull=False, snapshot__isnull=False)
                | Q(state="failed", ended_at__isnull=False, snapshot=None) & ~Q(code=""),
                name="datahub_libraryact_ended",
            ),
        )

    def __str__(self) -> str:
        return f"{self.request_id} {self.get_state_display()}"
