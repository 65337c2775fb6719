"""Long work in ids and counts: what was asked for, how far it is, how it ended; never what it is about."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q


class JobState(models.TextChoices):
    """Where a job stands; the last three are final."""

    WAITING = "waiting", "等候执行"
    RUNNING = "running", "正在执行"
    DONE = "done", "已完成"
    FAILED = "failed", "没有完成"
    CANCELLED = "cancelled", "已取消"


OPEN = (JobState.WAITING, JobState.RUNNING)
FINAL = (JobState.DONE, JobState.FAILED, JobState.CANCELLED)


class JobRequest(models.Model):
    """One job: `subject` is the id of the record it works for in the part that asked; everything else lies there.

    `starts` counts how often it was begun, `cut` how often the process died under it.
    """

    kind = models.CharField("类别", max_length=32)
    subject = models.BigIntegerField("记录编号")
    state = models.CharField("状态", max_length=10, choices=JobState.choices, default=JobState.WAITING)
    phase = models.CharField("步骤", max_length=40, blank=True)
    done = models.BigIntegerField("已做", default=0)
    total = models.BigIntegerField("总数", default=0)
    code = models.CharField("代码", max_length=32, blank=True)
    message = models.TextField("说明", blank=True)
    hint = models.TextField("处理办法", blank=True)
    requested_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name="提出人"
    )
    asked_at = models.DateTimeField("提出时间")
    started_at = models.DateTimeField("开始时间", null=True, blank=True)
    phase_at = models.DateTimeField("步骤开始时间", null=True, blank=True)
    ended_at = models.DateTimeField("结束时间", null=True, blank=True)
    cancel_asked_at = models.DateTimeField("要求取消的时间", null=True, blank=True)
    starts = models.PositiveIntegerField("开始次数", default=0)
    cut = models.PositiveIntegerField("中断次数", default=0)

    class Meta:
        verbose_name = "后台任务"
        verbose_name_plural = "后台任务"
        ordering = ("-pk",)
        constraints = (
            models.UniqueConstraint(
                fields=("kind", "subject"), condition=Q(state__in=("waiting", "running")), name="jobs_request_once"
            ),
            models.CheckConstraint(condition=Q(state__in=JobState.values), name="jobs_request_state"),
            models.CheckConstraint(
                condition=Q(state__in=("waiting", "running"), ended_at=None)
                | Q(state__in=("done", "failed", "cancelled"), ended_at__isnull=False),
                name="jobs_request_ended",
            ),
            models.CheckConstraint(condition=~Q(state="failed") | ~Q(code=""), name="jobs_request_says_why"),
            models.CheckConstraint(
                condition=Q(done__gte=0, total__gte=0) & (Q(total=0) | Q(done__lte=F("total"))),
                name="jobs_request_counts",
            ),
        )

    def __str__(self) -> str:
        return f"{self.kind} {self.pk} {self.get_state_display()}"
