"""One life after another written into the journals: identity, enrolments, contributions, pension, death."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from random import Random

from huiliu.demo import employment, identifiers, pensions, policy, residents
from huiliu.demo.dates import (
    FIRST_MONTH,
    FIRST_NIGHT,
    LAST_MONTH,
    LAST_NIGHT,
    day_text,
    first_day,
    moment,
    month_count,
    ordinal,
    working_day,
)
from huiliu.demo.deaths import Report
from huiliu.demo.journal import Journal, Patch, Row
from huiliu.demo.labels import Truth, Wrong
from huiliu.demo.people import Person
from huiliu.demo.units import Market

_WRONGLY_DEAD = date(2025, 3, 10)


@dataclass(frozen=True)
class World:
    """Everything a life is written with."""

    journals: Mapping[str, Journal]
    market: Market
    reports: Mapping[str, Report]
    truth: Truth
    rng: Random


def write_life(world: World, person: Person) -> None:
    """All rows of one person, in all tables."""
    report = world.reports.get(person.number)
    awarded = _award_moment(world, person, report)
    pension = pensions.award(person, world.rng)
    if person.insurance == "170":
        known_from = _resident(world, person, report, awarded)
    else:
        known_from = _employee(world, person, report, awarded)
    if awarded:
        payer = pensions.Payer(person, pension, report, world.truth, world.rng)
        for patches in payer.rows(awarded):
            world.journals["benefit_payment"].add(patches)
    world.journals["person"].add([*_identity(world, person, known_from), *_retirement(person, awarded)])
    if report:
        _death(world, person, report, pension)


def _award_moment(world: World, person: Person, report: Report | None) -> str:
    """The award, if the person lived to see its day."""
    awarded = pensions.awarded_at(person, world.rng) if person.pension_month <= LAST_MONTH else ""
    return "" if report and awarded[:8] >= day_text(report.died) else awarded


def _resident(world: World, person: Person, report: Report | None, awarded: str) -> str:
    world.journals["enrolment"].add(residents.enrolment_row(person, report, awarded))
    for patches in residents.contribution_rows(person, person.joins, person.pension_month, world.rng):
        world.journals["contribution"].add(patches)
    return residents.joined_at(person, person.joins)


def _employee(world: World, person: Person, report: Report | None, awarded: str) -> str:
    jobs = employment.find_jobs(person, world.market, world.rng)
    base = employment.bases(person, world.rng)
    for patches in employment.enrolment_rows(person, jobs, base, report, awarded):
        world.journals["enrolment"].add(patches)
    ledger = employment.Ledger(person, base, report, world.truth)
    for patches in employment.contribution_rows(ledger, jobs, world.rng):
        world.journals["contribution"].add(patches)
    known_from = jobs[0].registered
    chance = world.rng.random()
    if person.insurance == "110" and jobs[0].first >= ordinal(201501) and chance < policy.share("share_was_resident"):
        known_from = min(known_from, _was_resident(world, person, jobs[0]))
    return known_from


def _was_resident(world: World, person: Person, job: employment.Job) -> str:
    """Years as a resident before the first job; some go on paying for another year beside it, which they must not."""
    joins = residents.earlier_joins(person)
    if joins >= job.first - 6:
        return job.registered
    twice = world.rng.random() < policy.share("double_enrolment_rate") and job.starts.year < 2024
    until = ordinal(job.starts.year * 100 + 1) + (24 if twice else 0)
    world.journals["enrolment"].add(residents.earlier_relation(person, job.registered))
    for patches in residents.contribution_rows(person, joins, until, world.rng):
        world.journals["contribution"].add(patches)
        _note_double(world, person, job, patches[0])
    return residents.joined_at(person, joins)


def _note_double(world: World, person: Person, job: employment.Job, patch: Patch) -> None:
    moment_paid, row = patch
    if row is not None and moment_paid > job.registered:
        wrong = Wrong(person.number, str(row["due_month"]), int(row["person_due"] or 0), moment_paid)
        world.truth.double_contribution.append(wrong)


def _identity(world: World, person: Person, known_from: str) -> Iterator[Patch]:
    yield known_from, _first_row(person)
    for since, account in person.account_changes:
        yield since, {"bank_account": account}
    after = world.rng.expovariate(policy.share("contact_change_rate")) * 365.25
    day = first_day(FIRST_MONTH) + timedelta(days=int(min(after, 9999)))
    changed = moment(day, world.rng.randrange(28800, 82000))
    if day <= LAST_NIGHT and changed > known_from and not (person.died and day >= person.died):
        yield changed, {"mobile": identifiers.mobile(50_000_000 + int(person.number[-8:]))}


def _first_row(person: Person) -> Row:
    worker = person.insurance != "170"
    return {
        "person_no": person.number,
        "social_no": person.id_number,
        "name": person.name,
        "id_type": "01",
        "id_number": person.id_number,
        "sex": person.sex,
        "born_on": day_text(person.born),
        "started_work_on": day_text(first_day(person.joins)) if worker else None,
        "retired_on": None,
        "retired": "0",
        "division": person.division.code,
        "home_address": person.address,
        "mobile": person.mobile,
        "bank_account": person.bank_account,
    }


def _retirement(person: Person, awarded: str) -> Iterator[Patch]:
    if awarded and person.insurance != "170":
        day = first_day(person.pension_month - 1).replace(day=min(person.born.day, 28))
        yield awarded, {"retired": "1", "retired_on": day_text(day)}


def _death(world: World, person: Person, report: Report, pension: pensions.Pension) -> None:
    months = max(0, min(person.pension_month, month_count(report.died) + 1) - person.joins)
    row: Row = {
        "person_no": person.number,
        "died_on": day_text(report.recorded),
        "months_paid": months,
        **pensions.grants(person, pension, world.rng),
        "registered_on": report.registered[:8],
    }
    world.journals["death_record"].add([(report.registered, row)])
    world.truth.deaths.append(
        {
            "person_no": person.number,
            "died_on": day_text(report.died),
            "recorded_on": day_text(report.recorded) if report.known else "",
            "registered_on": report.registered[:8] if report.known else "",
            "course": report.course if report.known else "unreported",
        }
    )


def mistake_for_dead(world: World, people: list[Person]) -> None:
    """One living pensioner is registered as dead in place of a namesake; the record is withdrawn during the nights."""
    alive = [person for person in people if not person.died and person.pension_month <= FIRST_MONTH]
    person = world.rng.choice(alive)
    registered = moment(working_day(_WRONGLY_DEAD + timedelta(days=4)), 35000)
    withdrawn = moment(working_day(FIRST_NIGHT + timedelta(days=6)), 41000)
    row: Row = {
        "person_no": person.number,
        "died_on": day_text(_WRONGLY_DEAD),
        "months_paid": 0,
        "account_balance": 0,
        "funeral_grant": 0,
        "survivor_grant": 0,
        "registered_on": registered[:8],
    }
    world.journals["death_record"].add([(registered, row), (withdrawn, None)])
    world.truth.wrong_death_record.append(
        {"person_no": person.number, "registered_on": registered[:8], "withdrawn_on": withdrawn[:8]}
    )


def share_accounts(people: list[Person], truth: Truth) -> None:
    """For every ten thousand people, at least once: two pensioners of one district draw to one account."""
    pensioners = [p for p in people if p.insurance == "170" and p.pension_month <= FIRST_MONTH and not p.died]
    for pair in range(max(1, len(people) // 10000)):
        first, second = pensioners[pair * 2 : pair * 2 + 2]
        second.bank_account = first.bank_account
        truth.shared_account.append([first.number, second.number])
