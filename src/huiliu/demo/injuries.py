"""Injuries at work: recognised after some weeks, graded, one grant at once and for grave ones an allowance a month."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from random import Random

from huiliu.demo import names, policy
from huiliu.demo.dates import (
    END,
    FIRST_MONTH,
    LAST_MONTH,
    day_text,
    first_day,
    moment,
    month_count,
    month_text,
    working_day,
)
from huiliu.demo.employment import BaseOf, Job
from huiliu.demo.journal import Patch, Row
from huiliu.demo.people import Person

# 《工伤保险条例》第三十五条至第三十七条: months of wage paid at once, and the share of it paid a month, by grade.
_AT_ONCE = {1: 27, 2: 25, 3: 23, 4: 21, 5: 18, 6: 16, 7: 13, 8: 11, 9: 9, 10: 7}
_MONTHLY = {1: Decimal("0.90"), 2: Decimal("0.85"), 3: Decimal("0.80"), 4: Decimal("0.75")}
_GRADES = (10, 9, 10, 8, 4, 10, 9, 7, 10, 9)  # light ones are many (演示估计)
_AT_ONCE_ITEM, _ALLOWANCE = "400012", "400011"


@dataclass(frozen=True, slots=True)
class Injury:
    """One injury of an employee, with the wage that counts and the grade decided."""

    person: Person
    job: Job
    wage: int
    day: date
    recognised: date
    grade: int

    @property
    def number(self) -> str:
        """The event's number."""
        return f"4499{self.day:%Y%m%d}{self.person.number[-7:]}"


def find_injuries(at_work: list[tuple[Person, Job, BaseOf]], rng: Random) -> list[Injury]:
    """A few of those at work in a unit, at least three in the smallest city; the grade follows their order."""
    count = min(len(at_work), max(3, round(len(at_work) * policy.share("injury_rate"))))
    hurt = rng.sample(range(len(at_work)), count)
    return [_injury(*at_work[place], _GRADES[n % len(_GRADES)], rng) for n, place in enumerate(sorted(hurt))]


def _injury(person: Person, job: Job, base: BaseOf, grade: int, rng: Random) -> Injury:
    first = max(first_day(max(job.first, FIRST_MONTH)), job.starts) + timedelta(days=20)
    last = first_day(min(job.last, LAST_MONTH - 5))
    day = first + timedelta(days=rng.randrange(max(1, (last - first).days)))
    return Injury(
        person, job, base.at(month_count(day)), day, working_day(day + timedelta(days=rng.randint(40, 75))), grade
    )


def event_rows(injury: Injury) -> Iterator[list[Patch]]:
    """Registered when recognised, graded two months later."""
    person, unit = injury.person, injury.job.unit
    assert unit is not None
    row: Row = {
        "event_no": injury.number,
        "person_no": person.number,
        "insurance_type": "410",
        "unit_no": unit.number,
        "insured_on": day_text(injury.job.starts),
        "injured_on": day_text(injury.day),
        "recognised_on": day_text(injury.recognised),
        "recognition": "1",
        "grade": None,
        "handler": names.handler(person.serial),
        "registered_on": day_text(injury.recognised),
    }
    yield [(moment(injury.recognised, 36500), row), (_graded(injury), {"grade": f"{injury.grade:02d}"})]


def _graded(injury: Injury) -> str:
    return moment(working_day(injury.recognised + timedelta(days=60)), 36600)


def benefit_rows(injury: Injury) -> Iterator[list[Patch]]:
    """The grant in the month after grading; the allowance each month from then on while the person lives."""
    graded = _graded(injury)
    first = month_count(date(int(graded[:4]), int(graded[4:6]), int(graded[6:8]))) + 1
    yield from _paid(injury, first, _AT_ONCE_ITEM, injury.wage * _AT_ONCE[injury.grade])
    for month in range(first, LAST_MONTH + 1) if injury.grade in _MONTHLY else ():
        if injury.person.alive_in(month) and month < injury.person.pension_month:
            yield from _paid(injury, month, _ALLOWANCE, policy.part_of(injury.wage, _MONTHLY[injury.grade]))


def _paid(injury: Injury, month: int, item: str, amount: int) -> Iterator[list[Patch]]:
    generated = moment(working_day(first_day(month) + timedelta(days=9)), 38000)
    reported = moment(working_day(first_day(month) + timedelta(days=12)), 52000)
    if generated > END:
        return
    person = injury.person
    accounts = [account for since, account in person.account_changes if since <= generated]
    row: Row = {
        "payment_no": f"{generated[:6]}410{person.number[-9:]}{item[-1]}",
        "order_no": f"{generated[:6]}410{person.division.code[-2:]}01",
        "person_no": person.number,
        "event_no": injury.number,
        "insurance_type": "410",
        "settled_month": generated[:6],
        "benefit_month": month_text(month),
        "benefit_item": item,
        "amount": amount,
        "payee": person.name,
        "payee_id_number": person.id_number,
        "bank_account": accounts[-1] if accounts else person.bank_account,
        "pay_method": "11",
        "pay_state": "0",
        "paid_month": None,
    }
    yield [(generated, row), (reported, {"pay_state": "1", "paid_month": reported[:6]})]
