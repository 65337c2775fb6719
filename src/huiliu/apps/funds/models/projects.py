"""Projects, the years they have money in, and what the money is for."""

from django.db import models
from django.db.models import Q

FIRST_YEAR, LAST_YEAR = 2000, 2100


class Nature(models.TextChoices):
    """Whether a project comes back every year."""

    RECURRING = "recurring", "经常性项目"
    ONE_OFF = "one_off", "一次性项目"


class Mode(models.TextChoices):
    """Whether a quota arrives at a zero-balance account, or payments go against the authority itself."""

    QUOTA = "quota", "零余额账户（有额度）"
    INTEGRATED = "integrated", "预算管理一体化（无额度）"


class Expense(models.TextChoices):
    """The account of the budget books that payments are booked to."""

    PUBLIC = "public", "事业支出"
    ADMINISTRATIVE = "administrative", "行政支出"


class Project(models.Model):
    """One project; `code` stands in addresses."""

    code = models.CharField("项目代码", max_length=40, unique=True)
    name = models.CharField("项目名称", max_length=120)
    agency = models.CharField("实施单位", max_length=120)
    department = models.CharField("主管部门", max_length=120)
    nature = models.CharField("项目属性", max_length=16, choices=Nature.choices)
    expense = models.CharField("支出科目", max_length=16, choices=Expense.choices)
    opened_at = models.DateTimeField("登记时间")

    class Meta:
        verbose_name = "项目"
        verbose_name_plural = "项目"
        ordering = ("code",)
        constraints = (
            models.CheckConstraint(condition=~Q(code=""), name="funds_project_code"),
            models.CheckConstraint(
                condition=~Q(name="") & ~Q(agency="") & ~Q(department=""), name="funds_project_named"
            ),
            models.CheckConstraint(condition=Q(nature__in=Nature.values), name="funds_project_nature"),
            models.CheckConstraint(condition=Q(expense__in=Expense.values), name="funds_project_expense"),
        )

    def __str__(self) -> str:
        return self.name


class ProjectYear(models.Model):
    """One project in one budget year; its row is the lock under which the year's events are written."""

    project = models.ForeignKey(Project, on_delete=models.PROTECT, related_name="years", verbose_name="项目")
    year = models.PositiveSmallIntegerField("年度")
    mode = models.CharField("支付方式", max_length=12, choices=Mode.choices)
    opened_at = models.DateTimeField("登记时间")

    class Meta:
        verbose_name = "项目年度"
        verbose_name_plural = "项目年度"
        ordering = ("project", "-year")
        constraints = (
            models.UniqueConstraint(fields=("project", "year"), name="funds_year_once"),
            models.CheckConstraint(condition=Q(mode__in=Mode.values), name="funds_year_mode"),
            models.CheckConstraint(condition=Q(year__gte=FIRST_YEAR, year__lte=LAST_YEAR), name="funds_year_sane"),
        )

    def __str__(self) -> str:
        return f"{self.project_id} {self.year}"


class Purpose(models.Model):
    """What money of a project is spent on; targets meet payments by this code."""

    project = models.ForeignKey(Project, on_delete=models.PROTECT, related_name="purposes", verbose_name="项目")
    code = models.CharField("事项代码", max_length=40)
    label = models.CharField("支出事项", max_length=80)
    added_at = models.DateTimeField("登记时间")

    class Meta:
        verbose_name = "支出事项"
        verbose_name_plural = "支出事项"
        ordering = ("project", "code")
        constraints = (
            models.UniqueConstraint(fields=("project", "code"), name="funds_purpose_once"),
            models.CheckConstraint(condition=~Q(code=""), name="funds_purpose_code"),
            models.CheckConstraint(condition=~Q(label=""), name="funds_purpose_named"),
        )

    def __str__(self) -> str:
        return self.label
