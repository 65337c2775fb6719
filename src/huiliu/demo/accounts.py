"""Individual accounts from 2024 on: what contributions brought, the interest, what pensions, heirs or moves took."""

from collections.abc import Iterator, Sequence
from datetime import timedelta
from decimal import Decimal

from huiliu.demo import policy
from huiliu.demo.course import Course, Flow
from huiliu.demo.dates import END, FIRST_MONTH, LAST_MONTH, first_day, moment, ordinal, working_day
from huiliu.demo.journal import Patch, Row

FIRST_YEAR = 2024  # the first year all of whose contributions lie inside the window
_OPENS, _CLOSES = f"{FIRST_YEAR}0101000000", f"{FIRST_YEAR}1231235959"
_PAID_SHARE = Decimal("0.75")  # of the months before the window in which an employee really contributed (演示估计)


def account_total(course: Course) -> int:
    """What the account holds at the award: the monthly part it pays, times the months it is divided by."""
    month = max(course.person.pension_month, FIRST_MONTH)
    derived = course.pension.parts(month)[1][1] * int(policy.number("account_divisor_60", month))
    return max(derived, _between(course.deposits, _OPENS, course.awarded))


def left_over(course: Course) -> int | None:
    """What a closed account paid out to the heirs; None where no account row tells it."""
    rows = [row for patches in account_rows(course, None) for _, row in patches if row is not None]
    return int(rows[-1]["paid_out"] or 0) if rows and rows[-1]["state"] == "2" else None


def account_rows(course: Course, moved: str | None) -> Iterator[list[Patch]]:
    """The row of 2024 once interest is booked in January, and the row of the year in which the account is closed.

    `moved` is the moment at which the account went to another place.
    """
    closed = course.report.registered if course.report else moved
    if closed is not None and closed > END:
        closed = None
    if (closed is not None and closed < _OPENS) or course.person.joins > ordinal(FIRST_YEAR * 100 + 12):
        return
    state = "2" if course.report else "3"
    first = _year(course, FIRST_YEAR, _opening(course), min(closed or _CLOSES, _CLOSES))
    if closed is not None and closed <= _CLOSES:
        yield [(closed, _emptied(first, state, closed))]
        return
    yield [(_booked(course), first)]
    if closed is not None:
        second = _year(course, FIRST_YEAR + 1, int(first["closing"] or 0), closed)
        yield [(max(closed, _booked(course)), _emptied(second, state, closed))]


def balance(course: Course, at: str) -> int:
    """What the account holds at a moment after the first of its years began."""
    first = _year(course, FIRST_YEAR, _opening(course), min(at, _CLOSES))
    if at <= _CLOSES:
        return int(first["closing"] or 0)
    return int(_year(course, FIRST_YEAR + 1, int(first["closing"] or 0), at)["closing"] or 0)


def _booked(course: Course) -> str:
    day = working_day(first_day(ordinal((FIRST_YEAR + 1) * 100 + 1)) + timedelta(days=1 + course.person.serial % 20))
    return moment(day, 33000 + course.person.serial % 9000)


def _between(flows: Sequence[Flow], since: str, until: str) -> int:
    return sum(amount for at, amount in flows if since <= at <= until)


def _opening(course: Course) -> int:
    """What the account held when its first year began, from what is known of the person's past or future."""
    person, begins = course.person, ordinal(FIRST_YEAR * 100 + 1)
    if course.awarded and person.draws_from <= begins:
        monthly = course.pension.parts(max(person.pension_month, FIRST_MONTH))[1][1]
        return max(0, account_total(course) - monthly * (begins - person.draws_from))
    if course.awarded:
        brought = _between(course.deposits, _OPENS, course.awarded)
        return int((account_total(course) - brought) / (1 + _rate()))
    known = sum(amount for at, amount in course.deposits if at < _OPENS)
    if course.base is None:
        return known
    months = max(0, FIRST_MONTH - person.joins) * _PAID_SHARE
    return known + int(months * policy.part_of(course.base.at(FIRST_MONTH), policy.number("rate_person", FIRST_MONTH)))


def _rate() -> Decimal:
    return policy.number("account_interest", ordinal(FIRST_YEAR * 100 + 12))


def _year(course: Course, year: int, opening: int, until: str) -> Row:
    since = f"{year}0101000000"
    principal = _between(course.deposits, since, until)
    interest = _interest(course, opening, principal) if year == FIRST_YEAR else 0
    paid_out = min(max(0, _between(course.withdrawals, since, until)), opening + principal + interest)
    return {
        "person_no": course.person.number,
        "insurance_type": course.person.insurance,
        "year": str(year),
        "opening": opening,
        "principal": principal,
        "interest": interest,
        "paid_out": paid_out,
        "closing": opening + principal + interest - paid_out,
        "months_paid": _months(course, until),
        "interest_on": f"{FIRST_YEAR}1231",
        "state": _state(course, until),
    }


def _interest(course: Course, opening: int, principal: int) -> int:
    """A year's on the opening and half a year's on what came in; before a pension, what is missing to its account."""
    if course.awarded > _OPENS:
        return max(0, account_total(course) - opening - _between(course.deposits, _OPENS, course.awarded))
    return policy.part_of(opening, _rate()) + policy.part_of(max(0, principal), _rate() / 2)


def _months(course: Course, until: str) -> int:
    last = min(ordinal(int(until[:6])) + 1, course.person.pension_month, LAST_MONTH + 1)
    return max(0, last - course.person.joins)


def _state(course: Course, until: str) -> str:
    """4 drawing, 5 laid still because nobody pays, 1 with interest as usual."""
    if course.awarded and course.awarded <= until:
        return "4"
    month = ordinal(int(until[:6]))
    at_work = any(job.first <= month <= job.last for job in course.jobs)
    return "1" if course.base is None or at_work else "5"


def _emptied(row: Row, state: str, at: str) -> Row:
    whole = int(row["opening"] or 0) + int(row["principal"] or 0) + int(row["interest"] or 0)
    return {**row, "paid_out": whole, "closing": 0, "state": state, "interest_on": at[:8]}
