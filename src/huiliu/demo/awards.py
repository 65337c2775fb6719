"""Pension awards as decided at retirement, and the yearly proof that a pensioner is alive."""

from collections.abc import Iterator
from datetime import date

from huiliu.demo.accounts import account_total
from huiliu.demo.course import Course
from huiliu.demo.dates import (
    END,
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
from huiliu.demo.journal import Patch, Row
from huiliu.demo.pensions import run_of

_WAYS = ("02", "02", "02", "01", "02", "04", "02", "05")  # AAC098; most people use the telephone (演示估计)
_CERTIFIED = 0.985  # of pensioners in a year; the others are overdue and paid all the same (演示估计)


def award_no(course: Course) -> str:
    """The number under which a pension is drawn."""
    return f"{course.person.number}81"


def award_rows(course: Course) -> Iterator[list[Patch]]:
    """The award, and its end when payments are stopped after a death."""
    if not course.awarded:
        return
    history: list[Patch] = [(course.awarded, _award(course))]
    if course.report and course.report.known:
        ends = day_text(last_day(month_count(course.report.recorded)))
        stops = max(course.report.payment_stops, course.awarded)
        history.append((stops, {"state": "3", "ends_on": ends}))
    yield history


def retired_on(course: Course) -> date:
    """The day of the month before the first pension on which the age was reached."""
    return first_day(course.person.pension_month - 1).replace(day=min(course.person.born.day, 28))


def _award(course: Course) -> Row:
    person, employee = course.person, course.person.insurance != "170"
    back = list(_back_months(course))
    gap = sum(later.first - job.last - 1 for job, later in zip(course.jobs, course.jobs[1:], strict=False))
    paid = max(0, person.pension_month - person.joins - person.deemed_months - gap)
    return {
        "award_no": award_no(course),
        "person_no": person.number,
        "insurance_type": person.insurance,
        "retire_type": "2" if employee else None,
        "awarded_month": course.awarded[:6],
        "started_work_on": day_text(first_day(person.joins)) if employee else None,
        "retired_on": day_text(retired_on(course)) if employee else None,
        "starts_month": month_text(person.draws_from),
        "file_born_on": day_text(person.born),
        "deemed_months": person.deemed_months,
        "months_paid": paid,
        "gap_months": gap,
        "total_months": person.deemed_months + paid,
        "special_months": 0,
        "account_total": account_total(course),
        "pension": course.pension.at(max(person.pension_month, FIRST_MONTH)),
        "low_income": "1" if person.in_hardship else "0",
        "back_months": len(back),
        "back_total": sum(course.pension.at(month) for month in back),
        "state": "1",
        "ends_on": None,
        "declared_by": course.jobs[-1].unit.number if course.jobs and course.jobs[-1].unit else None,
    }


def _back_months(course: Course) -> Iterator[int]:
    """Months whose payment was generated before the award, inside the window."""
    person = course.person
    if person.pension_month < FIRST_MONTH:
        return
    for month in range(person.pension_month, ordinal(int(course.awarded[:6])) + 1):
        if run_of(person.insurance, person.division.code, month)[0] < course.awarded:
            yield month


def certification_rows(course: Course) -> Iterator[list[Patch]]:
    """One proof a year in the person's own month, while alive; now and then a year is missed."""
    if not course.awarded:
        return
    for year in (2023, 2024, 2025):
        month = ordinal(year * 100 + course.person.serial % 12 + 1)
        day = working_day(first_day(month).replace(day=course.person.serial % 27 + 1))
        at = moment(day, 31000 + course.person.serial % 30000)
        missed = course.rng.random() > _CERTIFIED
        alive = course.person.died is None or day < course.person.died
        if month >= FIRST_MONTH and course.awarded < at <= END and alive and not missed:
            yield [(at, _certification(course, year, month))]


def _certification(course: Course, year: int, month: int) -> Row:
    return {
        "certification_no": f"{year}{course.person.number[-9:]}",
        "person_no": course.person.number,
        "award_no": award_no(course),
        "year": str(year),
        "certified_month": month_text(month),
        "certified": "1",
        "way": _WAYS[course.person.serial // 12 % len(_WAYS)],
        "result": "1",
        "next_due_on": day_text(last_day(month + 12)),
    }
