"""Policy and city parameters as the simulation asks for them: by name and month, amounts in whole fen."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

from huiliu.demo.dates import first_day, ordinal
from huiliu.kernel.parameters import Parameters, Value
from huiliu.kernel.yamls import load_yaml

_FILE = Path(__file__).with_name("parameters.yaml")
_CITY = date(2020, 1, 1)


@cache
def _document() -> dict[str, Any]:
    return dict(load_yaml(_FILE))


@cache
def parameters() -> Parameters:
    """Every dated parameter of the demo city with source and mark."""
    return Parameters.read(_document()["params"], "demo/parameters.yaml")


@cache
def _in_force(name: str, day: date) -> Value:
    return parameters().at(day)[name].value


def share(name: str) -> float:
    """A chance, spread or size that only steers sampling; never an amount of money."""
    value = _in_force(name, _CITY)
    if not isinstance(value, int | Decimal):
        raise TypeError(name)
    return float(value)


@cache
def number(name: str, month: int) -> Decimal:
    """The number in force in a counted month."""
    value = _in_force(name, first_day(month))
    if not isinstance(value, int | Decimal):
        raise TypeError(name)
    return Decimal(value)


@cache
def fen(name: str, month: int) -> int:
    """An amount of yuan in force in a counted month, in whole fen."""
    return int(number(name, month) * 100)


@cache
def part_of(amount: int, rate: Decimal) -> int:
    """A rate of an amount in whole fen, a half rounded up."""
    return int((amount * rate * 2 + 1) // 2)


@cache
def raise_factor(month: int) -> Decimal:
    """How far pensions of a month stand below those of the last raise: a product of yearly raises, at most 1."""
    factor = Decimal(1)
    for line in parameters().history["raise_of_pensions"]:
        if line.in_force > first_day(month):
            factor /= 1 + Decimal(str(line.value))
    return factor


@dataclass(frozen=True)
class Division:
    """One synthetic district with its shares of employees and residents."""

    code: str
    name: str
    employees: float
    residents: float


@cache
def divisions() -> tuple[Division, ...]:
    """The districts under the unassigned 449900."""
    listed = _document()["places"]["divisions"]
    return tuple(
        Division(code, entry["name"], float(entry["employees"]), float(entry["residents"]))
        for code, entry in listed.items()
    )


@dataclass(frozen=True)
class Tier:
    """One yearly contribution tier of residents, in fen, and the share of people who choose it."""

    amount: int
    subsidy: int
    share: float


@cache
def tiers() -> tuple[Tier, ...]:
    """The tiers, lowest first."""
    return tuple(
        Tier(entry["amount"] * 100, entry["subsidy"] * 100, float(entry["share"]))
        for entry in _document()["tiers"]["yearly"]
    )


def retirement_month(born: date, group: str) -> int:
    """The counted month in which the statutory age is reached; group men, women_cadre or women_worker.

    The age alone before 2025; from then on delayed by one month for each started step of birth months, up to the cap.
    Source: decision of 2024-09-13 on the gradual delay of the statutory retirement age (待核).
    """
    birth = born.year * 12 + born.month - 1
    base = birth + 12 * int(number(f"retire_age_{group}", ordinal(202501)))
    waited = birth - ordinal(int(_delay("first_birth", group)))
    if waited < 0:
        return base
    return base + min(int(_delay("cap", group)), waited // int(_delay("step", group)) + 1)


def _delay(what: str, group: str) -> Decimal:
    return number(f"delay_{what}_{group}", ordinal(202501))
