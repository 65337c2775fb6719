"""One life after another written into the journals: identity, enrolments, contributions, pension, death."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from random import Random

from huiliu.demo import (
    accounts,
    awards,
    counter,
    employment,
    identifiers,
    names,
    pensions,
    policy,
    residents,
    unemployed,
)
from huiliu.demo.books import Books
from huiliu.demo.course import Course
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
from huiliu.demo.settlements import Settlements
from huiliu.demo.units import Market

_IDENTITIES = {"110": "10", "120": "20", "170": "30"}  # AAC012
_WRONGLY_DEAD = date(2025, 3, 10)


@dataclass(frozen=True)
class World:
    """Everything a life is written with; `chance` steers what was added later, so that older draws stay as they are."""

    journals: Mapping[str, Journal]
    market: Market
    reports: Mapping[str, Report]
    truth: Truth
    rng: Random
    chance: Random
    books: Books = field(default_factory=Books)
    settlements: Settlements = field(default_factory=Settlements)
    at_work: list[tuple[Person, employment.Job, employment.BaseOf]] = field(default_factory=list)

    def add(self, table: str, rows: Iterable[list[Patch]]) -> None:
        """Histories of several rows of one table."""
        for patches in rows:
            self.journals[table].add(patches)


def write_life(world: World, person: Person) -> None:
    """All rows of one person, in all tables."""
    report = world.reports.get(person.number)
    awarded = _award_moment(world, person, report)
    pension = pensions.award(person, world.rng)
    course = Course(person, report, pension, awarded, world.chance)
    known_from = (_resident if person.insurance == "170" else _employee)(world, course)
    if awarded:
        _pension(world, course)
    identity = list(_identity(world, person, known_from))
    world.journals["person"].add([*identity, *_retirement(course), *_dead(report)])
    _beside(world, course, identity)
    if report:
        _death(world, course, report)


def _pension(world: World, course: Course) -> None:
    unit = course.jobs[-1].unit if course.jobs else None
    unit_no = unit.number if unit else None
    payer = pensions.Payer(course.person, course.pension, course.report, world.truth, world.rng, unit_no)
    for patches in payer.rows(course.awarded):
        world.journals["benefit_payment"].add(patches)
        world.books.payment(patches)
        course.withdraw(patches)
    world.add("bank_return", payer.returned)


def _beside(world: World, course: Course, identity: list[Patch]) -> None:
    """What follows from a life that is written: accounts, awards, proofs, bookings, moves, unemployment."""
    came, moved = counter.came_at(course), counter.moved_at(course)
    if came:
        course.deposits.append((came, counter.brought(course)))
    world.add("benefit_award", awards.award_rows(course))
    world.add("certification", awards.certification_rows(course))
    world.add("individual_account", accounts.account_rows(course, moved))
    world.add("transfer", counter.transfer_rows(course, came, moved))
    world.add("person_change", counter.person_changes(course, identity))
    for spell in unemployed.spells(course) if not moved else ():
        world.add("unemployment_award", unemployed.award_rows(spell))
        for patches in unemployed.payment_rows(spell):
            world.journals["unemployment_payment"].add(patches)
            world.books.payment(patches)


def _contribution(world: World, course: Course, patches: list[Patch]) -> None:
    """One contribution: the person's row, the unit's settlement, the funds' books, the account."""
    world.journals["contribution"].add(patches)
    world.settlements.add(patches)
    world.books.contribution(patches)
    course.deposit(patches)


def _award_moment(world: World, person: Person, report: Report | None) -> str:
    """The award, if the person lived to see its day."""
    awarded = pensions.awarded_at(person, world.rng) if person.pension_month <= LAST_MONTH else ""
    return "" if report and awarded[:8] >= day_text(report.died) else awarded


def _resident(world: World, course: Course) -> str:
    person = course.person
    world.journals["enrolment"].add(residents.enrolment_row(person, course.report, course.awarded))
    for patches in residents.contribution_rows(person, person.joins, person.pension_month, world.rng):
        _contribution(world, course, patches)
    return residents.joined_at(person, person.joins)


def _employee(world: World, course: Course) -> str:
    person = course.person
    course.jobs.extend(employment.find_jobs(person, world.market, world.rng))
    jobs, base = course.jobs, employment.bases(person, world.rng)
    course.base = base
    world.add("enrolment", employment.enrolment_rows(person, jobs, base, course.report, course.awarded))
    ledger = employment.Ledger(person, base, course.report, world.truth)
    for patches in employment.contribution_rows(ledger, jobs, world.rng):
        _contribution(world, course, patches)
    world.at_work.extend((person, job, base) for job in jobs if _may_be_hurt(person, job))
    known_from = jobs[0].registered
    chance = world.rng.random()
    if person.insurance == "110" and jobs[0].first >= ordinal(201501) and chance < policy.share("share_was_resident"):
        known_from = min(known_from, _was_resident(world, course, jobs[0]))
    return known_from


def _may_be_hurt(person: Person, job: employment.Job) -> bool:
    """Whether an injury in this job can be told whole: long enough in the window, and nobody who died."""
    months = min(job.last, LAST_MONTH - 5) - max(job.first, FIRST_MONTH)
    return job.unit is not None and months >= 3 and person.died is None


def _was_resident(world: World, course: Course, job: employment.Job) -> str:
    """Years as a resident before the first job; some go on paying for another year beside it, which they must not."""
    person = course.person
    joins = residents.earlier_joins(person)
    if joins >= job.first - 6:
        return job.registered
    twice = world.rng.random() < policy.share("double_enrolment_rate") and job.starts.year < 2024
    until = ordinal(job.starts.year * 100 + 1) + (24 if twice else 0)
    world.journals["enrolment"].add(residents.earlier_relation(person, job.registered))
    for patches in residents.contribution_rows(person, joins, until, world.rng):
        _contribution(world, course, patches)
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
    town, town_name, village = names.town_of(person.address, person.division)
    return {
        "person_no": person.number,
        "social_no": person.id_number,
        "name": person.name,
        "id_type": "01",
        "id_number": person.id_number,
        "sex": person.sex,
        "ethnic_group": "06" if person.serial % 200 == 11 else "01",
        "born_on": day_text(person.born),
        "started_work_on": day_text(first_day(person.joins)) if worker else None,
        "work_state": "01" if worker else "09",
        "personal_identity": _IDENTITIES[person.insurance],
        "hardship": "2" if person.in_hardship else None,
        "retired_on": None,
        "retired": "0",
        "deemed_months": person.deemed_months,
        "division": person.division.code,
        "town": town,
        "town_name": town_name,
        "village": village,
        "household": "10" if worker else "20",
        "home_address": person.address,
        "address": person.address,
        "mobile": person.mobile,
        "phone": person.mobile if person.serial % 7 == 0 else None,
        "bank": names.bank(person.serial)[0],
        "account_name": person.account_name,
        "bank_account": person.bank_account,
    }


def _retirement(course: Course) -> Iterator[Patch]:
    if course.awarded and course.person.insurance != "170":
        day = day_text(awards.retired_on(course))
        yield course.awarded, {"retired": "1", "retired_on": day, "work_state": "03"}


def _dead(report: Report | None) -> Iterator[Patch]:
    if report:
        yield report.registered, {"died_on": day_text(report.recorded)}


def _death(world: World, course: Course, report: Report) -> None:
    person = course.person
    granted = pensions.grants(person, course.pension, world.rng)
    left = accounts.left_over(course)
    if left is not None:
        granted["account_balance"] = left
    months = max(0, min(person.pension_month, month_count(report.died) + 1) - person.joins)
    row: Row = {
        "person_no": person.number,
        "died_on": day_text(report.recorded),
        "months_paid": months,
        **granted,
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
        second.bank_account, second.account_name = first.bank_account, first.name
        truth.shared_account.append([first.number, second.number])
