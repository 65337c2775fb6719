"""Execution rates against the amounts they are made of, and the score given for them."""

import re
from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal

from huiliu.scoring.exchange import Indicator
from huiliu.scoring.findings import Case, Hit, Severity, check
from huiliu.scoring.funds import COLUMN_LABELS, Money, block_places, denominators, exact_rates, numerators, rate_pairs
from huiliu.scoring.identity import Claim, Interval, Operand, amount_operand, binds, operand, percent_operand
from huiliu.scoring.parts import is_execution_rate, plain, scored_beside
from huiliu.scoring.score import EXACT, proportional, score_fit
from huiliu.scoring.tolerance import (
    BY_POINTS,
    BY_RATE,
    BY_SHORTER,
    Fit,
    column_places,
    half,
    own_places,
    same_fit,
    share_fit,
)
from huiliu.scoring.values import Value

_QUOTED_RATE = re.compile(r"(?:执行率|支出率)(?:为|达到|达)?(?:了)?(\d+(?:\.\d+)?)[%％]")
_MONEY_PLACES_TRUSTED = 1
_HUNDRED = Decimal(100)
_BASES = {"full_year": "全年预算数", "initial": "年初预算数", "issued": "下达额度", "received": "到位资金"}


def printed_rates(case: Case) -> Iterator[tuple[str, Value]]:
    """The fund block's rate, and the actual value of rows that are the execution rate by name."""
    beside = case.table.budget_indicator
    if beside is not None and beside.rate.percent is not None:
        yield "预算执行率", beside.rate
    for row in case.table.indicators:
        rate = _row_rate(row) if is_execution_rate(row, case.phrases) else None
        if rate is not None and rate.percent is not None:
            yield row.where, rate


def _row_rate(row: Indicator) -> Value | None:
    """The cell of an execution rate's row that holds the rate: the actual value, else the completion of 100 %."""
    of_all = not row.target.printed or row.target.percent == _HUNDRED
    if row.actual.unit == "%" or (of_all and row.actual.number is not None):
        return row.actual
    return row.completion if of_all and not row.actual.printed else None


def rate_fit(case: Case, rate: Value) -> Fit:
    """The best agreement of a printed rate with any printed spending over any printed budget, capped at 100 or not.

    Amounts in whole 万元 may have been rounded before printing; that explains a rate with decimals, as a habit.
    """
    places = block_places(case.table)
    readings = {(rate.percent, rate.percent_places), (rate.number, rate.places)}
    return min(
        (
            _one_fit(number, digits, spent.amount, base.amount, places)
            for number, digits in readings
            if number is not None
            for spent, base in rate_pairs(case.table)
        ),
        default=Fit.EQUAL,
    )


def _one_fit(printed: Decimal, digits: int, spent: Decimal, base: Decimal, places: int) -> Fit:
    exact = spent * 100 / base
    allowed = (half(own_places(spent, places)) + half(own_places(base, places)) * abs(spent) / base) * 100 / base
    strict = allowed if places >= _MONEY_PLACES_TRUSTED else Decimal(0)
    fit = min(share_fit(printed, digits, value, strict) for value in {exact, min(exact, Decimal(100))})
    loose = digits > 0 and abs(printed - exact) <= half(digits) + allowed
    return min(fit, Fit.HABIT) if loose else fit


@check(
    "EV-R01",
    "执行率与金额不符",
    "error",
    identity="执行率 = 执行数 ÷ 所列任一预算数（超过100%的可按100%）",
    tolerance=BY_RATE,
)
def rate_against_amounts(case: Case) -> Iterator[Hit]:
    """A printed rate fits the spending over at least one printed budget: full year, initial, issued or received."""
    for where, rate in printed_rates(case):
        if rate_fit(case, rate) == Fit.BROKEN:
            yield Hit(where, _expected(case), f"{rate.raw}")


@binds("EV-R01")
def _rates(case: Case) -> Iterator[Claim]:
    """Every printed rate; an amount only where no other pair of amounts explains the rate as well."""
    known = rate_pairs(case.table)
    for path, rate in _rate_operands(case) if known else ():
        yield Claim({path: tuple(way for pair in known for way in _rate_ways(case, rate, *pair))})
        yield from _base_claims(case, rate, known)
        yield from _spent_claims(case, rate, known)


def _rate_ways(case: Case, rate: Operand, spent: Money, base: Money) -> Iterator[Interval]:
    exact = spent.amount * 100 / base.amount
    allowed = half(rate.places) + _explained(case, spent, base)
    return (rate.around(one, allowed) for one in {exact, min(exact, _HUNDRED)})


def _rate_operands(case: Case) -> Iterator[tuple[str, Operand]]:
    beside = case.table.budget_indicator
    cells = [("budget_indicator.rate", beside.rate)] if beside is not None else []
    for row in case.table.indicators:
        rate = _row_rate(row) if is_execution_rate(row, case.phrases) else None
        if rate is not None:
            cells.append((f"{row.path}.{'actual' if rate is row.actual else 'completion'}", rate))
    for path, cell in cells:
        one = percent_operand(path, cell)
        if one is not None and one.value == cell.number:
            yield path, one


def _explained(case: Case, spent: Money, base: Money) -> Decimal:
    """Percentage points of the rate that rounding of both amounts explains."""
    places = block_places(case.table)
    if places < _MONEY_PLACES_TRUSTED:
        return Decimal(0)
    share = abs(spent.amount) / base.amount
    return (half(own_places(spent.amount, places)) + half(own_places(base.amount, places)) * share) * 100 / base.amount


def _bounds(case: Case, rate: Operand, spent: Money, base: Money) -> tuple[Decimal, Decimal]:
    """The rate as a share, at least and at most; a changed amount may lose digits, so that more is explained."""
    lost = half(min(block_places(case.table), 2)) * 200 / base.amount
    allowed = half(rate.places) + 4 * _explained(case, spent, base) + lost
    return (rate.value - allowed) / 100, (rate.value + allowed) / 100


def _explains(case: Case, rate: Operand, pairs: Iterable[tuple[Money, Money]]) -> bool:
    """Whether other amounts give the rate already, so that it says nothing of these."""
    return any(way.holds(rate.value) for pair in pairs for way in _rate_ways(case, rate, *pair))


def _base_claims(case: Case, rate: Operand, pairs: Sequence[tuple[Money, Money]]) -> Iterator[Claim]:
    """Budgets that the rate is taken of; at 100 % a smaller one is named by EV-M04 where that looks at it."""
    budget, first = case.table.budget, next(iter(numerators(case.table)), None)
    last = next((item.label for item in denominators(case.table) if item.label in COLUMN_LABELS.values()), "")
    for name, label in _BASES.items():
        one = amount_operand(f"budget.{name}", getattr(budget, name), budget.unit)
        mine = [pair for pair in pairs if pair[1].label == label]
        if one is None or not mine or _explains(case, rate, [pair for pair in pairs if pair not in mine]):
            continue
        ways = []
        for spent, base in mine:
            low, high = _bounds(case, rate, spent, base)
            guarded = first is not None and (label == last or label not in COLUMN_LABELS.values())
            least = spent.amount / high if 0 < high < 1 else first.amount if guarded and first is not None else None
            ways.append((least, spent.amount / low if low > 0 else None))
        if all(least is not None and most is not None for least, most in ways):
            yield Claim({one.path: tuple(one.printed(*way) for way in ways)})


def _spent_claims(case: Case, rate: Operand, pairs: Sequence[tuple[Money, Money]]) -> Iterator[Claim]:
    """What was spent, where it is less than all."""
    table = case.table
    cells = (COLUMN_LABELS["executed"], "budget.executed", table.budget.executed), ("支出", "spent", table.spent)
    for label, path, cell in cells:
        one = amount_operand(path, cell, table.budget.unit)
        mine = [pair for pair in pairs if pair[0].label == label]
        if one is None or not mine or _explains(case, rate, [pair for pair in pairs if pair not in mine]):
            continue
        ways = [(base.amount * low, base.amount * high) for spent, base in mine
                for low, high in [_bounds(case, rate, spent, base)] if high < 1]  # fmt: skip
        if len(ways) == len(mine):
            yield Claim({one.path: tuple(one.printed(*way) for way in ways)})


@check(
    "EV-R02",
    "执行率截尾或金额取整后才相符",
    "warning",
    identity="执行率 = 执行数 ÷ 所列任一预算数，不截尾",
    tolerance=BY_RATE,
)
def rate_cut_off(case: Case) -> Iterator[Hit]:
    """A printed rate agrees with the amounts only if digits were cut off or the amounts were rounded to integers."""
    for where, rate in printed_rates(case):
        if rate_fit(case, rate) == Fit.HABIT:
            yield Hit(where, _expected(case), f"{rate.raw}")


@check(
    "EV-R03",
    "文字所述执行率与金额不符",
    "warning",
    identity="文字所述执行率 = 执行数 ÷ 所列任一预算数",
    tolerance=BY_RATE,
)
def quoted_rate_against_amounts(case: Case) -> Iterator[Hit]:
    """A rate quoted in a statement fits no printed budget; the sentence may speak of another sum, so a warning."""
    for statement in case.table.statements:
        for digits in _QUOTED_RATE.findall(statement.text):
            rate = Value(digits + "%", "number", Decimal(digits), "%", "", len(digits.partition(".")[2]))
            printed = [value.percent for _, value in printed_rates(case)]
            if rate.number not in printed and rate_fit(case, rate) == Fit.BROKEN:
                yield Hit("报告文字", _expected(case), rate.raw)


def _expected(case: Case) -> str:
    lines = [
        f"{round(spent.amount * 100 / base.amount, 2):f}%（{plain(spent.amount)}÷{base.label}{plain(base.amount)}）"
        for spent, base in rate_pairs(case.table)
    ]
    return " 或 ".join(dict.fromkeys(lines))


@check(
    "EV-S05",
    "执行率得分与执行率不成比例",
    "warning",
    "error",
    identity="执行率得分 = 分值 × 执行率，不超过分值",
    tolerance=BY_POINTS,
)
def execution_score(case: Case) -> Iterator[Hit]:
    """The fund block's score is its weight times the rate, at most the weight.

    A warning where the profile names no rule, or where points or the rate were taken in whole numbers; an error where
    it names the proportional rule.
    """
    beside = case.table.budget_indicator
    if beside is None or beside.weight.number is None or beside.score.number is None:
        return
    rates = [(beside.rate.percent, beside.rate.percent_places)] if beside.rate.percent is not None else []
    rates += [(rate, EXACT) for rate in exact_rates(case.table)]
    weight, printed = beside.weight.number, beside.score.number
    if not rates or printed > weight or printed < 0:
        return
    digits = column_places([*(row.score for row in case.table.indicators), beside.score, case.table.total])
    fit = min(score_fit(printed, weight, rate, places, digits) for rate, places in rates)
    if fit >= Fit.HABIT:
        strict = case.profile.rule == "proportional" and fit == Fit.BROKEN
        severity: Severity = "error" if strict else "warning"
        what = "执行率得分取整或截尾" if fit == Fit.HABIT else ""
        expected = f"{plain(weight)}×{plain(rates[0][0])}%={plain(proportional(weight, rates[0][0]))}"
        yield Hit("预算执行率", expected, plain(printed), what, severity)


@binds("EV-S05")
def _execution_points(case: Case) -> Iterator[Claim]:
    """The fund block's score, by the printed rate or one that the amounts give."""
    beside = case.table.budget_indicator
    score = operand("budget_indicator.score", beside.score) if beside is not None else None
    if beside is None or score is None or beside.weight.number is None or not 0 <= score.value <= beside.weight.number:
        return
    weight, rate = beside.weight.number, percent_operand("budget_indicator.rate", beside.rate)
    digits = column_places([*(row.score for row in case.table.indicators), beside.score, case.table.total])
    rates = [(one, Decimal(0)) for one in exact_rates(case.table)]
    rates += [(rate.value, half(rate.places))] if rate is not None else []
    own = half(digits) * (digits > 0)
    ways = [score.around(proportional(weight, one), own + weight * spread / 100) for one, spread in rates]
    if ways:
        yield Claim({score.path: tuple(ways)})


@check(
    "EV-S07",
    "执行率的分值、得分或执行率前后不一",
    "error",
    identity="资金栏与指标行所列执行率的分值、得分、执行率各自相等",
    tolerance=BY_SHORTER,
)
def execution_printed_twice(case: Case) -> Iterator[Hit]:
    """An execution rate printed in the fund block and again among the rows has one weight, one score and one rate.

    Rates that can be compared with amounts are left to EV-R01.
    """
    beside = case.table.budget_indicator
    if beside is None or scored_beside(case.table, case.phrases) is not None:
        return
    for row in case.table.indicators:
        if is_execution_rate(row, case.phrases):
            rate = None if rate_pairs(case.table) else _row_rate(row)
            cells = [
                ("分值", beside.weight, row.weight),
                ("得分", beside.score, row.score),
                ("执行率", beside.rate, rate),
            ]
            yield from (Hit(f"{row.where} {name}", f"资金栏 {one.raw}", other.raw) for name, one, other in cells
                        if other is not None and _differ(one, other))  # fmt: skip


def _differ(one: Value, other: Value) -> bool:
    rates = "%" in (one.unit, other.unit)
    (a, a_places), (b, b_places) = ((cell.percent, cell.percent_places) if rates else (cell.number, cell.places)
                                    for cell in (one, other))  # fmt: skip
    return a is not None and b is not None and same_fit(a, a_places, b, b_places) == Fit.BROKEN
