"""Assessments from records: targets in force, what was measured and the ledger's money, scored when they are read."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property

from django.urls import reverse

from huiliu.apps.accounts.selectors import person_names
from huiliu.apps.funds.selectors import projects as funds
from huiliu.apps.performance.models import DeclaredScore, TargetSet, TargetVersion
from huiliu.apps.performance.selectors import targets as selectors
from huiliu.apps.performance.selectors.measurements import measured_values
from huiliu.apps.performance.selectors.profiles import profile
from huiliu.budget.rates import money_figures
from huiliu.kernel.errors import HuiliuError
from huiliu.kernel.figures import Figure, Record
from huiliu.scoring.assess import Beside, assess
from huiliu.scoring.assessment import Assessment, Declared, Version


@dataclass(frozen=True)
class Assessed:
    """The targets of a project and year with their assessment; without a version in force, or where it cannot be
    scored, there is none and `refusal` says why.
    """

    targets: TargetSet
    version: TargetVersion | None
    result: Assessment | None
    refusal: str
    kept: Mapping[str, DeclaredScore]

    @cached_property
    def heading(self) -> str:
        """How pages call it."""
        return f"{self.targets.year}年{self.targets.name}"


def assessed(targets: TargetSet, today: date) -> Assessed:
    """Score the version in force by what is known today; of a year that is over by all of that year."""
    version = selectors.version_in_force(targets.project, targets.year)
    kept = declared_of(targets)
    if version is None:
        return Assessed(targets, None, None, "还没有生效的目标版本。请先在“绩效 目标”中提交并办完审批。", kept)
    try:
        result = _assess(targets, version, kept, today)
    except HuiliuError as error:
        return Assessed(targets, version, None, f"{error.message}。{error.hint}", kept)
    return Assessed(targets, version, result, "", kept)


def every(today: date) -> list[Assessed]:
    """All projects and years that have targets, newest year first."""
    return [assessed(targets, today) for targets in selectors.sets()]


def find(project: str, year: int, today: date) -> Assessed | None:
    """One of them."""
    targets = selectors.set_of(project, year)
    return assessed(targets, today) if targets else None


def declared_of(targets: TargetSet) -> dict[str, DeclaredScore]:
    """The newest declared score of each row."""
    found: dict[str, DeclaredScore] = {}
    for one in DeclaredScore.objects.filter(target_set=targets):
        found.setdefault(one.row, one)
    return found


def declared_before(targets: TargetSet, row: str) -> list[DeclaredScore]:
    """Everything that was ever declared for a row, newest first."""
    return list(DeclaredScore.objects.filter(target_set=targets, row=row))


def money_of(targets: TargetSet, today: date) -> Mapping[str, Figure]:
    """The ledger's figures of the project and year; none where the ledger does not know it."""
    year = funds.year_of(targets.project, targets.year)
    if year is None:
        return {}
    events = [funds.money_event(event) for event in funds.events_of(year)]
    labels = {purpose.code: purpose.label for purpose in funds.purposes_of(year.project)}
    return money_figures(events, year.year, year.mode, min(today, date(targets.year, 12, 31)), purposes=labels)


def _assess(targets: TargetSet, version: TargetVersion, kept: Mapping[str, DeclaredScore], today: date) -> Assessment:
    others = [other for other in selectors.versions_of(targets) if other.pk != version.pk]
    own, names = _version(version), person_names(one.declared_by for one in kept.values())
    beside = Beside(
        {row: _declared(one, names[one.declared_by]) for row, one in kept.items()},
        [_version(other) for other in others],
        own.label,
        own.links,
        own.digests,
    )
    money = money_of(targets, today)
    return assess(own.rows, measured_values(version), profile(targets.profile), money, beside)


def _declared(kept: DeclaredScore, who: str) -> Declared:
    label = f"{kept.declared_at:%Y-%m-%d} {who} 填报"
    return Declared(kept.points, kept.reason, Record(f"performance.declared:{kept.pk}", label, kept.points))


def _version(version: TargetVersion) -> Version:
    rows = selectors.rows_of(version)
    status = "" if version.approved_on else f"，{version.get_status_display()}"
    label = f"第 {version.number} 版（{version.get_stage_display()}{status}）"
    page = reverse("performance:target_detail", args=(version.pk,))
    links = {row.code: f"{page}#weight.row.{row.code}" for row in rows}
    return Version(label, rows, links, dict.fromkeys(links, version.digest), str(version.number))


def total_of(found: Assessed, version: TargetVersion) -> Figure | None:
    """What the total is by one version of the targets and what is measured now; None where it cannot be scored."""
    if found.result is None or found.version is None:
        return None
    name = "total.computed" if version.pk == found.version.pk else f"version.{version.number}.total.computed"
    return found.result.book.get(name)
