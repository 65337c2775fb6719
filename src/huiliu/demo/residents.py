"""Residents: one relation for life, one contribution a year in a tier of their choice, until 60."""

from collections.abc import Iterator
from datetime import timedelta
from random import Random

from huiliu.demo import names, policy
from huiliu.demo.dates import (
    FIRST_MONTH,
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
from huiliu.demo.people import Person

_FIRST_YEAR = 2014
_LAST_YEAR = 2025


def choose_tier(rng: Random) -> policy.Tier:
    """A tier as people choose them: most of them the lowest."""
    tiers = policy.tiers()
    return rng.choices(tiers, [tier.share for tier in tiers])[0]


def relation(person: Person, serial: int, joins: int) -> Row:
    """The resident's enrolment row as it begins."""
    return {
        "enrolment_no": f"{person.number}{serial:02d}",
        "scheme_no": f"{person.number}170",
        "person_no": person.number,
        "insurance_type": "170",
        "unit_no": None,
        "first_month": month_text(joins),
        "state": "1",
        "payment_state": "1",
        "insured_identity": "061" if person.in_hardship else "011",
        "base": None,
        "enrolled_on": day_text(first_day(joins)),
        "starts_on": day_text(first_day(joins)),
        "division": person.division.code,
        "agency": f"{person.division.code}01",
        "handler": names.handler(person.serial),
        "registered_on": joined_at(person, joins)[:8],
    }


def enrolment_row(person: Person, report: Report | None, retires: str) -> list[Patch]:
    """Begun, turned into a benefit relation at 60, ended by death."""
    patches: list[Patch] = [(joined_at(person, person.joins), relation(person, 1, person.joins))]
    if retires and (report is None or retires < day_text(report.died)):
        ends = day_text(last_day(max(person.pension_month - 1, person.joins)))  # over 60 at the start: paid from entry
        patches.append((retires, {"payment_state": "3", "ends_on": ends}))
    if report:
        ended = {"state": "4", "payment_state": "3", "ends_on": day_text(report.recorded)}
        patches.append((report.registered, ended))
    return patches


def joined_at(person: Person, month: int) -> str:
    """The moment a resident's relation is first written, on a working day of its first month."""
    serial = int(person.number[-7:])
    day = working_day(first_day(month) + timedelta(days=serial % 26))
    if person.died and day >= person.died:
        day = person.died - timedelta(days=1)
    return moment(day, 33000 + serial % 9973)


def contribution_rows(person: Person, joins: int, until: int, rng: Random) -> Iterator[list[Patch]]:
    """One row a year paid, from 2014 on; `until` is the first counted month that is no longer paid for.

    The year's contribution is due in its first month (the standard's residents table knows only the year).
    """
    tier = choose_tier(rng)
    for year in range(max(_FIRST_YEAR, joins // 12), min(_LAST_YEAR, (until - 1) // 12) + 1):
        if rng.random() > 0.86:
            continue
        month = min(11, max(0, round(rng.triangular(0, 11, 7))))
        day = working_day(first_day(year * 12 + month) + timedelta(days=rng.randrange(26)))
        paid = moment(day, rng.randrange(30600, 61000))
        if paid < joined_at(person, joins) or month_count(day) >= until or (person.died and day >= person.died):
            continue
        yield [(paid, _row(person, tier, year, day_text(day)))]


def _row(person: Person, tier: policy.Tier, year: int, paid_on: str) -> Row:
    return {
        "settlement_no": f"{paid_on[:6]}170{person.number[-9:]}",
        "person_no": person.number,
        "unit_no": None,
        "insurance_type": "170",
        "settled_month": paid_on[:6],
        "due_month": month_text(ordinal(year * 100 + 1)),
        "due_type": "10",
        "collected_by": "2",
        "base": None,
        "total_due": tier.amount,
        "unit_due": 0,
        "person_due": tier.amount,
        "person_paid": tier.amount,
        "person_credited": tier.amount,
        "subsidy": tier.subsidy,
        "cleared": "1",
        "in_full": "1",
        "arrived_on": paid_on,
        "handler": names.TAX_BUREAU,
        "registered_on": paid_on,
        "due_year": str(year),
        "months": 12,
        "central_subsidy": 0,
        "province_subsidy": tier.subsidy // 2,
        "city_subsidy": tier.subsidy // 4,
        "county_subsidy": tier.subsidy - tier.subsidy // 2 - tier.subsidy // 4,
        "credited": tier.amount + tier.subsidy,
    }


def earlier_relation(person: Person, left_at: str) -> list[Patch]:
    """The resident relation of somebody who took up insured work later; ended on that day (1407 参加职保)."""
    joins = earlier_joins(person)
    ended = {"state": "4", "payment_state": "3", "ends_on": left_at[:8]}
    return [(joined_at(person, joins), relation(person, 90, joins)), (left_at, ended)]


def earlier_joins(person: Person) -> int:
    """When somebody who is an employee now had joined as a resident: in 2014 or when grown up."""
    grown_up = person.born.year * 12 + person.born.month - 1 + 16 * 12
    return max(ordinal(201401), min(grown_up, person.joins - 12, FIRST_MONTH))
