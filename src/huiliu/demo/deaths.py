"""How a death comes to be known: when it is registered, with which day, and what happens to pensions paid meanwhile."""

from dataclasses import dataclass
from datetime import date, timedelta
from random import Random

from huiliu.demo import policy
from huiliu.demo.dates import END, FIRST_MONTH, LAST_MONTH, first_day, moment, month_count, working_day
from huiliu.demo.people import Person

_NIGHT_DAYS = (date(2025, 3, 24), date(2025, 3, 26), date(2025, 3, 27), date(2025, 3, 28))
_RETURNED_ON = date(2025, 3, 27)
_NEVER = "99991231000000"


@dataclass(frozen=True, slots=True)
class Report:
    """The course of one death: `recorded` is the day the register holds, `died` the day it happened.

    `registered` is the moment of registration (after the last night if still unknown), `paid_back` the moment at which
    the bank returned what was paid after death (None: it did not). Courses: prompt, late (found long after, money not
    back), stop_missed (registered in time, paid all the same), returned (found late, money back during the nights),
    frozen (found late, but every payment failed at the bank), late_at_work (an employee, found in the nights, bills
    withdrawn), unreported, misdated (registered with a day in the following month).
    """

    course: str
    died: date
    recorded: date
    registered: str
    paid_back: str | None = None
    stops: str = ""

    @property
    def known(self) -> bool:
        """Whether the library holds the death after the last night."""
        return self.registered <= END

    @property
    def payment_stops(self) -> str:
        """The moment from which no pension is generated any more."""
        return self.stops or self.registered


def report_deaths(people: list[Person], rng: Random) -> dict[str, Report]:
    """A course for every death, by person number; the troublesome courses are dealt out to pensioners."""
    _ensure_a_death(people)
    dead = [person for person in people if person.died]
    eligible = [person for person in dead if _left_room(person)]
    rng.shuffle(eligible)
    courses = dict(zip((person.number for person in eligible), _courses(people), strict=False))
    at_work = sorted((person for person in dead if _died_at_work(person)), key=lambda person: str(person.died))[::-1]
    courses |= {person.number: "late_at_work" for person in at_work[: max(1, len(people) // 10000)]}
    return {person.number: _report(person, courses.get(person.number, "prompt"), rng) for person in dead}


def _left_room(person: Person) -> bool:
    """A pensioner who died inside the window, long enough ago to have been paid wrongly for months."""
    month = person.death_month
    return month is not None and person.pension_month <= month and FIRST_MONTH <= month <= LAST_MONTH - 4


def _died_at_work(person: Person) -> bool:
    """An employee who died in the last months before the nights, so that bills may have gone on."""
    month = person.death_month
    return (
        person.insurance == "110"
        and month is not None
        and month < person.pension_month
        and LAST_MONTH - 10 <= month <= LAST_MONTH - 2
    )


def _ensure_a_death(people: list[Person]) -> None:
    """A tiny city may see no pensioner die in two years; then its oldest one does, so that there is a case at all."""
    if not any(_left_room(person) for person in people):
        oldest = min((p for p in people if p.pension_month <= FIRST_MONTH and not p.died), key=lambda p: p.born)
        oldest.died = date(2024, 6, 15)


def _courses(people: list[Person]) -> list[str]:
    drawing = sum(1 for p in people if p.insurance == "170" and p.pension_month <= LAST_MONTH)
    cases = max(5 if len(people) >= 5000 else 2, round(drawing * policy.share("paid_after_death_rate")))
    in_nights = max(1, cases // 3)
    missed = cases // 4
    few = max(1, cases // 4)
    found = ["late_in_nights"] * in_nights + ["late"] * (cases - in_nights - missed) + ["stop_missed"] * missed
    return found + ["returned", "frozen", "unreported", "misdated"] * few


def _report(person: Person, course: str, rng: Random) -> Report:
    died = person.died
    assert died is not None
    prompt = _prompt(died, rng)
    found = _at(min(died + timedelta(days=rng.randint(80, 260)), date(2025, 3, 17)), rng)
    tonight = _at(rng.choice(_NIGHT_DAYS), rng)
    next_month = first_day(month_count(died) + 1) + timedelta(days=rng.randint(25, 27))
    stops = _at(first_day(month_count(died) + rng.randint(5, 9)), rng)
    courses = {
        "prompt": prompt,
        "late": Report(course, died, died, found),
        "late_in_nights": Report("late", died, died, tonight),
        "returned": Report(course, died, died, found, _at(_RETURNED_ON, rng)),
        "frozen": Report(course, died, died, found),
        "late_at_work": Report(course, died, died, _at(_NIGHT_DAYS[1], rng), _at(_NIGHT_DAYS[3], rng)),
        "stop_missed": Report(course, died, prompt.recorded, prompt.registered, stops=stops),
        "misdated": Report(course, died, next_month, _at(next_month + timedelta(days=1), rng)),
        "unreported": Report(course, died, died, _NEVER),
    }
    return courses[course]


def _prompt(died: date, rng: Random) -> Report:
    median, sigma = policy.share("death_report_median"), policy.share("death_report_sigma")
    delay = min(90, max(1, round(median * rng.lognormvariate(0, sigma))))
    registered = died + timedelta(days=delay)
    recorded = _noisy(died, rng) if rng.random() < 0.08 else died
    back = working_day(working_day(registered) + timedelta(days=rng.randint(3, 9)))
    return Report("prompt", died, recorded, _at(registered, rng), _at(back, rng))


def _noisy(died: date, rng: Random) -> date:
    """A day or two off, in the month of death: what a clerk mistypes most."""
    other = died - timedelta(days=rng.randint(1, 3))
    return other if other.month == died.month else died


def _at(day: date, rng: Random) -> str:
    return moment(working_day(day), rng.randrange(30600, 62000))
