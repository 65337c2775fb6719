"""What the identities of single rows claim of targets, actuals, completions, weights and scores."""

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from huiliu.scoring.checks.rows import over_achieving, row_readings, score_places, short_of_full
from huiliu.scoring.completion import awarded, is_cost, pair, plausible_completions
from huiliu.scoring.exchange import Indicator
from huiliu.scoring.findings import Case
from huiliu.scoring.identity import Claim, Interval, Operand, binds, limit, operand, percent_operand
from huiliu.scoring.score import proportional
from huiliu.scoring.tolerance import half
from huiliu.scoring.values import YUAN, Value

_HUNDRED = Decimal(100)


@dataclass(frozen=True)
class _Row:
    """A row whose target and actual are comparable numbers, in one unit."""

    target: Operand
    actual: Operand
    operator: str
    free_cost: bool

    @property
    def inverse(self) -> bool:
        """Whether less is better, or may be."""
        return self.operator in ("≤", "<", "=") or self.free_cost


def _comparable(row: Indicator) -> _Row | None:
    values = pair(row)
    if values is None or row.target.kind != "number" or values.target <= 0 or values.actual <= 0:
        return None
    target = _in_pair(f"{row.path}.target", row.target, values.target)
    actual = _in_pair(f"{row.path}.actual", row.actual, values.actual)
    free_cost = not values.operator and is_cost(row)
    return None if target is None or actual is None else _Row(target, actual, values.operator, free_cost)


def _in_pair(path: str, cell: Value, value: Decimal) -> Operand | None:
    """None for a bare fraction beside a percentage: a larger number there would be read as a percentage."""
    if not cell.number or (value != cell.number and cell.unit not in YUAN):
        return None
    return Operand(path, value, cell.places, value / cell.number)


@binds("EV-T06")
def _met(case: Case) -> Iterator[Claim]:
    """With full marks the actual value lies on the good side of the target; “=” leaves no choice."""
    for row in case.table.indicators:
        both = _comparable(row) if row.full_marks else None
        if both is None or both.free_cost:
            continue
        goal, done = both.target, both.actual
        short = short_of_full(row, case)
        if both.operator == "=":
            yield Claim({one.path: (one.printed(other.value * short, other.value / short),)
                         for one, other in ((done, goal), (goal, done))})  # fmt: skip
        elif both.inverse:
            yield from (limit(done, None, goal.value / short), limit(goal, done.value * short, None))
        else:
            yield from (limit(done, goal.value * short, None), limit(goal, None, done.value / short))


@binds("EV-T05")
def _not_over(case: Case) -> Iterator[Claim]:
    """The result is not better than the profile's threshold allows."""
    over = case.profile.over_achievement
    for row in case.table.indicators:
        both = _comparable(row)
        if both is None or both.free_cost or both.operator == "=" or over_achieving(row, case):
            continue
        goal, done = both.target, both.actual
        if both.inverse and over < 1:
            yield from (limit(done, goal.value * (1 - over), None), limit(goal, None, done.value / (1 - over)))
        elif not both.inverse:
            yield from (limit(done, None, goal.value * (1 + over)), limit(goal, done.value / (1 + over), None))


@binds("EV-S04")
def _points(case: Case) -> Iterator[Claim]:
    """The score and its weight; without a printed completion the values behind them too."""
    digits = score_places(case)
    own = half(digits) * (digits > 0)
    for row in case.table.indicators:
        weight, score = operand(f"{row.path}.weight", row.weight), operand(f"{row.path}.score", row.score)
        readings = row_readings(row, case)
        if not readings or weight is None or score is None or not 0 <= score.value <= weight.value > 0:
            continue
        if over_achieving(row, case):
            continue
        ways = [score.around(proportional(weight.value, way), own + weight.value * half(places) / 100)
                for way, places in readings]  # fmt: skip
        yield Claim({score.path: tuple(ways)})
        yield from _weight_claim(weight, score.value, own, readings)
        yield from _behind(row, (score.value - own) / weight.value, (score.value + own) / weight.value)


def _weight_claim(
    weight: Operand, score: Decimal, own: Decimal, readings: list[tuple[Decimal, int]]
) -> Iterator[Claim]:
    ways = []
    for way, places in readings:
        share, spread = min(way, _HUNDRED) / 100, half(places) / 100
        if share <= spread or score <= own:
            return
        ways.append(weight.printed((score - own) / (share + spread), (score + own) / (share - spread)))
    yield Claim({weight.path: tuple(ways)})


def _behind(row: Indicator, low: Decimal, high: Decimal) -> Iterator[Claim]:
    """What a score says of the completion, or of target and actual, that it was computed from."""
    completion, both = percent_operand(f"{row.path}.completion", row.completion), _comparable(row)
    if completion is not None:
        spread = half(completion.places)
        least, most = low * 100 - spread, high * 100 + spread
        if pair(row) is None and completion.value == row.completion.number:
            capped = most >= _HUNDRED
            yield Claim({completion.path: (completion.printed(least, None if capped else most),)}, not capped)
    elif both is not None and low > 0 and high < 1:
        yield Claim({both.actual.path: _actual_ways(both, low, high), both.target.path: _target_ways(both, low, high)})


def _actual_ways(both: _Row, low: Decimal, high: Decimal) -> tuple[Interval, ...]:
    """Actual values that give a completion between two shares, by ratio, inverse ratio or deviation."""
    goal, done = both.target.value, both.actual
    ways = [done.printed(goal * low, goal * high)]
    if both.inverse:
        ways += [done.printed(goal / high, goal / low), done.printed(goal * (2 - high), goal * (2 - low))]
    return tuple(ways)


def _target_ways(both: _Row, low: Decimal, high: Decimal) -> tuple[Interval, ...]:
    goal, done = both.target, both.actual.value
    ways = [goal.printed(done / high, done / low)]
    if both.inverse:
        ways += [goal.printed(done * low, done * high), goal.printed(done / (2 - low), done / (2 - high))]
    return tuple(ways)


@binds("EV-T01")
def _completed(case: Case) -> Iterator[Claim]:
    """The completion, by every convention; target and actual where it is not 100 %."""
    for row in case.table.indicators:
        completion, ways = percent_operand(f"{row.path}.completion", row.completion), plausible_completions(row)
        if completion is None or not ways or completion.value != row.completion.number:
            continue
        spread = half(completion.places)
        known = {*ways, *(min(way, _HUNDRED) for way in ways), *awarded(row, case.profile)}
        yield Claim({completion.path: tuple(completion.around(way, spread) for way in known)})
        both, low, high = _comparable(row), (completion.value - spread) / 100, (completion.value + spread) / 100
        plain = not over_achieving(row, case)
        if plain and both is not None and (0 < low <= high < 1 or 1 < low <= high < 2):
            yield from _printed_completion(row, both, low, high)


def _printed_completion(row: Indicator, both: _Row, low: Decimal, high: Decimal) -> Iterator[Claim]:
    """Both ratios are taken by some forms whatever the operator, and a rate may repeat itself as its completion."""
    any_way = _Row(both.target, both.actual, "=", free_cost=False)
    ways = _actual_ways(any_way, low, high)
    itself = both.actual.printed(low * 100, high * 100)
    rate = "%" in (row.actual.unit, row.target.unit)
    yield Claim({both.actual.path: (*ways, itself) if rate else ways})
    if not (rate and low * 100 <= both.actual.value <= high * 100):
        yield Claim({both.target.path: _target_ways(any_way, low, high)})
