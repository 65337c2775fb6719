"""How a project's year stands today: clocks, warnings, drafted targets and what to fund, worked out when it is read."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal

from django.urls import reverse

from huiliu.apps.accounts.selectors import person_names
from huiliu.apps.funds.selectors import projects as funds
from huiliu.apps.performance.models import Measurement, MonitoringSnapshot, Occasion, TargetVersion
from huiliu.apps.performance.selectors import assessments, measurements
from huiliu.apps.performance.selectors import targets as selectors
from huiliu.apps.performance.selectors.profiles import profile
from huiliu.budget.advice import enter_allocation
from huiliu.budget.alerts import Watch, watch
from huiliu.budget.allocate import Allocation, Item, allocate
from huiliu.budget.clocks import Followed
from huiliu.budget.goals import QUALITATIVE, Goal, Reading
from huiliu.budget.recalibrate import Recalibration, Values, recalibrate
from huiliu.budget.thresholds import Thresholds
from huiliu.catalog.thresholds import monitoring_thresholds, purpose_tiers
from huiliu.kernel.errors import HuiliuError
from huiliu.scoring.assess import assess
from huiliu.scoring.standing import is_cost, unit_factor
from huiliu.scoring.targets import TargetRow

ADDS_UP = "数量"
"""Rows of this second level add up over the year, unless their unit is a percentage."""
SEVEREST = ("severe", "warning", "note")


@dataclass(frozen=True)
class Subject:
    """Whose year it is, as the ledger has it."""

    code: str
    year: int
    name: str
    agency: str
    department: str


@dataclass(frozen=True)
class Monitored:
    """One project and year: targets in force (None: none) and ledger, and what monitoring makes of both.

    `recalibration` is None once the year is over, `allocation` where nothing asks for money.
    """

    subject: Subject
    version: TargetVersion | None
    followed: Followed
    thresholds: Thresholds
    watch: Watch
    recalibration: Recalibration | None
    allocation: Allocation | None
    asked: date | None = None
    """The day somebody asked to see, None for today."""

    @property
    def heading(self) -> str:
        """How pages call it."""
        return f"{self.subject.year}年{self.subject.name}"

    @property
    def goals(self) -> tuple[Goal, ...]:
        """The targets followed."""
        return self.followed.goals

    @property
    def worst(self) -> str:
        """The gravest severity among the warnings, empty without any."""
        found = {alert.severity for alert in self.watch.alerts}
        return next((severity for severity in SEVEREST if severity in found), "")


def every(today: date) -> list[Monitored]:
    """All years of all projects, newest first; without advice."""
    listed = [(one.project.code, one.year) for one in funds.years()]
    return [found for code, year in listed if (found := _watched(code, year, today)) is not None]


def find(project: str, year: int, today: date) -> Monitored | None:
    """One of them, with drafted targets and what to fund; a year that is over as of its last day."""
    found = _watched(project, year, today)
    if found is None:
        return None
    recalibration = _recalibrated(found) if today.year <= year else None
    return replace(found, recalibration=recalibration, allocation=_allocated(found))


def _watched(code: str, number: int, today: date) -> Monitored | None:
    year = funds.year_of(code, number)
    if year is None:
        return None
    day, project = min(today, date(number, 12, 31)), year.project
    version = selectors.version_in_force(code, number, day)
    goals = goals_of(version, day) if version else ()
    events = tuple(funds.money_event(event) for event in funds.events_of(year))
    labels = {purpose.code: purpose.label for purpose in funds.purposes_of(project)}
    followed, thresholds = Followed(events, number, year.mode, goals, labels), monitoring_thresholds(day)
    subject = Subject(code, number, project.name, project.agency, project.department)
    return Monitored(subject, version, followed, thresholds, watch(followed, thresholds, day), None, None)


def goals_of(version: TargetVersion, day: date) -> tuple[Goal, ...]:
    """The rows of a version as monitoring follows them, with what was measured by the day."""
    rows = measurements.rows_measured(version, day)
    names = person_names(one.found.author for one in rows if one.found)
    return tuple(_goal(one.row, one.found, names) for one in rows)


def _goal(row: TargetRow, found: Measurement | None, names: Mapping[str, str]) -> Goal:
    return Goal(
        code=row.code,
        label=row.level3,
        kind=row.kind or QUALITATIVE,
        value=row.value,
        unit=row.unit,
        upper=row.upper,
        places=_places(row.value, row.upper),
        grows=ADDS_UP in row.level2 and "%" not in row.unit,
        money_dependent=row.money_dependent,
        is_cost=is_cost(row),
        purpose=row.purpose,
        readings=tuple(_readings(row, found, names[found.author])) if found and found.value else (),
    )


def _readings(row: TargetRow, found: Measurement, who: str) -> Iterator[Reading]:
    """A measurement with who took it, sealed, opened where its evidence is; none in a unit that cannot be compared."""
    factor = unit_factor(found.unit, row.unit)
    if factor is None:
        return
    yield Reading(
        on=found.day,
        value=Decimal(found.value),
        record=f"performance.measurement:{found.pk}",
        note=f"测量记录（{who}）",
        link=reverse("performance:measurement_detail", args=(found.pk,)),
        digest=found.digest,
        unit=found.unit,
        factor=Decimal(factor.numerator) / Decimal(factor.denominator),
    )


def _places(*numbers: Decimal | None) -> int:
    """As many decimals as the target is written with."""
    exponents = [number.as_tuple().exponent for number in numbers if number is not None]
    return max((-exponent for exponent in exponents if isinstance(exponent, int) and exponent < 0), default=0)


def _recalibrated(found: Monitored) -> Recalibration | None:
    if not found.goals:
        return None
    return recalibrate(found.watch.keeper, found.goals, found.thresholds, score=lambda values: _score(found, values))


def _score(found: Monitored, values: Values) -> Decimal | None:
    """The total of the profile with other targets and what is measured now; None where it can not be said."""
    version = found.version
    if version is None:
        return None
    rows = [
        replace(row, value=values[row.code][0], upper=values[row.code][1]) if row.code in values else row
        for row in selectors.rows_of(version)
    ]
    targets = version.target_set
    try:
        money = assessments.money_of(targets, found.watch.today)
        result = assess(rows, measurements.measured_values(version, found.watch.today), profile(targets.profile), money)
    except HuiliuError:
        return None
    return result["total.computed"].value


def _allocated(found: Monitored) -> Allocation | None:
    """What to do with the money that is there; before any has come, with the authority that still stands."""
    ledger = found.watch.keeper.ledger
    items = _items(found)
    if not items:
        return None
    has_come = not ledger.is_quota_mode or ledger.issued() > 0
    available = ledger.balance() if has_come else ledger.adjusted() - ledger.paid()
    label = "可用余额" if has_come else "额度未到，按指标结余测算"
    allocation = allocate(items, max(available, 0))
    enter_allocation(found.watch.keeper, allocation, label)
    return allocation


def _items(found: Monitored) -> list[Item]:
    """Contracts not yet paid, whole; and what the targets ask for their purposes beyond contracts and payments."""
    ledger = found.watch.keeper.ledger
    owed = [state for state in ledger.commitments() if state.unpaid > 0]
    purposes = found.followed.purposes
    items = [
        Item(f"contract-{state.event.id}", f"合同：{purposes.get(state.event.purpose, state.event.number or '未归入')}",
             "obligation", 0, state.unpaid)
        for state in owed
    ]  # fmt: skip
    paid, tiers = ledger.paid_by_purpose(), purpose_tiers(found.watch.today)
    for use in selectors.uses_of(found.version) if found.version else ():
        code = use.code
        bound = sum(state.unpaid for state in owed if state.event.purpose == code)
        rest = int((use.amount or 0) * 100) - paid.get(code, 0) - bound
        if rest > 0:
            name = re.sub(r"[^A-Za-z0-9_-]", "", code)
            tier = tiers[code].tier if code in tiers else "other"
            items.append(Item(f"use-{name}", use.name, tier, 0, rest))
    return items


def snapshots_of(project: str, year: int) -> list[MonitoringSnapshot]:
    """What was kept of a project's year, newest first."""
    return list(MonitoringSnapshot.objects.filter(project=project, year=year))


def snapshot_by_number(number: int) -> MonitoringSnapshot | None:
    """One kept snapshot."""
    return MonitoringSnapshot.objects.filter(pk=number).first()


def has_quarter(project: str, year: int, day: date) -> bool:
    """Whether the snapshot of a quarter's end is kept."""
    kept = MonitoringSnapshot.objects.filter(project=project, year=year, day=day, occasion=Occasion.QUARTER)
    return kept.exists()
