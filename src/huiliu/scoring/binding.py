"""Every number of a table by its path: bound by identities, held between limits, or tested by nothing."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

from huiliu.scoring.exchange import Table
from huiliu.scoring.findings import Case, all_checks
from huiliu.scoring.funds import COLUMN_LABELS
from huiliu.scoring.identity import Accepts, Interval, claims
from huiliu.scoring.phrases import phrases
from huiliu.scoring.profile import Profile
from huiliu.scoring.values import Value

State = Literal["bound", "limited", "unbound"]
STATES: Mapping[State, str] = {"bound": "已绑定", "limited": "只受限制", "unbound": "未绑定"}
"""bound: an equation holds it to its printed digits; limited: only a bound; unbound: any other value would pass."""

_BUDGET = {"initial": "年初预算数", "full_year": "全年预算数", "issued": "下达额度", "received": "到位资金",
           "executed": "全年执行数"}  # fmt: skip
_EXECUTION = {"weight": "分值", "rate": "执行率", "score": "得分"}
_COUNTS = {"indicators": "指标个数", "complete": "完成个数", "incomplete": "未完成个数", "complete_share": "完成占比",
           "incomplete_share": "未完成占比"}  # fmt: skip
_CELLS = {"target": "目标值", "actual": "实际值", "completion": "完成率", "weight": "分值", "score": "得分"}
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
    where: str
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


@dataclass(frozen=True)
class Printed:
    """One cell of a table: its path in the exchange format, the place in words for people, what it prints."""

    path: str
    where: str
    cell: Value


def numbers(table: Table) -> Iterator[Printed]:
    """Every cell that prints a number, in printed order; numbers inside sentences are words."""
    return (one for one in _cells(table) if one.cell.number is not None)


def _cells(table: Table) -> Iterator[Printed]:
    yield from _named("budget", "资金栏", table.budget, _BUDGET)
    for line in table.budget.rows:
        yield from _named(line.path, f"资金栏 {line.name}", line, COLUMN_LABELS)
    yield Printed("spent", "文字所述支出", table.spent)
    if table.budget_indicator is not None:
        yield from _named("budget_indicator", "预算执行率", table.budget_indicator, _EXECUTION)
    for row in table.indicators:
        yield from _named(row.path, row.where, row, _CELLS)
    if table.counts is not None:
        yield from _named("counts", "完成情况", table.counts, _COUNTS)
        for name, cell in table.counts.bands.items():
            yield Printed(f"counts.bands[{name}]", f"完成率分段 {name}", cell)
    for n, payment in enumerate(table.payments):
        yield Printed(f"payments[{n}].amount", f"付款明细第{n + 1}笔", payment.amount)
    yield from (Printed("total_weight", "满分", table.total_weight), Printed("total", "总分", table.total))


def _named(path: str, where: str, holder: object, cells: Mapping[str, str]) -> Iterator[Printed]:
    for name, label in cells.items():
        yield Printed(f"{path}.{name}", f"{where} {label}", getattr(holder, name))


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
    return tuple(_number(table, one, known) for one in numbers(table))


def _number(table: Table, one: Printed, known: Sequence[Identity]) -> Number:
    mine = tuple(identity for identity in known if one.path in identity.accepts)
    state = _state(one.path, mine)
    why = "" if state == "bound" else _why(table, one.path)
    return Number(one.path, one.where, one.cell.raw, one.cell.number or Decimal(0), state, mine, why)


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
