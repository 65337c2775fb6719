"""Who lives in the city: people with birth, scheme, entry, statutory retirement and, for some, a day of death."""

import math
from bisect import bisect
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from itertools import accumulate
from random import Random

from huiliu.demo import identifiers, names, policy
from huiliu.demo.dates import FIRST_MONTH, LAST_MONTH, LAST_NIGHT, first_day, month_count

YEARS = (LAST_MONTH - FIRST_MONTH + 1) / 12
_START = first_day(FIRST_MONTH)
# Share of a scheme's contributors who pass into retirement in a year, and mean death rate of its pensioners: only to
# size the first population so that the last one has the marginals of the parameters.
_TURNOVER = {"worker": 0.030, "officer": 0.028, "resident": 0.033}
_MORTALITY = 0.035
_INSURANCE = {"worker": "110", "officer": "120", "resident": "170"}


@dataclass(slots=True)
class Person:
    """One synthetic person; months are counted (dates.ordinal), `pension_month` is the first month of pension."""

    number: str
    insurance: str
    division: policy.Division
    sex: str
    born: date
    group: str
    joins: int
    pension_month: int
    died: date | None
    name: str = ""
    id_number: str = ""
    mobile: str = ""
    bank_account: str = ""
    address: str = ""
    account_name: str = ""
    account_changes: list[tuple[str, str]] = field(default_factory=list)

    @property
    def serial(self) -> int:
        """The running number within the city, by which what needs no chance is dealt out."""
        return int(self.number[-7:])

    @property
    def draws_from(self) -> int:
        """The counted month for which a pension is first due: residents who were old already, from their entry."""
        return max(self.pension_month, self.joins)

    @property
    def in_hardship(self) -> bool:
        """Residents on the minimum allowance: one in twenty-five."""
        return self.insurance == "170" and self.serial % 25 == 7

    @property
    def deemed_months(self) -> int:
        """Months counted as paid: offices began to contribute in October 2014."""
        return max(0, 2014 * 12 + 9 - self.joins) if self.insurance == "120" else 0

    @property
    def death_month(self) -> int | None:
        """The counted month of death."""
        return month_count(self.died) if self.died else None

    def alive_in(self, month: int) -> bool:
        """Whether the person lived in at least a day of the month."""
        return self.death_month is None or month <= self.death_month


@dataclass(frozen=True)
class _Plan:
    """How many people of one role begin in which state."""

    role: str
    state: str
    count: int


def populate(persons: int, rng: Random) -> list[Person]:
    """Exactly `persons` people, entrants of the window included, numbered in the order of their entry."""
    drafts = [_draft(plan, rng) for plan in _plans(persons) for _ in range(plan.count)]
    rng.shuffle(drafts)
    drafts.sort(key=lambda person: max(person.joins, FIRST_MONTH - 1))
    used: dict[str, int] = {}
    for serial, person in enumerate(drafts, start=1):
        _identify(person, serial, used, rng)
    return drafts


def _plans(persons: int) -> list[_Plan]:
    sizes: dict[tuple[str, str], float] = {}
    for role, turnover in _TURNOVER.items():
        active, retired = policy.share(f"persons_{role}"), policy.share(f"persons_{role}_retired")
        turned, dead = active * turnover * YEARS, retired * _MORTALITY * YEARS
        sizes[role, "active"] = active
        sizes[role, "entering"] = turned
        sizes[role, "retired"] = retired - turned + dead
    total = sum(sizes.values())
    counts = {key: int(persons * size / total) for key, size in sizes.items()}
    counts["resident", "active"] += persons - sum(counts.values())
    return [_Plan(role, state, count) for (role, state), count in counts.items()]


def _draft(plan: _Plan, rng: Random) -> Person:
    sex = "1" if rng.random() < 0.51 else "2"
    group = _group(plan.role, sex, rng)
    limit = 60 if group in ("men", "resident") else 55 if group == "women_cadre" else 50
    joins, age = _entry(plan, limit, rng)
    born = first_day(max(joins, FIRST_MONTH)) - timedelta(days=int(age * 365.25))
    born = born.replace(day=min(born.day, 28))
    pension = _pension_month(born, group)
    if plan.state == "retired":  # the drawn age may miss the month by rounding
        pension = min(pension, FIRST_MONTH)
    elif pension <= max(joins, FIRST_MONTH):
        born, pension = _younger(born, group, max(joins, FIRST_MONTH))
    if plan.state != "entering":
        joins = _past_entry(plan.role, born, pension, rng)
    division = rng.choices(policy.divisions(), [_weight(plan.role, place) for place in policy.divisions()])[0]
    died = day_of_death(born, max(_START, first_day(joins)), rng)
    return Person("", _INSURANCE[plan.role], division, sex, born, group, joins, pension, died)


def _weight(role: str, place: policy.Division) -> float:
    return place.residents if role == "resident" else place.employees


def _group(role: str, sex: str, rng: Random) -> str:
    if role == "resident":
        return "resident"
    if sex == "1":
        return "men"
    return "women_cadre" if role == "officer" or rng.random() < 0.3 else "women_worker"


def _pension_month(born: date, group: str) -> int:
    """The month after the one in which the pension age is reached."""
    if group == "resident":
        return month_count(born) + 12 * int(policy.number("pension_age_resident", LAST_MONTH)) + 1
    return policy.retirement_month(born, group) + 1


def _younger(born: date, group: str, month: int) -> tuple[date, int]:
    while (pension := _pension_month(born, group)) <= month:
        born += timedelta(days=31)
        born = born.replace(day=min(born.day, 28))
    return born, pension


def _entry(plan: _Plan, limit: int, rng: Random) -> tuple[int, float]:
    """Counted month of entry (0: long ago) and the age at the later of entry and the window's start."""
    if plan.state == "entering":
        top = 24 if plan.role == "officer" else 34
        return rng.randint(FIRST_MONTH, LAST_MONTH), rng.triangular(18, top, 20)
    if plan.state == "retired":
        return 0, _age_of_pensioner(limit, rng)
    if plan.role == "resident":  # the countryside is old: density rises towards 60
        return 0, rng.triangular(18, 60, 57)
    return 0, rng.uniform(21, limit - 0.1)


def _past_entry(role: str, born: date, pension: int, rng: Random) -> int:
    """Month of first enrolment of somebody who is in the scheme when the window opens."""
    if role == "resident":  # the new rural scheme began to be rolled out in 2010, one scheme for all since 2014
        adult = month_count(born) + 18 * 12
        return min(max(adult, 2010 * 12 + rng.randrange(60)), FIRST_MONTH - 1, max(pension - 1, 2010 * 12))
    start = month_count(born) + 12 * rng.randint(18, 26) + rng.randrange(12)
    return min(max(start, 1993 * 12 + rng.randrange(48)), FIRST_MONTH - 1, pension - 1)


def _hazard(age: float) -> float:
    return policy.share("death_hazard_at_60") * 2 ** ((age - 60) / policy.share("death_hazard_doubling"))


def _survivors(limit: int) -> Iterator[float]:
    alive = 1.0
    for age in range(limit, 96):
        yield alive * math.exp(-0.025 * (age - limit))  # younger pensioners are more: the city has grown
        alive *= math.exp(-_hazard(age + 0.5))


_LADDERS: dict[int, list[float]] = {}


def _age_of_pensioner(limit: int, rng: Random) -> float:
    ladder = _LADDERS.setdefault(limit, list(accumulate(_survivors(limit))))
    return limit + 0.1 + min(bisect(ladder, rng.random() * ladder[-1]) + rng.random(), 95 - limit)


def day_of_death(born: date, alive_on: date, rng: Random) -> date | None:
    """The day of death by a hazard that doubles every few years, given alive on a day; None if after the last night."""
    doubling = policy.share("death_hazard_doubling")
    reach = 2 ** (((alive_on - born).days / 365.25 - 60) / doubling)
    reach += rng.expovariate(1) * math.log(2) / doubling / policy.share("death_hazard_at_60")
    died = born + timedelta(days=math.ceil((60 + doubling * math.log2(reach)) * 365.25))
    return max(died, alive_on + timedelta(days=1)) if died <= LAST_NIGHT else None


def _identify(person: Person, serial: int, used: dict[str, int], rng: Random) -> None:
    person.number = f"4499{serial:010d}"
    place = f"{person.division.code}{person.born:%Y%m%d}{person.sex}"
    order = used[place] = used.get(place, rng.randrange(40)) + 1
    person.id_number = identifiers.resident_id(
        person.division.code, person.born, order * 2 + 1 if person.sex == "1" else order * 2
    )
    person.name = names.person_name(rng, person.sex)
    person.mobile = identifiers.mobile(10_000_000 + serial * 7)
    person.bank_account = identifiers.bank_account(serial * 100)
    person.address = names.address(rng, person.division)
    person.account_name = person.name
