"""Employers: sector, place, size and the days on which each is billed and pays."""

from bisect import bisect
from dataclasses import dataclass
from datetime import date
from itertools import accumulate
from random import Random

from huiliu.demo import identifiers, names, policy
from huiliu.demo.dates import FIRST_MONTH, LAST_MONTH, NIGHTS, first_day, moment, month_text
from huiliu.demo.journal import Patch

# Kind of the credit code (GB 32100: 91 company, 92 self-employed, 11 office, 12 institution) and unit type (AAB019).
_KINDS = {"enterprise": ("91", "10"), "other": ("92", "80"), "office": ("11", "30"), "public": ("12", "55")}


_ECONOMY = {"enterprise": "173", "other": "175"}  # AAB020; offices and institutions have none
_INDUSTRIES = {"enterprise": "CEFG", "other": "FHOR", "public": "PQSR"}  # AAB022


@dataclass(frozen=True, slots=True)
class Unit:
    """One employer; `pays_after` counts the months from bill to payment (0 is the month of the bill)."""

    number: str
    sector: str
    place: policy.Division
    weight: float
    opened: int
    bill_day: int
    pay_day: int
    pays_after: int
    serial: int


class Market:
    """Where people find work: employers by sector and place, drawn by size."""

    def __init__(self, units: list[Unit]) -> None:
        self.units = units
        self._pools: dict[tuple[bool, str], tuple[list[Unit], list[float]]] = {}
        for public in (True, False):
            everywhere = [unit for unit in units if (unit.sector == "public") is public]
            for place in policy.divisions():
                pool = [unit for unit in everywhere if unit.place == place] or everywhere
                self._pools[public, place.code] = pool, list(accumulate(unit.weight for unit in pool))

    def pick(self, rng: Random, *, public: bool, place: policy.Division) -> Unit:
        """An employer of the sector in the person's own district, if it has any."""
        pool, ladder = self._pools[public, place.code]
        return pool[bisect(ladder, rng.random() * ladder[-1])]


def found_units(persons: int, rng: Random) -> Market:
    """As many units as the city's size asks for, at least ten, in every sector."""
    count = max(10, round(persons * policy.share("units_per_thousand") / 1000))
    public = max(2, round(count * policy.share("share_public_units")))
    enterprises = round(count * policy.share("share_enterprise_units"))
    sectors = ["public"] * public + ["enterprise"] * enterprises + ["other"] * (count - public - enterprises)
    return Market([_found(serial, sector, rng) for serial, sector in enumerate(sectors, start=1)])


def _found(serial: int, sector: str, rng: Random) -> Unit:
    place = rng.choices(policy.divisions(), [place.employees for place in policy.divisions()])[0]
    weight = rng.lognormvariate(1.79, policy.share("unit_size_sigma"))  # e^1.79 = 6 people
    late = sector != "public" and rng.random() < policy.share("late_unit_rate")
    return Unit(
        number=f"4499{serial:06d}",
        sector=sector,
        place=place,
        weight=weight * (2 if sector == "public" else 0.4 if sector == "other" else 1),
        opened=rng.randint(1998 * 12, FIRST_MONTH - 1),
        bill_day=rng.randint(4, 9),
        pay_day=rng.randint(11, 28),
        pays_after=rng.randint(1, 3) if late else 0,
        serial=serial,
    )


def unit_history(unit: Unit, rng: Random) -> list[Patch]:
    """The unit's row from its enrolment on; a few change their telephone or legal person during the nights."""
    name = names.unit_name(rng, unit.place, unit.sector, unit.serial)
    office = unit.sector == "public" and ("局" in name or "政府" in name)
    kind, unit_type = _KINDS["office" if office else unit.sector]
    patches: list[Patch] = [
        (
            moment(first_day(max(unit.opened, 2012 * 12)), 32400 + unit.serial % 20000),
            {
                "unit_no": unit.number,
                "unit_name": name,
                "credit_code": identifiers.credit_code(kind, unit.place.code, 10_000_000 + unit.serial),
                "legal_person": names.person_name(rng, "1" if rng.random() < 0.7 else "2"),
                "legal_id_number": identifiers.resident_id(unit.place.code, _born(unit), 901 + unit.serial % 99),
                "legal_phone": identifiers.mobile(92_000_000 + unit.serial),
                "unit_type": unit_type,
                "economy_type": _ECONOMY.get(unit.sector),
                "affiliation": "90" if unit.sector != "public" else "50",
                "industry": _INDUSTRIES[unit.sector][unit.serial % 4],
                "division": unit.place.code,
                "agency": f"{unit.place.code}01",
                "phone": identifiers.mobile(90_000_000 + unit.serial),
                "address": names.address(rng, unit.place),
                "payment_state": "1",
                "enrolled_month": month_text(unit.opened),
            },
        )
    ]
    return [*patches, *_news(unit, rng)]


def _born(unit: Unit) -> date:
    """When the legal person was born, dealt out by the unit's number."""
    return date(1960 + unit.serial % 30, 1 + unit.serial % 12, 1 + unit.serial % 28)


def _news(unit: Unit, rng: Random) -> list[Patch]:
    """A new telephone in one of the nights, or a new legal person some time before."""
    seconds = rng.randrange(32400, 61200)
    if rng.random() < 0.03:
        night = rng.choice([night for night in NIGHTS[1:] if night.weekday() < 5])
        return [(moment(night, seconds), {"phone": identifiers.mobile(95_000_000 + unit.serial)})]
    if rng.random() < 0.1 or unit.serial == 1:  # in the smallest city at least one
        day = first_day(rng.randint(FIRST_MONTH, LAST_MONTH - 1)).replace(day=17)
        return [(moment(day, seconds), {"legal_person": names.person_name(rng, "1")})]
    return []
