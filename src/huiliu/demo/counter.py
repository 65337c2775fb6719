"""What the counter books beside the main tables: changes of persons and units, and moves to and from other places."""

from collections.abc import Iterator, Sequence
from datetime import timedelta
from decimal import Decimal

from huiliu.demo import accounts, names, policy
from huiliu.demo.course import Course
from huiliu.demo.dates import (
    FIRST_MONTH,
    LAST_MONTH,
    day_of,
    moment,
    ordinal,
    working_day,
)
from huiliu.demo.employment import has_left, leaving_day
from huiliu.demo.journal import Patch, Row

_OPENS = f"{FIRST_MONTH // 12}0401000000"
_POOLED = Decimal("0.12")  # of the base, what goes with a person who moves (演示取值)
_ELSEWHERE = (("合成省甲市社会保险经办机构", "449800"), ("合成省乙市社会保险经办机构", "449700"))
_ASKED = "9900"  # AAE160: the person or unit asked for it
_DETAILS = {"mobile": "51", "bank_account": "52"}  # AAC050 by the column of `person` that changes
Event = tuple[str, str, str | None, str | None, str | None]  # moment, type, reason, before, after


def person_changes(course: Course, identity: Sequence[Patch]) -> Iterator[list[Patch]]:
    """Every booked change inside the window: enrolled, stopped, resumed, retired, dead, and details of the person."""
    events = [*_spells(course), *_details(identity)]
    if course.awarded and course.person.insurance != "170":
        events.append((course.awarded, "31", None, "0", "1"))
    if course.report:
        events.append((course.report.registered, "41", "6401", "1", "4"))
    for serial, event in enumerate(sorted(events, key=lambda item: item[:2]), start=1):
        if event[0] >= _OPENS:
            yield [(event[0], _change(course.person.number, "person_no", serial, event))]


def unit_changes(unit_no: str, patches: Sequence[Patch]) -> Iterator[list[Patch]]:
    """A booking for every change of a unit's row inside the window."""
    row: dict[str, str | int | None] = {}
    for at, patch in patches:
        for name, value in (patch or {}).items():
            if row.get(name) is not None and at >= _OPENS:
                event = (at, "04", _ASKED, str(row[name]), str(value))
                yield [(at, _change(unit_no, "unit_no", 1, event))]
        row.update(patch or {})


def _change(number: str, key: str, serial: int, event: Event) -> Row:
    at, kind, reason, before, after = event
    return {
        "change_no": f"{at[:8]}{number[-8:]}{serial:02d}",
        key: number,
        "change_type": kind,
        "reason": reason,
        "before": before,
        "after": after,
        "changed_on": at[:8],
        "handler": names.handler(int(number[-3:])),
    }


def _spells(course: Course) -> Iterator[Event]:
    person = course.person
    for number, job in enumerate(course.jobs):
        yield job.registered, "21" if number else "11", None, "2" if number else "0", "1"
        if has_left(person, job):
            yield moment(leaving_day(person, job), 34000), "22", "6301", "1", "2"


def _details(identity: Sequence[Patch]) -> Iterator[Event]:
    known: dict[str, str | int | None] = {}
    for at, patch in identity:
        for name, value in (patch or {}).items():
            if name in _DETAILS and known.get(name) is not None:
                yield at, _DETAILS[name], _ASKED, str(known[name]), str(value)
        known.update(patch or {})


def moved_at(course: Course) -> str | None:
    """The moment at which somebody who gave up work here took the relation to another place; None for nearly all."""
    if course.base is None or not course.jobs or course.report or course.awarded:
        return None
    last = course.jobs[-1]
    if not has_left(course.person, last) or not ordinal(202401) <= last.last <= LAST_MONTH - 3:
        return None
    if course.rng.random() > policy.share("share_moved_away"):
        return None
    day = working_day(leaving_day(course.person, last) + timedelta(days=40 + course.person.serial % 40))
    return moment(day, 40000)


def came_at(course: Course) -> str | None:
    """The moment at which a relation from another place was taken over, soon after the first job in the window."""
    if course.base is None or not course.jobs or course.jobs[0].first < FIRST_MONTH:
        return None
    if course.rng.random() > policy.share("share_moved_here"):
        return None
    day = working_day(day_of(course.jobs[0].registered) + timedelta(days=45 + course.person.serial % 40))
    if course.person.died and day >= course.person.died:
        return None
    return moment(day, 41000)


def brought(course: Course) -> int:
    """What somebody who comes from another place brings in the account: up to ten years at the floor."""
    months = 6 + course.person.serial % 114
    return months * policy.part_of(policy.fen("base_floor", FIRST_MONTH), policy.number("rate_person", FIRST_MONTH))


def transfer_rows(course: Course, came: str | None, moved: str | None) -> Iterator[list[Patch]]:
    """What is moved: the account, and a share of the base for every month that was paid."""
    if came:
        yield [(came, _transfer(course, "2", came, brought(course)))]
    if moved:
        yield [(moved, _transfer(course, "1", moved, accounts.balance(course, moved)))]


def _transfer(course: Course, direction: str, at: str, account: int) -> Row:
    agency, division = _ELSEWHERE[course.person.serial % 2]
    assert course.base is not None
    months = account // max(1, policy.part_of(course.base.at(FIRST_MONTH), policy.number("rate_person", FIRST_MONTH)))
    pooled = months * policy.part_of(course.base.at(FIRST_MONTH), _POOLED)
    return {
        "person_no": course.person.number,
        "insurance_type": course.person.insurance,
        "direction": direction,
        "changed_on": at[:8],
        "other_agency": agency,
        "other_division": division,
        "person_part": account,
        "unit_part": 0,
        "pooled_part": pooled,
        "total": account + pooled,
    }
