"""Every number of a table by its path: bound by identities, held between limits, or tested by nothing."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

from huiliu.scoring.exchange import Table
from huiliu.scoring.findings import Case, all_checks
from huiliu.scoring.funds import COLUMNS, column
from huiliu.scoring.identity import Accepts, Interval, claims
from huiliu.scoring.phrases import phrases
from huiliu.scoring.profile import Profile
from huiliu.scoring.values import Value

State = Literal["bound", "limited", "unbound"]
STATES: Mapping[State, str] = {"bound": "已绑定", "limited": "只受限制", "unbound": "未绑定"}
"""bound: an equation holds it to its printed digits; limited: only a bound; unbound: any other value would pass."""

_BUDGET = ("initial", "full_year", "issued", "received", "executed")
_COUNTS = ("indicators", "complete", "incomplete", "complete_share", "incomplete_share")
_CELLS = ("target", "actual", "completion", "weight", "score")
_WHY = {
    "target": "达到目标后得分封顶，目标值可在限度内改动而不与其他数矛盾",
    "actual": "得分不随它变化（已封顶、为定性，或未列可比较的目标值）",
    "completion": "完成率在封顶以上，得分不随它变化",
    "initial": "只有这一处列示年初预算数，没有明细或执行率与它相等",
    "issued": "没有另一个数与下达额度构成等式",
    "received": "没有另一个数与到位资金构成等式",
}
_WHY_PART = "表不完整，合计只核对上下限"
_WHY_ELSE = "没有另一个数与它构成等式"


@dataclass(frozen=True)
class Identity:
    """One identity of one table: the check that tests it, what it says, and what it accepts of each operand."""

    code: str
    text: str
    tolerance: str
    accepts: Mapping[str, Accepts]
    equation: bool

    @property
    def operands(self) -> tuple[str, ...]:
        """The paths of its numbers."""
        return tuple(self.accepts)


@dataclass(frozen=True)
class Number:
    """One printed number, with the identities it stands in; `why` says what is missing unless it is bound."""

    path: str
    printed: str
    value: Decimal
    state: State
    identities: tuple[Identity, ...]
    why: str

    @property
    def codes(self) -> tuple[str, ...]:
        """The checks that would name a change."""
        return tuple(dict.fromkeys(identity.code for identity in self.identities))

    def accepts(self, value: Decimal) -> bool:
        """Whether the number could be another one without breaking any identity."""
        return all(_accepted(identity.accepts[self.path], value) for identity in self.identities)

    @property
    def equations(self) -> tuple[Identity, ...]:
        """The identities that hold it to its digits."""
        return tuple(identity for identity in self.identities if identity.equation)


def numbers(table: Table) -> Iterator[tuple[str, Value]]:
    """Every cell that prints a number, with its path in the exchange format, in printed order."""
    for path, cell in _cells(table):
        if cell.number is not None:
            yield path, cell


def _cells(table: Table) -> Iterator[tuple[str, Value]]:
    budget, beside, counts = table.budget, table.budget_indicator, table.counts
    yield from ((f"budget.{name}", getattr(budget, name)) for name in _BUDGET)
    for line in budget.rows:
        yield from ((f"{line.path}.{name}", column(line, name)) for name in COLUMNS)
    yield "spent", table.spent
    if beside is not None:
        yield from ((f"budget_indicator.{name}", getattr(beside, name)) for name in ("weight", "rate", "score"))
    for row in table.indicators:
        yield from ((f"{row.path}.{name}", getattr(row, name)) for name in _CELLS)
    if counts is not None:
        yield from ((f"counts.{name}", getattr(counts, name)) for name in _COUNTS)
        yield from ((f"counts.bands[{name}]", cell) for name, cell in counts.bands.items())
    yield from ((f"payments[{n}].amount", payment.amount) for n, payment in enumerate(table.payments))
    yield from (("total_weight", table.total_weight), ("total", table.total))


def identities(table: Table, profile: Profile) -> tuple[Identity, ...]:
    """Every identity that a check tests on this table, by code."""
    case = Case(table, profile, phrases())
    return tuple(
        Identity(item.code, item.identity, item.tolerance, claim.accepts, claim.equation)
        for item in sorted(all_checks().values(), key=lambda item: item.code)
        for claim in claims(item.code, case)
    )


def bound(table: Table, profile: Profile) -> tuple[Number, ...]:
    """Every number of the table, with what holds it."""
    known = identities(table, profile)
    return tuple(_number(table, path, cell, known) for path, cell in numbers(table))


def _number(table: Table, path: str, cell: Value, known: Sequence[Identity]) -> Number:
    mine = tuple(identity for identity in known if path in identity.accepts)
    state = _state(path, mine)
    return Number(path, cell.raw, cell.number or Decimal(0), state, mine, "" if state == "bound" else _why(table, path))


def _state(path: str, mine: Sequence[Identity]) -> State:
    if any(identity.equation for identity in mine):
        return "bound"
    limits = [way for identity in mine if len(identity.accepts[path]) == 1 for way in identity.accepts[path]]
    low = max((way.low for way in limits if way.low is not None), default=None)
    high = min((way.high for way in limits if way.high is not None), default=None)
    if low is not None and low == high:
        return "bound"
    return "limited" if mine else "unbound"


def _why(table: Table, path: str) -> str:
    last = path.rpartition(".")[2]
    if last in ("weight", "score", "total", "total_weight") and not table.full:
        return _WHY_PART
    return _WHY.get(last, _WHY_ELSE)


def _accepted(ways: Sequence[Interval], value: Decimal) -> bool:
    return any(way.holds(value) for way in ways)


def share(found: Sequence[Number]) -> Decimal:
    """The part of the numbers that is bound, in percent; 0 of no numbers."""
    held = sum(1 for number in found if number.state == "bound")
    return Decimal(held) * 100 / len(found) if found else Decimal(0)
