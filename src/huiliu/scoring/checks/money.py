"""Money: components against totals, one amount printed twice, payments, budgets against spending and quota."""

from collections.abc import Iterator, Sequence
from decimal import Decimal

from huiliu.scoring.exchange import Budget, FundRow
from huiliu.scoring.findings import Case, Hit, Severity, check
from huiliu.scoring.funds import (
    COLUMN_LABELS,
    COLUMNS,
    Money,
    Reading,
    accounted,
    column,
    column_digits,
    denominators,
    money,
    numerators,
    readings,
    total_of,
    totals,
)
from huiliu.scoring.identity import Claim, Interval, Operand, amount_operand, binds, sum_claim
from huiliu.scoring.parts import plain
from huiliu.scoring.tolerance import BY_SHORTER, BY_SUM, EXACTLY, Fit, half, same_fit, slack, sum_fit

_TEN_THOUSAND = Decimal(10_000)


@check(
    "EV-M01",
    "资金明细与合计不符",
    "error",
    "warning",
    identity="每一列：各行资金之和 = 合计；合计行 = 合计数",
    tolerance=BY_SUM,
)
def components_against_totals(case: Case) -> Iterator[Hit]:
    """The lines of the fund block add up to its totals, and a total line repeats them.

    其中 lines may be parts of the line before; a block is wrong only if no reading of it adds up. A line printed
    empty holds nothing; a single line, or one with a cell missing, leaves only the bound that what is shown is not more
    than the total. Whole 万元 may be off by one rounding.
    """
    budget = case.table.budget
    for row in totals(budget):
        yield from _repeated(row, budget)
    found = [list(_column_hits(case, reading)) for reading in readings(budget)]
    if found and all(found):
        yield from min(found, key=len)


@binds("EV-M01")
def _columns(case: Case) -> Iterator[Claim]:
    """Every line and total of each column; what several readings of the block allow is allowed."""
    budget = case.table.budget
    for name in COLUMNS:
        for row in totals(budget):
            top = amount_operand(f"budget.{name}", getattr(budget, name), budget.unit)
            own = amount_operand(f"{row.path}.{name}", column(row, name), budget.unit)
            if top is not None and own is not None:
                yield _same_claim(top, own)
        if case.table.full:
            yield from _read_claims(budget, name)


def _read_claims(budget: Budget, name: str) -> Iterator[Claim]:
    total = _total_operand(budget, name)
    read = [_reading_claim(budget, name, total, reading) for reading in readings(budget)] if total else []
    known = [claim.accepts for claim in read if claim is not None]
    if total is None or not known or len(known) < len(read):
        return
    accepts = {}
    for path in dict.fromkeys(path for one in known for path in one):
        # A reading that this number is no part of allows it everything, unless it is broken without it.
        free = any(path not in one and one[total.path][0].holds(total.value / total.factor) for one in known)
        if not free:
            accepts[path] = tuple(way for one in known for way in one.get(path, ()))
    yield Claim(accepts)


def _total_operand(budget: Budget, name: str) -> Operand | None:
    if getattr(budget, name).number is not None:
        return amount_operand(f"budget.{name}", getattr(budget, name), budget.unit)
    rows = [row for row in totals(budget) if column(row, name).number is not None]
    return amount_operand(f"{rows[0].path}.{name}", column(rows[0], name), budget.unit) if rows else None


def _reading_claim(budget: Budget, name: str, total: Operand | None, reading: Reading) -> Claim | None:
    rows = reading.components
    cells = [amount_operand(f"{row.path}.{name}", column(row, name), budget.unit) for row in rows]
    known = [cell for cell in cells if cell is not None]
    if total is None or not known or not reading.closed or not all(accounted(row, name) for row in rows):
        return None
    return sum_claim(total, total.value, known)


def _same_claim(one: Operand, other: Operand) -> Claim:
    """Two prints of one amount; with fewer digits than the other a print may be off by half of its last one."""
    allowed = half(min(one.places, other.places)) if one.places != other.places else Decimal(0)
    return Claim({one.path: (one.around(other.value, allowed),), other.path: (other.around(one.value, allowed),)})


def _repeated(row: FundRow, budget: Budget) -> Iterator[Hit]:
    for name in COLUMNS:
        top, own = money(getattr(budget, name), "", budget), money(column(row, name), "", budget)
        if top and own and same_fit(top.amount, top.places, own.amount, own.places) == Fit.BROKEN:
            yield Hit(f"{row.name} {COLUMN_LABELS[name]}", plain(top.amount), plain(own.amount))


def _column_hits(case: Case, reading: Reading) -> Iterator[Hit]:
    budget = case.table.budget
    for name in COLUMNS:
        total = money(total_of(budget, name), COLUMN_LABELS[name], budget)
        if total is not None:
            yield from _sum_hits(case, total, reading.components, name, case.table.full and reading.closed)
        for parent, rows in reading.inside:
            whole = money(column(parent, name), f"{parent.name} {COLUMN_LABELS[name]}", budget)
            if whole is not None:
                yield from _sum_hits(case, whole, rows, name, closed=False)


def _sum_hits(case: Case, total: Money, rows: Sequence[FundRow], name: str, closed: bool) -> Iterator[Hit]:
    cells = [column(row, name) for row in rows]
    amounts = [cell.amount(case.table.budget.unit) for cell in cells if cell.number is not None]
    known = [amount for amount in amounts if amount is not None]
    if not known:
        return
    places = column_digits(case.table.budget, name)
    found = sum(known, Decimal(0))
    if not (closed and all(accounted(row, name) for row in rows)) and found <= total.amount:
        return
    if sum_fit(total.amount, total.places, known, places) in (Fit.EQUAL, Fit.ROUNDED):
        return
    severity = _severity(total, known, places)
    yield Hit(total.label, f"合计 {plain(total.amount)}", f"明细相加 {plain(found)}", severity=severity)


def _severity(total: Money, known: Sequence[Decimal], places: int) -> Severity:
    beyond = abs(total.amount - sum(known, Decimal(0)))
    rounded_lines = sum(1 for amount in known if amount)
    whole = places == 0 and rounded_lines > 2 and beyond <= 1
    half_whole = sum_fit(total.amount, total.places, known, places) == Fit.HABIT
    return "warning" if whole or half_whole else "error"


@check(
    "EV-M02",
    "同一支出前后数字不一",
    "error",
    "warning",
    identity="全年执行数 = 文字所述支出",
    tolerance=BY_SHORTER,
)
def spending_printed_twice(case: Case) -> Iterator[Hit]:
    """What the table calls executed and what the text calls spent are one amount; rounding to fewer digits is allowed.

    A warning where one was cut off instead of rounded, or the two differ by the factor of 元 and 万元 exactly.
    """
    amounts = numerators(case.table)
    if len(amounts) < 2:
        return
    executed, spent = amounts
    fit = same_fit(executed.amount, executed.places, spent.amount, spent.places)
    if fit >= Fit.HABIT:
        units = any(map(_unit_slip, (executed, spent), (spent, executed)))
        severity: Severity = "warning" if units or fit == Fit.HABIT else "error"
        what = "金额单位疑为元与万元混用" if units else ""
        yield Hit("支出", f"全年执行数 {plain(executed.amount)}", f"支出 {plain(spent.amount)}", what, severity)


@binds("EV-M02")
def _spent(case: Case) -> Iterator[Claim]:
    """The spending, printed in the fund block and in the text."""
    executed = _total_operand(case.table.budget, "executed")
    spent = amount_operand("spent", case.table.spent, case.table.budget.unit)
    if executed is not None and spent is not None:
        yield _same_claim(executed, spent)


def _unit_slip(small: Money, large: Money) -> bool:
    """Whether the second amount is the first in 元 instead of 万元, up to rounding."""
    fit = same_fit(small.amount, small.places, large.amount / _TEN_THOUSAND, large.places + 4)
    return small.amount != 0 and fit < Fit.BROKEN


@check(
    "EV-M03",
    "付款明细合计与支出不符",
    "error",
    identity="各笔付款之和 = 支出（元与万元换算后）",
    tolerance=BY_SUM + "；只有一方取整时不足1",
)
def payments_against_spent(case: Case) -> Iterator[Hit]:
    """The listed payments add up to the spending; of a partial table, or with an amount missing, to no more."""
    table = case.table
    spent = next(iter([*numerators(table)[1:], *numerators(table)]), None)
    amounts = [payment.amount.amount(table.budget.unit) for payment in table.payments]
    known = [amount for amount in amounts if amount is not None]
    if spent is None or not known:
        return
    complete = table.full and len(known) == len(amounts)
    places = max([spent.places, *(payment.amount.amount_places(table.budget.unit) for payment in table.payments)])
    fits = [_payments_fit(spent, [amount * factor for amount in known], places, complete)
            for factor in (Decimal(1), 1 / _TEN_THOUSAND)]  # fmt: skip
    if not any(fits):
        yield Hit("付款明细", f"支出 {plain(spent.amount)}", f"付款合计 {plain(sum(known, Decimal(0)))}")


@binds("EV-M03")
def _paid(case: Case) -> Iterator[Claim]:
    """Every payment and the spending, in 元 or 万元; whole 万元 against decimals hide less than one."""
    table, unit = case.table, case.table.budget.unit
    text = amount_operand("spent", table.spent, unit)
    spent = text if text is not None else _total_operand(table.budget, "executed")
    cells = [amount_operand(f"payments[{n}].amount", one.amount, unit) for n, one in enumerate(table.payments)]
    known = [cell for cell in cells if cell is not None]
    if spent is None or not known or len(known) < len(cells) or not table.full:
        return
    whole = (spent.places <= 0) != (max(cell.places for cell in known) <= 0)
    ways = [_payments_claim(spent, known, factor, Decimal(whole)) for factor in (Decimal(1), 1 / _TEN_THOUSAND)]
    yield Claim({path: tuple(way[path] for way in ways) for path in ways[0]})


def _payments_claim(spent: Operand, paid: Sequence[Operand], factor: Decimal, more: Decimal) -> dict[str, Interval]:
    digits = max(spent.places, *(one.places for one in paid))
    allowed = more + (len(paid) + 1) * half(min(digits, 2)) if digits > 0 else more
    # Digits of the spending that were cut off are a habit here.
    allowed += Decimal(1).scaleb(-spent.places) if spent.places < digits else Decimal(0)
    found = sum((one.value for one in paid), Decimal(0)) * factor
    accepts = {spent.path: spent.around(found, allowed)}
    for one in paid:
        rest = found - one.value * factor
        accepts[one.path] = one.around((spent.value - rest) / factor, allowed / factor)
    return accepts


def _payments_fit(spent: Money, amounts: Sequence[Decimal], places: int, complete: bool) -> bool:
    found = sum(amounts, Decimal(0))
    if complete:
        return sum_fit(spent.amount, spent.places, amounts, places) <= Fit.HABIT
    return found <= spent.amount + slack(amounts, places)


@check(
    "EV-M04",
    "执行数超过预算",
    "warning",
    identity="全年执行数 ≤ 预算数、下达额度、到位资金",
    tolerance=EXACTLY,
)
def executed_above_budget(case: Case) -> Iterator[Hit]:
    """More was spent than the last budget printed, or than was issued or received; other money must have paid it.

    The same for each line of the fund block.
    """
    budget = case.table.budget
    spent, budgets = numerators(case.table)[:1], denominators(case.table)
    last = [item for item in budgets if item.label.endswith("预算数")][:1]
    for limit in [*last, *(item for item in budgets if not item.label.endswith("预算数"))] if spent else ():
        if spent[0].amount > limit.amount:
            yield Hit(spent[0].label, f"不超过{limit.label} {plain(limit.amount)}", plain(spent[0].amount))
    for row in budget.rows:
        if row not in totals(budget):
            yield from _row_above(row, budget)


def _row_above(row: FundRow, budget: Budget) -> Iterator[Hit]:
    executed = money(row.executed, "", budget)
    limits = [m for m in (money(row.full_year, "", budget), money(row.initial, "", budget)) if m is not None]
    if executed and limits and executed.amount > max(limit.amount for limit in limits):
        yield Hit(row.name, f"不超过 {plain(max(limit.amount for limit in limits))}", plain(executed.amount))


@check(
    "EV-M05",
    "下达额度小于预算，支出率未注明口径",
    "warning",
    identity="下达额度 = 预算数，或注明已追减",
    tolerance=EXACTLY,
)
def quota_below_budget(case: Case) -> Iterator[Hit]:
    """Less was issued than budgeted, and whether the rest was formally cut is not printed: a rate must name its basis.

    Shows the gap and the rate on either basis.
    """
    budget = case.table.budget
    issued = money(budget.issued if budget.issued.number is not None else budget.received, "下达额度", budget)
    cells = (total_of(budget, "full_year"), total_of(budget, "initial"))
    whole = next((m for m in (money(cell, "预算", budget) for cell in cells) if m is not None), None)
    if issued is None or whole is None or issued.amount >= whole.amount or whole.amount <= 0:
        return
    gap = whole.amount - issued.amount
    found = f"下达 {plain(issued.amount)}，差额 {plain(gap)}（{plain(gap * 100 / whole.amount)}%）"
    spent = numerators(case.table)[:1]
    if spent and issued.amount > 0:
        by_quota, by_budget = (spent[0].amount * 100 / base.amount for base in (issued, whole))
        found += f"；支出率按额度 {round(by_quota, 2):f}%，按预算 {round(by_budget, 2):f}%"
    yield Hit("预算与额度", f"预算 {plain(whole.amount)} 全部下达，或注明已追减", found)
