"""Spells of unemployment: the award by years paid, a benefit a month until work, pension or its end."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal

from huiliu.demo import names, policy
from huiliu.demo.course import Course
from huiliu.demo.dates import (
    END,
    FIRST_MONTH,
    LAST_MONTH,
    day_text,
    first_day,
    last_day,
    moment,
    month_count,
    month_text,
    ordinal,
    working_day,
)
from huiliu.demo.employment import Job, has_left, leaving_day
from huiliu.demo.journal import Patch, Row

_LEAST_MONTHS = 12  # 《广东省失业保险条例》第十五条
_SHARE = Decimal("0.9")  # of the minimum wage, the same, 第十九条
_MOST_MONTHS = 24  # the same, 第十七条


@dataclass(frozen=True, slots=True)
class Spell:
    """One award: the job it follows, its number, months paid before, and the first and last counted month drawn."""

    course: Course
    job: Job
    number: str
    paid: int
    first: int
    last: int
    awarded: str


def months_granted(paid: int) -> int:
    """Months of benefit for months paid: one a year up to four years, then one for each further half year, at most 24.

    Source: 《广东省失业保险条例》第十七条.
    """
    if paid <= 48:
        return paid // 12
    return min(_MOST_MONTHS, 4 + (paid - 48) // 6)


def spells(course: Course) -> Iterator[Spell]:
    """The spells that lead to an award: left against one's will, a year paid, at least two months without work."""
    since = course.person.joins
    for number, job in enumerate(course.jobs):
        left = has_left(course.person, job) and job.unit is not None and course.person.insurance == "110"
        if not left or course.rng.random() > policy.share("share_left_against_will"):
            continue
        spell = _spell(course, number, job, since)
        if spell:
            since = job.last + 1  # what was paid before is used up
            yield spell


def _spell(course: Course, number: int, job: Job, since: int) -> Spell | None:
    paid = min(job.last + 1 - since, 25 * 12)
    granted = months_granted(paid) if paid >= _LEAST_MONTHS else 0
    ends = [job.last + granted, LAST_MONTH + granted]
    if number + 1 < len(course.jobs):
        ends.append(course.jobs[number + 1].first - 1)
    if course.person.died:
        ends.append(month_count(course.person.died) - 1)
    ends.append(course.person.pension_month - 1)
    last = min(ends)
    day = working_day(max(leaving_day(course.person, job), first_day(FIRST_MONTH)) + timedelta(days=9))
    if last < job.last + 2 or (course.person.died and day >= course.person.died):
        return None
    awarded = moment(day, 42000 + course.person.serial % 9000)
    return Spell(course, job, f"{course.person.number}2{number}", paid, job.last + 1, last, awarded)


def award_rows(spell: Spell) -> Iterator[list[Patch]]:
    """The award, and its end in the month after the last one drawn."""
    person, unit = spell.course.person, spell.job.unit
    assert unit is not None
    row: Row = {
        "award_no": spell.number,
        "person_no": person.number,
        "insurance_type": "210",
        "unit_no": unit.number,
        "left_on": day_text(leaving_day(person, spell.job)),
        "reason": "6301",
        "months_paid": spell.paid,
        "months_drawn": 0,
        "months_granted": months_granted(spell.paid),
        "awarded_month": spell.awarded[:6],
        "starts_month": month_text(spell.first),
        "monthly_amount": _amount(spell.first),
        "state": "1",
        "ends_on": None,
        "handler": names.handler(person.serial),
        "registered_on": spell.awarded[:8],
    }
    history: list[Patch] = [(spell.awarded, row)]
    if spell.last < LAST_MONTH:
        ended = moment(working_day(first_day(spell.last + 1)), 35000)
        history.append((max(ended, spell.awarded), {"state": "3", "ends_on": day_text(last_day(spell.last))}))
    yield history


def payment_rows(spell: Spell) -> Iterator[list[Patch]]:
    """One payment a month drawn, generated on the 16th and paid on the 19th; the first also brings what is owed."""
    for month in range(spell.first, min(spell.last, LAST_MONTH) + 1):
        if month < FIRST_MONTH:
            continue
        run = max(month, ordinal(int(spell.awarded[:6])))
        if moment(working_day(first_day(run) + timedelta(days=15)), 37000) < spell.awarded:
            run += 1
        generated = moment(working_day(first_day(run) + timedelta(days=15)), 37000)
        reported = moment(working_day(first_day(run) + timedelta(days=18)), 51000)
        if generated <= END:
            paid: Row = {"pay_state": "1", "paid_month": reported[:6]}
            yield [(generated, _payment(spell, month, generated)), (reported, paid)]


def _amount(month: int) -> int:
    return policy.part_of(policy.fen("minimum_wage", max(month, FIRST_MONTH)), _SHARE)


def _payment(spell: Spell, month: int, generated: str) -> Row:
    person = spell.course.person
    accounts = [account for since, account in person.account_changes if since <= generated]
    return {
        "payment_no": f"{generated[:6]}210{person.number[-9:]}{month_text(month)}",
        "order_no": f"{generated[:6]}210{person.division.code[-2:]}01",
        "person_no": person.number,
        "award_no": spell.number,
        "insurance_type": "210",
        "settled_month": generated[:6],
        "benefit_month": month_text(month),
        "benefit_item": "200011",
        "amount": _amount(month),
        "payee": person.name,
        "bank_account": accounts[-1] if accounts else person.bank_account,
        "pay_method": "11",
        "pay_state": "0",
        "paid_month": None,
    }
