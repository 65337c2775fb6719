"""What an identity says of each of its numbers: the values it may take while all the others stand."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from huiliu.scoring.findings import Case
from huiliu.scoring.tolerance import half, own_places
from huiliu.scoring.values import Value


@dataclass(frozen=True)
class Interval:
    """Values from `low` to `high`, both included; None where nothing bounds them."""

    low: Decimal | None
    high: Decimal | None

    def holds(self, number: Decimal) -> bool:
        """Whether the number lies inside."""
        return (self.low is None or self.low <= number) and (self.high is None or number <= self.high)


Accepts = tuple[Interval, ...]
"""One interval for each way in which the identity may be read."""


@dataclass(frozen=True)
class Claim:
    """One identity of a table: per path the values accepted there; `equation` False where it only sets limits."""

    accepts: Mapping[str, Accepts]
    equation: bool = True


@dataclass(frozen=True)
class Operand:
    """A number of an identity in the identity's own unit, of which one printed unit is `factor`."""

    path: str
    value: Decimal
    places: int
    factor: Decimal = Decimal(1)

    def printed(self, low: Decimal | None, high: Decimal | None) -> Interval:
        """An interval of the identity's unit, in the printed one."""
        return Interval(*(None if end is None else end / self.factor for end in (low, high)))

    def around(self, value: Decimal, allowed: Decimal) -> Interval:
        """All that lies within `allowed` of a value."""
        return self.printed(value - allowed, value + allowed)


def operand(path: str, cell: Value) -> Operand | None:
    """A cell taken as the number it prints; None where it prints none."""
    return None if cell.number is None else Operand(path, cell.number, cell.places)


def amount_operand(path: str, cell: Value, unit: str) -> Operand | None:
    """A cell taken as an amount in a unit of money."""
    amount = cell.amount(unit)
    if amount is None or cell.number is None:
        return None
    factor = amount / cell.number if cell.number else Decimal(1)
    return Operand(path, amount, cell.amount_places(unit), factor)


def percent_operand(path: str, cell: Value) -> Operand | None:
    """A cell taken as a percentage."""
    if cell.percent is None or cell.number is None:
        return None
    factor = Decimal(1) if cell.percent == cell.number else Decimal(100)
    return Operand(path, cell.percent, cell.percent_places, factor)


def sum_claim(total: Operand | None, full: Decimal, parts: Sequence[Operand]) -> Claim:
    """`full` is the sum of the parts: what rounding leaves to each of them, and to the total where that is printed."""
    places = max((part.places for part in parts), default=0)
    own = [_rounded(part, places) for part in parts]
    last = half(max(places, 0)) if places > 0 or (total is not None and total.places > 0) else Decimal(0)
    last = max(last, half(total.places) if total is not None and 0 < total.places < places else Decimal(0))
    found, slack = sum((part.value for part in parts), Decimal(0)), sum(own, Decimal(0))
    lost = half(min(places, 2)) if places > 0 else Decimal(0)
    accepts = {
        part.path: (part.around(full - found + part.value, slack - mine + lost + last),)
        for part, mine in zip(parts, own, strict=True)
    }
    if total is not None:
        accepts[total.path] = (total.around(found, slack + last),)
    return Claim(accepts)


def _rounded(part: Operand, places: int) -> Decimal:
    whole = part.value == part.value.to_integral_value()
    return Decimal(0) if whole else half(own_places(part.value, places))


def limit(part: Operand, low: Decimal | None, high: Decimal | None) -> Claim:
    """A number that need only lie between bounds."""
    return Claim({part.path: (part.printed(low, high),)}, equation=False)


Binds = Callable[[Case], Iterable[Claim]]
BINDS: dict[str, list[Binds]] = {}


def binds(code: str) -> Callable[[Binds], Binds]:
    """Register what the identity of the check `code` claims of the numbers of a table; it stands beside that check."""

    def register(function: Binds) -> Binds:
        BINDS.setdefault(code, []).append(function)
        return function

    return register


def claims(code: str, case: Case) -> Iterator[Claim]:
    """All that the identity of a check claims of this table."""
    for function in BINDS.get(code, ()):
        yield from (claim for claim in function(case) if claim.accepts)
