"""Employees: jobs with units, gaps and flexible work; monthly contributions billed, paid, late or withdrawn."""

import math
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from functools import cache
from random import Random

from huiliu.demo import names, policy
from huiliu.demo.dates import (
    FIRST_MONTH,
    LAST_MONTH,
    day_of,
    day_text,
    first_day,
    last_day,
    moment,
    month_count,
    month_text,
    ordinal,
    working_day,
)
from huiliu.demo.deaths import Report
from huiliu.demo.journal import Patch, Row
from huiliu.demo.labels import Truth, Wrong
from huiliu.demo.people import Person
from huiliu.demo.units import Market, Unit

_MIGRATED = ordinal(201201)  # older relations carry the day on which they were taken over into the present system
_RATES = {"110": "rate_unit_enterprise", "120": "rate_unit_public"}


@dataclass(frozen=True, slots=True)
class Job:
    """One spell of insured work, first and last month inclusive; no unit means flexible employment."""

    unit: Unit | None
    first: int
    last: int
    left: bool
    starts: date
    registered: str
    late: bool


def find_jobs(person: Person, market: Market, rng: Random) -> list[Job]:
    """The spells from the one held when the window opens (or entry) until pension age; at least one."""
    stop = min(person.pension_month - 1, LAST_MONTH)
    month = _present_job_starts(person, rng)
    jobs: list[Job] = []
    while month <= stop and person.alive_in(month):
        stays = int(rng.expovariate(policy.share("monthly_leave_rate")))
        last = max(month, FIRST_MONTH) + stays
        left = last < stop
        jobs.append(_job(person, market, month, min(last, stop), left, rng))
        month = last + 1 + (0 if rng.random() < 0.6 else rng.randint(1, 6))
    return jobs or [_job(person, market, month, max(month, stop), False, rng)]


def _present_job_starts(person: Person, rng: Random) -> int:
    if person.joins >= FIRST_MONTH:
        return person.joins
    return rng.randint(person.joins, min(FIRST_MONTH, person.pension_month) - 1)


def _job(person: Person, market: Market, first: int, last: int, left: bool, rng: Random) -> Job:
    public = person.insurance == "120"
    flexible = not public and rng.random() < policy.share("share_flexible")
    unit = None if flexible else market.pick(rng, public=public, place=person.division)
    starts = working_day(first_day(first) + timedelta(days=rng.randrange(26)))
    if person.died and starts >= person.died:
        starts = person.died - timedelta(days=1)
    seen = max(starts, first_day(_MIGRATED) + timedelta(days=rng.randrange(25)))
    late = first >= FIRST_MONTH and rng.random() < 0.05
    return Job(unit, first, last, left, starts, moment(seen, rng.randrange(30600, 62000)), late)


def bases(person: Person, rng: Random) -> "BaseOf":
    """The person's contribution base: the floor for most, a steady multiple of it for the others."""
    officer = person.insurance == "120"
    if rng.random() < policy.share("share_at_floor_officer" if officer else "share_at_floor_worker"):
        return BaseOf(100)
    ratio = rng.lognormvariate(math.log(1.75 if officer else 1.45), 0.35)
    return BaseOf(max(102, round(ratio * 100)))


@dataclass(frozen=True, slots=True)
class BaseOf:
    """A base as percent of the floor in force, kept below the cap."""

    percent: int

    def wage(self, month: int, serial: int) -> int:
        """What is really earned, in fen: whoever is insured at the floor earns less than it."""
        base = self.at(month)
        return base * (70 + serial % 31) // 100 // 100 * 100 if self.percent == 100 else base

    def at(self, month: int) -> int:
        """Whole yuan, in fen."""
        return min(policy.fen("base_cap", month), policy.fen("base_floor", month) * self.percent // 10000 * 100)


def enrolment_rows(
    person: Person, jobs: list[Job], base: BaseOf, report: Report | None, retires: str
) -> Iterator[list[Patch]]:
    """One relation a job: begun, its base set each July, ended by leaving, retirement or death."""
    for serial, job in enumerate(jobs, start=1):
        yield [
            (job.registered, _begun(person, job, serial, base, jobs[0])),
            *_julys(job, base, report),
            *_ended(person, job, report, retires),
        ]


def _begun(person: Person, job: Job, serial: int, base: BaseOf, first: Job) -> dict[str, str | int | None]:
    place = job.unit.place if job.unit else person.division
    return {
        "enrolment_no": f"{person.number}{serial:02d}",
        "scheme_no": f"{person.number}{person.insurance}",
        "person_no": person.number,
        "insurance_type": person.insurance,
        "unit_no": job.unit.number if job.unit else None,
        "first_month": month_text(min(person.joins, first.first)),
        "state": "1",
        "payment_state": "1",
        "insured_identity": "101" if job.unit else "102",
        "wage": base.wage(max(job.first, FIRST_MONTH), person.serial),
        "base": base.at(max(job.first, FIRST_MONTH)),
        "enrolled_on": day_text(job.starts),
        "starts_on": day_text(job.starts),
        "division": place.code,
        "agency": f"{place.code}01",
        "handler": names.handler(person.serial),
        "registered_on": job.registered[:8],
    }


def _julys(job: Job, base: BaseOf, report: Report | None) -> Iterator[Patch]:
    for month in (ordinal(202307), ordinal(202407)):
        if job.first < month <= job.last and (report is None or month <= month_count(report.died)):
            yield moment(first_day(month), 79200), {"base": base.at(month)}


def _ended(person: Person, job: Job, report: Report | None, retires: str) -> Iterator[Patch]:
    over: dict[str, str | int | None] = {"base": None}
    leaves = leaving_day(person, job)
    if job.left and (report is None or leaves < report.died):
        yield moment(leaves, 34000), over | {"state": "2", "payment_state": "2", "ends_on": day_text(leaves)}
    elif retires and not job.left and (report is None or retires < day_text(report.died)):
        ends = day_text(last_day(person.pension_month - 1))
        yield retires, over | {"state": "1", "payment_state": "3", "ends_on": ends}
    if report and not (job.left and leaves < report.died):
        yield report.registered, over | {"state": "4", "payment_state": "3", "ends_on": day_text(report.recorded)}


def leaving_day(person: Person, job: Job) -> date:
    """The working day near the end of a job's last month on which the unit reports that the person has left."""
    leaves = working_day(last_day(job.last) - timedelta(days=int(person.number[-2:]) % 12))
    return max(leaves, working_day(job.starts + timedelta(days=3)))


def has_left(person: Person, job: Job) -> bool:
    """Whether the job ended by leaving, and not by pension age or death."""
    return job.left and not (person.died and leaving_day(person, job) >= person.died)


@dataclass(frozen=True, slots=True)
class Ledger:
    """What contributions of one person are written from."""

    person: Person
    base: BaseOf
    report: Report | None
    truth: Truth


def contribution_rows(ledger: Ledger, jobs: list[Job], rng: Random) -> Iterator[list[Patch]]:
    """One row a month worked inside the window; months billed after an unknown death are withdrawn once it is known."""
    for job in jobs:
        for month in range(max(job.first, FIRST_MONTH), min(job.last, LAST_MONTH) + 1):
            billed, arrives = _dates(job, month, rng)
            if ledger.report and (billed > ledger.report.registered):
                return
            yield [*_billed(ledger, job, month, billed, arrives), *_withdrawn(ledger, job, month, billed)]


def _dates(job: Job, month: int, rng: Random) -> tuple[str, str | None]:
    """When the month is billed and when the money arrives (None: it has not, flexible workers' empty accounts)."""
    if job.unit is None:
        billed = _day_moment(month, 25, 30000)
        empty = rng.random() < 0.01
        arrived = moment(last_day(month), 72600)
    else:
        billed = _day_moment(month, job.unit.bill_day, 30000 + job.unit.serial)
        empty = False
        arrived = _day_moment(month + job.unit.pays_after, job.unit.pay_day, 54000 + job.unit.serial % 5000)
    if month == job.first:
        billed, arrived = _first_bill(job, month, billed, arrived)
    return billed, None if empty else arrived


def _first_bill(job: Job, month: int, billed: str, arrived: str) -> tuple[str, str]:
    """Who is registered after the bill, or a month late, is billed on the next working day or with the next bill."""
    if job.late and job.unit:
        return _day_moment(month + 1, job.unit.bill_day, 40000), _day_moment(month + 1, job.unit.pay_day, 55000)
    if billed > job.registered:
        return billed, arrived
    following = working_day(job.starts + timedelta(days=1))
    paid = working_day(following + timedelta(days=6))
    return moment(following, 36000), max(arrived, moment(paid, 55000))


@cache
def _day_moment(month: int, day: int, seconds: int) -> str:
    return moment(working_day(first_day(month) + timedelta(days=day - 1)), seconds)


def _billed(ledger: Ledger, job: Job, month: int, billed: str, arrives: str | None) -> list[Patch]:
    person, base = ledger.person, ledger.base.at(month)
    rate = policy.number("rate_person" if job.unit else "rate_flexible", month)
    due = policy.part_of(base, rate)
    unit_rate = policy.number(_RATES[person.insurance], month) if job.unit else Decimal(0)
    unit_due = policy.part_of(base, unit_rate)
    row: dict[str, str | int | None] = {
        "settlement_no": f"{billed[:6]}{job.unit.serial if job.unit else 990000:06d}",
        "person_no": person.number,
        "unit_no": job.unit.number if job.unit else None,
        "insurance_type": person.insurance,
        "settled_month": billed[:6],
        "due_month": month_text(month),
        "due_type": "31" if billed[:6] != month_text(month) else "10",
        "collected_by": "2",
        "base": base,
        "total_due": unit_due + due,
        "unit_rate": f"{unit_rate:.4f}",
        "unit_due": unit_due,
        "unit_credited": 0,
        "person_rate": f"{rate:.4f}",
        "person_due": due,
        "person_paid": 0,
        "person_credited": 0,
        "subsidy": 0,
        "supplement": 0,
        "other_credited": 0,
        "cleared": "0",
        "in_full": "0",
        "arrived_on": None,
        "handler": names.TAX_BUREAU,
        "registered_on": billed[:8],
    }
    if arrives is None:
        return [(billed, row)]
    credited = policy.part_of(base, policy.number("rate_person", month))
    paid: Row = {
        "person_paid": due,
        "person_credited": credited,
        "cleared": "1",
        "in_full": "1",
        "arrived_on": arrives[:8],
    }
    return [(billed, row), (arrives, paid)]


def _withdrawn(ledger: Ledger, job: Job, month: int, billed: str) -> list[Patch]:
    report = ledger.report
    if report is None or month <= month_count(report.died):
        return []
    taken_back = ""
    if report.known:
        taken_back = moment(working_day(day_of(report.registered) + timedelta(days=2)), 50000)
    rate = policy.number("rate_person" if job.unit else "rate_flexible", month)
    due = policy.part_of(ledger.base.at(month), rate)
    late = "death_recorded_later" if month <= month_count(report.recorded) else ""
    wrong = Wrong(ledger.person.number, month_text(month), due, billed, taken_back)
    ledger.truth.contribution(wrong, report.registered, late)
    return [(taken_back, None)] if taken_back else []
